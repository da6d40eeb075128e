//! Bounces that are no RFC 3464 report, by the family of mailers that writes them.
//!
//! A [`Family`] is a table of facts: phrases that open its notices, in any of its languages, and words in
//! From and Subject that support them. Which recipients failed, and why, is read by `read`; `layouts` knows the
//! few layouts that all families share. `README.md` in this folder says how to add a family.

mod consumer;
mod exchange;
mod exchange_late;
mod gateways;
mod generic;
mod japan;
mod late;
mod layouts;
mod lists;
pub(super) mod read;
mod said;
mod structure;
mod unix;
mod webmail;
pub(super) mod zone;

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::sync::OnceLock;

use super::super::lexicon::{Begins, Lexicon};
use super::super::message::Message;
use super::super::verdict::{Finding, FindingKind, Severity, Toward};
use super::flat::{Flat, flat};
use super::gate::Signs;
use super::text::Reading;
use super::{Action, Notice, NoticeKind, Provenance, Reason, Recognised, Report};
use crate::engine::message::Kind;
use crate::engine::words::{clip, find_near, in_lower_case, trimmed};
use zone::{Text, Zone};

pub(super) const FAMILY: FindingKind = FindingKind {
    id: "notice.family_text",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The text is one that a known mail server writes when delivery fails or is late.",
};

/// What an opening phrase says happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    Failed,
    Delayed,
    Delivered,
    /// Handed on to a server that makes no reports.
    Relayed,
    /// Only who writes: a later phrase says what happened; without one, delivery failed.
    Opens,
}

/// A phrase that opens a notice: ASCII lower case, one blank between words, `*` for up to 120 bytes of
/// anything.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opening {
    phrase: &'static str,
    says: Says,
    /// Whether the phrase alone shows the family; a weak one needs a daemon's From and a recipient.
    strong: bool,
}

const fn failed(phrase: &'static str) -> Opening {
    Opening { phrase, says: Says::Failed, strong: true }
}

/// A phrase that begins every notice of its family, whatever the notice says.
const fn opens(phrase: &'static str) -> Opening {
    Opening { phrase, says: Says::Opens, strong: true }
}

const fn delayed(phrase: &'static str) -> Opening {
    Opening { phrase, says: Says::Delayed, strong: true }
}

const fn delivered(phrase: &'static str) -> Opening {
    Opening { phrase, says: Says::Delivered, strong: true }
}

const fn relayed(phrase: &'static str) -> Opening {
    Opening { phrase, says: Says::Relayed, strong: true }
}

const fn weak(phrase: &'static str) -> Opening {
    Opening { phrase, says: Says::Failed, strong: false }
}

const fn weak_delay(phrase: &'static str) -> Opening {
    Opening { phrase, says: Says::Delayed, strong: false }
}

const fn weak_delivered(phrase: &'static str) -> Opening {
    Opening { phrase, says: Says::Delivered, strong: false }
}

/// One family of mailers.
pub(super) struct Family {
    /// The word in [`Notice::format`].
    name: &'static str,
    /// Its phrases.
    openings: &'static [Opening],
    /// Words in From (ASCII lower case) that speak for it.
    from: &'static [&'static str],
    /// Words in the subject (ASCII lower case) that speak for it.
    subject: &'static [&'static str],
}

impl Family {
    /// How many of From and Subject speak for it.
    fn support(&self, signs: &Signs) -> u32 {
        let any = |words: &[&str], text: &str| words.iter().any(|word| find_near(text, word).is_some());
        u32::from(any(self.from, &signs.from)) + u32::from(any(self.subject, &signs.subject))
    }
}

/// Every family, special ones before general ones: of two that match equally well the first wins.
const TABLES: &[&[Family]] = &[
    exchange::FAMILIES,
    exchange_late::FAMILIES,
    webmail::FAMILIES,
    japan::FAMILIES,
    consumer::FAMILIES,
    gateways::FAMILIES,
    lists::FAMILIES,
    unix::FAMILIES,
    generic::FAMILIES,
];

/// What a family's notices are about where neither a code nor the words of a server say why.
const REASONS: &[(&str, Reason)] = &[("googlegroups", Reason::NotAllowed)];

/// How far apart the two sides of a `*` may stand, in bytes.
const GAP: usize = 120;
/// Bytes of a notice's own words that are searched for openings.
const MAX_WORDS: usize = 24 << 10;
/// Lines before the opening that a person could have written; more than these and a mail without a
/// daemon's From is a mail about a bounce.
const MAX_PREAMBLE: usize = 3;

/// Whether a format is that of a list's program.
pub(super) fn is_list(format: &str) -> bool {
    lists::FAMILIES.iter().any(|family| family.name == format)
}

struct Book {
    lexicon: Lexicon,
    entries: Vec<(&'static Family, usize, Opening, Vec<&'static str>)>,
}

