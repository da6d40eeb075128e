use super::*;

const MAIL: &[u8] = b"From: a@example.org\r\nMessage-ID: <one@example.org>\r\nSubject: one\r\n\r\nbody\r\n";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn all(mailbox: &mut Maildir, folder: &str) -> Vec<Fetched> {
    mailbox.open(folder).unwrap();
    let uids = mailbox.uids(1).unwrap();
    let mut found = Vec::new();
    let bad = mailbox
        .fetch(&uids, Depth::Whole, &mut |m| {
            found.push(m);
            true
        })
        .unwrap();
    assert_eq!(bad, []);
    found
}

#[test]
fn a_message_goes_to_quarantine_and_back_unchanged() {
    let dir = tempfile::tempdir().unwrap();
    let mut mailbox = Maildir::create(dir.path().join("mail")).unwrap();
    mailbox.deliver("INBOX", MAIL, at(1_000_000_000), &["\\Seen", "\\Flagged"]).unwrap();
    mailbox.deliver("INBOX", b"", at(1_000_000_001), &[]).unwrap();
    let before = all(&mut mailbox, "INBOX");
    assert_eq!(before[0].flags, ["\\Flagged", "\\Seen"]);
    assert_eq!(before[0].received, Some(at(1_000_000_000)));
    assert_eq!(before[1].bytes, b"");

    mailbox.create("Lazaret").unwrap();
    let moved = mailbox.move_messages("INBOX", &[1, 2, 77], "Lazaret").unwrap();
    assert_eq!(moved[2], (77, Moved::Gone));
    assert!(all(&mut mailbox, "INBOX").is_empty());
    let held = all(&mut mailbox, "Lazaret");
    let Moved::Done(Some(place)) = moved[0].1 else { panic!("{moved:?}") };
    assert_eq!(held.iter().find(|m| m.uid == place.uid).unwrap().bytes, MAIL);

    let uids: Vec<u32> = held.iter().map(|m| m.uid).collect();
    mailbox.move_messages("Lazaret", &uids, "INBOX").unwrap();
    let after = all(&mut mailbox, "INBOX");
    let plain = |list: &[Fetched]| {
        list.iter().map(|m| (m.flags.clone(), m.received, m.bytes.clone())).collect::<Vec<_>>()
    };
    assert_eq!(plain(&after), plain(&before));
    assert!(after.iter().all(|m| m.uid > 2), "a UID is never used twice");
    assert_eq!(fs::read_dir(dir.path().join("mail/new")).unwrap().count(), 1, "new mail stays new");
}

#[test]
fn a_folder_that_is_half_made_takes_messages() {
    let dir = tempfile::tempdir().unwrap();
    let mut mailbox = Maildir::create(dir.path()).unwrap();
    mailbox.deliver("INBOX", MAIL, at(5), &[]).unwrap();
    fs::create_dir_all(dir.path().join(".Lazaret/cur")).unwrap();
    let moved = mailbox.move_messages("INBOX", &[1], "Lazaret").unwrap();
    assert!(matches!(moved.as_slice(), [(1, Moved::Done(Some(_)))]), "{moved:?}");
    assert_eq!(all(&mut mailbox, "Lazaret").first().map(|m| m.bytes.as_slice()), Some(MAIL));
    fs::remove_dir(dir.path().join("new")).unwrap();
    mailbox.deliver("INBOX", MAIL, at(6), &[]).unwrap();
    assert_eq!(all(&mut mailbox, "INBOX").len(), 1);
}

#[test]
fn uids_outlive_the_program_and_changes_of_flags() {
    let dir = tempfile::tempdir().unwrap();
    let mut mailbox = Maildir::create(dir.path()).unwrap();
    for i in 0..3 {
        mailbox.deliver("INBOX", MAIL, at(1_000 + i), &["\\Seen"]).unwrap();
    }
    let before = mailbox.open("INBOX").unwrap();
    assert_eq!(before.exists, 3);
    let file = fs::read_dir(dir.path().join("cur")).unwrap().next().unwrap().unwrap().path();
    let name = file.to_str().unwrap().replace(":2,S", ":2,RS");
    fs::rename(&file, name).unwrap();
    let mut again = Maildir::open(dir.path()).unwrap();
    assert_eq!(again.open("INBOX").unwrap(), before);
    assert_eq!(again.uids(2).unwrap(), [2, 3]);
    assert_eq!(all(&mut again, "INBOX").iter().filter(|m| m.flags.contains(&"\\Answered".into())).count(), 1);
}

