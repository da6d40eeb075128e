//! The mail that came back with a notice: message/rfc822, text/rfc822-headers, or quoted in text.
//!
//! [`Returned`] is what `provenance` reads: every header field that came back with its place in the
//! fetched bytes, and every Message-ID that may name the person's mail. [`ReturnedMail`] is the short form
//! that the verdict carries.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ledger::normal_message_id;
use super::message::{Message, Part, timestamp};
use super::verdict::Evidence;

/// The returned mail, as far as the notice shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnedMail {
    /// Message-ID without angle brackets.
    pub message_id: Option<String>,
    /// Address of From, in lower case.
    pub from: Option<String>,
    /// Addresses of To, in lower case.
    pub to: Vec<String>,
    /// Decoded subject.
    pub subject: Option<String>,
    /// The Date header, in UTC.
    pub date: Option<Timestamp>,
}

/// How much came back, and in which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReturnedForm {
    /// The mail as a message/rfc822 part (or message/global).
    Message,
    /// Its header alone (text/rfc822-headers, message/global-headers).
    Headers,
    /// Header lines in a text part, in whatever quotation.
    Quoted,
    /// A few facts (a subject, a Message-ID) in the notice's own words or header fields.
    Facts,
}

/// One header field of the returned mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name in lower case.
    pub name: String,
    /// Its value, unfolded and decoded (RFC 2047).
    pub value: String,
    /// Where it stands.
    pub evidence: Evidence,
}

/// Where a Message-ID was found that may name the returned mail, the best source first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdSource {
    /// The Message-ID field of the returned header.
    Returned,
    /// X-Original-Message-ID, X-MS-Exchange-... and the like, in the returned header, the status part or
    /// the notice's own header.
    Original,
    /// A gateway's words in the notice's text.
    Text,
    /// In-Reply-To of the notice.
    InReplyTo,
    /// References of the notice.
    References,
}

/// A Message-ID that may name the returned mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdCandidate {
    /// Without angle brackets.
    pub id: String,
    /// Where it stood.
    pub source: IdSource,
    /// The bytes.
    pub evidence: Evidence,
}

/// Everything of the returned mail that can be evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// In which form it came back.
    pub form: ReturnedForm,
    /// The short form for the verdict.
    pub mail: ReturnedMail,
    /// Its header fields in order, at most [`Returned::MAX_FIELDS`].
    pub fields: Vec<Field>,
    /// Message-IDs that may name it, best source first, at most [`Returned::MAX_IDS`], no id twice.
    pub ids: Vec<IdCandidate>,
    /// The place of its part in [`super::message::Message::parts`], where it is a part of its own.
    pub part: Option<usize>,
    /// Whether the end is missing.
    pub truncated: bool,
}

impl Returned {
    /// Header fields that are read.
    pub const MAX_FIELDS: usize = 500;
    /// Message-IDs that are looked up.
    pub const MAX_IDS: usize = 16;

    /// The first field with this name (lower case).
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// Every field with this name (lower case), in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Field> {
        self.fields.iter().filter(move |f| f.name == name)
    }
}

/// Reads the mail that a notice brought back, from the best place there is: a message part, a header part,
/// a block of header lines in a text, the notice's own header. `None` where none of them says anything.
///
/// Cost: linear in the message; at most [`Returned::MAX_FIELDS`] fields are kept.
pub fn read(message: &Message<'_>) -> Option<Returned> {
    let mut returned = from_message(message)
        .or_else(|| from_header_part(message))
        .or_else(|| from_text(message))
        .unwrap_or_else(|| Returned {
            form: ReturnedForm::Facts,
            mail: ReturnedMail::default(),
            fields: Vec::new(),
            ids: Vec::new(),
            part: None,
            truncated: false,
        });
    gather_ids(message, &mut returned);
    let empty = returned.fields.is_empty() && returned.ids.is_empty();
    (!empty).then_some(returned)
}

/// A message/rfc822 (or message/global) part of the notice itself.
fn from_message(message: &Message<'_>) -> Option<Returned> {
    let part = message.parts().iter().find(|p| p.depth == 0 && p.message().is_some())?;
    let root = message.children(part.index()).find(|c| c.is_message_root)?;
    let fields = root
        .inner()
        .headers
        .iter()
        .take(Returned::MAX_FIELDS)
        .map(|header| Field {
            name: header.name.as_str().to_ascii_lowercase(),
            value: root.header_text(header).into_owned(),
            evidence: message.field_evidence(root, header),
        })
        .collect();
    let mail = summary(part.message()?);
    Some(Returned {
        form: ReturnedForm::Message,
        mail,
        fields,
        ids: Vec::new(),
        part: Some(part.index()),
        truncated: false,
    })
}

