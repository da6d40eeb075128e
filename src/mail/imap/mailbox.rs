//! An IMAP account as a [`Mailbox`].
//!
//! Folders are opened with EXAMINE, so that nothing can change by reading; only `moves` selects one for
//! writing and leaves it at once. A connection that broke is made anew at the next call; UIDs are only used
//! again where UIDVALIDITY is the same.

use std::time::{Duration, Instant};

use super::answers::code;
use super::changes::Resync;
use super::endpoint::Endpoint;
use super::session::Session;
use super::wire::quote;
use crate::mail::{
    Cancel, Changes, Depth, Fetched, Folder, FolderRole, FolderState, MailError, Mailbox, MoveMeans, Moved,
    Outline, Piece, Snapshot, Unreadable, Waited, folders, names,
};

/// What is waited between sign-ins that follow each other closely.
const PAUSE: Duration = Duration::from_secs(20);

/// Connects to a server and signs in. `cancel` also ends every later wait of the mailbox.
///
/// # Errors
/// Every [`MailError`] but those of folders and files; nothing was sent where the connection could not be
/// protected as `endpoint` wants it.
pub fn connect(endpoint: &Endpoint, password: &str, cancel: &Cancel) -> Result<ImapMailbox, MailError> {
    let session = Session::open(endpoint, password, cancel)?;
    let means = means(&session);
    let local = session.is_local();
    Ok(ImapMailbox {
        local,
        endpoint: endpoint.clone(),
        password: password.to_owned(),
        cancel: cancel.clone(),
        session: Some(session),
        means,
        opened: None,
        selected: None,
        separator: None,
        outlines: true,
        sign_ins: vec![Instant::now()],
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
    /// Whether outlines are asked for: not from a server that broke the connection over one.
    pub(super) outlines: bool,
    /// Whether the server is on this very machine.
    local: bool,
    /// When was signed in lately.
    sign_ins: Vec<Instant>,
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
                self.pace()?;
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

    /// Waits before a third sign-in within a minute, and each after it.
    fn pace(&mut self) -> Result<(), MailError> {
        let minute = Duration::from_secs(60);
        self.sign_ins.retain(|at| at.elapsed() < minute);
        if self.sign_ins.len() >= 2 {
            let usual = if self.local { Duration::ZERO } else { PAUSE };
            let end = Instant::now() + self.endpoint.bounds.pause.unwrap_or(usual);
            while Instant::now() < end {
                if self.cancel.is_cancelled() {
                    return Err(MailError::Cancelled);
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        self.sign_ins.push(Instant::now());
        Ok(())
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

    /// Opens a folder for reading on the server.
    pub(super) fn examine(&mut self, folder: &str) -> Result<FolderState, MailError> {
        // Some servers count changes only once they are asked to (Dovecot, RFC 7162 §3.1).
        let counts = self.with(|session| Ok(session.condstore))?;
        let state = match counts {
            false => self.select("EXAMINE", folder)?,
            true => match self.select_with("EXAMINE", folder, "(CONDSTORE)", &mut Resync::default()) {
                Err(MailError::Folder { .. }) => {
                    let state = self.select("EXAMINE", folder)?;
                    // The folder is there: it was the parameter that the server did not like.
                    self.with(|session| {
                        session.condstore = false;
                        Ok(())
                    })?;
                    state
                }
                other => other?,
            },
        };
        if self.opened.as_ref().is_some_and(|o| o.folder == folder && o.validity != state.uid_validity) {
            self.opened = None;
            return Err(MailError::Folder {
                folder: names::display_of(folder),
                says: "the server has numbered its messages anew meanwhile".into(),
            });
        }
        self.selected = Some(folder.to_owned());
        Ok(state)
    }

    /// Opens a folder with EXAMINE or SELECT.
    pub(super) fn select(&mut self, verb: &str, folder: &str) -> Result<FolderState, MailError> {
        self.select_with(verb, folder, "", &mut Resync::default())
    }

    /// Opens a folder with parameters (RFC 4466), and takes in what QRESYNC says.
    ///
    /// Where EXAMINE alone numbers messages and forgets it, SELECT comes first; `\Recent` is lost by that, as it
    /// is when any other program looks.
    pub(super) fn select_with(
        &mut self,
        verb: &str,
        folder: &str,
        params: &str,
        resync: &mut Resync,
    ) -> Result<FolderState, MailError> {
        if verb == "EXAMINE" && self.with(|session| Ok(session.forgets_numbers))? {
            self.select("SELECT", folder)?;
        }
        let mut command = Self::command(verb, folder)?;
        if !params.is_empty() {
            command.push(b' ');
            command.extend_from_slice(params.as_bytes());
        }
        let shown = names::display_of(folder);
        self.selected = None;
        self.with(|session| {
            let mut state =
                FolderState { uid_validity: None, uid_next: None, exists: 0, read_only: false, modseq: None };
            let doing = format!("opening {shown}");
            let done = session.wire.run(&doing, &command, &mut |answer| {
                if let Some(count) = answer.exists() {
                    state.exists = count;
                }
                if let Some(ranges) = answer.vanished() {
                    resync.vanished.extend(ranges);
                }
                resync.flags.extend(answer.changed_flags());
                let Some(text) = answer.ok_text() else { return };
                if let Some(value) = code(&text, "UIDVALIDITY") {
                    state.uid_validity = value.parse().ok().filter(|v| *v != 0);
                }
                if let Some(value) = code(&text, "UIDNEXT") {
                    state.uid_next = value.parse().ok();
                }
                if let Some(value) = code(&text, "HIGHESTMODSEQ") {
                    state.modseq = value.parse().ok().filter(|v| *v != 0);
                }
            })?;
            if !done.is_ok() {
                return Err(match session.wire.refusal(&doing, &done) {
                    MailError::No { says, .. } => MailError::Folder { folder: shown, says },
                    other => other,
                });
            }
            state.read_only = code(&done.text, "READ-ONLY").is_some();
            Ok(state)
        })
    }

    /// Opens a folder for the caller: EXAMINE, and STATUS for servers that leave half of it out.
    pub(super) fn examined(&mut self, folder: &str) -> Result<FolderState, MailError> {
        self.opened = None;
        let mut state = self.examine(folder)?;
        let examined = state.uid_validity;
        if state.uid_next.is_none() || state.uid_validity.is_none() {
            let (validity, next) = self.status(folder)?;
            state.uid_validity = state.uid_validity.or(validity.filter(|v| *v != 0));
            state.uid_next = state.uid_next.or(next);
        }
        self.opened = Some(Opened { folder: folder.to_owned(), validity: examined });
        Ok(state)
    }

    /// Makes sure that the server has the caller's folder open, as it was.
    pub(super) fn reopen(&mut self) -> Result<(), MailError> {
        let Some(opened) = self.opened.clone() else {
            return Err(MailError::Folder { folder: String::new(), says: "no folder was opened".into() });
        };
        if self.session.is_some() && self.selected.as_deref() == Some(&opened.folder) {
            return Ok(());
        }
        self.examine(&opened.folder)?;
        Ok(())
    }

    /// Runs UID SEARCH in the folder that the server has open.
    pub(super) fn search(&mut self, criteria: &str) -> Result<Vec<u32>, MailError> {
        let command = format!("UID SEARCH {criteria}");
        self.with(|session| {
            let mut found = Vec::new();
            session.wire.must("searching a folder", command.as_bytes(), &mut |answer| {
                found.extend(answer.search().unwrap_or_default());
            })?;
            found.sort_unstable();
            found.dedup();
            Ok(found)
        })
    }

    /// UID SEARCH whose answer comes as ranges (RFC 4731): a folder of 500,000 messages in one line of a few
    /// bytes instead of 4 MB. `None` where the server does not answer so.
    pub(super) fn search_short(&mut self, criteria: &str) -> Result<Option<Vec<u32>>, MailError> {
        let command = format!("UID SEARCH RETURN (ALL) {criteria}");
        self.with(|session| {
            if !session.can("ESEARCH") {
                return Ok(None);
            }
            let mut found = None;
            let done = session.wire.run("searching a folder", command.as_bytes(), &mut |answer| {
                found = answer.esearch().or(answer.search()).or(found.take());
            })?;
            Ok(found.filter(|_| done.is_ok()))
        })
    }

    /// UIDVALIDITY and UIDNEXT by STATUS, for servers that leave them out when a folder is opened.
    fn status(&mut self, folder: &str) -> Result<(Option<u32>, Option<u32>), MailError> {
        let mut command = Self::command("STATUS", folder)?;
        command.extend_from_slice(b" (UIDVALIDITY UIDNEXT)");
        self.with(|session| {
            let mut found = (None, None);
            session.wire.run("asking for a folder's state", &command, &mut |answer| {
                found = answer.status().unwrap_or(found);
            })?;
            Ok(found)
        })
    }

    /// Whether the person may not remove messages from the open folder (RFC 4314), where the server says.
    fn is_read_only(&mut self, folder: &str) -> Result<bool, MailError> {
        if !self.with(|session| Ok(session.can("ACL")))? {
            return Ok(false);
        }
        let command = Self::command("MYRIGHTS", folder)?;
        self.with(|session| {
            let mut rights = None;
            session.wire.run("asking for a folder's rights", &command, &mut |answer| {
                rights = answer.rights().or(rights.take());
            })?;
            // `t` and `e`, or `d` of the older RFC 2086.
            let may = |r: String| r.contains('d') || (r.contains('t') && r.contains('e'));
            Ok(!rights.is_none_or(may))
        })
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
