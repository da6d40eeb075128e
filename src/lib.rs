//! Lazaret: a quarantine for one person's mail. This page says what flows where.
//!
//! ```text
//!            gui ─┐                              ┌─ mail     where mail comes from: IMAP, Maildir, files
//!                 ├─▶ service ──(commands,──▶────┼─ store    SQLite: verdicts, sent ledger, journal
//!            cli ─┘     events)                  ├─ account  settings, discovery, credentials
//!                                                └─ knowledge hash lists, ClamAV, YARA: at the person's choice
//!                                                    │
//!                         every layer may name ──▶ engine   PURE: bytes + context in, Verdict out
//! ```
//!
//! A message's way: [`mail`] hands raw bytes and an envelope to [`service::sync`], which asks
//! [`engine::judge`] with the person's [`store`] behind it (what was sent, whom they allow), writes verdict
//! and evidence in one transaction, and lets [`service::actions`] move what the policy quarantines, if the
//! account acts. The window is told by an event and asks for the rows that it shows.
//!
//! Dependencies point one way, and a test (`tests/architecture.rs`) keeps the walls: `mail`, `store`, `account`
//! and `knowledge` do not name each other; `engine` names none of them and has no clock, file, network or
//! database; SQL stands in `store` alone, the toolkit in `gui` alone, the IMAP crate in `mail::imap` alone.
//!
//! The only copy of a message is always the server's (or the Maildir's); see [`service::actions`].

pub mod account;
pub mod cli;
pub mod demo;
pub mod engine;
#[cfg(feature = "window")]
pub mod gui;
pub mod knowledge;
pub mod mail;
pub mod service;
pub mod store;
