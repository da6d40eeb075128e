//! CMS, the envelope of S/MIME: what is signed or compressed is read, what is sealed is said to be.
//!
//! A mail that is signed this way (`application/pkcs7-mime`, `smime.p7m`) is one opaque part for whoever does not
//! open it, and mail programs show the attachments inside as if they stood in the mail. Signed files (`.pdf.p7m`)
//! hold the file itself. Signatures are not checked here.
//! Sources: RFC 5652 §3 to §6, RFC 5083, RFC 3274, RFC 8551 §3; X.690 for the encoding, which may be BER: lengths that are
//! not given, and strings in pieces.

use memchr::memmem;

use super::{damaged, read_all};
use crate::engine::attachment::budget::{Budget, Growing, Unpacked};
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::{Case, Place};
use crate::engine::attachment::{encoding, mime};

/// Elements nested in each other that are followed.
const MAX_NESTED: usize = 24;

/// Object identifiers of what an envelope holds.
const SIGNED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const COMPRESSED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09";
const SEALED: &[&[u8]] = &[
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x04",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17",
];

const OCTETS: u8 = 0x04;
const SEQUENCE: u8 = 0x30;
/// The tag `[0]` around a content.
const CONTENT: u8 = 0xa0;

/// Looks at what the envelope holds; silent where it only holds a signature or certificates.
pub(super) fn open(case: &mut Case<'_, '_>) {
    let bytes = case.bytes();
    if !case.budget().work(bytes.len() as u64) {
        return;
    }
    let in_letters = bytes.starts_with(b"-----BEGIN ");
    if in_letters && bytes.len() as u64 > case.budget().room_to_hold() {
        case.budget().too_much_held = true;
        return;
    }
    let _held = case.budget().hold(if in_letters { bytes.len() } else { 0 });
    let decoded = in_letters.then(|| unarmoured(bytes)).flatten();
    let bytes = decoded.as_deref().unwrap_or(bytes);
    let Some((kind, content)) = envelope(bytes) else { return };
    if SEALED.contains(&kind) {
        case.find(&f::ENCRYPTED, "is sealed for its reader (S/MIME): it was not inspected", None);
        return;
    }
    if !matches!(kind, SIGNED | COMPRESSED) {
        return;
    }
    let depth = case.item.depth;
    if !case.budget().may_open(depth) {
        return;
    }
    let Some(held) = held(content, case.budget()) else { return };
    if kind == COMPRESSED {
        let (unpacked, end) = read_all(flate2::bufread::ZlibDecoder::new(&*held), case.budget(), 1);
        if end == super::End::Damaged {
            damaged(case);
        }
        hand_over(case, &unpacked);
    } else {
        hand_over(case, &held);
    }
}

/// A mail's body as its parts, anything else as the file that it is.
fn hand_over(case: &mut Case<'_, '_>, held: &[u8]) {
    if held.is_empty() {
        return;
    }
    if is_entity(held) {
        mime::inside_of(case, held);
        return;
    }
    let name = case.item.name().map(|name| {
        let stem = name.len().checked_sub(4).and_then(|at| name.split_at_checked(at));
        stem.filter(|(_, end)| end.eq_ignore_ascii_case(".p7m")).map_or(name, |(stem, _)| stem).to_owned()
    });
    case.child(name.as_deref(), held, Place::Member);
}

/// Whether bytes begin as a MIME entity does: with a field of its header.
fn is_entity(bytes: &[u8]) -> bool {
    const FIELDS: &[&[u8]] = &[b"content-", b"mime-version"];
    let head = bytes.trim_ascii_start();
    let begins = |field: &&[u8]| head.get(..field.len()).is_some_and(|h| h.eq_ignore_ascii_case(field));
    FIELDS.iter().any(begins)
}

/// The bytes between the lines of an envelope in letters.
fn unarmoured(bytes: &[u8]) -> Option<Vec<u8>> {
    let start = memchr::memchr(b'\n', bytes)?;
    let body = bytes.get(start..)?;
    let end = memmem::find(body, b"-----END").unwrap_or(body.len());
    Some(encoding::base64(body.get(..end)?))
}

/// What an envelope is, and what stands in it (RFC 5652 §3).
fn envelope(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let outer = Element::read(bytes, 0)?.tagged(SEQUENCE)?;
    let kind = Element::read(outer.content, 1)?.tagged(0x06)?;
    let content = Element::read(kind.rest, 1)?.tagged(CONTENT)?;
    Some((kind.content, content.content))
}

