//! How fast mail comes in from a real Dovecot on this machine, against a raw drain of the socket and `mbsync`.
//!
//! The drain reads the same FETCH answer and throws it away; it is what the wire gives. Each round runs all
//! four in turn; the middle round counts. What each of ours costs in memory is read from a process of its own.
//! Needs Dovecot; without `mbsync` (Debian: `isync`) that comparison is left out and said. Run with
//! `cargo bench --no-default-features --bench fetch`; `LAZARET_BENCH_MESSAGES` sets the number of messages.

#[path = "../imap/dovecot.rs"]
mod dovecot;
#[allow(dead_code)]
#[path = "../imap/rig.rs"]
mod rig;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use base64::Engine;
use lazaret::account::Mode;
use lazaret::mail::imap::{Endpoint, Protection, connect};
use lazaret::mail::{Cancel, Depth, Mailbox};

use dovecot::Dovecot;
use rig::Rig;

/// Rounds of all four; the middle one counts.
const ROUNDS: usize = 3;
/// Bytes that a tagged line may have.
const LINE: usize = 4 << 10;
/// Times the bytes of one large message that a sync of several may have in memory: as it came, decoded, and on its way
/// to the disk.
const LARGE: f64 = 5.0;
/// Bytes of the largest message.
const LARGEST: usize = 16 << 20;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, task, port, ..] = &arguments[..]
        && let Ok(port) = port.parse()
        && !task.starts_with("--bench")
    {
        child(task, port);
        return;
    }
    let count = std::env::var("LAZARET_BENCH_MESSAGES").ok().and_then(|n| n.parse().ok()).unwrap_or(5_000);
    let server = Dovecot::start();
    let bytes = seed(&server, count);
    println!("{count} messages, {:.0} MB, the largest {} MB", bytes as f64 / 1e6, LARGEST >> 20);
    // The server writes its index at the first visit.
    drain(server.imap);

    let mbsync = Command::new("mbsync").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let mbsync = mbsync.is_ok_and(|s| s.success());
    let mut rounds: Vec<[f64; 4]> = Vec::new();
    let mut memory = (0, 0);
    for _ in 0..ROUNDS {
        let raw = timed(|| assert!(drain(server.imap) > 0));
        let (fetch, fetch_memory) = run("fetch", server.imap);
        let (sync, sync_memory) = run("sync", server.imap);
        let theirs = if mbsync { timed(|| with_mbsync(server.imap)) } else { f64::NAN };
        memory = (memory.0.max(fetch_memory), memory.1.max(sync_memory));
        rounds.push([raw, fetch, sync, theirs]);
    }
    let middle = |pick: fn(&[f64; 4]) -> f64| {
        let mut all: Vec<f64> = rounds.iter().map(pick).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    for (name, pick) in [
        ("raw drain", (|r| r[0]) as fn(&[f64; 4]) -> f64),
        ("fetch", |r| r[1]),
        ("fetch, verdict, index", |r| r[2]),
        ("mbsync", |r| r[3]),
    ] {
        let seconds = middle(pick);
        println!(
            "{name:24} {seconds:>7.2} s {:>7.0} MB/s {:>8.0} msgs/s",
            bytes as f64 / 1e6 / seconds,
            count as f64 / seconds
        );
    }
    let mut met = bar("fetch, of the raw drain", middle(|r| r[0] / r[1]), 0.8, true);
    met &= bar("fetch, verdict, index, of the raw drain", middle(|r| r[0] / r[2]), 0.35, true);
    match mbsync {
        true => {
            met &= bar("fetch, verdict, index, times as fast as mbsync", middle(|r| r[3] / r[2]), 5.0, true)
        }
        false => println!("SKIPPED: mbsync is not installed"),
    }
    let largest = LARGEST as f64 / f64::from(1 << 20);
    for (name, kib) in [("fetch", memory.0), ("fetch, verdict, index", memory.1)] {
        met &= bar(
            &format!("{name}: MiB above the largest message"),
            kib as f64 / 1024.0 - largest,
            64.0,
            false,
        );
    }
    // A process that exits drops nothing: the server would go on.
    drop(server);
    let (memory, bytes) = large();
    met &= bar(
        "four harmful messages of 100 MB: memory, times one of them",
        memory as f64 * 1024.0 / bytes as f64,
        LARGE,
        false,
    );
    triage();
    if !met {
        std::process::exit(1);
    }
}

