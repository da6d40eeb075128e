//! Which header fields were written by the person's own servers.
//!
//! Servers put their fields on top of what they get. So everything above the field `Received` that names
//! the first stranger was written by the person's own side: their server, its filters, a relay of theirs
//! with a private address, a program that fetched the mail. What stands below came with the message.
//! One exception: many servers write Authentication-Results *below* their own Received (Gmail as of 2024,
//! Postfix with a filter that appends). Such a field counts where it stands before the next Received and
//! names the very server that took the message; a server must remove forgeries of its own name (RFC 8601
//! §5), so that no more is believed than the standard asks.

use mail_parser::{Header, HeaderName, Host};

use super::marks::{self, Mark};
use crate::engine::message::{Message, Part};
use crate::engine::trace::is_own;
use crate::engine::verdict::Evidence;

/// Fields that are read, at most; own servers write a few dozen.
const MOST: usize = 200;

/// One field that may be believed.
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    /// Its value, unfolded.
    pub(super) text: String,
    pub(super) evidence: Evidence,
}

/// The fields that the person's own servers wrote, topmost first.
pub(super) fn fields<'a>(message: &Message<'a>) -> Vec<Field<'a>> {
    let Some(root) = message.root() else { return Vec::new() };
    if !root.inner().headers.iter().take(MOST).any(|header| speaks(root, header)) {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut border: Option<String> = None;
    for header in root.inner().headers.iter().take(MOST) {
        let name = header.name.as_str();
        if header.name == HeaderName::Received {
            if border.is_some() {
                break;
            }
            // A hop that can't be read might be anybody's.
            let Some(hop) = message.hop(header) else { break };
            if !is_own(&hop) {
                border = Some(host(hop.by()).unwrap_or_default());
            }
            continue;
        }
        if !speaks(root, header) {
            continue;
        }
        let text = value(root, header);
        let believed = match &border {
            None => true,
            Some(by) => {
                is_results(name) && super::auth::Results::read(&text).is_some_and(|r| is_named(by, &r.server))
            }
        };
        if believed {
            out.push(Field { name, text, evidence: message.field_evidence(root, header) });
        }
    }
    // Without any hop from a stranger there is no telling who wrote what: nothing counts.
    if border.is_none() {
        out.clear();
    }
    out
}

/// Whether a field says anything, if it may be believed: most that filters write say that nothing is wrong.
fn speaks(root: &Part<'_>, header: &Header<'_>) -> bool {
    match &header.name {
        HeaderName::AuthenticationResults => true,
        HeaderName::Other(name) if marks::knows(name) => {
            let text = value(root, header);
            [Mark::Virus, Mark::Spam].into_iter().any(|mark| marks::read(name, &text, mark).is_some())
        }
        _ => false,
    }
}

/// The value of a field, unfolded.
fn value(root: &Part<'_>, header: &Header<'_>) -> String {
    root.raw_text(header).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_results(name: &str) -> bool {
    name.eq_ignore_ascii_case("authentication-results")
}

fn host(host: Option<&Host<'_>>) -> Option<String> {
    match host? {
        Host::Name(name) => Some(name.trim_end_matches('.').to_lowercase()),
        Host::IpAddr(_) => None,
    }
}

/// Whether `server`, the name in a field, is that of the host `by` or of a domain around it.
fn is_named(by: &str, server: &str) -> bool {
    server.contains('.') && !by.is_empty() && crate::engine::senders::is_within(by, server)
}
