//! Status reports as RFC 3464 wants them, and as mailers build them wrongly.

use super::*;
use crate::engine::Limits;
use crate::engine::message::parse;

fn recognised(raw: &str) -> Option<Recognised> {
    let parsed = parse(raw.as_bytes(), &Limits::default());
    recognise(&parsed.view())
}

fn notice(raw: &str) -> Notice {
    let found = recognised(raw).unwrap_or_else(|| panic!("not recognised:\n{raw}"));
    found.conclude(Provenance::Unverified).0
}

const HEAD: &str = "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.com>\n\
    To: me@harbour.example\nSubject: Undelivered Mail Returned to Sender\n\
    Message-ID: <n1@mx.example.com>\nDate: Tue, 03 Mar 2026 10:00:00 +0000\nMIME-Version: 1.0\n";
const PER_MESSAGE: &str =
    "Reporting-MTA: dns; mx.example.com\nArrival-Date: Tue, 03 Mar 2026 09:59:00 +0000\n";
const FAILED: &str = "Final-Recipient: rfc822; gone@example.org\nAction: failed\nStatus: 5.1.1\n\
    Remote-MTA: dns; mail.example.org\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n";
const RETURNED: &str = "Message-ID: <offer.1@harbour.example>\nFrom: me@harbour.example\nTo: gone@example.org\n\
    Subject: The offer\nDate: Tue, 3 Mar 2026 09:59:00 +0000\n\nHello\n";

/// A report with this status part; `status_type` and `more` stand in its header.
fn report(status_type: &str, more: &str, status: &str) -> String {
    format!(
        "{HEAD}Content-Type: multipart/report; report-type=delivery-status; boundary=\"b1\"\n\n\
         --b1\nContent-Type: text/plain\n\nSorry.\n\n--b1\nContent-Type: {status_type}\n{more}\n{status}\n\
         --b1\nContent-Type: message/rfc822\n\n{RETURNED}\n--b1--\n"
    )
}

fn proper() -> String {
    report("message/delivery-status", "", &format!("{PER_MESSAGE}\n{FAILED}"))
}

#[test]
fn a_proper_report_is_read_in_full() {
    let found = notice(&proper());
    assert_eq!((found.kind, found.format.as_str()), (NoticeKind::Bounce, "dsn"));
    assert_eq!(found.reporting_mta.as_deref(), Some("mx.example.com"));
    let [only] = found.reports.as_slice() else { panic!("{:?}", found.reports) };
    assert_eq!(only.recipient.as_deref(), Some("gone@example.org"));
    assert_eq!((only.action, only.status.as_deref()), (Action::Failed, Some("5.1.1")));
    assert_eq!(only.reason, Reason::MailboxUnknown);
    assert_eq!(only.remote_mta.as_deref(), Some("mail.example.org"));
    assert_eq!(only.diagnostic.as_deref(), Some("550 5.1.1 User unknown"));
    let returned = found.returned.unwrap();
    assert_eq!(returned.message_id.as_deref(), Some("offer.1@harbour.example"));
    assert_eq!(returned.subject.as_deref(), Some("The offer"));
}

