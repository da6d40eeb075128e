//! Archives and compressed files.

use std::io::Write;

use super::{Bomb, Content, MIB, cut, flood, le16, le32, put, whole, zip};

pub(super) const BOMBS: &[Bomb] = &[
    cut("flood.zip", "one file of 200 MiB", || zip(&[("a.bin", Content::Flood(0, 200 * MIB))])),
    cut("nested.zip", "archives in archives, 12 MiB at each level", nested),
    cut("many.zip", "90 files of 1 MiB", || {
        let names: Vec<String> = (0..90).map(|i| format!("{i}.txt")).collect();
        zip(&names.iter().map(|n| (n.as_str(), Content::Flood(b'a', MIB))).collect::<Vec<_>>())
    }),
    cut("overlap.zip", "10,000 entries that share 1 MiB", || shared(10_000, 20, MIB)),
    cut("names.zip", "10,000 entries with one name of 64 kB before the file", || shared(10_001, 60_000, 1)),
    cut("flood.txt.gz", "100 MiB that say to be none", || gzip(100 * MIB, 0)),
    cut("boast.txt.gz", "65 MiB that say to be 4 GiB", || gzip(65 * MIB, u32::MAX)),
    whole("small.txt.gz", "17 bytes that say to be 4 GiB", || gzip(17, u32::MAX)),
    cut("flood.tgz", "an archive of one file of 100 MiB", || {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(&tar_head("a.bin", 100 * MIB)).expect("memory takes all");
        flood(&mut writer, 0, 100 * MIB);
        writer.finish().expect("memory takes all")
    }),
    cut("many.tar", "11,000 files", || {
        let mut out: Vec<u8> = (0..11_000).flat_map(|i| tar_head(&format!("{i}.txt"), 0)).collect();
        out.resize(out.len() + 1_024, 0);
        out
    }),
    cut("flood.bz2", "100 MiB", || {
        let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        flood(&mut writer, 0, 100 * MIB);
        writer.finish().expect("memory takes all")
    }),
    cut("flood.xz", "70 MiB with a dictionary of 1 MiB", || xz(70 * MIB, 1 << 20)),
    cut("wide.xz", "60 MiB with a dictionary of 64 MiB", || xz(60 * MIB, 64 << 20)),
    cut("wide.lzma", "60 MiB with a dictionary of 64 MiB", || {
        let options = lzma_options(64 << 20);
        let mut writer = lzma_rust2::LzmaWriter::new_use_header(Vec::new(), &options, None).expect("valid");
        flood(&mut writer, 0, 60 * MIB);
        writer.finish().expect("memory takes all")
    }),
    cut("wide.lz", "60 MiB with a dictionary of 64 MiB", || {
        let mut options = lzma_rust2::LzipOptions::with_preset(0);
        options.lzma_options = lzma_options(64 << 20);
        let mut writer = lzma_rust2::LzipWriter::new(Vec::new(), options);
        flood(&mut writer, 0, 60 * MIB);
        writer.finish().expect("memory takes all")
    }),
    cut("flood.zst", "128 MiB with a window of 1 MiB", || zstd(10 << 3, 1_024)),
    cut("wide.zst", "128 MiB with a window of 64 MiB", || zstd(16 << 3, 1_024)),
    cut("boast.zst", "128 kB with a window of 4 GiB", || zstd(22 << 3, 1)),
    cut("flood.7z", "one file of 70 MiB with a dictionary of 1 MiB", || seven(1 << 20, 1, 70 * MIB)),
    cut("wide.7z", "one file of 60 MiB with a dictionary of 64 MiB", || seven(64 << 20, 1, 60 * MIB)),
    cut("many.7z", "90 files of 1 MiB in one stream", || seven(8 << 20, 90, MIB)),
    cut("list.7z", "100,000 files of nothing", || seven(1 << 20, 100_000, 0)),
    cut("model.7z", "a model of 1 GiB", || {
        let options = sevenz_rust2::encoder_options::PpmdOptions::from_order_memory_size(6, 64 << 20);
        let out = seven_by(options.into(), 1, 1_000);
        // The memory that the model asks for stands in the header, which has a sum.
        raised(out, &(64_u32 << 20).to_le_bytes(), &(1_u32 << 30).to_le_bytes())
    }),
    cut("flood.rar", "one file of 80 MiB", || rar(false, 1, 80 * MIB)),
    cut("many.rar", "80 files of 1 MiB in one stream", || rar(true, 80, MIB)),
    cut("flood.cab", "one folder of 100 MiB", || cab(1, 100 * MIB)),
    cut("folders.cab", "50 folders of 2 MiB that share their bytes", || cab(50, 2 * MIB)),
    cut("flood.lzh", "one file of 100 MiB", lzh),
];

