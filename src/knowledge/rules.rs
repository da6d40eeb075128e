//! What YARA rules say, whichever build reads them: the words that `yara` and its stand-in share.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

/// How grave a rule calls itself, by its tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Tag `info` or `note`.
    Note,
    /// Any other.
    Suspicious,
    /// Tag `malicious`.
    Malicious,
}

impl Weight {
    /// The weight that a tag (in lower case) gives, if it gives one.
    pub fn of_tag(tag: &str) -> Option<Weight> {
        match tag {
            "info" | "note" => Some(Weight::Note),
            "malicious" => Some(Weight::Malicious),
            _ => None,
        }
    }
}

/// One rule that matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its name.
    pub rule: String,
    /// Its `description`, on one line.
    pub description: Option<String>,
    /// How grave it calls itself.
    pub weight: Weight,
    /// The first place where one of its patterns stands.
    pub at: Option<Range<usize>>,
}

/// What keeps a rule file, or a rule of it, from being used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, from the folder on.
    pub file: String,
    /// The line, counted from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub says: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.says),
            None => write!(f, "{}: {}", self.file, self.says),
        }
    }
}

/// Why there are no rules to use. `Display` is a plain sentence without its full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// The folder can't be read, or holds nothing to read.
    #[error("the YARA rules in {} can't be read: {says}", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        says: String,
    },
    /// No rule compiles.
    #[error("no YARA rule in {} can be used: {}", .folder.display(), .problems.iter().take(3).map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    None {
        /// The folder.
        folder: PathBuf,
        /// What is wrong, by file and line.
        problems: Vec<Problem>,
    },
    /// This build has no YARA.
    #[error("this build of Lazaret can't read YARA rules: it was made without them")]
    NotBuilt,
}
