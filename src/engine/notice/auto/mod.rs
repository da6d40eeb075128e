//! Notices that report no delivery: automatic answers, challenges, virus warnings, receipts, complaints.
//!
//! One file per kind. Each asks the header first ([`clues`]); only where header, subject or From make it
//! plausible are the notice's own words read, once, and shared by all ([`Look`]). What goes to many (a list,
//! a mailing) answers nobody and needs words that only a program writes.
//!
//! | file | kind | rests on |
//! | --- | --- | --- |
//! | `receipt` | read receipt | RFC 8098 part, Outlook's TNEF class, the words of mail programs |
//! | `feedback` | feedback report | RFC 5965 and RFC 6591 part, the loops that have none |
//! | `virus` | virus warning | a gateway's subject, From or field **and** words to the sender |
//! | `challenge` | challenge | a challenge system's field, From or words |
//! | `confirm` | challenge | a list program that asks whether a subscription is wanted |
//! | `reply` | automatic answer | RFC 3834, the fields of other programs, words |
//!
//! Tables: header fields in `clues`, subjects in `subjects`, text in each kind's file (`reply_words` for
//! answers). A new language or program is one line in one of them.

mod challenge;
mod clues;
mod confirm;
mod feedback;
mod fields;
mod receipt;
mod reply;
mod reply_words;
mod subjects;
mod virus;
mod words;

#[cfg(test)]
mod tests;

use std::cell::OnceCell;

use mail_parser::Header;

use super::families::Scene;
use super::{Notice, NoticeKind, Provenance, Recognised, Report};
use crate::engine::message::Message;
use crate::engine::returned;
use crate::engine::verdict::{Evidence, FindingKind};
use clues::Clues;
use subjects::{Fit, Topic};
use words::{Book, Hit, Words};

pub(super) use challenge::CHALLENGE;
pub(super) use feedback::FEEDBACK;
pub(super) use receipt::RECEIPT;
pub(super) use reply::AUTO;
pub(super) use virus::VIRUS;

/// Recognises a notice that is no delivery report.
///
/// Never fails. Ordinary mail costs one pass over its header; of the words of what could be a notice at most
/// [`words::MAX_WORDS`] bytes are read.
pub(super) fn recognise(message: &Message<'_>) -> Option<Recognised> {
    let look = Look { message, clues: Clues::of(message)?, scene: OnceCell::new(), words: OnceCell::new() };
    let made = receipt::recognise(&look)
        .or_else(|| feedback::recognise(&look))
        .or_else(|| virus::recognise(&look))
        .or_else(|| challenge::recognise(&look))
        .or_else(|| confirm::recognise(&look))
        .or_else(|| reply::recognise(&look))?;
    Some(made.finish(&look))
}

/// What the rules see: the header's clues, and the words once somebody asks for them.
struct Look<'l, 'm> {
    message: &'l Message<'m>,
    clues: Clues<'m>,
    scene: OnceCell<Scene<'m>>,
    words: OnceCell<Words>,
}

impl<'m> Look<'_, 'm> {
    fn scene(&self) -> &Scene<'m> {
        self.scene.get_or_init(|| Scene::of(self.message))
    }

    fn words(&self) -> &Words {
        self.words.get_or_init(|| Words::of(self.scene()))
    }

    /// The phrases of `book` in the first `most` bytes of the words.
    fn hits<T: Copy>(&self, book: &'static Book<T>, most: usize) -> Vec<Hit<T>> {
        book.hits(super::text::clip(&self.words().text, most)).take(200).collect()
    }

    /// The lines that hold a phrase.
    fn evidence<T>(&self, hit: &Hit<T>) -> Option<Evidence> {
        self.words().evidence(self.message, self.scene(), hit.start, hit.end)
    }

    fn field(&self, header: &Header<'m>) -> Option<Evidence> {
        Some(self.message.field_evidence(self.message.root()?, header))
    }

    /// How well a phrase of `topic` fits the subject, if one stands in it.
    fn heading(&self, topic: Topic) -> Option<Fit> {
        self.clues.headings.iter().filter(|h| h.topic == topic).map(|h| h.fit).max()
    }
}

/// A recognised notice before the returned mail is looked for.
struct Made {
    kind: NoticeKind,
    /// The word in [`Notice::format`].
    format: &'static str,
    finding: FindingKind,
    says: String,
    evidence: Vec<Evidence>,
    reports: Vec<Report>,
    reporting_mta: Option<String>,
    /// A Message-ID of the mail it is about, from a report's own fields.
    original: Option<(String, Evidence)>,
}

impl Made {
    fn new(kind: NoticeKind, format: &'static str, finding: FindingKind, says: &str) -> Made {
        Made {
            kind,
            format,
            finding,
            says: says.to_owned(),
            evidence: Vec::new(),
            reports: Vec::new(),
            reporting_mta: None,
            original: None,
        }
    }

    fn with(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Made {
        self.evidence.extend(evidence);
        self
    }

    fn from_host(mut self, look: &Look<'_, '_>) -> Made {
        self.reporting_mta = look.clues.host();
        self
    }

    fn finish(self, look: &Look<'_, '_>) -> Recognised {
        let mut returned = returned::find(look.message, &look.scene().texts(), 0);
        if let Some((id, evidence)) = self.original {
            returned = Some(returned::with_original_id(returned, &id, evidence));
        }
        let mut findings = vec![self.finding.says(self.says).with_any(self.evidence)];
        findings.extend(returned.as_ref().map(returned::Returned::finding));
        Recognised {
            notice: Notice {
                kind: self.kind,
                format: self.format.to_owned(),
                provenance: Provenance::Unverified,
                reporting_mta: self.reporting_mta,
                reports: self.reports,
                returned: returned.as_ref().map(|r| r.mail.clone()),
            },
            returned,
            findings,
        }
    }
}
