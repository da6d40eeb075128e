//! What the notice tells of the mail that it is about, beside its Message-ID: recipient, subject, date.
//!
//! Gateways rewrite Message-IDs (Exchange, Amazon SES), many bounces cut them off, and some return nothing:
//! then the three facts together say whether a mail in Sent is the returned one. Each may be missing or
//! changed on the way: the recipient by a forward or a list, the subject by a filter's mark, the date by a
//! server that does not know the zone. What is missing never speaks against the person.
//!
//! `subject` and `date` say when two of them agree.

mod date;
mod subject;

use jiff::{SignedDuration, Timestamp};
use memchr::memmem;

use super::{Case, tags};
use crate::engine::ledger::{LedgerUnavailable, SentMail, Span, normal_subject};
use crate::engine::message::Message;
use crate::engine::notice::NoticeKind;
use crate::engine::returned::{IdSource, Returned, ReturnedForm, ReturnedMail};
use crate::engine::verdict::{Evidence, FindingKind, Severity, Toward};
use crate::engine::words::split_at;
pub(super) use date::day;
use date::{SAME_DATE, SAME_SECOND, ZONES, around, has_zone, same_date, same_written};
use subject::{MIN_SUBJECT, same_subject, unmarked};

pub(super) const SENT_BY_FACTS: FindingKind = FindingKind {
    id: "provenance.sent_by_facts",
    severity: Severity::High,
    toward: Toward::Keep,
    weight: 6.0,
    means: "No Message-ID of a sent mail came back, but a mail in Sent has the recipient, the subject and the date.",
};
pub(super) const SENT_ALIKE: FindingKind = FindingKind {
    id: "provenance.sent_alike",
    severity: Severity::Medium,
    toward: Toward::Keep,
    weight: 3.0,
    means: "A mail in Sent agrees in two of recipient, subject and date, or was sent that very second.",
};
pub(super) const SENT_NEAR: FindingKind = FindingKind {
    id: "provenance.sent_near",
    severity: Severity::Medium,
    toward: Toward::Keep,
    weight: 2.0,
    means: "The person wrote to the failed recipient in the days before the notice.",
};

/// A mail that is returned at once and one that is tried for the usual five days lie within this time.
pub(super) const WINDOW: SignedDuration = SignedDuration::from_hours(8 * 24);
/// Recipients that are asked about.
const MAX_RECIPIENTS: usize = 10;
/// Rows that the ledger answers with at most ([`crate::engine::SentLedger`]).
const MOST_ROWS: usize = 50;

/// What is known of the mail.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Recipients that failed, or that answered, and the addresses written to for them; lower case.
    pub(super) failed: Vec<String>,
    /// To and Cc of the returned mail, lower case.
    pub(super) written_to: Vec<String>,
    /// Its subject, normalised; empty where it is known to have none.
    pub(super) subject: Option<String>,
    /// Whether the subject may lack its end.
    pub(super) subject_cut: bool,
    /// Its Date.
    pub(super) date: Option<Timestamp>,
    /// When the notice came.
    pub(super) noticed: Option<Timestamp>,
    /// Who sent it, as the returned From says, tags taken off.
    pub(super) sender: Option<String>,
    /// Whether the whole Message-ID stands in the returned header.
    pub(super) has_id: bool,
    /// Whether it does, or the notice names one in other places and words.
    pub(super) names_id: bool,
}

/// In what a sent mail agrees with the facts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Agreement {
    pub(super) recipient: bool,
    pub(super) subject: bool,
    pub(super) date: bool,
}

impl Agreement {
    pub(super) fn count(self) -> usize {
        usize::from(self.recipient) + usize::from(self.subject) + usize::from(self.date)
    }

    /// The agreeing facts in words.
    pub(super) fn words(self) -> Vec<&'static str> {
        [(self.recipient, "recipient"), (self.subject, "subject"), (self.date, "date")]
            .into_iter()
            .filter_map(|(agrees, word)| agrees.then_some(word))
            .collect()
    }
}

