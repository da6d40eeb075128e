//! Allow and block entries: what one touches is said before, done with it, and taken back.

use lazaret::service::event::{ActivityRow, By, WayBack};

use super::*;

/// A backscatter-like letter that a block entry holds, handed in by the host `ip`.
fn letter_by(number: u32, from: &str, ip: &str) -> Vec<u8> {
    let mut bytes = format!(
        "Received: from mx.far.example (mx.far.example [{ip}]) by mail.harbour.example; \
         Mon, 02 Mar 2026 10:00:01 +0000\r\n"
    )
    .into_bytes();
    bytes.extend(letter(number, from));
    bytes
}

/// A mailbox in which two letters of a blocked domain and one with a program are held.
fn blocked_domain() -> Desk {
    let desk = Desk::new(Mode::Act, |_| ());
    desk.tell(Command::AddSender {
        rule: SenderRule::Block,
        scope: SenderScope::Domain,
        value: "far.example".into(),
        expires: None,
    });
    desk.wait(|event| matches!(event, Event::Changed).then_some(()));
    let mut maildir = Maildir::open(&desk.mail).unwrap();
    maildir.deliver("INBOX", &letter_by(1, "Ada <ada@far.example>", "203.0.113.9"), at(1), &[]).unwrap();
    maildir.deliver("INBOX", &letter_by(2, "Ben <ben@far.example>", "203.0.113.10"), at(2), &[]).unwrap();
    maildir.deliver("INBOX", &worm(3, "Cleo <cleo@far.example>"), at(3), &[]).unwrap();
    desk.sync();
    assert_eq!(holds(&desk.mail, "Lazaret").len(), 3);
    desk
}

fn touches(desk: &Desk, rule: SenderRule, scope: SenderScope, value: &str) -> Option<String> {
    desk.tell(Command::Touches { rule, scope, value: value.into() });
    desk.wait(|event| match event {
        Event::Touched(touched) => Some(touched.says),
        _ => None,
    })
}

fn entries(desk: &Desk) -> Vec<(SenderRule, String, Option<Timestamp>)> {
    desk.tell(Command::ListSenders);
    let senders = desk.wait(|event| match event {
        Event::Senders(senders) => Some(senders),
        _ => None,
    });
    senders.into_iter().map(|s| (s.entry.rule, s.entry.value, s.entry.expires)).collect()
}

fn activity(desk: &Desk) -> Vec<ActivityRow> {
    desk.tell(Command::ListActivity);
    desk.wait(|event| match event {
        Event::Activity(rows) => Some(rows),
        _ => None,
    })
}

#[test]
fn what_an_entry_would_touch_is_what_it_then_touches() {
    let desk = blocked_domain();
    let says = |rule, scope, value: &str| touches(&desk, rule, scope, value);
    assert_eq!(
        says(SenderRule::Allow, SenderScope::Domain, "@Far.example").unwrap(),
        "Allowing far.example would release 3 messages, 1 of them with a malicious attachment, which stays."
    );
    assert_eq!(
        says(SenderRule::Allow, SenderScope::Address, "ada@far.example").unwrap(),
        "Allowing ada@far.example would release 1 message."
    );
    assert_eq!(
        says(SenderRule::Block, SenderScope::Ip, "203.0.113.10").unwrap(),
        "1 message from 203.0.113.10 is held already; new mail is held as well."
    );
    assert!(says(SenderRule::Allow, SenderScope::Ip, "203.0.113.11").unwrap().starts_with("Nothing"));
    assert_eq!(says(SenderRule::Allow, SenderScope::Ip, "203.0.113.0/24"), None, "no ranges");

    let end = at(400_000_000);
    desk.tell(Command::AddSender {
        rule: SenderRule::Allow,
        scope: SenderScope::Domain,
        value: "far.example".into(),
        expires: Some(end),
    });
    // The entry is told of first, then the messages that it releases.
    desk.wait(|event| matches!(event, Event::Changed).then_some(()));
    let said = desk.settled();
    assert_eq!(said, "2 messages restored to INBOX.");
    assert_eq!(holds(&desk.mail, "INBOX").len(), 2);
    assert_eq!(holds(&desk.mail, "Lazaret").len(), 1, "the program stays");
    assert_eq!(entries(&desk), [(SenderRule::Allow, "far.example".to_owned(), Some(end))]);
}

