//! Automatic answers: out of office, vacation, "we received your mail" (RFC 3834 and all that came before).
//!
//! A header field that only such programs write is enough, and so is a subject that only programs write.
//! Words that people use as well ("out of office", "on leave") need a second thing: a program's field, the
//! mail that it answers, or the text. What goes to many is an answer only where subject *and* text say so,
//! as a Notes agent's answer to a list does.

use std::sync::LazyLock;

use super::clues::Mark;
use super::reply_words::{Says, book};
use super::subjects::{Fit, Topic};
use super::words::{Hit, fold};
use super::{Look, Made, NoticeKind};
use crate::engine::anyof::AnyOf;
use crate::engine::verdict::{FindingKind, Severity, Toward};
use crate::engine::words::clip;

pub(in super::super) const AUTO: FindingKind = FindingKind {
    id: "notice.automatic",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "A program answered by itself (RFC 3834): out of office, vacation, or an acknowledgement.",
};

const SAYS: &str = "The other side's program answered by itself.";

/// Bytes of the words in which an answer says what it is; what comes later is a signature or a quotation.
const OPENING: usize = 1_500;
/// Bytes of a text part that are looked at where the header says nothing.
const GLANCE: usize = 400;

/// Recognises an automatic answer.
pub(super) fn recognise(look: &Look<'_, '_>) -> Option<Made> {
    let other =
        || if look.clues.list() { to_a_list(look) } else { by_field(look).or_else(|| by_words(look)) };
    of_a_list(look).or_else(|| of_notes(look)).or_else(other)
}

/// What Lotus Notes' out-of-office agent writes into subject and text, folded.
const NOTES: &[(&str, &str)] = &[
    (" is out of the office", "out of the office starting"),
    (" ist ausser haus", "ich kehre zuruck am"),
    (" est absent", "absent(e) a partir du"),
    (" est absent", "absent du bureau a partir du"),
    (" no esta en la oficina", "estare fuera de la oficina"),
    (" esta fuera de la oficina", "estare ausente"),
    (" esta ausente", "estare ausente"),
    (" e fuori ufficio", "saro fuori ufficio"),
    (" e assente", "saro assente"),
    (" esta fora do escritorio", "estarei fora do escritorio"),
    (" is afwezig", "ik ben afwezig vanaf"),
    ("は不在です", "不在"),
];

/// Lotus Notes' out-of-office agent: subject and text are always the same, and nothing else tells it.
fn of_notes(look: &Look<'_, '_>) -> Option<Made> {
    static TITLES: LazyLock<AnyOf> = LazyLock::new(|| AnyOf::new(NOTES.iter().map(|row| row.0)));
    let subject = &look.clues.subject;
    if look.clues.prefixed || !look.clues.single || !TITLES.is_in(subject) {
        return None;
    }
    let mut rows = NOTES.iter().filter(|(title, _)| subject.contains(title));
    let opening = clip(&look.words().text, OPENING);
    // The agent says it at once; a person who speaks of somebody's absence greets first.
    let first = |said: &str| opening.find(said).filter(|at| *at <= 80);
    let (at, said) = rows.find_map(|(_, said)| first(said).map(|at| (at, *said)))?;
    let hit = Hit { says: Says::Away, start: at, end: at + said.len() };
    Some(made(look, "notes", Some(&hit)))
}

/// Addresses of list programs, ASCII lower case: some mark their answers with no field at all.
const LIST_PROGRAMS: &[&str] = &["majordomo@", "listserv@", "sympa@", "listproc@", "mailman@"];

/// What a list program answers to a post or a command; it marks its answer as list mail or not.
fn of_a_list(look: &Look<'_, '_>) -> Option<Made> {
    let clues = &look.clues;
    let fits = look.heading(Topic::ListAnswer).is_some_and(|fit| fit >= Fit::Start) && !clues.prefixed;
    let named = || LIST_PROGRAMS.iter().any(|name| clues.from.contains(name));
    let program = || {
        clues.mark(Mark::ListAnswer).is_some() || clues.machine() || clues.single && (clues.bulk || named())
    };
    (fits && program()).then(|| made(look, "list_answer", None))
}

fn made(look: &Look<'_, '_>, format: &'static str, hit: Option<&Hit<Says>>) -> Made {
    let subject = hit.is_none().then(|| look.message.top_evidence("subject")).flatten();
    let field = look.clues.machine_field().and_then(|header| look.field(header));
    let words = hit.and_then(|hit| look.evidence(hit));
    Made::new(NoticeKind::AutoReply, format, AUTO, SAYS).with(field.or(subject)).with(words)
}

