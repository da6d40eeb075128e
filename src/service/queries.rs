//! Questions to the database, answered in the window's words. Reads only.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::bounces;
use super::command::{ChartQuery, ChartStep, Dealt, Group, ListQuery, MessageId, Shelf, SortBy, Within};
use super::event::{
    ActivityRow, AttackView, By, ChartBin, ChartView, Holding, ListPage, MessageView, NoticeBrief,
    OverviewView, Row, SenderView, WayBack,
};
use super::problem::ServiceError;
use super::search::Reader;
use super::senders;
use crate::engine::{Class, reading};
use crate::store::{
    self, ActionState, Actor, Store, StoreGroup, StoreQuery, StoreSearch, StoreShelf, StoreSort, StoreTest,
    StoreWithin, StoredAction, StoredRow,
};

/// Bytes of a source that the window is given.
const SOURCE_MOST: usize = 256 << 10;
/// Columns that a chart may have.
const BINS_MOST: usize = 400;
/// Lines of the journal that are shown.
const ACTIVITY_MOST: usize = 500;

/// One page of a list. A search that can't be read is no error of the list's: the page says why.
pub fn list(store: &Store, query: ListQuery) -> Result<ListPage, ServiceError> {
    let account = match &query.account {
        Some(name) => Some(store.account(name)?.ok_or_else(|| ServiceError::NoAccount(name.clone()))?.id),
        None => None,
    };
    let search = if query.text.trim().is_empty() {
        Ok(StoreSearch::default())
    } else {
        let accounts: Vec<_> = store.accounts()?.into_iter().map(|a| (a.name, a.id)).collect();
        Reader { now: Timestamp::now(), zone: TimeZone::system(), accounts: &accounts }.read(&query.text)
    };
    let (search, fault) = match search {
        Ok(mut search) => {
            let since = query.since.map(|at| StoreTest::Since(at.as_second()));
            let until = query.until.map(|at| StoreTest::Before(at.as_second()));
            search.terms.extend(since.into_iter().chain(until).map(|test| (false, test)));
            (search, None)
        }
        Err(fault) => (StoreSearch::default(), Some(fault)),
    };
    let mut page = store.list(&StoreQuery {
        shelf: match query.shelf {
            Shelf::Quarantine => StoreShelf::Quarantine,
            Shelf::Bounces => StoreShelf::Bounces,
            Shelf::All => StoreShelf::All,
        },
        class: query.class,
        account,
        dealt: match query.dealt {
            Dealt::All => None,
            Dealt::Open => Some(false),
            Dealt::Done => Some(true),
        },
        within: query.within.clone().map(|within| match within {
            Within::Storm(key) => StoreWithin::Storm(key),
            Within::Sender(address) => StoreWithin::Sender(address),
        }),
        search,
        group: match query.group {
            Group::None => StoreGroup::None,
            Group::Storm => StoreGroup::Storm,
            Group::Sender => StoreGroup::Sender,
        },
        sort: match query.sort {
            SortBy::Received => StoreSort::Received,
            SortBy::Class => StoreSort::Class,
            SortBy::From => StoreSort::From,
            SortBy::Subject => StoreSort::Subject,
            SortBy::Account => StoreSort::Account,
            SortBy::Score => StoreSort::Score,
        },
        descending: query.descending,
        first: query.first,
        limit: if fault.is_some() { 0 } else { query.limit },
    })?;
    if fault.is_some() {
        (page.total, page.matching) = (0, 0);
    }
    let rows = page.rows.into_iter().map(|stored| row(store, stored)).collect::<Result<_, _>>()?;
    let (total, matching) = (page.total, page.matching);
    Ok(ListPage { query, rows, total, matching, fault, per_class: page.per_class })
}

fn row(store: &Store, stored: StoredRow) -> Result<Row, ServiceError> {
    // Only a delivery problem shows what its notice says in the list itself.
    let notice = match stored.class {
        Class::GenuineBounce => notice_of(store, stored.id)?,
        _ => None,
    };
    Ok(plain_row(stored, notice))
}

/// As much of a bounce's notice as a list shows.
fn notice_of(store: &Store, id: MessageId) -> Result<Option<NoticeBrief>, ServiceError> {
    let Some(notice) = store.message(id)?.and_then(|m| m.verdict.notice) else { return Ok(None) };
    Ok(Some(bounces::brief(&notice, &store.dealt_of(id)?)))
}

