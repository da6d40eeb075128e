//! Where a notice's own words end and the returned mail begins.

use std::sync::LazyLock;

use super::super::text::Reading;
use crate::engine::lexicon::{Begins, Lexicon};

/// The two halves of a text part.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Zone {
    /// The line after the notice's own words.
    pub(in super::super) words_end: usize,
    /// The first line of the returned mail, where it was found.
    pub(in super::super) returned: Option<usize>,
}

/// Words of the line before the returned mail, ASCII lower case.
const DELIMITERS: &[&str] = &[
    "below this line is a copy of the message",
    "this is a copy of the message, including all the headers",
    "this is a copy of the message's headers",
    "this is a copy of your message",
    "this is a copy of the original message",
    "copy of the headers of your message",
    "the following is a copy of the message",
    "a copy of the original message",
    "a copy of your message",
    "copy of your message follows",
    "header of the original message is following",
    "the header of the original message",
    "the body of the message is",
    "original message follows",
    "original message is attached",
    "original message attached",
    "original message below",
    "original message header",
    "original message:",
    "original mail:",
    "original mail attached",
    "original-mail",
    "original headers",
    "----- original message",
    "-----original message",
    "--- original message",
    "---original message",
    "original message -----",
    "---- message header",
    "message header follows",
    "message headers follow",
    "message header:",
    "message headers:",
    "message text follows",
    "message contents follow",
    "message follows",
    "mail as follows",
    "message returned below",
    "returned message follows",
    "returned message below",
    "text of the message follows",
    "text of your message",
    "unsent message",
    "unsent message below",
    "unsent message follows",
    "undelivered message follows",
    "undelivered message headers",
    "undelivered message header",
    "undeliverable message follows",
    "undelivered mail follows",
    "start of message",
    "start of original",
    "start of returned",
    "start message",
    "begin message",
    "begin of original",
    "begin original",
    "beginning of original",
    "beginning of the original",
    "forwarded message",
    "contents of the message",
    "content of message",
    "enclosed is a copy",
    "first few lines of",
    "first 100 lines of",
    "first 50 lines",
    "first part of the message",
    "the first * lines of the original",
    "your original message",
    "your message was:",
    "your message follows",
    "your message is appended",
    "your message reads",
    "your message began as follows",
    "headers of the message",
    "headers of the original",
    "header of the message",
    "mail header",
    "mail text",
    "message details",
    "included is a copy",
    "included below is",
    "was returned to you:",
    "ursprüngliche nachricht",
    "originalnachricht",
    "original-nachricht",
    "kopie der nachricht",
    "kopie ihrer nachricht",
    "message d'origine",
    "message original",
    "copie du message",
    "mensaje original",
    "copia del mensaje",
    "messaggio originale",
    "copia del messaggio",
    "mensagem original",
    "oorspronkelijk bericht",
    "ursprungligt meddelande",
    "oprindelig meddelelse",
    "opprinnelig melding",
    "alkuperäinen viesti",
    "oryginalna wiadomo",
    "původní zpráva",
    "исходное сообщение",
    "Исходное сообщение",
    "元のメッセージ",
    "元のメール",
    "原始邮件",
    "原始信件",
];

/// Header fields that only a mail has: one of them makes a block of fields a returned header.
const MAIL_FIELDS: &[&str] = &[
    "received", "return-path", "message-id", "mime-version", "delivered-to", "x-mailer", "dkim-signature",
    "content-type", "references", "in-reply-to", "x-originating-ip", "user-agent", "list-id", "errors-to",
    "precedence", "content-transfer-encoding", "resent-from", "x-received", "authentication-results",
];

/// Bytes of a line that is too long to announce anything: it is a paragraph.
const MAX_ANNOUNCEMENT: usize = 120;

/// Bytes of the longest name of a header field that is read.
const MAX_NAME: usize = 60;

