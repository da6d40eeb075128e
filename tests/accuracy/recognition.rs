//! Is a notice recognised, ordinary mail left alone, and what the notice says read rightly?

use std::collections::BTreeMap;

use jiff::Timestamp;
use lazaret::engine::notice::{Action, Notice, NoticeKind, Reason};
use lazaret::engine::{Context, Disposition, Identities, Limits, NoLedger, Strictness, Verdict, judge};

use crate::corpus::{Corpora, Entry};

/// Labels of notices and the kinds that are right for them.
const KINDS: &[(&str, &[NoticeKind])] = &[
    ("bounce", &[NoticeKind::Bounce]),
    ("bounce-4xx", &[NoticeKind::Bounce, NoticeKind::Delay]),
    // Sisimai files every expiry under `delayed`, the final one as well.
    ("bounce-delayed", &[NoticeKind::Delay, NoticeKind::Bounce]),
    ("dsn-success", &[NoticeKind::Success]),
    ("autoreply", &[NoticeKind::AutoReply]),
    ("challenge", &[NoticeKind::Challenge]),
    ("viruswarn", &[NoticeKind::VirusWarning]),
    ("mdn", &[NoticeKind::ReadReceipt]),
    ("arf", &[NoticeKind::FeedbackReport]),
];

/// Their words for a reason, and ours that mean the same.
const REASONS: &[(&str, &[Reason])] = {
    use Reason::*;
    &[
        ("userunknown", &[MailboxUnknown]),
        ("hostunknown", &[HostUnknown]),
        ("mailboxfull", &[MailboxFull]),
        ("filtered", &[MailboxUnknown, Policy, BlockedSender, RejectedContent, NotAllowed, Spam]),
        ("rejected", &[BlockedSender, Policy, NotAllowed, RejectedContent, AuthFailure]),
        ("blocked", &[BlockedSender, ReverseDns, Policy]),
        ("authfailure", &[AuthFailure]),
        // Their word for whatever a policy or an authentication rule refuses (x.7.y).
        ("securityerror", &[Policy, Virus, RejectedContent, AuthFailure, NotAllowed, Tls]),
        ("networkerror", &[Network, Loop, HostUnknown]),
        ("systemerror", &[System, Loop]),
        ("systemfull", &[System, MailboxFull]),
        ("mailererror", &[System]),
        ("requireptr", &[ReverseDns, BlockedSender]),
        ("policyviolation", &[Policy, RejectedContent, NotAllowed, Syntax]),
        // A domain without a mail exchanger counts here, too.
        ("notaccept", &[NoMailAccepted, HostUnknown]),
        ("spamdetected", &[Spam]),
        ("virusdetected", &[Virus]),
        ("suspend", &[Suspended]),
        ("hasmoved", &[Moved]),
        ("toomanyconn", &[RateLimited]),
        ("ratelimited", &[RateLimited]),
        ("speeding", &[RateLimited]),
        ("notcompliantrfc", &[RejectedContent, Syntax]),
        ("contenterror", &[RejectedContent]),
        ("badreputation", &[BlockedSender]),
        ("syntaxerror", &[Syntax]),
        ("norelaying", &[RelayingDenied]),
        ("exceedlimit", &[TooLarge, RateLimited]),
        ("emailtoolarge", &[TooLarge]),
        ("expired", &[Expired, Network]),
        ("failedstarttls", &[Tls]),
        ("suppressed", &[Suppressed]),
        ("delivered", &[Delivered]),
    ]
};

/// Disagreements that we hold to be the truth file's: `(end of the path, what, why)`.
const THEIR_MISTAKES: &[(&str, &str, &str)] = &[
    ("lhost-domino-03.eml", "recipient", "Final-Recipient and the returned To name ours"),
    ("lhost-exim-03.eml", "recipient", "X-Failed-Recipients names ours"),
    ("lhost-office365-04.eml", "recipient", "Final-Recipient names ours"),
    ("simple_14.txt", "recipient", "the sentence names ours, the diagnostic theirs"),
    ("lhost-gmail-06.eml", "action", "the notice says that it is a delay"),
    ("lhost-gmail-06.eml", "kind", "the notice says that it is a delay"),
    ("lhost-exim-41.eml", "kind", "the notice says that it is a delay"),
    ("lhost-exim-41.eml", "action", "the notice says that it is a delay"),
    ("rfc3464/4.eml", "kind", "Action: delayed"),
    ("report_422.eml", "kind", "Action: delayed"),
    ("lhost-sendmail-14.eml", "missed", "a person forwards a bounce: ordinary mail"),
    ("raw_email_with_mimepart_without_content_type.eml", "false alarm", "a delay report of Sendmail"),
    ("rhost-nttdocomo-02.eml", "reason", "the server says: unknown user"),
    ("rhost-nttdocomo-03.eml", "reason", "the server says: unknown user"),
    ("rfc3464-01.eml", "reason", "the server says: user unknown"),
    ("rhost-zoho-03.eml", "reason", "the server says: flagged as Spam"),
    ("lhost-sendmail-11.eml", "reason", "the status is 4.4.7, time ran out"),
];