fn plain_row(stored: StoredRow, notice: Option<NoticeBrief>) -> Row {
    Row {
        id: stored.id,
        account: stored.account_name,
        folder: stored.arrived.folder,
        from: stored.headline.from.unwrap_or_default(),
        from_address: stored.headline.from_address.unwrap_or_default(),
        subject: stored.headline.subject.unwrap_or_default(),
        received: stored.received,
        class: stored.class,
        disposition: stored.disposition,
        score: stored.score,
        reason: stored.reason,
        attachment: stored.attachment,
        storm_size: stored.storm_size,
        storm: stored.storm.unwrap_or_default(),
        members: stored.members,
        holding: match stored.holding {
            store::Holding::InPlace => Holding::InPlace,
            store::Holding::Held => Holding::Held,
            store::Holding::Restored => Holding::Restored,
            store::Holding::Gone => Holding::Gone,
        },
        notice,
    }
}

/// One message for the reading pane; `None` where it is not in the database.
pub fn open(store: &Store, id: MessageId) -> Result<Option<MessageView>, ServiceError> {
    let Some(message) = store.message(id)? else { return Ok(None) };
    let source = store.source(id)?;
    let shown = source.as_deref().map(reading::read).unwrap_or_default();
    let sentence = message.verdict.sentence();
    let done = store.dealt_of(id)?;
    let row = plain_row(message.row, message.verdict.notice.as_ref().map(|n| bounces::brief(n, &done)));
    Ok(Some(MessageView {
        row,
        sentence,
        findings: message.verdict.findings,
        notice: message.verdict.notice,
        attachments: message.verdict.attachments,
        headers: shown.headers,
        way: shown.way,
        returned_way: shown.returned_way,
        handed_over_by: source.as_deref().and_then(reading::handed_over_by),
        text: source.is_some().then_some(shown.text),
        html: shown.html,
        source: source.as_deref().map(displayable),
    }))
}

/// A source as text in which every byte keeps its offset: what is not UTF-8 becomes one `?` a byte, so that
/// the byte ranges of evidence fit.
fn displayable(bytes: &[u8]) -> String {
    let mut rest = bytes.get(..SOURCE_MOST).unwrap_or(bytes);
    let mut text = String::with_capacity(rest.len());
    loop {
        match std::str::from_utf8(rest) {
            Ok(valid) => {
                text.push_str(valid);
                return text;
            }
            Err(error) => {
                let (valid, broken) = rest.split_at(error.valid_up_to());
                text.push_str(&String::from_utf8_lossy(valid));
                let length = error.error_len().unwrap_or(broken.len());
                text.extend(std::iter::repeat_n('?', length));
                rest = broken.get(length..).unwrap_or_default();
            }
        }
    }
}

/// The name of a message's account; `None` where the message is not in the database.
pub fn account_of(store: &Store, id: MessageId) -> Result<Option<String>, ServiceError> {
    Ok(store.message(id)?.map(|m| m.row.account_name))
}

/// Messages by the name of their account; those not in the database are an error.
pub fn by_account(
    store: &Store,
    ids: &[MessageId],
) -> Result<BTreeMap<String, Vec<MessageId>>, ServiceError> {
    let mut groups: BTreeMap<String, Vec<MessageId>> = BTreeMap::new();
    for id in ids {
        let account = account_of(store, *id)?.ok_or(ServiceError::NoMessage(*id))?;
        groups.entry(account).or_default().push(*id);
    }
    Ok(groups)
}

/// The allow and block entries, newest first.
pub fn senders(store: &Store) -> Result<Vec<SenderView>, ServiceError> {
    Ok(store
        .senders()?
        .into_iter()
        .map(|s| SenderView { id: s.id, entry: s.entry, added: s.added, origin: s.origin })
        .collect())
}

