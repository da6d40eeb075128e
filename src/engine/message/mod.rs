//! One parse of one message, with byte ranges.
//!
//! [`parse`] runs mail-parser once over bounded input; [`Message`] is the view that every rule reads:
//! all parts of all nesting levels in one list, numbered as IMAP numbers them, each able to say where in
//! the fetched bytes it stands. Rules never parse the message again.
//!
//! Uses mail-parser, and base64 for its encodings. A new kind of look at a part (another header, another range)
//! goes to `part`; `lines` is the pass over all lines before the parse, `fields` says which header fields are
//! read, `wellformed` is the short way for mail that is built as it should be (`transfer` undoes its encodings,
//! `charset` reads its texts),
//! `unclosed` reads what mail-parser gives up where a multipart has no end,
//! `source` knows which bytes are text, `place` says where something stands until it is shown.

mod charset;
mod fields;
mod kind;
mod lines;
mod part;
mod place;
mod source;
mod transfer;
mod unclosed;
mod wellformed;

use std::borrow::Cow;
use std::ops::Range;

use jiff::Timestamp;
use mail_parser::{
    Encoding, Header, HeaderName, HeaderValue, MessagePart, PartType, Received, parsers::MessageStream,
};

pub(in crate::engine) use charset::holds_ascii;
pub(super) use fields::{parser, simple};
pub(crate) use kind::Kind;
pub use lines::Lines;
use part::Declared;
pub use part::Part;
pub(crate) use place::Place;
pub(in crate::engine) use source::{Source, lossy};

use super::context::Limits;
use super::verdict::{Evidence, Finding, FindingKind, Headline, Severity, Toward};

const CUT_SIZE: FindingKind = FindingKind {
    id: "limit.message_size",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The message is larger than the bound; what lies beyond was not read.",
};
const CUT_NESTING: FindingKind = FindingKind {
    id: "limit.nesting",
    severity: Severity::Low,
    toward: Toward::Neither,
    weight: 0.0,
    means: "Messages or parts are nested deeper than the bound; what lies deeper was not read.",
};
const CUT_PARTS: FindingKind = FindingKind {
    id: "limit.parts",
    severity: Severity::Low,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The message has more parts than the bound; the rest was not read.",
};
/// The finding that says that the bytes are no mail at all.
pub const NO_HEADER: &str = "message.no_header";

const NOT_MAIL: FindingKind = FindingKind {
    id: NO_HEADER,
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The bytes do not begin with a mail header.",
};

/// The kinds of finding that reading a message can give.
pub const FINDINGS: &[FindingKind] = &[CUT_SIZE, CUT_NESTING, CUT_PARTS, NOT_MAIL];

/// A parsed message and what was cut on the way. Owns what [`Message`] looks at.
pub struct Parsed<'a> {
    raw: &'a [u8],
    /// What of it was read.
    source: Source<'a>,
    mail: mail_parser::Message<'a>,
    lines: Lines,
    findings: Vec<Finding>,
}

/// Parses `raw` within `limits`.
///
/// Never fails: bytes with no header become a message without headers whose body is all of them, and a
/// finding says so. mail-parser itself is linear in the input; what it could amplify (parts, nesting) is
/// cut before it sees the bytes.
pub fn parse<'a>(raw: &'a [u8], limits: &Limits) -> Parsed<'a> {
    let mut findings = Vec::new();
    let mut input = raw;
    if input.len() > limits.message_bytes {
        input = input.get(..limits.message_bytes).unwrap_or(input);
        findings.push(CUT_SIZE.says(format!(
            "The message has {} bytes; only the first {} were read.",
            raw.len(),
            limits.message_bytes
        )));
    }
    let lines = Lines::of(input);
    if let Some(end) = lines.nth_field(input, b"content-type: message/", limits.depth) {
        findings.push(CUT_NESTING.says(format!(
            "More than {} messages are packed into each other; what comes after byte {end} was not read.",
            limits.depth
        )));
        input = input.get(..end).unwrap_or(input);
    }
    // A part costs the parser some 50 times its bytes when it is empty, so boundaries are counted first.
    if lines.dashes().len() > limits.parts.saturating_mul(4)
        && let Some(end) = lines.nth_field(input, b"content-type:", limits.parts)
    {
        findings.push(CUT_PARTS.says(format!(
            "The message has more than {} parts; what comes after byte {end} was not read.",
            limits.parts
        )));
        input = input.get(..end).unwrap_or(input);
    }
    let source = Source::of(input);
    let mail = wellformed::parse(source).unwrap_or_else(|| {
        let mut mail = parser().parse(input).unwrap_or_else(|| headless(input));
        unclosed::read(&mut mail);
        mail
    });
    let standard = |h: &Header<'_>| !matches!(h.name, HeaderName::Other(_));
    if !mail.parts.first().is_some_and(|root| root.headers.iter().any(standard)) {
        findings.push(NOT_MAIL.says("These bytes are not a mail: they begin with no mail header."));
    }
    Parsed { raw, source, mail, lines, findings }
}

