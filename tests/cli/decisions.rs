//! Decisions go out as JSON and come back into a new database, whole or not at all.

use std::fs::{self, File};
use std::process::{Command, Output};

use jiff::Timestamp;
use lazaret::mail::maildir::Maildir;
use lazaret::service::Place;
use lazaret::store::{Choice, Holding, StoreQuery, StoreShelf, StoredRow};
use serde_json::Value;

use crate::trouble::{Home, worm};
use crate::{MARCH_2, bounce, lazaret, sent, text};

fn rows(home: &Home) -> Vec<StoredRow> {
    let query = StoreQuery { shelf: StoreShelf::All, limit: 100, ..StoreQuery::default() };
    Place::at(home.data()).open().unwrap().list(&query).unwrap().rows
}

fn row(home: &Home, subject: &str) -> StoredRow {
    let mut found = rows(home);
    found.retain(|r| r.headline.subject.as_deref() == Some(subject));
    assert_eq!(found.len(), 1, "{subject}");
    found.remove(0)
}

fn done(home: &Home, args: &[&str]) -> Output {
    let output = lazaret(&home.data(), args);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
    output
}

/// Imports a file over standard input.
fn import(home: &Home, file: &std::path::Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lazaret"))
        .args(["decisions", "import", "-"])
        .env("LAZARET_DATA", home.data())
        .env("LAZARET_KEYRING", "off")
        .env_remove("LAZARET_LOG")
        .stdin(File::open(file).unwrap())
        .output()
        .unwrap()
}

const BOUNCE: &str = "Undelivered Mail Returned to Sender";

/// Two worms of which one is restored, a genuine bounce that is dealt with, two entries.
fn decided() -> Home {
    let home =
        Home::new(&[worm(1, 100), worm(2, 100), bounce("offer", "nobody@example.com", MARCH_2).into_bytes()]);
    let mut maildir = Maildir::create(home.mail()).unwrap();
    let mine = sent("offer", "nobody@example.com", MARCH_2).into_bytes();
    maildir.deliver("Sent", &mine, Timestamp::from_second(1_772_400_000).unwrap(), &[]).unwrap();
    done(&home, &["sync", "--account", "Home"]);
    assert_eq!(home.held(), 2);
    done(&home, &["quarantine", "restore", &row(&home, "Invoice 1").id.to_string()]);
    done(&home, &["senders", "allow", "ada@example.net"]);
    done(&home, &["senders", "block", "--scope", "domain", "bad.example"]);
    let store = Place::at(home.data()).open().unwrap();
    let mark = (row(&home, BOUNCE).id, "nobody@example.com".to_owned());
    store.set_dealt(&[mark], true, Timestamp::from_second(1_772_500_000).unwrap()).unwrap();
    home
}

#[test]
fn decisions_survive_a_new_database() {
    let home = decided();
    let file = home.data().with_file_name("decisions.json");
    done(&home, &["decisions", "export", file.to_str().unwrap()]);
    let written: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(written["senders"].as_array().unwrap().len(), 2);
    let mut words: Vec<&str> =
        written["messages"].as_array().unwrap().iter().map(|m| m["decision"].as_str().unwrap()).collect();
    words.sort_unstable();
    assert_eq!(words, ["dealt", "keep", "quarantine"]);
    assert!(written["messages"].as_array().unwrap().iter().all(|m| m["size"].as_u64().unwrap() > 100));
    let again = lazaret(&home.data(), &["decisions", "export", file.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(1), "a file is not written over");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
    }

    // A new database: the account is added again, then the decisions come back.
    let before = home.all();
    fs::remove_dir_all(home.data()).unwrap();
    home.add_account(&home.data());
    let output = import(&home, &file);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("2 entries and 3 decisions about mail were read."), "{said}");
    assert!(said.contains("2 are about mail that is not here yet"), "{said}");
    let out = done(&home, &["decisions", "export", "-"]);
    assert_eq!(text(&out.stdout), fs::read_to_string(&file).unwrap(), "what waits goes out again");

    done(&home, &["sync", "--account", "Home"]);
    assert_eq!((home.held(), home.all()), (1, before), "what was restored is not held again");
    let held = row(&home, "Invoice 2");
    assert_eq!((held.holding, held.arrived.folder.as_str()), (Holding::Held, "INBOX"));
    let store = Place::at(home.data()).open().unwrap();
    assert_eq!(store.dealt_of(row(&home, BOUNCE).id).unwrap(), ["nobody@example.com"]);
    let identity = |v: &[lazaret::store::Decision]| -> Vec<(String, [u8; 32], Choice)> {
        v.iter().map(|d| (d.message_id.clone(), d.sha256, d.choice.clone())).collect()
    };
    let now = identity(&store.decisions().unwrap());
    assert_eq!(now.len(), 3, "each was applied once: {now:?}");
    assert!(now.contains(&(
        "w2@example.com".into(),
        lazaret::store::sha256(&worm(2, 100)),
        Choice::Quarantine("INBOX".into())
    )));

    // A second import changes nothing, and does not contradict what is held here now.
    import(&home, &file);
    assert_eq!(identity(&store.decisions().unwrap()), now);
    assert_eq!(row(&home, "Invoice 1").holding, Holding::Restored);
    assert_eq!(store.senders().unwrap().len(), 2);
}

