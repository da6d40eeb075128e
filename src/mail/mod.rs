//! Where mail comes from: IMAP, Maildir, mbox and .eml files.
//!
//! [`Mailbox`] is what the service works with: an account's folders, read and moved. IMAP
//! ([`imap`]) and Maildir ([`maildir`], the demo's) implement it; [`files`] reads messages for
//! `lazaret scan` and knows no folders. Uses `engine` types where it must, never `store` or `account`.
//!
//! Who owns the only copy: always the server (or the Maildir). A mailbox here never deletes a message
//! except as the last step of a move whose copy the server has confirmed.

#![cfg_attr(
    not(test),
    deny(clippy::expect_used, clippy::indexing_slicing, clippy::string_slice, clippy::unwrap_used)
)]

pub mod awake;
pub mod cancel;
pub mod changes;
pub mod error;
pub mod files;
pub mod folders;
pub mod imap;
pub mod maildir;
pub mod names;
pub mod structure;

pub use cancel::Cancel;
pub use changes::{Changes, Gone, Snapshot};
pub use error::MailError;
pub use structure::{Outline, Piece};

use std::time::Duration;

use jiff::Timestamp;

use crate::engine::Limits;

/// What a folder is for (RFC 6154), by the server's word or by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FolderRole {
    /// The INBOX.
    Inbox,
    /// Copies of what the person sent.
    Sent,
    /// Unfinished mail.
    Drafts,
    /// The server's or another program's spam.
    Junk,
    /// Deleted mail.
    Trash,
    /// Filed mail.
    Archive,
    /// A view of other folders (\All, \Flagged, \Important): its messages stand elsewhere too.
    View,
    /// Anything else.
    Other,
}

/// One folder of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The key: the name exactly as the server spells it (modified UTF-7 where it does).
    pub name: String,
    /// The name for people.
    pub display: String,
    /// What it is for.
    pub role: FolderRole,
    /// Whether it can hold messages (not `\Noselect`).
    pub selectable: bool,
}

/// A folder as it stood when it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderState {
    /// UIDVALIDITY (RFC 3501 §2.3.1.1); `None` where the server gives none or 0: then UIDs must not be kept.
    pub uid_validity: Option<u32>,
    /// The UID that the next message will get, where the server says.
    pub uid_next: Option<u32>,
    /// How many messages it holds.
    pub exists: u32,
    /// Whether the server lets nobody change it.
    pub read_only: bool,
    /// HIGHESTMODSEQ (RFC 7162): it grows with every change, also of a flag. `None` where the server does
    /// not count changes.
    pub modseq: Option<u64>,
}

/// How much of a message to fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The header only.
    Header,
    /// All of it.
    Whole,
}

/// Bytes of one message that are kept in memory: one more than is ever judged, so that the verdict says of a larger
/// message that not all of it was read.
pub const MAX_MESSAGE: usize = Limits::DEFAULT.message_bytes + 1;

/// One fetched message. `\Seen` is never set by fetching.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its UID in the open folder.
    pub uid: u32,
    /// Its flags as the server spells them, `\Recent` left out.
    pub flags: Vec<String>,
    /// INTERNALDATE, where the server gives one.
    pub received: Option<Timestamp>,
    /// Size of the whole message as the server states it: a hint, wrong on some servers.
    pub size: Option<u64>,
    /// The message, or its header.
    pub bytes: Vec<u8>,
    /// Whether `bytes` are only the beginning of a message that is larger than [`MAX_MESSAGE`].
    pub cut: bool,
}

/// A message that could not be read, and why; the rest of the folder was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Its UID.
    pub uid: u32,
    /// One plain sentence.
    pub why: String,
}

/// Where a moved message stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// UIDVALIDITY of the target folder.
    pub uid_validity: u32,
    /// UID there.
    pub uid: u32,
}

/// What became of one message that was to be moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// It stands in the target folder; the place is `None` where the server does not say (no UIDPLUS).
    Done(Option<Place>),
    /// It is no longer in the source folder: somebody else moved or deleted it.
    Gone,
    /// It still stands in the source folder, unchanged, and no copy was made. The text says why.
    Stays(String),
    /// It was copied, but the server offers no safe way to remove the original; the copy was left and
    /// the original flagged `\Deleted` or, where even that failed, untouched. The text says which.
    Copied(String),
}

/// How a wait for news ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// Something came or went.
    News,
    /// Nothing happened for as long as it was waited.
    Quiet,
    /// The caller wanted the mailbox back.
    Stopped,
    /// This mailbox tells nothing by itself: it must be asked from time to time.
    CanNot,
}

