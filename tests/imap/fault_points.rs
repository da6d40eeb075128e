//! The network and the program fail at every step in turn; then one more sync without a fault. Every message
//! must stand exactly once, byte for byte, with its flags and date.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lazaret::account::Mode;
use lazaret::service::actions;
use lazaret::store::{ActionState, Holding};

use crate::dovecot::{Dovecot, Options, Stored};
use crate::proxy::{Fault, Proxy};
use crate::rig::{Rig, letter, worm};

const NO_MOVE: &str = "IMAP4rev1 LITERAL+ UIDPLUS UNSELECT NAMESPACE SPECIAL-USE LIST-EXTENDED";

/// What happens at each command.
const FAULTS: [Fault; 5] =
    [Fault::CutBefore, Fault::CutAfter, Fault::Truncate(40), Fault::Garble(9), Fault::Delay];

/// What a fault may hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scene {
    /// A first sync that quarantines three.
    Quarantine,
    /// The restore of two of them.
    Restore,
    /// Two of them are deleted for ever.
    Delete,
}

/// Whether `now` is `before` without some of those that may be missing, each of the rest once and unchanged.
fn is_but_for(now: &[Stored], before: &[Stored], missing: &[Stored]) -> bool {
    let mut left = before.to_vec();
    let known = now.iter().all(|message| match left.iter().position(|m| m == message) {
        Some(at) => {
            left.remove(at);
            true
        }
        None => false,
    });
    known && left.iter().all(|message| missing.contains(message))
}

/// The server behind the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Dovecot,
    /// Dovecot, without MOVE.
    NoMove,
    /// Courier: no MOVE, its own namespace, other words.
    Courier,
}

struct Stage {
    server: Dovecot,
    proxy: Proxy,
    which: Which,
}

impl Stage {
    fn new(which: Which) -> Stage {
        let capability = if which == Which::NoMove { Some(NO_MOVE) } else { None };
        let server = match which {
            Which::Courier => Dovecot::courier(),
            _ => Dovecot::start_with(&Options { capability, ..Options::default() }),
        };
        let proxy = Proxy::start(server.imap);
        Stage { server, proxy, which }
    }

    /// Everything that the account holds, in order.
    fn everything(&self) -> Vec<Stored> {
        let mut all: Vec<Stored> =
            ["INBOX", "Lazaret"].iter().flat_map(|folder| self.server.messages("anna", folder)).collect();
        all.sort();
        all
    }

    /// An account as new, with two letters and three worms.
    fn seed(&self) -> Vec<Stored> {
        self.server.wipe("anna");
        for (number, flags) in [(1, "S"), (2, "FS")] {
            self.server.deliver("anna", "INBOX", &letter(number), 1_772_400_000 + number as u64, flags);
        }
        for (number, flags) in [(1, "S"), (2, "FRS"), (3, "S")] {
            self.server.deliver("anna", "INBOX", &worm(number), 1_772_500_000 + number as u64, flags);
        }
        self.everything()
    }

