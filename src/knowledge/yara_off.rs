//! Stands in for `yara` in a build without it: says so, and nothing else.

use std::path::Path;

use super::rules::{Hit, Problem, RulesError};

/// No rules: none can be made in this build.
#[derive(Debug)]
pub enum Rules {}

impl Rules {
    /// Always [`RulesError::NotBuilt`].
    pub fn compile(_: &Path) -> Result<Rules, RulesError> {
        Err(RulesError::NotBuilt)
    }

    /// How many rules there are.
    pub fn count(&self) -> usize {
        match *self {}
    }

    /// What kept rules from being used.
    pub fn problems(&self) -> &[Problem] {
        match *self {}
    }

    /// Looks at the files of one message.
    pub fn looking(&self) -> Look<'_> {
        match *self {}
    }
}

/// No look: there are no rules.
pub enum Look<'r> {
    /// Never made.
    Never(&'r Rules),
}

impl Look<'_> {
    /// The rules that match.
    pub fn at(&self, _: &[u8]) -> Result<Vec<Hit>, String> {
        match *self {
            Look::Never(rules) => match *rules {},
        }
    }
}
