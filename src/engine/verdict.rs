//! The words everyone shares: what the engine says about one message.
//!
//! Everything outside the engine (store, service, window, command line) speaks in these types and in
//! no others. They serialise to the shapes of `lazaret scan --json`. Nothing here decides anything:
//! rules live with their evidence, in `notice`, `provenance`, `attachment` and `policy`.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::notice::Notice;
use crate::engine::words::trimmed;

/// The one label of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Mail from a person or a service that is none of the others.
    Ordinary,
    /// A bounce of mail that the person sent: news that must not be missed.
    GenuineBounce,
    /// A notice about mail that somebody else sent in the person's name.
    Backscatter,
    /// A bounce whose evidence does not say who sent the returned mail, or somebody else's bounce.
    UnverifiedBounce,
    /// Any other notice about the person's own mail: auto-reply, delay, receipt, report.
    Automatic,
    /// Spam or phishing dressed as a notice.
    FakeBounce,
    /// Could be meant well and could do harm.
    Suspicious,
    /// Would run something, or deceives about running it.
    Malicious,
}

impl Class {
    /// Every class, in the fixed order of tables, charts and legends.
    pub const ALL: [Class; 8] = [
        Class::GenuineBounce,
        Class::Backscatter,
        Class::UnverifiedBounce,
        Class::Automatic,
        Class::FakeBounce,
        Class::Suspicious,
        Class::Malicious,
        Class::Ordinary,
    ];

    /// The word of the `scan --json` contract and of the database.
    pub fn word(self) -> &'static str {
        match self {
            Class::Ordinary => "ordinary",
            Class::GenuineBounce => "genuine_bounce",
            Class::Backscatter => "backscatter",
            Class::UnverifiedBounce => "unverified_bounce",
            Class::Automatic => "automatic",
            Class::FakeBounce => "fake_bounce",
            Class::Suspicious => "suspicious",
            Class::Malicious => "malicious",
        }
    }

    /// The class of a [`word`](Self::word), or `None` for a word of a newer program.
    pub fn from_word(word: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.word() == word)
    }

    /// Whether the class names harm, that is whether a high score speaks against the message.
    pub fn is_harm(self) -> bool {
        matches!(self, Class::Backscatter | Class::FakeBounce | Class::Suspicious | Class::Malicious)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What is to happen to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// Stays where it is, unmarked.
    Keep,
    /// Stays where it is and is shown to the person.
    Flag,
    /// Moves to the quarantine folder, if the account's mode allows that.
    Quarantine,
}

impl Disposition {
    /// The word of the `scan --json` contract and of the database.
    pub fn word(self) -> &'static str {
        match self {
            Disposition::Keep => "keep",
            Disposition::Flag => "flag",
            Disposition::Quarantine => "quarantine",
        }
    }

    /// The disposition of a [`word`](Self::word), or `None` for an unknown word.
    pub fn from_word(word: &str) -> Option<Disposition> {
        [Disposition::Keep, Disposition::Flag, Disposition::Quarantine].into_iter().find(|d| d.word() == word)
    }
}

/// How much a finding matters to the person, whatever its direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing, decides nothing.
    Info,
    /// Weak evidence.
    Low,
    /// Evidence that counts in company.
    Medium,
    /// Strong evidence.
    High,
    /// Decides on its own.
    Critical,
}

impl Severity {
    /// The word of the `scan --json` contract and of the database.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }

    /// The severity of a [`word`](Self::word), or `None` for an unknown word.
    pub fn from_word(word: &str) -> Option<Severity> {
        [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical]
            .into_iter()
            .find(|s| s.word() == word)
    }
}

/// Which way a finding pulls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Toward {
    /// For leaving the message alone.
    Keep,
    /// For holding it.
    Quarantine,
    /// Says what was seen and pulls neither way; its weight is 0.
    Neither,
}

impl Toward {
    /// The word of the `scan --json` contract and of the database.
    pub fn word(self) -> &'static str {
        match self {
            Toward::Keep => "keep",
            Toward::Quarantine => "quarantine",
            Toward::Neither => "neither",
        }
    }

    /// The direction of a [`word`](Self::word), or `None` for an unknown word.
    pub fn from_word(word: &str) -> Option<Toward> {
        [Toward::Keep, Toward::Quarantine, Toward::Neither].into_iter().find(|t| t.word() == word)
    }
}

/// One row of the published table of findings: what can be found, and what it weighs.
///
/// A rule declares its kinds as constants beside its code and lists them in its module's `FINDINGS`;
/// [`super::catalogue`] joins those lists, and a test compares the join with the README.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FindingKind {
    /// Stable identifier, `subject.detail` in lower case, never reused for another meaning.
    pub id: &'static str,
    /// How much it matters to the person.
    pub severity: Severity,
    /// Which way it pulls.
    pub toward: Toward,
    /// Log-odds (natural logarithm) that it adds in its direction; 0 or more.
    pub weight: f32,
    /// One line for the published table: what this finding proves.
    pub means: &'static str,
}

impl FindingKind {
    /// A finding of this kind, with the sentence that the person reads and no evidence yet.
    pub fn says(&self, sentence: impl Into<String>) -> Finding {
        Finding {
            id: Cow::Borrowed(self.id),
            severity: self.severity,
            toward: self.toward,
            weight: self.weight,
            says: sentence.into(),
            evidence: Vec::new(),
        }
    }
}

