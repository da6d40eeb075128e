//! Moving messages so that none is ever lost: the one place that changes what a folder holds.
//!
//! With MOVE the server does it in one step. Without it the copy comes first, and the original goes only
//! after the server has said that, and best where, the copy stands, by UID EXPUNGE of exactly these UIDs.
//! A bare EXPUNGE or CLOSE, which would remove what others flagged, is never sent. What the server says of
//! each message (COPYUID, RFC 4315) is checked against what the folder then holds.

use std::collections::{BTreeMap, BTreeSet};

use super::answers::copy_uid;
use super::mailbox::ImapMailbox;
use super::wire::{Done, sets};
use crate::mail::{FolderRole, MailError, MoveMeans, Moved, Place, names};

/// Messages moved by one command.
const MANY: usize = 5_000;

/// What a command said of where messages went.
#[derive(Debug, Default)]
struct Copied {
    validity: u32,
    pairs: BTreeMap<u32, u32>,
}

impl Copied {
    /// Takes a COPYUID code, wherever it came.
    fn note(&mut self, text: &str) {
        if let Some((validity, pairs)) = copy_uid(text) {
            self.validity = validity;
            self.pairs.extend(pairs);
        }
    }

    fn place(&self, uid: u32) -> Option<Place> {
        self.pairs.get(&uid).map(|&there| Place { uid_validity: self.validity, uid: there })
    }
}

/// What became of one message, depending on whether the source holds it afterwards.
#[derive(Debug)]
struct Step {
    place: Option<Place>,
    gone: Moved,
    stays: Moved,
}

impl Step {
    fn seen(&self, still_there: bool) -> Moved {
        if still_there { self.stays.clone() } else { self.gone.clone() }
    }
}

/// What became of each of a set.
type Steps = Vec<(u32, Step)>;

/// From where to where.
struct Route<'a> {
    from: &'a str,
    to: &'a str,
    /// The target as it ends a command, with a leading blank.
    target: Vec<u8>,
}

impl ImapMailbox {
    /// [`crate::mail::Mailbox::move_messages`].
    pub(super) fn move_all(
        &mut self,
        from: &str,
        uids: &[u32],
        to: &str,
    ) -> Result<Vec<(u32, Moved)>, MailError> {
        let mut fate: BTreeMap<u32, Moved> = BTreeMap::new();
        let all_stay = |why: String| uids.iter().map(|&uid| (uid, Moved::Stays(why.clone()))).collect();
        if from == to {
            return Ok(all_stay("it is in that folder already".into()));
        }
        // The session may have to be made first to know what the server can do.
        self.with(|_| Ok(()))?;
        let means = crate::mail::Mailbox::move_means(self);
        if means == MoveMeans::Unsafe {
            return Ok(all_stay(
                "this server can remove a message only together with all that other programs marked as \
                 deleted, so Lazaret leaves it where it is"
                    .into(),
            ));
        }
        let state = self.select("SELECT", from)?;
        let expected = self.opened.as_ref().filter(|o| o.folder == from).and_then(|o| o.validity);
        let worked = if state.read_only {
            Ok(Some("the server lets nobody change this folder".to_owned()))
        } else if expected.is_some() && expected != state.uid_validity {
            Err(MailError::Folder {
                folder: names::display_of(from),
                says: "the server has numbered its messages anew meanwhile".into(),
            })
        } else {
            let route = Route { from, to, target: Self::command("", to)? };
            let mut each = |(_, chunk): (String, Vec<u32>)| self.move_chunk(means, &chunk, &route, &mut fate);
            sets(uids, MANY).into_iter().try_for_each(&mut each).map(|()| None)
        };
        // Leave the folder whatever happened; a connection that breaks here has left it by that, and what
        // was moved is known by now.
        let _ = self.leave(from);
        if let Some(why) = worked? {
            return Ok(all_stay(why));
        }
        Ok(uids.iter().map(|&uid| (uid, fate.get(&uid).cloned().unwrap_or(Moved::Gone))).collect())
    }

