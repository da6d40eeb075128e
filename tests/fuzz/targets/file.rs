//! A bare file of any kind under a name that says nothing.

#![no_main]

use lazaret::engine::{Limits, attachment::inspect_file};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let inspected = inspect_file("file", bytes, &Limits::default());
    assert!(!inspected.attachments.is_empty(), "the file itself is always reported");
});
