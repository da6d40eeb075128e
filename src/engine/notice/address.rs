//! Mail addresses in running text.

use std::ops::Range;

use mail_parser::{Addr, Address, Group};

use crate::engine::words::{begins_with, ends_in, in_lower_case, split_at, trimmed};

/// The longest address that is read, in bytes (RFC 5321 §4.5.3.1: 64 + 1 + 255).
const MAX: usize = 320;

fn is_local(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(
            c,
            '!' | '#'..='\'' | '*' | '+' | '-' | '.' | '/' | '=' | '?' | '^'..='`' | '{'..='~'
        )
}

fn is_domain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-' | '_')
}

/// Letters of the scripts that put no blank between words, or glue their particles to a word.
fn is_unspaced(c: char) -> bool {
    ('\u{2e80}'..='\u{d7ff}').contains(&c)
}

/// Whether what stands unbroken before an `@` is the beginning of a link, so that the address is part of it.
fn in_link(before: &str) -> bool {
    let near = before.get(before.floor_char_boundary(before.len().saturating_sub(MAX))..).unwrap_or_default();
    let start = near
        .rfind(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'' | '(' | ')' | '[' | ']'))
        .map_or(0, |i| i + 1);
    let scheme = |at: usize| near.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(b"://"));
    memchr::memchr_iter(b':', near.as_bytes().get(start..).unwrap_or_default()).any(|at| scheme(start + at))
}

/// The address around the `@` at byte `at` of `text`, as a range.
fn around(text: &str, at: usize) -> Option<Range<usize>> {
    let (mut start, mut end) = match in_ascii(text.as_bytes(), at) {
        Some(reach) => reach,
        None => in_any(text, at)?,
    };
    let text_of = |range: Range<usize>| text.get(range).unwrap_or_default();
    // Words that a mailer glues to an address: `To:x@y`, `*x@y`, `'x@y'`, `/x@y`.
    start += text_of(start..at).bytes().take_while(|b| is(*b, GLUED)).count();
    // X.400 writes `dda:SMTP=a@b`.
    if text_of(start..at).get(..5).is_some_and(|kind| kind.eq_ignore_ascii_case("smtp=")) {
        start += 5;
    }
    // Writing without blanks goes on right after the address, and begins right before it.
    if !text_of(start..end).is_ascii() {
        if let Some(tail) = text_of(at + 1..end).rsplit('.').next()
            && let Some(more) = tail.find(is_unspaced).filter(|more| *more >= 2)
        {
            end -= tail.len() - more;
        }
        if text_of(start..at).starts_with(is_unspaced) {
            start += text_of(start..at).find(|c: char| !is_unspaced(c)).unwrap_or(0);
        }
    }
    end -= text_of(at + 1..end).bytes().rev().take_while(|b| is(*b, LAST)).count();
    (start < at && end > at + 1 && end - start <= MAX).then_some(start..end)
}

/// What an ASCII letter is to an address: one of a local part, one of a domain, one that may stand before an address
/// which is no part of a link (a link has a colon); one that mailers glue to an address, one that no address ends in.
const LOCAL: u8 = 1;
const DOMAIN: u8 = 2;
const BEFORE: u8 = 4;
const GLUED: u8 = 8;
const LAST: u8 = 16;

/// What each byte is.
static LETTERS: [u8; 256] = {
    let mut letters = [0; 256];
    let mut at = 0;
    while at < 128 {
        let byte = at as u8;
        if byte.is_ascii_alphanumeric() {
            letters[at] = LOCAL | DOMAIN;
        }
        if matches!(byte, b' ' | 9..=13) {
            letters[at] = BEFORE;
        }
        at += 1;
    }
    letters = with(letters, b"!#$%&'*+-./=?^_`{|}~", LOCAL);
    letters = with(letters, b".-_", DOMAIN | LAST);
    letters = with(letters, b"<>\"()[]", BEFORE);
    with(letters, b"'*`=/|{}.!#-", GLUED)
};

const fn with(mut letters: [u8; 256], which: &[u8], is: u8) -> [u8; 256] {
    let mut at = 0;
    while at < which.len() {
        letters[which[at] as usize] |= is;
        at += 1;
    }
    letters
}

fn is(byte: u8, what: u8) -> bool {
    LETTERS.get(usize::from(byte)).is_some_and(|letter| letter & what > 0)
}

/// How far the letters reach that an address is made of, before and behind the `@` at `at`; `None` where it takes more
/// to say that: letters outside ASCII, quotes, brackets, or what may be a link.
fn in_ascii(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let before = text.get(..at)?.iter().rev().take(MAX);
    let start = at - before.take_while(|b| is(**b, LOCAL)).count();
    let alone = start < at && start.checked_sub(1).and_then(|i| text.get(i)).is_none_or(|b| is(*b, BEFORE));
    let after = text.get(at + 1..)?.iter().take(MAX);
    let end = at + 1 + after.take_while(|b| is(**b, DOMAIN)).count();
    let ends = text.get(end).is_none_or(|b| b.is_ascii() && !(*b == b'[' && end == at + 1));
    (alone && ends).then_some((start, end))
}

