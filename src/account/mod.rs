//! Accounts: settings, discovery, credentials, certificates. Names neither `mail` nor `store`.

pub mod settings;

pub use settings::{Mode, Origin, Security, Settings};
