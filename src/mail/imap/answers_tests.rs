use super::*;
use proptest::prelude::*;

fn line(text: &str) -> Answer {
    Answer { text: text.as_bytes().to_vec(), literals: Vec::new() }
}

fn with_literal(text: &str, literal: &[u8]) -> Answer {
    let bytes = literal.to_vec();
    Answer { text: text.as_bytes().to_vec(), literals: vec![Literal { size: literal.len() as u64, bytes }] }
}

#[test]
fn fetch_reads_what_was_asked_for_in_any_order_and_passes_over_the_rest() {
    let odd = "* 7 FETCH (ENVELOPE () BODYSTRUCTURE (NIL (\"a\" NIL)) UID 12 X-NEW (1 (2 3)) \
               INTERNALDATE \" 7-Jul-1996 02:44:25 -0700\" FLAGS (\\Seen $Junk) RFC822.SIZE 9999999999 \
               MODSEQ (5) BODY[] \0)";
    let item = with_literal(odd, b"Subject: x\r\n\r\n)(\"").fetch().unwrap();
    assert_eq!(item.uid, Some(12));
    assert_eq!(item.flags.unwrap(), ["\\Seen", "$Junk"]);
    assert_eq!(item.size, Some(9_999_999_999));
    assert_eq!(item.received.unwrap().to_string(), "1996-07-07T09:44:25Z");
    assert_eq!(item.body.unwrap().bytes, b"Subject: x\r\n\r\n)(\"");
}

#[test]
fn fetch_knows_other_spellings_and_empty_bodies() {
    let quoted = line("* 1 FETCH (UID 3 BODY[] \"\")").fetch().unwrap();
    assert_eq!(quoted.body.unwrap().bytes, b"");
    assert_eq!(line("* 1 FETCH (UID 3 BODY[] NIL FLAGS ())").fetch().unwrap().body, None);
    let header = with_literal("* 1 fetch (BODY[HEADER.FIELDS (MESSAGE-ID)] \0 UID 3)", b"x").fetch().unwrap();
    assert_eq!((header.uid, header.body.is_some()), (Some(3), true));
    assert_eq!(line("* 1 EXPUNGE").fetch(), None);
    assert_eq!(line("* 1 FETCHED (UID 3)").fetch(), None);
    assert_eq!(line("* OK FETCH (UID 3)").fetch(), None);
}

#[test]
fn list_reads_names_of_every_kind() {
    let mut sent = line(r#"* LIST (\HasNoChildren \Sent) "/" "Gel\"esen\\x""#);
    let sent = sent.list().unwrap();
    assert_eq!((sent.separator, sent.raw), (Some('/'), b"Gel\"esen\\x".to_vec()));
    assert_eq!(sent.attributes, ["\\HasNoChildren", "\\Sent"]);
    assert_eq!(line("* LIST () NIL INBOX").list().unwrap().separator, None);
    let mut latin = Answer { text: b"* LIST () \".\" \"Entw\xfcrfe\"".to_vec(), literals: Vec::new() };
    assert_eq!(latin.list().unwrap().raw, b"Entw\xfcrfe");
    assert_eq!(with_literal("* LIST () \"/\" \0", b"a {3}").list().unwrap().raw, b"a {3}");
    assert_eq!(line("* LIST (\\X) \"/\"").list(), None);
    assert_eq!(line("* LSUB () NIL x").list(), None);
}

#[test]
fn codes_numbers_and_namespaces() {
    assert_eq!(code("[UIDVALIDITY 3857529045] UIDs valid", "uidvalidity"), Some("3857529045"));
    assert_eq!(code("[READ-ONLY] done", "READ-ONLY"), Some(""));
    assert_eq!(code("no code", "X"), None);
    // Gmail's HIGHESTMODSEQ has no text after it.
    assert_eq!(code("[HIGHESTMODSEQ 5]", "HIGHESTMODSEQ"), Some("5"));
    assert_eq!(words("[ALERT] come back later"), "come back later");
    assert_eq!(words("[ALERT]"), "[ALERT]");
    assert_eq!(line("* 23 EXISTS").exists(), Some(23));
    assert_eq!(line("* SEARCH 5 2 9 (MODSEQ 917)").search().unwrap(), [5, 2, 9]);
    assert!(line("* SEARCH").search().unwrap().is_empty());
    let courier = line(r#"* NAMESPACE (("INBOX." ".")) NIL NIL"#);
    assert_eq!(courier.namespace(), Some(("INBOX.".into(), Some('.'))));
    assert_eq!(line("* NAMESPACE NIL NIL NIL").namespace(), None);
    assert_eq!(line("* STATUS INBOX (UIDNEXT 5 UIDVALIDITY 7)").status(), Some((Some(7), Some(5))));
    assert_eq!(line("* STATUS INBOX ()").status(), Some((None, None)));
    assert_eq!(line("* MYRIGHTS INBOX lrs").rights(), Some("lrs".into()));
}

#[test]
fn copyuid_pairs_sets_of_equal_length_only() {
    let text = "[COPYUID 38505 304,319:320 3956:3958] Done";
    assert_eq!(copy_uid(text), Some((38505, vec![(304, 3956), (319, 3957), (320, 3958)])));
    for bad in
        ["[COPYUID 1 1:3 1:2]", "[COPYUID 1]", "[COPYUID 1 1:4294967295 1:4294967295]", "[COPYUID x 1 1]"]
    {
        assert_eq!(copy_uid(bad), None, "{bad}");
    }
}

#[test]
fn dates_that_are_none_are_none() {
    for bad in
        ["", "1-Foo-2020 00:00:00 +0000", "32-Jan-2020 00:00:00 +0000", "1-Jan-2020", "1-Jan-2020 99:0:0 +0"]
    {
        assert_eq!(internal_date(bad), None, "{bad}");
    }
    assert_eq!(internal_date("01-Feb-2024 23:59:60 +0130").unwrap().to_string(), "2024-02-01T22:29:59Z");
}

proptest! {
    #[test]
    fn no_line_is_a_danger(text in proptest::collection::vec(any::<u8>(), 0..80)) {
        for head in [&b"* 1 FETCH ("[..], b"* LIST (", b"* OK [COPYUID ", b"* NAMESPACE ((", b"* STATUS x ("] {
            let mut answer = Answer { text: [head, &text].concat(), literals: vec![Literal::default()] };
            answer.list();
            answer.search();
            answer.namespace();
            answer.status();
            answer.rights();
            if let Some(text) = answer.ok_text() {
                copy_uid(&text);
            }
            answer.fetch();
        }
    }
}
