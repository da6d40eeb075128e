//! What goes wrong on the person's own machine: the sentence that is read, and that nothing is lost.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jiff::Timestamp;
use lazaret::account::{Mode, Origin, Settings};
use lazaret::engine::Strictness;
use lazaret::mail::Mailbox;
use lazaret::mail::maildir::Maildir;
use lazaret::service::Place;
use lazaret::store::{Holding, Store, StoreQuery, StoreShelf};

use crate::{ORDINARY, by, lazaret, text};

/// A Maildir and a database that knows it as the account *Home*.
pub(super) struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    pub(super) fn new(messages: &[Vec<u8>]) -> Home {
        let home = Home { folder: tempfile::tempdir().unwrap() };
        let mut maildir = Maildir::create(home.mail()).unwrap();
        Mailbox::create(&mut maildir, "Sent").unwrap();
        for (second, bytes) in (1_772_400_000..).zip(messages) {
            maildir.deliver("INBOX", bytes, Timestamp::from_second(second).unwrap(), &[]).unwrap();
        }
        home.add_account(&home.data());
        home
    }

    pub(super) fn add_account(&self, data: &Path) {
        let settings = Settings {
            name: "Home".into(),
            addresses: vec!["me@harbour.example".into()],
            origin: Origin::Maildir { path: self.mail() },
            mode: Mode::Act,
            strictness: Strictness::Normal,
            sent_folder: None,
            sign_in: Default::default(),
            keep_days: None,
        };
        let json = serde_json::to_string(&settings).unwrap();
        Place::at(data).open().unwrap().add_account("Home", &json, Timestamp::now()).unwrap();
    }

    pub(super) fn mail(&self) -> PathBuf {
        self.folder.path().join("mail")
    }

    pub(super) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Every message of the Maildir, wherever it lies.
    pub(super) fn all(&self) -> BTreeSet<Vec<u8>> {
        let root = self.mail();
        ["", ".Sent", ".Lazaret"]
            .into_iter()
            .flat_map(|folder| ["cur", "new"].map(|part| root.join(folder).join(part)))
            .flat_map(|folder| fs::read_dir(folder).into_iter().flatten())
            .map(|entry| fs::read(entry.unwrap().path()).unwrap())
            .collect()
    }

    pub(super) fn held(&self) -> usize {
        let held = self.mail().join(".Lazaret");
        ["cur", "new"].map(|part| fs::read_dir(held.join(part)).map_or(0, Iterator::count)).iter().sum()
    }

    pub(super) fn sync(&self) -> Output {
        lazaret(&self.data(), &["sync", "--account", "Home"])
    }
}

/// Asserts that a command failed with one sentence and one advice, and nothing else.
fn fails(output: &Output, says: &str, advice: &str) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(lines[0].contains(says) && lines[0].ends_with('.'), "{said}");
    assert_eq!(lines[1].trim_start(), advice, "{said}");
}

