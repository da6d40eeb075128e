//! Worms dressed as a bounce, as those of 2003 to 2007 were and some still are.
//!
//! Their mail says that a mail failed, or that it comes as "a binary attachment", and carries a program
//! beside that text, where a real report has its status part and the returned mail. A gateway on the way may
//! have taken the program out; then the words are left.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::super::super::message::{Message, Part};
use super::super::super::verdict::{Evidence, Finding};
use super::fold::{Folded, fold};
use super::read::Text;
use super::signs::{WORM, WORM_WORDS};
use crate::engine::message::Kind;

/// What such worms write and mail servers don't.
const WORDS: &[&str] = &[
    "mail transaction failed. partial message is available",
    "partial message is available",
    "cannot be represented in 7-bit ascii",
    "sent as a binary attachment",
    "sent as a binary file",
    "been sent as a binary",
    "contains unicode characters and has been sent",
    "contains mime-encoded graphics and has been sent",
    "modified message has been sent as",
    "received message has been attached",
    "received message has been sent as",
    "received message is available at",
    "the original message was included as attachment",
    "the original message was included as an attachment",
    "original message has been attached as",
    "this mail couldn't be displayed",
    "mail couldn't be displayed",
    "if the message will not displayed automatically",
    "follow the link to read the delivered message",
    "protected message is attached",
    "protected message is available",
    "encrypted message is available",
    "encrypted message is attached",
    "secure mail is attached",
    "new message is available as attachment",
    "message is available as attachment",
    "the attachment is the original mail",
    "the attachment contains the original mail",
    "translated message has been attached",
    "bad gateway: the message has been attached",
    "details are in the attached document. you need microsoft office",
    "see the attached file for details",
    "for further details see the attach",
    "for more information see the attached file",
    "for details see the attach",
    "for further information see the attach",
    "please read the attached file",
    "important informations attached",
    "once you have completed the form in the attached file",
    "your mail account has been temporary disabled",
    "your email account has been temporary disabled",
    "your e-mail account will be disabled because of improper using",
    "our firewall determined the e-mails containing worm copies",
    "we have detected that your computer is sending",
    "was used to send a huge amount of",
    "weitere informationen im anhang",
    "details entnehmen sie bitte dem anhang",
    "siehe anhang für details",
    "der vollständige text befindet sich im anhang",
];

/// Words among [`WORDS`] that other mail has as well: they need a program beside them.
const COMMON: &[&str] = &[
    "see the attached file for details",
    "please read the attached file",
    "for details see the attach",
    "for further details see the attach",
    "for more information see the attached file",
    "for further information see the attach",
    "weitere informationen im anhang",
    "details entnehmen sie bitte dem anhang",
    "encrypted message is attached",
    "protected message is attached",
    "the original message was included as attachment",
    "the original message was included as an attachment",
    "important informations attached",
];

/// What gateways leave in the place of what they took out, folded.
const TAKEN_OUT: &[&str] = &[
    "virus", "removed", "deleted", "stripped", "quarantin", "entfernt", "gelöscht", "supprimé", "eliminad",
    "rimosso", "usunięt", "удален", "削除", "blocked", "infected", "cleaned", "replaced", "defang",
];

/// Endings that run when opened, as worms use them.
const RUNS: &[&str] = &[
    "exe", "scr", "pif", "com", "bat", "cmd", "cpl", "vbs", "vbe", "js", "jse", "wsf", "wsh", "hta", "lnk",
    "jar", "ps1", "msi", "chm", "hlp",
];
const ARCHIVES: &[&str] = &["zip", "rar", "7z", "ace", "arj", "cab", "gz", "iso", "img", "uue", "r00"];

/// The longest text of such a mail, in folded bytes: they say little.
const SHORT: usize = 3_000;
/// The longest text where nothing but its words is left of a worm.
const VERY_SHORT: usize = 900;

static WORDS_BOOK: OnceLock<Option<AhoCorasick>> = OnceLock::new();
static TAKEN_OUT_BOOK: OnceLock<Option<AhoCorasick>> = OnceLock::new();

/// The folded phrases of a table, of two that begin alike the one that stands first in it.
fn automaton(slot: &'static OnceLock<Option<AhoCorasick>>, words: &[&str]) -> Option<&'static AhoCorasick> {
    slot.get_or_init(|| {
        let words = words.iter().map(|w| fold(w));
        AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok()
    })
    .as_ref()
}

/// How far the header poses as a delivery notice's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pose {
    /// Not at all.
    None,
    /// The sender's name or the subject does.
    Half,
    /// The sender's name does, and subject or text speak of mail that failed.
    Full,
}

/// What a part beside the text carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Load {
    Program,
    Archive,
    TakenOut,
}

