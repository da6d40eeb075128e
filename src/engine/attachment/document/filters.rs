//! The filters of PDF streams, one after the other: Flate, LZW, hexadecimal, base 85, runs.
//!
//! Source: ISO 32000-1 §7.4. What is damaged ends the data; pictures' own filters are left as they are.

use crate::engine::attachment::budget::{Growing, Unpacked};
use crate::engine::attachment::container::read_all;
use crate::engine::attachment::inspect::Case;

/// Filters that are undone of one stream.
const MOST: usize = 5;
/// Units of work for a byte that comes out of the simple filters.
const COST: u64 = 4;

/// Names of the filters, long and short.
const NAMES: &[(&[u8], Filter)] = &[
    (b"/FlateDecode", Filter::Flate),
    (b"/Fl", Filter::Flate),
    (b"/LZWDecode", Filter::Lzw),
    (b"/LZW", Filter::Lzw),
    (b"/ASCIIHexDecode", Filter::Hex),
    (b"/AHx", Filter::Hex),
    (b"/ASCII85Decode", Filter::Base85),
    (b"/A85", Filter::Base85),
    (b"/RunLengthDecode", Filter::Runs),
    (b"/RL", Filter::Runs),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filter {
    Flate,
    Lzw,
    Hex,
    Base85,
    Runs,
}

/// The data of a stream with the filters of its dictionary undone, in the order in which they are named.
pub(super) fn undo<'d>(case: &mut Case<'_, '_>, dictionary: &[u8], data: &'d [u8]) -> Unpacked<'d> {
    let mut data = Unpacked::piece(data);
    let (filters, more) = filters(dictionary);
    if more {
        case.only(&format!("the first {MOST} filters of a stream"));
    }
    for filter in filters {
        let budget = case.budget();
        data = match filter {
            Filter::Flate => read_all(flate2::bufread::ZlibDecoder::new(&data[..]), budget, 1).0,
            other => {
                let mut out = budget.growing(COST);
                match other {
                    Filter::Lzw => lzw(&data, &mut out),
                    Filter::Hex => hex(&data, &mut out),
                    Filter::Base85 => base85(&data, &mut out),
                    _ => runs(&data, &mut out),
                }
                budget.grown(out, COST)
            }
        };
        if case.budget().reached.is_some() {
            break;
        }
    }
    data
}

/// The filters that a dictionary names behind its key `/Filter`, and whether there are more than are undone.
fn filters(dictionary: &[u8]) -> (Vec<Filter>, bool) {
    let key = [&b"/Filter"[..], b"/F["]
        .into_iter()
        .find_map(|k| Some((memchr::memmem::find(dictionary, k)?, k.len())));
    let Some((at, len)) = key else { return Default::default() };
    let rest = dictionary.get(at + len..).unwrap_or_default().trim_ascii_start();
    let list = match rest.first() {
        Some(b'[') => rest.split(|b| *b == b']').next().unwrap_or_default(),
        // One name alone.
        _ => {
            let end = rest
                .iter()
                .skip(1)
                .position(|b| matches!(b, b'/' | b'>' | b' ' | b'\r' | b'\n'))
                .map_or(rest.len(), |e| e + 1);
            rest.get(..end).unwrap_or_default()
        }
    };
    let names = list.split(|b| *b == b'/').skip(1);
    let mut known = names.filter_map(|name| {
        let name = name.trim_ascii();
        NAMES.iter().find(|(known, _)| known.get(1..) == Some(name)).map(|(_, filter)| *filter)
    });
    (known.by_ref().take(MOST).collect(), known.next().is_some())
}

fn hex(data: &[u8], out: &mut Growing) {
    let mut half = None;
    for byte in data.iter().take_while(|b| **b != b'>') {
        let Some(value) = char::from(*byte).to_digit(16) else { continue };
        half = match half {
            None => Some(value),
            Some(high) => {
                if !out.push(&[(high * 16 + value) as u8]) {
                    return;
                }
                None
            }
        };
    }
    if let Some(high) = half {
        out.push(&[(high * 16) as u8]);
    }
}

