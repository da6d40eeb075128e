//! What real servers do that the standard does not expect: one test for each habit. Those of connections and
//! answers stand in `misbehaviour`, those of numbering in `incremental`.

use lazaret::mail::imap::{Endpoint, ImapMailbox, Protection, connect};
use lazaret::mail::{Cancel, Depth, FolderRole, MailError, Mailbox, MoveMeans, Moved};

use crate::dovecot::{Dovecot, Options};
use crate::help::{all, mail};
use crate::proxy::Proxy;
use crate::scripted::{Client, Left, Scripted};

fn open(server: &Scripted) -> ImapMailbox {
    connect(&server.endpoint(), "secret", &Cancel::default()).unwrap()
}

/// Signs in with a greeting of a server's own.
fn greeted(client: &mut Client, greeting: &str, capabilities: &str) -> Result<(), Left> {
    client.send(&format!("* OK {greeting}\n"))?;
    client.answer("* CAPABILITY IMAP4rev1\nTAG OK\n")?;
    client.answer("TAG OK\n")?;
    client.answer(&format!("* CAPABILITY IMAP4rev1 {capabilities}\nTAG OK\n"))?;
    Ok(())
}

#[test]
fn gmail_views_are_views_and_its_counters_have_no_words() {
    let server = Scripted::start(|client, _| {
        greeted(client, "Gimap ready for requests", "X-GM-EXT-1 MOVE UIDPLUS CONDSTORE IDLE SPECIAL-USE")?;
        client.answer(
            "* LIST (\\HasNoChildren) \"/\" \"INBOX\"\n* LIST (\\HasChildren \\Noselect) \"/\" \"[Gmail]\"\n\
             * LIST (\\All \\HasNoChildren) \"/\" \"[Gmail]/All Mail\"\n\
             * LIST (\\HasNoChildren \\Important) \"/\" \"[Gmail]/Important\"\n\
             * LIST (\\Flagged \\HasNoChildren) \"/\" \"[Gmail]/Starred\"\n\
             * LIST (\\HasNoChildren \\Sent) \"/\" \"[Gmail]/Sent Mail\"\n\
             * LIST (\\HasNoChildren \\Trash) \"/\" \"[Gmail]/Trash\"\nTAG OK Success\n",
        )?;
        let asked = client.answer(
            "* FLAGS (\\Seen)\n* OK [PERMANENTFLAGS (\\Seen \\*)] Flags permitted.\n* OK [UIDVALIDITY 1] UIDs valid.\n\
             * 1 EXISTS\n* OK [UIDNEXT 8] Predicted next UID.\n* OK [HIGHESTMODSEQ 4711]\n\
             TAG OK [READ-ONLY] INBOX selected. (Success)\n",
        )?;
        assert_eq!(asked, "EXAMINE \"INBOX\" (CONDSTORE)");
        client.answer("* SEARCH 7\nTAG OK SEARCH completed (Success)\n")?;
        client.hang()
    });
    let mut mailbox = open(&server);
    let folders = mailbox.folders().unwrap();
    let of = |role| folders.iter().filter(|f| f.role == role).map(|f| f.display.as_str()).collect::<Vec<_>>();
    assert_eq!(of(FolderRole::View), ["[Gmail]/All Mail", "[Gmail]/Important", "[Gmail]/Starred"]);
    assert_eq!(of(FolderRole::Sent), ["[Gmail]/Sent Mail"]);
    assert!(!folders.iter().find(|f| f.name == "[Gmail]").unwrap().selectable);
    let changes = mailbox.changes("INBOX", None).unwrap();
    assert_eq!((changes.state.modseq, changes.new), (Some(4711), vec![7]));
    assert_eq!(changes.snapshot.unwrap().modseq, Some(4711));
}

