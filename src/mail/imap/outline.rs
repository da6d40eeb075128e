//! Outlines and pieces of messages, for servers whose BODYSTRUCTURE can be relied on.

use super::answers::FetchItem;
use super::mailbox::ImapMailbox;
use super::structure;
use super::wire::sets;
use crate::mail::{MailError, Outline, Piece};

/// Outlines asked for with one command.
const MANY: usize = 500;

impl ImapMailbox {
    /// [`crate::mail::Mailbox::outlines`].
    pub(super) fn outline_all(
        &mut self,
        uids: &[u32],
        each: &mut dyn FnMut(Outline),
    ) -> Result<bool, MailError> {
        if !self.outlines {
            return Ok(false);
        }
        for (set, asked) in sets(uids, MANY) {
            self.reopen()?;
            let command = format!("UID FETCH {set} (UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE)");
            let done = self.with(|session| {
                session.wire.run("reading outlines", command.as_bytes(), &mut |answer| {
                    let structure = structure::of(&answer);
                    let Some(FetchItem { uid: Some(uid), flags, received, size: Some(size), .. }) =
                        answer.fetch()
                    else {
                        return;
                    };
                    if asked.binary_search(&uid).is_err() {
                        return;
                    }
                    let mut flags = flags.unwrap_or_default();
                    flags.retain(|flag| !flag.eq_ignore_ascii_case("\\Recent"));
                    each(Outline { uid, flags, received, size, structure });
                })
            });
            match done {
                Ok(done) if done.is_ok() => {}
                // A refusal, or a message whose outline breaks the server: it is not asked for any more.
                Ok(_) => {
                    self.outlines = false;
                    return Ok(false);
                }
                Err(MailError::Ended { .. } | MailError::Protocol { .. }) => {
                    self.outlines = false;
                    self.forget();
                    return Ok(false);
                }
                Err(other) => return Err(other),
            }
        }
        Ok(true)
    }

    /// [`crate::mail::Mailbox::pieces`].
    pub(super) fn fetch_pieces(
        &mut self,
        uid: u32,
        pieces: &[Piece],
    ) -> Result<Option<Vec<Vec<u8>>>, MailError> {
        self.reopen()?;
        let items: Vec<String> = pieces
            .iter()
            .map(|piece| match piece.range {
                Some((at, len)) => format!("BODY.PEEK[{}]<{at}.{len}>", piece.section),
                None => format!("BODY.PEEK[{}]", piece.section),
            })
            .collect();
        let command = format!("UID FETCH {uid} (UID {})", items.join(" "));
        let mut found = None;
        let done = self.with(|session| {
            session.wire.run("reading parts of a message", command.as_bytes(), &mut |answer| {
                if let Some((of, sections)) = answer.sections()
                    && of == uid
                    && !sections.is_empty()
                {
                    found = Some(sections);
                }
            })
        })?;
        let Some(sections) = found.filter(|_| done.is_ok()) else { return Ok(None) };
        // By name, as a server may answer in an order of its own (RFC 3501 §7.4.2).
        let mut out = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let name = match piece.range {
                Some((at, _)) => format!("BODY[{}]<{at}>", piece.section),
                None => format!("BODY[{}]", piece.section),
            };
            let bytes = sections.iter().find(|(n, _)| *n == name).and_then(|(_, l)| l.clone().whole());
            let Some(bytes) = bytes else { return Ok(None) };
            out.push(bytes);
        }
        Ok(Some(out))
    }
}