    /// Plays a scene with a fault at the command of this number. Whether the fault came to happen.
    fn play(&self, scene: Scene, at: usize, fault: Fault) -> bool {
        let seeded = self.seed();
        let mut rig = Rig::new(self.proxy.port, Mode::Act);
        rig.endpoint.bounds.silence = Duration::from_millis(700);
        rig.endpoint.bounds.answer = Duration::from_secs(3);
        self.proxy.arm(None);
        let mut back = Vec::new();
        if scene != Scene::Quarantine {
            assert_eq!(rig.sync().unwrap().quarantined, 3);
            back = rig.with(Holding::Held)[..2].to_vec();
        }
        let deletable: Vec<Stored> = match scene {
            Scene::Delete => self.server.messages("anna", "Lazaret"),
            _ => Vec::new(),
        };
        self.proxy.arm(Some((at, fault)));
        let outcome = match scene {
            Scene::Quarantine => rig.sync().map(|report| report.left),
            Scene::Restore => rig.restore(&back).map(|outcome| outcome.left),
            Scene::Delete => rig
                .connect()
                .map_err(Into::into)
                .and_then(|mut mailbox| {
                    rig.at(&mut *mailbox, |desk, work| actions::delete(desk, &back, work))
                })
                .map(|outcome| outcome.left),
        };
        let hit = self.proxy.was_hit();
        self.proxy.arm(None);
        let what = format!("{:?} {scene:?}, {fault:?} at command {at}: {outcome:?}", self.which);
        // The program starts anew on the same database, and nothing stands in its way.
        let report = rig.sync().unwrap_or_else(|e| panic!("{what}: {e}"));
        let now = self.everything();
        if scene == Scene::Delete {
            // Deleted or not, never half: no mark is left on what stays.
            assert!(is_but_for(&now, &seeded, &deletable), "{what}: {report:?}");
            assert!(now.len() >= 3, "{what}: more than was asked for is gone");
        } else {
            assert_eq!(now, seeded, "{what}: {report:?}");
        }
        let open = rig.store.unfinished(rig.account_id()).unwrap();
        assert!(open.is_empty(), "{what}: {open:?}");
        assert!(rig.store.activity(100).unwrap().iter().all(|a| a.state != ActionState::Begun));
        // A garbled body is judged as it came; every other fault leads to the same end in one more sync.
        if !matches!(fault, Fault::Garble(_)) {
            let held = self.server.messages("anna", "Lazaret").len();
            match scene {
                Scene::Quarantine => assert_eq!(held, 3, "{what}: {report:?}"),
                // What had not moved yet stays held: the person asks again.
                Scene::Restore => assert!(held == 1 || held == 3, "{what}: {held} held"),
                Scene::Delete => assert!((1..=3).contains(&held), "{what}: {held} held"),
            }
            assert_eq!(rig.rows().len(), 5, "{what}: {:?}", rig.rows());
            assert_eq!(rig.with(Holding::Held).len(), held, "{what}");
        }
        hit
    }

    /// Plays a scene with every fault at every command. How many faults happened.
    fn all(&self, scene: Scene) -> usize {
        let mut hits = 0;
        for fault in FAULTS {
            for at in 0..200 {
                if !self.play(scene, at, fault) {
                    assert!(at > 8, "{scene:?} has {at} commands only");
                    break;
                }
                hits += 1;
            }
        }
        hits
    }
}

#[test]
fn faults_of_the_network_at_every_command_lose_and_double_nothing() {
    let total = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for which in [Which::Dovecot, Which::NoMove, Which::Courier] {
            for scene in [Scene::Quarantine, Scene::Restore, Scene::Delete] {
                let total = &total;
                scope.spawn(move || total.fetch_add(Stage::new(which).all(scene), Ordering::SeqCst));
            }
        }
    });
    let points = total.into_inner();
    println!("fault points: {points}");
    assert!(points >= 650, "{points}");
}

/// When the program is killed, reckoned from one command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Death {
    /// Before the server sees the command.
    Before,
    /// Once the server has done it, before the program hears of it.
    After,
    /// Once the program has heard of it, before it can write that down.
    Unwritten,
}

/// The program at a scene's work, on the rig's database.
fn spawn(rig: &Rig, scene: Scene, back: &[i64]) -> Child {
    let sync = ["sync", "--account", "Work", "--password-stdin", "--act"];
    let mut arguments: Vec<String> = match scene {
        Scene::Restore => vec!["quarantine".into(), "restore".into(), "--password-stdin".into()],
        Scene::Quarantine | Scene::Delete => sync.map(String::from).to_vec(),
    };
    if scene == Scene::Restore {
        arguments.extend(back.iter().map(i64::to_string));
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_lazaret"))
        .args(arguments)
        .env("LAZARET_DATA", rig.data())
        .env("LAZARET_KEYRING", "off")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"secret\n").unwrap();
    child
}

