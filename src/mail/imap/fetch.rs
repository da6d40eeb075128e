//! Fetching messages: in batches by bytes, one message in memory at a time, and never a whole folder lost
//! to one message.
//!
//! What goes wrong with one message, seen on real servers: the server leaves it out (Exchange), answers NO
//! for the whole batch (Cyrus with a damaged file), or breaks the connection in the middle of it (Dovecot
//! with a wrong cached size). The first two are narrowed down by asking for less; after a break the message
//! that was due is asked for alone, and reported where that breaks too; so is one over which the server falls silent.

use std::collections::{BTreeMap, BTreeSet};

use super::answers::FetchItem;
use super::mailbox::ImapMailbox;
use super::wire::{Done, quote, sets};
use crate::mail::{Depth, Fetched, MailError, Unreadable};

/// Messages asked for at once while only sizes or headers come.
const MANY: usize = 2_000;

/// Messages asked for at once while bodies come.
const BODIES: usize = 500;

/// Breaks of the connection with no message between them that one call survives, once a message came. Each costs a
/// sign-in, and providers count those.
const MAX_BREAKS: usize = 12;

/// The same before any message came: it may well be the connection itself.
const FIRST_BREAKS: usize = 4;

/// What a silence counts among them: it takes a minute.
const SILENCE: usize = 2;

/// Where a fetch stands.
struct Job<'a> {
    depth: Depth,
    each: &'a mut dyn FnMut(Fetched) -> bool,
    stopped: bool,
    unreadable: Vec<Unreadable>,
    /// Since the last message that came.
    breaks: usize,
    /// Whether any message came.
    came: bool,
    /// Messages during which the connection broke when they were asked for alone.
    suspects: BTreeSet<u32>,
    /// What the look at the sizes said, for servers that leave it out of the second answer.
    known: BTreeMap<u32, FetchItem>,
}

impl Job<'_> {
    fn report(&mut self, uid: u32, why: impl Into<String>) {
        self.unreadable.push(Unreadable { uid, why: why.into() });
    }
}

impl ImapMailbox {
    /// [`crate::mail::Mailbox::fetch`].
    pub(super) fn fetch_all(
        &mut self,
        uids: &[u32],
        depth: Depth,
        each: &mut dyn FnMut(Fetched) -> bool,
    ) -> Result<Vec<Unreadable>, MailError> {
        let mut job = Job {
            depth,
            each,
            stopped: false,
            unreadable: Vec::new(),
            breaks: 0,
            came: false,
            suspects: BTreeSet::new(),
            known: BTreeMap::new(),
        };
        for (set, chunk) in sets(uids, MANY) {
            let batches = match depth {
                Depth::Header => vec![chunk],
                Depth::Whole => {
                    self.reopen()?;
                    job.known = self.sizes(&set)?;
                    self.batches(&job, &chunk)
                }
            };
            for batch in batches {
                self.fetch_batch(&mut job, batch)?;
                if job.stopped {
                    return Ok(job.unreadable);
                }
            }
        }
        Ok(job.unreadable)
    }

    /// UID, flags, date and size of each message of a set.
    fn sizes(&mut self, set: &str) -> Result<BTreeMap<u32, FetchItem>, MailError> {
        let command = format!("UID FETCH {set} (UID FLAGS INTERNALDATE RFC822.SIZE)");
        self.with(|session| {
            let mut known = BTreeMap::new();
            // A NO here says that one message is odd; the rest was answered all the same.
            session.wire.run("reading a folder", command.as_bytes(), &mut |answer| {
                if let Some(item) = answer.fetch()
                    && let Some(uid) = item.uid
                {
                    known.insert(uid, item);
                }
            })?;
            Ok(known)
        })
    }

    /// Parts a chunk by bytes.
    fn batches(&self, job: &Job<'_>, chunk: &[u32]) -> Vec<Vec<u32>> {
        let bounds = self.bounds();
        let mut batches: Vec<Vec<u32>> = Vec::new();
        let mut bytes = u64::MAX;
        for &uid in chunk {
            let size = job.known.get(&uid).and_then(|item| item.size).unwrap_or_default();
            bytes = bytes.saturating_add(size);
            match batches.last_mut() {
                Some(batch) if bytes <= bounds.batch && batch.len() < BODIES => batch.push(uid),
                _ => {
                    bytes = size;
                    batches.push(vec![uid]);
                }
            }
        }
        batches
    }

