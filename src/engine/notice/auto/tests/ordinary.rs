//! Ordinary mail that looks like a notice.

use super::all_are;

#[test]
fn people_speak_of_being_away() {
    all_are(
        None,
        &[
            ("Subject: Vacation", "Hi Ben, I will be on vacation from 3 to 7 May. Can you turn the light?"),
            (
                "Subject: Out of office next week\nTo: a@harbour.example, b@harbour.example",
                "I will be out of the office from Monday. Ring me if the light fails.",
            ),
            (
                "Subject: Re: Anchor\nIn-Reply-To: <m@harbour.example>",
                "Thanks for your email. I am away until Monday and will look at the chain then.",
            ),
            (
                "Subject: RE: Automatic reply: Anchor\nIn-Reply-To: <m@harbour.example>",
                "Enjoy the time. Could you ring me when you are back?",
            ),
            ("Subject: Fwd: Automatic reply: Anchor", "See below: she is away.\n\n> I am out of the office"),
            ("Subject: How to switch on automatic replies", "Open the menu, then choose Out of office."),
            ("Subject: Urlaub", "Hallo Ben,\nich bin vom 3. bis 7. Mai im Urlaub. Übernimmst du den Turm?"),
            ("Subject: Congés", "Bonjour, je serai en congé du 3 au 7 mai, est-ce que cela te va ?"),
            ("Subject: 休暇の申請", "５月３日から休暇をいただきたく、よろしくお願いいたします。"),
        ],
    );
}

#[test]
fn robots_that_answer_nobody_are_ordinary() {
    all_are(
        None,
        &[
            (
                "Subject: [#4711] Light bulb ordered\nAuto-Submitted: auto-generated\nFrom: shop@example.com",
                "Your order will be shipped tomorrow. This mailbox is not monitored.",
            ),
            (
                "Subject: [Ticket#4711] New ticket\nReturn-Path: <>\nFrom: Tickets <otrs@example.com>",
                "There is a new ticket in the queue.\n\n> Thank you for your message",
            ),
            (
                "Subject: Build failed in pier #7\nAuto-Submitted: auto-generated\nIn-Reply-To: <6@ci.example.com>",
                "The build took 3 minutes.",
            ),
            (
                "Subject: Cron <ada@pier> run-parts\nX-Cron-Env: <SHELL=/bin/sh>\nAuto-Submitted: auto-generated",
                "Rotated 3 logs.",
            ),
            (
                "Subject: Out of office: ten harbours to see\nList-Unsubscribe: <https://example.com/u>\n\
                 Precedence: bulk",
                "I'm on vacation, you should be too.",
            ),
            (
                "Subject: Thank you for contacting us? Here is 10 % off\nPrecedence: bulk\n\
                 List-Unsubscribe: <https://example.com/u>",
                "Thank you for contacting us last year.",
            ),
            ("Subject: Automatische Nachricht: Ihre Rechnung", "Anbei die Rechnung für April."),
            ("Subject: Your autoresponder course: lesson 3", "Today: subject lines."),
        ],
    );
}

#[test]
fn signing_up_is_no_challenge() {
    all_are(
        None,
        &[
            (
                "Subject: Please verify your email address\nFrom: Pier Shop <no-reply@example.com>",
                "Welcome. Click the link below to verify your address and finish signing up.",
            ),
            (
                "Subject: Confirm your subscription\nFrom: Pier News <news@example.com>\n\
                 List-Unsubscribe: <https://example.com/u>",
                "Please confirm your subscription by clicking the button.",
            ),
            (
                "Subject: Your sign-in code\nAuto-Submitted: auto-generated\nFrom: no-reply@example.com",
                "Enter the code 123456 to confirm your sign-in.",
            ),
            (
                "Subject: Re: challenge-response filters\nIn-Reply-To: <m@harbour.example>",
                "I think such filters are a nuisance: please confirm, please verify that you are human, each time.",
            ),
            (
                "Subject: [crew] TMDA set-up\nList-Id: <crew.harbour.example>",
                "It says: your message is being held because the address has not been verified.",
            ),
        ],
    );
}

#[test]
fn services_that_wait_for_a_confirmation_are_ordinary() {
    all_are(
        None,
        &[
            (
                "Subject: Your booking 4711\nAuto-Submitted: auto-generated\nFrom: Ferry <no-reply@example.com>",
                "Your booking is awaiting confirmation. Please confirm it: click here.",
            ),
            (
                "Subject: Sign in to the pier\nAuto-Submitted: auto-generated\nFrom: no-reply@example.com",
                "Click the link to verify your sign-in. If you did not request this, do nothing.",
            ),
            (
                "Subject: Verify your identity\nFrom: Bank Service <verify@bank.test>",
                "Your account is pending. To avoid suspension click here and confirm your data.",
            ),
        ],
    );
}

