use super::*;

#[test]
fn a_verdict_comes_back_as_it_was_saved() {
    let Fresh { folder: _folder, store, account } = fresh();
    let source = noise(100_000);
    let flags = vec!["\\Seen".to_owned(), "$Label 1".to_owned()];
    let new = NewMessage { flags: &flags, ..new_message(account, 1, &source) };
    let verdict = backscatter("Undelivered");
    let id = store.save_verdict(&new, &verdict).unwrap();

    let message = store.message(id).unwrap().unwrap();
    assert_eq!(message.verdict, verdict);
    assert_eq!(message.flags, flags);
    assert_eq!(message.row.spot, new.spot);
    assert_eq!(message.row.arrived, new.spot);
    assert_eq!(message.row.received, new.received);
    assert_eq!(message.judged, new.now);
    assert_eq!(message.row.sha256, new.sha256);
    assert_eq!(message.row.holding, Holding::InPlace);
    assert_eq!(message.row.attachment.as_deref(), Some("Rechnung.PDF.exe"));
    assert_eq!(message.row.reason, "It is not among the mails you sent.");
    assert_eq!(store.source(id).unwrap().unwrap(), source);
}

#[test]
fn ordinary_mail_needs_no_source_and_no_header() {
    let Fresh { folder: _folder, store, account } = fresh();
    let verdict = Verdict { headline: Headline::default(), ..ordinary("") };
    let new = NewMessage { source: None, sha256: None, size: 0, ..new_message(account, 1, b"") };
    let id = store.save_verdict(&new, &verdict).unwrap();
    assert_eq!(store.message(id).unwrap().unwrap().verdict, verdict);
    assert_eq!(store.source(id).unwrap(), None);
    assert!(store.message(id + 1).unwrap().is_none());
}

#[test]
fn judging_anew_keeps_the_key_and_replaces_the_verdict() {
    let Fresh { folder: _folder, store, account } = fresh();
    let first = store.save_verdict(&new_message(account, 1, b"a"), &backscatter("a")).unwrap();
    let again = NewMessage { source: None, ..new_message(account, 1, b"a") };
    let verdict = ordinary("a");
    assert_eq!(store.save_verdict(&again, &verdict).unwrap(), first);
    assert_eq!(store.message(first).unwrap().unwrap().verdict, verdict);
    assert_eq!(store.source(first).unwrap().unwrap(), b"a", "a kept source stays");
    assert_eq!(store.known(account, "INBOX", 7, 1).unwrap(), [1].into());
    assert!(store.known(account, "INBOX", 8, 1).unwrap().is_empty());
}

#[test]
fn a_changed_uidvalidity_duplicates_nothing() {
    let Fresh { folder: _folder, store, account } = fresh();
    let many = [b"a".as_slice(), b"b", b"b"];
    let many: Vec<_> =
        many.iter().zip(1..).map(|(m, uid)| (new_message(account, uid, m), backscatter("same"))).collect();
    let ids = store.save_verdicts(&many).unwrap();
    store.mark_folder(account, "INBOX", FolderMark { uid_validity: 7, last_uid: 3 }).unwrap();
    store.reset_folder(account, "INBOX").unwrap();
    assert_eq!(store.folder(account, "INBOX").unwrap(), None);
    assert!(store.known(account, "INBOX", 7, 1).unwrap().is_empty());

    let anew: Vec<_> = many
        .into_iter()
        .rev()
        .zip(11..)
        .map(|((m, v), uid)| (NewMessage { spot: spot("INBOX", 8, uid), ..m }, v))
        .collect();
    let mut found = store.save_verdicts(&anew).unwrap();
    found.sort_unstable();
    assert_eq!(found, ids);
    assert_eq!(store.known(account, "INBOX", 8, 1).unwrap(), [11, 12, 13].into());
    assert_eq!(store.list(&StoreQuery::default()).unwrap().total, 3);
}

#[test]
fn a_batch_is_saved_whole_or_not_at_all() {
    let Fresh { folder: _folder, store, account } = fresh();
    let good = (new_message(account, 1, b"a"), backscatter("a"));
    let bad = (new_message(account + 99, 2, b"b"), backscatter("b"));
    assert!(store.save_verdicts(&[good, bad]).is_err());
    assert!(store.known(account, "INBOX", 7, 1).unwrap().is_empty());
    assert_eq!(store.overview(at(1000)).unwrap().per_class.iter().map(|c| c.1).sum::<u64>(), 0);
}

#[test]
fn the_same_bytes_are_found_by_identity() {
    let Fresh { folder: _folder, store, account } = fresh();
    let id = store.save_verdict(&new_message(account, 1, b"a"), &backscatter("a")).unwrap();
    let found = store.by_identity(account, Some("a@example.org"), &sha256(b"a")).unwrap();
    assert!(store.has_bytes(account, &sha256(b"a")).unwrap());
    assert!(!store.has_bytes(account, &sha256(b"b")).unwrap());
    assert!(!store.has_bytes(account + 1, &sha256(b"a")).unwrap());
    assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [id]);
    assert!(store.by_identity(account, Some("a@example.org"), &sha256(b"b")).unwrap().is_empty());
    assert!(store.by_identity(account, None, &sha256(b"a")).unwrap().is_empty());
}

