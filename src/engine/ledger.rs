//! The sent ledger: what the person sent, and for which span of time that is known completely.
//!
//! The engine asks through [`SentLedger`]; the store answers from SQLite, `scan --sent` and the tests
//! from a [`MemoryLedger`]. Only mail in the *Sent* folders counts as sent: a forged mail to oneself can
//! sit in the INBOX.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use crate::engine::words::{pieces_of, trimmed};

/// One mail that the person sent, as far as provenance needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMail {
    /// Message-ID without angle brackets; `None` where the mail has none.
    pub message_id: Option<String>,
    /// When it was sent: its Date header, or INTERNALDATE where that is missing.
    pub date: Timestamp,
    /// Address of From, in lower case.
    pub from: String,
    /// Addresses of To, Cc and Bcc, in lower case.
    pub recipients: Vec<String>,
    /// Subject, normalised by [`normal_subject`].
    pub subject: String,
    /// X-Mailer or User-Agent, as written.
    pub mailer: Option<String>,
}

impl SentMail {
    /// Reads the header of a mail in a Sent folder.
    ///
    /// `received` (INTERNALDATE) stands in for a Date that is missing or can't be read. `None` where the
    /// bytes have no From address or no date at all: such a mail proves nothing later.
    pub fn read(raw: &[u8], received: Option<Timestamp>) -> Option<SentMail> {
        let parsed = mail_parser::MessageParser::default().parse_headers(raw)?;
        let date = parsed
            .date()
            .filter(|d| d.is_valid())
            .and_then(|d| Timestamp::from_second(d.to_timestamp()).ok())
            .or(received)?;
        let from = parsed.from()?.first()?.address()?.to_lowercase();
        let recipients = parsed
            .all_to()
            .chain(parsed.all_cc())
            .chain(parsed.all_bcc())
            .flat_map(|list| list.iter())
            .filter_map(|a| a.address().map(str::to_lowercase))
            .collect();
        let mailer = ["X-Mailer", "User-Agent"]
            .into_iter()
            .find_map(|name| parsed.header(name)?.as_text().map(|t| t.trim().to_owned()));
        Some(SentMail {
            message_id: parsed.message_id().map(normal_message_id),
            date,
            from,
            recipients,
            subject: normal_subject(parsed.subject().unwrap_or_default()),
            mailer,
        })
    }

    /// Whether this mail was written to `address` (lower case), plus-addressing aside.
    pub fn went_to(&self, address: &str) -> bool {
        let wanted = without_tag(address);
        self.recipients.iter().any(|r| r == address || without_tag(r) == wanted)
    }
}

/// A span of time for which the ledger holds every mail of one identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Start, included.
    pub from: Timestamp,
    /// End, included.
    pub to: Timestamp,
}

impl Span {
    /// Clocks differ: a Date this far outside the span still counts as inside.
    pub const SLACK: SignedDuration = SignedDuration::from_hours(26);

    /// Whether `when` lies inside, [`Span::SLACK`] not counted.
    pub fn holds(&self, when: Timestamp) -> bool {
        self.from <= when && when <= self.to
    }
}

/// The ledger could not be read; provenance is then unverified, whatever else is seen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the record of sent mail could not be read: {0}")]
pub struct LedgerUnavailable(pub String);

/// What the person sent.
pub trait SentLedger {
    /// The mail with this Message-ID (without angle brackets).
    fn by_message_id(&self, id: &str) -> Result<Option<SentMail>, LedgerUnavailable>;

    /// Mails to this address (lower case) with a date in `span`, newest first, at most 50.
    fn to_recipient(&self, address: &str, span: Span) -> Result<Vec<SentMail>, LedgerUnavailable>;

    /// Mails with this subject (normalised by [`normal_subject`], not empty) and a date in `span`, newest
    /// first, at most 50.
    fn with_subject(&self, subject: &str, span: Span) -> Result<Vec<SentMail>, LedgerUnavailable>;

    /// Mails with a date in `span`, newest first, at most 50.
    fn sent_within(&self, span: Span) -> Result<Vec<SentMail>, LedgerUnavailable>;

