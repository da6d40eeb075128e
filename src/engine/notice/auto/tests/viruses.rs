//! Virus warnings.

use super::super::VIRUS;
use super::{all_are, read};
use crate::engine::notice::NoticeKind;

const WARNED: Option<NoticeKind> = Some(NoticeKind::VirusWarning);

#[test]
fn gateways_warn_the_supposed_sender() {
    all_are(
        WARNED,
        &[
            (
                "From: Content-filter at mx.example.com <postmaster@mx.example.com>\n\
                 Subject: VIRUS (Worm.Example.A) IN MAIL FROM YOU",
                "VIRUS ALERT\n\nOur content checker found\n    virus: Worm.Example.A\n\nin email presumably from \
                 you <me@harbour.example>, to the following recipient:\n-> a@example.com",
            ),
            (
                "From: amavisd-new <postmaster@mx.example.com>\n\
                 Subject: BANNED (multipart/mixed | .exe,.exe-ms,doc.exe) IN MAIL FROM YOU",
                "BANNED CONTENTS ALERT\n\nOur content checker found\n    banned name: .exe\n\nin email presumably \
                 from you <me@harbour.example>",
            ),
            (
                "From: MailScanner <postmaster@example.com>\nSubject: Warning: E-mail viruses detected",
                "Our virus detector has just been triggered by a message you sent:-\n  To: a@example.com\n  \
                 Subject: hello\nOne or more of the attachments are on the list of unacceptable attachments.",
            ),
            (
                "From: Norton AntiVirus <nav@example.com>\n\
                 Subject: Norton AntiVirus detected a virus in a message you sent. The infected attachment was deleted.",
                "Recipient of the infected attachment: a@example.com\nSubject of the message: hello\n\
                 Attachment doc.zip was infected with the W32.Example@mm virus.",
            ),
            (
                "From: System Attendant <mail-sa@example.com>\n\
                 Subject: ScanMail Message: To Sender virus found or matched file blocking setting.",
                "ScanMail for Microsoft Exchange has blocked an attachment.\nSender = me@harbour.example\n\
                 Warning to sender. ScanMail has detected a virus in an email you sent.",
            ),
            (
                "From: Sophos Gateway <postmaster@example.com>\nSubject: Virus found in a message you sent",
                "The message you sent contained a virus and was not passed on.",
            ),
            (
                "From: mailsweeper@example.com\nSubject: Virus detected in your message",
                "MAILsweeper has found that your e-mail contains a virus.",
            ),
            (
                "From: GroupShield for Exchange <sa@example.com>\nSubject: McAfee GroupShield Alert",
                "Action Taken: The attachment was quarantined from the message and replaced with a text file.\n\
                 Virus name: W32/Example.worm",
            ),
            (
                "From: ANTIGEN_EX1 <antigen@example.com>\nSubject: Antigen found VIRUS= Worm.Example virus",
                "Antigen for Exchange found doc.pif infected with VIRUS= Worm.Example.\n\
                 The message is currently Purged.",
            ),
            (
                "From: RAVMD <ravms@example.com>\nSubject: RAV AntiVirus scan results",
                "RAV AntiVirus for Linux detected a virus in the mail that you sent: doc.scr infected with \
                 Win32/Example.",
            ),
            (
                "From: Kaspersky Anti-Virus <kav@example.com>\nSubject: Infected message",
                "Your message to a@example.com is infected with Email-Worm.Example.",
            ),
            (
                "From: virusadmin@example.com\nSubject: Virus Alert\nAuto-Submitted: auto-generated",
                "The mail message (file: doc.scr) you sent to a@example.com contains a virus.",
            ),
            (
                "From: Mail Filter <filter@example.com>\nSubject: Attachment blocked",
                "The message you sent carried a file of a type that is not allowed here. The attachment was removed.",
            ),
            (
                "X-Mailer: BitDefender VShield\nFrom: scan@example.com\nSubject: BitDefender found an infected object",
                "An infected message was blocked.\nVirus name: Worm.Example",
            ),
        ],
    );
}

#[test]
fn warnings_in_other_languages() {
    let rows = [
        ("Virus in Ihrer E-Mail", "In Ihrer E-Mail an a@example.com wurde ein Virus gefunden."),
        ("Virenwarnung", "Ihre Nachricht an a@example.com enthielt einen Virus und wurde nicht zugestellt."),
        ("Virus détecté", "Votre message à a@example.com contenait un virus."),
        ("Alerte virus", "Vous avez envoyé un message infecté par un virus."),
        ("Virus detectado", "Su mensaje a a@example.com contenía un virus."),
        ("Avviso virus", "Il suo messaggio conteneva un virus ed è stato bloccato."),
        ("Vírus encontrado", "Sua mensagem para a@example.com continha um vírus."),
        ("Virus gevonden", "Uw bericht aan a@example.com bevatte een virus."),
        ("Virusvarning", "Ditt meddelande till a@example.com innehöll virus."),
        ("Virusadvarsel", "Din mail til a@example.com indeholdt en virus."),
        ("Wykryto wirusa", "Twoja wiadomość do a@example.com zawiera wirusa."),
        ("Обнаружен вирус", "В вашем письме к a@example.com обнаружен вирус."),
        ("ウイルス検出のお知らせ", "あなたが送信したメールからウイルスが検出されました。"),
        ("发现病毒", "您发送的邮件含有病毒。"),
        ("바이러스 발견", "보내신 메일에서 바이러스가 발견되었습니다."),
    ];
    for (subject, body) in rows {
        let head = format!("From: Mail Gateway <postmaster@example.com>\nSubject: {subject}");
        all_are(WARNED, &[(head.as_str(), body)]);
    }
}