    /// Closes the folder that is open for writing, without expunging.
    fn leave(&mut self, folder: &str) -> Result<(), MailError> {
        self.selected = None;
        if !self.is_connected() {
            return Ok(());
        }
        let examine = Self::command("EXAMINE", folder)?;
        self.with(|session| {
            let command: &[u8] = if session.can("UNSELECT") { b"UNSELECT" } else { &examine };
            session.wire.run("leaving a folder", command, &mut |_| {}).map(|_| ())
        })
    }

    fn move_chunk(
        &mut self,
        means: MoveMeans,
        chunk: &[u32],
        route: &Route<'_>,
        fate: &mut BTreeMap<u32, Moved>,
    ) -> Result<(), MailError> {
        let before = self.present(chunk)?;
        // Where the server does not say where it puts things, they are found again by these.
        let ids = match self.with(|session| Ok(session.can("UIDPLUS")))? {
            true => BTreeMap::new(),
            false => self.message_ids(&before)?,
        };
        let mut found = Vec::new();
        for (set, before) in sets(&before, MANY) {
            found.extend(match means {
                MoveMeans::Move => self.move_set(&set, &before, route)?,
                _ => self.copy_set(&set, &before, route)?,
            });
        }
        // One look at the end, however many sets it took.
        let after: BTreeSet<u32> = self.present(&before)?.into_iter().collect();
        let mut twice = Vec::new();
        for (uid, step) in found {
            let moved = step.seen(after.contains(&uid));
            if let (Moved::Copied(_), Some(place)) = (&moved, step.place) {
                twice.push((uid, place));
            }
            fate.insert(uid, moved);
        }
        if !twice.is_empty() {
            self.take_back_copies(&twice, route, fate)?;
        }
        self.look_up(route, &ids, fate)
    }

    /// Removes copies whose originals could not be removed, so that nothing stands twice. Each original is
    /// looked at anew before: a server may show a folder as it was a while ago.
    fn take_back_copies(
        &mut self,
        twice: &[(u32, Place)],
        route: &Route<'_>,
        fate: &mut BTreeMap<u32, Moved>,
    ) -> Result<(), MailError> {
        self.select("SELECT", route.from)?;
        let originals: Vec<u32> = twice.iter().map(|(uid, _)| *uid).collect();
        let there = self.readable(&originals)?;
        let target = self.select("SELECT", route.to)?;
        let copies: Vec<u32> = twice
            .iter()
            .filter(|(uid, place)| there.contains(uid) && Some(place.uid_validity) == target.uid_validity)
            .map(|(_, place)| place.uid)
            .collect();
        self.expunge_these(&copies)?;
        let left: BTreeSet<u32> = self.present(&copies)?.into_iter().collect();
        for (uid, place) in twice {
            let removed = copies.contains(&place.uid) && !left.contains(&place.uid);
            if let (true, Some(moved)) = (removed, fate.get_mut(uid))
                && let Moved::Copied(why) = moved
            {
                *moved = Moved::Stays(format!("{why}; the copy was taken back"));
            }
        }
        self.select("SELECT", route.from)?;
        Ok(())
    }

    /// Which of these messages the server can show at this moment.
    fn readable(&mut self, uids: &[u32]) -> Result<BTreeSet<u32>, MailError> {
        let mut found = BTreeSet::new();
        for (set, _) in sets(uids, MANY) {
            let command = format!("UID FETCH {set} (UID RFC822.SIZE BODY.PEEK[HEADER])");
            self.with(|session| {
                session.wire.must("looking at moved messages", command.as_bytes(), &mut |answer| {
                    let Some(item) = answer.fetch() else { return };
                    if item.body.is_some_and(|body| body.size > 0) {
                        found.extend(item.uid);
                    }
                })
            })?;
        }
        Ok(found)
    }

