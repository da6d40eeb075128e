//! The mail that came back with a notice: message/rfc822, text/rfc822-headers, or quoted in text.
//!
//! [`Returned`] is what `provenance` reads: every header field that came back with its place in the
//! fetched bytes, and every Message-ID that may name the person's mail. [`ReturnedMail`] is the short form
//! that the verdict carries.

use std::borrow::Cow;
use std::cell::OnceCell;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::message::{Message, Place, lossy};
use super::notice::Text;
use super::verdict::{Finding, FindingKind, Severity, Toward};

mod block;
mod find;
mod ids;
mod names;

/// The kind of finding that shows where the returned mail stands.
pub(super) const RETURNED: FindingKind = FindingKind {
    id: "notice.returned_mail",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The notice carries the returned mail, its header, or facts about it.",
};

/// Finds the mail that came back with a notice.
///
/// `texts` are the notice's text parts. `depth` is that of the notice's parts: 1 where a gateway
/// wrapped the notice into a message of its own, else 0. `None` where the notice says nothing about any mail.
pub(super) fn find(message: &Message<'_>, texts: &[Text<'_>], depth: usize) -> Option<Returned> {
    find::find(message, texts, depth)
}

/// Adds a Message-ID that a report's own field names (RFC 8098 §3.2.5 Original-Message-ID) to what was
/// found, as the best source after the returned header itself.
pub(super) fn with_original_id(found: Option<Returned>, id: &str, place: Place) -> Returned {
    let mut returned = found.unwrap_or_default();
    let id = super::ledger::normal_message_id(id);
    if id.is_empty() {
        return returned;
    }
    if !returned.ids.iter().any(|known| known.id == id) {
        returned.ids.truncate(Returned::MAX_IDS - 1);
        returned.ids.push(IdCandidate { id: id.clone(), source: IdSource::Original, place });
        returned.ids.sort_by_key(|candidate| candidate.source);
    }
    returned.mail.message_id.get_or_insert(id);
    returned
}

/// The short form of a parsed message.
pub(super) fn short(mail: &mail_parser::Message<'_>) -> ReturnedMail {
    block::short(mail)
}

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ReturnedForm {
    /// The mail as a message/rfc822 part (or message/global).
    Message,
    /// Its header alone (text/rfc822-headers, message/global-headers).
    Headers,
    /// Header lines in a text part, in whatever quotation.
    Quoted,
    /// A few facts (a subject, a Message-ID) in the notice's own words or header fields.
    #[default]
    Facts,
}

/// One header field of the returned mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name in lower case.
    pub name: Cow<'static, str>,
    /// Its value once somebody asked for it, unfolded and decoded (RFC 2047).
    value: OnceCell<String>,
    /// Where it stands.
    pub(super) place: Place,
}

impl Field {
    /// Its value, unfolded and decoded (RFC 2047).
    pub(super) fn value(&self, message: &Message<'_>) -> &str {
        let read = || match &self.place {
            Place::Field { .. } => {
                self.place.field(message).map(|(part, header)| block::decoded(part.header_text(header)))
            }
            Place::Body { part, range, .. } => {
                let bytes = message.part(*part)?.bytes().get(range.clone())?;
                Some(block::value(&lossy(bytes)))
            }
        };
        self.value.get_or_init(|| read().unwrap_or_default())
    }
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
    pub(super) place: Place,
}

/// Everything of the returned mail that can be evidence; nothing came back where it is the default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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

    /// What shows the person where the returned mail stands.
    pub(super) fn finding(&self, message: &Message<'_>) -> Finding {
        let says = match self.form {
            ReturnedForm::Message => "The returned mail is attached.",
            ReturnedForm::Headers => "The header of the returned mail is attached.",
            ReturnedForm::Quoted => "The header of the returned mail stands in the text.",
            ReturnedForm::Facts => "The notice names facts of the mail it is about.",
        };
        let first = ["message-id", "subject", "from", "to"].iter().find_map(|name| self.field(name));
        let place = first.map(|f| &f.place).or_else(|| self.ids.first().map(|i| &i.place));
        RETURNED.says(says).with_any(place.and_then(|place| place.evidence(message)))
    }

    /// The first field with this name (lower case).
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// Every field with this name (lower case), in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Field> {
        self.fields.iter().filter(move |f| f.name == name)
    }
}
