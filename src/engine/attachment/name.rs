//! What does it claim? Names, their tricks, and the declared type, against what the bytes are.
//!
//! A difference explains, it never convicts: a program that calls itself a picture is convicted for being
//! a program. Knowledge stands in [`ENDINGS`] (what an ending makes a system do) and in
//! [`DECLARED`] (which family a declared type promises).

use super::filetype::{Family, Format};
use super::findings as f;
use super::inspect::Case;
use crate::engine::lookalike;

/// What an ending makes a desktop system do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    /// Runs it as a program.
    Program,
    /// Hands its text to an interpreter.
    Script,
    /// Follows what it points to.
    Shortcut,
    /// Opens it as something of this family.
    Opens(Family),
}

use Does::{Opens, Program, Script, Shortcut};

/// What endings do, in lower case.
pub(super) const ENDINGS: &[(&str, Does)] = &[
    ("exe", Program),
    ("scr", Program),
    ("com", Program),
    ("pif", Program),
    ("cpl", Program),
    ("msi", Program),
    ("msp", Program),
    ("mst", Program),
    ("msix", Program),
    ("appx", Program),
    ("msixbundle", Program),
    ("appxbundle", Program),
    ("appinstaller", Program),
    ("diagcab", Program),
    ("gadget", Program),
    ("jar", Program),
    ("jnlp", Program),
    ("xll", Program),
    ("wll", Program),
    ("xla", Opens(Family::Document)),
    ("vsto", Program),
    ("application", Program),
    ("appref-ms", Program),
    ("bat", Script),
    ("cmd", Script),
    ("vbs", Script),
    ("vbe", Script),
    ("vb", Script),
    ("js", Script),
    ("jse", Script),
    ("wsf", Script),
    ("wsh", Script),
    ("wsc", Script),
    ("sct", Script),
    ("hta", Script),
    ("ps1", Script),
    ("ps1xml", Script),
    ("psm1", Script),
    ("psd1", Script),
    ("msc", Script),
    ("reg", Script),
    ("inf", Script),
    ("chm", Script),
    ("hlp", Script),
    ("command", Script),
    ("lnk", Shortcut),
    ("url", Shortcut),
    ("scf", Shortcut),
    ("library-ms", Shortcut),
    ("search-ms", Shortcut),
    ("searchconnector-ms", Shortcut),
    ("settingcontent-ms", Shortcut),
    ("desktop", Shortcut),
    ("iqy", Shortcut),
    ("website", Shortcut),
    ("rdp", Shortcut),
    ("theme", Shortcut),
    ("themepack", Shortcut),
    ("contact", Shortcut),
    ("webloc", Shortcut),
    ("inetloc", Shortcut),
    ("fileloc", Shortcut),
    ("terminal", Shortcut),
    ("odc", Shortcut),
    ("udl", Shortcut),
    ("slk", Opens(Family::Document)),
    ("doc", Opens(Family::Document)),
    ("docx", Opens(Family::Document)),
    ("docm", Opens(Family::Document)),
    ("dot", Opens(Family::Document)),
    ("dotx", Opens(Family::Document)),
    ("dotm", Opens(Family::Document)),
    ("xls", Opens(Family::Document)),
    ("xlsx", Opens(Family::Document)),
    ("xlsm", Opens(Family::Document)),
    ("xlsb", Opens(Family::Document)),
    ("xlt", Opens(Family::Document)),
    ("ppt", Opens(Family::Document)),
    ("pptx", Opens(Family::Document)),
    ("pptm", Opens(Family::Document)),
    ("pps", Opens(Family::Document)),
    ("ppsx", Opens(Family::Document)),
    ("pdf", Opens(Family::Document)),
    ("rtf", Opens(Family::Document)),
    ("odt", Opens(Family::Document)),
    ("ods", Opens(Family::Document)),
    ("odp", Opens(Family::Document)),
    ("csv", Opens(Family::Document)),
    ("one", Opens(Family::Document)),
    ("epub", Opens(Family::Document)),
    ("ps", Opens(Family::Document)),
    ("eps", Opens(Family::Document)),
    ("txt", Opens(Family::Text)),
    ("text", Opens(Family::Text)),
    ("log", Opens(Family::Text)),
    ("md", Opens(Family::Text)),
    ("ini", Opens(Family::Text)),
    ("ics", Opens(Family::Text)),
    ("vcf", Opens(Family::Text)),
    ("eml", Opens(Family::Message)),
    ("msg", Opens(Family::Document)),
    ("htm", Opens(Family::Page)),
    ("html", Opens(Family::Page)),
    ("shtml", Opens(Family::Page)),
    ("xhtml", Opens(Family::Page)),
    ("mht", Opens(Family::Page)),
    ("xml", Opens(Family::Page)),
    ("svg", Opens(Family::Page)),
    ("jpg", Opens(Family::Image)),
    ("jpeg", Opens(Family::Image)),
    ("png", Opens(Family::Image)),
    ("gif", Opens(Family::Image)),
    ("bmp", Opens(Family::Image)),
    ("tif", Opens(Family::Image)),
    ("tiff", Opens(Family::Image)),
    ("webp", Opens(Family::Image)),
    ("ico", Opens(Family::Image)),
    ("mp3", Opens(Family::Media)),
    ("wav", Opens(Family::Media)),
    ("mid", Opens(Family::Media)),
    ("ogg", Opens(Family::Media)),
    ("avi", Opens(Family::Media)),
    ("mpg", Opens(Family::Media)),
    ("mpeg", Opens(Family::Media)),
    ("mov", Opens(Family::Media)),
    ("mp4", Opens(Family::Media)),
    ("wmv", Opens(Family::Media)),
    ("ttf", Opens(Family::Font)),
    ("otf", Opens(Family::Font)),
    ("zip", Opens(Family::Archive)),
    ("rar", Opens(Family::Archive)),
    ("7z", Opens(Family::Archive)),
    ("tar", Opens(Family::Archive)),
    ("gz", Opens(Family::Archive)),
    ("tgz", Opens(Family::Archive)),
    ("bz2", Opens(Family::Archive)),
    ("cab", Opens(Family::Archive)),
    ("iso", Opens(Family::DiskImage)),
    ("img", Opens(Family::DiskImage)),
    ("vhd", Opens(Family::DiskImage)),
    ("vhdx", Opens(Family::DiskImage)),
];

