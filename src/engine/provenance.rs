//! Did this person send it? Genuine, backscatter, third party or unverified.
//!
//! Evidence is gathered first (each piece a finding with its bytes), then [`decide`] applies the rules, in
//! this order: a decisive *mine* wins; what can't be the person's, or is absent from a ledger that covers
//! its date, is backscatter; all else is unverified. Own domain, From and HELO prove nothing: most
//! backscatter carries a Message-ID in its victim's own domain.

use jiff::{SignedDuration, Timestamp};

use super::context::Context;
use super::ledger::{LedgerUnavailable, SentMail, Span, normal_subject, without_tag};
use super::message::Message;
use super::notice::{Provenance, Recognised};
use super::returned::{IdCandidate, Returned};
use super::verdict::{Evidence, Finding, FindingKind, Severity, Toward};

const SENT: FindingKind = FindingKind {
    id: "provenance.sent",
    severity: Severity::Critical,
    toward: Toward::Keep,
    weight: 9.0,
    means: "The returned Message-ID stands in Sent, and recipient, subject or date agree.",
};
const SENT_BY_FACTS: FindingKind = FindingKind {
    id: "provenance.sent_by_facts",
    severity: Severity::High,
    toward: Toward::Keep,
    weight: 6.0,
    means: "No Message-ID came back, but a mail in Sent has the recipient, the subject and the date.",
};
const SENT_NEAR: FindingKind = FindingKind {
    id: "provenance.sent_near",
    severity: Severity::Medium,
    toward: Toward::Keep,
    weight: 2.0,
    means: "The person wrote to the failed recipient in the days before the notice.",
};
const CONTRADICTED: FindingKind = FindingKind {
    id: "provenance.contradicted",
    severity: Severity::Medium,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The returned Message-ID stands in Sent, but neither recipient, subject nor date agree.",
};
const NOT_IN_LEDGER: FindingKind = FindingKind {
    id: "provenance.not_in_ledger",
    severity: Severity::High,
    toward: Toward::Quarantine,
    weight: 7.0,
    means: "Sent is known for the returned date and does not hold the returned mail.",
};
const NEVER_WROTE: FindingKind = FindingKind {
    id: "provenance.never_wrote_to",
    severity: Severity::Low,
    toward: Toward::Quarantine,
    weight: 1.0,
    means: "The person never wrote to the recipient that failed.",
};
const MAILER_UNKNOWN: FindingKind = FindingKind {
    id: "provenance.mailer_never_used",
    severity: Severity::Low,
    toward: Toward::Quarantine,
    weight: 1.0,
    means: "The returned mail names a mail program that no mail in Sent names.",
};
const NOT_YOUR_ADDRESS: FindingKind = FindingKind {
    id: "provenance.not_your_address",
    severity: Severity::Medium,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The returned mail's From is none of the person's addresses.",
};
const AUTOMATIC: FindingKind = FindingKind {
    id: "provenance.returned_automatic",
    severity: Severity::Low,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The returned mail was itself automatic (an out-of-office reply, a redirect), which Sent never holds.",
};
const NOT_COVERED: FindingKind = FindingKind {
    id: "provenance.not_covered",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "Sent is not known for the returned date, so its absence there says nothing.",
};
const UNAVAILABLE: FindingKind = FindingKind {
    id: "provenance.ledger_unavailable",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The record of sent mail could not be read.",
};

/// The kinds of finding that deciding provenance can give.
pub const FINDINGS: &[FindingKind] = &[
    SENT, SENT_BY_FACTS, SENT_NEAR, CONTRADICTED, NOT_IN_LEDGER, NEVER_WROTE, MAILER_UNKNOWN,
    NOT_YOUR_ADDRESS, AUTOMATIC, NOT_COVERED, UNAVAILABLE,
];

/// A mail that is returned at once and one that is tried for the usual five days lie within this time.
const WINDOW: SignedDuration = SignedDuration::from_hours(8 * 24);
/// Clocks of two programs that wrote the same Date differ by less.
const SAME_DATE: SignedDuration = SignedDuration::from_mins(10);