#[test]
fn deleting_at_gmail_is_a_move_to_its_trash_and_no_bare_expunge() {
    let server = Scripted::start(|client, _| {
        greeted(client, "Gimap ready", "X-GM-EXT-1 MOVE UIDPLUS")?;
        client.answer(
            "* LIST () \"/\" \"INBOX\"\n* LIST (\\Trash) \"/\" \"[Gmail]/Bin\"\n* LIST () \"/\" \"Lazaret\"\nTAG OK\n",
        )?;
        client.folder(9)?;
        client.answer("* SEARCH 2 3\nTAG OK\n")?;
        client.answer("* OK [COPYUID 5 2:3 11:12]\n* 3 EXPUNGE\n* 2 EXPUNGE\nTAG OK\n")?;
        client.answer("* SEARCH\nTAG OK\n")?;
        client.answer("TAG OK\n")?;
        client.hang()
    });
    assert_eq!(open(&server).remove("Lazaret", &[2, 3]), Ok(vec![]));
    let commands = server.commands();
    assert!(commands.iter().any(|c| c == "UID MOVE 2:3 \"[Gmail]/Bin\""), "{commands:?}");
    assert!(!commands.iter().any(|c| c.contains("EXPUNGE") || c.contains("STORE")), "{commands:?}");
}

#[test]
fn exchange_has_no_uses_and_its_own_names() {
    let server = Scripted::start(|client, _| {
        greeted(client, "The Microsoft Exchange IMAP4 service is ready.", "UIDPLUS MOVE ID CHILDREN IDLE")?;
        client.answer(
            "* LIST (\\Marked \\HasNoChildren) \"/\" INBOX\n* LIST (\\HasNoChildren) \"/\" \"Sent Items\"\n\
             * LIST (\\HasNoChildren) \"/\" \"Junk Email\"\n* LIST (\\HasNoChildren) \"/\" \"Deleted Items\"\n\
             * LIST (\\HasNoChildren) \"/\" Drafts\n* LIST (\\HasNoChildren) \"/\" \"Sync Issues\"\nTAG OK\n",
        )?;
        client.hang()
    });
    let mut mailbox = open(&server);
    assert_eq!(mailbox.move_means(), MoveMeans::CopyAndExpunge, "its MOVE loses messages");
    let folders = mailbox.folders().unwrap();
    let role = |name: &str| folders.iter().find(|f| f.name == name).unwrap().role;
    assert_eq!(
        ["Sent Items", "Junk Email", "Deleted Items", "Drafts", "Sync Issues"].map(role),
        [FolderRole::Sent, FolderRole::Junk, FolderRole::Trash, FolderRole::Drafts, FolderRole::Other]
    );
}

#[test]
fn icloud_is_not_asked_for_vanished() {
    for (greeting, asks) in [("[CAPABILITY st-p00im-iscream001] ready", false), ("ready", true)] {
        let server = Scripted::start(move |client, _| {
            greeted(client, greeting, "ENABLE QRESYNC CONDSTORE")?;
            if asks {
                client.answer("* ENABLED QRESYNC\nTAG OK\n")?;
            }
            client.folder(1)?;
            client.answer("* SEARCH 1\nTAG OK\n")?;
            client.hang()
        });
        open(&server).changes("INBOX", None).unwrap();
        assert_eq!(server.commands().iter().any(|c| c == "ENABLE QRESYNC"), asks);
    }
}

#[test]
fn a_server_that_forgets_who_vanished_costs_a_list_and_no_wrong_picture() {
    use lazaret::mail::{Gone, Snapshot};
    let then = Snapshot { uid_validity: 7, uid_next: 10, exists: 9, modseq: Some(50) };
    for (vanished, gone) in [
        ("* VANISHED (EARLIER) 3:4\n", Gone::These(vec![3..=4])),
        ("* VANISHED (EARLIER) 1:2,3:4000000000\n", Gone::These(vec![1..=2, 3..=9])),
        ("* VANISHED (EARLIER)\n", Gone::AllBut(vec![1, 2, 5, 6, 7, 8, 9])),
        ("", Gone::AllBut(vec![1, 2, 5, 6, 7, 8, 9])),
    ] {
        let server = Scripted::start(move |client, _| {
            greeted(client, "ready", "ENABLE QRESYNC")?;
            client.answer("* ENABLED QRESYNC\nTAG OK\n")?;
            let asked = client.answer(&format!(
                "* 7 EXISTS\n* OK [UIDVALIDITY 7] x\n* OK [UIDNEXT 10] x\n* OK [HIGHESTMODSEQ 60] x\n{vanished}\
                 * 2 FETCH (UID 2 FLAGS (\\Seen \\Recent) MODSEQ (55))\nTAG OK [READ-ONLY] done\n"
            ))?;
            assert_eq!(asked, "EXAMINE \"INBOX\" (QRESYNC (7 50))");
            client.answer("* SEARCH 1 2 5 6 7 8 9\nTAG OK\n")?;
            client.hang()
        });
        let changes = open(&server).changes("INBOX", Some(&then)).unwrap();
        assert_eq!(changes.gone, gone, "{vanished:?}");
        assert_eq!(changes.flags, [(2, vec!["\\Seen".to_owned()])]);
        assert_eq!(changes.snapshot, Some(Snapshot { exists: 7, modseq: Some(60), ..then }));
    }
}

