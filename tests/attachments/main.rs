//! Attachments through the public doors, with harmless files made here.

mod bombs;
mod bounds;
#[cfg(unix)]
mod clamd;
mod compound;
mod containers;
mod disks;
mod documents;
mod envelopes;
mod every;
mod every_document;
mod files;
#[path = "../fuzz/formats.rs"]
mod formats;
mod known;
mod lures;
mod macos;
mod memory;
mod mime_again;
mod mime_lists;
mod mime_rules;
mod mime_tricks;
mod opened;
mod packed;
mod packers;
mod robust;
mod types;
