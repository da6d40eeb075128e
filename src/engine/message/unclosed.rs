//! The last text of a multipart that has no end.
//!
//! A message that was cut off, or whose sender left the closing boundary out, is shown by mail programs all the same.
//! mail-parser leaves base64 there as it stands; it is undone here, so that what a person reads is read.

use std::borrow::Cow;

use mail_parser::{GetHeader, HeaderName, HeaderValue, Message, PartType};

use super::{Source, charset, transfer};

/// Undoes the base64 that mail-parser left in the texts and status parts of `mail`, at any depth.
pub(super) fn read(mail: &mut Message<'_>) {
    for part in &mut mail.parts {
        match &mut part.body {
            PartType::Message(inside) => read(inside),
            PartType::Text(left) if part.is_encoding_problem => {
                let kind = part.headers.header_value(&HeaderName::ContentType);
                let kind = kind.and_then(HeaderValue::as_content_type);
                let shown = kind.is_none_or(|kind| matches!(kind.ctype(), "text" | "message"));
                let encoding = part.headers.header_value(&HeaderName::ContentTransferEncoding);
                let base64 = encoding.and_then(HeaderValue::as_text);
                if shown && base64.is_some_and(|name| name.eq_ignore_ascii_case("base64")) {
                    let decoded = transfer::base64_begun(left.as_bytes());
                    if !decoded.is_empty() {
                        *left =
                            charset::text(Source::default(), Cow::Owned(decoded), kind).into_owned().into();
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::context::Limits;
    use crate::engine::message::parse;

    #[test]
    fn base64_that_no_boundary_ends_is_read() {
        for (kind, body, text) in [
            ("text/html; charset=utf-8", "R3LDvMOfZSA=\n", "Gr\u{fc}\u{df}e "),
            (
                "text/plain; charset=iso-8859-1", "R3L832UgdW5kIG1laHIgZGF2b24=",
                "Gr\u{fc}\u{df}e und mehr davon",
            ),
            ("message/delivery-status", "QWN0aW9uOiBmYWlsZWQ=", "Action: failed"),
            ("text/plain", "aGVsbG8gaGVs", "hello hel"),
            ("text/plain", "aGVsbG8gaG", "hello "),
            ("text/plain", "no base64", "no base64"),
            ("application/pdf", "aGVsbG8g\n", "aGVsbG8g\n"),
        ] {
            let raw = format!(
                "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: {kind}\n\
                 Content-Transfer-Encoding: base64\n\n{body}"
            );
            let parsed = parse(raw.as_bytes(), &Limits::default());
            let last = parsed.view().parts().last().unwrap().text().map(str::to_owned);
            assert_eq!(last.as_deref(), Some(text), "{kind} {body}");
        }
    }
}
