-- Delivery problems that the person is done with: per bounce and recipient, as one bounce may name several.
CREATE TABLE dealt (
    message   INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
    recipient TEXT NOT NULL,               -- in lower case; empty where the bounce names none
    at        INTEGER NOT NULL,
    PRIMARY KEY (message, recipient)
) STRICT, WITHOUT ROWID;

-- Whether every recipient of a bounce is dealt with; written together with `dealt`.
ALTER TABLE messages ADD COLUMN dealt INTEGER NOT NULL DEFAULT 0;
CREATE INDEX messages_open_bounces ON messages (received) WHERE class = 'genuine_bounce' AND dealt = 0;
