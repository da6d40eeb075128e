//! The sent ledger: what the person sent, by account, and the spans for which that is complete.
//!
//! [`AccountLedger`] answers the engine's questions by index, one query each. It reads the ledgers of all
//! accounts together (a person's addresses may span accounts), or of one.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, ToSql, params};

use super::{AccountId, Store, StoreError, row};
use crate::engine::ledger::{LedgerUnavailable, SentLedger, SentMail, Span, without_tag};

/// One sent mail with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSent {
    /// The Sent folder as the server spells it.
    pub folder: String,
    /// UIDVALIDITY of the folder.
    pub uid_validity: u32,
    /// UID in the folder.
    pub uid: u32,
    /// The mail.
    pub mail: SentMail,
}

impl Store {
    /// Adds sent mails in one transaction; one whose place is known already is left as it is.
    /// Returns how many were new.
    pub fn add_sent(&self, account: AccountId, mails: &[NewSent]) -> Result<usize, StoreError> {
        self.write(|tx| {
            let mut insert = tx.prepare_cached(
                "INSERT INTO sent (account, folder, uid_validity, uid, message_id, date, sender, recipients,
                 subject, mailer) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING",
            )?;
            let mut link =
                tx.prepare_cached("INSERT INTO sent_recipients VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?;
            let mut added = 0;
            for NewSent { folder, uid_validity, uid, mail } in mails {
                let date = mail.date.as_second();
                let new = insert.execute(params![
                    account,
                    folder,
                    uid_validity,
                    uid,
                    mail.message_id,
                    date,
                    mail.from,
                    row::to_json(&mail.recipients)?,
                    mail.subject,
                    mail.mailer,
                ])?;
                if new == 0 {
                    continue;
                }
                added += 1;
                let sent = tx.last_insert_rowid();
                for recipient in &mail.recipients {
                    link.execute(params![without_tag(recipient), date, sent])?;
                }
            }
            Ok(added)
        })
    }

    /// Notes that every mail sent as `identity` (lower case) through this account is known for `span`;
    /// spans that overlap or touch become one.
    pub fn extend_coverage(&self, account: AccountId, identity: &str, span: Span) -> Result<(), StoreError> {
        let (mut since, mut until) = (span.from.as_second(), span.to.as_second());
        if since > until {
            return Ok(());
        }
        self.write(|tx| {
            // Bounds are whole seconds, so spans one second apart leave nothing out between them.
            let near = "identity = ?1 AND account = ?2 AND since <= ?4 + 1 AND until >= ?3 - 1";
            let at = params![identity, account, since, until];
            let (first, last): (Option<i64>, Option<i64>) = tx.query_row(
                &format!("SELECT min(since), max(until) FROM sent_spans WHERE {near}"),
                at,
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            tx.execute(&format!("DELETE FROM sent_spans WHERE {near}"), at)?;
            since = since.min(first.unwrap_or(since));
            until = until.max(last.unwrap_or(until));
            tx.execute(
                "INSERT INTO sent_spans (account, identity, since, until) VALUES (?1, ?2, ?3, ?4)",
                params![account, identity, since, until],
            )
        })?;
        Ok(())
    }

    /// Every address that the person sent from, in order.
    pub fn sent_identities(&self) -> Result<Vec<String>, StoreError> {
        self.read(|c| {
            c.prepare_cached("SELECT DISTINCT sender FROM sent ORDER BY sender")?
                .query_map([], |row| row.get(0))?
                .collect()
        })
    }

    /// The oldest date in an account's ledger.
    pub fn oldest_sent(&self, account: AccountId) -> Result<Option<Timestamp>, StoreError> {
        self.read(|c| {
            c.prepare_cached("SELECT min(date) FROM sent WHERE account = ?1")?
                .query_row([account], |row| row::time_or_none(row, 0))
        })
    }

    /// The ledgers of all accounts together.
    pub fn ledger(&self) -> AccountLedger<'_> {
        AccountLedger { store: self, account: None }
    }

