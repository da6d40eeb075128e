//! Absence: the ledger covers the time and does not hold the mail.
//!
//! Absence proves something only where the ledger is known to be complete for the identity in whose name the
//! mail was sent, at the time it was sent, and where enough of the mail came back to be found. A client that
//! keeps no Sent copy leaves an identity with no coverage, and then nothing follows.

use jiff::{SignedDuration, Timestamp};

use super::Case;
use super::facts::{SENT_ALIKE, SENT_NEAR, WINDOW, day};
use crate::engine::ledger::{LedgerUnavailable, Span, without_tag};
use crate::engine::notice::{NoticeKind, Provenance};
use crate::engine::returned::IdSource;
use crate::engine::verdict::{Evidence, FindingKind, Severity, Toward};

pub(super) const NOT_IN_LEDGER: FindingKind = FindingKind {
    id: "provenance.not_in_ledger",
    severity: Severity::High,
    toward: Toward::Quarantine,
    weight: 7.0,
    means: "Sent is known for the returned date and does not hold the returned mail.",
};
pub(super) const NOT_IN_WINDOW: FindingKind = FindingKind {
    id: "provenance.not_in_window",
    severity: Severity::High,
    toward: Toward::Quarantine,
    weight: 5.0,
    means: "Sent is known for the days before the notice and holds nothing that it can be about.",
};
pub(super) const NEVER_WROTE: FindingKind = FindingKind {
    id: "provenance.never_wrote_to",
    severity: Severity::Low,
    toward: Toward::Quarantine,
    weight: 1.0,
    means: "The person never wrote to the recipient that failed.",
};
pub(super) const WROTE_BEFORE: FindingKind = FindingKind {
    id: "provenance.wrote_before",
    severity: Severity::Low,
    toward: Toward::Keep,
    weight: 1.0,
    means: "The person has written to the recipient that failed, at some other time.",
};
pub(super) const MAILER_UNKNOWN: FindingKind = FindingKind {
    id: "provenance.mailer_never_used",
    severity: Severity::Low,
    toward: Toward::Quarantine,
    weight: 1.0,
    means: "The returned mail names a mail program that no mail in Sent names.",
};
pub(super) const MAILER_KNOWN: FindingKind = FindingKind {
    id: "provenance.mailer_used",
    severity: Severity::Low,
    toward: Toward::Keep,
    weight: 0.5,
    means: "The returned mail names a mail program that mail in Sent names too.",
};
pub(super) const STRANGERS: FindingKind = FindingKind {
    id: "provenance.many_strangers",
    severity: Severity::Low,
    toward: Toward::Quarantine,
    weight: 1.0,
    means: "The returned mail went to several people, to none of whom the person ever wrote.",
};
pub(super) const ASKED_FOR: FindingKind = FindingKind {
    id: "provenance.report_asked_for",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "A feedback report (RFC 5965, DMARC) about mail that is not in Sent: news for who asked for such reports, not backscatter.",
};
pub(super) const NOT_COVERED: FindingKind = FindingKind {
    id: "provenance.not_covered",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "Sent is not known for the returned date, so its absence there says nothing.",
};
pub(super) const OUTWEIGHED: FindingKind = FindingKind {
    id: "provenance.unsaved_copy",
    severity: Severity::Medium,
    toward: Toward::Keep,
    weight: 3.0,
    means: "Sent does not hold the returned mail, but enough speaks for the person that a copy may not have been kept.",
};
pub(super) const UNAVAILABLE: FindingKind = FindingKind {
    id: "provenance.ledger_unavailable",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The record of sent mail could not be read.",
};

/// A returned Date further than this from its notice was not set by a working clock.
const WRONG_CLOCK: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Times that the server and the notice itself give lie closer together, unless it was copied later.
const SAME_ARRIVAL: SignedDuration = SignedDuration::from_hours(48);
/// Whom the person wrote to within this time is somebody they write to.
const LATELY: SignedDuration = SignedDuration::from_hours(120 * 24);
/// Under these names answers that are no correspondent's.
const ROBOTS: &[&str] =
    &["mailer-daemon@", "postmaster@", "noreply@", "no-reply@", "donotreply@", "do-not-reply@", "daemon@"];
/// Strangers among the recipients that are many.
const MANY: usize = 5;

/// What speaks for and against the person where the mail itself was not found.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Support {
    /// The person wrote to a recipient that failed, at any time.
    pub(super) wrote_before: bool,
    /// The person wrote to one of them in the months before.
    pub(super) wrote_lately: bool,
    /// The mail names a program that the person uses.
    pub(super) mailer_known: bool,
}

