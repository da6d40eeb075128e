//! Unix `compress` (`.Z`): LZW with codes of 9 to 16 bits, the lowest bit first.
//!
//! Read here: no kept crate reads it, and it is a page. Codes are written in groups of eight; where the width of a
//! code changes, or the table is cleared, the rest of a group is skipped, as the first program did.

use std::io::{self, Read};

/// Bytes before the codes.
const HEADER: usize = 3;
const MIN_WIDTH: usize = 9;
const MAX_WIDTH: usize = 16;
/// The code that clears the table.
const CLEAR: usize = 256;

/// What comes out of a compressed stream.
pub(super) struct Lzw<'a> {
    bytes: &'a [u8],
    /// Where the next code and the group that it belongs to begin, in bits.
    at: usize,
    group: usize,
    width: usize,
    max_width: usize,
    clears: bool,
    /// For each code the one before it, and its last byte.
    table: Vec<(u16, u8)>,
    next: usize,
    last: Option<usize>,
    first_byte: u8,
    /// What a code stands for, its last byte first.
    out: Vec<u8>,
}

impl<'a> Lzw<'a> {
    /// `None` where the header is none.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Lzw<'a>> {
        let flags = usize::from(*bytes.get(2)?);
        let (max_width, clears) = (flags & 0x1f, flags & 0x80 != 0);
        if !bytes.starts_with(b"\x1f\x9d") || !(MIN_WIDTH..=MAX_WIDTH).contains(&max_width) {
            return None;
        }
        let table = (0..=u8::MAX).map(|byte| (0, byte)).chain(std::iter::repeat((0, 0)));
        Some(Lzw {
            bytes,
            at: HEADER * 8,
            group: HEADER * 8,
            width: MIN_WIDTH,
            max_width,
            clears,
            table: table.take(1 << max_width).collect(),
            next: if clears { CLEAR + 1 } else { CLEAR },
            last: None,
            first_byte: 0,
            out: Vec::new(),
        })
    }

    /// Goes on behind the group with codes of another width.
    fn widen(&mut self, width: usize) {
        self.at = self.group + (self.at - self.group).next_multiple_of(self.width * 8);
        self.group = self.at;
        self.width = width;
    }

    /// The next code, `None` where the stream ends.
    fn code(&mut self) -> Option<usize> {
        if self.next >= 1 << self.width && self.width < self.max_width {
            self.widen(self.width + 1);
        }
        let from = self.at / 8;
        let three = self.bytes.get(from..self.bytes.len().min(from + 3)).unwrap_or_default();
        if self.at + self.width > self.bytes.len() * 8 {
            return None;
        }
        let bits = three.iter().rev().fold(0_usize, |n, byte| n << 8 | usize::from(*byte));
        let code = bits >> (self.at % 8) & ((1 << self.width) - 1);
        self.at += self.width;
        Some(code)
    }

    /// Puts what the next code stands for into `out`; `false` where the stream ends.
    fn step(&mut self) -> io::Result<bool> {
        let Some(code) = self.code() else { return Ok(false) };
        if code == CLEAR && self.clears {
            self.widen(MIN_WIDTH);
            // The first entry behind it takes the place of the clearing code itself.
            self.next = CLEAR;
            return Ok(true);
        }
        let Some(last) = self.last else {
            self.first_byte = u8::try_from(code).map_err(|_| io::ErrorKind::InvalidData)?;
            self.out.push(self.first_byte);
            self.last = Some(code);
            return Ok(true);
        };
        let mut at = code;
        if code >= self.next {
            // The one that is only just being made: the last one, and its first byte again.
            if code > self.next {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.out.push(self.first_byte);
            at = last;
        }
        // Each code points to an earlier one, so this ends.
        while at > usize::from(u8::MAX) {
            let (before, byte) = self.table.get(at).copied().ok_or(io::ErrorKind::InvalidData)?;
            if usize::from(before) >= at {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.out.push(byte);
            at = usize::from(before);
        }
        self.first_byte = at as u8;
        self.out.push(self.first_byte);
        if let Some(entry) = self.table.get_mut(self.next) {
            *entry = (last as u16, self.first_byte);
            self.next += 1;
        }
        self.last = Some(code);
        Ok(true)
    }
}

impl Read for Lzw<'_> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        for place in space {
            while self.out.is_empty() {
                match self.step() {
                    Ok(true) => {}
                    // What came before the damage is handed out first.
                    Err(_) if filled > 0 => return Ok(filled),
                    Ok(false) => return Ok(filled),
                    Err(error) => return Err(error),
                }
            }
            let Some(byte) = self.out.pop() else { return Ok(filled) };
            *place = byte;
            filled += 1;
        }
        Ok(filled)
    }
}
