//! Mail that has to be written anew before its files show: encoded as a whole, with carriage returns alone, and what
//! no mail program makes a file of, quoted or numbered.

use lazaret::engine::attachment::FileVerdict;

use crate::files::{base64, ids, mail, mail_with, program, quoted};

/// A mail whose header and body are written by hand.
fn whole(header: &str, body: &str) -> String {
    format!("From: a@example.org\r\nSubject: s\r\nMIME-Version: 1.0\r\n{header}\r\n\r\n{body}")
}

/// A mail with a text and one file.
fn parted(name: &str, bytes: &[u8]) -> String {
    let header = format!(
        "Content-Type: application/octet-stream; name={name}\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename={name}"
    );
    mail_with(&header, &base64(bytes))
}

/// A harmless file of a known type.
fn document() -> Vec<u8> {
    b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\n%%EOF\n".repeat(4)
}

/// The body of a mail.
fn body_of(mail: &str) -> &str {
    mail.split_once("\r\n\r\n").unwrap().1
}

/// The ways to encode a multipart or a message as a whole, around one mail with a file.
fn encoded_as_a_whole(inner: &str) -> Vec<(&'static str, String)> {
    let mixed = "Content-Type: multipart/mixed; boundary=\"b\"";
    let body = body_of(inner);
    let base64_of = |text: &str| base64(text.as_bytes());
    let in_base64 = "\r\nContent-Transfer-Encoding: base64";
    let once = format!("{mixed}{in_base64}\r\n\r\n{}", base64_of(body));
    let nested = format!("--c\r\n{once}\r\n--c--\r\n");
    let outer = format!("Content-Type: multipart/mixed; boundary=c{in_base64}");
    vec![
        ("base64", whole(&format!("{mixed}{in_base64}"), &base64_of(body))),
        (
            "quoted-printable",
            whole(
                &format!("{mixed}\r\nContent-Transfer-Encoding: quoted-printable"),
                &quoted(body.as_bytes()),
            ),
        ),
        (
            "base64, without a boundary",
            whole(&format!("Content-Type: multipart/mixed{in_base64}"), &base64_of(body)),
        ),
        (
            "base64, another boundary",
            whole(&format!("Content-Type: multipart/mixed; boundary=no{in_base64}"), &base64_of(body)),
        ),
        (
            "base64, bare line feeds",
            whole(&format!("{mixed}{in_base64}"), &base64_of(&body.replace("\r\n", "\n"))),
        ),
        ("base64 in base64", whole(&outer, &base64_of(&nested))),
        (
            "base64 in a part",
            mail_with(
                &format!("{}{in_base64}", mixed.replace("\"b\"", "q")),
                &base64_of(&body.replace("--b", "--q")),
            ),
        ),
        (
            "a message of another kind",
            mail_with(&format!("Content-Type: message/news{in_base64}"), &base64_of(inner)),
        ),
    ]
}

#[test]
fn a_multipart_that_is_encoded_as_a_whole_is_read() {
    for (how, raw) in encoded_as_a_whole(&parted("a.exe", &program())) {
        let found = mail(raw.as_bytes());
        assert_eq!(found.verdict(), FileVerdict::Malicious, "{how}: {:?}", ids(&found));
        assert!(
            found.attachments.iter().any(|a| a.name.as_deref() == Some("a.exe")),
            "{how}: {:?}",
            found.attachments
        );
    }
    for (how, raw) in encoded_as_a_whole(&parted("a.pdf", &document())) {
        let found = mail(raw.as_bytes());
        assert_eq!(found.verdict(), FileVerdict::Clean, "{how}: {:?}", ids(&found));
    }
    // However often it is done, the look ends.
    let mut body = body_of(&parted("a.exe", &program())).to_owned();
    for _ in 0..12 {
        body = format!(
            "--b\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
            base64(body.as_bytes())
        );
    }
    assert!(
        mail(whole("Content-Type: multipart/mixed; boundary=\"b\"", &body).as_bytes()).attachments.len() < 9
    );
}

#[test]
fn a_mail_with_carriage_returns_alone_is_read() {
    for (name, bytes, verdict) in
        [("a.exe", program(), FileVerdict::Malicious), ("a.pdf", document(), FileVerdict::Clean)]
    {
        let raw = parted(name, &bytes).replace("\r\n", "\r");
        let found = mail(raw.as_bytes());
        assert_eq!(found.verdict(), verdict, "{name}: {:?}", ids(&found));
        assert!(found.attachments.iter().any(|a| a.name.as_deref() == Some(name)), "{:?}", found.attachments);
        // What is said of it points to the encoded file.
        let hidden = found.findings.iter().find(|f| f.id.starts_with("attachment.mime_")).unwrap();
        let [from, to] = hidden.evidence[0].range;
        assert!(raw[from..to].contains(&base64(&bytes).replace("\r\n", "\r")[..60]), "{:?}", &raw[from..to]);
    }
}

#[test]
fn a_file_that_no_mail_program_makes_is_a_note() {
    let inner = parted("a.exe", &program());
    let behind = |mark: &str, bare: &str, inner: &str| {
        let lines: Vec<String> = inner
            .split("\r\n")
            .map(|line| if line.is_empty() { bare.to_owned() } else { format!("{mark}{line}") })
            .collect();
        whole(
            "Content-Type: text/plain",
            &format!("You wrote:\r\n\r\n{}\r\n\r\nThank you.\r\n", lines.join("\r\n")),
        )
    };
    let numbered: String = base64(&program())
        .split("\r\n")
        .enumerate()
        .map(|(i, line)| format!("{:03}: {line}\r\n", i + 1))
        .collect();
    let text = "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64";
    for (how, raw) in [
        ("quoted", behind("> ", "> ", &inner)),
        ("quoted, bare empty lines", behind("> ", ">", &inner)),
        ("quoted without blanks", behind(">", ">", &inner)),
        ("quoted twice", behind("> > ", "> >", &inner)),
        ("quoted with bars", behind("| ", "|", &inner)),
        ("indented", behind("    ", "", &inner)),
        ("indented by tabs", behind("\t", "", &inner)),
        ("numbered", mail_with(text, &numbered)),
        ("numbered, quoted", behind("> ", ">", &mail_with(text, &numbered))),
    ] {
        let found = mail(raw.as_bytes());
        assert_eq!(found.verdict(), FileVerdict::Clean, "{how}: {:?}", found.findings);
        // The lines of a quoted mail may be numbered, or those of a numbered one quoted; not both.
        let notes = ids(&found).into_iter().filter(|id| *id == "file_as_text").count();
        assert_eq!(notes, usize::from(how != "numbered, quoted"), "{how}: {:?}", found.findings);
    }
    // An answer to a mail with words in it, and one that speaks of base64.
    let words = whole(
        "Content-Type: text/plain",
        "It said:\r\n\r\n> Content-Transfer-Encoding: base64\r\n>\r\n> and nothing else.\r\n",
    );
    for raw in
        [behind("> ", ">", &parted("a.txt", b"only words, and more of them, in a long line\r\n")), words]
    {
        let found = mail(raw.as_bytes());
        assert!(found.findings.is_empty(), "{:?}", found.findings);
    }
}
