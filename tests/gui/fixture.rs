//! A made-up mailbox as the service would tell of it.

use jiff::{Timestamp, ToSpan};
use lazaret::account::{Mode, Origin, Security, Settings};
use lazaret::engine::notice::{Action, Notice, NoticeKind, Provenance, Reason, Report};
use lazaret::engine::returned::ReturnedMail;
use lazaret::engine::senders::{SenderEntry, SenderRule, SenderScope};
use lazaret::engine::verdict::{Attachment, Class, Disposition, Evidence, Finding, Severity, Toward};
use lazaret::service::command::{ChartQuery, Dealt, Group, ListQuery, Shelf, Within};
use lazaret::service::event::{
    AccountState, AccountView, ActivityRow, AttackView, By, ChartBin, ChartView, Failed, GroupView, Holding,
    ListPage, MessageView, NoticeBrief, OverviewView, PreviewGroup, PreviewView, ReporterView, Row,
    SenderView, WayBack,
};

/// The present of the fixture.
pub(crate) fn now() -> Timestamp {
    "2026-03-12T10:00:00Z".parse().unwrap()
}

fn ago(minutes: i64) -> Timestamp {
    now() - minutes.minutes()
}

pub(crate) fn account(name: &str, mode: Mode) -> AccountView {
    let settings = Settings {
        name: name.into(),
        addresses: vec![format!("{}@example.org", name.to_lowercase())],
        origin: Origin::Imap {
            host: "imap.example.org".into(),
            port: 993,
            security: Security::Tls,
            login: name.to_lowercase(),
            fingerprint: None,
        },
        mode,
        strictness: Default::default(),
        sent_folder: None,
        sign_in: Default::default(),
        keep_days: None,
    };
    AccountView { settings, state: AccountState::Idle, last_sync: Some(ago(2)), sent: 4_120, judged: 18_342 }
}

pub(crate) fn accounts() -> Vec<AccountView> {
    vec![account("Work", Mode::Act), account("Home", Mode::Observe)]
}

struct Sketch(
    Class,
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
    i64,
    f32,
    u64,
);

const SKETCHES: &[Sketch] = &[
    Sketch(
        Class::Malicious,
        "Accounts department",
        "billing@invoices.example",
        "Invoice 4471 overdue",
        Some("invoice.pdf.exe"),
        "Work",
        48,
        0.99,
        0,
    ),
    Sketch(
        Class::Backscatter,
        "Mail Delivery System",
        "mailer-daemon@mx.example.net",
        "Undelivered Mail Returned to Sender",
        None,
        "Home",
        65,
        0.98,
        61,
    ),
    Sketch(
        Class::Backscatter,
        "Mail Delivery System",
        "mailer-daemon@mx.example.net",
        "Undelivered Mail Returned to Sender",
        None,
        "Home",
        66,
        0.98,
        61,
    ),
    Sketch(
        Class::Backscatter,
        "postmaster",
        "postmaster@mail.example.com",
        "Delivery Status Notification (Failure)",
        None,
        "Work",
        70,
        0.97,
        61,
    ),
    Sketch(
        Class::Malicious,
        "Доставка",
        "info@parcel.example",
        "Ваша посылка задержана",
        Some("label.scr"),
        "Work",
        610,
        0.97,
        0,
    ),
    Sketch(
        Class::Backscatter,
        "MAILER-DAEMON",
        "mailer-daemon@relay.example.com",
        "failure notice",
        None,
        "Work",
        900,
        0.94,
        0,
    ),
    Sketch(
        Class::Malicious,
        "Scanner",
        "scan@example.com",
        "Scan from the third floor, with a subject so long that it can’t fit into the column",
        Some("scan_0012.zip › scan_0012.js"),
        "Work",
        1_500,
        0.96,
        0,
    ),
    Sketch(
        Class::Backscatter,
        "Antivirus gateway",
        "av@gw.example.net",
        "Virus found in a mail you sent",
        None,
        "Work",
        2_900,
        0.91,
        0,
    ),
    Sketch(
        Class::FakeBounce,
        "Mail Support",
        "support@mailbox.example",
        "5 messages are pending delivery",
        None,
        "Work",
        4_100,
        0.93,
        0,
    ),
    Sketch(
        Class::Suspicious,
        "Supplier",
        "orders@supplier.example",
        "Order form",
        Some("form.xlsm"),
        "Home",
        5_000,
        0.71,
        0,
    ),
    Sketch(
        Class::UnverifiedBounce,
        "postmaster",
        "postmaster@mail.example.com",
        "Undeliverable: minutes",
        None,
        "Work",
        12_000,
        0.55,
        0,
    ),
];

