//! The links of a message, each with its text and its place.

use std::ops::Range;
use std::sync::LazyLock;

use super::super::super::anyof::AnyOf;
use super::super::super::message::{Message, Part};
use super::super::html::entity;
use super::fold::fold;
use super::hosts;
use crate::engine::words::clip;

/// Links of one message that are read.
const MAX_LINKS: usize = 200;
/// Tags of one part that are looked at, and the longest that is.
const MAX_TAGS: usize = 2_000;
const MAX_TAG: usize = 4_000;
/// Bytes of a part that are searched.
const READ: usize = 128 << 10;
/// Bytes between a link and its end that are read as its text.
const MAX_TEXT: usize = 2_000;

/// One link, form or bare address of a page.
pub(super) struct Link {
    /// Place of the part in [`Message::parts`].
    pub(super) part: usize,
    /// Where it stands in the part's decoded bytes.
    pub(super) place: Range<usize>,
    /// The address in lower case.
    pub(super) url: String,
    /// Its host in lower case; where a known redirection names its target, that one's.
    pub(super) host: String,
    /// What the person sees of it, folded; the line around it in plain text.
    pub(super) text: String,
    /// Whether it is a tag's, not a bare address in text.
    pub(super) tagged: bool,
    /// The text of a tag's link as it stands there, in lower case.
    pub(super) shown: String,
    /// It is a picture, or a part of one.
    pub(super) picture: bool,
    /// It is the target of a form that takes a password.
    pub(super) form: bool,
    /// What is before an `@` in front of the host, which programs show as if it were the host.
    pub(super) hides_host: bool,
}

/// All links of the message's own text parts.
pub(super) fn of(message: &Message<'_>) -> Vec<Link> {
    let mut links = Vec::new();
    for part in message.parts().iter().filter(|p| p.depth == 0) {
        let Some(text) = part.text() else { continue };
        let text = clip(text, READ);
        if part.is_html() || text.contains("<a ") {
            let before = links.len();
            in_html(part, text, &mut links);
            if links.len() == before {
                in_text(part, text, &mut links);
            }
        } else {
            in_text(part, text, &mut links);
        }
    }
    links
}

/// Whether a link may stand in plain text; where it says no, [`of`] finds none there.
pub(super) fn may_stand_in(text: &str) -> bool {
    text.contains("<a ") || text.contains("://")
}

/// How a field for a password is written.
const PASSWORDS: &[&str] =
    &["type=\"password\"", "type='password'", "type=password", "TYPE=\"PASSWORD\"", "type=\"Password\""];

fn in_html(part: &Part<'_>, html: &str, links: &mut Vec<Link>) {
    let bytes = html.as_bytes();
    static BOOK: LazyLock<AnyOf> = LazyLock::new(|| AnyOf::new(PASSWORDS));
    let has_password = BOOK.is_in(html);
    let mut tags = 0;
    for start in memchr::memchr_iter(b'<', bytes) {
        if links.len() >= MAX_LINKS || tags >= MAX_TAGS {
            return;
        }
        let rest = html.get(start + 1..).unwrap_or_default();
        // Of nearly every tag the first letter tells that it is none of these.
        if !rest.starts_with(['a', 'A', 'b', 'B', 'f', 'F', 'v', 'V']) {
            continue;
        }
        let name_length =
            rest.bytes().take(12).take_while(|c| c.is_ascii_alphanumeric() || *c == b':').count();
        let name = rest.get(..name_length).unwrap_or_default();
        let is = |tag: &str| name.eq_ignore_ascii_case(tag);
        let wanted = match () {
            _ if ["a", "area", "button"].into_iter().any(is) => "href",
            _ if is("form") => "action",
            _ if name.get(..2).is_some_and(|vml| vml.eq_ignore_ascii_case("v:")) => "href",
            _ => continue,
        };
        tags += 1;
        let Some(end) = memchr::memchr(b'>', clip(rest, MAX_TAG).as_bytes()) else { continue };
        let Some(value) = attribute(rest.get(..end).unwrap_or_default(), wanted) else { continue };
        let Some(mut link) = read(&value) else { continue };
        let password = is("form") && has_password;
        if is("form") && !password {
            continue;
        }
        let after = clip(rest.get(end + 1..).unwrap_or_default(), MAX_TEXT);
        // An area of a picture holds no text; what it is for stands in the tag.
        let close = if is("area") { Some(0) } else { find_close(after, name) };
        let inner = after.get(..close.unwrap_or(after.len())).unwrap_or_default();
        if !is("form") {
            let shown = match is("area") {
                true => attribute(rest.get(..end).unwrap_or_default(), "alt").unwrap_or_default(),
                false => visible(inner),
            };
            link.picture = is("area")
                || inner.match_indices('<').any(|(at, _)| is_picture(inner.get(at..).unwrap_or_default()));
            link.text = fold(&shown);
            link.shown = shown.trim().to_lowercase();
        }
        link.tagged = true;
        link.form = password;
        link.part = part.index();
        link.place = start..start + end + 2;
        links.push(link);
    }
}

