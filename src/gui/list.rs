//! A list as the person sees it: its question, its cursor, what is chosen, where it is scrolled to.
//!
//! The window holds a part of a list only ([`PAGE_ROWS`] rows around what is seen). Rows are therefore told
//! by their place in the whole list, and what is chosen is kept with its rows, wherever the list stands.

use std::collections::BTreeMap;

use super::grid::Scroll;
use crate::service::Command;
use crate::service::command::{Group, ListQuery, MessageId, Shelf, SortBy, Within};
use crate::service::event::{ListPage, Row};
use crate::service::groups::CHOSEN_MOST;

/// Rows that the window holds of a list.
pub(crate) const PAGE_ROWS: usize = 400;
/// Rows that there should be beyond what is seen.
const AHEAD: u64 = 100;

/// A list with its question, its cursor and its selection.
#[derive(Debug, Clone, Default)]
pub(crate) struct ListState {
    pub(crate) query: ListQuery,
    /// The row that the keys move from; it is what the reading pane shows.
    pub(crate) cursor: Option<MessageId>,
    /// The cursor's place in the list.
    pub(crate) at: u64,
    /// The group that the cursor's row stands for, where it stands for several messages.
    pub(crate) fold: Option<Within>,
    /// The chosen messages; what actions act upon.
    pub(crate) selected: BTreeMap<MessageId, Row>,
    /// The place where a Shift selection starts.
    pub(crate) anchor: Option<u64>,
    /// Whether the cursor's row is to be scrolled into view.
    pub(crate) follow: bool,
    /// A place that the cursor goes to as soon as its row is there, and whether it chooses what lies between.
    pub(crate) seek: Option<(u64, bool)>,
    /// Answers to older wishes to choose do not count.
    pub(crate) ticket: u64,
    /// Where the list is scrolled to.
    pub(crate) scroll: Scroll,
    /// How many rows are seen at once.
    pub(crate) seen: u64,
}

impl ListState {
    pub(crate) fn new(shelf: Shelf) -> ListState {
        let query = ListQuery { shelf, descending: true, limit: PAGE_ROWS, ..ListQuery::default() };
        ListState { query, ..ListState::default() }
    }

    /// The group that a row of this list stands for, where it stands for several messages.
    pub(crate) fn fold_of(&self, row: &Row) -> Option<Within> {
        (row.members > 1).then(|| match self.query.group {
            Group::Sender => Within::Sender(row.from_address.clone()),
            _ => Within::Storm(row.storm.clone()),
        })
    }

    /// Forgets cursor and selection, and goes to the top: the question is another one.
    pub(crate) fn restart(&mut self) {
        self.query.first = 0;
        self.cursor = None;
        self.fold = None;
        self.anchor = None;
        self.seek = None;
        self.scroll = Scroll::default();
        self.choose_none();
    }

    /// Asks anew from the top.
    pub(crate) fn ask(&mut self) -> Command {
        self.restart();
        Command::List(self.query.clone())
    }

    /// Asks anew from the top for another search; what is open stays open while the person types.
    pub(crate) fn search(&mut self) -> Command {
        self.query.first = 0;
        self.anchor = None;
        self.seek = None;
        self.scroll = Scroll::default();
        Command::List(self.query.clone())
    }

    /// Takes every filter away.
    pub(crate) fn clear_filters(&mut self) {
        self.query.text.clear();
        self.query.class = None;
        self.query.account = None;
        self.query.within = None;
        self.query.since = None;
        self.query.until = None;
    }

    /// Chooses nothing.
    pub(crate) fn choose_none(&mut self) {
        self.selected.clear();
        self.ticket += 1;
    }

    /// Puts the cursor on a row and chooses it alone. Returns what opens it.
    pub(crate) fn choose(&mut self, row: &Row, at: u64) -> Command {
        self.cursor = Some(row.id);
        self.at = at;
        self.anchor = Some(at);
        self.choose_none();
        self.fold = self.fold_of(row);
        match &self.fold {
            Some(within) => Command::OpenGroup { query: self.query.clone(), within: within.clone() },
            None => {
                self.selected.insert(row.id, row.clone());
                Command::Open(row.id)
            }
        }
    }

    /// [`ListState::choose`] of a message whose place in the list is not known.
    pub(crate) fn choose_message(&mut self, id: MessageId) -> Command {
        self.cursor = Some(id);
        self.fold = None;
        self.anchor = None;
        self.choose_none();
        self.follow = true;
        Command::Open(id)
    }

