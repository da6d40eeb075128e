//! The walk over items: one item is a run of bytes with the names and the type that it claims.
//!
//! [`Inspector`] holds what a whole message shares (budget, passwords, results); [`Case`] is the look at
//! one item and the only way for a format's room to say something or to hand back a file inside.

use std::cell::OnceCell;
use std::ops::Range;

use sha2::{Digest, Sha256};

use super::budget::Budget;
use super::filetype::{self, Detected, Family};
use super::findings as f;
use super::{Inspected, container, document, html, known, mime, name, password, script, shortcut};
use crate::engine::context::Limits;
use crate::engine::knowledge::{Knowledge, MOST_ASKED, Remark, Sample};
use crate::engine::message::Message;
use crate::engine::verdict::{Attachment, Evidence, Finding, FindingKind, Severity, Toward};

/// Attachments that are listed by name; more are inspected and counted, not listed.
const MAX_LISTED: usize = 1_000;
/// Findings of one kind that are kept for one message.
const MAX_OF_KIND: usize = 20;

/// Where the bytes of an item stand in the fetched message.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    part: String,
    range: Range<usize>,
    map: Map,
}

/// How offsets in an item lead to offsets in the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Map {
    /// Only the whole range is known.
    Whole,
    /// They count from the start of the range.
    Exact,
    /// Base64 in lines of `chars` characters that begin every `stride` bytes.
    Base64 { chars: usize, stride: usize },
}

impl Map {
    /// The map of a base64 body all of whose lines but the last are of one length.
    fn base64(encoded: &[u8]) -> Map {
        let first = memchr::memchr(b'\n', encoded).map_or(encoded.len(), |lf| lf + 1);
        let chars = encoded.get(..first).unwrap_or_default().trim_ascii_end().len();
        let mut expected = first;
        let mut lines = memchr::memchr_iter(b'\n', encoded).map(|lf| lf + 1).peekable();
        while let Some(end) = lines.next() {
            if end != expected && lines.peek().is_some() {
                return Map::Whole;
            }
            expected = end + first;
        }
        match chars > 0 && chars % 4 == 0 {
            true => Map::Base64 { chars, stride: first },
            false => Map::Whole,
        }
    }

    /// The range of encoded bytes, from the start of the body, that hold this range of decoded ones.
    fn encoded(self, at: &Range<usize>) -> Option<Range<usize>> {
        match self {
            Map::Whole => None,
            Map::Exact => Some(at.clone()),
            Map::Base64 { chars, stride } => {
                let place = |c: usize| (c / chars).saturating_mul(stride).saturating_add(c % chars);
                let last = at.end.saturating_sub(1).max(at.start);
                Some(place(at.start / 3 * 4)..place(last / 3 * 4 + 3).saturating_add(1))
            }
        }
    }
}

impl Spot {
    /// A part of a message: its number and the range of its encoded body.
    pub(super) fn part(part: String, range: Range<usize>, exact: bool) -> Spot {
        Spot { part, range, map: if exact { Map::Exact } else { Map::Whole } }
    }

    /// A part whose body is this base64.
    pub(super) fn base64(part: String, range: Range<usize>, encoded: &[u8]) -> Spot {
        Spot { part, range, map: Map::base64(encoded) }
    }

    /// A bare file of `len` bytes.
    pub(super) fn file(len: usize) -> Spot {
        Spot { part: "file".to_owned(), range: 0..len, map: Map::Exact }
    }

    /// The same place, for the files inside: their bytes are packed, so only the whole is known.
    fn inside(&self) -> Spot {
        Spot { map: Map::Whole, ..self.clone() }
    }

    fn evidence(&self, at: Option<Range<usize>>, bytes: &[u8]) -> Evidence {
        let text = at.clone().and_then(|r| bytes.get(r)).unwrap_or_default();
        let range = match at.and_then(|at| self.map.encoded(&at)) {
            Some(at) => {
                let clamp = |n: usize| self.range.start.saturating_add(n).min(self.range.end);
                clamp(at.start)..clamp(at.end)
            }
            None => self.range.clone(),
        };
        Evidence::new(self.part.clone(), range, &visible_bytes(text))
    }
}