    /// [`crate::mail::Mailbox::remove`].
    pub(super) fn remove_all(&mut self, folder: &str, uids: &[u32]) -> Result<Vec<(u32, String)>, MailError> {
        if !self.with(|session| Ok(session.can("UIDPLUS")))? {
            let why = "this server can remove a message only together with all that other programs marked as \
                       deleted, so Lazaret leaves it where it is";
            return Ok(uids.iter().map(|uid| (*uid, why.to_owned())).collect());
        }
        // Gmail's EXPUNGE only takes a label off: what is to be deleted goes to its trash, which it empties.
        if self.with(|session| Ok(session.can("X-GM-EXT-1")))? {
            let all = crate::mail::Mailbox::folders(self)?;
            let trash = all.into_iter().find(|f| f.role == FolderRole::Trash && f.name != folder);
            if let Some(trash) = trash {
                let moved = self.move_all(folder, uids, &trash.name)?;
                let left = moved.into_iter().filter_map(|(uid, moved)| match moved {
                    Moved::Done(_) | Moved::Gone => None,
                    Moved::Stays(why) | Moved::Copied(why) => Some((uid, why)),
                });
                return Ok(left.collect());
            }
        }
        let expected = self.opened.as_ref().filter(|o| o.folder == folder).and_then(|o| o.validity);
        let state = self.select("SELECT", folder)?;
        let worked = if state.read_only {
            Ok((uids.to_vec(), "the server lets nobody change this folder".to_owned()))
        } else if expected.is_some() && expected != state.uid_validity {
            Err(MailError::Folder {
                folder: names::display_of(folder),
                says: "the server has numbered its messages anew meanwhile".into(),
            })
        } else {
            self.expunge_these(uids).and_then(|says| Ok((self.present(uids)?, says)))
        };
        let _ = self.leave(folder);
        let (left, why) = worked?;
        Ok(left.into_iter().map(|uid| (uid, why.clone())).collect())
    }

    /// Runs UID MOVE or UID COPY; a NO is an answer here.
    fn transfer(&mut self, verb: &str, set: &str, target: &[u8]) -> Result<(Done, Copied), MailError> {
        let mut command = format!("{verb} {set}").into_bytes();
        command.extend_from_slice(target);
        self.with(|session| {
            let mut copied = Copied::default();
            let done = session.wire.run("moving messages", &command, &mut |answer| {
                copied.note(&answer.ok_text().unwrap_or_default());
            })?;
            copied.note(&done.text);
            match session.wire.refusal("moving messages", &done) {
                throttled @ MailError::Throttled { .. } if !done.is_ok() && copied.pairs.is_empty() => {
                    Err(throttled)
                }
                _ => Ok((done, copied)),
            }
        })
    }

    fn move_set(&mut self, set: &str, uids: &[u32], route: &Route<'_>) -> Result<Steps, MailError> {
        let (done, copied) = self.transfer("UID MOVE", set, &route.target)?;
        let says_where = !copied.pairs.is_empty();
        Ok(uids
            .iter()
            .map(|&uid| {
                let place = copied.place(uid);
                let (gone, stays) = match place {
                    Some(place) => (
                        Moved::Done(Some(place)),
                        Moved::Copied("the server copied it and left the original unchanged".into()),
                    ),
                    // An answer that names others and not this one: somebody else took it.
                    None if says_where || !done.is_ok() => (Moved::Gone, Moved::Stays(reason(&done))),
                    None => (Moved::Done(None), Moved::Stays(reason(&done))),
                };
                (uid, Step { place, gone, stays })
            })
            .collect())
    }

    fn copy_set(&mut self, set: &str, uids: &[u32], route: &Route<'_>) -> Result<Steps, MailError> {
        let (done, copied) = self.transfer("UID COPY", set, &route.target)?;
        let stays = |why: String| Step { place: None, gone: Moved::Gone, stays: Moved::Stays(why) };
        if !done.is_ok() {
            // A COPY that fails has copied nothing (RFC 3501 §6.4.7).
            return Ok(uids.iter().map(|&uid| (uid, stays(reason(&done)))).collect());
        }
        let mut places: BTreeMap<u32, Place> =
            uids.iter().filter_map(|&uid| Some((uid, copied.place(uid)?))).collect();
        let says_where = !places.is_empty();
        if !says_where {
            // OK, but not where: only what can be seen in the target is taken out of the source.
            let ids = self.message_ids(uids)?;
            places = self.places(route.to, uids, &ids)?;
            self.select("SELECT", route.from)?;
        }
        let sure: Vec<u32> = places.keys().copied().collect();
        let says = self.expunge_these(&sure)?;
        Ok(uids
            .iter()
            .map(|&uid| {
                let step = match (places.get(&uid).copied(), says_where) {
                    (Some(place), _) => Step {
                        place: Some(place),
                        gone: Moved::Done(Some(place)),
                        stays: Moved::Copied(says.clone()),
                    },
                    // It was there a moment ago and was not copied: removed meanwhile, or left out.
                    (None, true) => stays("the server left it out of the copy".into()),
                    (None, false) => {
                        let why = "the server says that it was copied, but the copy can't be found; the \
                                   original was left unchanged";
                        Step { place: None, gone: Moved::Gone, stays: Moved::Copied(why.into()) }
                    }
                };
                (uid, step)
            })
            .collect())
    }