    /// Adds a row to the selection or takes it out, with all that it stands for.
    pub(crate) fn toggle(&mut self, row: &Row, at: u64) -> Option<Command> {
        self.cursor = Some(row.id);
        self.at = at;
        self.anchor = Some(at);
        self.fold = self.fold_of(row);
        let within = self.fold.clone();
        if self.selected.remove(&row.id).is_some() {
            match within {
                Some(Within::Storm(key)) => self.selected.retain(|_, r| r.storm != key),
                Some(Within::Sender(address)) => self.selected.retain(|_, r| r.from_address != address),
                None => {}
            }
            return None;
        }
        self.selected.insert(row.id, row.clone());
        let within = within?;
        let query = ListQuery {
            within: Some(within),
            group: Group::None,
            first: 0,
            limit: CHOSEN_MOST,
            ..self.query.clone()
        };
        Some(Command::Choose { query, ticket: self.ticket })
    }

    /// Chooses everything between the anchor and the row at `at`.
    pub(crate) fn extend(&mut self, page: &ListPage, at: u64) -> Option<Command> {
        let from = self.anchor.unwrap_or(at);
        self.anchor = Some(from);
        self.at = at;
        if let Some(row) = page.row(at) {
            self.cursor = Some(row.id);
            self.fold = self.fold_of(row);
        }
        self.choose_span(page, from.min(at), from.abs_diff(at) + 1)
    }

    /// Chooses the whole list, as far as one decision may reach.
    pub(crate) fn choose_all(&mut self, page: &ListPage) -> Option<Command> {
        self.choose_span(page, 0, page.total)
    }

    fn choose_span(&mut self, page: &ListPage, first: u64, count: u64) -> Option<Command> {
        self.choose_none();
        let rows: Vec<&Row> = (first..first + count).map_while(|at| page.row(at)).collect();
        if rows.len() as u64 == count && rows.iter().all(|row| row.members < 2) {
            self.selected = rows.into_iter().map(|row| (row.id, row.clone())).collect();
            return None;
        }
        let limit = usize::try_from(count).unwrap_or(usize::MAX).min(CHOSEN_MOST);
        let query = ListQuery { first, limit, ..self.query.clone() };
        Some(Command::Choose { query, ticket: self.ticket })
    }

    /// Takes in the messages that were asked for with `ticket`.
    pub(crate) fn take_chosen(&mut self, ticket: u64, rows: Vec<Row>) {
        if ticket == self.ticket {
            self.selected.extend(rows.into_iter().map(|row| (row.id, row)));
        }
    }

    /// Moves the cursor to a place, at once or as soon as its row is there.
    pub(crate) fn go_to(&mut self, page: &ListPage, at: u64, extend: bool) -> Vec<Command> {
        let at = at.min(page.total.saturating_sub(1));
        self.follow = true;
        match page.row(at) {
            Some(row) if !extend => vec![self.choose(row, at)],
            Some(row) => {
                let open = match self.fold_of(row) {
                    Some(within) => Command::OpenGroup { query: self.query.clone(), within },
                    None => Command::Open(row.id),
                };
                self.extend(page, at).into_iter().chain([open]).collect()
            }
            None if page.total == 0 => Vec::new(),
            None => {
                self.seek = Some((at, extend));
                self.around(at, page.total).into_iter().collect()
            }
        }
    }

    /// Asks for the part of the list around a place, unless it was asked for already.
    fn around(&mut self, at: u64, total: u64) -> Option<Command> {
        let rows = PAGE_ROWS as u64;
        let first = at.saturating_sub(rows / 2).min(total.saturating_sub(rows));
        (first != self.query.first).then(|| {
            self.query.first = first;
            Command::List(self.query.clone())
        })
    }

    /// Asks for another part of the list where what is seen, or is about to be, is not in `page`.
    pub(crate) fn keep_up(&mut self, page: &ListPage, first: u64, last: u64) -> Option<Command> {
        self.seen = last.saturating_sub(first);
        // One question at a time: its answer is looked at again.
        if page.query != self.query {
            return None;
        }
        let (have, end) = (page.query.first, page.query.first + page.rows.len() as u64);
        let early = have > 0 && first < have + AHEAD / 2;
        let late = end < page.total && last + AHEAD / 2 > end;
        if early || late { self.around((first + last) / 2, page.total) } else { None }
    }

