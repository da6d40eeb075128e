//! How fast attachments are looked at: one core, warm. Run with
//! `cargo bench --no-default-features --bench attachments`; a bar that isn't met ends it with an error.

#[path = "../attachments/bombs/mod.rs"]
#[expect(dead_code, reason = "what the tests alone use")]
mod bombs;
#[path = "../attachments/compound.rs"]
#[expect(dead_code, reason = "what the tests alone use")]
mod compound;
#[path = "../attachments/files.rs"]
#[expect(dead_code, reason = "what the tests alone use")]
mod files;
#[path = "../fuzz/formats.rs"]
mod formats;

use std::hint::black_box;
use std::io::{Read, Write};
use std::time::Instant;

use base64::Engine;
use lazaret::engine::attachment::{inspect_file, inspect_message};
use lazaret::engine::{Context, Identities, Limits, NoLedger, Strictness, judge, message};
use sha2::Digest;

/// Counts the bytes that are allocated, for what judging an exploding file holds.
#[global_allocator]
static LIVE: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;

/// Incompressible bytes.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    })
    .take(len)
    .collect()
}

/// The best of five runs, in seconds.
fn best(run: impl FnMut()) -> f64 {
    best_of(5, run)
}

/// The best of so many runs, in seconds.
fn best_of(runs: usize, mut run: impl FnMut()) -> f64 {
    (0..runs)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::MAX, f64::min)
}

/// Sniffing and hashing what no compression makes smaller, in MB/s of one core.
const SNIFF_AND_HASH: f64 = 400.0;
/// Looking into an archive, at most this many times as slow as inflating and hashing what it holds.
const INFLATE: f64 = 1.3;
/// The share of judging a mail that looking at its attachments takes: one half doubles it.
const SHARE: f64 = 0.5;

/// Judging an exploding file, in seconds, whatever its format.
const BAD_INPUT: f64 = 1.0;

/// Prints one figure against its bar, and says whether it is met.
fn bar(what: &str, figure: f64, unit: &str, bar: f64, at_least: bool) -> bool {
    let met = if at_least { figure >= bar } else { figure <= bar };
    let side = if at_least { "at least" } else { "at most" };
    println!("{what:52} {figure:>8.2} {unit:5} ({side} {bar}){}", if met { "" } else { "  NOT MET" });
    met
}

/// Text that deflate makes some four times smaller, as documents are.
fn words(len: usize) -> Vec<u8> {
    const WORDS: &[&str] =
        &["ledger", "harbour", "seven", "through", "window", "of", "the", "and", "quarter", "less"];
    let picks = noise(len / 4);
    let mut out: Vec<u8> = Vec::with_capacity(len);
    for pick in picks {
        out.extend(WORDS[usize::from(pick) % WORDS.len()].as_bytes());
        out.push(b' ');
    }
    out.truncate(len);
    out
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).expect("memory takes all");
    writer.finish().expect("memory takes all")
}

/// A mail with one attachment in base64.
fn mail_with(kind: &str, name: &str, bytes: &[u8]) -> Vec<u8> {
    let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
    let lines: Vec<&str> =
        encoded.as_bytes().chunks(76).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!(
        "From: a@example.org\r\nTo: b@example.org\r\nSubject: the report\r\nMessage-ID: <1@example.org>\r\n\
         Date: Mon, 02 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n--b\r\n\
         Content-Type: {kind}; name={name}\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
        lines.join("\r\n")
    )
    .into_bytes()
}

fn context<'a>(
    identities: &'a Identities,
    senders: &'a Vec<lazaret::engine::senders::SenderEntry>,
) -> Context<'a> {
    Context {
        now: jiff::Timestamp::UNIX_EPOCH,
        received: None,
        identities,
        ledger: &NoLedger,
        knowledge: &lazaret::engine::knowledge::NoKnowledge,
        senders,
        strictness: Strictness::Normal,
        limits: Limits::default(),
    }
}

