//! IMAP, over our own TCP and TLS stream and behind the [`super::Mailbox`] trait.
