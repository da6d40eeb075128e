//! Names of fields: those that most mail has are read at one look.

use std::borrow::Cow;

use mail_parser::HeaderName;

/// A name that most mail has. It is compared as one number: `upper` are its bytes, and `mask` leaves the case of its
/// letters out.
struct Usual {
    name: HeaderName<'static>,
    upper: u128,
    mask: u128,
}

/// The name of a field, in lower case.
const fn usual(letters: &str, name: HeaderName<'static>) -> Usual {
    let bytes = letters.as_bytes();
    let (mut upper, mut mask, mut at) = (0, 0, 0);
    while at < bytes.len() {
        let kept = if bytes[at].is_ascii_lowercase() { 0xdf } else { 0xff };
        mask |= kept << (8 * at);
        upper |= (bytes[at] as u128 & kept) << (8 * at);
        at += 1;
    }
    Usual { name, upper, mask }
}

/// Names that most mail has, by their length; mail-parser reads the others, letter by letter.
static USUAL: [&[Usual]; 17] = {
    use HeaderName::*;
    [
        &[],
        &[],
        &[usual("to", To), usual("cc", Cc)],
        &[],
        &[usual("from", From), usual("date", Date)],
        &[],
        &[usual("sender", Sender)],
        &[usual("subject", Subject), usual("list-id", ListId)],
        &[usual("received", Received), usual("reply-to", ReplyTo)],
        &[usual("list-help", ListHelp), usual("list-post", ListPost)],
        &[usual("message-id", MessageId), usual("references", References)],
        &[usual("return-path", ReturnPath), usual("in-reply-to", InReplyTo)],
        &[
            usual("content-type", ContentType),
            usual("mime-version", MimeVersion),
            usual("delivered-to", DeliveredTo),
            usual("list-archive", ListArchive),
        ],
        &[],
        &[usual("list-subscribe", ListSubscribe), usual("auto-submitted", AutoSubmitted)],
        &[],
        &[usual("list-unsubscribe", ListUnsubscribe)],
    ]
};

/// Bytes in which the name of a field is looked for at one look.
const NAME: usize = 64;

/// The name with which a header goes on, if it is a usual one or none that mail-parser knows, and the bytes to behind
/// its colon.
#[inline]
pub(super) fn read(rest: &[u8]) -> Option<(HeaderName<'_>, usize)> {
    let colon = memchr::memchr(b':', rest.get(..NAME).unwrap_or(rest))?;
    let known = USUAL.get(colon).zip(rest.first_chunk()).and_then(|(usual, bytes)| {
        let bytes = u128::from_le_bytes(*bytes);
        usual.iter().find(|usual| bytes & usual.mask == usual.upper)
    });
    if let Some(usual) = known {
        return Some((usual.name.clone(), colon + 1));
    }
    let own = rest.get(..colon).filter(|name| matches!(name, [b'x' | b'X', b'-', ..]))?;
    let own = own.iter().all(u8::is_ascii_graphic).then_some(own)?;
    Some((HeaderName::Other(Cow::Borrowed(std::str::from_utf8(own).ok()?)), colon + 1))
}

#[cfg(test)]
mod tests {
    use mail_parser::parsers::MessageStream;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn names_are_what_mail_parser_reads(
            field in "(X-[a-z]{1,3}|(?i:message-id|cc|to|date|list-id|received|content-type)|[a-zX-]{0,5})[ \\r\\n]?:?[ a-z]{0,20}",
        ) {
            if let Some((name, length)) = read(field.as_bytes()) {
                let mut stream = MessageStream::new(field.as_bytes());
                prop_assert_eq!(stream.parse_header_name(), Some(name));
                prop_assert_eq!(stream.offset(), length);
            }
        }
    }

    #[test]
    fn every_usual_name_is_mail_parsers() {
        for usual in USUAL.iter().copied().flatten() {
            let line = format!("{}: of some value", usual.name.as_str());
            for line in [line.to_lowercase(), line.to_uppercase(), line] {
                let (name, _) = read(line.as_bytes()).unwrap();
                assert_eq!(Some(name), MessageStream::new(line.as_bytes()).parse_header_name());
            }
        }
        assert!(read(b"Message\rID: of some value").is_none());
    }
}
