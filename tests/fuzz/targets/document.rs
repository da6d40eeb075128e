//! Documents: the first byte chooses the format, whose magic is put in place, so that every reader is reached.

#![no_main]

#[allow(dead_code)]
#[path = "../formats.rs"]
mod formats;

use lazaret::engine::{Limits, attachment::inspect_file};
use libfuzzer_sys::fuzz_target;

use formats::DOCUMENTS;

fuzz_target!(|data: &[u8]| {
    let Some((choice, rest)) = data.split_first() else { return };
    let (name, magic) = DOCUMENTS[usize::from(*choice) % DOCUMENTS.len()];
    // A seed that is such a file keeps its own beginning.
    let bytes = if rest.starts_with(magic) { rest.to_vec() } else { [magic, rest].concat() };
    let inspected = inspect_file(name, &bytes, &Limits::default());
    assert!(!inspected.attachments.is_empty(), "the file itself is always reported");
});
