//! Imported lists of hashes, and options.

use super::*;
use crate::engine::knowledge::{HashKind, HashList};

fn sums(from: u8, to: u8) -> Vec<([u8; 32], String)> {
    (from..to).map(|n| ([n; 32], format!("file {n}"))).collect()
}

#[test]
fn the_list_imported_last_takes_a_sum_over_and_leaves_with_it() {
    let Fresh { folder: _folder, store, .. } = fresh();
    let bad = store.import_hashes("bad.txt", HashKind::Bad, &mut sums(0, 3).into_iter(), at(0));
    assert_eq!(bad.unwrap(), 3);
    assert_eq!(
        store.import_hashes("good.txt", HashKind::Good, &mut sums(2, 4).into_iter(), at(1)).unwrap(),
        2
    );
    let kind = |n: u8| store.find(&[n; 32]).map(|k| (k.kind, k.note, k.source));
    assert_eq!(kind(0), Some((HashKind::Bad, "file 0".into(), "bad.txt".into())));
    assert_eq!(kind(2), Some((HashKind::Good, "file 2".into(), "good.txt".into())));
    assert_eq!(kind(9), None);
    let lists = store.hash_lists().unwrap();
    let shown: Vec<_> = lists.iter().map(|l| (l.name.as_str(), l.kind, l.count)).collect();
    assert_eq!(shown, [("good.txt", HashKind::Good, 2), ("bad.txt", HashKind::Bad, 2)]);
    assert!(store.remove_hash_list(lists[0].id).unwrap());
    assert!(!store.remove_hash_list(lists[0].id).unwrap());
    assert_eq!((kind(2), kind(3)), (None, None));
    assert!(kind(1).is_some());
}

#[test]
fn importing_again_adds_and_a_long_note_is_cut() {
    let Fresh { folder: _folder, store, .. } = fresh();
    for _ in 0..2 {
        let long = "ä".repeat(500);
        store.import_hashes("a", HashKind::Bad, &mut [([7; 32], long)].into_iter(), at(0)).unwrap();
    }
    assert_eq!(store.hash_lists().unwrap()[0].count, 1);
    assert_eq!(store.find(&[7; 32]).unwrap().note, "ä".repeat(60));
}

#[test]
fn options_are_kept_and_replaced() {
    let Fresh { folder: _folder, store, .. } = fresh();
    assert_eq!(store.option("x").unwrap(), None);
    store.set_option("x", "1").unwrap();
    store.set_option("x", "2").unwrap();
    assert_eq!(store.option("x").unwrap().as_deref(), Some("2"));
}