#[test]
fn one_folder_under_two_names_is_one_quarantine() {
    use crate::rig::{Rig, worm};
    use lazaret::account::Mode;
    use lazaret::store::Holding;
    // A second namespace shows the same mail once more, as Courier's and Cyrus's alternatives do.
    let extra = "namespace again {\n  prefix = INBOX/\n  separator = /\n  list = yes\n  alias_for =\n  location = \
                 maildir:~/Maildir\n}\n";
    let server = Dovecot::start_with(&Options { extra: extra.into(), ..Options::default() });
    for number in 0..3 {
        server.deliver("anna", "INBOX", &worm(number), 1_772_500_000 + number as u64, "S");
    }
    let mut rig = Rig::new(server.imap, Mode::Act);
    for round in 0..4 {
        let report = rig.sync().unwrap();
        assert_eq!(report.quarantined, if round == 0 { 3 } else { 0 }, "round {round}");
        assert_eq!(rig.rows().len(), 3, "round {round}: {:?}", rig.rows());
        assert_eq!(rig.with(Holding::Held).len(), 3, "round {round}");
        assert_eq!(server.messages("anna", "Lazaret").len(), 3, "round {round}");
    }
    let mut names: Vec<String> =
        rig.connect().unwrap().folders().unwrap().into_iter().map(|f| f.name).collect();
    names.retain(|name| name.ends_with("Lazaret"));
    assert_eq!(names, ["INBOX/Lazaret", "Lazaret"], "the server shows it twice");
    let held = rig.with(Holding::Held);
    assert_eq!(rig.restore(&held).unwrap().moved, 3);
    assert_eq!(rig.sync().unwrap().quarantined, 0);
    assert_eq!(server.messages("anna", "INBOX").len(), 3);
}

#[test]
fn namespaces_and_separators_of_many_kinds() {
    for (namespace, list, wanted) in [
        ("((\"INBOX.\" \".\")) NIL NIL", "* LIST () \".\" INBOX\n", "INBOX.Lazaret"),
        ("((\"\" \"/\")) ((\"Other/\" \"/\")) NIL", "* LIST () \"/\" INBOX\n", "Lazaret"),
        ("((\"INBOX/\" \"/\")) NIL NIL", "* LIST () \"/\" INBOX\n", "INBOX/Lazaret"),
        ("((\"INBOX\\\\\" \"\\\\\")) NIL NIL", "* LIST () \"\\\\\" INBOX\n", "INBOX\\Lazaret"),
        ("NIL NIL NIL", "* LIST () NIL INBOX\n", "Lazaret"),
        ("((\"\" NIL)) NIL NIL", "* LIST () NIL INBOX\n", "Lazaret"),
        ("((\"INBOX.\" \".\" \"X-PARAM\" (\"FLAG1\"))) NIL NIL", "* LIST () \".\" INBOX\n", "INBOX.Lazaret"),
    ] {
        let server = Scripted::start(move |client, _| {
            client.sign_in("NAMESPACE")?;
            client.answer(&format!("{list}TAG OK\n"))?;
            client.answer(&format!("* NAMESPACE {namespace}\nTAG OK\n"))?;
            client.hang()
        });
        assert_eq!(open(&server).quarantine_folder().unwrap(), wanted, "{namespace}");
    }
}

