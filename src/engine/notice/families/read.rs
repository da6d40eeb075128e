//! Which recipients failed, and why, from a notice's own words.
//!
//! Who is named in which of the layouts that mailers share, `layouts` knows; the words after an address are its
//! diagnostic (`said`).

use std::borrow::Cow;
use std::cell::{LazyCell, OnceCell};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use mail_parser::HeaderName;
use memchr::memmem::Finder;

use super::super::super::message::Message;
use super::super::super::verdict::{Finding, FindingKind, Severity, Toward};
use super::super::address;
use super::super::gate::Signs;
use super::super::reason::{self, Answer, EnhancedStatus, Reason, Told};
use super::super::text::Reading;
use super::super::{Action, Report};
use super::layouts::{Named, named, unqualified};
use super::said::{general_answer, has_code, own_words, remote_mta};
use super::zone::Zone;
use crate::engine::words::{clip, is_lower_case_of};

pub(in super::super) const RECIPIENT: FindingKind = FindingKind {
    id: "notice.recipient",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "A recipient that the notice names, with the server's words about it.",
};

/// Recipients that are read of one notice; the rest is counted, not listed.
pub(in super::super) const MAX_REPORTS: usize = 1_000;
/// Recipients that a finding of their own shows.
const MAX_SHOWN: usize = 5;
/// Bytes of a diagnostic that are kept.
pub(in super::super) const MAX_DIAGNOSTIC: usize = 1_000;

/// A report and where the notice makes it. Why delivery failed is in it once it was asked for ([`Entry::reason`]).
pub(in super::super) struct Entry {
    /// Its diagnostic is kept whole until [`conclude`].
    pub(in super::super) report: Report,
    /// The enhanced status among the words of the diagnostic.
    inner: Option<EnhancedStatus>,
    /// The status beside which they are read.
    status: Option<EnhancedStatus>,
    /// Whether all of the notice's words speak of it: it names one recipient, or none.
    only: bool,
    reason: OnceCell<Reason>,
    /// The line of the address and those of the server's words, where somebody is named.
    place: Option<(usize, Option<Range<usize>>)>,
}

impl Entry {
    /// Why delivery failed, as the words of the diagnostic say; where they say little, as all words before `zone` ends do.
    pub(in super::super) fn reason(&self, reading: &Reading<'_>, zone: &Zone) -> Reason {
        *self.reason.get_or_init(|| self.hear(reading, zone))
    }

    fn hear(&self, reading: &Reading<'_>, zone: &Zone) -> Reason {
        let said = self.report.diagnostic.as_deref().unwrap_or_default();
        let told = Told::knowing(said, self.inner);
        let reason = told.reason(self.status);
        let little = reason == Reason::Undefined || self.place.is_some() && told.says_little();
        match self.only && little {
            true => {
                let all = clip(reading.text(0..zone.words_end), 4_000);
                reason::derive(Answer { status: self.status, text: all })
            }
            false => reason,
        }
    }

    /// The finding that shows where it stands; none where it names nobody.
    fn finding(&self, message: &Message<'_>, reading: &Reading<'_>) -> Option<Finding> {
        let (line, words) = self.place.clone()?;
        let (address, line) = (self.report.recipient.as_deref()?, line..line + 1);
        let words = words.filter(|words| *words != line);
        Some(
            RECIPIENT
                .says(["Not delivered to ", address, ": ", self.report.reason.sentence()].concat())
                .with_any(reading.evidence(message, line))
                .with_any(words.and_then(|words| reading.evidence(message, words))),
        )
    }
}

/// The findings that show the first few of `entries`.
pub(super) fn findings(entries: &[Entry], message: &Message<'_>, reading: &Reading<'_>) -> Vec<Finding> {
    entries.iter().take(MAX_SHOWN).filter_map(|entry| entry.finding(message, reading)).collect()
}