#[test]
fn one_restored_message_brings_the_others_of_an_allowed_domain_along() {
    let desk = blocked_domain();
    let page = desk.list(Shelf::Quarantine);
    let ada = page.rows.iter().find(|row| row.from_address == "ada@far.example").unwrap().id;
    let (scope, expires) = (SenderScope::Ip, None);
    desk.tell(Command::RestoreAndAllow { messages: vec![ada], scope, expires });
    let said = desk.settled();
    assert_eq!(said, "1 message restored to INBOX. 203.0.113.9 is allowed from now on.");
    let ben = page.rows.iter().find(|row| row.from_address == "ben@far.example").unwrap().id;
    let scope = SenderScope::Domain;
    desk.tell(Command::RestoreAndAllow { messages: vec![ben], scope, expires });
    desk.settled();
    assert_eq!((holds(&desk.mail, "INBOX").len(), holds(&desk.mail, "Lazaret").len()), (2, 1));
}

#[test]
fn an_entry_is_removed_and_comes_back_and_activity_tells_by_whom() {
    let desk = blocked_domain();
    let id = {
        desk.tell(Command::ListSenders);
        desk.wait(|event| match event {
            Event::Senders(senders) => Some(senders[0].id),
            _ => None,
        })
    };
    let rows = activity(&desk);
    let blocked = rows.iter().find(|row| row.says == "Blocked far.example").unwrap();
    assert_eq!((blocked.by, blocked.undo), (By::Person, Some(WayBack::Sender(id))));
    let moved = rows.iter().find(|row| row.says.starts_with("Moved to the quarantine")).unwrap();
    assert!(moved.by == By::Rule && matches!(moved.undo, Some(WayBack::Action(_))), "{moved:?}");
    assert!(rows.iter().any(|row| row.says == "Added the account Home" && row.by == By::Person));

    desk.tell(blocked.undo.unwrap().command());
    let back = desk.wait(|event| match event {
        Event::Did { says, undo } => {
            assert_eq!(says, "far.example is no longer blocked.");
            Some(undo)
        }
        _ => None,
    });
    assert!(entries(&desk).is_empty());
    assert!(activity(&desk).iter().any(|row| row.says == "far.example is no longer blocked."));
    desk.tell(*back);
    desk.wait(|event| matches!(event, Event::Did { .. }).then_some(()));
    assert_eq!(entries(&desk), [(SenderRule::Block, "far.example".to_owned(), None)]);
}

#[test]
fn entries_go_out_and_come_back_as_a_file() {
    let desk = blocked_domain();
    let folder = desk._folder.path().to_path_buf();
    let said = |desk: &Desk| {
        desk.wait(|event| match event {
            Event::Done { says, .. } => Some(says),
            _ => None,
        })
    };
    for name in ["lazaret-senders.csv", "lazaret-senders (2).csv"] {
        desk.tell(Command::ExportSenders { folder: folder.clone() });
        assert_eq!(said(&desk), format!("1 entry saved to {}.", folder.join(name).display()));
    }
    let file = folder.join("lazaret-senders.csv");
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text, "rule,scope,value,expires\nblock,domain,far.example,\n");
    std::fs::write(&file, text.replace("block", "allow").replace("far", "near")).unwrap();
    desk.tell(Command::ImportSenders { file });
    assert_eq!(said(&desk), "1 entry read from lazaret-senders.csv.");
    let both = "rule,scope,value,expires\nallow,ip,192.0.2.7,\nallow,ip,192.0.2.8,2027-01-01T00:00:00Z\n";
    std::fs::write(folder.join("two.csv"), both).unwrap();
    desk.tell(Command::ImportSenders { file: folder.join("two.csv") });
    assert_eq!(said(&desk), "2 entries read from two.csv.");
    assert!(
        activity(&desk).iter().any(|row| row.says == "2 senders imported from two.csv" && row.undo.is_none())
    );
    desk.tell(Command::ImportSenders { file: folder.join("none.csv") });
    let problem = loop {
        if let Event::Problem(problem) = desk.events.recv_timeout(Duration::from_secs(60)).unwrap() {
            break problem;
        }
    };
    assert!(problem.says.contains("none.csv"), "{problem:?}");
    let (near, far) = ("near.example".to_owned(), "far.example".to_owned());
    assert_eq!(entries(&desk)[2..], [(SenderRule::Allow, near, None), (SenderRule::Block, far, None)]);
}

