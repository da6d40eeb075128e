//! The real ClamAV daemon, started by the test on a socket of its own with signatures of the test's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lazaret::engine::knowledge::HashList;
use lazaret::engine::{Class, attachment::FileVerdict};
use lazaret::knowledge::clamd::{Address, Answer, Clamd, Patience};
use lazaret::knowledge::{Scanners, Sources};

/// What the test's signature looks for.
const MARKER: &str = "LAZARET-HARMLESS-TEST-MARKER-7c1d";
const NAME: &str = "Lazaret.Test.Marker.UNOFFICIAL";

struct Daemon {
    child: Child,
    folder: tempfile::TempDir,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Daemon {
    fn socket(&self) -> PathBuf {
        self.folder.path().join("clamd.sock")
    }

    fn address(&self) -> Address {
        Address::Unix(self.socket())
    }

    fn ask(&self) -> Clamd {
        Clamd::new(self.address(), Patience::default())
    }
}

fn program() -> Option<&'static Path> {
    ["/usr/sbin/clamd", "/usr/bin/clamd", "/usr/local/sbin/clamd"]
        .map(Path::new)
        .into_iter()
        .find(|p| p.exists())
}

/// Starts clamd; `None` where it is not installed.
fn start() -> Option<Daemon> {
    let Some(program) = program() else {
        eprintln!("SKIPPED: clamd is not installed (Debian: clamav-daemon)");
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("db")).unwrap();
    fs::create_dir(path("tmp")).unwrap();
    let hex: String = MARKER.bytes().map(|b| format!("{b:02x}")).collect();
    fs::write(path("db/test.ndb"), format!("Lazaret.Test.Marker:0:*:{hex}\n")).unwrap();
    let conf = format!(
        "LocalSocket {socket}\nDatabaseDirectory {db}\nTemporaryDirectory {tmp}\nForeground yes\nStreamMaxLength 1M\n\
         MaxThreads 4\nConcurrentDatabaseReload no\n",
        socket = path("clamd.sock").display(),
        db = path("db").display(),
        tmp = path("tmp").display()
    );
    fs::write(path("clamd.conf"), conf).unwrap();
    let log = fs::File::create(path("log")).unwrap();
    let mut command = Command::new(program);
    command.arg("--config-file").arg(path("clamd.conf")).stdin(Stdio::null());
    command.stdout(log.try_clone().unwrap()).stderr(log);
    let daemon = Daemon { child: command.spawn().unwrap(), folder };
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match daemon.ask().version() {
            Ok(version) => {
                assert!(version.starts_with("ClamAV"), "{version}");
                return Some(daemon);
            }
            Err(error) => assert!(
                Instant::now() < deadline,
                "clamd did not start: {error}\n{}",
                fs::read_to_string(daemon.folder.path().join("log")).unwrap_or_default()
            ),
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn mail(content: &str) -> String {
    format!(
        "From: a@example.org\r\nTo: b@example.net\r\nSubject: x\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\n\
         Content-Type: application/octet-stream; name=notes.txt\r\nContent-Disposition: attachment\r\n\r\n{content}\r\n--b--\r\n"
    )
}

/// Judges a mail with these scanners.
fn judge(sources: &Sources, raw: &str) -> lazaret::engine::Verdict {
    use lazaret::engine::{Context, Identities, Limits, NoLedger, Strictness, senders::SenderEntry};
    let (identities, senders) = (Identities::default(), Vec::<SenderEntry>::new());
    let none: &dyn HashList = &();
    let knowledge = sources.asking(none);
    let context = Context {
        now: jiff::Timestamp::from_second(1_790_000_000).unwrap(),
        received: None,
        identities: &identities,
        ledger: &NoLedger,
        senders: &senders,
        knowledge: &knowledge,
        strictness: Strictness::Normal,
        limits: Limits::default(),
    };
    lazaret::engine::judge(raw.as_bytes(), &context)
}

#[test]
fn the_real_daemon_finds_refuses_and_passes() {
    let Some(daemon) = start() else { return };
    let clamd = daemon.ask();
    assert_eq!(clamd.look(b"nothing of note").unwrap(), Answer::Clean);
    assert_eq!(clamd.look(&vec![b'x'; 300_000]).unwrap(), Answer::Clean);
    let marked = format!("{}{MARKER}", "x".repeat(200_000));
    assert_eq!(clamd.look(marked.as_bytes()).unwrap(), Answer::Found(NAME.into()));
    for size in [(1 << 20) + 1, 8 << 20] {
        let refused = clamd.look(&vec![b'x'; size]).unwrap();
        assert!(matches!(&refused, Answer::Refused(why) if why.contains("StreamMaxLength")), "{refused:?}");
    }
    // One file that was too large is no reason to give up on the next.
    assert_eq!(clamd.look(b"again").unwrap(), Answer::Clean);
    assert_eq!(clamd.complaint(), None);
}

#[test]
fn a_hit_flags_the_mail_and_a_daemon_that_dies_blocks_nothing() {
    let Some(mut daemon) = start() else { return };
    let sources = Sources::open(&Scanners { clamd: Some(daemon.address()), yara: None });
    let verdict = judge(&sources, &mail(&format!("some text {MARKER} more")));
    assert_eq!(verdict.class, Class::Suspicious, "{:?}", verdict.findings);
    let finding = verdict.findings.iter().find(|f| f.id == "attachment.virus_doubt").unwrap();
    assert!(finding.says.contains(NAME) && finding.says.contains("notes.txt"), "{}", finding.says);
    assert_eq!(judge(&sources, &mail("some text")).class, Class::Ordinary);
    assert_eq!(sources.complaints(), [""; 0]);

    daemon.child.kill().unwrap();
    daemon.child.wait().unwrap();
    let verdict = judge(&sources, &mail("other text"));
    assert_eq!(verdict.class, Class::Ordinary);
    let finding = verdict.findings.iter().find(|f| f.id == "attachment.not_inspected_scanner").unwrap();
    assert!(finding.says.contains("ClamAV does not answer"), "{}", finding.says);
    assert_eq!(sources.complaints().len(), 1);
}

#[test]
fn the_command_line_asks_and_remembers_the_daemon() {
    let Some(daemon) = start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lazaret"));
        command.args(args).env("LAZARET_DATA", folder.path().join("data")).env("LAZARET_KEYRING", "off");
        let output = command.stdin(Stdio::null()).output().unwrap();
        let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    };
    let file = folder.path().join("notes.txt").to_string_lossy().into_owned();
    fs::write(&file, MARKER).unwrap();
    let socket = daemon.socket().to_string_lossy().into_owned();
    assert!(run(&["inspect", &file]).1.starts_with(FileVerdict::Clean.word()));
    assert!(run(&["inspect", "--clamd", &socket, &file]).1.starts_with(FileVerdict::Suspicious.word()));
    let (code, out, err) = run(&["inspect", "--clamd", "/nonexistent/clamd.ctl", &file]);
    assert!(code == 0 && out.starts_with("clean") && err.contains("judged without it"), "{code} {out} {err}");
    assert_eq!(run(&["inspect", "--clamd", "nowhere", &file]).0, 2);

    assert!(run(&["scanners", "list"]).1.contains("not asked"));
    let (code, _, err) = run(&["scanners", "clamd", "/nonexistent/clamd.ctl"]);
    assert!(code == 1 && err.contains("Nothing was changed"), "{err}");
    assert!(run(&["scanners", "list"]).1.contains("not asked"));
    let (code, out, _) = run(&["scanners", "clamd", &socket]);
    assert!(code == 0 && out.contains("ClamAV 1") || out.contains("ClamAV 0"), "{out}");
    assert!(run(&["scanners", "list"]).1.contains(&socket));
    assert_eq!(run(&["scanners", "clamd", "off"]).0, 0);
    assert!(run(&["scanners", "list"]).1.contains("not asked"));
}
