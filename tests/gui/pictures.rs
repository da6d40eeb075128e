//! Pictures of each view, light and dark, plain and at twice the pixels, and of what else the window shows: what a
//! change does to the look is seen before it is shipped.
//!
//! Fonts, clock and mail are the same everywhere; the rasteriser (Mesa's, on the processor) may differ in a few
//! pixels. After a wanted change: `UPDATE_SNAPSHOTS=1 cargo nextest run --test gui pictures`, look at each new
//! picture in `snapshots`, and commit them.

use eframe::egui::{Key, Modifiers};
use egui_kittest::SnapshotOptions;
use egui_kittest::kittest::Queryable;
use lazaret::service::command::{Colours, Look};
use lazaret::service::event::{AccountState, Event, JobView, OverviewView, Problem};

use crate::fixture;
use crate::harness::{Answers, Window};

/// How much a pixel may differ before it counts.
const THRESHOLD: f32 = 1.0;
/// Pixels of a plain picture that may differ: a line of text that another rasteriser smooths otherwise.
const PIXELS: usize = 400;
/// The views: every shade at every scale.
const ALL: &[(Colours, f32)] =
    &[(Colours::Light, 1.0), (Colours::Light, 2.0), (Colours::Dark, 1.0), (Colours::Dark, 2.0)];
/// What a view shows besides.
const TWO: &[(Colours, f32)] = &[(Colours::Light, 1.0), (Colours::Dark, 1.0)];

/// Paints the window in some ways; `prepare` brings it to what is to be seen.
fn paint(name: &str, ways: &[(Colours, f32)], width: f32, prepare: impl Fn(&mut Window)) {
    let mut trouble = Vec::new();
    for (colours, pixels) in ways {
        let answers = if name == "loading" { Answers::Nobody } else { Answers::Fixture };
        let mut window = Window::painted(*pixels, width, answers);
        window.tell(Event::Look(Look { colours: *colours, percent: 100 }));
        prepare(&mut window);
        window.settle();
        let options = SnapshotOptions::new()
            .threshold(THRESHOLD)
            .max_failed_pixels(PIXELS * (pixels * pixels) as usize)
            .output_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gui/snapshots"));
        let shade = if *colours == Colours::Light { "light" } else { "dark" };
        let file = format!("{name}-{shade}-{pixels}x");
        if let Err(error) = window.harness.try_snapshot_options(file, &options) {
            trouble.push(error.to_string());
        }
    }
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
}

/// A view.
fn view(name: &str, prepare: impl Fn(&mut Window)) {
    paint(name, ALL, 1280.0, |window| {
        window.tell(Event::Accounts(fixture::accounts()));
        window.settle();
        prepare(window);
    });
}

/// What a view shows besides.
fn state(name: &str, prepare: impl Fn(&mut Window)) {
    paint(name, TWO, 1280.0, |window| {
        window.tell(Event::Accounts(fixture::accounts()));
        window.settle();
        prepare(window);
    });
}

#[test]
fn pictures_of_the_welcome() {
    paint("welcome", ALL, 1280.0, |window| window.tell(Event::Accounts(Vec::new())));
}

#[test]
fn pictures_of_the_overview() {
    view("overview", |window| {
        let overview = OverviewView { seen: Some(0), new: 4, ..fixture::overview() };
        window.go("Overview");
        window.tell(Event::Overview(overview));
    });
}

#[test]
fn pictures_of_the_quarantine() {
    view("quarantine", |window| {
        window.go("Quarantine");
        window.key(Key::J);
        window.key(Key::J);
    });
}

#[test]
fn pictures_of_the_bounces() {
    view("bounces", |window| drop(window.go("Bounces")));
}

#[test]
fn pictures_of_the_senders() {
    view("senders", |window| drop(window.go("Senders")));
}

#[test]
fn pictures_of_the_activity() {
    view("activity", |window| drop(window.go("Activity")));
}

#[test]
fn pictures_of_the_settings() {
    view("settings", |window| drop(window.click("Settings")));
}

#[test]
fn pictures_of_a_storm() {
    state("storm", |window| {
        window.go("Quarantine");
        let (page, group) = fixture::storm();
        window.tell(Event::List(page));
        window.click_row("Undelivered Mail", Modifiers::NONE);
        window.tell(Event::Group(Box::new(group)));
    });
}

#[test]
fn pictures_of_the_bytes_of_a_finding() {
    state("source", |window| {
        window.go("Quarantine");
        window.click_row("Undelivered Mail", Modifiers::NONE);
        window.click("For holding it: It is not among the 4,120 mails you sent; Sent is read since 2021.");
    });
}

#[test]
fn pictures_of_the_way() {
    state("way", |window| {
        window.go("Quarantine");
        window.click_row("Undelivered Mail", Modifiers::NONE);
        window.click("Headers");
    });
}

#[test]
fn pictures_of_the_attachments() {
    state("attachments", |window| {
        window.go("Quarantine");
        window.click_row("Invoice 4471", Modifiers::NONE);
        window.click("Attachments 1");
    });
}

