//! A second sync costs what changed, with every kind of server; and nothing is judged twice.

use lazaret::account::Mode;
use lazaret::store::Holding;

use crate::dovecot::{Dovecot, Options};
use crate::proxy::Proxy;
use crate::rig::{Rig, letter, worm};

/// Capabilities after sign-in: all of them, no QRESYNC, and the bare minimum that can move.
const SERVERS: [Option<&str>; 3] = [
    None,
    Some("IMAP4rev1 LITERAL+ UIDPLUS MOVE UNSELECT NAMESPACE SPECIAL-USE LIST-EXTENDED CONDSTORE ESEARCH"),
    Some("IMAP4rev1 UIDPLUS MOVE"),
];

fn server(capability: Option<&'static str>) -> Dovecot {
    Dovecot::start_with(&Options { capability, ..Options::default() })
}

fn fill(server: &Dovecot, numbers: std::ops::Range<usize>) {
    for i in numbers {
        server.deliver("anna", "INBOX", &letter(i), 1_772_400_000 + i as u64, "S");
    }
}

#[test]
fn an_unchanged_mailbox_costs_a_handful_of_commands() {
    for capability in SERVERS {
        let server = server(capability);
        fill(&server, 0..300);
        server.deliver("anna", "Sent", &letter(900), 1_772_300_000, "S");
        let proxy = Proxy::start(server.imap);
        let mut rig = Rig::new(proxy.port, Mode::Observe);
        assert_eq!(rig.sync().unwrap().total(), 300);
        proxy.arm(None);
        let report = rig.sync().unwrap();
        assert_eq!((report.total(), report.learned, report.left.len()), (0, 0, 0));
        let commands = proxy.commands();
        let sign_in = ["CAPABILITY", "LOGIN", "ENABLE QRESYNC", "LOGOUT"];
        let work: Vec<&String> = commands.iter().filter(|c| !sign_in.contains(&c.as_str())).collect();
        assert!(work.len() <= 3, "{capability:?}: {commands:?}");
        assert!(!commands.iter().any(|c| c.contains("FETCH") || c.contains("SEARCH")), "{commands:?}");
    }
}

#[test]
fn what_came_and_what_went_is_seen_without_a_pass_over_the_folder() {
    for capability in SERVERS {
        let server = server(capability);
        fill(&server, 0..60);
        let proxy = Proxy::start(server.imap);
        let mut rig = Rig::new(proxy.port, Mode::Observe);
        rig.sync().unwrap();

        // Two come, three go, one is flagged, by another program's hand.
        fill(&server, 60..62);
        let mut other = crate::help::sign_in(&server, "anna");
        use lazaret::mail::Mailbox;
        other.create("Elsewhere").unwrap();
        other.move_messages("INBOX", &[2, 30, 31], "Elsewhere").unwrap();
        drop(other);
        proxy.arm(None);
        let report = rig.sync().unwrap();
        assert_eq!(report.total(), 2, "{capability:?}");
        assert_eq!(rig.with(Holding::Gone).len(), 3, "{capability:?}");
        assert_eq!(rig.with(Holding::InPlace).len(), 59);
        let commands = proxy.commands();
        let bodies: Vec<&String> = commands.iter().filter(|c| c.contains("BODY.PEEK[]")).collect();
        assert_eq!(bodies.len(), 1, "{commands:?}");
        assert!(bodies[0].contains("61:62"), "{bodies:?}");
        if capability.is_none() {
            assert!(commands.iter().any(|c| c.contains("(QRESYNC (")), "{commands:?}");
            assert!(!commands.iter().any(|c| c.contains("SEARCH") && c.contains("UID 1:*")), "{commands:?}");
        }
        proxy.arm(None);
        assert_eq!(rig.sync().unwrap().total(), 0);
        assert!(!proxy.commands().iter().any(|c| c.contains("SEARCH") || c.contains("BODY")));
    }
}

#[test]
fn new_flags_are_learned_where_changes_are_counted() {
    for capability in [SERVERS[0], SERVERS[1]] {
        let server = server(capability);
        server.deliver("anna", "INBOX", &letter(1), 1_772_400_001, "");
        let proxy = Proxy::start(server.imap);
        let mut rig = Rig::new(proxy.port, Mode::Observe);
        rig.sync().unwrap();
        let id = rig.rows()[0].id;
        assert!(rig.store.message(id).unwrap().unwrap().flags.is_empty());
        server.run("anna", &["UID STORE 1 +FLAGS (\\Flagged \\Seen)"]);
        rig.sync().unwrap();
        let mut flags = rig.store.message(id).unwrap().unwrap().flags;
        flags.sort();
        assert_eq!(flags, ["\\Flagged", "\\Seen"], "{capability:?}");
    }
}

