//! The table of filters' own header fields: which words in them mean spam, which mean a virus.
//!
//! Sources: the filters' documentation and their fields in real mail. Fields that only tell that a scan
//! took place (`X-Virus-Scanned`), or whose numbers need the filter's own bound (`X-Spam-Score`), are left out.

/// What a field speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Spam,
    Virus,
}

/// How a value says yes.
enum Yes {
    /// It begins with this word.
    Word(&'static str),
    /// This stands anywhere in it.
    Holds(&'static str),
    /// It begins with a number of at least this.
    AtLeast(f32),
    /// The field is written only when there is something to say.
    Any,
}

/// Field name in lower case (with a leading `*` its ending), what it speaks of, how it says yes.
const MARKS: &[(&str, Mark, Yes)] = &[
    // SpamAssassin and those that imitate it.
    ("x-spam-flag", Mark::Spam, Yes::Word("yes")),
    ("x-spam-status", Mark::Spam, Yes::Word("yes")),
    ("x-spam", Mark::Spam, Yes::Word("yes")),
    ("x-spam", Mark::Spam, Yes::Word("true")),
    // rspamd 3 (milter_headers), Exim with rspamd.
    ("x-spamd-result", Mark::Spam, Yes::Word("default: true")),
    ("x-rspamd-action", Mark::Spam, Yes::Word("reject")),
    // MailScanner, its organisation's name in the middle; clean mail says "not spam".
    ("*-mailscanner-spamcheck", Mark::Spam, Yes::Word("spam")),
    // Exchange: spam confidence level 5 to 9; Exchange Online: the verdict of its filter.
    ("x-ms-exchange-organization-scl", Mark::Spam, Yes::AtLeast(5.0)),
    ("x-forefront-antispam-report", Mark::Spam, Yes::Holds("sfv:spm")),
    // Amazon SES, GMX and WEB.DE.
    ("x-ses-spam-verdict", Mark::Spam, Yes::Word("fail")),
    ("x-gmx-antispam", Mark::Spam, Yes::AtLeast(1.0)),
    ("x-bogosity", Mark::Spam, Yes::Word("spam")),
    ("x-bogosity", Mark::Spam, Yes::Word("yes")),
    // clamav-milter; SpamAssassin's ClamAV plugin; rspamd (written when a symbol hits).
    ("x-virus-status", Mark::Virus, Yes::Word("infected")),
    ("x-virus-status", Mark::Virus, Yes::Word("yes")),
    ("x-spam-virus", Mark::Virus, Yes::Word("yes")),
    ("x-virus", Mark::Virus, Yes::Any),
    // amavis; its alerts for banned names and bad headers are no virus.
    ("x-amavis-alert", Mark::Virus, Yes::Word("infected")),
    // "Found to be clean" or "Found to be infected".
    ("*-mailscanner", Mark::Virus, Yes::Holds("found to be infected")),
    ("x-forefront-antispam-report", Mark::Virus, Yes::Holds("cat:malw")),
    ("x-ses-virus-verdict", Mark::Virus, Yes::Word("fail")),
    ("x-gmx-antivirus", Mark::Virus, Yes::AtLeast(1.0)),
    // Programs on the person's own machine.
    ("x-antivirus-status", Mark::Virus, Yes::Word("infected")),
    ("x-kaspersky-antivirus", Mark::Virus, Yes::Word("infected")),
];

/// Values of a field written always that mean no, for those of [`Yes::Any`].
const NOTHING: &[&str] = &["", "no", "none", "clean", "0", "false", "not detected"];

/// Longest name of a virus that is repeated, in bytes.
const MAX_NAME: usize = 80;

/// What most names of fields don't have.
struct Shapes {
    /// By the length of the names in [`MARKS`] that stand there as a whole: the letters that they end with, a bit for
    /// each.
    whole: [u64; 64],
    /// The letters that the endings end with, and how long the shortest of them is.
    endings: u64,
    shortest: usize,
}

static SHAPES: Shapes = {
    let mut shapes = Shapes { whole: [0; 64], endings: 0, shortest: usize::MAX };
    let mut row = 0;
    while row < MARKS.len() {
        let name = MARKS[row].0.as_bytes();
        match name {
            [b'*', ending @ .., last] => {
                shapes.endings |= letter(*last);
                if ending.len() + 1 < shapes.shortest {
                    shapes.shortest = ending.len() + 1;
                }
            }
            [.., last] => shapes.whole[name.len()] |= letter(*last),
            [] => {}
        }
        row += 1;
    }
    shapes
};

/// The bit of a letter, small or capital.
const fn letter(byte: u8) -> u64 {
    1 << (byte & 0x1f)
}

/// Whether the table has a field of this name.
pub(super) fn knows(name: &str) -> bool {
    let Some(last) = name.as_bytes().last().copied().map(letter) else { return false };
    let may_be_whole = SHAPES.whole.get(name.len()).is_some_and(|lasts| lasts & last > 0);
    if !may_be_whole && (name.len() < SHAPES.shortest || SHAPES.endings & last == 0) {
        return false;
    }
    MARKS.iter().any(|(wanted, ..)| match wanted.strip_prefix('*') {
        Some(ending) => name
            .len()
            .checked_sub(ending.len())
            .and_then(|at| name.as_bytes().get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case(ending.as_bytes())),
        None => may_be_whole && name.eq_ignore_ascii_case(wanted),
    })
}

/// Whether the field says yes to `mark`, and with the name of what was found where it gives one.
pub(super) fn read(name: &str, value: &str, mark: Mark) -> Option<Option<String>> {
    let name = name.to_ascii_lowercase();
    let lower = value.trim().to_ascii_lowercase();
    let yes = MARKS.iter().filter(|(_, about, _)| *about == mark).any(|(wanted, _, yes)| {
        let named = match wanted.strip_prefix('*') {
            Some(ending) => name.ends_with(ending),
            None => name == *wanted,
        };
        named && says_yes(yes, &lower)
    });
    yes.then(|| if mark == Mark::Virus { virus_name(value) } else { None })
}

fn says_yes(yes: &Yes, value: &str) -> bool {
    match yes {
        Yes::Word(word) => value
            .strip_prefix(word)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-')),
        Yes::Holds(text) => value.contains(text),
        Yes::AtLeast(bound) => {
            let number = value.split(|c: char| !(c.is_ascii_digit() || c == '.')).next().unwrap_or_default();
            number.parse::<f32>().is_ok_and(|n| n >= *bound)
        }
        Yes::Any => !NOTHING.contains(&value),
    }
}

/// The name that the scanner gave: what stands in brackets, or behind `virus:`.
fn virus_name(value: &str) -> Option<String> {
    let lower = value.to_ascii_lowercase();
    let behind = lower.find("virus:").and_then(|at| value.get(at + "virus:".len()..));
    let inside = || value.split_once('(').map(|(_, rest)| rest.split(')').next().unwrap_or(rest));
    let name = behind.or_else(inside)?.trim().trim_end_matches(['.', ')', ';']);
    let sound = |c: char| c.is_ascii_alphanumeric() || "-_./:#!@ +".contains(c);
    (!name.is_empty() && name.len() <= MAX_NAME && name.chars().all(sound)).then(|| format!("“{name}”"))
}