#[derive(Default)]
struct Row {
    notices: u32,
    recognised: u32,
    kind: u32,
    ordinary: u32,
    false_alarms: u32,
    recipients: (u32, u32),
    actions: (u32, u32),
    status: (u32, u32),
    reasons: (u32, u32),
}

fn percent((right, all): (u32, u32)) -> f64 {
    if all == 0 { 100.0 } else { f64::from(right) * 100.0 / f64::from(all) }
}

fn judged(raw: &[u8]) -> Verdict {
    let identities = Identities::default();
    let senders = Vec::new();
    judge(
        raw,
        &Context {
            knowledge: &lazaret::engine::knowledge::NoKnowledge,
            now: Timestamp::UNIX_EPOCH,
            received: None,
            identities: &identities,
            ledger: &NoLedger,
            senders: &senders,
            strictness: Strictness::Normal,
            limits: Limits::default(),
        },
    )
}

/// Measures, prints, and returns what is below the bar.
pub(crate) fn measure(corpora: &Corpora) -> Vec<String> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut quarantined = Vec::new();
    for entry in &corpora.entries {
        let Some(raw) = corpora.read(entry) else { continue };
        let row = rows.entry(entry.corpus().to_owned()).or_default();
        let verdict = judged(&raw);
        let notice = verdict.notice.as_ref();
        if let Some((_, kinds)) = KINDS.iter().find(|(kind, _)| *kind == entry.kind) {
            row.notices += 1;
            let Some(notice) = notice else {
                if let Some(why) = mistake(entry, "missed") {
                    println!("missed      {} {why}", entry.path);
                    row.notices -= 1;
                    continue;
                }
                println!("missed      {:14} {}", entry.kind, entry.path);
                continue;
            };
            row.recognised += 1;
            if kinds.contains(&notice.kind) || mistake(entry, "kind").is_some() {
                row.kind += 1;
            } else {
                println!("kind        {:14} {} is {}", entry.kind, entry.path, notice.kind.word());
            }
            if entry.kind.starts_with("bounce") || entry.kind == "dsn-success" {
                compare(entry, notice, row);
            }
        } else if matches!(entry.kind.as_str(), "ordinary" | "ordinary?" | "spam" | "notification") {
            row.ordinary += 1;
            if let Some(notice) = notice.filter(|_| mistake(entry, "false alarm").is_none()) {
                row.false_alarms += 1;
                println!(
                    "false alarm {:14} {} as {} {}",
                    entry.kind,
                    entry.path,
                    notice.format,
                    notice.kind.word()
                );
            }
            if verdict.disposition == Disposition::Quarantine && entry.kind == "ordinary" && notice.is_some()
            {
                quarantined.push(entry.path.clone());
            }
        }
    }
    conclude(&rows, &quarantined)
}

/// Why the truth file's word on this message is not taken.
fn mistake(entry: &Entry, what: &str) -> Option<&'static str> {
    THEIR_MISTAKES.iter().find(|(end, of, _)| entry.path.ends_with(end) && *of == what).map(|(.., why)| *why)
}

fn agrees(entry: &Entry, what: &str, right: bool, ours: &str, theirs: &str, count: &mut (u32, u32)) {
    count.1 += 1;
    if right {
        count.0 += 1;
        return;
    }
    if let Some((.., why)) =
        THEIR_MISTAKES.iter().find(|(end, of, _)| entry.path.ends_with(end) && *of == what)
    {
        count.0 += 1;
        println!("{what:11} {} ours {ours:?}, theirs {theirs:?}: {why}", entry.path);
        return;
    }
    println!("{what:11} {} ours {ours:?}, theirs {theirs:?}", entry.path);
}