#[test]
fn news_of_viruses_is_no_warning() {
    all_are(
        None,
        &[
            (
                "Subject: Virus alert: new worm spreads by mail\nFrom: Security News <news@example.com>\n\
                 List-Id: <news.example.com>",
                "The worm arrives as an attachment. A virus was found in mail at many sites.",
            ),
            (
                "Subject: Virus warning",
                "Ben, don't open the attachment that came this morning. It is infected with a virus.",
            ),
            (
                "Subject: Re: Virus in your mail\nIn-Reply-To: <m@harbour.example>",
                "I ran the scanner: the mail you sent me contained a virus, please check your PC.",
            ),
            (
                "Subject: Update report\nFrom: virusupdates@example.com",
                "Downloaded 3 new signatures. The scanner was restarted.",
            ),
            (
                "Subject: Newsletter April\nFrom: Antivirus Shop <news@example.com>",
                "Is your computer infected with a virus? Buy now.",
            ),
            (
                "Subject: Virus alert! Protect your PC\nFrom: Antivirus Shop <news@example.com>",
                "Don't let a virus ruin your day. Our scanner keeps your e-mail clean. Order now.",
            ),
            (
                "Subject: Security alert\nFrom: Administrator <admin@mail-center.test>\n\
                 Content-Type: text/html",
                "<p>A virus was found in your mailbox. Your messages are pending and undelivered messages wait. \
                 <a href=\"http://mail-center.test/x\">Click here</a> to release messages.</p>",
            ),
        ],
    );
}

#[test]
fn receipts_and_reports_in_talk_are_ordinary() {
    all_are(
        None,
        &[
            ("Subject: Read: the new rules of the pier", "All of you, please read them."),
            ("Subject: Receipt: your order 4711", "Thank you for buying a lamp."),
            ("Subject: Abuse report for the pier", "Somebody threw bottles. What do we do?"),
            (
                "Subject: Report domain: harbour.example Submitter: example.com Report-ID: 7\n\
                 From: dmarc-noreply@example.com\n\
                 Content-Type: application/zip; name=\"example.com!harbour.example!1!2.zip\"\n\
                 Content-Transfer-Encoding: base64",
                "UEsDBAoAAAAAAA==",
            ),
            (
                "Subject: Please tell me that you read this\nDisposition-Notification-To: ada@lighthouse.example",
                "It matters.",
            ),
            (
                "Subject: Fwd: a complaint\nContent-Type: multipart/mixed; boundary=b",
                "--b\n\nWhat is this?\n--b\nContent-Type: message/rfc822\n\nFrom: f@example.net\n\
                 Subject: Abuse\nContent-Type: multipart/report; report-type=feedback-report; boundary=c\n\n\
                 --c\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n--c--\n--b--",
            ),
        ],
    );
}

#[test]
fn a_bounce_stays_a_bounce() {
    use crate::engine::notice::NoticeKind;
    all_are(
        Some(NoticeKind::Bounce),
        &[(
            "From: MAILER-DAEMON@mx.example.com\nSubject: Undelivered Mail Returned to Sender\n\
             Auto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=b",
            "--b\n\nYour message contained a virus.\n--b\nContent-Type: message/delivery-status\n\n\
             Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; a@example.org\nAction: failed\n\
             Status: 5.7.1\nDiagnostic-Code: smtp; 550 virus found\n--b--",
        )],
    );
}

#[test]
fn long_headers_and_bodies_are_read_within_a_bound() {
    use super::super::words::MAX_WORDS;
    use crate::engine::Limits;
    use crate::engine::message::parse;

    let name = "virus ".repeat(50_000);
    let text = "you sent a virus, i am out of the office, your message is being held ".repeat(20_000);
    let raw = format!(
        "From: {name} <postmaster@example.com>\nSubject: {name}\nAuto-Submitted: auto-replied\n\n{text}\n{text}\n"
    );
    let parsed = parse(raw.as_bytes(), &Limits::default());
    let view = parsed.view();
    let look = super::super::look(&view).unwrap();
    assert!(look.clues.subject.len() <= 2_001 && look.clues.from.len() <= 4_002);
    assert!((1..=MAX_WORDS + 1).contains(&look.words().text.len()));

    let fields: String = (0..5_000).map(|n| format!("Original-Rcpt-To: a{n}@example.org\n")).collect();
    let report = format!("Feedback-Type: abuse\n{fields}");
    let (notice, _) =
        super::read("From: a@example.com\nContent-Type: message/feedback-report", &report).unwrap();
    assert_eq!(notice.reports.len(), 1_000);
}