#[test]
fn the_gateway_its_host_and_the_words_are_named() {
    let (notice, findings) = read(
        "From: amavisd-new <postmaster@mx.example.com>\nSubject: VIRUS (Worm.Example.A) IN MAIL FROM YOU",
        "VIRUS ALERT\n\nOur content checker found a virus in email presumably from you.\n\n\
         The message has been blocked because it contains a virus.\n\n\
         ------------------------- BEGIN HEADERS -----------------------------\n\
         Received: from pc.example.net (pc.example.net [192.0.2.9])\n\tby mx.example.com\n\
         From: me@harbour.example\nMessage-ID: <worm.1@harbour.example>\nSubject: hello\n\
         -------------------------- END HEADERS ------------------------------\n",
    )
    .unwrap();
    assert_eq!((notice.kind, notice.format.as_str()), (NoticeKind::VirusWarning, "amavis"));
    assert_eq!(notice.reporting_mta.as_deref(), Some("mx.example.com"));
    assert_eq!(notice.returned.and_then(|r| r.message_id).as_deref(), Some("worm.1@harbour.example"));
    let finding = findings.iter().find(|f| f.id == VIRUS.id).unwrap();
    assert!(finding.evidence.iter().any(|e| e.text.contains("presumably from you")), "{finding:?}");
}

#[test]
fn warnings_with_the_mail_attached_or_an_empty_envelope() {
    all_are(
        WARNED,
        &[
            (
                "Return-Path: <>\nFrom: Virus Scanner <av@example.com>\nSubject: Virus Alert\n\
                 Content-Type: multipart/mixed; boundary=b",
                "--b\n\nA virus was detected in a message sent by you.\n\nTo: a@example.com\nSubject: hello\n\
                 Virus: Worm.Example\n--b\nContent-Type: message/rfc822\n\nFrom: me@harbour.example\n\
                 Subject: hello\nMessage-ID: <w@harbour.example>\n\nsee the file\n--b--",
            ),
            (
                "From: \"eSafe Gateway\" <esafe@example.com>\nSubject: eSafe Protection Gateway: your mail",
                "eSafe detected a hostile content in this email and removed it.\n\
                 The file doc.pif you sent is infected with Win32.Example.",
            ),
            (
                "From: MDaemon at example.com <MDaemon@example.com>\n\
                 Subject: MDaemon Warning - virus found: hello",
                "The following message from you had restricted attachment(s) removed.\n\
                 From: me@harbour.example\nTo: a@example.com\nVirus name: Worm.Example",
            ),
            (
                "From: InterScan Notification <isvw@example.com>\nSubject: Virus Alert",
                "Have detected a virus (WORM_EXAMPLE.A) in your mail traffic on 05/05/2020 with an action deleted.",
            ),
            (
                "From: Symantec_AntiVirus_for_SMTP_Gateways@example.com\n\
                 Subject: Virus Found in message \"hello\"",
                "Symantec AntiVirus found a virus in an attachment you (me@harbour.example) sent to a@example.com.",
            ),
            (
                "From: Qmail-Scanner <postmaster@example.com>\nSubject: Virus found in sent message \"hello\"",
                "Attention: me@harbour.example\n\nA virus was found in an Email message you sent.\n\
                 This Email scanner intercepted it and stopped the entire message reaching its destination.",
            ),
            (
                "From: postmaster@example.com\nSubject: Banned file: doc.pif in mail from you",
                "BANNED FILENAME ALERT\nOur content checker found a banned name in email presumably from you.",
            ),
            (
                "From: MIMEsweeper Administrator <msw@example.com>\nSubject: Prohibited attachment type detected",
                "The message you sent contains an attachment of a type that our policy does not allow. \
                 It has been quarantined.",
            ),
            (
                "From: antivirus@example.com\nSubject: Undelivered mail\nAuto-Submitted: auto-generated",
                "Your message to a@example.com was infected with Worm.Example and has been deleted.",
            ),
            (
                "From: ClamAV Milter <clamav@example.com>\nSubject: Virus intercepted",
                "A message you sent to\n\t<a@example.com>\ncontained Worm.Example and has not been delivered.",
            ),
        ],
    );
}
