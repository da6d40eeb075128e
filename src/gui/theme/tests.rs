use std::path::Path;

use super::*;

/// Relative luminance (WCAG 2.2).
fn luminance(color: Color32) -> f64 {
    let channel = |c: u8| {
        let c = f64::from(c) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(color.r()) + 0.7152 * channel(color.g()) + 0.0722 * channel(color.b())
}

fn contrast(a: Color32, b: Color32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn the_measure_of_contrast_is_right() {
    assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 0.01);
    assert!((contrast(rgb(0x767676), Color32::WHITE) - 4.54).abs() < 0.01);
}

#[test]
fn text_keeps_four_and_a_half_to_one_on_every_surface() {
    for (name, p) in [("light", LIGHT), ("dark", DARK)] {
        let surfaces = [p.ground, p.raised, p.hover, p.pressed, p.selected, p.bytes];
        for surface in surfaces {
            for text in [p.text, p.muted] {
                let ratio = contrast(text, surface);
                assert!(ratio >= 4.5, "{name}: {text:?} on {surface:?} is {ratio:.2}");
            }
        }
        for (text, surface) in [
            (p.on_accent, p.accent),
            (p.on_accent, p.accent_hover),
            (p.text, p.mark),
            (p.accent, p.ground),
            (p.accent, p.raised),
            (p.trouble, p.ground),
            (p.trouble, p.raised),
            (p.fine, p.ground),
            (p.fine, p.raised),
        ] {
            let ratio = contrast(text, surface);
            assert!(ratio >= 4.5, "{name}: {text:?} on {surface:?} is {ratio:.2}");
        }
    }
}

#[test]
fn signs_and_edges_keep_three_to_one() {
    for (name, p) in [("light", LIGHT), ("dark", DARK)] {
        for surface in [p.ground, p.raised, p.hover, p.pressed, p.selected] {
            for sign in p.classes.into_iter().chain([p.edge, p.accent, p.trouble, p.fine]) {
                let ratio = contrast(sign, surface);
                assert!(ratio >= 3.0, "{name}: {sign:?} on {surface:?} is {ratio:.2}");
            }
        }
    }
}

#[test]
fn every_class_has_its_own_sign_and_word() {
    let looks: Vec<ClassLook> = Class::ALL.into_iter().map(class).collect();
    for (i, a) in looks.iter().enumerate() {
        for b in &looks[i + 1..] {
            assert_ne!(a.icon, b.icon);
            assert_ne!(a.word, b.word);
        }
    }
}

/// A number with a point, other than the few that mean a share or nothing.
fn literal_size(line: &str) -> Option<String> {
    let code = line.split("//").next().unwrap_or_default();
    let mut token = String::new();
    let mut found = None;
    let mut quoted = false;
    for c in code.chars().chain([' ']) {
        if c == '"' {
            quoted = !quoted;
        }
        if !quoted && (c.is_ascii_alphanumeric() || c == '.' || c == '_') {
            token.push(c);
            continue;
        }
        let number = token.starts_with(|c: char| c.is_ascii_digit()) && token.contains('.');
        if number && !token.contains("..") && !["0.0", "0.5", "1.0", "2.0", "100.0"].contains(&token.as_str())
        {
            found = Some(token.clone());
        }
        token.clear();
    }
    found
}

/// A whole number where a distance is meant: margins and corners take those.
fn whole_size(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    [
        "Margin::same(", "Margin::symmetric(", "CornerRadius::same(", "Stroke::new(", "add_space(",
        "shrink(", "expand(",
    ]
    .into_iter()
    .filter_map(|call| code.split(call).nth(1))
    .any(|rest| rest.starts_with(|c: char| ('1'..='9').contains(&c)))
}

#[test]
fn no_other_file_names_a_colour_or_a_literal_size() {
    assert!(literal_size("ui.add_space(7.5);").is_some());
    assert!(literal_size("ui.add_space(size::M * 0.5); // 7.5").is_none());
    assert!(
        whole_size("Frame::new().inner_margin(Margin::same(12))")
            && !whole_size("Margin::same(size::M as i8)")
    );
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/gui");
    let mut seen = 0;
    let mut faults = Vec::new();
    for entry in walkdir::WalkDir::new(&root) {
        let entry = entry.unwrap();
        let path = entry.path();
        if path.extension().is_none_or(|e| e != "rs") || path.starts_with(root.join("theme")) {
            continue;
        }
        seen += 1;
        let text = std::fs::read_to_string(path).unwrap();
        // What a file's own tests measure with is no look.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let colour = ["Color32::", "Rgba::", "from_rgb", "from_gray", "hex_color", "Visuals::"]
                .into_iter()
                .find(|word| line.contains(word));
            if colour.is_some() || literal_size(line).is_some() || whole_size(line) {
                faults.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(seen >= 15, "only {seen} files were read");
    assert!(faults.is_empty(), "ask `theme` instead:\n{}", faults.join("\n"));
}
