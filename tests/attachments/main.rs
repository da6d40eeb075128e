//! Attachments through the public doors, with harmless files made here.

mod bombs;
mod bounds;
#[cfg(unix)]
mod clamd;
mod compound;
mod containers;
mod disks;
mod documents;
mod every;
mod every_document;
mod files;
mod known;
mod lures;
mod memory;
mod mime_lists;
mod mime_rules;
mod mime_tricks;
mod opened;
mod robust;
mod types;
