//! Magics: fixed bytes at fixed places, and the few formats whose magic needs a second look.

use std::sync::LazyLock;

use file_format::{FileFormat, Kind};
use memchr::memmem;

use super::{Detected, Format};

/// One row: offset, bytes, format. The first that fits wins, so longer magics stand before shorter ones.
const MAGICS: &[(usize, &[u8], Format)] = &[
    (0, b"PK\x03\x04", Format::Zip),
    (0, b"PK\x05\x06", Format::Zip),
    (0, b"PK00PK\x03\x04", Format::Zip),
    (0, b"PK\x07\x08PK\x03\x04", Format::Zip),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format::Ole),
    (0, b"%PDF-", Format::Pdf),
    (0, b"{\\rt", Format::Rtf),
    (0, b"\x7fELF", Format::Elf),
    (0, b"\xfe\xed\xfa\xce", Format::MachO),
    (0, b"\xfe\xed\xfa\xcf", Format::MachO),
    (0, b"\xce\xfa\xed\xfe", Format::MachO),
    (0, b"\xcf\xfa\xed\xfe", Format::MachO),
    (0, b"dex\n03", Format::Dex),
    (0, b"Rar!\x1a\x07\x01\x00", Format::Rar5),
    (0, b"Rar!\x1a\x07\x00", Format::Rar4),
    (0, b"RE~^", Format::Rar4),
    (0, b"7z\xbc\xaf\x27\x1c", Format::SevenZip),
    (257, b"ustar\0", Format::Tar),
    (257, b"ustar ", Format::Tar),
    (0, b"\x1f\x8b\x08", Format::Gzip),
    (0, b"BZh", Format::Bzip2),
    (0, b"\xfd7zXZ\0", Format::Xz),
    (0, b"LZIP\x01", Format::Lzip),
    (0, b"\x04\x22\x4d\x18", Format::Lz4),
    (0, b"\x28\xb5\x2f\xfd", Format::Zstd),
    // Zstandard before 0.8, a frame to be skipped, and the frames of old lz4.
    (0, b"\x22\xb5\x2f\xfd", Format::Zstd),
    (0, b"\x23\xb5\x2f\xfd", Format::Zstd),
    (0, b"\x24\xb5\x2f\xfd", Format::Zstd),
    (0, b"\x25\xb5\x2f\xfd", Format::Zstd),
    (0, b"\x26\xb5\x2f\xfd", Format::Zstd),
    (0, b"\x27\xb5\x2f\xfd", Format::Zstd),
    (0, b"\x50\x2a\x4d\x18", Format::Zstd),
    (0, b"\x02\x21\x4c\x18", Format::Lz4),
    (0, b"\xdb\xa5\x2d\0", Format::WordOld),
    (0, b"\0\0\x02\0\x04\x04", Format::Lotus),
    (0, b"\0\0\x02\0\x06\x04", Format::Lotus),
    (0, b"\0\0\x02\0\x20\x51", Format::Lotus),
    (0, b"\0\0\x02\0\x01\x10", Format::Lotus),
    (0, b"\0\0\x02\0\x02\x10", Format::Lotus),
    (0, b"\0\0\x02\0\x21\x51", Format::Lotus),
    (0, b"\0\0\x1a\0", Format::Lotus),
    (0, b"\x1f\x9d", Format::Compress),
    (0, b"MSCF\0\0\0\0", Format::Cab),
    (0, b"\0\x05\x16\0\0\x02\0\0", Format::AppleSingle),
    (0, b"\0\x05\x16\x07\0\x02\0\0", Format::AppleSingle),
    (0, b"Cr24", Format::Xpi),
    (7, b"**ACE**", Format::Ace),
    (0, b"ITSF\x03\0\0\0", Format::Chm),
    (0, b"?_\x03\0", Format::Hlp),
    (0, b"LN\x02\0", Format::Hlp),
    (0, b"\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", Format::Lnk),
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", Format::OneNote),
    (0, b"\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f", Format::OneNote),
    (0, b"\x78\x9f\x3e\x22", Format::Tnef),
    (0, b"conectix", Format::Vhd),
    (0, b"vhdxfile", Format::Vhdx),
    (0x8001, b"CD001", Format::Iso),
    (0x8801, b"CD001", Format::Iso),
    (0x9001, b"CD001", Format::Iso),
    (0x8001, b"BEA01", Format::Udf),
    (0, b"070701", Format::Cpio),
    (0, b"070702", Format::Cpio),
    (0, b"070707", Format::Cpio),
    (0, b"\xc7\x71", Format::Cpio),
    (0, b"\x71\xc7", Format::Cpio),
    (0, b"!<arch>\ndebian-binary", Format::Deb),
    (0, b"!<arch>\n", Format::Ar),
    (0, b"\xed\xab\xee\xdb", Format::Rpm),
    (0, b"xar!\0\x1c", Format::Xar),
    (0, b"#@~^", Format::JScriptEncoded),
    (0, b"%!PS", Format::PostScript),
    (0, b"\x04%!PS", Format::PostScript),
    (0, b"\xc5\xd0\xd3\xc6", Format::PostScript),
    (0, b"ID;P", Format::Slk),
    (0, b"-----BEGIN PGP ", Format::Pgp),
    (0, b"-----BEGIN PKCS7-----", Format::Smime),
    (0, b"-----BEGIN CMS-----", Format::Smime),
    (0, b"-----BEGIN CERTIFICATE-----", Format::Smime),
    (0, b"#!", Format::Shell),
];

