//! The real program beside a real message bus with a notification service that writes down what it is told.
//!
//! Needs dbus-daemon besides what [`real`](crate::real) needs; where one is missing the test says that it was skipped.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use lazaret::account::{Mode, Origin, Settings};
use lazaret::mail::Mailbox;
use lazaret::mail::maildir::Maildir;
use lazaret::service::Place;
use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::zvariant::OwnedValue;

use crate::real::{Display, Guard, PATIENCE, missing_tool, wait_for};

const ME: &str = "me@harbour.example";
const PATH: &str = "/org/freedesktop/Notifications";
const NAME: &str = "org.freedesktop.Notifications";

/// A message bus of the test's own. It starts no service by itself.
pub(crate) struct Bus {
    _daemon: Guard,
    pub(crate) address: String,
    _folder: tempfile::TempDir,
}

impl Bus {
    pub(crate) fn start() -> Bus {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bus.conf");
        let socket = folder.path().display();
        std::fs::write(
            &file,
            format!(
                "<busconfig><type>session</type><listen>unix:dir={socket}</listen><policy context=\"default\">\
                 <allow send_destination=\"*\"/><allow receive_sender=\"*\"/><allow own=\"*\"/></policy></busconfig>"
            ),
        )
        .unwrap();
        let mut daemon = Guard::start(
            Command::new("dbus-daemon")
                .arg(format!("--config-file={}", file.display()))
                .args(["--nofork", "--print-address=1"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
        );
        let mut line = String::new();
        BufReader::new(daemon.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("unix:"), "{line:?}");
        Bus { _daemon: daemon, address: line.trim().to_owned(), _folder: folder }
    }
}

/// One call of `Notify`.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) id: u32,
    pub(crate) app: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) actions: Vec<String>,
    pub(crate) hints: HashMap<String, OwnedValue>,
    pub(crate) at: Instant,
}

struct Service {
    told: Sender<Told>,
    next: u32,
    /// How long the service takes to say what it can.
    slow: Duration,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Service {
    fn get_capabilities(&self) -> Vec<String> {
        std::thread::sleep(self.slow);
        ["actions", "body", "body-markup"].map(str::to_owned).to_vec()
    }

    #[allow(clippy::too_many_arguments, reason = "the specification has so many")]
    fn notify(
        &mut self,
        app: String,
        _replaces: u32,
        _icon: String,
        title: String,
        text: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        self.next += 1;
        let _ = self.told.send(Told { id: self.next, app, title, text, actions, hints, at: Instant::now() });
        self.next
    }
}

/// A notification service on a bus.
pub(crate) struct Notifications {
    connection: Connection,
    pub(crate) told: Receiver<Told>,
}

impl Notifications {
    pub(crate) fn start(bus: &Bus, slow: Duration) -> Notifications {
        let (sender, told) = channel();
        let connection = Builder::address(bus.address.as_str())
            .unwrap()
            .name(NAME)
            .unwrap()
            .serve_at(PATH, Service { told: sender, next: 40, slow })
            .unwrap()
            .build()
            .unwrap();
        Notifications { connection, told }
    }

    pub(crate) fn next(&self) -> Told {
        self.told.recv_timeout(PATIENCE).expect("a notification")
    }

