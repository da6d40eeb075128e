//! SQLite: the quarantine index, the sent ledger, senders, the journal. The only place with SQL.
