//! Zip: both lists of an archive (the directory at its end and the headers before each file), the entries'
//! data, and encrypted entries with a password from the mail.
//!
//! Source: PKWARE APPNOTE 6.3. The directory is read here and not by the `zip` crate, because a mail
//! program may believe either list: the union of both is what can be opened. Decryption is the crate's.

use std::io::Cursor;
use std::ops::Range;

use super::stream::xz;
use super::{Members, believed, damaged, le16, le32, le64, read_all, read_some, stored, zstd};
use crate::engine::attachment::budget::{Budget, Unpacked};
use crate::engine::attachment::filetype::Format;
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::{Case, Place};
use crate::engine::attachment::name;

/// Bytes of a name that are kept as they are.
const MOST_NAME: usize = 1_024;
/// Bytes and entries of a directory that is read once more to decrypt an entry.
const MOST_DIRECTORY: usize = 2 << 20;
const MOST_ENTRIES: usize = 10_000;

/// One entry of the archive.
#[derive(Debug, Clone)]
pub(in crate::engine::attachment) struct Entry {
    /// The name in the directory, or before the file where the directory has none.
    pub(in crate::engine::attachment) name: String,
    /// The name before the file, where it differs.
    pub(in crate::engine::attachment) other_name: Option<String>,
    method: u16,
    flags: u16,
    packed: usize,
    size: u64,
    /// Start of the data; `None` where no header stands where the directory points.
    data: Option<usize>,
    /// Index in the directory, for the crate.
    index: Option<usize>,
    header: usize,
}

impl Entry {
    fn is_encrypted(&self) -> bool {
        self.flags & 1 != 0
    }

    fn is_folder(&self) -> bool {
        self.name.ends_with('/') || (self.name.ends_with('\\') && self.size == 0)
    }

    /// Where the data stands.
    fn range(&self, bytes: &[u8]) -> Option<Range<usize>> {
        let start = self.data?;
        // Written as a stream: the size follows the data, and the data ends itself.
        if self.packed == 0 && (self.flags & 8 != 0) && self.method != 0 {
            return Some(start..bytes.len());
        }
        Some(start..start.checked_add(self.packed)?.min(bytes.len()))
    }
}

/// Everything an archive lists.
#[derive(Debug, Default)]
pub(in crate::engine::attachment) struct Directory {
    pub(in crate::engine::attachment) entries: Vec<Entry>,
    /// Entries that the directory does not list.
    strays: usize,
    overlaps: bool,
    whole: bool,
    /// Bytes before the archive's first byte.
    before: usize,
}

impl Directory {
    /// The offset of the end record: the last one in reach whose comment fits into the file.
    pub(in crate::engine::attachment) fn find_end(bytes: &[u8]) -> Option<usize> {
        let from = bytes.len().saturating_sub(22 + 65_535);
        let tail = bytes.get(from..)?;
        let is_end =
            |at: &usize| tail.get(*at..at + 22).is_some_and(|record| record.starts_with(b"PK\x05\x06"));
        memchr::memrchr_iter(b'P', tail).find(is_end).map(|at| from + at)
    }

    /// Reads at most `most` entries. Never fails: what can't be read is missing, and `whole` says so.
    pub(in crate::engine::attachment) fn read(bytes: &[u8], most: usize) -> Directory {
        let mut out = Directory { whole: true, ..Directory::default() };
        match Self::find_end(bytes) {
            Some(end) => out.central(bytes, end, most),
            None => out.whole = false,
        }
        out.locals(bytes, most);
        out
    }