/// How a mailbox can move messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveMeans {
    /// In one step (RFC 6851, or a rename).
    Move,
    /// COPY, `\Deleted`, UID EXPUNGE (RFC 4315).
    CopyAndExpunge,
    /// Not without the risk of deleting what others flagged: Lazaret leaves mail where it is.
    Unsafe,
}

/// An account's mail, synchronous: one thread works with one mailbox.
pub trait Mailbox: Send {
    /// Has this job's `cancel` stop the mailbox from now on, in place of the one before; a wait for a
    /// server then ends at once. A mailbox that never waits has nothing to do.
    fn follow(&mut self, cancel: &Cancel) {
        let _ = cancel;
    }

    /// Every folder, INBOX first.
    fn folders(&mut self) -> Result<Vec<Folder>, MailError>;

    /// The folder that shows all mail but trash and junk, whatever other folder it stands in, where there is one
    /// (Gmail's All Mail); known once [`Mailbox::folders`] was asked.
    fn everything(&self) -> Option<&str> {
        None
    }

    /// Opens a folder for reading; nothing in it can change by that.
    fn open(&mut self, folder: &str) -> Result<FolderState, MailError>;

    /// Opens a folder and says what changed in it since `then`, at the least cost that the server allows.
    fn changes(&mut self, folder: &str, then: Option<&Snapshot>) -> Result<Changes, MailError> {
        changes::since(self, folder, then)
    }

    /// The UIDs of the open folder that are `from` or higher, ascending.
    fn uids(&mut self, from: u32) -> Result<Vec<u32>, MailError>;

    /// Fetches from the open folder, handing each message to `each` as it arrives, in any order. `each`
    /// returns `false` to stop early. Returns the messages that could not be read; the rest was.
    fn fetch(
        &mut self,
        uids: &[u32],
        depth: Depth,
        each: &mut dyn FnMut(Fetched) -> bool,
    ) -> Result<Vec<Unreadable>, MailError>;

    /// Hands the outline of messages in the open folder to `each`, in any order. `false` where this mailbox
    /// knows none, or gives them in a way that can't be relied on.
    fn outlines(&mut self, uids: &[u32], each: &mut dyn FnMut(Outline)) -> Result<bool, MailError> {
        let _ = (uids, each);
        Ok(false)
    }

    /// Fetches pieces of one message in the open folder, in the order given; `None` where the server answers
    /// something else.
    fn pieces(&mut self, uid: u32, pieces: &[Piece]) -> Result<Option<Vec<Vec<u8>>>, MailError> {
        let _ = (uid, pieces);
        Ok(None)
    }

    /// Whether [`Mailbox::wait`] can tell news by itself.
    fn can_wait(&self) -> bool {
        false
    }

    /// Waits until something comes to or leaves a folder, `longest` at most. `stop` is asked a few times a
    /// second whether the mailbox is wanted back. What differs from `then` already is news at once.
    fn wait(
        &mut self,
        folder: &str,
        then: Option<&Snapshot>,
        longest: Duration,
        stop: &mut dyn FnMut() -> bool,
    ) -> Result<Waited, MailError> {
        let _ = (folder, then, longest, stop);
        Ok(Waited::CanNot)
    }

    /// Creates a folder where it is missing.
    fn create(&mut self, folder: &str) -> Result<(), MailError>;

    /// How this mailbox can move.
    fn move_means(&self) -> MoveMeans;

    /// Moves messages, flags and INTERNALDATE kept. One result per UID, in the order given. On an error
    /// every message still stands somewhere: in `from`, in `to`, or in both.
    fn move_messages(&mut self, from: &str, uids: &[u32], to: &str) -> Result<Vec<(u32, Moved)>, MailError>;

    /// Deletes exactly these messages for ever; those that are gone already are passed over. Returns the ones
    /// that are still there, each with why. Only for what the person deletes, and for the original of a move
    /// whose copy is confirmed.
    fn remove(&mut self, folder: &str, uids: &[u32]) -> Result<Vec<(u32, String)>, MailError>;

    /// The UIDs in `folder` whose Message-ID (without angle brackets) is `message_id`.
    fn find(&mut self, folder: &str, message_id: &str) -> Result<Vec<u32>, MailError>;

    /// The folder where Lazaret holds mail, spelt for this server (`Lazaret`, or `INBOX.Lazaret` where
    /// the personal namespace demands a prefix).
    fn quarantine_folder(&mut self) -> Result<String, MailError>;
}