/// Addresses in a header value, lower case.
pub(super) fn addresses(value: &str) -> Vec<String> {
    if memchr::memchr(b'@', value.as_bytes()).is_none() {
        return Vec::new();
    }
    value
        .split(|c: char| {
            c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"' | '\'' | '(' | ')' | '[' | ']')
        })
        .map(|word| word.trim_start_matches("mailto:"))
        .filter(|word| split_at(word, b'@').is_some_and(|(l, d)| !l.is_empty() && !d.is_empty()))
        .map(str::to_lowercase)
        .take(MAX_RECIPIENTS * 4)
        .collect()
}

impl Case<'_, '_> {
    /// Collects the facts, once.
    pub(super) fn gather(&mut self) {
        let notice = &self.recognised.notice;
        let mut facts = Facts { noticed: self.noticed(), ..Facts::default() };
        let mut add = |address: String| {
            if facts.failed.len() < MAX_RECIPIENTS && !facts.failed.contains(&address) {
                facts.failed.push(address);
            }
        };
        for report in &notice.reports {
            [&report.recipient, &report.original_recipient]
                .into_iter()
                .flatten()
                .for_each(|a| add(a.clone()));
        }
        self.tagged_recipients().into_iter().for_each(&mut add);
        // An answer comes from whom the mail went to.
        if matches!(notice.kind, NoticeKind::AutoReply | NoticeKind::ReadReceipt | NoticeKind::Challenge) {
            ["from", "reply-to", "sender"].iter().flat_map(|n| self.notice_addresses(n)).for_each(&mut add);
        }
        if let Some(returned) = self.returned() {
            facts.take_returned(returned, self.message);
        }
        if facts.subject.is_none() {
            facts.subject = self.quoted_subject();
        }
        self.facts = facts;
    }

    /// The subject that the notice's own subject quotes.
    fn quoted_subject(&self) -> Option<String> {
        let kind = self.recognised.notice.kind;
        let answer = matches!(kind, NoticeKind::AutoReply | NoticeKind::Challenge | NoticeKind::ReadReceipt);
        subject::quoted(&self.message.header("subject")?, answer)
    }

    /// A sent mail held against the facts.
    pub(super) fn compare(&self, sent: &SentMail) -> Agreement {
        let facts = &self.facts;
        let subject = facts.subject.as_deref();
        Agreement {
            recipient: facts.failed.iter().chain(&facts.written_to).any(|a| sent.went_to(a)),
            subject: subject.is_some_and(|s| {
                !sent.subject.is_empty() && same_subject(s, &sent.subject, facts.subject_cut)
            }),
            date: facts.date.is_some_and(|d| same_date(d, sent.date)),
        }
    }

    /// When the mail can have been sent; `None` where no date is known at all.
    pub(super) fn window(&self) -> Option<Span> {
        let when = self.facts.date.or(self.facts.noticed)?;
        Some(Span { from: when.checked_sub(WINDOW).ok()?, to: when.checked_add(Span::SLACK).ok()? })
    }

    /// The mail in Sent that agrees best, among those to its recipients, with its subject, and at its date.
    fn best_match(&self) -> Result<Option<(SentMail, Agreement)>, LedgerUnavailable> {
        let Some(span) = self.window() else { return Ok(None) };
        let ledger = self.context.ledger;
        let mut best: Option<(SentMail, Agreement)> = None;
        let mut weigh = |mails: Vec<SentMail>| {
            for mail in mails.into_iter().filter(|m| self.may_have_sent(m)) {
                let agreement = self.compare(&mail);
                if best.as_ref().is_none_or(|(_, b)| agreement.count() > b.count()) {
                    best = Some((mail, agreement));
                }
            }
            best.as_ref().is_some_and(|(_, b)| b.count() == 3)
        };
        for recipient in self.facts.failed.iter().chain(&self.facts.written_to).take(MAX_RECIPIENTS) {
            if weigh(ledger.to_recipient(recipient, span)?) {
                return Ok(best);
            }
        }
        if let Some(subject) = self.facts.subject.as_deref().filter(|s| !s.is_empty()) {
            for subject in [subject, unmarked(subject)] {
                if weigh(ledger.with_subject(subject, span)?) {
                    return Ok(best);
                }
            }
        }
        if let Some(date) = self.facts.date {
            weigh(ledger.sent_within(around(date, SAME_DATE))?);
        }
        Ok(best)
    }

