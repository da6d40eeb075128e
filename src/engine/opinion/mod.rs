//! The receiving server's opinion: what the person's own mail server wrote into the header.
//!
//! A server that takes a message checks it and says so in `Authentication-Results` (RFC 8601), `X-Spam-*`
//! and `X-Virus-*` fields. Anybody can write such fields into a message beforehand, so only those count
//! that stand where the person's own servers write (`trusted`). The opinion is evidence and no more: a
//! virus alarm makes a message suspicious, a spam mark and a failed authentication weigh a little, a passed
//! authentication weighs nothing, because forgers pass it with domains of their own.
//!
//! `auth` reads Authentication-Results; `marks` is the table of filters' fields: a new filter is a row.

mod auth;
mod marks;
mod trusted;

use super::message::Message;
use super::verdict::{Evidence, Finding, FindingKind, Severity, Toward};

const VIRUS: FindingKind = FindingKind {
    id: "server.virus",
    severity: Severity::High,
    toward: Toward::Quarantine,
    weight: 5.0,
    means: "The virus scanner of the person's own mail server raised an alarm.",
};
const SPAM: FindingKind = FindingKind {
    id: "server.spam",
    severity: Severity::Low,
    toward: Toward::Quarantine,
    weight: 0.8,
    means: "The spam filter of the person's own mail server marked the message.",
};
const UNAUTHENTICATED: FindingKind = FindingKind {
    id: "server.unauthenticated",
    severity: Severity::Low,
    toward: Toward::Quarantine,
    weight: 0.8,
    means: "The person's own mail server found that the sender's domain does not vouch for the message; \
            forwarding causes that too.",
};
const AUTHENTICATED: FindingKind = FindingKind {
    id: "server.authenticated",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The person's own mail server found that the domain of the From address vouches for the message.",
};

/// The kinds of finding that the receiving server's opinion can give.
pub const FINDINGS: &[FindingKind] = &[VIRUS, SPAM, UNAUTHENTICATED, AUTHENTICATED];

/// Fields that one finding rests on, at most.
const MOST_EVIDENCE: usize = 5;

/// What the person's own mail server said of the message.
///
/// Reads the outermost header only: what a returned or forwarded message carries is somebody else's.
/// Never fails; a field that can't be read says nothing.
pub fn findings(message: &Message<'_>) -> Vec<Finding> {
    let fields = trusted::fields(message);
    let mut out = Vec::new();
    for (mark, kind, says) in [
        (marks::Mark::Virus, VIRUS, "Your mail server's virus scanner raised an alarm"),
        (marks::Mark::Spam, SPAM, "Your mail server's spam filter marked this message"),
    ] {
        let mut hits = fields.iter().filter_map(|f| Some((f, marks::read(f.name, &f.text, mark)?)));
        if let Some((first, named)) = hits.next() {
            let says = match named {
                Some(name) => format!("{says}: {name}."),
                None => format!("{says}."),
            };
            let more = hits.map(|(f, _)| f.evidence.clone()).take(MOST_EVIDENCE - 1);
            out.push(kind.says(says).with(first.evidence.clone()).with_any(more));
        }
    }
    out.extend(authentication(message, &fields));
    out
}

/// What the topmost readable Authentication-Results field comes to.
fn authentication(message: &Message<'_>, fields: &[trusted::Field<'_>]) -> Option<Finding> {
    let (results, evidence): (auth::Results, &Evidence) =
        fields.iter().filter(|f| f.name.eq_ignore_ascii_case("authentication-results")).find_map(|f| {
            Some((auth::Results::read(&f.text).filter(auth::Results::says_something)?, &f.evidence))
        })?;
    let from = message.headline().from_address;
    let domain = from.as_deref().and_then(|a| a.rsplit_once('@')).map(|(_, d)| d).unwrap_or_default();
    let named = if domain.is_empty() { "The sender's domain" } else { domain };
    Some(match results.conclusion(domain) {
        auth::Conclusion::Vouched => {
            AUTHENTICATED.says(format!("Your mail server confirms that this came from {named}."))
        }
        auth::Conclusion::Failed(which) => UNAUTHENTICATED
            .says(format!("{named} does not vouch for this message ({which}), says your mail server.")),
        auth::Conclusion::Open => return None,
    })
    .map(|finding| finding.with(evidence.clone()))
}

#[cfg(test)]
mod tests;