fn find_close(text: &str, name: &str) -> Option<usize> {
    text.match_indices("</")
        .map(|(at, _)| at)
        .find(|at| text.get(at + 2..at + 2 + name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name)))
}

/// The value of an attribute of a tag, entities for `&` decoded.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let bytes = tag.as_bytes();
    let first = *name.as_bytes().first()?;
    let at = memchr::memchr2_iter(first, first.to_ascii_uppercase(), bytes).find(|at| {
        let parted = at.checked_sub(1).and_then(|before| bytes.get(before));
        parted.is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'/'))
            && bytes.get(*at..at + name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
            && tag.get(at + name.len()..).is_some_and(|after| after.trim_start().starts_with('='))
    })?;
    let value = tag.get(at + name.len()..)?.trim_start().strip_prefix('=')?.trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split(quote).next()?,
        _ => value.split([' ', '\t', '\r', '\n', '>']).next()?,
    };
    Some(match value.contains('&') {
        true => value.replace("&amp;", "&").replace("&#64;", "@").replace("&#x40;", "@"),
        false => value.to_owned(),
    })
}

/// The words between tags, and those that stand for pictures.
fn visible(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        let length = if rest.starts_with('<') {
            let end = memchr::memchr(b'>', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
            let tag = rest.get(..end).unwrap_or_default();
            out.push(' ');
            if is_picture(tag)
                && let Some(words) = attribute(tag, "alt")
            {
                out.push_str(&words);
            }
            end
        } else {
            let (c, length) = entity(rest);
            out.push(c);
            length
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    out + rest
}

/// Whether a tag is a picture's.
fn is_picture(tag: &str) -> bool {
    tag.get(..4).is_some_and(|t| t.eq_ignore_ascii_case("<img"))
}

fn in_text(part: &Part<'_>, text: &str, links: &mut Vec<Link>) {
    for (start, _) in text.match_indices("://") {
        if links.len() >= MAX_LINKS {
            return;
        }
        let scheme = ["https", "http", "HTTPS", "HTTP", "Http", "Https"]
            .iter()
            .find(|s| text.get(..start).is_some_and(|t| t.ends_with(**s)));
        let Some(scheme) = scheme else { continue };
        let begin = start - scheme.len();
        let rest = text.get(begin..).unwrap_or_default();
        let length = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | ')' | ']'))
            .unwrap_or(rest.len());
        let Some(mut link) = read(rest.get(..length).unwrap_or_default()) else { continue };
        let line = text.get(..begin).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
        link.text = fold(clip(text.get(line..begin).unwrap_or_default(), MAX_TEXT));
        link.part = part.index();
        link.place = begin..begin + length;
        links.push(link);
    }
}

/// Reads a web address; `None` for other schemes.
fn read(value: &str) -> Option<Link> {
    let url = address_of(value);
    let rest = match url.split_once(':') {
        Some(("http" | "https", rest)) => rest,
        _ if url.starts_with("//") => url.as_str(),
        _ if url.starts_with("data:text/html") => {
            return Some(Link { host: "data:".to_owned(), ..empty(url) });
        }
        _ => return None,
    };
    let rest = rest.trim_start_matches(['/', '\\']);
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()));
    let (user, host) = authority.rsplit_once('@').map_or(("", authority), |(u, h)| (u, h));
    let host = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(h, _)| h);
    let host = host.trim_end_matches('.');
    if host.is_empty() {
        return None;
    }
    let target = unwrapped(host, tail).unwrap_or_else(|| host.to_owned());
    let hides_host = user.contains('.');
    Some(Link { host: target, hides_host, ..empty(url) })
}

/// An address in lower case, without what a browser leaves out.
fn address_of(value: &str) -> String {
    let seen = |c: &char| !c.is_whitespace() && !c.is_control() && !('\u{200b}'..='\u{200f}').contains(c);
    match value.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => value.to_ascii_lowercase(),
        false => value.chars().filter(seen).collect::<String>().to_lowercase(),
    }
}

