//! What changed in a folder since it was last taken in.
//!
//! [`since`] is the plain way, for any mailbox that can open a folder and list UIDs: equal UIDNEXT and an
//! equal number of messages prove that nothing came and nothing went, as UIDs are never used twice (RFC 3501
//! §2.3.1.1). A server with QRESYNC (RFC 7162) names what went by itself; see `imap`.

use std::ops::RangeInclusive;

use super::{FolderState, MailError, Mailbox};

/// A folder as it stood when everything in it had been taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    /// UIDVALIDITY then.
    pub uid_validity: u32,
    /// Every message that came later has this UID or a higher one.
    pub uid_next: u32,
    /// How many messages it held.
    pub exists: u32,
    /// HIGHESTMODSEQ (RFC 7162), where the server counts changes.
    pub modseq: Option<u64>,
}

/// Which messages left a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gone {
    /// None.
    Nobody,
    /// Those in these ranges, which may name UIDs that never were.
    These(Vec<RangeInclusive<u32>>),
    /// All that are not listed here, ascending: the server does not say who left.
    AllBut(Vec<u32>),
}

/// What changed in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The folder as it is now. It is open.
    pub state: FolderState,
    /// UIDs that were not there, ascending; all of them where nothing was known or the numbering is new.
    pub new: Vec<u32>,
    /// Who left.
    pub gone: Gone,
    /// New flags of messages that stayed, where the server names them; a message that is not listed may
    /// have other flags too where it does not.
    pub flags: Vec<(u32, Vec<String>)>,
    /// What to compare with next time, once all of this is taken in; `None` where UIDs can't be kept.
    pub snapshot: Option<Snapshot>,
}

impl Changes {
    /// Everything in a folder is new. `present` is what it holds, ascending.
    pub fn all(state: FolderState, present: Vec<u32>) -> Changes {
        let snapshot = snapshot_of(&state, &present);
        Changes { state, new: present.clone(), gone: Gone::AllBut(present), flags: Vec::new(), snapshot }
    }
}

/// The snapshot of a folder of which every UID is known.
pub fn snapshot_of(state: &FolderState, present: &[u32]) -> Option<Snapshot> {
    let after_last = present.last().map_or(1, |last| last.saturating_add(1));
    let uid_next = state.uid_next.unwrap_or(after_last);
    // What came after the folder was opened is looked at again next time.
    let exists = present.iter().take_while(|uid| **uid < uid_next).count();
    let exists = u32::try_from(exists).unwrap_or(u32::MAX);
    state.uid_validity.map(|uid_validity| Snapshot { uid_validity, uid_next, exists, modseq: state.modseq })
}

/// Whether UIDs of `then` still mean the same messages, and none was given out twice: a UIDNEXT that shrinks
/// without a new UIDVALIDITY (GMX) proves nothing.
pub fn continues(state: &FolderState, then: &Snapshot) -> bool {
    state.uid_validity == Some(then.uid_validity) && state.uid_next.is_none_or(|next| next >= then.uid_next)
}

/// Opens a folder and compares it with a snapshot by UIDs alone: one command where nothing changed, one
/// more where mail came, a list of all UIDs where mail left.
pub fn since<M: Mailbox + ?Sized>(
    mailbox: &mut M,
    folder: &str,
    then: Option<&Snapshot>,
) -> Result<Changes, MailError> {
    let state = mailbox.open(folder)?;
    compare(mailbox, state, then)
}