/// Whether something holds within ten seconds, or the program has ended before.
fn comes(child: &mut Child, what: impl Fn() -> bool) -> bool {
    for _ in 0..5_000 {
        if what() {
            return true;
        }
        if child.try_wait().unwrap().is_some() {
            return what();
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    panic!("the program hangs");
}

impl Stage {
    /// Kills the program at a command. Whether there was one of that number.
    fn kill(&self, scene: Scene, at: usize, death: Death) -> bool {
        let seeded = self.seed();
        let mut rig = Rig::new(self.proxy.port, Mode::Act);
        self.proxy.arm(None);
        let mut back = Vec::new();
        if scene != Scene::Quarantine {
            assert_eq!(rig.sync().unwrap().quarantined, 3);
            back = rig.with(Holding::Held)[..2].to_vec();
        }
        if scene == Scene::Delete {
            is_due(&rig, &back);
        }
        let stall = if death == Death::Before { Fault::StallBefore } else { Fault::StallAfter };
        self.proxy.arm(Some((at, stall)));
        let mut child = spawn(&rig, scene, &back);
        let hit = comes(&mut child, || self.proxy.is_stalled());
        if hit && death == Death::Unwritten {
            // Somebody else writes, so that the program's next line of the journal must wait.
            let other = rusqlite::Connection::open(rig.data().join("lazaret.db")).unwrap();
            other.busy_timeout(Duration::from_secs(5)).unwrap();
            other.execute_batch("BEGIN IMMEDIATE").unwrap();
            self.proxy.let_go();
            std::thread::sleep(Duration::from_millis(120));
            child.kill().unwrap();
            child.wait().unwrap();
            other.execute_batch("ROLLBACK").unwrap();
        } else {
            // SIGKILL: no destructor runs, no farewell is sent.
            child.kill().unwrap();
            child.wait().unwrap();
        }
        self.proxy.let_go();
        self.proxy.arm(None);
        let what = format!("{:?} {scene:?}, killed {death:?} at command {at}", self.which);
        let report = rig.sync().unwrap_or_else(|e| panic!("{what}: {e}"));
        let (now, held) = (self.everything(), self.server.messages("anna", "Lazaret").len());
        match scene {
            Scene::Quarantine => assert_eq!((now, held), (seeded, 3), "{what}: {report:?}"),
            Scene::Restore => {
                assert_eq!(now, seeded, "{what}: {report:?}");
                assert!(held == 1 || held == 3, "{what}: {held} held");
            }
            // What is due is deleted by the next sync at the latest, and nothing besides.
            Scene::Delete => {
                let worms: Vec<Stored> = seeded[..].iter().filter(|m| is_worm(m)).cloned().collect();
                assert!(is_but_for(&now, &seeded, &worms), "{what}: {report:?}");
                assert_eq!((now.len(), held), (3, 1), "{what}: {report:?}");
            }
        }
        assert_eq!(rig.with(Holding::Held).len(), held, "{what}: {:?}", rig.rows());
        assert!(rig.store.unfinished(rig.account_id()).unwrap().is_empty(), "{what}");
        rig.store.check().unwrap();
        hit
    }
}

/// Has retention delete these messages at the next sync: the way in which the program deletes without a window.
fn is_due(rig: &Rig, messages: &[i64]) {
    lazaret::service::retention::set(&rig.store, "Work", Some(1)).unwrap();
    let long_ago = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * 30);
    rig.store.set_shown(messages, long_ago).unwrap();
    rig.store.say_expiry(messages, "They will go.", long_ago).unwrap();
}

fn is_worm(message: &Stored) -> bool {
    message.bytes.windows(15).any(|part| part == b"invoice.pdf.exe")
}

#[test]
fn faults_that_kill_the_program_at_every_step_lose_and_double_nothing() {
    let total = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for which in [Which::Dovecot, Which::NoMove, Which::Courier] {
            let total = &total;
            scope.spawn(move || {
                let stage = Stage::new(which);
                for scene in [Scene::Quarantine, Scene::Restore, Scene::Delete] {
                    for death in [Death::Before, Death::After, Death::Unwritten] {
                        for at in 0..200 {
                            if !stage.kill(scene, at, death) {
                                assert!(at > 8, "{scene:?} has {at} commands only");
                                break;
                            }
                            total.fetch_add(1, Ordering::SeqCst);
                        }
                    }
                }
            });
        }
    });
    let points = total.into_inner();
    println!("fault points: {points}");
    assert!(points >= 400, "{points}");
}
