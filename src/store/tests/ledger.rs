use super::*;
use crate::engine::ledger::{SentLedger, SentMail, Span};
use crate::engine::senders::{SenderEntry, SenderRule, SenderScope};

fn sent(uid: u32, to: &[&str]) -> NewSent {
    let mail = SentMail {
        message_id: Some(format!("{uid}@example.org")),
        date: at(i64::from(uid)),
        from: "me@example.org".into(),
        recipients: to.iter().map(|r| (*r).into()).collect(),
        subject: "hello".into(),
        mailer: Some("Mailer 1.0".into()),
    };
    NewSent { folder: "Sent".into(), uid_validity: 1, uid, mail }
}

fn span(from: i64, to: i64) -> Span {
    Span { from: at(from), to: at(to) }
}

#[test]
fn the_ledger_answers_as_the_one_in_memory_does() {
    let Fresh { folder: _folder, store, account } = fresh();
    let other = store.add_account("Home", "{}", at(0)).unwrap();
    let mut mails: Vec<NewSent> =
        (1..=120).map(|uid| sent(uid, &["bo+lists@example.net", "x@example.com"])).collect();
    mails[0].mail.recipients.push("first@example.com".into());
    assert_eq!(store.add_sent(account, &mails).unwrap(), 120);
    assert_eq!(store.add_sent(account, &mails).unwrap(), 0, "known places are left alone");
    store.extend_coverage(account, "me@example.org", span(1, 120)).unwrap();

    let mut memory = crate::engine::MemoryLedger::default();
    mails.iter().for_each(|m| memory.add(m.mail.clone()));
    let ledger = store.ledger();
    let both: [&dyn SentLedger; 2] = [&ledger, &memory];
    for ledger in both {
        assert_eq!(ledger.by_message_id("7@example.org").unwrap().unwrap(), mails[6].mail);
        assert_eq!(ledger.by_message_id("nobody@example.org").unwrap(), None);
        let found = ledger.to_recipient("bo@example.net", span(0, 200)).unwrap();
        assert_eq!((found.len(), found[0].date), (50, at(120)));
        assert_eq!(ledger.to_recipient("bo+x@example.net", span(5, 6)).unwrap().len(), 2);
        let found = ledger.with_subject("hello", span(0, 200)).unwrap();
        assert_eq!((found.len(), found[0].date), (50, at(120)));
        assert_eq!(ledger.with_subject("hello", span(5, 6)).unwrap().len(), 2);
        assert!(ledger.with_subject("other", span(0, 200)).unwrap().is_empty());
        let found = ledger.sent_within(span(7, 9)).unwrap();
        assert_eq!(found.iter().map(|m| m.date).collect::<Vec<_>>(), [at(9), at(8), at(7)]);
        assert!(ledger.sent_within(span(9, 7)).unwrap().is_empty());
        assert!(ledger.ever_wrote_to("first@example.com").unwrap());
        assert!(!ledger.ever_wrote_to("second@example.com").unwrap());
        assert!(ledger.ever_used("Mailer 1.0").unwrap() && !ledger.ever_used("Worm").unwrap());
        assert_eq!(ledger.coverage("me@example.org").unwrap(), [span(1, 120)]);
        assert!(ledger.coverage("you@example.org").unwrap().is_empty());
        assert_eq!(ledger.len().unwrap(), 120);
    }
    let empty = store.ledger_of(other);
    assert!(empty.is_empty().unwrap() && empty.by_message_id("7@example.org").unwrap().is_none());
    assert!(!empty.ever_wrote_to("x@example.com").unwrap() && !empty.ever_used("Mailer 1.0").unwrap());
    assert_eq!(store.accounts().unwrap()[1].sent, 120);
    assert_eq!(store.sent_identities().unwrap(), ["me@example.org"]);
    assert_eq!(store.oldest_sent(account).unwrap(), Some(at(1)));
}

#[test]
fn a_ledger_that_cannot_be_read_is_unavailable_not_empty() {
    let Fresh { folder: _folder, store, .. } = fresh();
    store.conn.execute_batch("ALTER TABLE sent RENAME TO gone").unwrap();
    assert!(store.ledger().by_message_id("a@b").is_err());
}