/// The second half of [`since`], for a folder that is open.
pub fn compare<M: Mailbox + ?Sized>(
    mailbox: &mut M,
    state: FolderState,
    then: Option<&Snapshot>,
) -> Result<Changes, MailError> {
    let Some(then) = then.filter(|then| continues(&state, then)) else {
        let present = mailbox.uids(1)?;
        return Ok(Changes::all(state, present));
    };
    let new = match state.uid_next {
        Some(next) if next == then.uid_next => Vec::new(),
        _ => mailbox.uids(then.uid_next)?,
    };
    let uid_next = state.uid_next.or(new.last().map(|last| last.saturating_add(1))).unwrap_or(then.uid_next);
    let arrived = new.iter().take_while(|uid| **uid < uid_next).count() as u64;
    let same = u64::from(then.exists) + arrived == u64::from(state.exists);
    if same {
        let snapshot = Some(Snapshot {
            uid_validity: then.uid_validity,
            uid_next,
            exists: state.exists,
            modseq: state.modseq,
        });
        return Ok(Changes { state, new, gone: Gone::Nobody, flags: Vec::new(), snapshot });
    }
    let present = mailbox.uids(1)?;
    let snapshot = snapshot_of(&state, &present);
    let new = present.iter().copied().filter(|uid| *uid >= then.uid_next).collect();
    Ok(Changes { state, new, gone: Gone::AllBut(present), flags: Vec::new(), snapshot })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{Depth, Fetched, Folder, MoveMeans, Moved, Unreadable};

    /// A folder of UIDs alone; counts the questions.
    struct Listed {
        state: FolderState,
        uids: Vec<u32>,
        asked: Vec<u32>,
    }

    impl Mailbox for Listed {
        fn folders(&mut self) -> Result<Vec<Folder>, MailError> {
            Ok(Vec::new())
        }
        fn open(&mut self, _: &str) -> Result<FolderState, MailError> {
            Ok(self.state)
        }
        fn uids(&mut self, from: u32) -> Result<Vec<u32>, MailError> {
            self.asked.push(from);
            Ok(self.uids.iter().copied().filter(|uid| *uid >= from).collect())
        }
        fn fetch(
            &mut self,
            _: &[u32],
            _: Depth,
            _: &mut dyn FnMut(Fetched) -> bool,
        ) -> Result<Vec<Unreadable>, MailError> {
            Ok(Vec::new())
        }
        fn create(&mut self, _: &str) -> Result<(), MailError> {
            Ok(())
        }
        fn move_means(&self) -> MoveMeans {
            MoveMeans::Move
        }
        fn move_messages(&mut self, _: &str, _: &[u32], _: &str) -> Result<Vec<(u32, Moved)>, MailError> {
            Ok(Vec::new())
        }
        fn remove(&mut self, _: &str, _: &[u32]) -> Result<Vec<(u32, String)>, MailError> {
            Ok(Vec::new())
        }
        fn find(&mut self, _: &str, _: &str) -> Result<Vec<u32>, MailError> {
            Ok(Vec::new())
        }
        fn quarantine_folder(&mut self) -> Result<String, MailError> {
            Ok("Lazaret".into())
        }
    }

    fn folder(uid_next: Option<u32>, uids: &[u32]) -> Listed {
        let exists = uids.len() as u32;
        let state = FolderState { uid_validity: Some(7), uid_next, exists, read_only: false, modseq: None };
        Listed { state, uids: uids.to_vec(), asked: Vec::new() }
    }

    const THEN: Snapshot = Snapshot { uid_validity: 7, uid_next: 10, exists: 3, modseq: None };

    #[test]
    fn nothing_changed_costs_no_list() {
        let mut mailbox = folder(Some(10), &[2, 5, 9]);
        let changes = since(&mut mailbox, "INBOX", Some(&THEN)).unwrap();
        assert_eq!((changes.new.len(), &changes.gone, changes.snapshot), (0, &Gone::Nobody, Some(THEN)));
        assert!(mailbox.asked.is_empty());
    }

    #[test]
    fn what_came_is_asked_for_alone_and_what_left_by_a_list() {
        let mut mailbox = folder(Some(13), &[2, 5, 9, 11, 12]);
        let changes = since(&mut mailbox, "INBOX", Some(&THEN)).unwrap();
        assert_eq!((changes.new, changes.gone), (vec![11, 12], Gone::Nobody));
        assert_eq!(mailbox.asked, [10]);
        assert_eq!(changes.snapshot, Some(Snapshot { uid_next: 13, exists: 5, ..THEN }));

        let mut mailbox = folder(Some(13), &[2, 9, 12]);
        let changes = since(&mut mailbox, "INBOX", Some(&THEN)).unwrap();
        assert_eq!((changes.new, changes.gone), (vec![12], Gone::AllBut(vec![2, 9, 12])));
        assert_eq!(changes.snapshot, Some(Snapshot { uid_next: 13, exists: 3, ..THEN }));
    }

    #[test]
    fn a_numbering_that_is_new_or_shrank_makes_everything_new() {
        let shrunk = folder(Some(9), &[2, 5, 8]);
        let mut renumbered = folder(Some(4), &[1, 2, 3]);
        renumbered.state.uid_validity = Some(8);
        for mut mailbox in [shrunk, renumbered] {
            let changes = since(&mut mailbox, "INBOX", Some(&THEN)).unwrap();
            assert_eq!(changes.new, mailbox.uids);
            assert_eq!(mailbox.asked, [1]);
        }
        let mut unnumbered = folder(None, &[1]);
        unnumbered.state.uid_validity = None;
        assert_eq!(since(&mut unnumbered, "INBOX", Some(&THEN)).unwrap().snapshot, None);
    }

    #[test]
    fn without_uidnext_the_list_of_the_new_says_it() {
        let mut mailbox = folder(None, &[2, 5, 9, 14]);
        let changes = since(&mut mailbox, "INBOX", Some(&THEN)).unwrap();
        assert_eq!((changes.new, changes.gone), (vec![14], Gone::Nobody));
        assert_eq!(changes.snapshot, Some(Snapshot { uid_next: 15, exists: 4, ..THEN }));
        let mut mailbox = folder(None, &[2, 5, 9]);
        let changes = since(&mut mailbox, "INBOX", Some(&THEN)).unwrap();
        assert_eq!((changes.new.len(), changes.snapshot), (0, Some(THEN)));
    }

    #[test]
    fn what_comes_while_the_folder_is_read_is_not_lost() {
        // Opened with two messages and UIDNEXT 10; by the time of the list a third had come.
        let mut mailbox = folder(Some(10), &[2, 9, 10]);
        mailbox.state.exists = 2;
        let changes = since(&mut mailbox, "INBOX", None).unwrap();
        assert_eq!(changes.new, [2, 9, 10]);
        let then = changes.snapshot.unwrap();
        assert_eq!((then.uid_next, then.exists), (10, 2));
        let mut mailbox = folder(Some(11), &[2, 9, 10]);
        assert_eq!(since(&mut mailbox, "INBOX", Some(&then)).unwrap().new, [10], "seen once more, and known");
    }
}
