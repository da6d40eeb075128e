//! The Received chain: hops, HELO name against IP, authenticated submission.
//!
//! Each server puts a field `Received` on top of what it gets. Only the topmost fields, written by the
//! person's own servers, can be trusted; everything below may be forged. RFC 5321 §4.4, RFC 8601.

use std::borrow::Cow;
use std::net::IpAddr;
use std::ops::Range;

use jiff::Timestamp;
use mail_parser::{Header, HeaderName, Host, Protocol, Received};

use super::context::Limits;
use super::message::{self, Message, Part};

/// Hops of one chain that are read; real chains have fewer than thirty.
const HOPS_MOST: usize = 100;
/// Clocks of servers differ by this much, in seconds, without anybody's fault.
const SKEW: i64 = 60;
/// A mail that waits this long for its next server, in seconds, is worth a word.
const LONG: i64 = 4 * 3_600;

/// The address of the host that handed the message to the person's own server: the client of the
/// topmost Received field that names a public address.
pub fn handed_over_by(message: &Message<'_>) -> Option<IpAddr> {
    message.hops().filter_map(|hop| hop.from_ip()).find(|ip| is_public(*ip))
}

/// Whether an address can be a host of the open internet.
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(v4) => {
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast())
        }
        IpAddr::V6(v6) => {
            !(v6.is_loopback() || v6.is_unspecified() || v6.is_unique_local() || v6.is_unicast_link_local())
        }
    }
}

/// Whether this hop lies within the person's own side: no sender named (a local delivery), a private
/// address, or a program that fetched the mail from the server (`with POP3`).
///
/// Means something only for the hops on top of the first stranger's.
pub(super) fn is_own(hop: &Received<'_>) -> bool {
    if matches!(hop.with(), Some(Protocol::POP3 | Protocol::IMAP)) {
        return true;
    }
    match (hop.from_ip(), hop.from()) {
        (Some(ip), _) => !is_public(ip),
        (None, Some(Host::IpAddr(ip))) => !is_public(*ip),
        (None, Some(Host::Name(name))) => name.eq_ignore_ascii_case("localhost"),
        (None, None) => true,
    }
}

/// How far a hop can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Between the person's own servers.
    Own,
    /// Where the person's own server took the mail from a stranger: the last line that can be believed.
    Handover,
    /// Came along with the mail: anybody can have written it.
    Claimed,
}

/// One hop of a mail's way, as a field `Received` tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Hop {
    /// What the sending host called itself.
    pub from: Option<String>,
    /// The name that its address has in the DNS, where the receiving server looked.
    pub known_as: Option<String>,
    /// Its address.
    pub from_ip: Option<IpAddr>,
    /// The host that took the mail.
    pub by: Option<String>,
    /// The protocol (RFC 3848), such as `ESMTPS`.
    pub with: Option<&'static str>,
    /// Whether the connection was encrypted; `None` where that is no question or not said.
    pub encrypted: Option<bool>,
    /// Whether the sending side had signed in.
    pub signed_in: bool,
    /// When.
    pub at: Option<Timestamp>,
    /// Seconds since the hop before; negative where the clocks contradict each other.
    pub delay: Option<i64>,
    /// How far it can be believed.
    pub trust: Trust,
    /// The byte range of the field in the fetched message; of a mail inside, of the whole part where its
    /// encoding hides the place.
    pub range: Range<usize>,
    /// What is odd about it, each in a sentence.
    pub oddities: Vec<String>,
}

/// The way of a message as its header tells it, the first hop first. What can't be read as a hop is one
/// with an oddity that says so.
pub fn way(message: &Message<'_>) -> Vec<Hop> {
    message.root().map(|root| chain(message, root, true)).unwrap_or_default()
}

