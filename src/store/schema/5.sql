-- Files that the person knows: SHA-256 sums from imported lists. The newest list wins over an older one.
CREATE TABLE hash_lists (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    name   TEXT NOT NULL,                  -- the file it came from
    kind   TEXT NOT NULL CHECK (kind IN ('bad', 'good')),
    added  INTEGER NOT NULL,
    UNIQUE (name, kind)
) STRICT;

CREATE TABLE hashes (
    sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
    list   INTEGER NOT NULL REFERENCES hash_lists ON DELETE CASCADE,
    note   TEXT NOT NULL                   -- what the list calls it, or empty
) STRICT, WITHOUT ROWID;

CREATE INDEX hashes_list ON hashes (list);

-- Choices of the person's that belong to no account, as JSON.
CREATE TABLE options (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
