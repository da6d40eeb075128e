//! Hostile bytes: every message gets a verdict, within bounds, and what was cut is said.

use jiff::Timestamp;

use super::*;

fn judged(raw: &[u8]) -> Verdict {
    let identities = Identities::new(["me@harbour.example"]);
    let senders = Vec::new();
    judge(
        raw,
        &Context {
            now: Timestamp::UNIX_EPOCH,
            received: None,
            identities: &identities,
            knowledge: &crate::engine::knowledge::NoKnowledge,
            ledger: &NoLedger,
            senders: &senders,
            strictness: Strictness::Normal,
            limits: Limits::default(),
        },
    )
}

fn has(verdict: &Verdict, id: &str) -> bool {
    verdict.findings.iter().any(|f| f.id == id)
}

const HEAD: &str = "From: MAILER-DAEMON@mx.example.com\nTo: me@harbour.example\nSubject: Undelivered Mail\n";

#[test]
fn no_header_block_is_said() {
    for raw in [&b""[..], b"\n\n\n", b"\0\0\0\0", b"only text, no field\n", &[0xff; 4096]] {
        assert!(has(&judged(raw), message::NO_HEADER), "{raw:?}");
    }
}

#[test]
fn a_header_of_ten_megabytes_is_read_or_cut() {
    let one = format!("{HEAD}X-Long: {}\n\ntext\n", "a".repeat(10 << 20));
    let folded = format!("{HEAD}X-Long: {}\n\ntext\n", "a\n ".repeat(3 << 20));
    let many = format!("{HEAD}{}\n\ntext\n", "X-A: b\n".repeat(1 << 20));
    for raw in [one, folded, many] {
        let verdict = judged(raw.as_bytes());
        assert_eq!(verdict.class, Class::Ordinary);
    }
}

#[test]
fn a_hundred_thousand_parts_are_cut_and_it_is_said() {
    let mut raw = format!("{HEAD}Content-Type: multipart/mixed; boundary=b\n\n");
    for _ in 0..100_000 {
        raw.push_str("--b\nContent-Type: text/plain\n\nx\n");
    }
    raw.push_str("--b--\n");
    assert!(has(&judged(raw.as_bytes()), "limit.parts"), "{:?}", judged(raw.as_bytes()).findings);
}

#[test]
fn messages_a_thousand_deep_are_cut_and_it_is_said() {
    let mut raw = String::from(HEAD);
    for _ in 0..1_000 {
        raw.push_str("Content-Type: message/rfc822\n\nFrom: a@example.org\n");
    }
    raw.push_str("\n\ntext\n");
    let verdict = judged(raw.as_bytes());
    assert!(has(&verdict, "limit.nesting"), "{:?}", verdict.findings);
    let mut raw = String::from(HEAD);
    for depth in 0..1_000 {
        raw.push_str(&format!("Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n"));
    }
    assert_eq!(judged(raw.as_bytes()).class, Class::Ordinary);
}

#[test]
fn every_charset_label_leads_to_a_verdict() {
    let labels = [
        "us-ascii", "utf-8", "utf-7", "unicode-1-1-utf-7", "utf-16", "utf-16le", "utf-16be", "utf-32",
        "ucs-2", "iso-8859-1", "iso-8859-2", "iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8",
        "iso-8859-8-i", "iso-8859-9", "iso-8859-13", "iso-8859-15", "iso-8859-16", "windows-1250",
        "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256",
        "windows-1257", "windows-1258", "windows-874", "koi8-r", "koi8-u", "ibm866", "macintosh",
        "x-mac-cyrillic", "iso-2022-jp", "iso-2022-jp-2", "iso-2022-kr", "iso-2022-cn", "shift_jis",
        "euc-jp", "euc-kr", "ks_c_5601-1987", "gb2312", "gbk", "gb18030", "hz-gb-2312", "big5", "big5-hkscs",
        "tis-620", "viscii", "x-user-defined", "unknown-8bit", "x-unknown", "", "\u{1f}", "utf-8\"", "none",
    ];
    for label in labels {
        let raw = [
            format!("{HEAD}Subject: =?{label}?B?//79/Pv6?= =?{label}?Q?=80=FF?=\nContent-Type: text/plain; charset=\"{label}\"\n\n").as_bytes(),
            &(0_u8..=255).collect::<Vec<u8>>(),
        ]
        .concat();
        let verdict = judged(&raw);
        assert!(
            verdict.findings.iter().all(|f| f.evidence.iter().all(|e| e.range[1] <= raw.len())),
            "{label}"
        );
    }
}

#[test]
fn odd_line_ends_and_bytes_are_no_obstacle() {
    let bounce = "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\
        Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; gone@example.org\nAction: failed\nStatus: 5.1.1\n--b--\n";
    let raw = format!("{HEAD}{bounce}");
    for (how, changed) in [
        ("CR LF", raw.replace('\n', "\r\n").into_bytes()),
        ("8-bit header", raw.replace("Undelivered", "Unzustellb\u{e4}r").into_bytes()),
        ("NUL in a header", raw.replace("Undelivered", "Un\0delivered").into_bytes()),
    ] {
        assert!(judged(&changed).notice.is_some(), "{how}");
    }
    // A lone CR is no line end to every reader: a verdict, whichever.
    judged(raw.replace('\n', "\r").as_bytes());
}

/// xorshift64*: the same mutations in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let mixed = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(mixed).unwrap_or(0) % n.max(1)
    }
}

#[test]
fn mutated_mail_gets_a_verdict_whose_evidence_lies_inside() {
    let seeds: Vec<Vec<u8>> =
        crate::demo::messages(Timestamp::UNIX_EPOCH).into_iter().map(|m| m.bytes).collect();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..300 {
        let mut raw = seeds[dice.below(seeds.len())].clone();
        for _ in 0..1 + dice.below(8) {
            let at = dice.below(raw.len());
            match dice.below(6) {
                0 => raw[at] = dice.below(256) as u8,
                1 => raw.truncate(at.max(1)),
                2 => drop(raw.drain(at..raw.len().min(at + dice.below(80)))),
                3 => {
                    let other = &seeds[dice.below(seeds.len())];
                    let from = dice.below(other.len());
                    let piece = other[from..other.len().min(from + dice.below(400))].to_vec();
                    raw.splice(at..at, piece);
                }
                4 => raw.insert(at, b"\n\r\0-:;=\"<"[dice.below(9)]),
                _ => {
                    let end = raw.len().min(at + dice.below(200));
                    let piece = raw[at..end].to_vec();
                    raw.splice(at..at, piece);
                }
            }
            if raw.is_empty() {
                raw.push(b'x');
            }
        }
        let verdict = judged(&raw);
        assert_eq!(verdict, judged(&raw), "the same bytes, the same verdict");
        assert!((0.0..=1.0).contains(&verdict.score));
        for evidence in verdict.findings.iter().flat_map(|f| &f.evidence) {
            assert!(evidence.range[0] <= evidence.range[1] && evidence.range[1] <= raw.len(), "{evidence:?}");
        }
    }
}
