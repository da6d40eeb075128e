//! A Maildir with sub-folders (Maildir++), as a mailbox.
