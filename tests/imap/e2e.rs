//! The whole program against a real server: set up, observe, act, restore, allow, by the service that the
//! window uses and by the command line.

use std::io::Write;
use std::path::Path;
use std::process::{Command as Process, Output, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use lazaret::account::{Credentials, Mode, Origin, Security, Settings};
use lazaret::engine::senders::SenderScope;
use lazaret::engine::{Class, Strictness};
use lazaret::service::command::{Command, ListQuery, Shelf};
use lazaret::service::event::{Event, Holding, ListPage, Problem};
use lazaret::service::{Options, Place, Secret, Service};

use crate::dovecot::{Dovecot, Options as ServerOptions};

pub(crate) const ME: &str = "anna@harbour.example";
const DAY: &str = "Mon, 02 Mar 2026 10:00:00 +0000";

fn sent(id: &str, to: &str, date: &str) -> String {
    format!(
        "From: Anna <{ME}>\r\nTo: {to}\r\nSubject: Offer {id}\r\nDate: {date}\r\nMessage-ID: <{id}@harbour.example>\r\n"
    )
}

fn bounce(id: &str, to: &str) -> Vec<u8> {
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.com\r\nTo: {ME}\r\nSubject: failure notice {id}\r\nDate: {DAY}\r\n\
         Message-ID: <b-{id}@mx.example.com>\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\
         Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n\
         Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\n--b\r\n\
         Content-Type: text/rfc822-headers\r\n\r\n{}\r\n--b--\r\n",
        sent(id, to, DAY)
    )
    .into_bytes()
}

fn letter(from: &str, number: u32) -> Vec<u8> {
    format!("From: {from}\r\nTo: {ME}\r\nSubject: Letter {number}\r\nDate: {DAY}\r\nMessage-ID: <l{number}@example.net>\r\n\r\nHello\r\n")
        .into_bytes()
}

/// Sent mail that covers March, a genuine bounce, two forged ones and a letter.
pub(crate) fn seed(server: &Dovecot) {
    for (id, to, date) in [
        ("first", "x@example.com", "Mon, 05 Jan 2026 10:00:00 +0000"),
        ("mine", "b@example.com", DAY),
        ("last", "x@example.com", "Fri, 01 May 2026 10:00:00 +0000"),
    ] {
        server.deliver(
            "anna",
            "Sent",
            format!("{}\r\nText\r\n", sent(id, to, date)).as_bytes(),
            1_770_000_000,
            "S",
        );
    }
    server.deliver("anna", "", &bounce("mine", "b@example.com"), 1_772_445_601, "S");
    server.deliver("anna", "", &bounce("forged", "s@example.org"), 1_772_445_602, "FS");
    server.deliver("anna", "", &bounce("forged2", "t@example.org"), 1_772_445_603, "");
    server.deliver("anna", "", &letter("Ada <ada@example.net>", 1), 1_772_445_604, "S");
}

fn settings(server: &Dovecot, mode: Mode) -> Settings {
    Settings {
        name: "Work".into(),
        addresses: vec![ME.into()],
        origin: match server.imaps {
            0 => Origin::Imap {
                host: "127.0.0.1".into(),
                port: server.imap,
                security: Security::Plain,
                login: "anna".into(),
                fingerprint: None,
            },
            port => Origin::Imap {
                host: "localhost".into(),
                port,
                security: Security::Tls,
                login: "anna".into(),
                fingerprint: Some(server.fingerprint.clone()),
            },
        },
        mode,
        strictness: Strictness::Normal,
        sent_folder: None,
        sign_in: Default::default(),
        keep_days: None,
    }
}

struct Desk {
    events: Receiver<Event>,
    service: Service,
    _data: tempfile::TempDir,
}

impl Desk {
    fn new() -> Desk {
        let data = tempfile::tempdir().unwrap();
        let (sender, events) = sync_channel(10_000);
        let credentials = Arc::new(Credentials::session_only("a test"));
        let options = Options {
            place: Place::at(data.path()),
            demo: false,
            automatic: false,
            credentials,
            login: None,
        };
        let service = Service::start(options, Arc::new(move |event| sender.send(event).is_ok())).unwrap();
        Desk { events, service, _data: data }
    }

    fn with_account(server: &Dovecot, mode: Mode) -> Desk {
        let desk = Desk::new();
        desk.tell(Command::AddAccount { settings: settings(server, mode), password: Secret::new("secret") });
        desk.settled();
        desk
    }

    fn tell(&self, command: Command) {
        self.service.commands().try_send(command).unwrap();
    }

    fn wait<T>(&self, mut wanted: impl FnMut(&Event) -> Option<T>) -> T {
        let end = Instant::now() + Duration::from_secs(90);
        loop {
            let event = self.events.recv_timeout(end.saturating_duration_since(Instant::now())).unwrap();
            if let Some(found) = wanted(&event) {
                return found;
            }
            if let Event::Problem(problem) = &event {
                panic!("{problem:?}");
            }
        }
    }

    fn settled(&self) {
        self.wait(|event| matches!(event, Event::Changed).then_some(()));
    }