/// Judges exploding, lying and looping files of every format: the time of each against the bar, and what was held
/// beside its own bytes.
fn bad_input() -> bool {
    let (identities, senders) = (Identities::default(), Vec::new());
    let context = context(&identities, &senders);
    let limits = Limits::default();
    let mut met = true;
    for (kind, bombs) in bombs::all() {
        println!("\nbad input: {kind}");
        for bomb in bombs {
            let bytes = (bomb.make)();
            let before = LIVE.current_usage();
            LIVE.reset_peak_usage();
            let run = || match bomb.is_mail() {
                true => drop(black_box(judge(&bytes, &context))),
                false => drop(black_box(inspect_file(bomb.name, &bytes, &limits))),
            };
            let seconds = best_of(3, run);
            let mib = |n: usize| n as f64 / f64::from(1 << 20);
            let held = mib(LIVE.peak_usage().saturating_sub(before));
            let file = format!("{} of {:.1} MiB, held {held:.1} MiB", bomb.name, mib(bytes.len()));
            met &= bar(&file, seconds, "s", BAD_INPUT, false);
        }
    }
    met
}

/// How much of judging these mails their attachments take.
fn share(mails: &[Vec<u8>], rounds: usize) -> f64 {
    let limits = Limits::default();
    let identities = Identities::default();
    let senders = Vec::new();
    let context = context(&identities, &senders);
    let (mut stage, mut whole) = (0.0, 0.0);
    for _ in 0..rounds {
        for mail in mails {
            let start = Instant::now();
            drop(black_box(judge(mail, &context)));
            whole += start.elapsed().as_secs_f64();
            let parsed = message::parse(mail, &limits);
            let view = parsed.view();
            let start = Instant::now();
            drop(black_box(inspect_message(&view, &limits)));
            stage += start.elapsed().as_secs_f64();
        }
    }
    stage / whole
}

fn main() {
    let limits = Limits::default();
    let mut met = true;
    let data = noise(32 << 20);
    let megabytes = data.len() as f64 / 1e6;
    let mut picture = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
    picture.extend(&data);
    for (name, bytes) in [("data.bin", &data), ("photo.jpg", &picture)] {
        let seconds = best(|| drop(black_box(inspect_file(name, bytes, &limits))));
        met &= bar(&format!("sniff and hash {name}"), megabytes / seconds, "MB/s", SNIFF_AND_HASH, true);
    }

    let text = words(16 << 20);
    let packed = deflated(&text);
    let reference = best(|| {
        let mut out = Vec::with_capacity(text.len());
        let read = flate2::bufread::GzDecoder::new(&packed[..]).read_to_end(&mut out);
        black_box((read.is_ok(), sha2::Sha256::digest(&out)));
    });
    let ours = best(|| drop(black_box(inspect_file("notes.txt.gz", &packed, &limits))));
    met &=
        bar("gzip, against zlib-rs and a hash of what comes out", ours / reference, "times", INFLATE, false);

    let line = "This is a line of an ordinary mail, as long as most lines are.\r\n";
    let plain = format!(
        "From: a@example.org\r\nTo: b@example.org\r\nSubject: s\r\nMessage-ID: <2@example.org>\r\n\r\n{}",
        line.repeat(60)
    );
    let mails = vec![plain.into_bytes()];
    met &= bar("share of judging a plain mail of 4 kB", share(&mails, 2_000), "", SHARE, false);
    let small = noise(60 << 10);
    let mails: Vec<Vec<u8>> = vec![
        mail_with("image/jpeg", "photo.jpg", picture.get(..60 << 10).unwrap_or(&small)),
        mail_with("text/plain", "notes.txt", text.get(..60 << 10).unwrap_or(&small)),
        mail_with("application/gzip", "notes.txt.gz", &deflated(text.get(..200 << 10).unwrap_or(&small))),
    ];
    met &= bar("share of judging mails with files of 60 kB", share(&mails, 100), "", SHARE, false);
    met &= bad_input();
    if !met {
        std::process::exit(1);
    }
}
