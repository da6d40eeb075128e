//! Names of header fields in lower case: those that nearly every header has stand in a table, and are not copied.

use std::borrow::Cow;

/// The usual ones, the most frequent first.
const USUAL: &[&str] = &[
    "received", "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "x-mailer",
    "content-transfer-encoding", "return-path", "x-priority", "reply-to", "dkim-signature", "cc",
    "x-msmail-priority", "x-mimeole", "references", "in-reply-to", "user-agent", "importance",
    "delivered-to", "thread-index", "content-language", "x-originating-ip", "sender",
];

/// A name in lower case.
pub(super) fn lower(name: &str) -> Cow<'static, str> {
    // Their length and their last letter tell them apart.
    let last = name.bytes().last().map(|byte| byte.to_ascii_lowercase());
    let alike = |known: &str| known.len() == name.len() && known.bytes().last() == last;
    match USUAL.iter().find(|known| alike(known) && known.eq_ignore_ascii_case(name)) {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(name.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_lower_case() {
        assert!(USUAL.iter().all(|name| *name == name.to_ascii_lowercase()));
        assert!(matches!(lower("Message-ID"), Cow::Borrowed("message-id")));
        assert_eq!(lower("X-Other-Field"), "x-other-field");
    }
}
