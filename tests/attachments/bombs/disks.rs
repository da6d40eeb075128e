//! Disk images whose lists loop, overlap and claim more than there is.

use super::{Bomb, MIB, cut, le16, le32, le64, put, whole};

pub(super) const BOMBS: &[Bomb] = &[
    cut("claims.iso", "10,000 files that overlap and claim 4 GiB each", iso),
    cut("folders.iso", "40,000 folders, each of which is the first", || iso_folders(40_000)),
    cut("extents.udf.iso", "a file of 10,000 extents that are all the disk", udf),
    cut("folders.img", "a volume of folders that are 320 kB each and overlap", fat),
    cut("records.img", "14,000 records that are all the same, of 30,000 runs", ntfs),
    whole("sparse.vhd", "a disk of 2 TiB of which nothing is stored", vhd),
];

fn iso_record(name: &[u8], at: usize, len: usize, flags: u8) -> Vec<u8> {
    let mut out = vec![0; 33];
    put(&mut out, 2, &le32(at));
    put(&mut out, 10, &le32(len));
    out[25] = flags;
    out[32] = name.len() as u8;
    out.extend(name);
    out.resize(out.len().next_multiple_of(2), 0);
    out[0] = out.len() as u8;
    out
}

/// An image whose root folder has these records.
fn iso_of(records: &[Vec<u8>], len: usize) -> Vec<u8> {
    const SECTOR: usize = 2_048;
    let mut folder = Vec::new();
    for record in records {
        if folder.len() % SECTOR + record.len() > SECTOR {
            folder.resize(folder.len().next_multiple_of(SECTOR), 0);
        }
        folder.extend(record);
    }
    let mut out = Vec::new();
    put(&mut out, 16 * SECTOR, b"\x01CD001");
    put(&mut out, 16 * SECTOR + 156, &iso_record(&[0], 18, folder.len(), 2));
    put(&mut out, 17 * SECTOR, b"\xffCD001");
    put(&mut out, 18 * SECTOR, &folder);
    out.resize((out.len() + len).next_multiple_of(SECTOR), 0);
    out
}

fn iso() -> Vec<u8> {
    let file = |i: usize| iso_record(format!("{i}.BIN;1").as_bytes(), 400 + i, 0xffff_ffff, 0);
    iso_of(&(0..10_000).map(file).collect::<Vec<_>>(), 24 * MIB)
}

fn iso_folders(count: usize) -> Vec<u8> {
    let name = "N".repeat(200);
    let folder = |i: usize| iso_record(name.as_bytes(), 18 + i % 4_000, 0x00ff_ffff, 2);
    iso_of(&(0..count).map(folder).collect::<Vec<_>>(), MIB)
}

fn udf() -> Vec<u8> {
    const SECTOR: usize = 2_048;
    let mut out = Vec::new();
    for (i, id) in [&b"BEA01"[..], b"NSR02", b"TEA01"].into_iter().enumerate() {
        put(&mut out, (16 + i) * SECTOR + 1, id);
    }
    let mut tagged = |sector: usize, tag: usize, fields: &[(usize, Vec<u8>)]| {
        put(&mut out, sector * SECTOR, &le16(tag));
        fields.iter().for_each(|(at, what)| put(&mut out, sector * SECTOR + at, what));
    };
    let n = |n: usize| le32(n).to_vec();
    tagged(256, 2, &[(16, n(4 * SECTOR)), (20, n(257))]);
    tagged(257, 5, &[(188, n(270)), (192, n(20))]);
    tagged(258, 6, &[(212, n(SECTOR)), (248, n(SECTOR)), (252, n(0))]);
    tagged(259, 8, &[]);
    tagged(270, 256, &[(400, n(SECTOR)), (404, n(1))]);
    let entry = |kind: u8, how: usize, len: usize, data: &[u8]| {
        vec![
            (27, vec![kind]),
            (34, le16(how).to_vec()),
            (56, le64(len).to_vec()),
            (172, n(data.len())),
            (176, data.to_vec()),
        ]
    };
    let mut folder = vec![0; 38];
    put(&mut folder, 0, &le16(257));
    folder[19] = 6;
    put(&mut folder, 24, &le32(3));
    folder.extend(b"\x08a.bin");
    tagged(271, 261, &entry(4, 3, folder.len(), &folder));
    // Each extent is all of the disk.
    let extents = [le32(15 * MIB), le32(4)].concat().repeat(200);
    tagged(273, 261, &entry(5, 0, 1 << 40, &extents));
    out.resize(16 * MIB, 7);
    out
}

