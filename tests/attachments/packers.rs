//! Writers of the archives of Unix and DOS: `compress`, cpio, ar, Debian and RPM packages, ARJ.

use std::collections::HashMap;

use crate::containers::{gzip, tar};

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
pub(crate) fn compress(bytes: &[u8], most: usize, clear_before: &[usize]) -> Vec<u8> {
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
pub(crate) fn cpio(form: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
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

pub(crate) fn ar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = b"!<arch>\n".to_vec();
    for (name, data) in files {
        out.extend(format!("{name:<16}0           0     0     100644  {:<10}`\n", data.len()).bytes());
        out.extend(*data);
        out.resize(out.len().next_multiple_of(2), b'\n');
    }
    out
}

pub(crate) fn deb(name: &str, data: &[u8]) -> Vec<u8> {
    let control = gzip(&tar(&[("./control", b"Package: example\nVersion: 1\n")]));
    ar(&[
        ("debian-binary", b"2.0\n"),
        ("control.tar.gz", &control),
        ("data.tar.gz", &gzip(&tar(&[(name, data)]))),
    ])
}

pub(crate) fn rpm(payload: &[u8]) -> Vec<u8> {
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
pub(crate) fn arj(name: &str, data: &[u8], method: u8, flags: u8) -> Vec<u8> {
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

/// The same, encrypted, its only member at this offset.
pub(crate) fn locked_arj(name: &str, data: &[u8], method: u8, password: &str) -> Vec<u8> {
    let mut bytes = arj(name, data, method, 1);
    let start = bytes.len() - 4 - u32::from_le_bytes(bytes[63..67].try_into().unwrap()) as usize;
    let end = bytes.len() - 4;
    for (byte, key) in bytes[start..end].iter_mut().zip(password.bytes().cycle()) {
        *byte ^= key;
    }
    bytes
}
