//! After a crash: moves that were intended and never finished.
//!
//! What the server holds decides. A message that stands in the target alone has moved; one that stands in
//! the source alone has not; one that stands in both was cut off between COPY and EXPUNGE, and the move is
//! completed once the copy's bytes are compared; one that stands in neither was taken by another program. A
//! deletion is completed where the server has it marked already, else taken back.
//! Nothing is moved here: a rule's move that did not happen is simply due again.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::command::MessageId;
use super::desk::Desk;
use super::intake::message_id;
use super::problem::ServiceError;
use crate::mail::{Depth, Folder};
use crate::store::{ActionKind, Finished, Holding, Spot, StoredAction};

/// Messages without a Message-ID whose bytes are compared, at most.
const NAMELESS: usize = 1_000;
/// With fewer messages than this each is asked for by its Message-ID; with more the headers of the folder
/// are read once.
const FEW: usize = 30;

/// [`repair`] before the person's next action: one that broke off would hold its messages until the next sync.
pub(super) fn before_action(desk: &mut Desk<'_>) -> Result<(), ServiceError> {
    if desk.store.unfinished(desk.account.id)?.is_empty() {
        return Ok(());
    }
    let folders = desk.mailbox.folders()?;
    repair(desk, &folders)
}

/// Looks after every unfinished action of the account.
pub(super) fn repair(desk: &mut Desk<'_>, folders: &[Folder]) -> Result<(), ServiceError> {
    let mut groups: BTreeMap<(String, String), Vec<StoredAction>> = BTreeMap::new();
    for open in desk.store.unfinished(desk.account.id)? {
        groups.entry((open.from.folder.clone(), open.to.folder.clone())).or_default().push(open);
    }
    for ((from, to), actions) in groups {
        let there = |name: &str| folders.iter().any(|f| f.name == name);
        let mut sources = if there(&from) { sources(desk, &from, &actions)? } else { BTreeMap::new() };
        let targets = if there(&to) { targets(desk, &to, &actions)? } else { BTreeMap::new() };
        remove_originals(desk, &from, &mut sources, &targets)?;
        let deleted: Vec<&StoredAction> = actions.iter().filter(|a| a.kind == ActionKind::Delete).collect();
        finish_deletions(desk, &from, &deleted, &mut sources)?;
        for open in &actions {
            settle(desk, open, sources.get(&open.id), targets.get(&open.id))?;
        }
    }
    Ok(())
}

/// Writes down what became of one action.
fn settle(
    desk: &mut Desk<'_>,
    open: &StoredAction,
    source: Option<&Spot>,
    target: Option<&Spot>,
) -> Result<(), ServiceError> {
    let holding = match open.kind {
        ActionKind::Quarantine => Holding::Held,
        ActionKind::Restore => Holding::Restored,
        ActionKind::Delete => Holding::Gone,
    };
    let nowhere = Spot { folder: open.from.folder.clone(), uid: None };
    let done = match (open.kind, source, target) {
        (ActionKind::Delete, None, _) => Some(target.unwrap_or(&nowhere)),
        (_, None, Some(spot)) => Some(spot),
        _ => None,
    };
    if let Some(spot) = done {
        desk.store.finish(&[Finished { action: open.id, holding, spot: spot.clone() }], desk.now)?;
        return Ok(());
    }
    let why = match (source, target) {
        (Some(_), Some(_)) => "it was interrupted; a copy was made, and the original can't be removed",
        (Some(_), None) => "it was interrupted; nothing had moved",
        (None, _) => "the message is in neither folder any more",
    };
    desk.store.give_up(&[(open.id, why.to_owned())], desk.now)?;
    let Some(message) = open.message.map(|id| desk.store.message(id)).transpose()?.flatten() else {
        return Ok(());
    };
    match source {
        Some(spot) => desk.store.set_place(message.row.id, message.row.holding, spot)?,
        None => desk.store.set_place(message.row.id, Holding::Gone, &nowhere)?,
    }
    Ok(())
}