    pub(crate) fn click(&self, id: u32) {
        self.connection.emit_signal(None::<&str>, PATH, NAME, "ActionInvoked", &(id, "default")).unwrap();
    }
}

/// A person with an account whose mail was read once.
pub(crate) struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Home {
        let home = Home { folder: tempfile::tempdir().unwrap() };
        let mut maildir = Maildir::create(home.mail()).unwrap();
        Mailbox::create(&mut maildir, "Sent").unwrap();
        for number in 0..6 {
            let bytes = format!("{}\r\nHello\r\n", sent(number, "friend@example.net"));
            maildir.deliver("Sent", bytes.as_bytes(), ago(48), &["\\Seen"]).unwrap();
        }
        // Was there before the first sync: no news.
        home.bounce(0, "old@firm.example", "550 5.1.1 no such user");
        let settings = Settings {
            name: "Home".into(),
            addresses: vec![ME.into()],
            origin: Origin::Maildir { path: home.mail() },
            mode: Mode::Act,
            strictness: Default::default(),
            sent_folder: None,
            sign_in: Default::default(),
            keep_days: None,
        };
        let store = Place::at(home.data()).open().unwrap();
        let json = serde_json::to_string(&settings).unwrap();
        store.add_account("Home", &json, Timestamp::now()).unwrap();
        store.set_option("every", r#"{"minutes":1}"#).unwrap();
        drop(store);
        let synced = home.lazaret(&["sync", "--account", "Home"]).output().unwrap();
        assert!(synced.status.success(), "{}", String::from_utf8_lossy(&synced.stderr));
        home
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn mail(&self) -> PathBuf {
        self.folder.path().join("mail")
    }

    /// The bounce of a mail that the person sent.
    pub(crate) fn bounce(&self, number: u32, recipient: &str, says: &str) {
        let returned = sent(number, recipient);
        let bytes = format!(
            "Return-Path: <>\r\nFrom: Mail Delivery System <mailer-daemon@mx.harbour.example>\r\nTo: {ME}\r\n\
             Subject: Undelivered Mail Returned to Sender\r\nDate: {}\r\nMessage-ID: <b{number}@mx.harbour.example>\r\n\
             Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\
             Content-Type: text/plain\r\n\r\nYour message could not be delivered.\r\n--b\r\n\
             Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.harbour.example\r\n\r\n\
             Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.2.2\r\n\
             Diagnostic-Code: smtp; {says}\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\n--b--\r\n",
            ago(1).strftime("%a, %d %b %Y %H:%M:%S +0000"),
        );
        let mut maildir = Maildir::open(self.mail()).unwrap();
        maildir.deliver("INBOX", bytes.as_bytes(), ago(1), &[]).unwrap();
    }

    /// The program on this person's data.
    pub(crate) fn lazaret(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lazaret"));
        command
            .args(arguments)
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("DISPLAY")
            .env("LAZARET_DATA", self.data())
            .env("LAZARET_KEYRING", "off")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .stdin(Stdio::null());
        command
    }

    /// The program with a window, its log in a file.
    pub(crate) fn open(&self, display: &Display, bus: &str, arguments: &[&str]) -> Guard {
        let log = std::fs::File::create(self.log()).unwrap();
        Guard::start(
            self.lazaret(arguments)
                .env("DISPLAY", &display.name)
                .env("DBUS_SESSION_BUS_ADDRESS", bus)
                .stdout(Stdio::null())
                .stderr(log),
        )
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    pub(crate) fn logged(&self, text: &str) -> usize {
        std::fs::read_to_string(self.log()).unwrap_or_default().matches(text).count()
    }
}

fn ago(hours: i64) -> Timestamp {
    Timestamp::from_second(Timestamp::now().as_second()).unwrap() - SignedDuration::from_hours(hours)
}

/// The header of a mail that the person sent.
fn sent(number: u32, recipient: &str) -> String {
    format!(
        "From: Me <{ME}>\r\nTo: {recipient}, friend@example.net\r\nSubject: Minutes & <i>more</i> {number}\r\nDate: {}\r\n\
         Message-ID: <s{number}@harbour.example>\r\n",
        ago(48).strftime("%a, %d %b %Y %H:%M:%S +0000"),
    )
}

pub(crate) fn missing() -> Option<&'static str> {
    let there = Path::new("/usr/bin/dbus-daemon").is_file();
    missing_tool().or((!there).then_some("dbus-daemon"))
}

/// The view in which the window was seen last.
fn view(home: &Home) -> Option<String> {
    let text = std::fs::read_to_string(home.data().join("config/window.json")).ok()?;
    let json: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(json.get("view")?.as_str()?.to_owned())
}

#[test]
fn a_bounce_is_told_once_escaped_and_its_click_opens_it() {
    if let Some(tool) = missing() {
        println!("SKIPPED: {tool} is not installed; tests/run.sh installs it");
        return;
    }
    let (home, bus, display) = (Home::new(), Bus::start(), Display::start());
    let service = Notifications::start(&bus, Duration::ZERO);
    home.bounce(1, "r&d@firm.example", "552 5.2.2 mailbox full");
    let mut program = home.open(&display, &bus.address, &[]);
    let told = service.next();
    assert_eq!(
        (told.app.as_str(), told.title.as_str()),
        ("Lazaret", "A mail of yours could not be delivered")
    );
    assert_eq!(
        told.text,
        "To r&amp;d@firm.example: the mailbox is full.\n“Minutes &amp; &lt;i&gt;more&lt;∕i&gt; 1”"
    );
    assert_eq!(told.actions, ["default", "Open"]);
    assert_eq!(told.hints.get("desktop-entry").and_then(|v| v.downcast_ref::<&str>().ok()), Some("lazaret"));

    // A click leads there. Another notification's does not.
    wait_for("a picture", || (display.colours() > 50).then_some(()));
    service.click(told.id + 1);
    std::thread::sleep(Duration::from_secs(2));
    assert_ne!(view(&home).as_deref(), Some("Bounces"));
    service.click(told.id);
    wait_for("the bounces", || (view(&home)? == "Bounces").then_some(()));

    // Two more come with the sync of the next minute, and are told together.
    home.bounce(2, "bob@firm.example", "552 5.2.2 mailbox full");
    home.bounce(3, "eve@firm.example", "552 5.2.2 mailbox full");
    let more = service.told.recv_timeout(PATIENCE * 2).expect("two together");
    assert!(more.at - told.at >= Duration::from_secs(60), "{:?}", more.at - told.at);
    assert_eq!(more.title, "2 messages could not be delivered");
    assert_eq!(more.text, "To bob@firm.example, eve@firm.example");
    assert_eq!(home.logged("could not be shown"), 0);
    assert!(program.0.try_wait().unwrap().is_none());
}

#[test]
fn a_desktop_that_does_not_answer_or_is_not_there_holds_up_nothing() {
    if let Some(tool) = missing() {
        println!("SKIPPED: {tool} is not installed; tests/run.sh installs it");
        return;
    }
    let (bus, display) = (Bus::start(), Display::start());
    let hanging = Notifications::start(&bus, Duration::from_secs(1_000));
    for (address, says) in [
        (bus.address.as_str(), "the desktop did not answer within 10 seconds"),
        ("unix:path=/nonexistent/bus", "a notification could not be shown"),
    ] {
        let home = Home::new();
        home.bounce(1, "bob@firm.example", "552 5.2.2 mailbox full");
        let mut program = home.open(&display, address, &[]);
        wait_for("the word in the log", || (home.logged(says) > 0).then_some(()));
        let again = home.lazaret(&[]).env("DISPLAY", &display.name).output().unwrap();
        assert!(again.status.success(), "the window answers: {again:?}");
        assert_eq!(home.logged("could not be shown"), 1, "it is said once");
        assert!(program.0.try_wait().unwrap().is_none());
        assert!(hanging.told.try_recv().is_err());
    }
}
