//! Where the returned mail can stand, the best place first.

use std::cell::OnceCell;

use super::super::ledger::normal_message_id;
use super::super::message::{Message, Part, Place};
use super::super::notice::Text;
use super::super::notice::text::Reading;
use super::block::{self, Block};
use super::{Field, IdSource, Returned, ReturnedForm, ReturnedMail};
use super::{ids, names};
use crate::engine::message::Kind;
use crate::engine::words::{is_lower_case_of, split_at, trimmed};

pub(super) fn find(message: &Message<'_>, texts: &[Text<'_>], depth: usize) -> Option<Returned> {
    let mut returned = message_part(message, depth)
        .or_else(|| header_part(message, texts, depth))
        .or_else(|| quoted(texts))
        .or_else(|| facts(texts))
        .unwrap_or_default();
    returned.ids = ids::collect(message, texts, &returned);
    if returned.mail.message_id.is_none()
        && let Some(best) = returned.ids.first().filter(|id| id.source <= IdSource::Text)
    {
        returned.mail.message_id = Some(best.id.clone());
    }
    let empty =
        returned.fields.is_empty() && returned.ids.is_empty() && returned.mail == ReturnedMail::default();
    (!empty).then_some(returned)
}

/// A message/rfc822 (or message/global) part of the notice itself.
fn message_part(message: &Message<'_>, depth: usize) -> Option<Returned> {
    let holders = message.parts().iter().filter(|p| p.depth == depth && p.message().is_some());
    for holder in holders {
        let Some(root) = message.children(holder.index()).find(|p| p.is_message_root) else { continue };
        let fields: Vec<Field> = root
            .inner()
            .headers
            .iter()
            .take(Returned::MAX_FIELDS)
            .enumerate()
            .map(|(field, h)| Field {
                name: names::of(&h.name),
                value: OnceCell::new(),
                place: Place::Field { part: root.index(), field },
            })
            .collect();
        // A status part that was declared as a message is no returned mail.
        if fields.is_empty() || fields.iter().any(|f| f.name == "reporting-mta") {
            continue;
        }
        return Some(Returned {
            form: ReturnedForm::Message,
            mail: block::short(root.owner()),
            fields,
            ids: Vec::new(),
            part: Some(holder.index()),
            truncated: false,
        });
    }
    None
}

/// A part that is the header alone, or a message that the parser could not open.
fn header_part(message: &Message<'_>, texts: &[Text<'_>], depth: usize) -> Option<Returned> {
    message
        .parts()
        .iter()
        .filter(|p| p.depth == depth && !p.is_multipart())
        .skip(usize::from(single(message)))
        .find_map(|part| {
            let kind = Kind::of(part);
            if !may_be_header(part, kind) {
                return None;
            }
            let block = match texts.iter().find(|text| text.reading.part == part.index()) {
                Some(text) => block::read(&text.reading, 0)?,
                None => block::read(&Reading::of(part)?, 0)?,
            };
            let mail = ["message-id", "received", "from", "subject", "date", "to", "return-path"]
                .iter()
                .filter(|name| block.fields.iter().any(|f| f.name == **name))
                .count();
            let of_mail = kind.holds("rfc822") || kind.holds("global");
            let headers = kind.holds("headers");
            (mail >= 3 || of_mail && mail >= 1).then(|| Returned {
                form: if headers { ReturnedForm::Headers } else { ReturnedForm::Quoted },
                part: Some(part.index()),
                ..from_block(block)
            })
        })
}

fn single(message: &Message<'_>) -> bool {
    message.root().is_some_and(|root| !root.is_multipart())
}

/// Whether a part of this kind may be one.
fn may_be_header(part: &Part<'_>, kind: Kind<'_>) -> bool {
    let named = part.file_name().is_some_and(|n| n.to_ascii_lowercase().ends_with(".eml"));
    named
        || kind.is_a("text") && !kind.is_sub("html")
        || kind.is_a("message") && !kind.holds("delivery-status") && !kind.holds("notification")
        || kind.is("application", "octet-stream")
}

