//! Where a notice's own words end and the returned mail begins.

use std::cell::OnceCell;
use std::sync::LazyLock;

use super::super::text::Reading;
use crate::engine::lexicon::{Begins, Lexicon};

/// The two halves of a text part.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Zone {
    /// The line after the notice's own words.
    pub(crate) words_end: usize,
    /// The first line of the returned mail, where it was found.
    pub(crate) returned: Option<usize>,
}

/// A text part of the notice.
pub(crate) struct Text<'m> {
    pub(crate) reading: Reading<'m>,
    zone: OnceCell<Zone>,
}

impl<'m> Text<'m> {
    pub(in super::super) fn of(reading: Reading<'m>) -> Text<'m> {
        Text { reading, zone: OnceCell::new() }
    }

    /// The line before which its words end, as far as somebody asked.
    pub(crate) fn bound(&self) -> usize {
        self.zone.get().map_or(self.reading.len(), |zone| zone.words_end)
    }

    /// Its halves, looked for when somebody asks: a report says most in its status part.
    pub(crate) fn zone(&self) -> Zone {
        *self.zone.get_or_init(|| find(&self.reading))
    }
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

/// What a line begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begin {
    /// A header field that only a mail has.
    Mail,
    /// One that a summary shows as well.
    Shared,
    Other,
}

/// What a line begins with, quotation and indentation aside.
fn begin(line: &str) -> Begin {
    let bare = unquoted(line);
    let end = bare.bytes().take(MAX_NAME + 1).position(|b| b == b':' || !b.is_ascii_graphic());
    let Some(end) = end.filter(|end| *end >= 2 && bare.as_bytes().get(*end) == Some(&b':')) else {
        return Begin::Other;
    };
    let name = bare.get(..end).unwrap_or_default();
    let is_one_of = |fields: &[&str]| fields.iter().any(|field| field.eq_ignore_ascii_case(name));
    if is_one_of(SHARED_FIELDS) {
        return Begin::Shared;
    }
    if !is_one_of(MAIL_FIELDS) {
        return Begin::Other;
    }
    // X.400 gateways sum the mail up in a sentence: `Message-ID: <a@b>,`.
    match name.eq_ignore_ascii_case("message-id") && line.trim_end().ends_with(',') {
        true => Begin::Shared,
        false => Begin::Mail,
    }
}

/// A line without the marks of quotation and indentation before it.
pub(in super::super) fn unquoted(line: &str) -> &str {
    let marks = line.bytes().position(|b| !matches!(b, b'>' | b'|' | b' ' | b'\t')).unwrap_or(line.len());
    line.get(marks..).unwrap_or_default()
}

/// Whether a returned header begins at line `at`, which begins with a field: of the fields in the next lines one only a
/// mail has, and two in all.
fn header_begins(reading: &Reading<'_>, at: usize) -> bool {
    let block =
        (at..reading.len().min(at + 40)).map(|i| reading.line(i)).take_while(|l| !unquoted(l).is_empty());
    let (mut fields, mut of_mail) = (0, false);
    for begin in block.map(begin).filter(|begin| *begin != Begin::Other) {
        fields += 1;
        of_mail |= begin == Begin::Mail;
        if of_mail && fields > 1 {
            return true;
        }
    }
    false
}

/// The line at which a returned header begins, and the lines before it that begin with a field.
fn header(reading: &Reading<'_>) -> (Option<usize>, Vec<usize>) {
    let mut fields = Vec::new();
    // A field has a colon, and most lines have none.
    for at in reading.lines_with(b':', 0..reading.len()) {
        if begin(reading.line(at)) == Begin::Other {
            continue;
        }
        // `From sender date`: an mbox line before the header.
        if let Some(before) = at.checked_sub(1).filter(|i| unquoted(reading.line(*i)).starts_with("From ")) {
            return (Some(before), fields);
        }
        fields.push(at);
        if header_begins(reading, at) {
            return (Some(at), fields);
        }
    }
    (None, fields)
}

/// Finds where the returned mail begins.
fn find(reading: &Reading<'_>) -> Zone {
    let (header, fields) = header(reading);
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