/// Ways in which mailers build a report wrongly; each must read like the proper one.
fn wrong_builds() -> Vec<(&'static str, String)> {
    let good = format!("{PER_MESSAGE}\n{FAILED}");
    let base64 = "UmVwb3J0aW5nLU1UQTogZG5zOyBteC5leGFtcGxlLmNvbQpBcnJpdmFsLURhdGU6IFR1ZSwgMDMgTWFyIDIwMjYg\
        MDk6NTk6MDAgKzAwMDAKCkZpbmFsLVJlY2lwaWVudDogcmZjODIyOyBnb25lQGV4YW1wbGUub3JnCkFjdGlvbjog\
        ZmFpbGVkClN0YXR1czogNS4xLjEKUmVtb3RlLU1UQTogZG5zOyBtYWlsLmV4YW1wbGUub3JnCkRpYWdub3N0aWMt\
        Q29kZTogc210cDsgNTUwIDUuMS4xIFVzZXIgdW5rbm93bgo=";
    vec![
        (
            "no blank line between the groups",
            report("message/delivery-status", "", &format!("{PER_MESSAGE}{FAILED}")),
        ),
        (
            "a blank line after every field",
            report("message/delivery-status", "", &good.replace('\n', "\n\n")),
        ),
        ("text/plain instead", report("text/plain", "", &good)),
        ("an octet stream instead", report("application/octet-stream", "", &good)),
        ("the global type", report("message/global-delivery-status", "", &good)),
        ("capitals in the type", report("Message/Delivery-Status", "", &good)),
        (
            "attached",
            report("message/delivery-status", "Content-Disposition: attachment; filename=s.dat\n", &good),
        ),
        ("base64", report("message/delivery-status", "Content-Transfer-Encoding: base64\n", base64)),
        (
            "quoted-printable",
            report(
                "message/delivery-status",
                "Content-Transfer-Encoding: quoted-printable\n",
                &good.replace("; ", ";=20"),
            ),
        ),
        (
            "another report type",
            proper().replace("report-type=delivery-status", "report-type=disposition-notification"),
        ),
        ("no report type", proper().replace("report-type=delivery-status; ", "")),
        (
            "multipart/mixed",
            proper().replace("multipart/report; report-type=delivery-status;", "multipart/mixed;"),
        ),
        ("no end of the boundary", proper().replace("--b1--\n", "")),
        ("lines that end in CR LF", proper().replace('\n', "\r\n")),
        (
            "fields in lower case",
            report(
                "message/delivery-status",
                "",
                &good
                    .replace("Final-Recipient", "final-recipient")
                    .replace("Action", "action")
                    .replace("Status:", "status:"),
            ),
        ),
        ("no address type", report("message/delivery-status", "", &good.replace("rfc822; ", ""))),
        (
            "angle brackets",
            report("message/delivery-status", "", &good.replace("gone@example.org", "<gone@example.org>")),
        ),
        (
            "the type of RFC 6533",
            report("message/global-delivery-status", "", &good.replace("rfc822;", "utf-8;")),
        ),
        (
            "the action in capitals with a remark",
            report(
                "message/delivery-status",
                "",
                &good.replace("Action: failed", "Action: FAILED (no more tries)"),
            ),
        ),
        ("a boundary that stands nowhere", proper().replace("boundary=\"b1\"", "boundary=\"b2\"")),
    ]
}

#[test]
fn reports_built_wrongly_are_read_as_well() {
    for (how, raw) in wrong_builds() {
        let found = recognised(&raw).unwrap_or_else(|| panic!("{how} is not recognised"));
        let (found, _) = found.conclude(Provenance::Unverified);
        assert_eq!((found.kind, found.format.as_str()), (NoticeKind::Bounce, "dsn"), "{how}");
        let named: Vec<_> = found.reports.iter().filter_map(|r| r.recipient.as_deref()).collect();
        assert_eq!(named, ["gone@example.org"], "{how}");
        let first = &found.reports[0];
        assert_eq!((first.action, first.status.as_deref()), (Action::Failed, Some("5.1.1")), "{how}");
        assert_eq!(first.reason, Reason::MailboxUnknown, "{how}");
        let id = found.returned.and_then(|r| r.message_id);
        assert_eq!(id.as_deref(), Some("offer.1@harbour.example"), "{how}");
    }
}

#[test]
fn words_that_speak_of_a_field_do_not_hide_the_report() {
    let told = proper().replace("Sorry.", "Sorry. See the line Final-Recipient: in the report below.");
    let found = notice(&told);
    assert_eq!(found.format, "dsn");
    assert_eq!(found.reports[0].recipient.as_deref(), Some("gone@example.org"));
}

#[test]
fn a_program_that_says_it_answered_is_worth_reading() {
    let bounce = |field: &str| {
        let raw = format!(
            "From: Relay <relay@example.org>\nTo: me@harbour.example\nSubject: Your mail\nAuto-Submitted: {field}\n\n\
             A message that you sent could not be delivered to one or more of its recipients.\n\
             The following address(es) failed:\n\n  gone@example.org\n    550 5.1.1 User unknown\n"
        );
        recognised(&raw).is_some_and(|found| found.notice.kind == NoticeKind::Bounce)
    };
    assert!(bounce("auto-replied") && bounce("Auto-Replied (relay)"));
    assert!(!bounce("auto-generated") && !bounce("no"));
}

#[test]
fn every_action_has_its_kind() {
    for (action, status, kind) in [
        ("failed", "5.0.0", NoticeKind::Bounce),
        ("delayed", "4.4.1", NoticeKind::Delay),
        ("delivered", "2.1.5", NoticeKind::Success),
        ("relayed", "2.6.0", NoticeKind::Success),
        ("expanded", "2.1.5", NoticeKind::Success),
    ] {
        let group = format!("Final-Recipient: rfc822; a@example.org\nAction: {action}\nStatus: {status}\n");
        let found = notice(&report("message/delivery-status", "", &format!("{PER_MESSAGE}\n{group}")));
        assert_eq!(found.kind, kind, "{action}");
        assert_eq!(serde_json::to_value(found.reports[0].action).unwrap(), action);
    }
}

