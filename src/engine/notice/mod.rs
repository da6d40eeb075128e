//! What kind of automatic message is this?
//!
//! [`recognise`] answers with a [`Notice`] whose provenance is still open; `returned` then reads the mail
//! that came back, and `provenance` decides whose it was. One file per family of notices.

use serde::{Deserialize, Serialize};

use super::message::Message;
use super::returned::{Returned, ReturnedMail};
use super::verdict::{Finding, FindingKind};

/// The kinds of finding that recognising a notice can give.
pub const FINDINGS: &[FindingKind] = &[];

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

/// Why delivery failed: the one published list of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nothing in the report says why.
    Undefined,
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
pub fn recognise(message: &Message<'_>) -> Option<Recognised> {
    let _ = message;
    None
}
