//! The power goes while the database is written: the program is killed as its write-ahead log grows, and of every
//! second log the end is lost or scrambled besides, as by a disk that had promised more than it kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use lazaret::mail::maildir::Maildir;
use lazaret::mail::{Depth, Mailbox};
use lazaret::service::Place;
use lazaret::store::{ActionState, Holding, StoreQuery, StoreShelf};

use crate::trouble::{Home, worm};
use crate::{ORDINARY, lazaret, text};

/// Cuts of the whole test, at least: one at each frame of each log.
const CUTS: usize = 200;
/// Messages that nobody minds.
const LETTERS: usize = 30;
/// Messages that are held.
const WORMS: usize = 10;
/// Frames of the log are a page and a header (sqlite.org/fileformat2, 4.1).
const FRAME: u64 = 4_096 + 24;

/// What is going on when the power goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scene {
    /// The first sync of an account.
    Sync,
    /// The restore of everything that is held.
    Restore,
}

/// What becomes of the end of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tail {
    Whole,
    Lost,
    Scrambled,
}

/// Bytes, flags and date of each message, in order, wherever it lies.
fn everything(home: &Home) -> Vec<(Vec<u8>, Vec<String>, i64)> {
    let mut maildir = Maildir::open(home.mail()).unwrap();
    let mut all = Vec::new();
    for folder in ["INBOX", "Lazaret"] {
        if Mailbox::open(&mut maildir, folder).is_err() {
            continue;
        }
        let uids = maildir.uids(1).unwrap();
        maildir
            .fetch(&uids, Depth::Whole, &mut |fetched| {
                let date = fetched.received.unwrap().as_second();
                all.push((fetched.bytes, fetched.flags, date));
                true
            })
            .unwrap();
    }
    all.sort();
    all
}

fn wal(home: &Home) -> PathBuf {
    home.data().join("lazaret.db-wal")
}

fn length(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |known| known.len())
}

fn seeded() -> Home {
    let mut mail: Vec<Vec<u8>> = (0..LETTERS)
        .map(|n| {
            ORDINARY.replace("lunch@", &format!("lunch{n}@")).replace("At noon", &format!("At {n}")).into()
        })
        .collect();
    mail.extend((0..WORMS as u64).map(|n| worm(n, 9_000)));
    Home::new(&mail)
}

fn held(home: &Home) -> Vec<String> {
    let store = Place::at(home.data()).open().unwrap();
    let query = StoreQuery { shelf: StoreShelf::All, limit: 100, ..StoreQuery::default() };
    let rows = store.list(&query).unwrap().rows;
    rows.iter().filter(|row| row.holding == Holding::Held).map(|row| row.id.to_string()).collect()
}

fn start(home: &Home, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_lazaret"))
        .args(arguments)
        .env("LAZARET_DATA", home.data())
        .env("LAZARET_KEYRING", "off")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Cuts the power once the log has this many frames. Whether it came so far.
fn cut(scene: Scene, frames: u64, tail: Tail) -> bool {
    let what = format!("{scene:?}, cut at frame {frames}, the end of the log {tail:?}");
    let home = seeded();
    let before = everything(&home);
    assert_eq!(before.len(), LETTERS + WORMS);
    let mut arguments = vec!["sync".to_owned(), "--account".into(), "Home".into()];
    if scene == Scene::Restore {
        assert!(home.sync().status.success());
        arguments = vec!["quarantine".into(), "restore".into()];
        arguments.extend(held(&home));
        assert_eq!(arguments.len(), 2 + WORMS);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut child = start(&home, &arguments);
    let reached = loop {
        if length(&wal(&home)) >= frames * FRAME {
            break true;
        }
        if child.try_wait().unwrap().is_some() {
            break false;
        }
        std::thread::sleep(std::time::Duration::from_micros(200));
    };
    child.kill().unwrap();
    child.wait().unwrap();
    if reached {
        spoil(&wal(&home), tail, frames);
    }

    // What the file holds is sound, before the program looks at it.
    let file = rusqlite::Connection::open(home.data().join("lazaret.db")).unwrap();
    let says: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(says, "ok", "{what}");
    drop(file);
    // The next sync finishes or takes back what was begun, by what the mailbox holds.
    let output = home.sync();
    assert!(output.status.success(), "{what}: {}", text(&output.stderr));
    assert_eq!(everything(&home), before, "{what}");
    let store = Place::at(home.data()).open().unwrap();
    assert!(store.activity(100).unwrap().iter().all(|action| action.state != ActionState::Begun), "{what}");
    assert_eq!(held(&home).len(), home.held(), "{what}");
    match scene {
        Scene::Sync => assert_eq!(home.held(), WORMS, "{what}"),
        // What the log still knows as restored is not held again.
        Scene::Restore => assert!(home.held() <= WORMS, "{what}"),
    }
    let set_aside = fs::read_dir(home.data()).unwrap().flatten();
    let names: Vec<String> = set_aside.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    assert!(names.iter().all(|name| !name.contains("damaged")), "{what}: {names:?}");
    let second = lazaret(&home.data(), &["sync", "--account", "Home"]);
    assert!(second.status.success(), "{what}: {}", text(&second.stderr));
    assert_eq!(everything(&home), before, "{what}");
    reached
}

/// Takes the end of the log away, from some byte of its last frames on, or fills it with something else.
fn spoil(log: &Path, tail: Tail, frames: u64) {
    if tail == Tail::Whole {
        return;
    }
    let bytes = fs::read(log).unwrap();
    // No frame's border: a sector may be lost from the middle of one.
    let from = bytes.len().saturating_sub((frames as usize * 1_531) % (5 * FRAME as usize) + 512);
    let mut kept = bytes[..from].to_vec();
    if tail == Tail::Scrambled {
        kept.extend(bytes[from..].iter().map(|byte| byte ^ 0x5a));
    }
    fs::write(log, kept).unwrap();
}

#[test]
fn power_cuts_while_the_database_is_written_lose_nothing() {
    let scenes = [Scene::Sync, Scene::Restore];
    let next = Mutex::new(
        [Tail::Whole, Tail::Lost, Tail::Scrambled]
            .iter()
            .flat_map(|tail| scenes.map(|s| (s, *tail)))
            .collect::<Vec<_>>(),
    );
    let cuts = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((scene, tail)) = { next.lock().unwrap().pop() } {
                    let reached = (1..).take_while(|frames| cut(scene, *frames, tail)).count();
                    println!("power cuts: {reached} in a {scene:?}, the end of the log {tail:?}");
                    cuts.fetch_add(reached, Ordering::Relaxed);
                }
            });
        }
    });
    let cuts = cuts.into_inner();
    println!("power cuts: {cuts}");
    assert!(cuts >= CUTS, "{cuts}");
}