#[test]
fn several_recipients_are_reported_each() {
    let group = |who: &str, action: &str, status: &str| {
        format!("Final-Recipient: rfc822; {who}@example.org\nAction: {action}\nStatus: {status}\n")
    };
    let status = [
        PER_MESSAGE,
        &group("a", "delivered", "2.1.5"),
        &group("b", "failed", "5.2.2"),
        &group("c", "delayed", "4.4.1"),
    ];
    let found = notice(&report("message/delivery-status", "", &status.join("\n")));
    // One failure makes it a bounce, whatever became of the others.
    assert_eq!(found.kind, NoticeKind::Bounce);
    let read: Vec<_> =
        found.reports.iter().map(|r| (r.recipient.as_deref().unwrap(), r.action, r.reason)).collect();
    assert_eq!(
        read,
        [
            ("a@example.org", Action::Delivered, Reason::Delivered),
            ("b@example.org", Action::Failed, Reason::MailboxFull),
            ("c@example.org", Action::Delayed, Reason::Network),
        ]
    );
}

#[test]
fn an_address_beyond_ascii_is_decoded() {
    let status = format!(
        "{PER_MESSAGE}\nFinal-Recipient: utf-8; gr\\x{{FC}}n@example.org\nOriginal-Recipient: utf-8; gr\u{fc}n+x@example.org\nAction: failed\nStatus: 5.1.1\n"
    );
    let found = notice(&report("message/global-delivery-status", "", &status));
    assert_eq!(found.reports[0].recipient.as_deref(), Some("gr\u{fc}n@example.org"));
    assert_eq!(found.reports[0].original_recipient.as_deref(), Some("gr\u{fc}n+x@example.org"));
}

#[test]
fn the_server_that_refused_is_believed_before_the_one_that_reports() {
    let status = format!(
        "{PER_MESSAGE}\nFinal-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 552 5.2.2 Over quota\n"
    );
    let found = notice(&report("message/delivery-status", "", &status));
    assert_eq!(found.reports[0].status.as_deref(), Some("5.2.2"));
    assert_eq!(found.reports[0].reason, Reason::MailboxFull);
}

#[test]
fn a_million_recipients_are_cut_and_it_is_said() {
    let mut status = String::from(PER_MESSAGE);
    for number in 0..1_000_000 {
        status.push_str(&format!("\nFinal-Recipient: rfc822; {number}@a.example\nAction: failed\n"));
    }
    let found = recognised(&report("message/delivery-status", "", &status)).unwrap();
    assert!(found.notice.reports.len() <= 1_000 && found.notice.reports.len() > 100);
    assert!(found.findings.iter().any(|f| f.id == "notice.cut"));
}

#[test]
fn what_a_person_forwards_is_not_read() {
    let inner = proper();
    let forward = format!(
        "From: Ada <ada@example.org>\nTo: me@harbour.example\nSubject: Fwd: Undelivered Mail\n\
         Content-Type: multipart/mixed; boundary=\"o\"\n\n--o\n\nCan you read this?\n--o\nContent-Type: message/rfc822\n\n{inner}\n--o--\n"
    );
    assert!(recognised(&forward).is_none());
}

#[test]
fn a_report_that_a_gateway_wrapped_is_read() {
    let wrapped = format!(
        "From: postmaster@mx.example.com\nTo: me@harbour.example\nSubject: Delivery Status Notification (Failure)\n\
         Content-Type: multipart/mixed; boundary=\"o\"\n\n--o\nContent-Type: message/rfc822\n\n{}\n--o\n\nScanned.\n--o--\n",
        proper()
    );
    let found = notice(&wrapped);
    assert_eq!(found.reports[0].recipient.as_deref(), Some("gone@example.org"));
    assert_eq!(found.returned.unwrap().message_id.as_deref(), Some("offer.1@harbour.example"));
}

#[test]
fn a_label_alone_is_no_report() {
    let spam = format!("{HEAD}Content-Type: multipart/report; report-type=delivery-status; boundary=\"b1\"\n\n--b1\nContent-Type: text/html\n\n<p>Cheap watches for you</p>\n--b1--\n")
        .replace("Subject: Undelivered Mail Returned to Sender", "Subject: Watches");
    assert!(recognised(&spam).is_none());
}
