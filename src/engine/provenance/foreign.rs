//! Returned mail whose From is none of the person's: somebody else's mail, or the person's return address
//! under a stranger's name.
//!
//! A list owner gets the bounces of other people's posts. A redirect sends on other people's mail in the
//! person's envelope. Else the notice must have come to an address of the person's, and to nobody who was
//! ever written to, before Sent is asked whether that address sent anything then.

use super::{Case, tags};
use crate::engine::ledger::LedgerUnavailable;
use crate::engine::notice::Provenance;
use crate::engine::verdict::{FindingKind, Severity, Toward};

pub(super) const NOT_YOUR_ADDRESS: FindingKind = FindingKind {
    id: "provenance.not_your_address",
    severity: Severity::Medium,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The returned mail's From is none of the person's addresses.",
};
pub(super) const LIST_OWNER: FindingKind = FindingKind {
    id: "provenance.list_owner",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "Somebody else's mail to a mailing list; its bounce came to the list's owner.",
};
pub(super) const REDIRECTED: FindingKind = FindingKind {
    id: "provenance.redirected",
    severity: Severity::Low,
    toward: Toward::Neither,
    weight: 0.0,
    means: "Somebody else's mail to the person, sent on by a rule of the person's; Sent never holds it.",
};

/// Parts of addresses to which list software sends bounces, with the `@` that ends them or the start.
const LIST_ADDRESSES: &[&str] = &[
    "-bounces@", "-bounce@", "-owner@", "-admin@", "-request@", "-errors@", "-bounces+", "-bounces-",
    "-return-",
];
/// Fields that list software adds to every post. List-Unsubscribe alone is in every newsletter.
const LIST_FIELDS: &[&str] = &[
    "list-id", "list-post", "x-beenthere", "x-mailman-version", "x-mailing-list", "mailing-list", "x-ml-name",
];
/// Fields that name the address to which a mail was delivered before it was sent on.
const DELIVERED_FIELDS: &[&str] =
    &["delivered-to", "x-original-to", "envelope-to", "x-forwarded-for", "x-forwarded-to", "x-envelope-to"];

impl Case<'_, '_> {
    /// The verdict on a returned mail that `from`, no address of the person's, is said to have written.
    pub(super) fn by_foreign(&mut self, from: &str) -> Result<Provenance, LedgerUnavailable> {
        let evidence = self.field("from").or(self.field("return-path"));
        self.findings.push(
            NOT_YOUR_ADDRESS
                .says(format!("The returned mail is from {from}, which is none of your addresses."))
                .with_any(evidence),
        );
        if self.is_list_owner() {
            return Ok(Provenance::ThirdParty);
        }
        if self.is_redirected() {
            return Ok(Provenance::Unverified);
        }
        let envelope = self.envelope_identity();
        let own_domain = from.rsplit_once('@').is_some_and(|(_, domain)| self.has_own_domain(domain));
        let identities: Vec<String> = match (&envelope, own_domain) {
            (Some(identity), _) => vec![identity.clone()],
            // An address that nobody knows, in a domain of the person's: any of them may have made it up.
            (None, true) => self.context.identities.iter().map(str::to_owned).collect(),
            (None, false) => Vec::new(),
        };
        if identities.is_empty() || !self.all_strangers()? {
            self.support()?;
            return Ok(Provenance::Unverified);
        }
        // It may be an alias that keeps no Sent copy: the mail program must be a stranger as well.
        if own_domain {
            let mailer = self.returned().and_then(|r| r.field("x-mailer").or_else(|| r.field("user-agent")));
            let known = match mailer {
                Some(field) => self.context.ledger.ever_used(field.value(self.message))?,
                None => true,
            };
            if known {
                self.support()?;
                return Ok(Provenance::Unverified);
            }
        }
        self.by_absence(&identities)
    }

    /// The identity that the returned mail's envelope named: bounces go there.
    fn envelope_identity(&self) -> Option<String> {
        let path = self
            .returned()
            .and_then(|r| r.field("return-path"))
            .map(|f| super::facts::addresses(f.value(self.message)));
        let to = self.notice_addresses("to");
        path.into_iter()
            .flatten()
            .chain(to)
            .find_map(|address| self.own(&address).or_else(|| self.own(&tags::untag(&address)?.sender)))
    }

    /// Whether the notice came to the person as the owner of a list: to a bounce address, or about list mail.
    fn is_list_owner(&mut self) -> bool {
        let is_list = |address: &String| {
            address.starts_with("owner-") || LIST_ADDRESSES.iter().any(|mark| address.contains(mark))
        };
        let evidence = if self.notice_addresses("to").iter().any(is_list) {
            self.message.top_evidence("to")
        } else {
            self.returned()
                .and_then(|r| r.fields.iter().find(|f| LIST_FIELDS.contains(&&*f.name)))
                .and_then(|f| f.place.evidence(self.message))
        };
        let Some(evidence) = evidence else { return false };
        self.findings
            .push(LIST_OWNER.says("It is about somebody else's mail to a mailing list.").with(evidence));
        true
    }

    /// Whether the returned mail had been written to the person, or delivered to them, before.
    fn is_redirected(&mut self) -> bool {
        let Some(returned) = self.returned() else { return false };
        let named = ["to", "cc"].iter().chain(DELIVERED_FIELDS).find_map(|name| {
            returned.all(name).find(|f| {
                super::facts::addresses(f.value(self.message)).iter().any(|a| self.own(a).is_some())
            })
        });
        let passed = returned.all("received").find(|f| {
            f.value(self.message).split(" for ").nth(1).is_some_and(|rest| {
                super::facts::addresses(rest).first().is_some_and(|a| self.own(a).is_some())
            })
        });
        let Some(evidence) = named.or(passed).and_then(|f| f.place.evidence(self.message)) else {
            return false;
        };
        self.findings.push(
            REDIRECTED
                .says("The returned mail had been written to you; a rule of yours may have sent it on.")
                .with(evidence),
        );
        true
    }
}