    /// The ledger of one account.
    pub fn ledger_of(&self, account: AccountId) -> AccountLedger<'_> {
        AccountLedger { store: self, account: Some(account) }
    }
}

/// The sent ledger as the engine asks it.
#[derive(Clone, Copy)]
pub struct AccountLedger<'a> {
    store: &'a Store,
    account: Option<AccountId>,
}

const MAIL: &str = "s.message_id, s.date, s.sender, s.recipients, s.subject, s.mailer";

fn read_mail(row: &Row<'_>) -> rusqlite::Result<SentMail> {
    Ok(SentMail {
        message_id: row.get(0)?,
        date: row::time(row, 1)?,
        from: row.get(2)?,
        recipients: row::json(row, 3)?,
        subject: row.get(4)?,
        mailer: row.get(5)?,
    })
}

/// The queries of the ledger. `?1` is the account or NULL for all.
pub(super) mod sql {
    use super::MAIL;

    pub(in crate::store) fn by_message_id() -> String {
        format!(
            "SELECT {MAIL} FROM sent s WHERE s.message_id = ?2 AND (?1 IS NULL OR s.account = ?1)
             ORDER BY s.id LIMIT 1"
        )
    }
    pub(in crate::store) fn to_recipient() -> String {
        format!(
            "SELECT {MAIL} FROM sent_recipients r CROSS JOIN sent s ON s.id = r.sent
             WHERE r.address = ?2 AND r.date BETWEEN ?3 AND ?4 AND (?1 IS NULL OR s.account = ?1)
             ORDER BY r.date DESC LIMIT 50"
        )
    }
    pub(in crate::store) fn with_subject() -> String {
        format!(
            "SELECT {MAIL} FROM sent s WHERE s.subject = ?2 AND s.date BETWEEN ?3 AND ?4
             AND (?1 IS NULL OR s.account = ?1) ORDER BY s.date DESC LIMIT 50"
        )
    }
    pub(in crate::store) fn sent_within() -> String {
        format!(
            "SELECT {MAIL} FROM sent s WHERE s.date BETWEEN ?2 AND ?3 AND (?1 IS NULL OR s.account = ?1)
             ORDER BY s.date DESC LIMIT 50"
        )
    }
    pub(in crate::store) const EVER_WROTE_TO: &str =
        "SELECT 1 FROM sent_recipients r CROSS JOIN sent s ON s.id = r.sent
         WHERE r.address = ?2 AND (?1 IS NULL OR s.account = ?1) LIMIT 1";
    pub(in crate::store) const EVER_USED: &str =
        "SELECT 1 FROM sent s WHERE s.mailer = ?2 AND (?1 IS NULL OR s.account = ?1) LIMIT 1";
    pub(in crate::store) const EVER_SUBMITTED_AT: &str =
        "SELECT 1 FROM messages WHERE relay = ?2 AND (?1 IS NULL OR account = ?1) LIMIT 1";
    pub(in crate::store) const COVERAGE: &str = "SELECT account, since, until FROM sent_spans
         WHERE identity = ?2 AND (?1 IS NULL OR account = ?1) ORDER BY account, since";
    pub(in crate::store) const LEN: &str =
        "SELECT coalesce(sum(sent), 0) FROM accounts WHERE ?1 IS NULL OR id = ?1";
}

