//! Which recipients failed, and why, from a notice's own words.
//!
//! All families share a few layouts: an address that begins a line or a paragraph (Postfix, Exim, qmail,
//! Sendmail, Exchange), a labelled line (`Recipient: ...`), an address inside the sentence that says what
//! happened (Gmail, Exchange 2007), an SMTP dialogue (`RCPT TO:<...>`). The layouts are tried in this
//! order; the words after an address are its diagnostic (`said`).

use std::cell::LazyCell;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;

use super::super::super::message::Message;
use super::super::super::verdict::{Finding, FindingKind, Severity, Toward};
use super::super::address;
use super::super::gate::Signs;
use super::super::reason::{self, Answer, EnhancedStatus, Reason, Told};
use super::super::text::{self, Reading, is_listed};
use super::super::{Action, Report};
use super::said::{general_answer, has_code, own_words, remote_mta};
use super::zone::Zone;

pub(in super::super) const RECIPIENT: FindingKind = FindingKind {
    id: "notice.recipient",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "A recipient that the notice names, with the server's words about it.",
};

/// Recipients that are read of one notice; the rest is counted, not listed.
pub(in super::super) const MAX_REPORTS: usize = 1_000;
/// Recipients that a finding of their own shows.
const MAX_SHOWN: usize = 5;
/// Bytes of a diagnostic that are kept.
pub(in super::super) const MAX_DIAGNOSTIC: usize = 1_000;

/// A report and where the notice makes it.
pub(in super::super) struct Entry {
    pub(in super::super) report: Report,
    /// The line of the address and those of the server's words, where somebody is named.
    place: Option<(usize, Option<Range<usize>>)>,
}

impl Entry {
    /// The finding that shows where it stands; none where it names nobody.
    fn finding(&self, message: &Message<'_>, reading: &Reading<'_>) -> Option<Finding> {
        let (line, words) = self.place.clone()?;
        let (address, line) = (self.report.recipient.as_deref()?, line..line + 1);
        let words = words.filter(|words| *words != line);
        Some(
            RECIPIENT
                .says(format!("Not delivered to {address}: {}", self.report.reason.sentence()))
                .with_any(reading.evidence(message, line))
                .with_any(words.and_then(|words| reading.evidence(message, words))),
        )
    }
}

/// The findings that show the first few of `entries`.
pub(super) fn findings(entries: &[Entry], message: &Message<'_>, reading: &Reading<'_>) -> Vec<Finding> {
    entries.iter().take(MAX_SHOWN).filter_map(|entry| entry.finding(message, reading)).collect()
}

/// An address and the lines that speak of it.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) address: String,
    /// The line of the address.
    pub(super) line: usize,
    /// What follows the address on its own line.
    pub(super) rest: String,
}

/// Labels before a recipient, ASCII lower case, without the colon.
const RECIPIENT_LABELS: &[&str] = &[
    "recipient", "recipients", "recipient address", "recipient's address", "recipient email address",
    "recipient(s)", "failed recipient", "failed recipients", "failed recipient(s)", "intended recipient",
    "intended recipients", "original recipient", "final recipient", "final-recipient", "original-recipient",
    "invalid recipient", "unknown recipient", "undeliverable address", "undeliverable to", "undelivered to",
    "delivered to", "could not be delivered to", "addressed to", "address", "mail address", "email address",
    "e-mail address", "user", "user name", "username", "mailbox", "account", "destination",
    "destination address", "to", "rcpt to", "unknown user", "user unknown", "invalid user",
    "invalid address", "unknown address", "unknown recipient address", "invalid final delivery userid",
    "delivery failed", "error-for", "envelope recipient", "env-to", "message to", "mail to", "empfänger",
    "empfängeradresse", "an", "destinataire", "destinataires", "destinatario", "destinatarios",
    "destinatário", "destinatários", "ontvanger", "geadresseerde", "mottagare", "modtager", "mottaker",
    "vastaanottaja", "odbiorca", "получатель", "宛先", "受信者", "收件人", "收件者", "¹받는 사람",
    "받는사람",
];

/// Labels that name somebody else, ASCII lower case.
const OTHER_LABELS: &[&str] = &[
    "from", "sender", "return-path", "reply-to", "cc", "mail from", "originator", "von", "de", "contact",
    "reported-by", "message-id", "message id", "original sender", "envelope sender", "envelope-from",
    "received-from-mta", "reporting-mta", "remote-mta", "subject", "in-reply-to", "sent by", "errors-to",
];

