//! Who writes to whom: the person's own addresses as the header shows them, and the sender's claims.

use std::cell::OnceCell;
use std::ops::Deref;

use mail_parser::{Address, HeaderName};

use super::super::super::message::Message;
use super::super::address;
use super::fold::fold;
use super::hosts;

/// Fields that name the mailbox in which the message was put, besides To and those that the parser knows.
const DELIVERED: &[&str] =
    &["x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-rcpt-to", "x-receiver"];

/// Addresses in To beyond which it says nothing of the person.
const MOST: usize = 3;

/// The person who got the message.
pub(super) struct Person {
    /// Addresses in lower case.
    addresses: Vec<String>,
    /// Organisations behind them that are nobody's and everybody's (free mail) left out.
    own: Vec<String>,
}

/// The person, read from the header when somebody asks: of most mail nobody does.
pub(super) struct Addressed<'c, 'm> {
    message: &'c Message<'m>,
    person: OnceCell<Person>,
}

impl<'c, 'm> Addressed<'c, 'm> {
    pub(super) fn by(message: &'c Message<'m>) -> Addressed<'c, 'm> {
        Addressed { message, person: OnceCell::new() }
    }

    /// The message that the person got.
    pub(super) fn message(&self) -> &'c Message<'m> {
        self.message
    }
}

impl Deref for Addressed<'_, '_> {
    type Target = Person;

    fn deref(&self) -> &Person {
        self.person.get_or_init(|| Person::of(self.message))
    }
}

impl Person {
    pub(super) fn of(message: &Message<'_>) -> Person {
        let mut addresses: Vec<String> = Vec::new();
        if let Some(to) = message.mail().to() {
            let listed = listed(to);
            if listed.len() <= MOST {
                addresses.extend(listed);
            }
        }
        if let Some(root) = message.root() {
            for header in &root.inner().headers {
                let delivered = match &header.name {
                    HeaderName::DeliveredTo | HeaderName::ApparentlyTo => true,
                    HeaderName::Other(name) => DELIVERED.iter().any(|known| name.eq_ignore_ascii_case(known)),
                    _ => false,
                };
                if delivered {
                    addresses.extend(address::normal(&root.header_text(header)));
                }
            }
        }
        addresses.retain(|a| !address::is_daemon(a));
        addresses.sort();
        addresses.dedup();
        let mut own: Vec<String> = addresses
            .iter()
            .filter_map(|a| a.rsplit_once('@'))
            .map(|(_, domain)| hosts::organisation(domain).to_owned())
            .filter(|o| !hosts::is_freemail(o))
            .collect();
        own.dedup();
        Person { addresses, own }
    }

    /// The person's addresses.
    pub(super) fn addresses(&self) -> &[String] {
        &self.addresses
    }

    /// Whether an address in lower case is the person's.
    pub(super) fn is(&self, address: &str) -> bool {
        self.addresses.iter().any(|a| a == address)
    }

    /// Whether a host belongs to the person's own organisation, or to the provider of their mail.
    pub(super) fn owns(&self, host: &str) -> bool {
        let organisation = hosts::organisation(host);
        self.own.iter().any(|o| o == organisation) || self.is_provider(host)
    }

    fn is_provider(&self, host: &str) -> bool {
        let provider = hosts::provider(host);
        provider.is_some() && self.addresses.iter().any(|a| hosts::provider(domain_of(a)) == provider)
    }

    /// How a text (folded) names the person: by address or domain.
    pub(super) fn is_named_in(&self, folded: &str) -> Option<&str> {
        // What has an at sign is nowhere where none is: few texts have one.
        let may_hold = |address: &str| !address.contains('@') || folded.contains('@');
        let address = self.addresses.iter().find(|a| may_hold(a) && folded.contains(&fold(a)));
        // Nor has one a domain where no point is; only what looks like an address of the web is folded to nothing.
        let may_have = |domain: &str| domain.contains('.') && (folded.contains('.') || domain.contains(':'));
        let domain = || self.own.iter().find(|o| may_have(o) && hosts::has_word(folded, &fold(o)));
        address.or_else(domain).map(String::as_str)
    }

