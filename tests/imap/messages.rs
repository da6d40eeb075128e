//! Reading messages.

use lazaret::mail::{Depth, Mailbox};

use crate::dovecot::Dovecot;
use crate::help::{all, fetch, mail, sign_in};

#[test]
fn bytes_flags_and_dates_come_as_they_are_and_nothing_changes() {
    let server = Dovecot::start();
    server.deliver("anna", "INBOX", &mail("one@example.org"), 1_700_000_000, "");
    server.deliver("anna", "INBOX", &mail("two@example.org"), 1_700_000_500, "FRS");
    let mut mailbox = sign_in(&server, "anna");
    let found = all(&mut mailbox, "INBOX");
    let ids: Vec<u32> = found.iter().map(|m| m.uid).collect();
    assert_eq!(ids, [1, 2]);
    assert_eq!(found[0].bytes, mail("one@example.org"));
    assert_eq!(found[0].flags, Vec::<String>::new());
    assert_eq!(found[0].received.unwrap().as_second(), 1_700_000_000);
    let mut flags = found[1].flags.clone();
    flags.sort();
    assert_eq!(flags, ["\\Answered", "\\Flagged", "\\Seen"]);
    drop(mailbox);
    // Dovecot moves new mail to `cur` when a folder is opened, and not when it is examined.
    let stored = server.messages("anna", "INBOX");
    assert_eq!(stored.iter().map(|m| m.flags.as_str()).collect::<Vec<_>>(), ["", "FRS"]);
    assert_eq!(stored[0].received, 1_700_000_000);
    assert_eq!(std::fs::read_dir(server.folder("anna", "INBOX").join("new")).unwrap().count(), 1);
}

#[test]
fn headers_alone_and_stopping_early() {
    let server = Dovecot::start();
    for i in 0..30 {
        server.deliver("anna", "INBOX", &mail(&format!("{i}@example.org")), 1_700_000_000 + i, "S");
    }
    let mut mailbox = sign_in(&server, "anna");
    let state = mailbox.open("INBOX").unwrap();
    assert_eq!((state.exists, state.uid_next, state.read_only), (30, Some(31), false));
    assert!(state.uid_validity.is_some());
    assert_eq!(mailbox.uids(28).unwrap(), [28, 29, 30]);
    assert!(mailbox.uids(31).unwrap().is_empty());
    for depth in [Depth::Header, Depth::Whole] {
        let mut seen = 0;
        let mut take = |m: lazaret::mail::Fetched| {
            assert_eq!(m.bytes.ends_with(b"\r\n\r\n"), depth == Depth::Header);
            seen += 1;
            seen < 7
        };
        assert_eq!(mailbox.fetch(&mailbox_uids(30), depth, &mut take).unwrap(), []);
        assert_eq!(seen, 7);
    }
    assert_eq!(fetch(&mut mailbox, &[5, 3, 99, 3]).unwrap().len(), 2, "what is gone is passed over");
}

fn mailbox_uids(count: u32) -> Vec<u32> {
    (1..=count).collect()
}

#[test]
fn tiny_huge_and_random_messages() {
    let server = Dovecot::start();
    let mut huge = mail("huge@example.org");
    let line = [b"0123456789abcdef".repeat(4), b"\r\n".to_vec()].concat();
    while huge.len() < 50 << 20 {
        huge.extend_from_slice(&line);
    }
    let mut state = 7u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Dovecot stores lines; a lone CR or LF would come back as CRLF, a NUL as 0x80.
        match (state >> 33) as u8 {
            0 | b'\r' | b'\n' => b'x',
            other => other,
        }
    };
    let random: Vec<u8> = (0..100_000).map(|_| random()).collect();
    let bodies = [b"\r\n".to_vec(), b"x".to_vec(), huge, random, b"* 1 FETCH (UID 9 BODY[] {5}\r\n".to_vec()];
    for (i, body) in bodies.iter().enumerate() {
        server.deliver("anna", "INBOX", body, 1_700_000_000 + i as u64, "S");
    }
    let mut mailbox = sign_in(&server, "anna");
    let found = all(&mut mailbox, "INBOX");
    assert_eq!(found.len(), bodies.len());
    for (message, body) in found.iter().zip(&bodies) {
        assert!(message.bytes == *body, "message {} differs", message.uid);
    }
}

#[test]
fn an_empty_file_is_no_obstacle() {
    let server = Dovecot::start();
    server.deliver("anna", "INBOX", b"", 1_700_000_000, "S");
    server.deliver("anna", "INBOX", &mail("one@example.org"), 1_700_000_001, "S");
    let found = all(&mut sign_in(&server, "anna"), "INBOX");
    assert!(found.iter().any(|m| m.bytes == mail("one@example.org")));
    assert!(found.iter().all(|m| !m.bytes.is_empty() || m.uid == 1));
}

#[test]
fn of_a_message_over_the_bound_the_beginning_is_read() {
    let server = Dovecot::start();
    let large = [mail("large@example.org"), b"and so on\r\n".repeat(300_000)].concat();
    server.deliver("anna", "INBOX", &large, 1_700_000_000, "S");
    server.deliver("anna", "INBOX", &mail("one@example.org"), 1_700_000_001, "S");
    // Together with the other in one answer, and alone.
    for batch in [16 << 20, 1 << 20] {
        let mut endpoint = crate::help::endpoint(&server, "anna");
        endpoint.bounds.message = 1 << 20;
        endpoint.bounds.batch = batch;
        let mut mailbox =
            lazaret::mail::imap::connect(&endpoint, "secret", &lazaret::mail::Cancel::default()).unwrap();
        mailbox.open("INBOX").unwrap();
        let mut found = Vec::new();
        let bad = mailbox.fetch(&[1, 2], Depth::Whole, &mut |m| {
            found.push(m);
            true
        });
        assert_eq!(bad.unwrap(), []);
        found.sort_by_key(|m| m.uid);
        let [first, second] = &found[..] else { panic!("{}", found.len()) };
        assert!(first.cut && first.bytes == large[..1 << 20] && first.size == Some(large.len() as u64));
        assert!(!second.cut && second.bytes == mail("one@example.org"));
    }
}
