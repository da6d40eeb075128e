//! A bounce storm: one forged campaign, returned by sixty servers within two days.

use super::{Clock, DemoFolder, DemoMessage, ME, received, rfc5322};
use crate::engine::Class;

/// How many notices the storm has.
pub(super) const SIZE: usize = 60;

/// The campaign that somebody sent in the demo person's name.
const SUBJECT: &str = "Cheap tablets, no questions";
const MAILER: &str = "BulkBlaster 7.1";

/// Local parts that the campaign guessed.
const GUESSED: &[&str] =
    &["anna", "info", "m.weber", "sales", "webmaster", "jean", "kato", "olga", "support", "t.silva"];
/// Domains that accept mail first and check later.
const DOMAINS: &[&str] = &[
    "example.com", "example.net", "example.org", "firma.example", "societe.example", "empresa.example",
    "kaisha.example", "zavod.example", "school.example", "shop.example", "club.example", "clinic.example",
];
/// What servers say in their text part, and in the diagnostic.
const WORDS: &[(&str, &str, &str)] = &[
    (
        "This is the mail system at host {mx}.\r\n\r\nI'm sorry to have to inform you that your message could not\r\nbe delivered to one or more recipients.",
        "5.1.1",
        "550 5.1.1 <{to}>: Recipient address rejected: User unknown",
    ),
    (
        "Ihre Nachricht konnte nicht zugestellt werden.",
        "5.1.1",
        "550 5.1.1 Empfaenger unbekannt: user unknown",
    ),
    ("Votre message n'a pas pu \u{ea}tre remis.", "5.2.2", "552 5.2.2 mailbox full"),
    ("No se ha podido entregar su mensaje.", "5.7.1", "554 5.7.1 message looks like spam"),
    (
        "\u{304a}\u{9001}\u{308a}\u{306e}\u{30e1}\u{30fc}\u{30eb}\u{306f}\u{914d}\u{9054}\u{3067}\u{304d}\u{307e}\u{305b}\u{3093}\u{3067}\u{3057}\u{305f}\u{3002}",
        "5.1.1",
        "550 5.1.1 no such user",
    ),
    (
        "\u{421}\u{43e}\u{43e}\u{431}\u{449}\u{435}\u{43d}\u{438}\u{435} \u{43d}\u{435} \u{434}\u{43e}\u{441}\u{442}\u{430}\u{432}\u{43b}\u{435}\u{43d}\u{43e}.",
        "5.1.1",
        "550 5.1.1 user not found",
    ),
];
const SUBJECTS: &[&str] = &[
    "Undelivered Mail Returned to Sender",
    "Mail delivery failed: returning message to sender",
    "Delivery Status Notification (Failure)",
    "failure notice",
    "Undeliverable: Cheap tablets, no questions",
];

/// The storm's notices.
pub(super) fn messages(clock: &Clock) -> Vec<DemoMessage> {
    (0..SIZE).map(|number| notice(clock, number)).collect()
}

/// The element of a table for a number, going round.
fn pick<T>(table: &'static [T], number: usize) -> Option<&'static T> {
    table.get(number.checked_rem(table.len())?)
}

fn notice(clock: &Clock, number: usize) -> DemoMessage {
    let minutes = i64::try_from(number).unwrap_or(0);
    let at = clock.ago(1, 2_000 - 31 * minutes);
    let forged_at = clock.ago(1, 2_000 - 31 * minutes + 4 + minutes % 7);
    let local = pick(GUESSED, number).copied().unwrap_or("info");
    let domain = pick(DOMAINS, number * 7 + number / 12).copied().unwrap_or("example.com");
    let to = format!("{local}{}@{domain}", if number < 10 { String::new() } else { number.to_string() });
    let mx = format!("mx{}.{domain}", number % 3 + 1);
    let (text, status, diagnostic) = pick(WORDS, number).copied().unwrap_or(("", "5.0.0", ""));
    let text = text.replace("{mx}", &mx);
    let diagnostic = diagnostic.replace("{to}", &to);
    let subject = pick(SUBJECTS, number).copied().unwrap_or("failure notice");
    let (date, forged) = (rfc5322(at), rfc5322(forged_at));
    let bytes = format!(
        "{}Return-Path: <>\r\nMessage-ID: <n{number}.{:x}@{mx}>\r\nDate: {date}\r\nFrom: Mail Delivery System <MAILER-DAEMON@{mx}>\r\nTo: {ME}\r\nSubject: {subject}\r\n\
         Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"=_r{number}\"\r\n\r\n\
         --=_r{number}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n\
         --=_r{number}\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; {mx}\r\nArrival-Date: {date}\r\n\r\n\
         Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {diagnostic}\r\n\
         --=_r{number}\r\nContent-Type: text/rfc822-headers\r\n\r\n\
         Received: from dialin.pool.test (dialin{number}.pool.test [203.0.113.{}])\r\n\tby {mx} with SMTP; {forged}\r\n\
         Message-ID: <{number:04}.{:x}@harbour.example>\r\nDate: {forged}\r\nFrom: Alex <{ME}>\r\nTo: {to}\r\nSubject: {SUBJECT}\r\nX-Mailer: {MAILER}\r\n\
         --=_r{number}--\r\n",
        received(&mx, &format!("198.51.100.{}", 40 + number), at),
        at.as_second(),
        number + 1,
        forged_at.as_second(),
    );
    DemoMessage {
        folder: DemoFolder::Inbox,
        received: at,
        flags: Vec::new(),
        bytes: bytes.into_bytes(),
        expected: Class::Backscatter,
    }
}
