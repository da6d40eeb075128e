//! One window per data folder: a second start brings the first window forward and ends.
//!
//! The first holds a lock on a file in the data folder, which the system lets go of however the program ends,
//! and listens on a port of this machine that a file beside it names, together with a word that only who may
//! read that file knows. Nothing but that word is ever taken from the port.

use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long the two wait for each other.
const PATIENCE: Duration = Duration::from_secs(5);
/// What the first answers.
const DONE: &[u8] = b"forward\n";

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

/// Claims the window of `folder`, or asks the one that is there to come forward. `name` tells windows of one
/// folder apart (the person's own and the demo's).
pub(super) fn start(folder: &Path, name: &str) -> Start {
    match claim(folder, name) {
        Ok(Some(claim)) => Start::First(Some(claim)),
        Ok(None) => match ask(&note(folder, name)) {
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

fn note(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.port"))
}

/// The claim, or `None` where another program has it.
fn claim(folder: &Path, name: &str) -> io::Result<Option<Claim>> {
    fs::create_dir_all(folder)?;
    let lock = File::options().create(true).append(true).open(folder.join(format!("{name}.lock")))?;
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

/// Asks the window that holds the claim to come forward.
fn ask(note: &Path) -> io::Result<()> {
    let odd = || io::Error::new(io::ErrorKind::InvalidData, "its file says no port");
    let text = fs::read_to_string(note)?;
    let (port, word) = text.trim().split_once(' ').ok_or_else(odd)?;
    let port: u16 = port.parse().map_err(|_| odd())?;
    let mut stream = TcpStream::connect_timeout(&(Ipv4Addr::LOCALHOST, port).into(), PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(format!("{word}\n").as_bytes())?;
    let mut answer = [0; DONE.len()];
    stream.read_exact(&mut answer)?;
    if answer == DONE { Ok(()) } else { Err(odd()) }
}

impl Claim {
    /// Runs `raise` whenever another start asks, on a thread that ends with the program.
    pub(super) fn serve(self, raise: impl Fn() + Send + 'static) {
        let work = move || {
            for stream in self.listener.incoming() {
                if stream.and_then(|stream| self.hear(stream)).is_ok_and(|right| right) {
                    raise();
                }
            }
        };
        if let Err(error) = std::thread::Builder::new().name("second starts".to_owned()).spawn(work) {
            tracing::warn!("second starts are not heard: {error}");
        }
    }

    /// Whether a caller knows the word; it is answered then.
    fn hear(&self, mut stream: TcpStream) -> io::Result<bool> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut heard = vec![0; self.word.len() + 1];
        stream.read_exact(&mut heard)?;
        let right = heard.strip_suffix(b"\n") == Some(self.word.as_bytes());
        if right {
            stream.write_all(DONE)?;
        }
        Ok(right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_start_is_answered_and_a_dead_first_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let Start::First(Some(first)) = start(folder.path(), "window") else { panic!("nobody was there") };
        assert!(matches!(start(folder.path(), "demo"), Start::First(Some(_))), "the demo counts apart");
        let (raised, raises) = std::sync::mpsc::channel();
        first.serve(move || raised.send(()).unwrap());
        assert!(matches!(start(folder.path(), "window"), Start::Second));
        raises.recv_timeout(PATIENCE).unwrap();

        // A file that tells of a port where nobody is, and no lock: the program was killed.
        let folder = tempfile::tempdir().unwrap();
        fs::write(note(folder.path(), "window"), "1 word\n").unwrap();
        assert!(matches!(start(folder.path(), "window"), Start::First(Some(_))));
    }

    #[test]
    fn who_does_not_know_the_word_is_not_answered() {
        let folder = tempfile::tempdir().unwrap();
        let Start::First(Some(first)) = start(folder.path(), "window") else { panic!("nobody was there") };
        let text = fs::read_to_string(note(folder.path(), "window")).unwrap();
        let port: u16 = text.split(' ').next().unwrap().parse().unwrap();
        let length = first.word.len();
        first.serve(|| {});
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stream.write_all(&vec![b'x'; length]).unwrap();
        stream.write_all(b"\n").unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.is_empty());
        assert!(matches!(start(folder.path(), "window"), Start::Second), "others are served as before");
    }

    #[cfg(unix)]
    #[test]
    fn the_word_is_for_the_person_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let claim = start(folder.path(), "window");
        assert!(matches!(claim, Start::First(Some(_))));
        let mode = fs::metadata(note(folder.path(), "window")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
