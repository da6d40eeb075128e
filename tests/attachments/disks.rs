//! Disk images: volumes of each file system, written here sector by sector, bare and in what they travel in.

use lazaret::engine::attachment::{FileVerdict, Inspected};

use crate::files::{file, ids, program};

/// Puts bytes at an offset, which grows the image where it has to.
pub(crate) fn put(image: &mut Vec<u8>, at: usize, what: &[u8]) {
    if image.len() < at + what.len() {
        image.resize(at + what.len(), 0);
    }
    image[at..at + what.len()].copy_from_slice(what);
}

pub(crate) fn le16(n: usize) -> [u8; 2] {
    (n as u16).to_le_bytes()
}

pub(crate) fn le32(n: usize) -> [u8; 4] {
    (n as u32).to_le_bytes()
}

pub(crate) fn le64(n: usize) -> [u8; 8] {
    (n as u64).to_le_bytes()
}

/// A FAT volume with sectors of 512 bytes in clusters of one: a folder `docs`, and in it one file under a long name.
fn fat(sectors: usize, name: &str, bytes: &[u8]) -> Vec<u8> {
    let wide = sectors > 66_000;
    let width = if wide { 4 } else { 2 };
    let table_len =
        if sectors < 4_085 { (sectors * 3 / 2).div_ceil(512) } else { (sectors * width).div_ceil(512) };
    let (table, reserved, roots) =
        (if wide { 32 } else { 1 }, if wide { 32 } else { 1 }, if wide { 0 } else { 16 });
    let mut out = vec![0; sectors * 512];
    put(&mut out, 0, b"\xeb\x3c\x90MSDOS5.0");
    put(&mut out, 11, &le16(512));
    put(&mut out, 13, &[1]);
    put(&mut out, 14, &le16(reserved));
    put(&mut out, 16, &[1]);
    put(&mut out, 17, &le16(roots));
    if sectors < 65_536 {
        put(&mut out, 19, &le16(sectors));
    } else {
        put(&mut out, 32, &le32(sectors));
    }
    if wide {
        put(&mut out, 36, &le32(table_len));
        put(&mut out, 44, &le32(2));
        put(&mut out, 82, b"FAT32   ");
    } else {
        put(&mut out, 22, &le16(table_len));
        put(&mut out, 54, if sectors < 4_085 { b"FAT12   " } else { b"FAT16   " });
    }
    put(&mut out, 510, b"\x55\xaa");
    let data = (table + table_len) * 512 + roots * 32;
    // Cluster 2 is the root of a FAT32; 3 the folder; the file stands behind, each cluster pointing to the next.
    let cluster = |n: usize| data + (n - 2) * 512;
    let count = bytes.len().div_ceil(512);
    let mut chain = |at: usize, next: usize| {
        let next = next
            & if wide {
                0x0fff_ffff
            } else if sectors < 4_085 {
                0xfff
            } else {
                0xffff
            };
        if wide {
            put(&mut out, table * 512 + at * 4, &le32(next));
        } else if sectors < 4_085 {
            let place = table * 512 + at * 3 / 2;
            let old = usize::from(u16::from_le_bytes([out[place], out[place + 1]]));
            let new = if at.is_multiple_of(2) { old & 0xf000 | next } else { old & 0x000f | next << 4 };
            put(&mut out, place, &le16(new));
        } else {
            put(&mut out, table * 512 + at * 2, &le16(next));
        }
    };
    let end = 0x0fff_ffff;
    chain(2, end);
    chain(3, end);
    for i in 0..count {
        chain(4 + i, if i + 1 < count { 5 + i } else { end });
    }
    let entry = |short: &[u8; 11], kind: u8, first: usize, size: usize| {
        let mut entry = vec![0; 32];
        put(&mut entry, 0, short);
        put(&mut entry, 11, &[kind]);
        put(&mut entry, 26, &le16(first));
        put(&mut entry, 28, &le32(size));
        entry
    };
    let root = if wide { cluster(2) } else { (table + table_len) * 512 };
    put(&mut out, root, &entry(b"DOCS       ", 0x10, 3, 0));
    let mut folder = [entry(b".          ", 0x10, 3, 0), entry(b"..         ", 0x10, 0, 0)].concat();
    let mut units: Vec<u16> = name.encode_utf16().chain([0]).collect();
    units.resize(units.len().next_multiple_of(13), 0xffff);
    let pieces: Vec<&[u16]> = units.chunks(13).collect();
    for (i, piece) in pieces.iter().enumerate().rev() {
        let mut long = vec![0; 32];
        long[0] = (i as u8 + 1) | if i + 1 == pieces.len() { 0x40 } else { 0 };
        long[11] = 0x0f;
        let places = (1..11).step_by(2).chain((14..26).step_by(2)).chain([28, 30]);
        for (unit, at) in piece.iter().zip(places) {
            put(&mut long, at, &unit.to_le_bytes());
        }
        folder.extend(long);
    }
    folder.extend(entry(b"SOME~1  EXE", 0x20, 4, bytes.len()));
    assert!(folder.len() <= 512, "the folder has one cluster");
    put(&mut out, cluster(3), &folder);
    put(&mut out, cluster(4), bytes);
    out
}