/// The way of the mail that a notice carries back, the first hop first; empty where none is carried with its
/// header. Nothing in it can be believed more than the notice itself.
pub fn returned_way(message: &Message<'_>) -> Vec<Hop> {
    let inside = message.parts().iter().find(|part| part.depth == 1 && part.is_message_root);
    if let Some(root) = inside {
        return chain(message, root, false);
    }
    let Some(part) = message.parts().iter().find(|part| part.content_type() == "text/rfc822-headers") else {
        return Vec::new();
    };
    let parsed = message::parse(part.bytes(), &Limits::default());
    let view = parsed.view();
    let mut hops = view.root().map(|root| chain(&view, root, false)).unwrap_or_default();
    let body = part.body_range();
    let exact = message.raw().get(body.clone()).is_some_and(|raw| raw.starts_with(part.bytes()));
    for hop in &mut hops {
        hop.range = match exact {
            true => body.start + hop.range.start..body.start + hop.range.end,
            false => body.clone(),
        };
    }
    hops
}

/// The hops of one header. `trusted` where it is the outermost one, which the person's own servers wrote on.
fn chain(message: &Message<'_>, root: &Part<'_>, trusted: bool) -> Vec<Hop> {
    let fields = root.inner().headers.iter().filter(|h| h.name == HeaderName::Received);
    let mut trust = if trusted { Trust::Own } else { Trust::Claimed };
    let mut hops: Vec<Hop> = Vec::new();
    for header in fields.take(HOPS_MOST) {
        let [start, end] = message.field_evidence(root, header).range;
        let range = start..end;
        let Some(read) = message::received(root.raw_bytes(header)) else {
            trust = Trust::Claimed;
            hops.push(unread(root, header, range));
            continue;
        };
        if trust == Trust::Own && !is_own(&read) {
            trust = Trust::Handover;
        }
        hops.push(hop(&read, trust, range));
        if trust == Trust::Handover {
            trust = Trust::Claimed;
        }
    }
    hops.reverse();
    let mut before: Option<Timestamp> = None;
    for hop in &mut hops {
        hop.delay = hop.at.zip(before).map(|(at, before)| at.as_second() - before.as_second());
        before = hop.at.or(before);
        hop.oddities.extend(oddities(hop));
    }
    hops
}

fn unread(root: &Part<'_>, header: &Header<'_>, range: Range<usize>) -> Hop {
    let text = String::from_utf8_lossy(root.raw_bytes(header));
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(80).collect();
    Hop {
        from: None,
        known_as: None,
        from_ip: None,
        by: None,
        with: None,
        encrypted: None,
        signed_in: false,
        at: None,
        delay: None,
        trust: Trust::Claimed,
        range,
        oddities: vec![format!("This line can’t be read as a hop: {text}")],
    }
}

fn hop(read: &Received<'_>, trust: Trust, range: Range<usize>) -> Hop {
    let host = |host: &Host<'_>| match host {
        Host::Name(name) => name.trim_end_matches('.').to_lowercase(),
        Host::IpAddr(ip) => ip.to_string(),
    };
    let from_ip = read.from_ip().or(match read.from() {
        Some(Host::IpAddr(ip)) => Some(*ip),
        _ => None,
    });
    let (with, secure, signed_in) = read.with().map_or(("", false, false), protocol);
    let plain = matches!(with, "SMTP" | "ESMTP" | "ESMTPA" | "UTF8SMTP" | "UTF8SMTPA");
    Hop {
        from: read.from().map(host),
        known_as: read.from_iprev().map(|name| name.trim_end_matches('.').to_lowercase()),
        from_ip,
        by: read.by().map(host),
        with: Some(with).filter(|with| !with.is_empty()),
        encrypted: match (secure || read.tls_version().is_some(), plain && from_ip.is_some_and(is_public)) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        },
        signed_in,
        at: read.date().and_then(|date| message::timestamp(&date)),
        delay: None,
        trust,
        range,
        oddities: Vec::new(),
    }
}

