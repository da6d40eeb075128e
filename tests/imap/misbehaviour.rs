//! Servers that break off, hang, lie or speak another language.

use std::time::{Duration, Instant};

use lazaret::mail::imap::{ImapMailbox, Protection, connect};
use lazaret::mail::{Cancel, Depth, FolderRole, MailError, Mailbox, MoveMeans, Moved, Unreadable};

use crate::scripted::{Client, Left, Scripted};

fn open(server: &Scripted) -> Result<ImapMailbox, MailError> {
    connect(&server.endpoint(), "secret", &Cancel::default())
}

/// What was read, and what could not be.
type Read = (Vec<(u32, Vec<u8>)>, Vec<Unreadable>);

/// Whether an error is the right one.
type Check = fn(&MailError) -> bool;

fn fetch(mailbox: &mut ImapMailbox, uids: &[u32]) -> Result<Read, MailError> {
    let mut found = Vec::new();
    let bad = mailbox.fetch(uids, Depth::Whole, &mut |m| {
        found.push((m.uid, m.bytes));
        true
    })?;
    Ok((found, bad))
}

/// The message that a scripted server has under a UID.
fn body(uid: u32) -> String {
    format!("Message-ID: <{uid}@example.org>\r\n\r\nbody {uid}\r\n")
}

/// The UIDs of a command's set.
fn uids(command: &str) -> Vec<u32> {
    let set = command.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    set.unwrap_or_default()
        .split(',')
        .flat_map(|part| {
            let (a, b) = part.split_once(':').unwrap_or((part, part));
            a.parse::<u32>().unwrap()..=b.parse().unwrap()
        })
        .collect()
}

/// Serves UIDs 1 to 9 for as long as the client asks; `odd` may answer a command in its own way.
fn serve(
    client: &mut Client,
    odd: &mut dyn FnMut(&mut Client, &str, &str) -> Result<bool, Left>,
) -> Result<(), Left> {
    loop {
        let (tag, command) = client.command()?;
        if odd(client, &tag, &command)? {
            continue;
        }
        if command.starts_with("EXAMINE") || command.starts_with("SELECT") {
            client.send("* 9 EXISTS\n* OK [UIDVALIDITY 7]\n* OK [UIDNEXT 10] ok\n")?;
        } else if command.starts_with("UID SEARCH") {
            let there: Vec<String> =
                uids(&command).iter().filter(|u| (1..10).contains(*u)).map(u32::to_string).collect();
            client.send(&format!("* SEARCH {}\n", there.join(" ")))?;
        } else if command.contains("RFC822.SIZE") {
            for uid in uids(&command) {
                client.send(&format!("* {uid} FETCH (UID {uid} FLAGS () RFC822.SIZE 40)\n"))?;
            }
        } else if command.starts_with("UID FETCH") {
            for uid in uids(&command) {
                message(client, uid)?;
            }
        }
        client.send(&format!("{tag} OK done\n"))?;
    }
}

fn message(client: &mut Client, uid: u32) -> Result<(), Left> {
    let text = body(uid);
    client.raw(format!("* {uid} FETCH (UID {uid} BODY[] {{{}}}\r\n{text})\r\n", text.len()).as_bytes())
}

#[test]
fn greetings_that_are_none() {
    let cases: [(&str, Check); 6] = [
        (
            "* BYE too many people\n",
            |e| matches!(e, MailError::Ended { says, .. } if says == "too many people"),
        ),
        ("* BYE [UNAVAILABLE] Too many connections\n", |e| matches!(e, MailError::Throttled { .. })),
        (
            "220 mail.example.org ESMTP\n",
            |e| matches!(e, MailError::Protocol { says, .. } if says.contains("ESMTP")),
        ),
        ("* PREAUTH hello\n", |e| matches!(e, MailError::Protocol { .. })),
        ("", |e| matches!(e, MailError::Ended { .. })),
        ("\u{1}\u{2}\u{3}\n", |e| matches!(e, MailError::Protocol { .. })),
    ];
    for (greeting, right) in cases {
        let server = Scripted::start(move |client, _| client.send(greeting));
        let error = open(&server).map(|_| ()).unwrap_err();
        assert!(right(&error), "{greeting:?}: {error:?}");
    }
}