/// Whether a magic that stands at the very beginning begins with a byte: most files begin with another.
const BEGINS: [bool; 256] = {
    let (mut begins, mut row) = ([false; 256], 0);
    while row < MAGICS.len() {
        let (at, magic, _) = MAGICS[row];
        begins[magic[0] as usize] |= at == 0;
        row += 1;
    }
    begins
};

/// The format that a magic shows; `None` leaves the question to text and tail.
pub(super) fn find(bytes: &[u8], prefix: &[u8]) -> Option<Format> {
    if let Some(format) = program(bytes) {
        return Some(format);
    }
    // The first byte tells nearly always.
    let has = |at: usize, magic: &[u8]| {
        bytes.get(at) == magic.first() && bytes.get(at..at + magic.len()) == Some(magic)
    };
    let begins = bytes.first().is_some_and(|first| BEGINS.get(usize::from(*first)) == Some(&true));
    for &(at, magic, format) in MAGICS {
        if at == 0 && !begins || !has(at, magic) {
            continue;
        }
        let sure = match format {
            // Level 1 to 9, then the magic of a block or of an empty file.
            Format::Bzip2 => {
                bytes.get(3).is_some_and(|l| (b'1'..=b'9').contains(l))
                    && (has(4, b"1AY&SY") || has(4, b"\x17\x72\x45\x38\x50\x90"))
            }
            Format::Cpio if magic.len() == 2 => old_cpio(bytes),
            Format::Xpi => matches!(prefix.get(4..8), Some([2 | 3, 0, 0, 0])),
            Format::Elf => bytes.get(4).is_some_and(|class| (1..=2).contains(class)) || bytes.len() < 5,
            Format::Compress => bytes.get(2).is_some_and(|flags| flags & 0x60 == 0),
            Format::Shell => return shebang(prefix),
            _ => true,
        };
        if sure {
            // What macOS packs begins with its first chunk, packed in one of these ways.
            let chunk = matches!(format, Format::Bzip2 | Format::Xz);
            return Some(if chunk && mac_image(bytes) { Format::Dmg } else { format });
        }
    }
    if mac_image(bytes) {
        return Some(Format::Dmg);
    }
    if lzh(bytes) {
        return Some(Format::Lzh);
    }
    if bytes.starts_with(b"\x60\xea")
        && bytes.get(2..4).is_some_and(|n| matches!(n, [_, 0..=10]) && n != [0, 0])
    {
        return Some(Format::Arj);
    }
    if bytes.starts_with(b"PK")
        && bytes.len() > 60
        && !super::text::is_text(prefix)
        && super::zip::has_end(bytes)
    {
        return Some(Format::Zip);
    }
    // A PDF may begin within the first kilobyte (ISO 32000-1, implementation note 13).
    let head = prefix.get(..1024).unwrap_or(prefix);
    static PDF: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(b"%PDF-1."));
    if PDF.find(head).is_some() && !mail_head(head) {
        return Some(Format::Pdf);
    }
    if old_excel(prefix) {
        return Some(Format::XlsRaw);
    }
    if tar_without_magic(bytes) {
        return Some(Format::Tar);
    }
    if lzma_alone(bytes) {
        return Some(Format::Lzma);
    }
    if der_signed(prefix) {
        return Some(Format::Smime);
    }
    if pgp_key(prefix) {
        return Some(Format::Pgp);
    }
    // A zlib header is a multiple of 31, and text may begin with the same two letters.
    if matches!(prefix, [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..]) && !super::text::is_text(prefix) {
        return Some(Format::Zlib);
    }
    let end = bytes.get(bytes.len().saturating_sub(512)..).unwrap_or_default();
    if bytes.len() > 1024 && end.starts_with(b"conectix") {
        return Some(Format::Vhd);
    }
    boot_sector(bytes)
}

