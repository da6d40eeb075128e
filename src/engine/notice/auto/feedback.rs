//! Feedback reports: complaints (RFC 5965) and authentication failures (RFC 6591, DMARC `ruf`).
//!
//! A message/feedback-report part of the notice itself, or its fields in another part of a multipart/report.
//! Loops that have no such part (Hotmail's JMRP, Amazon's notifications, Exim's DMARC report, Apple's
//! unsubscribe mail) are rows of their own. DMARC *aggregate* reports are ordinary mail about no one mail.

use super::super::address;
use super::super::{Action, Reason, Report};
use super::clues::Mark;
use super::fields::{Fields, host};
use super::subjects::{Fit, Topic};
use super::{Look, Made, NoticeKind};
use crate::engine::message::{Message, Part};
use crate::engine::verdict::{FindingKind, Severity, Toward};
use crate::engine::words::clip;

pub(in super::super) const FEEDBACK: FindingKind = FindingKind {
    id: "notice.feedback_report",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "A recipient's server reports a complaint or a failed authentication (RFC 5965, RFC 6591).",
};

/// Recipients that are read from one report.
const MAX_RECIPIENTS: usize = 1_000;

/// Feedback types of the IANA registry, what they say, and the reason that they stand for.
const TYPES: &[(&str, &str, Reason)] = &[
    ("abuse", "A recipient called the mail spam.", Reason::Spam),
    ("complaint", "A recipient called the mail spam.", Reason::Spam),
    ("fraud", "A recipient called the mail fraud.", Reason::Spam),
    ("virus", "The mail is said to carry a virus.", Reason::Virus),
    ("auth-failure", "The mail failed SPF, DKIM or DMARC at the other side.", Reason::AuthFailure),
    ("dkim", "The mail's DKIM signature failed at the other side.", Reason::AuthFailure),
    ("opt-out", "A recipient wants no more of such mail.", Reason::NotAllowed),
    ("not-spam", "A recipient says that the mail is no spam.", Reason::Delivered),
    ("miscategorized", "A recipient says that the mail was sorted wrongly.", Reason::Delivered),
];
const OTHER: &str = "A recipient or a server complains about the mail.";

/// Recognises a feedback report.
pub(super) fn recognise(look: &Look<'_, '_>) -> Option<Made> {
    by_part(look)
        .or_else(|| by_loop(look))
        .or_else(|| by_json(look))
        .or_else(|| by_text(look))
        .or_else(|| by_mark(look))
        .or_else(|| opt_out(look))
}

fn says(kind: &str) -> (&'static str, Reason) {
    let kind = kind.to_ascii_lowercase();
    TYPES
        .iter()
        .find(|(word, ..)| kind.starts_with(word))
        .map_or((OTHER, Reason::Undefined), |(_, says, reason)| (says, *reason))
}

fn report(recipient: Option<String>, rejected: bool, reason: Reason, words: Option<String>) -> Report {
    Report {
        recipient,
        original_recipient: None,
        action: if rejected { Action::Failed } else { Action::Delivered },
        status: None,
        reason,
        diagnostic: words,
        remote_mta: None,
    }
}

/// The report part, or a part with its fields inside a multipart/report.
fn by_part(look: &Look<'_, '_>) -> Option<Made> {
    if let Some(part) = look.shape.feedback.and_then(|index| look.message.part(index)) {
        return Some(from_fields(look, part, Fields::of(part).as_ref()));
    }
    if !look.report_of("feedback") && look.heading(Topic::Complaint).is_none() {
        return None;
    }
    look.own_parts().find_map(|part| {
        let fields = Fields::of(part)?;
        let real = fields.get("feedback-type").is_some()
            && ["user-agent", "version", "source-ip", "original-mail-from", "reported-domain"]
                .iter()
                .any(|name| fields.get(name).is_some());
        real.then(|| from_fields(look, part, Some(&fields)))
    })
}

