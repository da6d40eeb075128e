-- The server at which the person handed in the mail that a genuine bounce returned: learned from it.
ALTER TABLE messages ADD COLUMN relay TEXT;
CREATE INDEX messages_relay ON messages (relay) WHERE relay IS NOT NULL;