/// Each level holds 12 MiB as they are, and the next level.
fn nested() -> Vec<u8> {
    let mut out = zip(&[("a.bin", Content::Flood(0, 12 * MIB))]);
    for _ in 0..8 {
        out = zip(&[("pad.bin", Content::Plain(12 * MIB)), ("inner.zip", Content::Packed(&out))]);
    }
    zip(&[("inner.zip", Content::Packed(&out))])
}

/// A list of many entries, all of which point to one file of zeros, which has a name of this length.
fn shared(entries: usize, name: usize, len: usize) -> Vec<u8> {
    let data = {
        let mut writer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        flood(&mut writer, 0, len);
        writer.finish().expect("memory takes all")
    };
    let mut out = [&b"PK\x03\x04"[..], &[20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]].concat();
    out.extend([le32(data.len()), le32(len)].concat());
    out.extend([le16(name), le16(0)].concat());
    out.extend("n".repeat(name).bytes());
    out.extend(&data);
    let start = out.len();
    for index in 0..entries {
        let own = format!("{index}.bin");
        out.extend([&b"PK\x01\x02"[..], &[20, 0, 20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]].concat());
        out.extend([le32(data.len()), le32(len)].concat());
        out.extend([le16(own.len()), le16(0), le16(0), le16(0), le16(0)].concat());
        out.extend([le32(0), le32(0)].concat());
        out.extend(own.bytes());
    }
    let size = out.len() - start;
    out.extend([&b"PK\x05\x06\0\0\0\0"[..], &le16(entries), &le16(entries)].concat());
    out.extend([&le32(size)[..], &le32(start), &[0, 0]].concat());
    out
}

/// A stream of zeros whose last bytes say another length.
fn gzip(len: usize, says: u32) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    flood(&mut writer, b'a', len);
    let mut out = writer.finish().expect("memory takes all");
    let end = out.len() - 4;
    put(&mut out, end, &says.to_le_bytes());
    out
}

fn tar_head(name: &str, len: usize) -> Vec<u8> {
    let mut out = vec![0; 512];
    put(&mut out, 0, name.as_bytes());
    put(&mut out, 124, format!("{len:011o}").as_bytes());
    put(&mut out, 156, b"0");
    put(&mut out, 257, b"ustar\x0000");
    put(&mut out, 148, b"        ");
    let sum: u32 = out.iter().map(|b| u32::from(*b)).sum();
    put(&mut out, 148, format!("{sum:06o}\0 ").as_bytes());
    out
}

fn lzma_options(dictionary: u32) -> lzma_rust2::LzmaOptions {
    lzma_rust2::LzmaOptions { dict_size: dictionary, ..lzma_rust2::LzmaOptions::with_preset(0) }
}

fn xz(len: usize, dictionary: u32) -> Vec<u8> {
    let mut options = lzma_rust2::XzOptions::with_preset(0);
    options.lzma_options = lzma_options(dictionary);
    let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).expect("valid");
    flood(&mut writer, 0, len);
    writer.finish().expect("memory takes all")
}

/// Zstandard: a window, and so many blocks of 128 KiB, each of which is one byte over and over (RFC 8878 §3.1.1.2).
fn zstd(window: u8, blocks: usize) -> Vec<u8> {
    let mut out = b"\x28\xb5\x2f\xfd\x00".to_vec();
    out.push(window);
    for index in 1..=blocks {
        let head = (128 << 10) << 3 | 1 << 1 | usize::from(index == blocks);
        out.extend(&le32(head)[..3]);
        out.push(b'a');
    }
    out
}

fn seven(dictionary: u32, files: usize, len: usize) -> Vec<u8> {
    let mut options = sevenz_rust2::encoder_options::Lzma2Options::from_level(0);
    options.set_dictionary_size(dictionary);
    seven_by(options.into(), files, len)
}

