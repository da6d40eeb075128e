//! Every way to a page of what words find leads to the same page.

use super::*;
use crate::store::found::{self, Found};
use crate::store::lists;

/// 240 messages: words of different frequency, storms, senders, classes, two accounts.
fn filled() -> Fresh {
    let fresh = fresh();
    let other = fresh.store.add_account("Archive", "{}", at(0)).unwrap();
    let sources: Vec<Vec<u8>> = (0..240u32).map(|n| n.to_be_bytes().to_vec()).collect();
    let many: Vec<(NewMessage<'_>, Verdict)> = (0..240u32)
        .map(|n| {
            let subject = format!("common {} rare{}", if n % 3 == 0 { "third" } else { "word" }, n % 50);
            let mut verdict = if n % 2 == 0 { backscatter(&subject) } else { ordinary(&subject) };
            verdict.storm = (n % 4 == 0).then(|| format!("storm {}", n % 7));
            verdict.headline.from_address = (n % 5 != 0).then(|| format!("a{}@example.org", n % 6));
            verdict.headline.from = Some(format!("A{}", n % 11));
            let account = if n % 8 == 3 { other } else { fresh.account };
            // Not in the order of their keys.
            let received = at(i64::from(n * 97 % 240));
            (NewMessage { received, ..new_message(account, n + 1, &sources[n as usize]) }, verdict)
        })
        .collect();
    let ids = fresh.store.save_verdicts(&many).unwrap();
    for id in ids.iter().step_by(9) {
        fresh.store.set_holding(*id, Holding::Restored).unwrap();
    }
    fresh
}

fn searches(account: AccountId) -> Vec<Vec<(bool, StoreTest)>> {
    let words = |text: &str| StoreTest::Words { field: None, text: text.into(), whole: false };
    vec![
        vec![(false, words("common"))],
        vec![(false, words("third")), (false, words("rare"))],
        vec![(false, words("rare7"))],
        vec![(false, words("nowhere"))],
        vec![(false, words("common")), (true, words("third"))],
        vec![(false, words("common")), (true, words("…"))],
        vec![(false, words("common")), (false, StoreTest::Class(vec![Class::Backscatter, Class::Malicious]))],
        vec![(false, words("common")), (true, StoreTest::Account(vec![account]))],
        vec![(false, words("word")), (false, StoreTest::Since(at(60).as_second()))],
        vec![(false, words("word")), (true, StoreTest::Before(at(90).as_second()))],
        vec![(false, words("common")), (true, StoreTest::Storm("storm 3".into()))],
        vec![(false, words("common")), (false, StoreTest::Storm("storm 2".into()))],
        vec![(false, words("common")), (true, StoreTest::Finding("provenance".into()))],
        vec![(false, words("common")), (true, StoreTest::Attachment)],
        vec![(false, StoreTest::Class(vec![Class::Backscatter]))],
        vec![(true, StoreTest::Class(vec![Class::Backscatter]))],
        vec![(true, words("third")), (false, StoreTest::Since(at(60).as_second()))],
        vec![(false, StoreTest::Attachment)],
        vec![(false, words("common")), (false, StoreTest::Holding(vec![Holding::Restored]))],
    ]
}

#[test]
fn found_by_keys_by_sets_and_by_the_general_query_is_the_same() {
    use StoreSort::{Account, From, Received, Score, Subject};
    let Fresh { folder: _folder, store, account } = filled();
    let (mut walked, mut rows) = (0, 0);
    let mut walks = found::Walks::default();
    let general = |query: &StoreQuery| -> Found {
        store.read(|c| lists::general(c, query, |_| Ok(Vec::new()))).unwrap()
    };
    for terms in searches(account) {
        for shelf in [StoreShelf::Quarantine, StoreShelf::Bounces, StoreShelf::All] {
            for group in [StoreGroup::None, StoreGroup::Storm, StoreGroup::Sender] {
                for sort in [Received, StoreSort::Class, From, Subject, Account, Score] {
                    for (descending, first) in [(true, 0), (false, 0), (true, 7), (false, 40), (true, 1_000)]
                    {
                        for (class, only) in [(None, None), (Some(Class::Ordinary), Some(account))] {
                            let search = StoreSearch { terms: terms.clone() };
                            let query = StoreQuery {
                                shelf,
                                class,
                                account: only,
                                group,
                                sort,
                                descending,
                                first,
                                search,
                                limit: 10,
                                ..StoreQuery::default()
                            };
                            let right = general(&query);
                            for few in [0, 1_000] {
                                let Some(found) =
                                    store.read(|c| found::page(c, &mut walks, &query, few)).unwrap()
                                else {
                                    assert!(
                                        sort != Received || query.search.expression().is_none(),
                                        "{query:?}"
                                    );
                                    continue;
                                };
                                assert_eq!(found, right, "{query:?}, few below {few}");
                                walked += 1;
                                rows += found.keys.len();
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(walked > 2_000 && rows > 8_000, "{walked} pages, {rows} rows");
}

#[test]
fn the_walks_read_nothing_but_an_index() {
    let Fresh { folder: _folder, store, .. } = filled();
    for sql in [
        "SELECT m.id, m.received FROM messages m WHERE TRUE ORDER BY m.received DESC, m.id DESC",
        "SELECT m.id, m.received FROM messages m WHERE m.shelved = 1 ORDER BY m.received ASC, m.id ASC",
        "SELECT m.id, m.received, m.storm FROM messages m WHERE TRUE AND m.storm IS NOT NULL ORDER BY m.storm, m.received",
        "SELECT m.id, m.received, m.storm FROM messages m WHERE m.shelved = 1 AND m.storm IS NOT NULL ORDER BY m.storm, m.received",
        "SELECT m.id, m.received, m.from_address FROM messages m WHERE m.shelved = 1 ORDER BY m.from_address, m.received",
        "SELECT m.id, m.received FROM messages m WHERE m.shelved = 1 AND m.storm IS NULL ORDER BY m.received ASC, m.id ASC",
        "SELECT m.id FROM messages m WHERE m.shelved = 1",
        "SELECT m.id FROM messages m WHERE m.class IN ('ordinary')",
        "SELECT m.id FROM messages m WHERE m.account IN (1)",
        "SELECT m.id FROM messages m WHERE m.received >= 5",
    ] {
        let mut statement = store.conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps: Vec<String> =
            statement.query_map([], |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
        // Where the index itself answers the condition, its plan does not say "covering"; the row is not read.
        let covered = |step: &String| {
            step.contains("USING COVERING INDEX")
                || (sql.contains("m.shelved = 1") && step.contains("shelved") && step.contains("USING INDEX"))
        };
        assert!(steps.iter().all(covered), "{sql}: {steps:?}");
    }
}

#[test]
fn the_whole_mailbox_folded_is_what_a_word_of_all_messages_finds() {
    let Fresh { folder: _folder, store, .. } = filled();
    let common = StoreTest::Words { field: None, text: "common".into(), whole: true };
    for (descending, first) in [(true, 0), (false, 3), (true, 100), (false, 1_000)] {
        let group = StoreGroup::Storm;
        let (shelf, limit) = (StoreShelf::All, 30);
        let all = StoreQuery { shelf, group, descending, first, limit, ..StoreQuery::default() };
        let search = StoreSearch { terms: vec![(false, common.clone())] };
        let found = store.list(&StoreQuery { search, ..all.clone() }).unwrap();
        assert!(found.total > 150 && found.matching == 240);
        assert_eq!(store.list(&all).unwrap(), found);
    }
}

#[test]
fn what_is_kept_between_two_searches_follows_every_change() {
    let Fresh { folder: _folder, store, .. } = filled();
    let other = store.another().unwrap();
    let search = StoreSearch {
        terms: vec![(false, StoreTest::Words { field: None, text: "common".into(), whole: true })],
    };
    let query = StoreQuery { search, group: StoreGroup::Storm, limit: 100, ..StoreQuery::default() };
    let mut walks = found::Walks::default();
    let mut matching = || {
        let found = store.read(|c| found::page(c, &mut walks, &query, 0)).unwrap().unwrap();
        (found.matching, found.keys[0].0)
    };
    let (before, first) = matching();
    assert_eq!(matching(), (before, first));
    store.set_holding(first, Holding::Restored).unwrap();
    let (after, second) = matching();
    assert_eq!(after, before - 1);
    other.set_holding(second, Holding::Restored).unwrap();
    assert_eq!(matching().0, before - 2);
}
