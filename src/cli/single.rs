//! One program with a window per data folder: a second start brings the first one's window forward and ends.
//!
//! The first holds a lock on a file in the data folder, which the system lets go of however the program ends,
//! and listens on a port of this machine that a file beside it names, together with a word that only who may
//! read that file knows. Nothing but that word and one of three wishes is ever taken from the port.

use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long the two wait for each other.
const PATIENCE: Duration = Duration::from_secs(5);
/// What the first answers.
const DONE: &[u8] = b"forward\n";

/// What is asked of the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// Nothing but whether it is there.
    Nothing,
    /// That its window comes forward.
    Raise,
    /// That it ends.
    Quit,
}

impl Ask {
    const ALL: [Ask; 3] = [Ask::Nothing, Ask::Raise, Ask::Quit];

    /// How it is written behind the word.
    fn letter(self) -> u8 {
        match self {
            Ask::Nothing => b'n',
            Ask::Raise => b'r',
            Ask::Quit => b'q',
        }
    }
}

/// What a wish to quit came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nobody was there.
    Nobody,
    /// It has ended.
    Ended,
    /// It did not answer, or has not ended in time.
    Silent,
}

/// What a start found.
#[derive(Debug)]
pub(super) enum Start {
    /// No other window; this one holds the claim, where the folder allows one.
    First(Option<Claim>),
    /// There is one, and it came forward.
    Second,
    /// There is one, and it does not answer.
    Silent,
}

/// The claim of the first window. Held until the program ends.
#[derive(Debug)]
pub(super) struct Claim {
    _lock: File,
    listener: TcpListener,
    word: String,
}

/// Claims the window of `folder`, or asks the one that is there for `wish`. `name` tells windows of one folder apart
/// (the person's own and the demo's).
pub(super) fn start(folder: &Path, name: &str, wish: Ask) -> Start {
    match claim(folder, name) {
        Ok(Some(claim)) => Start::First(Some(claim)),
        Ok(None) => match ask(&note(folder, name), wish) {
            Ok(()) => Start::Second,
            Err(error) => {
                tracing::warn!("the other window does not answer: {error}");
                Start::Silent
            }
        },
        // A folder without locks (some network drives) is no reason to show nothing.
        Err(error) => {
            tracing::warn!("no claim on {}: {error}", folder.display());
            Start::First(None)
        }
    }
}

/// Ends the program that has the claim, and waits until it has let go of it.
pub(super) fn quit(folder: &Path, name: &str) -> Found {
    // Where there is no lock there is no program, and none is made by looking.
    let Ok(lock) = File::options().append(true).open(lock_file(folder, name)) else { return Found::Nobody };
    let is_free = || !matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
    if is_free() {
        return Found::Nobody;
    }
    if let Err(error) = ask(&note(folder, name), Ask::Quit) {
        tracing::warn!("the program does not answer: {error}");
        return Found::Silent;
    }
    // It ends after the step at hand, which may be a command to a slow server.
    let end = Instant::now() + PATIENCE * 6;
    while Instant::now() < end {
        if is_free() {
            return Found::Ended;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Found::Silent
}

fn lock_file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.lock"))
}

fn note(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.port"))
}

/// The claim, or `None` where another program has it.
fn claim(folder: &Path, name: &str) -> io::Result<Option<Claim>> {
    fs::create_dir_all(folder)?;
    let lock = File::options().create(true).append(true).open(lock_file(folder, name))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    // Keyed anew in every process, from the system's randomness.
    let word = format!("{:016x}{:016x}", RandomState::new().hash_one(1), RandomState::new().hash_one(2));
    let note = note(folder, name);
    let next = note.with_extension("next");
    let mut options = File::options();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&next)?.write_all(format!("{} {word}\n", listener.local_addr()?.port()).as_bytes())?;
    fs::rename(next, note)?;
    Ok(Some(Claim { _lock: lock, listener, word }))
}

