//! Several readings of one mail, and the union of their parts.
//!
//! Mail programs disagree about broken MIME, and an attacker writes it so that the scanner sees one thing
//! and the reader's program another. So three readings are joined: mail-parser's; a lenient one, in which
//! every block of `Content-` headers anywhere begins a part; and a carved one, which takes every run of
//! base64, quoted-printable or uuencode for a file. What only the latter two see is listed where it is of
//! a known type, and a finding says that mail programs may see different things (RFC 2045-2047, 2183,
//! 2231 say what a strict reader does).
//!
//! Here is the walk over the parts; `body` reads what they hold, `names` what they are called, and `carved` is
//! what mail-parser did not show, with `runs` of base64 in it. `again` is for text that has to be written anew
//! before it can be read: encoded as a whole, with foreign line ends, or quoted.

mod again;
mod body;
mod carved;
mod names;
mod runs;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use mail_parser::{Encoding, PartType};

use super::container::{self, uudecode_first};
use super::encoding::{base64, quoted_printable};
use super::filetype::{self, Family, Format};
use super::findings as f;
use super::inspect::{Case, Inspector, Item, Place, Spot};
use crate::engine::anyof::AnyOf;
use crate::engine::message::{self, Kind, Message, Part};
use body::{Body, PROSE, is_prose};
use carved::Source;
use names::names;

/// Looks at every attachment of a message in every reading.
pub(super) fn walk(inspector: &mut Inspector<'_>, message: &Message<'_>) {
    let mut covered: Vec<Range<usize>> = Vec::new();
    for part in message.parts() {
        if part.is_multipart() {
            continue;
        }
        match &part.inner().body {
            PartType::Message(_) => headers_of_message(inspector, message, part),
            PartType::Multipart(_) => {}
            _ => {
                leaf(inspector, message, part, &mut covered);
                again::encoded(inspector, message, part);
            }
        }
    }
    covered.sort_by_key(|c| c.end);
    let written = again::written(message, &covered);
    let places = written.iter().map(|(_, range)| range.clone()).collect();
    let source = Source { written: places, ..Source::FETCHED };
    carved::other_readings(inspector, message, &covered, &source);
    again::with_other_ends(inspector, message);
    again::note(inspector, written);
}

/// What the header of a part that holds a message says.
fn headers_of_message(inspector: &mut Inspector<'_>, message: &Message<'_>, part: &Part<'_>) {
    note_special(inspector, message, part);
    let names = names(message, part);
    if names.is_empty() {
        return;
    }
    // Its parts are looked at as parts; what is attached under a name is also listed.
    let range = part.body_range();
    let bytes = message.raw().get(range.clone()).unwrap_or_default();
    let spot = Spot::part(message.number(part), range, true);
    inspector.list(Item::new(bytes, &spot).named(names).declared(part.declared_type()), Format::Message);
}

/// The attachments of a message that is itself a file: in an archive, in an envelope, or bare.
pub(super) fn inside(case: &mut Case<'_, '_>) {
    let depth = case.item.depth;
    if case.budget().may_open(depth) {
        inside_of(case, case.bytes());
    }
}

/// The same of a message, or of a part with its header, that the case holds.
pub(super) fn inside_of(case: &mut Case<'_, '_>, bytes: &[u8]) {
    let limits = case.budget().limits();
    // It is decoded as a whole.
    let len = bytes.len().saturating_mul(2);
    if len as u64 > case.budget().room_to_hold() {
        case.budget().too_much_held = true;
        return;
    }
    let _held = case.budget().hold(len);
    let parsed = message::parse(bytes, &limits);
    let view = parsed.view();
    for part in view.parts() {
        if part.is_multipart() || part.message().is_some() {
            continue;
        }
        let names = names(&view, part);
        let bytes = Body::of(&view, part).decoded();
        let family = match bytes.is_empty() {
            true => Family::Empty,
            false => filetype::detect(&bytes, None).format.family(),
        };
        let read = matches!(
            family,
            Family::Text | Family::Page | Family::Message | Family::Empty | Family::Unknown | Family::Script
        );
        if names.is_empty() && read {
            continue;
        }
        if !case.budget().out(bytes.len(), 1) || case.child_named(names, &bytes, Place::Member).is_none() {
            return;
        }
    }
}

