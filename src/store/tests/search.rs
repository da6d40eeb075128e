//! What a search finds, in which script, and that nothing typed is an operator.

use super::*;

fn all(terms: Vec<(bool, StoreTest)>) -> StoreQuery {
    let search = StoreSearch { terms };
    StoreQuery { shelf: StoreShelf::All, search, limit: 100, ..StoreQuery::default() }
}

fn words(field: Option<StoreField>, text: &str, whole: bool) -> (bool, StoreTest) {
    (false, StoreTest::Words { field, text: text.into(), whole })
}

/// How many messages a question finds; the page and the count must agree.
fn count(store: &Store, query: &StoreQuery) -> u64 {
    let page = store.list(query).unwrap();
    assert_eq!(page.total, page.rows.len() as u64);
    assert_eq!(page.total, page.matching);
    page.total
}

fn any(store: &Store, text: &str) -> u64 {
    count(store, &all(vec![words(None, text, false)]))
}

const LETTER: &[u8] = b"From: Ada Example <ada@example.org>\r\nTo: Gr\xc3\xa9goire <g@example.com>\r\n\
    Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe refund was agreed upon on Tuesday.\r\n";

fn filled() -> Fresh {
    let fresh = fresh();
    let Fresh { store, account, .. } = &fresh;
    let many = [
        (new_message(*account, 1, b"1"), backscatter("Cheap tablets")),
        (new_message(*account, 2, b"2"), ordinary("ПРИВЕТ мир")),
        (new_message(*account, 3, b"3"), ordinary("新しい発注書の件")),
        (new_message(*account, 4, LETTER), ordinary("Zurück: 100% sure")),
        (NewMessage { source: None, ..new_message(*account, 5, LETTER) }, ordinary("header alone")),
    ];
    store.save_verdicts(&many).unwrap();
    fresh
}

#[test]
fn words_are_found_in_any_script_and_any_case() {
    let Fresh { folder: _folder, store, .. } = filled();
    for (text, found) in [
        ("привет", 1),
        ("ZURÜCK", 1),
        ("zuruck", 1),
        ("発注", 1),
        ("発注書の件", 1),
        ("注発", 0),
        ("100%", 1),
        ("tabl", 1),
        ("ablets", 0),
        ("t", 0),
        ("rechnung.pdf", 1),
        ("Rechnung.PDF.exe", 1),
        ("ADA@example.org", 5),
        ("refund", 1),
        ("таблетки", 1),
    ] {
        assert_eq!(any(&store, text), found, "{text}");
    }
}

#[test]
fn nothing_typed_is_an_operator() {
    let Fresh { folder: _folder, store, .. } = filled();
    for text in [
        "' OR 1=1 --", "\" OR subject : \"", "cheap NOT tablets", "NEAR(cheap)", "cheap*", "subject:cheap",
        "\u{0}", "a\"b", "(", "^cheap", "{a b}",
    ] {
        assert!(any(&store, text) <= 5, "{text} must be words");
    }
    assert_eq!(any(&store, "' OR 1=1 --"), 0);
    assert_eq!(any(&store, "cheap NOT tablets"), 0);
    assert_eq!(any(&store, "cheap* tablets"), 1);
}

#[test]
fn every_field_and_every_filter() {
    let Fresh { folder: _folder, store, account } = filled();
    let field = |field, text: &str| count(&store, &all(vec![words(Some(field), text, false)]));
    assert_eq!(field(StoreField::Sender, "ada"), 5);
    assert_eq!(field(StoreField::Subject, "ada"), 0);
    assert_eq!(field(StoreField::Recipient, "nobody@example.net"), 1);
    assert_eq!(field(StoreField::Recipient, "gregoire"), 1);
    assert_eq!(field(StoreField::File, "rechnung"), 1);
    assert_eq!(field(StoreField::Server, "mx.example.net"), 1);
    assert_eq!(field(StoreField::Body, "agreed upon"), 1);
    assert_eq!(field(StoreField::Subject, "дешёвые"), 1, "the returned mail's subject");
    assert_eq!(count(&store, &all(vec![words(None, "tabl", true)])), 0, "quoted words are whole");

    let one = |test| count(&store, &all(vec![(false, test)]));
    let not = |test| count(&store, &all(vec![(true, test)]));
    assert_eq!(one(StoreTest::Class(vec![Class::Backscatter, Class::Malicious])), 1);
    assert_eq!(not(StoreTest::Class(vec![Class::Backscatter])), 4);
    assert_eq!(one(StoreTest::Account(vec![account])), 5);
    assert_eq!(one(StoreTest::Account(vec![account + 1])), 0);
    assert_eq!(one(StoreTest::Attachment), 1);
    assert_eq!(not(StoreTest::Attachment), 4);
    assert_eq!(one(StoreTest::Finding("provenance.".into())), 1);
    assert_eq!(one(StoreTest::Finding("provenance.not_in_ledger".into())), 1);
    assert_eq!(one(StoreTest::Finding("attachment".into())), 0);
    assert_eq!(not(StoreTest::Finding("provenance".into())), 4);
    assert_eq!(one(StoreTest::Holding(vec![Holding::InPlace])), 5);
    assert_eq!(not(StoreTest::Storm("storm-1".into())), 4, "a message in no storm is not in this one");
    assert_eq!(one(StoreTest::Since(at(4).as_second())), 2);
    assert_eq!(one(StoreTest::Before(at(4).as_second())), 3);
    assert_eq!(not(StoreTest::Words { field: None, text: "refund".into(), whole: false }), 4);
    let both =
        all(vec![words(None, "ada", false), (false, StoreTest::Attachment), words(None, "cheap", false)]);
    assert_eq!(count(&store, &both), 1);
    let shelf = StoreQuery { shelf: StoreShelf::Quarantine, ..all(vec![words(None, "ada", false)]) };
    assert_eq!(count(&store, &shelf), 1);
}

#[test]
fn the_index_follows_new_verdicts_and_removals() {
    let Fresh { folder: _folder, store, account } = filled();
    let again = NewMessage { source: None, ..new_message(account, 4, LETTER) };
    store.save_verdict(&again, &ordinary("Another subject")).unwrap();
    assert_eq!((any(&store, "zurück"), any(&store, "another")), (0, 1));
    assert_eq!(any(&store, "refund"), 1, "the kept text stays to be found");
    store.remove_account(account).unwrap();
    assert_eq!(any(&store, "another"), 0);
    let left: i64 = store.conn.query_row("SELECT count(*) FROM search", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
}

#[test]
fn what_an_older_version_saved_is_indexed_at_the_next_start() {
    let Fresh { folder, store, .. } = filled();
    store
        .conn
        .execute_batch("DELETE FROM search WHERE rowid > 0; INSERT INTO search_due SELECT id FROM messages")
        .unwrap();
    assert_eq!(any(&store, "refund"), 0);
    drop(store);
    let store = Store::open(&folder.path().join("data/lazaret.db")).unwrap();
    assert_eq!((any(&store, "refund"), any(&store, "発注"), any(&store, "ada")), (1, 1, 5));
    let due: i64 = store.conn.query_row("SELECT count(*) FROM search_due", [], |row| row.get(0)).unwrap();
    assert_eq!(due, 0);
}