/// Bytes as text that can be shown: what is not printable ASCII becomes a dot, unless all is UTF-8 text.
fn visible_bytes(bytes: &[u8]) -> String {
    let bytes = bytes.get(..Evidence::MAX_TEXT).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(|c| c.is_control() && !c.is_whitespace()) => text.to_owned(),
        _ => bytes
            .iter()
            .map(|&b| if b.is_ascii_graphic() || b == b' ' { char::from(b) } else { '·' })
            .collect(),
    }
}

/// How an item came to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A part of the mail, or a bare file.
    Top,
    /// A member of an archive or a disk image.
    Member,
    /// An object inside a document.
    Embedded,
    /// Bytes behind or around another file's.
    Hidden,
}

/// One run of bytes with what it claims to be.
#[derive(Debug, Clone)]
pub(super) struct Item<'a> {
    pub(super) bytes: &'a [u8],
    spot: &'a Spot,
    /// Every name it claims, the one that mail programs show first.
    pub(super) names: Vec<String>,
    pub(super) declared: Option<String>,
    pub(super) container: Vec<String>,
    pub(super) depth: usize,
    pub(super) place: Place,
    /// Files in the container around it, 0 where it is not known.
    pub(super) company: usize,
    parents: Vec<usize>,
    /// Whether a password of the message was needed to get at it.
    unlocked: bool,
}

impl<'a> Item<'a> {
    pub(super) fn new(bytes: &'a [u8], spot: &'a Spot) -> Item<'a> {
        Item {
            bytes,
            spot,
            names: Vec::new(),
            declared: None,
            container: Vec::new(),
            depth: 0,
            place: Place::Top,
            company: 0,
            parents: Vec::new(),
            unlocked: false,
        }
    }

    /// Adds names, in the order of trust.
    pub(super) fn named(mut self, names: impl IntoIterator<Item = String>) -> Item<'a> {
        for name in names {
            if !name.trim().is_empty() && !self.names.contains(&name) {
                self.names.push(name);
            }
        }
        self
    }

    /// Adds the declared type.
    pub(super) fn declared(mut self, declared: Option<String>) -> Item<'a> {
        self.declared = declared;
        self
    }

    /// Says how deep it lies and how it was come by.
    pub(super) fn placed(mut self, place: Place, depth: usize) -> Item<'a> {
        self.place = place;
        self.depth = depth;
        self
    }

    pub(super) fn name(&self) -> Option<&str> {
        self.names.first().map(String::as_str)
    }
}

/// What the look at one item came to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    /// Whether the system runs it by its name, be its content ever so tame.
    pub(super) runs: bool,
    /// The gravest finding against it or anything inside it.
    pub(super) worst: Option<Severity>,
}

impl Outcome {
    /// Whether it is something that is able to do harm.
    pub(super) fn is_dangerous(&self) -> bool {
        self.worst >= Some(Severity::High)
    }
}

/// What a whole message shares.
pub(super) struct Inspector<'k> {
    pub(super) budget: Budget,
    /// The mail, for the passwords in its text, and those once they were asked for.
    mail: Option<&'k Message<'k>>,
    passwords: OnceCell<Vec<String>>,
    /// Whether the bytes came by mail: nobody mails a program that does not want it run, while a bare file
    /// may lie on a disk for good reasons.
    mailed: bool,
    attachments: Vec<Attachment>,
    findings: Vec<Finding>,
    /// Where the first bound was hit.
    limit_spot: Option<Spot>,
    /// What others know of files.
    knowledge: &'k dyn Knowledge,
    /// Files that were asked about.
    asked: usize,
    /// Files that were looked at and are not listed, and findings that are not.
    unlisted: usize,
    unsaid: usize,
    /// The sum of a file whose bytes are wanted, and the bytes once they were met.
    wanted: Option<(String, Option<Vec<u8>>)>,
}