/// The same for any text; `None` where no address stands there.
fn in_any(text: &str, at: usize) -> Option<(usize, usize)> {
    let before = text.get(..at)?;
    let after = text.get(at + 1..)?;
    if in_link(before) {
        return None;
    }
    let start = if before.ends_with('"') {
        // A quoted local part (RFC 5321 §4.1.2).
        let inner = before.get(..before.len() - 1)?;
        inner.rfind('"').filter(|open| at - open <= MAX)?
    } else {
        before.char_indices().rev().take(MAX).take_while(|(_, c)| is_local(*c)).last().map(|(i, _)| i)?
    };
    let mut end = at + 1;
    if after.starts_with('[') {
        end += after.find(']').filter(|i| *i < 64)? + 1;
    } else {
        for c in after.chars().take(MAX).take_while(|c| is_domain(*c)) {
            end += c.len_utf8();
        }
    }
    Some((start, end))
}

/// Every address of a field of addresses, those of its groups included. (mail-parser's own way to go through them has
/// a piece of memory made for each field.)
pub(crate) fn each<'l, 'm>(list: &'l Address<'m>) -> impl Iterator<Item = &'l Addr<'m>> {
    let (alone, groups): (&[Addr<'m>], &[Group<'m>]) = match list {
        Address::List(list) => (list, &[]),
        Address::Group(groups) => (&[], groups),
    };
    alone.iter().chain(groups.iter().flat_map(|group| &group.addresses))
}

/// Every address in `text`, in order, at most `limit`.
pub(crate) fn all(text: &str, limit: usize) -> Vec<Range<usize>> {
    memchr::memchr_iter(b'@', text.as_bytes()).filter_map(|at| around(text, at)).take(limit).collect()
}

/// The first address in `text`.
pub(crate) fn first(text: &str) -> Option<Range<usize>> {
    memchr::memchr_iter(b'@', text.as_bytes()).find_map(|at| around(text, at))
}

/// `text` as one address: angle brackets, `mailto:` and an address type (`rfc822;`) aside, in lower
/// case. `None` where it is none.
pub(crate) fn normal(text: &str) -> Option<String> {
    let text = trimmed(text);
    let range = first(text)?;
    text.get(range).map(in_lower_case)
}

/// Whether an address belongs to a machine that writes notices, so that it is no recipient that failed.
pub(crate) fn is_daemon(address: &str) -> bool {
    let local = local_part(address);
    DAEMONS.iter().any(|daemon| daemon.eq_ignore_ascii_case(local))
}

/// Whether an address is that of a list's keeper, or of its program.
pub(crate) fn is_keeper(address: &str) -> bool {
    let local = local_part(address);
    begins_with(local, "owner-")
        || ["-owner", "-request", "-help", "-admin"].iter().any(|end| ends_in(local, end))
}

/// What stands before the `@`.
fn local_part(address: &str) -> &str {
    split_at(address, b'@').map_or(address, |(local, _)| local)
}

/// Local parts that write notices.
pub(crate) const DAEMONS: &[&str] = &[
    "mailer-daemon",
    "mailerdaemon",
    "mailer_daemon",
    "mail-daemon",
    "maildaemon",
    "mdaemon",
    "mail.delivery.system",
    "mail_delivery_system",
    "postmaster",
    "post_master",
    "post-master",
    "postmasters",
    "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_words() {
        for (text, wanted) in [
            ("<a.b+c@example.org>:", "a.b+c@example.org"),
            ("to 'a@example.org'.", "a@example.org"),
            ("RCPT TO:<A@Example.ORG>", "a@example.org"),
            ("rfc822;a@example.org", "a@example.org"),
            ("\"a b\"@example.org x", "\"a b\"@example.org"),
            ("a@[192.0.2.1] x", "a@[192.0.2.1]"),
            ("mailto:a@example.org", "a@example.org"),
            ("c=US;a= ;o=Ex;dda:SMTP=a@example.org; on Fri", "a@example.org"),
            ("grün@exämple.test,", "grün@exämple.test"),
        ] {
            assert_eq!(normal(text).as_deref(), Some(wanted), "{text}");
        }
        // An address that a link carries is nobody's.
        let links = ["https://example.org/x?u=a@example.org", "<http://example.org:80/?a=1&u=a@example.org>"];
        for text in ["@", "a@", "@b", "a @ b", ""].into_iter().chain(links) {
            assert_eq!(normal(text), None, "{text}");
        }
    }
}