    /// Whether a text (folded) names the person's organisation by the first label of its domain.
    pub(super) fn label_in(&self, folded: &str) -> Option<&str> {
        self.own.iter().filter_map(|o| o.split('.').next()).find(|label| {
            label.len() >= 4 && !GENERAL_LABELS.contains(label) && hosts::has_word(folded, &fold(label))
        })
    }

    /// Whether an address of the web carries the person's address, plainly, escaped or in base64.
    pub(super) fn is_carried_by(&self, url: &str) -> bool {
        self.addresses.iter().any(|a| {
            url.contains(a.as_str())
                || url.contains(&a.replace('@', "%40"))
                || url.contains(&base64(a.as_bytes()).to_lowercase())
        })
    }
}

/// Labels that are words of any mail.
const GENERAL_LABELS: &[&str] =
    &["mail", "email", "webmail", "server", "support", "service", "admin", "info", "post"];

fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, d)| d)
}

fn listed(address: &Address<'_>) -> Vec<String> {
    address.iter().filter_map(|a| a.address()).map(|a| a.trim().to_lowercase()).take(MOST + 1).collect()
}

/// Base64 without its padding, so that it is found at the head of longer text as well.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let whole = bytes.len() / 3 * 3;
    let mut out = String::new();
    for three in bytes.get(..whole).unwrap_or_default().chunks(3) {
        let bits = three.iter().fold(0u32, |bits, b| bits << 8 | u32::from(*b));
        for shift in [18, 12, 6, 0] {
            let letter = LETTERS.get((bits >> shift & 63) as usize).copied().unwrap_or(b'A');
            out.push(char::from(letter));
        }
    }
    out
}

/// Who says to have written the message.
pub(super) struct Sender {
    /// The display name, folded.
    pub(super) name: String,
    /// The address in lower case; empty where there is none.
    pub(super) address: String,
}

impl Sender {
    /// As the value of From has it.
    pub(super) fn by(from: Option<&Address<'_>>) -> Sender {
        let from = from.and_then(Address::first);
        let name = from.and_then(|a| a.name()).map(fold).unwrap_or_default();
        let address = from.and_then(|a| a.address()).map(|a| a.trim().to_lowercase()).unwrap_or_default();
        Sender { name, address }
    }

    /// The domain of its address.
    pub(super) fn domain(&self) -> &str {
        domain_of(&self.address)
    }

    /// The organisation behind its address; empty for free mail, which is nobody's.
    pub(super) fn organisation(&self) -> &str {
        let organisation = hosts::organisation(self.domain());
        if hosts::is_freemail(organisation) { "" } else { organisation }
    }

    /// What stands before the `@`, folded.
    pub(super) fn local(&self) -> String {
        let local = self.address.rsplit_once('@').map_or("", |(l, _)| l);
        let parts = |byte: &u8| matches!(byte, b'.' | b'_' | b'-');
        if !local.bytes().all(|byte| byte.is_ascii_alphanumeric() || parts(&byte)) {
            return fold(&local.replace(['.', '_', '-'], " "));
        }
        // Letters and digits, in lower case already, are folded as they stand.
        let mut words = String::with_capacity(local.len());
        for byte in local.bytes() {
            match parts(&byte) {
                true if words.is_empty() || words.ends_with(' ') => {}
                true => words.push(' '),
                false => words.push(char::from(byte)),
            }
        }
        words.truncate(words.trim_end().len());
        words
    }

