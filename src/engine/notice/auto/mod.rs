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
use super::{Notice, NoticeKind, Provenance, Reason, Recognised, Report};
use crate::engine::message::{Message, Part, Place};
use crate::engine::returned;
use crate::engine::verdict::{Evidence, FindingKind};
use crate::engine::words::clip;
use clues::{Clues, Mark};
use subjects::{Fit, Topic};
use words::{Book, Hit, Words};

pub(super) use challenge::CHALLENGE;
pub(super) use feedback::FEEDBACK;
pub(super) use receipt::RECEIPT;
pub(super) use reply::AUTO;
pub(super) use virus::VIRUS;

/// A message about to be looked at: three questions, asked in this order around that for a bounce.
///
/// Never fails. Ordinary mail costs one pass over its header; of the words of what could be a notice at most
/// [`words::MAX_WORDS`] bytes are read.
pub(super) fn look<'l, 'm>(message: &'l Message<'m>) -> Option<Look<'l, 'm>> {
    let clues = Clues::of(message)?;
    let shape = Shape::of(message);
    Some(Look { message, clues, shape, scene: OnceCell::new(), words: OnceCell::new() })
}

impl Look<'_, '_> {
    /// A receipt or a feedback report: what it is stands in a part or a field of its own, so that it is
    /// asked before a bounce is.
    pub(super) fn report(&self) -> Option<Recognised> {
        receipt::recognise(self).or_else(|| feedback::recognise(self)).map(|made| made.finish(self))
    }

    /// A virus warning or a challenge inside what reads like a bounce in words: it is one where the subject
    /// speaks of viruses, or the words give a virus as the reason, and no server's code is named, or where the bounce is only built like one.
    pub(super) fn instead_of(&self, bounce: &Recognised) -> Option<Recognised> {
        let told = bounce.notice.reports.iter().any(|r| r.status.is_some());
        let titled =
            [Topic::Virus, Topic::VirusWord].iter().any(|topic| self.heading(*topic) >= Some(Fit::Start));
        let of_virus = || bounce.notice.reports.iter().any(|r| r.reason == Reason::Virus);
        match bounce.notice.format.as_str() {
            // Boxbe writes its question as a report.
            "dsn" if self.clues.systems().any(|format| format != "challenge") => {
                challenge::recognise(self).map(|made| made.finish(self))
            }
            "dsn" => None,
            "generic" if !told => {
                let challenge =
                    self.heading(Topic::Challenge).is_some() || self.clues.mark(Mark::Challenge).is_some();
                let made = virus::recognise(self);
                made.or_else(|| challenge::recognise(self).filter(|_| challenge))
                    .map(|made| made.finish(self))
            }
            _ if (titled || of_virus()) && !told => virus::recognise(self).map(|made| made.finish(self)),
            // TMDA begins its challenges as Exim begins its bounces.
            _ if !told => challenge::recognise(self).map(|made| made.finish(self)),
            _ => None,
        }
    }

    fn warning(&self) -> Option<Recognised> {
        virus::recognise(self).or_else(|| challenge::recognise(self)).map(|made| made.finish(self))
    }

    /// Everything else, where the message is no bounce.
    pub(super) fn answer(&self) -> Option<Recognised> {
        self.warning().or_else(|| {
            confirm::recognise(self).or_else(|| reply::recognise(self)).map(|made| made.finish(self))
        })
    }
}

/// What the rules see: the header's clues, and the words once somebody asks for them.
pub(super) struct Look<'l, 'm> {
    message: &'l Message<'m>,
    clues: Clues<'m>,
    shape: Shape,
    scene: OnceCell<Scene<'m>>,
    words: OnceCell<Words>,
}

