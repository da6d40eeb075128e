//! Allow and block entries, as the engine asks for them.
//!
//! An entry names exactly one thing: an address, a domain, a reporting server or one IP address. Ranges
//! are not offered: they ban neighbours and are never forgotten. An entry may expire.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What an entry matches on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SenderScope {
    /// The From address.
    #[default]
    Address,
    /// The domain of the From address, sub-domains included.
    Domain,
    /// The server that reports, from a notice.
    ReportingMta,
    /// The address of the host that handed the message to the person's own server.
    Ip,
}

impl SenderScope {
    /// The word of the database and of CSV files.
    pub fn word(self) -> &'static str {
        match self {
            SenderScope::Address => "address",
            SenderScope::Domain => "domain",
            SenderScope::ReportingMta => "reporting_mta",
            SenderScope::Ip => "ip",
        }
    }

    /// The scope of a [`word`](Self::word), or `None` for an unknown word.
    pub fn from_word(word: &str) -> Option<SenderScope> {
        [SenderScope::Address, SenderScope::Domain, SenderScope::ReportingMta, SenderScope::Ip]
            .into_iter()
            .find(|s| s.word() == word)
    }
}

/// What an entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SenderRule {
    /// Keeps the message, malicious attachments excepted.
    #[default]
    Allow,
    /// Quarantines it, a decisively genuine bounce excepted.
    Block,
}

impl SenderRule {
    /// The word of the database and of CSV files.
    pub fn word(self) -> &'static str {
        match self {
            SenderRule::Allow => "allow",
            SenderRule::Block => "block",
        }
    }

    /// The rule of a [`word`](Self::word), or `None` for an unknown word.
    pub fn from_word(word: &str) -> Option<SenderRule> {
        [SenderRule::Allow, SenderRule::Block].into_iter().find(|r| r.word() == word)
    }
}

/// One allow or block entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderEntry {
    /// What it does.
    pub rule: SenderRule,
    /// What it matches on.
    pub scope: SenderScope,
    /// The value in its normal form (see [`SenderEntry::normal`]).
    pub value: String,
    /// When it stops to count; `None` for never.
    pub expires: Option<Timestamp>,
}

impl SenderEntry {
    /// The value in the form in which it is stored and compared: trimmed, lower case, no `@` before a
    /// domain, an IP address in its canonical text. `None` where it does not fit the scope.
    pub fn normal(scope: SenderScope, value: &str) -> Option<String> {
        let value = value.trim().to_lowercase();
        match scope {
            SenderScope::Address => {
                let (local, domain) = value.rsplit_once('@')?;
                (!local.is_empty() && is_domain(domain)).then(|| value.clone())
            }
            SenderScope::Domain | SenderScope::ReportingMta => {
                let domain = value.trim_start_matches('@').trim_end_matches('.');
                is_domain(domain).then(|| domain.to_owned())
            }
            SenderScope::Ip => value.parse::<IpAddr>().ok().map(|ip| ip.to_canonical().to_string()),
        }
    }
}

fn is_domain(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && !text.contains(|c: char| c.is_whitespace() || "@<>,;/\\\"".contains(c))
}

/// What a message offers for entries to match on, each in normal form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SenderKeys {
    /// The From address.
    pub address: Option<String>,
    /// The reporting server of a notice.
    pub reporting_mta: Option<String>,
    /// The host that handed the message to the person's own server.
    pub ip: Option<IpAddr>,
}

impl SenderKeys {
    /// Whether `entry` matches this message at the time `now`.
    pub fn matched_by(&self, entry: &SenderEntry, now: Timestamp) -> bool {
        if entry.expires.is_some_and(|at| at <= now) {
            return false;
        }
        match entry.scope {
            SenderScope::Address => self.address.as_deref() == Some(entry.value.as_str()),
            SenderScope::Domain => self
                .address
                .as_deref()
                .and_then(|a| a.rsplit_once('@'))
                .is_some_and(|(_, domain)| is_within(domain, &entry.value)),
            SenderScope::ReportingMta => self.reporting_mta.as_deref() == Some(entry.value.as_str()),
            SenderScope::Ip => {
                self.ip.is_some_and(|ip| entry.value.parse::<IpAddr>().is_ok_and(|e| e == ip.to_canonical()))
            }
        }
    }
}

/// Whether `domain` is `parent` or a sub-domain of it.
pub fn is_within(domain: &str, parent: &str) -> bool {
    domain == parent || domain.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'))
}

/// The person's allow and block entries.
pub trait SenderList {
    /// Every entry that matches `keys` at the time `now`, the most specific first
    /// (address, IP, reporting server, domain).
    fn matching(&self, keys: &SenderKeys, now: Timestamp) -> Vec<SenderEntry>;

    /// Whether any entry is an IP address: where none is, the hops of a message need not be read.
    fn has_ips(&self) -> bool {
        true
    }
}

/// Entries in memory: a snapshot that the service takes before it judges, and what tests use.
impl SenderList for Vec<SenderEntry> {
    fn has_ips(&self) -> bool {
        self.iter().any(|entry| entry.scope == SenderScope::Ip)
    }

    fn matching(&self, keys: &SenderKeys, now: Timestamp) -> Vec<SenderEntry> {
        let mut found: Vec<SenderEntry> = self.iter().filter(|e| keys.matched_by(e, now)).cloned().collect();
        found.sort_by_key(|e| match e.scope {
            SenderScope::Address => 0,
            SenderScope::Ip => 1,
            SenderScope::ReportingMta => 2,
            SenderScope::Domain => 3,
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(scope: SenderScope, value: &str) -> SenderEntry {
        SenderEntry { rule: SenderRule::Allow, scope, value: value.into(), expires: None }
    }

    #[test]
    fn a_domain_entry_takes_sub_domains_but_no_look_alikes() {
        let keys = |a: &str| SenderKeys { address: Some(a.into()), ..SenderKeys::default() };
        let entry = entry(SenderScope::Domain, "example.org");
        let now = Timestamp::UNIX_EPOCH;
        assert!(keys("a@example.org").matched_by(&entry, now));
        assert!(keys("a@mail.example.org").matched_by(&entry, now));
        assert!(!keys("a@notexample.org").matched_by(&entry, now));
        assert!(!keys("a@example.org.evil.test").matched_by(&entry, now));
    }

    #[test]
    fn an_expired_entry_matches_nothing() {
        let mut old = entry(SenderScope::Address, "a@example.org");
        old.expires = Some(Timestamp::UNIX_EPOCH);
        let keys = SenderKeys { address: Some("a@example.org".into()), ..SenderKeys::default() };
        assert!(!keys.matched_by(&old, Timestamp::UNIX_EPOCH));
    }

    #[test]
    fn values_are_normalised_or_refused() {
        assert_eq!(
            SenderEntry::normal(SenderScope::Domain, " @Example.ORG. ").as_deref(),
            Some("example.org")
        );
        assert_eq!(SenderEntry::normal(SenderScope::Ip, "::ffff:192.0.2.1").as_deref(), Some("192.0.2.1"));
        assert_eq!(SenderEntry::normal(SenderScope::Ip, "192.0.2.0/24"), None);
        assert_eq!(SenderEntry::normal(SenderScope::Address, "no-at-sign"), None);
    }
}
