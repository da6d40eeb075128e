//! Worms that pose as a bounce, whole and with their program taken out.

use super::*;

/// A mail with this text and an attachment of this name and content.
fn with(from: &str, subject: &str, text: &str, name: &str, content: &str) -> String {
    format!(
        "From: {from}\nTo: {ME}\nSubject: {subject}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\n{text}\n--b\nContent-Type: application/octet-stream; name=\"{name}\"\n\
         Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"{name}\"\n\n{content}\n--b--\n"
    )
}

/// The head of a program for Windows, long enough to be told from nothing, and a ZIP archive whose only entry is a
/// program by its name.
const PROGRAM: &str = "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAgAAAAA4fug4AtAnNIbgBTM0h\nVGhpcyBwcm9ncmFtIGNhbm5vdCBiZSBydW4gaW4gRE9TIG1vZGUuDQ0KJAAAAAAAAAA=";

fn archive() -> String {
    let name = b"message.txt                              .scr";
    let body = b"MZ not much of a program, but long enough to stand for one in a test of names";
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    let mut bytes = b"PK\x03\x04\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    bytes.extend(length);
    bytes.extend(length);
    bytes.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
    bytes.extend([0, 0]);
    bytes.extend(name);
    bytes.extend(body);
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// From, subject and text as such worms have them.
const SHAPES: &[(&str, &str, &str)] = &[
    (
        "postmaster@example.net",
        "Mail Delivery System",
        "Mail transaction failed. Partial message is available.",
    ),
    (
        "kim@example.org",
        "test",
        "The message contains Unicode characters and has been sent as a binary attachment.",
    ),
    (
        "pat@example.com",
        "Status",
        "The message cannot be represented in 7-bit ASCII encoding and has been sent as a binary attachment.",
    ),
    (
        "Mail Delivery Subsystem <MAILER-DAEMON@example.org>",
        "Returned mail: Data format error",
        "The original message was received from [192.0.2.5]\n\n----- The following addresses had permanent fatal errors -----\n<me@harbour.example>\n\n----- Transcript of session follows -----\n... while talking to host example.org:\n550 5.1.2 <me@harbour.example>... Host unknown",
    ),
    (
        "robin@example.net",
        "Mail Delivery (failure me@harbour.example)",
        "If the message will not displayed automatically,\nfollow the link to read the delivered message.\n\nReceived message is available at:\nwww.harbour.example/inbox/me/read.php?sessionid-123\n",
    ),
    (
        "staff@harbour.example",
        "Notify about your e-mail account utilization.",
        "Dear user of harbour.example,\n\nYour e-mail account has been temporary disabled because of unauthorized access.\n\nFor more information see the attached file.",
    ),
    ("admin@harbour.example", "Delivery Error", "Modified message has been sent as a binary attachment."),
    (
        "postmaster@example.de",
        "Mailzustellung fehlgeschlagen",
        "Ihre Mail konnte nicht zugestellt werden. Weitere Informationen im Anhang.",
    ),
];

#[test]
fn a_worm_that_poses_as_a_bounce_is_malicious_and_no_bounce() {
    let archive = archive();
    for (from, subject, text) in SHAPES {
        for (name, content) in
            [("document.pif", PROGRAM), ("message.zip", archive.as_str()), ("readme.txt.scr", PROGRAM)]
        {
            let verdict = judged(&with(from, subject, text, name, content));
            assert_eq!(verdict.class, Class::Malicious, "{subject} {name}: {:?}", verdict.findings);
            assert!(verdict.notice.is_none(), "{subject} {name}");
            let worm = verdict.findings.iter().find(|f| f.id == "fake.worm");
            assert!(worm.is_some_and(|w| !w.evidence.is_empty()), "{subject} {name}: {:?}", verdict.findings);
        }
    }
}

#[test]
fn a_worm_without_its_program_is_a_fake() {
    // "The attached file was removed: virus found."
    let note = "VGhlIGF0dGFjaGVkIGZpbGUgd2FzIHJlbW92ZWQ6IHZpcnVzIGZvdW5kLg==";
    for (from, subject, text) in &SHAPES[..3] {
        for raw in [
            with(from, subject, text, "document.zip", ""),
            with(from, subject, text, "VirusWarning.txt", note),
            mail("", from, subject, "text/plain", text),
        ] {
            let verdict = judged(&raw);
            assert_eq!(verdict.class, Class::FakeBounce, "{subject}: {:?}", verdict.findings);
            assert!(verdict.findings.iter().any(|f| f.id == "fake.worm_words"));
            assert!(verdict.notice.is_none());
        }
    }
}

#[test]
fn talk_about_worms_and_mail_with_files_are_no_worms() {
    let quote = "Hello,\n\nI got one that says \"Mail transaction failed. Partial message is available.\" today. What is it?\n";
    let answer =
        mail("In-Reply-To: <a@harbour.example>\n", "kim@example.org", "Re: worms", "text/plain", quote);
    assert_eq!(judged(&answer).class, Class::Ordinary);
    let minutes = with(
        "kim@example.org",
        "Minutes",
        "The minutes are attached, see the attached file for details.",
        "minutes.txt",
        "SGVsbG8=",
    );
    assert_eq!(judged(&minutes).class, Class::Ordinary);
}