/// One record of the table of an NTFS volume, with its sectors' ends kept apart.
pub(crate) fn record(flags: usize, attributes: &[Vec<u8>]) -> Vec<u8> {
    let mut out = vec![0; 1_024];
    put(&mut out, 0, b"FILE");
    put(&mut out, 4, &le16(48));
    put(&mut out, 6, &le16(3));
    put(&mut out, 20, &le16(56));
    put(&mut out, 22, &le16(flags));
    let all = [attributes.concat(), vec![0xff; 4]].concat();
    put(&mut out, 56, &all);
    put(&mut out, 48, &le16(7));
    for (i, end) in [510, 1_022].into_iter().enumerate() {
        let kept = [out[end], out[end + 1]];
        put(&mut out, 50 + i * 2, &kept);
        put(&mut out, end, &le16(7));
    }
    out
}

fn resident(kind: usize, content: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 24];
    put(&mut out, 0, &le32(kind));
    put(&mut out, 16, &le32(content.len()));
    put(&mut out, 20, &le16(24));
    out.extend(content);
    out.resize(out.len().next_multiple_of(8), 0);
    let len = out.len();
    put(&mut out, 4, &le32(len));
    out
}

pub(crate) fn named(name: &str, parent: usize) -> Vec<u8> {
    let mut content = vec![0; 66];
    put(&mut content, 0, &le64(parent));
    content[64] = name.len() as u8;
    content[65] = 1;
    content.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
    resident(0x30, &content)
}

/// Data in runs of clusters: count and place of each.
pub(crate) fn in_runs(len: usize, runs: &[(u8, i16)], flags: usize) -> Vec<u8> {
    let mut out = vec![0; 64];
    put(&mut out, 0, &le32(0x80));
    out[8] = 1;
    put(&mut out, 12, &le16(flags));
    put(&mut out, 32, &le16(64));
    put(&mut out, 48, &le64(len));
    for (count, step) in runs {
        out.extend([0x21, *count]);
        out.extend(step.to_le_bytes());
    }
    out.push(0);
    out.resize(out.len().next_multiple_of(8), 0);
    let size = out.len();
    put(&mut out, 4, &le32(size));
    out
}

/// An NTFS volume with clusters of 512 bytes: a note in its record, and in a folder a file in two runs.
fn ntfs(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 200 * 512];
    put(&mut out, 0, b"\xeb\x52\x90NTFS    ");
    put(&mut out, 11, &le16(512));
    put(&mut out, 13, &[1]);
    put(&mut out, 48, &le64(8));
    put(&mut out, 64, &[0xf6]);
    put(&mut out, 510, b"\x55\xaa");
    assert!((513..=1_024).contains(&bytes.len()), "two clusters");
    let records = 28;
    let mut put_record = |index: usize, record: Vec<u8>| put(&mut out, 8 * 512 + index * 1_024, &record);
    put_record(0, record(1, &[named("$MFT", 5), in_runs(records * 1_024, &[(records as u8 * 2, 8)], 0)]));
    put_record(5, record(3, &[named(".", 5)]));
    put_record(24, record(1, &[named("note.txt", 5), resident(0x80, b"hello there")]));
    put_record(25, record(3, &[named("docs", 5)]));
    put_record(26, record(1, &[named(name, 25), in_runs(bytes.len(), &[(1, 100), (1, 50)], 0)]));
    // Deleted, and compressed: neither can be read.
    put_record(27, record(0, &[named("gone.exe", 5), resident(0x80, b"MZ")]));
    put(&mut out, 100 * 512, &bytes[..512]);
    put(&mut out, 150 * 512, &bytes[512..]);
    out
}

