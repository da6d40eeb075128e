//! Did this person send it? genuine, backscatter, third party or unverified.

use super::context::Context;
use super::message::Message;
use super::notice::{Provenance, Recognised};
use super::verdict::{Finding, FindingKind};

/// The kinds of finding that deciding provenance can give.
pub const FINDINGS: &[FindingKind] = &[];

/// The decision and what it rests on.
pub struct Decided {
    /// Whose mail the notice is about.
    pub provenance: Provenance,
    /// Evidence for and against.
    pub findings: Vec<Finding>,
    /// What this notice shares with others of one cause.
    pub storm: Option<String>,
}

/// Decides whose mail `recognised` is about.
pub fn decide(message: &Message<'_>, recognised: &Recognised, context: &Context<'_>) -> Decided {
    let _ = (message, recognised, context);
    Decided { provenance: Provenance::Unverified, findings: Vec::new(), storm: None }
}