/// A protocol's name (RFC 3848), whether it means encryption, whether it means a sign-in.
fn protocol(protocol: Protocol) -> (&'static str, bool, bool) {
    match protocol {
        Protocol::SMTP => ("SMTP", false, false),
        Protocol::ESMTP => ("ESMTP", false, false),
        Protocol::ESMTPA => ("ESMTPA", false, true),
        Protocol::ESMTPS => ("ESMTPS", true, false),
        Protocol::ESMTPSA => ("ESMTPSA", true, true),
        Protocol::LMTP => ("LMTP", false, false),
        Protocol::LMTPA => ("LMTPA", false, true),
        Protocol::LMTPS => ("LMTPS", true, false),
        Protocol::LMTPSA => ("LMTPSA", true, true),
        Protocol::MMS => ("MMS", false, false),
        Protocol::UTF8SMTP => ("UTF8SMTP", false, false),
        Protocol::UTF8SMTPA => ("UTF8SMTPA", false, true),
        Protocol::UTF8SMTPS => ("UTF8SMTPS", true, false),
        Protocol::UTF8SMTPSA => ("UTF8SMTPSA", true, true),
        Protocol::UTF8LMTP => ("UTF8LMTP", false, false),
        Protocol::UTF8LMTPA => ("UTF8LMTPA", false, true),
        Protocol::UTF8LMTPS => ("UTF8LMTPS", true, false),
        Protocol::UTF8LMTPSA => ("UTF8LMTPSA", true, true),
        Protocol::HTTP => ("HTTP", false, false),
        Protocol::HTTPS => ("HTTPS", true, false),
        Protocol::IMAP => ("IMAP", false, false),
        Protocol::POP3 => ("POP3", false, false),
        Protocol::Local => ("local", false, false),
    }
}

fn oddities(hop: &Hop) -> Vec<String> {
    let mut out = Vec::new();
    match hop.delay {
        Some(delay) if delay < -SKEW => out.push(format!(
            "Time goes backwards: it says {} before the hop that came earlier. A clock is wrong, or a line is \
             invented.",
            span(-delay)
        )),
        Some(delay) if delay >= LONG => out.push(format!("The mail waited {} before this hop.", span(delay))),
        _ => {}
    }
    if hop.encrypted == Some(false) {
        out.push("The line speaks of no encryption: others on the way could read along.".to_owned());
    }
    if let (Some(from), Some(known)) = (&hop.from, &hop.known_as)
        && tail(from) != tail(known)
        && from.contains('.')
        && known.contains('.')
        && from.parse::<IpAddr>().is_err()
    {
        out.push(format!("The host called itself {from}; its address is known as {known}."));
    }
    if hop.at.is_none() && hop.by.is_some() {
        out.push("The line says no time that can be read.".to_owned());
    }
    out
}

/// The last two labels of a host name.
fn tail(name: &str) -> Cow<'_, str> {
    let mut labels = name.rsplit('.');
    match (labels.next(), labels.next()) {
        (Some(top), Some(second)) => Cow::Owned(format!("{second}.{top}")),
        _ => Cow::Borrowed(name),
    }
}