/// Bytes without any pattern; the same every time.
fn noise(length: usize, mut state: u64) -> Vec<u8> {
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// A mail that is quarantined, whose source takes about `size` bytes however well it is packed.
pub(super) fn worm(number: u64, size: usize) -> Vec<u8> {
    use base64::Engine as _;
    let mut program = b"MZ\x90\0".to_vec();
    program.resize(64, 0);
    program[60] = 64;
    program.extend(b"PE\0\0\x4c\x01\x01\0");
    program.extend(noise(size, number));
    let coded = base64::engine::general_purpose::STANDARD.encode(&program);
    let lines: Vec<&str> = coded.as_bytes().chunks(76).map(|l| std::str::from_utf8(l).unwrap()).collect();
    format!(
        "From: Ben <ben@example.com>\r\nTo: me@harbour.example\r\nSubject: Invoice {number}\r\n\
         Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <w{number}@example.com>\r\nMIME-Version: 1.0\r\n\
         Content-Type: application/pdf; name=\"invoice.pdf.exe\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"invoice.pdf.exe\"\r\n\r\n{}\r\n",
        lines.join("\r\n")
    )
    .into_bytes()
}

#[test]
fn a_newer_database_is_refused_and_left_untouched() {
    let home = Home::new(&[ORDINARY.into()]);
    let path = home.data().join("lazaret.db");
    let mut bytes = fs::read(&path).unwrap();
    // user_version stands in bytes 60..64 of the header, big-endian (sqlite.org/fileformat2, 1.3).
    bytes[60..64].copy_from_slice(&9_999u32.to_be_bytes());
    fs::write(&path, &bytes).unwrap();
    let says = format!("database {} was written by a newer version of Lazaret", path.display());
    fails(&home.sync(), &says, "Nothing was changed. Install the newer version of Lazaret again.");
    assert_eq!(fs::read(&path).unwrap(), bytes, "the newer database was changed");
}

#[test]
fn a_database_of_which_nothing_can_be_read_is_set_aside_and_costs_no_mail() {
    let home = Home::new(&[ORDINARY.into(), worm(1, 100)]);
    let before = home.all();
    let path = home.data().join("lazaret.db");
    // Everything but the first page, which says that this is ours; then not even that.
    let mut torn = fs::read(&path).unwrap();
    torn[4096..].fill(0xa5);
    for bytes in [torn, b"no database at all".to_vec()] {
        fs::write(&path, &bytes).unwrap();
        let output = home.sync();
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("The database was damaged") && said.contains("No mail is lost"), "{said}");
        assert!(said.contains("Your accounts could not be read: add them again."), "{said}");
        assert!(said.contains("There is no account named Home."), "{said}");
        assert_eq!(fs::read(set_aside(&said)).unwrap(), bytes, "it is there as it was");
        assert_eq!((home.held(), &home.all()), (0, &before), "nothing moves that can't be noted");
        fs::remove_file(set_aside(&said)).unwrap();
    }
    // What the advice says is what helps.
    home.add_account(&home.data());
    assert_eq!(home.sync().status.code(), Some(0));
    assert_eq!((home.held(), home.all()), (1, before));
}

/// The file that a message names as set aside.
fn set_aside(said: &str) -> PathBuf {
    let (_, rest) = said.split_once("It was set aside as ").expect(said);
    PathBuf::from(rest.split_once(", and a new one").expect(said).0)
}

#[test]
fn a_truncated_database_is_replaced_and_the_same_sync_goes_on_with_what_was_decided() {
    let home = Home::new(&[ORDINARY.into(), worm(1, 100), worm(2, 100)]);
    let before = home.all();
    assert_eq!(home.sync().status.code(), Some(0));
    assert_eq!(home.held(), 2);
    let list = text(&lazaret(&home.data(), &["quarantine", "list", "subject:\"Invoice 1\""]).stdout);
    let id = list.lines().nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    assert_eq!(lazaret(&home.data(), &["quarantine", "restore", &id]).status.code(), Some(0));
    let path = home.data().join("lazaret.db");
    let mut bytes = fs::read(&path).unwrap();
    bytes.truncate(bytes.len() - 4096);
    fs::write(&path, &bytes).unwrap();

    let output = home.sync();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("Carried over: 1 account and 2 decisions."), "{said}");
    assert!(said.contains("the list of what you sent come back by themselves"), "{said}");
    assert_eq!(fs::read(set_aside(&said)).unwrap(), bytes);
    assert!(text(&output.stdout).contains("3 messages judged"), "{}", text(&output.stdout));
    assert_eq!((home.held(), &home.all()), (1, &before), "what was restored is not held again");
    let store = Place::at(home.data()).open().unwrap();
    store.check().unwrap();
    assert!(store.notes(10).unwrap()[0].says.contains("The database was damaged"));
    drop(store);
    // What is held knows the way home.
    let list = text(&lazaret(&home.data(), &["quarantine", "list", "subject:\"Invoice 2\""]).stdout);
    let id = list.lines().nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let output = lazaret(&home.data(), &["quarantine", "restore", &id]);
    assert!(text(&output.stdout).contains("restored to INBOX."), "{}", text(&output.stdout));
    assert_eq!((home.held(), home.all()), (0, before));
}

#[test]
fn a_database_that_another_program_holds_is_waited_for_and_then_named() {
    let home = Home::new(&[ORDINARY.into(), worm(1, 100)]);
    let before = home.all();
    let path = home.data().join("lazaret.db");
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    let says = format!("database {} is in use by another program", path.display());
    fails(&home.sync(), &says, "Close the other Lazaret window or program, then try again.");
    assert_eq!((home.held(), &home.all()), (0, &before));
    drop(other);
    assert_eq!(home.sync().status.code(), Some(0));
    assert_eq!((home.held(), home.all()), (1, before));
}

