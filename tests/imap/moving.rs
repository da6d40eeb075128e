//! Moving messages on a real server.

use lazaret::mail::{Mailbox, MoveMeans, Moved};

use crate::dovecot::{Dovecot, Options};
use crate::help::{all, mail, sign_in};

const NO_MOVE: &str = "IMAP4rev1 LITERAL+ SASL-IR UIDPLUS UNSELECT NAMESPACE SPECIAL-USE LIST-EXTENDED";
const NO_UIDPLUS: &str = "IMAP4rev1 LITERAL+ SASL-IR NAMESPACE SPECIAL-USE LIST-EXTENDED";
const MOVE_ONLY: &str = "IMAP4rev1 LITERAL+ SASL-IR MOVE";

fn seeded(capability: Option<&'static str>) -> Dovecot {
    let server = Dovecot::start_with(&Options { capability, ..Options::default() });
    for (i, flags) in ["S", "FRS", "", "T", "D"].into_iter().enumerate() {
        let bytes = mail(&format!("{i}@example.org"));
        server.deliver("anna", "INBOX", &bytes, 1_600_000_000 + 86_400 * i as u64, flags);
    }
    server
}

/// Moves three of five away and back, and compares what the server holds with what it held.
fn there_and_back(capability: Option<&'static str>, means: MoveMeans) {
    let server = seeded(capability);
    let before = server.messages("anna", "INBOX");
    let mut mailbox = sign_in(&server, "anna");
    assert_eq!(mailbox.move_means(), means);
    let folder = mailbox.quarantine_folder().unwrap();
    mailbox.create(&folder).unwrap();
    mailbox.open("INBOX").unwrap();
    let moved = mailbox.move_messages("INBOX", &[3, 1, 2, 77], &folder).unwrap();
    let order: Vec<u32> = moved.iter().map(|(uid, _)| *uid).collect();
    assert_eq!(order, [3, 1, 2, 77]);
    assert_eq!(moved[3].1, Moved::Gone);

    let validity = mailbox.open(&folder).unwrap().uid_validity.unwrap();
    let held = all(&mut mailbox, &folder);
    assert_eq!(held.len(), 3);
    for (uid, what) in &moved[..3] {
        let Moved::Done(Some(place)) = what else { panic!("{uid}: {what:?}") };
        assert_eq!(place.uid_validity, validity);
        let there = held.iter().find(|m| m.uid == place.uid).unwrap();
        assert_eq!(there.bytes, mail(&format!("{}@example.org", uid - 1)));
    }
    // What others flagged \Deleted is still there: nothing was expunged but what was moved.
    assert_eq!(server.messages("anna", "INBOX").len(), 2);
    assert!(server.messages("anna", "INBOX").iter().any(|m| m.flags == "T"));

    let uids: Vec<u32> = held.iter().map(|m| m.uid).collect();
    let back = mailbox.move_messages(&folder, &uids, "INBOX").unwrap();
    assert!(back.iter().all(|(_, m)| matches!(m, Moved::Done(Some(_)))), "{back:?}");
    drop(mailbox);
    assert_eq!(server.messages("anna", "INBOX"), before);
    assert_eq!(server.messages("anna", "Lazaret"), []);
}

#[test]
fn by_move() {
    there_and_back(None, MoveMeans::Move);
}

#[test]
fn by_move_without_uidplus() {
    there_and_back(Some(MOVE_ONLY), MoveMeans::Move);
}

#[test]
fn by_copy_and_expunge_of_these_alone() {
    there_and_back(Some(NO_MOVE), MoveMeans::CopyAndExpunge);
}

#[test]
fn with_neither_nothing_is_touched() {
    let server = seeded(Some(NO_UIDPLUS));
    let before = server.messages("anna", "INBOX");
    let mut mailbox = sign_in(&server, "anna");
    assert_eq!(mailbox.move_means(), MoveMeans::Unsafe);
    mailbox.create("Lazaret").unwrap();
    let moved = mailbox.move_messages("INBOX", &[1, 2], "Lazaret").unwrap();
    for (_, what) in moved {
        let Moved::Stays(why) = what else { panic!("{what:?}") };
        assert!(why.contains("leaves it where it is"), "{why}");
    }
    drop(mailbox);
    assert_eq!(server.messages("anna", "INBOX"), before);
    assert_eq!(server.messages("anna", "Lazaret"), []);
}

#[test]
fn a_target_that_is_not_there_leaves_everything() {
    for capability in [None, Some(NO_MOVE)] {
        let server = seeded(capability);
        let before = server.messages("anna", "INBOX");
        let mut mailbox = sign_in(&server, "anna");
        let moved = mailbox.move_messages("INBOX", &[1, 2], "Nowhere").unwrap();
        assert!(
            moved.iter().all(|(_, m)| matches!(m, Moved::Stays(why) if why.contains("Nowhere"))),
            "{moved:?}"
        );
        drop(mailbox);
        let mut after = server.messages("anna", "INBOX");
        after.sort();
        assert_eq!(after, before);
    }
}

#[test]
fn hundreds_move_in_a_few_commands() {
    let server = Dovecot::start();
    for i in 0..1_200 {
        server.deliver("anna", "INBOX", &mail(&format!("{i}@example.org")), 1_600_000_000 + i, "S");
    }
    let before = server.messages("anna", "INBOX");
    let mut mailbox = sign_in(&server, "anna");
    mailbox.create("Lazaret").unwrap();
    mailbox.open("INBOX").unwrap();
    // Every third stays, so that the sets are long.
    let uids: Vec<u32> = mailbox.uids(1).unwrap().into_iter().filter(|uid| uid % 3 != 0).collect();
    let moved = mailbox.move_messages("INBOX", &uids, "Lazaret").unwrap();
    assert!(moved.iter().all(|(_, m)| matches!(m, Moved::Done(Some(_)))));
    assert_eq!(mailbox.uids(1).unwrap().len(), 400, "the open folder is open again");
    let held: Vec<u32> = all(&mut mailbox, "Lazaret").iter().map(|m| m.uid).collect();
    assert_eq!(held.len(), 800);
    mailbox.move_messages("Lazaret", &held, "INBOX").unwrap();
    drop(mailbox);
    assert_eq!(server.messages("anna", "INBOX"), before);
}
