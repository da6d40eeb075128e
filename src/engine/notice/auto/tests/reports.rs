//! Read receipts and feedback reports.

use super::super::{FEEDBACK, RECEIPT};
use super::{all_are, read};
use crate::engine::notice::{Action, NoticeKind, Reason};

const RECEIPTS: Option<NoticeKind> = Some(NoticeKind::ReadReceipt);
const FEEDBACKS: Option<NoticeKind> = Some(NoticeKind::FeedbackReport);

fn mdn(content_type: &str, fields: &str) -> String {
    format!("--b\n\nThe mail was handled.\n--b\nContent-Type: {content_type}\n\n{fields}\n--b--\n")
}

const REPORT: &str = "From: Ada <ada@lighthouse.example>\nSubject: Read: Anchor\n\
    Content-Type: multipart/report; report-type=disposition-notification; boundary=b";

#[test]
fn a_receipt_is_read_in_full() {
    let fields = "Reporting-UA: pc.lighthouse.example; Example Mail 4\n\
        Original-Recipient: rfc822;keeper@lighthouse.example\nFinal-Recipient: rfc822;Ada@Lighthouse.example\n\
        Original-Message-ID: <anchor.1@harbour.example>\n\
        Disposition: manual-action/MDN-sent-manually; displayed";
    let (notice, findings) = read(REPORT, &mdn("message/disposition-notification", fields)).unwrap();
    assert_eq!((notice.kind, notice.format.as_str()), (NoticeKind::ReadReceipt, "mdn"));
    assert_eq!(notice.reporting_mta.as_deref(), Some("pc.lighthouse.example"));
    let [report] = notice.reports.as_slice() else { panic!("{:?}", notice.reports) };
    assert_eq!(report.recipient.as_deref(), Some("ada@lighthouse.example"));
    assert_eq!(report.original_recipient.as_deref(), Some("keeper@lighthouse.example"));
    assert_eq!((report.action, report.reason), (Action::Delivered, Reason::Delivered));
    assert_eq!(notice.returned.and_then(|r| r.message_id).as_deref(), Some("anchor.1@harbour.example"));
    let finding = findings.iter().find(|f| f.id == RECEIPT.id).unwrap();
    assert!(finding.evidence.iter().any(|e| e.text.starts_with("Disposition:")), "{finding:?}");
    assert!(finding.says.contains("displayed"));
}

#[test]
fn every_disposition_has_its_sentence() {
    for (word, says) in [
        ("displayed", "displayed"),
        ("deleted", "deleted"),
        ("dispatched", "sent on"),
        ("processed", "dealt with"),
        ("denied", "does not want"),
        ("failed", "no proper receipt"),
    ] {
        let fields = format!(
            "Final-Recipient: rfc822;ada@lighthouse.example\n\
             Disposition: automatic-action/MDN-sent-automatically; {word}"
        );
        let (notice, findings) = read(REPORT, &mdn("message/disposition-notification", &fields)).unwrap();
        assert_eq!(notice.kind, NoticeKind::ReadReceipt, "{word}");
        let finding = findings.iter().find(|f| f.id == RECEIPT.id).unwrap();
        assert!(finding.says.contains(says), "{word}: {}", finding.says);
        let failed = notice.reports.first().map(|r| r.action) == Some(Action::Failed);
        assert_eq!(failed, word == "failed");
    }
}

#[test]
fn receipts_built_wrongly_are_receipts() {
    let fields = "Final-Recipient: rfc822;ada@lighthouse.example\nOriginal-Message-ID: <a@harbour.example>\n\
        Disposition: manual-action/MDN-sent-manually; displayed";
    let plain = mdn("text/plain", fields);
    let octets = mdn("application/octet-stream", fields);
    let empty = mdn("message/disposition-notification", "");
    all_are(
        RECEIPTS,
        &[
            (REPORT, plain.as_str()),
            (REPORT, octets.as_str()),
            (REPORT, empty.as_str()),
            ("Subject: Return receipt\nContent-Type: multipart/mixed; boundary=b", plain.as_str()),
            ("Subject: Anchor\nContent-Type: message/disposition-notification", fields),
            ("Subject: Anchor\nContent-Type: multipart/report; boundary=b", plain.as_str()),
        ],
    );
}