fn empty(url: String) -> Link {
    Link {
        part: 0,
        place: 0..0,
        url,
        host: String::new(),
        text: String::new(),
        tagged: false,
        picture: false,
        shown: String::new(),
        form: false,
        hides_host: false,
    }
}

/// Hosts that pass a reader on to an address that they name: filters that rewrite every link, and
/// redirections open to all.
const PASSES_ON: &[&str] = &[
    "safelinks.protection.outlook.com", "urldefense.proofpoint.com", "urldefense.com",
    "linkprotect.cudasvc.com", "www.google.com", "google.com", "protect-us.mimecast.com",
    "secure-web.cisco.com", "url.emailprotection.link", "googleadservices.com", "adclick.g.doubleclick.net",
    "l.facebook.com", "www.youtube.com", "clicktime.symantec.com", "linksafe.secure-endpoints.com",
];

/// The host that a redirection names.
fn unwrapped(host: &str, tail: &str) -> Option<String> {
    PASSES_ON.iter().any(|domain| hosts::is_under(host, domain)).then_some(())?;
    let marks = ["https://", "http://", "https%3a%2f%2f", "http%3a%2f%2f", "https-3a__", "http-3a__"];
    let after = marks.iter().find_map(|mark| tail.split_once(mark).map(|(_, after)| after))?;
    let inner = after.split(['/', '?', '#', '&', '%', '_', ':']).next()?;
    inner.contains('.').then(|| inner.to_owned())
}

/// The host that a link shows, where what it shows is a web address.
pub(super) fn shown_host(link: &Link) -> Option<&str> {
    let shown = link.shown.as_str();
    let bare = shown.trim_start_matches("https://").trim_start_matches("http://");
    let host = bare.split(['/', ' ', '?', ':']).next()?;
    let written = shown.starts_with("http") || shown.starts_with("www.");
    let ends = host.rsplit_once('.').map(|(_, tld)| tld)?;
    let looks = !host.contains('@') && ends.len() >= 2 && ends.bytes().all(|b| b.is_ascii_alphabetic());
    (written && looks && !link.form).then_some(host)
}

/// Whether what a link shows is the address of another organisation than the one that it leads to.
pub(super) fn shows_another(link: &Link) -> bool {
    shown_host(link).is_some_and(|host| hosts::organisation(host) != hosts::organisation(&link.host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Limits;
    use crate::engine::message::parse;

    fn links(kind: &str, body: &str) -> Vec<(String, String)> {
        let raw = format!("From: a@example.org\nContent-Type: {kind}; charset=utf-8\n\n{body}");
        of(&parse(raw.as_bytes(), &Limits::default()).view()).into_iter().map(|l| (l.host, l.text)).collect()
    }

    #[test]
    fn links_are_found_with_what_they_show() {
        let html = "<p><A class=x HREF='https://user.example.org@evil.example.net:8080/x?a=1&amp;b=2'><b>Release</b>&nbsp;mail</A> \
                    <form method=post action=\"//forms.example.com/in\"><input type=password></form><a href=\"mailto:a@example.org\">write</a>";
        assert_eq!(
            links("text/html", html),
            [
                ("evil.example.net".to_owned(), "release mail".to_owned()),
                ("forms.example.com".to_owned(), String::new())
            ]
        );
        assert_eq!(
            links("text/plain", "Go on:\nSign in at https://www.example.org/in.\n"),
            [("www.example.org".to_owned(), "sign in at".to_owned())]
        );
    }

    #[test]
    fn redirections_are_followed_in_words_only() {
        for (url, host) in [
            (
                "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fportal.example.org%2Fx&data=1",
                "portal.example.org",
            ),
            (
                "https://urldefense.proofpoint.com/v2/url?u=https-3A__portal.example.org_x&d=1",
                "portal.example.org",
            ),
            ("https://www.google.com/url?q=http://evil.example.net/x", "evil.example.net"),
            ("https://www.google.com/search?q=x", "www.google.com"),
        ] {
            assert_eq!(read(url).unwrap().host, host, "{url}");
        }
    }

    #[test]
    fn a_link_that_shows_another_host_is_seen() {
        let shown = |text: &str| {
            shows_another(&Link { shown: text.to_lowercase(), ..read("https://evil.example.net/").unwrap() })
        };
        assert!(shown("https://mail.example.org/login"));
        assert!(shown("www.example.org"));
        assert!(!shown("evil.example.net/x"));
        assert!(!shown("Sign in"));
        assert!(!shown("http://www.example.net"));
    }
}
