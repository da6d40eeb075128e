-- Decisions about messages that are not known here: taken from a file, or from a database that was set aside.
-- Each is applied, and removed, when its message turns up.
CREATE TABLE remembered (
    account    INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    message_id TEXT NOT NULL,              -- empty where the message has none
    sha256     BLOB NOT NULL,
    size       INTEGER,
    kind       TEXT NOT NULL CHECK (kind IN ('quarantine', 'dealt')),
    value      TEXT NOT NULL,              -- the folder it came from; the recipient
    at         INTEGER NOT NULL,
    PRIMARY KEY (account, sha256, message_id, kind, value)
) STRICT, WITHOUT ROWID;

-- NULL where it was not kept.
ALTER TABLE restored ADD COLUMN size INTEGER;
UPDATE restored SET size = (SELECT size FROM messages m WHERE m.sha256 = restored.sha256 LIMIT 1);

-- What the person was told that is no action: lines of the activity list.
CREATE TABLE notes (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    at   INTEGER NOT NULL,
    says TEXT NOT NULL
) STRICT;

-- Retention: when the person first opened a message while it was held, and when it was first said that it
-- will be deleted for ever. Both begin anew with each stay in the quarantine.
ALTER TABLE messages ADD COLUMN shown INTEGER;
ALTER TABLE messages ADD COLUMN warned INTEGER;
CREATE INDEX messages_shown ON messages (account, shown) WHERE holding = 'held' AND shown IS NOT NULL;

CREATE TRIGGER messages_left AFTER UPDATE OF holding ON messages
WHEN old.holding = 'held' AND new.holding <> 'held' BEGIN
    UPDATE messages SET shown = NULL, warned = NULL WHERE id = new.id;
END;