/// Completes moves that were cut off after the copy: the original goes, now that the copy was found byte for
/// byte.
fn remove_originals(
    desk: &mut Desk<'_>,
    from: &str,
    sources: &mut BTreeMap<i64, Spot>,
    targets: &BTreeMap<i64, Spot>,
) -> Result<(), ServiceError> {
    let twice: BTreeMap<u32, i64> = sources
        .iter()
        .filter(|(action, _)| targets.contains_key(action))
        .filter_map(|(action, spot)| Some((spot.uid?.1, *action)))
        .collect();
    if twice.is_empty() {
        return Ok(());
    }
    desk.mailbox.open(from)?;
    let uids: Vec<u32> = twice.keys().copied().collect();
    let left: BTreeSet<u32> = desk.mailbox.remove(from, &uids)?.into_iter().map(|(uid, _)| uid).collect();
    for (uid, action) in twice {
        if !left.contains(&uid) {
            sources.remove(&action);
        }
    }
    Ok(())
}

/// Completes deletions that were cut off after the server had marked the message.
fn finish_deletions(
    desk: &mut Desk<'_>,
    from: &str,
    actions: &[&StoredAction],
    sources: &mut BTreeMap<i64, Spot>,
) -> Result<(), ServiceError> {
    let there: BTreeMap<u32, i64> =
        actions.iter().filter_map(|a| Some((sources.get(&a.id)?.uid?.1, a.id))).collect();
    if there.is_empty() {
        return Ok(());
    }
    desk.mailbox.open(from)?;
    let mut marked = Vec::new();
    let uids: Vec<u32> = there.keys().copied().collect();
    desk.mailbox.fetch(&uids, Depth::Header, &mut |fetched| {
        if fetched.flags.iter().any(|flag| flag.eq_ignore_ascii_case("\\Deleted")) {
            marked.push(fetched.uid);
        }
        true
    })?;
    if marked.is_empty() {
        return Ok(());
    }
    let left: BTreeSet<u32> = desk.mailbox.remove(from, &marked)?.into_iter().map(|(uid, _)| uid).collect();
    for uid in marked.iter().filter(|uid| !left.contains(uid)) {
        if let Some(action) = there.get(uid) {
            sources.remove(action);
        }
    }
    Ok(())
}

/// Which of the messages still stand where they stood, by action.
fn sources(
    desk: &mut Desk<'_>,
    folder: &str,
    actions: &[StoredAction],
) -> Result<BTreeMap<i64, Spot>, ServiceError> {
    let state = desk.mailbox.open(folder)?;
    let numbered = |a: &&StoredAction| a.from.uid.is_some_and(|(v, _)| Some(v) == state.uid_validity);
    let (kept, lost): (Vec<&StoredAction>, Vec<&StoredAction>) = actions.iter().partition(numbered);
    let mut found = BTreeMap::new();
    if let Some(lowest) = kept.iter().filter_map(|a| a.from.uid).map(|(_, uid)| uid).min() {
        let present: BTreeSet<u32> = desk.mailbox.uids(lowest)?.into_iter().collect();
        for action in kept {
            if action.from.uid.is_some_and(|(_, uid)| present.contains(&uid)) {
                found.insert(action.id, action.from.clone());
            }
        }
    }
    if !lost.is_empty() {
        found.extend(located(desk, folder, &lost)?);
    }
    Ok(found)
}

/// Which of the messages stand in the folder they were to go to, by action. Bytes are compared.
fn targets(
    desk: &mut Desk<'_>,
    folder: &str,
    actions: &[StoredAction],
) -> Result<BTreeMap<i64, Spot>, ServiceError> {
    let all: Vec<&StoredAction> = actions.iter().collect();
    located(desk, folder, &all)
}

