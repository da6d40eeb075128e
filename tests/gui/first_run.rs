//! The first run, in the real window and against a real server: account, certificate, first reading, what would
//! have been held, the choice to act, and one message put back. By keyboard alone.
//!
//! Needs what `real` needs, and Dovecot; where one is missing the test says that it was skipped.

use std::time::Duration;

use jiff::Timestamp;
use lazaret::demo::{self, DemoFolder};
use lazaret::store::{Holding, Store};

use crate::dovecot::Dovecot;
use crate::real::{self, Display, wait_for};

#[test]
fn the_first_run_leads_from_the_form_to_the_choice_and_back() {
    let dovecot = std::path::Path::new("/usr/lib/dovecot/imap").exists();
    if let Some(tool) = real::missing_tool().or((!dovecot).then_some("dovecot-imapd")) {
        println!("SKIPPED: {tool} is not installed; tests/run.sh installs it");
        return;
    }
    let server = Dovecot::start();
    let all = demo::messages(Timestamp::now());
    for message in &all {
        let folder = match message.folder {
            DemoFolder::Inbox => "INBOX",
            DemoFolder::Sent => "Sent",
        };
        let received = u64::try_from(message.received.as_second()).unwrap();
        server.deliver("anna", folder, &message.bytes, received, "S");
    }
    let inbox = server.messages("anna", "INBOX");
    let data = tempfile::tempdir().unwrap();
    let display = Display::start();
    let mut program = real::open(&display, data.path(), &[]);
    wait_for("a picture", || (display.colours() > 20).then_some(()));

    // Settings, the keys, then the first of the two ways to begin.
    display.keys(&["Tab", "Tab", "Tab", "space"]);
    let pause = || std::thread::sleep(Duration::from_millis(700));
    let fill = |text: &str| {
        display.run("xdotool", &["type", "--delay", "25", text]);
        pause();
    };
    pause();
    display.keys(&["Tab", "Tab", "Tab"]);
    fill("Harbour");
    display.keys(&["Tab"]);
    fill("alex@harbour.example");
    display.keys(&["Tab"]);
    fill("127.0.0.1");
    display.keys(&["Tab", "Tab", "ctrl+a"]);
    fill(&server.imaps.to_string());
    display.keys(&["Tab"]);
    fill("anna");
    display.keys(&["Tab", "Tab"]);
    fill("secret");
    display.keys(&["Tab", "Tab", "Tab", "space"]);

    // Nothing vouches for the server's own certificate: the person does, by its fingerprint.
    let database = data.path().join("lazaret.db");
    let store = || Store::open(&database).unwrap();
    let account = || store().accounts().unwrap().pop();
    wait_for("the account", account);
    pause();
    display.keys(&["Tab", "space"]);
    wait_for("the first reading", || account().filter(|a| a.last_sync.is_some()));
    assert_eq!(server.messages("anna", "INBOX"), inbox, "observing changes nothing");
    let id = account().unwrap().id;
    let tallied = || {
        let tallies = store().tallies(id).unwrap();
        let held = tallies.iter().filter(|t| t.2 == Holding::Held).map(|t| t.3).sum::<u64>();
        (held, tallies.iter().map(|t| t.3).sum::<u64>())
    };
    assert_eq!(tallied().0, 0);
    // Notes stay for eight seconds, and their buttons would come after those of the guide.
    std::thread::sleep(Duration::from_secs(9));

    // The last two buttons of the guide are "Let it act" and "Keep observing".
    display.keys(&["shift+Tab", "shift+Tab", "space"]);
    let held = wait_for("the quarantine", || Some(tallied().0).filter(|held| *held > 60));
    let lazaret = || server.messages("anna", "Lazaret").len();
    assert_eq!(lazaret() as u64, held);
    assert_eq!(server.messages("anna", "INBOX").len() + lazaret(), inbox.len(), "no message was lost");

    // Review: the first of the list is put back, and that is undone.
    let before = lazaret();
    wait_for("a restored message", || {
        display.keys(&["ctrl+2", "Home", "r"]);
        pause();
        (lazaret() < before).then_some(())
    });
    wait_for("the undoing", || {
        display.keys(&["u"]);
        pause();
        (lazaret() == before).then_some(())
    });
    assert_eq!(server.messages("anna", "INBOX").len() + lazaret(), inbox.len());
    assert!(program.0.try_wait().unwrap().is_none(), "the program still runs");
}