/// What signed or compressed data hold: behind the version and the algorithms a type and, if it is there, a string.
fn held<'a>(content: &'a [u8], budget: &mut Budget) -> Option<Unpacked<'a>> {
    let data = Element::read(content, 2)?.tagged(SEQUENCE)?;
    let version = Element::read(data.content, 3)?;
    let algorithms = Element::read(version.rest, 3)?;
    let inner = Element::read(algorithms.rest, 3)?.tagged(SEQUENCE)?;
    let kind = Element::read(inner.content, 4)?;
    let content = Element::read(kind.rest, 4)?.tagged(CONTENT)?;
    let string = Element::read(content.content, 5)?;
    match string.tag {
        OCTETS => Some(Unpacked::piece(string.content)),
        // The pieces of a string are put together before they are read.
        _ if string.tag == OCTETS | CONSTRUCTED => {
            let mut out = budget.growing(1);
            string.pieces(6, &mut out);
            Some(budget.grown(out, 1))
        }
        _ => None,
    }
}

/// The bit of a tag that says that elements stand inside.
const CONSTRUCTED: u8 = 0x20;

/// One element and what follows it.
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Element<'a> {
    /// Reads the first element; one that is cut short ends with the bytes. `None` for what is none, and for what
    /// is nested too deep.
    fn read(bytes: &'a [u8], depth: usize) -> Option<Element<'a>> {
        let (&tag, after) = bytes.split_first()?;
        let (&first, after) = after.split_first()?;
        if tag & 0x1f == 0x1f || depth > MAX_NESTED {
            return None;
        }
        if first == 0x80 {
            let mut rest = after;
            while !rest.is_empty() && !rest.starts_with(&[0, 0]) {
                rest = Element::read(rest, depth + 1)?.rest;
            }
            let content = after.get(..after.len() - rest.len())?;
            return Some(Element { tag, content, rest: rest.get(2..).unwrap_or_default() });
        }
        let (len, after) = match first {
            ..0x80 => (usize::from(first), after),
            _ => {
                let count = usize::from(first & 0x7f);
                let digits = after.get(..count).filter(|_| count <= 8)?;
                let len = digits.iter().fold(0_u64, |len, digit| len << 8 | u64::from(*digit));
                (usize::try_from(len).unwrap_or(usize::MAX), after.get(count..)?)
            }
        };
        let (content, rest) = after.split_at(len.min(after.len()));
        Some(Element { tag, content, rest })
    }

    fn tagged(self, tag: u8) -> Option<Element<'a>> {
        (self.tag == tag).then_some(self)
    }

    /// Puts the pieces of a string together.
    fn pieces(&self, depth: usize, out: &mut Growing) {
        let mut rest = self.content;
        while let Some(piece) = Element::read(rest, depth) {
            match piece.tag {
                OCTETS if !out.push(piece.content) => return,
                OCTETS => {}
                _ if piece.tag == OCTETS | CONSTRUCTED => piece.pieces(depth + 1, out),
                _ => return,
            }
            rest = piece.rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_that_are_not_given_end_where_two_zeros_stand() {
        let bytes = b"\x30\x80\x04\x01a\x24\x80\x04\x01b\0\0\0\0\x05\0";
        let outer = Element::read(bytes, 0).unwrap();
        assert_eq!((outer.content, outer.rest), (&bytes[2..12], &bytes[14..]));
        // Cut short, and longer than all there is.
        assert_eq!(Element::read(b"\x04\x05ab", 0).unwrap().content, b"ab");
        assert_eq!(Element::read(b"\x04\x88\xff\xff\xff\xff\xff\xff\xff\xffab", 0).unwrap().content, b"ab");
        assert!(Element::read(b"\x04", 0).is_none() && Element::read(b"", 0).is_none());
    }

    #[test]
    fn nesting_is_followed_so_far_and_no_farther() {
        let deep = b"\x30\x80".repeat(100_000);
        assert!(Element::read(&deep, 0).is_none());
        let mut out = Growing::probe(1 << 20);
        Element { tag: 0x24, content: &b"\x24\x80".repeat(5_000), rest: b"" }.pieces(0, &mut out);
        assert!(out.bytes.is_empty());
    }
}
