//! Attachments through the public doors, with harmless files made here.

#[cfg(unix)]
mod clamd;
mod containers;
mod documents;
mod files;
mod known;
mod mime_tricks;
mod robust;
