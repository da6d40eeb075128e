//! Retention: off at first; then only what was opened, only after it was said, and through the journal.

use jiff::{SignedDuration, Timestamp};
use lazaret::account::Mode;
use lazaret::mail::Cancel;
use lazaret::mail::maildir::Maildir;
use lazaret::service::desk::{self, Desk};
use lazaret::service::sync::{self, SyncReport};
use lazaret::service::work::Work;
use lazaret::service::{Place, retention};
use lazaret::store::{ActionKind, ActionState, Actor, Holding, MessageId, Store, StoreQuery, StoreShelf};

use crate::trouble::{Home, worm};
use crate::{lazaret, text};

/// The moment `hours` after the beginning.
fn hour(hours: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap() + SignedDuration::from_hours(hours)
}

fn store(home: &Home) -> Store {
    Place::at(home.data()).open().unwrap()
}

/// A sync at a time of the test's own.
fn sync_in(home: &Home, mode: Mode, now: Timestamp) -> SyncReport {
    let mut store = store(home);
    let mut account = desk::account(&store, "Home").unwrap();
    account.settings.mode = mode;
    let mut mailbox = Maildir::open(home.mail()).unwrap();
    let mut desk = Desk { store: &mut store, mailbox: &mut mailbox, account: &account, now };
    let mut report = |_| {};
    sync::sync(&mut desk, &mut Work::new(Cancel::default(), &mut report)).unwrap()
}

fn sync_at(home: &Home, now: Timestamp) -> SyncReport {
    sync_in(home, Mode::Act, now)
}

fn id(home: &Home, subject: &str) -> MessageId {
    let query = StoreQuery { shelf: StoreShelf::All, limit: 100, ..StoreQuery::default() };
    let rows = store(home).list(&query).unwrap().rows;
    rows.iter().find(|r| r.headline.subject.as_deref() == Some(subject)).unwrap().id
}

/// Two worms, held since the beginning.
fn held() -> Home {
    let home = Home::new(&[worm(1, 100), worm(2, 100)]);
    sync_at(&home, hour(0));
    assert_eq!(home.held(), 2);
    home
}

#[test]
fn nothing_goes_where_nothing_was_chosen() {
    let home = held();
    store(&home).set_shown(&[id(&home, "Invoice 1"), id(&home, "Invoice 2")], hour(1)).unwrap();
    let report = sync_at(&home, hour(24 * 3_650));
    assert_eq!((report.expired, report.announced), (0, None));
    assert_eq!(home.held(), 2);
}

#[test]
fn only_what_was_opened_goes_after_its_time_and_the_log_says_what() {
    let home = held();
    let settings = retention::set(&store(&home), "Home", Some(30)).unwrap();
    assert_eq!(settings.keep_days, Some(30));
    let opened = id(&home, "Invoice 1");
    store(&home).set_shown(&[opened], hour(1)).unwrap();
    // Opening it once more does not prolong it.
    store(&home).set_shown(&[opened], hour(200)).unwrap();

    assert_eq!(sync_at(&home, hour(22 * 24)).announced, None, "more than a week before nothing is said");
    let said = sync_at(&home, hour(24 * 24)).announced.expect("it is said a week before");
    assert!(said.starts_with("1 message in the quarantine of Home will be deleted for ever from "), "{said}");
    assert_eq!(sync_at(&home, hour(25 * 24)).announced, None, "it is said once");
    assert_eq!(sync_at(&home, hour(30 * 24)).expired, 0, "an hour too early");
    assert_eq!(home.held(), 2);
    let report = sync_at(&home, hour(30 * 24 + 1));
    assert_eq!(report.expired, 1);
    assert_eq!(report.news(), ["1 message was deleted for ever, as you chose in Settings."]);
    assert_eq!(home.held(), 1);
    assert!(home.all().contains(&worm(2, 100)) && !home.all().contains(&worm(1, 100)));

    let store = store(&home);
    assert_eq!(store.notes(10).unwrap()[0].says, said);
    let last = store.activity(1).unwrap().remove(0);
    assert_eq!((last.kind, last.state, last.actor), (ActionKind::Delete, ActionState::Done, Actor::Rule));
    assert_eq!(last.says, "Deleted for ever, 30 days after you opened it: \u{201c}Invoice 1\u{201d}");
    assert!(!last.can_undo());
    assert_eq!(store.message(opened).unwrap().unwrap().row.holding, Holding::Gone);
    assert_eq!(store.source(opened).unwrap(), None, "what is gone for ever is not kept here either");
    drop(store);
    let report = sync_at(&home, hour(24 * 3_000));
    assert_eq!((report.expired, report.announced), (0, None), "what was never opened stays");
    assert_eq!(home.held(), 1);
}

