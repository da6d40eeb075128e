//! Each wish that the service knows has a control: the list here is the whole of [`Command`], and each entry is
//! done by accessible name or by key.

use eframe::egui::{Key, Modifiers};
use lazaret::service::command::Command;
use lazaret::service::event::{AccountState, Event, JobView};

use crate::fixture;
use crate::harness::{Answers, Window};

/// A wish's name, as the type has it. A new wish does not compile here until it has one, and then wants a way.
fn name(command: &Command) -> &'static str {
    match command {
        Command::TestConnection { .. } => "TestConnection",
        Command::AddAccount { .. } => "AddAccount",
        Command::RemoveAccount { .. } => "RemoveAccount",
        Command::ProvidePassword { .. } => "ProvidePassword",
        Command::TrustCertificate { .. } => "TrustCertificate",
        Command::SetMode { .. } => "SetMode",
        Command::SetStrictness { .. } => "SetStrictness",
        Command::SetRetention { .. } => "SetRetention",
        Command::SetSentFolder { .. } => "SetSentFolder",
        Command::SetEvery(_) => "SetEvery",
        Command::SetDesktop(_) => "SetDesktop",
        Command::OpenDemo => "OpenDemo",
        Command::Sync { .. } => "Sync",
        Command::CancelJob(_) => "CancelJob",
        Command::List(_) => "List",
        Command::Open(_) => "Open",
        Command::OpenGroup { .. } => "OpenGroup",
        Command::Choose { .. } => "Choose",
        Command::Touches { .. } => "Touches",
        Command::Restore(_) => "Restore",
        Command::RestoreAndAllow { .. } => "RestoreAndAllow",
        Command::Block { .. } => "Block",
        Command::Quarantine(_) => "Quarantine",
        Command::Delete(_) => "Delete",
        Command::EmptyQuarantine { .. } => "EmptyQuarantine",
        Command::SaveAttachment { .. } => "SaveAttachment",
        Command::MarkDealt { .. } => "MarkDealt",
        Command::MarkOlder { .. } => "MarkOlder",
        Command::Undo(_) => "Undo",
        Command::AddSender { .. } => "AddSender",
        Command::RemoveSender(_) => "RemoveSender",
        Command::ExportSenders { .. } => "ExportSenders",
        Command::ImportSenders { .. } => "ImportSenders",
        Command::ListSenders => "ListSenders",
        Command::ListActivity => "ListActivity",
        Command::Overview => "Overview",
        Command::Previews => "Previews",
        Command::Chart(_) => "Chart",
        // The window asks these by itself, as it opens and closes.
        Command::Greet => "Greet",
        Command::Left => "Left",
        Command::SetLook(_) => "SetLook",
        Command::Quit => "Quit",
    }
}

/// What a person does for a wish; gives the commands that come of it.
type Way = fn(&mut Window) -> Vec<Command>;

