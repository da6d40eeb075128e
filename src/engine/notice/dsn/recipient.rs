//! What the fields of one recipient mean: address, action, status and reason.

use std::cell::LazyCell;

use super::super::families::read;
use super::super::gate::Signs;
use super::super::reason::{EnhancedStatus, Reason, Told};
use super::super::{Action, Report, address};
use super::status::Group;
use crate::engine::words::{begins_with, clip, in_lower_case, trimmed};

/// What the fields of one recipient say. What the notice says in words (`told`), and `why` delivery failed by them, is
/// read only where they say too little.
pub(super) fn report<'t>(
    group: &Group,
    signs: &Signs,
    told: impl Fn() -> &'t [read::Entry],
    why: impl Fn(&read::Entry) -> Reason,
    recipients: usize,
) -> Report {
    let final_recipient = group.value("final-recipient").and_then(recipient);
    let original = ["original-recipient", "x-original-recipient"]
        .iter()
        .find_map(|name| group.value(name).and_then(recipient));
    let actual = group.value("x-actual-recipient").and_then(recipient);
    // A mailbox that only the server's own network knows: somebody else was written to.
    let final_recipient = final_recipient.filter(|a| original.is_none() || !is_internal(a));
    let chosen = final_recipient.or(actual).or_else(|| original.clone());
    let entry = LazyCell::new(|| {
        let same = |e: &&read::Entry| e.report.recipient.is_some() && e.report.recipient == chosen;
        told().iter().find(same).or_else(|| told().first().filter(|_| recipients == 1))
    });
    let field = group.value("status").and_then(EnhancedStatus::parse);
    let diagnostic = group.value("diagnostic-code").map(typed).filter(|v| !v.is_empty());
    let said = diagnostic.unwrap_or_default();
    let action = action(group, field, signs);
    let inner = EnhancedStatus::find(said);
    let status = match (field, inner) {
        // The code of the server that refused says more than the one that the reporting server derived.
        (Some(f), Some(i)) if !i.is_weak() || f.is_vague() && i.class == f.class => Some(i),
        (field, inner) => field.or(inner),
    };
    let status = match status {
        Some(s) if !s.is_vague() => Some(s.text()),
        vague => entry
            .and_then(|e| EnhancedStatus::parse(e.report.status.as_deref()?))
            .filter(|s| vague.is_none_or(|v| v.class == s.class))
            .or(vague)
            .map(EnhancedStatus::text),
    };
    let mut reason = match action {
        Action::Failed | Action::Delayed => Told::knowing(said, inner).reason(field),
        _ => Reason::Delivered,
    };
    let poor = diagnostic.is_none() || reason == Reason::Undefined;
    if poor
        && reason != Reason::Delivered
        && (reason == Reason::Undefined || field.is_none_or(|s| s.is_vague() || s.is_policy()))
        && let Some(told) = entry.map(why).filter(|told| *told != Reason::Undefined)
    {
        reason = told;
    }
    let remote_mta = group
        .value("remote-mta")
        .map(|v| in_lower_case(typed(v).trim_matches(['[', ']', '(', ')', ' ']).trim_end_matches('.')))
        .filter(|v| !v.is_empty());
    let diagnostic = diagnostic.or_else(|| entry.and_then(|e| e.report.diagnostic.as_deref()));
    let named = chosen.clone().or_else(|| entry.and_then(|e| e.report.recipient.clone()));
    Report {
        original_recipient: original.filter(|o| Some(o) != chosen.as_ref()),
        recipient: named,
        action,
        status,
        reason,
        diagnostic: diagnostic.map(|d| clip(d, read::MAX_DIAGNOSTIC).to_owned()),
        remote_mta,
    }
}

/// The address in a recipient field: `rfc822; a@b`, `utf-8; \x{..}@b` (RFC 6533 §3), or bare.
fn recipient(value: &str) -> Option<String> {
    let (kind, rest) = value.split_once(';').unwrap_or(("", value));
    let rest = trimmed(rest);
    if trimmed(kind).get(..5).is_some_and(|kind| kind.eq_ignore_ascii_case("utf-8")) {
        return address::normal(&utf8_address(rest));
    }
    address::normal(rest).or_else(|| address::normal(value))
}

/// Ends of hosts that no mail from outside reaches (RFC 6761, 6762, 9476, and those that people made up before).
const INTERNAL: &[&str] = &[
    ".local", ".localdomain", ".localhost", ".internal", ".intern", ".intranet", ".lan", ".corp", ".home",
    ".private", ".invalid",
];

/// Whether an address is of no domain that mail can be sent to from outside.
fn is_internal(address: &str) -> bool {
    let Some((_, host)) = address.rsplit_once('@') else { return true };
    !host.contains(['.', ':']) || INTERNAL.iter().any(|end| host.ends_with(end))
}

/// Decodes `\x{HHHH}` and `+`-free xtext of the utf-8 address type.
fn utf8_address(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\x{") {
        out.push_str(rest.get(..at).unwrap_or_default());
        let after = rest.get(at + 3..).unwrap_or_default();
        match after
            .split_once('}')
            .and_then(|(hex, tail)| Some((char::from_u32(u32::from_str_radix(hex, 16).ok()?)?, tail)))
        {
            Some((c, tail)) => {
                out.push(c);
                rest = tail;
            }
            None => {
                out.push_str("\\x{");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// `dns; host`, `smtp; 550 ...`: what follows the type.
pub(super) fn typed(value: &str) -> &str {
    match value.split_once(';') {
        Some((kind, rest)) if kind.len() <= 20 && !trimmed(kind).contains(' ') => trimmed(rest),
        _ => trimmed(value),
    }
}

fn action(group: &Group, status: Option<EnhancedStatus>, signs: &Signs) -> Action {
    let word = group.value("action").unwrap_or_default();
    const WORDS: &[(&str, Action)] = &[
        ("fail", Action::Failed),
        ("delay", Action::Delayed),
        ("deliverable", Action::Delivered),
        ("deliver", Action::Delivered),
        ("relay", Action::Relayed),
        ("expand", Action::Expanded),
        ("expired", Action::Failed),
        ("error", Action::Failed),
        ("reject", Action::Failed),
        ("denied", Action::Failed),
        ("bounce", Action::Failed),
    ];
    if let Some((_, action)) = WORDS.iter().find(|(start, _)| begins_with(word, start)) {
        return *action;
    }
    match status {
        Some(status) if status.class == 2 => Action::Delivered,
        _ if signs.subject.contains("delay") || signs.subject.contains("warning") => Action::Delayed,
        _ => Action::Failed,
    }
}
