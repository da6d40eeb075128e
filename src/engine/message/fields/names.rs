//! Names of fields: those that most mail has are read at one look.

use std::borrow::Cow;

use mail_parser::HeaderName;

use crate::engine::block;
use crate::engine::message::Source;

/// A name that most mail has. It is compared as one number: `upper` are its first bytes, `mask` leaves the case of its
/// letters out, and `rest` are the bytes behind them.
struct Usual {
    /// As mail-parser has it; none, where it is one of those that it does not know.
    name: Option<HeaderName<'static>>,
    upper: u128,
    mask: u128,
    rest: &'static [u8],
}

/// The name of a field, in lower case.
const fn usual(letters: &'static str, name: HeaderName<'static>) -> Usual {
    row(letters, Some(name))
}

/// The name of a field that mail-parser does not know.
const fn unknown(letters: &'static str) -> Usual {
    row(letters, None)
}

const fn row(letters: &'static str, name: Option<HeaderName<'static>>) -> Usual {
    let mut rest = letters.as_bytes();
    let (mut upper, mut mask, mut at) = (0, 0, 0);
    while at < 16
        && let [letter, behind @ ..] = rest
    {
        let kept = if letter.is_ascii_lowercase() { 0xdf } else { 0xff };
        mask |= kept << (8 * at);
        upper |= (*letter as u128 & kept) << (8 * at);
        rest = behind;
        at += 1;
    }
    Usual { name, upper, mask, rest }
}

/// Names that most mail has, by their length; mail-parser reads the others, letter by letter.
static USUAL: [&[Usual]; 26] = {
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
        &[usual("list-help", ListHelp), usual("list-post", ListPost), usual("errors-to", ErrorsTo)],
        &[
            usual("message-id", MessageId),
            usual("references", References),
            unknown("precedence"),
            unknown("user-agent"),
            usual("importance", Importance),
        ],
        &[usual("return-path", ReturnPath), usual("in-reply-to", InReplyTo), unknown("envelope-to")],
        &[
            usual("content-type", ContentType),
            usual("mime-version", MimeVersion),
            usual("delivered-to", DeliveredTo),
            usual("list-archive", ListArchive),
            usual("organization", Organization),
            usual("received-spf", ReceivedSpf),
            unknown("thread-index"),
        ],
        &[usual("delivery-date", DeliveryDate)],
        &[
            usual("list-subscribe", ListSubscribe),
            usual("auto-submitted", AutoSubmitted),
            usual("dkim-signature", DkimSignature),
        ],
        &[],
        &[usual("list-unsubscribe", ListUnsubscribe)],
        &[],
        &[],
        &[usual("content-disposition", ContentDisposition)],
        &[],
        &[],
        &[usual("authentication-results", AuthenticationResults)],
        &[],
        &[],
        &[usual("content-transfer-encoding", ContentTransferEncoding)],
    ]
};

/// Bytes in which the name of a field is looked for at one look.
const NAME: usize = 64;

/// The name with which a header goes on, if it is a usual one or none that mail-parser knows, and the bytes to behind
/// its colon.
#[inline]
pub(super) fn read<'x>(source: Source<'x>, rest: &'x [u8]) -> Option<(HeaderName<'x>, usize)> {
    let colon = block::find(b':', rest.get(..NAME).unwrap_or(rest))?;
    let known = USUAL.get(colon).zip(rest.first_chunk()).and_then(|(usual, bytes)| {
        let bytes = u128::from_le_bytes(*bytes);
        let ends = |usual: &Usual| {
            let rest = rest.get(colon - usual.rest.len()..colon);
            usual.rest.is_empty() || rest.is_some_and(|rest| rest.eq_ignore_ascii_case(usual.rest))
        };
        usual.iter().find(|usual| bytes & usual.mask == usual.upper && ends(usual))
    });
    if let Some(name) = known.and_then(|usual| usual.name.as_ref()) {
        return Some((name.clone(), colon + 1));
    }
    let own = rest.get(..colon).filter(|name| known.is_some() || matches!(name, [b'x' | b'X', b'-', ..]))?;
    let own = own.iter().all(u8::is_ascii_graphic).then_some(own)?;
    Some((HeaderName::Other(Cow::Borrowed(source.text(own)?)), colon + 1))
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
            if let Some((name, length)) = read(Source::of_text(&field), field.as_bytes()) {
                let mut stream = MessageStream::new(field.as_bytes());
                prop_assert_eq!(stream.parse_header_name(), Some(name));
                prop_assert_eq!(stream.offset(), length);
            }
        }
    }

    #[test]
    fn every_usual_name_is_mail_parsers() {
        let mut count = 0;
        for usual in USUAL.iter().copied().flatten() {
            let letters: Vec<u8> = usual.upper.to_le_bytes().into_iter().filter(|byte| *byte > 0).collect();
            let own = String::from_utf8([&letters, usual.rest].concat()).unwrap();
            for line in [own.to_lowercase(), own.to_uppercase()].map(|name| format!("{name}: of some value"))
            {
                let (name, length) = read(Source::of_text(&line), line.as_bytes()).unwrap();
                let known = !matches!(name, HeaderName::Other(_));
                assert_eq!((length, known), (own.len() + 1, usual.name.is_some()), "{line}");
                assert_eq!(Some(name), MessageStream::new(line.as_bytes()).parse_header_name());
                count += 1;
            }
        }
        assert!(count > 60);
        assert!(read(Source::default(), b"Message\rID: of some value").is_none());
    }
}