/// Reads one report per recipient. `opening` is the line that shows the family, where there is one.
pub(in super::super) fn reports(
    message: &Message<'_>,
    signs: &Signs,
    reading: &Reading<'_>,
    zone: &Zone,
    opening: Option<usize>,
) -> Vec<Entry> {
    let own = own_addresses(message);
    let words = 0..zone.words_end;
    let mut named = named(reading, words.clone(), &own, opening);
    if signs.failed_recipients {
        let header = failed_recipients(message);
        if !header.is_empty() {
            // The field names them all; the text says why.
            let mut from_header: Vec<Named> = Vec::new();
            for address in header {
                let found = named.iter().find(|n| n.address == address).cloned();
                from_header.push(found.unwrap_or_else(|| {
                    let line = mention(reading, words.clone(), &address).or(opening).unwrap_or(0);
                    Named { address, line, rest: String::new() }
                }));
            }
            named = from_header;
        }
    }
    if named.is_empty() {
        named = from_subject(signs, &own, opening.unwrap_or(0));
    }
    if named.len() > 1 {
        let mut seen = HashSet::new();
        named.retain(|n| seen.insert(n.address.clone()));
    }
    named.truncate(MAX_REPORTS);
    let stops: Vec<usize> = named.iter().map(|n| n.line).collect();
    let general = LazyCell::new(|| general_answer(reading, words.clone()));
    let mut entries: Vec<Entry> = Vec::new();
    for name in &named {
        let own_words = own_words(reading, zone, name, &stops);
        let original_recipient = expanded_from(&own_words.0).filter(|a| *a != name.address);
        let (said, lines) = if has_code(&own_words.0) || named.len() > 1 && !own_words.0.is_empty() {
            own_words
        } else {
            match &*general {
                Some(general) => general.clone(),
                None => own_words,
            }
        };
        let told = Told::of(&said);
        let mut reason = told.reason(None);
        if named.len() == 1 && (reason == Reason::Undefined || told.says_little()) {
            let all = text::clip(reading.text(words.clone()), 4_000);
            reason = reason::derive(Answer { status: None, text: all });
        }
        let status = EnhancedStatus::find(&said)
            .or_else(|| {
                (named.len() == 1)
                    .then(|| EnhancedStatus::find(text::clip(reading.text(words.clone()), 8_000)))?
            })
            .map(|s| s.to_string());
        entries.push(Entry {
            report: Report {
                recipient: Some(name.address.clone()),
                original_recipient,
                action: Action::Failed,
                status,
                reason,
                remote_mta: remote_mta(&said),
                diagnostic: (!said.is_empty()).then(|| text::clip(&said, MAX_DIAGNOSTIC).to_owned()),
            },
            place: Some((name.line, lines)),
        });
    }
    if entries.is_empty() {
        // The notice names nobody: what it says still counts.
        let said = general.as_ref().map(|(said, _)| said.clone()).unwrap_or_default();
        let all = text::clip(reading.text(words), 4_000);
        let status = EnhancedStatus::find(&said).or_else(|| EnhancedStatus::find(all));
        let mut reason = reason::derive(Answer { status, text: &said });
        if reason == Reason::Undefined {
            reason = reason::derive(Answer { status, text: all });
        }
        if opening.is_some() {
            entries.push(Entry {
                report: Report {
                    recipient: None,
                    original_recipient: None,
                    action: Action::Failed,
                    status: status.map(|s| s.to_string()),
                    reason,
                    remote_mta: remote_mta(&said),
                    diagnostic: (!said.is_empty()).then(|| text::clip(&said, MAX_DIAGNOSTIC).to_owned()),
                },
                place: None,
            });
        }
    }
    entries
}

/// Addresses of the notice's own From and To: the mailer and the person, not who failed.
pub(in super::super) fn own_addresses(message: &Message<'_>) -> Vec<String> {
    let mail = message.mail();
    [mail.from(), mail.to(), mail.reply_to()]
        .into_iter()
        .flatten()
        .flat_map(|list| list.iter())
        .filter_map(|a| a.address().map(str::to_lowercase))
        .collect()
}