    /// Fetches one batch, narrowing down what can't be read.
    fn fetch_batch(&mut self, job: &mut Job<'_>, batch: Vec<u32>) -> Result<(), MailError> {
        let mut todo = vec![batch];
        while let Some(ask) = todo.pop() {
            for (set, ask) in sets(&ask, MANY) {
                let mut left: BTreeSet<u32> = ask.iter().copied().collect();
                let answer = self.reopen().and_then(|()| self.fetch_once(job, &set, &mut left));
                if job.stopped {
                    return Ok(());
                }
                match answer {
                    Ok(done) => self.narrow(job, &done, ask.len(), left, &mut todo)?,
                    Err(
                        e
                        @ (MailError::Ended { .. } | MailError::Protocol { .. } | MailError::Timeout { .. }),
                    ) => {
                        job.breaks += if matches!(e, MailError::Timeout { .. }) { SILENCE } else { 1 };
                        if job.breaks > if job.came { MAX_BREAKS } else { FIRST_BREAKS } {
                            return Err(e);
                        }
                        self.forget();
                        self.suspect(job, &e, ask.len(), left, &mut todo);
                    }
                    Err(other) => return Err(other),
                }
            }
        }
        Ok(())
    }

    /// Asks for one set; takes what comes out of `left`.
    fn fetch_once(
        &mut self,
        job: &mut Job<'_>,
        set: &str,
        left: &mut BTreeSet<u32>,
    ) -> Result<Done, MailError> {
        let most = self.bounds().message;
        let large =
            |uid: &u32| job.known.get(uid).and_then(|k| k.size).is_some_and(|size| size > most as u64);
        let what = match job.depth {
            Depth::Header => "RFC822.SIZE BODY.PEEK[HEADER]".to_owned(),
            // One that is too large to be kept stands alone in its batch; the beginning of it is asked for.
            Depth::Whole if left.len() == 1 && left.iter().all(large) => format!("BODY.PEEK[]<0.{most}>"),
            Depth::Whole => "BODY.PEEK[]".to_owned(),
        };
        let command = format!("UID FETCH {set} (UID FLAGS INTERNALDATE {what})");
        self.with(|session| {
            session.wire.run("reading messages", command.as_bytes(), &mut |answer| {
                // Changes of flags come unasked and without a body; other people's UIDs are not ours.
                let Some(FetchItem { uid: Some(uid), flags, received, size, body: Some(body) }) =
                    answer.fetch()
                else {
                    return;
                };
                if job.stopped || !left.remove(&uid) {
                    return;
                }
                (job.breaks, job.came) = (0, true);
                let known = job.known.remove(&uid).unwrap_or_default();
                let (came, bytes) = (body.size, body.bytes);
                let size = size.or(known.size);
                // A stated size alone proves nothing: it may be wrong by a factor of three.
                let cut = bytes.len() as u64 >= most as u64 && size.is_none_or(|s| s > most as u64);
                let cut = job.depth == Depth::Whole && (cut || came > bytes.len() as u64);
                let size = if cut { size.max(Some(came)) } else { size };
                let mut flags = flags.or(known.flags).unwrap_or_default();
                flags.retain(|flag| !flag.eq_ignore_ascii_case("\\Recent"));
                let received = received.or(known.received);
                job.stopped = !(job.each)(Fetched { uid, flags, received, size, bytes, cut });
            })
        })
    }

    /// After an answer that ended well or was refused: what is still there and did not come?
    fn narrow(
        &mut self,
        job: &mut Job<'_>,
        done: &Done,
        asked: usize,
        left: BTreeSet<u32>,
        todo: &mut Vec<Vec<u32>>,
    ) -> Result<(), MailError> {
        if left.is_empty() {
            return Ok(());
        }
        if super::wire::is_throttling(&done.text) && !done.is_ok() {
            return self.with(|session| Err(session.wire.refusal("reading messages", done)));
        }
        let left: Vec<u32> = left.into_iter().collect();
        let mut there = self.present(&left)?;
        if !done.is_ok() && asked > 1 && there.len() > 1 {
            let second = there.split_off(there.len() / 2);
            todo.extend([second, there]);
            return Ok(());
        }
        for uid in there {
            if done.is_ok() {
                job.report(uid, "the server left it out of its answer");
            } else if asked > 1 {
                todo.push(vec![uid]);
            } else {
                job.report(uid, format!("the server refused it: {}", done.words()));
            }
        }
        Ok(())
    }