impl AccountLedger<'_> {
    fn one<T>(
        &self,
        sql: &str,
        values: &[&dyn ToSql],
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, LedgerUnavailable> {
        let found = self.store.read(|c| c.prepare_cached(sql)?.query_row(values, read).optional());
        found.map_err(|e| LedgerUnavailable(e.to_string()))
    }

    fn many<T>(
        &self,
        sql: &str,
        values: &[&dyn ToSql],
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, LedgerUnavailable> {
        let found = self.store.read(|c| c.prepare_cached(sql)?.query_map(values, read)?.collect());
        found.map_err(|e| LedgerUnavailable(e.to_string()))
    }
}

impl SentLedger for AccountLedger<'_> {
    fn by_message_id(&self, id: &str) -> Result<Option<SentMail>, LedgerUnavailable> {
        self.one(&sql::by_message_id(), params![self.account, id], read_mail)
    }

    fn to_recipient(&self, address: &str, span: Span) -> Result<Vec<SentMail>, LedgerUnavailable> {
        let (from, to) = (span.from.as_second(), span.to.as_second());
        self.many(&sql::to_recipient(), params![self.account, without_tag(address), from, to], read_mail)
    }

    fn with_subject(&self, subject: &str, span: Span) -> Result<Vec<SentMail>, LedgerUnavailable> {
        let (from, to) = (span.from.as_second(), span.to.as_second());
        self.many(&sql::with_subject(), params![self.account, subject, from, to], read_mail)
    }

    fn sent_within(&self, span: Span) -> Result<Vec<SentMail>, LedgerUnavailable> {
        let (from, to) = (span.from.as_second(), span.to.as_second());
        self.many(&sql::sent_within(), params![self.account, from, to], read_mail)
    }

    fn ever_wrote_to(&self, address: &str) -> Result<bool, LedgerUnavailable> {
        let values = params![self.account, without_tag(address)];
        Ok(self.one(sql::EVER_WROTE_TO, values, |_| Ok(()))?.is_some())
    }

    fn ever_used(&self, mailer: &str) -> Result<bool, LedgerUnavailable> {
        Ok(self.one(sql::EVER_USED, params![self.account, mailer], |_| Ok(()))?.is_some())
    }

    fn ever_submitted_at(&self, host: &str) -> Result<bool, LedgerUnavailable> {
        Ok(self.one(sql::EVER_SUBMITTED_AT, params![self.account, host], |_| Ok(()))?.is_some())
    }

    /// Where several accounts hold the identity, a time counts as covered only where one account covers it
    /// and every other does too or begins later: mail sent through an account that is behind would
    /// otherwise look forged.
    fn coverage(&self, identity: &str) -> Result<Vec<Span>, LedgerUnavailable> {
        let rows = self.many(sql::COVERAGE, params![self.account, identity], |row| {
            Ok((row.get::<_, AccountId>(0)?, Span { from: row::time(row, 1)?, to: row::time(row, 2)? }))
        })?;
        let mut per_account: Vec<(AccountId, Vec<Span>)> = Vec::new();
        for (account, span) in rows {
            match per_account.last_mut() {
                Some((last, spans)) if *last == account => spans.push(span),
                _ => per_account.push((account, vec![span])),
            }
        }
        Ok(common(&per_account.into_iter().map(|(_, spans)| spans).collect::<Vec<_>>()))
    }

    fn len(&self) -> Result<usize, LedgerUnavailable> {
        let n = self.one(sql::LEN, params![self.account], |row| row::count(row, 0))?.unwrap_or(0);
        Ok(usize::try_from(n).unwrap_or(usize::MAX))
    }
}

/// The times that some ledger covers and that no other ledger which had begun by then leaves out.
/// Each ledger's spans are sorted and apart.
fn common(ledgers: &[Vec<Span>]) -> Vec<Span> {
    let mut edges: Vec<Timestamp> = ledgers.iter().flatten().flat_map(|s| [s.from, s.to]).collect();
    edges.sort();
    edges.dedup();
    let covered = |at: Timestamp| {
        let begun = || ledgers.iter().filter(|l| l.first().is_some_and(|s| s.from <= at));
        begun().next().is_some() && begun().all(|l| l.iter().any(|s| s.holds(at)))
    };
    // Between two neighbouring edges the answer is the same all along: its middle decides.
    let mut spans: Vec<Span> = Vec::new();
    let mut push = |from: Timestamp, to: Timestamp| match spans.last_mut() {
        Some(last) if last.to == from => last.to = to,
        _ => spans.push(Span { from, to }),
    };
    for (i, &edge) in edges.iter().enumerate() {
        if covered(edge) {
            push(edge, edge);
        }
        if let Some(&next) = edges.get(i + 1) {
            let half = edge.duration_until(next) / 2;
            if edge.checked_add(half).is_ok_and(covered) {
                push(edge, next);
            }
        }
    }
    spans
}