    /// Whether a sent mail's From can be the returned one. Somebody with several addresses writes to the same
    /// people from each.
    fn may_have_sent(&self, sent: &SentMail) -> bool {
        let Some(sender) = self.facts.sender.as_deref().filter(|s| *s != sent.from) else { return true };
        match (self.own(sender), self.own(&sent.from)) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        }
    }

    /// Whether the facts say that the person sent it: `Some(true)` they do, `Some(false)` they leave it open,
    /// and its absence by Message-ID proves nothing, `None` they don't speak for the person.
    pub(super) fn by_facts(&mut self) -> Result<Option<bool>, LedgerUnavailable> {
        let Some((mail, agreement)) = self.best_match()? else { return Ok(None) };
        let facts = &self.facts;
        let day = mail.date.strftime("%F");
        // The returned mail's own To names somebody else: it is another mail, of one mailing perhaps.
        let other_recipient =
            !agreement.recipient && !facts.written_to.is_empty() && !mail.recipients.is_empty();
        let other_subject = !agreement.subject && facts.subject.as_deref().is_some_and(|s| s != mail.subject);
        let same_second = |d: Timestamp| d.duration_since(mail.date).abs() <= SAME_SECOND;
        let whole = match (agreement.recipient, agreement.subject, agreement.date) {
            // Date is copied as it stands. A second mail of the same minutes is another mail: its own ID came
            // back, or its own To.
            (true, true, true) => match facts.has_id {
                true => facts.date.is_some_and(|d| same_written(d, mail.date)) && !self.same_maker(&mail),
                false => facts.date.is_some_and(|d| same_written(d, mail.date)) || !self.other_to(&mail),
            },
            // Neither has a subject, or it was cut off.
            (true, false, true) => !other_subject,
            // No Date came back: the notice's own time bounds it.
            (true, true, false) => facts.date.is_none(),
            // Forwarded, and the returned header names no recipient.
            (false, true, true) => !other_recipient && mail.subject.chars().count() >= MIN_SUBJECT / 2,
            _ => false,
        };
        let words = agreement.words().join(" and ");
        if whole {
            let says = format!("You sent a mail on {day} with this {words}.");
            let evidence = self.fact_evidence(agreement);
            self.findings.push(SENT_BY_FACTS.says(says).with_any(evidence));
            return Ok(Some(true));
        }
        // Two mails of one hour to one person, each with its subject and its ID, are two mails.
        let another = facts.has_id && other_subject && self.same_maker(&mail);
        if agreement.count() >= 2 && !other_recipient && !another {
            let says = format!("You sent a mail on {day} with this {words}; it may be the returned one.");
            let evidence = self.fact_evidence(agreement);
            self.findings.push(SENT_ALIKE.says(says).with_any(evidence));
            return Ok(Some(false));
        }
        // Nothing but the time came back, and a mail was sent that very second.
        if facts.date.is_some_and(same_second) && !other_recipient && !other_subject {
            let says = format!("You sent a mail on {day} at that very second; it may be the returned one.");
            let evidence = self.fact_evidence(agreement);
            self.findings.push(SENT_ALIKE.says(says).with_any(evidence));
            return Ok(Some(false));
        }
        // A Message-ID that is not in Sent weighs more than having written to somebody, where enough came
        // back besides to find the mail under another one.
        let whole_facts = facts.date.is_some() && facts.subject.is_some();
        if !(facts.has_id && whole_facts) && agreement.recipient {
            let says = format!(
                "You wrote to this recipient on {day}, within the days in which such a notice comes."
            );
            let evidence = self.fact_evidence(agreement);
            self.findings.push(SENT_NEAR.says(says).with_any(evidence));
            return Ok(Some(false));
        }
        Ok(None)
    }

    /// Whether the returned Message-ID, another than that of `sent`, was made at the same host: then nobody
    /// rewrote it on the way.
    fn same_maker(&self, sent: &SentMail) -> bool {
        let host = |id: &str| id.rsplit_once('@').map(|(_, host)| host.to_lowercase());
        let returned = self.returned().and_then(|r| r.ids.iter().find(|c| c.source == IdSource::Returned));
        let (Some(returned), Some(kept)) = (returned, sent.message_id.as_deref()) else { return false };
        returned.id != kept && host(&returned.id).is_some() && host(&returned.id) == host(kept)
    }

    /// Whether the returned To names others than those to whom `sent` went.
    fn other_to(&self, sent: &SentMail) -> bool {
        let to = &self.facts.written_to;
        !to.is_empty() && !sent.recipients.is_empty() && !to.iter().any(|a| sent.went_to(a))
    }

    /// Whether Sent holds nothing at all from about the returned date; `None` where that can't be said.
    pub(super) fn nothing_sent_then(&self) -> Result<Option<bool>, LedgerUnavailable> {
        let Some(date) = self.facts.date else { return Ok(None) };
        let mails = self.context.ledger.sent_within(around(date, ZONES))?;
        if mails.len() >= MOST_ROWS {
            return Ok(None);
        }
        Ok(Some(!mails.iter().any(|m| same_date(m.date, date) && self.may_have_sent(m))))
    }

    fn fact_evidence(&self, agreement: Agreement) -> Vec<Evidence> {
        let recipient = if agreement.recipient { self.recipient_evidence() } else { None };
        let subject = self.field("subject").or_else(|| self.message.top_evidence("subject"));
        let subject = subject.filter(|_| agreement.subject);
        let date = self.field("date").or_else(|| self.message.top_evidence("date"));
        [recipient, subject, date].into_iter().flatten().collect()
    }

    /// Where the first recipient stands: in the report, or in the returned header.
    pub(super) fn recipient_evidence(&self) -> Option<Evidence> {
        let recipient = self.facts.failed.first()?;
        let finder = memmem::Finder::new(recipient);
        let own = self.message.parts().iter().filter(|p| p.depth == 0 && !p.is_multipart());
        let found = own.filter_map(|p| Some((p, finder.find(p.bytes())?))).next();
        let evidence = found.map(|(p, at)| self.message.body_evidence(p, at..at + recipient.len()));
        evidence.or_else(|| self.field("to"))
    }
}

