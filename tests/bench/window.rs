//! What the window costs over a mailbox of a million messages, each figure against its bar.
//!
//! - `first_frame_ms`: from the start of the process to the first frame that shows the mailbox, on a virtual display;
//!   the middle of several starts.
//! - `ui_p99_ms`: processor time of one pass of the window's own code, without the renderer, while it is scrolled,
//!   sorted and typed into; the 99th percentile.
//! - `search_ms`: from a question to its answer while words are typed letter by letter; the 99th percentile.
//! - `rss_mib`: what the program holds in memory after all views were looked at. Pages of its own count; those of
//!   the graphics driver, which here draws with the processor, are part of them.
//! - `idle_cpu_ms`: processor time in five seconds in which nothing happens.
//!
//! Run with `cargo bench --bench window`; `LAZARET_BENCH_MESSAGES` sets another number of messages. The first run
//! makes the mailbox. Without Xvfb and xdotool the figures of the real window are left out, and that is said.

mod million;
#[allow(dead_code, unused_imports)]
#[path = "../gui/real.rs"]
mod real;

use std::cell::RefCell;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command as Program, Stdio};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use eframe::egui::{self, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{Queryable, by};
use lazaret::account::Credentials;
use lazaret::gui::{App, ServiceHandle, Waker};
use lazaret::service::command::{Command, Every, Group, ListQuery, Shelf};
use lazaret::service::event::Event;
use lazaret::service::{EventSink, Options, Place, Service};
use rustix::time::{ClockId, clock_gettime};

/// Starts of the real program; the middle one counts.
const STARTS: usize = 7;
/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(120);
/// What is typed, letter by letter: words that are frequent and rare, names, and conditions.
const SEARCHES: [&str; 8] = [
    "invoice", "bababa", "kelomi tu", "mailer-daemon relay", "nosuchword", "from:accounts7",
    "class:backscatter account", "undelivered returned sender",
];

fn main() {
    let count =
        std::env::var("LAZARET_BENCH_MESSAGES").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let folder = million::folder(count);
    prepare(&folder);
    let mut met = search(&folder);
    met &= passes(&folder);
    let missing = real::missing_tool();
    match missing {
        Some(tool) => {
            println!("SKIPPED: {tool} is not installed; first_frame_ms, rss_mib and idle_cpu_ms are left out")
        }
        None => met &= window(&folder),
    }
    if !met {
        std::process::exit(1);
    }
}

fn bar(what: &str, figure: f64, most: f64) -> bool {
    let met = figure <= most;
    println!("{what:16} {figure:>8.1} (at most {most}){}", if met { "" } else { "  NOT MET" });
    met
}

/// The value below which this share of the values lies.
fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = ((values.len() as f64 * share).ceil() as usize).clamp(1, values.len());
    values[place - 1]
}

fn start(folder: &Path, sink: EventSink) -> Service {
    let credentials = Arc::new(Credentials::session_only("a benchmark"));
    let options =
        Options { place: Place::at(folder), demo: false, automatic: false, credentials, login: None };
    Service::start(options, sink).expect("the service starts")
}

/// A service, and what it says.
fn listening(folder: &Path) -> (Service, Receiver<Event>) {
    let (sender, events) = sync_channel(1_024);
    (start(folder, Arc::new(move |event| sender.send(event).is_ok())), events)
}

/// No mail is looked for, and the daily reading of the database is over.
fn prepare(folder: &Path) {
    let (service, events) = listening(folder);
    service.commands().try_send(Command::SetEvery(Every::Asked)).expect("the service takes commands");
    let end = Instant::now() + PATIENCE;
    let store = Place::at(folder).open().expect("a database");
    while store.option("checked").expect("a database").is_none() {
        assert!(Instant::now() < end, "the database was not read through");
        let _ = events.recv_timeout(Duration::from_millis(100));
    }
    let (mut classes, overview) =
        (String::new(), store.overview(jiff::Timestamp::now()).expect("a database"));
    for (class, n) in overview.per_class.iter().filter(|(_, n)| *n > 0) {
        classes += &format!(" {} {n},", class.word());
    }
    println!("messages:{}", classes.trim_end_matches(','));
}