impl<'k> Inspector<'k> {
    pub(super) fn new(limits: &Limits, knowledge: &'k dyn Knowledge) -> Inspector<'k> {
        Inspector {
            budget: Budget::new(limits),
            mail: None,
            passwords: OnceCell::new(),
            mailed: false,
            attachments: Vec::new(),
            findings: Vec::new(),
            limit_spot: None,
            knowledge,
            asked: 0,
            unlisted: 0,
            unsaid: 0,
            wanted: None,
        }
    }

    /// An inspector for what came by mail.
    pub(super) fn mailed(
        limits: &Limits,
        knowledge: &'k dyn Knowledge,
        mail: &'k Message<'k>,
    ) -> Inspector<'k> {
        Inspector { mailed: true, mail: Some(mail), ..Inspector::new(limits, knowledge) }
    }

    /// An inspector that keeps the bytes whose sum is `sha256`.
    pub(super) fn wanting(self, sha256: &str) -> Inspector<'k> {
        Inspector { wanted: Some((sha256.to_owned(), None)), ..self }
    }

    /// The bytes that were wanted, if they were met.
    pub(super) fn met(self) -> Option<Vec<u8>> {
        self.wanted.and_then(|(_, bytes)| bytes)
    }

    /// Adds an item to the list.
    fn note(&mut self, item: &Item<'_>, detected: &Detected) {
        if self.attachments.len() >= MAX_LISTED {
            self.unlisted += 1;
            return;
        }
        let attachment = attachment(item, detected);
        if let Some((sum, bytes @ None)) = &mut self.wanted
            && *sum == attachment.sha256
        {
            *bytes = Some(item.bytes.to_vec());
        }
        self.attachments.push(attachment);
    }

    /// Words of the mail's text that may be passwords, likeliest first.
    pub(super) fn passwords(&self) -> &[String] {
        self.passwords.get_or_init(|| self.mail.map(password::candidates).unwrap_or_default())
    }

    /// Says that only the first `read` of `len` bytes were looked at.
    pub(super) fn cut_at(&mut self, read: usize, len: usize) {
        self.findings.push(
            f::NOT_INSPECTED_LIMIT.says(format!("Only the first {read} of {len} bytes were inspected.")),
        );
    }

    /// Records a finding that is about the message and not about one attachment.
    pub(super) fn find(&mut self, kind: &FindingKind, says: String, evidence: Option<Evidence>) {
        match self.findings.iter().filter(|f| f.id == kind.id).count() < MAX_OF_KIND {
            true => self.findings.push(kind.says(says).with_any(evidence)),
            false => self.unsaid += 1,
        }
    }

    /// Whether an attachment with these bytes has been looked at.
    pub(super) fn has_seen(&self, sha256: &str) -> bool {
        self.attachments.iter().any(|a| a.sha256 == sha256)
    }

    /// The result, strongest finding first.
    pub(super) fn finish(mut self) -> Inspected {
        if let Some(reached) = self.budget.says() {
            let evidence = self.limit_spot.take().map(|s| s.evidence(None, &[]));
            self.findings.push(
                f::NOT_INSPECTED_LIMIT
                    .says(format!("Not everything was inspected: {reached}."))
                    .with_any(evidence),
            );
        }
        if self.unlisted > 0 {
            let says =
                format!("Only the first {MAX_LISTED} files are listed: {} more are not.", self.unlisted);
            self.findings.push(f::NOT_INSPECTED_LIMIT.says(says));
        }
        if self.unsaid > 0 {
            let says = format!(
                "Only the first {MAX_OF_KIND} findings of a kind are listed: {} more are not.",
                self.unsaid
            );
            self.findings.push(f::NOT_INSPECTED_LIMIT.says(says));
        }
        self.findings.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| b.weight.total_cmp(&a.weight)));
        Inspected { attachments: self.attachments, findings: self.findings }
    }

    /// Lists an item whose parts are looked at one by one elsewhere.
    pub(super) fn list(&mut self, item: Item<'_>, format: filetype::Format) {
        self.budget.work(item.bytes.len() as u64 / 3 + 500);
        self.note(&item, &format.into());
    }

    /// Looks at one item and at everything inside it.
    pub(super) fn item(&mut self, item: Item<'_>) -> Outcome {
        let before = self.findings.len();
        let detected = filetype::detect(item.bytes, item.name());
        self.budget.look(item.bytes.len());
        let index = self.attachments.len();
        self.note(&item, &detected);
        let claim = name::Claim::of(&item.names, item.declared.as_deref());
        let runs = claim.runs() && detected.format.family() == Family::Script;
        let mut case =
            Case { inspector: self, item: &item, index, detected, claim, company: 0, unlocked: false };
        look(&mut case);
        let vouched = known::ask(&mut case);
        let budget = &case.inspector.budget;
        let reached = budget.reached.is_some() || budget.too_much_held;
        if reached && case.inspector.limit_spot.is_none() {
            case.inspector.limit_spot = Some(item.spot.clone());
        }
        if vouched {
            known::calm(self.findings.get_mut(before..).unwrap_or_default());
        }
        let worst = self
            .findings
            .get(before..)
            .unwrap_or_default()
            .iter()
            .filter(|f| f.toward == Toward::Quarantine)
            .map(|f| f.severity)
            .max();
        Outcome { runs, worst }
    }
}