#[test]
fn silence_ends_the_wait() {
    for stage in 0..3 {
        let server = Scripted::start(move |client, _| {
            if stage > 0 {
                client.send("* OK ready\n")?;
            }
            if stage > 1 {
                client.answer("* CAPABILITY IMAP4rev1\nTAG OK\n")?;
            }
            client.hang()
        });
        let began = Instant::now();
        let error = open(&server).map(|_| ()).unwrap_err();
        assert!(matches!(&error, MailError::Timeout { seconds: 1, .. }), "{error:?}");
        assert!(began.elapsed() < Duration::from_secs(3));
    }
}

#[test]
fn a_trickle_or_an_endless_line_ends_too() {
    let server = Scripted::start(|client, _| {
        for _ in 0..100 {
            client.raw(b"*")?;
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    });
    let began = Instant::now();
    assert!(matches!(open(&server), Err(MailError::Timeout { .. })));
    assert!(began.elapsed() < Duration::from_secs(6));
    let server = Scripted::start(|client, _| {
        client.raw(b"* OK ")?;
        loop {
            client.raw(&[b'x'; 100_000])?;
        }
    });
    let mut endpoint = server.endpoint();
    endpoint.bounds.line = 1 << 20;
    let error = connect(&endpoint, "secret", &Cancel::default()).map(|_| ()).unwrap_err();
    assert!(matches!(&error, MailError::Protocol { says, .. } if says.contains("longer")), "{error:?}");
}

#[test]
fn sign_in_that_never_ends_or_speaks_nonsense() {
    let cases: [(&str, Check); 5] = [
        (
            "TAG NO [AUTHENTICATIONFAILED] Wrong\n",
            |e| matches!(e, MailError::SignIn { says, .. } if says == "Wrong"),
        ),
        ("TAG NO [UNAVAILABLE] Try again later\n", |e| matches!(e, MailError::Throttled { .. })),
        ("* BYE going down\n", |e| matches!(e, MailError::Ended { says, .. } if says == "going down")),
        ("TAG NO\n", |e| matches!(e, MailError::SignIn { .. })),
        ("hello there\n", |e| matches!(e, MailError::Protocol { .. })),
    ];
    for (answer, right) in cases {
        let server = Scripted::start(move |client, _| {
            client.send("* OK ready\n")?;
            client.answer("* CAPABILITY IMAP4rev1\nTAG OK\n")?;
            client.answer(answer)?;
            Ok(())
        });
        let error = open(&server).map(|_| ()).unwrap_err();
        assert!(right(&error), "{answer:?}: {error:?}");
        assert!(!format!("{error:?}").contains("secret"));
    }
    let server = Scripted::start(|client, _| {
        client.send("* OK ready\n")?;
        client.answer("* CAPABILITY IMAP4rev1\nTAG OK\n")?;
        loop {
            client.send("* OK still looking you up in the books, please stay on the line\n")?;
        }
    });
    assert!(matches!(open(&server), Err(MailError::Protocol { .. } | MailError::Timeout { .. })));
}

#[test]
fn starttls_that_is_not_offered_refused_or_tampered_with() {
    for (capabilities, answer) in
        [("", ""), ("STARTTLS", "TAG NO not today\n"), ("STARTTLS", "TAG OK\n* OK injected\n")]
    {
        let server = Scripted::start(move |client, _| {
            client.send("* OK ready\n")?;
            client.answer(&format!("* CAPABILITY IMAP4rev1 {capabilities}\nTAG OK\n"))?;
            client.answer(answer)?;
            client.hang()
        });
        let mut endpoint = server.endpoint();
        endpoint.protection = Protection::StartTls;
        let error = connect(&endpoint, "secret", &Cancel::default()).map(|_| ()).unwrap_err();
        match answer.contains("injected") {
            true => assert!(matches!(error, MailError::Protocol { .. } | MailError::Tls { .. }), "{error:?}"),
            false => assert_eq!(error, MailError::Unprotected { host: "127.0.0.1".into() }),
        }
        assert!(!server.commands().iter().any(|c| c.starts_with("LOGIN") || c.starts_with("AUTH")));
    }
}

#[test]
fn a_folder_list_from_hell() {
    let server = Scripted::start(|client, _| {
        client.sign_in("")?;
        let (tag, _) = client.command()?;
        client
            .raw(b"* LIST (\\HasNoChildren) \"/\" \"Entw\xfcrfe\"\r\n* LIST () \"/\" {6}\r\na\"b\\c \r\n")?;
        client.raw(b"* LIST (\\Noselect) NIL inbox\r\n* LIST broken\r\n* LIST () \"/\" \"A&*-\"\r\n* LIST () \"/\" \"Gesendet\"\r\n")?;
        client.send(&format!("* 3 EXISTS\n* OK [ODD-CODE (x] hm\n{tag} OK [HIGHESTMODSEQ 5]\n"))?;
        let (tag, command) = client.command()?;
        // The name goes back byte for byte, which is no UTF-8: `command` reads text only.
        assert!(command.starts_with("EXAMINE"), "{command}");
        client.send(&format!("{tag} OK\n"))?;
        client.hang()
    });
    let mut mailbox = open(&server).unwrap();
    let folders = mailbox.folders().unwrap();
    let shown: Vec<(&str, FolderRole)> = folders.iter().map(|f| (f.display.as_str(), f.role)).collect();
    assert_eq!(
        shown,
        [
            ("inbox", FolderRole::Inbox),
            ("A&*-", FolderRole::Other),
            ("Entwürfe", FolderRole::Drafts),
            ("Gesendet", FolderRole::Sent),
            ("a\"b\\c ", FolderRole::Other),
        ]
    );
}

#[test]
fn state_that_is_missing_is_not_invented() {
    let server = Scripted::start(|client, _| {
        client.sign_in("")?;
        client.answer("* 2 EXISTS\n* OK [UIDVALIDITY 0] hm\nTAG OK [READ-ONLY] done\n")?;
        client.answer("* STATUS INBOX ()\nTAG OK done\n")?;
        client.answer("* SEARCH 3 1\n* SEARCH 9\nTAG OK done\n")?;
        client.hang()
    });
    let mut mailbox = open(&server).unwrap();
    let state = mailbox.open("INBOX").unwrap();
    assert_eq!((state.uid_validity, state.uid_next, state.exists), (None, None, 2));
    assert_eq!(mailbox.uids(2).unwrap(), [3, 9]);
}

#[test]
fn flags_that_change_and_messages_that_go_while_reading() {
    let server = Scripted::start(|client, _| {
        client.sign_in("")?;
        serve(client, &mut |client, tag, command| {
            if !command.contains("BODY.PEEK[]") {
                return Ok(false);
            }
            client.send(
                "* 4 EXPUNGE\n* 12 EXISTS\n* 2 FETCH (FLAGS (\\Seen))\n* 3 FETCH (UID 3 FLAGS (\\Seen))\n",
            )?;
            // Out of order, one unasked for, one twice, one with a wrong size before.
            for uid in [3, 1, 8, 1, 2] {
                message(client, uid)?;
            }
            client.send(&format!("{tag} OK done\n"))?;
            Ok(true)
        })
    });
    let mut mailbox = open(&server).unwrap();
    mailbox.open("INBOX").unwrap();
    let (found, bad) = fetch(&mut mailbox, &[1, 2, 3]).unwrap();
    assert_eq!(found.iter().map(|(uid, _)| *uid).collect::<Vec<_>>(), [3, 1, 2]);
    assert!(found.iter().all(|(uid, bytes)| bytes == body(*uid).as_bytes()));
    assert_eq!(bad, []);
    // Reading marks nothing as read: twice over.
    let commands = server.commands();
    assert!(!commands.iter().any(|c| c.contains("BODY[") || c.starts_with("SELECT")), "{commands:?}");
    assert!(commands.iter().any(|c| c.contains("BODY.PEEK[]")));
}

#[test]
fn a_message_that_breaks_the_connection_is_named_and_the_rest_is_read() {
    for in_the_middle in [false, true] {
        let server = Scripted::start(move |client, _| {
            client.sign_in("")?;
            serve(client, &mut |client, _, command| {
                if !command.contains("BODY.PEEK[]") || !uids(command).contains(&5) {
                    return Ok(false);
                }
                for uid in uids(command).into_iter().take_while(|uid| *uid != 5) {
                    message(client, uid)?;
                }
                if in_the_middle {
                    client.raw(b"* 5 FETCH (UID 5 BODY[] {1000}\r\nhalf")?;
                }
                client.send("* BYE internal error\n")?;
                Err(Left)
            })
        });
        let mut mailbox = open(&server).unwrap();
        mailbox.open("INBOX").unwrap();
        let (mut found, bad) = fetch(&mut mailbox, &[1, 2, 3, 4, 5, 6, 7, 8, 9]).unwrap();
        found.sort();
        assert_eq!(found.iter().map(|(uid, _)| *uid).collect::<Vec<_>>(), [1, 2, 3, 4, 6, 7, 8, 9]);
        assert_eq!(bad.iter().map(|b| b.uid).collect::<Vec<_>>(), [5]);
        assert!(bad[0].why.contains("breaks the connection"), "{}", bad[0].why);
    }
}

#[test]
fn many_messages_that_break_the_connection_never_cost_the_folder() {
    const POISON: [u32; 4] = [2, 4, 5, 8];
    let server = Scripted::start(|client, _| {
        client.sign_in("")?;
        serve(client, &mut |client, _, command| {
            if !command.contains("BODY.PEEK[]") {
                return Ok(false);
            }
            let asked = uids(command);
            let Some(at) = asked.iter().position(|uid| POISON.contains(uid)) else { return Ok(false) };
            for uid in &asked[..at] {
                message(client, *uid)?;
            }
            Err(Left)
        })
    });
    let mut mailbox = open(&server).unwrap();
    mailbox.open("INBOX").unwrap();
    let (found, bad) = fetch(&mut mailbox, &[1, 2, 3, 4, 5, 6, 7, 8, 9]).unwrap();
    let mut found: Vec<u32> = found.into_iter().map(|(uid, _)| uid).collect();
    found.sort();
    assert_eq!(found, [1, 3, 6, 7, 9]);
    let mut bad: Vec<u32> = bad.into_iter().map(|b| b.uid).collect();
    bad.sort();
    assert_eq!(bad, POISON);
}

#[test]
fn a_message_that_the_server_refuses_or_leaves_out_is_named() {
    let server = Scripted::start(|client, _| {
        client.sign_in("")?;
        serve(client, &mut |client, tag, command| {
            if !command.contains("BODY.PEEK[]") || !uids(command).contains(&4) {
                return Ok(false);
            }
            client.send(&format!("{tag} NO [SERVERBUG] can't read it\n"))?;
            Ok(true)
        })
    });
    let mut mailbox = open(&server).unwrap();
    mailbox.open("INBOX").unwrap();
    let (found, bad) = fetch(&mut mailbox, &[1, 2, 3, 4, 5, 6, 99]).unwrap();
    assert_eq!(found.len(), 5);
    assert_eq!(bad, [Unreadable { uid: 4, why: "the server refused it: can't read it".into() }]);

    let server = Scripted::start(|client, _| {
        client.sign_in("")?;
        serve(client, &mut |client, tag, command| {
            if command.contains("BODY.PEEK[]") {
                client.send(&format!("* 2 FETCH (UID 2 BODY[] NIL)\n{tag} OK done\n"))?;
                return Ok(true);
            }
            Ok(false)
        })
    });
    let mut mailbox = open(&server).unwrap();
    mailbox.open("INBOX").unwrap();
    let (found, bad) = fetch(&mut mailbox, &[2]).unwrap();
    assert_eq!((found.len(), bad.len()), (0, 1));
}

#[test]
fn hanging_and_truncation_in_mid_message() {
    let server = Scripted::start(|client, _| {
        client.sign_in("")?;
        serve(client, &mut |client, _, command| {
            if command.contains("BODY.PEEK[]") {
                client.raw(b"* 1 FETCH (UID 1 BODY[] {1000}\r\nhalf")?;
                client.hang()?;
            }
            Ok(false)
        })
    });
    // One over which the server falls silent twice is named; a server that is always silent is given up.
    let mut mailbox = open(&server).unwrap();
    mailbox.open("INBOX").unwrap();
    let (found, bad) = fetch(&mut mailbox, &[1]).unwrap();
    assert_eq!((found.len(), bad[0].uid), (0, 1));
    assert!(matches!(fetch(&mut mailbox, &[1, 2, 3]), Err(MailError::Timeout { .. })));

    // A network that breaks every time is a failure of the connection in the end, never of all messages.
    let server = Scripted::start(|client, _| {
        client.sign_in("")?;
        serve(client, &mut |_, _, command| {
            if command.contains("BODY.PEEK[]") { Err(Left) } else { Ok(false) }
        })
    });
    let mut mailbox = open(&server).unwrap();
    mailbox.open("INBOX").unwrap();
    assert!(matches!(fetch(&mut mailbox, &[1, 2, 3, 4, 5, 6, 7, 8, 9]), Err(MailError::Ended { .. })));
}

#[test]
fn a_literal_that_claims_everything_takes_no_memory() {
    let server = Scripted::start(|client, _| {
        client.sign_in("")?;
        serve(client, &mut |client, _, command| {
            if command.contains("BODY.PEEK[]") {
                client.raw(b"* 1 FETCH (UID 1 BODY[] {18446744073709551615}\r\n")?;
                client.hang()?;
            }
            Ok(false)
        })
    });
    let mut mailbox = open(&server).unwrap();
    mailbox.open("INBOX").unwrap();
    assert_eq!(fetch(&mut mailbox, &[1]).unwrap().1.len(), 1);
}

#[test]
fn a_cancelled_wait_ends_at_once() {
    let server = Scripted::start(|client, _| {
        client.sign_in("")?;
        client.folder(3)?;
        client.hang()
    });
    let mut endpoint = server.endpoint();
    endpoint.bounds.silence = Duration::from_secs(60);
    endpoint.bounds.answer = Duration::from_secs(60);
    // A mailbox outlives the job that opened it: the next job's cancel counts.
    let (first, cancel) = (Cancel::default(), Cancel::default());
    let mut mailbox = connect(&endpoint, "secret", &first).unwrap();
    mailbox.follow(&cancel);
    first.cancel();
    mailbox.open("INBOX").unwrap();
    let began = Instant::now();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        cancel.cancel();
    });
    assert_eq!(mailbox.uids(1), Err(MailError::Cancelled));
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_connection_that_the_server_closed_while_idle_is_made_anew() {
    let server = Scripted::start(|client, number| {
        client.sign_in("")?;
        if number == 0 {
            client.folder(3)?;
            // Autologout: the farewell lies unread in the socket.
            client.send("* BYE Autologout; idle for too long\n")?;
            return Err(Left);
        }
        client.folder(3)?;
        client.answer("* SEARCH 1 2 3\nTAG OK done\n")?;
        client.hang()
    });
    let mut endpoint = server.endpoint();
    endpoint.bounds.idle = Duration::from_millis(500);
    let mut mailbox = connect(&endpoint, "secret", &Cancel::default()).unwrap();
    mailbox.open("INBOX").unwrap();
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(mailbox.uids(1).unwrap(), [1, 2, 3]);
}