fn book() -> &'static Book {
    static BOOK: OnceLock<Book> = OnceLock::new();
    BOOK.get_or_init(|| {
        let mut firsts = Vec::new();
        let mut entries = Vec::new();
        for (rank, family) in TABLES.iter().flat_map(|t| t.iter()).enumerate() {
            for opening in family.openings {
                let mut pieces = opening.phrase.split('*').filter(|piece| !piece.trim().is_empty());
                firsts.push(pieces.next().unwrap_or_default());
                entries.push((family, rank, *opening, pieces.collect()));
            }
        }
        Book { lexicon: Lexicon::new(Begins::AtWords, &firsts), entries }
    })
}

/// An opening phrase that was found.
struct Hit {
    family: &'static Family,
    opening: Opening,
    /// The place of its text in the scene.
    text: usize,
    line: usize,
    /// What another strong phrase says, where this one does not.
    told: Option<Says>,
}

impl Hit {
    fn says(&self) -> Says {
        self.told.unwrap_or(self.opening.says)
    }
}

/// Recognises a bounce by its words, or by its build where no family knows the words.
pub(super) fn recognise(message: &Message<'_>, signs: &Signs, scene: &Scene<'_>) -> Option<Recognised> {
    by_words(message, signs, scene).or_else(|| structure::recognise(message, signs, scene))
}

fn by_words(message: &Message<'_>, signs: &Signs, scene: &Scene<'_>) -> Option<Recognised> {
    let best = best_hit(signs, scene)?;
    let text = scene.texts.get(best.text)?;
    let (reading, zone) = (&text.reading, &text.zone());
    if !best.opening.strong && !weak_is_enough(signs) {
        return None;
    }
    let alone = !(signs.subject_known || signs.null_path || signs.failed_recipients || signs.automatic);
    if !signs.machine() {
        // A person who writes about a bounce puts words of their own before it.
        let before = (0..best.line).filter(|i| !trimmed(reading.line(*i)).is_empty()).count();
        if signs.answer || before > MAX_PREAMBLE {
            return None;
        }
    }
    let mut kind = kind_of(&best, signs);
    let mut entries = read::reports(message, signs, reading, zone, best.line);
    read::conclude(&mut entries, reading, zone);
    let told = entries.iter().any(|e| e.report.recipient.is_some() || e.report.status.is_some());
    // A postmaster writes to people as well: a daemon's name and a few words are not enough.
    if !best.opening.strong && alone && zone.returned.is_none() && !entries.iter().any(answered) {
        return None;
    }
    if !(told || best.opening.strong || signs.daemon && signs.subject_known) {
        return None;
    }
    if kind == NoticeKind::Bounce && is_late(signs, reading, zone, &entries) {
        kind = NoticeKind::Delay;
    }
    let action = match kind {
        NoticeKind::Delay => Action::Delayed,
        NoticeKind::Success if best.says() == Says::Relayed => Action::Relayed,
        NoticeKind::Success => Action::Delivered,
        _ => Action::Failed,
    };
    let meant = REASONS.iter().find(|(name, _)| *name == best.family.name).map(|(_, reason)| *reason);
    let shown = read::findings(&entries, message, reading);
    for entry in &mut entries {
        if let Some(reason) = meant.filter(|_| entry.report.status.is_none()) {
            entry.report.reason = reason;
        }
        entry.report.action = action;
        if kind == NoticeKind::Success {
            entry.report.reason = Reason::Delivered;
        }
    }
    let mut findings: Vec<Finding> = Vec::new();
    findings.push(
        FAMILY
            .says(["The text is one that ", best.family.name, " writes."].concat())
            .with_any(reading.evidence(message, best.line..best.line + 1)),
    );
    findings.extend(shown);
    let reports: Vec<Report> = entries.into_iter().map(|e| e.report).collect();
    Some(Recognised {
        notice: Notice {
            kind,
            format: best.family.name.to_owned(),
            provenance: Provenance::Unverified,
            reporting_mta: reporting_mta(signs),
            reports,
            returned: None,
        },
        returned: None,
        findings,
    })
}

/// Whether an entry holds a server's answer.
fn answered(entry: &read::Entry) -> bool {
    let said = entry.report.diagnostic.as_deref().unwrap_or_default();
    entry.report.status.is_some() || super::reason::ReplyCode::find(said).is_some()
}

/// Whether the header alone makes a weak phrase enough.
fn weak_is_enough(signs: &Signs) -> bool {
    (signs.daemon || signs.null_path || signs.failed_recipients || (signs.automatic && signs.subject_known))
        && !(signs.answer && !signs.null_path && !signs.daemon)
}

/// The host behind the daemon's address.
fn reporting_mta(signs: &Signs) -> Option<String> {
    let address = signs.from.get(super::address::first(&signs.from)?)?;
    let (_, domain) = address.rsplit_once('@')?;
    domain.contains('.').then(|| in_lower_case(domain))
}

/// Failure or delay: the phrase says so, and where it leaves it open the subject does.
fn kind_of(best: &Hit, signs: &Signs) -> NoticeKind {
    match best.says() {
        Says::Delayed => NoticeKind::Delay,
        Says::Delivered | Says::Relayed => NoticeKind::Success,
        Says::Failed | Says::Opens => {
            if !best.opening.strong && late::is_late(&signs.subject) {
                NoticeKind::Delay
            } else {
                NoticeKind::Bounce
            }
        }
    }
}

