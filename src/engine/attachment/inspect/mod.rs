//! The walk over items: one item is a run of bytes with the names and the type that it claims.
//!
//! [`Inspector`] holds what a whole message shares (budget, passwords, results); [`Case`] is the look at
//! one item and the only way for a format's room to say something or to hand back a file inside.

mod case;
mod item;
mod spot;

use std::cell::LazyCell;
use std::cell::OnceCell;
use std::ops::Range;

use sha2::{Digest, Sha256};

use super::budget::Budget;
use super::filetype::{self, Detected, Family};
use super::findings as f;
use super::{Inspected, container, document, html, known, mime, name, password, script, shortcut};
use crate::engine::context::Limits;
use crate::engine::knowledge::Knowledge;
use crate::engine::message::Message;
use crate::engine::verdict::{Attachment, Evidence, Finding, FindingKind, Toward};

pub(super) use case::Case;
pub(super) use item::{Item, Outcome, Place};
pub(super) use spot::Spot;

/// Attachments that are listed by name; more are inspected and counted, not listed.
const MAX_LISTED: usize = 1_000;
/// Findings of one kind that are kept for one message.
const MAX_OF_KIND: usize = 20;

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

    /// Whether this was said of these bytes of the message.
    pub(super) fn has_noted(&self, kind: &FindingKind, at: &Range<usize>) -> bool {
        let at = [at.start, at.end];
        self.findings.iter().any(|f| f.id == kind.id && f.evidence.iter().any(|e| e.range == at))
    }

    /// Whether an attachment with these bytes has been looked at.
    pub(super) fn has_seen(&self, bytes: &[u8]) -> bool {
        // Few have the same size: the sum is made only then.
        let sum = LazyCell::new(|| sha256(bytes));
        self.attachments.iter().any(|a| a.size == bytes.len() as u64 && a.sha256 == *sum)
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
        Family::Crypto => container::envelope(case),
        Family::Image | Family::Media | Family::Font | Family::Data | Family::Empty | Family::Unknown => {}
    }
    container::hidden(case);
}

/// SHA-256 in lower-case hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let digit = |four: u8| char::from_digit(u32::from(four), 16).unwrap_or_default();
    let digits = |byte: u8| [digit(byte >> 4), digit(byte & 15)];
    Sha256::digest(bytes).into_iter().flat_map(digits).collect()
}