fn search(folder: &Path) -> bool {
    let (service, events) = listening(folder);
    let mut all: Vec<(f64, String)> = Vec::new();
    for (shelf, group) in [
        (Shelf::Quarantine, Group::Storm),
        (Shelf::Quarantine, Group::Sender),
        (Shelf::All, Group::None),
        (Shelf::All, Group::Storm),
    ] {
        for words in SEARCHES {
            for end in 1..=words.len() {
                let text = words[..end].to_owned();
                let query =
                    ListQuery { shelf, group, text, descending: true, limit: 400, ..ListQuery::default() };
                let begun = Instant::now();
                service
                    .commands()
                    .try_send(Command::List(query.clone()))
                    .expect("the service takes commands");
                loop {
                    match events.recv_timeout(PATIENCE).expect("an answer") {
                        Event::List(page) if page.query == query => break,
                        Event::Problem(problem) => panic!("{problem:?}"),
                        _ => {}
                    }
                }
                let took = begun.elapsed().as_secs_f64() * 1e3;
                all.push((took, format!("{shelf:?} {group:?} “{}”", query.text)));
            }
        }
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    for list in ["Quarantine Storm", "Quarantine Sender", "All None", "All Storm"] {
        let mut times: Vec<f64> = all.iter().filter(|(_, w)| w.starts_with(list)).map(|(t, _)| *t).collect();
        let (middle, late) = (percentile(&mut times, 0.5), percentile(&mut times, 0.95));
        println!("  {list:20} middle {middle:.1} ms, 95th percentile {late:.1} ms");
    }
    for (took, what) in all.iter().rev().take(5) {
        println!("  slowest searches: {took:.1} ms {what}");
    }
    let mut times: Vec<f64> = all.iter().map(|(took, _)| *took).collect();
    println!("  {} searches, middle {:.1} ms", times.len(), percentile(&mut times, 0.5));
    bar("search_ms", percentile(&mut times, 0.99), 50.0)
}

/// The window without a display, over the real service.
struct Pane {
    harness: Harness<'static, Option<App>>,
    costs: Rc<RefCell<Vec<(f64, &'static str)>>>,
    doing: Rc<RefCell<&'static str>>,
    _service: Service,
}

impl Pane {
    fn open(folder: &Path) -> Pane {
        let (to_window, events) = sync_channel(1_024);
        let waker = Waker::default();
        let wakes = waker.clone();
        let service = start(
            folder,
            Arc::new(move |event| {
                let taken = to_window.send(event).is_ok();
                wakes.wake();
                taken
            }),
        );
        let mut handle = Some(ServiceHandle { commands: service.commands(), events, waker });
        let costs: Rc<RefCell<Vec<(f64, &'static str)>>> = Rc::default();
        let doing: Rc<RefCell<&'static str>> = Rc::new(RefCell::new("start"));
        let (noted, what) = (Rc::clone(&costs), Rc::clone(&doing));
        let harness =
            Harness::builder().with_size([1280.0, 800.0]).with_context_setup(App::dress).build_ui_state(
                move |ui, app: &mut Option<App>| {
                    let app =
                        app.get_or_insert_with(|| App::new(handle.take().expect("one window"), ui.ctx()));
                    let begun = processor();
                    app.logic(ui.ctx());
                    app.ui(ui);
                    noted.borrow_mut().push((processor() - begun, *what.borrow()));
                },
                None,
            );
        Pane { harness, costs, doing, _service: service }
    }

    fn now(&self, what: &'static str) {
        *self.doing.borrow_mut() = what;
    }

    /// Frames as a display shows them, sixty a second, so that answers come in between.
    fn frames(&mut self, count: usize) {
        for _ in 0..count {
            let begun = Instant::now();
            self.harness.step();
            std::thread::sleep(Duration::from_millis(16).saturating_sub(begun.elapsed()));
        }
    }

    fn wheel(&mut self, points: f32) {
        self.harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::vec2(0.0, -points),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
            modifiers: Modifiers::NONE,
        });
    }

    /// To a view, by its key.
    fn go(&mut self, view: Key) {
        self.harness.key_press_modifiers(Modifiers::COMMAND, view);
        self.frames(20);
    }
}

fn processor() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

fn passes(folder: &Path) -> bool {
    let mut pane = Pane::open(folder);
    // Fonts and shapes that are used for the first time cost once; the first frame is measured by itself.
    pane.frames(60);
    for view in [Key::Num3, Key::Num4, Key::Num5, Key::Comma, Key::Num1, Key::Num2] {
        pane.go(view);
    }
    pane.costs.borrow_mut().clear();

    pane.now("views");
    for view in [Key::Num1, Key::Num3, Key::Num4, Key::Num5, Key::Comma, Key::Num2] {
        pane.go(view);
    }
    for all in [false, true] {
        if all {
            pane.now("choose all mail");
            pane.harness.get_by_label_contains("Which mail").click();
            pane.frames(10);
            pane.harness.get_by_label("All judged mail").click();
            pane.frames(60);
        }
        pane.harness.hover_at(egui::pos2(500.0, 400.0));
        pane.now("scroll by a pixel");
        for _ in 0..200 {
            pane.wheel(1.0);
            pane.frames(1);
        }
        pane.now("scroll by pages");
        for _ in 0..200 {
            pane.wheel(900.0);
            pane.frames(1);
        }
        pane.now("to the end");
        pane.harness.key_press(Key::End);
        pane.frames(60);
        pane.now("scroll by a pixel at the end");
        for _ in 0..200 {
            pane.wheel(-1.0);
            pane.frames(1);
        }
        pane.now("sort");
        for column in ["Sort by from", "Sort by subject", "Sort by class", "Sort by received"] {
            pane.harness.get(by().label_contains(column)).click();
            pane.frames(30);
        }
        pane.now("go from row to row");
        for _ in 0..60 {
            pane.harness.key_press(Key::J);
            pane.frames(2);
        }
        pane.now("type");
        pane.harness.key_press(Key::Slash);
        pane.frames(3);
        for letter in "invoice ke".chars() {
            pane.harness.event(egui::Event::Text(letter.to_string()));
            pane.frames(8);
        }
        pane.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        pane.harness.key_press(Key::Backspace);
        pane.frames(10);
        pane.harness.key_press(Key::Escape);
        pane.frames(10);
    }
    let costs = pane.costs.borrow();
    let mut kinds: Vec<&'static str> = costs.iter().map(|(_, what)| *what).collect();
    kinds.dedup();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let mut times: Vec<f64> = costs.iter().filter(|(_, what)| *what == kind).map(|(t, _)| *t).collect();
        println!(
            "  {kind:32} {:>5} passes, middle {:>5.2} ms, 99th percentile {:>5.2} ms",
            times.len(),
            percentile(&mut times, 0.5),
            percentile(&mut times, 0.99)
        );
    }
    let mut times: Vec<f64> = costs.iter().map(|(t, _)| *t).collect();
    bar("ui_p99_ms", percentile(&mut times, 0.99), 4.0)
}

