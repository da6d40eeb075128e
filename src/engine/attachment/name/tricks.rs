//! The tricks of a name, and a name against the bytes under it.

use super::endings::Does::{Opens, Program, Script};
use super::endings::does;
use super::{Claim, PADDING, endings, is_invisible, runs, visible};
use crate::engine::attachment::filetype::{Family, Format};
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::Case;
use crate::engine::lookalike;

/// Characters that turn the text behind them round.
fn is_override(c: char) -> bool {
    matches!(c, '\u{202e}' | '\u{202d}')
}

/// The longest run of blanks that something else follows.
fn padding(name: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in name.chars() {
        if c.is_whitespace() || c == '\u{2800}' || c == '\u{3164}' {
            run += 1;
        } else {
            longest = longest.max(run);
            run = 0;
        }
    }
    longest
}

/// Whether the name ends in a class identifier: `a.txt.{00020906-0000-0000-C000-000000000046}`.
fn has_class_id(name: &str) -> bool {
    let Some(open) = name.rfind(".{") else { return false };
    let id = name.get(open + 2..).unwrap_or_default().trim_end();
    id.len() == 37
        && id.ends_with('}')
        && id.bytes().take(36).enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// The tricks of the item's names, and its claims against its bytes.
pub(in crate::engine::attachment) fn judge(case: &mut Case<'_, '_>) {
    for name in case.item.names.clone() {
        tricks(case, &name);
    }
    let names = &case.item.names;
    if names.len() > 1 && names.iter().any(|n| runs(n)) && names.iter().any(|n| !runs(n)) {
        let all: Vec<String> = names.iter().map(|n| format!("“{}”", visible(n))).collect();
        let says = format!("has more than one name: {}", all.join(" and "));
        case.find(&f::NAME_CONFLICT, &says, None);
    }
    against_bytes(case);
}

/// The tricks of a name whose file can't be inspected.
pub(in crate::engine::attachment) fn judge_member(case: &mut Case<'_, '_>, name: &str) {
    tricks(case, name);
    double(case, &Claim::of(&[name.to_owned()], None));
}

fn tricks(case: &mut Case<'_, '_>, name: &str) {
    let shown = visible(name);
    if name.chars().any(is_override) {
        let says = format!("has a name that shows its ending in another order: “{shown}”");
        case.find(&f::NAME_REVERSED, &says, None);
    } else if name
        .chars()
        .any(|c| is_invisible(c) && !matches!(c, '\u{200c}'..='\u{200f}' | '\u{ad}' | '\t' | '\r' | '\n'))
    {
        case.find(
            &f::NAME_INVISIBLE,
            &format!("has a name with characters that can't be seen: “{shown}”"),
            None,
        );
    }
    let run = padding(name);
    if run >= PADDING && runs(name) {
        case.find(
            &f::NAME_PADDED,
            &format!("has {run} blanks in its name that push its ending out of sight"),
            None,
        );
    }
    if has_class_id(name) {
        case.find(&f::NAME_CLASS_ID, "has a name that ends in a class identifier, which Windows hides", None);
    }
    if let Some(ending) = lookalike_ending(name) {
        let says = format!("has a name that shows .{ending} in characters that only look so: “{shown}”");
        case.find(&f::NAME_LOOKALIKE, &says, None);
    }
    let trimmed = name.trim_end_matches(['.', ' ']);
    if trimmed.len() < name.len() && runs(name) {
        case.find(&f::NAME_TRAILING, "has a name that ends in dots or blanks, which Windows drops", None);
    }
}

/// The known ending that a name shows and does not have: one of its last two.
fn lookalike_ending(name: &str) -> Option<String> {
    if name.is_ascii() {
        return None;
    }
    let own = endings(name);
    endings(&lookalike::shown(name))
        .into_iter()
        .rev()
        .take(2)
        .find(|ending| does(ending).is_some() && !own.contains(ending))
}

fn double(case: &mut Case<'_, '_>, claim: &Claim) {
    if let (true, Some(shown), Some(last)) = (claim.runs(), &claim.shown, &claim.ending) {
        let says = format!("looks like .{shown} by its name and ends in .{last}, which runs");
        case.find(&f::NAME_DOUBLE, &says, None);
    }
}

/// Whether bytes of this family can't do anything under a name that runs programs.
fn is_harmless(family: Family) -> bool {
    !matches!(family, Family::Program | Family::Script | Family::Shortcut | Family::Unknown | Family::Data)
}

fn against_bytes(case: &mut Case<'_, '_>) {
    let claim = case.claim.clone();
    let family = case.detected.format.family();
    let label = case.detected.format.label();
    double(case, &claim);
    match claim.does {
        // A domain for a name is everyday: example.com with a page or a mail in it.
        Some(Program)
            if is_harmless(family)
                && !runs_as_named(case.detected.format, &claim)
                && (!claim.is(&["com"]) || claim.shown.is_some()) =>
        {
            let says = format!("is {label} under a name that would run a program");
            case.find(&f::NAME_RUNS, &says, None);
        }
        Some(Program) if matches!(family, Family::Unknown | Family::Data) && case.bytes().len() > 1 => {
            let ending = claim.ending.as_deref().unwrap_or_default();
            let says = format!("has a name that runs it (.{ending}), and bytes of no known type");
            case.find(&f::EXECUTABLE_NAME, &says, Some(0..case.bytes().len().min(64)));
        }
        Some(Script) if matches!(family, Family::Unknown) && claim.is(&["bat", "cmd"]) => {
            let says = "has a name that runs it, and bytes of no known type";
            case.find(&f::EXECUTABLE_NAME, says, Some(0..case.bytes().len().min(64)));
        }
        Some(Opens(wanted)) if wanted != family && is_harmless(family) && !are_kin(wanted, family) => {
            let says = format!("is {label}, which is not what its name says");
            case.find(&f::TYPE_MISMATCH, &says, None);
        }
        _ => {}
    }
}

/// Whether the bytes are just what an ending of a program asks for.
fn runs_as_named(format: Format, claim: &Claim) -> bool {
    match format {
        Format::Jar | Format::Zip | Format::Appx => {
            claim.is(&["jar", "xpi", "appx", "msix", "appxbundle", "msixbundle"])
        }
        Format::Cab => claim.is(&["diagcab"]),
        Format::Msi | Format::Ole => claim.is(&["msi", "msp", "mst"]),
        Format::Xml => claim.is(&["jnlp", "application", "gadget"]),
        _ => false,
    }
}

/// Families that stand in for each other every day.
fn are_kin(a: Family, b: Family) -> bool {
    let group = |f: Family| match f {
        Family::Text | Family::Page | Family::Message | Family::Script | Family::Document => 1,
        Family::Archive | Family::DiskImage => 2,
        Family::Image | Family::Media => 3,
        Family::Empty => 0,
        _ => 4,
    };
    group(a) == group(b) || b == Family::Empty
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_identifiers_are_recognised() {
        assert!(has_class_id("a.txt.{00020906-0000-0000-C000-000000000046}"));
        assert!(!has_class_id("a.{1}"));
    }
}