/// Finds the messages of actions in a folder, by Message-ID and bytes.
fn located(
    desk: &mut Desk<'_>,
    folder: &str,
    actions: &[&StoredAction],
) -> Result<BTreeMap<i64, Spot>, ServiceError> {
    let mut found = BTreeMap::new();
    let mut taken = BTreeSet::new();
    if actions.len() <= FEW {
        for action in actions {
            let Some(sum) = action.sha256 else { continue };
            let wanted = Wanted { message: action.message, id: action.message_id.as_deref(), sum: &sum };
            if let Some(spot) = find_bytes_but(desk, folder, &wanted, &taken)? {
                taken.extend(spot.uid.map(|(_, uid)| uid));
                found.insert(action.id, spot);
            }
        }
        return Ok(found);
    }
    // What another sync saw there already was not moved by these.
    let then = desk.store.snapshot(desk.account.id, folder)?;
    let state = desk.mailbox.open(folder)?;
    let from = then.filter(|s| Some(s.uid_validity) == state.uid_validity).map_or(1, |s| s.uid_next);
    let uids = desk.mailbox.uids(from)?;
    let mut wanted: BTreeMap<[u8; 32], Vec<&StoredAction>> = BTreeMap::new();
    let ids: BTreeSet<&str> = actions.iter().filter_map(|a| a.message_id.as_deref()).collect();
    for action in actions {
        wanted.entry(action.sha256.unwrap_or_default()).or_default().push(action);
    }
    let known = match state.uid_validity {
        Some(validity) => desk.store.known(desk.account.id, folder, validity, from)?,
        None => Default::default(),
    };
    let mut candidates = Vec::new();
    desk.mailbox.fetch(&uids, Depth::Header, &mut |fetched| {
        let id = message_id(&fetched.bytes).filter(|id| !id.is_empty());
        if !known.contains(&fetched.uid) && id.is_none_or(|id| ids.contains(id.as_str())) {
            candidates.push(fetched.uid);
        }
        true
    })?;
    desk.mailbox.fetch(&candidates, Depth::Whole, &mut |fetched| {
        let sum: [u8; 32] = Sha256::digest(&fetched.bytes).into();
        if let Some(action) = wanted.get_mut(&sum).and_then(Vec::pop) {
            let uid = state.uid_validity.map(|v| (v, fetched.uid));
            found.insert(action.id, Spot { folder: folder.to_owned(), uid });
        }
        true
    })?;
    Ok(found)
}

/// A message that is sought in a folder.
pub(super) struct Wanted<'a> {
    /// Its row, where it has one.
    pub(super) message: Option<MessageId>,
    /// Its Message-ID. One without is sought among those that have none.
    pub(super) id: Option<&'a str>,
    /// The sum of its bytes.
    pub(super) sum: &'a [u8; 32],
}

/// The place of a message in a folder: one with exactly its bytes, and of which no other row knows.
pub(super) fn find_bytes(
    desk: &mut Desk<'_>,
    folder: &str,
    wanted: &Wanted<'_>,
) -> Result<Option<Spot>, ServiceError> {
    find_bytes_but(desk, folder, wanted, &BTreeSet::new())
}

/// [`find_bytes`], passing over UIDs that are somebody else's.
fn find_bytes_but(
    desk: &mut Desk<'_>,
    folder: &str,
    wanted: &Wanted<'_>,
    taken: &BTreeSet<u32>,
) -> Result<Option<Spot>, ServiceError> {
    let state = desk.mailbox.open(folder)?;
    let found = match wanted.id.filter(|id| !id.is_empty()) {
        Some(id) => desk.mailbox.find(folder, id)?,
        None => nameless(desk)?,
    };
    let spot = |uid: u32| Spot { folder: folder.to_owned(), uid: state.uid_validity.map(|v| (v, uid)) };
    let mut candidates = Vec::new();
    for uid in found {
        let known = desk.store.at(desk.account.id, &spot(uid))?;
        if !taken.contains(&uid) && known.is_none_or(|id| Some(id) == wanted.message) {
            candidates.push(uid);
        }
    }
    let mut matching = None;
    desk.mailbox.fetch(&candidates, Depth::Whole, &mut |fetched| {
        let same = <[u8; 32]>::from(Sha256::digest(&fetched.bytes)) == *wanted.sum;
        if same {
            matching = Some(fetched.uid);
        }
        !same
    })?;
    Ok(matching.map(spot))
}

/// The messages of the open folder that have no Message-ID, newest first, at most a thousand.
fn nameless(desk: &mut Desk<'_>) -> Result<Vec<u32>, ServiceError> {
    let uids = desk.mailbox.uids(1)?;
    let mut found = Vec::new();
    desk.mailbox.fetch(&uids, Depth::Header, &mut |fetched| {
        if message_id(&fetched.bytes).is_none_or(|id| id.is_empty()) {
            found.push(fetched.uid);
        }
        true
    })?;
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.truncate(NAMELESS);
    Ok(found)
}