    /// After the connection broke: who is to blame?
    fn suspect(
        &mut self,
        job: &mut Job<'_>,
        error: &MailError,
        asked: usize,
        left: BTreeSet<u32>,
        todo: &mut Vec<Vec<u32>>,
    ) {
        let left: Vec<u32> = left.into_iter().collect();
        // Servers answer in order: the first that is missing was due.
        let Some((&due, rest)) = left.split_first() else { return };
        if asked == 1 && !job.suspects.insert(due) {
            return job.report(due, format!("reading it breaks the connection: {error}"));
        }
        if asked > 1 {
            // If the one alone comes through, the rest is asked for in halves.
            job.suspects.insert(due);
            let (first, second) = rest.split_at(rest.len() / 2);
            todo.extend([second, first].into_iter().filter(|half| !half.is_empty()).map(<[u32]>::to_vec));
        }
        todo.push(vec![due]);
    }

    /// Which of these UIDs the open folder holds.
    pub(super) fn present(&mut self, uids: &[u32]) -> Result<Vec<u32>, MailError> {
        let wanted: BTreeSet<u32> = uids.iter().copied().collect();
        let mut found = Vec::new();
        let sets = sets(uids, usize::MAX);
        if let (true, Some(low), Some(high)) = (sets.len() > 2, wanted.first(), wanted.last()) {
            // One question for the whole span instead of one for each piece of it.
            let span = format!("UID {low}:{high}");
            found = match self.search_short(&span)? {
                Some(found) => found,
                None => self.search(&span)?,
            };
        } else {
            for (set, _) in sets {
                found.extend(self.search(&format!("UID {set}"))?);
            }
        }
        found.retain(|uid| wanted.contains(uid));
        Ok(found)
    }

    /// Message-IDs (without angle brackets) of messages in the open folder; those without one are left out.
    pub(super) fn message_ids(&mut self, uids: &[u32]) -> Result<BTreeMap<u32, String>, MailError> {
        let mut ids = BTreeMap::new();
        for (set, _) in sets(uids, MANY) {
            let command = format!("UID FETCH {set} (UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])");
            self.with(|session| {
                session.wire.must("reading Message-IDs", command.as_bytes(), &mut |answer| {
                    let Some(item) = answer.fetch() else { return };
                    let header = item.body.map(|body| body.bytes).unwrap_or_default();
                    if let (Some(uid), Some(id)) = (item.uid, message_id_of(&header)) {
                        ids.insert(uid, id);
                    }
                })
            })?;
        }
        Ok(ids)
    }

    /// The UIDs in the open folder with exactly this Message-ID.
    pub(super) fn find_here(&mut self, message_id: &str) -> Result<Vec<u32>, MailError> {
        let wanted = message_id.trim().trim_start_matches('<').trim_end_matches('>').trim();
        // A quoted string holds ASCII only: the longest such run of an odd ID is asked for, and what is
        // found is compared in full, as HEADER finds parts of a field too.
        let run = wanted
            .split(|c: char| !matches!(c, ' '..='~'))
            .max_by_key(|part| part.len())
            .filter(|part| !part.trim().is_empty());
        let Some(run) = run.and_then(|run| quote(run.as_bytes())) else { return Ok(Vec::new()) };
        let hits = self.search(&format!("HEADER Message-ID {}", String::from_utf8_lossy(&run)))?;
        if hits.is_empty() {
            return Ok(hits);
        }
        let ids = self.message_ids(&hits)?;
        Ok(ids.into_iter().filter(|(_, id)| id == wanted).map(|(uid, _)| uid).collect())
    }
}

/// The Message-ID in a header, without angle brackets.
fn message_id_of(header: &[u8]) -> Option<String> {
    let parsed = mail_parser::MessageParser::default().parse_headers(header)?;
    let id = parsed.message_id()?.trim();
    (!id.is_empty()).then(|| id.to_owned())
}