fn row(id: i64, s: &Sketch) -> Row {
    let Sketch(class, from, address, subject, attachment, account, minutes, score, storm) = *s;
    let harm = matches!(class, Class::Malicious | Class::Backscatter);
    Row {
        id,
        account: account.into(),
        folder: "INBOX".into(),
        from: from.into(),
        from_address: address.into(),
        subject: subject.into(),
        received: ago(minutes),
        class,
        disposition: if harm { Disposition::Quarantine } else { Disposition::Flag },
        score,
        reason: match class {
            Class::Backscatter => "It is not among the 4,120 mails you sent.".into(),
            _ => "The attachment is a program that calls itself a document.".into(),
        },
        attachment: attachment.map(str::to_owned),
        storm_size: storm,
        storm: if storm > 0 { "cheap tablets|".into() } else { String::new() },
        members: 1,
        holding: if harm && account == "Work" { Holding::Held } else { Holding::InPlace },
        notice: None,
    }
}

/// All rows, keys from 1.
pub(crate) fn rows() -> Vec<Row> {
    SKETCHES.iter().enumerate().map(|(i, s)| row(i as i64 + 1, s)).collect()
}

/// The answer to `query`: filtered and sorted well enough for a window to show.
pub(crate) fn page(query: &ListQuery) -> ListPage {
    let mut rows: Vec<Row> = match query.shelf {
        Shelf::Bounces if query.dealt == Dealt::Done => Vec::new(),
        Shelf::Bounces => bounces(),
        Shelf::Quarantine => {
            rows().into_iter().filter(|r| r.disposition == Disposition::Quarantine).collect()
        }
        Shelf::All => rows(),
    };
    let per_class =
        Class::ALL.into_iter().map(|c| (c, rows.iter().filter(|r| r.class == c).count() as u64)).collect();
    rows.retain(|r| query.class.is_none_or(|c| r.class == c));
    rows.retain(|r| query.account.as_ref().is_none_or(|a| r.account == *a));
    rows.retain(|r| r.subject.to_lowercase().contains(&query.text.to_lowercase()));
    if query.sort == lazaret::service::command::SortBy::From {
        rows.sort_by(|a, b| a.from.cmp(&b.from));
    }
    if query.text == "class:virus" {
        let fault = Some("“class:virus” is not known. After class: write malicious.".into());
        return ListPage { query: query.clone(), rows: Vec::new(), total: 0, matching: 0, fault, per_class };
    }
    let total = rows.len() as u64;
    ListPage { query: query.clone(), rows, total, matching: total, fault: None, per_class }
}

/// Genuine bounces, keys from 101.
pub(crate) fn bounces() -> Vec<Row> {
    let make = |id: i64, to: &str, subject: &str, status: &str, minutes: i64| Row {
        id,
        account: "Work".into(),
        folder: "INBOX".into(),
        from: "Mail Delivery System".into(),
        from_address: "mailer-daemon@mx.example.org".into(),
        subject: "Undelivered Mail Returned to Sender".into(),
        received: ago(minutes),
        class: Class::GenuineBounce,
        disposition: Disposition::Keep,
        score: 0.99,
        reason: "You sent the returned mail.".into(),
        attachment: None,
        storm_size: 0,
        storm: String::new(),
        members: 1,
        holding: Holding::InPlace,
        notice: Some(NoticeBrief {
            kind: NoticeKind::Bounce,
            failed: vec![failed(to, status)],
            subject: Some(subject.into()),
            sent: Some(ago(minutes + 1)),
            mail: Some(format!("{subject}@example.org")),
        }),
    };
    let mut bounces = vec![
        make(101, "b.miller@firm.example", "Minutes of Tuesday", "4.2.2", 30),
        make(102, "b.miller@firm.example", "Agenda for Tuesday", "4.2.2", 3_000),
        make(103, "old.name@example.net", "Greetings", "5.1.1", 1_600),
    ];
    // One bounce that names two people.
    if let Some(notice) = &mut bounces[2].notice {
        notice.failed.push(failed("c.jones@example.net", "5.1.1"));
    }
    bounces
}

