//! Documents: the first byte chooses the format, whose magic is put in place, so that every reader is reached.

#![no_main]

use lazaret::engine::{Limits, attachment::inspect_file};
use libfuzzer_sys::fuzz_target;

/// Names, and what every file of the format begins with.
const FORMATS: &[(&str, &[u8])] = &[
    ("a.pdf", b"%PDF-1.4\n"),
    ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("a.xls", b"\x09\x08\x10\0\0\x06\x05\0"),
    ("a.rtf", b"{\\rtf1{\\object{\\*\\objdata "),
    ("a.one", b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3"),
    ("a.lnk", b"\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"),
    ("a.html", b"<html><script>"),
    ("a.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>"),
    ("a.url", b"[InternetShortcut]\nURL="),
    ("a.exe", b"MZ\x90\0"),
    ("a.eml", b"From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"),
    ("a.js", b"var a = "),
];

fuzz_target!(|data: &[u8]| {
    let Some((choice, rest)) = data.split_first() else { return };
    let (name, magic) = FORMATS[usize::from(*choice) % FORMATS.len()];
    // A seed that is such a file keeps its own beginning.
    let bytes = if rest.starts_with(magic) { rest.to_vec() } else { [magic, rest].concat() };
    let inspected = inspect_file(name, &bytes, &Limits::default());
    assert!(!inspected.attachments.is_empty(), "the file itself is always reported");
});
