//! The way that the returned mail took: its Received chain and its DKIM signatures.
//!
//! Both stand in bytes that a forger could have written, so they support and never decide: who knows the
//! person's submission server and signs in its name is rarely a forger. That they are missing says nothing.

use super::Case;
use crate::engine::ledger::LedgerUnavailable;
use crate::engine::message::Place;
use crate::engine::verdict::{Evidence, FindingKind, Severity, Toward};

pub(super) const DKIM: FindingKind = FindingKind {
    id: "provenance.own_dkim_signature",
    severity: Severity::Low,
    toward: Toward::Keep,
    weight: 1.0,
    means: "The returned mail carries a DKIM signature in the name of the person's own domain.",
};
pub(super) const SUBMITTED: FindingKind = FindingKind {
    id: "provenance.submitted",
    severity: Severity::Low,
    toward: Toward::Keep,
    weight: 1.0,
    means: "The returned mail was handed in with a password, at a server of the person's domain or in the person's name.",
};

/// Received fields that are read.
const MAX_HOPS: usize = 50;

/// What a server writes into Received where the sender signed in (RFC 3848, and Sendmail, Postfix, Exim).
const SIGNED_IN: &[&str] = &[
    "with esmtpsa", "with esmtpa", "with utf8smtpsa", "with utf8smtpa", "authenticated sender",
    "(authenticated", "authenticated bits", "(smtp-auth", "auth=",
];

/// A hop that began with a sender who signed in.
struct Submission {
    /// The server, in lower case.
    host: String,
    /// It lies in a domain of the person's.
    at_home: bool,
    /// It names the person as the one who signed in.
    by_name: bool,
    place: Place,
}

/// The value of `tag` in a list of `tag=value;`.
fn tag<'v>(value: &'v str, tag: &str) -> Option<&'v str> {
    value
        .split(';')
        .find_map(|part| part.trim().strip_prefix(tag)?.trim_start().strip_prefix('='))
        .map(str::trim)
}

/// Whether `domain` is `of`, or lies below it. Both in lower case.
pub(super) fn is_within(domain: &str, of: &str) -> bool {
    domain == of || of.contains('.') && domain.strip_suffix(of).is_some_and(|rest| rest.ends_with('.'))
}

/// The host after `by` in a Received field, in lower case.
fn by_host(received: &str) -> Option<&str> {
    let mut words = received.split_whitespace();
    words.find(|w| *w == "by")?;
    words.next().map(|w| w.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
}

impl Case<'_, '_> {
    /// Whether signature or submission speak for the person enough to outweigh that Sent has no copy; adds
    /// what it found.
    pub(super) fn came_the_person_s_way(&mut self) -> Result<bool, LedgerUnavailable> {
        let mut found = false;
        if let Some(evidence) = self.signed_by_own_domain() {
            found = true;
            self.findings.push(
                DKIM.says("It carries a signature in the name of your domain, which nobody checked here.")
                    .with(evidence),
            );
        }
        let Some(submission) = self.submission() else { return Ok(found) };
        let learned = self.context.ledger.ever_submitted_at(&submission.host)?;
        if learned || submission.by_name || submission.at_home {
            let says = match learned {
                true => "It was handed in where your mail was handed in before.",
                false => "Its first server says that the sender signed in there.",
            };
            self.findings.push(SUBMITTED.says(says).with_any(submission.place.evidence(self.message)));
        }
        Ok(found || learned || submission.by_name)
    }

    /// The server at which the returned mail was handed in with a password.
    pub(super) fn submitted_at(&self) -> Option<String> {
        self.submission().map(|s| s.host).filter(|host| host.contains('.'))
    }

    fn signed_by_own_domain(&self) -> Option<Evidence> {
        let own = self.facts.sender.as_deref().filter(|from| self.own(from).is_some())?;
        let domain = own.rsplit_once('@')?.1;
        let returned = self.returned()?;
        returned.all("dkim-signature").take(MAX_HOPS).find_map(|field| {
            let signer = tag(field.value(self.message), "d")?.to_lowercase();
            is_within(domain, &signer).then(|| field.place.evidence(self.message))?
        })
    }

    /// The earliest hop (the lowest field) that a sender who signed in began.
    fn submission(&self) -> Option<Submission> {
        let hops: Vec<_> = self.returned()?.all("received").take(MAX_HOPS).collect();
        hops.iter().rev().take(3).find_map(|field| {
            let value = field.value(self.message).to_lowercase();
            if !SIGNED_IN.iter().any(|words| value.contains(words)) {
                return None;
            }
            let host = by_host(&value)?.to_owned();
            let identities = || self.context.identities.iter();
            let mut domains = identities().filter_map(|i| i.rsplit_once('@'));
            // `for <...>` names the recipient, who may be the person too.
            let signed_in = value.split(" for <").next().unwrap_or_default();
            Some(Submission {
                at_home: domains.any(|(_, domain)| is_within(&host, domain)),
                by_name: signed_in
                    .split_once("authenticated sender")
                    .is_some_and(|(_, name)| identities().any(|identity| name.contains(identity))),
                place: field.place.clone(),
                host,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_hosts_and_domains_are_read() {
        assert_eq!(tag("v=1; a=rsa-sha256; d=harbour.example; s=x", "d"), Some("harbour.example"));
        assert_eq!(tag("v=1", "d"), None);
        assert_eq!(
            by_host("from a by mail.harbour.example (postfix) with esmtpsa"),
            Some("mail.harbour.example")
        );
        assert_eq!(by_host("nothing"), None);
        assert!(is_within("mail.harbour.example", "harbour.example"));
        assert!(!is_within("otherharbour.example", "harbour.example") && !is_within("a.example", "example"));
    }
}