#[test]
fn names_in_utf8_go_back_as_they_came_as_literals_where_those_are_taken() {
    for (capability, sent) in [("LITERAL+", "EXAMINE {9+}"), ("X", "EXAMINE \"Entw\u{fc}rfe\"")] {
        let server = Scripted::start(move |client, _| {
            client.sign_in(capability)?;
            client.answer("* LIST () \"/\" \"Entw\u{fc}rfe\"\n* LIST () \"/\" \"R&D\"\nTAG OK\n")?;
            let (tag, command) = client.command()?;
            assert_eq!(command, sent);
            if capability == "LITERAL+" {
                client.command()?;
            }
            client.send(&format!("* 3 EXISTS\n* OK [UIDVALIDITY 7]\n* OK [UIDNEXT 9]\n{tag} OK\n"))?;
            client.hang()
        });
        let mut mailbox = open(&server);
        let names: Vec<String> = mailbox.folders().unwrap().into_iter().map(|f| f.display).collect();
        assert_eq!(names, ["INBOX", "Entw\u{fc}rfe", "R&D"]);
        assert_eq!(mailbox.open("Entw\u{fc}rfe").unwrap().exists, 3);
        assert!(server.commands().contains(&sent.to_owned()));
    }
}

#[test]
fn a_server_that_speaks_utf8_only_is_told_so() {
    let server = Scripted::start(|client, _| {
        client.sign_in("ENABLE UTF8=ONLY")?;
        client.answer("* ENABLED UTF8=ACCEPT\nTAG OK\n")?;
        client.hang()
    });
    drop(open(&server));
    assert_eq!(server.commands().iter().filter(|c| *c == "ENABLE UTF8=ACCEPT").count(), 1);
}

#[test]
fn envelopes_and_structures_of_any_shape_cost_nothing() {
    let odd = [
        "ENVELOPE ()",
        "ENVELOPE NIL",
        "BODYSTRUCTURE NIL",
        "BODYSTRUCTURE ((((",
        "X-GM-LABELS (\\Inbox \"a b\")",
        "X-GM-MSGID 1278455344230334865",
        "RFC822.SIZE 99999999999999999999999",
        "RFC822.SIZE NIL",
        "MODSEQ (7)",
        "ENVELOPE (NIL NIL ((NIL NIL \"a\" NIL)) \"\\\"\" NIL)",
        "FLAGS NIL",
        "INTERNALDATE NIL",
    ];
    for item in odd {
        let server = Scripted::start(move |client, _| {
            client.sign_in("")?;
            client.folder(1)?;
            client.answer(&format!("* 1 FETCH ({item} UID 1 RFC822.SIZE 7)\nTAG OK\n"))?;
            client.answer(
                &format!("* 1 FETCH (UID 1 BODY[] {{7}}\nA: b\n\n{item})\nTAG OK\n").replace("\n\n", "\n"),
            )?;
            client.hang()
        });
        let mut mailbox = open(&server);
        mailbox.open("INBOX").unwrap();
        let mut found = Vec::new();
        let bad = mailbox.fetch(&[1], Depth::Whole, &mut |m| {
            found.push(m.bytes);
            true
        });
        assert_eq!((bad, found.len()), (Ok(vec![]), 1), "{item}");
        assert!(found[0].starts_with(b"A: b"));
    }
}

#[test]
fn sizes_that_are_missing_or_wrong_change_nothing() {
    for size in ["", "RFC822.SIZE 0", "RFC822.SIZE 21", "RFC822.SIZE 2", "RFC822.SIZE -1", "RFC822.SIZE x"] {
        let server = Scripted::start(move |client, _| {
            client.sign_in("")?;
            client.folder(2)?;
            client.answer(&format!("* 1 FETCH (UID 1 {size})\n* 2 FETCH (UID 2 {size})\nTAG OK\n"))?;
            client.answer(
                "* 2 FETCH (UID 2 BODY[] {8}\nB: c\n\n)\n* 1 FETCH (UID 1 BODY[] {6}\nA: b\n)\nTAG OK\n",
            )?;
            client.hang()
        });
        let mut mailbox = open(&server);
        mailbox.open("INBOX").unwrap();
        let mut lengths = Vec::new();
        let bad = mailbox.fetch(&[1, 2], Depth::Whole, &mut |m| {
            lengths.push((m.uid, m.bytes.len()));
            true
        });
        assert_eq!((bad, lengths), (Ok(vec![]), vec![(2, 8), (1, 6)]), "{size:?}");
    }
}

