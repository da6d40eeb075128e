//! Folders: names, roles, the quarantine.

use lazaret::mail::{FolderRole, MailError, Mailbox};

use crate::dovecot::{Dovecot, Options};
use crate::help::{mail, sign_in};

fn sent(mailbox: &mut dyn Mailbox) -> Vec<String> {
    let all = mailbox.folders().unwrap();
    all.into_iter().filter(|f| f.role == FolderRole::Sent).map(|f| f.display).collect()
}

#[test]
fn sent_is_found_by_the_servers_word_and_without_it_by_name() {
    let server = Dovecot::start();
    assert_eq!(sent(&mut sign_in(&server, "anna")), ["Sent"]);
    let server = Dovecot::start_with(&Options { no_special_use: true, ..Options::default() });
    let mut mailbox = sign_in(&server, "anna");
    assert_eq!(sent(&mut mailbox), ["Sent"]);
    assert_eq!(mailbox.folders().unwrap()[0].role, FolderRole::Inbox);
}

#[test]
fn names_of_every_kind_open_and_take_mail() {
    let server = Dovecot::start();
    let mut mailbox = sign_in(&server, "anna");
    let names = [
        ("Gel&APY-scht", "Gelöscht"),
        ("&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-", "Отправленные"),
        ("with space (and) {3} 100% \"quotes\" \\", "with space (and) {3} 100% \"quotes\" \\"),
        ("Q&-A", "Q&A"),
        ("deep/down/below", "deep/down/below"),
    ];
    server.deliver("anna", "INBOX", &mail("one@example.org"), 1_700_000_000, "S");
    let mut at = "INBOX".to_owned();
    for (name, shown) in names {
        mailbox.create(name).unwrap();
        mailbox.create(name).unwrap();
        let folder = mailbox.folders().unwrap().into_iter().find(|f| f.name == name);
        assert_eq!(folder.unwrap().display, shown);
        mailbox.open(&at).unwrap();
        let uids = mailbox.uids(1).unwrap();
        mailbox.move_messages(&at, &uids, name).unwrap();
        assert_eq!(mailbox.open(name).unwrap().exists, 1, "{name}");
        assert_eq!(mailbox.find(name, "one@example.org").unwrap().len(), 1);
        at = name.to_owned();
    }
    let subscribed = std::fs::read_to_string(server.maildir("anna").join("subscriptions")).unwrap();
    assert!(subscribed.contains("Q&-A"));
}

#[test]
fn a_folder_that_is_not_there_is_said_and_costs_nothing_else() {
    let server = Dovecot::start();
    let mut mailbox = sign_in(&server, "anna");
    match mailbox.open("Gel&APY-scht").unwrap_err() {
        MailError::Folder { folder, says } => {
            assert_eq!(folder, "Gelöscht");
            assert!(says.contains("doesn't exist"), "{says}");
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(mailbox.uids(1), Err(MailError::Folder { .. })));
    assert!(matches!(mailbox.open("a\r\nL1 DELETE INBOX"), Err(MailError::Folder { .. })));
    assert_eq!(mailbox.open("INBOX").unwrap().exists, 0);
}

#[test]
fn the_quarantine_stands_where_the_server_wants_it() {
    let server = Dovecot::start();
    assert_eq!(sign_in(&server, "anna").quarantine_folder().unwrap(), "Lazaret");
    let server = Dovecot::start_with(&Options { courier: true, ..Options::default() });
    let mut mailbox = sign_in(&server, "anna");
    assert_eq!(mailbox.quarantine_folder().unwrap(), "INBOX.Lazaret");
    mailbox.create("INBOX.Lazaret").unwrap();
    assert_eq!(mailbox.open("INBOX.Lazaret").unwrap().exists, 0);
    assert_eq!(sent(&mut mailbox), ["INBOX.Sent"]);
    // Without NAMESPACE the other folders show it.
    let plain = Options { courier: true, capability: Some("IMAP4rev1 UIDPLUS MOVE"), ..Options::default() };
    let server = Dovecot::start_with(&plain);
    assert_eq!(sign_in(&server, "anna").quarantine_folder().unwrap(), "INBOX.Lazaret");
}

#[test]
fn the_persons_choice_of_sent_counts_over_all() {
    let server = Dovecot::start();
    server.make("anna", "Ausgang");
    let folders = sign_in(&server, "anna").folders().unwrap();
    let mut settings = crate::rig::settings(server.imap, lazaret::account::Mode::Observe);
    let chosen =
        |settings: &_| lazaret::service::sync::sent_folder(&folders, settings).map(|f| f.name.clone());
    assert_eq!(chosen(&settings).as_deref(), Some("Sent"));
    settings.sent_folder = Some("Ausgang".into());
    assert_eq!(chosen(&settings).as_deref(), Some("Ausgang"));
    settings.sent_folder = Some("Gone".into());
    assert_eq!(chosen(&settings), None, "no other folder is taken in its place");
}
