//! Every verb by click and by key gives the right command with the right messages.

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use lazaret::engine::senders::{SenderRule, SenderScope};
use lazaret::service::command::Command;
use lazaret::service::event::{Event, TouchedView};

use crate::harness::Window;

fn at_invoice() -> Window {
    let mut window = Window::open();
    window.go("Quarantine");
    window.click_row("Invoice 4471", Modifiers::NONE);
    window
}

#[test]
fn restore_by_click() {
    let mut window = at_invoice();
    let wishes = window.click("Restore");
    assert!(matches!(&wishes[..], [Command::Restore(ids)] if ids == &[1]), "{wishes:?}");
}

#[test]
fn restore_by_key() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.key(Key::J);
    let wishes = window.key(Key::R);
    assert!(matches!(&wishes[..], [Command::Restore(ids)] if ids == &[1]), "{wishes:?}");
}

#[test]
fn restore_and_allow_asks_for_whom() {
    let mut window = at_invoice();
    assert!(window.click("Restore and allow…").is_empty());
    assert!(window.shows("Only billing@invoices.example"));
    window.click("Everybody at invoices.example");
    let wishes = window.click("Restore and allow");
    assert!(
        matches!(&wishes[..], [Command::RestoreAndAllow { messages, scope: SenderScope::Domain, expires: None }] if messages == &[1]),
        "{wishes:?}"
    );
    assert!(!window.shows("Only billing@invoices.example"));
}

#[test]
fn allow_by_keys_alone() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.key(Key::J);
    assert!(window.key(Key::A).is_empty());
    let wishes = window.key(Key::Enter);
    assert!(
        matches!(&wishes[..], [Command::RestoreAndAllow { messages, scope: SenderScope::Address, expires: None }] if messages == &[1]),
        "{wishes:?}"
    );
}

#[test]
fn block_by_click_and_by_key() {
    let mut window = at_invoice();
    window.click("Block…");
    let wishes = window.click("Block");
    assert!(
        matches!(&wishes[..], [Command::Block { messages, scope: SenderScope::Address, expires: None }] if messages == &[1]),
        "{wishes:?}"
    );
    window.key(Key::B);
    assert!(window.shows("Block the sender"));
    assert!(window.key(Key::Escape).is_empty());
    assert!(!window.shows("Block the sender"));
}

#[test]
fn what_is_only_observed_can_be_held_but_not_restored() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.click_row("Undelivered Mail", Modifiers::NONE);
    assert!(window.shows_part("Would be held"));
    assert!(!window.shows("Restore"));
    assert!(window.key(Key::R).is_empty());
    let wishes = window.click("Hold it now");
    assert!(matches!(&wishes[..], [Command::Quarantine(ids)] if ids == &[2]), "{wishes:?}");
}

#[test]
fn several_messages_at_once() {
    let mut window = at_invoice();
    window.click_row("Ваша посылка", Modifiers::COMMAND);
    window.click_row("failure notice", Modifiers::COMMAND);
    let wishes = window.click("Restore 3 messages");
    assert!(matches!(&wishes[..], [Command::Restore(ids)] if ids == &[1, 5, 6]), "{wishes:?}");
}

#[test]
fn of_a_mixed_choice_only_what_is_held_is_restored() {
    let mut window = at_invoice();
    window.click_row("Undelivered Mail", Modifiers::COMMAND);
    assert!(window.shows("2 messages chosen"));
    let wishes = window.click("Restore 1 message");
    assert!(matches!(&wishes[..], [Command::Restore(ids)] if ids == &[1]), "{wishes:?}");
}

#[test]
fn undo_from_the_toast_and_by_key() {
    let mut window = Window::open();
    window.tell(Event::Done { says: "Restored to INBOX".into(), undo: Some(41) });
    assert!(window.shows("Restored to INBOX"));
    let wishes = window.click("Undo");
    assert!(matches!(&wishes[..], [Command::Undo(41)]), "{wishes:?}");
    assert!(!window.shows("Restored to INBOX"));
    window.tell(Event::Done { says: "Blocked".into(), undo: Some(42) });
    assert!(matches!(&window.key(Key::U)[..], [Command::Undo(42)]));
    // Nothing is left in the toasts: the newest line of the journal is next.
    assert!(matches!(&window.key(Key::U)[..], [Command::Undo(9)]));
}