/// A 7-Zip archive of files of zeros in one stream.
fn seven_by(method: sevenz_rust2::EncoderConfiguration, files: usize, len: usize) -> Vec<u8> {
    let mut writer = sevenz_rust2::ArchiveWriter::new(std::io::Cursor::new(Vec::new())).expect("memory");
    writer.set_content_methods(vec![method]);
    let entry = |i: usize| sevenz_rust2::ArchiveEntry::new_file(&format!("{i}.bin"));
    let zeros = |_| std::io::Read::take(std::io::repeat(0), len as u64).into();
    let readers: Vec<sevenz_rust2::SourceReader<_>> = (0..files).map(zeros).collect();
    writer.push_archive_entries((0..files).map(entry).collect(), readers).expect("memory takes all");
    writer.finish().expect("memory takes all").into_inner()
}

/// A 7-Zip archive with some bytes of its header changed, and the sums made right again.
fn raised(mut archive: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0_usize, |n, b| n << 8 | usize::from(*b));
    let at = 32 + number(&archive[12..20]);
    let header = at..at + number(&archive[20..28]);
    let place = archive[header.clone()].windows(from.len()).position(|w| w == from);
    let place = at + place.expect("the header is not packed");
    put(&mut archive, place, to);
    let sum = |bytes: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        crc.sum().to_le_bytes()
    };
    let of_header = sum(&archive[header]);
    put(&mut archive, 28, &of_header);
    let of_start = sum(&archive[12..32]);
    put(&mut archive, 8, &of_start);
    archive
}

fn rar(solid: bool, files: usize, len: usize) -> Vec<u8> {
    let mut builder = rars::builder::Builder::new(rars::ArchiveVersion::Rar50).solid(solid);
    for index in 0..files {
        builder.add_bytes(format!("{index}.bin").into_bytes(), vec![0; len], Some(0), None).expect("valid");
    }
    builder.to_bytes().expect("memory takes all")
}

/// A cabinet of folders that are deflated in blocks of 32 KiB, all of which stand at one place.
fn cab(folders: usize, len: usize) -> Vec<u8> {
    const BLOCK: usize = 32 << 10;
    let blocks = len / BLOCK;
    let mut packed = b"CK".to_vec();
    packed.extend({
        let mut writer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        flood(&mut writer, 0, BLOCK);
        writer.finish().expect("memory takes all")
    });
    let files_at = 36 + 8 * folders;
    let data_at = files_at + folders * (16 + 6);
    let mut out = b"MSCF\0\0\0\0".to_vec();
    out.extend([le32(data_at + blocks * (8 + packed.len())), le32(0), le32(files_at), le32(0)].concat());
    out.extend([3, 1]);
    out.extend([le16(folders), le16(folders), le16(0), le16(0), le16(0)].concat());
    for _ in 0..folders {
        out.extend(le32(data_at));
        out.extend([le16(blocks), le16(1)].concat());
    }
    for index in 0..folders {
        out.extend([le32(len), le32(0)].concat());
        out.extend([le16(index), le16(0), le16(0), le16(0)].concat());
        out.extend(format!("{:05}\0", index % 10_000).bytes());
    }
    for _ in 0..blocks {
        out.extend(le32(0));
        out.extend([le16(packed.len()), le16(BLOCK)].concat());
        out.extend(&packed);
    }
    out
}

/// LZH in which all tables have one code, which then takes no bits: each block of six bytes comes to 16 MiB of blanks.
fn lzh() -> Vec<u8> {
    let len = 100 * MIB;
    let mut bits = String::new();
    for _ in 0..7 {
        // Symbols in the block; no table of lengths, no table of symbols (the longest copy), none of distances.
        bits += &format!("{:016b}{:05b}{:05b}{:09b}{:09b}{:04b}{:04b}", 65_535, 0, 0, 0, 509, 0, 0);
    }
    let digits: Vec<u8> = bits.bytes().map(|b| b - b'0').collect();
    let packed: Vec<u8> =
        digits.chunks(8).map(|c| (0..8).fold(0, |n, i| n << 1 | c.get(i).unwrap_or(&0))).collect();
    let mut head = b"-lh5-".to_vec();
    head.extend([le32(packed.len()), le32(len)].concat());
    head.extend([0, 0, 0x21, 0x28, 0x20, 0, 5]);
    head.extend(b"a.bin");
    head.extend([0, 0]);
    let sum = head.iter().fold(0_u8, |n, b| n.wrapping_add(*b));
    let mut out = vec![head.len() as u8, sum];
    out.extend(head);
    out.extend(packed);
    out.push(0);
    out
}