/// The program on a display, and when it says that its first useful frame is shown.
fn launch(display: &real::Display, folder: &Path) -> (real::Guard, f64) {
    let begun = Instant::now();
    let mut program = real::Guard::start(
        Program::new(env!("CARGO_BIN_EXE_lazaret"))
            .env("DISPLAY", &display.name)
            .env_remove("WAYLAND_DISPLAY")
            .env("LAZARET_DATA", folder)
            .env("LAZARET_KEYRING", "off")
            .env("LAZARET_LOG", "lazaret::gui=debug")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::piped()),
    );
    let mut lines = BufReader::new(program.0.stderr.take().expect("its words are read"));
    let mut line = String::new();
    while lines.read_line(&mut line).expect("its words are read") > 0 {
        if line.contains("the first useful frame is shown") {
            let took = begun.elapsed().as_secs_f64() * 1e3;
            std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
            return (program, took);
        }
        line.clear();
    }
    panic!("the window showed nothing");
}

fn window(folder: &Path) -> bool {
    let display = real::Display::start();
    let mut times: Vec<f64> = (0..STARTS).map(|_| launch(&display, folder).1).collect();
    let all: Vec<String> = times.iter().map(|t| format!("{t:.0}")).collect();
    println!("  starts: {} ms", all.join(", "));
    let mut met = bar("first_frame_ms", percentile(&mut times, 0.5), 500.0);

    let (program, _) = launch(&display, folder);
    let id = program.0.id();
    let window = display.run("xdotool", &["search", "--onlyvisible", "--name", "^Lazaret$"]);
    let window = String::from_utf8_lossy(&window).lines().next_back().unwrap_or_default().to_owned();
    display.run("xdotool", &["windowfocus", &window]);
    println!("  memory at the first frame: {}", memory(id));
    for keys in
        [["ctrl+3", "ctrl+4"], ["ctrl+5", "ctrl+comma"], ["ctrl+1", "ctrl+2"], ["End", "Home"], ["j", "j"]]
    {
        display.keys(&keys);
    }
    for _ in 0..20 {
        display.keys(&["Next"]);
    }
    display.keys(&["slash"]);
    display.run("xdotool", &["type", "--delay", "60", "invoice"]);
    std::thread::sleep(Duration::from_secs(2));
    println!("  memory at the end: {}", memory(id));
    met &= bar("rss_mib", resident(id), 200.0);

    // Off the field: what blinks there is something that happens.
    display.keys(&["Escape", "Escape"]);
    std::thread::sleep(Duration::from_secs(3));
    let before = spent(id);
    std::thread::sleep(Duration::from_secs(5));
    met & bar("idle_cpu_ms", spent(id) - before, 10.0)
}

fn status(id: u32, field: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap_or_default();
    line.trim_start_matches(':')
        .trim()
        .trim_end_matches(" kB")
        .parse::<f64>()
        .map_or(f64::NAN, |kib| kib / 1024.0)
}

fn resident(id: u32) -> f64 {
    status(id, "VmRSS")
}

fn memory(id: u32) -> String {
    format!(
        "{:.0} MiB, {:.0} of them its own, the most {:.0}",
        resident(id),
        status(id, "RssAnon"),
        status(id, "VmHWM")
    )
}

/// Processor time that a process has had, in milliseconds.
fn spent(id: u32) -> f64 {
    let mut total = 0.0;
    for task in std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten() {
        let text = std::fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        total += text.split(' ').next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) / 1e6;
    }
    total
}
