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

/// What a label expects, by words in it, and the findings that fit: one of a row's must be there for each row
/// whose words the label has.
const FITS: &[(&str, &[&str])] = &[
    (
        "executable-content",
        &["executable", "executable_disguised", "executable_foreign", "program_file", "shortcut_command"],
    ),
    (
        "name-or-type-mismatch",
        &["executable", "executable_disguised", "executable_foreign", "shortcut_command"],
    ),
    ("double-extension", &["name_double_extension"]),
    ("padded-name", &["name_padded"]),
    ("executable-extension", &["executable_name"]),
    ("active-content-under-other-name", &["script_disguised"]),
    (
        "active-script-or-shortcut",
        &["script", "shortcut", "shortcut_web", "shortcut_command", "registry_file"],
    ),
    (
        "executable-or-active-inside",
        &[
            "executable", "executable_disguised", "executable_embedded", "executable_foreign",
            "program_file", "script", "shortcut_command", "runnable_file",
        ],
    ),
    ("embedded lnk/exe", &["embedded_script", "embedded_command", "executable_embedded"]),
    ("encrypted-archive", &["encrypted", "encrypted_program", "encrypted_password_sent"]),
    ("password-in-body", &["encrypted_password_sent"]),
    ("eicar", &["antivirus_test"]),
    ("dde", &["dde"]),
    ("xlm-macro", &["macro_xlm"]),
    ("template", &["remote_template"]),
    ("equation-editor", &["equation_object"]),
    ("svg-script", &["svg_script"]),
    ("html-smuggling", &["html_smuggling"]),
    ("html-credential-form", &["html_password_form"]),
    ("pdf-launch", &["pdf_launch"]),
    ("pdf-javascript", &["pdf_javascript_open"]),
];

/// Whether findings fit what a label expects; an expectation without a row is a mistake of the table.
fn fits(expected: &str, ids: &[&str]) -> bool {
    let apart = |at: Option<u8>| at.is_none_or(|b| !b.is_ascii_alphanumeric());
    let has = |words: &str| {
        let bytes = expected.as_bytes();
        expected.match_indices(words).any(|(at, _)| {
            apart(at.checked_sub(1).map(|i| bytes[i])) && apart(bytes.get(at + words.len()).copied())
        })
    };
    let mut rows = FITS.iter().filter(|(words, _)| has(words)).peekable();
    assert!(rows.peek().is_some(), "no row says what fits “{expected}”");
    rows.all(|(_, fitting)| ids.iter().any(|id| fitting.contains(id)))
}

fn corpora() -> Option<PathBuf> {
    let folder = std::env::var_os("LAZARET_CORPORA").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora"));
    folder.join("attachments/labels.tsv").is_file().then(|| folder.join("attachments"))
}

