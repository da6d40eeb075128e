//! The service over a real Maildir and a real database: sync, quarantine, restore, allow, block, undo. The
//! same paths run against a real IMAP server in `tests/imap`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use lazaret::account::{Credentials, Login, Mode, Origin, Settings};
use lazaret::engine::senders::{SenderRule, SenderScope};
use lazaret::engine::{Class, Disposition, Strictness};
use lazaret::mail::maildir::Maildir;
use lazaret::mail::{Depth, Fetched, Mailbox};
use lazaret::service::command::{
    ChartQuery, ChartStep, Command, Dealt, DesktopChoice, Every, ListQuery, Mark, Shelf,
};
use lazaret::service::event::{Event, Holding, ListPage, Problem};
use lazaret::service::news::{Arrival, What};
use lazaret::service::{Options, Place, Secret, Service};

mod keeping;
mod senders;

const ME: &str = "me@harbour.example";

/// A harmless look-alike of a program: the first bytes of a PE file and nothing behind them.
fn program() -> Vec<u8> {
    let mut bytes = vec![0u8; 512];
    bytes[..2].copy_from_slice(b"MZ");
    bytes[0x3c] = 0x80;
    bytes[0x80..0x84].copy_from_slice(b"PE\0\0");
    bytes[0x84..0x86].copy_from_slice(&[0x4c, 0x01]);
    bytes
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let word = group.iter().fold(0u32, |w, b| w << 8 | u32::from(*b)) << (8 * (3 - group.len()));
        for i in 0..4 {
            out.push(match i <= group.len() {
                true => LETTERS[(word >> (18 - 6 * i) & 63) as usize] as char,
                false => '=',
            });
        }
    }
    out
}

fn worm(number: u32, from: &str) -> Vec<u8> {
    format!(
        "From: {from}\r\nTo: {ME}\r\nSubject: Your document {number}\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\n\
         Message-ID: <w{number}@example.net>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee attached.\r\n\
         --b\r\nContent-Type: application/pdf; name=\"invoice.pdf.exe\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"invoice.pdf.exe\"\r\n\r\n{}\r\n--b--\r\n",
        base64(&program())
    )
    .into_bytes()
}

fn letter(number: u32, from: &str) -> Vec<u8> {
    format!(
        "From: {from}\r\nTo: {ME}\r\nSubject: Letter {number}\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\n\
         Message-ID: <l{number}@example.net>\r\n\r\nHello\r\n"
    )
    .into_bytes()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_772_400_000 + second).unwrap()
}

/// A running service over a Maildir in a folder of the test's own.
struct Desk {
    events: Receiver<Event>,
    service: Service,
    mail: PathBuf,
    _folder: tempfile::TempDir,
}

impl Desk {
    fn new(mode: Mode, fill: impl FnOnce(&mut Maildir)) -> Desk {
        Desk::listening(mode, fill, |_| {})
    }

    /// The same, hearing what the first sync tells as news.
    fn listening(mode: Mode, fill: impl FnOnce(&mut Maildir), mut hear: impl FnMut(&Arrival)) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let mail = folder.path().join("mail");
        let mut maildir = Maildir::create(&mail).unwrap();
        Mailbox::create(&mut maildir, "Sent").unwrap();
        fill(&mut maildir);
        let (sender, events) = sync_channel(10_000);
        let sink = Arc::new(move |event| sender.send(event).is_ok());
        let place = Place::at(folder.path().join("data"));
        let credentials = Arc::new(Credentials::session_only("a test"));
        let login = Login::at(folder.path().join("autostart/lazaret.desktop"), Path::new("/bin/lazaret"));
        let options = Options { place, demo: false, automatic: false, credentials, login };
        let service = Service::start(options, sink).unwrap();
        let desk = Desk { events, service, mail: mail.clone(), _folder: folder };
        desk.tell(Command::AddAccount {
            settings: Settings {
                name: "Home".into(),
                addresses: vec![ME.into()],
                origin: Origin::Maildir { path: mail },
                mode,
                strictness: Strictness::Normal,
                sent_folder: None,
                sign_in: Default::default(),
                keep_days: None,
            },
            password: Secret::default(),
        });
        desk.wait(|event| match event {
            Event::Arrived(arrival) => {
                hear(&arrival);
                None
            }
            Event::Changed => Some(()),
            _ => None,
        });
        desk
    }

    fn tell(&self, command: Command) {
        self.service.commands().try_send(command).unwrap();
    }

    /// Waits for an event that `wanted` accepts; a problem on the way fails the test.
    fn wait<T>(&self, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let event = self.events.recv_timeout(left).expect("the service said nothing more");
            if let Event::Problem(problem) = &event {
                panic!("{problem:?}");
            }
            if let Some(found) = wanted(event) {
                return found;
            }
        }
    }

    /// Waits for the end of a job and returns what it said.
    fn settled(&self) -> String {
        let mut said = String::new();
        self.wait(|event| match event {
            Event::Done { says, .. } => {
                said = says;
                None
            }
            Event::Changed => Some(()),
            _ => None,
        });
        said
    }

    fn list(&self, shelf: Shelf) -> ListPage {
        self.tell(Command::List(ListQuery { shelf, limit: 1_000, ..ListQuery::default() }));
        self.wait(|event| match event {
            Event::List(page) => Some(page),
            _ => None,
        })
    }

    fn sync(&self) {
        self.tell(Command::Sync { account: Some("Home".into()) });
        self.settled();
    }
}

