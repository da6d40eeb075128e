//! Addresses that a mail server rewrote: BATV, SRS and VERP.
//!
//! A tag hides the address that the person knows, and VERP also names the recipient that failed. BATV is
//! evidence as well: the person's own server signed the return address, and a forger does not know the
//! signature. A tag that can't be read is no tag; nothing follows from its absence.

use mail_parser::HeaderName;

use super::Case;
use super::facts::addresses;
use crate::engine::verdict::{FindingKind, Severity, Toward};

pub(super) const SIGNED_RETURN: FindingKind = FindingKind {
    id: "provenance.signed_return_path",
    severity: Severity::Medium,
    toward: Toward::Keep,
    weight: 3.0,
    means: "The notice came to a return address with a signature (BATV) that the person's own server adds.",
};

/// How an address was rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// Bounce address tag validation: `prvs=0123abcdef=local@domain`, `btv1==0123abcdef==local@domain`.
    Batv,
    /// Sender rewriting scheme: `SRS0=hash=day=domain=local@forwarder`, `SRS1=hash=forwarder==...`.
    Srs,
    /// Variable envelope return path: `local+user=domain@host`, `list-bounces-user=domain@host`.
    Verp,
}

/// An address without its tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Untagged {
    pub(super) tag: Tag,
    /// The address that sent.
    pub(super) sender: String,
    /// The recipient that the tag names (VERP).
    pub(super) recipient: Option<String>,
}

/// Reads the tag of `address` (lower case); `None` where it has none.
pub(super) fn untag(address: &str) -> Option<Untagged> {
    let (local, domain) = address.rsplit_once('@')?;
    batv(local, domain).or_else(|| srs(local)).or_else(|| verp(local, domain))
}

/// draft-levine-smtp-batv: a key digit, a day of three digits, six hexadecimal digits. Barracuda's `btv1` has
/// doubled equals signs; other servers use longer tags of letters.
fn batv(local: &str, domain: &str) -> Option<Untagged> {
    let rest = ["prvs=", "msprvs1=", "btv1=="].iter().find_map(|p| local.strip_prefix(p))?;
    let (tag, inner) = rest.split_once("==").or_else(|| rest.split_once('='))?;
    let signed = (6..=64).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric());
    (signed && !inner.is_empty()).then(|| Untagged {
        tag: Tag::Batv,
        sender: format!("{inner}@{domain}"),
        recipient: None,
    })
}

/// SRS 0 and 1 (Wong); the separator after the number is `=`, `+` or `-`.
fn srs(local: &str) -> Option<Untagged> {
    let rest = local.strip_prefix("srs0").or_else(|| local.strip_prefix("srs1"))?;
    let rest = rest.strip_prefix(['=', '+', '-'])?;
    // SRS1 repeats the first forwarder's fields after two separators.
    let fields = rest.split_once("==").or_else(|| rest.split_once("=+")).or_else(|| rest.split_once("=-"));
    let fields = fields.map_or(rest, |(_, inner)| inner);
    let mut cells = fields.splitn(4, '=');
    let (_hash, _day, domain, user) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
    (domain.contains('.') && !user.is_empty()).then(|| Untagged {
        tag: Tag::Srs,
        sender: format!("{user}@{domain}"),
        recipient: None,
    })
}

/// The recipient's `@` is written `=`; what stands before it names the sender and, often, the mailing.
fn verp(local: &str, host: &str) -> Option<Untagged> {
    let (left, domain) = local.rsplit_once('=')?;
    let dotted =
        domain.contains('.') && domain.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
    let at = left.find('+').or_else(|| left.rfind(['-', '_']))?;
    let (base, user) = (left.get(..at)?, left.get(at + 1..)?);
    (dotted && !base.is_empty() && !user.is_empty()).then(|| Untagged {
        tag: Tag::Verp,
        sender: format!("{base}@{host}"),
        recipient: Some(format!("{user}@{domain}")),
    })
}

/// Header fields of the notice that say where it was delivered to.
pub(super) const DELIVERED: &[&str] =
    &["delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to"];

impl Case<'_, '_> {
    /// The recipients that tags name in the addresses to which the notice was delivered.
    pub(super) fn tagged_recipients(&self) -> Vec<String> {
        let Some(root) = self.message.root() else { return Vec::new() };
        let rank = |name: &HeaderName<'_>| match name {
            HeaderName::To | HeaderName::Other(_) => {
                DELIVERED.iter().position(|known| known.eq_ignore_ascii_case(name.as_str()))
            }
            _ => None,
        };
        let (mut read, mut marked) = ([0; DELIVERED.len()], Vec::new());
        for header in &root.inner().headers {
            if let Some(rank) = rank(&header.name)
                && let Some(read) = read.get_mut(rank).filter(|read| **read < super::MAX_FIELDS)
            {
                *read += 1;
                // A tag that names a recipient has this mark, which hardly any field has.
                if root.raw_bytes(header).contains(&b'=') {
                    marked.push((rank, header));
                }
            }
        }
        if marked.is_empty() {
            return Vec::new();
        }
        marked.sort_by_key(|(rank, _)| *rank);
        let addresses = marked.into_iter().flat_map(|(_, header)| addresses(&root.raw_text(header)));
        addresses.filter_map(|address| untag(&address)?.recipient).collect()
    }

    /// Whether the notice came to a return address that the person's own server signed.
    pub(super) fn came_to_signed_address(&mut self) -> bool {
        let signed = DELIVERED.iter().find(|name| {
            self.notice_addresses(name).iter().any(|address| {
                untag(address)
                    .is_some_and(|u| u.tag == Tag::Batv && self.context.identities.contains(&u.sender))
            })
        });
        let Some(name) = signed else { return false };
        self.findings.push(
            SIGNED_RETURN
                .says("The notice came to a signed return address of yours, which your own server makes.")
                .with_any(self.message.top_evidence(name)),
        );
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_taken_off() {
        for (address, tag, sender, recipient) in [
            ("prvs=0123abcdef=me@harbour.example", Tag::Batv, "me@harbour.example", None),
            ("btv1==0123abcdef0==me@harbour.example", Tag::Batv, "me@harbour.example", None),
            ("srs0=hhhh=tt=harbour.example=me@fwd.example.org", Tag::Srs, "me@harbour.example", None),
            (
                "srs1=xx=fwd.example.org==hhhh=tt=harbour.example=me@other.example",
                Tag::Srs,
                "me@harbour.example",
                None,
            ),
            ("me+ada=example.net@harbour.example", Tag::Verp, "me@harbour.example", Some("ada@example.net")),
            (
                "news-bounces-12-ada=example.net@lists.example.org",
                Tag::Verp,
                "news-bounces-12@lists.example.org",
                Some("ada@example.net"),
            ),
        ] {
            let found = untag(address).unwrap();
            assert_eq!(
                (found.tag, found.sender.as_str(), found.recipient.as_deref()),
                (tag, sender, recipient)
            );
        }
    }

    #[test]
    fn plain_addresses_have_none() {
        for address in ["me@harbour.example", "a=b@example.org", "prvs=@example.org", "srs0@example.org", "x"]
        {
            assert_eq!(untag(address), None, "{address}");
        }
    }
}
