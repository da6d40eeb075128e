//! The mail that came back with a notice: message/rfc822, text/rfc822-headers, or quoted in text.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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
