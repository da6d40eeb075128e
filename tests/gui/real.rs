//! The real program in a real window: a virtual display, keys typed by xdotool, files looked at on the disk.
//!
//! Needs Xvfb, xdotool and ImageMagick's `import`; where one is missing the test says that it was skipped.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest wait for anything that the window does.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A process that ends with the test, whatever becomes of it, and with it all that it started.
pub(crate) struct Guard(pub(crate) Child);

impl Guard {
    /// Starts it as the head of a process group of its own.
    pub(crate) fn start(command: &mut Command) -> Guard {
        Guard(command.process_group(0).spawn().unwrap_or_else(|e| panic!("{command:?}: {e}")))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) struct Display {
    _server: Guard,
    pub(crate) name: String,
}

impl Display {
    /// A display on the first free number.
    pub(crate) fn start() -> Display {
        let mut server = Guard::start(
            Command::new("Xvfb")
                .args([
                    "-displayfd", "1", "-screen", "0", "1280x800x24", "+extension", "GLX", "-noreset",
                    "-nolisten", "tcp",
                ])
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
        );
        let mut line = String::new();
        BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.trim().parse::<u32>().is_ok(), "Xvfb names its display: {line:?}");
        Display { _server: server, name: format!(":{}", line.trim()) }
    }

    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Vec<u8> {
        let out = Command::new(program).args(arguments).env("DISPLAY", &self.name).output().unwrap();
        out.stdout
    }

    pub(crate) fn keys(&self, keys: &[&str]) {
        for key in keys {
            self.run("xdotool", &["key", "--clearmodifiers", key]);
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    /// The pixels of the whole display, three bytes each.
    fn pixels(&self) -> Vec<u8> {
        self.run("import", &["-window", "root", "-depth", "8", "rgb:-"])
    }

    /// How many different colours there are, up to a thousand.
    pub(crate) fn colours(&self) -> usize {
        let pixels = self.pixels();
        let mut seen = std::collections::BTreeSet::new();
        for pixel in pixels.chunks_exact(3) {
            seen.insert([pixel[0], pixel[1], pixel[2]]);
            if seen.len() == 1_000 {
                break;
            }
        }
        seen.len()
    }
}

pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "{what} did not happen within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(250));
    }
}

/// Every message below `folder`: its bytes, and the Maildir folder it lies in. Keyed by the unique part of
/// its name, which flags and moves leave alone.
pub(crate) fn mail(folder: &Path) -> BTreeMap<Vec<u8>, PathBuf> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if (next.ends_with("cur") || next.ends_with("new"))
                && let Ok(bytes) = std::fs::read(&path)
            {
                found.insert(bytes, next.parent().unwrap().to_path_buf());
            }
        }
    }
    found
}

pub(crate) fn held(mail: &BTreeMap<Vec<u8>, PathBuf>) -> usize {
    mail.values().filter(|folder| folder.ends_with(".Lazaret")).count()
}

pub(crate) fn missing_tool() -> Option<&'static str> {
    ["Xvfb", "xdotool", "import"].into_iter().find(|tool| {
        !std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
            .any(|dir| dir.join(tool).is_file())
    })
}

/// The real program on a display.
pub(crate) fn launch(display: &Display, data: &Path, arguments: &[&str]) -> Guard {
    Guard::start(
        Command::new(env!("CARGO_BIN_EXE_lazaret"))
            .args(arguments)
            .env("DISPLAY", &display.name)
            .env_remove("WAYLAND_DISPLAY")
            .env("LAZARET_DATA", data)
            .env("LAZARET_KEYRING", "off")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    )
}

/// The same, its window in front.
pub(crate) fn open(display: &Display, data: &Path, arguments: &[&str]) -> Guard {
    let program = launch(display, data, arguments);
    focus(display);
    program
}