/// Header lines in the notice's text.
fn quoted(texts: &[Text<'_>]) -> Option<Returned> {
    texts.iter().find_map(|text| {
        let block = block::read(&text.reading, text.zone().returned?)?;
        let useful = block
            .fields
            .iter()
            .any(|f| matches!(&*f.name, "message-id" | "subject" | "from" | "to" | "date" | "received"));
        useful.then(|| Returned { form: ReturnedForm::Quoted, ..from_block(block) })
    })
}

fn from_block(block: Block) -> Returned {
    Returned {
        form: ReturnedForm::Quoted,
        mail: block.mail,
        fields: block.fields,
        ids: Vec::new(),
        part: None,
        truncated: block.truncated,
    }
}

/// Labels of facts in a notice's own words, lower case, and the field they stand for.
const FACTS: &[(&str, &str)] = &[
    ("subject", "subject"),
    ("message subject", "subject"),
    ("subject line", "subject"),
    ("original subject", "subject"),
    ("message-subject", "subject"),
    ("betreff", "subject"),
    ("objet", "subject"),
    ("sujet", "subject"),
    ("asunto", "subject"),
    ("oggetto", "subject"),
    ("assunto", "subject"),
    ("onderwerp", "subject"),
    ("\u{e4}mne", "subject"),
    ("emne", "subject"),
    ("temat", "subject"),
    ("\u{442}\u{435}\u{43c}\u{430}", "subject"),
    ("\u{4ef6}\u{540d}", "subject"),
    ("\u{4e3b}\u{9898}", "subject"),
    ("\u{4e3b}\u{65e8}", "subject"),
    ("\u{c81c}\u{baa9}", "subject"),
    ("message-id", "message-id"),
    ("message id", "message-id"),
    ("messageid", "message-id"),
    ("original message id", "message-id"),
    ("original message-id", "message-id"),
    ("internet message id", "message-id"),
    ("sent", "date"),
    ("date", "date"),
    ("sent on", "date"),
    ("gesendet", "date"),
    ("envoy\u{e9}", "date"),
    ("enviado", "date"),
    ("inviato", "date"),
    ("from", "from"),
    ("sender", "from"),
];

/// Facts about the mail in the notice's own words: `Subject: ...`.
fn facts(texts: &[Text<'_>]) -> Option<Returned> {
    let mut fields: Vec<Field> = Vec::new();
    for part in texts {
        let reading = &part.reading;
        for line in 0..part.zone().words_end {
            let text = reading.line(line).trim_start_matches([' ', '\t', '>', '*', '-', '<']);
            let Some((label, value)) = at_colon(text).filter(|(l, v)| l.len() <= 60 && v.len() <= 1_000)
            else {
                continue;
            };
            let label = trimmed(label);
            let Some(name) = fact(label) else { continue };
            let value = trimmed(value);
            if value.is_empty() || fields.iter().any(|f| f.name == name) {
                continue;
            }
            if let Some(place) = reading.place(line..line + 1) {
                fields.push(Field { name: name.into(), value: block::decoded(value.into()).into(), place });
            }
        }
    }
    let value = |name: &str| fields.iter().find(|f| f.name == name).and_then(|f| f.value.get().cloned());
    let id = value("message-id").and_then(|v| ids::in_text(&v).into_iter().next().map(str::to_owned));
    let subject = value("subject");
    if id.is_none() && subject.is_none() {
        return None;
    }
    let from = value("from").and_then(|v| {
        let address = v.rsplit(['<', ' ']).next()?.trim_end_matches('>').to_lowercase();
        address.contains('@').then_some(address)
    });
    Some(Returned {
        mail: ReturnedMail {
            message_id: id.as_deref().map(normal_message_id),
            from,
            subject,
            ..ReturnedMail::default()
        },
        fields,
        ..Returned::default()
    })
}

/// The field for which a label stands, in any case.
fn fact(label: &str) -> Option<&'static str> {
    // Most lines with a colon have no label at all.
    let ascii = label.is_ascii();
    let row = FACTS.iter().find(|(known, _)| match ascii {
        true => known.eq_ignore_ascii_case(label),
        false => is_lower_case_of(known, label),
    });
    row.map(|(_, name)| *name)
}

/// What stands before and behind the first colon of a line, be it a wide one.
fn at_colon(line: &str) -> Option<(&str, &str)> {
    const WIDE: char = '\u{ff1a}';
    let narrow = split_at(line, b':');
    let before = narrow.map_or(line, |(label, _)| label);
    match before.is_ascii() {
        true => narrow,
        false => {
            before.find(WIDE).map_or(narrow, |at| Some((line.get(..at)?, line.get(at + WIDE.len_utf8()..)?)))
        }
    }
}