/// A folder of large messages, each with a program in it, so that all of it is kept: the most memory in KiB that a sync
/// had, and the bytes of one.
fn large() -> (u64, usize) {
    let server = Dovecot::start();
    let mut file = b"MZ\x90\0".to_vec();
    file.extend((0..72_u32 << 20).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8));
    let coded = base64::engine::general_purpose::STANDARD.encode(&file);
    let lines: Vec<&str> = coded.as_bytes().chunks(76).filter_map(|l| std::str::from_utf8(l).ok()).collect();
    let lines = lines.join("\r\n");
    let mut bytes = 0;
    for number in 0..4 {
        let mail = format!(
            "From: Writer <w@example.net>\r\nSubject: Large {number}\r\nMessage-ID: <large{number}@example.net>\r\n\
             MIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=set-up.exe\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{lines}\r\n"
        );
        bytes = mail.len();
        server.deliver("anna", "INBOX", mail.as_bytes(), 1_772_000_000 + number, "S");
    }
    drop((file, lines));
    (run("sync", server.imap).1, bytes)
}

/// A backlog with pictures: what need not be fetched of it.
fn triage() {
    let server = Dovecot::start();
    let letter = |number: usize| {
        format!(
            "From: Writer <w@example.net>\r\nSubject: Letter {number}\r\nMessage-ID: <l{number}@example.net>\r\n\r\nHello.\r\n"
        )
    };
    let mut whole = 0;
    for number in 0..300 {
        let mut jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
        jpeg.extend((0..200_000 + number * 1_000).map(|n| (n * 7 % 251) as u8));
        jpeg.extend(b"\xff\xd9");
        let coded = base64::engine::general_purpose::STANDARD.encode(&jpeg);
        let lines: Vec<&str> =
            coded.as_bytes().chunks(76).filter_map(|l| std::str::from_utf8(l).ok()).collect();
        let mail = format!(
            "From: Writer <w@example.net>\r\nSubject: Picture {number}\r\nMessage-ID: <p{number}@example.net>\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n\
             From the beach.\r\n--x\r\nContent-Type: image/jpeg; name=beach.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n\
             {}\r\n--x--\r\n",
            lines.join("\r\n")
        );
        whole += mail.len();
        server.deliver("anna", "INBOX", mail.as_bytes(), 1_771_000_000 + number as u64, "S");
    }
    // The newest mail is always read whole.
    for number in 0..500 {
        let mail = letter(number);
        whole += mail.len();
        server.deliver("anna", "INBOX", mail.as_bytes(), 1_772_000_000 + number as u64, "S");
    }
    let mut rig = Rig::new(server.imap, Mode::Observe);
    let report = rig.sync().expect("syncs");
    println!(
        "triage: {} messages judged, bytes saved: {} of {whole} ({:.0} %)",
        report.total(),
        report.spared_bytes,
        report.spared_bytes as f64 * 100.0 / whole as f64
    );
}

fn bar(what: &str, figure: f64, bar: f64, at_least: bool) -> bool {
    let met = if at_least { figure >= bar } else { figure <= bar };
    let side = if at_least { "at least" } else { "at most" };
    println!("{what:54} {figure:>7.2} ({side} {bar}){}", if met { "" } else { "  NOT MET" });
    met
}

fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// Runs one task in a process of its own: seconds, and the most memory it had, in KiB.
fn run(task: &str, port: u16) -> (f64, u64) {
    let me = std::env::current_exe().expect("a program has a path");
    let output = Command::new(me).args([task, &port.to_string()]).output().expect("the bench runs itself");
    assert!(output.status.success(), "{task}: {}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut fields = said.split_whitespace();
    let seconds = fields.next().and_then(|s| s.parse().ok()).expect("seconds");
    (seconds, fields.next().and_then(|s| s.parse().ok()).expect("KiB"))
}

fn child(task: &str, port: u16) {
    let seconds = match task {
        "fetch" => timed(|| {
            let endpoint = Endpoint::new("127.0.0.1", port, Protection::Plain, "anna", None);
            let mut mailbox = connect(&endpoint, "secret", &Cancel::default()).expect("signs in");
            mailbox.open("INBOX").expect("opens");
            let uids = mailbox.uids(1).expect("lists");
            let mut seen = 0;
            let left = mailbox.fetch(&uids, Depth::Whole, &mut |message| {
                seen += usize::from(!message.bytes.is_empty());
                true
            });
            assert!(left.expect("fetches").is_empty());
            assert_eq!(seen, uids.len());
        }),
        _ => {
            let mut rig = Rig::new(port, Mode::Observe);
            timed(|| {
                let report = rig.sync().expect("syncs");
                assert!(report.total() > 0);
            })
        }
    };
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|p| p.trim().strip_suffix(" kB")).unwrap_or("0").trim();
    println!("{seconds} {kib}");
}

