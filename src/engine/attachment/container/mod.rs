//! Files in files: one room per format, each handing what it holds back to the walk.
//!
//! A room reads from memory, unpacks through [`read_all`] (which pays the budget), and says what it could
//! not read. What all have in common stands here: the look at the whole archive when its members are
//! known, and the search for archives and programs behind the bytes of other files.

mod ace;
mod ar;
mod arj;
mod binhex;
mod cab;
pub(super) mod calendar;
mod cms;
mod cpio;
mod disk;
mod hidden;
mod lzh;
mod lzw;
pub(super) mod lzx;
mod rar;
mod rpm;
mod sevenz;
mod stream;
mod tar;
mod tnef;
mod uuencode;
pub(super) mod zip;

use std::io::Read;

pub(super) use hidden::hidden;
pub(super) use uuencode::inspect as uuencode;
pub(super) use uuencode::{
    BEGINNINGS as UU_BEGINNINGS, decode_first as uudecode_first, has_file as has_uuencode,
};

use super::budget::{Budget, Unpacked};
use super::filetype::{Family, Format};
use super::findings as f;
use super::inspect::{Case, Outcome, Place};
use super::name;

/// Files in an archive from which a tame one among them is no lure.
pub(super) const MANY: usize = 10;

/// Opens the container that the case is about.
pub(super) fn open(case: &mut Case<'_, '_>) {
    let depth = case.item.depth;
    let format = case.detected.format;
    match format {
        Format::Appx => {
            let says = "is a Windows app package: opening it installs a program";
            case.find_mailed(&f::INSTALLER, &f::RUNNABLE_FILE, says, None);
        }
        // A troubleshooting package: a cabinet whose scripts Windows runs.
        Format::Cab if case.claim.is(&["diagcab"]) => {
            let says = "is a Windows troubleshooting package: opening it runs its scripts";
            case.find_mailed(&f::INSTALLER, &f::RUNNABLE_FILE, says, None);
        }
        Format::Apk => case.find(&f::EXECUTABLE_FOREIGN, "is an Android package", None),
        Format::Deb | Format::Rpm => {
            case.find(&f::CODE, &format!("is {}: it installs programs on Linux", format.label()), None);
        }
        _ => {}
    }
    if !case.budget().may_open(depth) {
        return;
    }
    let mut members = Members::default();
    match format {
        Format::Zip | Format::Jar | Format::Apk | Format::Xpi | Format::Appx => zip::open(case, &mut members),
        Format::Gzip
        | Format::Bzip2
        | Format::Xz
        | Format::Lzma
        | Format::Zstd
        | Format::Lzip
        | Format::Zlib
        | Format::Compress => {
            stream::open(case, &mut members);
        }
        Format::Tar => tar::open(case, &mut members),
        Format::SevenZip => sevenz::open(case, &mut members),
        Format::Rar4 | Format::Rar5 => rar::open(case, &mut members),
        Format::Lzh => lzh::open(case, &mut members),
        Format::Cab => cab::open(case, &mut members),
        Format::Ace => ace::open(case, &mut members),
        Format::Arj => arj::open(case, &mut members),
        Format::Ar | Format::Deb => ar::open(case, &mut members),
        Format::Cpio => cpio::open(case, &mut members),
        Format::Rpm => rpm::open(case),
        Format::Iso | Format::Udf | Format::Fat | Format::Vhd | Format::Vhdx | Format::Dmg => {
            disk::open(case, &mut members);
        }
        Format::Tnef => tnef::open(case),
        Format::Uuencode | Format::BinHex => uuencode::inspect(case),
        Format::AppleSingle => binhex::apple(case, &mut members),
        _ => not_opened(case),
    }
    members.conclude(case);
}

/// Opens an envelope of S/MIME; what is sealed by OpenPGP is said to be, keys and signatures are not.
pub(super) fn envelope(case: &mut Case<'_, '_>) {
    if case.detected.format == Format::Smime {
        cms::open(case);
        return;
    }
    // In letters; or a session key, which comes before what it opens (RFC 9580 §5.1, §5.3).
    if matches!(case.bytes(), [0x84 | 0x85 | 0x8c | 0xc1 | 0xc3, ..])
        || case.bytes().starts_with(b"-----BEGIN PGP MESSAGE")
    {
        case.find(&f::ENCRYPTED, "is sealed for its reader (OpenPGP): it was not inspected", None);
    }
}

