//! IMAP, over our own TCP and TLS stream and behind the [`super::Mailbox`] trait.
//!
//! [`endpoint`] says where, `session` connects and signs in (by the `imap` crate), `wire` runs commands,
//! [`reader`] takes their answers from the stream under bounds, [`answers`] understands them, `fetch` and `moves` are the two jobs that
//! need thought. A server's habit that needs other behaviour is a line in the tables of `session`; an item
//! of an answer that nobody reads yet goes into [`answers`].

pub mod answers;
mod changes;
pub mod endpoint;
mod fetch;
mod gate;
mod idle;
mod mailbox;
mod moves;
mod opening;
mod outline;
mod packing;
pub mod reader;
mod session;
mod signing;
mod stream;
mod structure;
mod tls;
mod wire;

pub use endpoint::{Bounds, Endpoint, Protection};
pub use mailbox::{ImapMailbox, connect};
pub use tls::fingerprint;