#[test]
fn a_broken_file_is_named_by_line_and_field_and_changes_nothing() {
    let home = decided();
    let file = home.data().with_file_name("decisions.json");
    done(&home, &["decisions", "export", file.to_str().unwrap()]);
    let sound = fs::read_to_string(&file).unwrap();
    let store = Place::at(home.data()).open().unwrap();
    let before = (store.senders().unwrap(), store.decisions().unwrap());
    let line_of = |word: &str| sound.lines().position(|l| l.contains(word)).unwrap() + 1;

    // Replaced text, what it is replaced with, the line and the words of the complaint.
    let keep = line_of("\"keep\"");
    let broken = |from: &str, to: &str| {
        assert!(sound.contains(from), "{from}");
        sound.replacen(from, to, 1)
    };
    let cases = [
        (
            broken("\"keep\"", "\"perhaps\""),
            keep,
            "field decision: \"perhaps\" is not keep, quarantine or dealt",
        ),
        (broken("\"allow\"", "\"maybe\""), 5, "field rule: \"maybe\" is not allow or block"),
        (broken("bad.example", "bad example"), 6, "field value: \"bad example\" is not a value that fits"),
        (broken("\"from\":\"INBOX\"", "\"from\":7"), line_of("\"from\""), "field from: 7 is not a text"),
        (broken("\"Home\"", "\"Elsewhere\""), 9, "field account: \"Elsewhere\" is not the name"),
        (broken("\"size\":", "\"size\":-"), 9, "field size: -"),
        (broken("lazaret decisions", "something"), 2, "field format"),
        (broken("\"version\": 1", "\"version\": 99"), 3, "field version: 99"),
        (broken("\"senders\"", "\"sender\""), 4, "field sender: it is not known"),
        (broken("\"scope\":\"address\",", ""), 5, "field scope is missing"),
        (broken("\"rule\":\"block\"", "\"rule\":block"), 6, "this is no JSON"),
        (sound[..sound.len() / 2].to_owned(), sound[..sound.len() / 2].lines().count(), ""),
        (sound.clone() + "{}", sound.lines().count() + 1, "something follows after the end"),
        (String::new(), 1, "“{” is missing"),
    ];
    for (text_of, line, says) in cases {
        fs::write(&file, &text_of).unwrap();
        let output = lazaret(&home.data(), &["decisions", "import", file.to_str().unwrap()]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains(&format!("ine {line} of decisions.json: ")) && said.contains(says),
            "{line} {says}: {said}"
        );
        assert!(said.contains("No decision was changed."), "{said}");
        assert_eq!((store.senders().unwrap(), store.decisions().unwrap()), before, "{said}");
    }
    let output = lazaret(&home.data(), &["decisions", "import", "/nowhere/at/all.json"]);
    assert!(text(&output.stderr).contains("/nowhere/at/all.json can't be read"), "{}", text(&output.stderr));
}

#[test]
fn mail_that_is_held_now_stays_held_whatever_an_older_file_says() {
    let home = decided();
    let file = home.data().with_file_name("decisions.json");
    done(&home, &["decisions", "export", file.to_str().unwrap()]);
    // A new database that has read the mail before the file comes: both worms are known, and one is held again.
    fs::remove_dir_all(home.data()).unwrap();
    home.add_account(&home.data());
    done(&home, &["sync", "--account", "Home"]);
    assert_eq!(home.held(), 2);
    let out = done(&home, &["decisions", "import", file.to_str().unwrap()]);
    assert!(text(&out.stdout).contains("1 were left out"), "{}", text(&out.stdout));
    assert_eq!(row(&home, "Invoice 1").holding, Holding::Held);
    assert_eq!(row(&home, "Invoice 2").arrived.folder, "INBOX");
    assert_eq!(home.held(), 2, "an import moves nothing");
}
