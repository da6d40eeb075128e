-- Held mail in groups by sender, without a look at the messages.
CREATE INDEX messages_sender_shelved ON messages (from_address, received) WHERE shelved = 1;