/// Whether a mail header or other text comes before: then `%PDF` inside it starts no PDF.
fn mail_head(head: &[u8]) -> bool {
    let line = head.split(|&b| b == b'\n').next().unwrap_or_default();
    line.iter().take_while(|&&b| b != b':').all(|&b| b.is_ascii_alphanumeric() || b == b'-')
        && line.contains(&b':')
}

/// Code: DOS and Windows programs, fat Mach-O against Java classes.
fn program(bytes: &[u8]) -> Option<Format> {
    let u32_at = |at: usize, big: bool| -> Option<u32> {
        let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    };
    if bytes.starts_with(b"MZ") || bytes.starts_with(b"ZM") {
        if let Some(at) = u32_at(0x3c, false)
            && let Some(sign) = bytes.get(at as usize..(at as usize).saturating_add(4))
            && at >= 4
        {
            if sign == b"PE\0\0" {
                return Some(Format::Pe);
            }
            if matches!(sign.get(..2), Some(b"NE" | b"LE" | b"LX")) {
                return Some(Format::DosExe);
            }
        }
        let head = bytes.get(..256).unwrap_or(bytes);
        if memmem::find(bytes.get(..4096).unwrap_or(bytes), b"PE\0\0").is_some() {
            return Some(Format::Pe);
        }
        // Prose may begin with these two letters; a header has bytes that prose has not.
        return (head.len() > 2 && !super::text::is_text(head) && dos_header(bytes))
            .then_some(Format::DosExe);
    }
    if bytes.starts_with(b"\xca\xfe\xba\xbe") || bytes.starts_with(b"\xca\xfe\xba\xbf") {
        // A fat Mach-O counts its architectures where a class file has its version, 45 or more.
        return Some(match u32_at(4, true) {
            Some(1..=30) => Format::MachO,
            _ => Format::JavaClass,
        });
    }
    None
}

/// Whether a DOS header makes sense: bytes in the last page at most 512, at least one page, a header of
/// at least one paragraph. What is too short to tell is believed.
fn dos_header(bytes: &[u8]) -> bool {
    let word = |at: usize| bytes.get(at..at + 2).and_then(|w| w.try_into().ok()).map(u16::from_le_bytes);
    match (word(2), word(4), word(8)) {
        (Some(last), Some(pages), Some(header)) => {
            last <= 512 && (pages > 0 || last == 0) && header <= 0x1000
        }
        _ => true,
    }
}