fn from_fields(look: &Look<'_, '_>, part: &Part<'_>, fields: Option<&Fields<'_>>) -> Made {
    let kind = fields.and_then(|f| f.value("feedback-type")).unwrap_or_default();
    let (sentence, reason) = says(kind);
    let mut made = Made::new(NoticeKind::FeedbackReport, "arf", FEEDBACK, sentence).with_host_of(look);
    let Some(fields) = fields else {
        return made.with(look.message.header_evidence(part, "content-type"));
    };
    let place = fields.get("feedback-type").and_then(|f| fields.evidence(look.message, f));
    made = made.with(place.or_else(|| look.message.header_evidence(part, "content-type")));
    for name in ["source-ip", "original-mail-from", "auth-failure"] {
        made.evidence.extend(fields.get(name).and_then(|f| fields.evidence(look.message, f)));
    }
    if let Some(reporter) = fields.value("reporting-mta").and_then(host) {
        made.reporting_mta = Some(reporter);
    }
    for name in ["message-id", "original-message-id"] {
        if let Some(field) = fields.get(name)
            && made.original.is_none()
            && let Some(place) = fields.place(field)
        {
            made.original = Some((field.value.clone(), place));
        }
    }
    let rejected = fields.value("delivery-result").is_some_and(|r| r.eq_ignore_ascii_case("reject"));
    let diagnostic = ["auth-failure", "authentication-results"].iter().find_map(|n| fields.value(n));
    let mut recipients: Vec<String> = Vec::new();
    for name in ["original-rcpt-to", "removal-recipient"] {
        for recipient in fields.all(name).filter_map(|f| address::normal(&f.value)) {
            if recipients.len() < MAX_RECIPIENTS && !recipients.contains(&recipient) {
                recipients.push(recipient);
            }
        }
        if !recipients.is_empty() {
            break;
        }
    }
    made.reports = recipients
        .into_iter()
        .map(|r| report(Some(r), rejected, reason, diagnostic.map(str::to_owned)))
        .collect();
    made
}

/// Loops that send the mail itself with a subject of their own: words in From, words at the start of the
/// subject (both folded), format, and a field of the returned mail that names the recipient.
const LOOPS: &[(&str, &str, &str, &str)] = &[
    ("staff@hotmail.com", "complaint about message", "jmrp", "x-hmxmroriginalrecipient"),
    ("staff@outlook.com", "complaint about message", "jmrp", "x-hmxmroriginalrecipient"),
    ("scomp@aol.net", "client tos notification", "aol", ""),
    ("scomp@aol.net", "email feedback report", "aol", ""),
    ("@reports.spamcop.net", "[spamcop (", "spamcop", ""),
    ("@bounces.spamcop.net", "[spamcop (", "spamcop", ""),
];

fn by_loop(look: &Look<'_, '_>) -> Option<Made> {
    let clues = &look.clues;
    let mut titled = LOOPS.iter().filter(|(_, subject, ..)| clues.subject.starts_with(subject)).peekable();
    titled.peek()?;
    let inner = look.message.parts().iter().find(|p| p.depth == 1 && p.is_message_root);
    // Whoever passed it on, the field in the returned mail is the loop's.
    let marked = |field: &str| !field.is_empty() && inner.is_some_and(|p| p.field(field).is_some());
    let (_, _, format, field) =
        titled.find(|(from, _, _, field)| clues.from.contains(from) || marked(field))?;
    if inner.is_none() && *format != "spamcop" {
        return None;
    }
    let mut made = Made::new(NoticeKind::FeedbackReport, format, FEEDBACK, says("abuse").0)
        .with_host_of(look)
        .with(look.message.top_evidence("from"))
        .with(look.message.top_evidence("subject"));
    let recipient = inner.and_then(|p| p.header(field)).and_then(|v| address::normal(&v));
    if let Some(recipient) = recipient {
        made.reports.push(report(Some(recipient), false, Reason::Spam, None));
    }
    Some(made)
}

/// The mail that was complained about, where the loop's own header was lost on the way.
fn by_mark(look: &Look<'_, '_>) -> Option<Made> {
    let header = look.clues.mark(Mark::Complaint)?;
    let recipient = address::normal(&look.message.root()?.raw_text(header));
    let mut made =
        Made::new(NoticeKind::FeedbackReport, "jmrp", FEEDBACK, says("abuse").0).with(look.field(header));
    made.reports.push(report(recipient, false, Reason::Spam, None));
    Some(made)
}

