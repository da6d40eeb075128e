-- Who brought a line of the activity list about that is no action on mail.
ALTER TABLE notes ADD COLUMN actor TEXT NOT NULL DEFAULT 'rule' CHECK (actor IN ('person', 'rule'));
