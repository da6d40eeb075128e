//! Mails that hide a program from some readers: each rule of RFC 2045, 2046, 2047, 2183 and 2231 broken in
//! the ways that mail programs forgive.

use lazaret::engine::attachment::FileVerdict;

use crate::files::{base64, mail, mail_with, program, quoted, uuencode};

/// Share of the tricks in which the program must be found.
const FOUND: f64 = 0.92;

fn octets(extra: &str) -> String {
    format!(
        "Content-Type: application/octet-stream; name=\"a.exe\"\r\nContent-Transfer-Encoding: base64{extra}"
    )
}

/// A mail whose header and multipart are written by hand.
fn whole(header: &str, body: &str) -> String {
    format!("From: a@example.org\r\nSubject: s\r\nMIME-Version: 1.0\r\n{header}\r\n\r\n{body}")
}

fn tricks() -> Vec<(&'static str, String)> {
    let data = base64(&program());
    let one_line = data.replace("\r\n", "");
    let part = format!("{}\r\n\r\n{data}\r\n", octets(""));
    let multipart = |boundary: &str, used: &str, close: &str| {
        whole(
            &format!("Content-Type: multipart/mixed; {boundary}"),
            &format!(
                "--{used}\r\nContent-Type: text/plain\r\n\r\nhello\r\n--{used}\r\n{part}--{used}{close}\r\n"
            ),
        )
    };
    let coded = |encoding: &str, body: &str| {
        mail_with(&format!("Content-Type: application/octet-stream; name=\"a.exe\"\r\n{encoding}"), body)
    };
    let mut out: Vec<(&str, String)> = vec![
        ("plain", mail_with(&octets(""), &data)),
        // RFC 2045 §5: Content-Type.
        ("two types, text first", mail_with(&format!("Content-Type: text/plain\r\n{}", octets("")), &data)),
        ("two types, text last", mail_with(&format!("{}\r\nContent-Type: text/plain", octets("")), &data)),
        (
            "type without subtype",
            mail_with("Content-Type: application\r\nContent-Transfer-Encoding: base64", &data),
        ),
        (
            "type with a comment",
            mail_with(
                "Content-Type: application (x) / (y) octet-stream; name=a.exe\r\nContent-Transfer-Encoding: base64",
                &data,
            ),
        ),
        ("empty type", mail_with("Content-Type: \r\nContent-Transfer-Encoding: base64", &data)),
        ("unknown type", mail_with("Content-Type: foo/bar\r\nContent-Transfer-Encoding: base64", &data)),
        (
            "type folded on each token",
            mail_with(
                "Content-Type:\r\n application/\r\n octet-stream;\r\n name=\r\n a.exe\r\nContent-Transfer-Encoding: base64",
                &data,
            ),
        ),
        (
            "blank before the colon",
            mail_with("Content-Type : application/octet-stream\r\nContent-Transfer-Encoding : base64", &data),
        ),
        (
            "declared as text",
            mail_with("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64", &data),
        ),
        (
            "declared as a page",
            mail_with("Content-Type: text/html\r\nContent-Transfer-Encoding: base64", &data),
        ),
        (
            "declared as a message",
            mail_with("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64", &data),
        ),
        (
            "declared as a multipart",
            mail_with(
                "Content-Type: multipart/mixed; boundary=zz\r\nContent-Transfer-Encoding: base64",
                &data,
            ),
        ),
        (
            "declared as a delivery status",
            mail_with("Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64", &data),
        ),
        (
            "declared as external",
            mail_with(
                "Content-Type: message/external-body; access-type=x\r\nContent-Transfer-Encoding: base64",
                &data,
            ),
        ),
        (
            "declared as a piece",
            mail_with(
                "Content-Type: message/partial; id=x; number=1\r\nContent-Transfer-Encoding: base64",
                &data,
            ),
        ),
        // RFC 2045 §6: Content-Transfer-Encoding.
        ("encoding missing", coded("X-A: b", &data)),
        ("encoding in capitals", coded("Content-Transfer-Encoding: BASE64", &data)),
        ("encoding quoted", coded("Content-Transfer-Encoding: \"base64\"", &data)),
        ("encoding with a comment before", coded("Content-Transfer-Encoding: (c) base64", &data)),
        ("encoding with a comment behind", coded("Content-Transfer-Encoding: base64 (c)", &data)),
        ("encoding with a parameter", coded("Content-Transfer-Encoding: base64; x=y", &data)),
        ("encoding with blanks", coded("Content-Transfer-Encoding:    base64   ", &data)),
        ("encoding folded", coded("Content-Transfer-Encoding:\r\n base64", &data)),
        ("encoding misspelt", coded("Content-Transfer-Encoding: base-64", &data)),
        ("encoding x-base64", coded("Content-Transfer-Encoding: x-base64", &data)),
        ("encoding unknown", coded("Content-Transfer-Encoding: foo", &data)),
        ("encoding 7bit", coded("Content-Transfer-Encoding: 7bit", &data)),
        ("encoding 8bit", coded("Content-Transfer-Encoding: 8bit", &data)),
        ("encoding binary", coded("Content-Transfer-Encoding: binary", &data)),
        (
            "two encodings, false first",
            coded("Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64", &data),
        ),
        (
            "two encodings, false last",
            coded("Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit", &data),
        ),
        (
            "two encodings, quoted-printable last",
            coded("Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: quoted-printable", &data),
        ),
        (
            "quoted-printable declared, base64 written",
            coded("Content-Transfer-Encoding: quoted-printable", &data),
        ),
        (
            "base64 declared, quoted-printable written",
            coded("Content-Transfer-Encoding: base64", &quoted(&program())),
        ),
        ("quoted-printable", coded("Content-Transfer-Encoding: quoted-printable", &quoted(&program()))),
        ("quoted-printable undeclared", coded("X-A: b", &quoted(&program()))),
        (
            "quoted-printable in small letters",
            coded(
                "Content-Transfer-Encoding: quoted-printable",
                &quoted(&program()).to_lowercase().replace("mz", "MZ").replace("pe", "PE"),
            ),
        ),
        (
            "quoted-printable with blanks before breaks",
            coded(
                "Content-Transfer-Encoding: quoted-printable",
                &quoted(&program()).replace("=\r\n", "= \t\r\n"),
            ),
        ),
        ("uuencode declared", coded("Content-Transfer-Encoding: x-uuencode", &uuencode("a.exe", &program()))),
        ("uuencode undeclared", coded("X-A: b", &uuencode("a.exe", &program()))),
        (
            "uuencode with base64 declared",
            coded("Content-Transfer-Encoding: base64", &uuencode("a.exe", &program())),
        ),
        // RFC 2045 §6.8: base64 itself.
        ("base64 on one line", coded("Content-Transfer-Encoding: base64", &one_line)),
        (
            "base64 with empty lines",
            coded("Content-Transfer-Encoding: base64", &data.replace("\r\n", "\r\n\r\n")),
        ),
        ("base64 with blanks", coded("Content-Transfer-Encoding: base64", &data.replace("\r\n", " \r\n\t"))),
        (
            "base64 with foreign characters",
            coded("Content-Transfer-Encoding: base64", &data.replace("\r\n", "*\r\n")),
        ),
        (
            "base64 with a foreign line first",
            coded("Content-Transfer-Encoding: base64", &format!("!!!!\r\n{data}")),
        ),
        (
            "base64 with a line of prose first",
            coded("Content-Transfer-Encoding: base64", &format!("This is a line of prose.\r\n\r\n{data}")),
        ),
        (
            "base64 with a full stop in the middle",
            coded("Content-Transfer-Encoding: base64", &data.replacen("AAAA\r\n", "AAAA.\r\n", 1)),
        ),
        (
            "base64 with a foreign character in every group",
            coded(
                "Content-Transfer-Encoding: base64",
                &data
                    .as_bytes()
                    .chunks(3)
                    .map(|c| String::from_utf8_lossy(c).into_owned())
                    .collect::<Vec<_>>()
                    .join("*"),
            ),
        ),
        (
            "base64 with a blank behind every character",
            coded(
                "Content-Transfer-Encoding: base64",
                &one_line.chars().map(|c| format!("{c} ")).collect::<String>(),
            ),
        ),
        (
            "base64 with comments",
            coded("Content-Transfer-Encoding: base64", &data.replace("\r\n", "\r\n(!)\r\n")),
        ),
        (
            "base64 with dots before lines",
            coded("Content-Transfer-Encoding: base64", &data.replace("\r\n", "\r\n..")),
        ),
        (
            "base64 quoted as a reply",
            coded("Content-Transfer-Encoding: 7bit", &data.replace("\r\n", "\r\n> ")),
        ),
        (
            "base64 in lines of 75",
            coded(
                "Content-Transfer-Encoding: 7bit",
                &one_line
                    .as_bytes()
                    .chunks(75)
                    .map(|c| String::from_utf8_lossy(c).into_owned())
                    .collect::<Vec<_>>()
                    .join("\r\n"),
            ),
        ),
        ("base64 without padding", coded("Content-Transfer-Encoding: base64", data.trim_end_matches('='))),
        ("base64 with too much padding", coded("Content-Transfer-Encoding: base64", &format!("{data}====="))),
        (
            "base64 behind an empty group",
            coded("Content-Transfer-Encoding: base64", &format!("====\r\n{data}")),
        ),
        (
            "base64 in small lines",
            coded(
                "Content-Transfer-Encoding: base64",
                &one_line
                    .as_bytes()
                    .chunks(4)
                    .map(|c| String::from_utf8_lossy(c).into_owned())
                    .collect::<Vec<_>>()
                    .join("\r\n"),
            ),
        ),
        (
            "base64 in pieces with padding",
            coded(
                "Content-Transfer-Encoding: base64",
                &program().chunks(100).map(base64).collect::<Vec<_>>().join("\r\n"),
            ),
        ),
        (
            "base64 with a byte order mark",
            coded("Content-Transfer-Encoding: base64", &format!("\u{feff}{data}")),
        ),
        // RFC 2046 §5.1: multiparts.
        ("boundary quoted", multipart("boundary=\"x y\"", "x y", "--")),
        ("boundary without quotes", multipart("boundary=xy", "xy", "--")),
        ("boundary with blanks around", multipart("boundary = \"xy\" ", "xy", "--")),
        ("boundary missing", multipart("charset=x", "xy", "--")),
        ("boundary empty", multipart("boundary=\"\"", "", "--")),
        ("two boundaries, false first", multipart("boundary=no; boundary=xy", "xy", "--")),
        ("two boundaries, false last", multipart("boundary=xy; boundary=no", "xy", "--")),
        ("boundary in RFC 2231 form", multipart("boundary*=us-ascii''xy", "xy", "--")),
        ("boundary in RFC 2231 pieces", multipart("boundary*0=x; boundary*1=y", "xy", "--")),
        ("boundary with a comment", multipart("boundary=xy (c)", "xy", "--")),
        ("boundary with an unclosed quote", multipart("boundary=\"xy", "xy", "--")),
        ("boundary in single quotes", multipart("boundary='xy'", "xy", "--")),
        ("boundary never used", multipart("boundary=no", "xy", "--")),
        ("no closing boundary", multipart("boundary=xy", "xy", "")),
        (
            "multipart without a header",
            format!("From: a@example.org\r\nSubject: s\r\n\r\n--xy\r\n{part}--xy--\r\n"),
        ),
        (
            "multipart declared twice",
            whole(
                "Content-Type: multipart/mixed; boundary=no\r\nContent-Type: multipart/mixed; boundary=xy",
                &format!("--xy\r\n{part}--xy--\r\n"),
            ),
        ),
        (
            "multipart and text declared",
            whole(
                "Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=xy",
                &format!("--xy\r\n{part}--xy--\r\n"),
            ),
        ),
        (
            "multipart in base64",
            whole(
                "Content-Type: multipart/mixed; boundary=xy\r\nContent-Transfer-Encoding: base64",
                &format!("--xy\r\n{part}--xy--\r\n"),
            ),
        ),
        (
            "in the preamble",
            whole(
                "Content-Type: multipart/mixed; boundary=xy",
                &format!("{part}\r\n--xy\r\n\r\nhello\r\n--xy--\r\n"),
            ),
        ),
        (
            "in the epilogue",
            whole(
                "Content-Type: multipart/mixed; boundary=xy",
                &format!("--xy\r\n\r\nhello\r\n--xy--\r\n{part}"),
            ),
        ),
        (
            "after a closing boundary",
            whole(
                "Content-Type: multipart/mixed; boundary=xy",
                &format!("--xy\r\n\r\nhello\r\n--xy--\r\n--xy\r\n{part}--xy--\r\n"),
            ),
        ),
        (
            "boundary that begins another",
            whole(
                "Content-Type: multipart/mixed; boundary=x",
                &format!("--x\r\n\r\nhello\r\n--xy\r\n{part}--x--\r\n"),
            ),
        ),
        ("boundary with trailing blanks", multipart("boundary=xy", "xy  \t", "--")),
        (
            "boundary not at the start of a line",
            whole(
                "Content-Type: multipart/mixed; boundary=xy",
                &format!("--xy\r\n\r\nhello\r\n --xy\r\n{part}--xy--\r\n"),
            ),
        ),
        (
            "inner boundary equals the outer",
            whole(
                "Content-Type: multipart/mixed; boundary=xy",
                &format!(
                    "--xy\r\nContent-Type: multipart/mixed; boundary=xy\r\n\r\n--xy\r\n{part}--xy--\r\n"
                ),
            ),
        ),
        (
            "multipart deep inside",
            whole(
                "Content-Type: multipart/mixed; boundary=a",
                &format!(
                    "--a\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: multipart/related; boundary=d\r\n\r\n--d\r\n{part}--d--\r\n--c--\r\n--a--\r\n"
                ),
            ),
        ),
        (
            "header without an empty line behind",
            whole(
                "Content-Type: multipart/mixed; boundary=xy",
                &format!("--xy\r\n{}\r\n{data}\r\n--xy--\r\n", octets("")),
            ),
        ),
        ("header with a line of garbage", mail_with(&format!("garbage\r\n{}", octets("")), &data)),
        ("header with a bare carriage return", mail_with(&octets("").replace("\r\n", "\r"), &data)),
        ("header behind an empty field", mail_with(&format!(":\r\n{}", octets("")), &data)),
        ("header with NUL", mail_with(&octets("\0"), &data)),
        ("bare line feeds", mail_with(&octets(""), &data).replace("\r\n", "\n")),
        ("mixed line ends", mail_with(&octets(""), &data).replace("\r\n\r\n", "\n\n")),
        // RFC 2183 and 2231: names.
        ("inline", mail_with(&octets("\r\nContent-Disposition: inline"), &data)),
        (
            "two dispositions",
            mail_with(
                &octets("\r\nContent-Disposition: inline\r\nContent-Disposition: attachment; filename=a.txt"),
                &data,
            ),
        ),
        (
            "name in pieces",
            mail_with(&octets("\r\nContent-Disposition: attachment; filename*0=a; filename*1=.exe"), &data),
        ),
        (
            "name in RFC 2231 form",
            mail_with(&octets("\r\nContent-Disposition: attachment; filename*=utf-8''a%2Eexe"), &data),
        ),
        (
            "name as an encoded word",
            mail_with(
                &octets("\r\nContent-Disposition: attachment; filename=\"=?utf-8?B?YS5leGU=?=\""),
                &data,
            ),
        ),
        // Messages.
        (
            "the only part",
            whole("Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64", &data),
        ),
        ("no MIME-Version", format!("From: a@example.org\r\n{}\r\n\r\n{data}", octets(""))),
        (
            "in a message inside",
            mail_with(
                "Content-Type: message/rfc822",
                &mail_with(&octets(""), &data).replace("--b", "--q").replace("\"b\"", "\"q\""),
            ),
        ),
        (
            "in a message inside, in base64",
            mail_with(
                "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64",
                &base64(mail_with(&octets(""), &data).as_bytes()),
            ),
        ),
        (
            "quoted in a text bounce",
            whole(
                "Content-Type: text/plain",
                &format!("The mail below was not delivered.\r\n\r\n{}", mail_with(&octets(""), &data)),
            ),
        ),
        ("in plain text", whole("Content-Type: text/plain", &format!("See here:\r\n\r\n{data}\r\n"))),
        (
            "uuencode in plain text",
            whole("Content-Type: text/plain", &format!("See here:\r\n\r\n{}", uuencode("a.exe", &program()))),
        ),
        ("no header at all", format!("\r\n{data}\r\n")),
    ];
    // The same with the message folded to bare line feeds, for those that turn on line ends.
    let again: Vec<(&str, String)> = out
        .iter()
        .filter(|(n, _)| n.starts_with("boundary"))
        .map(|(n, m)| (*n, m.replace("\r\n", "\n")))
        .collect();
    out.extend(again);
    out
}

#[test]
fn programs_hidden_by_broken_mime_are_found() {
    let tricks = tricks();
    let total = tricks.len();
    let missed: Vec<&str> = tricks
        .iter()
        .filter(|(_, raw)| mail(raw.as_bytes()).verdict() != FileVerdict::Malicious)
        .map(|(name, _)| *name)
        .collect();
    println!("{} of {total} tricks found; missed: {missed:#?}", total - missed.len());
    assert!(total > 100);
    assert!((total - missed.len()) as f64 >= total as f64 * FOUND, "missed: {missed:#?}");
}