#[test]
fn undo_from_the_journal() {
    let mut window = Window::open();
    window.go("Activity");
    let wishes = window.click("Undo: Restored to INBOX: “Order form”");
    assert!(matches!(&wishes[..], [Command::Undo(8)]), "{wishes:?}");
    let wishes = window.click("Undo: Allowed orders@supplier.example");
    assert!(matches!(&wishes[..], [Command::RemoveSender(2)]), "{wishes:?}");
    assert!(window.shows("You") && window.shows("Rule"), "it is said who did it");
    assert!(!window.shows_part("Undo: Moving"));
}

#[test]
fn a_finding_opens_to_its_bytes_and_lights_them_up() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.click_row("Undelivered Mail", Modifiers::NONE);
    let name = "For holding it: It is not among the 4,120 mails you sent; Sent is read since 2021.";
    assert!(!window.shows("Message-ID: <20260312.cheap@example.org>"));
    window.click(name);
    assert!(window.shows("Message-ID: <20260312.cheap@example.org>"));
    assert!(window.shows("Content-Type: message/rfc822"), "the source with the bytes lit up");
    window.click("Message");
    let place = crate::fixture::SOURCE.find("Message-ID").unwrap();
    window.click(&format!("Show in source: Header inside part 2, bytes {place} to {}", place + 40));
    assert!(window.shows("Content-Type: message/rfc822"));
    window.click("Headers");
    assert!(window.shows("Return-Path"));
    assert!(!window.shows("Content-Type: message/rfc822"));
}

#[test]
fn the_way_of_a_mail_is_a_chain_that_can_be_read_and_opened() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.click_row("Undelivered Mail", Modifiers::NONE);
    window.click("Headers");
    assert!(window.shows_part("1 hop, nothing odd. Your side took it from mx.example.net (203.0.113.7)"));
    assert!(window.shows("your side took it here"));
    assert!(window.shows("mail.example.org"));
    assert!(window.shows("Thu 12 Mar 2026, 08:55:00"));
    window.click("Show in source: taken by mail.example.org, your side took it here");
    assert!(window.shows("Return-Path: <>"), "the source is shown");
}

#[test]
fn attachments_say_what_they_claim_and_what_they_are() {
    let mut window = at_invoice();
    window.click("Attachments 1");
    assert!(window.shows("application/pdf"));
    assert!(window.shows("application/vnd.microsoft.portable-executable"));
}

#[test]
fn a_running_job_can_be_cancelled() {
    let mut window = Window::open();
    let job = |done, ended| {
        let says = "Reading Sent of Work".to_owned();
        Event::Job(lazaret::service::event::JobView { id: 7, says, done, total: Some(4_120), ended })
    };
    window.tell(job(1_200, false));
    assert!(window.shows("1,200 of 4,120"));
    assert!(matches!(&window.click("Cancel")[..], [Command::CancelJob(7)]));
    window.tell(job(1_300, true));
    assert!(!window.shows("Reading Sent of Work"));
}

#[test]
fn sync_now_by_button_and_key() {
    let mut window = Window::open();
    assert!(matches!(&window.click("Sync now")[..], [Command::Sync { account: None }]));
    assert!(matches!(&window.key(Key::F5)[..], [Command::Sync { account: None }]));
}

#[test]
fn what_an_entry_would_touch_is_said_before_it_is_confirmed() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.click_row("Invoice 4471", Modifiers::NONE);
    window.click("Block…");
    let address = "billing@invoices.example";
    let asks = |c: &Command, wanted: SenderScope, about: &str| matches!(c, Command::Touches { scope, value, .. } if *scope == wanted && value == about);
    let asked = window.questions.iter().filter(|c| asks(c, SenderScope::Address, address)).count();
    assert_eq!(asked, 1, "{:?}", window.questions);
    let says = "14 messages from billing@invoices.example are held already; new mail is held as well.";
    window.tell(Event::Touched(TouchedView {
        rule: SenderRule::Block,
        scope: SenderScope::Address,
        value: address.into(),
        says: Some(says.into()),
    }));
    assert!(window.shows(says));
    window.click("Everybody at invoices.example");
    assert!(window.questions.iter().any(|c| asks(c, SenderScope::Domain, "invoices.example")));
    assert!(!window.shows(says), "that was about another entry");
    assert!(window.click("Cancel").is_empty());
}

