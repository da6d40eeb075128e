//! Archives of Unix and DOS: `compress`, cpio, ar, Debian and RPM packages, ARJ; each written here, opened, cut, broken,
//! and with nothing but words in it.

use std::collections::HashMap;

use lazaret::engine::attachment::{FileVerdict, Inspected, inspect_file};
use lazaret::engine::{Limits, attachment::FINDINGS};

use crate::containers::{bzip2, gzip, tar};
use crate::files::{file, ids, program};

/// Bits, the lowest of a number first or the highest.
#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn low(&mut self, value: usize, width: usize) {
        self.0.extend((0..width).map(|i| value >> i & 1 == 1));
    }

    fn high(&mut self, value: usize, width: usize) {
        self.0.extend((0..width).rev().map(|i| value >> i & 1 == 1));
    }

    fn low_bytes(&self) -> Vec<u8> {
        self.0.chunks(8).map(|c| c.iter().rev().fold(0, |n, b| n << 1 | u8::from(*b))).collect()
    }

    fn high_bytes(&self) -> Vec<u8> {
        self.0.chunks(8).map(|c| (0..8).fold(0, |n, i| n << 1 | u8::from(c.get(i) == Some(&true)))).collect()
    }
}

/// What `compress -b most` writes; the table is cleared before each code of these.
fn compress(bytes: &[u8], most: usize, clear_before: &[usize]) -> Vec<u8> {
    let mut bits = Bits::default();
    let (mut group, mut width, mut entries) = (0, 9, 257);
    let mut table: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut write = |bits: &mut Bits, code: usize, width: &mut usize, entries: usize| {
        if entries >= 1 << *width && *width < most {
            let full = group + (bits.0.len() - group).next_multiple_of(*width * 8);
            bits.0.resize(full, false);
            group = full;
            *width += 1;
        }
        bits.low(code, *width);
        if code == 256 {
            let full = group + (bits.0.len() - group).next_multiple_of(*width * 8);
            bits.0.resize(full, false);
            group = full;
            *width = 9;
        }
    };
    let (mut at, mut codes, mut before): (usize, usize, Option<Vec<u8>>) = (0, 0, None);
    while at < bytes.len() {
        if clear_before.contains(&codes) {
            write(&mut bits, 256, &mut width, entries);
            table.clear();
            // What is made of the codes on both sides takes the place of the clearing code.
            entries = 256;
            before = before.map(|_| Vec::new());
        }
        let mut end = at + 1;
        while end < bytes.len() && table.contains_key(&bytes[at..=end]) {
            end += 1;
        }
        let word = bytes[at..end].to_vec();
        let code = if word.len() == 1 { usize::from(word[0]) } else { table[&word] };
        write(&mut bits, code, &mut width, entries);
        codes += 1;
        // The reader makes an entry of each code and the byte behind it, one code later.
        if before.is_some() && entries < 1 << most {
            entries += 1;
        }
        if end < bytes.len() && entries < 1 << most {
            let mut longer = word.clone();
            longer.push(bytes[end]);
            table.entry(longer).or_insert(entries);
        }
        before = Some(word);
        at = end;
    }
    [&[0x1f, 0x9d, 0x80 | most as u8], bits.low_bytes().as_slice()].concat()
}

/// cpio in the form of its first six characters.
fn cpio(form: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    let entries = files.iter().map(|(name, data)| (0o100_644, *name, *data));
    for (mode, name, data) in entries.chain([(0, "TRAILER!!!", &b""[..])]) {
        let (len, size) = (name.len() + 1, data.len());
        match form {
            "070701" => {
                let fields = [0, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, len, 0];
                out.extend(form.bytes());
                out.extend(fields.iter().map(|n| format!("{n:08X}")).collect::<String>().bytes());
            }
            "070707" => out.extend(
                format!(
                    "{form}{:06o}{:06o}{mode:06o}{:06o}{:06o}{:06o}{:06o}{:011o}{len:06o}{size:011o}",
                    0, 0, 0, 0, 1, 0, 0
                )
                .bytes(),
            ),
            _ => {
                let words = [0o070_707, 0, 0, mode, 0, 0, 1, 0, 0, 0, len, size >> 16, size & 0xffff];
                let order = |n: &usize| match form {
                    "big" => (*n as u16).to_be_bytes(),
                    _ => (*n as u16).to_le_bytes(),
                };
                out.extend(words.iter().flat_map(order));
            }
        }
        let unit = match form {
            "070701" => 4,
            "070707" => 1,
            _ => 2,
        };
        out.extend(name.bytes().chain([0]));
        out.resize(out.len().next_multiple_of(unit), 0);
        out.extend(data);
        out.resize(out.len().next_multiple_of(unit), 0);
    }
    out
}

