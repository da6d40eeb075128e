//! An account of the service with a database of its own, synced step by step without threads.

use jiff::Timestamp;
use lazaret::account::{Mode, Origin, Security, Settings};
use lazaret::engine::Strictness;
use lazaret::mail::imap::{Endpoint, Protection, connect};
use lazaret::mail::{Cancel, MailError, Mailbox};
use lazaret::service::actions::{self, Outcome};
use lazaret::service::desk::{Account, Desk};
use lazaret::service::sync::{SyncReport, sync};
use lazaret::service::work::Work;
use lazaret::service::{Place, ServiceError};
use lazaret::store::{Holding, Store, StoreQuery, StoreShelf, StoredRow};

/// The owner of the test mailbox.
pub(crate) const ME: &str = "anna@harbour.example";

/// The database, and where the server is.
pub(crate) struct Rig {
    pub(crate) store: Store,
    pub(crate) mode: Mode,
    pub(crate) endpoint: Endpoint,
    data: tempfile::TempDir,
}

impl Rig {
    /// A fresh database for `anna` on this port of this machine, in plain text.
    pub(crate) fn new(port: u16, mode: Mode) -> Rig {
        let data = tempfile::tempdir().unwrap();
        let store = Place::at(data.path()).open().unwrap();
        let endpoint = Endpoint::new("127.0.0.1", port, Protection::Plain, "anna", None);
        let settings = settings(port, mode);
        let json = serde_json::to_string(&settings).unwrap();
        store.add_account("Work", &json, Timestamp::now()).unwrap();
        Rig { store, mode, endpoint, data }
    }

    fn account(&self) -> Account {
        let mut account = lazaret::service::desk::account(&self.store, "Work").unwrap();
        account.settings.mode = self.mode;
        account
    }

    /// The folder of the database.
    pub(crate) fn data(&self) -> &std::path::Path {
        self.data.path()
    }

    /// The account's key.
    pub(crate) fn account_id(&self) -> i64 {
        self.account().id
    }

    /// Signs in.
    pub(crate) fn connect(&self) -> Result<Box<dyn Mailbox>, MailError> {
        Ok(Box::new(connect(&self.endpoint, "secret", &Cancel::default())?))
    }

    /// Does one piece of work on a mailbox.
    pub(crate) fn at<T>(
        &mut self,
        mailbox: &mut dyn Mailbox,
        work: impl FnOnce(&mut Desk<'_>, &mut Work<'_>) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let account = self.account();
        let mut desk = Desk { store: &mut self.store, mailbox, account: &account, now: Timestamp::now() };
        work(&mut desk, &mut Work::new(Cancel::default(), &mut |_| {}))
    }

    /// Connects and syncs once.
    pub(crate) fn sync(&mut self) -> Result<SyncReport, ServiceError> {
        let mut mailbox = self.connect()?;
        self.at(&mut *mailbox, sync)
    }

    /// Connects and restores messages.
    pub(crate) fn restore(&mut self, ids: &[i64]) -> Result<Outcome, ServiceError> {
        let mut mailbox = self.connect()?;
        self.at(&mut *mailbox, |desk, work| actions::restore(desk, ids, work))
    }

    /// Every saved message, oldest key first.
    pub(crate) fn rows(&self) -> Vec<StoredRow> {
        self.every(100_000)
    }

    /// The same, up to a limit.
    pub(crate) fn every(&self, limit: usize) -> Vec<StoredRow> {
        let query = StoreQuery { shelf: StoreShelf::All, limit, ..StoreQuery::default() };
        let mut rows = self.store.list(&query).unwrap().rows;
        rows.sort_by_key(|row| row.id);
        rows
    }

    /// The keys of messages with this holding.
    pub(crate) fn with(&self, holding: Holding) -> Vec<i64> {
        self.rows().iter().filter(|row| row.holding == holding).map(|row| row.id).collect()
    }
}

/// Settings of the account.
pub(crate) fn settings(port: u16, mode: Mode) -> Settings {
    Settings {
        name: "Work".into(),
        addresses: vec![ME.into()],
        origin: Origin::Imap {
            host: "127.0.0.1".into(),
            port,
            security: Security::Plain,
            login: "anna".into(),
            fingerprint: None,
        },
        mode,
        strictness: Strictness::Normal,
        sent_folder: None,
        sign_in: Default::default(),
        keep_days: None,
    }
}

/// A letter that nobody minds.
pub(crate) fn letter(number: usize) -> Vec<u8> {
    format!(
        "From: Ada <ada@example.net>\r\nTo: {ME}\r\nSubject: Letter {number}\r\n\
         Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <l{number}@example.net>\r\n\r\nHello {number}\r\n"
    )
    .into_bytes()
}

/// A letter with a program that calls itself a document: always quarantined.
pub(crate) fn worm(number: usize) -> Vec<u8> {
    let mut program = b"MZ\x90\0".to_vec();
    program.resize(64, 0);
    program[60] = 64;
    program.extend(b"PE\0\0\x4c\x01\x01\0");
    program.resize(400, 0);
    use base64::Engine as _;
    let coded = base64::engine::general_purpose::STANDARD.encode(&program);
    format!(
        "From: Ben <ben@example.com>\r\nTo: {ME}\r\nSubject: Invoice {number}\r\n\
         Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <w{number}@example.com>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee attached.\r\n\
         --b\r\nContent-Type: application/pdf; name=\"invoice.pdf.exe\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"invoice.pdf.exe\"\r\n\r\n{coded}\r\n--b--\r\n"
    )
    .into_bytes()
}
