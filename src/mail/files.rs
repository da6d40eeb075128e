//! Messages from files: .eml, mbox, Maildir and folders of them, for `lazaret scan`.
//!
//! A file that ends in `.eml` is one message (a leading From_ line is skipped); a `.mbox`, or another file
//! that begins with a From_ line, is an mbox and is streamed; a folder with `cur` is a Maildir; other
//! folders are read recursively in sorted order; any other file is one message. What can't be read becomes
//! an item with an error, and the rest goes on.
//!
//! Memory holds one message at a time, and no more of it than [`MESSAGE_MOST`] bytes, whatever the file. The
//! mbox iterator of mail-parser is not used: it takes every line that begins with "From " for the start of a
//! message and reads lines without a bound.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// One message, or why there is none.
#[derive(Debug)]
pub struct Item {
    /// The file.
    pub path: PathBuf,
    /// Its place in the file, from 0.
    pub index: usize,
    /// The message.
    pub bytes: Result<Vec<u8>, FileError>,
}

/// Why a file gives no message.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system's word.
    #[error("it can't be read: {0}")]
    Unreadable(#[from] io::Error),
    /// No bytes at all.
    #[error("it is empty")]
    Empty,
    /// A pipe, a socket or a device inside of a folder: reading it could wait for ever.
    #[error("it is no ordinary file")]
    NotAFile,
    /// Larger than one message can be.
    #[error("it is larger than {0} bytes, which no message is")]
    TooLarge(u64),
}

/// Bytes of one message that are read from a file; the engine reads less.
const MESSAGE_MOST: u64 = 256 << 20;

/// Bytes of a line that are read at once. Only its first piece can be a From_ line.
const PIECE: u64 = 64 << 10;

/// The messages of `paths`, in their order.
pub fn messages(paths: &[PathBuf]) -> impl Iterator<Item = Item> + Send + use<> {
    Messages { waiting: paths.iter().cloned().map(Source::Given).collect(), mbox: None }
}

/// What is still to be read.
enum Source {
    /// A path as given: a file, a folder, or a pipe such as a shell's `<(...)`.
    Given(PathBuf),
    /// A path found in a folder: a file or a folder.
    Found(PathBuf),
    /// A message file of a Maildir: one message, whatever its name.
    Single(PathBuf),
}

struct Messages {
    waiting: VecDeque<Source>,
    mbox: Option<Mbox>,
}

impl Iterator for Messages {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(mbox) = &mut self.mbox {
                if let Some(item) = mbox.next() {
                    return Some(item);
                }
                self.mbox = None;
            }
            match self.waiting.pop_front()? {
                Source::Single(path) => return Some(open_single(path)),
                Source::Given(path) => {
                    if let Some(item) = self.look(path, true) {
                        return Some(item);
                    }
                }
                Source::Found(path) => {
                    if let Some(item) = self.look(path, false) {
                        return Some(item);
                    }
                }
            }
        }
    }
}

impl Messages {
    /// Reads a path, or puts what it holds before what waits.
    fn look(&mut self, path: PathBuf, given: bool) -> Option<Item> {
        let kind = match fs::metadata(&path) {
            Ok(kind) => kind,
            Err(error) => return Some(failed(path, error)),
        };
        if kind.is_dir() {
            match inside(&path) {
                Ok(found) => {
                    for source in found.into_iter().rev() {
                        self.waiting.push_front(source);
                    }
                    return None;
                }
                Err(error) => return Some(failed(path, error)),
            }
        }
        if !given && !kind.is_file() {
            return Some(failed(path, FileError::NotAFile));
        }
        let ends_in = |ending: &str| path.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending));
        let (is_eml, is_mbox) = (ends_in("eml"), ends_in("mbox"));
        let mut reader = match File::open(&path) {
            Ok(file) => BufReader::with_capacity(PIECE as usize, file),
            Err(error) => return Some(failed(path, error)),
        };
        // The bytes that were looked at stay in the reader: a pipe gives them only once.
        let head = match reader.fill_buf() {
            Ok(head) => head,
            Err(error) => return Some(failed(path, error)),
        };
        if is_mbox && head.is_empty() {
            return None;
        }
        if is_mbox || (!is_eml && head.starts_with(b"From ")) {
            self.mbox = Some(Mbox { path, reader, index: 0, inside: false, ended: false });
            return None;
        }
        Some(single(path, reader))
    }
}

