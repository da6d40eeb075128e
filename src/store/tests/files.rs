//! What can be wrong with the file, and that nothing is lost by it.

use std::time::Duration;

use super::*;

fn refused(path: &Path) -> StoreError {
    let before = fs::read(path).unwrap();
    let error = Store::open(path).err().expect("the file is refused");
    assert_eq!(fs::read(path).unwrap(), before, "a refused file stays as it was");
    error
}

#[test]
fn a_newer_database_is_refused_and_untouched() {
    let Fresh { folder, store, .. } = fresh();
    let path = folder.path().join("data/lazaret.db");
    store.conn.pragma_update(None, "user_version", schema::VERSION + 1).unwrap();
    drop(store);
    let error = refused(&path);
    assert!(matches!(error, StoreError::Newer { found, known, .. } if found == known + 1), "{error}");
    assert!(error.advice().contains("newer version"));
}

#[test]
fn a_newer_database_whose_wal_was_left_behind_is_untouched_too() {
    let Fresh { folder, store, .. } = fresh();
    let path = folder.path().join("data/lazaret.db");
    store.conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
    store.conn.pragma_update(None, "user_version", schema::VERSION + 1).unwrap();
    drop(store);
    let wal = path.with_file_name("lazaret.db-wal");
    let before = fs::read(&wal).unwrap();
    assert!(!before.is_empty());
    assert!(matches!(refused(&path), StoreError::Newer { .. }));
    assert_eq!(fs::read(&wal).unwrap(), before);
}

#[test]
fn a_damaged_or_foreign_file_is_refused_and_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    for bytes in [b"From ada@example.org".as_slice(), b"S", &[0; 5000], b"SQLite format 3\0 and then rubbish"]
    {
        fs::write(&path, bytes).unwrap();
        let error = refused(&path);
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    }
    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE other (x)").unwrap();
    assert!(matches!(refused(&path), StoreError::Foreign { .. }));
    assert!(matches!(Store::mend(&path, at(0)), Err(StoreError::Foreign { .. })), "it is not ours to move");
    assert!(path.exists());
}

#[test]
fn a_torn_database_is_found_out() {
    let Fresh { folder, store, account } = fresh();
    let path = folder.path().join("data/lazaret.db");
    store.save_verdict(&new_message(account, 1, &[b'x'; 9000]), &backscatter("a")).unwrap();
    drop(store);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let error = Store::open(&path).and_then(|s| s.check()).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");

    let mut torn = whole;
    let middle = torn.len() / 2;
    torn[middle..].fill(0xa5);
    fs::write(&path, &torn).unwrap();
    let error = Store::open(&path).and_then(|s| s.check()).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[test]
fn a_locked_database_says_so_and_loses_nothing() {
    let Fresh { folder: _folder, store, account } = fresh();
    let other = Store::open_waiting(store.path(), Duration::from_millis(50)).unwrap();
    store.conn.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = other.save_verdict(&new_message(account, 1, b"a"), &backscatter("a")).unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    assert_eq!(other.accounts().unwrap().len(), 1, "reading goes on");
    store.conn.execute_batch("COMMIT").unwrap();
    other.save_verdict(&new_message(account, 1, b"a"), &backscatter("a")).unwrap();
}

#[test]
fn a_full_disk_says_so_and_loses_nothing() {
    let Fresh { folder: _folder, store, account } = fresh();
    let first = store.save_verdict(&new_message(account, 1, b"a"), &backscatter("a")).unwrap();
    let pages: i64 = store.conn.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    let set = |n: i64| {
        store.conn.query_row(&format!("PRAGMA max_page_count = {n}"), [], |row| row.get::<_, i64>(0)).unwrap()
    };
    set(pages + 1);
    let noise = noise(200_000);
    let error = store.save_verdict(&new_message(account, 2, &noise), &backscatter("b")).unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error}");
    assert!(error.advice().contains("disk"));
    assert_eq!(store.known(account, "INBOX", 7, 1).unwrap(), [1].into(), "nothing of it was written");
    assert_eq!(store.source(first).unwrap().unwrap(), b"a");
    set(1_000_000);
    store.save_verdict(&new_message(account, 2, &noise), &backscatter("b")).unwrap();
    store.check().unwrap();
}

#[test]
fn opening_again_changes_nothing_and_threads_share_the_file() {
    fn sendable<T: Send>(value: T) -> T {
        value
    }
    let Fresh { folder: _folder, store, .. } = fresh();
    let other = sendable(Store::open(store.path()).unwrap());
    let name = std::thread::spawn(move || other.accounts().unwrap()[0].name.clone()).join().unwrap();
    assert_eq!(name, "Work");
    assert_eq!(version(&store.conn).unwrap(), schema::VERSION);
}

#[test]
fn a_folder_that_is_a_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, b"x").unwrap();
    let error = Store::open(&file.join("lazaret.db")).err().unwrap();
    assert!(matches!(error, StoreError::Permission { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let Fresh { folder: _folder, store, .. } = fresh();
    assert_eq!(fs::metadata(store.path()).unwrap().permissions().mode() & 0o077, 0);
}