/// A part that holds the header alone (RFC 6522 §4, RFC 6533 §4), under whatever name servers give it.
fn from_header_part(message: &Message<'_>) -> Option<Returned> {
    const TYPES: &[&str] = &[
        "text/rfc822-headers",
        "message/global-headers",
        "text/rfc822-header",
        "text/rfc822",
        "message/rfc822-headers",
        "message/rfc822",
    ];
    let part = message.parts().iter().find(|p| {
        p.depth == 0
            && !p.is_multipart()
            && !p.bytes().is_empty()
            && TYPES.contains(&p.content_type().as_str())
    })?;
    let block = 0..header_end(part.bytes());
    let (fields, mail) = read_block(message, part, block)?;
    Some(Returned {
        form: ReturnedForm::Headers,
        mail,
        fields,
        ids: Vec::new(),
        part: Some(part.index()),
        truncated: false,
    })
}

/// A block of header lines in a text part of the notice.
fn from_text(message: &Message<'_>) -> Option<Returned> {
    message.parts().iter().filter(|p| p.depth == 0 && !p.is_html()).find_map(|part| {
        let block = header_block(part.text()?)?;
        let (fields, mail) = read_block(message, part, block)?;
        Some(Returned {
            form: ReturnedForm::Quoted,
            mail,
            fields,
            ids: Vec::new(),
            part: None,
            truncated: false,
        })
    })
}

/// The fields of a header block that stands in a part's decoded bytes.
fn read_block(
    message: &Message<'_>,
    part: &Part<'_>,
    block: std::ops::Range<usize>,
) -> Option<(Vec<Field>, ReturnedMail)> {
    let mut text = part.bytes().get(block.clone())?.to_vec();
    text.extend_from_slice(b"\r\n\r\n");
    let parsed = mail_parser::MessageParser::default().parse_headers(&text)?;
    let fields: Vec<Field> = parsed
        .headers()
        .iter()
        .take(Returned::MAX_FIELDS)
        .map(|header| {
            let start = header.offset_field as usize;
            let end = (header.offset_end as usize).min(block.len());
            let value = match header.value.as_text() {
                Some(value) => value.trim().to_owned(),
                None => {
                    let raw = text
                        .get(header.offset_start as usize..header.offset_end as usize)
                        .unwrap_or_default();
                    String::from_utf8_lossy(raw).split_whitespace().collect::<Vec<_>>().join(" ")
                }
            };
            Field {
                name: header.name.as_str().to_ascii_lowercase(),
                value,
                evidence: message.body_evidence(part, block.start + start..block.start + end.max(start)),
            }
        })
        .collect();
    (!fields.is_empty()).then(|| (fields, summary(&parsed)))
}

fn summary(mail: &mail_parser::Message<'_>) -> ReturnedMail {
    ReturnedMail {
        message_id: mail.message_id().map(normal_message_id).filter(|id| !id.is_empty()),
        from: mail.from().and_then(|f| f.first()).and_then(|a| a.address()).map(|a| a.trim().to_lowercase()),
        to: mail
            .all_to()
            .flat_map(|list| list.iter())
            .filter_map(|a| a.address().map(|a| a.trim().to_lowercase()))
            .take(100)
            .collect(),
        subject: mail.subject().map(|s| s.trim().to_owned()),
        date: mail.date().and_then(timestamp),
    }
}

/// The end of a header: its first blank line.
fn header_end(bytes: &[u8]) -> usize {
    let crlf = memchr::memmem::find(bytes, b"\r\n\r\n").map(|at| at + 2);
    let lf = memchr::memmem::find(bytes, b"\n\n").map(|at| at + 1);
    crlf.into_iter().chain(lf).min().unwrap_or(bytes.len())
}

/// The longest run of header lines in a text that names a mail: one of Message-ID, From, Subject, Received
/// and Date each at a line's start, three different ones at least.
fn header_block(text: &str) -> Option<std::ops::Range<usize>> {
    const TELLING: &[&str] =
        &["message-id", "from", "subject", "received", "date", "to", "return-path", "mime-version"];
    let mut best = None;
    let mut start = 0;
    let mut seen: Vec<&str> = Vec::new();
    let mut at = 0;
    let mut open = false;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\r', '\n']);
        let name = bare
            .split_once(':')
            .map(|(n, _)| n)
            .filter(|n| !n.is_empty() && n.len() < 60 && n.bytes().all(|b| b.is_ascii_graphic()));
        let folded = open && bare.starts_with([' ', '\t']) && !bare.trim().is_empty();
        match (name, folded) {
            (_, true) => {}
            (Some(name), false) => {
                if !open {
                    (start, open) = (at, true);
                    seen.clear();
                }
                if let Some(known) = TELLING.iter().find(|t| t.eq_ignore_ascii_case(name))
                    && !seen.contains(known)
                {
                    seen.push(known);
                }
            }
            (None, false) => {
                if open && seen.len() >= 3 && seen.len() > best.as_ref().map_or(0, |(n, _)| *n) {
                    best = Some((seen.len(), start..at));
                }
                open = false;
            }
        }
        at += line.len();
    }
    if open && seen.len() >= 3 && seen.len() > best.as_ref().map_or(0, |(n, _)| *n) {
        best = Some((seen.len(), start..at));
    }
    best.map(|(_, range)| range)
}