    /// The provider whose own mail this says to be: its domain, and no address that anybody can have.
    pub(super) fn provider(&self) -> Option<usize> {
        let free = hosts::is_freemail(hosts::organisation(self.domain()));
        let official = [
            "noreply", "no reply", "mail noreply", "account", "security", "postmaster", "mailer daemon",
            "info", "service", "support", "quarantine",
        ];
        let local = self.local();
        (!free || official.iter().any(|word| local.contains(word)))
            .then(|| hosts::provider(self.domain()))
            .flatten()
    }

    /// Whether a signature of its own organisation stands in the header (RFC 6376; not checked here).
    pub(super) fn is_signed(&self, message: &Message<'_>) -> bool {
        let Some(root) = message.root() else { return false };
        let own = self.organisation();
        !own.is_empty()
            && root.fields("dkim-signature").any(|field| {
                let value = root.raw_text(field);
                value.split(';').filter_map(|tag| tag.split_once('=')).any(|(name, domain)| {
                    name.trim().eq_ignore_ascii_case("d")
                        && hosts::organisation(&domain.trim().to_lowercase()) == own
                })
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Limits;
    use crate::engine::message::parse;

    fn with<T>(head: &str, look: impl FnOnce(&Person, &Sender, &Message<'_>) -> T) -> T {
        let raw = format!("{head}\n\ntext\n");
        let parsed = parse(raw.as_bytes(), &Limits::default());
        let message = parsed.view();
        look(&Person::of(&message), &Sender::by(message.mail().from()), &message)
    }

    #[test]
    fn the_person_is_known_by_the_header() {
        with("From: x@mail.example.net\nTo: Me <Me@Harbour.example>", |person, sender, _| {
            assert!(person.is("me@harbour.example") && person.owns("portal.harbour.example"));
            assert!(!person.owns("example.net"));
            assert!(person.is_carried_by("https://x.test/?u=me%40harbour.example"));
            // Base64 of the address, in lower case as addresses are kept here.
            assert!(person.is_carried_by("https://x.test/#bwvaagfyym91ci5legftcgxl"));
            assert_eq!(person.is_named_in("mail for harbour.example"), Some("harbour.example"));
            assert_eq!(person.label_in("harbour support"), Some("harbour"));
            assert_eq!(sender.organisation(), "example.net");
        });
        with("From: x@example.org\nTo: me@gmail.com", |person, _, _| {
            assert!(person.owns("accounts.google.com") && !person.owns("gmail.example"));
            assert_eq!(person.label_in("gmail team"), None);
        });
    }

    #[test]
    fn the_person_is_named_by_address_or_domain() {
        with("From: x@example.org\nTo: Me <Me@Harbour.example>", |person, _, _| {
            for (text, named) in [
                ("mail for me@harbour.example", Some("me@harbour.example")),
                ("mail for you@harbour.example", Some("harbour.example")),
                ("harbour.example: mail", Some("harbour.example")),
                ("my harbour.examples", None),
                ("harbour example", None),
                ("", None),
            ] {
                assert_eq!(person.is_named_in(text), named, "{text}");
            }
        });
    }

    #[test]
    fn the_words_before_the_at_sign_are_folded() {
        for (local, words) in [
            ("info", "info"),
            ("mail.delivery_system", "mail delivery system"),
            ("--no-reply..", "no reply"),
            ("._-", ""),
            ("p\u{f3}st.m\u{e4}ster", "post master"),
            ("a+b.c", "a+b c"),
        ] {
            let address = format!("{local}@example.org");
            assert_eq!(Sender { name: String::new(), address }.local(), words, "{local}");
            assert_eq!(fold(&local.replace(['.', '_', '-'], " ")), words, "{local}");
        }
    }

    #[test]
    fn a_signature_counts_for_its_own_organisation() {
        let head = |d: &str| {
            format!("From: x@news.example.org\nDKIM-Signature: v=1; a=rsa-sha256; d={d}; s=k; b=AAAA")
        };
        assert!(with(&head("example.org"), |_, sender, message| sender.is_signed(message)));
        assert!(!with(&head("example.net"), |_, sender, message| sender.is_signed(message)));
    }
}