    fn central(&mut self, bytes: &[u8], end: usize, most: usize) {
        let mut size = u64::from(le32(bytes, end + 12).unwrap_or(0));
        let mut offset = u64::from(le32(bytes, end + 16).unwrap_or(0));
        let mut close = end as u64;
        let locator = end.saturating_sub(20);
        if bytes.get(locator..locator + 4) == Some(b"PK\x06\x07")
            && let Some(at) = le64(bytes, locator + 8).and_then(|n| usize::try_from(n).ok())
            && bytes.get(at..at.saturating_add(4)) == Some(b"PK\x06\x06")
        {
            size = le64(bytes, at + 40).unwrap_or(size);
            offset = le64(bytes, at + 48).unwrap_or(offset);
            close = at as u64;
        }
        // The directory ends where its end record begins; something may have been put before the archive.
        let start = close
            .checked_sub(size)
            .filter(|&s| self.is_header(bytes, s, b"PK\x01\x02"))
            .or_else(|| Some(offset).filter(|&s| self.is_header(bytes, s, b"PK\x01\x02")));
        let Some(start) = start else {
            self.whole = size == 0;
            return;
        };
        self.before = usize::try_from(start.saturating_sub(offset)).unwrap_or(0);
        let mut at = usize::try_from(start).unwrap_or(usize::MAX);
        while self.entries.len() < most && bytes.get(at..at.saturating_add(4)) == Some(b"PK\x01\x02") {
            let Some((entry, next)) = self.central_entry(bytes, at) else {
                self.whole = false;
                return;
            };
            self.entries.push(entry);
            at = next;
        }
    }

    fn is_header(&self, bytes: &[u8], at: u64, magic: &[u8; 4]) -> bool {
        usize::try_from(at).ok().and_then(|at| bytes.get(at..at.checked_add(4)?)) == Some(magic)
    }

    fn central_entry(&self, bytes: &[u8], at: usize) -> Option<(Entry, usize)> {
        let flags = le16(bytes, at + 8)?;
        let (name_len, extra_len, comment_len) =
            (le16(bytes, at + 28)? as usize, le16(bytes, at + 30)? as usize, le16(bytes, at + 32)? as usize);
        let raw = bytes.get(at + 46..at + 46 + name_len)?;
        let extra = bytes.get(at + 46 + name_len..at + 46 + name_len + extra_len).unwrap_or_default();
        let mut packed = u64::from(le32(bytes, at + 20)?);
        let mut size = u64::from(le32(bytes, at + 24)?);
        let mut header = u64::from(le32(bytes, at + 42)?);
        let mut wide = zip64(extra);
        for field in [&mut size, &mut packed, &mut header] {
            if *field == 0xffff_ffff
                && let Some((value, rest)) = wide.split_first_chunk::<8>()
            {
                *field = u64::from_le_bytes(*value);
                wide = rest;
            }
        }
        let header = usize::try_from(header).ok()?.saturating_add(self.before);
        let name = decode_name(raw);
        let mut entry = Entry {
            name,
            other_name: None,
            method: le16(bytes, at + 10)?,
            flags,
            packed: usize::try_from(packed).unwrap_or(usize::MAX),
            size,
            data: None,
            index: Some(self.entries.len()),
            header,
        };
        if bytes.get(header..header.saturating_add(4)) == Some(b"PK\x03\x04")
            && let (Some(n), Some(x)) = (le16(bytes, header + 26), le16(bytes, header + 28))
        {
            entry.data = Some(header + 30 + n as usize + x as usize);
            let local = bytes.get(header + 30..header + 30 + n as usize).unwrap_or_default();
            if local != raw && !local.is_empty() {
                let local = decode_name(local);
                entry.other_name = (local != entry.name).then_some(local);
            }
        }
        Some((entry, at + 46 + name_len + extra_len + comment_len))
    }

    /// Headers before files that the directory does not list, searched in the gaps between those it lists.
    fn locals(&mut self, bytes: &[u8], most: usize) {
        let mut taken: Vec<Range<usize>> =
            self.entries.iter().filter_map(|e| Some(e.header..e.range(bytes)?.end)).collect();
        taken.sort_by_key(|r| r.start);
        let mut at = 0;
        let mut gaps = Vec::new();
        for range in &taken {
            if range.start > at {
                gaps.push(at..range.start);
            } else if range.start < at {
                self.overlaps = true;
            }
            at = at.max(range.end);
        }
        gaps.push(at..bytes.len());
        for gap in gaps {
            let mut from = gap.start;
            while self.entries.len() < most
                && let Some(found) =
                    bytes.get(from..gap.end).and_then(|b| memchr::memmem::find(b, b"PK\x03\x04"))
            {
                let header = from + found;
                from = header + 4;
                let Some(entry) = local_entry(bytes, header) else { continue };
                if let Some(range) = entry.range(bytes)
                    && range.end < gap.end
                {
                    from = range.end.max(from);
                }
                self.strays += 1;
                self.entries.push(entry);
            }
        }
    }