#[test]
fn a_damaged_index_gets_another_validity() {
    let dir = tempfile::tempdir().unwrap();
    let mut mailbox = Maildir::create(dir.path()).unwrap();
    mailbox.deliver("INBOX", MAIL, at(5), &[]).unwrap();
    for damage in ["", "1 7 2\n1 some", "1 7 2\nx y\n", "2 7 2\n", "1 7 1\n9 late\n"] {
        fs::write(dir.path().join("lazaret-uids"), damage).unwrap();
        let state = mailbox.open("INBOX").unwrap();
        assert!(state.uid_validity.unwrap() > 1_000_000, "{damage:?}");
        assert_eq!(mailbox.uids(1).unwrap(), [1]);
    }
}

#[test]
fn folders_have_names_and_roles() {
    let dir = tempfile::tempdir().unwrap();
    let mut mailbox = Maildir::create(dir.path()).unwrap();
    mailbox.create("Gesendet").unwrap();
    mailbox.create("Kunden.M&APw-ller").unwrap();
    let found: Vec<(String, FolderRole)> =
        mailbox.folders().unwrap().into_iter().map(|f| (f.display, f.role)).collect();
    assert_eq!(
        found,
        [
            ("INBOX".into(), FolderRole::Inbox),
            ("Gesendet".into(), FolderRole::Sent),
            ("Kunden.Müller".into(), FolderRole::Other)
        ]
    );
    for bad in ["", "../etc", ".", "a/b", "a..b", "x\n"] {
        assert!(matches!(mailbox.create(bad), Err(MailError::Folder { .. })), "{bad:?}");
        assert!(matches!(mailbox.open(bad), Err(MailError::Folder { .. })), "{bad:?}");
    }
    assert!(matches!(mailbox.open("Nowhere"), Err(MailError::Folder { .. })));
    assert!(matches!(Maildir::open("/nonexistent"), Err(MailError::File { .. })));
}

#[test]
fn a_taken_name_never_costs_a_message() {
    let dir = tempfile::tempdir().unwrap();
    let mut mailbox = Maildir::create(dir.path()).unwrap();
    mailbox.create("Lazaret").unwrap();
    fs::write(dir.path().join("cur/same:2,S"), b"Subject: a\n\n").unwrap();
    fs::write(dir.path().join(".Lazaret/cur/same:2,S"), b"Subject: b\n\n").unwrap();
    let moved = mailbox.move_messages("INBOX", &[1], "Lazaret").unwrap();
    assert!(matches!(moved[0].1, Moved::Done(Some(_))));
    let mut texts: Vec<Vec<u8>> = all(&mut mailbox, "Lazaret").into_iter().map(|m| m.bytes).collect();
    texts.sort();
    assert_eq!(texts, [b"Subject: a\n\n".to_vec(), b"Subject: b\n\n".to_vec()]);
}

#[test]
fn messages_are_found_by_id_and_headers_end_at_the_body() {
    let dir = tempfile::tempdir().unwrap();
    let mut mailbox = Maildir::create(dir.path()).unwrap();
    mailbox.deliver("Sent", MAIL, at(9), &["\\Seen"]).unwrap();
    assert_eq!(mailbox.find("Sent", "one@example.org").unwrap(), [1]);
    assert_eq!(mailbox.find("Sent", "ne@example.org").unwrap(), Vec::<u32>::new());
    mailbox.open("Sent").unwrap();
    let mut header = Vec::new();
    mailbox
        .fetch(&[1], Depth::Header, &mut |m| {
            header = m.bytes;
            true
        })
        .unwrap();
    assert!(header.ends_with(b"Subject: one\r\n\r\n"));
}