#[test]
fn a_new_numbering_reads_headers_again_and_loses_nothing() {
    for capability in SERVERS {
        let server = server(capability);
        fill(&server, 0..40);
        server.deliver("anna", "INBOX", &worm(1), 1_772_500_001, "S");
        server.deliver("anna", "INBOX", &worm(2), 1_772_500_002, "S");
        let proxy = Proxy::start(server.imap);
        let mut rig = Rig::new(proxy.port, Mode::Act);
        assert_eq!(rig.sync().unwrap().quarantined, 2);
        let back = rig.with(Holding::Held)[0];
        rig.restore(&[back]).unwrap();
        rig.sync().unwrap();
        let before: Vec<_> = rig.rows().iter().map(|r| (r.id, r.class, r.holding, r.sha256)).collect();

        server.renumber("anna", "INBOX");
        server.renumber("anna", "Lazaret");
        proxy.arm(None);
        let report = rig.sync().unwrap();
        assert_eq!((report.total(), report.quarantined), (0, 0), "{capability:?}: judged or moved again");
        let after: Vec<_> = rig.rows().iter().map(|r| (r.id, r.class, r.holding, r.sha256)).collect();
        assert_eq!(after, before, "{capability:?}");
        let commands = proxy.commands();
        assert!(!commands.iter().any(|c| c.contains("BODY.PEEK[]")), "{commands:?}");
        assert!(rig.rows().iter().all(|r| r.spot.uid.is_some()));
        // The places are the new ones: what is held can be restored.
        let held = rig.with(Holding::Held);
        assert_eq!(rig.restore(&held).unwrap().moved, 1);
        assert_eq!(server.messages("anna", "INBOX").len(), 42);
        assert_eq!(rig.sync().unwrap().quarantined, 0, "what was restored is never held again");
    }
}

#[test]
fn a_sync_that_broke_off_goes_on_where_it_stopped() {
    let server = server(None);
    fill(&server, 0..500);
    let proxy = Proxy::start(server.imap);
    let mut rig = Rig::new(proxy.port, Mode::Observe);
    let cancel = lazaret::mail::Cancel::default();
    let account = lazaret::service::desk::account(&rig.store, "Work").unwrap();
    let mut mailbox = rig.connect().unwrap();
    let stop = cancel.clone();
    let mut report = |step: lazaret::service::work::Step| {
        if step.says.starts_with("Judging") && step.done == 230 {
            stop.cancel();
        }
    };
    let mut desk = lazaret::service::desk::Desk {
        store: &mut rig.store,
        mailbox: &mut *mailbox,
        account: &account,
        now: jiff::Timestamp::now(),
    };
    let mut work = lazaret::service::work::Work::new(cancel, &mut report);
    let stopped = lazaret::service::sync::sync(&mut desk, &mut work);
    assert!(stopped.is_err_and(|e| e.is_cancelled()));
    drop(mailbox);
    // Newest first: what is judged is the newest part.
    let judged: Vec<u32> = rig.rows().iter().filter_map(|r| r.spot.uid).map(|(_, uid)| uid).collect();
    assert!(judged.len() >= 230 && judged.len() < 500, "{}", judged.len());
    assert!(judged.iter().all(|uid| *uid > 100), "{:?}", judged.iter().min());
    let rest = 500 - judged.len() as u64;
    assert_eq!(rig.sync().unwrap().total(), rest);
    assert_eq!(rig.rows().len(), 500);
}

#[test]
fn a_sync_can_be_stopped_at_any_step_and_goes_on() {
    let server = server(None);
    let mut stops = 0;
    loop {
        server.wipe("anna");
        fill(&server, 0..25);
        for number in 1..=3 {
            server.deliver("anna", "INBOX", &worm(number), 1_772_500_000 + number as u64, "FS");
            server.deliver("anna", "Sent", &letter(100 + number), 1_772_300_000 + number as u64, "S");
        }
        let all = || [server.messages("anna", "INBOX"), server.messages("anna", "Lazaret")].concat();
        let before = all().len();
        let mut rig = Rig::new(server.imap, Mode::Act);
        let cancel = lazaret::mail::Cancel::default();
        let (stop, mut steps) = (cancel.clone(), 0);
        let mut report = |_| {
            if steps == stops {
                stop.cancel();
            }
            steps += 1;
        };
        let account = lazaret::service::desk::account(&rig.store, "Work").unwrap();
        let mut account = account;
        account.settings.mode = Mode::Act;
        let mut mailbox = rig.connect().unwrap();
        mailbox.follow(&cancel);
        let mut desk = lazaret::service::desk::Desk {
            store: &mut rig.store,
            mailbox: &mut *mailbox,
            account: &account,
            now: jiff::Timestamp::now(),
        };
        let mut work = lazaret::service::work::Work::new(cancel, &mut report);
        let stopped = lazaret::service::sync::sync(&mut desk, &mut work);
        drop(mailbox);
        assert_eq!(all().len(), before, "stopped at step {stops}");
        let was_stopped = match stopped {
            Ok(_) => false,
            Err(error) if error.is_cancelled() => true,
            Err(error) => panic!("stopped at step {stops}: {error}"),
        };
        let report = rig.sync().unwrap();
        assert_eq!(report.left, Vec::<String>::new(), "stopped at step {stops}");
        assert_eq!((rig.rows().len(), rig.with(Holding::Held).len()), (28, 3), "stopped at step {stops}");
        assert_eq!(all().len(), before, "stopped at step {stops}");
        if !was_stopped {
            break;
        }
        stops += 1;
    }
    assert!(stops > 30, "{stops}");
}