/// A length of time in its two largest units: `12 s`, `3 min`, `5 h 12 min`, `2 days 3 h`.
pub fn span(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let and = |n: i64, unit: &str| if n > 0 { format!(" {n} {unit}") } else { String::new() };
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, n) => format!("{n} min"),
        (0, n, minutes) => format!("{n} h{}", and(minutes, "min")),
        (1, hours, _) => format!("1 day{}", and(hours, "h")),
        (n, hours, _) => format!("{n} days{}", and(hours, "h")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hops(raw: &str) -> Vec<Hop> {
        let parsed = message::parse(raw.as_bytes(), &Limits::default());
        let hops = way(&parsed.view());
        for hop in &hops {
            assert!(raw[hop.range.clone()].starts_with("Received:"), "{:?}", &raw[hop.range.clone()]);
        }
        hops
    }

    const WAY: &str = "Received: from filter.home.example (filter.home.example [10.0.0.2])\r\n\tby mail.home.example with LMTP; Thu, 12 Mar 2026 09:00:09 +0000\r\n\
        Received: from out.example.net (out.example.net [203.0.113.7])\r\n\tby mx.home.example with ESMTPS; Thu, 12 Mar 2026 09:00:07 +0000\r\n\
        Received: from desk (dialin.example.com [198.51.100.9])\r\n\tby out.example.net with ESMTPSA; Thu, 12 Mar 2026 09:00:05 +0000\r\n\
        From: a@example.net\r\nSubject: s\r\n\r\nhello\r\n";

    #[test]
    fn the_way_begins_where_the_mail_began_and_says_where_belief_ends() {
        let hops = hops(WAY);
        let by: Vec<_> = hops.iter().map(|h| h.by.as_deref().unwrap()).collect();
        assert_eq!(by, ["out.example.net", "mx.home.example", "mail.home.example"]);
        let trust: Vec<_> = hops.iter().map(|h| h.trust).collect();
        assert_eq!(trust, [Trust::Claimed, Trust::Handover, Trust::Own]);
        assert_eq!(hops.iter().map(|h| h.delay).collect::<Vec<_>>(), [None, Some(2), Some(2)]);
        assert_eq!((hops[0].encrypted, hops[0].signed_in, hops[0].with), (Some(true), true, Some("ESMTPSA")));
        assert_eq!(
            (hops[2].encrypted, hops[2].with),
            (None, Some("LMTP")),
            "within one's own net it is no question"
        );
        assert_eq!(hops[1].from_ip, Some("203.0.113.7".parse().unwrap()));
        assert!(hops.iter().all(|h| h.oddities.is_empty()), "{hops:?}");
    }

    #[test]
    fn oddities_are_said_in_words() {
        let raw = WAY
            .replace("ESMTPS;", "SMTP;")
            .replace("09:00:05", "11:30:05")
            .replace("from out.example.net (out", "from mail.bank.example (out");
        let said: Vec<String> = hops(&raw).into_iter().flat_map(|h| h.oddities).collect();
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[0].starts_with("Time goes backwards: it says 2 h 29 min before"), "{said:?}");
        assert!(said[1].contains("no encryption"), "{said:?}");
        assert_eq!(
            said[2],
            "The host called itself mail.bank.example; its address is known as out.example.net."
        );
        let late = WAY
            .replace("12 Mar 2026 09:00:07", "13 Mar 2026 10:00:07")
            .replace("12 Mar 2026 09:00:09", "13 Mar 2026 10:00:09");
        let said: Vec<String> = hops(&late).into_iter().flat_map(|h| h.oddities).collect();
        assert_eq!(said, ["The mail waited 1 day 1 h before this hop."]);
    }

    #[test]
    fn what_is_no_hop_ends_all_belief() {
        let hops = hops(&format!("Received: \u{1}\u{2};;\r\n{WAY}"));
        assert!(hops.iter().all(|h| h.trust == Trust::Claimed) || hops.len() == 4, "{hops:?}");
        assert!(hops.iter().filter(|h| h.trust == Trust::Handover).count() <= 1);
        let parsed = message::parse(b"no mail at all", &Limits::default());
        assert!(way(&parsed.view()).is_empty() && returned_way(&parsed.view()).is_empty());
    }

    #[test]
    fn the_returned_mail_has_a_way_of_its_own_that_nothing_vouches_for() {
        for kind in ["message/rfc822", "text/rfc822-headers"] {
            let raw = format!(
                "Received: from mx.example.org (mx.example.org [203.0.113.9]) by mx.home.example with ESMTPS; \
                 Thu, 12 Mar 2026 10:00:00 +0000\r\nFrom: daemon@example.org\r\nMIME-Version: 1.0\r\n\
                 Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nSorry\r\n--b\r\n\
                 Content-Type: {kind}\r\n\r\n{WAY}\r\n--b--\r\n"
            );
            assert_eq!(hops(&raw).len(), 1);
            let parsed = message::parse(raw.as_bytes(), &Limits::default());
            let inside = returned_way(&parsed.view());
            assert_eq!(inside.len(), 3, "{kind}");
            assert!(inside.iter().all(|h| h.trust == Trust::Claimed));
            assert!(raw[inside[0].range.clone()].starts_with("Received: from desk"), "{kind}");
        }
    }

    #[test]
    fn spans_have_two_units_at_most() {
        for (seconds, says) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3_600, "1 h"),
            (18_720, "5 h 12 min"),
            (180_000, "2 days 2 h"),
        ] {
            assert_eq!(span(seconds), says);
        }
    }
}