    /// Whether the person ever wrote to this address (lower case).
    fn ever_wrote_to(&self, address: &str) -> Result<bool, LedgerUnavailable>;

    /// Whether any sent mail names this X-Mailer or User-Agent.
    fn ever_used(&self, mailer: &str) -> Result<bool, LedgerUnavailable>;

    /// Whether an earlier genuine bounce returned mail that was handed in at this server (lower case).
    fn ever_submitted_at(&self, host: &str) -> Result<bool, LedgerUnavailable>;

    /// The spans for which every mail sent as `identity` (lower case) is known; empty for an identity
    /// never seen in Sent.
    fn coverage(&self, identity: &str) -> Result<Vec<Span>, LedgerUnavailable>;

    /// How many mails are known, for the sentences of findings.
    fn len(&self) -> Result<usize, LedgerUnavailable>;

    /// Whether nothing at all is known.
    fn is_empty(&self) -> Result<bool, LedgerUnavailable> {
        Ok(self.len()? == 0)
    }
}

/// No ledger at all: nothing is ever known to be absent from it.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLedger;

impl SentLedger for NoLedger {
    fn by_message_id(&self, _: &str) -> Result<Option<SentMail>, LedgerUnavailable> {
        Ok(None)
    }
    fn to_recipient(&self, _: &str, _: Span) -> Result<Vec<SentMail>, LedgerUnavailable> {
        Ok(Vec::new())
    }
    fn with_subject(&self, _: &str, _: Span) -> Result<Vec<SentMail>, LedgerUnavailable> {
        Ok(Vec::new())
    }
    fn sent_within(&self, _: Span) -> Result<Vec<SentMail>, LedgerUnavailable> {
        Ok(Vec::new())
    }
    fn ever_wrote_to(&self, _: &str) -> Result<bool, LedgerUnavailable> {
        Ok(false)
    }
    fn ever_used(&self, _: &str) -> Result<bool, LedgerUnavailable> {
        Ok(false)
    }
    fn ever_submitted_at(&self, _: &str) -> Result<bool, LedgerUnavailable> {
        Ok(false)
    }
    fn coverage(&self, _: &str) -> Result<Vec<Span>, LedgerUnavailable> {
        Ok(Vec::new())
    }
    fn len(&self) -> Result<usize, LedgerUnavailable> {
        Ok(0)
    }
}

/// A ledger in memory, for `scan --sent` and tests. Its coverage runs from its oldest to its newest
/// mail, for every identity that it holds as From.
#[derive(Debug, Clone, Default)]
pub struct MemoryLedger {
    mails: Vec<SentMail>,
    by_id: HashMap<String, usize>,
    by_recipient: HashMap<String, Vec<usize>>,
    by_subject: HashMap<String, Vec<usize>>,
    by_date: BTreeMap<Timestamp, Vec<usize>>,
    by_from: BTreeMap<String, usize>,
    mailers: HashSet<String>,
    relays: HashSet<String>,
    span: Option<Span>,
}

impl MemoryLedger {
    /// Adds one sent mail. A second mail with the same Message-ID is kept but not found by it.
    pub fn add(&mut self, mail: SentMail) {
        let index = self.mails.len();
        if let Some(id) = &mail.message_id {
            self.by_id.entry(id.clone()).or_insert(index);
        }
        for recipient in &mail.recipients {
            self.by_recipient.entry(without_tag(recipient)).or_default().push(index);
        }
        if !mail.subject.is_empty() {
            self.by_subject.entry(mail.subject.clone()).or_default().push(index);
        }
        self.by_date.entry(mail.date).or_default().push(index);
        *self.by_from.entry(mail.from.clone()).or_default() += 1;
        self.mailers.extend(mail.mailer.clone());
        self.span = Some(match self.span {
            None => Span { from: mail.date, to: mail.date },
            Some(s) => Span { from: s.from.min(mail.date), to: s.to.max(mail.date) },
        });
        self.mails.push(mail);
    }

