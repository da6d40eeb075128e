//! What the lists hold, and by which way SQLite finds it.

use rusqlite::params_from_iter;
use rusqlite::types::Value;

use super::*;
use crate::engine::policy;
use crate::engine::senders::SenderScope;
use crate::store::journal as lines;
use crate::store::lists::Hits;

fn words(text: &str) -> StoreTest {
    StoreTest::Words { field: None, text: text.into(), whole: false }
}
use crate::store::{places, senders};

fn query(shelf: StoreShelf) -> StoreQuery {
    StoreQuery { shelf, limit: 100, ..StoreQuery::default() }
}

fn subjects(store: &Store, query: &StoreQuery) -> Vec<String> {
    store.list(query).unwrap().rows.into_iter().map(|r| r.headline.subject.unwrap_or_default()).collect()
}

fn filled() -> Fresh {
    let fresh = fresh();
    let Fresh { store, account, .. } = &fresh;
    let other = store.add_account("Archive", "{}", at(0)).unwrap();
    let bounce = Verdict {
        class: Class::GenuineBounce,
        disposition: Disposition::Keep,
        score: 0.5,
        storm: None,
        attachments: Vec::new(),
        ..backscatter("Zurück: 100% sure")
    };
    let many = [
        (new_message(*account, 1, b"1"), backscatter("beta")),
        (new_message(*account, 2, b"2"), backscatter("Alpha")),
        (new_message(*account, 3, b"3"), ordinary("ПРИВЕТ мир")),
        (new_message(*account, 4, b"4"), bounce),
        (new_message(other, 5, b"5"), Verdict { score: 0.1, ..backscatter("gamma") }),
    ];
    store.save_verdicts(&many).unwrap();
    fresh
}

#[test]
fn shelves_orders_and_filters() {
    let Fresh { folder: _folder, store, account } = filled();
    let held = query(StoreShelf::Quarantine);
    let newest = StoreQuery { descending: true, ..held.clone() };
    assert_eq!(subjects(&store, &newest), ["gamma", "Alpha", "beta"]);
    let page = store.list(&newest).unwrap();
    assert_eq!((page.total, page.rows[0].storm_size, page.rows[0].account_name.as_str()), (3, 3, "Archive"));
    assert_eq!(page.per_class.iter().map(|c| c.0).collect::<Vec<_>>(), Class::ALL);
    assert_eq!(page.per_class[1], (Class::Backscatter, 3));
    let by = |sort| subjects(&store, &StoreQuery { sort, ..held.clone() });
    assert_eq!(by(StoreSort::Subject), ["Alpha", "beta", "gamma"]);
    assert_eq!(by(StoreSort::Score), ["gamma", "beta", "Alpha"]);
    assert_eq!(by(StoreSort::Account), ["gamma", "beta", "Alpha"]);
    let all = StoreQuery { sort: StoreSort::Class, ..query(StoreShelf::All) };
    assert_eq!(subjects(&store, &all), ["Zurück: 100% sure", "beta", "Alpha", "gamma", "ПРИВЕТ мир"]);

    let one = StoreQuery { limit: 1, account: Some(account), ..newest };
    let page = store.list(&one).unwrap();
    assert_eq!((page.rows.len(), page.total), (1, 2));
    let bounces = StoreQuery { class: Some(Class::GenuineBounce), ..query(StoreShelf::Bounces) };
    assert_eq!(store.list(&bounces).unwrap().total, 1);
    let none = StoreQuery { class: Some(Class::Malicious), ..query(StoreShelf::All) };
    assert_eq!(store.list(&none).unwrap().total, 0);
}