fn failed(to: &str, status: &str) -> Failed {
    Failed {
        recipient: Some(to.into()),
        reason: if status.starts_with('4') { Reason::MailboxFull } else { Reason::MailboxUnknown },
        status: Some(status.into()),
        says: Some(format!("{status} as the server puts it")),
        dealt: false,
    }
}

fn finding(id: &'static str, severity: Severity, toward: Toward, weight: f32, says: &str) -> Finding {
    Finding { id: id.into(), severity, toward, weight, says: says.into(), evidence: Vec::new() }
}

pub(crate) const SOURCE: &str = "Return-Path: <>\r\n\
Received: from mx.example.net (mx.example.net [203.0.113.7])\r\n\tby mail.example.org; Thu, 12 Mar 2026 08:55:00 +0000\r\n\
From: Mail Delivery System <mailer-daemon@mx.example.net>\r\n\
To: home@example.org\r\n\
Subject: Undelivered Mail Returned to Sender\r\n\
Date: Thu, 12 Mar 2026 08:55:00 +0000\r\n\
MIME-Version: 1.0\r\n\
Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\
\r\n\
--b\r\n\
Content-Type: text/plain\r\n\
\r\n\
I'm sorry to have to inform you that your message could not\r\nbe delivered to one or more recipients.\r\n\
\r\n\
--b\r\n\
Content-Type: message/rfc822\r\n\
\r\n\
Message-ID: <20260312.cheap@example.org>\r\n\
Subject: cheap tablets\r\n\
\r\n\
--b--\r\n";

/// The message of row `id`, with findings and source.
pub(crate) fn message(id: i64) -> Option<MessageView> {
    let row = rows().into_iter().chain(bounces()).find(|r| r.id == id)?;
    let at = SOURCE.find("Message-ID").unwrap();
    let (sentence, findings) = match row.class {
        Class::Backscatter => (
            "Backscatter: mx.example.net returned a mail in your name that you did not send.",
            vec![
                finding(
                    "provenance.not_in_ledger",
                    Severity::High,
                    Toward::Quarantine,
                    4.2,
                    "It is not among the 4,120 mails you sent; Sent is read since 2021.",
                )
                .with(Evidence::new(
                    "2.header",
                    at..at + 40,
                    "Message-ID: <20260312.cheap@example.org>",
                )),
                finding(
                    "provenance.foreign_hop",
                    Severity::Medium,
                    Toward::Quarantine,
                    2.1,
                    "The returned mail first came from 203.0.113.7, where you never sent from.",
                )
                .with(Evidence::new(
                    "header",
                    18..78,
                    "Received: from mx.example.net (mx.example.net [203.0.113.7])",
                )),
                finding(
                    "provenance.own_domain",
                    Severity::Low,
                    Toward::Keep,
                    0.3,
                    "Its Message-ID is in your domain (anyone can write that).",
                ),
                finding(
                    "notice.dsn",
                    Severity::Info,
                    Toward::Neither,
                    0.0,
                    "It is a delivery report in the standard form.",
                ),
            ],
        ),
        Class::GenuineBounce => (
            "A bounce of mail you sent.",
            vec![finding(
                "provenance.in_ledger",
                Severity::Critical,
                Toward::Keep,
                8.0,
                "You sent the returned mail on 11 March.",
            )],
        ),
        _ => (
            "Carries something that would harm your computer: a program that calls itself a document.",
            vec![
                finding(
                    "attachment.executable_disguised",
                    Severity::Critical,
                    Toward::Quarantine,
                    9.0,
                    "invoice.pdf.exe is a Windows program and claims to be a PDF document.",
                )
                .with(Evidence::new(
                    "2",
                    400..460,
                    "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAA",
                )),
                finding(
                    "sender.known",
                    Severity::Low,
                    Toward::Keep,
                    0.5,
                    "You wrote to this address once, in 2023.",
                ),
            ],
        ),
    };
    let attachments = row.attachment.iter().map(|name| Attachment {
        part: "2".into(),
        container: Vec::new(),
        name: Some(name.clone()),
        declared: Some("application/pdf".into()),
        detected: "application/vnd.microsoft.portable-executable".into(),
        sure: lazaret::engine::Sureness::Certain,
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        size: 48_213,
        findings: vec!["attachment.executable_disguised".into()],
    });
    let notice = row.notice.as_ref().map(|brief| Notice {
        kind: NoticeKind::Bounce,
        format: "dsn".into(),
        provenance: Provenance::Genuine,
        reporting_mta: Some("mx.example.org".into()),
        reports: vec![Report {
            recipient: brief.failed[0].recipient.clone(),
            original_recipient: None,
            action: Action::Failed,
            status: brief.failed[0].status.clone(),
            reason: brief.failed[0].reason,
            diagnostic: Some("452 4.2.2 mailbox full".into()),
            remote_mta: None,
        }],
        returned: Some(ReturnedMail {
            subject: brief.subject.clone(),
            date: brief.sent,
            to: brief.failed.iter().filter_map(|failed| failed.recipient.clone()).collect(),
            ..ReturnedMail::default()
        }),
    });
    Some(MessageView {
        sentence: sentence.into(),
        findings,
        notice,
        attachments: attachments.collect(),
        headers: vec![
            ("Return-Path".into(), "<>".into()),
            ("Received".into(), "from mx.example.net (mx.example.net [203.0.113.7]) by mail.example.org; Thu, 12 Mar 2026 08:55:00 +0000".into()),
            ("From".into(), format!("{} <{}>", row.from, row.from_address)),
            ("Subject".into(), row.subject.clone()),
        ],
        way: lazaret::engine::reading::read(SOURCE.as_bytes()).way,
        returned_way: lazaret::engine::reading::read(SOURCE.as_bytes()).returned_way,
        handed_over_by: lazaret::engine::reading::handed_over_by(SOURCE.as_bytes()),
        html: if row.class == Class::Malicious { "Dear customer, open the invoice.".into() } else { String::new() },
        text: Some(
            "Hello,\n\nI'm sorry to have to inform you that your message could not be delivered to one or more \
             recipients. It's attached below.\n\nFor further assistance, please send mail to postmaster.\n\n\
             Grüße, приветствия, χαιρετισμοί"
                .into(),
        ),
        source: Some(SOURCE.into()),
        row,
    })
}