/// Which family a declared type promises, by its beginning.
const DECLARED: &[(&str, Family)] = &[
    ("image/", Family::Image),
    ("audio/", Family::Media),
    ("video/", Family::Media),
    ("font/", Family::Font),
    ("text/plain", Family::Text),
    ("text/html", Family::Page),
    ("text/calendar", Family::Text),
    ("application/pdf", Family::Document),
    ("application/msword", Family::Document),
    ("application/vnd.ms-excel", Family::Document),
    ("application/vnd.ms-powerpoint", Family::Document),
    ("application/vnd.openxmlformats", Family::Document),
    ("application/vnd.oasis.opendocument", Family::Document),
    ("application/rtf", Family::Document),
];

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

fn does(ending: &str) -> Option<Does> {
    ENDINGS.iter().find(|(e, _)| *e == ending).map(|(_, d)| *d)
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

/// Characters that turn the text behind them round.
fn is_override(c: char) -> bool {
    matches!(c, '\u{202e}' | '\u{202d}')
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
pub(super) fn judge(case: &mut Case<'_, '_>) {
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
pub(super) fn judge_member(case: &mut Case<'_, '_>, name: &str) {
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
    fn class_identifiers_are_recognised() {
        assert!(has_class_id("a.txt.{00020906-0000-0000-C000-000000000046}"));
        assert!(!has_class_id("a.{1}"));
    }

    #[test]
    fn of_two_names_the_dangerous_one_counts() {
        let names = ["readme.txt".to_owned(), "readme.exe".to_owned()];
        assert_eq!(Claim::of(&names, None).ending.as_deref(), Some("exe"));
    }
}