/// What a folder holds: the messages of a Maildir, or its entries in sorted order. Links to folders are not
/// followed: they may lead in a circle.
fn inside(folder: &Path) -> io::Result<Vec<Source>> {
    let sorted = |folder: &Path| -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if !(entry.file_type()?.is_symlink() && entry.path().is_dir()) {
                found.push(entry.path());
            }
        }
        found.sort();
        Ok(found)
    };
    if !folder.join("cur").is_dir() {
        return Ok(sorted(folder)?.into_iter().map(Source::Found).collect());
    }
    let mut found = Vec::new();
    for sub in ["cur", "new"] {
        let sub = folder.join(sub);
        if sub.is_dir() {
            // Files that begin with a dot are no messages there, and folders neither.
            let is_message = |p: &PathBuf| {
                p.is_file() && p.file_name().is_some_and(|n| !n.as_encoded_bytes().starts_with(b"."))
            };
            found.extend(sorted(&sub)?.into_iter().filter(is_message).map(Source::Single));
        }
    }
    // The sub-folders of a Maildir++ tree.
    found.extend(
        sorted(folder)?
            .into_iter()
            .filter(|p| p.is_dir() && !["cur", "new", "tmp"].iter().any(|n| p.ends_with(n)))
            .map(Source::Found),
    );
    Ok(found)
}

fn failed(path: PathBuf, error: impl Into<FileError>) -> Item {
    Item { path, index: 0, bytes: Err(error.into()) }
}

/// One message from a whole file that is still to be opened.
fn open_single(path: PathBuf) -> Item {
    match File::open(&path) {
        Ok(file) => single(path, file),
        Err(error) => failed(path, error),
    }
}

/// One message from a whole file.
fn single(path: PathBuf, reader: impl Read) -> Item {
    let bytes = read_whole(reader).map(|mut bytes| {
        if bytes.starts_with(b"From ")
            && let Some(end) = memchr::memchr(b'\n', &bytes)
        {
            bytes.drain(..=end);
        }
        bytes
    });
    Item { path, index: 0, bytes }
}

/// Reads to the end, not trusting the size that the system names: a device has none.
fn read_whole(reader: impl Read) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    reader.take(MESSAGE_MOST + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 {
        0 => Err(FileError::Empty),
        size if size > MESSAGE_MOST => Err(FileError::TooLarge(MESSAGE_MOST)),
        _ => Ok(bytes),
    }
}

/// An mbox that is read message by message (RFC 4155; quoting as in mboxo and mboxrd).
struct Mbox {
    path: PathBuf,
    reader: BufReader<File>,
    index: usize,
    /// Whether a From_ line was read whose message comes next.
    inside: bool,
    ended: bool,
}