#[test]
fn folders_that_are_numbered_anew_are_not_read_by_old_numbers() {
    let server = Scripted::start(|client, number| {
        client.sign_in("")?;
        client.answer(&format!(
            "* 1 EXISTS\n* OK [UIDVALIDITY {}] x\n* OK [UIDNEXT 9] x\nTAG OK\n",
            7 + number
        ))?;
        Err(Left)
    });
    let mut mailbox = open(&server).unwrap();
    mailbox.open("INBOX").unwrap();
    assert!(matches!(mailbox.uids(1), Err(MailError::Ended { .. })));
    assert!(matches!(mailbox.uids(1), Err(MailError::Folder { says, .. }) if says.contains("anew")));
}

/// What a move answered.
type Fates = Result<Vec<(u32, Moved)>, MailError>;

/// Moves UIDs 1 to 3 on a server with `capabilities` that answers UID MOVE, COPY, STORE and EXPUNGE by
/// `odd`; returns what became of them and every command.
fn move_three(
    capabilities: &'static str,
    odd: impl Fn(&mut Client, &str, &str) -> Result<bool, Left> + Send + Clone + 'static,
) -> (Fates, Vec<String>) {
    let server = Scripted::start(move |client, _| {
        client.sign_in(capabilities)?;
        let odd = odd.clone();
        serve(client, &mut |client, tag, command| odd(client, tag, command))
    });
    let mut mailbox = open(&server).unwrap();
    let moved = mailbox.move_messages("INBOX", &[1, 2, 3], "Lazaret");
    drop(mailbox);
    (moved, server.commands())
}

