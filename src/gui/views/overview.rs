//! The overview: what needs the person, what happened, where it came from, one line per account.

use eframe::egui::accesskit::Role;
use eframe::egui::text::LayoutJob;
use eframe::egui::{
    Align, Align2, FontId, Layout, Rect, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::{chart, frame, verbs};
use crate::engine::Class;
use crate::gui::model::Model;
use crate::gui::state::{State, View};
use crate::gui::theme::{self, Icon, palette, size};
use crate::gui::zoom::Zoom;
use crate::gui::{widgets, words};
use crate::service::Command;
use crate::service::command::{ListQuery, Shelf};
use crate::service::event::{AccountState, OverviewView};

/// Bounces that the overview itself shows; the rest is one click away.
const BOUNCES: usize = 4;
/// Lines of a ranking.
const RANKED: usize = 4;

pub(super) fn show(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    let (Some(overview), Some(_)) = (&model.overview, &model.accounts) else {
        widgets::loading(ui, "Adding up…");
        return;
    };
    widgets::page_head(ui, "Overview", &model.now.exact(model.now.at));
    needs(ui, model, state, overview, out);
    ui.add_space(size::M);
    widgets::group(ui, "What was found");
    figures(ui, model, state, out);
    ui.add_space(size::M);
    let wide = ui.available_width() > size::FOLD - size::SIDE;
    let mut wanted = None;
    if wide {
        ui.horizontal_top(|ui| {
            let width = ui.available_width();
            let left = width - size::COLUMN_NAME - size::M;
            ui.spacing_mut().item_spacing.x = size::M;
            for (width, second) in [(left, false), (size::COLUMN_NAME, true)] {
                ui.allocate_ui(vec2(width, size::CHART), |ui| {
                    ui.vertical(|ui| {
                        ui.set_width(width);
                        ui.spacing_mut().item_spacing.x = size::S;
                        let found = if second {
                            whence(ui, overview)
                        } else {
                            over_time(ui, model, &mut state.zoom, out)
                        };
                        wanted = wanted.take().or(found);
                    });
                });
            }
        });
    } else {
        wanted = over_time(ui, model, &mut state.zoom, out);
        wanted = wanted.or(whence(ui, overview));
    }
    if let Some(query) = wanted {
        to_quarantine(state, query, out);
    }
    ui.add_space(size::M);
    accounts(ui, model);
}

/// A line that needs the person: what, and the one verb; the verb of the `first` line stands out.
fn need(
    ui: &mut Ui,
    first: &mut bool,
    (icon, color): (Icon, eframe::egui::Color32),
    (says, more): (&str, &str),
    verb: &str,
) -> bool {
    let p = palette(ui);
    let primary = std::mem::take(first);
    ui.horizontal(|ui| {
        ui.set_min_height(size::ROW + size::S);
        widgets::sign(ui, icon, size::ICON, color);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let button = if primary { widgets::primary(ui, verb) } else { widgets::button(ui, verb) };
            let clicked = button.clicked();
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.label(theme::strong(says));
                widgets::cut(ui, theme::body(more).color(p.muted));
            });
            clicked
        })
        .inner
    })
    .inner
}