/// The length of the blank lines before the header, which some programs leave when they save a mail; 0
/// where no header follows them within a kilobyte.
pub fn leading_blanks(raw: &[u8]) -> usize {
    let Some(first) = raw.iter().take(1024).position(|b| !b.is_ascii_whitespace()) else { return 0 };
    let start = raw.get(..first).and_then(|lead| memchr::memrchr(b'\n', lead)).map_or(0, |lf| lf + 1);
    let line = raw.get(first..).unwrap_or_default();
    let name = line.iter().take(80).take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
    let header = start == first && name > 1 && line.get(name) == Some(&b':');
    if header { start } else { 0 }
}

/// Bytes without a header as a message whose text is all of them.
fn headless(input: &[u8]) -> mail_parser::Message<'_> {
    let body = MessagePart {
        body: PartType::Text(String::from_utf8_lossy(input)),
        offset_end: u32::try_from(input.len()).unwrap_or(u32::MAX),
        ..MessagePart::default()
    };
    mail_parser::Message {
        text_body: vec![0],
        html_body: vec![0],
        parts: vec![body],
        raw_message: Cow::Borrowed(input),
        ..mail_parser::Message::default()
    }
}

/// Everything a rule may see of the message.
pub struct Message<'a> {
    raw: &'a [u8],
    mail: &'a mail_parser::Message<'a>,
    lines: &'a Lines,
    parts: Vec<Part<'a>>,
}

impl<'a> Parsed<'a> {
    /// What was cut.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The view that rules read.
    pub fn view<'b>(&'b self) -> Message<'b> {
        let mut parts = Vec::with_capacity(self.mail.parts.len());
        collect(&self.mail, self.source, None, 0, None, &mut parts);
        Message { raw: self.raw, mail: &self.mail, lines: &self.lines, parts }
    }
}

fn collect<'a>(
    mail: &'a mail_parser::Message<'a>,
    source: Source<'a>,
    parent: Option<usize>,
    depth: usize,
    decoded_from: Option<Range<usize>>,
    out: &mut Vec<Part<'a>>,
) {
    // mail-parser lists the parts of one message in order, so that a parent comes before its children.
    let mut slot: Vec<Option<(Option<usize>, usize)>> = match mail.parts.len() {
        0 | 1 => Vec::new(),
        count => vec![None; count],
    };
    if let Some(first) = slot.first_mut() {
        *first = Some((parent, 1));
    }
    for (id, inner) in mail.parts.iter().enumerate() {
        let (up, number) = slot.get(id).copied().flatten().unwrap_or((parent, id + 1));
        let index = out.len();
        out.push(Part {
            index,
            parent: up,
            number,
            depth,
            inner,
            declared: Declared::of(inner),
            owner: mail,
            source: if decoded_from.is_some() { Source::default() } else { source },
            decoded_from: decoded_from.clone(),
            is_message_root: id == 0,
        });
        match &inner.body {
            PartType::Multipart(children) => {
                for (ordinal, child) in children.iter().enumerate() {
                    if let Some(entry) = slot.get_mut(*child as usize)
                        && entry.is_none()
                    {
                        *entry = Some((Some(index), ordinal + 1));
                    }
                }
            }
            PartType::Message(inside) => {
                let from = match (&decoded_from, inner.encoding) {
                    (Some(range), _) => Some(range.clone()),
                    (None, Encoding::None) => None,
                    (None, _) => Some(inner.offset_body as usize..inner.offset_end as usize),
                };
                collect(inside, source, Some(index), depth + 1, from, out);
            }
            _ => {}
        }
    }
}

/// Numbers of most parts.
const NUMBERS: [&str; 9] = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

impl<'a> Message<'a> {
    /// The bytes as they were fetched.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// mail-parser's own reading of the outermost message.
    pub fn mail(&self) -> &'a mail_parser::Message<'a> {
        self.mail
    }

    /// Every part at every depth, a parent before its children.
    pub fn parts(&self) -> &[Part<'a>] {
        &self.parts
    }