/// The interpreter of a `#!` line.
fn shebang(prefix: &[u8]) -> Option<Format> {
    const INTERPRETERS: &[(&[u8], Format)] = &[
        (b"python", Format::Python),
        (b"perl", Format::Perl),
        (b"php", Format::Php),
        (b"node", Format::JScript),
        (b"pwsh", Format::PowerShell),
        (b"sh", Format::Shell),
    ];
    let line = prefix.split(|&b| b == b'\n' || b == b'\r').next().unwrap_or_default();
    if !line.contains(&b'/') || !super::text::is_text(prefix) {
        return None;
    }
    let known = INTERPRETERS.iter().find(|(word, _)| memmem::find(line, word).is_some());
    Some(known.map_or(Format::OtherScript, |(_, format)| *format))
}

/// LZH: `-lh5-` and kin at offset 2.
fn lzh(bytes: &[u8]) -> bool {
    matches!(bytes.get(2..7), Some([b'-', b'l' | b'p', b'h' | b'z' | b'm', b'0'..=b'9' | b'd' | b's', b'-']))
}

/// BIFF streams outside OLE (Excel 2 to 5): a BOF record first.
fn old_excel(prefix: &[u8]) -> bool {
    match prefix.get(..6) {
        Some([0x09, v @ (0 | 2 | 4 | 8), len @ (4 | 6 | 8 | 16), 0, ..]) => {
            let kind = prefix.get(6..8);
            let _ = (v, len);
            matches!(kind, Some([0x10 | 0x20 | 0x40 | 0x05, 0] | [0, 1]))
        }
        _ => false,
    }
}

/// Tar of the seventh edition: no magic, but a checksum that fits.
fn tar_without_magic(bytes: &[u8]) -> bool {
    let Some(head) = bytes.get(..512) else { return false };
    if !matches!(head.first(), Some(b'!'..=b'~')) {
        return false;
    }
    let Some(stored) = crate::engine::attachment::container::octal(head.get(148..156)) else { return false };
    let sum: u64 =
        head.iter().enumerate().map(|(i, &b)| if (148..156).contains(&i) { 32 } else { u64::from(b) }).sum();
    sum == stored && sum > 0
}

/// LZMA alone: properties, a dictionary that is a power of two, and a believable length.
fn lzma_alone(bytes: &[u8]) -> bool {
    let Some(head) = bytes.get(..13) else { return false };
    let dictionary = head.get(1..5).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes);
    let size = head.get(5..13).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes);
    head.first() == Some(&0x5d)
        && dictionary >= 1 << 12
        && dictionary.is_power_of_two()
        && (size == u64::MAX || size < 1 << 38)
        && bytes.get(13) == Some(&0)
}

/// CMS: a sequence that begins with the object identifier 1.2.840.113549.1.7, or one of 1.2.840.113549.1.9.16.1.
fn der_signed(prefix: &[u8]) -> bool {
    let head = prefix.get(..32).unwrap_or(prefix);
    head.first() == Some(&0x30)
        && [
            &b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"[..],
            b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01",
        ]
        .iter()
        .any(|identifier| memmem::find(head, identifier).is_some())
}

/// An OpenPGP key in binary, or a message for somebody: a key packet of the old or the new form, a version, an algorithm that there is
/// (RFC 4880 §4.2, §5.5.2).
fn pgp_key(prefix: &[u8]) -> bool {
    // A session key, sealed for a key (version 3) or by a password (version 4), before the sealed message.
    match prefix {
        [0x85, _, _, 3, rest @ ..] | [0x84 | 0xc1, _, 3, rest @ ..] => {
            return matches!(rest.get(8), Some(1 | 2 | 16 | 18 | 25));
        }
        [0x8c | 0xc3, 4..=64, 4, 1..=13, 0 | 1 | 3, ..] => return true,
        _ => {}
    }
    let body = match prefix {
        [0x99 | 0x95, _, _, rest @ ..]
        | [0xc5 | 0xc6, 0..=191, rest @ ..]
        | [0xc5 | 0xc6, 192..=223, _, rest @ ..] => rest,
        _ => return false,
    };
    match body.first() {
        Some(2 | 3) => matches!(body.get(7), Some(1..=3)),
        Some(4) => matches!(body.get(5), Some(1..=3 | 16..=22)),
        _ => false,
    }
}