fn ar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = b"!<arch>\n".to_vec();
    for (name, data) in files {
        out.extend(format!("{name:<16}0           0     0     100644  {:<10}`\n", data.len()).bytes());
        out.extend(*data);
        out.resize(out.len().next_multiple_of(2), b'\n');
    }
    out
}

fn deb(name: &str, data: &[u8]) -> Vec<u8> {
    let control = gzip(&tar(&[("./control", b"Package: example\nVersion: 1\n")]));
    ar(&[
        ("debian-binary", b"2.0\n"),
        ("control.tar.gz", &control),
        ("data.tar.gz", &gzip(&tar(&[(name, data)]))),
    ])
}

fn rpm(payload: &[u8]) -> Vec<u8> {
    let mut out = b"\xed\xab\xee\xdb\x03\0".to_vec();
    out.resize(96, 0);
    for store in [&b"abc"[..], b"defgh"] {
        out.resize(out.len().next_multiple_of(8), 0);
        out.extend(b"\x8e\xad\xe8\x01\0\0\0\0");
        out.extend(1_u32.to_be_bytes());
        out.extend((store.len() as u32).to_be_bytes());
        out.extend([0; 16]);
        out.extend(store);
    }
    out.extend(payload);
    out
}

/// ARJ with one member whose bytes are packed by this method.
fn arj(name: &str, data: &[u8], method: u8, flags: u8) -> Vec<u8> {
    let packed = match method {
        1 => {
            // One block in which every byte is its own code, as long as it is.
            let mut bits = Bits::default();
            bits.high(data.len(), 16);
            for (value, width) in [(0, 5), (10, 5), (256, 9), (0, 5), (0, 5)] {
                bits.high(value, width);
            }
            data.iter().for_each(|byte| bits.high(usize::from(*byte), 8));
            bits.high_bytes()
        }
        4 => {
            let mut bits = Bits::default();
            let mut at = 0;
            while at < data.len() {
                // A run is a match that begins one byte back.
                let run = data[at..].iter().take(128).take_while(|b| at > 0 && **b == data[at - 1]).count();
                if run >= 3 {
                    let ones = usize::BITS as usize - 1 - (run - 1).leading_zeros() as usize;
                    bits.high((1 << ones) - 1, ones);
                    if ones < 7 {
                        bits.high(0, 1);
                    }
                    bits.high(run - 2 - ((1 << ones) - 1), ones);
                    // A distance of one.
                    bits.high(0, 1);
                    bits.high(0, 9);
                    at += run;
                } else {
                    bits.high(0, 1);
                    bits.high(usize::from(data[at]), 8);
                    at += 1;
                }
            }
            bits.high_bytes()
        }
        _ => data.to_vec(),
    };
    let mut sum = flate2::Crc::new();
    sum.update(data);
    let header = |name: &str, kind: u8, method: u8, flags: u8, packed: usize, size: usize, sum: u32| {
        let mut fixed = vec![30, 11, 1, 0, flags, method, kind, 0];
        fixed.extend([0; 4]);
        fixed.extend((packed as u32).to_le_bytes());
        fixed.extend((size as u32).to_le_bytes());
        fixed.extend(sum.to_le_bytes());
        fixed.resize(30, 0);
        fixed.extend(name.bytes().chain([0, 0]));
        let mut out = b"\x60\xea".to_vec();
        out.extend((fixed.len() as u16).to_le_bytes());
        out.extend(fixed);
        out.extend([0; 6]);
        out
    };
    let mut out = header("a.arj", 2, 0, 0, 0, 0, 0);
    out.extend(header(name, 0, method, flags, packed.len(), data.len(), sum.sum()));
    out.extend(packed);
    out.extend(b"\x60\xea\0\0");
    out
}