#[test]
fn servers_are_learned_from_genuine_bounces() {
    let Fresh { folder: _folder, store, account } = fresh();
    let other = store.add_account("Home", "{}", at(0)).unwrap();
    let relay = Some("smtp.relay.example".to_owned());
    let bounce = Verdict { class: Class::GenuineBounce, relay, ..ordinary("bounce") };
    assert!(!store.ledger().ever_submitted_at("smtp.relay.example").unwrap());
    store.save_verdict(&new_message(account, 1, b"1"), &bounce).unwrap();
    assert!(store.ledger().ever_submitted_at("smtp.relay.example").unwrap());
    assert!(!store.ledger().ever_submitted_at("mx.example.net").unwrap());
    assert!(!store.ledger_of(other).ever_submitted_at("smtp.relay.example").unwrap());
}

#[test]
fn spans_merge_where_they_touch() {
    let Fresh { folder: _folder, store, account } = fresh();
    let all = || store.ledger().coverage("me@example.org").unwrap();
    let add = |from, to| store.extend_coverage(account, "me@example.org", span(from, to)).unwrap();
    add(100, 200);
    add(400, 500);
    assert_eq!(all(), [span(100, 200), span(400, 500)]);
    add(201, 300);
    assert_eq!(all(), [span(100, 300), span(400, 500)]);
    add(50, 40);
    assert_eq!(all().len(), 2, "a span that ends before it begins says nothing");
    add(150, 450);
    assert_eq!(all(), [span(100, 500)]);
    add(200, 210);
    assert_eq!(all(), [span(100, 500)]);
}

#[test]
fn an_account_that_is_behind_holds_the_coverage_back() {
    let Fresh { folder: _folder, store, account } = fresh();
    let other = store.add_account("Home", "{}", at(0)).unwrap();
    let add = |account, from, to| store.extend_coverage(account, "me@example.org", span(from, to)).unwrap();
    add(account, 0, 1000);
    add(other, 300, 500);
    add(other, 700, 800);
    let all = store.ledger().coverage("me@example.org").unwrap();
    assert!(all.iter().any(|s| s.holds(at(100)) && s.holds(at(299))), "before the other began: {all:?}");
    assert!(all.iter().any(|s| s.holds(at(400))));
    assert!(!all.iter().any(|s| s.holds(at(600))), "a gap in the other");
    assert!(!all.iter().any(|s| s.holds(at(900))), "the other is behind");
    assert_eq!(store.ledger_of(account).coverage("me@example.org").unwrap(), [span(0, 1000)]);
}

#[test]
fn a_reset_sent_folder_is_forgotten_with_its_coverage() {
    let Fresh { folder: _folder, store, account } = fresh();
    store.add_sent(account, &[sent(1, &["x@example.com"])]).unwrap();
    store.extend_coverage(account, "me@example.org", span(0, 10)).unwrap();
    store.reset_folder(account, "Sent").unwrap();
    assert!(store.ledger().is_empty().unwrap() && !store.ledger().ever_wrote_to("x@example.com").unwrap());
    assert!(store.ledger().coverage("me@example.org").unwrap().is_empty());
}

#[test]
fn the_newer_entry_replaces_the_opposite_one() {
    let Fresh { folder: _folder, store, .. } = fresh();
    let mut entry = SenderEntry {
        rule: SenderRule::Allow,
        scope: SenderScope::Domain,
        value: " @Example.ORG ".into(),
        expires: None,
    };
    store.add_sender(&entry, "typed by hand", at(0)).unwrap();
    entry.rule = SenderRule::Block;
    entry.expires = Some(at(50));
    let id = store.add_sender(&entry, "from a message", at(1)).unwrap();
    let all = store.senders().unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].entry.rule, all[0].entry.value.as_str()), (SenderRule::Block, "example.org"));
    assert_eq!((all[0].origin.as_str(), all[0].added), ("from a message", at(1)));
    assert_eq!(store.sender_entries(at(49)).unwrap().len(), 1);
    assert!(store.sender_entries(at(50)).unwrap().is_empty());
    entry.value = "192.0.2.0/24".into();
    entry.scope = SenderScope::Ip;
    assert!(matches!(store.add_sender(&entry, "", at(2)), Err(StoreError::Refused(_))));
    assert_eq!(store.remove_sender(id).unwrap().unwrap().id, id);
    assert!(store.remove_sender(id).unwrap().is_none());
}