#[test]
fn receipts_in_words() {
    all_are(
        RECEIPTS,
        &[
            (
                "Subject: Read: Anchor",
                "Your message\n\n   To: Ada\n   Subject: Anchor\n   Sent: Monday, 4 May 2020 10:00\n\nwas read on \
                 Monday, 4 May 2020 11:00.",
            ),
            (
                "Subject: Not read: Anchor",
                "Your message\n\n   To: Ada\n   Subject: Anchor\n\nwas deleted without being read on Monday.",
            ),
            (
                "Subject: Return Receipt",
                "This is a Return Receipt for the mail that you sent to ada@lighthouse.example.",
            ),
            (
                "Subject: Gelesen: Anker",
                "Ihre Nachricht\n\n  An: Ada\n  Betreff: Anker\n\nwurde am 4. Mai 2020 gelesen.",
            ),
            (
                "Subject: Lu : Ancre",
                "Votre message\n\n  À : Ada\n  Objet : Ancre\n\na été lu le lundi 4 mai 2020.",
            ),
            (
                "Subject: Leído: Ancla",
                "El mensaje\n\n  Para: Ada\n  Asunto: Ancla\n\nfue leído el lunes 4 de mayo.",
            ),
            (
                "Subject: Letto: Ancora",
                "Il messaggio\n\n  A: Ada\n  Oggetto: Ancora\n\nè stato letto lunedì 4 maggio.",
            ),
            (
                "Subject: Lida: Âncora",
                "A mensagem\n\n  Para: Ada\n  Assunto: Âncora\n\nfoi lida em 4 de maio.",
            ),
            (
                "Subject: Gelezen: Anker",
                "Uw bericht\n\n  Aan: Ada\n  Onderwerp: Anker\n\nis gelezen op 4 mei 2020.",
            ),
            ("Subject: Przeczytano: Kotwica", "Wiadomość\n\n  Do: Ada\n\nzostała przeczytana 4 maja 2020."),
            ("Subject: Прочтено: Якорь", "Ваше сообщение\n\n  Кому: Ada\n\nбыло прочитано 4 мая 2020."),
            ("Subject: 開封済み: 錨", "次のメッセージが開封されました。\n件名: 錨"),
        ],
    );
}

#[test]
fn outlooks_own_format_is_known_by_its_class() {
    let head = |class: &str| {
        let mut tnef = b"\x78\x9f\x3e\x22\x01\x00\x01\x08\x80\x07\x00\x20\x00\x00\x00".to_vec();
        tnef.extend_from_slice(class.as_bytes());
        let coded: String = base64(&tnef);
        (
            "Subject: Read: Anchor\nContent-Type: application/ms-tnef; name=winmail.dat\n\
          Content-Transfer-Encoding: base64"
                .to_owned(),
            coded,
        )
    };
    let (subject, coded) = head("IPM.Microsoft Mail.Read Receipt");
    all_are(RECEIPTS, &[(subject.as_str(), coded.as_str())]);
    let (subject, coded) = head("IPM.Microsoft Mail.Note");
    all_are(None, &[(subject.as_str(), coded.as_str())]);
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |w, b| w << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let index = (word >> (18 - 6 * place)) & 63;
            out.push(char::from(ALPHABET[index as usize]));
        }
        out.push_str(&"=".repeat(3 - chunk.len()));
    }
    out
}

#[test]
fn a_refusal_built_as_a_receipt_is_a_bounce() {
    let body = "--b\n\nYour message to <ada@lighthouse.example> was automatically rejected:\nQuota exceeded\n\
        --b\nContent-Type: message/disposition-notification\n\nReporting-UA: mx.lighthouse.example; Example\n\
        Final-Recipient: rfc822; ada@lighthouse.example\nOriginal-Message-ID: <a@harbour.example>\n\
        Disposition: automatic-action/MDN-sent-automatically; deleted\n--b--";
    let (notice, _) = read(&REPORT.replace("Read: Anchor", "Automatically rejected mail"), body).unwrap();
    assert_eq!(notice.kind, NoticeKind::Bounce);
    let report = &notice.reports[0];
    assert_eq!((report.action, report.reason), (Action::Failed, Reason::MailboxFull));
    assert_eq!(report.recipient.as_deref(), Some("ada@lighthouse.example"));
}

const ARF: &str = "From: <feedback@mail.example.com>\nSubject: FW: Anchor\n\
    Content-Type: multipart/report; report-type=feedback-report; boundary=b";

fn arf(content_type: &str, fields: &str) -> String {
    format!(
        "--b\n\nThis is an email abuse report.\n--b\nContent-Type: {content_type}\n\n{fields}\n--b\n\
         Content-Type: message/rfc822\n\nFrom: me@harbour.example\nTo: ada@lighthouse.example\n\
         Subject: Anchor\nMessage-ID: <anchor.1@harbour.example>\nDate: Mon, 4 May 2020 10:00:00 +0000\n\nHello\n--b--"
    )
}

