//! Automatic answers (RFC 3834) and read receipts (RFC 8098).
//!
//! An answer says of itself that it is automatic, in a header, or in a subject that programs write. Mailing
//! lists and newsletters say so too, in other words: those are none.

use super::{Notice, NoticeKind, Provenance, Recognised};
use crate::engine::message::Message;
use crate::engine::returned;
use crate::engine::verdict::{FindingKind, Severity, Toward};

pub(super) const AUTO: FindingKind = FindingKind {
    id: "notice.automatic",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "A program answered by itself (RFC 3834), or reports that the mail was displayed (RFC 8098).",
};

/// Subjects that mail programs give to an out-of-office answer, in lower case: the beginning is enough.
const SUBJECTS: &[&str] = &[
    "automatic reply",
    "auto-reply",
    "autoreply",
    "auto reply",
    "out of office",
    "out of the office",
    "abwesenheitsnotiz",
    "automatische antwort",
    "abwesend",
    "r\u{e9}ponse automatique",
    "absence du bureau",
    "respuesta autom\u{e1}tica",
    "fuera de la oficina",
    "risposta automatica",
    "fuori sede",
    "resposta autom\u{e1}tica",
    "aus\u{ea}ncia tempor\u{e1}ria",
    "automatisch antwoord",
    "afwezig",
    "\u{81ea}\u{52d5}\u{5fdc}\u{7b54}",
    "\u{4e0d}\u{5728}\u{901a}\u{77e5}",
    "\u{81ea}\u{52a8}\u{56de}\u{590d}",
    "\u{81ea}\u{52d5}\u{56de}\u{8986}",
    "\u{430}\u{432}\u{442}\u{43e}\u{43e}\u{442}\u{432}\u{435}\u{442}",
    "\u{430}\u{432}\u{442}\u{43e}\u{43c}\u{430}\u{442}\u{438}\u{447}\u{435}\u{441}\u{43a}\u{438}\u{439} \u{43e}\u{442}\u{432}\u{435}\u{442}",
];

/// Recognises an automatic answer or a read receipt.
pub(super) fn recognise(message: &Message<'_>) -> Option<Recognised> {
    let root = message.root()?;
    let receipt = message
        .parts()
        .iter()
        .any(|p| p.depth == 0 && p.content_type() == "message/disposition-notification");
    if receipt {
        return Some(answer(
            message,
            NoticeKind::ReadReceipt,
            "It says that your mail was displayed.",
            "content-type",
        ));
    }
    // What goes to many answers nobody.
    if root.field("list-id").is_some() || root.field("list-unsubscribe").is_some() {
        return None;
    }
    let header = |name: &str, words: &[&str]| {
        message.header(name).is_some_and(|v| words.iter().any(|w| v.to_lowercase().starts_with(w)))
    };
    let answers = root.field("in-reply-to").is_some() || root.field("references").is_some();
    let subject = message.header("subject").map(|s| s.trim().to_lowercase()).unwrap_or_default();
    let titled = SUBJECTS.iter().any(|s| subject.starts_with(s));
    let says = if header("auto-submitted", &["auto-replied"]) && (answers || titled) {
        "auto-submitted"
    } else if header("precedence", &["auto_reply"]) {
        "precedence"
    } else if ["x-autoreply", "x-autorespond", "x-autoresponder"].iter().any(|n| root.field(n).is_some())
        || titled && (answers || root.field("x-auto-response-suppress").is_some())
    {
        "subject"
    } else {
        return None;
    };
    Some(answer(message, NoticeKind::AutoReply, "The sender's program answered by itself.", says))
}

fn answer(message: &Message<'_>, kind: NoticeKind, says: &str, evidence: &str) -> Recognised {
    let returned = returned::find(message, &[], 0);
    Recognised {
        notice: Notice {
            kind,
            format: if kind == NoticeKind::ReadReceipt { "mdn" } else { "auto_reply" }.to_owned(),
            provenance: Provenance::Unverified,
            reporting_mta: None,
            reports: Vec::new(),
            returned: returned.as_ref().map(|r| r.mail.clone()),
        },
        returned,
        findings: vec![AUTO.says(says).with_any(message.top_evidence(evidence))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Limits;
    use crate::engine::message::parse;

    fn kind(head: &str) -> Option<NoticeKind> {
        let raw = format!("From: a@example.org\n{head}\n\ntext\n");
        let parsed = parse(raw.as_bytes(), &Limits::default());
        recognise(&parsed.view()).map(|r| r.notice.kind)
    }

    #[test]
    fn answers_are_told_from_newsletters_and_tickets() {
        assert_eq!(
            kind("Auto-Submitted: auto-replied\nIn-Reply-To: <m@harbour.example>\nSubject: Re: x"),
            Some(NoticeKind::AutoReply)
        );
        assert_eq!(
            kind("Subject: Abwesenheitsnotiz: x\nReferences: <m@harbour.example>"),
            Some(NoticeKind::AutoReply)
        );
        assert_eq!(kind("Auto-Submitted: auto-generated\nSubject: Your ticket"), None);
        assert_eq!(kind("Auto-Submitted: auto-replied\nList-Id: <l.example.org>\nSubject: News"), None);
        assert_eq!(kind("Subject: out of paper"), None);
    }
}