/// Everything a folder holds, by bytes: flags and date of each message.
fn holds(root: &Path, folder: &str) -> BTreeMap<Vec<u8>, (Vec<String>, Option<Timestamp>)> {
    let mut maildir = Maildir::open(root).unwrap();
    if !maildir.folders().unwrap().iter().any(|f| f.name == folder) {
        return BTreeMap::new();
    }
    maildir.open_folder(folder)
}

trait OpenFolder {
    fn open_folder(&mut self, folder: &str) -> BTreeMap<Vec<u8>, (Vec<String>, Option<Timestamp>)>;
}

impl OpenFolder for Maildir {
    fn open_folder(&mut self, folder: &str) -> BTreeMap<Vec<u8>, (Vec<String>, Option<Timestamp>)> {
        Mailbox::open(self, folder).unwrap();
        let uids = self.uids(1).unwrap();
        let mut found = BTreeMap::new();
        self.fetch(&uids, Depth::Whole, &mut |f: Fetched| {
            assert!(found.insert(f.bytes, (f.flags, f.received)).is_none(), "a message is there twice");
            true
        })
        .unwrap();
        found
    }
}

fn seeded(maildir: &mut Maildir) {
    maildir.deliver("INBOX", &letter(1, "Ada <ada@example.net>"), at(1), &["\\Seen"]).unwrap();
    maildir.deliver("INBOX", &worm(1, "Ben <ben@example.com>"), at(2), &["\\Seen", "\\Flagged"]).unwrap();
    maildir.deliver("INBOX", &worm(2, "Cleo <cleo@example.com>"), at(3), &[]).unwrap();
}

#[test]
fn observing_changes_nothing_and_shows_what_would_be_held() {
    let desk = Desk::new(Mode::Observe, seeded);
    let page = desk.list(Shelf::Quarantine);
    assert_eq!(page.total, 2);
    for row in &page.rows {
        assert_eq!(
            (row.class, row.disposition, row.holding),
            (Class::Malicious, Disposition::Quarantine, Holding::InPlace)
        );
        assert!(!row.reason.is_empty());
    }
    assert_eq!(holds(&desk.mail, "INBOX").len(), 3);
    assert!(holds(&desk.mail, "Lazaret").is_empty());
}

#[test]
fn acting_moves_and_restoring_brings_back_bytes_flags_and_date() {
    let desk = Desk::new(Mode::Act, seeded);
    assert_eq!(holds(&desk.mail, "INBOX").len(), 1);
    let held = holds(&desk.mail, "Lazaret");
    assert_eq!(held.len(), 2);
    assert_eq!(held[&worm(1, "Ben <ben@example.com>")].0, ["\\Flagged", "\\Seen"]);

    let page = desk.list(Shelf::Quarantine);
    let ids: Vec<i64> = page.rows.iter().map(|r| r.id).collect();
    // What was opened is noted, for retention; what was only listed is not.
    desk.tell(Command::Open(ids[0]));
    desk.wait(|event| matches!(event, Event::Opened(_)).then_some(()));
    let store = Place::at(desk._folder.path().join("data")).open().unwrap();
    let account = store.account("Home").unwrap().unwrap().id;
    let shown = store.unsaid(account, Timestamp::now()).unwrap();
    assert_eq!(shown.into_iter().map(|(id, _)| id).collect::<Vec<_>>(), ids[..1]);
    drop(store);
    assert!(page.rows.iter().all(|r| r.holding == Holding::Held));
    desk.tell(Command::Restore(ids));
    assert_eq!(desk.settled(), "2 messages restored to INBOX.");
    let back = holds(&desk.mail, "INBOX");
    assert_eq!(back.len(), 3);
    let (flags, received) = &back[&worm(1, "Ben <ben@example.com>")];
    assert_eq!(flags, &["\\Flagged", "\\Seen"]);
    assert_eq!(*received, Some(at(2)));

    // What was restored is never held again by a rule.
    desk.sync();
    desk.sync();
    assert_eq!(holds(&desk.mail, "INBOX").len(), 3);
    assert!(holds(&desk.mail, "Lazaret").is_empty());
    assert_eq!(desk.list(Shelf::All).total, 3, "a message that came back is the same one, not a new one");
}