/// Reads one report per recipient. `opening` is the line that shows the family, or the first one.
pub(in super::super) fn reports(
    message: &Message<'_>,
    signs: &Signs,
    reading: &Reading<'_>,
    zone: &Zone,
    opening: usize,
) -> Vec<Entry> {
    let own = Own::of(message);
    let words = 0..zone.words_end;
    let mut named = named(reading, words.clone(), &own, opening);
    if signs.failed_recipients {
        let header = failed_recipients(message);
        if !header.is_empty() {
            // The field names them all; the text says why.
            let mut from_header: Vec<Named<'_>> = Vec::new();
            for address in header {
                let found = named.iter().find(|n| n.address == address).cloned();
                from_header.push(found.unwrap_or_else(|| {
                    let line = mention(reading, words.clone(), &address).unwrap_or(opening);
                    Named { address, line, rest: Cow::Borrowed("") }
                }));
            }
            named = from_header;
        }
    }
    if named.iter().all(|n| own.holds(&n.address))
        && let Some(host) = reporting_host(message)
    {
        let listed = unqualified(reading, words.clone(), opening, &host);
        if !listed.is_empty() {
            named = listed;
        }
    }
    if named.is_empty() {
        named = from_subject(signs, &own, opening);
    }
    if named.len() > 1 {
        let mut seen = HashSet::new();
        named.retain(|n| seen.insert(n.address.clone()));
    }
    named.truncate(MAX_REPORTS);
    let stops: Vec<usize> = named.iter().map(|n| n.line).collect();
    let general = LazyCell::new(|| general_answer(reading, words.clone()));
    let mut entries: Vec<Entry> = Vec::with_capacity(named.len().max(1));
    for name in &named {
        let own_words = own_words(reading, zone, name, &stops);
        let original_recipient = expanded_from(&own_words.0).filter(|a| *a != name.address);
        let (said, lines) = if has_code(&own_words.0) || named.len() > 1 && !own_words.0.is_empty() {
            own_words
        } else {
            match &*general {
                Some(general) => general.clone(),
                None => own_words,
            }
        };
        let only = named.len() == 1;
        let inner = EnhancedStatus::find(&said);
        let all = || EnhancedStatus::find(clip(reading.text(words.clone()), 8_000));
        let status = inner.or_else(|| if only { all() } else { None });
        entries.push(Entry {
            report: Report {
                recipient: Some(name.address.clone()),
                original_recipient,
                action: Action::Failed,
                status: status.map(EnhancedStatus::text),
                reason: Reason::Undefined,
                remote_mta: remote_mta(&said),
                diagnostic: (!said.is_empty()).then_some(said),
            },
            inner,
            status: None,
            only,
            reason: OnceCell::new(),
            place: Some((name.line, lines)),
        });
    }
    // The notice names nobody: what it says still counts.
    if entries.is_empty() {
        let said = general.as_ref().map(|(said, _)| said.clone()).unwrap_or_default();
        let inner = EnhancedStatus::find(&said);
        let status = inner.or_else(|| EnhancedStatus::find(clip(reading.text(words.clone()), 4_000)));
        entries.push(Entry {
            report: Report {
                recipient: None,
                original_recipient: None,
                action: Action::Failed,
                status: status.map(EnhancedStatus::text),
                reason: Reason::Undefined,
                remote_mta: remote_mta(&said),
                diagnostic: (!said.is_empty()).then_some(said),
            },
            inner,
            status,
            only: true,
            reason: OnceCell::new(),
            place: None,
        });
    }
    entries
}

/// Hears why each of `entries` failed, and cuts their diagnostics to what is kept of them.
pub(super) fn conclude(entries: &mut [Entry], reading: &Reading<'_>, zone: &Zone) {
    for entry in entries {
        entry.report.reason = entry.reason(reading, zone);
        if let Some(said) = &mut entry.report.diagnostic {
            said.truncate(clip(said, MAX_DIAGNOSTIC).len());
        }
    }
}

/// Addresses of the notice's own From and To: the mailer and the person, not who failed.
pub(in super::super) struct Own<'m>(Vec<&'m str>);

impl<'m> Own<'m> {
    pub(in super::super) fn of(message: &Message<'m>) -> Own<'m> {
        let mut lists = [None; 3];
        // Of several fields of a name, the last counts.
        for header in message.root().into_iter().flat_map(|root| &root.inner().headers) {
            let slot = match header.name {
                HeaderName::From => 0,
                HeaderName::To => 1,
                HeaderName::ReplyTo => 2,
                _ => continue,
            };
            if let Some(list) = lists.get_mut(slot) {
                *list = header.value.as_address();
            }
        }
        let all = lists.into_iter().flatten().flat_map(address::each);
        Own(all.filter_map(|one| one.address()).collect())
    }

    /// Whether `address`, in lower case, is one of them.
    pub(in super::super) fn holds(&self, address: &str) -> bool {
        self.0.iter().any(|own| is_lower_case_of(address, own))
    }
}

/// The host of the daemon that wrote the notice.
fn reporting_host(message: &Message<'_>) -> Option<String> {
    let from = message.mail().from()?.first()?.address()?;
    let (_, host) = from.rsplit_once('@')?;
    (address::is_daemon(from) && host.contains('.')).then(|| host.to_owned())
}

fn failed_recipients(message: &Message<'_>) -> Vec<String> {
    let Some(root) = message.root() else { return Vec::new() };
    let mut out = Vec::new();
    for header in root.fields("x-failed-recipients") {
        let raw = root.raw_text(header).into_owned();
        let ranges = address::all(&raw, MAX_REPORTS);
        out.extend(ranges.into_iter().filter_map(|r| raw.get(r).map(str::to_lowercase)));
    }
    out
}

fn from_subject(signs: &Signs, own: &Own<'_>, line: usize) -> Vec<Named<'static>> {
    address::normal(&signs.subject)
        .filter(|a| !own.holds(a))
        .map(|address| Named { address, line, rest: Cow::Borrowed("") })
        .into_iter()
        .collect()
}

/// The line that mentions `address`.
fn mention(reading: &Reading<'_>, range: Range<usize>, address: &str) -> Option<usize> {
    range.into_iter().find(|i| {
        let line = reading.line(*i);
        line.len() >= address.len() && line.to_lowercase().contains(address)
    })
}

/// The address that a list or an alias was written to: `(expanded from: <address>)`, `(generated from
/// address)`.
fn expanded_from(said: &str) -> Option<String> {
    static MARKS: LazyLock<[Finder<'static>; 2]> =
        LazyLock::new(|| ["expanded from", "generated from "].map(Finder::new));
    let at = MARKS.iter().find_map(|mark| mark.find(said.as_bytes()))?;
    let rest = said.get(at..)?;
    address::first(rest).and_then(|range| rest.get(range)).map(str::to_lowercase)
}
