//! Archives: the first byte chooses the format, whose magic is put in place, so that every reader is reached.

#![no_main]

#[allow(dead_code)]
#[path = "../formats.rs"]
mod formats;

use lazaret::engine::{Limits, attachment::inspect_file};
use libfuzzer_sys::fuzz_target;

use formats::ARCHIVES;

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let (name, at, magic) = ARCHIVES[usize::from(*choice) % ARCHIVES.len()];
    let mut bytes = bytes.to_vec();
    if bytes.len() < at + magic.len() {
        bytes.resize(at + magic.len(), 0);
    }
    bytes[at..at + magic.len()].copy_from_slice(magic);
    let inspected = inspect_file(name, &bytes, &Limits::default());
    assert!(!inspected.attachments.is_empty(), "the file itself is always reported");
});
