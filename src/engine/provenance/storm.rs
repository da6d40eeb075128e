//! The storm key: what the notices of one forged campaign share.
//!
//! A campaign is one text sent through many machines to many people, or one machine that sends many texts.
//! The returned subject tells the first kind, its sending host the second. What a sender varies from copy to
//! copy (numbers, random words, the recipient's name) is taken out of the subject; the mail program is added
//! without its version. The store counts equal keys.

use super::Case;
use crate::engine::returned::Field;
use crate::engine::words::{begins_with, words_of};

/// Longest subject that goes into a key, in characters.
const MAX_SUBJECT: usize = 120;
/// Words of a subject, as most have no more.
const USUAL_WORDS: usize = 16;
/// A template with fewer letters than this says too little to tell a campaign.
const MIN_LETTERS: usize = 4;

impl Case<'_, '_> {
    /// What members of one campaign share; `None` where nothing of the mail came back.
    pub(super) fn storm_key(&self) -> Option<String> {
        let returned = self.returned()?;
        let is_name = |word: &str| {
            word.len() >= 2
                && self.facts.failed.iter().chain(&self.facts.written_to).any(|a| is_local(word, a))
        };
        let subject = returned
            .mail
            .subject
            .as_ref()
            .and(self.facts.subject.as_deref())
            .map(|subject| template(subject, is_name))
            .unwrap_or_default();
        let mailer = returned
            .field("x-mailer")
            .or_else(|| returned.field("user-agent"))
            .map(|f| without_version(f.value(self.message)))
            .unwrap_or_default();
        if subject.chars().filter(|c| c.is_alphabetic()).nth(MIN_LETTERS - 1).is_some() {
            return Some([subject.as_str(), "|", &mailer].concat());
        }
        let received: Vec<&Field> = returned.all("received").collect();
        let host = received.iter().rev().find_map(|field| sending_host(field.value(self.message)));
        match (host, subject.is_empty() && mailer.is_empty()) {
            (Some(host), _) => Some([subject.as_str(), "|", &mailer, "|", &host].concat()),
            (None, true) => None,
            (None, false) => Some([subject.as_str(), "|", &mailer].concat()),
        }
    }
}

/// Whether a word, in any case, is what stands before the `@` of an address.
fn is_local(word: &str, address: &str) -> bool {
    begins_with(address, word) && address.as_bytes().get(word.len()).is_none_or(|next| *next == b'@')
}

/// A subject with `*` for each word that differs from copy to copy.
fn template(subject: &str, is_name: impl Fn(&str) -> bool) -> String {
    let mut words: Vec<&str> = Vec::with_capacity(USUAL_WORDS);
    for word in words_of(subject) {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let varies =
            bare.bytes().any(|b| b.is_ascii_digit() || b == b'@') || is_name(bare) || looks_random(bare);
        match (varies, words.last()) {
            (true, Some(&"*")) => {}
            (true, _) => words.push("*"),
            (false, _) => words.push(word),
        }
    }
    // A random word at the end is there in some copies only.
    while words.last() == Some(&"*") {
        words.pop();
    }
    let mut template = words.join(" ");
    if let Some((end, _)) = template.char_indices().nth(MAX_SUBJECT) {
        template.truncate(end);
    }
    template
}

/// A Latin word that nobody can say: six letters or more, and five consonants in a row.
fn looks_random(word: &str) -> bool {
    if word.len() < 6 || !word.bytes().all(|b| b.is_ascii_alphabetic()) {
        return false;
    }
    let mut run = 0;
    word.bytes().any(|b| {
        run = if b"aeiouy".contains(&b.to_ascii_lowercase()) { 0 } else { run + 1 };
        run >= 5
    })
}

/// A mail program's name without numbers: `Bulk Mailer 5.1 (build 7)` is `bulk mailer`.
fn without_version(mailer: &str) -> String {
    let words = mailer
        .split_whitespace()
        .take_while(|w| !w.chars().any(|c| c.is_ascii_digit()) && !w.starts_with('('));
    let mut name = String::with_capacity(mailer.len());
    for word in words {
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(word);
    }
    if name.is_ascii() {
        name.make_ascii_lowercase();
        return name;
    }
    name.to_lowercase()
}

/// The address from which a hop took the mail, where it is one of the open internet.
fn sending_host(received: &str) -> Option<String> {
    let from = received.split(" by ").next()?;
    let open = |ip: &std::net::IpAddr| crate::engine::trace::is_public(*ip);
    from.split(|c: char| !(c.is_ascii_hexdigit() || c == '.' || c == ':'))
        .filter(|word| word.contains('.') || word.matches(':').count() > 2)
        .filter_map(|word| word.parse().ok())
        .find(open)
        .map(|ip| ip.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_is_taken_out() {
        assert_eq!(template("cheap watches 4711 xkqzrtw", |_| false), "cheap watches");
        assert_eq!(template("your order #99 is ready", |_| false), "your order * is ready");
        assert_eq!(template("bo, your invoice", |word| is_local(word, "bo@example.org")), "* your invoice");
        assert_eq!(template("strength and weights", |_| false), "strength and weights");
        assert_eq!(template("8812 17", |_| false), "");
        assert_eq!(without_version("Bulk Mailer 5.1 (build 7)"), "bulk mailer");
    }

    #[test]
    fn the_host_is_the_first_on_the_open_internet() {
        let received = "from [192.168.0.2] (cable.example.net [203.0.113.9]) by mx.example.org with SMTP";
        assert_eq!(sending_host(received).as_deref(), Some("203.0.113.9"));
        assert_eq!(sending_host("from localhost (localhost [127.0.0.1]) by mx.example.org"), None);
    }
}
