//! Damage of every kind: the file is set aside as it is, and what no server knows is carried over.

use super::*;
use crate::engine::senders::{SenderEntry, SenderRule, SenderScope};

const PAGE: usize = 4096;

/// A database with decisions of every kind, closed. Returns its path and its decisions.
fn decided(folder: &Path) -> (PathBuf, Vec<Decision>) {
    let path = folder.join("lazaret.db");
    let store = Store::open(&path).unwrap();
    let account = store.add_account("Work", "{\"name\":\"Work\"}", at(0)).unwrap();
    let sources: Vec<Vec<u8>> = (0..200u32).map(|n| n.to_le_bytes().repeat(200)).collect();
    let many: Vec<_> = (1..)
        .zip(&sources)
        .map(|(uid, source)| (new_message(account, uid, source), backscatter(&format!("m{uid}"))))
        .collect();
    let ids = store.save_verdicts(&many).unwrap();
    let moves = |ids: &[MessageId], kind, to: &str, undo: bool| {
        let actions: Vec<NewAction> = ids
            .iter()
            .map(|message| NewAction {
                message: *message,
                kind,
                actor: Actor::Person,
                to_folder: to.into(),
                says: format!("Moved {message}, {undo}"),
                undo_of: None,
            })
            .collect();
        store.intend(&actions, at(5)).unwrap()
    };
    let held = moves(&ids[..60], ActionKind::Quarantine, "Lazaret", false);
    let finish = |actions: &[Option<ActionId>], holding, folder: &str, first: u32| {
        let done: Vec<Finished> = (first..)
            .zip(actions)
            .map(|(uid, action)| Finished { action: action.unwrap(), holding, spot: spot(folder, 9, uid) })
            .collect();
        store.finish(&done, at(6)).unwrap();
    };
    finish(&held, Holding::Held, "Lazaret", 1);
    let back = moves(&ids[..30], ActionKind::Restore, "INBOX", true);
    finish(&back, Holding::Restored, "INBOX", 1_000);
    // One restore was cut off.
    let cut = moves(&ids[40..41], ActionKind::Restore, "INBOX", true);
    store.begin(&[cut[0].unwrap()]).unwrap();
    store.set_dealt(&[(ids[100], "nobody@example.net".into())], true, at(7)).unwrap();
    for n in 0..40 {
        let entry = SenderEntry {
            rule: if n % 2 == 0 { SenderRule::Allow } else { SenderRule::Block },
            scope: SenderScope::Address,
            value: format!("person{n}@example.org"),
            expires: None,
        };
        store.add_sender(&entry, "typed by hand", at(8)).unwrap();
    }
    store.set_option("every", "\"asked\"").unwrap();
    let decisions = store.decisions().unwrap();
    assert_eq!(decisions.len(), 30 + 30 + 1);
    (path, decisions)
}

/// Damages a copy of the file with `harm`, mends it, and looks at what came of it.
fn mended(whole: &[u8], harm: impl FnOnce(&mut Vec<u8>)) -> (Mended, Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lazaret.db");
    let mut bytes = whole.to_vec();
    harm(&mut bytes);
    fs::write(&path, &bytes).unwrap();
    let mended = Store::mend(&path, at(100)).unwrap().expect("it is damaged");
    assert_eq!(fs::read(&mended.aside).unwrap(), bytes, "what was set aside is the damaged file, untouched");
    assert!(mended.aside.file_name().unwrap().to_string_lossy().starts_with("lazaret.db.damaged-20"));
    let store = Store::open(&path).unwrap();
    store.check().unwrap();
    let mut left: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm"))
        .collect();
    left.sort();
    assert_eq!(left.len(), 3, "the new one, the old one, the lock: {left:?}");
    (mended, store, folder)
}

/// The identities of decisions, whatever else is known of them.
fn identities(all: &[Decision]) -> std::collections::BTreeSet<(String, [u8; 32], Choice)> {
    all.iter().map(|d| (d.message_id.clone(), d.sha256, d.choice.clone())).collect()
}

#[test]
fn a_header_that_was_written_over_costs_no_decision() {
    let home = tempfile::tempdir().unwrap();
    let (path, before) = decided(home.path());
    let whole = fs::read(&path).unwrap();
    for length in [1, 16, 100] {
        let (mended, store, _folder) = mended(&whole, |bytes| bytes[..length].fill(0xa5));
        assert_eq!((mended.accounts, mended.taken.senders), (1, 40), "{mended:?}");
        assert_eq!(mended.torn, Vec::<&str>::new());
        let account = store.account("Work").unwrap().unwrap();
        assert_eq!((account.settings.as_str(), account.judged), ("{\"name\":\"Work\"}", 0));
        // The restore that was cut off is a wish to keep, and is found again by what the server holds.
        let mut wanted = identities(&before);
        let unfinished = store.unfinished(account.id).unwrap();
        assert_eq!((unfinished.len(), unfinished[0].kind), (1, ActionKind::Restore));
        wanted.insert((
            unfinished[0].message_id.clone().unwrap(),
            unfinished[0].sha256.unwrap(),
            Choice::Keep,
        ));
        assert_eq!(identities(&store.decisions().unwrap()), wanted);
        assert_eq!(store.activity(1_000).unwrap().len(), 60 + 30 + 1);
        assert!(store.activity(1_000).unwrap().iter().all(|a| !a.can_undo()));
        assert_eq!(store.option("every").unwrap().as_deref(), Some("\"asked\""));
    }
}