    /// Sorts by `by`, or turns the order round where it is that already.
    pub(crate) fn sort(&mut self, by: SortBy) -> Command {
        if self.query.sort == by {
            self.query.descending = !self.query.descending;
        } else {
            self.query.sort = by;
            self.query.descending = matches!(by, SortBy::Received | SortBy::Score);
        }
        self.query.first = 0;
        self.scroll = Scroll::default();
        self.anchor = None;
        Command::List(self.query.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Class, Disposition};
    use crate::service::event::Holding;

    fn row(id: MessageId) -> Row {
        Row {
            id,
            account: "Work".into(),
            folder: "INBOX".into(),
            from: String::new(),
            from_address: String::new(),
            subject: String::new(),
            received: jiff::Timestamp::UNIX_EPOCH,
            class: Class::Backscatter,
            disposition: Disposition::Quarantine,
            score: 0.9,
            reason: String::new(),
            attachment: None,
            storm_size: 0,
            storm: String::new(),
            members: 1,
            holding: Holding::Held,
            notice: None,
        }
    }

    fn page(query: &ListQuery, total: u64) -> ListPage {
        let end = (query.first + query.limit as u64).min(total);
        let rows: Vec<Row> = (query.first..end).map(|at| row(1_000 + at as i64)).collect();
        ListPage { query: query.clone(), rows, total, matching: total, fault: None, per_class: Vec::new() }
    }

    #[test]
    fn shift_chooses_a_span_and_keeps_its_anchor() {
        let mut list = ListState::new(Shelf::Quarantine);
        let page = page(&list.query, 4);
        list.choose(&page.rows[1], 1);
        assert!(list.extend(&page, 3).is_none());
        assert_eq!(list.selected.keys().copied().collect::<Vec<_>>(), [1_001, 1_002, 1_003]);
        list.extend(&page, 0);
        assert_eq!(list.selected.keys().copied().collect::<Vec<_>>(), [1_000, 1_001]);
        list.toggle(&page.rows[1], 1);
        assert_eq!(list.selected.keys().copied().collect::<Vec<_>>(), [1_000]);
    }

    #[test]
    fn a_span_beyond_what_is_held_is_asked_for_and_an_old_answer_does_not_count() {
        let mut list = ListState::new(Shelf::Quarantine);
        let page = page(&list.query, 5_000);
        list.choose(&page.rows[10], 10);
        let Some(Command::Choose { query, ticket }) = list.extend(&page, 899) else { panic!() };
        assert_eq!((query.first, query.limit), (10, 890));
        list.take_chosen(ticket, vec![row(1), row(2)]);
        assert_eq!(list.selected.len(), 2);
        list.choose(&page.rows[3], 3);
        list.take_chosen(ticket, vec![row(7)]);
        assert!(!list.selected.contains_key(&7));
    }

    #[test]
    fn the_part_that_is_held_follows_what_is_seen() {
        let mut list = ListState::new(Shelf::All);
        let mut now = page(&list.query, 1_000_000);
        assert!(list.keep_up(&now, 0, 20).is_none());
        let mut asked = 0;
        for first in (0..2_000).step_by(10) {
            if let Some(Command::List(query)) = list.keep_up(&now, first, first + 20) {
                asked += 1;
                now = page(&query, 1_000_000);
            }
            assert!(now.row(first).is_some() && now.row(first + 20).is_some(), "row {first} is not there");
        }
        assert!((5..20).contains(&asked), "{asked} questions for 2,000 rows");
        let far = list.keep_up(&now, 500_000, 500_020);
        assert!(matches!(far, Some(Command::List(q)) if q.first == 499_810));
        assert!(list.keep_up(&now, 700_000, 700_020).is_none(), "one question at a time");
    }

    #[test]
    fn keys_go_to_rows_that_are_not_there_yet() {
        let mut list = ListState::new(Shelf::All);
        let now = page(&list.query, 9_000);
        let wishes = list.go_to(&now, u64::MAX, false);
        assert!(matches!(&wishes[..], [Command::List(q)] if q.first == 8_600), "{wishes:?}");
        assert_eq!(list.seek, Some((8_999, false)));
    }

    #[test]
    fn a_folded_row_stands_for_all_its_members() {
        let mut list = ListState::new(Shelf::Quarantine);
        list.query.group = Group::Storm;
        let storm = Row { members: 61, storm: "key".into(), ..row(5) };
        assert!(matches!(list.choose(&storm, 0), Command::OpenGroup { .. }));
        assert!(list.selected.is_empty());
        let Some(Command::Choose { query, ticket }) = list.toggle(&storm, 0) else { panic!() };
        assert_eq!(query.within, Some(Within::Storm("key".into())));
        list.take_chosen(ticket, (5..66).map(|id| Row { storm: "key".into(), ..row(id) }).collect());
        assert_eq!(list.selected.len(), 61);
        assert!(list.toggle(&storm, 0).is_none());
        assert!(list.selected.is_empty(), "taken out with all that it stands for");
    }
}