/// The last sector of an image of macOS (UDIF), that says where its list of chunks stands, and the list there.
fn mac_image(bytes: &[u8]) -> bool {
    let trailer = bytes.len().checked_sub(512).and_then(|at| bytes.get(at..)).unwrap_or_default();
    let place = trailer.get(216..224).and_then(|place| place.try_into().ok()).map(u64::from_be_bytes);
    let list = place.and_then(|at| bytes.get(usize::try_from(at).ok()?..)).unwrap_or_default();
    trailer.starts_with(b"koly") && (list.starts_with(b"<?xml") || list.starts_with(b"<plist"))
}

/// The old binary form of cpio, whose magic is short: the name behind the header ends where it says.
fn old_cpio(bytes: &[u8]) -> bool {
    let length = match bytes {
        [0xc7, ..] => bytes.get(20..22).map(|n| usize::from(n[0]) | usize::from(n[1]) << 8),
        _ => bytes.get(20..22).map(|n| usize::from(n[1]) | usize::from(n[0]) << 8),
    };
    length.is_some_and(|length| {
        length > 1
            && bytes
                .get(26..26 + length)
                .is_some_and(|name| name.iter().position(|b| *b == 0) == Some(length - 1))
    })
}

/// A boot sector with a FAT or NTFS, or with a partition table; or the mark of an HFS+ volume behind it.
fn boot_sector(bytes: &[u8]) -> Option<Format> {
    // HFS+ and HFSX leave the boot sector empty and stand in the third, with their version.
    if matches!(bytes.get(1_024..1_028), Some([b'H', b'+', 0, 4] | [b'H', b'X', 0, 5])) {
        return Some(Format::Fat);
    }
    if bytes.get(510..512) != Some(b"\x55\xaa") {
        return None;
    }
    let jump = matches!(bytes.first(), Some(0xeb | 0xe9));
    let fat = matches!(bytes.get(54..57), Some(b"FAT")) || matches!(bytes.get(82..87), Some(b"FAT32"));
    let ntfs = bytes.get(3..7) == Some(b"NTFS");
    let partition = matches!(bytes.get(446), Some(0 | 0x80)) && bytes.get(450).is_some_and(|&kind| kind != 0);
    ((jump && (fat || ntfs)) || (partition && bytes.len() >= 1 << 16)).then_some(Format::Fat)
}

/// Media types that the crate names in its own way, and the names that are registered or customary.
const CUSTOMARY: &[(&str, &str)] = &[("application/x-id3v2", "audio/mpeg")];

/// The long tail, from the `file-format` crate.
pub(super) fn tail(prefix: &[u8]) -> Detected {
    let found = FileFormat::from_bytes(prefix);
    let format = match found.kind() {
        Kind::Image => Format::Image,
        Kind::Audio | Kind::Video | Kind::Playlist | Kind::Subtitle => Format::Media,
        Kind::Font => Format::Font,
        _ if found == FileFormat::ArbitraryBinaryData || found == FileFormat::Empty => Format::Unknown,
        // Programs and scripts are our own to name: a tail that calls data a program would convict it.
        _ => Format::Data,
    };
    match format {
        Format::Unknown => Format::Unknown.into(),
        _ => {
            let mime = found.media_type();
            let mime = CUSTOMARY.iter().find(|(own, _)| *own == mime).map_or(mime, |(_, name)| name);
            // An ID3 tag stands before sound.
            let format = if mime == "audio/mpeg" { Format::Media } else { format };
            Detected::certain(format, mime.to_owned())
        }
    }
}