fn inspect(path: &str, bytes: &[u8]) -> Inspected {
    let limits = Limits::default();
    if path.ends_with(".eml") {
        let parsed = message::parse(bytes, &limits);
        return inspect_message(&parsed.view(), &limits);
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
    let mut unfit = 0;
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
        let ids: Vec<&str> = found.findings.iter().map(|f| f.id.trim_start_matches("attachment.")).collect();
        let fit = label != "flag" || fits(expected, &ids);
        unfit += usize::from(!fit);
        let bad = match label {
            _ if !fit => true,
            "clean" => verdict != FileVerdict::Clean,
            "flag" => verdict == FileVerdict::Clean,
            "robust" => false,
            _ => verdict == FileVerdict::Malicious,
        };
        if bad || std::env::var_os("LAZARET_TELL").is_some_and(|t| t.to_str() == Some(label)) {
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
    println!("flagged for what the label expects: all but {unfit} of {total}");
    assert!(unfit as f64 <= total * (1.0 - FLAGGED), "{unfit} of {total} flagged for something else");
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
        let found = inspect_message(&parsed.view(), &limits);
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

/// Names of one type, and types that `file` gives where it knows only the kind: ours, then its words.
const SAME: &[(&str, &[&str])] = &[
    ("application/vnd.rar", &["application/x-rar"]),
    ("application/encrypted-office", &["application/encrypted"]),
    (
        "application/x-ole-storage",
        &["application/vnd.ms-office", "application/x-hwp", "application/vnd.ms-excel"],
    ),
    ("application/vnd.ms-publisher", &["application/vnd.ms-office", "application/x-ole-storage"]),
    ("application/vnd.ms-powerpoint", &["application/x-ole-storage", "application/vnd.ms-office"]),
    ("application/vnd.ms-outlook", &["application/x-ole-storage"]),
    ("application/msword", &["application/x-ole-storage", "text/xml"]),
    ("application/vnd.ms-excel", &["application/x-ole-storage", "text/xml"]),
    ("application/x-mswrite", &["application/msword"]),
    (
        "application/vnd.ms-excel.sheet.binary.macroenabled.12",
        &["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    ),
    ("application/java-vm", &["application/x-java-applet"]),
    ("application/x-bat", &["text/x-msdos-batch"]),
    ("application/x-sh", &["text/x-shellscript"]),
    ("application/mp4", &["video/mp4"]),
    ("application/vnd.ms-asf", &["video/x-ms-asf"]),
    ("application/x-ebml", &["video/webm"]),
    ("audio/vnd.wave", &["audio/x-wav"]),
    ("audio/opus", &["audio/ogg"]),
    ("application/x-dwg", &["image/vnd.dwg"]),
    ("image/apng", &["image/png"]),
    ("image/x-portable-graymap", &["image/x-portable-greymap"]),
    ("image/svg+xml", &["text/xml"]),
    ("text/html", &["text/xml"]),
    ("text/javascript", &["application/javascript"]),
    ("text/x-python", &["text/x-script.python"]),
    ("application/pgp", &["application/pgp-keys"]),
    ("application/x-empty", &["inode/x-empty"]),
    (
        "application/x-executable",
        &["application/x-pie-executable", "application/x-executable, no program header"],
    ),
    ("application/vnd.oasis.opendocument.base", &["application/vnd.oasis.opendocument.database"]),
    // A kind of text that acts no other way than text does.
    (
        "text/plain",
        &[
            "text/x-c", "text/x-ruby", "text/x-java", "text/vtt", "application/x-subrip", "application/warc",
            "application/x-ia-arc", "application/json", "application/x-ndjson", "text/csv",
        ],
    ),
];
/// What `file` says where it knows no more; whatever we know then is no disagreement.
const UNKNOWING: &[(&str, &str)] = &[
    ("application/octet-stream", ""),
    ("application/zip", "application/"),
    ("text/plain", "text/"),
    ("text/plain", "message/"),
    ("text/plain", "application/x-eicar"),
    ("text/plain", "application/json"),
];
/// Disagreements in which `file` is wrong: ours, its word, and why.
const FILE_IS_WRONG: &[(&str, &str, &str)] = &[
    (
        "image/vnd.microsoft.icon",
        "image/x-tga",
        "an icon has 00 00 01 00 and a table of sizes; TGA has no signature",
    ),
    ("text/plain", "text/html", "text that quotes a tag somewhere is no page: nothing renders it as one"),
    ("message/rfc822", "text/html", "a mailbox of mails whose text quotes HTML begins with a mail's header"),
    (
        "application/octet-stream",
        "application/x-dbase-index",
        "the second volume of an archive has no signature at all",
    ),
    ("application/octet-stream", "text/plain", "an image of a disk that is nearly all zeros is no text"),
    (
        "application/octet-stream",
        "application/x-apple-diskimage",
        "a trailer of that name without the image it speaks of",
    ),
    ("application/octet-stream", "font/x-amiga-font", "two bytes in a dump of drawing records"),
    ("application/octet-stream", "image/x-tga", "TGA has no signature; the bytes fit many things"),
    (
        "application/x-tar",
        "application/vnd.gentoo.gpkg",
        "a tar archive by its form; the package is a use of it",
    ),
];
/// Share of the files whose types must agree.
const AGREEING: f64 = 0.98;

/// Types must agree with those of file(1), as far as both know them.
#[test]
fn accuracy_of_types_against_file() {
    let Some(folder) = corpora() else {
        println!("SKIPPED: no corpora; set LAZARET_CORPORA to their folder to measure types");
        return;
    };
    let labels = std::fs::read_to_string(folder.join("labels.tsv")).unwrap();
    let paths: Vec<&str> = labels
        .lines()
        .skip(1)
        .filter_map(|l| l.split('\t').next())
        .filter(|p| !p.ends_with(".eml") && folder.join(p).is_file())
        .collect();
    let mut command = std::process::Command::new("file");
    let output = command
        .args(["-N", "--mime-type", "--separator", "\u{1}"])
        .args(&paths)
        .current_dir(&folder)
        .output();
    let Ok(output) = output else {
        println!("SKIPPED: the program `file` is not installed");
        return;
    };
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    let theirs: BTreeMap<&str, &str> =
        answer.lines().filter_map(|l| l.split_once('\u{1}')).map(|(p, t)| (p, t.trim())).collect();
    let (mut agreeing, mut total) = (0, 0);
    for path in paths {
        let Some(&its) = theirs.get(path) else { continue };
        let Ok(bytes) = std::fs::read(folder.join(path)) else { continue };
        let found = inspect(path, &bytes);
        let ours = found.attachments[0].detected.as_str();
        total += 1;
        let same = ours == its
            || SAME.iter().any(|(o, others)| *o == ours && others.contains(&its))
            || UNKNOWING.iter().any(|(t, ours_begins)| *t == its && ours.starts_with(ours_begins));
        if same {
            agreeing += 1;
        } else {
            let why = FILE_IS_WRONG.iter().find(|(o, t, _)| *o == ours && *t == its);
            let why = why
                .map_or_else(|| "file knows more".to_owned(), |(_, _, why)| format!("file is wrong: {why}"));
            println!("{path}: ours {ours}, file {its} ({why})");
        }
    }
    println!("{agreeing} of {total} types agree with file(1)");
    assert!(total > 0, "file(1) gave no answer");
    assert!(f64::from(agreeing) >= f64::from(total) * AGREEING);
}