    /// Removes exactly these messages from the folder that is open for writing. Returns what to say of those
    /// that are still there.
    fn expunge_these(&mut self, uids: &[u32]) -> Result<String, MailError> {
        let mut says = String::new();
        for (set, _) in sets(uids, MANY) {
            self.with(|session| {
                let doing = "removing moved messages";
                let store = format!(r"UID STORE {set} +FLAGS.SILENT (\Deleted)");
                let marked = session.wire.run(doing, store.as_bytes(), &mut |_| {})?;
                if !marked.is_ok() {
                    says = format!("the original was left unchanged: {}", marked.words());
                    return Ok(());
                }
                let expunge = format!("UID EXPUNGE {set}");
                let removed = session.wire.run(doing, expunge.as_bytes(), &mut |_| {})?;
                if !removed.is_ok() {
                    // Else the next program that expunges would remove what the person still sees here.
                    let unmark = format!(r"UID STORE {set} -FLAGS.SILENT (\Deleted)");
                    session.wire.run(doing, unmark.as_bytes(), &mut |_| {})?;
                    says = format!("the original was left unchanged: {}", removed.words());
                }
                Ok(())
            })?;
        }
        if says.is_empty() {
            says = r"the original is still there, marked \Deleted".to_owned();
        }
        Ok(says)
    }

    /// Finds the places of messages that the server moved without saying where.
    fn look_up(
        &mut self,
        route: &Route<'_>,
        ids: &BTreeMap<u32, String>,
        fate: &mut BTreeMap<u32, Moved>,
    ) -> Result<(), MailError> {
        let unknown: Vec<u32> = fate
            .iter()
            .filter(|(uid, moved)| ids.contains_key(uid) && matches!(moved, Moved::Done(None)))
            .map(|(uid, _)| *uid)
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let places = self.places(route.to, &unknown, ids)?;
        self.select("SELECT", route.from)?;
        for uid in unknown {
            // It left the source and is not in the target: it was gone before the server came to it.
            let moved = places.get(&uid).map_or(Moved::Gone, |place| Moved::Done(Some(*place)));
            fate.insert(uid, moved);
        }
        Ok(())
    }

    /// Where in `to` the newest messages with these Message-IDs stand. The folder that was open is closed.
    fn places(
        &mut self,
        to: &str,
        uids: &[u32],
        ids: &BTreeMap<u32, String>,
    ) -> Result<BTreeMap<u32, Place>, MailError> {
        let state = self.select("EXAMINE", to)?;
        let mut hits: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        let mut places = BTreeMap::new();
        // The last moved of several with one ID has the highest UID there.
        for &uid in uids.iter().rev() {
            let Some(id) = ids.get(&uid) else { continue };
            if !hits.contains_key(id.as_str()) {
                let found = self.find_here(id)?;
                hits.insert(id, found);
            }
            if let Some(there) = hits.get_mut(id.as_str()).and_then(Vec::pop)
                && let Some(uid_validity) = state.uid_validity
            {
                places.insert(uid, Place { uid_validity, uid: there });
            }
        }
        Ok(places)
    }
}

/// Why a message was not moved.
fn reason(done: &Done) -> String {
    match (done.is_ok(), done.words()) {
        (true, _) => "the server said that all went well, but left it where it was".into(),
        (false, words) if words.is_empty() => "the server refused and gave no reason".into(),
        (false, words) => format!("the server refused: {words}"),
    }
}