/// Whether the message is a worm dressed as a notice.
///
/// `pose` says how far subject and From already do; the worm's own words count without it.
pub(super) fn find(message: &Message<'_>, texts: &[Text<'_>], pose: impl Fn() -> Pose) -> Option<Finding> {
    let length: usize = texts.iter().map(|t| t.folded.text.len()).sum();
    if length > SHORT || message.header("list-id").is_some() {
        return None;
    }
    let load = message
        .parts()
        .iter()
        .filter(|p| p.depth == 0)
        .filter_map(|p| Some((load(p)?, p)))
        .min_by_key(|(l, _)| *l as u8);
    if load.is_none() && length > VERY_SHORT {
        return None;
    }
    let worded = texts.iter().find_map(|text| {
        let found = automaton(&WORDS_BOOK, WORDS)?.find(&text.folded.text)?;
        let word = WORDS.get(found.pattern().as_usize())?;
        Some((*word, text.evidence(message, found.start())))
    });
    let shown = |part: &Part<'_>| named(message, part);
    match (load, worded) {
        (Some((Load::Program, part)), worded) if worded.is_some() || pose() > Pose::None => Some(
            WORM.says("It poses as a mail server's notice and carries a program, as mail worms do.")
                .with_any(worded.and_then(|(_, evidence)| evidence))
                .with_any(shown(part)),
        ),
        (Some((Load::Archive | Load::TakenOut, part)), Some((word, evidence)))
            if !COMMON.contains(&word) || pose() > Pose::None =>
        {
            Some(says(word).with_any(evidence).with_any(shown(part)))
        }
        (Some((Load::Archive | Load::TakenOut, part)), None) if pose() == Pose::Full => Some(
            WORM_WORDS
                .says(
                    "It poses as a mail server's notice and brings a file, where a real one brings a report.",
                )
                .with_any(message.top_evidence("from"))
                .with_any(shown(part)),
        ),
        (None, Some((word, evidence)))
            if !COMMON.contains(&word)
                && length <= VERY_SHORT
                && message.header("in-reply-to").is_none()
                && message.header("references").is_none() =>
        {
            Some(says(word).with_any(evidence))
        }
        _ => None,
    }
}

fn says(word: &str) -> Finding {
    WORM_WORDS.says(format!("It says what worms say that pose as a bounce: \u{201c}{word}\u{201d}."))
}

/// Evidence for a part: the field that names it.
fn named(message: &Message<'_>, part: &Part<'_>) -> Option<Evidence> {
    ["content-disposition", "content-type"].iter().find_map(|name| message.header_evidence(part, name))
}

fn load(part: &Part<'_>) -> Option<Load> {
    if part.is_multipart() || part.message().is_some() {
        return None;
    }
    let bytes = part.bytes();
    let name =
        part.file_name().map(|n| n.trim().trim_end_matches(['.', ' ']).to_lowercase()).unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, e)| e);
    let text = part.text().is_some() || Kind::of(part).is_a("text");
    if name.is_empty() && !bytes.starts_with(b"MZ") && !bytes.starts_with(b"PK") {
        return None;
    }
    let notice = text && {
        let folded = Folded::of(part.text().unwrap_or_default(), 2_000, usize::MAX).text;
        automaton(&TAKEN_OUT_BOOK, TAKEN_OUT).is_some_and(|book| book.is_match(&folded))
    };
    if bytes.starts_with(b"MZ") {
        return Some(Load::Program);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Some(if archived_names(bytes).iter().any(|n| runs(n)) {
            Load::Program
        } else {
            Load::Archive
        });
    }
    if RUNS.contains(&ending) || ARCHIVES.contains(&ending) {
        // Content that is text or nothing stands where the program was.
        let gone = bytes.len() < 64 || notice;
        return Some(match (gone, RUNS.contains(&ending)) {
            (true, _) => Load::TakenOut,
            (false, true) => Load::Program,
            (false, false) => Load::Archive,
        });
    }
    (notice && !name.is_empty()).then_some(Load::TakenOut)
}

fn runs(name: &str) -> bool {
    name.trim_end().rsplit_once('.').is_some_and(|(_, ending)| RUNS.contains(&ending))
}

/// File names in the local headers of a ZIP archive (APPNOTE 4.3.7), in lower case.
fn archived_names(bytes: &[u8]) -> Vec<String> {
    const NAMES: usize = 50;
    memchr::memmem::find_iter(bytes, b"PK\x03\x04")
        .take(NAMES)
        .filter_map(|at| {
            let length = bytes.get(at + 26..at + 28)?;
            let length = usize::from(u16::from_le_bytes([*length.first()?, *length.get(1)?]));
            let name = bytes.get(at + 30..at + 30 + length)?;
            Some(String::from_utf8_lossy(name).to_lowercase())
        })
        .collect()
}