/// Says of a part that what it stands for is elsewhere, or not all here.
fn note_special(inspector: &mut Inspector<'_>, message: &Message<'_>, part: &Part<'_>) {
    let evidence = || message.header_evidence(part, "content-type");
    let is = |sub: &str| Kind::declared(part).is_some_and(|kind| kind.is("message", sub));
    if is("external-body") {
        let says = "A part of this message lies on another machine.".to_owned();
        inspector.find(&f::EXTERNAL_BODY, says, evidence());
    } else if is("partial") {
        let says = "This is one piece of a message that was sent in pieces.".to_owned();
        inspector.find(&f::PARTIAL, says, evidence());
    }
}

/// One part that holds no others.
fn leaf(
    inspector: &mut Inspector<'_>,
    message: &Message<'_>,
    part: &Part<'_>,
    covered: &mut Vec<Range<usize>>,
) {
    note_special(inspector, message, part);
    let names = names(message, part);
    let attached = !names.is_empty()
        || part.disposition().is_some_and(|field| field.ctype().eq_ignore_ascii_case("attachment"));
    let body = Body::of(message, part);
    let is_text = matches!(part.inner().body, PartType::Text(_) | PartType::Html(_));
    if is_text && !attached && body_text(inspector, message, part, &body) {
        if body.is_decoded(part.bytes().len()) {
            covered.push(part.body_range());
        }
        return;
    }
    let bytes = body.decoded();
    if bytes.is_empty() && !attached {
        return;
    }
    if body.is_decoded(bytes.len()) {
        covered.push(part.body_range());
    }
    let spot = body.spot();
    let item = Item::new(&bytes, &spot).named(names).declared(part.declared_type()).placed(Place::Top, 0);
    inspector.item(item);
}

/// What a form that asks for a password has in it.
const PASSWORD: [&str; 2] = ["assword", "ASSWORD"];

/// A text part that is meant to be read; `false` where its bytes are no text, whatever it says.
fn body_text(
    inspector: &mut Inspector<'_>,
    message: &Message<'_>,
    part: &Part<'_>,
    body: &Body<'_, '_>,
) -> bool {
    let head = body.raw.get(..PROSE).unwrap_or(body.raw);
    let head = match part.inner().encoding {
        Encoding::None => Cow::Borrowed(head),
        Encoding::Base64 => Cow::Owned(base64(head)),
        Encoding::QuotedPrintable => Cow::Owned(quoted_printable(head)),
    };
    // Prose is told by its bytes; only what might be more is worth a look at its type.
    let prose = is_prose(&head);
    if !prose && !head.is_empty() {
        let family = filetype::detect(&head, None).format.family();
        let readable = matches!(
            family,
            Family::Text | Family::Page | Family::Message | Family::Script | Family::Unknown | Family::Crypto
        );
        if !readable {
            return false;
        }
    }
    let Some(text) = part.text() else { return true };
    if container::calendar::holds_files(text.as_bytes()) {
        return false;
    }
    // Few texts hold what a file in them begins with, or a form that asks for a password.
    static MARKS: LazyLock<AnyOf> =
        LazyLock::new(|| AnyOf::new(PASSWORD.map(str::as_bytes).into_iter().chain(container::UU_BEGINNINGS)));
    if !MARKS.is_in(text) {
        return true;
    }
    // Files written into text, as mail did before MIME.
    let mut from = 0;
    while let Some(file) = uudecode_first(text.as_bytes(), from, &mut inspector.budget) {
        if !inspector.budget.entry() {
            break;
        }
        let spot = body.spot();
        let item = Item::new(&file.data, &spot).named([file.name]).placed(Place::Top, 0);
        inspector.item(item);
        if inspector.budget.reached.is_some() {
            break;
        }
        from = file.next;
    }
    if part.is_html() && PASSWORD.iter().any(|word| text.contains(word)) {
        let lower = text.to_ascii_lowercase();
        if let Some((at, target)) = super::html::password_form(&lower) {
            let evidence = message.body_evidence(part, at..at + 60);
            let says = format!("The message asks for a password and sends it to {target}.");
            inspector.find(&f::HTML_PASSWORD_FORM, says, Some(evidence));
        }
    }
    true
}
