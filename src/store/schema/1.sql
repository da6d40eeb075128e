-- The first schema. Never edit a released migration: add the next file and name it in schema.rs.
--
-- Times are Unix seconds in UTC. Words (class, state, ...) are those of the engine's `word()`.
-- JSON columns hold the engine's own serialisation. Rowids of messages and actions are never reused,
-- because the window keeps them.

CREATE TABLE accounts (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    name      TEXT NOT NULL UNIQUE,
    settings  TEXT NOT NULL,
    created   INTEGER NOT NULL,
    last_sync INTEGER,
    sent      INTEGER NOT NULL DEFAULT 0   -- rows of `sent`, kept by triggers
) STRICT;

CREATE TABLE folders (
    account       INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    name          TEXT NOT NULL,           -- as the server spells it
    role          TEXT,
    uid_validity  INTEGER,
    last_uid      INTEGER NOT NULL DEFAULT 0,
    modseq        INTEGER,                 -- HIGHESTMODSEQ (RFC 7162), where the server has it
    PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    account           INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    folder            TEXT NOT NULL,       -- where it stands now
    uid_validity      INTEGER,             -- NULL together with uid: the place in the folder is not known
    uid               INTEGER,
    from_folder       TEXT NOT NULL,       -- where it arrived
    from_uid_validity INTEGER,
    from_uid          INTEGER,
    received          INTEGER NOT NULL,
    judged            INTEGER NOT NULL,
    size              INTEGER NOT NULL,
    sha256            BLOB,                -- NULL where only the header was fetched
    holding           TEXT NOT NULL DEFAULT 'in_place' CHECK (holding IN ('in_place', 'held', 'restored', 'gone')),
    class             TEXT NOT NULL,
    disposition       TEXT NOT NULL,
    score             REAL NOT NULL,
    message_id        TEXT,
    from_name         TEXT COLLATE NOCASE,
    from_address      TEXT,
    subject           TEXT COLLATE NOCASE,
    date              INTEGER,
    flags             TEXT NOT NULL,       -- JSON array
    reason            TEXT NOT NULL,
    attachment        TEXT,                -- the name that a list shows
    reporting_mta     TEXT,
    storm             TEXT,
    haystack          TEXT NOT NULL,       -- From, address, subject, attachment names in lower case
    class_rank        INTEGER NOT NULL AS (CASE class
        WHEN 'genuine_bounce' THEN 0 WHEN 'backscatter' THEN 1 WHEN 'unverified_bounce' THEN 2
        WHEN 'automatic' THEN 3 WHEN 'fake_bounce' THEN 4 WHEN 'suspicious' THEN 5
        WHEN 'malicious' THEN 6 ELSE 7 END) VIRTUAL,
    -- Held, or would be if the account acted.
    shelved           INTEGER NOT NULL AS
        (holding = 'held' OR (holding = 'in_place' AND disposition = 'quarantine')) VIRTUAL,
    CHECK ((uid IS NULL) = (uid_validity IS NULL))
) STRICT;