#[test]
fn the_evidence_of_a_held_message_is_there_without_the_server() {
    let desk = Desk::new(Mode::Act, seeded);
    std::fs::remove_dir_all(&desk.mail).unwrap();
    let id = desk.list(Shelf::Quarantine).rows[0].id;
    desk.tell(Command::Open(id));
    let view = desk.wait(|event| match event {
        Event::Opened(view) => Some(view),
        _ => None,
    });
    assert!(view.text.as_deref().is_some_and(|t| t.contains("See attached")));
    assert!(!view.attachments.is_empty());
    let source = view.source.unwrap();
    let finding = view.findings.iter().find(|f| !f.evidence.is_empty()).expect("a finding with evidence");
    assert!(source.len() >= finding.evidence[0].range[1]);
    assert!(view.sentence.starts_with("Carries something"));
}

#[test]
fn an_attachment_is_saved_beside_what_is_there_and_for_the_person_alone() {
    let desk = Desk::new(Mode::Act, seeded);
    // Its bytes are kept: neither server nor Maildir is needed.
    std::fs::remove_dir_all(&desk.mail).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("invoice.pdf.exe"), "mine").unwrap();
    let message = desk.list(Shelf::Quarantine).rows[0].id;
    desk.tell(Command::Open(message));
    let view = desk.wait(|event| match event {
        Event::Opened(view) => Some(view),
        _ => None,
    });
    let attachment = view.attachments.iter().find(|a| a.name.as_deref() == Some("invoice.pdf.exe")).unwrap();
    let save = |sha256: &str, folder: &Path| {
        desk.tell(Command::SaveAttachment {
            message,
            sha256: sha256.to_owned(),
            name: attachment.name.clone(),
            folder: folder.to_owned(),
        });
    };
    save(&attachment.sha256, folder.path());
    let said = desk.wait(|event| match event {
        Event::Done { says, undo: None } => Some(says),
        _ => None,
    });
    let path = folder.path().join("invoice.pdf (2).exe");
    assert_eq!(said, format!("Saved to {}.", path.display()));
    assert_eq!(std::fs::read(&path).unwrap(), program());
    assert_eq!(std::fs::read(folder.path().join("invoice.pdf.exe")).unwrap(), b"mine");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    }
    for (sha256, to, says) in [
        (attachment.sha256.clone(), folder.path().join("none"), "is not there"),
        ("0".repeat(64), folder.path().to_owned(), "is not kept here"),
    ] {
        save(&sha256, &to);
        let problem = loop {
            if let Event::Problem(problem) = desk.events.recv_timeout(Duration::from_secs(60)).unwrap() {
                break problem;
            }
        };
        assert!(problem.says.contains(says) && !problem.advice.is_empty(), "{problem:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "a failure leaves nothing behind");
}

#[test]
fn undo_takes_back_a_whole_decision() {
    let desk = Desk::new(Mode::Act, seeded);
    let ids: Vec<i64> = desk.list(Shelf::Quarantine).rows.iter().map(|r| r.id).collect();
    desk.tell(Command::Restore(ids));
    let undo = desk.wait(|event| match event {
        Event::Done { undo, .. } => Some(undo),
        _ => None,
    });
    desk.settled();
    desk.tell(Command::Undo(undo.expect("a restore can be undone")));
    assert_eq!(desk.settled(), "Undone. 2 messages held in the quarantine.");
    assert_eq!(holds(&desk.mail, "Lazaret").len(), 2);
    assert_eq!(holds(&desk.mail, "INBOX").len(), 1);
}

#[test]
fn undo_takes_back_the_entry_that_was_made_with_it() {
    let desk = Desk::new(Mode::Act, seeded);
    let id = desk.list(Shelf::Quarantine).rows[0].id;
    let senders = |desk: &Desk| {
        desk.tell(Command::ListSenders);
        desk.wait(|event| match event {
            Event::Senders(all) => Some(all.len()),
            _ => None,
        })
    };
    desk.tell(Command::RestoreAndAllow { messages: vec![id], scope: SenderScope::Address, expires: None });
    let undo = desk.wait(|event| match event {
        Event::Done { undo, .. } => Some(undo),
        _ => None,
    });
    desk.settled();
    assert_eq!(senders(&desk), 1);
    desk.tell(Command::Undo(undo.expect("it can be undone")));
    assert_eq!(desk.settled(), "Undone. 1 message held in the quarantine.");
    assert_eq!(senders(&desk), 0, "an allowed sender would be kept the next time");
}

#[test]
fn a_message_that_another_program_removed_is_said_to_be_gone() {
    let desk = Desk::new(Mode::Act, seeded);
    std::fs::remove_dir_all(desk.mail.join(".Lazaret/cur")).unwrap();
    std::fs::create_dir(desk.mail.join(".Lazaret/cur")).unwrap();
    let id = desk.list(Shelf::Quarantine).rows[0].id;
    desk.tell(Command::Restore(vec![id]));
    let problem = {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let event = desk.events.recv_timeout(end.saturating_duration_since(Instant::now())).unwrap();
            if let Event::Problem(problem) = event {
                break problem;
            }
        }
    };
    assert!(problem.says.contains("no longer there"), "{problem:?}");
    assert!(!problem.advice.is_empty());
}

