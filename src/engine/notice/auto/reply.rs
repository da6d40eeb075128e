//! Automatic answers: out of office, vacation, "we received your mail" (RFC 3834 and all that came before).
//!
//! A header field that only such programs write is enough, and so is a subject that only programs write.
//! Words that people use as well ("out of office", "on leave") need a second thing: a program's field, the
//! mail that it answers, or the text. What goes to many is an answer only where subject *and* text say so,
//! as a Notes agent's answer to a list does.

use super::clues::Mark;
use super::reply_words::{Says, book};
use super::subjects::{Fit, Topic};
use super::words::{Hit, fold};
use super::{Look, Made, NoticeKind};
use crate::engine::notice::text::clip;
use crate::engine::verdict::{FindingKind, Severity, Toward};

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
const GLANCE: usize = 700;

/// Recognises an automatic answer.
pub(super) fn recognise(look: &Look<'_, '_>) -> Option<Made> {
    let other =
        || if look.clues.list() { to_a_list(look) } else { by_field(look).or_else(|| by_words(look)) };
    of_a_list(look).or_else(other)
}

/// What a list program answers to a post or a command; it marks its answer as list mail or not.
fn of_a_list(look: &Look<'_, '_>) -> Option<Made> {
    let clues = &look.clues;
    let fits = look.heading(Topic::ListAnswer).is_some_and(|fit| fit >= Fit::Start) && !clues.prefixed;
    let program = clues.mark(Mark::ListAnswer).is_some() || clues.machine() || clues.bulk && clues.single;
    (fits && program).then(|| made(look, "list_answer", None))
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
    let header = clues.auto_replied.filter(|_| !clues.daemon)?;
    Some(Made::new(NoticeKind::AutoReply, "auto_reply", AUTO, SAYS).with(look.field(header)))
}

/// The phrase that says most in the opening of the text.
fn said(look: &Look<'_, '_>, most: usize) -> Option<Hit<Says>> {
    look.hits(book(), most).into_iter().max_by_key(|hit| (hit.says, std::cmp::Reverse(hit.start)))
}

fn by_words(look: &Look<'_, '_>) -> Option<Made> {
    let clues = &look.clues;
    let answer = look.heading(Topic::Answer);
    let away = look.heading(Topic::Away);
    // `Re: Automatic reply: ...` is a person who answers the program.
    if answer == Some(Fit::SetOff) && !clues.prefixed && clues.single {
        return Some(made(look, "auto_reply", None));
    }
    let subject = answer.max(away.filter(|fit| *fit > Fit::Inside));
    let plausible = clues.machine() || clues.bulk || answer.is_some() || away.is_some();
    if !plausible && !(clues.single && glance(look)) {
        return None;
    }
    let hit = said(look, OPENING);
    let says = hit.as_ref().map(|h| h.says);
    let titled = subject.is_some() && !clues.prefixed;
    let enough = match says {
        // Says of itself what it is.
        Some(Says::Automatic) => {
            clues.machine() || titled || clues.single && (clues.answers || clues.bulk || also_away(look))
        }
        Some(Says::Away) => {
            clues.machine() && !clues.daemon && (clues.single || clues.answers)
                || titled && (clues.single || clues.answers)
                || clues.bulk && clues.single
        }
        Some(Says::Received) => {
            (clues.machine() && !clues.daemon || clues.bulk) && (clues.answers || clues.prefixed || titled)
                || titled && clues.answers && clues.single
        }
        None => titled && answer.is_some() && (clues.machine() || clues.answers),
    };
    enough.then(|| made(look, "auto_reply", hit.as_ref()))
}

/// Whether the text says both that it is automatic and that somebody is away.
fn also_away(look: &Look<'_, '_>) -> bool {
    look.hits(book(), OPENING).iter().any(|hit| hit.says == Says::Away)
}

/// A short look at the first text part, for answers whose header says nothing at all.
fn glance(look: &Look<'_, '_>) -> bool {
    let part = look.message.parts().iter().find(|p| p.depth == 0 && p.text().is_some() && !p.is_html());
    let Some(text) = part.and_then(|p| p.text()) else { return false };
    let opening = clip(text, GLANCE);
    let folded = fold(opening);
    book().hits(&folded).any(|hit| hit.says == Says::Automatic)
}

/// An answer that a list sent on to all: the subject and the text both say what it is.
fn to_a_list(look: &Look<'_, '_>) -> Option<Made> {
    let clues = &look.clues;
    let subject = look.heading(Topic::Answer).max(look.heading(Topic::Away))?;
    if clues.prefixed {
        return None;
    }
    let hit = said(look, OPENING).filter(|hit| hit.says >= Says::Away)?;
    // A person's own words come before the phrase; a program's answer begins with it.
    let begins = look.words().lines_before(hit.start) <= 2;
    let marked = clues.mark(Mark::Reply).is_some() || clues.auto_replied.is_some();
    let notes = clues.subject.contains(" is out of the office")
        && look.words().text.contains("out of the office starting");
    (begins && (marked || notes || subject == Fit::SetOff && look.heading(Topic::Answer).is_some()))
        .then(|| made(look, "auto_reply", Some(&hit)))
}
