//! Attachments: what the bytes are, what they claim, what they can do, how well they can be inspected.
//!
//! Two doors: [`inspect_message`] for everything a mail carries, at every depth, and [`inspect_file`] for
//! bare files; [`extract`] hands one of the files out. All walk items through [`inspect`]: type by content (`filetype`), the name's tricks
//! (`name`), then the room of the format (`container`, `document`, `script`, `html`, `shortcut`), which may
//! hand files inside back to the walk. `findings` is the table of all that can be said; `budget` bounds
//! what a message may cost. `README.md` in this folder says how to add a format.

mod budget;
mod container;
mod document;
mod encoding;
mod filetype;
mod findings;
mod html;
mod inspect;
mod known;
mod mime;
mod name;
mod password;
mod pointer;
mod script;
mod shortcut;

#[cfg(test)]
mod tests;

use super::context::Limits;
use super::knowledge::{Knowledge, NoKnowledge};
use super::message::{self, Message};
use super::verdict::{Attachment, Finding, Severity, Toward};
use inspect::{Inspector, Item, Spot};

pub use findings::FINDINGS;

/// All attachments of one message and what was found in them.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Inspected {
    /// Every attachment and every file inside one, a container before its contents.
    pub attachments: Vec<Attachment>,
    /// What was found, strongest first.
    pub findings: Vec<Finding>,
}

impl Inspected {
    /// The verdict that the findings lead to.
    pub fn verdict(&self) -> FileVerdict {
        FileVerdict::of(&self.findings)
    }
}

/// What `lazaret inspect` says of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileVerdict {
    /// Nothing speaks against it.
    Clean,
    /// Could be meant well, and could do harm.
    Suspicious,
    /// Would run, or deceives about running.
    Malicious,
}

impl FileVerdict {
    /// The verdict of the gravest finding that speaks against the file.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> FileVerdict {
        let gravest =
            findings.into_iter().filter(|f| f.toward == Toward::Quarantine).map(|f| f.severity).max();
        match gravest {
            Some(Severity::Critical) => FileVerdict::Malicious,
            Some(Severity::High | Severity::Medium) => FileVerdict::Suspicious,
            _ => FileVerdict::Clean,
        }
    }

    /// The word of the `inspect --json` contract.
    pub fn word(self) -> &'static str {
        match self {
            FileVerdict::Clean => "clean",
            FileVerdict::Suspicious => "suspicious",
            FileVerdict::Malicious => "malicious",
        }
    }
}

/// Inspects every attachment of a message, at every depth.
///
/// Takes the union of several readings of its MIME structure (see `mime`). Never fails: what can't be
/// read, or lies beyond `limits`, becomes a finding.
pub fn inspect_message(message: &Message<'_>, limits: &Limits) -> Inspected {
    inspect_message_knowing(message, limits, &NoKnowledge)
}

/// [`inspect_message`] with what others know of each file.
pub fn inspect_message_knowing(
    message: &Message<'_>,
    limits: &Limits,
    knowledge: &dyn Knowledge,
) -> Inspected {
    let mut inspector = Inspector::mailed(limits, knowledge, message);
    mime::walk(&mut inspector, message);
    inspector.finish()
}

/// The decoded bytes of one attachment, or of a file inside one, by the SHA-256 that its
/// [`Attachment::sha256`] has.
///
/// Walks the message as [`inspect_message`] does, within the same bounds and at the same cost; `None` where
/// nothing that is listed has this sum.
pub fn extract(raw: &[u8], sha256: &str, limits: &Limits) -> Option<Vec<u8>> {
    let raw = raw.get(message::leading_blanks(raw)..).unwrap_or_default();
    let parsed = message::parse(raw, limits);
    let view = parsed.view();
    let mut inspector = Inspector::mailed(limits, &NoKnowledge, &view).wanting(sha256);
    mime::walk(&mut inspector, &view);
    inspector.met()
}

/// Inspects a bare file as if it were an attachment of no declared type called `name`.
///
/// The first attachment of the answer is the file itself; evidence counts in its bytes, part `file`. Same
/// bounds as a message.
pub fn inspect_file(name: &str, bytes: &[u8], limits: &Limits) -> Inspected {
    inspect_file_knowing(name, bytes, limits, &NoKnowledge)
}

/// [`inspect_file`] with what others know of each file.
pub fn inspect_file_knowing(
    name: &str,
    bytes: &[u8],
    limits: &Limits,
    knowledge: &dyn Knowledge,
) -> Inspected {
    let mut inspector = Inspector::new(limits, knowledge);
    let spot = Spot::file(bytes.len());
    let read = bytes.get(..limits.message_bytes).unwrap_or(bytes);
    let item = Item::new(read, &spot).named(Some(name.to_owned()));
    inspector.item(item);
    if read.len() < bytes.len() {
        inspector.cut_at(read.len(), bytes.len());
    }
    inspector.finish()
}
