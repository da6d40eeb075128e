//! Lists of hashes: through the database of the person, and through the command line.

use std::fs;
use std::process::{Command, Output, Stdio};

use jiff::Timestamp;
use lazaret::account::{Mode, Origin, Settings};
use lazaret::engine::knowledge::HashKind;
use lazaret::engine::{Class, Strictness};
use lazaret::service::judging::Bench;
use lazaret::service::{Place, desk, known};

const TEXT: &str = "Minutes of the meeting\r\n";

/// The SHA-256 of [`TEXT`], by the engine itself.
fn sum() -> String {
    let limits = lazaret::engine::Limits::default();
    let found = lazaret::engine::attachment::inspect_file("a.txt", TEXT.as_bytes(), &limits);
    found.attachments[0].sha256.clone()
}

fn mail() -> String {
    format!(
        "From: a@example.org\r\nTo: b@example.net\r\nSubject: x\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\n\
         Content-Type: application/octet-stream; name=minutes.txt\r\nContent-Disposition: attachment\r\n\r\n{TEXT}\r\n--b--\r\n"
    )
}

#[test]
fn an_imported_list_judges_mail_from_the_next_sync_on() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::at(folder.path().join("data"));
    let store = place.open().unwrap();
    let now = Timestamp::now();
    let settings = Settings {
        name: "Work".into(),
        addresses: vec!["b@example.net".into()],
        origin: Origin::Maildir { path: folder.path().join("mail") },
        mode: Mode::Observe,
        strictness: Strictness::Normal,
        sent_folder: None,
        sign_in: Default::default(),
        keep_days: None,
    };
    store.add_account("Work", &serde_json::to_string(&settings).unwrap(), now).unwrap();
    let account = desk::account(&store, "Work").unwrap();
    let judge = || Bench::set_up(&store, &account, now).unwrap().judge(&store, mail().as_bytes(), None);
    assert_eq!(judge().class, Class::Ordinary);

    let list = folder.path().join("harmful.txt");
    fs::write(&list, format!("# mine\n{}  minutes.txt\nrubbish\n", sum())).unwrap();
    let imported = known::import_hashes(&store, &list, HashKind::Bad, now).unwrap();
    assert_eq!((imported.read, imported.strange, imported.first_strange), (1, 1, Some(3)));
    let verdict = judge();
    assert_eq!(verdict.class, Class::Malicious, "{:?}", verdict.findings);
    let finding = verdict.findings.iter().find(|f| f.id == "attachment.known_bad").unwrap();
    assert!(finding.says.contains("harmful.txt"), "{}", finding.says);
    let attachment = verdict.attachments.iter().find(|a| a.name.as_deref() == Some("minutes.txt")).unwrap();
    assert_eq!(attachment.findings, ["attachment.known_bad"]);

    let id = known::hash_lists(&store).unwrap()[0].id;
    known::remove_hash_list(&store, id).unwrap();
    assert_eq!(judge().class, Class::Ordinary);
}

fn lazaret(data: &std::path::Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lazaret"));
    command.args(args).env("LAZARET_DATA", data).env("LAZARET_KEYRING", "off").stdin(Stdio::null());
    command.output().unwrap()
}

#[test]
fn the_command_line_imports_lists_and_forgets() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let run = |args: &[&str]| {
        let output = lazaret(&folder.path().join("data"), args);
        let out = String::from_utf8(output.stdout).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), out, err)
    };
    fs::write(path("list.txt"), sum()).unwrap();
    fs::write(path("minutes.txt"), TEXT).unwrap();
    fs::write(path("none.txt"), "no sums").unwrap();
    assert!(run(&["hashes", "list"]).1.contains("No list"));
    assert_eq!(run(&["hashes", "import", "--good", &path("list.txt")]).0, 0);
    let (code, out, _) = run(&["hashes", "list"]);
    assert!(code == 0 && out.contains("good") && out.contains("list.txt"), "{out}");
    assert_eq!(run(&["hashes", "remove", "1"]).0, 0);
    let (code, _, err) = run(&["hashes", "remove", "1"]);
    assert!(code == 1 && err.contains("no list"), "{err}");
    let (code, _, err) = run(&["hashes", "import", &path("none.txt")]);
    assert!(code == 1 && err.contains("no SHA-256"), "{err}");
    assert!(run(&["hashes", "list"]).1.contains("No list"), "a failed import leaves nothing behind");

    let (code, out, _) = run(&["inspect", "--known-bad", &path("list.txt"), &path("minutes.txt")]);
    assert!(code == 0 && out.starts_with("malicious"), "{out}");
    assert!(run(&["inspect", &path("minutes.txt")]).1.starts_with("clean"));
    let (code, _, err) = run(&["inspect", "--known-bad", &path("missing"), &path("minutes.txt")]);
    assert!(code == 1 && err.contains("missing"), "{err}");
}
