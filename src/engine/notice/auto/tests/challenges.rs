//! Challenges and confirmations.

use super::super::CHALLENGE;
use super::{all_are, read};
use crate::engine::notice::NoticeKind;

const CHALLENGED: Option<NoticeKind> = Some(NoticeKind::Challenge);

#[test]
fn challenge_systems_are_known() {
    all_are(
        CHALLENGED,
        &[
            (
                "Subject: Your email requires verification verify#aBcDeF\nX-Boxtrapper: aBcDeF\nPrecedence: auto_reply",
                "Reply to this message and leave the subject as it is.",
            ),
            (
                "Subject: Please confirm your message\nAuto-Submitted: auto-replied\nPrecedence: bulk\n\
                 X-Delivery-Agent: TMDA/1.1",
                "This message was created automatically by mail delivery software (TMDA).\n\nYour message is being \
                 held because the address <me@harbour.example> has not been verified.\n\nTo release your message \
                 for delivery, please send an empty message to ada-confirm@lighthouse.example.",
            ),
            (
                "From: Ada <ada@spamarrest.com>\nSubject: Re: Anchor (verification required)\n\
                 In-Reply-To: <m@harbour.example>",
                "Ada is protected by Spam Arrest. Click the link below to complete the verification process.\n\
                 You have to do this only once.",
            ),
            (
                "From: AntiSpam UOL <confirma@uol.example>\nSubject: AntiSpam UOL: Âncora",
                "Para que sua mensagem seja entregue, clique no link e confirme o envio.",
            ),
            (
                "Subject: Re: Anchor\nReturn-Path: <spamblocker-challenge@bounce.example.net>",
                "I apologize for this automatic reply to your email. To control spam, I now allow incoming \
                 messages only from senders I have approved beforehand. Follow the link to be added.",
            ),
            (
                "Subject: Please confirm (conf#12345678)\nPrecedence: junk",
                "This is the first message from you. Please reply to this message to prove that you are a human.",
            ),
            (
                "From: Boxbe <notice@boxbe.com>\nSubject: Anchor (Action Required)",
                "Your message is awaiting approval: me@harbour.example is not on the guest list. Click here to \
                 request to be added. You will only be asked once.",
            ),
            ("Subject: Anchor\nX-Bluebottle-Request: 4711", "Please visit our page and enter the code."),
        ],
    );
}

#[test]
fn challenges_in_other_languages() {
    let rows = [
        (
            "Bitte bestätigen Sie Ihre Nachricht",
            "Ihre Nachricht wird erst zugestellt, wenn Sie bestätigen, dass Sie kein Spammer sind. Klicken Sie hier.",
        ),
        (
            "Demande d'authentification",
            "Afin que votre message me parvienne, merci de cliquer pour prouver que vous êtes une personne.",
        ),
        (
            "Confirme su mensaje",
            "Para que su mensaje sea entregado, haga clic y confirme que usted es una persona.",
        ),
        (
            "Richiesta di conferma",
            "Il messaggio verrà recapitato quando confermerai di essere una persona: clicca qui.",
        ),
        (
            "Confirmação necessária",
            "Sua mensagem não será entregue até que você clique e confirme que você é uma pessoa.",
        ),
        (
            "Bevestiging vereist",
            "Klik hier om te bevestigen dat u een mens bent. Uw bericht wordt pas daarna afgeleverd.",
        ),
        (
            "Bekräfta ditt meddelande",
            "Klicka här för att bekräfta att du är en människa innan ditt meddelande levereras.",
        ),
        (
            "Proszę potwierdzić",
            "Kliknij, aby potwierdzić, że jesteś człowiekiem, zanim twoja wiadomość zostanie dostarczona.",
        ),
        (
            "Подтвердите отправку",
            "Чтобы ваше письмо было доставлено, нажмите на ссылку и подтвердите, что вы не робот.",
        ),
        ("送信確認", "メールは保留されています。送信者の確認が必要です。リンクをクリックしてください。"),
        ("请确认您的邮件", "请点击链接，证明您是真人。您的邮件将在您确认后送达。"),
    ];
    for (subject, body) in rows {
        let head = format!("Subject: {subject}\nAuto-Submitted: auto-replied");
        all_are(CHALLENGED, &[(head.as_str(), body)]);
        let head = format!("Subject: {subject}\nIn-Reply-To: <m@harbour.example>");
        all_are(CHALLENGED, &[(head.as_str(), body)]);
    }
}

