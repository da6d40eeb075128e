//! One page of what words find, without joining words to messages row by row.
//!
//! Words that find little are looked up, each message once. Words that find much become a set of keys, one bit each;
//! every condition that an index answers becomes another; the page is then walked along the index of its order, past
//! what is not in the set, and ends where the page does. What neither way can answer is left to the general query in
//! `lists`. A condition gets its own set in [`set_of`].

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::MessageId;
use super::lists::{Hits, StoreGroup, StoreQuery, StoreShelf, StoreSort, StoreWithin};
use super::row;
use super::search::{self, StoreTest, Values};

/// Words that find fewer messages than this have each looked up.
pub(super) const FEW: u64 = 3_000;

/// Walks that are kept, at most, and messages in each: 24 bytes a message.
const KEPT: usize = 2;
const KEPT_ROWS: usize = 200_000;

/// Keys and numbers of one page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The page's rows: key, and how many messages each stands for.
    pub(super) keys: Vec<(MessageId, u64)>,
    /// Rows of the whole list.
    pub(super) total: u64,
    /// Messages that match.
    pub(super) matching: u64,
}

/// The page that `query` asks for; `None` where the general query is to find it. `few` is [`FEW`].
pub(super) fn page(
    c: &Connection,
    walks: &mut Walks,
    query: &StoreQuery,
    few: u64,
) -> rusqlite::Result<Option<Found>> {
    if query.group != StoreGroup::None && query.sort != StoreSort::Received {
        return Ok(None);
    }
    let Some(words) = query.search.expression() else { return without_words(c, walks, query) };
    let set = Set::of(c, search::KEYS, [words.into()])?;
    let sets = if set.count < few { None } else { sets(query) };
    match sets {
        Some(sets) => narrowed(c, walks, query, set, sets).map(Some),
        None if query.sort == StoreSort::Received => looked_up(c, query, set.count < few).map(Some),
        None => Ok(None),
    }
}

/// The page of a search for anything but words, and of the whole mailbox with storms folded, for which no index has
/// what is in no storm.
fn without_words(c: &Connection, walks: &mut Walks, query: &StoreQuery) -> rusqlite::Result<Option<Found>> {
    let folded = query.group == StoreGroup::Storm && query.shelf == StoreShelf::All;
    if query.search.is_empty() && !folded {
        return Ok(None);
    }
    let Some(mut sets) = sets(query) else { return Ok(None) };
    let set = match sets.iter().position(|(not, _)| !not) {
        Some(first) => {
            let (sql, values) = sets.remove(first).1;
            Set::of(c, &sql, values)?
        }
        None if sets.is_empty() => {
            let all = "SELECT coalesce(sum(n), 0) FROM tallies";
            Set::everything(c.prepare_cached(all)?.query_row([], |row| row::count(row, 0))?)
        }
        None => Set::of(c, &format!("SELECT m.id FROM messages m WHERE {}", base(query)), Vec::new())?,
    };
    narrowed(c, walks, query, set, sets).map(Some)
}

/// The page of what is in `set` and meets every condition of `sets`.
fn narrowed(
    c: &Connection,
    walks: &mut Walks,
    query: &StoreQuery,
    mut set: Set,
    sets: Vec<(bool, Keys)>,
) -> rusqlite::Result<Found> {
    for (not, (sql, values)) in sets {
        let other = Set::of(c, &sql, values)?;
        set.keep(|a, b| if not { a & !b } else { a & b }, &other);
    }
    match query.shelf {
        StoreShelf::Quarantine => shelved(c, walks, query, set),
        _ => walked(c, walks, query, set),
    }
}

/// The condition of the shelf, for which every order has an index.
fn base(query: &StoreQuery) -> &'static str {
    if query.shelf == StoreShelf::Quarantine { "m.shelved = 1" } else { "TRUE" }
}

/// Keys count from 1 up, a bit each: a million messages are 122 KiB. A key beyond this is none of ours.
const MOST: usize = 1 << 30;

/// A set of keys.
struct Set {
    bits: Vec<u64>,
    count: u64,
    /// Whether the bits say which keys are left out, rather than which are in.
    inverted: bool,
}