#[test]
fn nothing_goes_before_it_was_said_a_day_ago_however_late_it_is() {
    let home = held();
    retention::set(&store(&home), "Home", Some(1)).unwrap();
    store(&home).set_shown(&[id(&home, "Invoice 1"), id(&home, "Invoice 2")], hour(1)).unwrap();
    // The program was not run for a year.
    let late = 24 * 400;
    let report = sync_at(&home, hour(late));
    assert!(report.announced.unwrap().starts_with("2 messages in the quarantine"));
    assert_eq!(report.expired, 0);
    assert_eq!(sync_at(&home, hour(late + 23)).expired, 0);
    // Another choice is said anew.
    retention::set(&store(&home), "Home", Some(2)).unwrap();
    let report = sync_at(&home, hour(late + 25));
    assert!(report.announced.is_some() && report.expired == 0, "{report:?}");
    // While the account only observes, nothing goes.
    assert_eq!(sync_in(&home, Mode::Observe, hour(late + 60)).expired, 0);
    assert_eq!(home.held(), 2);
    assert_eq!(sync_at(&home, hour(late + 60)).expired, 2);
    assert_eq!((home.held(), home.all().len()), (0, 0));
}

#[test]
fn what_was_taken_out_and_held_again_begins_anew() {
    let home = held();
    retention::set(&store(&home), "Home", Some(30)).unwrap();
    let one = id(&home, "Invoice 1");
    store(&home).set_shown(&[one], hour(1)).unwrap();
    assert!(sync_at(&home, hour(24 * 29)).announced.is_some());
    // Out and in again by the person's hand: what was shown and said belongs to the stay before.
    assert_eq!(lazaret(&home.data(), &["quarantine", "restore", &one.to_string()]).status.code(), Some(0));
    assert_eq!(home.held(), 1);
    let mut opened = store(&home);
    let account = desk::account(&opened, "Home").unwrap();
    let mut mailbox = Maildir::open(home.mail()).unwrap();
    let mut desk =
        Desk { store: &mut opened, mailbox: &mut mailbox, account: &account, now: hour(24 * 29 + 1) };
    let mut report = |_| {};
    let mut work = Work::new(Cancel::default(), &mut report);
    lazaret::service::actions::quarantine(&mut desk, &[one], Actor::Person, &mut work).unwrap();
    drop(opened);
    assert_eq!(home.held(), 2);
    let report = sync_at(&home, hour(24 * 500));
    assert_eq!((report.expired, report.announced), (0, None));
    assert_eq!(home.held(), 2);
}

#[test]
fn it_is_chosen_on_the_command_line_and_showing_a_message_counts() {
    let home = held();
    let run = |args: &[&str]| lazaret(&home.data(), args);
    let output = run(&["account", "retention", "Home", "30"]);
    assert!(text(&output.stdout).contains("deleted for ever 30 days later, after it was said once."));
    for wrong in ["0", "3651", "soon"] {
        let output = run(&["account", "retention", "Home", wrong]);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("from 1 to 3650, or off"), "{}", text(&output.stderr));
    }
    let account = |home: &Home| desk::account(&store(home), "Home").unwrap();
    assert_eq!(account(&home).settings.keep_days, Some(30));
    let one = id(&home, "Invoice 1");
    let far = Timestamp::now() + SignedDuration::from_hours(24 * 365);
    assert!(store(&home).unsaid(account(&home).id, far).unwrap().is_empty());
    run(&["quarantine", "list"]);
    assert!(
        store(&home).unsaid(account(&home).id, far).unwrap().is_empty(),
        "a line of a list is not the mail"
    );
    run(&["quarantine", "show", &one.to_string()]);
    let shown: Vec<MessageId> =
        store(&home).unsaid(account(&home).id, far).unwrap().into_iter().map(|(id, _)| id).collect();
    assert_eq!(shown, [one]);
    let output = run(&["account", "retention", "Home", "off"]);
    assert!(text(&output.stdout).contains("stays until you decide"));
    assert_eq!(account(&home).settings.keep_days, None);
}
