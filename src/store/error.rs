//! What can go wrong with the database, each with what to do about it.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// A failure of the database. `Display` says what happened; [`StoreError::advice`] what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A newer program wrote it. It was not touched.
    #[error("the database {} was written by a newer version of Lazaret (version {found}, this one knows {known})", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// Another program's. It was not touched.
    #[error("the database {} belongs to another program", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Not an SQLite file, or one whose content contradicts itself.
    #[error("the database {} is damaged: {says}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was seen.
        says: String,
    },
    /// Another program holds it for longer than was waited.
    #[error("the database {} is in use by another program", .path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// No room.
    #[error("the database {} can't be written because the disk is full", .path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The file or its folder can't be read or written.
    #[error("the database {} can't be opened or written: {says}", .path.display())]
    Permission {
        /// The file.
        path: PathBuf,
        /// The system's words.
        says: String,
    },
    /// The disk, or a limit set on what may be written to it, fails a read or a write.
    #[error("the database {} can't be read or written: {says}", .path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// SQLite's words.
        says: String,
    },
    /// What was asked for is not there, or stands against what is.
    #[error("{0}")]
    Refused(String),
    /// Anything else.
    #[error("the database {} failed: {says}", .path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// SQLite's words.
        says: String,
    },
}

impl StoreError {
    /// What the person can do about it, in one sentence.
    pub fn advice(&self) -> &'static str {
        match self {
            StoreError::Newer { .. } => "Nothing was changed. Install the newer version of Lazaret again.",
            StoreError::Damaged { .. } => {
                "No mail is lost: it is on your server. Open Lazaret or run `lazaret sync`: a file that can't be used is set aside, and your mail is read anew."
            }
            StoreError::Foreign { .. } => {
                "Nothing was changed. Move the file elsewhere, or name another folder with LAZARET_DATA, and start again."
            }
            StoreError::Locked { .. } => "Close the other Lazaret window or program, then try again.",
            StoreError::Full { .. } => "Nothing was lost. Make room on the disk, then try again.",
            StoreError::Permission { .. } => {
                "Check that the folder exists, belongs to you and can be written."
            }
            StoreError::Disk { .. } => {
                "Nothing was lost. Check that the disk has room for you and is in order, then try again."
            }
            StoreError::Refused(_) => "Check what was asked for and try again.",
            StoreError::Other { .. } => {
                "Nothing was lost. Start Lazaret again; if it stays so, report the words above."
            }
        }
    }

    /// Gives an SQLite error its meaning.
    pub(super) fn from_sqlite(path: &Path, error: &rusqlite::Error) -> StoreError {
        let path = path.to_owned();
        let says = error.to_string();
        if let rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::IntegralValueOutOfRange(..) = error
        {
            return StoreError::Damaged { path, says: format!("a row can't be read ({says})") };
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged { path, says },
            Some(
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed,
            ) => StoreError::Locked { path },
            Some(ErrorCode::DiskFull) => StoreError::Full { path },
            Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly | ErrorCode::CannotOpen) => {
                StoreError::Permission { path, says }
            }
            Some(ErrorCode::SystemIoFailure) => StoreError::Disk { path, says },
            _ => StoreError::Other { path, says },
        }
    }

    /// Gives an error of the file system its meaning.
    pub(super) fn from_io(path: &Path, error: &std::io::Error) -> StoreError {
        let path = path.to_owned();
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::Full { path },
            _ => StoreError::Permission { path, says: error.to_string() },
        }
    }
}
