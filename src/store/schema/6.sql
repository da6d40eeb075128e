-- Full-text search. Contentless: the words only, as the messages themselves are kept elsewhere. Scripts
-- without spaces between words are stored one character a word; see search.rs, which writes every row.
CREATE VIRTUAL TABLE search USING fts5(
    sender, recipient, subject, file, server, body,
    content = '', contentless_delete = 1, prefix = '2 3',
    tokenize = "unicode61 remove_diacritics 2"
);

-- Messages that were judged before there was a search: Store::open indexes them and empties this.
CREATE TABLE search_due (message INTEGER PRIMARY KEY) STRICT;
INSERT INTO search_due SELECT id FROM messages;

CREATE TRIGGER messages_unsearched AFTER DELETE ON messages BEGIN
    DELETE FROM search WHERE rowid = old.id;
END;

CREATE INDEX findings_id ON findings (id, message);
-- A storm's newest member on a shelf, and what is in no storm: the folded list.
CREATE INDEX messages_storm_shelved ON messages (storm, received) WHERE shelved = 1 AND storm IS NOT NULL;
CREATE INDEX messages_single_shelved ON messages (received) WHERE shelved = 1 AND storm IS NULL;

-- What the search index replaces.
ALTER TABLE messages DROP COLUMN haystack;
