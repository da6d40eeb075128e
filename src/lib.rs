//! Lazaret: a quarantine for mail.
pub mod account;
pub mod engine;
#[cfg(feature = "window")]
pub mod gui;
pub mod mail;
pub mod service;
pub mod store;
