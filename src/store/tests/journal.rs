use super::*;

fn held(message: MessageId) -> NewAction {
    NewAction {
        message,
        kind: ActionKind::Quarantine,
        actor: Actor::Rule,
        to_folder: "Lazaret".into(),
        says: "Held a message".into(),
        undo_of: None,
    }
}

#[test]
fn an_action_goes_from_intended_to_done_and_is_undone() {
    let Fresh { folder: _folder, store, account } = fresh();
    let message = store.save_verdict(&new_message(account, 1, b"a"), &backscatter("a")).unwrap();
    let action = store.intend(&[held(message)], at(1)).unwrap()[0].unwrap();
    assert_eq!(store.intend(&[held(message)], at(1)).unwrap(), [None], "one at a time");
    let line = store.action(action).unwrap().unwrap();
    assert_eq!((line.state, line.from.clone()), (ActionState::Intended, spot("INBOX", 7, 1)));
    assert_eq!(line.sha256, Some(sha256(b"a")));
    assert!(!line.is_finished() && !line.can_undo());

    store.begin(&[action]).unwrap();
    assert_eq!(store.unfinished(account).unwrap()[0].state, ActionState::Begun);
    let to = spot("Lazaret", 3, 40);
    store.finish(&[Finished { action, holding: Holding::Held, spot: to.clone() }], at(2)).unwrap();
    assert!(store.unfinished(account).unwrap().is_empty());
    let row = store.message(message).unwrap().unwrap().row;
    assert_eq!((row.holding, row.spot, row.arrived), (Holding::Held, to, spot("INBOX", 7, 1)));
    assert!(store.action(action).unwrap().unwrap().can_undo());
    assert!(!store.was_restored(account, Some("a@example.org"), &sha256(b"a")).unwrap());

    let back = NewAction {
        kind: ActionKind::Restore,
        actor: Actor::Person,
        to_folder: "INBOX".into(),
        undo_of: Some(action),
        ..held(message)
    };
    let undo = store.intend(&[back], at(3)).unwrap()[0].unwrap();
    let place = Spot { folder: "INBOX".into(), uid: None };
    store.finish(&[Finished { action: undo, holding: Holding::Restored, spot: place }], at(4)).unwrap();
    assert_eq!(store.action(action).unwrap().unwrap().state, ActionState::Undone);
    assert!(store.was_restored(account, Some("a@example.org"), &sha256(b"a")).unwrap());
    assert!(!store.was_restored(account, Some("a@example.org"), &sha256(b"b")).unwrap(), "a borrowed id");
    assert!(!store.was_restored(account, None, &sha256(b"a")).unwrap());

    // The server gave no UID: the message is known again by its bytes when it is next seen.
    let seen = NewMessage { spot: spot("INBOX", 7, 9), ..new_message(account, 9, b"a") };
    assert_eq!(store.save_verdict(&seen, &backscatter("a")).unwrap(), message);
    let row = store.message(message).unwrap().unwrap().row;
    assert_eq!((row.holding, row.spot), (Holding::Restored, spot("INBOX", 7, 9)));
    assert_eq!(store.activity(10).unwrap().iter().map(|a| a.id).collect::<Vec<_>>(), [undo, action]);
    assert_eq!(store.activity(1).unwrap().len(), 1);
}

#[test]
fn unfinished_lines_survive_a_connection_that_never_closed() {
    let Fresh { folder: _folder, store, account } = fresh();
    let many = [
        (new_message(account, 1, b"a"), backscatter("a")),
        (new_message(account, 2, b"b"), backscatter("b")),
    ];
    let ids = store.save_verdicts(&many).unwrap();
    let actions = store.intend(&[held(ids[0]), held(ids[1])], at(1)).unwrap();
    store.begin(&[actions[0].unwrap()]).unwrap();
    // What a kill leaves: the files as they are now, without the orderly close.
    let grave = tempfile::tempdir().unwrap();
    for name in ["lazaret.db", "lazaret.db-wal"] {
        fs::copy(store.path().with_file_name(name), grave.path().join(name)).unwrap();
    }
    let risen = Store::open(&grave.path().join("lazaret.db")).unwrap();
    risen.check().unwrap();
    let states: Vec<_> = risen.unfinished(account).unwrap().iter().map(|a| a.state).collect();
    assert_eq!(states, [ActionState::Begun, ActionState::Intended]);
}

#[test]
fn an_uncommitted_finish_leaves_the_line_open() {
    let Fresh { folder: _folder, store, account } = fresh();
    let message = store.save_verdict(&new_message(account, 1, b"a"), &backscatter("a")).unwrap();
    let action = store.intend(&[held(message)], at(1)).unwrap()[0].unwrap();
    let good = Finished { action, holding: Holding::Held, spot: spot("Lazaret", 3, 1) };
    store
        .conn
        .execute_batch(
            "CREATE TEMP TRIGGER stop BEFORE UPDATE ON messages BEGIN SELECT RAISE(ABORT, 'cut'); END",
        )
        .unwrap();
    assert!(store.finish(std::slice::from_ref(&good), at(2)).is_err());
    assert_eq!(store.unfinished(account).unwrap().len(), 1);
    store.conn.execute_batch("DROP TRIGGER stop").unwrap();
    store.finish(&[good], at(2)).unwrap();
    assert!(store.unfinished(account).unwrap().is_empty());
}

#[test]
fn a_failed_action_is_told_and_leaves_the_message() {
    let Fresh { folder: _folder, store, account } = fresh();
    let message = store.save_verdict(&new_message(account, 1, b"a"), &backscatter("a")).unwrap();
    let action = store.intend(&[held(message)], at(1)).unwrap()[0].unwrap();
    store.give_up(&[(action, "The server refused.".into())], at(2)).unwrap();
    let line = store.action(action).unwrap().unwrap();
    assert_eq!((line.state, line.error.as_deref()), (ActionState::Failed, Some("The server refused.")));
    assert_eq!(store.message(message).unwrap().unwrap().row.holding, Holding::InPlace);
    assert_eq!(store.intend(&[held(message + 5)], at(3)).unwrap(), [None], "a message that is gone");
}

#[test]
fn a_place_seen_twice_is_one_message() {
    let Fresh { folder: _folder, store, account } = fresh();
    let message = store.save_verdict(&new_message(account, 1, b"a"), &backscatter("a")).unwrap();
    let twin = store.save_verdict(&new_message(account, 2, b"a"), &backscatter("a")).unwrap();
    store.set_place(message, Holding::Restored, &spot("INBOX", 7, 2)).unwrap();
    assert!(store.message(twin).unwrap().is_none());
    assert_eq!(store.message(message).unwrap().unwrap().row.spot, spot("INBOX", 7, 2));
    store.set_holding(message, Holding::Gone).unwrap();
    assert_eq!(store.message(message).unwrap().unwrap().row.holding, Holding::Gone);
}
