//! Lazaret: a quarantine for mail.
pub mod account;
pub mod engine;
pub mod mail;
pub mod service;
pub mod store;