fn compare(entry: &Entry, notice: &Notice, row: &mut Row) {
    for (index, recipient) in entry.recipients.iter().enumerate() {
        let ours = notice.reports.iter().find(|r| {
            r.recipient.as_deref() == Some(recipient) || r.original_recipient.as_deref() == Some(recipient)
        });
        let named: Vec<&str> = notice.reports.iter().filter_map(|r| r.recipient.as_deref()).collect();
        agrees(entry, "recipient", ours.is_some(), &named.join(";"), recipient, &mut row.recipients);
        let Some(report) = ours.or_else(|| notice.reports.get(index)) else { continue };
        let theirs = entry.action.get(index).map(String::as_str).unwrap_or_default();
        let expired = entry.reason.get(index).is_some_and(|r| r == "expired");
        let action = match report.action {
            Action::Failed => "failed",
            Action::Delayed => "delayed",
            _ => "delivered",
        };
        if !theirs.is_empty() {
            // The table calls every expiry `delayed`, also those whose report says `failed`.
            let right = action == theirs || expired || entry.kind == "bounce-delayed";
            agrees(entry, "action", right, action, theirs, &mut row.actions);
        }
        let theirs = entry.status.get(index).map(String::as_str).unwrap_or_default();
        // x.0.9nn are Sisimai's own codes for a report that has none.
        let own_code = theirs.split('.').nth(2).is_some_and(|d| d.len() == 3 && d.starts_with('9'));
        if !theirs.is_empty() && !own_code {
            let ours = report.status.as_deref().unwrap_or_default();
            agrees(entry, "status", ours == theirs, ours, theirs, &mut row.status);
        }
        let theirs = entry.reason.get(index).map(String::as_str).unwrap_or_default();
        if let Some((_, same)) = REASONS.iter().find(|(word, _)| *word == theirs) {
            let right = same.contains(&report.reason);
            agrees(entry, "reason", right, report.reason.word(), theirs, &mut row.reasons);
            if !right && std::env::var_os("LAZARET_SHOW").is_some() {
                println!("            {:?} {:?}", report.status, report.diagnostic);
            }
        } else if !matches!(theirs, "" | "onhold" | "undefined") {
            // These two say that the table could not tell.
            println!("unknown word of theirs: {theirs}");
        }
    }
}

fn conclude(rows: &BTreeMap<String, Row>, quarantined: &[String]) -> Vec<String> {
    let mut failures = Vec::new();
    let mut all = Row::default();
    println!(
        "\n{:22}{:>9}{:>12}{:>8}{:>10}{:>8}{:>11}{:>9}{:>9}{:>9}",
        "corpus",
        "notices",
        "recognised",
        "kind",
        "ordinary",
        "alarms",
        "recipient",
        "action",
        "status",
        "reason"
    );
    for (name, row) in rows {
        print_row(name, row);
        let recognised = percent((row.recognised, row.notices));
        if recognised < 97.0 {
            failures.push(format!("{name}: {recognised:.1} % recognised, the bar is 97 %"));
        }
        all.notices += row.notices;
        all.recognised += row.recognised;
        all.kind += row.kind;
        all.ordinary += row.ordinary;
        all.false_alarms += row.false_alarms;
        for (sum, part) in [
            (&mut all.recipients, row.recipients),
            (&mut all.actions, row.actions),
            (&mut all.status, row.status),
            (&mut all.reasons, row.reasons),
        ] {
            sum.0 += part.0;
            sum.1 += part.1;
        }
    }
    print_row("all", &all);
    for (what, got, bar) in [
        ("recognised", percent((all.recognised, all.notices)), 99.0),
        ("kind right", percent((all.kind, all.recognised)), 97.0),
        ("recipient right", percent(all.recipients), 99.0),
        ("action right", percent(all.actions), 99.0),
        ("status right", percent(all.status), 97.0),
        ("reason right", percent(all.reasons), 90.0),
    ] {
        if got < bar {
            failures.push(format!("all: {what} in {got:.1} %, the bar is {bar} %"));
        }
    }
    if f64::from(all.false_alarms) > f64::from(all.ordinary) / 2_000.0 {
        failures.push(format!("{} of {} ordinary mails called a notice", all.false_alarms, all.ordinary));
    }
    failures.extend(quarantined.iter().map(|path| format!("ordinary mail quarantined: {path}")));
    failures
}

fn print_row(name: &str, row: &Row) {
    println!(
        "{name:22}{:>9}{:>11.1}%{:>7.1}%{:>10}{:>8}{:>10.1}%{:>8.1}%{:>8.1}%{:>8.1}%",
        row.notices,
        percent((row.recognised, row.notices)),
        percent((row.kind, row.recognised)),
        row.ordinary,
        row.false_alarms,
        percent(row.recipients),
        percent(row.actions),
        percent(row.status),
        percent(row.reasons),
    );
}