/// Asks the one that holds the claim.
fn ask(note: &Path, wish: Ask) -> io::Result<()> {
    let odd = || io::Error::new(io::ErrorKind::InvalidData, "its file says no port");
    let text = fs::read_to_string(note)?;
    let (port, word) = text.trim().split_once(' ').ok_or_else(odd)?;
    let port: u16 = port.parse().map_err(|_| odd())?;
    let mut stream = TcpStream::connect_timeout(&(Ipv4Addr::LOCALHOST, port).into(), PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(&[word.as_bytes(), &[wish.letter(), b'\n']].concat())?;
    let mut answer = [0; DONE.len()];
    stream.read_exact(&mut answer)?;
    if answer == DONE { Ok(()) } else { Err(odd()) }
}

impl Claim {
    /// Runs `heed` whenever another start asks, on a thread that ends with the program.
    pub(super) fn serve(self, heed: impl Fn(Ask) + Send + 'static) {
        let work = move || {
            for stream in self.listener.incoming() {
                if let Ok(Some(ask)) = stream.and_then(|stream| self.hear(stream)) {
                    heed(ask);
                }
            }
        };
        if let Err(error) = std::thread::Builder::new().name("second starts".to_owned()).spawn(work) {
            tracing::warn!("second starts are not heard: {error}");
        }
    }

    /// What a caller who knows the word asks; it is answered then.
    fn hear(&self, mut stream: TcpStream) -> io::Result<Option<Ask>> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut heard = vec![0; self.word.len() + 2];
        stream.read_exact(&mut heard)?;
        let asked = heard.strip_suffix(b"\n").and_then(|line| line.strip_prefix(self.word.as_bytes()));
        let ask = Ask::ALL.into_iter().find(|ask| asked == Some(&[ask.letter()]));
        if ask.is_some() {
            stream.write_all(DONE)?;
        }
        Ok(ask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_start_is_answered_and_a_dead_first_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let Start::First(Some(first)) = start(folder.path(), "window", Ask::Raise) else {
            panic!("nobody was there")
        };
        assert!(
            matches!(start(folder.path(), "demo", Ask::Raise), Start::First(Some(_))),
            "the demo counts apart"
        );
        let (raised, raises) = std::sync::mpsc::channel();
        first.serve(move |ask| raised.send(ask).unwrap());
        assert!(matches!(start(folder.path(), "window", Ask::Raise), Start::Second));
        assert_eq!(raises.recv_timeout(PATIENCE).unwrap(), Ask::Raise);
        assert!(matches!(start(folder.path(), "window", Ask::Nothing), Start::Second));
        assert_eq!(raises.recv_timeout(PATIENCE).unwrap(), Ask::Nothing);

        // A file that tells of a port where nobody is, and no lock: the program was killed.
        let folder = tempfile::tempdir().unwrap();
        fs::write(note(folder.path(), "window"), "1 word\n").unwrap();
        assert!(matches!(start(folder.path(), "window", Ask::Raise), Start::First(Some(_))));
    }

    #[test]
    fn quitting_waits_until_the_claim_is_let_go_of() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(quit(folder.path(), "window"), Found::Nobody);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "looking leaves nothing behind");
        let Ok(Some(first)) = claim(folder.path(), "window") else { panic!("nobody was there") };
        let listener = std::thread::spawn(move || {
            let (stream, _) = first.listener.accept().unwrap();
            let asked = first.hear(stream).unwrap();
            std::thread::sleep(Duration::from_millis(300));
            asked
        });
        assert_eq!(quit(folder.path(), "window"), Found::Ended);
        assert_eq!(listener.join().unwrap(), Some(Ask::Quit));
        assert_eq!(quit(folder.path(), "window"), Found::Nobody);
    }

    #[test]
    fn who_does_not_know_the_word_is_not_answered() {
        let folder = tempfile::tempdir().unwrap();
        let Start::First(Some(first)) = start(folder.path(), "window", Ask::Raise) else {
            panic!("nobody was there")
        };
        let text = fs::read_to_string(note(folder.path(), "window")).unwrap();
        let port: u16 = text.split(' ').next().unwrap().parse().unwrap();
        let length = first.word.len();
        first.serve(|_| {});
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stream.write_all(&vec![b'x'; length]).unwrap();
        stream.write_all(b"q\n").unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.is_empty());
        assert!(
            matches!(start(folder.path(), "window", Ask::Raise), Start::Second),
            "others are served as before"
        );
    }

    #[cfg(unix)]
    #[test]
    fn the_word_is_for_the_person_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let claim = start(folder.path(), "window", Ask::Raise);
        assert!(matches!(claim, Start::First(Some(_))));
        let mode = fs::metadata(note(folder.path(), "window")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
