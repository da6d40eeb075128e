//! The quarantine folder as other programs leave it: what they took out is learned as a restore, what they
//! put in is held.
//!
//! A message that left is looked for where mail usually goes. One that stands in no folder that was looked
//! at, or in the trash, was deleted: that is the person's right, and nothing is done about it. Where a folder shows all
//! mail (Gmail), a message that stands in that one alone was archived.

use super::desk::Desk;
use super::intake::{self, Kind};
use super::problem::ServiceError;
use super::repair::{Wanted, find_bytes};
use super::sync::SyncReport;
use super::work::Work;
use crate::mail::{Folder, FolderRole, folders};
use crate::store::{ActionKind, Holding, MessageId};

/// Messages that one sync looks for in other folders.
const SOUGHT: usize = 100;
/// Folders in which each of them is looked for.
const FOLDERS: usize = 30;

/// Compares the quarantine folders with what is known of them.
pub(super) fn look_after(
    desk: &mut Desk<'_>,
    all: &[Folder],
    work: &mut Work<'_>,
    report: &mut SyncReport,
) -> Result<(), ServiceError> {
    let held = desk.store.held_folders(desk.account.id)?;
    let mut left = Vec::new();
    let is_one = |f: &&Folder| f.selectable && (folders::is_quarantine(f) || held.contains(&f.name));
    let mut quarantines: Vec<&Folder> = all.iter().filter(is_one).collect();
    // The one that is known comes first.
    quarantines.sort_by_key(|f| !held.contains(&f.name));
    let several = quarantines.len() > 1;
    let mut seen = Vec::new();
    for folder in quarantines {
        work.check()?;
        if several {
            // A server may show one folder under two names (`INBOX.X` and `X`).
            let state = desk.mailbox.open(&folder.name)?;
            let looks = (state.uid_validity, state.uid_next, state.exists);
            if state.exists > 0 && state.uid_validity.is_some() && seen.contains(&looks) {
                continue;
            }
            seen.push(looks);
        }
        left.extend(intake::take_in(desk, folder, Kind::Quarantine, work, report)?);
    }
    // The folder itself may be gone, with all that it held.
    for name in held.iter().filter(|name| !all.iter().any(|f| f.name == **name)) {
        for (id, _) in desk.store.held_in(desk.account.id, name, None)? {
            desk.store.set_holding(id, Holding::Gone)?;
            left.push(id);
        }
    }
    seek(desk, all, &left, work, report)
}

/// Looks for messages that left the quarantine.
fn seek(
    desk: &mut Desk<'_>,
    all: &[Folder],
    left: &[MessageId],
    work: &mut Work<'_>,
    report: &mut SyncReport,
) -> Result<(), ServiceError> {
    let everything = desk.mailbox.everything().map(str::to_owned);
    for id in left.iter().take(SOUGHT) {
        let Some(row) = desk.store.message(*id)?.map(|m| m.row) else { continue };
        // INBOX was read before: what turned up there has been learned already.
        let (Holding::Gone, Some(sum)) = (row.holding, row.sha256) else { continue };
        let Some(message_id) = row.headline.message_id.as_deref().filter(|m| !m.is_empty()) else { continue };
        let shows_all = |f: &Folder| everything.as_deref() == Some(f.name.as_str());
        let likely = |f: &&Folder| {
            f.selectable
                && !folders::is_quarantine(f)
                && (shows_all(f)
                    || matches!(f.role, FolderRole::Inbox | FolderRole::Archive | FolderRole::Other))
        };
        let mut places: Vec<&Folder> = all.iter().filter(likely).collect();
        // What no folder shows that shows all is in none of the others.
        places.sort_by_key(|f| (f.name != row.arrived.folder, !shows_all(f)));
        for folder in places.into_iter().take(FOLDERS) {
            work.check()?;
            let wanted = Wanted { message: Some(*id), id: Some(message_id), sum: &sum };
            if let Some(spot) = find_bytes(desk, &folder.name, &wanted)? {
                let says = intake::taken_back(&row);
                desk.store.learn(*id, ActionKind::Restore, &spot, &says, desk.now)?;
                report.taken_back += 1;
                break;
            }
            if shows_all(folder) {
                break;
            }
        }
    }
    Ok(())
}