/// A letter that was sent, and the bounce of it from the server of the one it went to.
fn sent_and_bounced(number: u32, to: &str) -> (Vec<u8>, Vec<u8>) {
    let sent = format!(
        "From: {ME}\r\nTo: {to}\r\nSubject: Plan {number}\r\nDate: Mon, 02 Mar 2026 09:00:00 +0000\r\n\
         Message-ID: <s{number}@harbour.example>\r\n\r\nHello\r\n"
    );
    let bounce = format!(
        "From: MAILER-DAEMON@mx.example.net\r\nTo: {ME}\r\nSubject: Undelivered Mail Returned to Sender\r\n\
         Date: Mon, 02 Mar 2026 09:01:00 +0000\r\nMessage-ID: <b{number}@mx.example.net>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\
         Content-Type: text/plain\r\n\r\nYour mail could not be delivered.\r\n--b\r\n\
         Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n\
         Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n\
         {sent}\r\n--b--\r\n"
    );
    (sent.into_bytes(), bounce.into_bytes())
}

#[test]
fn a_delivery_problem_is_dealt_with_until_it_is_opened_again_or_comes_anew() {
    let (to, other) = ("ben@example.net", "cleo@example.net");
    let desk = Desk::new(Mode::Observe, |maildir| {
        for (number, to) in [(1, to), (2, other)] {
            let (sent, bounce) = sent_and_bounced(number, to);
            maildir.deliver("Sent", &sent, at(0), &[]).unwrap();
            maildir.deliver("INBOX", &bounce, at(60), &[]).unwrap();
        }
    });
    let listed = |dealt| {
        let query = ListQuery { shelf: Shelf::Bounces, dealt, limit: 10, ..ListQuery::default() };
        desk.tell(Command::List(query));
        let page = desk.wait(|event| match event {
            Event::List(page) => Some(page),
            _ => None,
        });
        page.rows
    };
    let rows = listed(Dealt::Open);
    assert_eq!(rows.len(), 2);
    let row =
        rows.iter().find(|r| r.notice.as_ref().unwrap().failed[0].recipient.as_deref() == Some(to)).unwrap();
    let brief = row.notice.as_ref().unwrap();
    assert_eq!(
        (brief.mail.as_deref(), brief.subject.as_deref()),
        (Some("s1@harbour.example"), Some("Plan 1"))
    );
    assert!(brief.failed[0].says.as_deref().is_some_and(|says| says.contains("no such user")));
    let said = |command| {
        desk.tell(command);
        desk.wait(|event| match event {
            Event::Dealt { says, marks, .. } => Some((says, marks.len())),
            _ => None,
        })
    };
    let marks = vec![Mark { message: row.id, recipient: to.to_owned() }];
    let done = said(Command::MarkDealt { marks: marks.clone(), dealt: true });
    assert_eq!(done, (format!("Mail to {to} is dealt with."), 1));
    assert_eq!(listed(Dealt::Open).len(), 1);
    let kept = listed(Dealt::Done);
    assert_eq!((kept.len(), kept[0].id, kept[0].notice.as_ref().unwrap().failed[0].dealt), (1, row.id, true));

    // It stays so over a sync; another bounce of the same person is news.
    let mut maildir = Maildir::open(&desk.mail).unwrap();
    let (sent, bounce) = sent_and_bounced(3, to);
    maildir.deliver("Sent", &sent, at(70), &[]).unwrap();
    maildir.deliver("INBOX", &bounce, at(90), &[]).unwrap();
    desk.sync();
    assert_eq!((listed(Dealt::Open).len(), listed(Dealt::Done).len()), (2, 1));
    let undone = said(Command::MarkDealt { marks, dealt: false });
    assert_eq!(undone, (format!("Mail to {to} is open again."), 1));
    assert_eq!(listed(Dealt::Open).len(), 3);

    // Only what is older than asked for.
    let query = ListQuery { shelf: Shelf::Bounces, limit: 1, ..ListQuery::default() };
    let done = said(Command::MarkOlder { query, than: at(61) });
    assert_eq!(done, ("2 delivery problems are dealt with.".to_owned(), 2));
    assert_eq!(listed(Dealt::Open).len(), 1);
    assert_eq!(listed(Dealt::All).len(), 3);
}

