//! Opening folders and searching in them, with what servers leave out or forget.
//!
//! A folder is opened with EXAMINE; UIDVALIDITY decides whether the UIDs that the caller knows still mean the same.

use super::answers::code;
use super::changes::Resync;
use super::mailbox::{ImapMailbox, Opened};
use crate::mail::{FolderState, MailError, names};

impl ImapMailbox {
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
        if self.is_connected() && self.selected.as_deref() == Some(&opened.folder) {
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
    pub(super) fn is_read_only(&mut self, folder: &str) -> Result<bool, MailError> {
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