fn failed_recipients(message: &Message<'_>) -> Vec<String> {
    let Some(root) = message.root() else { return Vec::new() };
    let mut out = Vec::new();
    for header in root.fields("x-failed-recipients") {
        let raw = root.raw_text(header).into_owned();
        let ranges = address::all(&raw, MAX_REPORTS);
        out.extend(ranges.into_iter().filter_map(|r| raw.get(r).map(str::to_lowercase)));
    }
    out
}

fn from_subject(signs: &Signs, own: &[String], line: usize) -> Vec<Named> {
    address::normal(&signs.subject)
        .filter(|a| !own.contains(a))
        .map(|address| Named { address, line, rest: String::new() })
        .into_iter()
        .collect()
}

/// The line that mentions `address`.
fn mention(reading: &Reading<'_>, range: Range<usize>, address: &str) -> Option<usize> {
    range.into_iter().find(|i| {
        let line = reading.line(*i);
        line.len() >= address.len() && line.to_lowercase().contains(address)
    })
}

/// What a line that holds an address has of a dialogue and of mails.
#[derive(Default)]
struct Marks {
    /// Where the command begins that names a recipient.
    command: Option<usize>,
    /// Whether it speaks of a sender, of a mail, or of whom to ask.
    other: bool,
}

fn marks(line: &str) -> Marks {
    static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let words = ["rcpt to:", "mail from:", "message-id:", "contact"];
        AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
    });
    let mut marks = Marks::default();
    for found in WORDS.iter().flat_map(|words| words.find_iter(line)) {
        match found.pattern().as_usize() {
            0 => marks.command = marks.command.or(Some(found.start())),
            _ => marks.other = true,
        }
    }
    marks
}

/// Who is named, by the first layout that names anybody.
fn named(reading: &Reading<'_>, range: Range<usize>, own: &[String], opening: Option<usize>) -> Vec<Named> {
    let (mut starts, mut labelled, mut inside, mut dialogue) = (vec![], vec![], vec![], vec![]);
    for line in range {
        let text = reading.line(line);
        if memchr::memchr(b'@', text.as_bytes()).is_none() {
            continue;
        }
        if let Some(list) = json_recipients(text) {
            labelled.extend(addresses(list, line));
            continue;
        }
        if text.len() > 4_000 {
            continue;
        }
        if let Some((address, rest)) = at_start(text).or_else(|| after_code(text)) {
            starts.push(Named { address, line, rest });
            continue;
        }
        match label(text) {
            Some((label, value)) if is_listed(label, RECIPIENT_LABELS) => {
                labelled.extend(addresses(value, line));
                continue;
            }
            Some((label, _)) if is_listed(label, OTHER_LABELS) => continue,
            _ => {}
        }
        let marks = marks(text);
        if let Some(at) = marks.command {
            dialogue.extend(addresses(text.get(at..).unwrap_or_default(), line).into_iter().take(1));
            continue;
        }
        if marks.other {
            continue;
        }
        inside.extend(addresses(text, line));
    }
    // A sentence counts from the opening on; what stands before it greets the reader.
    if let Some(opening) = opening {
        let near: Vec<Named> = inside.iter().filter(|n: &&Named| n.line + 1 >= opening).cloned().collect();
        if !near.is_empty() {
            inside = near;
        }
        let after: Vec<Named> = starts.iter().filter(|n: &&Named| n.line >= opening).cloned().collect();
        if !after.is_empty() {
            starts = after;
        }
        // `To:` before the opening is the returned mail's, as Exchange sums it up.
        let later = |n: &Named| n.line >= opening;
        if [&starts, &labelled, &inside].iter().any(|layout| layout.iter().any(later)) {
            labelled.retain(later);
        }
    }
    let layouts = [starts, labelled, dialogue, inside];
    // The person's own address counts only where no other is named: mail to oneself bounces too.
    // So does that of who keeps a list, whom notices name as somebody to ask.
    let own_or_daemon = |n: &Named| own.contains(&n.address) || address::is_daemon(&n.address);
    let passes: [&dyn Fn(&Named) -> bool; 3] =
        [&|n| !own_or_daemon(n) && !address::is_keeper(&n.address), &|n| !own_or_daemon(n), &|n| {
            !own.contains(&n.address) || !address::is_daemon(&n.address)
        }];
    for fits in passes {
        for (place, layout) in layouts.iter().enumerate() {
            let mut kept: Vec<Named> = layout.iter().filter(|n| fits(n)).cloned().collect();
            if kept.is_empty() {
                continue;
            }
            if place == 3 {
                kept.truncate(1);
            }
            return kept;
        }
    }
    Vec::new()
}