    /// Notes the server ([`crate::engine::Verdict::relay`]) that a genuine bounce showed.
    pub fn learn_relay(&mut self, host: &str) {
        self.relays.insert(host.to_lowercase());
    }

    /// The mails at `indexes` with a date in `span`, newest first, at most 50.
    fn newest<'i>(&self, indexes: impl Iterator<Item = &'i usize>, span: Span) -> Vec<SentMail> {
        let mut found: Vec<&SentMail> =
            indexes.filter_map(|&i| self.mails.get(i)).filter(|m| span.holds(m.date)).collect();
        found.sort_by_key(|m| std::cmp::Reverse(m.date));
        found.into_iter().take(50).cloned().collect()
    }

    /// Every From address in it, in order.
    pub fn identities(&self) -> impl Iterator<Item = &str> {
        self.by_from.keys().map(String::as_str)
    }
}

impl SentLedger for MemoryLedger {
    fn by_message_id(&self, id: &str) -> Result<Option<SentMail>, LedgerUnavailable> {
        Ok(self.by_id.get(id).and_then(|&i| self.mails.get(i)).cloned())
    }

    fn to_recipient(&self, address: &str, span: Span) -> Result<Vec<SentMail>, LedgerUnavailable> {
        Ok(self.newest(self.by_recipient.get(&without_tag(address)).into_iter().flatten(), span))
    }

    fn with_subject(&self, subject: &str, span: Span) -> Result<Vec<SentMail>, LedgerUnavailable> {
        Ok(self.newest(self.by_subject.get(subject).into_iter().flatten(), span))
    }

    fn sent_within(&self, span: Span) -> Result<Vec<SentMail>, LedgerUnavailable> {
        if span.from > span.to {
            return Ok(Vec::new());
        }
        Ok(self.newest(self.by_date.range(span.from..=span.to).rev().flat_map(|(_, at)| at).take(50), span))
    }

    fn ever_wrote_to(&self, address: &str) -> Result<bool, LedgerUnavailable> {
        Ok(self.by_recipient.contains_key(&without_tag(address)))
    }

    fn ever_used(&self, mailer: &str) -> Result<bool, LedgerUnavailable> {
        Ok(self.mailers.contains(mailer))
    }

    fn ever_submitted_at(&self, host: &str) -> Result<bool, LedgerUnavailable> {
        Ok(self.relays.contains(host))
    }

    fn coverage(&self, identity: &str) -> Result<Vec<Span>, LedgerUnavailable> {
        Ok(if self.by_from.contains_key(identity) { self.span.into_iter().collect() } else { Vec::new() })
    }

    fn len(&self) -> Result<usize, LedgerUnavailable> {
        Ok(self.mails.len())
    }
}

/// A Message-ID as the ledger keys it: no angle brackets, no surrounding white space.
pub fn normal_message_id(id: &str) -> String {
    bare_message_id(id).to_owned()
}

/// [`normal_message_id`] where it stands.
pub(super) fn bare_message_id(id: &str) -> &str {
    let id = trimmed(id);
    let id = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or(id);
    match id.starts_with('<') || id.ends_with('>') {
        true => trimmed(id.trim_start_matches('<').trim_end_matches('>')),
        false => trimmed(id),
    }
}

/// A subject as the ledger compares it: reply and forward marks removed, white space folded, lower case.
pub fn normal_subject(subject: &str) -> String {
    let base = mail_parser::parsers::fields::thread::thread_name(subject);
    let mut folded = String::with_capacity(base.len());
    for words in pieces_of(base) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(words);
    }
    if folded.is_ascii() {
        folded.make_ascii_lowercase();
        return folded;
    }
    folded.to_lowercase()
}

/// `user+tag@domain` without the tag (RFC 5233 sub-addressing with the usual `+`).
pub fn without_tag(address: &str) -> String {
    match address.split_once('@') {
        Some((local, domain)) => match local.split_once('+') {
            Some((user, _)) if !user.is_empty() => format!("{user}@{domain}"),
            _ => address.to_owned(),
        },
        None => address.to_owned(),
    }
}
