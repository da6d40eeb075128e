//! What does it claim? Names, their tricks, and the declared type, against what the bytes are.
//!
//! A difference explains, it never convicts: a program that calls itself a picture is convicted for being
//! a program. Knowledge stands in [`endings::ENDINGS`] (what an ending makes a system do) and in
//! [`endings::DECLARED`] (which family a declared type promises).

mod endings;
mod tricks;

use super::filetype::Family;
use endings::Does::{Opens, Program, Script, Shortcut};
use endings::{DECLARED, does};

pub(super) use endings::Does;
pub(super) use tricks::{judge, judge_member};

/// Blanks in a row that no person types into a name.
const PADDING: usize = 8;

/// What an item claims to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Claim {
    /// The last ending in lower case, blanks and dots behind it dropped.
    pub(super) ending: Option<String>,
    /// What the ending does.
    pub(super) does: Option<Does>,
    /// The harmless ending before it that a reader takes for the type.
    pub(super) shown: Option<String>,
    /// The family that the declared type promises.
    pub(super) declared: Option<Family>,
}

impl Claim {
    /// The claim of an item; of several names the most dangerous counts.
    pub(super) fn of(names: &[String], declared: Option<&str>) -> Claim {
        let declared =
            declared.and_then(|t| DECLARED.iter().find(|(p, _)| t.starts_with(p)).map(|(_, f)| *f));
        let mut best = Claim { declared, ..Claim::default() };
        for name in names {
            let parts = endings(name);
            let Some(last) = parts.last() else { continue };
            let does = does(last);
            let runs = matches!(does, Some(Program | Script | Shortcut));
            let best_runs = matches!(best.does, Some(Program | Script | Shortcut));
            if best.ending.is_some() && (best_runs || !runs) {
                continue;
            }
            let shown = parts.iter().rev().nth(1).filter(|e| matches!(self::does(e), Some(Opens(_))));
            best = Claim { ending: Some(last.clone()), does, shown: shown.cloned(), declared };
        }
        best
    }

    /// Whether the ending makes the system run the file.
    pub(super) fn runs(&self) -> bool {
        matches!(self.does, Some(Program | Script | Shortcut))
    }

    /// Whether the last ending is this one.
    pub(super) fn is(&self, endings: &[&str]) -> bool {
        self.ending.as_deref().is_some_and(|e| endings.contains(&e))
    }

    /// The harmless family that name or declared type promises, if one does; the name goes first.
    pub(super) fn promises(&self) -> Option<Family> {
        match self.does {
            Some(Opens(family)) => Some(family),
            Some(Program | Script | Shortcut) => self.shown.as_deref().and_then(does).and_then(|d| match d {
                Opens(family) => Some(family),
                _ => None,
            }),
            None => None,
        }
        .or(self.declared)
    }
}

/// Whether a name makes a desktop system run the file.
pub(super) fn runs(name: &str) -> bool {
    Claim::of(&[name.to_owned()], None).runs()
}

/// The endings of a name in lower case, the last one last; invisible characters, and the blanks and dots
/// that Windows drops, are left out.
fn endings(name: &str) -> Vec<String> {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let clean: String = base.chars().filter(|&c| !is_invisible(c)).collect();
    let clean = clean.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    let mut parts = clean.split('.');
    parts.next();
    parts
        .map(|p| p.trim().to_lowercase())
        .filter(|p| !p.is_empty() && p.len() <= 20 && !p.contains(char::is_whitespace))
        .collect()
}

/// Characters that can't be seen, or that change the order of those around them.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A name in bytes. Of one that is longer than any system bears, the beginning and the end are kept, which is what
/// shows and what counts.
pub(super) fn from_bytes(raw: &[u8]) -> String {
    const MOST: usize = 1_024;
    if raw.len() <= MOST {
        return String::from_utf8_lossy(raw).into_owned();
    }
    let (head, tail) = (raw.get(..MOST / 2), raw.get(raw.len() - MOST / 2..));
    String::from_utf8_lossy(&[head.unwrap_or_default(), tail.unwrap_or_default()].concat()).into_owned()
}

/// [`visible`], of a container whose name stands with each file in it: there may be many.
pub(super) fn shortened(name: &str) -> String {
    const MOST: usize = 120;
    let shown = visible(name);
    match shown.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", shown.get(..at).unwrap_or_default()),
        None => shown,
    }
}

/// Joins the name of a file to the folders around it. A path that is longer than any system bears is not kept.
pub(super) fn joined(path: &str, name: &str) -> String {
    const MOST: usize = 2_048;
    if path.len() > MOST { format!("…/{name}") } else { format!("{path}{name}") }
}

/// A name that can be shown: what can't be seen is named, long runs of blanks are counted, and very long
/// names are cut.
pub(super) fn visible(name: &str) -> String {
    let mut out = String::new();
    let mut blanks = 0;
    for c in name.chars().take(400).chain(std::iter::once('\0')) {
        if c.is_whitespace() {
            blanks += 1;
            continue;
        }
        match blanks {
            0 => {}
            n if n < PADDING => out.extend(std::iter::repeat_n(' ', n)),
            n => out.push_str(&format!("⎵×{n}")),
        }
        blanks = 0;
        match c {
            '\0' => {}
            c if is_invisible(c) => out.push_str(&format!("⟨U+{:04X}⟩", u32::from(c))),
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(name: &str) -> Claim {
        Claim::of(&[name.to_owned()], None)
    }

    #[test]
    fn a_double_extension_is_one_whose_last_part_runs() {
        assert_eq!(claim("photo.jpg.pif").shown.as_deref(), Some("jpg"));
        assert!(claim("photo.jpg.pif").runs());
        for harmless in ["report.2026.csv", "archive.tar.gz", "notes.v1.2.docx", "Order 4.5.pdf"] {
            assert!(!claim(harmless).runs(), "{harmless}");
        }
        // A version number is no type that a reader would take it for.
        assert_eq!(claim("setup.v2.exe").shown, None);
    }

    #[test]
    fn blanks_dots_and_invisible_characters_do_not_hide_the_ending() {
        assert_eq!(claim("a.exe. . ").ending.as_deref(), Some("exe"));
        assert_eq!(claim("a.txt \u{200b}.e\u{200b}xe").ending.as_deref(), Some("exe"));
        assert_eq!(claim(&format!("a.txt{}.pif", " ".repeat(96))).shown.as_deref(), Some("txt"));
        assert_eq!(claim("folder.exe/readme.txt").ending.as_deref(), Some("txt"));
    }

    #[test]
    fn names_are_shown_with_what_cannot_be_seen() {
        assert_eq!(visible("a\u{202e}gpj.exe"), "a⟨U+202E⟩gpj.exe");
        assert_eq!(visible(&format!("a.txt{}.pif", " ".repeat(96))), "a.txt⎵×96.pif");
        assert_eq!(visible("two words.txt"), "two words.txt");
    }

    #[test]
    fn of_two_names_the_dangerous_one_counts() {
        let names = ["readme.txt".to_owned(), "readme.exe".to_owned()];
        assert_eq!(Claim::of(&names, None).ending.as_deref(), Some("exe"));
    }
}