/// The value of `"key":"value"` in JSON text, wherever it stands; the blanks that writers put in are passed
/// over.
fn json_value<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('"') {
        let (name, tail) = after.split_once('"')?;
        if name == key
            && let Some(value) = tail.trim_start().strip_prefix(':')
            && let Some(value) = value.trim_start_matches([' ', '[', '{', '\n', '\r']).strip_prefix('"')
        {
            return value.split_once('"').map(|(value, _)| value);
        }
        rest = tail;
    }
    None
}

/// Amazon SES writes its complaints as JSON into a mail of its notification service.
fn by_json(look: &Look<'_, '_>) -> Option<Made> {
    let clues = &look.clues;
    if look.heading(Topic::Complaint).is_none() || !clues.from.contains("@sns.amazonaws.com") {
        return None;
    }
    let part = look.message.parts().iter().find(|p| p.depth == 0 && p.text().is_some())?;
    let text = clip(part.text()?, super::words::MAX_WORDS);
    let complaint = |key| json_value(text, key).is_some_and(|v| v == "Complaint");
    if !complaint("notificationType") && !complaint("eventType") {
        return None;
    }
    let mut made = Made::new(NoticeKind::FeedbackReport, "amazon_ses", FEEDBACK, says("abuse").0)
        .with_host_of(look)
        .with(look.message.find_evidence(part, "Complaint"));
    let after = text.split_once("complainedRecipients\"").map(|(_, rest)| rest);
    if let Some(recipient) = after.and_then(|t| json_value(t, "emailAddress")).and_then(address::normal) {
        let kind = json_value(text, "complaintFeedbackType").unwrap_or("abuse");
        made.reports.push(report(Some(recipient), false, says(kind).1, None));
    }
    Some(made)
}

/// Reports in words alone: what the text says (folded), format, feedback type.
const TEXTS: &[(&str, &str, &str)] = &[
    // Exim 4.92 and later, src/dmarc.c.
    ("has failed the published dmarc policy for your domain", "dmarc_text", "auth-failure"),
    ("did not meet the sending domain's dmarc policy", "dmarc_text", "auth-failure"),
    ("this is an email abuse report for an email message", "arf_text", "abuse"),
    ("this is a spf/dkim authentication-failure report", "dmarc_text", "auth-failure"),
    ("this is an authentication failure report for an email message", "dmarc_text", "auth-failure"),
    ("this is a dmarc failure report for an email message", "dmarc_text", "auth-failure"),
    ("this is an authentication failure report", "dmarc_text", "auth-failure"),
];

fn by_text(look: &Look<'_, '_>) -> Option<Made> {
    let clues = &look.clues;
    let titled = look.heading(Topic::Complaint).is_some_and(|fit| fit >= Fit::Start);
    if clues.list()
        || clues.prefixed
        || !(look.shape.status.is_none() && look.report_of("feedback")
            || titled && (clues.machine() || has_inner(look.message)))
    {
        return None;
    }
    let opening = clip(&look.words().text, 1_000);
    let (at, (phrase, format, kind)) =
        TEXTS.iter().find_map(|row| opening.find(row.0).map(|at| (at, row)))?;
    let (sentence, reason) = says(kind);
    let hit = super::words::Hit { says: (), start: at, end: at + phrase.len() };
    let mut made = Made::new(NoticeKind::FeedbackReport, format, FEEDBACK, sentence)
        .with_host_of(look)
        .with(look.evidence(&hit));
    made.reports.push(report_of_nobody(reason));
    Some(made)
}

fn report_of_nobody(reason: Reason) -> Report {
    report(None, false, reason, None)
}

fn has_inner(message: &Message<'_>) -> bool {
    message.parts().iter().any(|p| p.depth == 1 && p.is_message_root)
}

/// The mail that a mail program sends when the person presses *unsubscribe*.
fn opt_out(look: &Look<'_, '_>) -> Option<Made> {
    let header = look.clues.mark(Mark::OptOut)?;
    Some(
        Made::new(NoticeKind::FeedbackReport, "unsubscribe", FEEDBACK, says("opt-out").0)
            .with(look.field(header)),
    )
}