#[test]
fn a_move_that_did_nothing_is_seen() {
    let (moved, commands) = move_three("MOVE UIDPLUS", |_, _, _| Ok(false));
    for (_, what) in moved.unwrap() {
        assert!(matches!(&what, Moved::Stays(why) if why.contains("left it where it was")), "{what:?}");
    }
    assert!(!commands.iter().any(|c| c.contains("EXPUNGE") || c.contains("CLOSE")), "{commands:?}");
}

#[test]
fn a_copy_that_failed_never_costs_the_original() {
    for words in ["NO [OVERQUOTA] full", "BAD what"] {
        let (moved, commands) = move_three("UIDPLUS", move |client, tag, command| {
            if command.starts_with("UID COPY") {
                client.send(&format!("{tag} {words}\n"))?;
                return Ok(true);
            }
            Ok(false)
        });
        assert!(moved.unwrap().iter().all(|(_, m)| matches!(m, Moved::Stays(_))));
        assert!(
            !commands.iter().any(|c| c.contains("STORE") || c.contains("EXPUNGE") || c.contains("CLOSE"))
        );
    }
}

#[test]
fn a_copy_that_can_not_be_found_never_costs_the_original() {
    // OK to COPY, no COPYUID, and the target holds none of them.
    let (moved, commands) = move_three("UIDPLUS", |client, tag, command| {
        if command.starts_with("UID SEARCH HEADER") {
            client.send(&format!("* SEARCH\n{tag} OK done\n"))?;
            return Ok(true);
        }
        Ok(false)
    });
    assert!(
        moved.unwrap().iter().all(|(_, m)| matches!(m, Moved::Copied(why) if why.contains("can't be found")))
    );
    assert!(!commands.iter().any(|c| c.contains("STORE") || c.contains("EXPUNGE")), "{commands:?}");
}