/// The decision and what it rests on.
pub struct Decided {
    /// Whose mail the notice is about.
    pub provenance: Provenance,
    /// Evidence for and against.
    pub findings: Vec<Finding>,
    /// What this notice shares with others of one cause; `None` for the person's own mail.
    pub storm: Option<String>,
}

/// Decides whose mail `recognised` is about.
///
/// Never fails: a ledger that can't be read makes the answer [`Provenance::Unverified`]. Cost: one look-up
/// per Message-ID found (at most [`Returned::MAX_IDS`]) and two per failed recipient (at most ten).
pub fn decide(message: &Message<'_>, recognised: &Recognised, context: &Context<'_>) -> Decided {
    let mut case = Case { message, recognised, context, findings: Vec::new() };
    let provenance = match case.weigh() {
        Ok(provenance) => provenance,
        Err(error) => {
            case.findings.push(UNAVAILABLE.says(format!("Whether you sent it can't be said now: {error}.")));
            Provenance::Unverified
        }
    };
    let storm = (provenance != Provenance::Genuine).then(|| case.storm_key()).flatten();
    Decided { provenance, findings: case.findings, storm }
}

/// One notice under examination.
struct Case<'c, 'm> {
    message: &'c Message<'m>,
    recognised: &'c Recognised,
    context: &'c Context<'c>,
    findings: Vec<Finding>,
}

impl Case<'_, '_> {
    fn weigh(&mut self) -> Result<Provenance, LedgerUnavailable> {
        if let Some(decided) = self.by_message_id()? {
            return Ok(decided);
        }
        if let Some(decided) = self.by_facts()? {
            return Ok(decided);
        }
        if self.returned_is_automatic() {
            return Ok(Provenance::Unverified);
        }
        let foreign = self.has_foreign_from();
        if foreign {
            return Ok(if self.is_list_owner() { Provenance::ThirdParty } else { Provenance::Unverified });
        }
        self.by_absence()
    }

    fn returned(&self) -> Option<&Returned> {
        self.recognised.returned.as_ref()
    }

    fn recipients(&self) -> impl Iterator<Item = &str> {
        self.recognised.notice.reports.iter().filter_map(|r| r.recipient.as_deref()).take(10)
    }

    /// A Message-ID in Sent, and what agrees with it.
    fn by_message_id(&mut self) -> Result<Option<Provenance>, LedgerUnavailable> {
        let ids: Vec<IdCandidate> = self.returned().map(|r| r.ids.clone()).unwrap_or_default();
        for candidate in ids {
            let Some(sent) = self.context.ledger.by_message_id(&candidate.id)? else { continue };
            let agreeing = self.agreeing(&sent);
            if agreeing.is_empty() && self.can_contradict() {
                self.findings.push(
                    CONTRADICTED
                        .says("The Message-ID is that of a mail you sent, but recipient, subject and date are not: IDs of public mail can be copied.")
                        .with(candidate.evidence),
                );
                return Ok(Some(Provenance::Unverified));
            }
            let subject = if sent.subject.is_empty() {
                String::new()
            } else {
                format!(" \u{201c}{}\u{201d}", sent.subject)
            };
            let also = match agreeing.as_slice() {
                [] => "; nothing else came back to compare".to_owned(),
                [one] => format!("; the {one} agrees too"),
                more => format!("; {} agree too", more.join(" and ")),
            };
            self.findings.push(
                SENT.says(format!("You sent this mail{subject} on {}{also}.", sent.date.strftime("%F")))
                    .with(candidate.evidence),
            );
            return Ok(Some(Provenance::Genuine));
        }
        Ok(None)
    }