/// Everything that was done, newest first: the journal, what was said or changed beside it, and the allow and block
/// entries that count.
pub fn activity(store: &Store) -> Result<Vec<ActivityRow>, ServiceError> {
    let actions = store.activity(ACTIVITY_MOST)?.into_iter().map(|action| ActivityRow {
        at: action.at,
        says: activity_sentence(&action),
        by: by(action.actor),
        undo: action.can_undo().then_some(WayBack::Action(action.id)),
        finished: action.is_finished(),
    });
    let notes = store.notes(ACTIVITY_MOST)?.into_iter().map(|note| ActivityRow {
        at: note.at,
        says: note.says,
        by: by(note.actor),
        undo: None,
        finished: true,
    });
    let entries = store.senders()?;
    // What one file brought is one line.
    let senders = entries.chunk_by(senders::is_of_one_file).take(ACTIVITY_MOST).filter_map(|chunk| {
        let newest = chunk.first()?;
        Some(ActivityRow {
            at: newest.added,
            says: match chunk.len() {
                1 => senders::sentence(&newest.entry),
                n => format!("{n} senders {}", newest.origin),
            },
            by: By::Person,
            undo: (chunk.len() == 1).then_some(WayBack::Sender(newest.id)),
            finished: true,
        })
    });
    let mut rows: Vec<ActivityRow> = actions.chain(notes).chain(senders).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.at));
    rows.truncate(ACTIVITY_MOST);
    Ok(rows)
}

fn by(actor: Actor) -> By {
    match actor {
        Actor::Person => By::Person,
        Actor::Rule => By::Rule,
    }
}

fn activity_sentence(action: &StoredAction) -> String {
    let state = match action.state {
        ActionState::Intended | ActionState::Begun => "not finished yet",
        ActionState::Done => "",
        ActionState::Failed => "failed",
        ActionState::Undone => "since undone",
    };
    match (&action.error, state) {
        (Some(error), "") => format!("{} ({error})", action.says),
        (Some(error), state) => format!("{} ({state}: {error})", action.says),
        (None, "") => action.says.clone(),
        (None, state) => format!("{} ({state})", action.says),
    }
}

/// A finding's identifier as the published table explains it.
fn attack((id, count): (String, u64)) -> AttackView {
    let kind = crate::engine::catalogue().find(|kind| kind.id == id);
    let means = kind.map_or_else(|| id.clone(), |kind| kind.means.to_owned());
    AttackView { id, means, count }
}

/// What the chart shows: one bin after the other without gaps, at most [`BINS_MOST`].
pub fn chart(store: &Store, query: ChartQuery) -> Result<ChartView, ServiceError> {
    let step = query.step.seconds();
    let whole = step.min(ChartStep::Day.seconds());
    let first = query.from.as_second().div_euclid(whole) * whole;
    let last = query.until.as_second();
    let mut starts: Vec<i64> = Vec::new();
    let mut at = first;
    while at < last && starts.len() < BINS_MOST {
        starts.push(at);
        at += step;
    }
    let mut bins: Vec<ChartBin> = starts
        .iter()
        .filter_map(|at| Timestamp::from_second(*at).ok())
        .map(|at| ChartBin { at, counts: Vec::new() })
        .collect();
    for (second, class, n) in store.counts_over_time(first, at, query.step == ChartStep::Hour)? {
        let place = usize::try_from((second - first) / step).unwrap_or(usize::MAX);
        let Some(bin) = bins.get_mut(place) else { continue };
        match bin.counts.iter_mut().find(|(known, _)| *known == class) {
            Some((_, sum)) => *sum += n,
            None => bin.counts.push((class, n)),
        }
    }
    for bin in &mut bins {
        bin.counts.sort_by_key(|(class, _)| Class::ALL.iter().position(|c| c == class));
    }
    Ok(ChartView { query, bins })
}

/// Under which name it is kept up to which message the person has seen the lists.
const SEEN_KEY: &str = "seen";

/// Keeps what is there as seen: what comes later is new at the next visit.
pub fn leave(store: &Store) -> Result<(), ServiceError> {
    Ok(store.set_option(SEEN_KEY, &store.newest()?.to_string())?)
}

/// The overview's figures at the time `now`.
pub fn overview(store: &Store, now: Timestamp) -> Result<OverviewView, ServiceError> {
    let figures = store.overview(now)?;
    let seen: Option<MessageId> = store.option(SEEN_KEY)?.and_then(|kept| kept.parse().ok());
    Ok(OverviewView {
        seen,
        new: seen.map_or(Ok(0), |seen| store.new_since(seen))?,
        per_class: figures.per_class,
        attacks: figures.attacks.into_iter().map(attack).collect(),
        sources: figures.sources,
        bounces: figures.bounces.into_iter().map(|b| row(store, b)).collect::<Result<_, _>>()?,
        open_bounces: figures.open_bounces,
        held: figures.held,
        would_hold: figures.would_hold,
    })
}
