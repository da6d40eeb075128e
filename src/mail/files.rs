//! Messages from files: .eml, mbox, Maildir and folders of them, for `lazaret scan`.
