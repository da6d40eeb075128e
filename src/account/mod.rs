//! Accounts: settings, discovery, credentials, paths. Names neither `mail` nor `store`.
//!
//! Settings are data that the store keeps as opaque JSON; passwords live in the system's keyring alone, or come from
//! a command of the person's. A
//! provider's servers are a row in `discovery/providers.rs`.

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::unwrap_used))]

pub mod command;
pub mod credentials;
pub mod discovery;
pub mod kept;
pub mod login;
pub mod paths;
pub mod settings;

pub use credentials::{CredentialError, Credentials, Kept};
pub use discovery::{Candidate, candidates};
pub use login::Login;
pub use paths::{Paths, PathsError};
pub use settings::{MOST_DAYS, Mode, Origin, Security, Settings, SignIn};
