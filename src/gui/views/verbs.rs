//! What keys and buttons mean for messages: one place, so that both mean the same.

use super::why;
use crate::engine::Class;
use crate::engine::senders::{SenderRule, SenderScope};
use crate::engine::verdict::Disposition;
use crate::gui::keys::Deed;
use crate::gui::list::ListState;
use crate::gui::model::{Model, Opened};
use crate::gui::problems::{self, Problem};
use crate::gui::state::{Dialog, State, Term, View};
use crate::service::Command;
use crate::service::command::{Dealt, MessageId, Shelf, Within};
use crate::service::event::{Holding, Row, WayBack};

/// What can be done with the messages that are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Can {
    /// Some are held: put those back.
    Restore,
    /// They are where they arrived: hold them.
    Hold,
    /// They are on the server no more.
    Nothing,
}

fn is_held(row: &Row) -> bool {
    row.holding == Holding::Held
}

fn is_in_place(row: &Row) -> bool {
    matches!(row.holding, Holding::InPlace | Holding::Restored)
}

/// What can be done with `rows`.
pub(super) fn can(rows: &[&Row]) -> Can {
    if rows.iter().any(|row| is_held(row)) {
        Can::Restore
    } else if rows.iter().any(|row| is_in_place(row)) {
        Can::Hold
    } else {
        Can::Nothing
    }
}

/// How many of `rows` the verb of [`can`] is about.
pub(super) fn concerned(rows: &[&Row]) -> u64 {
    let test = if can(rows) == Can::Restore { is_held } else { is_in_place };
    rows.iter().filter(|row| test(row)).count() as u64
}

/// The rows that an action would act upon, and the list they are of.
pub(super) fn targets<'a>(model: &'a Model, list: &'a ListState) -> Vec<&'a Row> {
    if !list.selected.is_empty() {
        return list.selected.values().collect();
    }
    if let Some(within) = &list.fold {
        return model.group(within).map_or(Vec::new(), |group| group.rows.iter().collect());
    }
    let listed = model.page(&list.query).and_then(|page| page.row(page.place(list.cursor?)?));
    match (listed, &model.opened) {
        (Some(row), _) => vec![row],
        (None, Some(Opened::Here(message))) if list.cursor == Some(message.row.id) => vec![&message.row],
        _ => Vec::new(),
    }
}

/// The command that puts back those of `rows` that are held.
pub(super) fn restore(rows: &[&Row]) -> Option<Command> {
    (can(rows) == Can::Restore).then(|| Command::Restore(ids(rows.iter().filter(|row| is_held(row)))))
}

/// The command that holds those of `rows` that are where they arrived.
pub(super) fn hold(rows: &[&Row]) -> Option<Command> {
    (can(rows) == Can::Hold).then(|| Command::Quarantine(ids(rows.iter().filter(|row| is_in_place(row)))))
}

fn ids<'a, 'b: 'a>(rows: impl Iterator<Item = &'a &'b Row>) -> Vec<MessageId> {
    rows.map(|row| row.id).collect()
}

/// The question whether to allow or block the senders of `rows`. Of one message that is open, what it says of the
/// computers that sent it can be named too.
pub(super) fn sender_dialog(model: &Model, rule: SenderRule, rows: &[&Row]) -> Option<Dialog> {
    let first = rows.first()?;
    let opened = match &model.opened {
        Some(Opened::Here(message)) if message.row.id == first.id => Some(message),
        _ => None,
    };
    let many = rows.len() > 1;
    let address = first.from_address.clone();
    let domain = address.rsplit_once('@').map(|(_, domain)| domain.to_owned());
    let server = opened.and_then(|m| m.notice.as_ref()).and_then(|notice| notice.reporting_mta.clone());
    let ip = opened.and_then(|m| m.handed_over_by).map(|ip| ip.to_string());
    let notices = many && rows.iter().all(|row| row.class == Class::Backscatter);
    let offers: Vec<(SenderScope, String)> = [
        (SenderScope::Address, Some(address).filter(|a| many || !a.is_empty())),
        (SenderScope::Domain, domain),
        (SenderScope::ReportingMta, if notices { Some(String::new()) } else { server.filter(|_| !many) }),
        (SenderScope::Ip, ip.filter(|_| !many)),
    ]
    .into_iter()
    .filter_map(|(scope, value)| Some((scope, value?)))
    .collect();
    Some(Dialog::Sender {
        rule,
        messages: ids(rows.iter()),
        scope: offers.first().map_or(SenderScope::Address, |(scope, _)| *scope),
        offers,
        term: Term::default(),
        asked: None,
    })
}

/// The question whether to delete those of `rows` that are held.
pub(super) fn delete_dialog(rows: &[&Row]) -> Option<Dialog> {
    let held: Vec<&&Row> = rows.iter().filter(|row| is_held(row)).collect();
    let subject = held.first()?.subject.clone();
    Some(Dialog::Delete { messages: ids(held.into_iter()), subject })
}

/// What a message whose sender is to be allowed is called: held mail is restored, other mail only kept.
pub(super) fn allow_words(rows: &[&Row]) -> &'static str {
    if can(rows) == Can::Restore { "Restore and allow…" } else { "Allow…" }
}