/// Every wish that a person makes by a control, with what they do. `Greet` and `Left` come with a window that opens
/// or closes, `Quit` with the program's end.
const WAYS: &[(&str, Way)] = &[
    ("TestConnection", |w| {
        form(w);
        w.click("Test connection")
    }),
    ("AddAccount", |w| {
        form(w);
        w.click("Add account")
    }),
    ("RemoveAccount", |w| {
        w.click("Settings");
        w.reach("Remove Home");
        w.click("Remove account")
    }),
    ("ProvidePassword", |w| {
        let mut accounts = fixture::accounts();
        accounts[0].state = AccountState::NeedsPassword;
        w.tell(Event::Accounts(accounts));
        w.tell(Event::PasswordNeeded { account: "Work".into(), why: "No keyring.".into() });
        w.fill("Password", "secret");
        w.click("Sign in")
    }),
    ("TrustCertificate", |w| {
        let why = "nothing vouches for it".to_owned();
        w.tell(Event::CertificateUnknown { account: "Work".into(), fingerprint: "AB:CD".into(), why });
        w.click("Trust this certificate")
    }),
    ("SetMode", |w| {
        w.click("Settings");
        w.reach("Observe Work")
    }),
    ("SetStrictness", |w| {
        w.click("Settings");
        w.reach("Strict for Work")
    }),
    ("SetRetention", |w| {
        w.click("Settings");
        w.reach("Delete held mail of Work after 90 days");
        w.click("Delete after 90 days")
    }),
    ("SetSentFolder", |w| {
        w.tell(Event::Accounts(fixture::accounts().into_iter().take(1).collect()));
        w.click("Settings");
        w.fill("Sent mail", "Gesendet");
        w.reach("Keep the folder of Work")
    }),
    ("SetEvery", |w| {
        w.click("Settings");
        w.reach("Every hour")
    }),
    ("SetDesktop", |w| {
        w.click("Settings");
        w.reach("Tell me of news")
    }),
    ("SetLook", |w| {
        w.click("Settings");
        w.reach("Dark")
    }),
    ("OpenDemo", |w| {
        w.tell(Event::Accounts(Vec::new()));
        w.click("Try the demo mailbox")
    }),
    ("Sync", |w| w.click("Sync now")),
    ("CancelJob", |w| {
        let says = "Reading Sent of Work".to_owned();
        w.tell(Event::Job(JobView { id: 7, says, done: 1, total: Some(9), ended: false }));
        w.click("Cancel")
    }),
    ("List", |w| {
        w.go("Quarantine");
        w.click("Sort by from")
    }),
    ("Open", |w| {
        w.go("Quarantine");
        w.click_row("Invoice 4471", Modifiers::NONE)
    }),
    ("OpenGroup", |w| {
        storm(w);
        w.click_row("Undelivered Mail", Modifiers::NONE)
    }),
    ("Choose", |w| {
        storm(w);
        w.click_row("Undelivered Mail", Modifiers::COMMAND)
    }),
    ("Touches", |w| {
        invoice(w);
        w.click("Block…")
    }),
    ("Restore", |w| {
        invoice(w);
        w.click("Restore")
    }),
    ("RestoreAndAllow", |w| {
        invoice(w);
        w.click("Restore and allow…");
        w.click("Restore and allow")
    }),
    ("Block", |w| {
        invoice(w);
        w.click("Block…");
        w.click("Block")
    }),
    ("Quarantine", |w| {
        w.go("Quarantine");
        w.click_row("Undelivered Mail", Modifiers::NONE);
        w.click("Hold it now")
    }),
    ("Delete", |w| {
        invoice(w);
        w.click("Delete…");
        w.click("Delete for ever")
    }),
    ("EmptyQuarantine", |w| {
        w.click("Settings");
        w.reach("Empty the quarantine of Work");
        w.click("Delete for ever")
    }),
    ("SaveAttachment", |w| {
        w.tell(Event::Downloads("/home/ada/Downloads".into()));
        invoice(w);
        w.click("Attachments 1");
        w.click("Save invoice.pdf.exe…");
        w.click("Save it all the same")
    }),
    ("MarkDealt", |w| {
        w.go("Bounces");
        w.click("Dealt with: b.miller@firm.example")
    }),
    ("MarkOlder", |w| {
        changed(w);
        w.go("Bounces");
        let query = w.questions.iter().rev().find_map(|c| match c {
            Command::List(q) if q.shelf == lazaret::service::command::Shelf::Bounces => Some(q.clone()),
            _ => None,
        });
        let mut page = fixture::page(&query.unwrap());
        page.total += 400;
        w.tell(Event::List(page));
        w.reach("Deal with all older than 30 days")
    }),
    ("Undo", |w| {
        w.tell(Event::Done { says: "1 message restored to INBOX.".into(), undo: Some(41) });
        w.click("Undo")
    }),
    ("AddSender", |w| {
        w.go("Senders");
        w.fill("Sender", "friend@example.net");
        w.click("Allow sender")
    }),
    ("RemoveSender", |w| {
        w.go("Senders");
        w.click("Remove firm.example")
    }),
    ("ExportSenders", |w| {
        w.go("Senders");
        w.tell(Event::Downloads("/home/ada/Downloads".into()));
        w.click("Export…");
        w.click("Export")
    }),
    ("ImportSenders", |w| {
        w.go("Senders");
        w.tell(Event::Downloads("/home/ada/Downloads".into()));
        w.click("Import…");
        w.click("Import")
    }),
    // What a view shows is asked for as it opens and after a change.
    ("ListSenders", changed),
    ("ListActivity", changed),
    ("Overview", changed),
    ("Previews", changed),
    ("Chart", |w| {
        w.go("Overview");
        w.click("Zoom out")
    }),
];

fn form(w: &mut Window) {
    w.tell(Event::Accounts(Vec::new()));
    w.click("Add an account");
    for (field, text) in [
        ("Account name", "Harbour"),
        ("Your addresses", "me@example.org"),
        ("IMAP server", "imap.example.org"),
        ("Sign-in name", "me"),
        ("Password", "secret"),
    ] {
        w.fill(field, text);
    }
}

fn invoice(w: &mut Window) {
    w.go("Quarantine");
    w.click_row("Invoice 4471", Modifiers::NONE);
}

fn storm(w: &mut Window) {
    w.go("Quarantine");
    w.tell(Event::List(fixture::storm().0));
}

fn changed(w: &mut Window) -> Vec<Command> {
    w.tell(Event::Changed);
    w.settle()
}

#[test]
fn every_wish_has_a_control() {
    for (wanted, way) in WAYS {
        let mut window = Window::open();
        window.questions.clear();
        let wishes = way(&mut window);
        let made: Vec<&str> = wishes.iter().chain(&window.questions).map(name).collect();
        assert!(made.contains(wanted), "{wanted}: {made:?}");
    }
}

/// The names of all wishes, read from the type itself.
#[test]
fn no_wish_is_left_out() {
    let text = include_str!("../../src/service/command.rs");
    let (_, rest) = text.split_once("pub enum Command {").unwrap();
    let (body, _) = rest.split_once("\n}\n").unwrap();
    let variants: Vec<&str> = body
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
        .map(|line| line.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default())
        .collect();
    assert!(variants.len() > 35, "{variants:?}");
    let by_themselves = ["Greet", "Left", "Quit"];
    for variant in variants {
        let known = WAYS.iter().any(|(name, _)| *name == variant) || by_themselves.contains(&variant);
        assert!(known, "{variant} has no way here");
    }
}

#[test]
fn every_key_is_named_in_the_help_and_does_what_it_says() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.key(Key::F1);
    for named in ["j or ↓", "k or ↑", "Enter", "r", "a", "b", "u or Ctrl+Z", "/ or Ctrl+F", "? or F1", "Esc"]
    {
        assert!(window.shows(named), "{named} is not in the help");
    }
    window.key(Key::Escape);
    assert!(!window.shows("j or ↓"));
    let mut silent = Window::sized(1280.0, Answers::Nobody, Some(fixture::accounts()));
    assert!(silent.key(Key::F5).iter().any(|c| name(c) == "Sync"));
}