impl Case<'_, '_> {
    /// Whether `identities` are covered for the time at which the mail was sent: the span that says so.
    /// Every identity must be, since any of them may have sent it.
    pub(super) fn covered(&self, identities: &[String]) -> Result<Option<Span>, LedgerUnavailable> {
        let Some((from, to)) = self.sent_between() else { return Ok(None) };
        let mut covering = None;
        for identity in identities {
            let mut spans = self.context.ledger.coverage(identity)?;
            let untagged = identity.contains('+').then(|| without_tag(identity));
            for other in [untagged, self.own(identity)].into_iter().flatten() {
                if other != *identity {
                    spans.extend(self.context.ledger.coverage(&other)?);
                }
            }
            covering = spans.into_iter().find(|span| span.holds(from) && span.holds(to));
            if covering.is_none() {
                return Ok(None);
            }
        }
        Ok(covering)
    }

    /// The earliest and the latest time at which the mail can have been sent: its Date; the days before the
    /// notice where it has none, or one that no working clock sets.
    fn sent_between(&self) -> Option<(Timestamp, Timestamp)> {
        let noticed = self.facts.noticed.and_then(|n| Some((n.checked_sub(WINDOW).ok()?, n)));
        let Some(date) = self.facts.date else { return noticed };
        let arrival = self.context.received.zip(self.dated());
        match arrival {
            // Both clocks of the notice agree, and the returned Date is far off: the notice's time counts.
            Some((server, own))
                if server.duration_since(own).abs() <= SAME_ARRIVAL
                    && server.duration_since(date).abs() > WRONG_CLOCK =>
            {
                noticed
            }
            _ => Some((date, date)),
        }
    }

    /// The verdict where Sent holds nothing that agrees, and `identities` are those who can have sent it.
    pub(super) fn by_absence(&mut self, identities: &[String]) -> Result<Provenance, LedgerUnavailable> {
        let evidence = [self.field("message-id").or_else(|| self.id_evidence()), self.field("date")];
        let evidence = evidence.into_iter().flatten();
        let Some(span) = self.covered(identities)? else {
            let when = self.facts.date.or(self.facts.noticed);
            let day = when.map_or_else(|| "then".to_owned(), |when| ["of ", &day(when)].concat());
            let says =
                ["Your sent mail ", &day, " is not known, so nothing follows from its absence."].concat();
            self.findings.push(NOT_COVERED.says(says).with_any(evidence));
            self.support()?;
            return Ok(Provenance::Unverified);
        };
        let (findable, kind) = self.findable(span)?;
        let support = self.support()?;
        let way = self.came_the_person_s_way()?;
        if !findable {
            return Ok(Provenance::Unverified);
        }
        if self.came_to_signed_address() || self.answers_sent_mail()? {
            return Ok(Provenance::Unverified);
        }
        if support.wrote_lately && (way || support.mailer_known) {
            self.findings.push(OUTWEIGHED.says(
                "Your Sent folder does not hold it, but the recipient and the way it took are yours: perhaps no copy was kept.",
            ));
            return Ok(Provenance::Unverified);
        }
        if self.recognised.notice.kind == NoticeKind::FeedbackReport {
            self.findings
                .push(ASKED_FOR.says(
                    "You did not send the reported mail; such reports go to those who asked for them.",
                ));
            return Ok(Provenance::Unverified);
        }
        let count = self.context.ledger.len()?;
        let known = format!(
            "your Sent mail is known from {} to {}",
            span.from.strftime("%F"),
            span.to.strftime("%F")
        );
        let says = if kind.id == NOT_IN_WINDOW.id {
            format!("None of the {count} mails you sent can be what it is about; {known}.")
        } else {
            format!("Not among the {count} mails you sent; {known}.")
        };
        self.findings.push(kind.says(says).with_any(evidence));
        Ok(Provenance::Backscatter)
    }

    /// Whether enough came back that the mail would have been found, had it been sent, and what its absence
    /// is called.
    fn findable(&self, span: Span) -> Result<(bool, FindingKind), LedgerUnavailable> {
        let facts = &self.facts;
        if facts.has_id {
            return Ok((true, NOT_IN_LEDGER));
        }
        // An ID in the notice's own words or fields may be another one, of the server's own making.
        if facts.names_id && self.all_strangers()? {
            return Ok((true, NOT_IN_LEDGER));
        }
        let subject = facts.subject.as_deref().filter(|s| !s.is_empty() && !facts.subject_cut);
        let named = !facts.failed.is_empty() || !facts.written_to.is_empty();
        // A header with no Message-ID: no mail at its date, none to its recipients with its subject.
        if facts.date.is_some() && named && subject.is_some() {
            return Ok((self.nothing_sent_then()? == Some(true), NOT_IN_LEDGER));
        }
        let nobody_known = self.nobody_known()?;
        if facts.date.is_some() && nobody_known {
            return Ok((self.nothing_sent_then()? == Some(true), NOT_IN_LEDGER));
        }
        // No Date either: nobody that the returned To names was ever written to, and nothing under its subject.
        if nobody_known && let Some(subject) = subject.filter(|s| s.is_ascii()) {
            return Ok((self.context.ledger.with_subject(subject, span)?.is_empty(), NOT_IN_WINDOW));
        }
        // A notice that returns no header. Bounces name forwarded recipients, so they stay open.
        if !matches!(
            self.recognised.notice.kind,
            NoticeKind::AutoReply
                | NoticeKind::VirusWarning
                | NoticeKind::Challenge
                | NoticeKind::ReadReceipt
        ) {
            return Ok((false, NOT_IN_WINDOW));
        }
        let strangers = self.all_strangers()?;
        // Help desks answer web forms under subjects that the person never wrote.
        let plain = subject.filter(|s| s.is_ascii() && self.recognised.notice.kind != NoticeKind::AutoReply);
        let unknown_subject = match plain {
            Some(subject) => self.context.ledger.with_subject(subject, span)?.is_empty(),
            None => false,
        };
        Ok((strangers && (unknown_subject || self.names_own_id()), NOT_IN_WINDOW))
    }