/// A volume in clusters of 32 KiB, whose folders follow each other and each run on to the end.
fn fat() -> Vec<u8> {
    const SECTORS: usize = 40_000;
    let mut out = vec![0; SECTORS * 512];
    put(&mut out, 0, b"\xeb\x3c\x90MSDOS5.0");
    put(&mut out, 11, &le16(512));
    put(&mut out, 13, &[8]);
    put(&mut out, 14, &le16(1));
    put(&mut out, 16, &[1]);
    put(&mut out, 17, &le16(512));
    put(&mut out, 19, &le16(SECTORS));
    put(&mut out, 22, &le16(32));
    put(&mut out, 54, b"FAT16   ");
    put(&mut out, 510, b"\x55\xaa");
    for cluster in 2..5_000 {
        put(&mut out, 512 + cluster * 2, &le16(cluster + 1));
    }
    let entry = |i: usize| {
        let mut entry = vec![0; 32];
        put(&mut entry, 0, format!("{i:08}   ").as_bytes());
        entry[11] = 0x10;
        put(&mut entry, 26, &le16(2 + i % 4_000));
        entry
    };
    put(&mut out, 33 * 512, &(0..512).flat_map(entry).collect::<Vec<_>>());
    put(&mut out, 65 * 512, &(0..100_000).flat_map(entry).collect::<Vec<_>>());
    out
}

/// A table of 14,000 records, all of which are one record of 64 KiB that is nearly all runs.
fn ntfs() -> Vec<u8> {
    const RECORD: usize = 1 << 16;
    let mut out = vec![0; 16 * 512];
    put(&mut out, 0, b"\xeb\x52\x90NTFS    ");
    put(&mut out, 11, &le16(512));
    put(&mut out, 13, &[1]);
    put(&mut out, 48, &le64(16));
    put(&mut out, 64, &[0xf0]);
    put(&mut out, 510, b"\x55\xaa");
    let attribute = |kind: usize, head: &[(usize, Vec<u8>)], len: usize| {
        let mut out = vec![0; len];
        put(&mut out, 0, &[le32(kind), le32(len)].concat());
        head.iter().for_each(|(at, what)| put(&mut out, *at, what));
        out
    };
    let name: Vec<u8> = "a.bin".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let named = attribute(
        0x30,
        &[(20, le16(24).to_vec()), (24, le64(5).to_vec()), (88, vec![5, 1]), (90, name)],
        104,
    );
    let runs = |runs: &[u8], len: usize| {
        let head = [(8, vec![1]), (32, le16(64).to_vec()), (48, le64(len).to_vec()), (64, runs.to_vec())];
        attribute(0x80, &head, (64 + runs.len() + 1).next_multiple_of(8))
    };
    let record = |attributes: &[Vec<u8>]| {
        let mut out = vec![0; RECORD];
        put(&mut out, 0, b"FILE");
        put(&mut out, 20, &le16(56));
        put(&mut out, 22, &le16(1));
        let body = [attributes.concat(), vec![0xff; 4]].concat();
        put(&mut out, 56, &body);
        out
    };
    // The table's own record, then one for all others: a run of 128 sectors, then none forward.
    let own = [[0x22, 128, 0, 16, 0], [0x22, 128, 0, 128, 0]].concat();
    let own: Vec<u8> = [own, [0x12, 128, 0, 0].repeat(14_000)].concat();
    let first = record(&[named.clone(), runs(&own, 14_002 * RECORD)]);
    let other = record(&[named, runs(&[0x01, 1].repeat(30_000), 1 << 40)]);
    out.extend(first);
    out.extend(other);
    out
}

fn vhd() -> Vec<u8> {
    let blocks = 1 << 20;
    let mut out = vec![0; 1_536 + blocks * 4];
    put(&mut out, 0, b"conectix");
    put(&mut out, 16, &512_u64.to_be_bytes());
    put(&mut out, 48, &(1_u64 << 41).to_be_bytes());
    put(&mut out, 60, &3_u32.to_be_bytes());
    put(&mut out, 512, b"cxsparse");
    put(&mut out, 512 + 16, &1_536_u64.to_be_bytes());
    put(&mut out, 512 + 28, &(blocks as u32).to_be_bytes());
    put(&mut out, 512 + 32, &(2_u32 << 20).to_be_bytes());
    out[1_536..].fill(0xff);
    out
}