-- Every list is ordered by a key, then time, then id, all in one direction: pages by key stay possible.
CREATE UNIQUE INDEX messages_place ON messages (account, folder, uid_validity, uid);
CREATE INDEX messages_received ON messages (received);
CREATE INDEX messages_class ON messages (class, received);
CREATE INDEX messages_rank ON messages (class_rank, received);
CREATE INDEX messages_from ON messages (from_name, received);
CREATE INDEX messages_subject ON messages (subject, received);
CREATE INDEX messages_account ON messages (account, received);
CREATE INDEX messages_score ON messages (score, received);
CREATE INDEX messages_shelved ON messages (received) WHERE shelved = 1;
CREATE INDEX messages_sha256 ON messages (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX messages_message_id ON messages (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX messages_storm ON messages (storm, received) WHERE storm IS NOT NULL;
CREATE INDEX messages_source ON messages (reporting_mta)
    WHERE class = 'backscatter' AND reporting_mta IS NOT NULL;

-- What only the reading pane needs, so that rows of `messages` stay small.
CREATE TABLE details (
    message     INTEGER PRIMARY KEY REFERENCES messages ON DELETE CASCADE,
    notice      TEXT,
    attachments TEXT NOT NULL
) STRICT;

CREATE TABLE findings (
    message  INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
    ordinal  INTEGER NOT NULL,
    id       TEXT NOT NULL,
    severity TEXT NOT NULL,
    toward   TEXT NOT NULL,
    weight   REAL NOT NULL,
    says     TEXT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (message, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE sources (
    message INTEGER PRIMARY KEY REFERENCES messages ON DELETE CASCADE,
    size    INTEGER NOT NULL,
    sha256  BLOB NOT NULL,
    zlib    BLOB NOT NULL
) STRICT;

-- Figures that would cost a pass over `messages`.
CREATE TABLE tallies (
    account     INTEGER NOT NULL,
    class       TEXT NOT NULL,
    disposition TEXT NOT NULL,
    holding     TEXT NOT NULL,
    n           INTEGER NOT NULL,
    PRIMARY KEY (account, class, disposition, holding)
) STRICT, WITHOUT ROWID;

CREATE TABLE days (
    day   INTEGER NOT NULL,                -- days since 1970-01-01, UTC
    class TEXT NOT NULL,
    n     INTEGER NOT NULL,
    PRIMARY KEY (day, class)
) STRICT, WITHOUT ROWID;

CREATE TABLE storms (
    storm TEXT PRIMARY KEY,
    n     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER messages_added AFTER INSERT ON messages BEGIN
    INSERT INTO tallies VALUES (new.account, new.class, new.disposition, new.holding, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO days VALUES (new.received / 86400, new.class, 1) ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO storms SELECT new.storm, 1 WHERE new.storm IS NOT NULL ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER messages_removed AFTER DELETE ON messages BEGIN
    UPDATE tallies SET n = n - 1 WHERE account = old.account AND class = old.class
        AND disposition = old.disposition AND holding = old.holding;
    UPDATE days SET n = n - 1 WHERE day = old.received / 86400 AND class = old.class;
    UPDATE storms SET n = n - 1 WHERE storm = old.storm;
END;

CREATE TRIGGER messages_changed
AFTER UPDATE OF account, class, disposition, holding, received, storm ON messages BEGIN
    UPDATE tallies SET n = n - 1 WHERE account = old.account AND class = old.class
        AND disposition = old.disposition AND holding = old.holding;
    UPDATE days SET n = n - 1 WHERE day = old.received / 86400 AND class = old.class;
    UPDATE storms SET n = n - 1 WHERE storm = old.storm;
    INSERT INTO tallies VALUES (new.account, new.class, new.disposition, new.holding, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO days VALUES (new.received / 86400, new.class, 1) ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO storms SELECT new.storm, 1 WHERE new.storm IS NOT NULL ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TABLE sent (
    id           INTEGER PRIMARY KEY,
    account      INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    folder       TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    uid          INTEGER NOT NULL,
    message_id   TEXT,
    date         INTEGER NOT NULL,
    sender       TEXT NOT NULL,
    recipients   TEXT NOT NULL,            -- JSON array, in order
    subject      TEXT NOT NULL,
    mailer       TEXT
) STRICT;

CREATE UNIQUE INDEX sent_place ON sent (account, folder, uid_validity, uid);
CREATE INDEX sent_message_id ON sent (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX sent_mailer ON sent (mailer) WHERE mailer IS NOT NULL;
CREATE INDEX sent_sender ON sent (sender, account);
CREATE INDEX sent_date ON sent (date);

CREATE TABLE sent_recipients (
    address TEXT NOT NULL,                 -- in lower case, without the +tag
    date    INTEGER NOT NULL,
    sent    INTEGER NOT NULL REFERENCES sent ON DELETE CASCADE,
    PRIMARY KEY (address, date, sent)
) STRICT, WITHOUT ROWID;

CREATE INDEX sent_recipients_sent ON sent_recipients (sent);

CREATE TRIGGER sent_added AFTER INSERT ON sent BEGIN
    UPDATE accounts SET sent = sent + 1 WHERE id = new.account;
END;
CREATE TRIGGER sent_removed AFTER DELETE ON sent BEGIN
    UPDATE accounts SET sent = sent - 1 WHERE id = old.account;
END;

CREATE TABLE sent_spans (
    account  INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    identity TEXT NOT NULL,
    since    INTEGER NOT NULL,
    until    INTEGER NOT NULL,
    PRIMARY KEY (identity, account, since),
    CHECK (since <= until)
) STRICT, WITHOUT ROWID;
CREATE INDEX sent_spans_account ON sent_spans (account);

CREATE TABLE senders (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    rule    TEXT NOT NULL,
    scope   TEXT NOT NULL,
    value   TEXT NOT NULL,
    expires INTEGER,
    added   INTEGER NOT NULL,
    origin  TEXT NOT NULL,
    UNIQUE (scope, value)
) STRICT;

CREATE TABLE actions (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    account           INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    message           INTEGER REFERENCES messages ON DELETE SET NULL,
    kind              TEXT NOT NULL,
    state             TEXT NOT NULL CHECK (state IN ('intended', 'begun', 'done', 'failed', 'undone')),
    actor             TEXT NOT NULL CHECK (actor IN ('person', 'rule')),
    message_id        TEXT,
    sha256            BLOB,
    from_folder       TEXT NOT NULL,
    from_uid_validity INTEGER,
    from_uid          INTEGER,
    to_folder         TEXT NOT NULL,
    to_uid_validity   INTEGER,
    to_uid            INTEGER,
    at                INTEGER NOT NULL,
    ended             INTEGER,
    says              TEXT NOT NULL,
    error             TEXT,
    undo_of           INTEGER REFERENCES actions ON DELETE SET NULL
) STRICT;

CREATE INDEX actions_unfinished ON actions (account) WHERE state IN ('intended', 'begun');
CREATE INDEX actions_account ON actions (account);
CREATE INDEX actions_message ON actions (message) WHERE message IS NOT NULL;
CREATE INDEX actions_undo_of ON actions (undo_of) WHERE undo_of IS NOT NULL;

CREATE TABLE restored (
    account    INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    message_id TEXT NOT NULL,              -- empty where the message has none
    sha256     BLOB NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (account, sha256, message_id)
) STRICT, WITHOUT ROWID;