/// A UDF volume: a folder in its own entry, a file in an extent.
fn udf(name: &str, bytes: &[u8]) -> Vec<u8> {
    const SECTOR: usize = 2_048;
    let mut out = Vec::new();
    for (i, id) in [&b"BEA01"[..], b"NSR02", b"TEA01"].into_iter().enumerate() {
        put(&mut out, (16 + i) * SECTOR + 1, id);
    }
    let mut tagged = |sector: usize, tag: usize, fields: &[(usize, Vec<u8>)]| {
        put(&mut out, sector * SECTOR, &le16(tag));
        for (at, what) in fields {
            put(&mut out, sector * SECTOR + at, what);
        }
    };
    let n = |n: usize| le32(n).to_vec();
    tagged(256, 2, &[(16, n(4 * SECTOR)), (20, n(257))]);
    tagged(257, 5, &[(188, n(270)), (192, n(20))]);
    tagged(258, 6, &[(212, n(SECTOR)), (248, n(SECTOR)), (252, n(0))]);
    tagged(259, 8, &[]);
    tagged(270, 256, &[(400, n(SECTOR)), (404, n(1))]);
    let identifier = |name: &[u8], flags: u8, block: usize| {
        let mut out = vec![0; 38];
        put(&mut out, 0, &le16(257));
        out[18] = flags;
        out[19] = name.len() as u8;
        put(&mut out, 24, &le32(block));
        out.extend(name);
        out.resize(out.len().next_multiple_of(4), 0);
        out
    };
    let wide: Vec<u8> = [vec![16], name.encode_utf16().flat_map(u16::to_be_bytes).collect()].concat();
    let entry = |kind: u8, how: usize, len: usize, data: &[u8]| {
        vec![
            (27, vec![kind]),
            (34, le16(how).to_vec()),
            (56, le64(len).to_vec()),
            (172, n(data.len())),
            (176, data.to_vec()),
        ]
    };
    let folder = [identifier(b"", 0x0a, 1), identifier(b"\x08docs", 2, 2)].concat();
    tagged(271, 261, &entry(4, 3, folder.len(), &folder));
    let folder =
        [identifier(b"", 0x0a, 1), identifier(&wide, 0, 3), identifier(b"\x08gone.txt", 4, 9)].concat();
    tagged(272, 261, &entry(4, 3, folder.len(), &folder));
    tagged(273, 261, &entry(5, 0, bytes.len(), &[le32(bytes.len()), le32(4)].concat()));
    put(&mut out, 274 * SECTOR, bytes);
    out.resize(out.len().next_multiple_of(SECTOR), 0);
    out
}

/// A disk with one partition from the eighth sector on.
fn partitioned(volume: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 8 * 512];
    put(&mut out, 446 + 4, &[6]);
    put(&mut out, 446 + 8, &le32(8));
    put(&mut out, 446 + 12, &le32(volume.len() / 512));
    put(&mut out, 510, b"\x55\xaa");
    out.extend(volume);
    out.resize(out.len().max(1 << 16), 0);
    out
}

/// The same with a GPT.
fn with_guids(volume: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 40 * 512];
    put(&mut out, 446 + 4, &[0xee]);
    put(&mut out, 446 + 8, &le32(1));
    put(&mut out, 446 + 12, &le32(usize::MAX));
    put(&mut out, 510, b"\x55\xaa");
    put(&mut out, 512, b"EFI PART");
    put(&mut out, 512 + 72, &le64(2));
    put(&mut out, 512 + 80, &le32(128));
    put(&mut out, 512 + 84, &le32(128));
    put(&mut out, 2 * 512, &[7; 16]);
    put(&mut out, 2 * 512 + 32, &le64(40));
    put(&mut out, 2 * 512 + 40, &le64(40 + volume.len() / 512 - 1));
    out.extend(volume);
    out.resize(out.len().max(1 << 16), 0);
    out
}

