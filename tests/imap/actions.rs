//! Actions on a real server: what other programs do is learned, what the person decides holds, and many
//! messages cost few commands.

use lazaret::account::Mode;
use lazaret::mail::Mailbox;
use lazaret::service::actions;
use lazaret::store::{ActionKind, Holding};

use crate::dovecot::{Dovecot, Options};
use crate::help::sign_in;
use crate::proxy::Proxy;
use crate::rig::{Rig, letter, worm};

const NO_MOVE: &str = "IMAP4rev1 LITERAL+ UIDPLUS UNSELECT NAMESPACE SPECIAL-USE LIST-EXTENDED";

/// A server with two letters and three worms, all with their flags.
fn seeded(capability: Option<&'static str>) -> Dovecot {
    let server = Dovecot::start_with(&Options { capability, ..Options::default() });
    for (number, flags) in [(1, "S"), (2, "FS")] {
        server.deliver("anna", "INBOX", &letter(number), 1_772_400_000 + number as u64, flags);
    }
    for (number, flags) in [(1, "S"), (2, "FRS"), (3, "S")] {
        server.deliver("anna", "INBOX", &worm(number), 1_772_500_000 + number as u64, flags);
    }
    server
}

#[test]
fn what_another_program_takes_out_of_the_quarantine_is_a_restore() {
    for (capability, to) in [(None, "INBOX"), (Some(NO_MOVE), "INBOX"), (None, "Family")] {
        let server = seeded(capability);
        let mut rig = Rig::new(server.imap, Mode::Act);
        assert_eq!(rig.sync().unwrap().quarantined, 3);
        let mut other = sign_in(&server, "anna");
        other.create(to).unwrap();
        other.open("Lazaret").unwrap();
        let uids = other.uids(1).unwrap();
        other.move_messages("Lazaret", &uids[..2], to).unwrap();
        drop(other);

        let report = rig.sync().unwrap();
        assert_eq!((report.taken_back, report.quarantined), (2, 0), "{capability:?} {to}");
        assert_eq!(rig.with(Holding::Restored).len(), 2);
        assert_eq!(rig.with(Holding::Held).len(), 1);
        let says: Vec<String> = rig.store.activity(2).unwrap().into_iter().map(|a| a.says).collect();
        assert!(
            says.iter().all(|s| s.starts_with("Taken out of the quarantine with another program")),
            "{says:?}"
        );
        // Learned: not at the next sync either, and not after the folder is numbered anew.
        server.renumber("anna", to);
        assert_eq!(rig.sync().unwrap().quarantined, 0);
        assert_eq!(server.messages("anna", "Lazaret").len(), 1);
        assert_eq!(server.messages("anna", to).len(), if to == "INBOX" { 4 } else { 2 });
    }
}

#[test]
fn what_another_program_deletes_is_gone_and_what_it_puts_in_is_held() {
    let server = seeded(None);
    let mut rig = Rig::new(server.imap, Mode::Act);
    rig.sync().unwrap();
    let mut other = sign_in(&server, "anna");
    other.open("Lazaret").unwrap();
    let uids = other.uids(1).unwrap();
    assert!(other.remove("Lazaret", &uids[..1]).unwrap().is_empty());
    other.open("INBOX").unwrap();
    let letter = other.uids(1).unwrap()[0];
    other.move_messages("INBOX", &[letter], "Lazaret").unwrap();
    drop(other);
    let report = rig.sync().unwrap();
    assert_eq!((report.taken_back, report.quarantined, report.total()), (0, 0, 0));
    assert_eq!(rig.with(Holding::Gone).len(), 1);
    let held = rig.with(Holding::Held);
    assert_eq!(held.len(), 3, "two worms and the letter");
    assert_eq!(rig.restore(&held).unwrap().moved, 3);
    assert_eq!(server.messages("anna", "INBOX").len(), 4);
}

#[test]
fn a_new_database_shows_what_the_quarantine_holds() {
    let server = seeded(None);
    Rig::new(server.imap, Mode::Act).sync().unwrap();
    let mut rig = Rig::new(server.imap, Mode::Observe);
    rig.sync().unwrap();
    let held = rig.with(Holding::Held);
    assert_eq!(held.len(), 3);
    let outcome = rig.restore(&held).unwrap();
    assert_eq!((outcome.moved, outcome.says.as_str()), (3, "3 messages restored to INBOX."));
    assert_eq!(server.messages("anna", "INBOX").len(), 5);
    rig.mode = Mode::Act;
    assert_eq!(rig.sync().unwrap().quarantined, 0);
}

