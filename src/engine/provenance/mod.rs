//! Did this person send it? Genuine, backscatter, third party or unverified.
//!
//! One file per source of evidence. Each piece of evidence becomes a finding with its bytes; [`decide`] walks
//! the table below from the top, and the first row that holds decides. Own domain, own From and HELO prove
//! nothing: most backscatter carries a Message-ID in its victim's own domain.
//!
//! | where | evidence | then |
//! | --- | --- | --- |
//! | | the ledger can't be read | unverified |
//! | `ids` | a Message-ID that stands in Sent, and recipient, subject or date agree (or nothing came back to compare) | genuine |
//! | `ids` | the same, and all that came back disagrees: a copied ID | unverified |
//! | `ids` | the notice came inside another message, which stands in Sent | genuine |
//! | `facts` | a mail in Sent has recipient, subject and date, whatever its ID is (rewritten, cut off) | genuine |
//! | `facts` | a mail in Sent has two of the three; or its recipient, where no ID came back | unverified |
//! | `automatic` | the returned mail was automatic: Sent never holds such | unverified |
//! | `foreign` | its From is a stranger's, and it is list mail | third party |
//! | `foreign` | its From is a stranger's, and it had been written to the person: a redirect | unverified |
//! | `foreign` | its From is a stranger's, and the notice came to none of the person's addresses | unverified |
//! | `coverage` | Sent is not known for that identity at that time, or too little came back to be found | unverified |
//! | `tags` | the notice came to a return address that the person's server signed | unverified |
//! | `ids` | the returned mail answers one in Sent | unverified |
//! | `relay` | the way it took, or the mail program, is the person's, and so is the recipient | unverified |
//! | `coverage` | it is a feedback report, which went to who asked for it | unverified |
//! | `coverage` | Sent is known for that identity at that time, and does not hold it | backscatter |
//!
//! Everything but the ledger's answers can be forged; so nothing but the ledger makes a notice genuine, and
//! nothing makes it backscatter that the ledger does not bear out. `storm` names what members of one
//! campaign share. A new kind of evidence is a file here, a row above, and its kinds in [`FINDINGS`].

mod automatic;
mod coverage;
mod facts;
mod foreign;
mod ids;
#[cfg(test)]
mod properties;
mod relay;
mod storm;
mod tags;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use super::context::Context;
use super::ledger::{LedgerUnavailable, without_tag};
use super::message::{Message, timestamp};
use super::notice::{Provenance, Recognised};
use super::returned::Returned;
use super::verdict::{Evidence, Finding, FindingKind};

/// The kinds of finding that deciding provenance can give.
pub const FINDINGS: &[FindingKind] = &[
    ids::SENT,
    ids::CONTRADICTED,
    ids::ANSWERS,
    facts::SENT_BY_FACTS,
    facts::SENT_ALIKE,
    facts::SENT_NEAR,
    tags::SIGNED_RETURN,
    relay::DKIM,
    relay::SUBMITTED,
    automatic::AUTOMATIC,
    foreign::NOT_YOUR_ADDRESS,
    foreign::LIST_OWNER,
    foreign::REDIRECTED,
    coverage::NOT_IN_LEDGER,
    coverage::NOT_IN_WINDOW,
    coverage::NEVER_WROTE,
    coverage::WROTE_BEFORE,
    coverage::MAILER_UNKNOWN,
    coverage::MAILER_KNOWN,
    coverage::STRANGERS,
    coverage::OUTWEIGHED,
    coverage::ASKED_FOR,
    coverage::NOT_COVERED,
    coverage::UNAVAILABLE,
];

/// The decision and what it rests on.
pub struct Decided {
    /// Whose mail the notice is about.
    pub provenance: Provenance,
    /// Evidence for and against.
    pub findings: Vec<Finding>,
    /// What this notice shares with others of one cause; `None` for mail of the person's and of lists.
    pub storm: Option<String>,
    /// The server at which the person handed in the returned mail; for a genuine bounce only.
    pub relay: Option<String>,
}