#[test]
fn an_attachment_is_saved_only_after_a_warning_that_names_the_finding() {
    let mut window = Window::open();
    window.tell(Event::Downloads("/home/ada/Downloads".into()));
    window.go("Quarantine");
    window.click_row("Invoice 4471", Modifiers::NONE);
    window.click("Attachments 1");
    assert!(window.click("Save invoice.pdf.exe…").is_empty());
    assert!(window.shows("Save something harmful?"));
    let finding = "invoice.pdf.exe is a Windows program and claims to be a PDF document.";
    assert_eq!(window.harness.get_all_by_label(finding).count(), 2, "on its card and in the warning");
    assert!(window.click("Don’t save").is_empty());
    assert!(!window.shows("Save something harmful?"));
    window.click("Save invoice.pdf.exe…");
    let wishes = window.click("Save it all the same");
    assert!(
        matches!(&wishes[..], [Command::SaveAttachment { message: 1, sha256, name, folder }]
            if sha256.len() == 64 && name.as_deref() == Some("invoice.pdf.exe")
                && folder == std::path::Path::new("/home/ada/Downloads")),
        "{wishes:?}"
    );
    window.tell(Event::Done { says: "Saved to /home/ada/Downloads/invoice.pdf.exe.".into(), undo: None });
    assert!(window.shows("Saved to /home/ada/Downloads/invoice.pdf.exe."));
}

#[test]
fn a_harmless_attachment_asks_for_its_folder_alone() {
    let mut window = at_invoice();
    let mut message = crate::fixture::message(1).unwrap();
    message.attachments[0].findings.clear();
    window.tell(Event::Opened(Box::new(message)));
    window.click("Attachments 1");
    window.click("Save invoice.pdf.exe…");
    assert!(window.shows("Save the attachment"));
    assert!(window.shows("Nothing was found in it."));
    assert!(window.click("Save").is_empty(), "there is no folder yet");
    window.fill("Folder", "/tmp/letters");
    let wishes = window.click("Save");
    assert!(
        matches!(&wishes[..], [Command::SaveAttachment { folder, .. }] if folder == std::path::Path::new("/tmp/letters")),
        "{wishes:?}"
    );
}

#[test]
fn what_is_not_kept_here_cannot_be_saved() {
    let mut window = at_invoice();
    let mut message = crate::fixture::message(1).unwrap();
    message.source = None;
    window.tell(Event::Opened(Box::new(message)));
    window.click("Attachments 1");
    assert!(window.click("Save invoice.pdf.exe…").is_empty());
    assert!(!window.shows("Save something harmful?"));
}

#[test]
fn deleting_asks_and_enter_alone_deletes_nothing() {
    let mut window = at_invoice();
    assert!(window.click("Delete…").is_empty());
    assert!(window.shows_part("Delete “Invoice 4471"));
    assert!(window.key(Key::Enter).is_empty(), "it is never what happens by itself");
    assert!(window.click("Keep it").is_empty());
    assert!(!window.shows_part("Delete “Invoice 4471"));
    assert!(window.key(Key::Delete).is_empty());
    let wishes = window.click("Delete for ever");
    assert!(matches!(&wishes[..], [Command::Delete(ids)] if ids == &[1]), "{wishes:?}");
    assert!(!window.shows("Delete for ever"));
}

#[test]
fn what_is_not_held_is_not_deleted() {
    let mut window = Window::open();
    window.go("Bounces");
    window.key(Key::J);
    assert!(window.key(Key::Delete).is_empty());
    assert!(!window.shows("Delete for ever") && !window.shows("Delete…"));
}

#[test]
fn the_quarantine_of_an_account_is_emptied_after_a_question() {
    let mut window = Window::open();
    window.click("Settings");
    assert!(window.reach("Empty the quarantine of Work").is_empty());
    assert!(window.shows("Delete everything that Work holds for ever?"));
    let wishes = window.click("Delete for ever");
    assert!(matches!(&wishes[..], [Command::EmptyQuarantine { account }] if account == "Work"), "{wishes:?}");
}
