//! One run of bytes with what it claims to be, and what the look at it came to.

use super::Spot;
use crate::engine::verdict::Severity;

/// How an item came to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::attachment) enum Place {
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
pub(in crate::engine::attachment) struct Item<'a> {
    pub(in crate::engine::attachment) bytes: &'a [u8],
    pub(super) spot: &'a Spot,
    /// Every name it claims, the one that mail programs show first.
    pub(in crate::engine::attachment) names: Vec<String>,
    pub(in crate::engine::attachment) declared: Option<String>,
    pub(in crate::engine::attachment) container: Vec<String>,
    pub(in crate::engine::attachment) depth: usize,
    pub(in crate::engine::attachment) place: Place,
    /// Files in the container around it, 0 where it is not known.
    pub(in crate::engine::attachment) company: usize,
    pub(super) parents: Vec<usize>,
    /// Whether a password of the message was needed to get at it.
    pub(super) unlocked: bool,
}

impl<'a> Item<'a> {
    pub(in crate::engine::attachment) fn new(bytes: &'a [u8], spot: &'a Spot) -> Item<'a> {
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
    pub(in crate::engine::attachment) fn named(
        mut self,
        names: impl IntoIterator<Item = String>,
    ) -> Item<'a> {
        for name in names {
            if !name.trim().is_empty() && !self.names.contains(&name) {
                self.names.push(name);
            }
        }
        self
    }

    /// Adds the declared type.
    pub(in crate::engine::attachment) fn declared(mut self, declared: Option<String>) -> Item<'a> {
        self.declared = declared;
        self
    }

    /// Says how deep it lies and how it was come by.
    pub(in crate::engine::attachment) fn placed(mut self, place: Place, depth: usize) -> Item<'a> {
        self.place = place;
        self.depth = depth;
        self
    }

    pub(in crate::engine::attachment) fn name(&self) -> Option<&str> {
        self.names.first().map(String::as_str)
    }
}

/// What the look at one item came to.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine::attachment) struct Outcome {
    /// Whether the system runs it by its name, be its content ever so tame.
    pub(in crate::engine::attachment) runs: bool,
    /// The gravest finding against it or anything inside it.
    pub(in crate::engine::attachment) worst: Option<Severity>,
}

impl Outcome {
    /// Whether it is something that is able to do harm.
    pub(in crate::engine::attachment) fn is_dangerous(&self) -> bool {
        self.worst >= Some(Severity::High)
    }
}