impl Set {
    /// The keys that a statement answers.
    fn of(c: &Connection, sql: &str, values: impl IntoIterator<Item = Value>) -> rusqlite::Result<Set> {
        let mut set = Set { bits: Vec::new(), count: 0, inverted: false };
        let mut statement = c.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            set.add(row.get(0)?);
        }
        Ok(set)
    }

    /// All of so many keys.
    fn everything(count: u64) -> Set {
        Set { bits: Vec::new(), count, inverted: true }
    }

    fn add(&mut self, id: MessageId) {
        if self.set(id, true) {
            self.count += 1;
        }
    }

    fn remove(&mut self, id: MessageId) {
        if self.set(id, self.inverted) {
            self.count -= 1;
        }
    }

    /// Sets a bit; whether it was another.
    fn set(&mut self, id: MessageId, on: bool) -> bool {
        let Some(id) = usize::try_from(id).ok().filter(|id| *id < MOST) else { return false };
        let (place, bit) = (id / 64, 1 << (id % 64));
        if place >= self.bits.len() {
            self.bits.resize(place + 1, 0);
        }
        let was = self.bits[place] & bit != 0;
        if on {
            self.bits[place] |= bit;
        } else {
            self.bits[place] &= !bit;
        }
        was != on
    }

    fn has(&self, id: MessageId) -> bool {
        let bit = |id: usize| self.bits.get(id / 64).is_some_and(|bits| bits >> (id % 64) & 1 == 1);
        usize::try_from(id).is_ok_and(bit) != self.inverted
    }

    /// Combines two sets of which neither is inverted.
    fn keep(&mut self, both: impl Fn(u64, u64) -> u64, other: &Set) {
        for (place, bits) in self.bits.iter_mut().enumerate() {
            *bits = both(*bits, other.bits.get(place).copied().unwrap_or(0));
        }
        self.count = self.bits.iter().map(|bits| u64::from(bits.count_ones())).sum();
    }
}

/// A statement that answers keys, and its values.
type Keys = (String, Vec<Value>);

/// Every condition besides the words, and whether it must not hold; `None` where one is answered by no index.
fn sets(query: &StoreQuery) -> Option<Vec<(bool, Keys)>> {
    let mut sets = Vec::new();
    match query.shelf {
        StoreShelf::All if query.group == StoreGroup::Sender => return None,
        StoreShelf::All | StoreShelf::Quarantine => {}
        StoreShelf::Bounces => return None,
    }
    if let Some(class) = query.class {
        sets.push((false, set_of(&StoreTest::Class(vec![class]))?));
    }
    if let Some(account) = query.account {
        sets.push((false, set_of(&StoreTest::Account(vec![account]))?));
    }
    match &query.within {
        Some(StoreWithin::Storm(key)) => sets.push((false, set_of(&StoreTest::Storm(key.clone()))?)),
        Some(StoreWithin::Sender(_)) => return None,
        None => {}
    }
    if query.dealt.is_some() {
        return None;
    }
    for (not, test) in &query.search.terms {
        match test {
            // Those that must be there are looked for together, and a test without a word says nothing.
            StoreTest::Words { .. } => {
                if let Some(words) = search::words(test).filter(|_| *not) {
                    sets.push((true, (search::KEYS.to_owned(), vec![words.into()])));
                }
            }
            _ => sets.push((*not, set_of(test)?)),
        }
    }
    Some(sets)
}

/// The keys of a test that an index answers without a look at the messages.
fn set_of(test: &StoreTest) -> Option<Keys> {
    match test {
        StoreTest::Class(_)
        | StoreTest::Account(_)
        | StoreTest::Storm(_)
        | StoreTest::Since(_)
        | StoreTest::Before(_) => {
            let mut values = Values(Vec::new());
            let condition = test.condition("", &mut values)?;
            Some((format!("SELECT m.id FROM messages m WHERE {condition}"), values.0))
        }
        StoreTest::Finding(prefix) => {
            let sql = "SELECT message FROM findings WHERE id >= ?1 AND id < ?2";
            Some((sql.to_owned(), vec![prefix.clone().into(), search::beyond(prefix).into()]))
        }
        StoreTest::Words { .. } | StoreTest::Holding(_) | StoreTest::Attachment => None,
    }
}

/// One row of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    received: i64,
    id: MessageId,
    members: u64,
}

