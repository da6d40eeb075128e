//! What judging a message costs, against parsing it with mail-parser: same messages, same run, one core.
//!
//! The messages are those of `LAZARET_CORPORA`, or `../shared/corpora`; where they are absent, those of the
//! demo mailbox. The bar is a ratio: judging costs at most [`BAR`] times the parse. Every round times both,
//! in turn, and the middle ratio counts, so that whatever else the machine does falls on both.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lazaret::engine::{Context, Identities, Limits, NoLedger, Strictness, judge};

/// Judging costs at most this many times the parse.
const BAR: f64 = 1.6;
/// Rounds over all messages: some ten seconds, longer than a processor keeps one pace beside others.
const ROUNDS: usize = 61;

fn messages() -> (&'static str, Vec<Vec<u8>>) {
    let root = std::env::var_os("LAZARET_CORPORA").map(PathBuf::from);
    let root = root.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora"));
    if let Ok(truth) = std::fs::read_to_string(root.join("truth.tsv")) {
        let paths = truth.lines().skip(1).filter_map(|line| line.split('\t').next());
        let all: Vec<Vec<u8>> = paths.filter_map(|path| std::fs::read(root.join(path)).ok()).collect();
        if !all.is_empty() {
            return ("the corpora", all);
        }
    }
    let all = lazaret::demo::messages(jiff::Timestamp::UNIX_EPOCH).into_iter().map(|m| m.bytes).collect();
    ("the demo mailbox", all)
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn main() {
    let (name, messages) = messages();
    let bytes: usize = messages.iter().map(Vec::len).sum();
    let identities = Identities::default();
    let senders = Vec::new();
    let context = Context {
        now: jiff::Timestamp::UNIX_EPOCH,
        received: None,
        identities: &identities,
        ledger: &NoLedger,
        knowledge: &lazaret::engine::knowledge::NoKnowledge,
        senders: &senders,
        strictness: Strictness::Normal,
        limits: Limits::default(),
    };
    let parser = mail_parser::MessageParser::default();
    let mut rounds: Vec<(f64, Duration, Duration)> = (0..ROUNDS)
        .map(|_| {
            let parse = timed(|| messages.iter().for_each(|m| drop(black_box(parser.parse(m)))));
            let judge = timed(|| messages.iter().for_each(|m| drop(black_box(judge(m, &context)))));
            (judge.as_secs_f64() / parse.as_secs_f64(), parse, judge)
        })
        .collect();
    rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratio, parse, judge) = rounds[ROUNDS / 2];
    let speed = |time: Duration| {
        (messages.len() as f64 / time.as_secs_f64(), bytes as f64 / 1e6 / time.as_secs_f64())
    };
    println!("{} messages of {name}, {:.1} MB, {ROUNDS} rounds", messages.len(), bytes as f64 / 1e6);
    for (what, time) in [("parse by mail-parser", parse), ("judge", judge)] {
        let (messages, megabytes) = speed(time);
        println!("{what:22} {messages:>9.0} msgs/s {megabytes:>8.1} MB/s");
    }
    println!("judge / parse          {ratio:>9.2} (the bar is {BAR})");
    if ratio > BAR {
        std::process::exit(1);
    }
}