pub(crate) fn senders() -> Vec<SenderView> {
    let make = |id, rule, scope, value: &str, origin: &str| SenderView {
        id,
        entry: SenderEntry {
            rule,
            scope,
            value: value.into(),
            expires: (rule == SenderRule::Block).then(|| now() + 480.hours()),
        },
        added: ago(4_000),
        origin: origin.into(),
    };
    vec![
        make(1, SenderRule::Allow, SenderScope::Domain, "firm.example", "typed by hand"),
        make(2, SenderRule::Allow, SenderScope::Address, "orders@supplier.example", "from “Order form”"),
        make(
            3,
            SenderRule::Block,
            SenderScope::ReportingMta,
            "mx.example.net",
            "from “Undelivered Mail Returned to Sender”",
        ),
    ]
}

pub(crate) fn activity() -> Vec<ActivityRow> {
    let make = |minutes, by, says: &str, undo, finished| ActivityRow {
        at: ago(minutes),
        says: says.into(),
        by,
        undo,
        finished,
    };
    let moved = |id| Some(WayBack::Action(id));
    vec![
        make(12, By::Rule, "Moved to the quarantine: “Invoice 4471 overdue”", moved(9), true),
        make(69, By::Person, "Allowed orders@supplier.example", Some(WayBack::Sender(2)), true),
        make(70, By::Person, "Restored to INBOX: “Order form”", moved(8), true),
        make(1_300, By::Rule, "Moved to the quarantine: “Ваша посылка задержана”", moved(6), true),
        make(3_000, By::Rule, "Moving to the quarantine: “failure notice”", None, false),
        make(9_000, By::Person, "Work acts from now on", None, true),
    ]
}

pub(crate) fn overview() -> OverviewView {
    let all: Vec<Row> = rows().into_iter().chain(bounces()).collect();
    let count = |class| all.iter().filter(|r| r.class == class).count() as u64;
    OverviewView {
        per_class: Class::ALL.into_iter().map(|c| (c, count(c))).collect(),
        attacks: vec![AttackView {
            id: "attachment.executable_disguised".into(),
            means: "A program whose name or declared type says that it is something harmless.".into(),
            count: 3,
        }],
        sources: vec![
            ("mx.example.net".into(), 61),
            ("mail.example.com".into(), 14),
            ("relay.example.com".into(), 3),
        ],
        bounces: bounces(),
        open_bounces: 3,
        held: 6,
        would_hold: 2,
        seen: None,
        new: 0,
    }
}