#[test]
fn a_piece_that_comes_whole_or_short_is_no_piece() {
    use lazaret::mail::Piece;
    let asked = [Piece { section: "2".into(), range: Some((0, 4)) }];
    for (answer, is_piece) in [
        ("* 1 FETCH (UID 1 BODY[2]<0> {4}\nGIF8)\nTAG OK\n", true),
        // Some servers answer a request for a part of a part with all of it.
        ("* 1 FETCH (UID 1 BODY[2] {9}\nGIF89aaaa)\nTAG OK\n", false),
        ("* 1 FETCH (UID 1 BODY[2]<0> NIL)\nTAG OK\n", false),
        ("* 2 FETCH (UID 2 BODY[2]<0> {4}\nGIF8)\nTAG OK\n", false),
        ("TAG NO can't\n", false),
    ] {
        let server = Scripted::start(move |client, _| {
            client.sign_in("")?;
            client.folder(3)?;
            client.answer(answer)?;
            client.hang()
        });
        let mut mailbox = open(&server);
        mailbox.open("INBOX").unwrap();
        let found = mailbox.pieces(1, &asked).unwrap();
        assert_eq!(found, is_piece.then(|| vec![b"GIF8".to_vec()]), "{answer}");
    }
}

#[test]
fn a_full_quarantine_keeps_the_mail_where_it_is_and_says_why() {
    for (capabilities, verb) in [("MOVE UIDPLUS", "UID MOVE"), ("UIDPLUS", "UID COPY")] {
        let server = Scripted::start(move |client, _| {
            client.sign_in(capabilities)?;
            client.folder(3)?;
            client.answer("* SEARCH 1 2\nTAG OK\n")?;
            let asked = client.answer("TAG NO [OVERQUOTA] Quota exceeded (mailbox for user is full)\n")?;
            assert!(asked.starts_with(verb));
            client.answer("* SEARCH 1 2\nTAG OK\n")?;
            client.answer("TAG OK\n")?;
            client.hang()
        });
        let moved = open(&server).move_messages("INBOX", &[1, 2], "Lazaret").unwrap();
        for (_, what) in moved {
            assert!(matches!(&what, Moved::Stays(why) if why.contains("Quota exceeded")), "{what:?}");
        }
        assert!(!server.commands().iter().any(|c| c.contains("STORE") || c.contains("EXPUNGE")));
    }
}

#[test]
fn a_server_that_asks_for_patience_gets_it() {
    for words in [
        "NO [THROTTLED] slow down",
        "BAD User is authenticated but not connected.",
        "NO Request is throttled. Suggested Backoff Time: 299961 milliseconds",
        "NO [LIMIT] 2500 MB a day",
        "NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded",
    ] {
        for stage in 0..2 {
            let server = Scripted::start(move |client, _| {
                client.sign_in("MOVE UIDPLUS")?;
                if stage == 1 {
                    client.folder(3)?;
                    client.answer("* SEARCH 1\nTAG OK\n")?;
                }
                client.answer(&format!("TAG {words}\n"))?;
                client.hang()
            });
            let mut mailbox = open(&server);
            let error = match stage {
                0 => mailbox.open("INBOX").map(|_| ()),
                _ => mailbox.move_messages("INBOX", &[1], "Lazaret").map(|_| ()),
            };
            assert!(matches!(&error, Err(MailError::Throttled { .. })), "{words}: {error:?}");
        }
    }
}