/// Waits for a window and gives it the keys.
pub(crate) fn focus(display: &Display) {
    let window = wait_for("the window", || {
        let found = display.run("xdotool", &["search", "--onlyvisible", "--name", "^Lazaret$"]);
        let found = String::from_utf8_lossy(&found).lines().next_back().map(str::to_owned);
        found.filter(|id| !id.is_empty())
    });
    display.run("xdotool", &["windowfocus", &window]);
}

#[test]
fn the_real_window_restores_a_message_by_keyboard() {
    if let Some(tool) = missing_tool() {
        println!("SKIPPED: {tool} is not installed; tests/run.sh installs it");
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let display = Display::start();
    let mut program = open(&display, data.path(), &["demo"]);
    // The demo acts: what harms has been moved when the numbers stop growing.
    let before = wait_for("the quarantine of the demo", || {
        let first = mail(data.path());
        std::thread::sleep(Duration::from_millis(1_500));
        let second = mail(data.path());
        (held(&first) > 60 && first == second).then_some(second)
    });
    wait_for("a picture", || (display.colours() > 50).then_some(()));

    // The second view is the quarantine; the first row of its list is chosen and restored.
    let after = wait_for("a restored message", || {
        display.keys(&["ctrl+2", "Home", "j", "r"]);
        std::thread::sleep(Duration::from_millis(700));
        let now = mail(data.path());
        (held(&now) < held(&before)).then_some(now)
    });
    assert_eq!(after.len(), before.len(), "no message was lost and none made twice");
    let moved: Vec<_> = before.iter().filter(|(bytes, folder)| after.get(*bytes) != Some(*folder)).collect();
    assert!(!moved.is_empty());
    for (bytes, folder) in moved {
        assert!(folder.ends_with(".Lazaret"), "{folder:?}");
        let now = after.get(bytes).expect("the same bytes are still there");
        // All that the demo holds came from INBOX, which is the Maildir's own root.
        assert_eq!(now, &data.path().join("demo/mail"));
    }

    // What was done last is undone; then several are chosen with Shift and restored at once, and undone too.
    let undone = wait_for("the undoing", || {
        display.keys(&["u"]);
        std::thread::sleep(Duration::from_millis(700));
        let now = mail(data.path());
        (held(&now) == held(&before)).then_some(now)
    });
    assert_eq!(undone, before, "everything is where it was");
    let after = wait_for("several restored messages", || {
        display.keys(&["ctrl+2", "Home", "shift+j", "shift+Down", "r"]);
        std::thread::sleep(Duration::from_millis(700));
        let now = mail(data.path());
        (held(&now) + 2 < held(&before)).then_some(now)
    });
    assert_eq!(after.len(), before.len(), "no message was lost and none made twice");

    // The sender of the first one is allowed, and its message restored with that.
    let entries = || {
        let store = lazaret::store::Store::open(&data.path().join("demo/lazaret.db")).unwrap();
        store.senders().unwrap()
    };
    assert!(entries().is_empty());
    let allowed = wait_for("an allowed sender", || {
        display.keys(&["ctrl+2", "Home", "a", "Return"]);
        std::thread::sleep(Duration::from_millis(700));
        let now = mail(data.path());
        (held(&now) < held(&after)).then_some(now)
    });
    assert_eq!(allowed.len(), before.len(), "no message was lost and none made twice");
    let entry = entries().pop().expect("an allow entry");
    assert_eq!(entry.entry.rule, lazaret::engine::senders::SenderRule::Allow);
    let after = allowed;

    // The dialog of a key is left by Escape, and words that are typed into the search do nothing else.
    let moved = held(&after);
    display.keys(&["b", "Escape", "a", "Escape", "slash"]);
    display.run("xdotool", &["type", "--delay", "60", "rabu virus"]);
    std::thread::sleep(Duration::from_millis(700));
    display.keys(&["Escape", "question", "Escape"]);
    assert_eq!(held(&mail(data.path())), moved, "nothing was moved by keys that were text");
    assert!(display.colours() > 50, "the window shows something");
    assert!(program.0.try_wait().unwrap().is_none(), "the program still runs");
}
