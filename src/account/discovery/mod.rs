//! Which IMAP server has the mail of this address? Guesses only, best first; nothing is asked on the net.
//!
//! The table of providers is in `providers.rs`; a new provider is a new row there.

mod providers;

use super::settings::Security;
use providers::PROVIDERS;

/// A server to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub security: Security,
    /// What to sign in with.
    pub login: String,
    /// What the person has to know first, in one sentence.
    pub advice: Option<&'static str>,
    /// Whether the provider is known, so that no other guess is worth a try.
    pub sure: bool,
}

/// What a sign-in name is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Login {
    /// The whole address.
    Address,
    /// What stands before the `@`.
    Local,
}

/// One provider.
struct Provider {
    /// Domains of its addresses; an entry that ends in `.` stands for every top-level domain.
    domains: &'static [&'static str],
    host: &'static str,
    port: u16,
    security: Security,
    login: Login,
    advice: Option<&'static str>,
}

impl Provider {
    fn has(&self, domain: &str) -> bool {
        self.domains.iter().any(|known| match known.strip_suffix('.') {
            // `yahoo.` takes yahoo.fr and yahoo.co.uk, not yahoo.mail.example.org.
            Some(name) => domain
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix('.'))
                .is_some_and(|rest| rest.split('.').all(|label| (2..=3).contains(&label.len()))),
            None => *known == domain,
        })
    }
}

/// Servers to try for an address, best first; empty where it is no address.
///
/// A known provider is the only answer. Else `imap.` and `mail.` before the domain and the domain itself, by
/// TLS first (RFC 8314), then by STARTTLS.
pub fn candidates(address: &str) -> Vec<Candidate> {
    let address = address.trim();
    let Some((local, domain)) = address.rsplit_once('@') else { return Vec::new() };
    let domain = domain.trim_end_matches('.').to_lowercase();
    if local.is_empty() || !is_host(&domain) || !domain.contains('.') {
        return Vec::new();
    }
    if let Some(provider) = PROVIDERS.iter().find(|p| p.has(&domain)) {
        let login = match provider.login {
            Login::Address => address,
            Login::Local => local,
        };
        return vec![Candidate {
            host: provider.host.to_owned(),
            port: provider.port,
            security: provider.security,
            login: login.to_owned(),
            advice: provider.advice,
            sure: true,
        }];
    }
    let hosts = [format!("imap.{domain}"), format!("mail.{domain}"), domain];
    [(Security::Tls, 993), (Security::StartTls, 143)]
        .into_iter()
        .flat_map(|(security, port)| hosts.iter().map(move |host| (host, security, port)))
        .map(|(host, security, port)| Candidate {
            host: host.clone(),
            port,
            security,
            login: address.to_owned(),
            advice: None,
            sure: false,
        })
        .collect()
}

/// Whether `text` can be the name of a host.
pub(super) fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_provider_is_the_only_answer() {
        let found = candidates(" Ada.Example@GMail.com ");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].host.as_str(), found[0].port), ("imap.gmail.com", 993));
        assert_eq!(found[0].login, "Ada.Example@GMail.com");
        assert!(found[0].sure && found[0].advice.is_some());
        assert_eq!(candidates("ada@icloud.com")[0].login, "ada");
        assert_eq!(candidates("ada@yahoo.co.jp")[0].host, "imap.mail.yahoo.co.jp");
        assert_eq!(candidates("ada@yahoo.co.uk")[0].host, "imap.mail.yahoo.com");
        assert!(!candidates("ada@yahoo.mail.example.org")[0].sure);
        assert!(!candidates("ada@notgmail.com")[0].sure);
    }

    #[test]
    fn other_domains_get_guesses_and_tls_comes_first() {
        let found = candidates("ada@Example.org");
        let hosts: Vec<_> = found.iter().map(|c| (c.host.as_str(), c.port)).collect();
        assert_eq!(
            hosts,
            [
                ("imap.example.org", 993),
                ("mail.example.org", 993),
                ("example.org", 993),
                ("imap.example.org", 143),
                ("mail.example.org", 143),
                ("example.org", 143),
            ]
        );
        assert!(found.iter().all(|c| !c.sure && c.security != Security::Plain));
    }

    #[test]
    fn what_is_no_address_gets_no_guess() {
        for text in ["", "ada", "@example.org", "ada@", "ada@localhost", "a@b c.org", "a@-x.org", "a@.org"] {
            assert!(candidates(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn the_table_is_sound() {
        let mut seen = std::collections::HashSet::new();
        for provider in PROVIDERS {
            assert!(is_host(provider.host), "{}", provider.host);
            assert_ne!(provider.security, Security::Plain);
            assert_eq!(provider.port == 993, provider.security == Security::Tls, "{}", provider.host);
            for domain in provider.domains {
                assert_eq!(*domain, domain.to_lowercase());
                assert!(seen.insert(domain), "{domain} stands twice");
            }
            if let Some(advice) = provider.advice {
                assert!(advice.ends_with('.') && !advice.contains("://"), "{advice}");
            }
        }
        assert!(PROVIDERS.len() >= 40, "{}", PROVIDERS.len());
    }
}