fn addresses(text: &str, line: usize) -> Vec<Named> {
    address::all(text, 100)
        .into_iter()
        .filter_map(|range| {
            let rest = text.get(range.end..).unwrap_or_default();
            let rest = rest.trim_start_matches(['>', '"', '\'', ')', ':', ',', ';', ' ']).trim();
            Some(Named { address: text.get(range)?.to_lowercase(), line, rest: rest.to_owned() })
        })
        .collect()
}

/// An address at the start of a line, bullets and brackets aside, and what follows it.
fn at_start(line: &str) -> Option<(String, String)> {
    let bare = line.trim_start_matches([' ', '\t', '*', '-', '\u{2022}', '·', '>', '|', '\u{a0}']);
    let bare = bare.trim_start_matches("mailto:");
    let opened = bare.trim_start_matches(['<', '\'', '"', '(', '[']);
    let range = address::first(opened)?;
    if range.start != 0 {
        // `Name <address>` and `"Name" <address>` alone on their line name a recipient too.
        let before = opened.get(..range.start)?;
        let after = opened.get(range.end..)?.trim_matches(['>', ' ', '\t', ',', ';', ':', '\'', '"', ')']);
        let plain = before.ends_with(['<', '(']) && before.len() < 60 && !before.contains([':', '.', '=']);
        if !(plain && after.is_empty()) {
            return None;
        }
    }
    let address = opened.get(range.clone())?.to_lowercase();
    let rest = opened.get(range.end..)?;
    let rest = rest.trim_start_matches(['>', '\'', '"', ')', ']']);
    // `a@b.example is ...` inside a paragraph is a sentence; a diagnostic follows a mark.
    let marked = rest.is_empty() || rest.starts_with([':', ',', ';', '.', '(', ' ', '\t', '-', '=', '<']);
    marked.then(|| (address, rest.trim_start_matches([':', ',', ';', '.', ' ', '\t', '-']).trim().to_owned()))
}

/// The list of recipients in a notification in JSON (Amazon SES): from its key to the end of the list.
fn json_recipients(line: &str) -> Option<&str> {
    const KEYS: &[&str] = &["\"bouncedRecipients\"", "\"delayedRecipients\"", "\"recipients\""];
    memchr::memchr(b']', line.as_bytes())?;
    let at = KEYS.iter().find_map(|key| line.find(key))?;
    let list = line.get(at..)?;
    let end = list.find(']')?;
    list.get(..end)
}

/// The address in `550 <address>... User unknown`: a reply as Sendmail's transcript shows it.
fn after_code(line: &str) -> Option<(String, String)> {
    let bare = line.trim_start();
    let rest = bare.strip_prefix(['4', '5'])?;
    let text = rest.get(2..).filter(|_| rest.bytes().take(2).all(|b| b.is_ascii_digit()))?;
    let (address, said) = at_start(text.strip_prefix([' ', '-'])?)?;
    Some((address, format!("{} {said}", bare.get(..3)?)))
}

/// The address that a list or an alias was written to: `(expanded from: <address>)`, `(generated from
/// address)`.
fn expanded_from(said: &str) -> Option<String> {
    static MARKS: LazyLock<[Finder<'static>; 2]> =
        LazyLock::new(|| ["expanded from", "generated from "].map(|mark| Finder::new(mark)));
    let at = MARKS.iter().find_map(|mark| mark.find(said.as_bytes()))?;
    let rest = said.get(at..)?;
    address::first(rest).and_then(|range| rest.get(range)).map(str::to_lowercase)
}

/// `label: value`, without decoration.
pub(super) fn label(line: &str) -> Option<(&str, &str)> {
    let bare =
        line.trim_start_matches(['>', '|', ' ', '\t', '*', '-', '<', '[', '(', '\u{2022}', '\u{3000}']);
    let at = match bare.is_ascii() {
        true => memchr::memchr2(b':', b'=', bare.as_bytes()),
        false => bare.find([':', '\u{ff1a}', '=']),
    }
    .filter(|at| *at <= 80)?;
    let (label, value) = bare.split_at(at);
    let value = value.trim_start_matches([':', '\u{ff1a}', '=', ' ', '\t']);
    Some((label.trim_matches(['*', ' ', '\t', ']', ')', '.', '"']), value))
}