#[test]
fn what_came_after_the_last_visit_is_new() {
    let desk = Desk::new(Mode::Act, seeded);
    let overview = || {
        desk.tell(Command::Overview);
        desk.wait(|event| match event {
            Event::Overview(overview) => Some(overview),
            _ => None,
        })
    };
    assert_eq!((overview().seen, overview().new), (None, 0), "nothing is new at the first visit");
    desk.tell(Command::Left);
    let newest = desk.list(Shelf::All).rows.iter().map(|row| row.id).max();
    assert_eq!((overview().seen, overview().new), (newest, 0));
    let mut maildir = Maildir::open(&desk.mail).unwrap();
    // Older than all the rest, and new all the same.
    maildir.deliver("INBOX", &worm(9, "Dora <dora@example.com>"), at(-900), &[]).unwrap();
    maildir.deliver("INBOX", &letter(9, "Ada <ada@example.net>"), at(9), &[]).unwrap();
    desk.sync();
    assert_eq!((overview().seen, overview().new), (newest, 1));
}

#[test]
fn a_blocked_sender_is_held_and_an_allowed_one_kept() {
    let desk = Desk::new(Mode::Act, |maildir| {
        maildir.deliver("INBOX", &letter(1, "Pest <pest@example.net>"), at(1), &[]).unwrap();
        maildir.deliver("INBOX", &letter(2, "Ada <ada@example.net>"), at(2), &[]).unwrap();
    });
    assert_eq!(desk.list(Shelf::Quarantine).total, 0);
    let pest = desk.list(Shelf::All).rows.iter().find(|r| r.from_address == "pest@example.net").unwrap().id;
    desk.tell(Command::Block { messages: vec![pest], scope: SenderScope::Address, expires: None });
    let said = desk.settled();
    assert!(said.starts_with("pest@example.net is blocked"), "{said}");
    assert_eq!(holds(&desk.mail, "Lazaret").len(), 1);

    // The next one of the same sender is held on arrival.
    let mut maildir = Maildir::open(&desk.mail).unwrap();
    maildir.deliver("INBOX", &letter(3, "Pest <pest@example.net>"), at(9), &[]).unwrap();
    desk.sync();
    assert_eq!(holds(&desk.mail, "Lazaret").len(), 2);

    // Restored and allowed: back, the block gone, and the next one stays.
    let ids: Vec<i64> = desk.list(Shelf::Quarantine).rows.iter().map(|r| r.id).collect();
    desk.tell(Command::RestoreAndAllow { messages: ids, scope: SenderScope::Address, expires: None });
    desk.settled();
    maildir.deliver("INBOX", &letter(4, "Pest <pest@example.net>"), at(10), &[]).unwrap();
    desk.sync();
    assert!(holds(&desk.mail, "Lazaret").is_empty());
    assert_eq!(holds(&desk.mail, "INBOX").len(), 4);
    desk.tell(Command::ListSenders);
    let senders = desk.wait(|event| match event {
        Event::Senders(senders) => Some(senders),
        _ => None,
    });
    assert_eq!(senders.len(), 1);
    assert_eq!(
        (senders[0].entry.rule, senders[0].entry.value.as_str()),
        (SenderRule::Allow, "pest@example.net")
    );
}

#[test]
fn an_allowed_sender_never_gets_a_malicious_attachment_through() {
    let desk = Desk::new(Mode::Act, |_| ());
    desk.tell(Command::AddSender {
        rule: SenderRule::Allow,
        scope: SenderScope::Domain,
        value: "example.com".into(),
        expires: None,
    });
    desk.wait(|event| matches!(event, Event::Changed).then_some(()));
    let mut maildir = Maildir::open(&desk.mail).unwrap();
    maildir.deliver("INBOX", &worm(1, "Ben <ben@example.com>"), at(1), &[]).unwrap();
    desk.sync();
    assert_eq!(holds(&desk.mail, "Lazaret").len(), 1);
}

#[test]
fn a_value_that_no_entry_can_name_is_refused_in_words() {
    let desk = Desk::new(Mode::Observe, |_| ());
    desk.tell(Command::AddSender {
        rule: SenderRule::Block,
        scope: SenderScope::Ip,
        value: "192.0.2.0/24".into(),
        expires: None,
    });
    let problem = loop {
        match desk.events.recv_timeout(Duration::from_secs(60)).unwrap() {
            Event::Problem(problem) => break problem,
            _ => continue,
        }
    };
    assert!(problem.says.contains("192.0.2.0/24"));
    assert!(problem.advice.contains("one IP address"));
}
