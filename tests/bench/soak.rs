//! A mailbox of 100,000 messages in a real Dovecot: first sync, then 20 rounds in which mail comes, goes, is flagged,
//! held and restored, each followed by a sync that has nothing to do.
//!
//! Prints time, commands, bytes and memory of each round. It fails where a sync of an unchanged mailbox costs more
//! than a handful of commands, where memory grows from round to round, or where what the database knows is not what
//! the server holds at the end. `cargo bench --no-default-features --bench soak`; `LAZARET_BENCH_MESSAGES` sets the
//! number of messages.

#[path = "../imap/dovecot.rs"]
mod dovecot;
#[allow(dead_code)]
#[path = "../imap/proxy.rs"]
mod proxy;
#[allow(dead_code)]
#[path = "../imap/rig.rs"]
mod rig;

use std::time::Instant;

use lazaret::account::Mode;
use lazaret::store::{Holding, StoreQuery, StoreShelf};

use dovecot::Dovecot;
use proxy::Proxy;
use rig::{Rig, worm};

const ROUNDS: usize = 20;
/// Messages that come in a round; one in ten is held.
const COME: usize = 200;
/// Messages that go in a round, and that are flagged.
const GO: usize = 100;
/// Commands of a sync that has nothing to do, at most.
const HANDFUL: usize = 15;
/// MiB that memory may grow from the fifth round to the last.
const GROWTH: f64 = 8.0;

fn main() {
    let count = std::env::var("LAZARET_BENCH_MESSAGES").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let server = Dovecot::start();
    for number in 0..count {
        deliver(&server, number);
    }
    let proxy = Proxy::start(server.imap);
    let mut rig = Rig::new(proxy.port, Mode::Act);
    println!("{count} messages; memory before: {:.0} MiB", memory("VmRSS"));
    let mut met = true;
    let mut early = 0.0;
    for round in 0..=ROUNDS {
        if round > 0 {
            for number in 0..COME {
                deliver(&server, count + round * COME + number);
            }
            // Others read this mailbox too.
            let (from, to) = (round * 37 + 1, round * 37 + GO);
            let gone = format!("STORE {from}:{to} +FLAGS.SILENT (\\Deleted)");
            let flagged = format!("STORE {}:{} +FLAGS.SILENT (\\Flagged)", to + 1, to + GO);
            server.run("anna", &[&gone, "EXPUNGE", &flagged]);
        }
        let (seconds, commands, carried) = sync(&mut rig, &proxy);
        let idle = sync(&mut rig, &proxy);
        let held = StoreQuery { shelf: StoreShelf::Quarantine, limit: 5, ..StoreQuery::default() };
        let held = rig.store.list(&held).expect("a list").rows;
        let restored: Vec<i64> = held.iter().map(|row| row.id).collect();
        rig.restore(&restored).expect("restores");
        let now = memory("VmRSS");
        println!(
            "round {round:>2}: {seconds:>6.2} s {commands:>5} commands {:>8.1} KB; unchanged: {:>5.2} s {:>3} commands {:>6.1} KB; \
             memory {now:>4.0} MiB, the most {:.0}",
            carried as f64 / 1e3,
            idle.0,
            idle.1,
            idle.2 as f64 / 1e3,
            memory("VmHWM")
        );
        met &= idle.1 <= HANDFUL;
        if round == 5 {
            early = now;
        }
    }
    let growth = memory("VmRSS") - early;
    println!("memory grew by {growth:.1} MiB from the fifth round to the last (at most {GROWTH})");
    met &= growth <= GROWTH;

    sync(&mut rig, &proxy);
    let there: usize = ["INBOX", "Lazaret"].map(|folder| server.messages("anna", folder).len()).iter().sum();
    let known = rig.every(10_000_000).iter().filter(|row| row.holding != Holding::Gone).count();
    println!("{there} messages on the server, {known} known");
    met &= there == known;
    // A process that exits drops nothing: the server would go on.
    drop(server);
    if !met {
        println!("NOT MET");
        std::process::exit(1);
    }
}

/// Seconds, commands, and bytes from the server.
fn sync(rig: &mut Rig, proxy: &Proxy) -> (f64, usize, usize) {
    proxy.arm(None);
    let start = Instant::now();
    let report = rig.sync().expect("syncs");
    assert!(report.left.is_empty(), "{:?}", report.left);
    (start.elapsed().as_secs_f64(), proxy.commands().len(), proxy.carried())
}

fn deliver(server: &Dovecot, number: usize) {
    let mail = if number % 100 == 7 || (number % 10 == 7 && number % COME < 20) {
        worm(number)
    } else {
        let line = "A line of an ordinary letter, about as long as most lines in letters are.\r\n";
        let head = format!(
            "From: Writer {0} <w{0}@example.net>\r\nTo: {1}\r\nSubject: Letter {number}\r\n\
             Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <m{number}@example.net>\r\n\r\n",
            number % 300,
            rig::ME
        );
        format!("{head}{}", line.repeat(10 + number % 60)).into_bytes()
    };
    server.deliver("anna", "INBOX", &mail, 1_772_000_000 + number as u64, "S");
}

/// A figure of this process, in MiB.
fn memory(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.and_then(|l| l.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