/// The part of the list that is wanted, reckoned from the nearer end.
struct Part {
    descending: bool,
    /// Whether the rows come in the wrong order.
    turned: bool,
    first: u64,
    limit: u64,
}

impl Part {
    fn of(query: &StoreQuery, total: u64) -> Part {
        let left = total.saturating_sub(query.first);
        let limit = left.min(query.limit as u64);
        let turned = query.first > total / 2;
        let first = if turned { left - limit } else { query.first };
        Part { descending: query.descending != turned, turned, first, limit }
    }

    fn keys(&self, entries: impl IntoIterator<Item = Entry>) -> Vec<(MessageId, u64)> {
        let wanted = entries.into_iter().skip(self.first as usize).take(self.limit as usize);
        let mut keys: Vec<_> = wanted.map(|entry| (entry.id, entry.members)).collect();
        if self.turned {
            keys.reverse();
        }
        keys
    }

    fn sort(&self, entries: &mut [Entry]) {
        entries.sort_unstable();
        if self.descending {
            entries.reverse();
        }
    }
}

/// Looks each message up once.
fn looked_up(c: &Connection, query: &StoreQuery, few: bool) -> rusqlite::Result<Found> {
    let hits = if few || query.shelf == StoreShelf::All { Hits::Few } else { Hits::Many };
    let (matching, values) = query.matching(hits);
    let group = query.group.column();
    let sql = format!("SELECT m.id, m.received, {group} FROM messages m WHERE {matching}");
    let mut statement = c.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values.0))?;
    let (mut entries, mut groups, mut count) = (Vec::new(), HashMap::<Option<String>, usize>::new(), 0);
    while let Some(row) = rows.next()? {
        count += 1;
        let entry = Entry { received: row.get(1)?, id: row.get(0)?, members: 1 };
        let key: Option<String> = row.get(2)?;
        // Mail without a storm stands alone; mail without a sender is one group.
        if query.group == StoreGroup::None || (query.group == StoreGroup::Storm && key.is_none()) {
            entries.push(entry);
            continue;
        }
        match groups.get(&key) {
            Some(place) => join(&mut entries[*place], entry),
            None => {
                groups.insert(key, entries.len());
                entries.push(entry);
            }
        }
    }
    let part = Part::of(query, entries.len() as u64);
    part.sort(&mut entries);
    Ok(Found { total: entries.len() as u64, matching: count, keys: part.keys(entries) })
}

/// Takes one more message into a group, which stands where its newest message does.
fn join(group: &mut Entry, entry: Entry) {
    let members = group.members + 1;
    if (entry.received, entry.id) > (group.received, group.id) {
        *group = entry;
    }
    group.members = members;
}

/// Reads what is on the shelf once: it is a part of the mailbox, and has indexes of its own.
fn shelved(c: &Connection, walks: &mut Walks, query: &StoreQuery, mut set: Set) -> rusqlite::Result<Found> {
    let mut entries = groups(c, walks, query, &mut set)?;
    let alone = if query.group == StoreGroup::Storm { " AND m.storm IS NULL" } else { "" };
    if query.group != StoreGroup::Sender {
        let seen = walks.all(c, &walk(query, alone, "ASC"))?;
        let found = seen.iter().filter(|seen| set.has(seen.id));
        entries.extend(found.map(|seen| Entry { received: seen.received, id: seen.id, members: 1 }));
    }
    if query.group != StoreGroup::None {
        entries.sort_unstable();
    }
    if query.descending {
        entries.reverse();
    }
    let matching = entries.iter().map(|entry| entry.members).sum();
    let (first, limit) = (query.first, query.limit as u64);
    let part = Part { descending: query.descending, turned: false, first, limit };
    Ok(Found { total: entries.len() as u64, matching, keys: part.keys(entries) })
}

/// The statement that walks the index of the order.
fn walk(query: &StoreQuery, and: &str, way: &str) -> String {
    let (key, from) = query.sort.order();
    let order = match query.sort {
        StoreSort::Received => format!("m.received {way}, m.id {way}"),
        _ => format!("{key} {way}, m.received {way}, m.id {way}"),
    };
    format!("SELECT m.id, m.received, NULL FROM {from} WHERE {}{and} ORDER BY {order}", base(query))
}