    /// Whether the directory could be read to its end.
    pub(in crate::engine::attachment) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether the directory lists a file whose header stands where it says.
    pub(super) fn is_listed(&self) -> bool {
        self.entries.iter().any(|e| e.index.is_some() && e.data.is_some())
    }

    /// The data of the first entry if it is stored and has this name (ODF and EPUB put their type there).
    pub(in crate::engine::attachment) fn first_stored<'b>(
        &self,
        bytes: &'b [u8],
        wanted: &str,
    ) -> Option<&'b [u8]> {
        let entry = self.entries.iter().find(|e| e.name == wanted)?;
        (entry.method == 0 && entry.size < 200).then(|| bytes.get(entry.range(bytes)?)).flatten()
    }
}

fn local_entry(bytes: &[u8], at: usize) -> Option<Entry> {
    let flags = le16(bytes, at + 6)?;
    let (n, x) = (le16(bytes, at + 26)? as usize, le16(bytes, at + 28)? as usize);
    let raw = bytes.get(at + 30..at + 30 + n)?;
    if n == 0 || n > 1_024 || raw.contains(&0) {
        return None;
    }
    Some(Entry {
        name: decode_name(raw),
        other_name: None,
        method: le16(bytes, at + 8)?,
        flags,
        packed: le32(bytes, at + 18)? as usize,
        size: u64::from(le32(bytes, at + 22)?),
        data: Some(at + 30 + n + x),
        index: None,
        header: at,
    })
}

/// The payload of the Zip64 extra field.
fn zip64(mut extra: &[u8]) -> &[u8] {
    while let (Some(id), Some(len)) = (le16(extra, 0), le16(extra, 2)) {
        let body = extra.get(4..4 + len as usize);
        if id == 1 {
            return body.unwrap_or_default();
        }
        extra = extra.get(4 + len as usize..).unwrap_or_default();
    }
    &[]
}

/// A name: UTF-8 where it is that, whatever the flag says, else one character per byte.
fn decode_name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(text) if raw.len() <= MOST_NAME => text.to_owned(),
        // The beginning and the end of one that is longer than any system bears.
        _ if raw.len() > MOST_NAME => name::from_bytes(raw),
        _ => raw.iter().map(|&b| char::from(b)).collect(),
    }
}

/// Unpacks one entry; `None` where the method can't be read here.
fn unpack<'a>(bytes: &'a [u8], entry: &Entry, budget: &mut Budget) -> Option<(Unpacked<'a>, super::End)> {
    let data = bytes.get(entry.range(bytes)?)?;
    let size = usize::try_from(entry.size).unwrap_or(usize::MAX);
    Some(match entry.method {
        0 => stored(data, budget),
        8 => read_some(flate2::bufread::DeflateDecoder::new(data), budget, 1, believed(size, data.len())),
        12 => read_all(bzip2::bufread::BzDecoder::new(data), budget, 8),
        93 | 20 => zstd(data, budget)?,
        95 => xz(data, budget),
        14 => {
            // Two bytes of version, two of the properties' length, then the properties (APPNOTE 5.8.8).
            let (properties, dictionary) = (*data.get(4)?, le32(data, 5)?);
            let packed = data.get(9..)?;
            let reader =
                lzma_rust2::LzmaReader::new_with_props(packed, entry.size, properties, dictionary, None);
            let reader = budget.windowed(reader.ok()?, u64::from(dictionary));
            read_all(reader, budget, 4)
        }
        _ => return None,
    })
}

/// The bytes of one entry, for documents, and how reading ended; `None` where it can't be read at all.
pub(in crate::engine::attachment) fn extract<'a>(
    bytes: &'a [u8],
    entry: &Entry,
    budget: &mut Budget,
) -> Option<(Unpacked<'a>, super::End)> {
    if entry.is_encrypted() {
        return None;
    }
    unpack(bytes, entry, budget)
}

