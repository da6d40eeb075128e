//! Message-IDs: is one that the notice names that of a mail in Sent?
//!
//! An ID alone decides where nothing beside it came back. Where recipient, subject and date all came back
//! and all disagree, it was copied: the IDs of list posts are public. An ID that the returned mail merely
//! *answers* says that it stands in a conversation of the person's, no more.

use super::Case;
use super::facts::Facts;
use crate::engine::ledger::{LedgerUnavailable, SentMail, normal_message_id};
use crate::engine::message::Part;
use crate::engine::message::{Kind, Place};
use crate::engine::notice::Provenance;
use crate::engine::returned::{self, IdCandidate, IdSource};
use crate::engine::verdict::{FindingKind, Severity, Toward};

pub(super) const SENT: FindingKind = FindingKind {
    id: "provenance.sent",
    severity: Severity::Critical,
    toward: Toward::Keep,
    weight: 9.0,
    means: "The returned Message-ID stands in Sent, and recipient, subject or date agree.",
};
pub(super) const CONTRADICTED: FindingKind = FindingKind {
    id: "provenance.contradicted",
    severity: Severity::Medium,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The returned Message-ID stands in Sent, but neither recipient, subject nor date agree.",
};
pub(super) const ANSWERS: FindingKind = FindingKind {
    id: "provenance.answers_sent_mail",
    severity: Severity::Medium,
    toward: Toward::Keep,
    weight: 3.0,
    means: "The returned mail answers one that stands in Sent (In-Reply-To, References).",
};

/// Fields of reports that name the mail they are about (RFC 8098 §3.2.5, RFC 5965, Exchange), lower case.
const REPORT_FIELDS: &[&str] = &["original-message-id", "x-original-message-id", "message-id"];
/// Lines of a report that are read.
const MAX_LINES: usize = 200;
/// Messages around an inner notice that are looked up.
const MAX_WRAPPERS: usize = 3;
/// Message-IDs that the returned mail cites and that are looked up.
const MAX_CITED: usize = 6;

impl Case<'_, '_> {
    /// Message-IDs beside those of the returned mail ([`crate::engine::returned`]) that may name it: those of receipts and
    /// feedback reports.
    fn report_ids(&self) -> Vec<IdCandidate> {
        let mut more: Vec<IdCandidate> = Vec::new();
        let known = self.returned().map_or(&[][..], |returned| &returned.ids);
        let reports = self.message.parts().iter().filter(|p| {
            let kind = Kind::of(p);
            p.depth == 0 && kind.is_a("message") && (kind.ends_in("notification") || kind.ends_in("-report"))
        });
        for part in reports {
            let bytes = part.bytes();
            let mut at = 0;
            for line in bytes.split_inclusive(|b| *b == b'\n').take(MAX_LINES) {
                let range = at..at + line.len();
                at = range.end;
                let text = String::from_utf8_lossy(line);
                let Some((name, value)) = text.split_once(':') else { continue };
                if !REPORT_FIELDS.contains(&name.trim().to_ascii_lowercase().as_str()) {
                    continue;
                }
                let id = normal_message_id(value);
                if id.contains('@') && !known.iter().chain(&more).any(|c| c.id == id) {
                    let place = Place::Body { part: part.index(), range, words: None };
                    more.push(IdCandidate { id, source: IdSource::Original, place });
                }
            }
        }
        more
    }

    /// A Message-ID in Sent, and what agrees with it.
    pub(super) fn by_message_id(&mut self) -> Result<Option<Provenance>, LedgerUnavailable> {
        let known = self.returned().map_or(&[][..], |returned| &returned.ids);
        let more = self.report_ids();
        // Where the mail's own ID came back, what the notice answers may be an older mail of the thread.
        let own_id = known.iter().any(|c| c.source == IdSource::Returned);
        let mut contradicted = None;
        for candidate in known.iter().chain(&more) {
            if own_id && candidate.source >= IdSource::InReplyTo {
                continue;
            }
            let Some(sent) = self.context.ledger.by_message_id(&candidate.id)? else { continue };
            let agreement = self.compare(&sent);
            if agreement.count() == 0 && self.can_contradict() {
                contradicted = contradicted.or(Some(candidate));
                continue;
            }
            self.findings.push(
                SENT.says(sentence(&sent, &agreement.words()))
                    .with_any(candidate.place.evidence(self.message)),
            );
            return Ok(Some(Provenance::Genuine));
        }
        let Some(candidate) = contradicted else { return Ok(None) };
        self.findings.push(
            CONTRADICTED
                .says("The Message-ID is that of a mail you sent, but recipient, subject and date are not: IDs of public mail can be copied.")
                .with_any(candidate.place.evidence(self.message)),
        );
        Ok(Some(Provenance::Unverified))
    }