/// Says that this form of packing can't be opened here.
fn not_opened(case: &mut Case<'_, '_>) {
    let label = case.detected.format.label();
    case.find(&f::NOT_INSPECTED_FORMAT, &format!("was not looked into: {label} can't be opened here"), None);
}

/// Says that the container is damaged.
fn damaged(case: &mut Case<'_, '_>) {
    case.find(&f::NOT_INSPECTED_UNREADABLE, "is damaged or cut short: not all of it was inspected", None);
}

/// What an archive turned out to hold.
#[derive(Default)]
struct Members {
    files: usize,
    dangerous: usize,
    /// Files whose names run them, dangerous or not.
    running: usize,
    /// Entries that were not opened for being encrypted.
    locked: usize,
    /// Of these, those whose name makes them run.
    locked_programs: Vec<String>,
    /// Whether a password from the mail's text opened something.
    password: Option<String>,
}

impl Members {
    /// Counts one file that was looked at.
    fn add(&mut self, outcome: Option<Outcome>) {
        self.files += 1;
        if outcome.is_some_and(|o| o.is_dangerous()) {
            self.dangerous += 1;
        }
        self.running += usize::from(outcome.is_some_and(|o| o.runs));
    }

    /// Counts one file whose bytes could not be had, by its name alone.
    fn add_name(&mut self, case: &mut Case<'_, '_>, member: &str) {
        self.files += 1;
        if name::runs(member) {
            let says = format!(
                "holds “{}”, which runs by its name; its bytes can't be inspected",
                name::visible(member)
            );
            case.find_mailed(&f::ARCHIVE_NAME, &f::ARCHIVE_NAME_BARE, &says, None);
            self.dangerous += usize::from(case.has(&f::ARCHIVE_NAME));
        }
        name::judge_member(case, member);
    }

    /// Counts one encrypted file.
    fn add_locked(&mut self, member: &str) {
        self.files += 1;
        self.locked += 1;
        if name::runs(member) {
            self.locked_programs.push(name::visible(member));
        }
    }

    /// What the archive as a whole says.
    fn conclude(self, case: &mut Case<'_, '_>) {
        let label = case.detected.format.label();
        if self.locked > 0 {
            case.find(
                &f::ENCRYPTED,
                &format!("is {label} with encrypted files: these were not inspected"),
                None,
            );
            if let Some(first) = self.locked_programs.first() {
                let says = format!("is encrypted and holds “{first}”, which runs when it is opened");
                case.find(&f::ENCRYPTED_PROGRAM, &says, None);
            }
        }
        if let Some(password) = &self.password {
            let says = format!("is encrypted, and its password “{password}” stands in the message");
            case.find(&f::ENCRYPTED_PASSWORD_SENT, &says, None);
        }
        let disk = case.detected.format.family() == Family::DiskImage;
        if disk {
            case.find(&f::DISK_IMAGE, &format!("is {label} with {} files", self.files), None);
            if self.dangerous > 0 {
                case.find(&f::DISK_IMAGE_PROGRAM, "is a disk image that holds something that runs", None);
            }
        } else if self.files == 1
            // One packed script of many files is a web page's, as one that is not packed.
            && (self.dangerous > 0 || self.running > 0 && case.item.company <= MANY)
            && !matches!(case.detected.format, Format::Jar | Format::Apk | Format::Xpi | Format::Appx)
        {
            case.find(&f::ARCHIVE_ONE_PROGRAM, "holds one file, and that one runs", None);
        }
    }
}

/// How reading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// All of it was read.
    Whole,
    /// The budget was spent.
    Cut,
    /// The data is damaged; what came before is kept.
    Damaged,
}

/// Unpacks a stream within the budget; each byte that comes out costs `cost` units of work.
pub(super) fn read_all(reader: impl Read, budget: &mut Budget, cost: u64) -> (Unpacked<'static>, End) {
    read_some(reader, budget, cost, 0)
}