/// Every archive that is written here, with one file in it.
fn archives(name: &str, data: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let inner = cpio("070701", &[(name, data)]);
    let mut out = vec![
        ("a.tar.Z", compress(&tar(&[(name, data)]), 16, &[])),
        ("b.tar.Z", compress(&tar(&[(name, data)]), 12, &[200, 300])),
        ("a.cpio", inner.clone()),
        ("b.cpio", cpio("070707", &[(name, data)])),
        ("c.cpio", cpio("little", &[(name, data)])),
        ("d.cpio", cpio("big", &[(name, data)])),
        ("a.cpio.gz", gzip(&inner)),
        ("a.a", ar(&[("/", b"\0\0\0\0"), (&format!("{name}/"), data)])),
        ("a.deb", deb(&format!("./usr/bin/{name}"), data)),
        ("a.rpm", rpm(&gzip(&inner))),
        ("b.rpm", rpm(&bzip2(&inner))),
        ("c.rpm", rpm(&inner)),
    ];
    for (outer, method) in [("a.arj", 0), ("b.arj", 1), ("c.arj", 4)] {
        out.push((outer, arj(name, data, method, 0)));
    }
    out
}

fn says(found: &Inspected, id: &str) -> bool {
    assert!(FINDINGS.iter().any(|kind| kind.id.ends_with(id)), "{id}");
    ids(found).contains(&id)
}

#[test]
fn a_disguised_program_is_found_in_each() {
    let (name, data) = ("doc.pdf.scr", program());
    for (outer, bytes) in archives(name, &data) {
        let found = file(outer, &bytes);
        assert_eq!(found.verdict(), FileVerdict::Malicious, "{outer}: {:?}", found.findings);
        assert!(
            !ids(&found).iter().any(|id| id.starts_with("not_inspected")),
            "{outer}: {:?}",
            found.findings
        );
        let inner = found.attachments.last().unwrap();
        assert!(inner.name.as_deref().is_some_and(|n| n.ends_with(name)), "{outer}: {inner:?}");
        assert_eq!(inner.size, data.len() as u64, "{outer}");
    }
}

#[test]
fn words_in_each_are_silent() {
    for (outer, bytes) in archives("notes.txt", b"nothing to see here, and nothing there\r\n") {
        let found = file(outer, &bytes);
        assert_eq!(found.verdict(), FileVerdict::Clean, "{outer}: {:?}", found.findings);
        assert!(
            !ids(&found).iter().any(|id| id.starts_with("not_inspected")),
            "{outer}: {:?}",
            found.findings
        );
        assert_eq!(found.attachments.last().unwrap().detected, "text/plain", "{outer}");
    }
}

#[test]
fn what_is_cut_or_broken_is_said_and_ends() {
    for (outer, bytes) in archives("doc.pdf.scr", &program()) {
        let mut said = 0;
        for at in (9..bytes.len()).step_by(5) {
            let cut = file(outer, &bytes[..at]);
            assert!(!cut.attachments.is_empty() && cut.attachments.len() < 9, "{outer} {at}");
            said += usize::from(says(&cut, "not_inspected_unreadable"));
            let mut torn = bytes.clone();
            torn[at] ^= 0xff;
            assert!(!file(outer, &torn).attachments.is_empty(), "{outer} {at}");
        }
        assert!(said > 5, "{outer}: {said}");
    }
}

#[test]
fn long_texts_come_out_of_compress_as_they_went_in() {
    let mut number = 1_u32;
    let words: Vec<u8> = (0..90_000)
        .flat_map(|_| {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            [b'a' + (number >> 28) as u8, b' ']
        })
        .collect();
    let mut sum = file("words", &words).attachments.remove(0).sha256;
    for (most, clear) in [(16, &[][..]), (13, &[][..]), (9, &[][..]), (14, &[100, 5_000, 5_001][..])] {
        let found = file("words.Z", &compress(&words, most, clear));
        assert_eq!(found.attachments.last().unwrap().sha256, sum, "{most} {clear:?}");
    }
    // A run is written by codes that are only just being made.
    let run = vec![b'x'; 5_000];
    sum = file("run", &run).attachments.remove(0).sha256;
    assert_eq!(file("run.Z", &compress(&run, 16, &[])).attachments.last().unwrap().sha256, sum);
}

