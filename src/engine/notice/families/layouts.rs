//! Whom a notice names, and where.
//!
//! All families share a few layouts: an address that begins a line or a paragraph (Postfix, Exim, qmail,
//! Sendmail, Exchange), a labelled line (`Recipient: ...`), an address inside the sentence that says what
//! happened (Gmail, Exchange 2007), an SMTP dialogue (`RCPT TO:<...>`), a bare name of the server's own users
//! (AOL, GroupWise). A label more is a row here.

use std::borrow::Cow;
use std::ops::Range;

use super::super::address;
use super::super::text::Reading;
use super::read::Own;
use crate::engine::words::{begins_with, ends_in, in_lower_case, is_listed, trimmed};

/// An address and the lines that speak of it.
#[derive(Debug, Clone)]
pub(super) struct Named<'t> {
    pub(super) address: String,
    /// The line of the address.
    pub(super) line: usize,
    /// What follows the address on its own line.
    pub(super) rest: Cow<'t, str>,
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
    "vastaanottaja", "odbiorca", "получатель", "宛先", "受信者", "收件人", "收件者", "받는 사람", "받는사람",
];

/// Labels that name somebody else, ASCII lower case.
const OTHER_LABELS: &[&str] = &[
    "from", "sender", "return-path", "reply-to", "cc", "mail from", "originator", "von", "de", "contact",
    "reported-by", "message-id", "message id", "original sender", "envelope sender", "envelope-from",
    "received-from-mta", "reporting-mta", "remote-mta", "subject", "in-reply-to", "sent by", "errors-to",
];

/// The command of a dialogue that names a recipient.
const COMMAND: &str = "rcpt to";

/// What a line that holds an address has of a dialogue and of mails.
#[derive(Default)]
struct Marks {
    /// Where the command begins that names a recipient.
    command: Option<usize>,
    /// Whether it speaks of a sender, of a mail, or of whom to ask.
    other: bool,
}

fn marks(line: &str) -> Marks {
    let mut marks = Marks::default();
    for colon in memchr::memchr_iter(b':', line.as_bytes()) {
        let before = line.get(..colon).unwrap_or_default();
        if ends_in(before, COMMAND) {
            marks.command = marks.command.or(Some(colon - COMMAND.len()));
        }
        marks.other |= ends_in(before, "mail from") || ends_in(before, "message-id");
    }
    let contact = |at: usize| line.get(at..).is_some_and(|rest| begins_with(rest, "contact"));
    marks.other |= memchr::memchr2_iter(b'c', b'C', line.as_bytes()).any(contact);
    marks
}

/// Who is named, by the first layout that names anybody.
pub(super) fn named<'t>(
    reading: &'t Reading<'_>,
    range: Range<usize>,
    own: &Own<'_>,
    opening: usize,
) -> Vec<Named<'t>> {
    let (mut starts, mut labelled, mut inside, mut dialogue) = (vec![], vec![], vec![], vec![]);
    for line in reading.lines_with(b'@', range) {
        let text = reading.line(line);
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
    keep_if_any(&mut inside, |n| n.line + 1 >= opening);
    keep_if_any(&mut starts, |n| n.line >= opening);
    // `To:` before the opening is the returned mail's, as Exchange sums it up.
    let later = |n: &Named<'_>| n.line >= opening;
    if [&starts, &labelled, &inside].iter().any(|layout| layout.iter().any(later)) {
        labelled.retain(later);
    }
    chosen([starts, labelled, dialogue, inside], own)
}

/// Lines after the opening in which a bare name may stand.
const NEAR: usize = 8;
/// Bytes of a local part (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL: usize = 64;

/// Those whom a notice lists after its opening by local part alone: users of the server that reports, `host`.
pub(super) fn unqualified<'t>(
    reading: &'t Reading<'_>,
    range: Range<usize>,
    opening: usize,
    host: &str,
) -> Vec<Named<'t>> {
    let near = opening + 1..range.end.min(opening + 1 + NEAR);
    let named = near.filter_map(|line| {
        let (local, rest) = listed_name(reading.line(line))?;
        let address = format!("{local}@{host}").to_lowercase();
        Some(Named { address, line, rest: rest.into() })
    });
    named.collect()
}