#[test]
fn only_what_was_copied_is_removed_and_a_refused_removal_is_undone() {
    let (moved, commands) = move_three("UIDPLUS", |client, tag, command| {
        let answer = match command {
            c if c.starts_with("UID COPY") => format!("{tag} OK [COPYUID 9 1,3 11,13] done\n"),
            c if c.starts_with("UID EXPUNGE") => format!("{tag} NO not allowed\n"),
            _ => return Ok(false),
        };
        client.send(&answer)?;
        Ok(true)
    });
    let moved = moved.unwrap();
    assert!(matches!(&moved[0].1, Moved::Copied(why) if why.contains("not allowed")), "{moved:?}");
    assert!(matches!(&moved[1].1, Moved::Stays(_)));
    let changes: Vec<&str> = commands
        .iter()
        .map(String::as_str)
        .filter(|c| c.contains("STORE") || c.contains("EXPUNGE"))
        .collect();
    assert_eq!(
        changes,
        [
            "UID STORE 1,3 +FLAGS.SILENT (\\Deleted)",
            "UID EXPUNGE 1,3",
            "UID STORE 1,3 -FLAGS.SILENT (\\Deleted)"
        ]
    );
}

#[test]
fn a_folder_that_nobody_may_change_is_left_alone() {
    let (moved, commands) = move_three("MOVE UIDPLUS", |client, tag, command| {
        if command.starts_with("SELECT") {
            client.send(&format!("* OK [UIDVALIDITY 7] x\n{tag} OK [READ-ONLY] done\n"))?;
            return Ok(true);
        }
        Ok(false)
    });
    assert!(
        moved.unwrap().iter().all(|(_, m)| matches!(m, Moved::Stays(why) if why.contains("nobody change")))
    );
    assert!(!commands.iter().any(|c| c.starts_with("UID MOVE")));
}