/// The command that marks problems as dealt with, or as open again.
pub(super) fn deal(problems: &[Problem<'_>], dealt: bool) -> Command {
    Command::MarkDealt { marks: problems.iter().map(Problem::mark).collect(), dealt }
}

/// Whether the person should still decide about `row`.
pub(super) fn would_hold(row: &Row) -> bool {
    row.holding == Holding::InPlace && row.disposition == Disposition::Quarantine
}

/// Lists the messages of a group alone.
pub(super) fn enter(list: &mut ListState, within: Within) -> Command {
    list.query.within = Some(within);
    list.ask()
}

/// Goes to a message in the list where it belongs.
pub(super) fn go_to(state: &mut State, view: View, id: MessageId) -> Command {
    state.view = view;
    let list = if view == View::Bounces { &mut state.bounces } else { &mut state.messages };
    list.choose_message(id)
}

/// Does what a key says.
pub(crate) fn act(deed: Deed, model: &Model, state: &mut State) -> Vec<Command> {
    if matches!(deed, Deed::Quit | Deed::Close) {
        (state.quit, state.close) = (state.quit || deed == Deed::Quit, deed == Deed::Close);
        return Vec::new();
    }
    if state.dialog.is_some() || state.help {
        if matches!(deed, Deed::Back | Deed::Help) {
            state.help = false;
            if deed == Deed::Back {
                state.dialog = None;
            }
        }
        return Vec::new();
    }
    match deed {
        Deed::Help => state.help = true,
        Deed::Search => {
            if !matches!(state.view, View::Quarantine | View::Bounces) {
                state.view = View::Quarantine;
            }
            state.focus_search = true;
        }
        Deed::View(place) => {
            if let (false, Some(view)) = (model.no_account(), View::LISTED.get(place)) {
                state.view = *view;
            }
        }
        Deed::Settings => state.view = View::Settings,
        Deed::Sync => return vec![Command::Sync { account: None }],
        Deed::Undo => {
            let toast = state.toasts.iter().rposition(|t| t.undo.is_some());
            let undo = match toast {
                Some(place) => state.toasts.remove(place).undo,
                None => model.activity.iter().flatten().find_map(|a| a.undo).map(WayBack::command),
            };
            return undo.into_iter().collect();
        }
        Deed::Back => back(state),
        _ => return in_list(deed, model, state),
    }
    Vec::new()
}

fn back(state: &mut State) {
    if let Some(toast) = state.toasts.iter().rposition(|t| t.advice.is_some()) {
        state.toasts.remove(toast);
    } else if state.view == View::Setup {
        state.view = View::Overview;
    } else if let Some(list) = state.list() {
        list.cursor = None;
        list.fold = None;
        list.choose_none();
    }
}

/// Keys that act upon the list of the view.
fn in_list(deed: Deed, model: &Model, state: &mut State) -> Vec<Command> {
    let Some(list) = state.list() else { return Vec::new() };
    let Some(page) = model.page(&list.query) else { return Vec::new() };
    let at = list.cursor.map(|_| list.at);
    let leap = list.seen.saturating_sub(1).max(1);
    let to = match (deed, at) {
        (Deed::Next | Deed::ExtendNext, Some(at)) => Some(at + 1),
        (Deed::Previous | Deed::ExtendPrevious, Some(at)) => Some(at.saturating_sub(1)),
        (Deed::PageDown, Some(at)) => Some(at + leap),
        (Deed::PageUp, Some(at)) => Some(at.saturating_sub(leap)),
        (Deed::Last, _) => Some(u64::MAX),
        (
            Deed::Next
            | Deed::Previous
            | Deed::ExtendNext
            | Deed::ExtendPrevious
            | Deed::First
            | Deed::PageDown
            | Deed::PageUp,
            _,
        ) => Some(0),
        _ => None,
    };
    if let Some(to) = to {
        // Bounces are held from the first on, as far as they were asked for.
        let last = (page.rows.len() as u64).saturating_sub(1);
        let to = if page.query.shelf == Shelf::Bounces { to.min(last) } else { to };
        return list.go_to(page, to, matches!(deed, Deed::ExtendNext | Deed::ExtendPrevious));
    }
    match deed {
        Deed::Open => match (list.cursor, &list.fold) {
            (Some(_), Some(within)) => {
                let within = within.clone();
                vec![enter(list, within)]
            }
            (Some(_), None) => {
                if let Some(Opened::Here(message)) = &model.opened {
                    why::light(&mut state.reading, message, 0);
                }
                Vec::new()
            }
            (None, _) => list.go_to(page, 0, false),
        },
        Deed::Dealt => {
            let rows: Vec<Row> = targets(model, list).into_iter().cloned().collect();
            let open: Vec<_> = problems::groups(&rows, Default::default(), Dealt::Open)
                .into_iter()
                .flat_map(|group| group.problems)
                .collect();
            (!open.is_empty()).then(|| deal(&open, true)).into_iter().collect()
        }
        Deed::SelectAll => list.choose_all(page).into_iter().collect(),
        Deed::Restore => restore(&targets(model, list)).into_iter().collect(),
        Deed::Delete => {
            if let Some(dialog) = delete_dialog(&targets(model, list)) {
                state.dialog = Some(dialog);
            }
            Vec::new()
        }
        Deed::Allow | Deed::Block => {
            let rule = if deed == Deed::Allow { SenderRule::Allow } else { SenderRule::Block };
            if let Some(dialog) = sender_dialog(model, rule, &targets(model, list)) {
                state.dialog = Some(dialog);
            }
            Vec::new()
        }
        _ => Vec::new(),
    }
}