#[test]
fn the_chart_counts_by_the_hour_and_by_the_day_and_lists_what_it_counts() {
    let desk = Desk::new(Mode::Observe, seeded);
    for step in [ChartStep::Hour, ChartStep::Day, ChartStep::Week] {
        let query = ChartQuery { from: at(-86_400), until: at(86_400), step };
        desk.tell(Command::Chart(query));
        let chart = desk.wait(|event| match event {
            Event::Chart(chart) => Some(chart),
            _ => None,
        });
        assert_eq!(chart.query, query);
        let full: Vec<_> = chart.bins.iter().filter(|bin| !bin.counts.is_empty()).collect();
        assert_eq!(full.len(), 1, "{chart:?}");
        assert_eq!(full[0].counts, [(Class::Malicious, 2), (Class::Ordinary, 1)]);
        assert!(full[0].at <= at(1) && at(3).as_second() < full[0].at.as_second() + step.seconds());
        let gaps =
            chart.bins.windows(2).all(|two| two[1].at.as_second() - two[0].at.as_second() == step.seconds());
        assert!(gaps, "{chart:?}");
        let list = |since, until| {
            let query = ListQuery { shelf: Shelf::All, since, until, limit: 10, ..ListQuery::default() };
            desk.tell(Command::List(query));
            desk.wait(|event| match event {
                Event::List(page) => Some(page.total),
                _ => None,
            })
        };
        assert_eq!(list(Some(full[0].at), Some(at(86_400))), 3);
        assert_eq!(
            (list(Some(at(2)), Some(at(3))), list(Some(at(4)), None), list(None, Some(at(1)))),
            (1, 0, 0)
        );
    }
}

/// A page that asks for a password under the dress of a bounce: flagged, and held by strict accounts alone.
fn fake_bounce() -> Vec<u8> {
    format!(
        "From: Mail Delivery System <support@mailbox-notice.example>\r\nTo: {ME}\r\n\
         Subject: 5 messages are pending delivery, mailbox full\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\n\
         Message-ID: <f1@mailbox-notice.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n\
         <p>Your mailbox is full and 5 incoming messages were held back. Within 24 hours they will be deleted.</p>\r\n\
         <p><a href=\"http://203.0.113.9/login?user={ME}\">Click here to release your messages</a></p>\r\n"
    )
    .into_bytes()
}

#[test]
fn the_preview_says_what_acting_and_being_strict_would_come_to() {
    let desk = Desk::new(Mode::Observe, |maildir| {
        seeded(maildir);
        maildir.deliver("INBOX", &fake_bounce(), at(4), &[]).unwrap();
    });
    let preview = || {
        desk.tell(Command::Previews);
        desk.wait(|event| match event {
            Event::Previews(mut previews) => previews.pop(),
            _ => None,
        })
    };
    let before = preview();
    assert_eq!((before.account.as_str(), before.judged), ("Home", 4));
    assert_eq!((before.held, before.would_hold, before.in_doubt), (0, 2, 1));
    let [group] = &before.groups[..] else { panic!("{before:?}") };
    assert_eq!((group.class, group.count, group.examples.len()), (Class::Malicious, 2, 2));

    let strict = |strictness| {
        desk.tell(Command::SetStrictness { account: "Home".into(), strictness });
        desk.settled();
        desk.settled();
        preview()
    };
    let after = strict(Strictness::Strict);
    assert_eq!((after.would_hold, after.in_doubt), (3, 0));
    let back = strict(Strictness::Normal);
    assert_eq!((back.would_hold, back.in_doubt), (2, 1));
    assert_eq!(holds(&desk.mail, "INBOX").len(), 4, "nothing was moved: it only observes");

    strict(Strictness::Strict);
    desk.tell(Command::SetMode { account: "Home".into(), mode: Mode::Act });
    desk.settled();
    let acted = preview();
    assert_eq!((acted.held, acted.would_hold), (3, 0));
    assert_eq!(holds(&desk.mail, "Lazaret").len(), 3);
}