/// Header fields that a summary shows as well.
const SHARED_FIELDS: &[&str] = &["from", "to", "cc", "subject", "date", "sender", "reply-to"];

/// Whether a line announces the returned mail.
fn announces(line: &str) -> bool {
    static WORDS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(Begins::Anywhere, DELIMITERS));
    line.len() < MAX_ANNOUNCEMENT && WORDS.find(&line.to_ascii_lowercase()).next().is_some()
}

/// The header field name at the start of a line as it is written, quotation and indentation aside.
fn written_name(line: &str) -> Option<&str> {
    let bare = unquoted(line);
    let colon = bare.bytes().take(MAX_NAME + 1).position(|b| b == b':' || !b.is_ascii_graphic())?;
    let name = bare.get(..colon)?;
    (name.len() >= 2 && bare.as_bytes().get(colon) == Some(&b':')).then_some(name)
}

/// A line without the marks of quotation and indentation before it.
pub(in super::super) fn unquoted(line: &str) -> &str {
    line.trim_start_matches(['>', '|', ' ', '\t'])
}

fn is_one_of(name: &str, fields: &[&str]) -> bool {
    fields.iter().any(|field| field.eq_ignore_ascii_case(name))
}

fn is_mail_field(line: &str) -> bool {
    // X.400 gateways sum the mail up in a sentence: `Message-ID: <a@b>,`.
    let summed_up = |name: &str| name.eq_ignore_ascii_case("message-id") && line.trim_end().ends_with(',');
    written_name(line).is_some_and(|name| is_one_of(name, MAIL_FIELDS) && !summed_up(name))
}

fn is_field(line: &str) -> bool {
    written_name(line).is_some_and(|name| is_one_of(name, MAIL_FIELDS) || is_one_of(name, SHARED_FIELDS))
}

/// Whether a returned header begins at line `at`, which begins with a field or does not: of the fields in the next
/// lines one only a mail has, and two in all.
fn header_begins(reading: &Reading<'_>, at: usize, field: bool) -> bool {
    if !field {
        // `From sender date`: an mbox line before the header.
        return unquoted(reading.line(at)).starts_with("From ") && is_field(reading.line(at + 1));
    }
    let block =
        (at..reading.len().min(at + 40)).map(|i| reading.line(i)).take_while(|l| !unquoted(l).is_empty());
    let mut fields = 0;
    let mut mail = 0;
    for line in block {
        fields += u32::from(is_field(line));
        mail += u32::from(is_mail_field(line));
        if mail > 0 && fields > 1 {
            return true;
        }
    }
    false
}

/// Finds where the returned mail begins.
pub(in super::super) fn find(reading: &Reading<'_>) -> Zone {
    // Lines that begin with a field, before the header.
    let mut fields = Vec::new();
    let header = (0..reading.len()).find(|at| {
        let field = is_field(reading.line(*at));
        if field {
            fields.push(*at);
        }
        header_begins(reading, *at, field)
    });
    // A delimiter is a line of its own, not a sentence inside a paragraph. Few lines stand where one can, and those
    // alone are read for its words.
    let marked = (0..header.unwrap_or(reading.len()))
        .filter(|at| mail_is_near(*at, header, &fields) || reading.line(*at).trim_start().starts_with("--"))
        .find(|at| announces(reading.line(*at)));
    match (marked, header) {
        (Some(line), header) => Zone { words_end: line, returned: header.or(Some(line + 1)) },
        (None, Some(line)) => Zone { words_end: line, returned: Some(line) },
        (None, None) => Zone { words_end: reading.len(), returned: None },
    }
}

/// Whether the returned mail can follow line `at`: a header comes within a few lines, or `fields` of the short kind do.
fn mail_is_near(at: usize, header: Option<usize>, fields: &[usize]) -> bool {
    match header {
        Some(header) => header - at <= 8,
        None => {
            let next = fields.partition_point(|field| *field <= at);
            fields.get(next).is_some_and(|field| field - at <= 5)
        }
    }
}