/// Reads all of INBOX off the socket and keeps nothing.
fn drain(port: u16) -> u64 {
    let mut tcp = TcpStream::connect(("127.0.0.1", port)).expect("connects");
    tcp.set_nodelay(true).expect("a socket");
    let mut buffer = vec![0_u8; 64 << 10];
    let mut total = 0;
    for (tag, command) in [
        ("a", "LOGIN anna secret"),
        ("b", "EXAMINE INBOX"),
        ("c", "UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])"),
    ] {
        write!(tcp, "{tag} {command}\r\n").expect("sends");
        // The tagged line ends the answer, and nothing comes after it.
        let end = format!("\r\n{tag} OK");
        let mut tail: Vec<u8> = Vec::new();
        loop {
            let read = tcp.read(&mut buffer).expect("reads");
            assert!(read > 0, "the server left");
            total += read as u64;
            // A tagged line may carry a long list of capabilities.
            tail.extend(&buffer[read.saturating_sub(LINE)..read]);
            let last = &tail[tail.len().saturating_sub(LINE)..];
            if last.ends_with(b"\r\n") && last.windows(end.len()).any(|w| w == end.as_bytes()) {
                break;
            }
            tail = last.to_vec();
        }
    }
    total
}

fn with_mbsync(port: u16) {
    let dir = tempfile::tempdir().expect("a folder");
    let config = dir.path().join("mbsyncrc");
    let text = format!(
        "IMAPAccount b\nHost 127.0.0.1\nPort {port}\nUser anna\nPass secret\nSSLType None\nAuthMechs LOGIN\n\n\
         IMAPStore far\nAccount b\n\nMaildirStore near\nPath {0}/\nInbox {0}/INBOX\n\n\
         Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\nSyncState *\n",
        dir.path().join("mail").display()
    );
    fs::create_dir_all(dir.path().join("mail")).expect("a folder");
    fs::write(&config, text).expect("a file");
    let output = Command::new("mbsync").arg("-c").arg(&config).arg("c").output().expect("runs");
    assert!(output.status.success(), "mbsync: {}", String::from_utf8_lossy(&output.stderr));
    let came = |part: &str| fs::read_dir(dir.path().join("mail/INBOX").join(part)).map_or(0, Iterator::count);
    assert!(came("new") + came("cur") > 0, "mbsync fetched nothing");
}

/// Letters of 2 to 40 KB, one in ten with a document of 60 KB, bounces, and one message that is large.
fn seed(server: &Dovecot, count: usize) -> usize {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize
    };
    let line = "A line of an ordinary letter, about as long as most lines in letters are.\r\n";
    let mut total = 0;
    for number in 0..count {
        let size = match number {
            0 => LARGEST,
            _ => 2_000 + random() % 38_000,
        };
        let head = format!(
            "Received: from mx.example.net (mx.example.net [192.0.2.7]) by mail.harbour.example with ESMTPS id A{number};\r\n\
             \tMon, 02 Mar 2026 10:00:00 +0000\r\nFrom: Writer {number} <w{}@example.net>\r\nTo: {}\r\nSubject: Letter {number}\r\n\
             Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <m{number}@example.net>\r\nMIME-Version: 1.0\r\n",
            number % 300,
            rig::ME,
        );
        let mail = match number % 10 {
            _ if number == 0 => format!("{head}\r\n{}", line.repeat(size / line.len())),
            3 => {
                let file: Vec<u8> = std::iter::repeat_with(|| random() as u8).take(60 << 10).collect();
                let coded = base64::engine::general_purpose::STANDARD.encode(file);
                let lines: Vec<&str> =
                    coded.as_bytes().chunks(76).filter_map(|l| std::str::from_utf8(l).ok()).collect();
                format!(
                    "{head}Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nHere.\r\n--x\r\n\
                     Content-Type: application/octet-stream; name=data.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--x--\r\n",
                    lines.join("\r\n")
                )
            }
            7 => format!(
                "{head}Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n\r\nIt failed.\r\n--x\r\n\
                 Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n\
                 Final-Recipient: rfc822; nobody{number}@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--x\r\n\
                 Content-Type: message/rfc822\r\n\r\nFrom: {}\r\nTo: nobody{number}@example.net\r\nSubject: Offer\r\n\
                 Message-ID: <o{number}@elsewhere.example>\r\n\r\n{}\r\n--x--\r\n",
                rig::ME,
                line.repeat(20)
            ),
            _ => format!("{head}\r\n{}", line.repeat(size / line.len())),
        };
        total += mail.len();
        server.deliver("anna", "INBOX", mail.as_bytes(), 1_772_000_000 + number as u64, "S");
    }
    assert!(Path::new(&server.maildir("anna")).is_dir());
    total
}
