//! What changed in a folder, at the least cost: QRESYNC where the server has it, CONDSTORE for flags, else
//! a comparison of UIDs.
//!
//! What the server says of QRESYNC is held against the number of messages that it counts: one that forgets
//! a VANISHED (or sends it malformed, as iCloud does) costs a list of UIDs, never a wrong picture.

use super::mailbox::{ImapMailbox, Opened};
use crate::mail::changes::{compare, continues};
use crate::mail::{Changes, FolderState, Gone, MailError, Snapshot};

/// What an EXAMINE with QRESYNC said besides the folder's state.
#[derive(Debug, Default)]
pub(super) struct Resync {
    pub(super) vanished: Vec<std::ops::RangeInclusive<u32>>,
    pub(super) flags: Vec<(u32, Vec<String>)>,
}

impl ImapMailbox {
    /// [`crate::mail::Mailbox::changes`].
    pub(super) fn changes_since(
        &mut self,
        folder: &str,
        then: Option<&Snapshot>,
    ) -> Result<Changes, MailError> {
        self.opened = None;
        self.freshen()?;
        let resync = self.with(|session| Ok(session.qresync))?;
        let known = then.and_then(|then| Some((*then, then.modseq.filter(|m| *m > 0)?)));
        if let (true, Some((then, modseq))) = (resync, known) {
            let params = format!("(QRESYNC ({} {modseq}))", then.uid_validity);
            let mut said = Resync::default();
            match self.select_with("EXAMINE", folder, &params, &mut said) {
                Ok(state) => return self.resynced(folder, state, &then, said),
                // It offers QRESYNC and refuses it: the plain way tells whether the folder is to blame.
                Err(MailError::Folder { .. }) => self.with(|session| {
                    session.qresync = false;
                    Ok(())
                })?,
                Err(other) => return Err(other),
            }
        }
        let state = self.examined(folder)?;
        let mut changes = compare(self, state, then)?;
        if let Some(then) = then.filter(|then| continues(&state, then)) {
            changes.flags = self.changed_flags(&state, then)?;
        }
        Ok(changes)
    }

    /// Takes in what an EXAMINE with QRESYNC said.
    fn resynced(
        &mut self,
        folder: &str,
        state: FolderState,
        then: &Snapshot,
        said: Resync,
    ) -> Result<Changes, MailError> {
        self.selected = Some(folder.to_owned());
        self.opened = Some(Opened { folder: folder.to_owned(), validity: state.uid_validity });
        let (Some(uid_next), true) = (state.uid_next, continues(&state, then)) else {
            let state = self.examined(folder)?;
            return compare(self, state, Some(then));
        };
        let old = |uid: u32| uid < then.uid_next;
        let flags: Vec<_> = said.flags.into_iter().filter(|(uid, _)| old(*uid)).collect();
        let new = match uid_next == then.uid_next {
            true => Vec::new(),
            false => crate::mail::Mailbox::uids(self, then.uid_next)?,
        };
        let last_old = then.uid_next.saturating_sub(1);
        let vanished: Vec<_> = said
            .vanished
            .into_iter()
            .map(|range| *range.start()..=(*range.end()).min(last_old))
            .filter(|range| !range.is_empty())
            .collect();
        let named: u64 = vanished.iter().map(|r| u64::from(r.end() - r.start()) + 1).sum();
        let arrived = new.iter().take_while(|uid| **uid < uid_next).count() as u64;
        let Some(left) = (u64::from(then.exists) + arrived).checked_sub(u64::from(state.exists)) else {
            // More than there can be: somebody counted wrong.
            let mut changes = compare(self, state, Some(then))?;
            changes.flags = flags;
            return Ok(changes);
        };
        if named < left {
            let mut changes = compare(self, state, Some(then))?;
            changes.flags = flags;
            return Ok(changes);
        }
        let gone = if vanished.is_empty() { Gone::Nobody } else { Gone::These(vanished) };
        let snapshot = Some(Snapshot {
            uid_validity: then.uid_validity,
            uid_next,
            exists: state.exists,
            modseq: state.modseq,
        });
        Ok(Changes { state, new, gone, flags, snapshot })
    }

    /// Flags that changed since `then`, where the server has CONDSTORE.
    fn changed_flags(
        &mut self,
        state: &FolderState,
        then: &Snapshot,
    ) -> Result<Vec<(u32, Vec<String>)>, MailError> {
        let (Some(now), Some(before)) = (state.modseq, then.modseq) else { return Ok(Vec::new()) };
        let last = then.uid_next.saturating_sub(1);
        if now <= before || last == 0 {
            return Ok(Vec::new());
        }
        self.reopen()?;
        let command = format!("UID FETCH 1:{last} (UID FLAGS) (CHANGEDSINCE {before})");
        self.with(|session| {
            let mut found = Vec::new();
            // A refusal costs the flags of old messages, which decide nothing.
            session.wire.run("reading changed flags", command.as_bytes(), &mut |answer| {
                if let Some(changed) = answer.changed_flags()
                    && changed.0 <= last
                {
                    found.push(changed);
                }
            })?;
            Ok(found)
        })
    }
}
