//! Names of header fields in lower case: those that nearly every header has stand in a table, and are not copied.

use std::borrow::Cow;

use mail_parser::HeaderName;

/// The usual ones of a length.
fn usual(length: usize) -> &'static [&'static str] {
    match length {
        2 => &["to", "cc"],
        4 => &["from", "date"],
        6 => &["sender"],
        7 => &["subject"],
        8 => &["received", "x-mailer", "reply-to"],
        9 => &["x-mimeole"],
        10 => &["message-id", "x-priority", "references", "user-agent", "importance"],
        11 => &["return-path", "in-reply-to"],
        12 => &["mime-version", "content-type", "thread-index", "delivered-to"],
        14 => &["dkim-signature"],
        16 => &["content-language", "x-originating-ip"],
        17 => &["x-msmail-priority"],
        25 => &["content-transfer-encoding"],
        _ => &[],
    }
}

/// The name of a parsed field in lower case.
pub(super) fn of(name: &HeaderName<'_>) -> Cow<'static, str> {
    let known = match name {
        HeaderName::Received => "received",
        HeaderName::From => "from",
        HeaderName::To => "to",
        HeaderName::Cc => "cc",
        HeaderName::Subject => "subject",
        HeaderName::Date => "date",
        HeaderName::MessageId => "message-id",
        HeaderName::MimeVersion => "mime-version",
        HeaderName::ContentType => "content-type",
        HeaderName::ContentTransferEncoding => "content-transfer-encoding",
        HeaderName::ReturnPath => "return-path",
        HeaderName::ReplyTo => "reply-to",
        other => return lower(other.as_str()),
    };
    Cow::Borrowed(known)
}

/// A name in lower case.
pub(super) fn lower(name: &str) -> Cow<'static, str> {
    match usual(name.len()).iter().find(|known| known.eq_ignore_ascii_case(name)) {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(name.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_lower_case() {
        let usual = |length| usual(length).iter().map(move |name| (length, *name));
        for (length, name) in (0..30).flat_map(usual) {
            assert_eq!((name.len(), name), (length, name.to_ascii_lowercase().as_str()));
        }
        assert!(matches!(lower("Message-ID"), Cow::Borrowed("message-id")));
        assert_eq!(lower("X-Other-Field"), "x-other-field");
    }
}