/// Decides whose mail `recognised` is about.
///
/// Never fails: a ledger that can't be read makes the answer [`Provenance::Unverified`]. Cost: one look-up
/// per Message-ID found (at most [`Returned::MAX_IDS`]), and some three per recipient (at most ten).
pub fn decide(message: &Message<'_>, recognised: &Recognised, context: &Context<'_>) -> Decided {
    let mut case =
        Case { message, recognised, context, facts: facts::Facts::default(), findings: Vec::new() };
    case.gather();
    let provenance = match case.weigh() {
        Ok(provenance) => provenance,
        Err(error) => {
            let says = format!("Whether you sent it can't be said now: {error}.");
            case.findings.push(coverage::UNAVAILABLE.says(says));
            Provenance::Unverified
        }
    };
    let shared = matches!(provenance, Provenance::Backscatter | Provenance::Unverified);
    let storm = shared.then(|| case.storm_key()).flatten();
    let relay = (provenance == Provenance::Genuine).then(|| case.submitted_at()).flatten();
    Decided { provenance, findings: case.findings, storm, relay }
}

/// Header fields of one name that are read for addresses.
const MAX_FIELDS: usize = 10;

/// One notice under examination.
struct Case<'c, 'm> {
    message: &'c Message<'m>,
    recognised: &'c Recognised,
    context: &'c Context<'c>,
    facts: facts::Facts,
    findings: Vec<Finding>,
}

impl<'c> Case<'c, '_> {
    /// Walks the table of the module's head.
    fn weigh(&mut self) -> Result<Provenance, LedgerUnavailable> {
        if let Some(decided) = self.by_message_id()? {
            return Ok(decided);
        }
        if let Some(decided) = self.by_wrapper()? {
            return Ok(decided);
        }
        match self.by_facts()? {
            Some(true) => return Ok(Provenance::Genuine),
            Some(false) => {
                self.support()?;
                return Ok(Provenance::Unverified);
            }
            None => {}
        }
        if self.returned_is_automatic() {
            return Ok(Provenance::Unverified);
        }
        if let Some(from) = self.facts.sender.clone() {
            return match self.own(&from) {
                None if !self.context.identities.is_empty() => self.by_foreign(&from),
                _ => self.by_absence(&[from]),
            };
        }
        // Nobody says who sent it: whoever of the person's addresses the notice came to, or any.
        let notified = self.notice_addresses("to").into_iter().find_map(|a| self.own(&a));
        let identities = match notified {
            Some(identity) => vec![identity],
            None => self.context.identities.iter().map(str::to_owned).collect(),
        };
        self.by_absence(&identities)
    }

    fn returned(&self) -> Option<&'c Returned> {
        self.recognised.returned.as_ref()
    }

    /// Where a field of the returned mail stands.
    fn field(&self, name: &str) -> Option<Evidence> {
        self.returned().and_then(|r| r.field(name)).and_then(|f| f.place.evidence(self.message))
    }

    /// When the notice came.
    fn noticed(&self) -> Option<Timestamp> {
        self.context.received.or_else(|| self.dated())
    }

    /// The notice's own Date.
    fn dated(&self) -> Option<Timestamp> {
        self.message.mail().date().and_then(timestamp)
    }

    /// Addresses in the notice's own header fields of this name, lower case.
    fn notice_addresses(&self, name: &str) -> Vec<String> {
        let Some(root) = self.message.root() else { return Vec::new() };
        root.fields(name).take(MAX_FIELDS).flat_map(|h| facts::addresses(&root.raw_text(h))).collect()
    }

    /// The identity of the person's that `address` (lower case) is: itself, with a tag, under a server's tag,
    /// or with the name of a host before its domain.
    fn own(&self, address: &str) -> Option<String> {
        if let Some(identity) = self.context.identities.iter().find(|i| *i == address) {
            return Some(identity.to_owned());
        }
        if self.context.identities.is_empty() {
            return None;
        }
        let untagged = tags::untag(address).map(|u| u.sender);
        [Some(address.to_owned()), untagged].into_iter().flatten().find_map(|address| {
            let plain = without_tag(&address);
            let (local, domain) = plain.rsplit_once('@')?;
            let same = |identity: &&str| {
                **identity == *address
                    || without_tag(identity).rsplit_once('@').is_some_and(|(l, d)| {
                        l == local && (relay::is_within(domain, d) || relay::is_within(d, domain))
                    })
            };
            self.context.identities.iter().find(same).map(str::to_owned)
        })
    }

    /// Whether `domain` (lower case) is that of an identity, or lies below it.
    fn has_own_domain(&self, domain: &str) -> bool {
        let domains = self.context.identities.iter().filter_map(|i| i.rsplit_once('@'));
        domains.map(|(_, own)| own).any(|own| relay::is_within(domain, own))
    }
}
