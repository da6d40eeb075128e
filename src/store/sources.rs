//! The kept source of quarantined and flagged messages, compressed, byte for byte.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256 as Hasher};

use super::{MessageId, Store, StoreError, row};

/// A SHA-256 sum.
pub type Sha256 = [u8; 32];

/// The sum of a message as it was fetched.
pub fn sha256(bytes: &[u8]) -> Sha256 {
    Hasher::digest(bytes).into()
}

/// Compressed bytes with the size and sum of what they hold.
pub(super) struct Packed {
    size: u64,
    sum: Sha256,
    zlib: Vec<u8>,
}

/// Compresses a source. In memory, so that it never fails for want of disk.
pub(super) fn pack(source: &[u8]) -> Result<Packed, StoreError> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(source.len() / 3), Compression::new(4));
    let zlib = encoder.write_all(source).and_then(|()| encoder.finish());
    let zlib = zlib.map_err(|e| StoreError::Refused(format!("a message could not be compressed: {e}")))?;
    Ok(Packed { size: source.len() as u64, sum: sha256(source), zlib })
}

pub(super) fn save(tx: &Transaction<'_>, message: MessageId, packed: &Packed) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT OR REPLACE INTO sources (message, size, sha256, zlib) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![message, row::to_count(packed.size), packed.sum, packed.zlib])?;
    Ok(())
}

impl Store {
    /// The kept source, byte for byte; `None` where none was kept (ordinary mail).
    ///
    /// # Errors
    /// Bytes that do not match their stored sum are [`StoreError::Damaged`], never shown as the message.
    pub fn source(&self, message: MessageId) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|c| read(c, message))
    }
}

/// The kept source of a message.
pub(super) fn read(c: &Connection, message: MessageId) -> rusqlite::Result<Option<Vec<u8>>> {
    c.prepare_cached("SELECT size, sha256, zlib FROM sources WHERE message = ?1")?
        .query_row([message], |row| {
            let size = row::count(row, 0)?;
            let sum: Sha256 = row.get(1)?;
            let zlib = row.get_ref(2)?.as_blob()?;
            let mut bytes = Vec::new();
            ZlibDecoder::new(zlib)
                .take(size.saturating_add(1))
                .read_to_end(&mut bytes)
                .map_err(|e| row::bad(2, e.to_string()))?;
            if bytes.len() as u64 == size && sha256(&bytes) == sum {
                Ok(bytes)
            } else {
                Err(row::bad(2, "a kept message does not match its checksum"))
            }
        })
        .optional()
}