/// [`read_all`] of a stream that says to hold `expected` bytes; it may hold more, and less.
pub(super) fn read_some(
    mut reader: impl Read,
    budget: &mut Budget,
    cost: u64,
    expected: usize,
) -> (Unpacked<'static>, End) {
    /// Bytes that are made room for at a time: few, so that they stay near the processor until they are written.
    const STEP: usize = 32 << 10;
    const END: usize = 64;
    let mut out = Vec::new();
    let mut held = budget.hold(0);
    if expected > 0 {
        // The end of a stream shows only where there is room for more.
        let room = usize::try_from(budget.room(cost)).unwrap_or(usize::MAX);
        out.reserve_exact(expected.saturating_add(2 * STEP).min(room));
        held.set(out.capacity());
    }
    let mut len = 0;
    let end = loop {
        if len == out.len() {
            // At first as much as is expected, and room in which the end shows.
            let likely = if len == 0 && expected > 0 { expected.saturating_add(END) } else { STEP };
            let step = STEP.min(likely).min(budget.left(out.capacity() - len, cost));
            if !budget.grow(&mut out, &mut held, step) {
                // What has come to its end is whole, be there room for more or not.
                break match reader.read(&mut [0]) {
                    Ok(0) => End::Whole,
                    Err(e) if e.kind() != std::io::ErrorKind::OutOfMemory => End::Damaged,
                    _ => {
                        budget.cut(cost);
                        End::Cut
                    }
                };
            }
            out.resize(len + step, 0);
        }
        let Some(space) = out.get_mut(len..) else { break End::Cut };
        match reader.read(space) {
            Ok(0) => break End::Whole,
            Ok(n) => {
                len += n;
                if !budget.out(n, cost) {
                    break End::Cut;
                }
            }
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            // Its window would be too large to hold.
            Err(e) if e.kind() == std::io::ErrorKind::OutOfMemory => {
                budget.too_much_held = true;
                break End::Cut;
            }
            Err(_) => break End::Damaged,
        }
    };
    out.truncate(len);
    (budget.keep(out, held), end)
}

/// The size that a stream says to have, as far as it may be believed: deflate makes nothing a thousand times smaller.
pub(super) fn believed(said: usize, packed: usize) -> usize {
    said.min(packed.saturating_mul(1_032))
}

/// Bytes of the container itself, as they are, which cost little to look at and nothing to hold.
pub(super) fn stored<'a>(bytes: &'a [u8], budget: &mut Budget) -> (Unpacked<'a>, End) {
    let room = budget.left(usize::MAX, 0);
    let piece = bytes.get(..room).unwrap_or(bytes);
    budget.out(piece.len(), 0);
    if piece.len() < bytes.len() {
        budget.cut(0);
    }
    (Unpacked::piece(piece), if piece.len() < bytes.len() { End::Cut } else { End::Whole })
}

/// Zstandard, frame after frame, with the window that every reader is asked to support (RFC 8878 §3.1.1.1.2).
pub(super) fn zstd(bytes: &[u8], budget: &mut Budget) -> Option<(Unpacked<'static>, End)> {
    const WINDOW: u64 = 8 << 20;
    // Its buffer is moved to one twice as large where it is drained late.
    let _window = budget.hold(3 * WINDOW as usize);
    match ruzstd::decoding::StreamingDecoder::new_with_max_window_size(bytes, WINDOW) {
        Ok(reader) => Some(read_all(reader, budget, 2)),
        Err(ruzstd::decoding::errors::FrameDecoderError::WindowSizeTooBig { .. }) => {
            budget.too_much_held = true;
            Some((Unpacked::piece(&[]), End::Cut))
        }
        Err(_) => None,
    }
}

/// An octal number as tar writes it, blanks and NUL around it.
pub(super) fn octal(field: Option<&[u8]>) -> Option<u64> {
    let field = field?;
    // The base-256 form of GNU and star, for large sizes.
    if field.first().is_some_and(|b| b & 0x80 != 0) {
        return Some(field.iter().skip(1).fold(0_u64, |n, &b| n.wrapping_shl(8) | u64::from(b)));
    }
    let digits = field.iter().copied().skip_while(|b| *b == b' ').take_while(|b| b.is_ascii_digit());
    let mut any = false;
    let mut value = 0_u64;
    for digit in digits {
        if digit > b'7' {
            return None;
        }
        any = true;
        value = value.checked_mul(8)?.checked_add(u64::from(digit - b'0'))?;
    }
    any.then_some(value)
}

/// Little-endian numbers at an offset, `None` beyond the end.
pub(super) fn le16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// See [`le16`].
pub(super) fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// See [`le16`].
pub(super) fn le64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

/// Big-endian numbers at an offset, `None` beyond the end.
pub(super) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// See [`be16`].
pub(super) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// See [`be16`].
pub(super) fn be64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

/// A member of an archive.
fn member(case: &mut Case<'_, '_>, members: &mut Members, member: &str, bytes: &[u8]) {
    let outcome = case.child(Some(member), bytes, Place::Member);
    members.add(outcome);
}
