-- How a folder stood when everything in it had been taken in: an equal UIDNEXT and an equal number of
-- messages prove that nothing changed. `modseq` stands there since the first schema.

ALTER TABLE folders ADD COLUMN uid_next INTEGER;
ALTER TABLE folders ADD COLUMN present INTEGER;