/// The entry of the list of attachments.
fn attachment(item: &Item<'_>, detected: &Detected) -> Attachment {
    Attachment {
        part: item.spot.part.clone(),
        container: item.container.clone(),
        name: item.name().map(name::visible),
        declared: item.declared.clone(),
        detected: detected.mime.to_string(),
        sure: detected.sure,
        sha256: sha256(item.bytes),
        size: item.bytes.len() as u64,
        findings: Vec::new(),
    }
}

/// The four questions, in order: what does it claim, what is it, what can it do, what hides behind it.
fn look(case: &mut Case<'_, '_>) {
    name::judge(case);
    let format = case.detected.format;
    match format.family() {
        Family::Program => script::program(case),
        Family::Shortcut => shortcut::inspect(case),
        Family::Archive | Family::DiskImage => container::open(case),
        Family::Document => document::inspect(case),
        Family::Page => html::inspect(case),
        Family::Script | Family::Text => script::inspect(case),
        Family::Message => mime::inside(case),
        Family::Image
        | Family::Media
        | Family::Font
        | Family::Crypto
        | Family::Data
        | Family::Empty
        | Family::Unknown => {}
    }
    container::hidden(case);
}

/// SHA-256 in lower-case hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// The look at one item.
pub(super) struct Case<'c, 'k> {
    pub(super) inspector: &'c mut Inspector<'k>,
    pub(super) item: &'c Item<'c>,
    index: usize,
    pub(super) detected: Detected,
    pub(super) claim: name::Claim,
    /// Files in this container, for what is said of those inside.
    pub(super) company: usize,
    /// Whether a password of the message was needed to look inside.
    unlocked: bool,
}