#[test]
fn a_source_that_rotted_is_an_error() {
    let Fresh { folder: _folder, store, account } = fresh();
    let id = store.save_verdict(&new_message(account, 1, &[b'x'; 5000]), &backscatter("a")).unwrap();
    let other = sources::pack(&[b'y'; 5000]).unwrap();
    store.write(|tx| sources::save(tx, id, &other)).unwrap();
    store.conn.execute("UPDATE sources SET sha256 = ?1", [sha256(&[b'x'; 5000])]).unwrap();
    assert!(matches!(store.source(id), Err(StoreError::Damaged { .. })));
    store.conn.execute("UPDATE sources SET zlib = x'00'", []).unwrap();
    assert!(matches!(store.source(id), Err(StoreError::Damaged { .. })));
}

#[test]
fn forgetting_an_account_takes_everything_of_it() {
    let Fresh { folder: _folder, store, account } = fresh();
    let other = store.add_account("Home", "{}", at(0)).unwrap();
    for account in [account, other] {
        store.save_verdict(&new_message(account, 1, b"a"), &backscatter("a")).unwrap();
    }
    assert!(matches!(store.add_account("Home", "{}", at(0)), Err(StoreError::Refused(_))));
    assert!(matches!(store.set_settings(account, "Home", "{}"), Err(StoreError::Refused(_))));
    store.set_settings(account, "Office", "{\"a\":1}").unwrap();
    store.set_last_sync(account, at(5)).unwrap();
    let office = store.account("Office").unwrap().unwrap();
    assert_eq!((office.settings.as_str(), office.last_sync, office.judged), ("{\"a\":1}", Some(at(5)), 1));

    store.remove_account(account).unwrap();
    assert_eq!(store.accounts().unwrap().iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["Home"]);
    let page = store.list(&StoreQuery { limit: 9, ..StoreQuery::default() }).unwrap();
    assert_eq!((page.rows.len(), page.total, page.rows[0].storm_size), (1, 1, 1));
    let left: i64 = store.conn.query_row("SELECT count(*) FROM sources", [], |r| r.get(0)).unwrap();
    assert_eq!(left, 1);
    store.check().unwrap();
}

#[test]
fn what_is_counted_while_many_are_saved_is_what_a_count_says() {
    let Fresh { folder: _folder, store, account } = fresh();
    let storm = |text: &str| Verdict { storm: Some("s1".into()), ..backscatter(text) };
    let texts: Vec<Vec<u8>> = (0..40u32).map(|n| n.to_be_bytes().to_vec()).collect();
    let batch = |range: std::ops::Range<u32>| -> Vec<_> {
        range
            .map(|n| {
                let mut new = new_message(account, n, &texts[n as usize]);
                new.received = at(i64::from(n) * 40_000 - 3_000_000_000);
                (new, if n % 3 == 0 { storm("a") } else { ordinary("a") })
            })
            .collect()
    };
    let first = store.save_verdicts(&batch(0..20)).unwrap();
    // Known ones among new ones, and one that is told twice in one batch.
    let mut mixed = batch(10..30);
    mixed[3].1 = ordinary("another verdict");
    mixed.push((mixed[12].0.clone(), storm("twice")));
    let second = store.save_verdicts(&mixed).unwrap();
    assert_eq!((&first[10..], second[12]), (&second[..10], second[20]));
    assert_eq!(store.message(second[20]).unwrap().unwrap().verdict.storm.as_deref(), Some("s1"));
    store.save_held(&batch(30..40)).unwrap();
    store.set_holding(first[0], Holding::Gone).unwrap();
    for (kept, counted) in [
        (
            "SELECT account, class, disposition, holding, n FROM tallies WHERE n <> 0",
            "SELECT account, class, disposition, holding, count(*) FROM messages GROUP BY 1, 2, 3, 4",
        ),
        (
            "SELECT day, class, n FROM days WHERE n <> 0",
            "SELECT received / 86400, class, count(*) FROM messages GROUP BY 1, 2",
        ),
        (
            "SELECT storm, n FROM storms WHERE n <> 0",
            "SELECT storm, count(*) FROM messages WHERE storm IS NOT NULL GROUP BY 1",
        ),
    ] {
        let differ = format!("SELECT count(*) FROM ({kept} EXCEPT {counted})");
        let missing = format!("SELECT count(*) FROM ({counted} EXCEPT {kept})");
        for sql in [differ, missing] {
            let n: i64 = store.conn.query_row(&sql, [], |row| row.get(0)).unwrap();
            assert_eq!(n, 0, "{sql}");
        }
    }
    let all = StoreQuery { shelf: StoreShelf::All, ..StoreQuery::default() };
    assert_eq!(store.list(&all).unwrap().total, 40);
    store.conn.execute("DELETE FROM messages WHERE id = ?1", [first[1]]).unwrap();
    let left: i64 = store.conn.query_row("SELECT sum(n) FROM tallies", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 39, "triggers are on again");
}
