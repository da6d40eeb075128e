//! Where the returned mail can stand, the best place first.

use super::super::ledger::normal_message_id;
use super::super::message::{Message, Part};
use super::super::notice::text::Reading;
use super::super::verdict::Evidence;
use super::block::{self, Block};
use super::{Field, IdCandidate, IdSource, Returned, ReturnedForm, ReturnedMail};

/// Header fields under which gateways keep the Message-ID that they replaced, lower case.
const ORIGINAL_IDS: &[&str] = &[
    "x-original-message-id", "original-message-id", "x-google-original-message-id",
    "x-ms-exchange-original-message-id", "x-microsoft-original-message-id", "x-ms-original-message-id",
    "x-ses-original-message-id", "x-internal-message-id", "resent-message-id", "original-envelope-id",
    "x-orig-message-id", "x-message-id",
];

pub(super) fn find(
    message: &Message<'_>,
    texts: &[(&Reading<'_>, Option<usize>, usize)],
    depth: usize,
) -> Option<Returned> {
    let mut returned = message_part(message, depth)
        .or_else(|| header_part(message, depth))
        .or_else(|| quoted(message, texts))
        .or_else(|| facts(message, texts))
        .unwrap_or_else(|| Returned {
            form: ReturnedForm::Facts,
            mail: ReturnedMail::default(),
            fields: Vec::new(),
            ids: Vec::new(),
            part: None,
            truncated: false,
        });
    collect_ids(message, texts, &mut returned);
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
            .map(|h| Field {
                name: h.name.as_str().to_ascii_lowercase(),
                value: block::decoded(&root.header_text(h)),
                evidence: message.field_evidence(root, h),
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
fn header_part(message: &Message<'_>, depth: usize) -> Option<Returned> {
    message
        .parts()
        .iter()
        .filter(|p| p.depth == depth && !p.is_multipart())
        .skip(usize::from(single(message)))
        .find_map(|part| {
            if !may_be_header(part) {
                return None;
            }
            let reading = Reading::of(part)?;
            let block = read(message, &reading, 0)?;
            let names: Vec<&str> = block.fields.iter().map(|f| f.name.as_str()).collect();
            let mail = ["message-id", "received", "from", "subject", "date", "to", "return-path"]
                .iter()
                .filter(|name| names.contains(name))
                .count();
            let declared = part.content_type().contains("rfc822") || part.content_type().contains("global");
            (mail >= 3 || declared && mail >= 1).then(|| Returned {
                form: if part.content_type().contains("headers") {
                    ReturnedForm::Headers
                } else {
                    ReturnedForm::Quoted
                },
                part: Some(part.index()),
                ..from_block(block)
            })
        })
}

fn single(message: &Message<'_>) -> bool {
    message.root().is_some_and(|root| !root.is_multipart())
}

fn may_be_header(part: &Part<'_>) -> bool {
    let ct = part.content_type();
    let named = part.file_name().is_some_and(|n| n.to_ascii_lowercase().ends_with(".eml"));
    named
        || ct.starts_with("text/") && ct != "text/html"
        || ct.starts_with("message/") && !ct.contains("delivery-status") && !ct.contains("notification")
        || ct == "application/octet-stream"
}

/// Header lines in the notice's text.
fn quoted(message: &Message<'_>, texts: &[(&Reading<'_>, Option<usize>, usize)]) -> Option<Returned> {
    texts.iter().find_map(|(reading, returned, _)| {
        let block = read(message, reading, (*returned)?)?;
        let useful = block.fields.iter().any(|f| {
            matches!(f.name.as_str(), "message-id" | "subject" | "from" | "to" | "date" | "received")
        });
        useful.then(|| Returned { form: ReturnedForm::Quoted, ..from_block(block) })
    })
}

fn read(message: &Message<'_>, reading: &Reading<'_>, from: usize) -> Option<Block> {
    block::read(from, reading.len(), |i| reading.line(i), |range| reading.evidence(message, range))
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
fn facts(message: &Message<'_>, texts: &[(&Reading<'_>, Option<usize>, usize)]) -> Option<Returned> {
    let mut fields: Vec<Field> = Vec::new();
    for (reading, _, words_end) in texts {
        for line in 0..*words_end {
            let text = reading.line(line).trim_start_matches([' ', '\t', '>', '*', '-', '<']);
            let Some((label, value)) =
                text.split_once([':', '\u{ff1a}']).filter(|(l, v)| l.len() <= 60 && v.len() <= 1_000)
            else {
                continue;
            };
            let label = label.trim().to_lowercase();
            let Some((_, name)) = FACTS.iter().find(|(known, _)| *known == label) else { continue };
            let value = value.trim();
            if value.is_empty() || fields.iter().any(|f| f.name == *name) {
                continue;
            }
            if let Some(evidence) = reading.evidence(message, line..line + 1) {
                fields.push(Field { name: (*name).to_owned(), value: block::decoded(value), evidence });
            }
        }
    }
    let value = |name: &str| fields.iter().find(|f| f.name == name).map(|f| f.value.clone());
    let id = value("message-id").and_then(|v| ids(&v).into_iter().next().map(str::to_owned));
    let subject = value("subject");
    if id.is_none() && subject.is_none() {
        return None;
    }
    let from = value("from").and_then(|v| {
        let address = v.rsplit(['<', ' ']).next()?.trim_end_matches('>').to_lowercase();
        address.contains('@').then_some(address)
    });
    Some(Returned {
        form: ReturnedForm::Facts,
        mail: ReturnedMail {
            message_id: id.as_deref().map(normal_message_id),
            from,
            subject,
            ..ReturnedMail::default()
        },
        fields,
        ids: Vec::new(),
        part: None,
        truncated: false,
    })
}

/// Message-IDs in angle brackets; a bare one where it stands alone.
fn ids(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((id, tail)) = after.split_once('>') else { break };
        let id = id.trim();
        if id.contains('@') && id.len() <= 998 && !id.contains(char::is_whitespace) {
            found.push(id);
        }
        rest = tail;
    }
    let bare = text.trim();
    if found.is_empty() && bare.contains('@') && !bare.contains([' ', '\t', '<', '>']) && bare.len() <= 998 {
        found.push(bare);
    }
    found
}

/// Lines of a status part that are read for fields.
const MAX_STATUS_LINES: usize = 200;

/// What the notice's own status parts (RFC 3464) say under [`ORIGINAL_IDS`], unfolded, and where.
fn status_ids(message: &Message<'_>) -> Vec<(String, Evidence)> {
    let parts =
        message.parts().iter().filter(|p| p.depth == 0 && p.content_type().ends_with("delivery-status"));
    let mut out = Vec::new();
    for reading in parts.filter_map(Reading::of) {
        let mut line = 0;
        while line < reading.len().min(MAX_STATUS_LINES) {
            let first = line;
            line += 1;
            let Some((name, value)) = reading.line(first).split_once(':') else { continue };
            let mut value = value.trim().to_owned();
            while line < reading.len() && reading.line(line).starts_with([' ', '\t']) {
                value.push_str(reading.line(line).trim());
                line += 1;
            }
            if ORIGINAL_IDS.iter().any(|known| name.trim().eq_ignore_ascii_case(known))
                && let Some(evidence) = reading.evidence(message, first..line)
            {
                out.push((value, evidence));
            }
        }
    }
    out
}

fn collect_ids(
    message: &Message<'_>,
    texts: &[(&Reading<'_>, Option<usize>, usize)],
    returned: &mut Returned,
) {
    let mut out: Vec<IdCandidate> = Vec::new();
    let mut add = |id: &str, source: IdSource, evidence: Evidence| {
        let id = normal_message_id(id);
        if !id.is_empty() && out.len() < Returned::MAX_IDS && !out.iter().any(|c| c.id == id) {
            out.push(IdCandidate { id, source, evidence });
        }
    };
    let facts = returned.form == ReturnedForm::Facts;
    for field in returned.fields.iter().filter(|f| f.name == "message-id") {
        let source = if facts { IdSource::Text } else { IdSource::Returned };
        let found = ids(&field.value);
        for id in &found {
            add(id, source, field.evidence.clone());
        }
        // Programs write IDs with no domain too.
        let bare = field.value.trim().trim_matches(['<', '>']);
        if found.is_empty()
            && bare.len() >= 8
            && bare.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_$".contains(&b))
        {
            add(bare, source, field.evidence.clone());
        }
    }
    for field in returned.fields.iter().filter(|f| ORIGINAL_IDS.contains(&f.name.as_str())) {
        for id in ids(&field.value) {
            add(id, IdSource::Original, field.evidence.clone());
        }
    }
    if let Some(root) = message.root() {
        for header in &root.inner().headers {
            let name = header.name.as_str().to_ascii_lowercase();
            // What was resent there is the notice.
            if ORIGINAL_IDS.contains(&name.as_str()) && !name.starts_with("resent-") {
                for id in ids(&root.raw_text(header)) {
                    add(id, IdSource::Original, message.field_evidence(root, header));
                }
            }
        }
    }
    for (value, evidence) in status_ids(message) {
        for id in ids(&value) {
            add(id, IdSource::Original, evidence.clone());
        }
    }
    for (reading, _, words_end) in texts {
        for line in (0..*words_end).filter(|i| {
            let text = reading.line(*i);
            text.len() < 2_000 && (text.contains('@')) && {
                let lower = text.to_ascii_lowercase();
                lower.contains("message-id") || lower.contains("message id") || lower.contains("messageid")
            }
        }) {
            let text = reading.line(line);
            let value = text.split_once(':').map_or(text, |(_, v)| v);
            if let Some(evidence) = reading.evidence(message, line..line + 1) {
                for id in ids(value) {
                    add(id, IdSource::Text, evidence.clone());
                }
            }
        }
    }
    if let Some(root) = message.root() {
        for (name, source) in [("in-reply-to", IdSource::InReplyTo), ("references", IdSource::References)] {
            for header in root.fields(name) {
                let raw = root.raw_text(header).into_owned();
                for id in ids(&raw) {
                    add(id, source, message.field_evidence(root, header));
                }
            }
        }
    }
    out.sort_by_key(|c| c.source);
    returned.ids = out;
}