impl<'c> Case<'c, '_> {
    /// The item's bytes.
    pub(super) fn bytes(&self) -> &'c [u8] {
        self.item.bytes
    }

    /// Its name, or a word for it, in the way it is shown: `a.zip › b.exe`.
    pub(super) fn title(&self) -> String {
        let own = self.item.name().map(name::visible);
        let own = own.unwrap_or_else(|| match self.item.place {
            Place::Embedded => "an embedded object".to_owned(),
            Place::Hidden => "hidden bytes".to_owned(),
            Place::Top | Place::Member => "a file without a name".to_owned(),
        });
        match self.item.container.is_empty() {
            true => own,
            false => format!("{} › {own}", self.item.container.join(" › ")),
        }
    }

    /// Records a finding; `at` is a range of the item's bytes. `says` follows the title: `is a program`.
    ///
    /// One finding of a kind per item.
    pub(super) fn find(&mut self, kind: &FindingKind, says: &str, at: Option<Range<usize>>) {
        if let Some(attachment) = self.inspector.attachments.get_mut(self.index) {
            if attachment.findings.iter().any(|id| id == kind.id) {
                return;
            }
            attachment.findings.push(kind.id.into());
        }
        for &parent in &self.item.parents {
            if let Some(parent) = self.inspector.attachments.get_mut(parent)
                && !parent.findings.iter().any(|id| id == kind.id)
            {
                parent.findings.push(kind.id.into());
            }
        }
        let evidence = self.item.spot.evidence(at, self.item.bytes);
        self.inspector.find(kind, format!("{} {says}.", quoted(&self.title())), Some(evidence));
    }

    /// Records `kind` where the bytes came by mail and `bare` for a bare file.
    pub(super) fn find_mailed(
        &mut self,
        kind: &FindingKind,
        bare: &FindingKind,
        says: &str,
        at: Option<Range<usize>>,
    ) {
        let kind = if self.inspector.mailed { kind } else { bare };
        self.find(kind, says, at);
    }

    /// What others know of the item's bytes.
    pub(super) fn asked(&mut self) -> Vec<Remark> {
        if self.item.bytes.is_empty() || self.inspector.asked >= MOST_ASKED {
            return Vec::new();
        }
        let listed = self.inspector.attachments.get(self.index).map(|a| a.sha256.as_str());
        let computed = if listed.is_none() { sha256(self.item.bytes) } else { String::new() };
        let sample = Sample {
            bytes: self.item.bytes,
            sha256: listed.unwrap_or(&computed),
            depth: self.item.depth,
            unlocked: self.item.unlocked,
            ordinal: self.inspector.asked,
        };
        let remarks = self.inspector.knowledge.remarks(&sample);
        self.inspector.asked += 1;
        remarks
    }

    /// Says that what is inside was opened with a password of the message.
    pub(super) fn unlock(&mut self) {
        self.unlocked = true;
    }

    /// Whether a finding of this kind was recorded for this item or for one inside it.
    pub(super) fn has(&self, kind: &FindingKind) -> bool {
        self.inspector.attachments.get(self.index).is_some_and(|a| a.findings.iter().any(|id| id == kind.id))
    }

    /// Looks at a file inside this one. `None` where the budget does not allow it.
    pub(super) fn child(&mut self, child_name: Option<&str>, bytes: &[u8], place: Place) -> Option<Outcome> {
        self.child_named(child_name.map(str::to_owned).into_iter().collect(), bytes, place)
    }

    /// Looks at a file inside this one that has more than one name.
    pub(super) fn child_named(&mut self, names: Vec<String>, bytes: &[u8], place: Place) -> Option<Outcome> {
        let depth = self.item.depth + 1;
        let budget = &mut self.inspector.budget;
        if !budget.may_look() || !budget.may_open(depth) || !budget.entry() {
            return None;
        }
        let mut container = self.item.container.clone();
        container.push(self.item.name().map_or_else(|| "?".to_owned(), name::shortened));
        let mut parents = self.item.parents.clone();
        if parents.last() != Some(&self.index) {
            parents.push(self.index);
        }
        let spot = self.item.spot.inside();
        let item = Item {
            bytes,
            spot: &spot,
            names: Vec::new(),
            declared: None,
            container,
            depth,
            place,
            company: self.company,
            parents,
            unlocked: self.item.unlocked || self.unlocked,
        };
        Some(self.inspector.item(item.named(names)))
    }

    /// The budget.
    pub(super) fn budget(&mut self) -> &mut Budget {
        &mut self.inspector.budget
    }
}

fn quoted(title: &str) -> String {
    format!("“{title}”")
}
