//! Lazaret: a quarantine for mail.
pub mod account;
pub mod cli;
pub mod demo;
pub mod engine;
#[cfg(feature = "window")]
pub mod gui;
pub mod mail;
pub mod service;
pub mod store;