/// A field that says it all.
fn by_field(look: &Look<'_, '_>) -> Option<Made> {
    let clues = &look.clues;
    if let Some(header) = clues.mark(Mark::Reply) {
        return Some(Made::new(NoticeKind::AutoReply, "auto_reply", AUTO, SAYS).with(look.field(header)));
    }
    let header = clues.auto_replied.filter(|_| !clues.daemon())?;
    Some(Made::new(NoticeKind::AutoReply, "auto_reply", AUTO, SAYS).with(look.field(header)))
}

fn by_words(look: &Look<'_, '_>) -> Option<Made> {
    let clues = &look.clues;
    let answer = look.heading(Topic::Answer);
    let away = look.heading(Topic::Away);
    // `Re: Automatic reply: ...` is a person who answers the program.
    if answer == Some(Fit::SetOff) && !clues.prefixed && clues.single {
        return Some(made(look, "auto_reply", None));
    }
    let plausible = clues.machine() || clues.bulk || answer.is_some() || away.is_some();
    if !(plausible || clues.single && glance(look)) {
        return None;
    }
    let said = Said::of(look);
    let hit = said.best.as_ref();
    let titled = !clues.prefixed && (answer.is_some() || away.is_some_and(|fit| fit > Fit::Inside));
    // A person who answers keeps the `Re:`; a program writes its own subject.
    let retitled = titled && clues.answers;
    let enough = match hit.map(|h| h.says) {
        // Says of itself what it is.
        Some(Says::Automatic) => {
            clues.machine() || titled || clues.single && (clues.answers || clues.bulk || said.away > 0)
        }
        Some(Says::Away) => {
            let program = (clues.machine() && !clues.daemon() || clues.bulk) && said.begins;
            (clues.single || clues.answers) && (program || retitled || titled && answer.is_some())
                || clues.single && titled && (said.received || away == Some(Fit::SetOff) && said.away > 1)
                || clues.single && said.away + usize::from(said.received) > 2
        }
        Some(Says::Received) => {
            retitled && clues.single
                // A ticket system: a program's field, the mail that it answers, and this at once.
                || (clues.machine() || clues.bulk)
                    && !clues.daemon()
                    && clues.answers
                    && clues.single
                    && said.begins
                || clues.no_path && (clues.answers || clues.bulk && clues.single)
        }
        None => {
            titled && answer.is_some() && (clues.machine() || clues.answers)
                || clues.no_path && clues.answers && clues.single && !clues.daemon()
        }
    };
    enough.then(|| made(look, "auto_reply", hit))
}

/// What the opening of the text says.
struct Said {
    /// The phrase that says most.
    best: Option<Hit<Says>>,
    /// How many phrases for being away stand there, one after the other.
    away: usize,
    /// Whether it says that the mail arrived, or thanks for it.
    received: bool,
    /// Whether the best phrase stands in the first lines, as in a program's answer.
    begins: bool,
}

impl Said {
    fn of(look: &Look<'_, '_>) -> Said {
        let hits = look.hits(book(), OPENING);
        let best = hits.iter().max_by_key(|hit| (hit.says, std::cmp::Reverse(hit.start))).copied();
        let mut away = 0;
        let mut end = 0;
        for hit in hits.iter().filter(|hit| hit.says == Says::Away) {
            if hit.start >= end {
                away += 1;
                end = hit.end;
            }
        }
        Said {
            best,
            away,
            received: hits.iter().any(|hit| hit.says == Says::Received),
            begins: best.is_some_and(|hit| look.words().lines_before(hit.start) <= 4),
        }
    }
}

/// A short look at the first text part, for answers whose header says nothing at all.
fn glance(look: &Look<'_, '_>) -> bool {
    let part = look.message.parts().iter().find(|p| p.depth == 0 && p.text().is_some() && !p.is_html());
    let Some(text) = part.and_then(|p| p.text()) else { return false };
    let folded = fold(clip(text, GLANCE));
    let mut score = 0;
    for hit in book().hits(&folded) {
        score += if hit.says == Says::Automatic { 3 } else { 1 };
    }
    score >= 3
}

/// An answer that a list sent on to all: the subject and the text both say what it is.
fn to_a_list(look: &Look<'_, '_>) -> Option<Made> {
    let clues = &look.clues;
    let subject = look.heading(Topic::Answer).max(look.heading(Topic::Away))?;
    if clues.prefixed || clues.mark(Mark::List).is_none() {
        return None;
    }
    let hit = Said::of(look).best.filter(|hit| hit.says >= Says::Away)?;
    // A person's own words come before the phrase; a program's answer begins with it.
    let begins = look.words().lines_before(hit.start) <= 2;
    let marked = clues.mark(Mark::Reply).is_some() || clues.auto_replied.is_some();
    (begins && (marked || subject == Fit::SetOff && look.heading(Topic::Answer).is_some()))
        .then(|| made(look, "auto_reply", Some(&hit)))
}
