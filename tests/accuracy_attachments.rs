//! The bars for attachments, measured on real and made files.
//!
//! The corpus is not part of the project: `LAZARET_CORPORA` names its folder, else `../shared/corpora` is
//! looked for. Where there is none the test says so. Labels: `flag` must be suspicious or malicious,
//! `clean` silent, `info`, `review` and `not-malicious` never malicious, `robust` must break nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use lazaret::engine::attachment::{FileVerdict, Inspected, inspect_file, inspect_message};
use lazaret::engine::{Limits, message};

/// Benign files that may be called suspicious, of a thousand.
const FALSE_ALARMS_PER_THOUSAND: f64 = 1.0;
/// Share of the files that must be flagged.
const FLAGGED: f64 = 0.98;

fn corpora() -> Option<PathBuf> {
    let folder = std::env::var_os("LAZARET_CORPORA").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora"));
    folder.join("attachments/labels.tsv").is_file().then(|| folder.join("attachments"))
}

fn inspect(path: &str, bytes: &[u8]) -> Inspected {
    let limits = Limits::default();
    if path.ends_with(".eml") {
        let parsed = message::parse(bytes, &limits);
        return inspect_message(&parsed.view(), None, &limits);
    }
    inspect_file(path.rsplit('/').next().unwrap_or(path), bytes, &limits)
}

#[test]
fn accuracy_of_attachments_meets_its_bars() {
    let Some(folder) = corpora() else {
        println!("SKIPPED: no corpora; set LAZARET_CORPORA to their folder to measure attachments");
        return;
    };
    let labels = std::fs::read_to_string(folder.join("labels.tsv")).unwrap();
    let mut table: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut slowest = (0.0, String::new());
    for line in labels.lines().skip(1) {
        let mut fields = line.split('\t');
        let (Some(path), Some(label)) = (fields.next(), fields.next()) else { continue };
        let expected = fields.next().unwrap_or_default();
        let Ok(bytes) = std::fs::read(folder.join(path)) else { continue };
        let start = Instant::now();
        let found = inspect(path, &bytes);
        let seconds = start.elapsed().as_secs_f64();
        if seconds > slowest.0 {
            slowest = (seconds, path.to_owned());
        }
        let verdict = found.verdict();
        table.entry(label).or_default()[verdict as usize] += 1;
        let bad = match label {
            "clean" => verdict != FileVerdict::Clean,
            "flag" => verdict == FileVerdict::Clean,
            "robust" => false,
            _ => verdict == FileVerdict::Malicious,
        };
        if bad || std::env::var_os("LAZARET_TELL").is_some_and(|t| t.to_str() == Some(label)) {
            let ids: Vec<&str> =
                found.findings.iter().map(|f| f.id.trim_start_matches("attachment.")).collect();
            let detected = found.attachments.first().map_or("", |a| a.detected.as_str());
            wrong.push(format!("{label} -> {} {path} ({expected}) {detected} {ids:?}", verdict.word()));
        }
    }
    println!("label: clean, suspicious, malicious");
    for (label, row) in &table {
        println!("{label}: {row:?}");
    }
    println!("slowest: {:.0} ms, {}", slowest.0 * 1e3, slowest.1);
    for line in &wrong {
        println!("{line}");
    }
    let row = |label: &str| table.get(label).copied().unwrap_or_default();
    let [quiet, suspicious, malicious] = row("clean");
    let total = (quiet + suspicious + malicious) as f64;
    assert_eq!(malicious, 0, "harmless files called malicious");
    assert!(
        suspicious as f64 <= total * FALSE_ALARMS_PER_THOUSAND / 1e3,
        "{suspicious} of {total} false alarms"
    );
    for label in ["info", "review", "not-malicious"] {
        assert_eq!(row(label)[2], 0, "{label} called malicious");
    }
    let [missed, suspicious, malicious] = row("flag");
    let total = (missed + suspicious + malicious) as f64;
    assert!(missed as f64 <= total * (1.0 - FLAGGED), "{missed} of {total} missed");
}

/// Ordinary mail and genuine notices must be silent about attachments.
#[test]
fn accuracy_of_attachments_in_real_mail() {
    let Some(folder) = corpora() else {
        println!("SKIPPED: no corpora; set LAZARET_CORPORA to their folder to measure attachments");
        return;
    };
    let folder = folder.parent().unwrap();
    let truth = std::fs::read_to_string(folder.join("truth.tsv")).unwrap();
    let mut table: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut loud = Vec::new();
    for line in truth.lines().skip(1) {
        let mut fields = line.split('\t');
        let (Some(path), Some(kind)) = (fields.next(), fields.next()) else { continue };
        let Ok(bytes) = std::fs::read(folder.join(path)) else { continue };
        let limits = Limits::default();
        let parsed = message::parse(&bytes, &limits);
        let found = inspect_message(&parsed.view(), None, &limits);
        let verdict = found.verdict();
        table.entry(kind).or_default()[verdict as usize] += 1;
        if verdict != FileVerdict::Clean {
            let first = found.findings.first().map(|f| f.says.clone()).unwrap_or_default();
            loud.push(format!("{kind} -> {} {path} {first}", verdict.word()));
        }
    }
    println!("kind: clean, suspicious, malicious");
    for (kind, row) in &table {
        println!("{kind}: {row:?}");
    }
    for line in &loud {
        println!("{line}");
    }
    let [quiet, suspicious, malicious] = table.get("ordinary").copied().unwrap_or_default();
    let total = (quiet + suspicious + malicious) as f64;
    assert_eq!(malicious, 0, "ordinary mail called malicious");
    assert!(
        suspicious as f64 <= total * FALSE_ALARMS_PER_THOUSAND / 1e3,
        "{suspicious} of {total} false alarms"
    );
}