/// Bytes of the words in which a notice says whether it still tries.
const MAX_SAYS: usize = 4_000;

/// Whether what reads like a failure is still tried: the notice says so, and no server gave a final answer.
fn is_late(signs: &Signs, reading: &Reading<'_>, zone: &Zone, entries: &[read::Entry]) -> bool {
    let is_final = |code: &str| code.trim_start().starts_with('5');
    let answered = entries.iter().any(|entry| {
        let said = entry.report.diagnostic.as_deref().and_then(super::reason::ReplyCode::find);
        entry.report.status.as_deref().is_some_and(is_final) || said.is_some_and(|code| !code.is_temporary())
    });
    let words = || flat(clip(reading.text(0..zone.words_end), MAX_SAYS));
    let told = entries.iter().any(|entry| entry.report.recipient.is_some());
    !answered && told && !signs.subject.contains("fail") && late::is_still_tried(&words())
}

/// The notice's own words, read once and shared by all who read them.
pub(super) struct Scene<'m> {
    pub(super) texts: Vec<Text<'m>>,
}

/// Text parts whose words are read.
const MAX_READINGS: usize = 6;

impl<'m> Scene<'m> {
    /// Reads the text parts of the outermost message: plain text first, HTML where it stands alone.
    pub(super) fn of(message: &Message<'m>) -> Scene<'m> {
        let mut texts: Vec<Text<'m>> = Vec::new();
        let mut plain = false;
        for part in message.parts().iter().filter(|p| p.depth == 0 && !p.is_multipart()) {
            if texts.len() == MAX_READINGS {
                break;
            }
            let kind = Kind::of(part);
            // A multipart without any part has lost its boundary; its text is all there is.
            let wanted = kind.is_a("text") && !kind.is_sub("rfc822-headers") && !kind.is_sub("rfc822")
                || kind.is_a("multipart")
                || kind.is("message", "partial");
            // An alternative says the same again.
            if !wanted || (part.is_html() && plain) || kind.is("text", "calendar") {
                continue;
            }
            if let Some(reading) = Reading::of(part) {
                plain |= !part.is_html() && reading.len() > 0;
                texts.push(Text::of(reading));
            }
        }
        Scene { texts }
    }
}

/// Points, the line, the length of the phrase, the family's rank: greater is better.
type Order = (u32, Reverse<usize>, usize, Reverse<usize>);

fn best_hit(signs: &Signs, scene: &Scene<'_>) -> Option<Hit> {
    let book = book();
    let mut best: Option<(Order, Hit)> = None;
    let mut told: Option<(usize, Says)> = None;
    // What supports the family that was asked last: the phrases of one family stand together.
    let mut known: Option<(usize, u32)> = None;
    for (index, text) in scene.texts.iter().enumerate() {
        let (reading, zone) = (&text.reading, text.zone());
        // The line that announces the returned mail can be a family's phrase itself.
        let flat = reading.flat(0..reading.len().min(zone.words_end + 1));
        let words = clip(&flat.text, MAX_WORDS);
        for found in book.lexicon.find(words) {
            let Some((family, rank, opening, rest)) = book.entries.get(found.phrase) else { continue };
            if !follows(words, found.end, rest) {
                continue;
            }
            let line = line_of(reading, &flat, found.start);
            if reading.line(line).trim_start().starts_with(['>', '|']) {
                continue;
            }
            // A person quotes what a notice said.
            let before = words.get(..found.start).unwrap_or_default();
            if !signs.machine() && before.ends_with(['"', '\u{201c}', '\u{201e}', '\u{ab}', '\'']) {
                continue;
            }
            if opening.strong && opening.says != Says::Opens && told.is_none_or(|(at, _)| line < at) {
                told = Some((line, opening.says));
            }
            // Earlier phrases first, then longer ones, then the more special family.
            let order = |points: u32| (points, Reverse(line), opening.phrase.len(), Reverse(*rank));
            let mut points = if opening.strong { 4 } else { 1 };
            if best.as_ref().is_some_and(|(o, _)| order(points + 2) <= *o) {
                continue;
            }
            let support = match known.filter(|(of, _)| of == rank) {
                Some((_, support)) => support,
                None => family.support(signs),
            };
            known = Some((*rank, support));
            points += support;
            if best.as_ref().is_none_or(|(o, _)| order(points) > *o) {
                best =
                    Some((order(points), Hit { family, opening: *opening, text: index, line, told: None }));
            }
        }
    }
    let (_, mut hit) = best?;
    if hit.opening.says == Says::Opens {
        hit.told = told.map(|(_, says)| says);
    }
    Some(hit)
}

fn line_of(reading: &Reading<'_>, flat: &Flat, offset: usize) -> usize {
    reading.line_at(flat.original(offset))
}

/// Whether `pieces` follow each other from `at` on, each within [`GAP`].
fn follows(text: &str, mut at: usize, pieces: &[&str]) -> bool {
    pieces.iter().all(|piece| {
        let window = clip(text.get(at..).unwrap_or_default(), GAP + piece.len());
        find_near(window, piece).inspect(|offset| at += offset + piece.len()).is_some()
    })
}
