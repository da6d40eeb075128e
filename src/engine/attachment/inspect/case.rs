//! The look at one item: the only way for a format's room to say something or to hand back a file inside.

use std::ops::Range;

use super::{Inspector, Item, Outcome, Place, sha256};
use crate::engine::attachment::budget::Budget;
use crate::engine::attachment::filetype::Detected;
use crate::engine::attachment::name;
use crate::engine::knowledge::{MOST_ASKED, Remark, Sample};
use crate::engine::verdict::FindingKind;

/// The look at one item.
pub(in crate::engine::attachment) struct Case<'c, 'k> {
    pub(in crate::engine::attachment) inspector: &'c mut Inspector<'k>,
    pub(in crate::engine::attachment) item: &'c Item<'c>,
    pub(super) index: usize,
    pub(in crate::engine::attachment) detected: Detected,
    pub(in crate::engine::attachment) claim: name::Claim,
    /// Files in this container, for what is said of those inside.
    pub(in crate::engine::attachment) company: usize,
    /// Whether a password of the message was needed to look inside.
    pub(super) unlocked: bool,
}

impl<'c> Case<'c, '_> {
    /// The item's bytes.
    pub(in crate::engine::attachment) fn bytes(&self) -> &'c [u8] {
        self.item.bytes
    }

    /// Its name, or a word for it, in the way it is shown: `a.zip › b.exe`.
    pub(in crate::engine::attachment) fn title(&self) -> String {
        let own = self.item.name().map(name::shortened);
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
    pub(in crate::engine::attachment) fn find(
        &mut self,
        kind: &FindingKind,
        says: &str,
        at: Option<Range<usize>>,
    ) {
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
    pub(in crate::engine::attachment) fn find_mailed(
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
    pub(in crate::engine::attachment) fn asked(&mut self) -> Vec<Remark> {
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
    pub(in crate::engine::attachment) fn unlock(&mut self) {
        self.unlocked = true;
    }

    /// Whether a finding of this kind was recorded for this item or for one inside it.
    pub(in crate::engine::attachment) fn has(&self, kind: &FindingKind) -> bool {
        self.inspector.attachments.get(self.index).is_some_and(|a| a.findings.iter().any(|id| id == kind.id))
    }

    /// Looks at a file inside this one. `None` where the budget does not allow it.
    pub(in crate::engine::attachment) fn child(
        &mut self,
        child_name: Option<&str>,
        bytes: &[u8],
        place: Place,
    ) -> Option<Outcome> {
        self.child_named(child_name.map(str::to_owned).into_iter().collect(), bytes, place)
    }

    /// Looks at a file inside this one that has more than one name.
    pub(in crate::engine::attachment) fn child_named(
        &mut self,
        names: Vec<String>,
        bytes: &[u8],
        place: Place,
    ) -> Option<Outcome> {
        let depth = self.item.depth + 1;
        let budget = &mut self.inspector.budget;
        if !budget.may_look() || !budget.may_open(depth) || !budget.entry() {
            return None;
        }
        let mut container = self.item.container.clone();
        container.push(self.item.name().map_or_else(|| "?".to_owned(), name::visible));
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
    pub(in crate::engine::attachment) fn budget(&mut self) -> &mut Budget {
        &mut self.inspector.budget
    }
}

fn quoted(title: &str) -> String {
    format!("“{title}”")
}