/// A dynamic VHD with blocks of 4 KiB, the last block first; blocks of zeros are not stored.
fn vhd(disk: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 4_096;
    let blocks: Vec<&[u8]> = disk.chunks(BLOCK).collect();
    let table = (blocks.len() * 4).next_multiple_of(512);
    let mut out = vec![0; 1_536 + table];
    put(&mut out, 0, b"conectix");
    put(&mut out, 16, &512_u64.to_be_bytes());
    put(&mut out, 48, &(disk.len() as u64).to_be_bytes());
    put(&mut out, 60, &3_u32.to_be_bytes());
    put(&mut out, 512, b"cxsparse");
    put(&mut out, 512 + 16, &1_536_u64.to_be_bytes());
    put(&mut out, 512 + 28, &(blocks.len() as u32).to_be_bytes());
    put(&mut out, 512 + 32, &(BLOCK as u32).to_be_bytes());
    for (i, block) in blocks.iter().enumerate().rev() {
        let stored = block.iter().any(|b| *b != 0);
        let place = if stored { (out.len() / 512) as u32 } else { u32::MAX };
        put(&mut out, 1_536 + i * 4, &place.to_be_bytes());
        if stored {
            out.extend([0xff; 512]);
            out.extend(*block);
            out.resize(out.len().next_multiple_of(512), 0);
        }
    }
    out
}

/// A VHDX with blocks of 1 MiB.
fn vhdx(disk: &[u8]) -> Vec<u8> {
    const MIB: usize = 1 << 20;
    let mut out = vec![0; 3 * MIB];
    put(&mut out, 0, b"vhdxfile");
    let regions = [
        ([0x66, 0x77, 0xc2, 0x2d, 0x23, 0xf6, 0, 0x42, 0x9d, 0x64, 0x11, 0x5e, 0x9b, 0xfd, 0x4a, 0x08], MIB),
        (
            [0x06, 0xa2, 0x7c, 0x8b, 0x90, 0x47, 0x9a, 0x4b, 0xb8, 0xfe, 0x57, 0x5f, 0x05, 0x0f, 0x88, 0x6e],
            2 * MIB,
        ),
    ];
    put(&mut out, 192 << 10, b"regi");
    put(&mut out, (192 << 10) + 8, &le32(2));
    for (i, (id, at)) in regions.iter().enumerate() {
        put(&mut out, (192 << 10) + 16 + i * 32, id);
        put(&mut out, (192 << 10) + 16 + i * 32 + 16, &le64(*at));
    }
    let items = [
        (
            [0x37, 0x67, 0xa1, 0xca, 0x36, 0xfa, 0x43, 0x4d, 0xb3, 0xb6, 0x33, 0xf0, 0xaa, 0x44, 0xe7, 0x6b],
            MIB,
        ),
        (
            [0x24, 0x42, 0xa5, 0x2f, 0x1b, 0xcd, 0x76, 0x48, 0xb2, 0x11, 0x5d, 0xbe, 0xd8, 0x3b, 0xf4, 0xb8],
            disk.len(),
        ),
    ];
    put(&mut out, 2 * MIB, b"metadata");
    put(&mut out, 2 * MIB + 10, &le16(2));
    for (i, (id, value)) in items.iter().enumerate() {
        put(&mut out, 2 * MIB + 32 + i * 32, id);
        put(&mut out, 2 * MIB + 32 + i * 32 + 16, &le32(65_536 + i * 8));
        put(&mut out, 2 * MIB + 65_536 + i * 8, &le64(*value));
    }
    for (i, block) in disk.chunks(MIB).enumerate() {
        put(&mut out, MIB + i * 8, &le64((3 + i) << 20 | 6));
        put(&mut out, (3 + i) * MIB, block);
    }
    out
}

