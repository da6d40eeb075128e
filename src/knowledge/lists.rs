//! Lists of hashes as files: one SHA-256 a line, as `sha256sum` and the public lists write them.
//!
//! A line may be the bare sum, `sum  name`, or a row of comma- or semicolon-separated fields of which one is
//! the sum. Blank lines and those that begin with `#` or `//` are passed over.

use std::collections::HashMap;
use std::io::{self, BufRead, Read};
use std::path::Path;

use crate::engine::knowledge::{HashKind, HashList, KnownHash, Sum, parse_sum};

/// Bytes of one line that are read; no list has longer ones.
const MAX_LINE: u64 = 16 << 10;

/// Reads a list line by line.
#[derive(Debug)]
pub struct ListReader<R> {
    input: R,
    line: u64,
    /// Lines that hold no sum and are no comment.
    pub strange: u64,
    /// The first of them, counted from 1.
    pub first_strange: Option<u64>,
    /// Why reading ended early.
    pub failed: Option<io::Error>,
}

impl<R: BufRead> ListReader<R> {
    /// A reader at the start of a list.
    pub fn new(input: R) -> ListReader<R> {
        ListReader { input, line: 0, strange: 0, first_strange: None, failed: None }
    }
}

impl<R: BufRead> Iterator for ListReader<R> {
    type Item = (Sum, String);

    fn next(&mut self) -> Option<(Sum, String)> {
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            match (&mut self.input).take(MAX_LINE).read_until(b'\n', &mut bytes) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) => {
                    self.failed = Some(error);
                    return None;
                }
            }
            self.line += 1;
            if bytes.len() as u64 == MAX_LINE && !bytes.ends_with(b"\n") {
                // The rest of an endless line is no line of its own.
                if let Err(error) = skip_line(&mut self.input) {
                    self.failed = Some(error);
                    return None;
                }
            }
            let text = String::from_utf8_lossy(&bytes);
            let text = text.trim_start_matches('\u{feff}').trim();
            if text.is_empty() || text.starts_with('#') || text.starts_with("//") {
                continue;
            }
            match read_line(text) {
                Some(entry) => return Some(entry),
                None => {
                    self.strange += 1;
                    self.first_strange.get_or_insert(self.line);
                }
            }
        }
    }
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let (used, done) = match buffer.iter().position(|&b| b == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        input.consume(used);
        if done {
            return Ok(());
        }
    }
}

/// The sum on a line, and the longest other word or the rest of the line as its name.
fn read_line(text: &str) -> Option<(Sum, String)> {
    let separators = [',', ';', '\t'];
    let trim = |field: &str| field.trim().trim_matches(['"', '\'']).trim().to_owned();
    if text.contains(separators) {
        let fields: Vec<String> = text.split(separators).map(trim).collect();
        let at = fields.iter().position(|f| parse_sum(f).is_some())?;
        let sum = parse_sum(fields.get(at)?)?;
        // A name is the first later field that is neither a sum nor a number.
        let named = |f: &&String| !f.is_empty() && !f.chars().all(|c| c.is_ascii_hexdigit());
        return Some((sum, fields.iter().skip(at + 1).find(named).cloned().unwrap_or_default()));
    }
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    // sha256sum puts a backslash before the sum of a file with a strange name and a star for binary mode.
    let sum = parse_sum(trim(word).trim_start_matches('\\'))?;
    Some((sum, rest.trim().trim_start_matches('*').to_owned()))
}

/// A list in memory, for one run of the command line.
#[derive(Debug, Default, Clone)]
pub struct MemoryHashes {
    entries: HashMap<Sum, (HashKind, usize)>,
    sources: Vec<String>,
}

impl MemoryHashes {
    /// Reads the list at `path`; its sums replace those read before. Fails where the file can't be read or
    /// holds no sum at all.
    pub fn add(&mut self, path: &Path, kind: HashKind) -> io::Result<()> {
        let mut reader = ListReader::new(io::BufReader::new(std::fs::File::open(path)?));
        let source = self.sources.len();
        self.sources.push(path.file_name().unwrap_or_default().to_string_lossy().into_owned());
        let before = self.entries.len();
        let mut any = false;
        for (sum, _) in &mut reader {
            any = true;
            self.entries.insert(sum, (kind, source));
        }
        if let Some(error) = reader.failed {
            return Err(error);
        }
        if !any && self.entries.len() == before {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it holds no SHA-256 sum"));
        }
        Ok(())
    }

    /// Whether no list was read.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl HashList for MemoryHashes {
    fn find(&self, sum: &Sum) -> Option<KnownHash> {
        let (kind, source) = self.entries.get(sum)?;
        let source = self.sources.get(*source).cloned().unwrap_or_default();
        Some(KnownHash { kind: *kind, note: String::new(), source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<(u8, String)>, Option<u64>) {
        let mut reader = ListReader::new(text.as_bytes());
        let entries = (&mut reader).map(|(sum, note)| (sum[0], note)).collect();
        (entries, reader.first_strange)
    }

    #[test]
    fn the_usual_forms_of_a_list_are_read() {
        let (a, b) = ("a1".repeat(32), "B2".repeat(32));
        for (line, note) in [
            (a.clone(), ""),
            (format!("  {a}  "), ""),
            (format!("{a}  invoice.exe"), "invoice.exe"),
            (format!("{a} *two words.doc"), "two words.doc"),
            (format!("\\{a}  strange\\nname"), "strange\\nname"),
            (format!("\"2026-01-01\", \"{a}\", \"{}\", \"0123\", \"bill.zip\"", "c".repeat(32)), "bill.zip"),
            (format!("{a};bad.js;12"), "bad.js"),
            (format!("\u{feff}{a}"), ""),
        ] {
            assert_eq!(read(&line), (vec![(0xa1, note.to_owned())], None), "{line}");
        }
        let text = format!("# comment\r\n\r\n{a}\r\nno sum here\r\n// more\r\n{b}\r\n");
        assert_eq!(read(&text), (vec![(0xa1, String::new()), (0xb2, String::new())], Some(4)));
    }

    #[test]
    fn endless_lines_and_bytes_that_are_no_text_do_no_harm() {
        let a = "a1".repeat(32);
        let mut bytes = vec![b'x'; 100_000];
        bytes.extend_from_slice(b"\n\xff\xfe\x00\n");
        bytes.extend_from_slice(a.as_bytes());
        let mut reader = ListReader::new(bytes.as_slice());
        assert_eq!((&mut reader).count(), 1);
        assert_eq!((reader.strange, reader.first_strange), (2, Some(1)));
    }

    #[test]
    fn a_file_without_sums_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.txt");
        std::fs::write(&path, "nothing\n").unwrap();
        assert!(MemoryHashes::default().add(&path, HashKind::Bad).is_err());
        std::fs::write(&path, "a1".repeat(32)).unwrap();
        let mut list = MemoryHashes::default();
        list.add(&path, HashKind::Bad).unwrap();
        assert_eq!(
            list.find(&[0xa1; 32]).map(|k| (k.kind, k.source)),
            Some((HashKind::Bad, "list.txt".into()))
        );
        assert_eq!(list.find(&[0; 32]), None);
    }
}