fn needs(ui: &mut Ui, model: &Model, state: &mut State, overview: &OverviewView, out: &mut Vec<Command>) {
    let p = palette(ui);
    // Whether nothing was said yet.
    let mut first = true;
    widgets::card(ui, |ui| {
        for account in model.accounts.iter().flatten() {
            let name = words::tame_line(&account.settings.name);
            match &account.state {
                AccountState::NeedsPassword => {
                    let says = format!("{name} needs its password");
                    let says = (says.as_str(), "It is not synced until then.");
                    if need(ui, &mut first, (Icon::Lock, p.trouble), says, "Enter password") {
                        state.aside.remove(&account.settings.name);
                    }
                }
                AccountState::Trouble(why) => {
                    let says = format!("{name} could not be synced");
                    let verb = format!("Sync {name}");
                    let says = (says.as_str(), &*words::tame_line(why));
                    if need(ui, &mut first, (Icon::Triangle, p.trouble), says, &verb) {
                        out.push(Command::Sync { account: Some(account.settings.name.clone()) });
                    }
                }
                _ => {}
            }
        }
        if overview.open_bounces > 0 {
            bounces(ui, model, state, (overview, &mut first), out);
        }
        let new = match overview.new {
            0 => String::new(),
            n => format!("{} new since your last visit", words::count(n)),
        };
        if overview.held > 0 {
            let says = format!("{} held", words::counted(overview.held, "message"));
            let more = if new.is_empty() { "in quarantine, to look through when you like" } else { &new };
            let look = (Icon::Ship, theme::class(Class::Malicious).color(p));
            if need(ui, &mut first, look, (&says, more), "Review") {
                to_quarantine(state, ListQuery::default(), out);
            }
        }
        if overview.would_hold > 0 {
            let says = format!("{} would be held", words::counted(overview.would_hold, "message"));
            let more = "if the account acted; it only observes";
            let more = match overview.held {
                0 if !new.is_empty() => format!("{more}; {new}"),
                _ => more.to_owned(),
            };
            let look = (Icon::Ship, p.muted);
            if need(ui, &mut first, look, (&says, &more), "See what would be held") {
                to_quarantine(state, ListQuery::default(), out);
            }
        }
        if first {
            ui.horizontal(|ui| {
                ui.set_min_height(size::ROW + size::S);
                widgets::sign(ui, Icon::Check, size::ICON, p.fine);
                ui.label(theme::strong(quiet(model)));
                ui.label(theme::body("Nothing waits for you.").color(p.muted));
            });
        }
    });
}

/// That nothing waits, and since when nothing was done.
fn quiet(model: &Model) -> String {
    match model.activity.iter().flatten().next() {
        Some(last) => match model.now.day_word(last.at).as_str() {
            "Today" => format!("All quiet since {}", model.now.time(last.at)),
            "Yesterday" => "All quiet since yesterday".to_owned(),
            day => format!("All quiet since {day}"),
        },
        None => "All quiet".to_owned(),
    }
}

fn bounces(
    ui: &mut Ui,
    model: &Model,
    state: &mut State,
    (overview, first): (&OverviewView, &mut bool),
    out: &mut Vec<Command>,
) {
    let p = palette(ui);
    let look = theme::class(Class::GenuineBounce);
    let says = match overview.open_bounces {
        1 => "1 mail of yours came back".to_owned(),
        n => format!("{} mails of yours came back", words::count(n)),
    };
    if need(ui, first, (look.icon, look.color(p)), (&says, "not dealt with yet"), "See bounces") {
        state.view = View::Bounces;
    }
    for row in overview.bounces.iter().take(BOUNCES) {
        let brief = row.notice.as_ref();
        let open = brief.and_then(|n| n.failed.iter().find(|f| !f.dealt).or(n.first()));
        let who = open.and_then(|f| f.recipient.as_deref()).unwrap_or(&row.from);
        let why = open.map_or(row.reason.as_str(), |f| words::reason(f.reason));
        let subject = brief.and_then(|n| n.subject.as_deref()).unwrap_or(&row.subject);
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), size::ROW_COMPACT + size::XS), Sense::click());
        if response.hovered() {
            ui.painter().rect_filled(rect, size::RADIUS, p.hover);
        }
        widgets::focus_ring(ui, &response, rect);
        let inner = Rect::from_min_max(pos2(rect.left() + size::ICON + size::S, rect.top()), rect.max);
        let builder =
            eframe::egui::UiBuilder::new().max_rect(inner).layout(Layout::left_to_right(Align::Center));
        ui.scope_builder(builder, |ui| {
            ui.label(theme::body(words::tame_line(who)));
            ui.label(theme::body(words::tame_line(why)).color(p.muted));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(theme::meta(model.now.short(row.received)).color(p.muted));
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    widgets::cut(ui, theme::body(words::subject(subject)).color(p.muted));
                });
            });
        });
        let name = format!("Open the bounce of {}", words::tame_line(who));
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if response.clicked() {
            out.push(verbs::go_to(state, View::Bounces, row.id));
        }
    }
}