#[test]
fn list_programs_ask_whether_a_subscription_is_wanted() {
    all_are(
        CHALLENGED,
        &[
            (
                "From: crew-request@lists.example.org\nSubject: confirm 0123456789abcdef0123456789abcdef01234567\n\
                 X-List-Administrivia: yes\nList-Id: <crew.lists.example.org>\nPrecedence: bulk",
                "Mailing list subscription confirmation notice for mailing list Crew\n\nWe have received a request \
                 from 192.0.2.7 for subscription of your email address, \"me@harbour.example\".",
            ),
            (
                "From: crew-confirm+4711@lists.example.org\n\
                 Subject: Your confirmation is required to join the Crew mailing list",
                "Email Address Registration Confirmation\n\nWe have received a registration request for the email \
                 address me@harbour.example",
            ),
            (
                "From: crew-help@example.org\nSubject: confirm subscribe to crew@example.org\n\
                 Mailing-List: contact crew-help@example.org; run by ezmlm",
                "Hi! This is the ezmlm program. I'm managing the crew@example.org mailing list.\n\nTo confirm that \
                 you would like me@harbour.example added to the crew mailing list, please send an empty reply.",
            ),
            (
                "From: Majordomo@example.org\nSubject: Confirmation for subscribe crew",
                "Someone (possibly you) has requested that your email address be added to or deleted from the \
                 mailing list \"crew@example.org\".\n\nIf you really want this action to be taken, please send",
            ),
            (
                "From: LISTSERV@LISTS.EXAMPLE.ORG\nSubject: Command confirmation request (0A1B2C3D)",
                "Your command:\n\n                  SUBSCRIBE CREW Ada Light\n\nrequires confirmation. Please reply \
                 to this message and type \"ok\" (without the quotes).",
            ),
            (
                "From: SYMPA <sympa@example.org>\nSubject: AUTH 0a1b2c3d SUBSCRIBE crew",
                "Someone (probably you) asked to subscribe to list crew. If you want this action to be taken, reply.",
            ),
            (
                "Subject: Please confirm your subscription\nIn-Reply-To: <m@harbour.example>",
                "We received your request to subscribe. To confirm your subscription, follow the link.",
            ),
            (
                "Subject: Bitte bestätigen Sie Ihre Anmeldung\nAuto-Submitted: auto-replied",
                "Um Ihre Anmeldung zu bestätigen, antworten Sie bitte auf diese Mail.",
            ),
        ],
    );
}

#[test]
fn evidence_and_the_held_mail() {
    let (notice, findings) = read(
        "From: Ada <ada@lighthouse.example>\nSubject: Please confirm your message\nAuto-Submitted: auto-replied",
        "To prove your message was sent by a human, reply to this message.\n\n\
         Received: from relay.example.net by lighthouse.example\n\
         From: me@harbour.example\nSubject: Anchor\nMessage-ID: <held.1@harbour.example>\n\
         Date: Mon, 4 May 2020 10:00:00 +0000\n",
    )
    .unwrap();
    assert_eq!(notice.kind, NoticeKind::Challenge);
    assert_eq!(notice.reporting_mta.as_deref(), Some("lighthouse.example"));
    assert_eq!(notice.returned.and_then(|r| r.message_id).as_deref(), Some("held.1@harbour.example"));
    let finding = findings.iter().find(|f| f.id == CHALLENGE.id).unwrap();
    assert!(finding.evidence.iter().any(|e| e.text.starts_with("To prove your message")), "{finding:?}");
}

#[test]
fn challenges_of_unnamed_systems() {
    all_are(
        CHALLENGED,
        &[
            (
                "Return-Path: <>\nSubject: Re: Anchor",
                "Hello, this is my mail filter. I have not received mail from you before. To make sure that you are \
                 human and not a spammer, please reply to this message. You only need to do this once.",
            ),
            (
                "Subject: Action required to deliver your message\nReturn-Path: <>",
                "Your message to ada@lighthouse.example is being held. Please click the link to confirm that you \
                 are a real person.",
            ),
            (
                "Subject: [Confirm] Anchor\nAuto-Submitted: auto-replied",
                "Your email has been held because your address is not in my address book. Reply to this email and \
                 it will be delivered.",
            ),
            (
                "From: MailInBlack <authentification@mailinblack.example>\n\
                 Subject: Demande d'authentification pour votre message",
                "Pour que votre message soit délivré, cliquez sur le lien. Cette opération ne vous sera demandée \
                 qu'une seule fois.",
            ),
            (
                "Subject: Sender verification needed\nPrecedence: bulk",
                "This is an automated response. To reduce spam, messages from unknown senders are held. Click \
                 here to verify yourself; future messages will be delivered at once.",
            ),
        ],
    );
}
