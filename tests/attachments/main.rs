//! Attachments through the public doors, with harmless files made here.

#[cfg(unix)]
mod clamd;
mod containers;
mod disks;
mod documents;
mod files;
mod known;
mod lures;
mod mime_lists;
mod mime_rules;
mod mime_tricks;
mod opened;
mod robust;
mod types;
