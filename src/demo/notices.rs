//! Notices about mail that the demo person sent, about mail that nobody can place, and fakes of them.

use super::template::Sent;
use super::{Clock, DemoFolder, DemoMessage, ME, encoded, received, rfc5322};
use crate::engine::Class;

/// How a server writes its notice.
enum Form {
    /// A delivery status notification with the returned header.
    Dsn { action: &'static str, text: &'static str },
    /// Plain text: what the server says, then the returned header.
    Text(&'static str),
    /// An automatic answer.
    Answer(&'static str),
    /// A read receipt (RFC 8098).
    Receipt,
}

/// A notice about a sent mail: its id, server, From, subject, hours after the mail, form, status, words.
struct Row {
    about: &'static str,
    mta: &'static str,
    from: &'static str,
    subject: &'static str,
    hours: i64,
    form: Form,
    status: &'static str,
    says: &'static str,
    expected: Class,
}

const DAEMON: &str = "Mail Delivery System <MAILER-DAEMON@{mta}>";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    Row { about: "survey", mta: "mx.harbour.example", from: DAEMON, subject: "Undelivered Mail Returned to Sender", hours: 1, form: Form::Dsn { action: "failed", text: "This is the mail system at host {mta}.\r\n\r\nI'm sorry to have to inform you that your message could not\r\nbe delivered to one or more recipients." }, status: "5.1.1", says: "550 5.1.1 <{to}>: Recipient address rejected: User unknown", expected: Class::GenuineBounce },
    Row { about: "minutes", mta: "mail.harbour-club.example", from: "Microsoft Outlook <postmaster@{mta}>", subject: "Undeliverable: Minutes of the meeting", hours: 1, form: Form::Dsn { action: "failed", text: "Delivery has failed to these recipients or groups:\r\n\r\n{to}\r\nThe recipient's mailbox is full and can't accept messages now." }, status: "5.2.2", says: "554 5.2.2 mailbox full", expected: Class::GenuineBounce },
    Row { about: "tide", mta: "mail.observatory.example", from: DAEMON, subject: "Mail delivery failed: returning message to sender", hours: 2, form: Form::Text("This message was created automatically by mail delivery software.\r\n\r\nA message that you sent could not be delivered to one or more of its\r\nrecipients. This is a permanent error. The following address(es) failed:\r\n\r\n  {to}\r\n    host mail.observatory.example [192.0.2.90]\r\n    SMTP error from remote mail server after RCPT TO:<{to}>:\r\n    550 5.1.1 No such user here\r\n\r\n------ This is a copy of the message, including all the headers. ------\r\n"), status: "", says: "", expected: Class::GenuineBounce },
    Row { about: "keys", mta: "pier.example", from: DAEMON, subject: "failure notice", hours: 1, form: Form::Text("Hi. This is the qmail-send program at pier.example.\r\nI'm afraid I wasn't able to deliver your message to the following addresses.\r\nThis is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n<{to}>:\r\nUser is over the quota. You can try again later. (#5.2.2)\r\n\r\n--- Below this line is a copy of the message.\r\n"), status: "", says: "", expected: Class::GenuineBounce },
    Row { about: "invoice-spring", mta: "mail.shipyard.example", from: "Mail Delivery Subsystem <MAILER-DAEMON@{mta}>", subject: "Returned mail: see transcript for details", hours: 3, form: Form::Text("The original message was received from harbour.example [192.0.2.2]\r\n\r\n   ----- The following addresses had permanent fatal errors -----\r\n<{to}>\r\n    (reason: 550 5.7.1 relaying denied)\r\n\r\n   ----- Transcript of session follows -----\r\n... while talking to mail.shipyard.example.:\r\n>>> RCPT To:<{to}>\r\n<<< 550 5.7.1 relaying denied\r\n\r\n   ----- Message header follows -----\r\n"), status: "", says: "", expected: Class::GenuineBounce },
    Row { about: "berth", mta: "mail.ports.example", from: "Mail Delivery Subsystem <mailer-daemon@{mta}>", subject: "Delivery Status Notification (Failure)", hours: 5, form: Form::Text("Delivery to the following recipient failed permanently:\r\n\r\n     {to}\r\n\r\nTechnical details of permanent failure:\r\nThe recipient server did not accept our requests to connect: connection timed out\r\n\r\n----- Original message -----\r\n\r\n"), status: "", says: "", expected: Class::GenuineBounce },
    Row { about: "report", mta: "mx.harbour.example", from: DAEMON, subject: "Unzustellbare Nachricht", hours: 1, form: Form::Dsn { action: "failed", text: "Ihre Nachricht konnte nicht zugestellt werden." }, status: "5.3.4", says: "552 5.3.4 message size exceeds fixed limit", expected: Class::GenuineBounce },
    Row { about: "lena1", mta: "mail.nordlicht.example", from: DAEMON, subject: "Zustellung fehlgeschlagen", hours: 8, form: Form::Dsn { action: "failed", text: "Diese Nachricht konnte nicht zugestellt werden." }, status: "5.7.26", says: "550 5.7.26 unauthenticated email is not accepted: DMARC", expected: Class::GenuineBounce },
    Row { about: "fog", mta: "mail.station.example", from: "postmaster@{mta} <postmaster@{mta}>", subject: "Undeliverable: Fog signal times", hours: 1, form: Form::Dsn { action: "failed", text: "Delivery has failed to these recipients or groups:\r\n\r\n{to}\r\nThe address wasn't found at the destination domain." }, status: "5.1.10", says: "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", expected: Class::GenuineBounce },
    Row { about: "engine", mta: "mx.harbour.example", from: DAEMON, subject: "Delayed Mail (still being retried)", hours: 4, form: Form::Dsn { action: "delayed", text: "This is the mail system at host {mta}.\r\n\r\nYour message could not be delivered for more than 4 hours.\r\nIt will be retried until it is 5 days old." }, status: "4.4.1", says: "connect to engines.example[192.0.2.77]:25: Connection timed out", expected: Class::Automatic },
    Row { about: "book", mta: "lighthouse.example", from: "Ada <ada@lighthouse.example>", subject: "Automatic reply: The book", hours: 1, form: Form::Answer("I am at sea until Monday and read mail then."), status: "", says: "", expected: Class::Automatic },
    Row { about: "anchor", mta: "anchor.example", from: "Chandler <chandler@anchor.example>", subject: "Abwesenheitsnotiz: Anchor chain, 20 m", hours: 2, form: Form::Answer("Vielen Dank f\u{fc}r Ihre Nachricht. Ich bin bis Freitag nicht im Haus."), status: "", says: "", expected: Class::Automatic },
    Row { about: "rope", mta: "cuerdas.example", from: "Ventas <ventas@cuerdas.example>", subject: "Respuesta autom\u{e1}tica: Pedido de cuerda", hours: 1, form: Form::Answer("Estoy fuera de la oficina hasta el lunes."), status: "", says: "", expected: Class::Automatic },
    Row { about: "crane", mta: "crane.example", from: "\u{7530}\u{4e2d} <k.tanaka@crane.example>", subject: "\u{81ea}\u{52d5}\u{5fdc}\u{7b54}", hours: 1, form: Form::Answer("\u{672c}\u{65e5}\u{306f}\u{4e0d}\u{5728}\u{3067}\u{3059}\u{3002}\u{660e}\u{65e5}\u{304a}\u{8fd4}\u{4e8b}\u{3057}\u{307e}\u{3059}\u{3002}"), status: "", says: "", expected: Class::Automatic },
    Row { about: "meeting", mta: "shipyard.example", from: "Ben <ben@shipyard.example>", subject: "Read: Meeting on Thursday", hours: 6, form: Form::Receipt, status: "", says: "", expected: Class::Automatic },
];

/// Fakes and notices that nobody can place: From, subject, type, body, what they are.
#[rustfmt::skip]
const OTHERS: &[(&str, &str, &str, &str, Class)] = &[
    ("Mail Server <admin@mail-center.test>", "7 messages are pending for alex@harbour.example", "text/html", "<html><body><p>7 incoming messages are pending because your mailbox is out of date.</p><p><a href=\"http://release.mail-center.test/x\">Release messages</a></p></body></html>", Class::FakeBounce),
    ("Postmaster <postmaster@delivery-desk.test>", "Undelivered mail: action required", "text/html", "<html><body><h2>Delivery failure</h2><p>5 of your messages could not be delivered due to a sync error. <a href=\"http://delivery-desk.test/login\">Click here to retrieve your messages</a></p></body></html>", Class::FakeBounce),
    ("Postfachverwaltung <service@postfach-hilfe.test>", "Ihr Postfach ist voll", "text/html", "<html><body><p>Ihr Postfach ist voll. 12 Nachrichten werden zur\u{fc}ckgehalten.</p><p><a href=\"http://postfach-hilfe.test/anmelden\">Hier klicken, um sie freizugeben</a></p></body></html>", Class::FakeBounce),
    ("Mail Delivery System <MAILER-DAEMON@relay.example.net>", "Undeliverable mail", "text/plain", "This is the mail system at host relay.example.net.\r\n\r\nI'm sorry to have to inform you that your message could not\r\nbe delivered to one or more recipients.\r\n\r\n<unknown@example.org>: host mail.example.org said: 550 5.1.1 user unknown\r\n", Class::UnverifiedBounce),
    ("Mail Delivery System <MAILER-DAEMON@old.example.com>", "failure notice", "text/plain", "Hi. This is the qmail-send program at old.example.com.\r\nI'm afraid I wasn't able to deliver your message to the following addresses.\r\n\r\n<nobody@example.net>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nMessage removed\r\n", Class::UnverifiedBounce),
];

/// All notices but the storm.
pub(super) fn messages(clock: &Clock, sent: &[Sent]) -> Vec<DemoMessage> {
    let about = ROWS.iter().enumerate().filter_map(|(number, row)| {
        let mail = sent.iter().find(|s| s.id == row.about)?;
        Some(notice(clock, number, row, mail))
    });
    let others = OTHERS.iter().enumerate().map(|(number, (from, subject, kind, body, expected))| {
        let days = i64::try_from(number).unwrap_or(0);
        let at = clock.ago(days, 77);
        let host = from.rsplit_once('@').map_or("", |(_, d)| d.trim_end_matches('>'));
        let bytes = format!(
            "{}Return-Path: <>\r\nMessage-ID: <o{number}.{:x}@{host}>\r\nDate: {}\r\nFrom: {from}\r\nTo: {ME}\r\nSubject: {}\r\nMIME-Version: 1.0\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n",
            received(host, &format!("203.0.113.{}", 100 + number), at),
            at.as_second(),
            rfc5322(at),
            encoded(subject),
        );
        DemoMessage { folder: DemoFolder::Inbox, received: at, flags: Vec::new(), bytes: bytes.into_bytes(), expected: *expected }
    });
    about.chain(others).collect()
}

fn notice(clock: &Clock, number: usize, row: &Row, mail: &Sent) -> DemoMessage {
    let later = mail.date + jiff::SignedDuration::from_mins(60 * row.hours);
    let at = later.min(clock.ago(0, 5));
    let fill = |text: &str| text.replace("{mta}", row.mta).replace("{to}", &mail.to);
    let from = fill(row.from);
    let from = match from.split_once('<') {
        Some((name, address)) => format!("{} <{address}", encoded(name.trim())),
        None => from,
    };
    let head = format!(
        "{}Message-ID: <a{number}.{:x}@{}>\r\nDate: {}\r\nFrom: {from}\r\nTo: {}\r\nSubject: {}\r\nMIME-Version: 1.0\r\n",
        received(row.mta, &format!("192.0.2.{}", 120 + number), at),
        at.as_second(),
        row.mta,
        rfc5322(at),
        mail.from,
        encoded(row.subject),
    );
    let id = mail.message_id();
    let body = match &row.form {
        Form::Dsn { action, text } => format!(
            "Return-Path: <>\r\nAuto-Submitted: auto-replied\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"=_d\"\r\n\r\n--=_d\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}\r\n--=_d\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; {}\r\nArrival-Date: {}\r\n\r\nFinal-Recipient: rfc822; {}\r\nAction: {action}\r\nStatus: {}\r\nDiagnostic-Code: smtp; {}\r\n--=_d\r\nContent-Type: message/rfc822\r\n\r\n{}\r\n--=_d--\r\n",
            fill(text),
            row.mta,
            rfc5322(mail.date),
            mail.to,
            row.status,
            fill(row.says),
            mail.header(),
        ),
        Form::Text(text) => format!(
            "Return-Path: <>\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}\r\n{}",
            fill(text),
            mail.header(),
        ),
        Form::Answer(text) => format!(
            "Auto-Submitted: auto-replied\r\nIn-Reply-To: {id}\r\nReferences: {id}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n",
        ),
        Form::Receipt => format!(
            "In-Reply-To: {id}\r\nContent-Type: multipart/report; report-type=disposition-notification; boundary=\"=_m\"\r\n\r\n--=_m\r\nContent-Type: text/plain\r\n\r\nYour message was read.\r\n--=_m\r\nContent-Type: message/disposition-notification\r\n\r\nReporting-UA: {}; Harbourmail\r\nFinal-Recipient: rfc822; {}\r\nOriginal-Message-ID: {id}\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n--=_m--\r\n",
            row.mta, mail.to,
        ),
    };
    DemoMessage {
        folder: DemoFolder::Inbox,
        received: at,
        flags: Vec::new(),
        bytes: format!("{head}{body}").into_bytes(),
        expected: row.expected,
    }
}
