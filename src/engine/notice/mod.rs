//! What kind of automatic message is this?
//!
//! [`recognise`] answers with a [`Notice`] whose provenance is still open; `returned` then reads the mail
//! that came back, and `provenance` decides whose it was.
//!
//! `gate` lets ordinary mail go by its header. `dsn` reads status parts, `families` the words of mailers, `auto`
//! all notices that report no delivery; `reason` says why, `fake` what only poses as a notice. All of them read a
//! message through `text` (its lines), `html` (pages as lines), `flat` (as one line) and `address`.

mod address;
mod auto;
mod dsn;
pub mod fake;
mod families;
mod flat;
mod gate;
mod html;
pub mod reason;
pub(super) mod text;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::message::Message;
use super::returned::{self, Returned, ReturnedMail};
use super::verdict::{Finding, FindingKind};

pub(super) use address::each;
pub(super) use families::zone::Text;
pub use reason::{Reason, Retry};

/// The kinds of finding that recognising a notice can give.
pub const FINDINGS: &[FindingKind] = &[
    dsn::STATUS_PART,
    dsn::MALFORMED,
    dsn::CUT,
    families::FAMILY,
    families::read::RECIPIENT,
    returned::RETURNED,
    auto::AUTO,
    auto::CHALLENGE,
    auto::VIRUS,
    auto::RECEIPT,
    auto::FEEDBACK,
];

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
    /// The address that the sender wrote to, in lower case, where the report names another one for it: the
    /// mail was forwarded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_recipient: Option<String>,
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

impl Notice {
    /// The reports on those whom the mail did not reach, or not yet; all reports where none says so.
    pub fn undelivered(&self) -> impl Iterator<Item = &Report> {
        let missed = |report: &&Report| matches!(report.action, Action::Failed | Action::Delayed);
        let any = self.reports.iter().any(|report| missed(&report));
        self.reports.iter().filter(move |report| !any || missed(report))
    }
}

/// A notice and what was found while recognising it.
pub struct Recognised {
    /// The notice; until [`conclude`](Self::conclude) its provenance is [`Provenance::Unverified`], and it holds no
    /// returned mail.
    pub notice: Notice,
    /// The mail that came back, as evidence.
    pub returned: Option<Returned>,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Recognised {
    /// The notice with the mail that came back and its `provenance`, and what was found.
    pub fn conclude(self, provenance: Provenance) -> (Notice, Vec<Finding>) {
        let returned = self.returned.map(|returned| returned.mail);
        (Notice { provenance, returned, ..self.notice }, self.findings)
    }
}

/// Recognises a notice; `None` for other mail.
///
/// Ordinary mail leaves at the gate, which reads header fields only. What passes is a notice where it has
/// a status part (RFC 3464) or a text that a known family writes. Never fails; time and memory are bounded
/// by [`text::MAX_BYTES`] per part and [`families::read::MAX_REPORTS`] recipients.
pub fn recognise(message: &Message<'_>) -> Option<Recognised> {
    let look = auto::look(message)?;
    if let Some(report) = look.report() {
        return Some(report);
    }
    match bounce(message, &look) {
        Found::Notice(bounce) => look.instead_of(&bounce).or(Some(*bounce)),
        Found::Fake => None,
        Found::Nothing => look.answer().filter(|found| !fake::poses_as_answer(message, found)),
    }
}

/// What looking for a report of delivery comes to.
enum Found {
    Notice(Box<Recognised>),
    /// It has a notice's words and is none: no other rule may take it for one.
    Fake,
    Nothing,
}

/// A bounce, a delay or a success report that is what it says.
fn bounce<'m>(message: &Message<'m>, look: &auto::Look<'_, 'm>) -> Found {
    match report_of_delivery(message, look) {
        Some(recognised) if fake::overrules(message, &recognised) => Found::Fake,
        Some(recognised) => Found::Notice(Box::new(recognised)),
        None => Found::Nothing,
    }
}

/// A bounce, a delay or a success report, by a status part or by a known family's text.
fn report_of_delivery<'m>(message: &Message<'m>, look: &auto::Look<'_, 'm>) -> Option<Recognised> {
    let signs = gate::look(message)?;
    let scene = look.scene();
    let (mut recognised, depth) = match dsn::recognise(message, &signs, scene) {
        Some(report) => (report, 0),
        None => {
            let told = families::recognise(message, &signs, scene);
            let names_nobody =
                told.as_ref().is_none_or(|t| t.notice.reports.iter().all(|r| r.status.is_none()));
            match dsn::wrapped(message, &signs, scene).filter(|_| names_nobody) {
                Some(inner) => (inner, 1),
                None => (told?, 0),
            }
        }
    };
    if let Some(returned) = returned::find(message, &scene.texts, depth) {
        recognised.findings.push(returned.finding(message));
        recognised.returned = Some(returned);
    }
    name_recipients(message, &mut recognised);
    // A site that could not pass a message on has a mailer's words as well: no machine of mail shows in its header, it
    // names nobody and brings nothing back.
    let says_nothing = recognised.returned.is_none()
        && recognised.notice.reports.iter().all(|r| {
            r.recipient.is_none()
                && r.original_recipient.is_none()
                && r.status.is_none()
                && r.diagnostic.is_none()
        });
    (signs.machine() || !says_nothing).then_some(recognised)
}

/// A bounce that names nobody is about those whom the returned mail was written to, if it was only one. So is
/// one in which a list's program names but its reader or its keeper.
fn name_recipients(message: &Message<'_>, recognised: &mut Recognised) {
    let Some(returned) = &recognised.returned else { return };
    let list = families::is_list(&recognised.notice.format);
    let aside =
        |named: &str| list && (address::is_keeper(named) || families::read::Own::of(message).holds(named));
    if let ([only], [report]) = (returned.mail.to.as_slice(), recognised.notice.reports.as_mut_slice())
        && report.recipient.as_deref().is_none_or(aside)
    {
        report.recipient = Some(only.clone());
    }
}