#[test]
fn a_complaint_is_read_in_full() {
    let fields = "Feedback-Type: abuse\nUser-Agent: Example/1\nVersion: 1\nOriginal-Mail-From: <me@harbour.example>\n\
        Original-Rcpt-To: <ada@lighthouse.example>\nOriginal-Rcpt-To: <ben@lighthouse.example>\n\
        Reporting-MTA: dns; mx.example.com\nSource-IP: 192.0.2.1";
    let (notice, findings) = read(ARF, &arf("message/feedback-report", fields)).unwrap();
    assert_eq!((notice.kind, notice.format.as_str()), (NoticeKind::FeedbackReport, "arf"));
    assert_eq!(notice.reporting_mta.as_deref(), Some("mx.example.com"));
    let recipients: Vec<_> = notice.reports.iter().filter_map(|r| r.recipient.as_deref()).collect();
    assert_eq!(recipients, ["ada@lighthouse.example", "ben@lighthouse.example"]);
    assert!(notice.reports.iter().all(|r| r.reason == Reason::Spam && r.action == Action::Delivered));
    assert_eq!(notice.returned.and_then(|r| r.message_id).as_deref(), Some("anchor.1@harbour.example"));
    let finding = findings.iter().find(|f| f.id == FEEDBACK.id).unwrap();
    for field in ["Feedback-Type: abuse", "Source-IP: 192.0.2.1", "Original-Mail-From: <me@harbour.example>"]
    {
        assert!(finding.evidence.iter().any(|e| e.text == field), "{field}: {finding:?}");
    }
}

#[test]
fn feedback_types_have_their_reason() {
    for (word, reason) in [
        ("abuse", Reason::Spam),
        ("fraud", Reason::Spam),
        ("virus", Reason::Virus),
        ("auth-failure", Reason::AuthFailure),
        ("opt-out", Reason::NotAllowed),
        ("other", Reason::Undefined),
    ] {
        let fields = format!("Feedback-Type: {word}\nVersion: 1\nOriginal-Rcpt-To: ada@lighthouse.example");
        let (notice, _) = read(ARF, &arf("message/feedback-report", &fields)).unwrap();
        assert_eq!(notice.kind, NoticeKind::FeedbackReport);
        assert_eq!(notice.reports[0].reason, reason, "{word}");
    }
    let rejected = "Feedback-Type: auth-failure\nDelivery-Result: reject\nAuth-Failure: dmarc\n\
        Original-Rcpt-To: ada@lighthouse.example";
    let (notice, _) = read(ARF, &arf("message/feedback-report", rejected)).unwrap();
    assert_eq!(notice.reports[0].action, Action::Failed);
}

#[test]
fn loops_of_all_kinds_are_known() {
    let fields = "Feedback-Type: abuse\nUser-Agent: Example/1\nVersion: 1";
    let plain = arf("text/plain", fields);
    let declared = arf("message/feedback-report", fields);
    let coded =
        arf("message/feedback-report\nContent-Transfer-Encoding: base64", "RmVlZGJhY2stVHlwZTogYWJ1c2UK");
    let inner = "--b\nContent-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: ada@hotmail.example\n\
        From: me@harbour.example\nMessage-ID: <a@harbour.example>\n\nHello\n--b--";
    all_are(
        FEEDBACKS,
        &[
            (ARF, plain.as_str()),
            (ARF, coded.as_str()),
            (
                "From: MAILER-DAEMON\nSubject: Email Feedback Report for IP 192.0.2.1\n\
              Content-Type: multipart/report; report-type=feedback-report; boundary=b",
                declared.as_str(),
            ),
            ("Subject: Abuse report\nContent-Type: multipart/mixed; boundary=b", declared.as_str()),
            (
                "From: staff@hotmail.com\nSubject: complaint about message from 192.0.2.1\n\
                 Content-Type: multipart/mixed; boundary=b",
                inner,
            ),
            (
                "From: no-reply@mx.example.com\nSubject: DMARC Forensic Report for harbour.example\n\
                 Content-Type: multipart/report; boundary=b",
                "--b\n\nA message claiming to be from you has failed the published DMARC policy for your domain.\n--b--",
            ),
            (
                "From: AWS <no-reply@sns.amazonaws.com>\nSubject: AWS Notification Message",
                "{\"notificationType\":\"Complaint\",\"complaint\":{\"complainedRecipients\":\
                 [{\"emailAddress\":\"ada@lighthouse.example\"}],\"complaintFeedbackType\":\"abuse\"}}",
            ),
            (
                "From: Ada <ada@lighthouse.example>\nSubject: unsubscribe\nX-Apple-Unsubscribe: true",
                "Example Mail sent this email to unsubscribe.",
            ),
        ],
    );
}

#[test]
fn a_notification_names_who_complained() {
    let (notice, _) = read(
        "From: no-reply@sns.amazonaws.com\nSubject: AWS Notification Message",
        "{ \"eventType\" : \"Complaint\", \"complaint\": { \"complainedRecipients\" : [ { \"emailAddress\" : \
         \"Ada@Lighthouse.example\" } ] } }",
    )
    .unwrap();
    assert_eq!(notice.reports[0].recipient.as_deref(), Some("ada@lighthouse.example"));
    assert_eq!(notice.format, "amazon_ses");
}
