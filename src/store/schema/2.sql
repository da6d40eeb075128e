-- A notice that names a subject and no Message-ID: the sent mails with that subject, by date.
CREATE INDEX sent_subject ON sent (subject, date);
