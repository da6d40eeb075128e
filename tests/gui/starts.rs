//! The real program started, started again, killed, and left alone.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::real::{Display, focus, launch, missing_tool, open, wait_for};

/// A start that ends by itself.
fn again(display: &Display, data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lazaret"))
        .args(arguments)
        .env("DISPLAY", &display.name)
        .env_remove("WAYLAND_DISPLAY")
        .env("LAZARET_DATA", data)
        .env("LAZARET_KEYRING", "off")
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Clock ticks of processor time that a process and its threads have used.
fn ticks(process: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    // The name in brackets may hold blanks; the times are the 12th and 13th field behind it.
    let behind = stat.rsplit_once(')').unwrap().1;
    behind.split_whitespace().skip(11).take(2).map(|n| n.parse::<u64>().unwrap()).sum()
}

#[test]
fn a_second_start_is_sent_to_the_first_and_an_idle_window_rests() {
    if let Some(tool) = missing_tool() {
        println!("SKIPPED: {tool} is not installed; tests/run.sh installs it");
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let display = Display::start();
    let mut first = open(&display, data.path(), &["demo"]);
    wait_for("a picture", || (display.colours() > 50).then_some(()));
    let second = again(&display, data.path(), &["demo"]);
    let says = String::from_utf8_lossy(&second.stderr);
    assert!(second.status.success(), "{says}");
    assert!(says.contains("open already"), "{says}");
    assert!(first.0.try_wait().unwrap().is_none(), "the first goes on");

    // Nothing is painted where nothing changes. The demo first has its mail judged.
    let process = first.0.id();
    let rested = wait_for("an idle window", || {
        let before = ticks(process);
        std::thread::sleep(Duration::from_secs(3));
        let used = ticks(process) - before;
        (used <= 3).then_some(used)
    });
    assert!(rested <= 3, "{rested} ticks of 300");

    // Where the person was is on the disk before the program is killed, and back after.
    display.keys(&["ctrl+3"]);
    let file = data.path().join("config/demo.json");
    wait_for("what is remembered", || {
        std::fs::read_to_string(&file).ok().filter(|text| text.contains("Bounces"))
    });
    drop(first);
    let mut third = open(&display, data.path(), &["demo"]);
    wait_for("a picture", || (display.colours() > 50).then_some(()));
    std::thread::sleep(Duration::from_secs(2));
    assert!(third.0.try_wait().unwrap().is_none(), "the lock of a killed program is nobody's");
    assert!(std::fs::read_to_string(&file).unwrap().contains("Bounces"), "the view is the one it was");
}

#[test]
fn in_the_background_there_is_no_window_until_one_is_wanted_and_it_ends_when_told() {
    if let Some(tool) = missing_tool() {
        println!("SKIPPED: {tool} is not installed; tests/run.sh installs it");
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let display = Display::start();
    let start = |arguments: &[&str]| {
        let out = again(&display, data.path(), arguments);
        assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned()
    };
    assert!(start(&["quit"]).contains("was not running"));
    let mut program = launch(&display, data.path(), &["--background"]);
    wait_for("its claim and its database", || {
        ["window.port", "lazaret.db"].iter().all(|name| data.path().join(name).exists()).then_some(())
    });
    assert!(start(&["--background"]).contains("running already"));
    assert!(display.colours() < 5, "there is no window");

    // The same program shows one window after the other.
    for round in 0..2 {
        assert!(start(&[]).contains("window comes forward"));
        focus(&display);
        wait_for("a picture", || (display.colours() > 50).then_some(()));
        display.keys(&["ctrl+w"]);
        wait_for("an empty display", || (display.colours() < 5).then_some(()));
        assert!(program.0.try_wait().unwrap().is_none(), "it goes on after window {round}");
    }

    assert!(start(&["quit"]).contains("has ended"));
    let ended = wait_for("the end", || program.0.try_wait().unwrap());
    assert!(ended.success(), "{ended}");
}

#[test]
fn quitting_by_key_ends_the_program_in_the_background_too() {
    if let Some(tool) = missing_tool() {
        println!("SKIPPED: {tool} is not installed; tests/run.sh installs it");
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let display = Display::start();
    let mut program = launch(&display, data.path(), &["--background"]);
    wait_for("its claim", || data.path().join("window.port").exists().then_some(()));
    assert!(again(&display, data.path(), &[]).status.success());
    focus(&display);
    let ended = wait_for("the end", || {
        display.keys(&["ctrl+q"]);
        program.0.try_wait().unwrap()
    });
    assert!(ended.success(), "{ended}");
}