fn base85(data: &[u8], out: &mut Growing) {
    let data = data.trim_ascii_start();
    let data = data.strip_prefix(b"<~").unwrap_or(data);
    let (mut group, mut count) = (0_u32, 0_usize);
    for byte in data {
        let fits = match byte {
            b'z' if count == 0 => out.push(&[0; 4]),
            b'!'..=b'u' => {
                group = group.wrapping_mul(85).wrapping_add(u32::from(byte - b'!'));
                count += 1;
                let fits = count < 5 || out.push(&group.to_be_bytes());
                if count == 5 {
                    (group, count) = (0, 0);
                }
                fits
            }
            b'~' => break,
            _ => true,
        };
        if !fits {
            return;
        }
    }
    if count > 1 {
        for _ in count..5 {
            group = group.wrapping_mul(85).wrapping_add(84);
        }
        out.push(group.to_be_bytes().get(..count - 1).unwrap_or_default());
    }
}

fn runs(data: &[u8], out: &mut Growing) {
    let mut at = 0;
    while let Some(&length) = data.get(at) {
        at += 1;
        let length = usize::from(length);
        match length {
            0..=127 => {
                let piece = data.get(at..(at + length + 1).min(data.len())).unwrap_or_default();
                if !out.push(piece) {
                    return;
                }
                at += length + 1;
            }
            128 => break,
            _ => {
                let Some(&byte) = data.get(at) else { break };
                if !out.room(257 - length) {
                    return;
                }
                out.bytes.resize(out.bytes.len() + 257 - length, byte);
                at += 1;
            }
        }
    }
}

/// LZW with codes of 9 to 12 bits, the length growing one code early as is the default.
fn lzw(data: &[u8], out: &mut Growing) {
    const CLEAR: usize = 256;
    const END: usize = 257;
    // Each string of the table is one that came out: where it stands, and how long it is.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let (mut bits, mut have, mut width) = (0_u32, 0, 9);
    let mut before: Option<(usize, usize)> = None;
    let mut bytes = data.iter();
    loop {
        while have < width {
            let Some(byte) = bytes.next() else { return };
            bits = bits << 8 | u32::from(*byte);
            have += 8;
        }
        have -= width;
        let code = (bits >> have) as usize & ((1 << width) - 1);
        if code == CLEAR {
            table.clear();
            (width, before) = (9, None);
            continue;
        }
        // The longest string has one byte more than the table has places.
        if code == END || !out.room(4_096) {
            return;
        }
        let out = &mut out.bytes;
        let start = out.len();
        if code < CLEAR {
            out.push(code as u8);
        } else if let Some(&(at, len)) = table.get(code - 258) {
            out.extend_from_within(at..at + len);
        } else {
            // The string that is about to be made: the one before and its own first byte.
            let Some((at, len)) = before.filter(|_| code - 258 == table.len()) else { return };
            out.extend_from_within(at..at + len);
            let Some(&first) = out.get(at) else { return };
            out.push(first);
        }
        if let Some((at, len)) = before
            && table.len() < 4_096 - 258
        {
            table.push((at, len + 1));
        }
        before = Some((start, out.len() - start));
        width = match table.len() + 258 + 1 {
            ..=511 => 9,
            512..=1_023 => 10,
            1_024..=2_047 => 11,
            _ => 12,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(filter: fn(&[u8], &mut Growing), data: &[u8], most: usize) -> Vec<u8> {
        let mut out = Growing::probe(most);
        filter(data, &mut out);
        out.bytes
    }

    #[test]
    fn the_standard_s_examples_are_decoded() {
        // ISO 32000-1 §7.4.4.2.
        assert_eq!(
            undone(lzw, &[0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01], 10_000),
            [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]
        );
        assert_eq!(undone(hex, b"4D 5A9>", 100), b"MZ\x90");
        assert_eq!(undone(base85, b"<~9jqo^~>", 100), b"Man ");
        assert_eq!(undone(base85, b"9jqo", 100), b"Man");
        let packed = [2, b'a', b'b', b'c', 255, b'x', 128];
        assert_eq!(undone(runs, &packed, 100), b"abcxx");
        assert_eq!(undone(runs, &packed, 4), b"abc");
    }

    #[test]
    fn filters_are_named_alone_or_in_a_list() {
        let named = |dictionary: &str| filters(dictionary.as_bytes());
        assert_eq!(named("<</Length 5/Filter/FlateDecode/DL 7>>"), (vec![Filter::Flate], false));
        assert_eq!(named("<</Filter [ /A85 /Fl ] >>"), (vec![Filter::Base85, Filter::Flate], false));
        assert_eq!(named("<</Filter /DCTDecode>>"), (vec![], false));
        assert_eq!(named("<</Length 1>>"), (vec![], false));
        assert_eq!(named("<</Filter[/Fl/Fl/Fl/Fl/Fl/Fl]>>"), (vec![Filter::Flate; MOST], true));
    }
}