impl Mbox {
    fn next(&mut self) -> Option<Item> {
        let mut bytes: Vec<u8> = Vec::new();
        let mut piece = Vec::new();
        let mut blank_before = true;
        let mut line_begins = true;
        let mut too_large = false;
        while !self.ended {
            piece.clear();
            match (&mut self.reader).take(PIECE).read_until(b'\n', &mut piece) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(_) => {}
                Err(error) => {
                    self.ended = true;
                    return Some(self.item(Err(error.into())));
                }
            }
            let starts_line = std::mem::replace(&mut line_begins, piece.ends_with(b"\n"));
            // The first line of the file needs no date to be believed.
            let is_first = self.index == 0 && !self.inside && bytes.is_empty() && !too_large;
            let is_from = starts_line
                && blank_before
                && (is_from_line(&piece) || (is_first && piece.starts_with(b"From ")));
            let is_blank = starts_line && matches!(piece.as_slice(), b"\n" | b"\r\n");
            blank_before = is_blank;
            if is_from {
                // The rest of a From_ line that is longer than a piece.
                if !line_begins && self.skip_line().is_err() {
                    self.ended = true;
                }
                line_begins = true;
                if std::mem::replace(&mut self.inside, true) || !bytes.is_empty() || too_large {
                    return Some(self.finish(bytes, too_large));
                }
                continue;
            }
            if is_blank && is_first {
                blank_before = true;
                continue;
            }
            let quotes = piece.iter().take_while(|b| **b == b'>').count();
            let quoted = starts_line
                && quotes > 0
                && piece.get(quotes..).is_some_and(|rest| rest.starts_with(b"From "));
            let kept = piece.get(usize::from(quoted)..).unwrap_or_default();
            too_large |= (bytes.len() + kept.len()) as u64 > MESSAGE_MOST;
            if too_large {
                bytes = Vec::new();
            } else {
                bytes.extend_from_slice(kept);
            }
        }
        // What follows the last From_ line, also where that is nothing.
        let open = std::mem::take(&mut self.inside) || !bytes.is_empty() || too_large;
        open.then(|| self.finish(bytes, too_large))
    }

    /// Passes over what is left of a line.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let chunk = self.reader.fill_buf()?;
            match memchr::memchr(b'\n', chunk) {
                Some(at) => {
                    self.reader.consume(at + 1);
                    return Ok(());
                }
                None if chunk.is_empty() => return Ok(()),
                None => {
                    let all = chunk.len();
                    self.reader.consume(all);
                }
            }
        }
    }

    /// A message whose end was reached.
    fn finish(&mut self, mut bytes: Vec<u8>, too_large: bool) -> Item {
        // The blank line before the next From_ line belongs to the mbox.
        if bytes.ends_with(b"\r\n\r\n") {
            bytes.truncate(bytes.len() - 2);
        } else if bytes.ends_with(b"\n\n") {
            bytes.truncate(bytes.len() - 1);
        }
        self.item(match (too_large, bytes.is_empty()) {
            (true, _) => Err(FileError::TooLarge(MESSAGE_MOST)),
            (_, true) => Err(FileError::Empty),
            _ => Ok(bytes),
        })
    }

    fn item(&mut self, bytes: Result<Vec<u8>, FileError>) -> Item {
        let index = self.index;
        self.index += 1;
        Item { path: self.path.clone(), index, bytes }
    }
}

