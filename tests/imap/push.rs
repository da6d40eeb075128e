//! News without asking: IDLE on a real server and on odd ones, a connection that breaks while it waits, and
//! accounts side by side.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use lazaret::account::{Credentials, Mode, Origin, Settings};
use lazaret::mail::imap::{ImapMailbox, connect};
use lazaret::mail::{Cancel, MailError, Mailbox, Waited};
use lazaret::service::command::{Command, ListQuery, Shelf};
use lazaret::service::event::{AccountState, Event};
use lazaret::service::{Options, Place, Secret, Service};

use crate::dovecot::{Dovecot, Options as ServerOptions};
use crate::help::sign_in;
use crate::proxy::Proxy;
use crate::rig::{letter, settings, worm};
use crate::scripted::Scripted;

const LONG: Duration = Duration::from_secs(30);

fn never() -> bool {
    false
}

#[test]
fn news_are_heard_at_once_and_the_connection_is_wanted_back_at_any_time() {
    let server = Dovecot::start();
    server.deliver("anna", "INBOX", &letter(1), 1_772_400_001, "S");
    let mut mailbox = sign_in(&server, "anna");
    let short = Duration::from_millis(700);
    assert_eq!(mailbox.wait("INBOX", None, short, &mut never).unwrap(), Waited::Quiet);

    let began = Instant::now();
    let mut asked = 0;
    let mut stop = || {
        asked += 1;
        asked > 2
    };
    assert_eq!(mailbox.wait("INBOX", None, LONG, &mut stop).unwrap(), Waited::Stopped);
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(mailbox.uids(1).unwrap(), [1], "the connection is of use as before");

    let then = mailbox.changes("INBOX", None).unwrap().snapshot;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(600));
            server.deliver("anna", "INBOX", &letter(2), 1_772_400_002, "");
        });
        let began = Instant::now();
        assert_eq!(mailbox.wait("INBOX", then.as_ref(), LONG, &mut never).unwrap(), Waited::News);
        assert!(began.elapsed() < Duration::from_secs(15));
    });
    // What came while nobody listened is news at once.
    let began = Instant::now();
    assert_eq!(mailbox.wait("INBOX", then.as_ref(), LONG, &mut never).unwrap(), Waited::News);
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(mailbox.changes("INBOX", then.as_ref()).unwrap().new, [2]);
}

#[test]
fn each_wait_is_renewed_in_time() {
    let server = Dovecot::start();
    let proxy = Proxy::start(server.imap);
    let mut rig = crate::rig::Rig::new(proxy.port, Mode::Observe);
    rig.endpoint.bounds.renew = Duration::from_millis(400);
    let mut mailbox = rig.connect().unwrap();
    let waited = mailbox.wait("INBOX", None, Duration::from_millis(1_900), &mut never).unwrap();
    assert_eq!(waited, Waited::Quiet);
    let commands = proxy.commands();
    let idles = commands.iter().filter(|c| *c == "IDLE").count();
    assert!((3..=6).contains(&idles), "{commands:?}");
}

#[test]
fn without_idle_it_is_said() {
    let capability = Some("IMAP4rev1 UIDPLUS MOVE");
    let server = Dovecot::start_with(&ServerOptions { capability, ..ServerOptions::default() });
    let mut mailbox = sign_in(&server, "anna");
    assert!(!mailbox.can_wait());
    assert_eq!(mailbox.wait("INBOX", None, LONG, &mut never).unwrap(), Waited::CanNot);
}

fn odd(script: &'static [&'static str]) -> Result<Waited, MailError> {
    let server = Scripted::start(move |client, _| {
        client.sign_in("IDLE")?;
        client.folder(3)?;
        let (tag, command) = client.command()?;
        assert_eq!(command, "IDLE");
        for text in script {
            client.send(&text.replace("TAG", &tag))?;
            std::thread::sleep(Duration::from_millis(350));
        }
        // DONE has no tag: the answer names the IDLE's.
        client.command()?;
        client.send(&format!("* 1 EXPUNGE\n{tag} OK done\n"))?;
        client.answer("* SEARCH 1 2 3\nTAG OK done\n")?;
        client.hang()
    });
    let mut mailbox: ImapMailbox = connect(&server.endpoint(), "secret", &Cancel::default()).unwrap();
    let waited = mailbox.wait("INBOX", None, Duration::from_millis(1_200), &mut never)?;
    assert_eq!(mailbox.uids(1).unwrap(), [1, 2, 3], "the connection is in step");
    Ok(waited)
}

#[test]
fn what_servers_say_in_between() {
    assert_eq!(odd(&["+ idling\n", "* OK Still here\n"]), Ok(Waited::Quiet));
    assert_eq!(odd(&["* 4 EXISTS\n", "+ \n"]), Ok(Waited::News), "news before the go-ahead");
    assert_eq!(odd(&["+ idling\n", "* VANISHED 3\n"]), Ok(Waited::News));
    assert_eq!(odd(&["+ idling\n", "* 2 FETCH (FLAGS (\\Seen))\n"]), Ok(Waited::Quiet));
    assert_eq!(odd(&["+ idling\n* 4 EX", "ISTS\n"]), Ok(Waited::News), "a line in two pieces");
    assert!(matches!(odd(&["+ idling\n", "* BYE Autologout\n", "junk\n"]), Err(MailError::Protocol { .. })));
    assert!(matches!(odd(&[]), Err(MailError::Timeout { .. })), "a server that never says go ahead");
}

