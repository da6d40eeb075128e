//! Archives: the first byte chooses the format, whose magic is put in place, so that every reader is reached.

#![no_main]

use lazaret::engine::{Limits, attachment::inspect_file};
use libfuzzer_sys::fuzz_target;

/// Names, and what stands at which offset in every file of the format.
const FORMATS: &[(&str, usize, &[u8])] = &[
    ("a.zip", 0, b"PK\x03\x04"),
    ("a.rar", 0, b"Rar!\x1a\x07\0"),
    ("b.rar", 0, b"Rar!\x1a\x07\x01\0"),
    ("a.7z", 0, b"7z\xbc\xaf\x27\x1c\0\x04"),
    ("a.gz", 0, b"\x1f\x8b\x08\0"),
    ("a.bz2", 0, b"BZh91AY&SY"),
    ("a.xz", 0, b"\xfd7zXZ\0"),
    ("a.zst", 0, b"\x28\xb5\x2f\xfd"),
    ("a.cab", 0, b"MSCF\0\0\0\0"),
    ("a.arj", 0, b"\x60\xea"),
    ("a.lzh", 2, b"-lh5-"),
    ("a.ace", 7, b"**ACE**"),
    ("a.tar", 257, b"ustar"),
    ("a.iso", 32769, b"CD001"),
    ("a.img", 510, b"\x55\xaa"),
    ("winmail.dat", 0, b"\x78\x9f\x3e\x22"),
    ("a.chm", 0, b"ITSF\x03\0\0\0"),
    ("a.vhd", 0, b"conectix"),
    ("a.vhdx", 0, b"vhdxfile"),
    ("b.img", 0, b"\xeb\x52\x90NTFS    \0\x02\x01"),
    ("c.img", 0, b"\xeb\x3c\x90MSDOS5.0\0\x02\x01\x01\0\x01"),
    ("b.iso", 524288, b"\x02\0"),
    ("a.hqx", 0, b"(This file must be converted with BinHex 4.0)\n:"),
    ("a.single", 0, b"\0\x05\x16\0\0\x02\0\0"),
    ("a.txt", 0, b"begin 644 a.exe\n"),
];

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let (name, at, magic) = FORMATS[usize::from(*choice) % FORMATS.len()];
    let mut bytes = bytes.to_vec();
    if bytes.len() < at + magic.len() {
        bytes.resize(at + magic.len(), 0);
    }
    bytes[at..at + magic.len()].copy_from_slice(magic);
    let inspected = inspect_file(name, &bytes, &Limits::default());
    assert!(!inspected.attachments.is_empty(), "the file itself is always reported");
});