/// Whether a line after a blank one begins a message: `From `, a sender, and a date with a clock's `hh:mm`
/// and the English name of a month, so that a sentence that begins with "From" is text.
fn is_from_line(line: &[u8]) -> bool {
    const MONTHS: [&[u8]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let clock = |w: &[u8]| matches!(w, [a, b':', c, d] if a.is_ascii_digit() && c.is_ascii_digit() && d.is_ascii_digit());
    let date = rest.get(..rest.len().min(500)).unwrap_or_default();
    date.windows(4).any(clock)
        && date
            .split(|b| matches!(b, b' ' | b',' | b'-' | b'/'))
            .any(|word| MONTHS.iter().any(|m| word.eq_ignore_ascii_case(m)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &Path) -> Vec<(usize, Result<String, String>)> {
        messages(&[path.to_owned()])
            .map(|i| (i.index, i.bytes.map(|b| String::from_utf8(b).unwrap()).map_err(|e| e.to_string())))
            .collect()
    }

    #[test]
    fn an_mbox_is_cut_at_its_from_lines_and_unquoted() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.mbox");
        fs::write(
            &path,
            "From a@example.org Mon Mar  2 10:00:00 2026\nSubject: 1\n\nFrom here on it is text\n>From me\n\n\
             From b@example.org Mon Mar  2 10:00:01 2026\nSubject: 2\n\n>>From x\n",
        )
        .unwrap();
        assert_eq!(
            read(&path),
            [
                (0, Ok("Subject: 1\n\nFrom here on it is text\nFrom me\n".to_owned())),
                (1, Ok("Subject: 2\n\n>From x\n".to_owned()))
            ]
        );
    }

    #[test]
    fn sentences_are_text_and_long_lines_and_odd_starts_are_no_obstacle() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("odd");
        let long = "x".repeat(200_000);
        let text = format!(
            "From somebody\r\nSubject: 1\r\n\r\nFrom 10:30 to 12:45 we meet.\r\n\r\nFrom May on we rest.\r\n\
             {long}\r\n{long}From a@example.org Mon Mar  2 10:00:00 2026\r\n\r\n\
             From b@example.org Mon, 2 Mar 2026 10:00:01 +0000 {long}\r\nSubject: 2\r\n\r\nend"
        );
        fs::write(&path, &text).unwrap();
        let found = read(&path);
        assert_eq!(found.len(), 2);
        let first = found[0].1.as_ref().unwrap();
        assert!(first.contains("to 12:45") && first.contains("From May on"));
        assert!(first.ends_with("10:00:00 2026\r\n"), "one blank line is the mbox's");
        assert_eq!(found[1].1, Ok("Subject: 2\r\n\r\nend".to_owned()));

        let late = dir.path().join("late.mbox");
        fs::write(&late, "\n\nFrom - Mon Mar 02 10:00:00 2026\nA: 1\n\nFrom - Mon Mar 02 10:00:00 2026\n")
            .unwrap();
        assert_eq!(read(&late), [(0, Ok("A: 1\n".to_owned())), (1, Err("it is empty".to_owned()))]);
        let none = dir.path().join("none.mbox");
        fs::write(&none, "A: 1\n\nno From line at all\n").unwrap();
        assert_eq!(read(&none), [(0, Ok("A: 1\n\nno From line at all\n".to_owned()))]);
    }

    #[test]
    fn a_tree_is_read_in_order_with_its_maildirs() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        for folder in ["b/cur", "b/new", "b/tmp", "b/.Sent/cur", "c"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        for (file, text) in [
            ("a.eml", "N: 1"),
            ("b/cur/9:2,S", "From - Mon Mar 02 10:00:00 2026\nN: 2"),
            ("b/cur/.hidden", "no"),
            ("b/new/1", "N: 3"),
            ("b/tmp/0", "no"),
            ("b/lazaret-uids", "no"),
            ("b/.Sent/cur/x", "N: 4"),
            ("c/mail", "N: 5"),
        ] {
            fs::write(root.join(file), text).unwrap();
        }
        let texts: Vec<String> = read(root).into_iter().map(|(_, text)| text.unwrap()).collect();
        assert_eq!(texts, ["N: 1", "N: 2", "N: 3", "N: 4", "N: 5"]);
    }

    #[cfg(unix)]
    #[test]
    fn pipes_and_devices_neither_hang_nor_fill_the_memory() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        std::os::unix::fs::symlink("/dev/zero", dir.path().join("zero.eml")).unwrap();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("circle")).unwrap();
        let error = "it is no ordinary file".to_owned();
        assert_eq!(read(dir.path()), [(0, Err(error.clone())), (0, Err(error))]);
        // A pipe that is named on the command line is meant.
        let writer = pipe.clone();
        let fed =
            std::thread::spawn(move || fs::write(writer, "From - Mon Mar 02 10:00:00 2026\nN: 1\n").unwrap());
        assert_eq!(read(&pipe), [(0, Ok("N: 1\n".to_owned()))]);
        fed.join().unwrap();
    }

    #[test]
    fn an_empty_file_and_a_missing_one_are_errors_and_an_empty_mbox_is_none() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.eml"), "").unwrap();
        fs::write(dir.path().join("b.mbox"), "").unwrap();
        let found = read(dir.path());
        assert_eq!(found, [(0, Err("it is empty".to_owned()))]);
        assert!(read(&dir.path().join("missing"))[0].1.is_err());
    }

    #[test]
    fn an_eml_that_begins_with_a_from_line_is_one_message() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.eml");
        fs::write(&path, "From a Mon Mar  2 10:00:00 2026\nSubject: s\n\nFrom b Mon Mar  2 10:00:00 2026\n")
            .unwrap();
        assert_eq!(read(&path), [(0, Ok("Subject: s\n\nFrom b Mon Mar  2 10:00:00 2026\n".to_owned()))]);
    }
}