impl<'m> Look<'_, 'm> {
    /// The words of the message's text parts.
    pub(super) fn scene(&self) -> &Scene<'m> {
        self.scene.get_or_init(|| Scene::of(self.message))
    }

    fn words(&self) -> &Words {
        self.words.get_or_init(|| Words::of(self.scene()))
    }

    /// The phrases of `book` in the first `most` bytes of the words.
    fn hits<T: Copy>(&self, book: &'static Book<T>, most: usize) -> Vec<Hit<T>> {
        book.hits(clip(&self.words().text, most)).take(200).collect()
    }

    /// The lines that hold a phrase.
    fn evidence<T>(&self, hit: &Hit<T>) -> Option<Evidence> {
        self.words().evidence(self.message, self.scene(), hit.start, hit.end)
    }

    fn field(&self, header: &Header<'m>) -> Option<Evidence> {
        Some(self.message.field_evidence(self.message.root()?, header))
    }

    /// Whether the message is a multipart/report whose type, if it names one, holds `word`.
    fn report_of(&self, word: &str) -> bool {
        let ct = self.message.root().and_then(|root| root.content_type_value());
        self.shape.report
            && ct
                .and_then(|ct| ct.attribute("report-type"))
                .is_none_or(|kind| kind.to_ascii_lowercase().contains(word))
    }

    /// The message's own parts that could hold a report's fields.
    fn own_parts(&self) -> impl Iterator<Item = &Part<'m>> {
        self.message.parts().iter().filter(|p| p.depth == 0 && !p.is_multipart()).take(8)
    }

    /// How well a phrase of `topic` fits the subject, if one stands in it.
    fn heading(&self, topic: Topic) -> Option<Fit> {
        self.clues.headings.iter().filter(|h| h.topic == topic).map(|h| h.fit).max()
    }
}

/// What the types of the message's own parts show; parts by their place in [`Message::parts`].
#[derive(Debug, Clone, Copy, Default)]
struct Shape {
    /// A multipart/report, or a message that is a report part.
    report: bool,
    status: Option<usize>,
    disposition: Option<usize>,
    feedback: Option<usize>,
    tnef: Option<usize>,
}

impl Shape {
    fn of(message: &Message<'_>) -> Shape {
        let mut shape = Shape::default();
        for part in message.parts().iter().filter(|p| p.depth == 0) {
            let Some(ct) = part.content_type_value() else { continue };
            let sub = ct.subtype().unwrap_or_default();
            let slot = match ct.ctype().as_bytes().first().map(u8::to_ascii_lowercase) {
                Some(b'm') if ct.ctype().eq_ignore_ascii_case("multipart") => {
                    shape.report |= sub.eq_ignore_ascii_case("report");
                    continue;
                }
                Some(b'm') => match sub.to_ascii_lowercase() {
                    s if s.contains("delivery-status") => &mut shape.status,
                    s if s.contains("disposition-notification") => &mut shape.disposition,
                    s if s.contains("feedback-report") => &mut shape.feedback,
                    _ => continue,
                },
                Some(b'a') if ["ms-tnef", "vnd.ms-tnef"].iter().any(|s| sub.eq_ignore_ascii_case(s)) => {
                    &mut shape.tnef
                }
                _ => continue,
            };
            slot.get_or_insert(part.index());
        }
        shape
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
    original: Option<(String, Place)>,
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

    fn with_host_of(mut self, look: &Look<'_, '_>) -> Made {
        self.reporting_mta = look.clues.host();
        self
    }

    fn finish(self, look: &Look<'_, '_>) -> Recognised {
        let mut returned = returned::find(look.message, &look.scene().texts, 0);
        if let Some((id, place)) = self.original {
            returned = Some(returned::with_original_id(returned, &id, place));
        }
        let mut findings = vec![self.finding.says(self.says).with_any(self.evidence)];
        findings.extend(returned.as_ref().map(|returned| returned.finding(look.message)));
        Recognised {
            notice: Notice {
                kind: self.kind,
                format: self.format.to_owned(),
                provenance: Provenance::Unverified,
                reporting_mta: self.reporting_mta,
                reports: self.reports,
                returned: None,
            },
            returned,
            findings,
        }
    }
}
