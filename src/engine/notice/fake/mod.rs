//! Phishing, spam and worms dressed as a notice.
//!
//! | file | question |
//! | --- | --- |
//! | `weigh` | do the signs of a fake outweigh those of honest mail? (`signs` is their table) |
//! | `calls`, `lures`, `manner`, `honest` | whose are the links, how could it do harm, how does it speak, what speaks for honest mail? |
//! | `report` | does a `multipart/report` report anything? |
//! | `worm` | is it one of the worms that pose as a bounce? |
//! | `words` | what such mail says, by language; a new language is one table |
//! | `hosts` | whose host is it? known providers, hosts that anybody can use |
//! | `head` | is the text worth reading? |
//! | `links`, `people`, `read`, `fold` | the message as these rules read it |
//!
//! Asked twice: of mail that is no notice ([`findings`]), and of what looks like one before it is believed
//! ([`overrules`]). A notice that proves itself, by a status part that names somebody else, by the returned
//! mail, or by a server's answer about another address, is never called a fake.

mod calls;
mod fold;
mod head;
mod honest;
mod hosts;
mod links;
mod lures;
mod manner;
mod people;
mod read;
mod report;
mod signs;
mod weigh;
mod words;
mod worm;

#[cfg(test)]
mod tests;

use std::cell::LazyCell;

use crate::engine::message::Message;
use crate::engine::returned::ReturnedForm;
use crate::engine::verdict::Finding;

use super::{NoticeKind, Recognised};
use people::Person;
use weigh::{Case, ENOUGH};

pub use signs::FINDINGS;

/// What speaks for a fake in a message that is no notice; empty where it is none.
///
/// Ordinary mail costs a look at its subject and sender; of others at most a few texts of bounded length
/// are read. Never fails.
pub fn findings(message: &Message<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = report::hollow(message).into_iter().collect();
    let Some(case) = Case::of(message) else { return found };
    if let Some(worm) = case.worm() {
        found.push(worm);
        return found;
    }
    let weighed = case.weigh();
    if weighed.sum >= ENOUGH {
        found.extend(weighed.signs);
    }
    found
}

/// Whether what was recognised as a notice of delivery is a fake after all.
pub(super) fn overrules(message: &Message<'_>, recognised: &Recognised) -> bool {
    let proof = proof(message, recognised);
    if proof == Proof::Full {
        return false;
    }
    let Some(case) = Case::of(message) else { return false };
    if case.worm().is_some() {
        return true;
    }
    if proof != Proof::Answer && report::hollow(message).is_some() {
        return true;
    }
    let needed = match proof {
        Proof::Full | Proof::Answer => return false,
        Proof::Somebody => ENOUGH + 1.75,
        Proof::Nothing => ENOUGH - 1.25,
    };
    let weighed = case.weigh();
    // In plain text a wish stands beside the bare link.
    let wants = weighed.wants || proof == Proof::Nothing && weighed.wishes;
    wants && weighed.sum >= needed
}

/// Whether what was recognised as an automatic answer is a fake that only says so in its header.
///
/// Challenges do want a click and are left alone; a gateway that warns of a virus wants nothing.
pub(super) fn poses_as_answer(message: &Message<'_>, recognised: &Recognised) -> bool {
    let weighed_as_fake = |case: Case<'_, '_>| {
        let weighed = case.weigh();
        weighed.sum >= ENOUGH && (weighed.wants || recognised.notice.kind == NoticeKind::AutoReply)
    };
    matches!(recognised.notice.kind, NoticeKind::AutoReply | NoticeKind::VirusWarning)
        && Case::of(message).is_some_and(|case| case.worm().is_some() || weighed_as_fake(case))
}

/// How far a notice proves itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// A status part about somebody else's address, or the returned mail.
    Full,
    /// A server's answer about somebody else's address.
    Answer,
    /// Somebody else's address.
    Somebody,
    /// Nobody, or the person alone, is named, and nothing came back.
    Nothing,
}

/// Fields of a quoted header that make it more than a copy of the subject.
const QUOTED_FIELDS: usize = 3;

fn proof(message: &Message<'_>, recognised: &Recognised) -> Proof {
    let notice = &recognised.notice;
    let person = LazyCell::new(|| Person::of(message));
    let others = || {
        notice.reports.iter().filter(|r| {
            let named = r.recipient.as_deref().or(r.original_recipient.as_deref());
            named.is_some_and(|address| !person.is(address))
        })
    };
    let came_back = recognised.returned.as_ref().is_some_and(|returned| match returned.form {
        ReturnedForm::Message | ReturnedForm::Headers => !returned.fields.is_empty(),
        ReturnedForm::Quoted => returned.fields.len() >= QUOTED_FIELDS,
        ReturnedForm::Facts => false,
    });
    if came_back || (notice.format == "dsn" && others().next().is_some()) {
        return Proof::Full;
    }
    if others().any(|r| r.status.is_some()) {
        return Proof::Answer;
    }
    if others().next().is_some() { Proof::Somebody } else { Proof::Nothing }
}
