//! Messages from files: .eml, mbox, Maildir and folders of them, for `lazaret scan`.
//!
//! A file that ends in `.eml` is one message (a leading From_ line is skipped); a `.mbox`, or another file
//! that begins with a From_ line, is an mbox and is streamed; a folder with `cur` is a Maildir; other
//! folders are read recursively in sorted order; any other file is one message. What can't be read becomes
//! an item with an error, and the rest goes on.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
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
    /// Larger than one message can be.
    #[error("it is larger than {0} bytes, which no message is")]
    TooLarge(u64),
}

/// Bytes of one message that are read from a file; the engine reads less.
const MESSAGE_MOST: u64 = 256 << 20;

/// The messages of `paths`, in their order.
pub fn messages(paths: &[PathBuf]) -> impl Iterator<Item = Item> + Send + use<> {
    Messages { waiting: paths.iter().cloned().map(Source::Given).collect(), mbox: None }
}

/// What is still to be read.
enum Source {
    /// A path as given or found: a file or a folder.
    Given(PathBuf),
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
                Source::Single(path) => return Some(single(path)),
                Source::Given(path) => {
                    if let Some(item) = self.look(path) {
                        return Some(item);
                    }
                }
            }
        }
    }
}

impl Messages {
    /// Reads a path, or puts what it holds before what waits.
    fn look(&mut self, path: PathBuf) -> Option<Item> {
        let kind = match fs::metadata(&path) {
            Ok(kind) => kind,
            Err(error) => return Some(Item { path, index: 0, bytes: Err(error.into()) }),
        };
        if kind.is_dir() {
            match inside(&path) {
                Ok(found) => {
                    for source in found.into_iter().rev() {
                        self.waiting.push_front(source);
                    }
                    return None;
                }
                Err(error) => return Some(Item { path, index: 0, bytes: Err(error.into()) }),
            }
        }
        let ends_in = |ending: &str| path.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending));
        if ends_in("eml") {
            return Some(single(path));
        }
        let mut reader = match File::open(&path) {
            Ok(file) => BufReader::with_capacity(64 << 10, file),
            Err(error) => return Some(Item { path, index: 0, bytes: Err(error.into()) }),
        };
        let starts = reader.fill_buf().map(|head| (head.starts_with(b"From "), head.is_empty()));
        match starts {
            Ok((true, _)) => {
                self.mbox = Some(Mbox { path, reader, index: 0, line: Vec::new(), ended: false });
                None
            }
            Ok((false, true)) if ends_in("mbox") => None,
            Ok(_) => Some(single(path)),
            Err(error) => Some(Item { path, index: 0, bytes: Err(error.into()) }),
        }
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
        return Ok(sorted(folder)?.into_iter().map(Source::Given).collect());
    }
    let mut found = Vec::new();
    for sub in ["cur", "new"] {
        let sub = folder.join(sub);
        if sub.is_dir() {
            found.extend(sorted(&sub)?.into_iter().filter(|p| p.is_file()).map(Source::Single));
        }
    }
    // The sub-folders of a Maildir++ tree.
    found.extend(
        sorted(folder)?
            .into_iter()
            .filter(|p| p.is_dir() && !["cur", "new", "tmp"].iter().any(|n| p.ends_with(n)))
            .map(Source::Given),
    );
    Ok(found)
}

/// One message from a whole file.
fn single(path: PathBuf) -> Item {
    let bytes = read_whole(&path).map(|bytes| match bytes.starts_with(b"From ") {
        true => match memchr::memchr(b'\n', &bytes) {
            Some(end) => bytes.get(end + 1..).unwrap_or_default().to_vec(),
            None => bytes,
        },
        false => bytes,
    });
    Item { path, index: 0, bytes }
}

fn read_whole(path: &Path) -> Result<Vec<u8>, FileError> {
    let size = fs::metadata(path)?.len();
    if size > MESSAGE_MOST {
        return Err(FileError::TooLarge(MESSAGE_MOST));
    }
    let bytes = fs::read(path)?;
    if bytes.is_empty() { Err(FileError::Empty) } else { Ok(bytes) }
}

/// An mbox that is read message by message (RFC 4155; quoting as in mboxo and mboxrd).
struct Mbox {
    path: PathBuf,
    reader: BufReader<File>,
    index: usize,
    /// A From_ line that was read and begins the next message.
    line: Vec<u8>,
    ended: bool,
}

impl Mbox {
    fn next(&mut self) -> Option<Item> {
        if self.ended {
            return None;
        }
        let mut bytes = Vec::new();
        let mut blank_before = true;
        let mut began = !self.line.is_empty();
        let mut too_large = false;
        loop {
            self.line.clear();
            match self.reader.read_until(b'\n', &mut self.line) {
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
            if blank_before && is_from_line(&self.line) {
                if began {
                    break;
                }
                began = true;
                blank_before = false;
                continue;
            }
            blank_before = matches!(self.line.as_slice(), b"\n" | b"\r\n");
            let quotes = self.line.iter().take_while(|b| **b == b'>').count();
            let quoted = quotes > 0 && self.line.get(quotes..).is_some_and(|rest| rest.starts_with(b"From "));
            too_large |= (bytes.len() + self.line.len()) as u64 > MESSAGE_MOST;
            if !too_large {
                bytes.extend_from_slice(self.line.get(usize::from(quoted)..).unwrap_or_default());
            }
        }
        if self.ended && bytes.is_empty() && self.index > 0 {
            return None;
        }
        // The blank line before the next From_ line belongs to the mbox.
        if bytes.ends_with(b"\r\n\r\n") {
            bytes.truncate(bytes.len() - 2);
        } else if bytes.ends_with(b"\n\n") {
            bytes.truncate(bytes.len() - 1);
        }
        let outcome = match (too_large, bytes.is_empty()) {
            (true, _) => Err(FileError::TooLarge(MESSAGE_MOST)),
            (_, true) => Err(FileError::Empty),
            _ => Ok(bytes),
        };
        Some(self.item(outcome))
    }

    fn item(&mut self, bytes: Result<Vec<u8>, FileError>) -> Item {
        let index = self.index;
        self.index += 1;
        Item { path: self.path.clone(), index, bytes }
    }
}

/// Whether a line after a blank one begins a message: `From `, a sender, and a time somewhere (a clock's
/// `hh:mm`), so that a sentence that begins with "From" is text.
fn is_from_line(line: &[u8]) -> bool {
    line.starts_with(b"From ")
        && line.windows(5).any(|w| {
            matches!(w, [a, b, b':', c, d] if a.is_ascii_digit() && b.is_ascii_digit() && c.is_ascii_digit() && d.is_ascii_digit())
        })
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
