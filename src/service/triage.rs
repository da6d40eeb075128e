//! Triage of a backlog: messages whose only attachments are plain pictures are judged without the middles of
//! those.
//!
//! Only a verdict of "ordinary, keep, nothing found" is taken from such a reading; whatever else it says, the
//! message is fetched whole and judged again. What a whole reading could still find is a file hidden in the
//! middle of a picture that begins and ends as one: old mail is not searched for that, new mail is. Where the
//! person has lists of known files or scanners, every message is fetched whole.

use super::judging::Bench;
use super::problem::ServiceError;
use crate::engine::verdict::Toward;
use crate::engine::{Class, Disposition, Verdict};
use crate::mail::{Mailbox, Outline};
use crate::store::Store;

/// Pictures smaller than this together are not worth leaving out: a command of their own costs as much.
const WORTH: u64 = 128 << 10;

/// A message that was judged without its pictures.
pub(super) struct Skimmed {
    pub(super) outline: Outline,
    pub(super) verdict: Verdict,
    /// Bytes that were not fetched.
    pub(super) left_out: u64,
}

/// Judges what can be judged without its pictures. Returns that, and the UIDs of what is needed whole.
pub(super) fn skim(
    store: &Store,
    mailbox: &mut dyn Mailbox,
    bench: &Bench,
    uids: &[u32],
) -> Result<(Vec<Skimmed>, Vec<u32>), ServiceError> {
    if bench.wants_all() {
        return Ok((Vec::new(), uids.to_vec()));
    }
    let mut outlines = Vec::new();
    let told = mailbox.outlines(uids, &mut |outline| {
        if outline.pieces(WORTH).is_some() {
            outlines.push(outline);
        }
    })?;
    let mut skimmed: Vec<Skimmed> = Vec::new();
    for outline in outlines.into_iter().filter(|_| told) {
        let Some(pieces) = outline.pieces(WORTH) else { continue };
        let Some(fetched) = mailbox.pieces(outline.uid, &pieces)? else { continue };
        let Some(skeleton) = outline.assemble(&fetched) else { continue };
        let mut verdict = bench.judge(store, &skeleton.bytes, outline.received);
        if !is_plain(&verdict) {
            continue;
        }
        for attachment in &mut verdict.attachments {
            // Of what was not read to its end neither sum nor size is known.
            attachment.sha256 = String::new();
            attachment.size = 0;
        }
        skimmed.push(Skimmed { outline, verdict, left_out: skeleton.left_out });
    }
    let whole = uids.iter().copied().filter(|uid| !skimmed.iter().any(|s| s.outline.uid == *uid)).collect();
    Ok((skimmed, whole))
}

/// Whether a verdict says that there is nothing to say.
fn is_plain(verdict: &Verdict) -> bool {
    verdict.class == Class::Ordinary
        && verdict.disposition == Disposition::Keep
        && verdict.notice.is_none()
        && verdict.findings.iter().all(|f| f.toward != Toward::Quarantine)
}