/// All judged mail of a class.
pub(super) fn all_of(class: Option<Class>) -> ListQuery {
    ListQuery { shelf: Shelf::All, class, ..ListQuery::default() }
}

/// Goes to the table with the filters of `query`; order and grouping stay as the person has them.
pub(super) fn to_quarantine(state: &mut State, query: ListQuery, out: &mut Vec<Command>) {
    state.view = View::Quarantine;
    let list = &mut state.messages;
    list.clear_filters();
    list.query.class = query.class;
    list.query.shelf = query.shelf;
    list.query.account = query.account;
    list.query.text = query.text;
    list.query.since = query.since;
    list.query.until = query.until;
    out.push(list.ask());
}

/// The chart. Returns what is to be listed.
fn over_time(ui: &mut Ui, model: &Model, zoom: &mut Zoom, out: &mut Vec<Command>) -> Option<ListQuery> {
    let pick = chart::show(ui, model, zoom, out)?;
    Some(ListQuery { since: Some(pick.since), until: Some(pick.until), ..all_of(pick.class) })
}

/// One figure per class; each opens its messages.
fn figures(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    let p = palette(ui);
    let classes: Vec<Class> = Class::ALL.into_iter().filter(|c| *c != Class::Ordinary).collect();
    let gap = size::S;
    let columns =
        ((ui.available_width() + gap) / (size::CARD + gap)).floor().clamp(2.0, classes.len() as f32);
    let width = (ui.available_width() - gap * (columns - 1.0)) / columns;
    ui.spacing_mut().item_spacing = vec2(gap, gap);
    for line in classes.chunks(columns as usize) {
        ui.horizontal(|ui| {
            for class in line {
                let look = theme::class(*class);
                let count = model.counted(*class);
                let (rect, response) = ui.allocate_exact_size(vec2(width, size::CARD_HEIGHT), Sense::click());
                let fill = if response.hovered() { p.hover } else { p.raised };
                let edge = Stroke::new(size::STROKE, p.line);
                ui.painter().rect(rect, size::RADIUS, fill, edge, StrokeKind::Inside);
                widgets::focus_ring(ui, &response, rect);
                let inner = rect.shrink2(vec2(size::M, size::S));
                let ink = if count == 0 { p.muted } else { p.text };
                let font = FontId::new(size::PAGE, theme::bold());
                ui.painter().text(inner.left_top(), Align2::LEFT_TOP, words::count(count), font, ink);
                let sign = Rect::from_center_size(
                    pos2(inner.left() + size::SIGN * 0.5, inner.bottom() - size::META * 0.5),
                    Vec2::splat(size::SIGN),
                );
                look.icon.paint(ui.painter(), sign, look.color(p));
                let at = pos2(sign.right() + size::XS + size::JOB_LINE, sign.center().y);
                ui.painter().text(
                    at,
                    Align2::LEFT_CENTER,
                    look.word,
                    FontId::proportional(size::META),
                    p.muted,
                );
                let name = format!("{}: {}", look.word, words::count(count));
                response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
                if response.on_hover_text(look.means).clicked() {
                    to_quarantine(state, all_of(Some(*class)), out);
                }
            }
        });
    }
}

/// Where it came from: servers that send backscatter, kinds of attack. Returns what is to be listed.
fn whence(ui: &mut Ui, overview: &OverviewView) -> Option<ListQuery> {
    let mut wanted = None;
    let hover = "It accepts mail first and bounces it later, to you. Click to list its notices.";
    let sources: Vec<Ranked<'_>> = overview
        .sources
        .iter()
        .map(|(server, count)| Ranked { word: server, count: *count, hover })
        .collect();
    let class = Class::Backscatter;
    if let Some(place) = ranking(ui, "Servers that sent backscatter", class, &sources)
        && let Some((server, _)) = overview.sources.get(place)
    {
        wanted = Some(ListQuery { text: format!("server:{server}"), ..all_of(Some(class)) });
    }
    ui.add_space(size::S);
    let attacks: Vec<Ranked<'_>> = overview
        .attacks
        .iter()
        .map(|attack| Ranked { word: &attack.means, count: attack.count, hover: &attack.means })
        .collect();
    if let Some(place) = ranking(ui, "Kinds of attack, last 90 days", Class::Malicious, &attacks)
        && let Some(attack) = overview.attacks.get(place)
    {
        wanted = Some(ListQuery { text: format!("finding:{}", attack.id), ..all_of(None) });
    }
    wanted
}