/// Collects every Message-ID that may name the returned mail.
fn gather_ids(message: &Message<'_>, returned: &mut Returned) {
    let mut found: Vec<IdCandidate> = Vec::new();
    for (name, source) in [
        ("message-id", IdSource::Returned),
        ("x-original-message-id", IdSource::Original),
        ("original-message-id", IdSource::Original),
    ] {
        for field in returned.all(name) {
            found.extend(ids_in(&field.value).map(|id| IdCandidate {
                id,
                source,
                evidence: field.evidence.clone(),
            }));
        }
    }
    if let Some(root) = message.root() {
        for (name, source) in [
            ("x-original-message-id", IdSource::Original),
            ("original-message-id", IdSource::Original),
            ("in-reply-to", IdSource::InReplyTo),
            ("references", IdSource::References),
        ] {
            for header in root.fields(name) {
                let evidence = message.field_evidence(root, header);
                let text = root.header_text(header);
                // The last reference is the mail that is answered (RFC 5322 §3.6.4).
                let ids: Vec<String> = ids_in(&text).collect();
                found.extend(ids.into_iter().rev().map(|id| IdCandidate {
                    id,
                    source,
                    evidence: evidence.clone(),
                }));
            }
        }
    }
    found.sort_by_key(|candidate| candidate.source);
    for candidate in found {
        if returned.ids.len() < Returned::MAX_IDS
            && !returned.ids.iter().any(|known| known.id == candidate.id)
        {
            returned.ids.push(candidate);
        }
    }
}

/// The Message-IDs in a field's value, with or without angle brackets.
fn ids_in(value: &str) -> impl Iterator<Item = String> {
    value
        .split(|c: char| c.is_whitespace() || c == ',' || c == '>')
        .map(normal_message_id)
        .filter(|id| id.contains('@') && id.len() < 500)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Limits;
    use crate::engine::message::parse;

    fn returned(raw: &str) -> Option<Returned> {
        read(&parse(raw.as_bytes(), &Limits::default()).view())
    }

    const HEADER: &str = "Received: from a by b; Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <m@harbour.example>\r\n\
        From: Me <me@harbour.example>\r\nTo: x@example.com,\r\n y@example.com\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\
        Date: Mon, 02 Mar 2026 10:00:00 +0000\r\n";

    #[test]
    fn header_lines_in_a_text_are_found_with_their_place() {
        let raw = format!(
            "From: MAILER-DAEMON@mx.example.com\r\n\r\nSorry.\r\n\r\n--- the message:\r\n\r\n{HEADER}\r\nBody: text\r\n"
        );
        let found = returned(&raw).unwrap();
        assert_eq!(found.form, ReturnedForm::Quoted);
        assert_eq!(found.mail.message_id.as_deref(), Some("m@harbour.example"));
        assert_eq!(found.mail.to, ["x@example.com", "y@example.com"]);
        assert_eq!(found.mail.subject.as_deref(), Some("Grüße"));
        let place = found.field("message-id").unwrap().evidence.range;
        assert!(raw[place[0]..place[1]].contains("<m@harbour.example>"), "{}", &raw[place[0]..place[1]]);
        assert_eq!(found.ids[0].source, IdSource::Returned);
    }

    #[test]
    fn a_header_part_and_a_message_part_give_the_same_mail() {
        let wrap = |kind: &str| {
            format!(
                "From: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n\
                --b\r\nContent-Type: {kind}\r\n\r\n{HEADER}\r\n--b--\r\n"
            )
        };
        let whole = returned(&wrap("message/rfc822")).unwrap();
        let head = returned(&wrap("text/rfc822-headers")).unwrap();
        assert_eq!((whole.form, head.form), (ReturnedForm::Message, ReturnedForm::Headers));
        assert_eq!(whole.mail, head.mail);
    }

    #[test]
    fn the_notice_s_own_header_may_be_all_there_is() {
        let found =
            returned("From: a@example.com\r\nIn-Reply-To: <m@harbour.example>\r\n\r\nhello\r\n").unwrap();
        assert_eq!((found.form, found.ids[0].source), (ReturnedForm::Facts, IdSource::InReplyTo));
        assert_eq!(returned("From: a@example.com\r\n\r\nhello\r\n"), None);
    }
}