    fn problem(&self) -> Problem {
        self.wait(|event| match event {
            Event::Problem(problem) => Some(problem.clone()),
            _ => None,
        })
    }

    fn sync(&self) {
        self.tell(Command::Sync { account: Some("Work".into()) });
        self.settled();
    }

    fn list(&self, shelf: Shelf) -> ListPage {
        self.tell(Command::List(ListQuery { shelf, limit: 100, ..ListQuery::default() }));
        self.wait(|event| match event {
            Event::List(page) => Some(page.clone()),
            _ => None,
        })
    }
}

/// One server of each kind.
fn both() -> [Dovecot; 2] {
    [Dovecot::start(), Dovecot::courier()]
}

#[test]
fn observing_reads_and_judges_and_changes_nothing() {
    for server in both() {
        observe(server);
    }
}

fn observe(server: Dovecot) {
    seed(&server);
    let before = (server.messages("anna", ""), server.messages("anna", "Sent"));
    let desk = Desk::with_account(&server, Mode::Observe);
    let page = desk.list(Shelf::All);
    let class = |subject: &str| page.rows.iter().find(|r| r.subject == subject).unwrap().class;
    assert_eq!(class("failure notice mine"), Class::GenuineBounce);
    assert_eq!(class("failure notice forged"), Class::Backscatter);
    assert_eq!(class("Letter 1"), Class::Ordinary);
    assert_eq!(desk.list(Shelf::Quarantine).total, 2);
    assert_eq!(
        (server.messages("anna", ""), server.messages("anna", "Sent")),
        before,
        "observing changed the server"
    );
}

#[test]
fn acting_holds_backscatter_and_a_restore_brings_back_all_of_it() {
    for server in both() {
        act_and_restore(server);
    }
}

fn act_and_restore(server: Dovecot) {
    seed(&server);
    let before = server.messages("anna", "");
    let desk = Desk::with_account(&server, Mode::Act);
    let held = server.messages("anna", "Lazaret");
    assert_eq!(held.len(), 2);
    assert_eq!(server.messages("anna", "").len(), 2);
    assert!(held.iter().all(|m| before.contains(m)), "bytes, flags or date changed on the way");

    let ids: Vec<i64> = desk.list(Shelf::Quarantine).rows.iter().map(|r| r.id).collect();
    desk.tell(Command::Restore(ids));
    desk.settled();
    assert_eq!(server.messages("anna", ""), before);
    assert!(server.messages("anna", "Lazaret").is_empty());
    desk.sync();
    assert_eq!(server.messages("anna", ""), before, "what was restored was held again");
    assert!(desk.list(Shelf::All).rows.iter().filter(|r| r.holding == Holding::Restored).count() == 2);
}

#[test]
fn without_move_the_same_holds_by_copy_and_expunge() {
    let capability = "IMAP4rev1 LITERAL+ UIDPLUS NAMESPACE SPECIAL-USE AUTH=PLAIN";
    let server =
        Dovecot::start_with(&ServerOptions { capability: Some(capability), ..ServerOptions::default() });
    seed(&server);
    let before = server.messages("anna", "");
    let desk = Desk::with_account(&server, Mode::Act);
    assert_eq!(server.messages("anna", "Lazaret").len(), 2);
    let ids: Vec<i64> = desk.list(Shelf::Quarantine).rows.iter().map(|r| r.id).collect();
    desk.tell(Command::Restore(ids));
    desk.settled();
    assert_eq!(server.messages("anna", ""), before);
}

#[test]
fn a_server_that_cannot_move_safely_keeps_every_message() {
    let capability = "IMAP4rev1 LITERAL+ NAMESPACE SPECIAL-USE AUTH=PLAIN";
    let server =
        Dovecot::start_with(&ServerOptions { capability: Some(capability), ..ServerOptions::default() });
    seed(&server);
    let before = server.messages("anna", "");
    let desk = Desk::new();
    desk.tell(Command::AddAccount {
        settings: settings(&server, Mode::Act),
        password: Secret::new("secret"),
    });
    let problem = desk.problem();
    assert!(problem.says.contains("no safe way to move"), "{problem:?}");
    assert_eq!(server.messages("anna", ""), before);
}

#[test]
fn an_allowed_sender_s_next_mail_is_kept() {
    for server in both() {
        allow(server);
    }
}