/// The name that stands alone on an indented line, or before words in parentheses, and those words.
fn listed_name(line: &str) -> Option<(&str, &str)> {
    let bare = line.trim_start_matches([' ', '\t']);
    let name_end = bare.find(char::is_whitespace).unwrap_or(bare.len());
    let (name, rest) = bare.split_at(name_end);
    let rest = rest.trim();
    let indented = line.starts_with('\t') || line.starts_with("  ");
    let spelled = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-+".contains(&b));
    let alone = rest.is_empty() || rest.starts_with('(') && rest.ends_with(')');
    (indented && spelled && alone && name.len() <= MAX_LOCAL).then(|| (name, rest.trim_matches(['(', ')'])))
}

/// Keeps those that fit, where one does.
fn keep_if_any(named: &mut Vec<Named<'_>>, fits: impl Fn(&Named<'_>) -> bool) {
    if named.iter().any(&fits) {
        named.retain(fits);
    }
}

/// Those whom a notice names, by the first layout that names anybody. The last layout, addresses inside sentences, names
/// one.
///
/// The person's own address counts only where no other is named: mail to oneself bounces too. So does that of who keeps
/// a list, whom notices name as somebody to ask.
fn chosen<'t>(layouts: [Vec<Named<'t>>; 4], own: &Own<'_>) -> Vec<Named<'t>> {
    let is_own = |n: &Named<'_>| own.holds(&n.address);
    let own_or_daemon = |n: &Named<'_>| is_own(n) || address::is_daemon(&n.address);
    let passes: [&dyn Fn(&Named<'_>) -> bool; 3] =
        [&|n| !own_or_daemon(n) && !address::is_keeper(&n.address), &|n| !own_or_daemon(n), &|n| {
            !is_own(n) || !address::is_daemon(&n.address)
        }];
    let found = passes.into_iter().find_map(|fits| {
        let place = layouts.iter().position(|layout| layout.iter().any(fits))?;
        Some((fits, place))
    });
    let Some((fits, place)) = found else { return Vec::new() };
    let most = if place + 1 == layouts.len() { 1 } else { usize::MAX };
    let mut kept = layouts.into_iter().nth(place).unwrap_or_default();
    kept.retain(fits);
    kept.truncate(most);
    kept
}

fn addresses(text: &str, line: usize) -> Vec<Named<'_>> {
    address::all(text, 100)
        .into_iter()
        .filter_map(|range| {
            let rest = text.get(range.end..).unwrap_or_default();
            let rest = trimmed(rest.trim_start_matches(['>', '"', '\'', ')', ':', ',', ';', ' ']));
            Some(Named { address: in_lower_case(text.get(range)?), line, rest: rest.into() })
        })
        .collect()
}

/// An address at the start of a line, bullets and brackets aside, and what follows it.
fn at_start(line: &str) -> Option<(String, Cow<'_, str>)> {
    let bare = line.trim_start_matches([' ', '\t', '*', '-', '\u{2022}', '·', '>', '|', '\u{a0}']);
    let mut bare = bare;
    while let Some(rest) = bare.strip_prefix("mailto:") {
        bare = rest;
    }
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
    let address = in_lower_case(opened.get(range.clone())?);
    let rest = opened.get(range.end..)?;
    let rest = rest.trim_start_matches(['>', '\'', '"', ')', ']']);
    // `a@b.example is ...` inside a paragraph is a sentence; a diagnostic follows a mark.
    let marked = rest.is_empty() || rest.starts_with([':', ',', ';', '.', '(', ' ', '\t', '-', '=', '<']);
    let said = trimmed(rest.trim_start_matches([':', ',', ';', '.', ' ', '\t', '-']));
    marked.then_some((address, said.into()))
}

/// The list of recipients in a notification in JSON (Amazon SES): from its key to the end of the list.
fn json_recipients(line: &str) -> Option<&str> {
    const KEYS: &[&str] = &["\"bouncedRecipients\"", "\"delayedRecipients\"", "\"recipients\""];
    memchr::memchr(b'"', line.as_bytes()).and(memchr::memchr(b']', line.as_bytes()))?;
    let at = KEYS.iter().find_map(|key| line.find(key))?;
    let list = line.get(at..)?;
    let end = list.find(']')?;
    list.get(..end)
}

/// The address in `550 <address>... User unknown`: a reply as Sendmail's transcript shows it.
fn after_code(line: &str) -> Option<(String, Cow<'_, str>)> {
    let bare = line.trim_start();
    let rest = bare.strip_prefix(['4', '5'])?;
    let text = rest.get(2..).filter(|_| rest.bytes().take(2).all(|b| b.is_ascii_digit()))?;
    let (address, said) = at_start(text.strip_prefix([' ', '-'])?)?;
    Some((address, format!("{} {said}", bare.get(..3)?).into()))
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