#[test]
fn a_truncated_file_gives_what_is_left_of_it() {
    let home = tempfile::tempdir().unwrap();
    let (path, before) = decided(home.path());
    let whole = fs::read(&path).unwrap();
    let all = identities(&before);
    for part in [95, 50, 5] {
        let (mended, store, _folder) = mended(&whole, |bytes| bytes.truncate(bytes.len() * part / 100));
        let kept: Vec<Decision> = store
            .decisions()
            .unwrap()
            .into_iter()
            .filter(|d| all.contains(&identities(std::slice::from_ref(d)).pop_first().unwrap()))
            .collect();
        println!("{part} % of the file: {} decisions of {}, torn: {:?}", kept.len(), all.len(), mended.torn);
        assert!(part < 95 || mended.accounts == 1, "{mended:?}");
        assert!(kept.len() == all.len() || !mended.torn.is_empty(), "what may be lost is said: {mended:?}");
    }
    let (mended, store, _folder) = mended(&whole, |bytes| bytes.truncate(40));
    assert_eq!((mended.accounts, mended.torn.as_slice()), (0, ["everything"].as_slice()));
    assert!(store.accounts().unwrap().is_empty());
}

#[test]
fn a_page_that_was_written_over_costs_at_most_what_stood_on_it() {
    let home = tempfile::tempdir().unwrap();
    let (path, before) = decided(home.path());
    let whole = fs::read(&path).unwrap();
    let all = identities(&before);
    let pages = whole.len() / PAGE;
    let (mut unhurt, mut tried) = (0, 0);
    for page in (1..pages).step_by(pages / 40) {
        let mut bytes = whole.clone();
        bytes[page * PAGE..(page + 1) * PAGE].fill(0xa5);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lazaret.db");
        fs::write(&path, &bytes).unwrap();
        // A page of no tree (a long text's, a free one) is no damage that the database itself can see.
        let Some(mended) = Store::mend(&path, at(100)).unwrap() else { continue };
        tried += 1;
        let store = Store::open(&path).unwrap();
        store.check().unwrap();
        let found = identities(&store.decisions().unwrap());
        let lost = all.difference(&found).count() + (40 - store.senders().unwrap().len());
        if lost == 0 && mended.accounts == 1 {
            unhurt += 1;
        } else {
            assert!(!mended.torn.is_empty(), "page {page}: {lost} lost and nothing said");
            // Without the list of tables, which takes few pages of any file, nothing can be read.
            assert!(lost <= 61 || mended.torn == ["everything"], "page {page}: {lost} lost, {mended:?}");
        }
    }
    println!("pages written over: {tried}, of which {unhurt} cost no decision");
    assert!(tried >= 20 && unhurt * 4 >= tried * 3, "{unhurt} of {tried}");
}

#[test]
fn a_sound_database_is_left_alone_and_a_swap_that_was_cut_off_is_finished() {
    let home = tempfile::tempdir().unwrap();
    let (path, before) = decided(home.path());
    assert_eq!(Store::mend(&path, at(1)).unwrap(), None);
    // The power went between the two renames.
    fs::rename(&path, home.path().join("lazaret.db.new")).unwrap();
    let store = Store::open(&path).unwrap();
    assert_eq!(store.decisions().unwrap(), before);
}

#[test]
fn what_stands_in_the_log_only_is_carried_over_too() {
    let Fresh { folder, store, account } = fresh();
    let path = folder.path().join("data/lazaret.db");
    store.conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
    let message = store.save_verdict(&new_message(account, 1, b"a"), &backscatter("a")).unwrap();
    store.mark_restored(message, at(3)).unwrap();
    drop(store);
    assert!(path.with_file_name("lazaret.db-wal").metadata().unwrap().len() > 0);
    // The database itself holds nothing yet; half a page of its log is gone.
    let mut bytes = fs::read(&path).unwrap();
    bytes[..16].fill(0);
    fs::write(&path, &bytes).unwrap();
    let mended = Store::mend(&path, at(9)).unwrap().unwrap();
    let wal =
        mended.aside.with_file_name(format!("{}-wal", mended.aside.file_name().unwrap().to_string_lossy()));
    assert!(wal.exists(), "the log went with it");
    let store = Store::open(&path).unwrap();
    assert_eq!((mended.accounts, store.decisions().unwrap().len()), (1, 1), "{mended:?}");
}