    /// The part at `index` of [`Message::parts`].
    pub fn part(&self, index: usize) -> Option<&Part<'a>> {
        self.parts.get(index)
    }

    /// The parts directly inside the part at `index`.
    pub fn children(&self, index: usize) -> impl Iterator<Item = &Part<'a>> {
        self.parts.iter().filter(move |p| p.parent == Some(index))
    }

    /// The IMAP number of a part, such as `2.1` (RFC 3501 §6.4.5).
    pub fn number(&self, part: &Part<'a>) -> String {
        self.numbered(part).into_owned()
    }

    /// The same, for evidence: that of most parts is not copied.
    fn numbered(&self, part: &Part<'a>) -> Cow<'static, str> {
        let around = std::iter::successors(Some(part), |p| p.parent.and_then(|i| self.parts.get(i)));
        // The root of a message has no number of its own unless it is the only part.
        let mut numbered = around.filter(|p| !p.is_message_root || !p.is_multipart());
        let number = numbered.next().map_or(1, |p| p.number);
        let mut numbers: Vec<String> = numbered.map(|p| p.number.to_string()).collect();
        if numbers.is_empty() {
            let usual = number.checked_sub(1).and_then(|at| NUMBERS.get(at));
            return usual.map_or_else(|| number.to_string().into(), |usual| Cow::Borrowed(*usual));
        }
        numbers.reverse();
        numbers.push(number.to_string());
        numbers.join(".").into()
    }

    /// The name under which evidence speaks of a part's header: `header` or `2.header`.
    fn header_number(&self, part: &Part<'a>) -> Cow<'static, str> {
        let (numbered, end) = match (part.is_message_root, part.parent.and_then(|i| self.parts.get(i))) {
            (true, None) => return "header".into(),
            (true, Some(parent)) => (parent, ".header"),
            (false, _) => (part, ".mime"),
        };
        [self.numbered(numbered).as_ref(), end].concat().into()
    }

    /// The outermost message's root part, if there is one.
    pub fn root(&self) -> Option<&Part<'a>> {
        self.parts.first()
    }

    /// What its lines show, at any depth.
    pub fn lines(&self) -> &'a Lines {
        self.lines
    }

    /// The hops of the outermost header, the last one first; what can't be read as one is left out.
    pub fn hops(&self) -> impl Iterator<Item = Received<'_>> {
        let fields = self.root().into_iter().flat_map(|root| &root.inner.headers);
        fields.filter(|h| h.name == HeaderName::Received).filter_map(|header| self.hop(header))
    }

    /// The hop that a field `Received` of the outermost header tells of.
    pub fn hop(&self, header: &Header<'_>) -> Option<Received<'_>> {
        let source: &[u8] = &self.mail.raw_message;
        let field = source.get(header.offset_start as usize..header.offset_end as usize)?;
        received(field)
    }

    /// The text of the first header field with this name in the outermost header, decoded.
    pub fn header(&self, name: &str) -> Option<Cow<'a, str>> {
        self.root()?.header(name)
    }

    /// Evidence for the first header field of a part with this name.
    pub fn header_evidence(&self, part: &Part<'a>, name: &str) -> Option<Evidence> {
        part.field(name).map(|header| self.field_evidence(part, header))
    }

    /// Evidence for one header field of a part.
    pub fn field_evidence(&self, part: &Part<'a>, header: &Header<'a>) -> Evidence {
        let range = header.offset_field as usize..header.offset_end as usize;
        let text = lossy(part.source(self.raw).get(range.clone()).unwrap_or_default());
        Evidence::new(self.header_number(part), part.locate(range), &text)
    }

    /// Evidence for a header field of the outermost header.
    pub fn top_evidence(&self, name: &str) -> Option<Evidence> {
        self.header_evidence(self.root()?, name)
    }

    /// Evidence for `range` of the decoded body of a part: exact where no transfer encoding or charset
    /// stands between, the whole encoded body otherwise.
    pub fn body_evidence(&self, part: &Part<'a>, range: Range<usize>) -> Evidence {
        let text = lossy(part.bytes().get(range.clone()).unwrap_or_default());
        let body = part.inner.offset_body as usize..part.inner.offset_end as usize;
        let exact = part.inner.encoding == Encoding::None && part.bytes().len() <= body.len();
        // Mostly the part's bytes are those of the message, at the very place.
        let stands =
            |source: &[u8]| source.as_ptr() == part.bytes().as_ptr() || source.starts_with(part.bytes());
        let place = if exact && part.source(self.raw).get(body.clone()).is_some_and(stands) {
            body.start + range.start..body.start + range.end
        } else {
            body
        };
        Evidence::new(self.numbered(part), part.locate(place), &text)
    }

    /// Evidence for the first place in a part's decoded body where `needle` stands.
    pub fn find_evidence(&self, part: &Part<'a>, needle: &str) -> Option<Evidence> {
        let start = memchr::memmem::find(part.bytes(), needle.as_bytes())?;
        Some(self.body_evidence(part, start..start + needle.len()))
    }

    /// What a list shows of the message.
    pub fn headline(&self) -> Headline {
        let (mut from, mut message_id, mut subject, mut date) = (None, None, None, None);
        // Of several fields of a name, the last counts.
        for header in self.root().into_iter().flat_map(|root| &root.inner.headers) {
            match header.name {
                HeaderName::From => from = header.value.as_address(),
                HeaderName::MessageId => message_id = header.value.as_text(),
                HeaderName::Subject => subject = header.value.as_text(),
                HeaderName::Date => date = header.value.as_datetime(),
                _ => {}
            }
        }
        let address = from.and_then(|a| a.first());
        let from_address = address.and_then(|a| a.address()).map(|a| a.trim().to_lowercase());
        let name = address.and_then(|a| a.name()).map(|n| n.trim().to_owned()).filter(|n| !n.is_empty());
        Headline {
            message_id: message_id.map(super::ledger::normal_message_id),
            from: name.or_else(|| from_address.clone()),
            from_address,
            subject: subject.map(|s| s.trim().to_owned()),
            date: date.and_then(timestamp),
        }
    }
}