/// Messages over time: a storm on 10 March, at nine in the morning where hours are asked for.
pub(crate) fn chart(query: &ChartQuery) -> ChartView {
    let storm = [0, 1, 0, 2, 0, 0, 1, 3, 1, 0, 0, 2, 1, 0, 1, 0, 0, 1, 0, 2, 0, 1, 0, 0, 1, 2, 9, 31, 18, 4];
    let begin: Timestamp = "2026-02-11T00:00:00Z".parse().unwrap();
    let step = query.step.seconds();
    let mut bins = Vec::new();
    let mut at = query.from.as_second();
    while at < query.until.as_second() {
        let since = at - begin.as_second();
        let (day, hour) = (since.div_euclid(86_400), since.rem_euclid(86_400) / 3_600);
        let here = step >= 86_400 || hour == 9;
        let backscatter = usize::try_from(day).ok().and_then(|day| storm.get(day)).copied().unwrap_or(0);
        let counts = [
            (Class::GenuineBounce, u64::from(day % 5 == 0 && here)),
            (Class::Backscatter, if here { backscatter } else { 0 }),
            (Class::Automatic, u64::from(day % 3 == 0 && here)),
            (Class::Malicious, u64::from(day % 4 == 1 && here)),
        ];
        let counts = counts.into_iter().filter(|(_, n)| *n > 0).collect();
        bins.push(ChartBin { at: Timestamp::from_second(at).unwrap(), counts });
        at += step;
    }
    ChartView { query: *query, bins }
}

/// What each account holds, or would.
pub(crate) fn previews() -> Vec<PreviewView> {
    ["Work", "Home"]
        .into_iter()
        .map(|account| {
            let of = |r: &Row| r.account == account && r.disposition == Disposition::Quarantine;
            let rows: Vec<Row> = rows().into_iter().filter(of).collect();
            let groups = Class::ALL.into_iter().filter_map(|class| {
                let all: Vec<Row> = rows.iter().filter(|r| r.class == class).cloned().collect();
                let count = all.len() as u64;
                (count > 0).then(|| PreviewGroup {
                    class,
                    count,
                    examples: all.into_iter().take(3).collect(),
                })
            });
            let held = rows.iter().filter(|r| r.holding == Holding::Held).count() as u64;
            PreviewView {
                account: account.into(),
                groups: groups.collect(),
                held,
                would_hold: rows.len() as u64 - held,
                in_doubt: 1,
                genuine: 3,
                judged: 18_342,
            }
        })
        .collect()
}

/// A storm of 61 notices from three servers: the list with its row, and what opens.
pub(crate) fn storm() -> (ListPage, GroupView) {
    let query = ListQuery { descending: true, limit: 400, group: Group::Storm, ..ListQuery::default() };
    let mut page = page(&query);
    let of_storm = |row: &Row| row.storm_size > 0;
    let first = page.rows.iter().position(of_storm).unwrap();
    page.rows[first].members = 61;
    let mut place = 0;
    page.rows.retain(|row| {
        place += 1;
        place - 1 == first || !of_storm(row)
    });
    page.total = page.rows.len() as u64;
    let member = page.rows[first].clone();
    let rows =
        (0..61).map(|n| Row { id: 1_000 + n, received: ago(65 + n * 40), members: 1, ..member.clone() });
    let reporter = |server: &str, count, minutes| ReporterView {
        server: Some(server.into()),
        count,
        since: ago(minutes + 2_000),
        until: ago(minutes),
        letter: format!("Dear postmaster of {server}"),
    };
    let group = GroupView {
        within: Within::Storm(member.storm.clone()),
        rows: rows.collect(),
        since: Some(ago(2_500)),
        until: Some(ago(65)),
        accounts: vec![("Home".into(), 61)],
        reporters: vec![
            reporter("mx.example.net", 44, 65),
            reporter("mail.example.com", 14, 90),
            reporter("relay.example.com", 3, 400),
        ],
    };
    (page, group)
}