#[test]
fn more_than_two_sign_ins_a_minute_wait() {
    let server = Scripted::start(|client, _| {
        client.sign_in("")?;
        Err(Left)
    });
    let mut endpoint = server.endpoint();
    endpoint.bounds.pause = Some(std::time::Duration::from_millis(400));
    let began = std::time::Instant::now();
    let mut mailbox = connect(&endpoint, "secret", &Cancel::default()).unwrap();
    let mut times = Vec::new();
    for _ in 0..4 {
        assert!(matches!(mailbox.open("INBOX"), Err(MailError::Ended { .. })));
        times.push(began.elapsed().as_millis());
    }
    // The first failure used the connection that was there; the second made one, the third had to wait.
    assert!(times[1] < 350 && times[2] >= 400 && times[3] >= 800, "{times:?}");
    // Another part of the program that wants the same account waits like this one; another account does not.
    let mut other = endpoint.clone();
    other.login = "ben".into();
    let waited = std::time::Instant::now();
    connect(&other, "secret", &Cancel::default()).unwrap();
    assert!(waited.elapsed().as_millis() < 350);
    connect(&endpoint, "secret", &Cancel::default()).unwrap();
    assert!(began.elapsed().as_millis() >= 1_200);
    // Nobody is kept who no longer wants it.
    let cancel = Cancel::default();
    cancel.cancel();
    assert!(matches!(connect(&endpoint, "secret", &cancel), Err(MailError::Cancelled)));
}

#[test]
fn a_packed_connection_carries_the_same() {
    let extra = "protocol imap {\n  mail_plugins = imap_zlib\n}\n";
    let server = Dovecot::start_with(&Options { extra: extra.into(), ..Options::default() });
    let mut large = mail("large@example.org");
    large.extend(b"the same line again and again\r\n".repeat(60_000));
    server.deliver("anna", "INBOX", &mail("one@example.org"), 1_700_000_000, "S");
    server.deliver("anna", "INBOX", &large, 1_700_000_001, "S");
    let proxy = Proxy::start(server.imap);
    for (compress, is_packed) in [(Some(true), true), (None, false), (Some(false), false)] {
        proxy.arm(None);
        let mut endpoint = Endpoint::new("127.0.0.1", proxy.port, Protection::Plain, "anna", None);
        endpoint.compress = compress;
        let mut mailbox = connect(&endpoint, "secret", &Cancel::default()).unwrap();
        let found = all(&mut mailbox, "INBOX");
        assert_eq!(found.len(), 2);
        assert!(found[0].bytes == mail("one@example.org") && found[1].bytes == large);
        drop(mailbox);
        assert_eq!(proxy.commands().iter().any(|c| c == "COMPRESS DEFLATE"), is_packed);
        let carried = proxy.carried();
        assert_eq!(carried < 200_000, is_packed, "{carried} bytes of {}", large.len());
    }
}

#[test]
fn mail_without_a_message_id_is_moved_and_found_by_its_bytes() {
    use crate::rig::{Rig, worm};
    use lazaret::account::Mode;
    use lazaret::store::Holding;
    // MOVE without UIDPLUS: the server does not say where it puts things.
    let capability = Some("IMAP4rev1 LITERAL+ SASL-IR MOVE");
    let server = Dovecot::start_with(&Options { capability, ..Options::default() });
    for number in 0..3 {
        let text = String::from_utf8(worm(number)).unwrap();
        let nameless = text.replace(&format!("Message-ID: <w{number}@example.com>\r\n"), "");
        assert!(nameless.len() < text.len());
        server.deliver("anna", "INBOX", nameless.as_bytes(), 1_772_500_000 + number as u64, "S");
    }
    let before = server.messages("anna", "INBOX");
    let mut rig = Rig::new(server.imap, Mode::Act);
    assert_eq!(rig.sync().unwrap().quarantined, 3);
    let held = rig.with(Holding::Held);
    let row = |id: &i64| rig.rows().into_iter().find(|r| r.id == *id).unwrap();
    assert!(held.iter().all(|id| row(id).spot.uid.is_some()), "each was found where it went");
    assert_eq!(rig.restore(&held).unwrap().moved, 3);
    assert_eq!(server.messages("anna", "INBOX"), before);
    assert_eq!(rig.sync().unwrap().quarantined, 0);
}