/// The hop that the bytes of a field `Received`, without its name, tell of.
pub fn received(field: &[u8]) -> Option<Received<'_>> {
    match MessageStream::new(field).parse_received() {
        HeaderValue::Received(hop) => Some(*hop),
        _ => None,
    }
}

/// A mail-parser date as a timestamp; `None` where it is no date.
pub fn timestamp(date: &mail_parser::DateTime) -> Option<Timestamp> {
    if !date.is_valid() {
        return None;
    }
    Timestamp::from_second(date.to_timestamp()).ok()
}

/// Whether a header field name is one of MIME's own (RFC 2045): the rest are the message's.
pub fn is_mime_field(name: &HeaderName<'_>) -> bool {
    name.is_mime_header()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(raw: &str) -> Vec<(String, String)> {
        let parsed = parse(raw.as_bytes(), &Limits::default());
        let view = parsed.view();
        view.parts().iter().map(|p| (view.number(p), p.content_type())).collect()
    }

    #[test]
    fn parts_are_numbered_as_imap_numbers_them() {
        let raw = "From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
            --b\r\n\r\nhello\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n\
            Subject: in\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\none\r\n\
            --c\r\nContent-Type: text/html\r\n\r\n<p>two\r\n--c--\r\n--b--\r\n";
        let found = numbers(raw);
        let only: Vec<&str> = found.iter().map(|(n, _)| n.as_str()).collect();
        assert!(
            only.contains(&"1") && only.contains(&"2") && only.contains(&"2.1") && only.contains(&"2.2"),
            "{found:?}"
        );
    }

    #[test]
    fn evidence_in_plain_text_is_exact() {
        let raw = "From: a@example.org\r\nSubject: s\r\n\r\nfirst line\r\nsecond needle here\r\n";
        let parsed = parse(raw.as_bytes(), &Limits::default());
        let view = parsed.view();
        let evidence = view.root().and_then(|p| view.find_evidence(p, "needle")).unwrap();
        assert_eq!(&raw[evidence.range[0]..evidence.range[1]], "needle");
        assert_eq!(evidence.part, "1");
        let subject = view.top_evidence("subject").unwrap();
        assert_eq!(raw[subject.range[0]..subject.range[1]].trim(), "Subject: s");
        assert_eq!(subject.part, "header");
    }

    #[test]
    fn too_much_nesting_is_cut_and_said() {
        let mut raw = String::from("From: a@example.org\r\n");
        for _ in 0..5_000 {
            raw.push_str("Content-Type: message/rfc822\r\n\r\n");
        }
        let parsed = parse(raw.as_bytes(), &Limits::default());
        assert!(parsed.findings().iter().any(|f| f.id == "limit.nesting"));
        assert!(parsed.view().parts().len() <= Limits::default().depth + 1);
    }

    #[test]
    fn blank_lines_before_the_header_are_skipped() {
        for (raw, lead) in
            [("\r\n \nFrom: a@example.org\n\nx", 4), ("From: a\n", 0), ("\n\ntext\n", 0), ("\n x: y\n", 0)]
        {
            assert_eq!(leading_blanks(raw.as_bytes()), lead, "{raw:?}");
        }
    }

    #[test]
    fn bytes_without_a_header_are_said_to_be_no_mail() {
        for raw in [&b""[..], &b"\0\0\0"[..], &[0xff; 64][..]] {
            let parsed = parse(raw, &Limits::default());
            assert!(parsed.view().headline().message_id.is_none());
            assert!(parsed.findings().iter().any(|f| f.id == "message.no_header"), "{raw:?}");
        }
    }
}
