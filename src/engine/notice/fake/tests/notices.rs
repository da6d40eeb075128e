//! Real notices are never called fake, whatever they link to or bring back; reports that report nothing are.

use super::*;

const DAEMON: &str = "Return-Path: <>\n";

fn is_bounce(raw: &str) {
    let verdict = judged(raw);
    let kind = verdict.notice.as_ref().map(|n| n.kind);
    assert_eq!(kind, Some(NoticeKind::Bounce), "{} {}", verdict.class, weighed(raw));
    assert_ne!(verdict.class, Class::FakeBounce);
}

#[test]
fn pages_of_real_servers_with_links_are_bounces() {
    for (from, subject, body) in [
        (
            "Microsoft Outlook <postmaster@harbour.example>",
            "Undeliverable: Berth plan",
            "<p><b>Delivery has failed to these recipients or groups:</b></p><p><a href='mailto:gone@example.org'>gone@example.org</a></p>\
             <p>The email address you entered couldn't be found. Please check it and try to resend the message. If the problem continues, \
             <a href='http://go.microsoft.com/fwlink/?LinkId=1'>contact your helpdesk</a>.</p><p><b>Diagnostic information for administrators:</b></p>\
             <p>Generating server: mx.example.net</p><p>gone@example.org<br>Remote Server returned '550 5.1.1 RESOLVER.ADR.RecipNotFound; not found'</p>",
        ),
        (
            "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
            "Delivery Status Notification (Failure)",
            "<h1>Address not found</h1><p>Your message wasn't delivered to <b>gone@example.org</b> because the address couldn't be found.</p>\
             <p><a href='https://support.google.com/mail/?p=NoSuchUser'>LEARN MORE</a></p><p>The response was:</p>\
             <p>550 5.1.1 The email account that you tried to reach does not exist. Learn more at https://support.google.com/mail/?p=NoSuchUser</p>",
        ),
        (
            "Mail Delivery System <mailer-daemon@mail.example.net>",
            "Undelivered Mail Returned to Sender",
            "<p>Your message could not be delivered to the following recipient:</p><p>full@example.org</p>\
             <p>552 5.2.2 Mailbox is full. <a href='https://help.example.com/quota'>Click here</a> to learn about quotas.</p>",
        ),
    ] {
        is_bounce(&mail(DAEMON, from, subject, "text/html", body));
    }
}

/// A report whose text wants a click on a foreign link, with this status part and what came back.
fn report(words: &str, status: &str, returned: &str) -> String {
    format!(
        "{DAEMON}From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\nTo: {ME}\n\
         Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\nContent-Type: text/html\n\n{words}\n\n--b\nContent-Type: message/delivery-status\n\n{status}\n\
         --b{returned}--b--\n"
    )
}

const PHISHING: &str = "From: Mail Server <x@tours.example.com>\nTo: them@example.org\nMessage-ID: <p@tours.example.com>\n\
    Subject: 5 pending messages\nContent-Type: text/html\n\n5 messages are pending. <a href='https://x.web.app'>Release messages</a>\n";
const FAILED: &str = "Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; gone@example.org\nAction: failed\n\
    Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 unknown\n";
const ADVERT: &str = "<p>Cheap watches. <a href='http://watches.test/'>Click here</a></p>";

#[test]
fn a_bounce_that_returns_phishing_is_a_bounce() {
    let returned = format!("\nContent-Type: message/rfc822\n\n{PHISHING}\n");
    is_bounce(&report("<p>Your message could not be delivered.</p>", FAILED, &returned));
    let quoted = format!(
        "This is the mail system at host mx.example.net.\n\nI'm sorry to have to inform you that your message could not\n\
         be delivered to one or more recipients.\n\n<gone@example.org>: host mx.example.org said: 550 5.1.1 user unknown\n\n\
         ------ This is a copy of the message, including all the headers. ------\n\n{PHISHING}"
    );
    is_bounce(&mail(
        DAEMON, "MAILER-DAEMON@mx.example.net", "Undelivered Mail Returned to Sender", "text/plain", &quoted,
    ));
}

#[test]
fn a_status_part_about_somebody_else_proves_the_notice_whatever_its_words_are() {
    is_bounce(&report(
        "<p>Mailbox full? <a href='https://x.web.app/'>Click here to upgrade</a></p>",
        FAILED,
        "--\n",
    ));
}

#[test]
fn a_report_that_reports_nothing_is_fake() {
    for status in ["", "\n\n", "Reporting-MTA: dns; mx.example.net\n"] {
        let raw = report(ADVERT, status, "--\n");
        let verdict = judged(&raw);
        assert_eq!(verdict.class, Class::FakeBounce, "{status:?} {}", weighed(&raw));
        assert!(verdict.notice.is_none());
    }
    let bare = format!(
        "From: Deals <d@shop.example.com>\nTo: {ME}\nSubject: Only today\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n{ADVERT}\n--b--\n"
    );
    let verdict = judged(&bare);
    assert_eq!(verdict.class, Class::FakeBounce);
    assert!(verdict.findings.iter().any(|f| f.id == "fake.report"));
}

#[test]
fn reports_about_other_things_are_left_alone() {
    for (kind, part) in [
        ("tlsrpt", "application/tlsrpt+gzip"),
        ("disposition-notification", "text/plain"),
        ("feedback-report", "message/feedback-report"),
    ] {
        let raw = format!(
            "From: reports@example.org\nTo: {ME}\nSubject: Report Domain: harbour.example\n\
             Content-Type: multipart/report; report-type={kind}; boundary=b\n\n--b\n\nThis is a report.\n\
             --b\nContent-Type: {part}\n\nx\n--b--\n"
        );
        assert_ne!(judged(&raw).class, Class::FakeBounce, "{kind}");
    }
}

#[test]
fn a_copied_notice_about_the_person_alone_with_a_foreign_button_is_fake() {
    let body = "<p>Delivery has failed to these recipients or groups:</p><p>me@harbour.example</p>\
                <p>Your messages could not be delivered, the mailbox is full.</p>\
                <p><a href='https://owa-fix.web.app/?u=me@harbour.example'>Release messages</a></p>";
    let raw = mail(
        DAEMON,
        "Microsoft Outlook <postmaster@outlook-ndr.test>",
        "Undeliverable: Contract",
        "text/html",
        body,
    );
    let parsed = parse(raw.as_bytes(), &Limits::default());
    assert!(recognise(&parsed.view()).is_none(), "{}", weighed(&raw));
    assert_eq!(judged(&raw).class, Class::FakeBounce);
}
