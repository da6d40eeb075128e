//! What judging exploding files holds, counted byte by byte: a bound on what comes out of a file bounds nothing if
//! copies of it are kept.

use lazaret::engine::attachment::inspect_file;
use lazaret::engine::knowledge::NoKnowledge;
use lazaret::engine::{Context, Finding, Identities, Limits, NoLedger, Strictness, judge};
use peak_alloc::PeakAlloc;

use crate::bombs::{self, Bomb};

/// Counts the bytes that are allocated, a buffer that grows with its old and its new place.
#[global_allocator]
static LIVE: PeakAlloc = PeakAlloc;

fn look(bomb: &Bomb, bytes: &[u8]) -> Vec<Finding> {
    if !bomb.is_mail() {
        return inspect_file(bomb.name, bytes, &Limits::default()).findings;
    }
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
    judge(bytes, &context).findings
}

#[test]
fn measure() {
    let only = std::env::var("ONLY").unwrap_or_default();
    for (kind, bombs) in bombs::all() {
        for bomb in bombs.iter().filter(|b| b.name.contains(&only)) {
            let bytes = (bomb.make)();
            let before = LIVE.current_usage();
            LIVE.reset_peak_usage();
            let start = std::time::Instant::now();
            let findings = look(bomb, &bytes);
            let ms = start.elapsed().as_millis();
            let held = LIVE.peak_usage() - before;
            let notes: Vec<&str> = findings
                .iter()
                .filter(|f| f.id.contains("limit") || f.id.contains("not_insp"))
                .map(|f| f.says.as_ref())
                .collect();
            println!(
                "{kind:12} {:18} in {:>5.1} held {:>6.1} MiB {:>6} ms cut {} {notes:?}",
                bomb.name,
                bytes.len() as f64 / 1048576.0,
                held as f64 / 1048576.0,
                ms,
                bomb.cut
            );
        }
    }
}
