//! An IMAP account as a [`Mailbox`].
//!
//! Folders are opened with EXAMINE, so that nothing can change by reading; only `moves` selects one for
//! writing and leaves it at once. A connection that broke is made anew at the next call; UIDs are only used
//! again where UIDVALIDITY is the same.

use std::time::{Duration, Instant};

use super::answers::{Listed, code};
use super::endpoint::Endpoint;
use super::session::Session;
use super::wire::quote;
use crate::mail::{
    Cancel, Changes, Depth, Fetched, Folder, FolderRole, FolderState, MailError, Mailbox, MoveMeans, Moved,
    Outline, Piece, Snapshot, Unreadable, Waited, folders, names,
};

/// Connects to a server and signs in. `cancel` also ends every later wait of the mailbox.
///
/// # Errors
/// Every [`MailError`] but those of folders and files; nothing was sent where the connection could not be
/// protected as `endpoint` wants it.
pub fn connect(endpoint: &Endpoint, password: &str, cancel: &Cancel) -> Result<ImapMailbox, MailError> {
    let session = Session::open(endpoint, password, cancel)?;
    let means = means(&session);
    Ok(ImapMailbox {
        endpoint: endpoint.clone(),
        password: password.to_owned(),
        cancel: cancel.clone(),
        session: Some(session),
        means,
        opened: None,
        selected: None,
        separator: None,
        everything: None,
        outlines: true,
    })
}

/// The folder that the caller opened.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    pub(super) folder: String,
    /// UIDVALIDITY as EXAMINE gave it.
    pub(super) validity: Option<u32>,
}

/// A signed-in account.
pub struct ImapMailbox {
    endpoint: Endpoint,
    password: String,
    cancel: Cancel,
    session: Option<Session>,
    means: MoveMeans,
    pub(super) opened: Option<Opened>,
    /// The folder that the server has open for reading.
    pub(super) selected: Option<String>,
    separator: Option<char>,
    /// Gmail's All Mail.
    everything: Option<String>,
    /// Whether outlines are asked for: not from a server that broke the connection over one.
    pub(super) outlines: bool,
}

impl std::fmt::Debug for ImapMailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImapMailbox")
            .field("host", &self.endpoint.host)
            .field("opened", &self.opened)
            .finish_non_exhaustive()
    }
}

impl Drop for ImapMailbox {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            session.close();
        }
    }
}

/// How a server can move.
fn means(session: &Session) -> MoveMeans {
    match (session.can("MOVE") && !session.faulty_move, session.can("UIDPLUS")) {
        (true, _) => MoveMeans::Move,
        (false, true) => MoveMeans::CopyAndExpunge,
        (false, false) => MoveMeans::Unsafe,
    }
}

