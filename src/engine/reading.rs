//! A message as a person reads it: header fields decoded, text without HTML, the way it came.
//!
//! Nothing remote is loaded and nothing is executed: HTML is reduced to its text, its links to their words.

use std::borrow::Cow;
use std::net::IpAddr;

use mail_parser::PartType;
use mail_parser::decoders::html::html_to_text;

use super::context::Limits;
use super::message;
use super::trace::{self, Hop};

/// What the reading pane shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// Header fields in order: name as written, value decoded and unfolded.
    pub headers: Vec<(String, String)>,
    /// The text, at most [`TEXT_MOST`] bytes.
    pub text: String,
    /// The HTML beside that text, reduced to its own text, at most [`TEXT_MOST`] bytes; empty where there is none or
    /// where `text` was made of it. What it says may differ.
    pub html: String,
    /// The way that the message came, the first hop first.
    pub way: Vec<Hop>,
    /// The way of the mail that a notice carries back, the first hop first.
    pub returned_way: Vec<Hop>,
}

/// The host that handed a message to the person's own server: what an entry on an IP address is compared with.
pub fn handed_over_by(raw: &[u8]) -> Option<IpAddr> {
    let lead = message::leading_blanks(raw);
    let raw = raw.get(lead..).unwrap_or_default();
    trace::handed_over_by(&message::parse(raw, &Limits::default()).view())
}

/// Bytes of text that are kept.
pub const TEXT_MOST: usize = 256 << 10;
/// Header fields that are kept.
const FIELDS_MOST: usize = 500;

/// Reads a message for display. Never fails; a message with no text has an empty one.
pub fn read(raw: &[u8]) -> Reading {
    let lead = message::leading_blanks(raw);
    let raw = raw.get(lead..).unwrap_or_default();
    let parsed = message::parse(raw, &Limits::default());
    let view = parsed.view();
    let Some(root) = view.root() else {
        return Reading { text: cut(&String::from_utf8_lossy(raw)), ..Reading::default() };
    };
    let headers = root
        .inner()
        .headers
        .iter()
        .take(FIELDS_MOST)
        .map(|h| (h.name.as_str().to_owned(), root.header_text(h).into_owned()))
        .collect();
    let mail = view.mail();
    let mut text = String::new();
    for index in 0..mail.text_body_count() {
        if text.len() > TEXT_MOST {
            break;
        }
        let body: Option<Cow<'_, str>> = mail.body_text(index);
        if let Some(body) = body {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&body);
        }
    }
    let mut html = String::new();
    for part in mail.html_bodies() {
        // A part of which the text above was made says nothing besides.
        if let PartType::Html(source) = &part.body
            && !mail.text_bodies().any(|text| std::ptr::eq(text, part))
            && html.len() <= TEXT_MOST
        {
            html.push_str(&html_to_text(source));
        }
    }
    let moved = |mut hops: Vec<Hop>| {
        for hop in &mut hops {
            hop.range = hop.range.start + lead..hop.range.end + lead;
        }
        hops
    };
    let (way, returned_way) = (moved(trace::way(&view)), moved(trace::returned_way(&view)));
    let plain = |text: &str| cut(&text.replace("\r\n", "\n"));
    Reading { headers, text: plain(&text), html: plain(&html), way, returned_way }
}

fn cut(text: &str) -> String {
    let mut end = text.len().min(TEXT_MOST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_reduced_to_its_text() {
        let raw = b"From: a@example.org\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\
            Content-Type: text/html; charset=utf-8\r\n\r\n\
            <html><script>alert(1)</script><p>Hello <b>you</b></p><img src=\"http://example.org/x\"></html>";
        let reading = read(raw);
        assert!(reading.text.contains("Hello you"), "{:?}", reading.text);
        assert!(!reading.text.contains("http://") && !reading.text.contains("alert"), "{:?}", reading.text);
        assert!(reading.headers.iter().any(|(n, v)| n == "Subject" && v == "Grüße"));
    }

    #[test]
    fn html_beside_a_text_is_kept_apart() {
        let raw = b"From: a@example.org\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
            --b\r\nContent-Type: text/plain\r\n\r\nSee you at noon.\r\n\
            --b\r\nContent-Type: text/html\r\n\r\n<p>Sign in <a href=\"http://example.org\">here</a></p>\r\n--b--\r\n";
        let reading = read(raw);
        assert_eq!((reading.text.trim(), reading.html.trim()), ("See you at noon.", "Sign in here"));
        let alone = read(b"Content-Type: text/html\r\n\r\n<p>Hello</p>\r\n");
        assert_eq!((alone.text.trim(), alone.html.as_str()), ("Hello", ""));
    }

    #[test]
    fn bytes_that_are_no_mail_are_shown_as_they_are() {
        assert_eq!(read(b"").text, "");
        assert!(read(&[0xff; 10]).text.len() <= 30);
    }
}
