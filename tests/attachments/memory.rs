//! What judging exploding files holds, counted byte by byte: a bound on what comes out of a file bounds nothing if
//! copies of it are kept.

use lazaret::engine::knowledge::NoKnowledge;
use lazaret::engine::{
    Context, Finding, Identities, Limits, NoLedger, Strictness, attachment, judge, message,
};
use peak_alloc::PeakAlloc;

use crate::bombs::{self, Bomb};

/// Counts the bytes that are allocated; a buffer that grows counts with its old and its new place.
#[global_allocator]
static LIVE: PeakAlloc = PeakAlloc;

/// What judging a message or a file may hold beside its own bytes.
const BOUND: usize = 64 << 20;

/// What a mail's own copies may come to: that many times its bytes. The parts are decoded once, and a text in another
/// charset into as much as twice its length, in a buffer that grows.
const COPIES: f64 = 4.5;

/// What was held, at most, while `run` ran, and what it gave.
fn held<T>(run: impl FnOnce() -> T) -> (usize, T) {
    let before = LIVE.current_usage();
    LIVE.reset_peak_usage();
    let out = run();
    (LIVE.peak_usage().saturating_sub(before), out)
}

fn judged(raw: &[u8]) -> Vec<Finding> {
    let identities = Identities::default();
    let context = Context {
        now: jiff::Timestamp::UNIX_EPOCH,
        received: None,
        identities: &identities,
        ledger: &NoLedger,
        knowledge: &NoKnowledge,
        senders: &Vec::new(),
        strictness: Strictness::Normal,
        limits: Limits::default(),
    };
    judge(raw, &context).findings
}

/// What a mail's own copies come to: while they are made, and then.
fn copies(raw: &[u8]) -> (usize, usize) {
    let before = LIVE.current_usage();
    let (most, parsed) = held(|| message::parse(raw, &Limits::default()));
    let kept = LIVE.current_usage().saturating_sub(before);
    drop(parsed);
    (most, kept)
}

/// Judges a file, and checks what that held and said. Gives what was held beside the file and, of a mail, its copies.
fn check(bomb: &Bomb) -> usize {
    let bytes = (bomb.make)();
    let about = format!("{}: {}", bomb.name, bomb.what);
    let (held, findings) = match bomb.is_mail() {
        true => {
            let (most, kept) = copies(&bytes);
            assert!(most as f64 <= COPIES * bytes.len() as f64 + 1e6, "{about}: copies of {most} bytes");
            let (all, findings) = held(|| judged(&bytes));
            // While the copies are made nothing else is held.
            (if all > most { all - kept } else { 0 }, findings)
        }
        false => held(|| attachment::inspect_file(bomb.name, &bytes, &Limits::default()).findings),
    };
    let said = findings.iter().any(|f| f.id == "attachment.not_inspected_limit");
    if bomb.cut {
        assert!(said, "{about}: nothing is said");
    } else {
        assert!(!said, "{about}: {:?}", findings.iter().map(|f| f.says.as_str()).collect::<Vec<_>>());
    }
    let grave = findings.iter().filter(|f| f.severity >= lazaret::engine::Severity::Medium);
    assert_eq!(grave.count(), 0, "{about}: {findings:?}");
    held
}

fn all_of(kind: &str) {
    let (_, bombs) = bombs::all().into_iter().find(|(name, _)| *name == kind).unwrap();
    for bomb in bombs {
        let held = check(bomb);
        assert!(held < BOUND, "{}: {}: {held} bytes", bomb.name, bomb.what);
    }
}

#[test]
fn exploding_archives_hold_less_than_64_mib() {
    all_of("archives");
}

#[test]
fn exploding_disk_images_hold_less_than_64_mib() {
    all_of("disk images");
}

#[test]
fn exploding_documents_hold_less_than_64_mib() {
    all_of("documents");
}

#[test]
fn exploding_mails_hold_less_than_64_mib_beside_their_own_copies() {
    all_of("mails");
}