#[test]
fn what_explodes_is_bounded_and_said() {
    let limits = Limits { inflated_bytes: 64 << 10, entries: 50, ..Limits::default() };
    let zeros = vec![0_u8; 200 << 10];
    let many: Vec<(String, &[u8])> = (0..200).map(|i| (format!("{i}.txt"), &b"word"[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, data)| (name.as_str(), *data)).collect();
    for (outer, bytes) in [
        ("zeros.Z", compress(&zeros, 16, &[])),
        ("zeros.arj", arj("zeros.bin", &zeros, 4, 0)),
        ("zeros.rpm", rpm(&gzip(&cpio("070701", &[("zeros.bin", &zeros)])))),
        ("many.cpio", cpio("070701", &many)),
        ("many.a", ar(&many)),
    ] {
        let found = inspect_file(outer, &bytes, &limits);
        assert!(says(&found, "not_inspected_limit"), "{outer}: {:?}", found.findings);
        assert!(found.attachments.len() < 60, "{outer}");
    }
    // A member of ARJ that says to be long, and is not.
    let mut bytes = arj("a.txt", b"word", 4, 0);
    let size = bytes.windows(4).rposition(|w| w == 4_u32.to_le_bytes()).unwrap();
    bytes[size..size + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(says(&file("a.arj", &bytes), "not_inspected_unreadable"));
}

#[test]
fn what_an_arj_member_hides_is_said() {
    let found = file("a.arj", &arj("doc.pdf.exe", &program(), 0, 1));
    assert!(says(&found, "encrypted_program"), "{:?}", found.findings);
    let found = file("a.arj", &arj("doc.pdf.exe", &program(), 7, 0));
    assert!(
        says(&found, "not_inspected_format") && says(&found, "name_double_extension"),
        "{:?}",
        found.findings
    );
    let found = file("a.arj", &arj("notes.txt", b"words", 7, 0));
    assert_eq!(found.verdict(), FileVerdict::Clean, "{:?}", found.findings);
}

#[test]
fn names_of_ar_members_stand_in_a_table_or_before_the_data() {
    let program = program();
    let bsd = [&b"a.long.name.for.a.exe\0\0\0"[..], &program].concat();
    for files in [
        [("//", &b"a.long.name.for.a.exe/\n"[..]), ("/0", &program)],
        [("#1/24", bsd.as_slice()), ("/", b"\0\0\0\0")],
    ] {
        let found = file("a.a", &ar(&files));
        assert!(
            found.attachments.iter().any(|a| a.name.as_deref() == Some("a.long.name.for.a.exe")),
            "{found:?}"
        );
    }
    // The import of a program, in a library for Windows.
    let import = [&b"\0\0\xff\xff\0\0\x64\x86"[..], &[0; 40]].concat();
    let found = file("a.lib", &ar(&[("/", b"\0\0\0\0"), ("host.exe/", &import)]));
    assert_eq!(found.verdict(), FileVerdict::Clean, "{:?}", found.findings);
}

#[test]
fn one_packed_script_of_many_files_is_a_part_of_them() {
    let script = gzip(b"function add(a, b) { return a + b; }\nvar sum = add(1, 2);\n");
    let mut files: Vec<(String, &[u8])> = (0..20).map(|i| (format!("{i}.txt"), &b"words"[..])).collect();
    files.push(("add.min.js.gz".to_owned(), &script));
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, data)| (name.as_str(), *data)).collect();
    for (outer, bytes) in [("a.tar", tar(&files)), ("a.cpio", cpio("070701", &files))] {
        let found = file(outer, &bytes);
        assert_eq!(found.verdict(), FileVerdict::Clean, "{outer}: {:?}", found.findings);
    }
    // Alone it is a lure.
    let found = file("a.tar", &tar(&files[20..]));
    assert!(says(&found, "archive_one_program"), "{:?}", found.findings);
}

#[test]
fn a_package_of_linux_stays_a_note() {
    let mut tool = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0".to_vec();
    tool.resize(600, 7);
    for (outer, bytes) in [
        ("tool.deb", deb("./usr/bin/tool", &tool)),
        ("tool.rpm", rpm(&gzip(&cpio("070701", &[("./usr/bin/tool", &tool)])))),
    ] {
        let found = file(outer, &bytes);
        assert_eq!(found.verdict(), FileVerdict::Clean, "{outer}: {:?}", found.findings);
        assert!(says(&found, "code") && found.attachments.len() > 3, "{outer}: {:?}", found.findings);
    }
}
