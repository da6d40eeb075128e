//! What kind of automatic message is this?
//!
//! [`recognise`] answers with a [`Notice`] whose provenance is still open; `returned` then reads the mail
//! that came back, and `provenance` decides whose it was. One file per family of notices.

mod auto;
mod dsn;
pub mod fake;
pub mod reason;
mod text;

use serde::{Deserialize, Serialize};

pub use reason::Reason;

use super::message::Message;
use super::returned::{Returned, ReturnedMail};
use super::verdict::{Finding, FindingKind, Severity, Toward};

const DSN: FindingKind = FindingKind {
    id: "notice.dsn",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The message has a delivery status part (RFC 3464).",
};
const TEXT: FindingKind = FindingKind {
    id: "notice.text",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The text is one that a known mail server writes when it can't deliver.",
};

const AUTO: FindingKind = FindingKind {
    id: "notice.automatic",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "A program answered by itself (RFC 3834), or reports that the mail was displayed (RFC 8098).",
};
const FAKE_CLICK: FindingKind = FindingKind {
    id: "fake.click",
    severity: Severity::High,
    toward: Toward::Quarantine,
    weight: 6.0,
    means: "It speaks of held or lost mail and wants a click on a link; it is no server's notice.",
};
const FAKE_REPORT: FindingKind = FindingKind {
    id: "fake.report",
    severity: Severity::High,
    toward: Toward::Quarantine,
    weight: 5.0,
    means: "It calls itself a report (multipart/report) and holds none.",
};

/// The kinds of finding that recognising a notice can give.
pub const FINDINGS: &[FindingKind] = &[DSN, TEXT, AUTO, FAKE_CLICK, FAKE_REPORT];

/// What an automatic message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Delivery failed.
    Bounce,
    /// Delivery is late; the server still tries.
    Delay,
    /// Delivery was reported as done (RFC 3461 `NOTIFY=SUCCESS`).
    Success,
    /// Out of office and the like (RFC 3834).
    AutoReply,
    /// A gateway says that the mail carried a virus.
    VirusWarning,
    /// A challenge-response system, or a list, asks for a confirmation.
    Challenge,
    /// A read receipt (RFC 8098).
    ReadReceipt,
    /// An abuse or authentication report (RFC 5965, RFC 6591).
    FeedbackReport,
}

impl NoticeKind {
    /// The word of the `scan --json` contract and of the database.
    pub fn word(self) -> &'static str {
        match self {
            NoticeKind::Bounce => "bounce",
            NoticeKind::Delay => "delay",
            NoticeKind::Success => "success",
            NoticeKind::AutoReply => "auto_reply",
            NoticeKind::VirusWarning => "virus_warning",
            NoticeKind::Challenge => "challenge",
            NoticeKind::ReadReceipt => "read_receipt",
            NoticeKind::FeedbackReport => "feedback_report",
        }
    }
}

/// Whose mail a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// The person sent the returned mail.
    Genuine,
    /// Somebody else sent it in the person's name.
    Backscatter,
    /// It was somebody else's mail in somebody else's name, as a list owner gets.
    ThirdParty,
    /// The evidence does not say.
    Unverified,
}

/// What a report says happened to one recipient (RFC 3464 §2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Not delivered; no further try.
    Failed,
    /// Not delivered yet.
    Delayed,
    /// Delivered.
    Delivered,
    /// Handed to a server that makes no reports.
    Relayed,
    /// Delivered to a list that sends it on.
    Expanded,
}

/// What a notice says of one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The address that failed, in lower case.
    pub recipient: Option<String>,
    /// What happened.
    pub action: Action,
    /// Enhanced status code (RFC 3463), as written or derived from the diagnostic.
    pub status: Option<String>,
    /// Why.
    pub reason: Reason,
    /// The server's own words.
    pub diagnostic: Option<String>,
    /// The server that said so.
    pub remote_mta: Option<String>,
}

/// An automatic message about another message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// How it is written: `dsn`, or the family's name (`postfix`, `exim`, ...).
    pub format: String,
    /// Whose mail it is about.
    pub provenance: Provenance,
    /// The server that reports, in lower case.
    pub reporting_mta: Option<String>,
    /// One entry per recipient.
    pub reports: Vec<Report>,
    /// The mail that came back.
    pub returned: Option<ReturnedMail>,
}

/// A notice and what was found while recognising it.
pub struct Recognised {
    /// The notice; its provenance is [`Provenance::Unverified`] until `provenance` decides.
    pub notice: Notice,
    /// The mail that came back, as evidence.
    pub returned: Option<Returned>,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// Recognises a notice; `None` for other mail.
///
/// A report with a status part speaks for itself; a text needs the words of a known family and a robot's
/// sender. Ordinary mail that quotes or forwards a bounce has neither as its own.
pub fn recognise(message: &Message<'_>) -> Option<Recognised> {
    dsn::recognise(message).or_else(|| text::recognise(message)).or_else(|| auto::recognise(message))
}