    /// What of the notice agrees with a sent mail, in words.
    fn agreeing(&self, sent: &SentMail) -> Vec<&'static str> {
        let mut found = Vec::new();
        if self.recipients().any(|r| sent.went_to(r)) {
            found.push("recipient");
        }
        let Some(returned) = self.returned() else { return found };
        if returned
            .mail
            .subject
            .as_deref()
            .is_some_and(|s| !s.is_empty() && normal_subject(s) == sent.subject)
        {
            found.push("subject");
        }
        if returned.mail.date.is_some_and(|d| d.duration_since(sent.date).abs() <= SAME_DATE) {
            found.push("date");
        }
        found
    }

    /// Whether there is anything that could speak against an ID: an ID alone, with nothing beside it, is
    /// taken at its word.
    fn can_contradict(&self) -> bool {
        let beside = self.returned().is_some_and(|r| r.mail.subject.is_some() || r.mail.date.is_some());
        self.recipients().next().is_some() && beside
    }

    /// Recipient, subject and date without a Message-ID; then recipient and time alone, which is weak.
    fn by_facts(&mut self) -> Result<Option<Provenance>, LedgerUnavailable> {
        let told = self.returned().is_some_and(|r| r.mail.message_id.is_some());
        let when = self.returned().and_then(|r| r.mail.date).or(self.notice_date());
        let Some(when) = when else { return Ok(None) };
        let span = Span { from: when - WINDOW, to: when + Span::SLACK };
        let subject = self.returned().and_then(|r| r.mail.subject.clone()).map(|s| normal_subject(&s));
        let date = self.returned().and_then(|r| r.mail.date);
        for recipient in self.recipients().map(str::to_owned).collect::<Vec<_>>() {
            let sent = self.context.ledger.to_recipient(&recipient, span)?;
            let same = sent.iter().find(|mail| {
                subject.as_deref().is_some_and(|s| !s.is_empty() && s == mail.subject)
                    && date.is_none_or(|d| d.duration_since(mail.date).abs() <= SAME_DATE)
            });
            if let Some(mail) = same {
                let says =
                    format!("You wrote to {recipient} with this subject on {}.", mail.date.strftime("%F"));
                let evidence = self.field("subject");
                self.findings.push(SENT_BY_FACTS.says(says).with_any(evidence));
                return Ok(Some(Provenance::Genuine));
            }
            // An ID that is not in Sent weighs more than having written to somebody.
            if !told && let Some(mail) = sent.first() {
                let says = format!(
                    "You wrote to {recipient} on {}, within the days in which such a notice comes.",
                    mail.date.strftime("%F")
                );
                self.findings.push(SENT_NEAR.says(says));
                return Ok(Some(Provenance::Unverified));
            }
        }
        Ok(None)
    }

    /// Out-of-office replies, redirects and devices never reach Sent: their absence there says nothing.
    fn returned_is_automatic(&mut self) -> bool {
        let Some(returned) = self.returned() else { return false };
        let automatic = returned
            .fields
            .iter()
            .find(|f| match f.name.as_str() {
                "auto-submitted" => !f.value.eq_ignore_ascii_case("no"),
                "precedence" => f.value.eq_ignore_ascii_case("auto_reply"),
                name => {
                    name.starts_with("resent-") || name == "x-autoreply" || name == "x-auto-response-suppress"
                }
            })
            .map(|f| f.evidence.clone());
        let Some(evidence) = automatic else { return false };
        self.findings.push(
            AUTOMATIC
                .says("The returned mail was itself automatic; such mail never stands in Sent.")
                .with(evidence),
        );
        true
    }

    /// Whether the returned From is known and none of the person's.
    fn has_foreign_from(&mut self) -> bool {
        let Some(from) = self.returned().and_then(|r| r.mail.from.clone()) else { return false };
        if self.context.identities.is_empty() || self.context.identities.contains(&from) {
            return false;
        }
        let evidence = self.field("from");
        self.findings.push(
            NOT_YOUR_ADDRESS
                .says(format!("The returned mail is from {from}, not from you."))
                .with_any(evidence),
        );
        true
    }

    /// Whether the notice came to the person as the owner of a list: to a bounce address, or about list mail.
    fn is_list_owner(&self) -> bool {
        let to = self.message.header("to").map(|t| t.to_lowercase()).unwrap_or_default();
        let bounce_address = ["-bounces@", "-owner@", "owner-", "-bounces+", "-admin@", "-request@"]
            .iter()
            .any(|m| to.contains(m));
        let list_mail = self.returned().is_some_and(|r| r.fields.iter().any(|f| f.name.starts_with("list-")));
        bounce_address || list_mail
    }

    /// Absence from a ledger that covers the returned date.
    fn by_absence(&mut self) -> Result<Provenance, LedgerUnavailable> {
        let Some(when) = self.returned().and_then(|r| r.mail.date) else { return Ok(Provenance::Unverified) };
        let ledger = self.context.ledger;
        let from = self.returned().and_then(|r| r.mail.from.clone());
        let identities: Vec<String> = match &from {
            Some(from) => vec![from.clone(), without_tag(from)],
            None => self.context.identities.iter().map(str::to_owned).collect(),
        };
        let mut covering = None;
        for identity in &identities {
            covering = ledger.coverage(identity)?.into_iter().find(|span| span.holds(when)).or(covering);
        }
        let Some(span) = covering else {
            let evidence = self.field("date");
            self.findings.push(
                NOT_COVERED
                    .says(format!(
                        "Your sent mail of {} is not known, so nothing follows from its absence.",
                        when.strftime("%F")
                    ))
                    .with_any(evidence),
            );
            return Ok(Provenance::Unverified);
        };
        let evidence: Vec<Evidence> =
            self.field("message-id").into_iter().chain(self.field("date")).collect();
        // Without an ID or a subject there is nothing whose absence could be seen.
        if evidence.is_empty()
            || self.returned().is_some_and(|r| r.mail.message_id.is_none() && r.mail.subject.is_none())
        {
            return Ok(Provenance::Unverified);
        }
        let count = ledger.len()?;
        self.findings.push(
            NOT_IN_LEDGER
                .says(format!(
                    "Not among the {count} mails you sent; your Sent mail is known from {} to {}.",
                    span.from.strftime("%F"),
                    span.to.strftime("%F")
                ))
                .with_any(evidence),
        );
        self.support()?;
        Ok(Provenance::Backscatter)
    }

    /// What makes a forgery likelier still; never decides.
    fn support(&mut self) -> Result<(), LedgerUnavailable> {
        let ledger = self.context.ledger;
        let mut strangers = Vec::new();
        for recipient in self.recipients().map(str::to_owned).collect::<Vec<_>>() {
            if !ledger.ever_wrote_to(&recipient)? {
                strangers.push(recipient);
            }
        }
        if let Some(first) = strangers.first() {
            self.findings
                .push(NEVER_WROTE.says(format!("You never wrote to {first}.")).with_any(self.field("to")));
        }
        let mailer =
            self.returned().and_then(|r| r.field("x-mailer").or_else(|| r.field("user-agent")).cloned());
        if let Some(field) = mailer
            && !ledger.ever_used(&field.value)?
        {
            self.findings.push(
                MAILER_UNKNOWN
                    .says(format!(
                        "It names the mail program {}, which none of your sent mails does.",
                        field.value
                    ))
                    .with(field.evidence),
            );
        }
        Ok(())
    }

    fn field(&self, name: &str) -> Option<Evidence> {
        self.returned().and_then(|r| r.field(name)).map(|f| f.evidence.clone())
    }

    fn notice_date(&self) -> Option<Timestamp> {
        self.context.received.or(self.message.headline().date)
    }

    /// What members of one forged campaign share: subject and mail program of the returned mail.
    fn storm_key(&self) -> Option<String> {
        let returned = self.returned()?;
        let subject = normal_subject(returned.mail.subject.as_deref()?);
        if subject.is_empty() {
            return None;
        }
        let mailer = returned.field("x-mailer").map(|f| f.value.to_lowercase()).unwrap_or_default();
        Some(format!("{subject}|{mailer}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{
        Class, Disposition, Identities, Limits, MemoryLedger, NoLedger, SentLedger, Strictness, judge,
    };

    fn bounce(id: &str, to: &str, subject: &str, date: &str, more: &str) -> String {
        format!(
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.com\nTo: me@harbour.example\nDate: {date}\n\
             Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\
             Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\n\
             --b\nContent-Type: text/rfc822-headers\n\n{id}From: me@harbour.example\nTo: {to}\nSubject: {subject}\nDate: {date}\n{more}\n--b--\n"
        )
    }

    fn ledger() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        for (id, to, subject, date) in [
            ("old@harbour.example", "ada@example.net", "Old", "Mon, 05 Jan 2026 10:00:00 +0000"),
            ("offer@harbour.example", "x@example.com", "Offer", "Mon, 02 Mar 2026 10:00:00 +0000"),
            ("new@harbour.example", "ada@example.net", "New", "Fri, 01 May 2026 10:00:00 +0000"),
        ] {
            let raw = format!(
                "From: me@harbour.example\nTo: {to}\nSubject: {subject}\nDate: {date}\nMessage-ID: <{id}>\n\n"
            );
            ledger.add(SentMail::read(raw.as_bytes(), None).unwrap());
        }
        ledger
    }

    fn class(raw: &str, ledger: &dyn SentLedger) -> (Class, Disposition, f32) {
        let identities = Identities::new(["me@harbour.example"]);
        let senders = Vec::new();
        let verdict = judge(
            raw.as_bytes(),
            &Context {
                now: Timestamp::from_second(1_780_000_000).unwrap(),
                received: None,
                identities: &identities,
                ledger,
                senders: &senders,
                strictness: Strictness::Normal,
                limits: Limits::default(),
            },
        );
        (verdict.class, verdict.disposition, verdict.score)
    }

    const DAY: &str = "Mon, 02 Mar 2026 10:00:00 +0000";

    #[test]
    fn an_id_in_sent_with_an_agreeing_recipient_is_genuine() {
        let (class, disposition, score) = class(
            &bounce("Message-ID: <offer@harbour.example>\n", "x@example.com", "Offer", DAY, ""),
            &ledger(),
        );
        assert_eq!((class, disposition), (Class::GenuineBounce, Disposition::Keep));
        assert!(score > 0.9);
    }

    #[test]
    fn a_forwarded_address_excuses_the_recipient() {
        let raw = bounce("Message-ID: <offer@harbour.example>\n", "elsewhere@example.org", "Offer", DAY, "");
        assert_eq!(class(&raw, &ledger()).0, Class::GenuineBounce);
    }

    #[test]
    fn what_a_covering_ledger_does_not_hold_is_backscatter() {
        let (class, disposition, score) = class(
            &bounce(
                "Message-ID: <forged@harbour.example>\n", "s@example.org", "Cheap", DAY, "X-Mailer: Bulk 1\n",
            ),
            &ledger(),
        );
        assert_eq!((class, disposition), (Class::Backscatter, Disposition::Quarantine));
        assert!(score > 0.9);
    }

    #[test]
    fn without_a_ledger_or_its_coverage_nothing_is_backscatter() {
        let raw = bounce("Message-ID: <forged@harbour.example>\n", "s@example.org", "Cheap", DAY, "");
        assert_eq!(class(&raw, &NoLedger).0, Class::UnverifiedBounce);
        let old = raw.replace("2026 10", "2024 10");
        assert_eq!(class(&old, &ledger()).0, Class::UnverifiedBounce);
    }

    #[test]
    fn a_copied_id_is_unverified() {
        let raw = bounce(
            "Message-ID: <offer@harbour.example>\n", "s@example.org", "Cheap",
            "Thu, 02 Apr 2026 10:00:00 +0000", "",
        );
        assert_eq!(class(&raw, &ledger()).0, Class::UnverifiedBounce);
    }

    #[test]
    fn without_an_id_recipient_subject_and_date_are_enough() {
        assert_eq!(
            class(&bounce("", "x@example.com", "Re: Offer", DAY, ""), &ledger()).0,
            Class::GenuineBounce
        );
        assert_eq!(
            class(&bounce("", "x@example.com", "Other", DAY, ""), &ledger()).0,
            Class::UnverifiedBounce
        );
    }

    #[test]
    fn the_person_s_own_vacation_reply_is_unverified() {
        let raw = bounce(
            "Message-ID: <auto@harbour.example>\n", "s@example.org", "Away", DAY,
            "Auto-Submitted: auto-replied\n",
        );
        assert_eq!(class(&raw, &ledger()).0, Class::UnverifiedBounce);
    }

    #[test]
    fn a_list_owner_s_bounce_is_somebody_else_s() {
        let raw = bounce(
            "Message-ID: <post@list.example>\n", "s@example.org", "Post", DAY, "List-Id: <l.list.example>\n",
        )
        .replace("\nFrom: me@harbour.example\nTo: s", "\nFrom: poster@list.example\nTo: s");
        let (class, disposition, _) = class(&raw, &ledger());
        assert_eq!((class, disposition), (Class::UnverifiedBounce, Disposition::Flag));
    }
}
