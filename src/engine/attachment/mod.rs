//! Attachments: what the bytes are, what they claim, what they can do, how well they can be inspected.

use super::context::Limits;
use super::message::Message;
use super::notice::Notice;
use super::verdict::{Attachment, Finding, FindingKind};

/// The kinds of finding that attachments can give.
pub const FINDINGS: &[FindingKind] = &[];

/// All attachments of one message and what was found in them.
#[derive(Default)]
pub struct Inspected {
    /// Every attachment and every file inside one.
    pub attachments: Vec<Attachment>,
    /// What was found, strongest first.
    pub findings: Vec<Finding>,
}

/// Inspects every attachment of a message.
pub fn inspect_message(message: &Message<'_>, notice: Option<&Notice>, limits: &Limits) -> Inspected {
    let _ = (message, notice, limits);
    Inspected::default()
}