#[test]
fn a_server_that_refuses_to_tell_is_not_asked_again() {
    let server = Scripted::start(|client, _| {
        client.sign_in("IDLE")?;
        client.folder(3)?;
        client.answer("TAG NO not now\n")?;
        client.hang()
    });
    let mut mailbox = connect(&server.endpoint(), "secret", &Cancel::default()).unwrap();
    assert!(mailbox.can_wait());
    assert_eq!(mailbox.wait("INBOX", None, LONG, &mut never).unwrap(), Waited::CanNot);
    assert!(!mailbox.can_wait());
}

#[test]
fn no_more_connections_to_one_account_than_a_provider_bears() {
    let server = Dovecot::start();
    let mut endpoint = crate::help::endpoint(&server, "anna");
    endpoint.bounds.connect = Duration::from_millis(300);
    let open = || connect(&endpoint, "secret", &Cancel::default());
    let three: Vec<ImapMailbox> = (0..3).map(|_| open().unwrap()).collect();
    assert!(matches!(open(), Err(MailError::Throttled { .. })));
    assert!(connect(&crate::help::endpoint(&server, "ben"), "pass \"word\\", &Cancel::default()).is_ok());
    drop(three);
    assert!(open().is_ok());
}

struct Desk {
    events: Receiver<Event>,
    service: Service,
    data: tempfile::TempDir,
}

impl Desk {
    fn automatic() -> Desk {
        let data = tempfile::tempdir().unwrap();
        let (sender, events) = sync_channel(10_000);
        let credentials = Arc::new(Credentials::session_only("a test"));
        let options =
            Options { place: Place::at(data.path()), demo: false, automatic: true, credentials, login: None };
        let service = Service::start(options, Arc::new(move |event| sender.send(event).is_ok())).unwrap();
        Desk { events, service, data }
    }

    fn tell(&self, command: Command) {
        self.service.commands().try_send(command).unwrap();
    }

    fn add(&self, settings: Settings) {
        self.tell(Command::AddAccount { settings, password: Secret::new("secret") });
    }

    /// Waits for an event; how long it took.
    fn wait<T>(&self, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if let Some(found) = wanted(self.events.recv_timeout(left).expect("the service said no more")) {
                return found;
            }
        }
    }

    fn settled(&self) {
        self.wait(|event| matches!(event, Event::Changed).then_some(()));
    }

    /// Waits until a shelf holds so many, asking after each change.
    fn holds(&self, shelf: Shelf, count: u64) {
        loop {
            self.tell(Command::List(ListQuery { shelf, limit: 10, ..ListQuery::default() }));
            let total = self.wait(|event| match event {
                Event::List(page) => Some(page.total),
                _ => None,
            });
            if total == count {
                return;
            }
            self.settled();
        }
    }
}

#[test]
fn mail_that_comes_is_judged_and_held_without_being_asked() {
    let server = Dovecot::start();
    let desk = Desk::automatic();
    desk.add(settings(server.imap, Mode::Act));
    desk.settled();
    server.deliver("anna", "INBOX", &letter(1), 1_772_400_001, "");
    desk.holds(Shelf::All, 1);
    server.deliver("anna", "INBOX", &worm(1), 1_772_400_002, "");
    desk.holds(Shelf::Quarantine, 1);
    desk.settled();
    assert_eq!(server.messages("anna", "Lazaret").len(), 1);
}

#[test]
fn a_connection_that_breaks_while_it_waits_is_made_anew() {
    let server = Dovecot::start();
    let proxy = Proxy::start(server.imap);
    let desk = Desk::automatic();
    desk.add(settings(proxy.port, Mode::Observe));
    desk.settled();
    // The network goes: every connection that is open ends.
    while !proxy.commands().iter().any(|c| c == "IDLE") {
        std::thread::sleep(Duration::from_millis(20));
    }
    proxy.cut_all();
    server.deliver("anna", "INBOX", &letter(1), 1_772_400_001, "");
    desk.holds(Shelf::All, 1);
    let sign_ins = proxy.commands().iter().filter(|c| *c == "LOGIN").count();
    assert_eq!(sign_ins, 2, "{:?}", proxy.commands());
}

fn maildir(data: &Path) -> Settings {
    let path = data.join("mail");
    let mut mail = lazaret::mail::maildir::Maildir::create(&path).unwrap();
    for number in 0..20 {
        mail.deliver("INBOX", &letter(number), jiff::Timestamp::from_second(1_772_400_000).unwrap(), &[])
            .unwrap();
    }
    Settings { name: "Home".into(), origin: Origin::Maildir { path }, ..settings(1, Mode::Observe) }
}

#[test]
fn a_server_that_hangs_holds_up_no_other_account() {
    let hanging = Scripted::start(|client, _| client.hang());
    let desk = Desk::automatic();
    desk.add(settings(hanging.endpoint().port, Mode::Observe));
    desk.wait(|event| match event {
        Event::Accounts(all) => all.iter().any(|a| a.state == AccountState::Syncing).then_some(()),
        _ => None,
    });
    let began = Instant::now();
    desk.add(maildir(desk.data.path()));
    let others = desk.wait(|event| match event {
        Event::Accounts(all) => {
            let home = all.iter().any(|a| a.settings.name == "Home" && a.judged == 20);
            home.then(|| all.iter().find(|a| a.settings.name == "Work").unwrap().state.clone())
        }
        _ => None,
    });
    assert!(began.elapsed() < Duration::from_secs(20));
    assert_eq!(others, AccountState::Syncing, "the other one still hangs");
}