#[test]
fn pictures_of_the_warning_before_saving() {
    state("save", |window| {
        window.tell(Event::Downloads("/home/ada/Downloads".into()));
        window.go("Quarantine");
        window.click_row("Invoice 4471", Modifiers::NONE);
        window.click("Attachments 1");
        window.click("Save invoice.pdf.exe…");
    });
}

#[test]
fn pictures_of_allowing() {
    state("allow", |window| {
        window.go("Quarantine");
        window.click_row("Undelivered Mail", Modifiers::NONE);
        window.click("Allow…");
    });
}

#[test]
fn pictures_of_several_messages() {
    state("several", |window| {
        window.go("Quarantine");
        window.click_row("Invoice 4471", Modifiers::NONE);
        window.click_row("Ваша посылка", Modifiers::SHIFT);
    });
}

#[test]
fn pictures_of_a_bounce() {
    state("bounce", |window| {
        window.go("Bounces");
        window.click("Open the bounce of Minutes of Tuesday");
    });
}

#[test]
fn pictures_of_the_keys() {
    state("help", |window| drop(window.key(Key::F1)));
}

#[test]
fn pictures_of_the_form_for_an_account() {
    state("setup", |window| {
        window.click("Add account");
        window.fill("Your addresses", "ada@harbour");
        window.click("Test connection");
    });
}

#[test]
fn pictures_of_the_form_for_an_account_with_a_command() {
    state("setup-command", |window| {
        window.click("Add account");
        window.click("Sign in with");
        window.click("Command (OAuth2 token)");
        window.click("Test connection");
    });
}

#[test]
fn pictures_of_the_first_look() {
    paint("guide", TWO, 1280.0, |window| {
        window.tell(Event::Accounts(Vec::new()));
        window.click("Add an account");
        for (field, text) in [
            ("Account name", "Home"),
            ("Your addresses", "home@example.org"),
            ("IMAP server", "imap.example.org"),
            ("Sign-in name", "home"),
            ("Password", "secret"),
        ] {
            window.fill(field, text);
        }
        window.click("Add account");
        window.tell(Event::Accounts(fixture::accounts().into_iter().skip(1).collect()));
        window.tell(Event::Changed);
    });
}

#[test]
fn pictures_of_a_certificate() {
    state("certificate", |window| {
        window.tell(Event::CertificateUnknown {
            account: "Work".into(),
            fingerprint: "5E:5F:0C:37:91:4B:42:0F:7A:E4:B8:50:66:1D:9C:33:A2:08:EE:7B:5D:90:C4:12:6F:AB:30:D7:49:81:B6:2C".into(),
            why: "nothing on this computer vouches for its issuer".into(),
        });
    });
}

#[test]
fn pictures_of_trouble() {
    state("trouble", |window| {
        let mut accounts = fixture::accounts();
        accounts[1].state = AccountState::Trouble("imap.example.org can’t be reached.".into());
        window.tell(Event::Accounts(accounts));
        let says = "Reading INBOX of Work".to_owned();
        window.tell(Event::Job(JobView { id: 1, says, done: 1_200, total: Some(18_342), ended: false }));
        window.tell(Event::Done { says: "1 message restored to INBOX.".into(), undo: Some(8) });
        window.tell(Event::Problem(Problem {
            account: Some("Home".into()),
            says: "imap.example.org can’t be reached.".into(),
            advice: "Check the network. Lazaret tries again in about a minute.".into(),
        }));
    });
}

#[test]
fn pictures_of_nothing() {
    state("nothing", |window| {
        window.tell(Event::Overview(OverviewView::default()));
        window.go("Quarantine");
        window.fill("Search", "class:automatic nowhere");
    });
}

#[test]
fn pictures_of_a_search_that_cannot_be_read() {
    state("fault", |window| {
        window.go("Quarantine");
        window.fill("Search", "class:virus");
    });
}

#[test]
fn pictures_of_a_quiet_day() {
    state("quiet", |window| {
        let overview = OverviewView { held: 0, would_hold: 0, open_bounces: 0, ..fixture::overview() };
        window.go("Overview");
        window.tell(Event::Overview(overview));
    });
}

#[test]
fn pictures_of_loading() {
    paint("loading", TWO, 1280.0, |window| {
        window.tell(Event::Accounts(fixture::accounts()));
        window.go("Quarantine");
    });
}

#[test]
fn pictures_of_a_narrow_window() {
    paint("narrow", TWO, 820.0, |window| {
        window.tell(Event::Accounts(fixture::accounts()));
        window.settle();
        window.go("Quarantine");
        window.key(Key::J);
    });
}

#[test]
fn pictures_of_large_text() {
    paint("large", &[(Colours::Light, 1.0)], 1280.0, |window| {
        window.tell(Event::Look(Look { colours: Colours::Light, percent: 150 }));
        window.tell(Event::Accounts(fixture::accounts()));
        window.settle();
        window.go("Quarantine");
        window.key(Key::J);
    });
}

#[test]
fn pictures_of_the_lower_settings() {
    state("settings-below", |window| {
        window.click("Settings");
        window.harness.get_by_label("Quit Lazaret").scroll_to_me();
    });
}