impl ImapMailbox {
    /// Makes sure that a connection which was not used for a while still lives; servers close idle ones
    /// (RFC 3501 §5.4: after 30 minutes, many sooner).
    pub(super) fn freshen(&mut self) -> Result<(), MailError> {
        let stale = self.session.as_ref().is_some_and(|s| s.used.elapsed() > self.endpoint.bounds.idle);
        let probe = |session: &mut Session| session.wire.run("waking up", b"NOOP", &mut |_| {});
        match if stale { self.with(probe).err() } else { None } {
            Some(MailError::Cancelled) => Err(MailError::Cancelled),
            Some(_) => {
                self.forget();
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Bounds of the endpoint.
    pub(super) fn bounds(&self) -> super::Bounds {
        self.endpoint.bounds
    }

    /// Runs `work` with the session, connecting anew where there is none. After an error that leaves the
    /// connection in doubt it is dropped.
    pub(super) fn with<T>(
        &mut self,
        work: impl FnOnce(&mut Session) -> Result<T, MailError>,
    ) -> Result<T, MailError> {
        if self.cancel.is_cancelled() {
            self.forget();
            return Err(MailError::Cancelled);
        }
        let mut session = match self.session.take() {
            Some(session) => session,
            None => {
                let session = Session::open(&self.endpoint, &self.password, &self.cancel)?;
                self.means = means(&session);
                session
            }
        };
        let answer = work(&mut session);
        match &answer {
            Err(e) if !leaves_session(e) => {
                self.selected = None;
                drop(session);
            }
            _ => {
                session.used = Instant::now();
                self.session = Some(session);
            }
        }
        answer
    }

    /// Whether there is a connection.
    pub(super) fn is_connected(&self) -> bool {
        self.session.is_some()
    }

    /// Drops the connection without ceremony.
    pub(super) fn forget(&mut self) {
        self.session = None;
        self.selected = None;
    }

    /// A folder's name as a command's argument, byte for byte.
    pub(super) fn argument_bytes(folder: &str) -> Result<Vec<u8>, MailError> {
        quote(&names::raw_of(folder)).ok_or_else(|| MailError::Folder {
            folder: names::display_of(folder),
            says: "its name holds a line break".into(),
        })
    }

    /// A command whose last argument is a folder.
    pub(super) fn command(verb: &str, folder: &str) -> Result<Vec<u8>, MailError> {
        let mut command = verb.as_bytes().to_vec();
        command.push(b' ');
        command.extend(Self::argument_bytes(folder)?);
        Ok(command)
    }
}

/// Whether the connection is still of use after an error.
fn leaves_session(error: &MailError) -> bool {
    matches!(error, MailError::Folder { .. } | MailError::No { .. })
}

impl Mailbox for ImapMailbox {
    fn follow(&mut self, cancel: &Cancel) {
        self.cancel = cancel.clone();
        if self.session.as_mut().is_some_and(|session| session.follow(cancel).is_err()) {
            self.forget();
        }
    }

    fn folders(&mut self) -> Result<Vec<Folder>, MailError> {
        self.freshen()?;
        let listed = self.with(|session| {
            let mut listed = Vec::new();
            let doing = "listing its folders";
            // Many servers name the uses only where they are asked to (RFC 5258, RFC 6154).
            if session.can("SPECIAL-USE") && session.can("LIST-EXTENDED") {
                let command = br#"LIST "" "*" RETURN (SPECIAL-USE)"#;
                let done = session.wire.run(doing, command, &mut |mut a| listed.extend(a.list()))?;
                if done.is_ok() {
                    return Ok(listed);
                }
                listed.clear();
            }
            session.wire.must(doing, br#"LIST "" "*""#, &mut |mut a| listed.extend(a.list()))?;
            Ok(listed)
        })?;
        let separator = listed.iter().find_map(|l| l.separator);
        self.separator = separator.or(self.separator);
        if self.with(|session| Ok(session.can("X-GM-EXT-1")))? {
            let is_all = |l: &&Listed| l.attributes.iter().any(|a| a.eq_ignore_ascii_case("\\All"));
            self.everything = listed.iter().find(is_all).map(|l| names::key_of(&l.raw));
        }
        let mut found: Vec<Folder> = Vec::with_capacity(listed.len() + 1);
        for one in &listed {
            let name = names::key_of(&one.raw);
            let is_inbox = name.eq_ignore_ascii_case("INBOX");
            let has = |flag: &str| one.attributes.iter().any(|a| a.eq_ignore_ascii_case(flag));
            // A folder that is listed twice (a subscription and itself) is one folder.
            if found.iter().any(|f| f.name == name || (is_inbox && f.role == FolderRole::Inbox)) {
                continue;
            }
            let role = if is_inbox {
                FolderRole::Inbox
            } else {
                folders::role_by_attributes(one.attributes.iter().map(String::as_str))
                    .unwrap_or(FolderRole::Other)
            };
            let selectable = !has("\\Noselect") && !has("\\NonExistent");
            found.push(Folder { display: names::display_of(&name), name, role, selectable });
        }
        if !found.iter().any(|f| f.role == FolderRole::Inbox) {
            // INBOX always exists (RFC 3501 §5.1), also where LIST forgets it.
            let inbox = "INBOX".to_owned();
            found.push(Folder {
                display: inbox.clone(),
                name: inbox,
                role: FolderRole::Inbox,
                selectable: true,
            });
        }
        folders::settle(&mut found, separator);
        Ok(found)
    }

    fn everything(&self) -> Option<&str> {
        self.everything.as_deref()
    }

    fn open(&mut self, folder: &str) -> Result<FolderState, MailError> {
        self.opened = None;
        self.freshen()?;
        let mut state = self.examined(folder)?;
        // EXAMINE itself is always read-only and says nothing about the folder.
        state.read_only = self.is_read_only(folder)?;
        Ok(state)
    }

    fn changes(&mut self, folder: &str, then: Option<&Snapshot>) -> Result<Changes, MailError> {
        self.changes_since(folder, then)
    }

    fn uids(&mut self, from: u32) -> Result<Vec<u32>, MailError> {
        self.freshen()?;
        self.reopen()?;
        // `7:*` always names the last message, also where its UID is lower (RFC 3501 §6.4.8).
        let wanted = format!("UID {}:*", from.max(1));
        let mut found = match self.search_short(&wanted)? {
            Some(found) => found,
            None => self.search(&wanted)?,
        };
        found.retain(|uid| *uid >= from);
        Ok(found)
    }

    fn fetch(
        &mut self,
        uids: &[u32],
        depth: Depth,
        each: &mut dyn FnMut(Fetched) -> bool,
    ) -> Result<Vec<Unreadable>, MailError> {
        self.freshen()?;
        self.fetch_all(uids, depth, each)
    }

    fn outlines(&mut self, uids: &[u32], each: &mut dyn FnMut(Outline)) -> Result<bool, MailError> {
        self.freshen()?;
        self.outline_all(uids, each)
    }

    fn pieces(&mut self, uid: u32, pieces: &[Piece]) -> Result<Option<Vec<Vec<u8>>>, MailError> {
        self.fetch_pieces(uid, pieces)
    }

    fn can_wait(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.can("IDLE"))
    }

    fn wait(
        &mut self,
        folder: &str,
        then: Option<&Snapshot>,
        longest: Duration,
        stop: &mut dyn FnMut() -> bool,
    ) -> Result<Waited, MailError> {
        self.wait_for_news(folder, then, longest, stop)
    }

    fn create(&mut self, folder: &str) -> Result<(), MailError> {
        let (create, subscribe) = (Self::command("CREATE", folder)?, Self::command("SUBSCRIBE", folder)?);
        let list = Self::command("LIST \"\"", folder)?;
        let wanted = names::raw_of(folder);
        self.freshen()?;
        self.with(|session| {
            let mut there = false;
            session.wire.run("looking for a folder", &list, &mut |mut answer| {
                let Some(listed) = answer.list() else { return };
                let gone = listed
                    .attributes
                    .iter()
                    .any(|a| a.eq_ignore_ascii_case("\\NonExistent") || a.eq_ignore_ascii_case("\\Noselect"));
                there |= listed.raw == wanted && !gone;
            })?;
            if !there {
                let doing = format!("making the folder {}", names::display_of(folder));
                let done = session.wire.run(&doing, &create, &mut |_| {})?;
                if !done.is_ok() && code(&done.text, "ALREADYEXISTS").is_none() {
                    return Err(session.wire.refusal(&doing, &done));
                }
            }
            // Without a subscription some mail programs don't show it; a server without them refuses.
            session.wire.run("subscribing a folder", &subscribe, &mut |_| {})?;
            Ok(())
        })
    }

    fn move_means(&self) -> MoveMeans {
        self.means
    }

    fn move_messages(&mut self, from: &str, uids: &[u32], to: &str) -> Result<Vec<(u32, Moved)>, MailError> {
        self.freshen()?;
        self.move_all(from, uids, to)
    }

    fn remove(&mut self, folder: &str, uids: &[u32]) -> Result<Vec<(u32, String)>, MailError> {
        self.freshen()?;
        self.remove_all(folder, uids)
    }

    fn find(&mut self, folder: &str, message_id: &str) -> Result<Vec<u32>, MailError> {
        self.freshen()?;
        if self.selected.as_deref() != Some(folder) {
            self.examine(folder)?;
        }
        self.find_here(message_id)
    }

    fn quarantine_folder(&mut self) -> Result<String, MailError> {
        let existing = self.folders()?;
        let namespace = self.with(|session| {
            let mut found = None;
            if session.can("NAMESPACE") {
                session.wire.run("asking for its namespace", b"NAMESPACE", &mut |answer| {
                    found = answer.namespace().or(found.take());
                })?;
            }
            Ok(found)
        })?;
        let prefix = match namespace {
            Some((prefix, _)) => prefix,
            // Without the answer: where every other folder stands below INBOX, a new one must too.
            None => match self.separator {
                Some(separator) => {
                    let below = format!("INBOX{separator}");
                    let mut others = existing.iter().filter(|f| f.role != FolderRole::Inbox).peekable();
                    let all = others.peek().is_some() && others.all(|f| f.name.starts_with(&below));
                    if all { below } else { String::new() }
                }
                None => String::new(),
            },
        };
        let name = format!("{prefix}{}", folders::QUARANTINE);
        // A server may show one folder under two names; what is there already is meant.
        let there = |wanted: &str| existing.iter().any(|f| f.selectable && f.name == wanted);
        Ok(if !there(&name) && there(folders::QUARANTINE) { folders::QUARANTINE.to_owned() } else { name })
    }
}