#[test]
fn what_the_person_restored_leaves_the_shelf_and_the_figures_follow() {
    let Fresh { folder: _folder, store, .. } = filled();
    let row = store.list(&query(StoreShelf::Quarantine)).unwrap().rows.remove(0);
    store.set_holding(row.id, Holding::Restored).unwrap();
    assert_eq!(store.list(&query(StoreShelf::Quarantine)).unwrap().total, 2);
    assert_eq!(subjects(&store, &query(StoreShelf::Quarantine)).len(), 2);
    let overview = store.overview(at(100)).unwrap();
    assert_eq!((overview.held, overview.would_hold), (0, 2));
    let row = store.list(&query(StoreShelf::Quarantine)).unwrap().rows.remove(0);
    store.set_holding(row.id, Holding::Held).unwrap();
    let overview = store.overview(at(100)).unwrap();
    assert_eq!((overview.held, overview.would_hold), (1, 1));
    assert_eq!(overview.sources, [("mx.example.net".to_owned(), 3)]);
    assert_eq!(overview.bounces.len(), 1);
    assert_eq!(overview.attacks, [], "backscatter is no attack by itself");
    let now = at(100).as_second();
    for (hourly, step) in [(false, 86_400), (true, 3_600)] {
        let counts = |from, until| store.counts_over_time(from, until, hourly).unwrap();
        let start = at(1).as_second() / step * step;
        let all = counts(start, start + step);
        assert_eq!(all.iter().map(|c| c.2).sum::<u64>(), 5);
        assert!(all.iter().all(|c| c.0 == start) && all.contains(&(start, Class::Backscatter, 3)), "{all:?}");
        assert_eq!(counts(start - 10 * step, start), []);
        assert_eq!(counts(now + step, now + 3 * step), []);
    }
    assert!(store.overview(at(40 * 86_400)).unwrap().bounces.is_empty());
}

#[test]
fn the_class_order_of_the_schema_is_that_of_the_engine() {
    let Fresh { folder: _folder, store, account } = fresh();
    for (class, uid) in Class::ALL.into_iter().zip(1_u32..) {
        let id =
            store.save_verdict(&new_message(account, uid, b""), &Verdict { class, ..ordinary("") }).unwrap();
        let rank: u32 = store
            .conn
            .query_row("SELECT class_rank FROM messages WHERE id = ?1", [id], |row| row.get(0))
            .unwrap();
        assert_eq!(rank, uid - 1, "{class}");
    }
}

