//! What a server says, in lines and literals, byte by byte or in one piece, and every reading of it.

#![no_main]

use std::io;

use lazaret::mail::imap::reader::{Source, answer};
use lazaret::mail::imap::{Bounds, answers};
use libfuzzer_sys::fuzz_target;

/// The first byte says in which pieces the others come.
struct Pieces<'a>(&'a [u8], usize);

impl Source for Pieces<'_> {
    fn fill(&mut self) -> io::Result<&[u8]> {
        match self.0 {
            [] => Err(io::ErrorKind::UnexpectedEof.into()),
            rest => Ok(&rest[..self.1.min(rest.len())]),
        }
    }

    fn consume(&mut self, n: usize) {
        self.0 = &self.0[n..];
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((step, wire)) = bytes.split_first() else { return };
    let bounds = Bounds { line: 4 << 10, message: 8 << 10, ..Bounds::default() };
    let mut source = Pieces(wire, usize::from(*step) + 1);
    while let Ok(found) = answer(&mut source, "L1 ", &bounds) {
        assert!(found.text.len() <= bounds.line);
        let kept: usize = found.literals.iter().map(|l| l.bytes.len()).sum();
        assert!(kept <= bounds.message);
        let _ = (found.search(), found.esearch(), found.vanished(), found.changed_flags(), found.capabilities());
        let _ = (found.namespace(), found.rights(), found.status(), found.exists(), found.ok_text());
        let _ = (found.clone().list(), found.clone().sections(), found.clone().fetch());
        let text = String::from_utf8_lossy(&found.text);
        let _ = (answers::copy_uid(&text), answers::words(&text).len());
    }
});