/// One line of a ranking.
struct Ranked<'a> {
    word: &'a str,
    count: u64,
    hover: &'a str,
}

/// The first few of a ranking, most first, each with a bar in the colour of `class`. Returns the place of the
/// one that was clicked.
fn ranking(ui: &mut Ui, title: &str, class: Class, rows: &[Ranked<'_>]) -> Option<usize> {
    let p = palette(ui);
    let mut clicked = None;
    widgets::group(ui, title);
    widgets::card(ui, |ui| {
        if rows.is_empty() {
            ui.label(theme::body("None so far.").color(p.muted));
        }
        let most = rows.first().map_or(1, |row| row.count.max(1));
        ui.spacing_mut().item_spacing.y = 0.0;
        for (place, row) in rows.iter().take(RANKED).enumerate() {
            let word = words::tame_line(row.word);
            let font = FontId::proportional(size::META);
            let count = ui.painter().layout_no_wrap(words::count(row.count), font.clone(), p.muted);
            let mut job = LayoutJob::simple(
                word.clone(),
                font,
                p.text,
                ui.available_width() - count.size().x - size::M,
            );
            job.wrap.max_rows = 2;
            let text = ui.painter().layout_job(job);
            let height = size::ROW.max(text.size().y + size::M);
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
            if response.hovered() {
                ui.painter().rect_filled(rect, size::RADIUS, p.hover);
            }
            let share = row.count as f32 / most as f32;
            let bar = Rect::from_min_size(
                pos2(rect.left(), rect.bottom() - size::JOB_LINE),
                vec2(rect.width() * share, size::JOB_LINE),
            );
            ui.painter().rect_filled(bar, 0.0, theme::class(class).color(p));
            widgets::focus_ring(ui, &response, rect);
            let middle = rect.center().y - size::JOB_LINE * 0.5;
            let at = pos2(rect.right() - count.size().x, middle - count.size().y * 0.5);
            ui.painter().galley(at, count, p.muted);
            ui.painter().galley(pos2(rect.left(), middle - text.size().y * 0.5), text, p.text);
            let name = format!("{word}: {}", words::count(row.count));
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            if response.on_hover_text(row.hover).clicked() {
                clicked = Some(place);
            }
        }
    });
    clicked
}

/// Each account in a line: how it is, when it was synced, what is known of it.
fn accounts(ui: &mut Ui, model: &Model) {
    let p = palette(ui);
    widgets::group(ui, "Accounts");
    widgets::list_card(ui, |ui| {
        for (place, account) in model.accounts.iter().flatten().enumerate() {
            if place > 0 {
                widgets::hairline(ui);
            }
            let (says, trouble) = frame::account_words(model, account);
            ui.horizontal(|ui| {
                ui.set_min_height(size::ROW + size::S);
                let (icon, color) = frame::account_sign(account, trouble, p);
                widgets::sign(ui, icon, size::SIGN, color);
                ui.label(theme::strong(words::tame_line(&account.settings.name)));
                ui.label(theme::body(says).color(if trouble { p.trouble } else { p.muted }));
                let synced = match account.last_sync {
                    Some(at) => format!("synced {}", model.now.short(at)),
                    None => "not synced yet".into(),
                };
                let rest = format!(
                    "{synced} · {} judged · {} known as sent",
                    words::counted(account.judged, "message"),
                    words::counted(account.sent, "mail")
                );
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    widgets::cut(ui, theme::meta(rest).color(p.muted));
                });
            });
        }
    });
}