/// The steps of SQLite's plan.
fn plan(store: &Store, sql: &str, values: Vec<Value>) -> Vec<String> {
    let mut statement = store.conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let count = statement.parameter_count();
    let values = values.into_iter().chain(std::iter::repeat(Value::Integer(1))).take(count);
    let rows = statement.query_map(params_from_iter(values), |row| row.get(3)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// Whether a step reads a table whole that grows with the mailbox, instead of walking an index.
fn is_full_scan(step: &str) -> bool {
    [
        "m", "messages", "s", "sent", "r", "sent_recipients", "actions", "findings", "sources", "details",
        "hashes", "h",
    ]
    .iter()
    .any(|table| step == format!("SCAN {table}"))
}

#[test]
fn every_list_walks_an_index() {
    use StoreSort::{Account, From, Received, Score, Subject};
    let Fresh { folder: _folder, store, account } = filled();
    let mut seen = 0;
    for shelf in [StoreShelf::Quarantine, StoreShelf::Bounces, StoreShelf::All] {
        for sort in [Received, StoreSort::Class, From, Subject, Account, Score] {
            for class in [None, Some(Class::Ordinary), Some(Class::Backscatter)] {
                for account in [None, Some(account)] {
                    for (hits, descending) in [(None, true), (None, false), (Some(Hits::Many), true)] {
                        let mut query = StoreQuery { shelf, class, account, ..query(shelf) };
                        (query.sort, query.descending) = (sort, descending);
                        query.search.terms.extend(hits.map(|_| (false, words("x"))));
                        for turned in [false, true] {
                            let (sql, values) = query.rows_sql(Hits::Many, turned, 0, 100);
                            let steps = plan(&store, &sql, values);
                            assert!(!steps.iter().any(|s| is_full_scan(s)), "{query:?}: {steps:?}");
                            // A whole mailbox is never sorted; a shelf or a rare class may be.
                            let whole = shelf == StoreShelf::All && class != Some(Class::Backscatter);
                            let sorts = steps.iter().any(|s| s.contains("TEMP B-TREE"));
                            assert!(!(whole && sorts), "{query:?}: {steps:?}");
                            seen += 1;
                        }
                        if hits.is_some() && shelf != StoreShelf::All {
                            let (sql, values) = query.count_sql(Hits::Many);
                            let steps = plan(&store, &sql, values);
                            assert!(!steps.iter().any(|s| is_full_scan(s)), "{query:?}: {steps:?}");
                        }
                    }
                }
            }
        }
    }
    assert_eq!(seen, 648);
}

#[test]
fn a_list_is_read_from_either_end_and_in_any_part() {
    let Fresh { folder: _folder, store, account } = fresh();
    let many: Vec<_> = (1..=60_u32)
        .map(|uid| {
            (new_message(account, uid, b"x"), Verdict { storm: None, ..backscatter(&format!("{uid:02}")) })
        })
        .collect();
    store.save_verdicts(&many).unwrap();
    for sort in [StoreSort::Received, StoreSort::Subject, StoreSort::Account, StoreSort::Score] {
        for descending in [true, false] {
            let whole = StoreQuery { sort, descending, ..query(StoreShelf::All) };
            let all = subjects(&store, &whole);
            assert_eq!(all.len(), 60);
            for first in [0, 1, 29, 31, 55, 59, 60, 900] {
                let part = StoreQuery { first, limit: 10, ..whole.clone() };
                let from = usize::try_from(first).unwrap().min(60);
                assert_eq!(subjects(&store, &part), all[from..(from + 10).min(60)], "{sort:?} {first}");
                assert_eq!(store.list(&part).unwrap().total, 60);
            }
        }
    }
}

#[test]
fn a_storm_or_a_sender_folds_into_one_row_and_opens() {
    let Fresh { folder: _folder, store, .. } = filled();
    let folded = |group| StoreQuery { group, descending: true, ..query(StoreShelf::Quarantine) };
    let shown = |query: &StoreQuery| -> Vec<(String, u64)> {
        let page = store.list(query).unwrap();
        assert_eq!((page.total, page.matching), (page.rows.len() as u64, 3));
        page.rows.into_iter().map(|r| (r.headline.subject.unwrap_or_default(), r.members)).collect()
    };
    assert_eq!(shown(&folded(StoreGroup::Storm)), [("gamma".to_owned(), 3)], "the newest stands for all");
    assert_eq!(shown(&folded(StoreGroup::Sender)), [("gamma".to_owned(), 3)]);
    let filtered = StoreQuery { sort: StoreSort::Subject, ..folded(StoreGroup::Storm) };
    assert_eq!(shown(&filtered), [("gamma".to_owned(), 3)]);
    let servers = store.storm_servers("storm-1").unwrap();
    assert_eq!((servers[0].name.as_deref(), servers[0].count), (Some("mx.example.net"), 3));
    assert_eq!((servers[0].since, servers[0].until, servers.len()), (at(1), at(5), 1));
    let within = |within| StoreQuery { within: Some(within), ..folded(StoreGroup::None) };
    let storm = within(StoreWithin::Storm("storm-1".into()));
    assert_eq!(subjects(&store, &storm), ["gamma", "Alpha", "beta"]);
    let sender = within(StoreWithin::Sender("ada@example.org".into()));
    assert_eq!(subjects(&store, &sender), ["gamma", "Alpha", "beta"]);
    assert_eq!(store.list(&within(StoreWithin::Storm("other".into()))).unwrap().total, 0);
    for group in [StoreGroup::Storm, StoreGroup::Sender] {
        for shelf in [StoreShelf::Quarantine, StoreShelf::All] {
            let (sql, values) = StoreQuery { shelf, ..folded(group) }.rows_sql(Hits::Many, false, 0, 10);
            let steps = plan(&store, &sql, values);
            let walks = steps.iter().any(|s| s.contains("USING INDEX") || s.contains("USING COVERING INDEX"));
            assert!(walks || group == StoreGroup::Sender, "{steps:?}");
        }
    }
}

#[test]
fn every_other_query_of_the_window_and_the_engine_walks_an_index() {
    let Fresh { folder: _folder, store, .. } = filled();
    let journal = |rest: &str| format!("{} {rest}", lines::SELECT);
    for sql in [
        hashes::FIND.to_owned(),
        places::KNOWN.to_owned(),
        places::AT.to_owned(),
        places::HELD_IN.to_owned(),
        places::GONE.to_owned(),
        places::FLAGS.to_owned(),
        places::HAS_LOST.to_owned(),
        places::GIVE_UP_LOST.to_owned(),
        places::HELD_FOLDERS.to_owned(),
        places::DUE.to_owned(),
        places::lost_sql(),
        messages::FINDINGS.to_owned(),
        messages::one_sql(),
        messages::identity_sql(),
        messages::HAS_BYTES.to_owned(),
        overview::PER_DAY.to_owned(),
        overview::PER_HOUR.to_owned(),
        overview::ATTACKS.to_owned(),
        overview::SOURCES.to_owned(),
        overview::STORM_SERVERS.to_owned(),
        overview::STORM_EXAMPLE.to_owned(),
        crate::store::lists::row_sql(),
        overview::bounces_sql(),
        overview::OPEN_BOUNCES.to_owned(),
        overview::NEW.to_owned(),
        senders::SHELVED.to_owned(),
        senders::touched_sql(senders::condition(SenderScope::Domain).unwrap()),
        senders::released_sql(senders::condition(SenderScope::Address).unwrap()),
        accounts::SET_STRICT.to_owned(),
        dealt::OF.to_owned(),
        journal(lines::UNFINISHED),
        journal("WHERE id = ?1"),
        lines::RESTORED.to_owned(),
        sent::sql::by_message_id(),
        sent::sql::to_recipient(),
        sent::sql::with_subject(),
        sent::sql::sent_within(),
        sent::sql::EVER_WROTE_TO.to_owned(),
        sent::sql::EVER_USED.to_owned(),
        sent::sql::EVER_SUBMITTED_AT.to_owned(),
        sent::sql::COVERAGE.to_owned(),
        "SELECT size, sha256, zlib FROM sources WHERE message = ?1".to_owned(),
    ] {
        let steps = plan(&store, &sql, Vec::new());
        assert!(!steps.is_empty() && !steps.iter().any(|s| is_full_scan(s)), "{sql}: {steps:?}");
    }
    assert!(is_full_scan(&plan(&store, "SELECT flags FROM messages", Vec::new())[0]), "the check can fail");
}

#[test]
fn what_an_entry_would_touch_is_counted_by_class() {
    let Fresh { folder: _folder, store, account: _ } = filled();
    let touched = |scope, value: &str| store.touched(scope, value).unwrap();
    let address = backscatter("").headline.from_address.unwrap();
    let (local, domain) = address.rsplit_once('@').unwrap();
    let three = [(Class::Backscatter, 3)];
    assert_eq!(touched(SenderScope::Address, &address), three);
    assert_eq!(touched(SenderScope::Domain, domain), three);
    let parent = domain.split_once('.').unwrap().1;
    assert_eq!(touched(SenderScope::Domain, parent), three, "sub-domains are included");
    assert!(touched(SenderScope::Domain, &domain[1..]).is_empty(), "not a name that only ends alike");
    assert!(touched(SenderScope::Address, local).is_empty());
    assert!(touched(SenderScope::Ip, "192.0.2.1").is_empty());
}

/// A genuine bounce that reports on these recipients.
fn bounce_of(recipients: &[&str]) -> Verdict {
    let report = |to: &&str| Report {
        recipient: Some((*to).to_owned()),
        original_recipient: None,
        action: Action::Failed,
        status: Some("5.1.1".into()),
        reason: Reason::MailboxUnknown,
        diagnostic: None,
        remote_mta: None,
    };
    let notice = Notice {
        kind: NoticeKind::Bounce,
        format: "dsn".into(),
        provenance: Provenance::Genuine,
        reporting_mta: None,
        reports: recipients.iter().map(report).collect(),
        returned: None,
    };
    Verdict {
        class: Class::GenuineBounce,
        disposition: Disposition::Keep,
        storm: None,
        notice: Some(notice),
        ..backscatter("Undelivered")
    }
}

#[test]
fn a_bounce_is_open_until_every_recipient_is_dealt_with() {
    let Fresh { folder: _folder, store, account } = fresh();
    let message = new_message(account, 1, b"1");
    let id = store.save_verdict(&message, &bounce_of(&["a@example.org", "b@example.org"])).unwrap();
    store.save_verdict(&new_message(account, 2, b"2"), &bounce_of(&["a@example.org"])).unwrap();
    let count = |dealt| {
        let query = StoreQuery { dealt, ..query(StoreShelf::Bounces) };
        let page = store.list(&query).unwrap();
        assert_eq!(page.total, page.rows.len() as u64);
        (page.total, store.overview(at(100)).unwrap().open_bounces)
    };
    let mark = |to: &str, dealt| store.set_dealt(&[(id, to.to_owned())], dealt, at(9)).unwrap();
    assert_eq!((count(Some(false)), count(Some(true)).0, count(None).0), ((2, 2), 0, 2));
    mark("a@example.org", true);
    assert_eq!((count(Some(false)), count(Some(true)).0), ((2, 2), 1), "another recipient is still open");
    mark("b@example.org", true);
    mark("b@example.org", true);
    assert_eq!((count(Some(false)), count(Some(true)).0, count(None).0), ((1, 1), 1, 2));
    assert_eq!(store.dealt_of(id).unwrap(), ["a@example.org", "b@example.org"]);
    assert_eq!(store.overview(at(100)).unwrap().bounces.len(), 1);

    // Judged anew with one recipient more, it is news again.
    let more = bounce_of(&["a@example.org", "b@example.org", "c@example.org"]);
    assert_eq!(store.save_verdict(&message, &more).unwrap(), id);
    assert_eq!(count(Some(false)), (2, 2));
    mark("c@example.org", true);
    assert_eq!(count(Some(false)), (1, 1));
    mark("a@example.org", false);
    assert_eq!((count(Some(false)), count(Some(true)).0), ((2, 2), 1));
    store.set_dealt(&[(999, String::new())], true, at(9)).unwrap();
    assert!(store.dealt_of(999).unwrap().is_empty(), "what is gone is passed over");

    for dealt in [Some(false), Some(true)] {
        let (sql, values) = StoreQuery { dealt, descending: true, ..query(StoreShelf::Bounces) }.rows_sql(
            Hits::Many,
            false,
            0,
            100,
        );
        let steps = plan(&store, &sql, values);
        assert!(!steps.iter().any(|s| is_full_scan(s)), "{steps:?}");
    }
}

#[test]
fn another_strictness_reaches_what_is_still_in_place_but_for_what_the_person_blocked() {
    let Fresh { folder: _folder, store, account } = fresh();
    let fake = |disposition, blocked: bool| {
        let found = Finding {
            id: policy::BLOCKED_ID.into(),
            severity: Severity::High,
            toward: Toward::Quarantine,
            weight: 4.0,
            says: "You blocked it.".into(),
            evidence: Vec::new(),
        };
        let findings = if blocked { vec![found] } else { Vec::new() };
        Verdict { class: Class::FakeBounce, disposition, findings, storm: None, ..backscatter("x") }
    };
    let many = [
        (new_message(account, 1, b"1"), fake(Disposition::Flag, false)),
        (new_message(account, 2, b"2"), fake(Disposition::Quarantine, true)),
        (new_message(account, 3, b"3"), fake(Disposition::Keep, false)),
        (
            new_message(account, 4, b"4"),
            Verdict { class: Class::UnverifiedBounce, ..fake(Disposition::Flag, false) },
        ),
    ];
    store.save_verdicts(&many).unwrap();
    let held = || {
        let tallies = store.tallies(account).unwrap();
        tallies.iter().filter(|t| t.1 == Disposition::Quarantine).map(|t| t.3).sum::<u64>()
    };
    assert_eq!(held(), 1);
    store.set_strict(account, true).unwrap();
    assert_eq!(held(), 2, "what was flagged for its class, not what is kept or unverified");
    store.set_strict(account, false).unwrap();
    assert_eq!(held(), 1);
    let other = store.add_account("Other", "{}", at(0)).unwrap();
    store.set_strict(other, true).unwrap();
    assert_eq!(held(), 1, "one account alone");
}