/// One thing the engine saw, in a sentence, with the bytes it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The identifier of its [`FindingKind`].
    pub id: Cow<'static, str>,
    /// How much it matters to the person.
    pub severity: Severity,
    /// Which way it pulls.
    pub toward: Toward,
    /// Log-odds that it adds in its direction.
    pub weight: f32,
    /// One plain sentence.
    pub says: String,
    /// The bytes it rests on; empty only where the finding is about something that is absent.
    pub evidence: Vec<Evidence>,
}

impl Finding {
    /// Adds one piece of evidence.
    pub fn with(mut self, evidence: Evidence) -> Finding {
        self.evidence.push(evidence);
        self
    }

    /// Adds the evidence that could be located, if any.
    pub fn with_any(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Finding {
        self.evidence.extend(evidence);
        self
    }

    /// The weight with its sign: positive toward quarantine, negative toward keeping.
    pub fn signed_weight(&self) -> f32 {
        match self.toward {
            Toward::Keep => -self.weight,
            Toward::Quarantine => self.weight,
            Toward::Neither => 0.0,
        }
    }
}

/// Where in the message a finding was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The MIME part by its IMAP number (RFC 3501 §6.4.5), `header` for the message's own header and
    /// `2.header` for that of a message inside part 2.
    pub part: Cow<'static, str>,
    /// Byte range `[start, end)` in the message as it was fetched. Where a transfer encoding hides the
    /// exact place it is the range of the whole encoded body.
    pub range: [usize; 2],
    /// What stands there, decoded, cut to [`Evidence::MAX_TEXT`] bytes.
    pub text: String,
}

impl Evidence {
    /// Longest text kept with a piece of evidence, in bytes.
    pub const MAX_TEXT: usize = 240;

    /// Evidence at a byte range of the fetched message.
    pub fn new(part: impl Into<Cow<'static, str>>, range: std::ops::Range<usize>, text: &str) -> Evidence {
        let mut end = text.len().min(Self::MAX_TEXT);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = text.get(..end).unwrap_or_default();
        Evidence { part: part.into(), range: [range.start, range.end], text: trimmed(text).to_owned() }
    }
}

/// One attachment: what it is called, what it is, and what was found in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    /// The MIME part by its IMAP number.
    pub part: String,
    /// The way to a file inside containers, outermost first; empty for the attachment itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub container: Vec<String>,
    /// The name it claims, decoded, with invisible characters made visible.
    pub name: Option<String>,
    /// The type it claims (Content-Type), in lower case.
    pub declared: Option<String>,
    /// The type its bytes show.
    pub detected: String,
    /// How sure that is.
    #[serde(default)]
    pub sure: Sureness,
    /// SHA-256 of its decoded bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Its decoded size in bytes.
    pub size: u64,
    /// Identifiers of its findings; the findings themselves stand in [`Verdict::findings`].
    pub findings: Vec<Cow<'static, str>>,
}

/// How sure the type of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sureness {
    /// Its bytes show no type that is known here.
    #[default]
    Unknown,
    /// It is text, told by its words, its markup or, among kinds of plain text, its name.
    Likely,
    /// It begins, or is built, as only this type is.
    Certain,
}

impl Sureness {
    /// The word of the `scan --json` contract.
    pub fn word(self) -> &'static str {
        match self {
            Sureness::Unknown => "unknown",
            Sureness::Likely => "likely",
            Sureness::Certain => "certain",
        }
    }
}

/// What a list shows of a message, read from its header.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headline {
    /// Message-ID without angle brackets.
    pub message_id: Option<String>,
    /// Display name of From, or its address where there is no name.
    pub from: Option<String>,
    /// Address of From in lower case.
    pub from_address: Option<String>,
    /// Decoded subject.
    pub subject: Option<String>,
    /// The Date header, in UTC.
    pub date: Option<Timestamp>,
}

/// What the engine says about one message.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What a list shows of the message.
    pub headline: Headline,
    /// The one label.
    pub class: Class,
    /// What is to happen.
    pub disposition: Disposition,
    /// The engine's confidence in the class, 0 to 1, from the weights of `findings` alone
    /// (see [`super::policy::score`]).
    pub score: f32,
    /// The notice, where the message is one.
    pub notice: Option<Notice>,
    /// Every attachment and every file found inside one.
    pub attachments: Vec<Attachment>,
    /// Everything that was seen, strongest first.
    pub findings: Vec<Finding>,
    /// What this notice shares with others of one cause: equal keys are one storm.
    pub storm: Option<String>,
    /// The server (a host name in lower case) at which the person signed in to hand in the mail that a
    /// genuine bounce returns; the ledger learns it.
    pub relay: Option<String>,
}

impl Verdict {
    /// The verdict in one sentence: the class in plain words and the finding that decided.
    pub fn sentence(&self) -> String {
        super::policy::sentence(self)
    }

    /// The finding that speaks loudest for the class, if there is one.
    pub fn reason(&self) -> Option<&Finding> {
        let wanted = if self.class.is_harm() { Toward::Quarantine } else { Toward::Keep };
        self.findings.iter().find(|f| f.toward == wanted).or_else(|| self.findings.first())
    }
}
