//! The command line as a person or a script uses it: the real binary, real files, its output and exit code.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

mod decisions;
mod power;
mod retention;
mod trouble;

/// The binary, with its data in a folder of the test's own and no display.
fn lazaret(data: &Path, args: &[&str]) -> Output {
    by(Command::new(env!("CARGO_BIN_EXE_lazaret")).args(args), data)
}

/// Runs a command that starts the binary, in that surrounding.
fn by(command: &mut Command, data: &Path) -> Output {
    command
        .env("LAZARET_DATA", data)
        .env("LAZARET_KEYRING", "off")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("LAZARET_LOG")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8(output.stdout.clone())
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
        .collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const ORDINARY: &str = "From: Ada <ada@example.net>\r\nTo: me@harbour.example\r\nSubject: Lunch\r\n\
    Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <lunch@example.net>\r\n\r\nAt noon?\r\n";

fn sent(id: &str, to: &str, date: &str) -> String {
    format!(
        "From: me@harbour.example\r\nTo: {to}\r\nSubject: Offer {id}\r\nDate: {date}\r\n\
         Message-ID: <{id}@harbour.example>\r\n\r\nText\r\n"
    )
}

fn bounce(id: &str, to: &str, date: &str) -> String {
    format!(
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.com>\r\nTo: me@harbour.example\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nDate: {date}\r\nMessage-ID: <b-{id}@mx.example.com>\r\n\
         Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"=_r\"\r\n\r\n\
         --=_r\r\nContent-Type: text/plain\r\n\r\nThis is the mail system at host mx.example.com.\r\n\
         \r\nI'm sorry to have to inform you that your message could not\r\nbe delivered to one or more recipients.\r\n\
         \r\n<{to}>: host mail.example.com[192.0.2.7] said: 550 5.1.1 <{to}>: no such user\r\n\
         --=_r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\
         Arrival-Date: {date}\r\n\r\nFinal-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\n\
         Remote-MTA: dns; mail.example.com\r\nDiagnostic-Code: smtp; 550 5.1.1 <{to}>: no such user\r\n\
         --=_r\r\nContent-Type: message/rfc822\r\n\r\n{}\r\n--=_r--\r\n",
        sent(id, to, date)
    )
}

const MARCH_2: &str = "Mon, 02 Mar 2026 10:00:00 +0000";

#[test]
fn scan_reads_eml_mbox_maildir_and_folders_in_input_order() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    fs::write(root.join("a.eml"), format!("From someone Mon Mar  2 10:00:00 2026\r\n{ORDINARY}")).unwrap();
    fs::write(root.join("b.mbox"), {
        let one = ORDINARY.replace("\r\n", "\n");
        let quoted = one.replace("lunch@", "second@").replace("At noon?", ">From the start");
        format!("From a@example.net Mon Mar  2 10:00:00 2026\n{one}\nFrom a@example.net Mon Mar  2 10:00:00 2026\n{quoted}\n")
    })
    .unwrap();
    for folder in ["cur", "new", "tmp"] {
        fs::create_dir_all(root.join("maildir").join(folder)).unwrap();
    }
    fs::write(root.join("maildir/cur/1700000000.M1P1.host:2,S"), ORDINARY).unwrap();
    fs::create_dir(root.join("sub")).unwrap();
    fs::write(root.join("sub/plain-file"), ORDINARY).unwrap();

    let output = lazaret(root, &["scan", "--json", "--jobs", "3", root.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let found = lines(&output);
    let places: Vec<(String, u64)> = found
        .iter()
        .map(|v| {
            let path = v["path"].as_str().unwrap().trim_start_matches(root.to_str().unwrap()).to_owned();
            (path, v["index"].as_u64().unwrap())
        })
        .collect();
    let paths: Vec<&str> = places.iter().map(|(p, _)| p.as_str()).collect();
    assert_eq!(paths.len(), 5, "{paths:?}");
    assert_eq!(paths[0], "/a.eml");
    assert_eq!((paths[1], places[1].1, paths[2], places[2].1), ("/b.mbox", 0, "/b.mbox", 1));
    assert!(paths[3].starts_with("/maildir"), "{paths:?}");
    assert_eq!(paths[4], "/sub/plain-file");
    for verdict in &found {
        assert_eq!(verdict["class"], "ordinary", "{verdict}");
        assert_eq!(verdict["disposition"], "keep");
        assert!(verdict["notice"].is_null());
        assert!(verdict["attachments"].as_array().unwrap().is_empty());
        let score = verdict["score"].as_f64().unwrap();
        assert!((0.5..=1.0).contains(&score));
    }
    assert_eq!(found[0]["message_id"], "lunch@example.net");
    assert_eq!(found[2]["message_id"], "second@example.net");
}

#[test]
fn the_ledger_decides_whose_bounce_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    let sent_folder = root.join("sent");
    fs::create_dir(&sent_folder).unwrap();
    fs::write(sent_folder.join("1.eml"), sent("first", "x@example.com", "Mon, 02 Feb 2026 10:00:00 +0000"))
        .unwrap();
    fs::write(sent_folder.join("2.eml"), sent("mine", "b@example.com", MARCH_2)).unwrap();
    fs::write(sent_folder.join("3.eml"), sent("last", "x@example.com", "Thu, 02 Apr 2026 10:00:00 +0000"))
        .unwrap();
    let mine = root.join("mine.eml");
    let forged = root.join("forged.eml");
    fs::write(&mine, bounce("mine", "b@example.com", MARCH_2)).unwrap();
    fs::write(&forged, bounce("forged", "stranger@example.com", MARCH_2)).unwrap();
    let (mine, forged) = (mine.to_str().unwrap(), forged.to_str().unwrap());

    let output = lazaret(
        root,
        &[
            "scan",
            "--json",
            "--now",
            "2026-04-10T00:00:00Z",
            "--sent",
            sent_folder.to_str().unwrap(),
            mine,
            forged,
        ],
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let found = lines(&output);
    assert_eq!(found[0]["class"], "genuine_bounce", "{}", found[0]);
    assert_eq!(found[0]["disposition"], "keep");
    assert_eq!(found[0]["notice"]["kind"], "bounce");
    assert_eq!(found[0]["notice"]["format"], "dsn");
    assert_eq!(found[0]["notice"]["provenance"], "genuine");
    assert_eq!(found[0]["notice"]["reporting_mta"], "mx.example.com");
    let report = &found[0]["notice"]["reports"][0];
    assert_eq!(report["recipient"], "b@example.com");
    assert_eq!(report["action"], "failed");
    assert_eq!(report["status"], "5.1.1");
    assert_eq!(report["reason"], "mailbox_unknown");
    assert_eq!(report["remote_mta"], "mail.example.com");
    assert!(report["diagnostic"].as_str().unwrap().starts_with("550 5.1.1"));
    let returned = &found[0]["notice"]["returned"];
    assert_eq!(returned["message_id"], "mine@harbour.example");
    assert_eq!(returned["from"], "me@harbour.example");
    assert_eq!(returned["to"][0], "b@example.com");
    assert_eq!(returned["subject"], "Offer mine");
    assert_eq!(returned["date"], "2026-03-02T10:00:00Z");

    assert_eq!(found[1]["class"], "backscatter", "{}", found[1]);
    assert_eq!(found[1]["disposition"], "quarantine");
    let raw = fs::read(forged).unwrap();
    let findings = found[1]["findings"].as_array().unwrap();
    assert!(findings.iter().any(|f| f["toward"] == "quarantine"));
    for evidence in findings.iter().flat_map(|f| f["evidence"].as_array().unwrap()) {
        let range = evidence["range"].as_array().unwrap();
        let (start, end) = (range[0].as_u64().unwrap() as usize, range[1].as_u64().unwrap() as usize);
        assert!(start <= end && end <= raw.len(), "evidence lies outside the message: {evidence}");
    }

    let output = lazaret(root, &["scan", "--json", mine, forged]);
    for verdict in lines(&output) {
        assert_eq!(verdict["class"], "unverified_bounce", "without a ledger: {verdict}");
        assert_eq!(verdict["disposition"], "flag");
    }
}

#[test]
fn what_cannot_be_read_is_an_object_with_an_error_and_the_scan_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    fs::write(root.join("good.eml"), ORDINARY).unwrap();
    let missing = root.join("missing.eml");
    let good = root.join("good.eml");
    let noise = root.join("noise.bin");
    fs::write(&noise, [0u8, 255, 7, 13, 10, 200].repeat(100)).unwrap();
    let paths = [&missing, &good, &noise].map(|p| p.to_str().unwrap());
    let output = lazaret(root, &["scan", "--json", paths[0], paths[1], paths[2]]);
    assert_eq!(output.status.code(), Some(1));
    let found = lines(&output);
    assert_eq!(found.len(), 3);
    assert!(found[2]["error"].as_str().unwrap().contains("not mail"));
    assert_eq!(found[0]["path"], missing.to_str().unwrap());
    assert!(!found[0]["error"].as_str().unwrap().is_empty());
    assert_eq!(found[1]["class"], "ordinary");
}

#[test]
fn sent_mail_that_cannot_be_read_judges_nothing() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.eml"), ORDINARY).unwrap();
    let path = dir.path().join("a.eml");
    let output =
        lazaret(dir.path(), &["scan", "--json", "--sent", "/nonexistent/sent", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(text(&output.stderr).contains("/nonexistent/sent"));
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let dir = tempfile::tempdir().unwrap();
    for args in
        [&["scan"][..], &["scan", "--jobs", "0", "x"], &["scan", "--now", "yesterday", "x"], &["frobnicate"]]
    {
        let output = lazaret(dir.path(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(!output.stderr.is_empty());
    }
}

#[test]
fn help_names_every_class_and_reason() {
    let dir = tempfile::tempdir().unwrap();
    let output = lazaret(dir.path(), &["scan", "--help"]);
    assert_eq!(output.status.code(), Some(0));
    let help = text(&output.stdout);
    for class in lazaret::engine::Class::ALL {
        assert!(help.contains(class.word()), "{class} is not in the help");
    }
    for reason in lazaret::engine::notice::Reason::ALL {
        assert!(help.contains(reason.word()), "{} is not in the help", reason.word());
    }
}

#[test]
fn inspect_judges_bytes_not_names() {
    let dir = tempfile::tempdir().unwrap();
    let web_page = dir.path().join("example.com");
    fs::write(&web_page, "<!doctype html><html><body><p>Hello</p></body></html>").unwrap();
    let mut program = vec![0u8; 512];
    program[..2].copy_from_slice(b"MZ");
    program[0x3c] = 0x80;
    program[0x80..0x84].copy_from_slice(b"PE\0\0");
    program[0x84..0x86].copy_from_slice(&[0x4c, 0x01]);
    let disguised = dir.path().join("report.pdf");
    fs::write(&disguised, &program).unwrap();
    let output =
        lazaret(dir.path(), &["inspect", "--json", web_page.to_str().unwrap(), disguised.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let found = lines(&output);
    assert_eq!(found[0]["verdict"], "clean", "{}", found[0]);
    assert_eq!(found[0]["detected"], "text/html");
    assert_eq!(found[1]["verdict"], "malicious", "{}", found[1]);
    assert!(!found[1]["findings"][0]["says"].as_str().unwrap().is_empty());
    assert_eq!(found[1]["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn the_demo_runs_in_the_terminal_where_there_is_no_display() {
    let dir = tempfile::tempdir().unwrap();
    let output = lazaret(dir.path(), &["demo"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("display"));
    let out = text(&output.stdout);
    for class in lazaret::engine::Class::ALL {
        let count = out
            .lines()
            .filter_map(|l| l.trim().strip_prefix(class.word()))
            .find_map(|rest| rest.trim().parse::<u64>().ok())
            .unwrap_or_else(|| panic!("no count of {class} in:\n{out}"));
        assert!(count > 0, "the demo shows no {class}");
    }
    let held: usize = ["cur", "new"]
        .iter()
        .map(|sub| fs::read_dir(dir.path().join("demo/mail/.Lazaret").join(sub)).unwrap().count())
        .sum();
    assert!(held >= 60, "only {held} messages were really moved");
}

#[test]
fn the_quarantine_is_searched_in_the_windows_language() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(lazaret(dir.path(), &["demo"]).status.code(), Some(0));
    let demo = dir.path().join("demo");
    let list = |query: &[&str]| {
        let output = lazaret(&demo, &[&["quarantine", "list"], query].concat());
        (
            output.status.code(),
            text(&output.stdout).lines().count(),
            text(&output.stdout) + &text(&output.stderr),
        )
    };
    let (code, all, _) = list(&[]);
    assert!(code == Some(0) && all > 60, "{all} lines");
    let (_, malicious, said) = list(&["class:malicious"]);
    assert!(malicious > 1 && malicious < all, "{said}");
    assert!(said.lines().skip(1).all(|line| line.contains(" malicious ")), "{said}");
    let (_, others, _) = list(&["-class:malicious"]);
    assert_eq!((malicious - 1) + (others - 1), all - 1, "the two halves are the whole");
    assert_eq!(list(&["after:2999"]).2, "Nothing matches.\n");
    assert!(list(&["--all"]).1 > all);
    let (code, _, said) = list(&["class:virus"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("“class:virus” is not known"), "{said}");
}

#[test]
fn an_attachment_is_saved_only_where_the_findings_were_named_and_the_person_insists() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(lazaret(dir.path(), &["demo"]).status.code(), Some(0));
    let demo = dir.path().join("demo");
    let listed = text(&lazaret(&demo, &["quarantine", "list", "class:malicious"]).stdout);
    let id = listed.lines().nth(1).unwrap().split_whitespace().next().unwrap();
    let shown = text(&lazaret(&demo, &["quarantine", "show", id]).stdout);
    assert!(shown.contains("\nAttachment 1: "), "{shown}");
    let to = dir.path().join("saved");
    let to = to.to_str().unwrap();
    let save = |more: &[&str]| lazaret(&demo, &[&["quarantine", "save", id, "--to", to], more].concat());
    let refused = save(&["--despite-findings"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("is not there"), "{}", text(&refused.stderr));
    fs::create_dir(to).unwrap();
    let refused = save(&[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stdout).contains("[attachment."), "{}", text(&refused.stdout));
    assert!(text(&refused.stderr).contains("--despite-findings"), "{}", text(&refused.stderr));
    assert_eq!(fs::read_dir(to).unwrap().count(), 0);
    let saved = save(&["--despite-findings"]);
    assert_eq!(saved.status.code(), Some(0), "{}", text(&saved.stderr));
    let file = fs::read_dir(to).unwrap().next().unwrap().unwrap().path();
    assert!(text(&saved.stdout).contains(&format!("Saved to {}.", file.display())));
    assert!(fs::metadata(&file).unwrap().len() > 0);
    let none = save(&["99"]);
    assert!(text(&none.stderr).contains("has no attachment 99"), "{}", text(&none.stderr));
}

#[test]
fn an_account_that_is_not_there_is_said_in_a_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let output = lazaret(dir.path(), &["sync", "--account", "Work"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("no account named Work"), "{said}");
}

#[test]
fn without_a_display_the_window_says_what_to_do_instead() {
    let dir = tempfile::tempdir().unwrap();
    let output = lazaret(dir.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("lazaret demo"), "{}", text(&output.stderr));
}

#[test]
fn entries_go_out_as_csv_and_come_back_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| lazaret(dir.path(), args);
    for args in [
        ["senders", "allow", "--scope", "domain", "Example.ORG"],
        ["senders", "block", "--scope", "ip", "192.0.2.7"],
        ["senders", "allow", "--scope", "address", "\"odd, name\"@example.net"],
    ] {
        run(&args);
    }
    let file = dir.path().join("entries.csv");
    let path = file.to_str().unwrap();
    let output = run(&["senders", "export", path]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let written = fs::read_to_string(&file).unwrap();
    assert!(
        written.starts_with("rule,scope,value,expires\nallow,domain,example.org,\nblock,ip,192.0.2.7,\n")
    );
    // A file that is there is not written over.
    assert_eq!(run(&["senders", "export", path]).status.code(), Some(1));
    assert_eq!(fs::read_to_string(&file).unwrap(), written);

    let other = tempfile::tempdir().unwrap();
    let output = lazaret(other.path(), &["senders", "import", path]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&lazaret(other.path(), &["senders", "export"]).stdout), written);

    fs::write(&file, "scope,rule,value\ndomain,allow,example.com\nip,allow,192.0.2.0/24\n").unwrap();
    let output = lazaret(other.path(), &["senders", "import", path]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("Line 3") && said.contains("No entry was changed"), "{said}");
    assert_eq!(text(&lazaret(other.path(), &["senders", "export"]).stdout), written);
}
