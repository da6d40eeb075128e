//! Notices about single forged mails, outside the storm: a gateway's virus warning, a challenge, an
//! out-of-office answer, a delay. And a bounce that the demo person gets as the owner of a list.
//!
//! A new one is a row in [`ROWS`].

use super::{Clock, DemoFolder, DemoMessage, ME, encoded, received, rfc5322};
use crate::engine::Class;

/// How the notice is written.
enum Form {
    /// A delivery status notification: action, status, the server's words.
    Report(&'static str, &'static str, &'static str),
    /// An automatic answer with the forged header attached.
    Answer,
}

/// A notice: who writes it, what it says, and about which forged mail.
struct Row {
    from: &'static str,
    subject: &'static str,
    text: &'static str,
    form: Form,
    /// The forged mail's subject.
    about: &'static str,
    days: i64,
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    Row { from: "Mail gateway <postmaster@gate.example.com>", subject: "Virus found in a message from you", text: "Our gateway found a virus in a message that names you as its sender.\nThe message was not delivered.", form: Form::Report("failed", "5.7.1", "554 5.7.1 virus found in message"), about: "Your documents", days: 3 },
    Row { from: "Virenschutz <postmaster@gate.firma.example>", subject: "Warnung: Virus gefunden", text: "In einer Nachricht mit Ihrem Absender wurde ein Virus gefunden.\nSie wurde nicht zugestellt.", form: Form::Report("failed", "5.7.1", "554 5.7.1 virus found, rejected"), about: "Rechnung 88", days: 6 },
    Row { from: "Alerte <postmaster@passerelle.societe.example>", subject: "Alerte : virus détecté", text: "Un virus a été détecté dans un message portant votre adresse.\nIl n'a pas été remis.", form: Form::Report("failed", "5.7.1", "554 5.7.1 message infected"), about: "Vos photos", days: 11 },
    Row { from: "Noor <noor@guarded.example.net>", subject: "Re: Winner list", text: "I protect my mailbox. Answer this message once, and your mail\nto me is delivered. You need to do so only the first time.", form: Form::Answer, about: "Winner list", days: 4 },
    Row { from: "Confirmação <portaria@empresa.example>", subject: "Re: Oferta", text: "Para entregar a sua mensagem, responda a este pedido de confirmação.", form: Form::Answer, about: "Oferta", days: 8 },
    Row { from: "Sam <sam@school.example>", subject: "Out of office: Winner list", text: "I am away until the end of the week.", form: Form::Answer, about: "Winner list", days: 4 },
    Row { from: "Ольга <olga@zavod.example>", subject: "Автоответ: Winner list", text: "Меня нет на месте до понедельника.", form: Form::Answer, about: "Winner list", days: 4 },
    Row { from: "박 <park@hoesa.example>", subject: "Re: Cheap watches", text: "부재중입니다. 다음 주에 답장드리겠습니다.", form: Form::Answer, about: "Cheap watches", days: 7 },
    Row { from: "Mail Delivery System <MAILER-DAEMON@relay.shop.example>", subject: "Warning: message delayed", text: "Your message could not be delivered yet. It is tried for four days.", form: Form::Report("delayed", "4.4.7", "connect: Connection timed out"), about: "Cheap watches", days: 7 },
    Row { from: "Σύστημα <MAILER-DAEMON@relay.limani.example>", subject: "Αποτυχία παράδοσης", text: "Το μήνυμά σας δεν παραδόθηκε.", form: Form::Report("failed", "5.1.1", "550 5.1.1 user unknown"), about: "Cheap watches", days: 7 },
    Row { from: "系统 <MAILER-DAEMON@relay.gongsi.example>", subject: "退信通知", text: "您的邮件无法投递。", form: Form::Report("failed", "5.1.1", "550 5.1.1 user unknown"), about: "Cheap watches", days: 6 },
];

/// The list that the demo person owns.
const LIST: &str = "dinghy-owner@harbour.example";

/// The notices about forged mail, then the list owner's bounce.
pub(super) fn messages(clock: &Clock) -> Vec<DemoMessage> {
    let mut all: Vec<DemoMessage> =
        ROWS.iter().enumerate().map(|(number, row)| notice(clock, number, row)).collect();
    all.push(for_list_owner(clock));
    all
}

fn notice(clock: &Clock, number: usize, row: &Row) -> DemoMessage {
    let step = i64::try_from(number).unwrap_or(0);
    let (at, forged_at) = (clock.ago(row.days, 40 + 17 * step), clock.ago(row.days, 52 + 17 * step));
    let (name, address) = row.from.split_once(" <").unwrap_or(("", row.from));
    let address = address.trim_end_matches('>');
    let host = address.rsplit_once('@').map_or("", |(_, domain)| domain);
    let to = match row.form {
        Form::Answer => address.to_owned(),
        Form::Report(..) => format!("info{number}@{host}"),
    };
    let forged = format!(
        "Message-ID: <f{number}.{:x}@harbour.example>\r\nDate: {}\r\nFrom: Alex <{ME}>\r\nTo: {to}\r\nSubject: {}\r\nX-Mailer: BulkBlaster 7.1\r\n",
        forged_at.as_second(),
        rfc5322(forged_at),
        encoded(row.about),
    );
    let (kind, status) = match row.form {
        Form::Answer => ("multipart/mixed", String::new()),
        Form::Report(action, status, says) => (
            "multipart/report; report-type=delivery-status",
            format!(
                "--=_f\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; {host}\r\n\r\n\
                 Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {says}\r\n"
            ),
        ),
    };
    let returned = format!(
        "{status}--=_f\r\nContent-Type: text/rfc822-headers\r\n\r\n\
         Received: from pool.test (pool.test [203.0.113.{}])\r\n\tby {host} with SMTP; {}\r\n{forged}--=_f--\r\n",
        200 + number,
        rfc5322(forged_at),
    );
    let text = row.text.replace('\n', "\r\n");
    let bytes = format!(
        "{}Return-Path: <>\r\nMessage-ID: <g{number}.{:x}@{host}>\r\nDate: {}\r\nFrom: {} <{address}>\r\nTo: {ME}\r\nSubject: {}\r\n\
         Auto-Submitted: auto-replied\r\nIn-Reply-To: <f{number}.{:x}@harbour.example>\r\nMIME-Version: 1.0\r\nContent-Type: {kind}; boundary=\"=_f\"\r\n\r\n\
         --=_f\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n{returned}",
        received(host, &format!("198.51.100.{}", 120 + number), at),
        at.as_second(),
        rfc5322(at),
        encoded(name),
        encoded(row.subject),
        forged_at.as_second(),
    );
    message(at, bytes, Class::Backscatter)
}

/// A subscriber's mail that the list could not deliver: neither the person's nor forged.
fn for_list_owner(clock: &Clock) -> DemoMessage {
    let (at, sent_at) = (clock.ago(5, 130), clock.ago(5, 141));
    let bytes = format!(
        "{}Return-Path: <>\r\nMessage-ID: <l1.{:x}@club.example>\r\nDate: {}\r\nFrom: Mail Delivery System <MAILER-DAEMON@club.example>\r\n\
         To: {LIST}\r\nSubject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"=_l\"\r\n\r\n\
         --=_l\r\nContent-Type: text/plain\r\n\r\nA subscriber of the list can't be reached.\r\n\
         --=_l\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; club.example\r\n\r\n\
         Final-Recipient: rfc822; former@club.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\r\n\
         --=_l\r\nContent-Type: text/rfc822-headers\r\n\r\n\
         Message-ID: <regatta.1@lighthouse.example>\r\nDate: {}\r\nFrom: Ada <ada@lighthouse.example>\r\nTo: dinghy@harbour.example\r\n\
         Subject: [dinghy] Regatta\r\nList-Id: <dinghy.harbour.example>\r\n--=_l--\r\n",
        received("club.example", "192.0.2.201", at),
        at.as_second(),
        rfc5322(at),
        rfc5322(sent_at),
    );
    message(at, bytes, Class::UnverifiedBounce)
}

fn message(at: jiff::Timestamp, bytes: String, expected: Class) -> DemoMessage {
    DemoMessage {
        folder: DemoFolder::Inbox,
        received: at,
        flags: Vec::new(),
        bytes: bytes.into_bytes(),
        expected,
    }
}