    /// Whether the notice answers a Message-ID of the person's own domain. A web form that was filled in has
    /// one of its own.
    fn names_own_id(&self) -> bool {
        let answered = self.returned().and_then(|r| r.ids.iter().find(|c| c.source == IdSource::InReplyTo));
        let robot = self.facts.failed.iter().any(|a| ROBOTS.iter().any(|name| a.starts_with(name)));
        !robot
            && answered
                .and_then(|c| c.id.rsplit_once('@'))
                .is_some_and(|(_, host)| self.has_own_domain(&host.to_lowercase()))
    }

    /// Whether recipients are known, and the person never wrote to any of them.
    pub(super) fn all_strangers(&self) -> Result<bool, LedgerUnavailable> {
        for recipient in &self.facts.failed {
            if self.context.ledger.ever_wrote_to(recipient)? {
                return Ok(false);
            }
        }
        Ok(!self.facts.failed.is_empty())
    }

    /// Whether the returned To came back, and neither those that it names nor those that failed were ever
    /// written to. Forwards and lists change who fails, not whom the mail was written to.
    fn nobody_known(&self) -> Result<bool, LedgerUnavailable> {
        for address in &self.facts.written_to {
            if self.context.ledger.ever_wrote_to(address)? {
                return Ok(false);
            }
        }
        Ok(!self.facts.written_to.is_empty() && self.all_strangers()?)
    }

    /// What makes a forgery likelier, or less likely; never decides alone.
    pub(super) fn support(&mut self) -> Result<Support, LedgerUnavailable> {
        let ledger = self.context.ledger;
        let mut support = Support::default();
        let mut stranger = None;
        for recipient in &self.facts.failed {
            match ledger.ever_wrote_to(recipient)? {
                true => {
                    support.wrote_before = true;
                    if let Some(when) = self.facts.date.or(self.facts.noticed)
                        && let Ok(from) = when.checked_sub(LATELY)
                    {
                        let lately = ledger.to_recipient(recipient, Span { from, to: when })?;
                        support.wrote_lately |= !lately.is_empty();
                    }
                }
                false => stranger = stranger.or(Some(recipient)),
            }
        }
        let told = self.findings.iter().any(|f| f.id == SENT_NEAR.id || f.id == SENT_ALIKE.id);
        if support.wrote_before && !told {
            self.findings.push(
                WROTE_BEFORE
                    .says("You wrote to this recipient at other times.")
                    .with_any(self.recipient_evidence()),
            );
        } else if let Some(stranger) = stranger
            && !support.wrote_before
            && !ledger.is_empty()?
        {
            self.findings.push(
                NEVER_WROTE
                    .says(format!("You never wrote to {stranger}."))
                    .with_any(self.recipient_evidence()),
            );
        }
        let others = &self.facts.written_to;
        if others.len() >= MANY && !support.wrote_before {
            let mut known = false;
            for other in others {
                known |= ledger.ever_wrote_to(other)?;
            }
            if !known && !ledger.is_empty()? {
                let says = format!("It went to {} people or more, and you never wrote to any.", others.len());
                self.findings.push(STRANGERS.says(says).with_any(self.field("cc").or(self.field("to"))));
            }
        }
        let mailer = self.returned().and_then(|r| r.field("x-mailer").or_else(|| r.field("user-agent")));
        if let Some(field) = mailer {
            let value = field.value(self.message);
            support.mailer_known = ledger.ever_used(value)?;
            if support.mailer_known {
                let says = format!("It names the mail program {value}, which your sent mails name too.");
                self.findings.push(MAILER_KNOWN.says(says).with_any(field.place.evidence(self.message)));
            } else if !ledger.is_empty()? {
                let says = format!("It names the mail program {value}, which none of your sent mails does.");
                self.findings.push(MAILER_UNKNOWN.says(says).with_any(field.place.evidence(self.message)));
            }
        }
        Ok(support)
    }

    fn id_evidence(&self) -> Option<Evidence> {
        self.returned()?.ids.first().and_then(|c| c.place.evidence(self.message))
    }
}