fn holds(found: &Inspected, name: &str, bytes: &[u8]) -> bool {
    found.attachments.iter().any(|a| {
        a.name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(name)) && a.size == bytes.len() as u64
    })
}

#[test]
fn files_of_every_file_system_are_listed_and_judged() {
    let name = "report for the year.scr";
    let volumes = [
        ("FAT12", fat(200, name, &program())),
        ("FAT16", fat(5_000, name, &program())),
        ("FAT32", fat(67_000, name, &program())),
        ("NTFS", ntfs(name, &program())),
        ("UDF", udf(name, &program())),
    ];
    for (what, volume) in &volumes {
        let found = file("a.img", volume);
        assert!(holds(&found, &format!("docs/{name}"), &program()), "{what}: {:#?}", found.attachments);
        assert!(ids(&found).contains(&"disk_image_program"), "{what}: {:?}", ids(&found));
        // The file is looked at once, and not again by its sectors.
        let programs = found.attachments.iter().filter(|a| a.size == program().len() as u64).count();
        assert_eq!(programs, 1, "{what}: {:#?}", found.attachments);
    }
    // What a text is called says nothing of the bytes; the volume stays silent.
    let text = "Only words, line by line.\r\n".repeat(26);
    for (what, volume) in [
        ("FAT12", fat(200, "notes.txt", text.as_bytes())),
        ("FAT16", fat(5_000, "notes.txt", text.as_bytes())),
        ("NTFS", ntfs("notes.txt", text.as_bytes())),
        ("UDF", udf("notes.txt", text.as_bytes())),
    ] {
        let found = file("a.img", &volume);
        assert!(holds(&found, "docs/notes.txt", text.as_bytes()), "{what}: {:#?}", found.attachments);
        assert_eq!(found.verdict(), FileVerdict::Clean, "{what}: {:?}", ids(&found));
    }
}

#[test]
fn volumes_are_found_in_what_they_travel_in() {
    let name = "report.scr";
    let (small, other) = (fat(200, name, &program()), ntfs(name, &program()));
    for (what, image) in [
        ("a partition", partitioned(&small)),
        ("a partition with a GPT", with_guids(&other)),
        ("a dynamic VHD", vhd(&partitioned(&small))),
        ("a dynamic VHD with NTFS", vhd(&partitioned(&other))),
        ("a VHDX", vhdx(&partitioned(&small))),
        ("a VHDX with a GPT", vhdx(&with_guids(&other))),
        ("a VHDX with a larger volume", vhdx(&partitioned(&fat(5_000, name, &program())))),
    ] {
        let found = file("a.bin", &image);
        assert!(holds(&found, &format!("docs/{name}"), &program()), "{what}: {:#?}", found.attachments);
        assert!(ids(&found).contains(&"disk_image_program"), "{what}: {:?}", ids(&found));
    }
}

#[test]
fn damaged_and_looping_volumes_end() {
    let volumes =
        [fat(200, "a.scr", &program()), ntfs("a.scr", &program()), vhd(&partitioned(&fat(200, "a", b"x")))];
    for volume in &volumes {
        for cut in (0..volume.len()).step_by(509) {
            assert!(!file("a.img", &volume[..cut]).attachments.is_empty());
        }
        for at in (0..volume.len().min(6_000)).step_by(3) {
            let mut bytes = volume.clone();
            bytes[at] ^= 0xff;
            assert!(!file("a.img", &bytes).attachments.is_empty());
        }
    }
    // A chain that points to itself, and a folder that holds itself.
    let mut looping = fat(200, "a.scr", &program());
    let table = 512;
    put(&mut looping, table, &[0xff; 3]);
    for at in (3..300).step_by(3) {
        put(&mut looping, table + at, &[0x03, 0x30, 0x00]);
    }
    assert!(!file("a.img", &looping).attachments.is_empty());
    // An image of macOS with no file system that is known: said, not guessed.
    let found = file("a.dmg", &crate::macos::image_of_zeros());
    assert!(ids(&found).contains(&"not_inspected_format"), "{:?}", ids(&found));
    assert_eq!(found.verdict(), FileVerdict::Clean);
}