fn allow(server: Dovecot) {
    seed(&server);
    let desk = Desk::with_account(&server, Mode::Act);
    let id =
        desk.list(Shelf::Quarantine).rows.iter().find(|r| r.subject == "failure notice forged").unwrap().id;
    desk.tell(Command::RestoreAndAllow { messages: vec![id], scope: SenderScope::Address, expires: None });
    desk.settled();
    server.deliver("anna", "", &bounce("forged3", "u@example.org"), 1_772_445_700, "");
    desk.sync();
    let page = desk.list(Shelf::All);
    let next = page.rows.iter().find(|r| r.subject == "failure notice forged3").unwrap();
    assert_eq!(next.holding, Holding::InPlace);
    let held = server.messages("anna", "Lazaret").len();
    assert_eq!(held, 0, "what else was held of that sender came back with it");
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_shown_and_never_passed_over() {
    let server = Dovecot::start();
    let desk = Desk::new();
    let mut unknown = settings(&server, Mode::Observe);
    if let Origin::Imap { fingerprint, .. } = &mut unknown.origin {
        *fingerprint = None;
    }
    desk.tell(Command::TestConnection { settings: unknown.clone(), password: Secret::new("secret") });
    let shown = desk.wait(|event| match event {
        Event::CertificateUnknown { fingerprint, .. } => Some(fingerprint.clone()),
        Event::Tested(Ok(_)) => panic!("the certificate was trusted"),
        _ => None,
    });
    assert_eq!(shown, server.fingerprint);
    desk.tell(Command::TestConnection {
        settings: settings(&server, Mode::Observe),
        password: Secret::new("secret"),
    });
    let tested = desk.wait(|event| match event {
        Event::Tested(Ok(view)) => Some(view.clone()),
        _ => None,
    });
    assert_eq!(tested.sent.as_deref(), Some("Sent"));
}

#[test]
fn a_wrong_password_asks_for_another_and_the_right_one_goes_on() {
    let server = Dovecot::start();
    seed(&server);
    let desk = Desk::new();
    desk.tell(Command::AddAccount {
        settings: settings(&server, Mode::Observe),
        password: Secret::new("wrong"),
    });
    let why = desk.wait(|event| match event {
        Event::PasswordNeeded { why, .. } => Some(why.clone()),
        _ => None,
    });
    assert!(why.contains("did not accept"), "{why}");
    desk.settled();
    desk.tell(Command::ProvidePassword { account: "Work".into(), password: Secret::new("secret") });
    desk.settled();
    assert_eq!(desk.list(Shelf::Quarantine).total, 2);
}

#[test]
fn a_server_that_is_gone_is_one_sentence_and_nothing_is_lost() {
    let server = Dovecot::start();
    seed(&server);
    let desk = Desk::with_account(&server, Mode::Observe);
    let port = server.imaps;
    drop(server);
    desk.tell(Command::Sync { account: Some("Work".into()) });
    let problem = desk.problem();
    assert!(problem.says.contains(&port.to_string()) || problem.says.contains("ended"), "{problem:?}");
    assert!(!problem.advice.is_empty());
    assert_eq!(desk.list(Shelf::Quarantine).total, 2, "what was judged is still there to review");
}

/// The real binary with its data in a folder of the test's own.
pub(crate) fn lazaret(data: &Path, args: &[&str], input: &str) -> Output {
    let mut child = Process::new(env!("CARGO_BIN_EXE_lazaret"))
        .args(args)
        .env("LAZARET_DATA", data)
        .env("LAZARET_KEYRING", "off")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn the_command_line_sets_up_syncs_acts_and_restores() {
    let server = Dovecot::start();
    seed(&server);
    let before = server.messages("anna", "");
    let data = tempfile::tempdir().unwrap();
    let port = server.imaps.to_string();
    let mut add =
        vec!["account", "add", "--name", "Work", "--address", ME, "--host", "localhost", "--port", &port];
    add.extend(["--login", "anna", "--password-stdin"]);

    let refused = lazaret(data.path(), &add, "secret\n");
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains(&server.fingerprint), "{}", said(&refused));

    add.extend(["--fingerprint", &server.fingerprint]);
    let added = lazaret(data.path(), &add, "secret\n");
    assert_eq!(added.status.code(), Some(0), "{}", said(&added));

    let sync = ["sync", "--account", "Work", "--password-stdin"];
    let observed = lazaret(data.path(), &sync, "secret\n");
    assert_eq!(observed.status.code(), Some(0), "{}", said(&observed));
    assert!(
        said(&observed).contains("would be quarantined (this account only observes): 2"),
        "{}",
        said(&observed)
    );
    assert_eq!(server.messages("anna", ""), before);

    let acted = lazaret(data.path(), &[&sync[..], &["--act"]].concat(), "secret\n");
    assert_eq!(acted.status.code(), Some(0), "{}", said(&acted));
    assert_eq!(server.messages("anna", "Lazaret").len(), 2);

    let listed = said(&lazaret(data.path(), &["quarantine", "list"], ""));
    let ids: Vec<&str> = listed.lines().skip(1).filter_map(|l| l.split_whitespace().next()).collect();
    assert_eq!(ids.len(), 2, "{listed}");
    let shown = said(&lazaret(data.path(), &["quarantine", "show", ids[0]], ""));
    assert!(shown.contains("provenance.not_in_ledger") && shown.contains("bytes "), "{shown}");
    let restore = [&["quarantine", "restore", "--password-stdin"][..], &ids].concat();
    let restored = lazaret(data.path(), &restore, "secret\n");
    assert_eq!(restored.status.code(), Some(0), "{}", said(&restored));
    assert_eq!(server.messages("anna", ""), before);

    let wrong = lazaret(data.path(), &sync, "wrong\n");
    assert_eq!(wrong.status.code(), Some(1));
    assert!(said(&wrong).contains("did not accept the sign-in"), "{}", said(&wrong));
}