#[test]
fn a_message_whose_folder_is_gone_goes_to_the_inbox_and_says_so() {
    let server = seeded(None);
    let mut rig = Rig::new(server.imap, Mode::Act);
    rig.sync().unwrap();
    // The person files one with another program; then holds it by hand, and the folder goes.
    let mut other = sign_in(&server, "anna");
    other.create("Clients").unwrap();
    other.open("Lazaret").unwrap();
    let uids = other.uids(1).unwrap();
    other.move_messages("Lazaret", &uids[..1], "Clients").unwrap();
    drop(other);
    rig.sync().unwrap();
    let filed = rig.with(Holding::Restored);
    let mut mailbox = rig.connect().unwrap();
    let held = rig.at(&mut *mailbox, |desk, work| actions::quarantine_by_hand(desk, &filed, work)).unwrap();
    assert_eq!(held.says, "1 message held in the quarantine.");
    let back = rig.at(&mut *mailbox, |desk, work| actions::restore(desk, &filed, work)).unwrap();
    assert_eq!(back.says, "1 message restored to Clients.");
    rig.at(&mut *mailbox, |desk, work| actions::undo(desk, &back.actions, work)).unwrap();
    assert!(server.messages("anna", "Clients").is_empty());
    server.run("anna", &["DELETE Clients"]);
    let outcome = rig.at(&mut *mailbox, |desk, work| actions::restore(desk, &filed, work)).unwrap();
    assert_eq!(
        outcome.says,
        "1 message restored to INBOX. The folder it came from, \u{201c}Clients\u{201d}, is gone."
    );
    assert_eq!(server.messages("anna", "INBOX").len(), 3);
    assert_eq!(rig.sync().unwrap().quarantined, 0);
}

#[test]
fn deleting_for_ever_is_the_persons_alone_and_leaves_nothing_behind() {
    let server = seeded(None);
    let mut rig = Rig::new(server.imap, Mode::Act);
    rig.sync().unwrap();
    let (held, letter) = (rig.with(Holding::Held), rig.with(Holding::InPlace)[0]);
    let mut mailbox = rig.connect().unwrap();
    rig.mode = Mode::Observe;
    let outcome = rig.at(&mut *mailbox, |desk, work| actions::delete(desk, &held, work)).unwrap();
    assert!(outcome.says.contains("only observes"), "{}", outcome.says);
    rig.mode = Mode::Act;
    let both = [held[0], letter];
    let outcome = rig.at(&mut *mailbox, |desk, work| actions::delete(desk, &both, work)).unwrap();
    assert_eq!((outcome.says.as_str(), outcome.actions.len()), ("1 message deleted for ever.", 0));
    assert!(outcome.left[0].contains("is not in the quarantine"), "{:?}", outcome.left);
    assert_eq!(server.messages("anna", "Lazaret").len(), 2);
    assert_eq!(server.messages("anna", "INBOX").len(), 2);
    assert_eq!(rig.store.source(held[0]).unwrap(), None);
    assert!(rig.store.source(held[1]).unwrap().is_some());
    let last = &rig.store.activity(1).unwrap()[0];
    assert_eq!((last.kind, last.can_undo()), (ActionKind::Delete, false));
    assert!(last.says.starts_with("Deleted for ever: "));
    let outcome = rig.at(&mut *mailbox, actions::empty).unwrap();
    assert_eq!(outcome.says, "2 messages deleted for ever.");
    assert!(server.messages("anna", "Lazaret").is_empty());
    assert_eq!(rig.sync().unwrap().quarantined, 0);
}

#[test]
fn five_thousand_messages_move_in_a_few_commands() {
    for (capability, count) in [(None, 5_000), (Some(NO_MOVE), 1_000)] {
        let server = Dovecot::start_with(&Options { capability, ..Options::default() });
        for i in 0..count {
            server.deliver("anna", "INBOX", &worm(i), 1_772_500_000 + i as u64, "S");
        }
        let before = server.messages("anna", "INBOX");
        let proxy = Proxy::start(server.imap);
        let mut rig = Rig::new(proxy.port, Mode::Act);
        rig.endpoint.bounds.batch = 64 << 20;
        let report = rig.sync().unwrap();
        assert_eq!(report.quarantined, count as u64, "{:?}", report.left);
        let commands = proxy.commands();
        let first = commands.iter().position(|c| c.starts_with("SELECT")).unwrap();
        let moving = &commands[first..];
        assert!(moving.len() <= 12, "{capability:?}: {moving:?}");
        assert!(server.messages("anna", "INBOX").is_empty());
        let held = rig.with(Holding::Held);
        proxy.arm(None);
        assert_eq!(rig.restore(&held).unwrap().moved, count as u64);
        assert!(proxy.commands().len() <= 16, "{:?}", proxy.commands());
        assert_eq!(server.messages("anna", "INBOX"), before, "bytes, flags or dates changed on the way");
    }
}