#[test]
fn a_connection_that_breaks_in_a_move_is_an_error_and_nothing_is_repeated() {
    let (moved, commands) =
        move_three(
            "MOVE UIDPLUS",
            |_, _, command| if command.starts_with("UID MOVE") { Err(Left) } else { Ok(false) },
        );
    assert!(matches!(moved, Err(MailError::Ended { .. })), "{moved:?}");
    assert_eq!(commands.iter().filter(|c| c.starts_with("UID MOVE")).count(), 1);
}

#[test]
fn exchange_copies_and_netease_hears_a_name() {
    let server = Scripted::start(|client, _| {
        client.send("* OK The Microsoft Exchange IMAP4 service is ready.\n")?;
        client.answer("* CAPABILITY IMAP4rev1\nTAG OK\n")?;
        client.answer("TAG OK\n")?;
        client.answer("* CAPABILITY IMAP4rev1 MOVE UIDPLUS\nTAG OK\n")?;
        client.hang()
    });
    assert_eq!(open(&server).unwrap().move_means(), MoveMeans::CopyAndExpunge);
    let server = Scripted::start(|client, _| {
        client.send("* OK Coremail System IMap Server Ready\n")?;
        client.answer("* CAPABILITY IMAP4rev1\nTAG OK\n")?;
        client.answer("TAG OK\n")?;
        client.answer("* CAPABILITY IMAP4rev1 ID\nTAG OK\n")?;
        client.answer("* ID NIL\nTAG OK\n")?;
        client.hang()
    });
    drop(open(&server).unwrap());
    assert!(server.commands().iter().any(|c| c.starts_with("ID (\"name\" \"lazaret\"")));
}