    /// The notice inside a message inside the notice: a mail of the person's that carried a bounce along and
    /// came back, or a gateway's wrapping. The message around is looked up as the returned one would be.
    pub(super) fn by_wrapper(&mut self) -> Result<Option<Provenance>, LedgerUnavailable> {
        let inner = self.returned().and_then(|r| r.part);
        let wrappers: Vec<_> = self
            .message
            .parts()
            .iter()
            .filter(|p| p.depth == 0 && p.message().is_some() && Some(p.index()) != inner)
            .filter_map(|p| self.message.children(p.index()).find(|c| c.is_message_root))
            .take(MAX_WRAPPERS)
            .collect();
        for root in wrappers {
            let mail = returned::short(root.owner());
            let facts = Facts::of_wrapper(&mail, self.facts.noticed);
            let kept = std::mem::replace(&mut self.facts, facts);
            let decided = self.decide_wrapper(mail.message_id.as_deref(), root);
            self.facts = kept;
            if let Some(decided) = decided? {
                return Ok(Some(decided));
            }
        }
        Ok(None)
    }

    fn decide_wrapper(
        &mut self,
        id: Option<&str>,
        root: &Part<'_>,
    ) -> Result<Option<Provenance>, LedgerUnavailable> {
        if let Some(id) = id
            && let Some(sent) = self.context.ledger.by_message_id(id)?
        {
            let agreement = self.compare(&sent);
            if agreement.count() == 0 {
                return Ok(None);
            }
            let evidence = self.message.header_evidence(root, "message-id");
            self.findings.push(SENT.says(sentence(&sent, &agreement.words())).with_any(evidence));
            return Ok(Some(Provenance::Genuine));
        }
        Ok(self.by_facts()?.map(|mine| if mine { Provenance::Genuine } else { Provenance::Unverified }))
    }

    /// Whether there is anything that could speak against an ID: an ID alone, with nothing beside it, is
    /// taken at its word.
    fn can_contradict(&self) -> bool {
        let beside = self.returned().is_some_and(|r| r.mail.subject.is_some() || r.mail.date.is_some());
        !self.facts.failed.is_empty() && beside
    }

    /// Whether the returned mail, or a notice about it, answers a mail that stands in Sent.
    pub(super) fn answers_sent_mail(&mut self) -> Result<bool, LedgerUnavailable> {
        let Some(returned) = self.returned() else { return Ok(false) };
        let mut cited = Vec::new();
        for field in returned.all("in-reply-to").chain(returned.all("references")) {
            // The newest stand last.
            for id in field.value(self.message).split(['<', '>', ' ']).rev().filter(|w| w.contains('@')) {
                cited.push((normal_message_id(id), field.place.clone()));
            }
        }
        let of_notice = returned.ids.iter().filter(|c| c.source >= IdSource::InReplyTo);
        cited.extend(of_notice.map(|c| (c.id.clone(), c.place.clone())));
        for (id, place) in cited.into_iter().take(MAX_CITED) {
            if let Some(sent) = self.context.ledger.by_message_id(&id)? {
                let says = format!("It answers a mail that you sent on {}.", sent.date.strftime("%F"));
                self.findings.push(ANSWERS.says(says).with_any(place.evidence(self.message)));
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// What the person reads about a match.
fn sentence(sent: &SentMail, agreeing: &[&str]) -> String {
    let subject =
        if sent.subject.is_empty() { String::new() } else { format!(" \u{201c}{}\u{201d}", sent.subject) };
    let also = match agreeing {
        [] => "; nothing else came back to compare".to_owned(),
        [one] => format!("; the {one} agrees too"),
        more => format!("; {} agree too", more.join(" and ")),
    };
    format!("You sent this mail{subject} on {}{also}.", sent.date.strftime("%F"))
}