/// Looks at every entry.
pub(super) fn open(case: &mut Case<'_, '_>, members: &mut Members) {
    let bytes = case.bytes();
    // One more than may be opened, so that the walk says where there are too many.
    let directory = Directory::read(bytes, case.budget().limits().entries.saturating_add(1));
    case.company = directory.entries.iter().filter(|e| !e.is_folder()).count();
    let mut conflict = None;
    let mut unreadable = !directory.whole;
    if case.detected.format == Format::Jar {
        let manifest = directory.entries.iter().find(|e| e.name.eq_ignore_ascii_case("META-INF/MANIFEST.MF"));
        let manifest = manifest.and_then(|e| extract(bytes, e, case.budget()));
        let main = manifest.and_then(|(data, _)| memchr::memmem::find(&data, b"Main-Class:"));
        match main {
            Some(_) => case.find(&f::EXECUTABLE_FOREIGN, "is a Java program: opening it runs it", None),
            None => case.find(&f::CODE, "is a Java library", None),
        }
    }
    for entry in &directory.entries {
        if entry.is_folder() {
            continue;
        }
        if let Some(other) = &entry.other_name
            && conflict.is_none()
        {
            conflict = Some((entry.name.clone(), other.clone(), entry.header));
        }
        if leads_out(&entry.name) {
            case.find(
                &f::ARCHIVE_MARK,
                &format!("has an entry that leads out of its folder: “{}”", entry.name),
                None,
            );
        }
        if entry.is_encrypted() {
            locked(case, members, entry);
            continue;
        }
        match unpack(bytes, entry, case.budget()) {
            Some((data, end)) => {
                unreadable |= end == super::End::Damaged;
                let mut names = vec![entry.name.clone()];
                names.extend(entry.other_name.clone());
                let outcome = case.child_named(names, &data, Place::Member);
                members.add(outcome);
                if outcome.is_none() {
                    break;
                }
            }
            None if entry.range(bytes).is_none() => unreadable = true,
            None => {
                members.add_name(case, &entry.name);
                let says = format!(
                    "holds “{}”, packed in a way that can't be opened here",
                    name::visible(&entry.name)
                );
                case.find(&f::NOT_INSPECTED_FORMAT, &says, None);
            }
        }
    }
    if let Some((listed, local, at)) = conflict
        && (name::runs(&listed) != name::runs(&local))
    {
        let says = format!(
            "names one file twice: “{}” in its list and “{}” before the file",
            name::visible(&listed),
            name::visible(&local)
        );
        case.find(&f::ARCHIVE_CONFLICT, &says, Some(at..at + 30));
    }
    if directory.overlaps {
        case.find(&f::ARCHIVE_OVERLAP, "has entries that share the same bytes", None);
    }
    if unreadable {
        damaged(case);
    }
}

fn leads_out(name: &str) -> bool {
    name.split(['/', '\\']).any(|part| part == "..")
}

/// An encrypted entry: tried with the passwords of the mail's text, judged by its name otherwise.
fn locked(case: &mut Case<'_, '_>, members: &mut Members, entry: &Entry) {
    let passwords = case.inspector.passwords().to_vec();
    for password in passwords.iter().filter(|_| entry.index.is_some()) {
        if let Some(data) = decrypt(case.bytes(), entry, password, case.budget()) {
            case.unlock();
            let outcome = case.child(Some(&entry.name), &data, Place::Member);
            members.add(outcome);
            members.password.get_or_insert_with(|| password.clone());
            return;
        }
    }
    members.add_locked(&entry.name);
    name::judge_member(case, &entry.name);
}

/// Decrypts an entry by the `zip` crate; `None` where the password is wrong.
fn decrypt(bytes: &[u8], entry: &Entry, password: &str, budget: &mut Budget) -> Option<Unpacked<'static>> {
    // A key costs 2,000 rounds of HMAC-SHA-1 for AES; the crate reads the directory anew each time.
    if !budget.work(1_000_000) {
        return None;
    }
    let end = Directory::find_end(bytes)?;
    // It keeps several times what it reads of the directory, of which no more is read than may be opened.
    let (size, count) = (le32(bytes, end + 12)? as usize, le16(bytes, end + 10)?);
    if size > MOST_DIRECTORY || usize::from(count) > MOST_ENTRIES {
        return None;
    }
    let _held = budget.hold(size.saturating_mul(4).saturating_add(usize::from(count) * 1_000));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let index = archive.index_for_name(&entry.name)?;
    let file = archive.by_index_decrypt(index, password.as_bytes()).ok()?;
    // The reader checks the CRC or the authentication code at the end: an error there is a wrong password.
    let size = usize::try_from(entry.size).unwrap_or(usize::MAX);
    let (out, end) = read_some(file, budget, 2, believed(size, entry.packed));
    (end != super::End::Damaged).then_some(out)
}