/// Walks the index of the order, past what is not in the set, as far as the page goes.
fn walked(c: &Connection, walks: &mut Walks, query: &StoreQuery, mut set: Set) -> rusqlite::Result<Found> {
    let matching = set.count;
    let mut groups = groups(c, walks, query, &mut set)?;
    let total = set.count + groups.len() as u64;
    let part = Part::of(query, total);
    part.sort(&mut groups);
    if set.count == 0 {
        return Ok(Found { keys: part.keys(groups), total, matching });
    }
    let mut statement = c.prepare_cached(&walk(query, "", if part.descending { "DESC" } else { "ASC" }))?;
    let mut rows = statement.query([])?;
    let mut groups = groups.into_iter().peekable();
    let mut entries = Vec::new();
    let wanted = (part.first + part.limit) as usize;
    while entries.len() < wanted {
        let Some(row) = rows.next()? else { break };
        let id = row.get(0)?;
        if !set.has(id) {
            continue;
        }
        let single = Entry { received: row.get(1)?, id, members: 1 };
        let stands_before = |group: &Entry| {
            let (group, single) = ((group.received, group.id), (single.received, single.id));
            if part.descending { group > single } else { group < single }
        };
        while let Some(group) = groups.next_if(stands_before) {
            entries.push(group);
        }
        entries.push(single);
    }
    entries.extend(groups);
    Ok(Found { keys: part.keys(entries), total, matching })
}

/// The groups of the set, whose members it loses.
fn groups(
    c: &Connection,
    walks: &mut Walks,
    query: &StoreQuery,
    set: &mut Set,
) -> rusqlite::Result<Vec<Entry>> {
    let mut members = Vec::new();
    let (key, base) = (query.group.column(), base(query));
    let of = match query.group {
        StoreGroup::None => return Ok(Vec::new()),
        StoreGroup::Storm => format!("{base} AND {key} IS NOT NULL"),
        StoreGroup::Sender => base.to_owned(),
    };
    let sql = format!("SELECT m.id, m.received, {key} FROM messages m WHERE {of} ORDER BY {key}, m.received");
    let (mut groups, mut last) = (Vec::<Entry>::new(), None);
    for seen in walks.all(c, &sql)?.iter().filter(|seen| set.has(seen.id)) {
        let entry = Entry { received: seen.received, id: seen.id, members: 1 };
        match groups.last_mut() {
            Some(group) if last == Some(seen.group) => join(group, entry),
            _ => groups.push(entry),
        }
        last = Some(seen.group);
        members.push(seen.id);
    }
    for id in members {
        set.remove(id);
    }
    Ok(groups)
}

/// A message as a walk meets it.
#[derive(Debug, Clone, Copy)]
struct Seen {
    id: MessageId,
    received: i64,
    /// The number of its group along the walk.
    group: u32,
}

/// Walks that are kept while nobody writes: the words change with each key, what is walked does not.
#[derive(Default)]
pub(super) struct Walks {
    /// What the database says of its changes, by others and by this connection.
    stamp: Option<(i64, u64)>,
    kept: Vec<(String, Arc<[Seen]>)>,
}

impl Walks {
    /// All that a statement meets: key, time, and the group's name, in the order of groups.
    fn all(&mut self, c: &Connection, sql: &str) -> rusqlite::Result<Arc<[Seen]>> {
        let version = c.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        let stamp = Some((version, c.total_changes()));
        if self.stamp != stamp {
            (self.stamp, self.kept) = (stamp, Vec::new());
        }
        if let Some((_, rows)) = self.kept.iter().find(|(of, _)| of == sql) {
            return Ok(Arc::clone(rows));
        }
        let mut statement = c.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let (mut seen, mut group, mut last) = (Vec::new(), 0, None::<Vec<u8>>);
        while let Some(row) = rows.next()? {
            let name = row.get_ref(2)?.as_bytes_or_null()?;
            if last.as_deref() != name {
                last = name.map(<[u8]>::to_vec);
                group += 1;
            }
            seen.push(Seen { id: row.get(0)?, received: row.get(1)?, group });
        }
        let seen: Arc<[Seen]> = seen.into();
        if seen.len() <= KEPT_ROWS {
            if self.kept.len() == KEPT {
                self.kept.remove(0);
            }
            self.kept.push((sql.to_owned(), Arc::clone(&seen)));
        }
        Ok(seen)
    }
}