impl Facts {
    /// The facts of a message that carries the notice.
    pub(super) fn of_wrapper(mail: &ReturnedMail, noticed: Option<Timestamp>) -> Facts {
        Facts {
            written_to: mail.to.iter().take(MAX_RECIPIENTS).cloned().collect(),
            subject: Some(normal_subject(mail.subject.as_deref().unwrap_or_default())),
            date: mail.date,
            noticed,
            has_id: true,
            names_id: true,
            ..Facts::default()
        }
    }

    fn take_returned(&mut self, returned: &Returned, message: &Message<'_>) {
        let last = returned.fields.last().map(|f| &*f.name);
        let is_last = |name: &str| last == Some(name);
        let cc = returned.field("cc").map(|f| addresses(f.value(message))).unwrap_or_default();
        self.written_to = returned.mail.to.iter().cloned().chain(cc).take(MAX_RECIPIENTS).collect();
        self.subject = match returned.mail.subject.as_deref() {
            Some(subject) => Some(normal_subject(subject)),
            // A whole header with no subject says that there is none.
            None if returned.form == ReturnedForm::Message => Some(String::new()),
            None => None,
        };
        self.subject_cut = is_last("subject");
        self.date = returned.mail.date.filter(|_| {
            !is_last("date") || returned.field("date").is_some_and(|f| has_zone(f.value(message)))
        });
        self.sender = returned.mail.from.clone().or_else(|| {
            let path = addresses(returned.field("return-path")?.value(message)).into_iter().next()?;
            Some(tags::untag(&path).map_or(path, |u| u.sender))
        });
        // A Message-ID at the very end may be cut unless its bracket closes.
        let whole = !is_last("message-id")
            || returned
                .field("message-id")
                .and_then(|f| f.place.evidence(message))
                .is_some_and(|evidence| evidence.text.ends_with('>'));
        self.has_id = whole && returned.ids.iter().any(|c| c.source == IdSource::Returned);
        self.names_id = self.has_id || returned.ids.iter().any(|c| c.source <= IdSource::Text) && whole;
    }
}