/// Runs a script of the shell in a name space of its own, where a folder can be a disk of a few kilobytes.
/// `None` where the system allows no such name spaces.
fn in_own_mounts(script: &str, arguments: &[&Path], data: &Path) -> Option<Output> {
    let unshare = |script: &str| {
        let mut command = Command::new("unshare");
        command.args([
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-ec",
            script,
            env!("CARGO_BIN_EXE_lazaret"),
        ]);
        command
    };
    let trial = tempfile::tempdir().unwrap();
    let may = by(unshare("mount -t tmpfs -o size=64k none \"$1\"").arg(trial.path()), data);
    may.status.success().then(|| by(unshare(script).args(arguments), data))
}

#[test]
fn a_full_disk_is_said_and_the_next_sync_with_room_makes_up_for_it() {
    let messages: Vec<_> = (1..=20).map(|n| worm(n, 30_000)).collect();
    let home = Home::new(&messages);
    let before = home.all();
    // A small disk with the database on it; what the full disk left is kept for a look at it.
    let script = r#"
        small=$(mktemp -d); mount -t tmpfs -o size=420k none "$small"
        cp -r "$1/." "$small/"
        code=0; LAZARET_DATA="$small" "$0" sync --account Home || code=$?
        rm -r "$1"; cp -r "$small" "$1"
        exit $code"#;
    let Some(output) = in_own_mounts(script, &[&home.data()], &home.data()) else {
        println!("SKIPPED: this system gives no user a mount of its own (unshare --user --mount)");
        return;
    };
    let advice = "Nothing was lost. Make room on the disk, then try again.";
    fails(&output, "can't be written because the disk is full", advice);
    made_up_for(&home, &before);
}

/// Nothing is lost by what happened, and the next sync does the rest.
fn made_up_for(home: &Home, before: &BTreeSet<Vec<u8>>) {
    assert_eq!(&home.all(), before, "a message was lost or changed");
    let known = Store::open(&home.data().join("lazaret.db")).unwrap();
    known.check().unwrap();
    drop(known);
    let output = home.sync();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!((home.held(), &home.all()), (before.len(), before));
    let known = Store::open(&home.data().join("lazaret.db")).unwrap();
    let query = StoreQuery { shelf: StoreShelf::All, limit: 100, ..StoreQuery::default() };
    let rows = known.list(&query).unwrap().rows;
    assert_eq!(rows.len(), before.len());
    assert!(rows.iter().all(|row| row.holding == Holding::Held));
}

#[test]
fn a_limit_on_the_size_of_files_is_said_and_made_up_for() {
    let messages: Vec<_> = (1..=20).map(|n| worm(n, 30_000)).collect();
    let home = Home::new(&messages);
    let before = home.all();
    let mut limited = Command::new("bash");
    // In blocks of a kilobyte. A write over the limit is an error where the signal is ignored.
    limited.args(["-c", "trap '' XFSZ; ulimit -f 300; exec \"$0\" sync --account Home"]);
    let output = by(limited.arg(env!("CARGO_BIN_EXE_lazaret")), &home.data());
    let advice = "Nothing was lost. Check that the disk has room for you and is in order, then try again.";
    fails(&output, "can't be read or written: disk I/O error", advice);
    made_up_for(&home, &before);
}

#[test]
fn empty_huge_and_random_messages_are_judged_or_named_and_stay() {
    let mut huge = worm(1, 100);
    huge.resize(50 << 20, b'A');
    let mut plain = ORDINARY.as_bytes().to_vec();
    plain.extend(b"0123456789abcdef\r\n".repeat((50 << 20) / 18));
    let home = Home::new(&[
        Vec::new(),
        huge,
        plain,
        noise(300_000, 7),
        noise(1, 1),
        b"\0".repeat(5_000),
        ORDINARY.into(),
    ]);
    let before = home.all();
    let output = home.sync();
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    println!("{said}");
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("7 messages judged"), "{said}");
    assert_eq!(home.all(), before);
    assert!(said.contains("malicious          1"), "{said}");
    assert_eq!(home.held(), 1, "what is harmless is left alone");
}
