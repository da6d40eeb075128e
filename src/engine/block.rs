//! Sixty-four bytes looked at together: which of them are a certain byte, as a bit for each.
//!
//! For what is asked of every byte of every message. Uses wide, which knows each processor's own way.

use wide::u8x16;

/// Bytes of a block.
pub(crate) const BLOCK: usize = 64;

/// A block; the lowest bit of every answer is the first byte's.
#[derive(Clone, Copy)]
pub(crate) struct Block([u8x16; BLOCK / 16]);

impl Block {
    #[inline]
    pub(crate) fn of(bytes: &[u8; BLOCK]) -> Block {
        let [mut one, mut two, mut three, mut four] = [[0; 16]; 4];
        let (quarters, _) = bytes.as_chunks::<16>();
        for (quarter, to) in quarters.iter().zip([&mut one, &mut two, &mut three, &mut four]) {
            *to = *quarter;
        }
        Block([one, two, three, four].map(u8x16::new))
    }

    /// The block at the beginning of `rest`, zeros behind its end; `None` where nothing is left.
    #[inline]
    pub(crate) fn first(rest: &[u8]) -> Option<Block> {
        if let Some(whole) = rest.first_chunk() {
            return Some(Block::of(whole));
        }
        let mut padded = [0; BLOCK];
        padded.get_mut(..rest.len())?.copy_from_slice(rest);
        (!rest.is_empty()).then(|| Block::of(&padded))
    }

    /// Which bytes are this one.
    #[inline]
    pub(crate) fn is(self, byte: u8) -> u64 {
        self.bits(|bytes| bytes.simd_eq(u8x16::splat(byte)))
    }

    /// Which bytes are this one, or this letter of ASCII, given in lower case, in either case.
    #[inline]
    pub(crate) fn is_or_letter(self, byte: u8, letter: u8) -> u64 {
        self.bits(|bytes| {
            let lower = bytes | u8x16::splat(0x20);
            bytes.simd_eq(u8x16::splat(byte)) | lower.simd_eq(u8x16::splat(letter))
        })
    }

    /// Which bytes are letters or digits of ASCII.
    #[inline]
    pub(crate) fn alphanumeric(self) -> u64 {
        let within = |bytes: u8x16, first: u8, count: u8| {
            let from_first = bytes - u8x16::splat(first);
            from_first.min(u8x16::splat(count - 1)).simd_eq(from_first)
        };
        self.bits(|bytes| within(bytes | u8x16::splat(0x20), b'a', 26) | within(bytes, b'0', 10))
    }

    /// Which bytes are this one, or stand within a letter of UTF-8, behind its first byte.
    #[inline]
    pub(crate) fn is_or_within_letter(self, byte: u8) -> u64 {
        self.bits(|bytes| {
            let inner = (bytes & u8x16::splat(0xc0)).simd_eq(u8x16::splat(0x80));
            bytes.simd_eq(u8x16::splat(byte)) | inner
        })
    }

    #[inline]
    fn bits(self, holds: impl Fn(u8x16) -> u8x16) -> u64 {
        let [one, two, three, four] = self.0.map(|bytes| u64::from(holds(bytes).to_bitmask()));
        one | two << 16 | three << 32 | four << 48
    }
}

/// Where `byte` stands first, as memchr finds it; at once where that is near.
#[inline]
pub(crate) fn find(byte: u8, bytes: &[u8]) -> Option<usize> {
    let near = bytes.first_chunk().map_or(0, |near| Block::of(near).is(byte));
    if near > 0 {
        return Some(near.trailing_zeros() as usize);
    }
    memchr::memchr(byte, bytes)
}

/// How many bytes at the beginning are ASCII.
#[inline]
pub(crate) fn ascii(bytes: &[u8]) -> usize {
    let mut from = 0;
    while let Some(near) = bytes.get(from..).and_then(|rest| rest.first_chunk()) {
        let others = Block::of(near).bits(|bytes| bytes);
        if others > 0 {
            return from + others.trailing_zeros() as usize;
        }
        from += BLOCK;
    }
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().position(|byte| !byte.is_ascii()).unwrap_or(rest.len())
}

/// The places of the bits that are set, the lowest first.
#[inline]
pub(crate) fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = bits.trailing_zeros() as usize;
        bits &= bits.checked_sub(1)?;
        Some(bit)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_byte_is_told(
            bytes in prop::collection::vec(any::<u8>(), 0..80),
            byte in any::<u8>(),
        ) {
            let first = bytes.iter().position(|byte| !byte.is_ascii());
            prop_assert_eq!(ascii(&bytes), first.unwrap_or(bytes.len()));
            prop_assert_eq!(find(byte, &bytes), bytes.iter().position(|other| *other == byte));
            prop_assert_eq!(Block::first(&bytes).is_none(), bytes.is_empty());
            let Some(block) = Block::first(&bytes) else { return Ok(()) };
            for at in 0..BLOCK {
                let told = |bits: u64| bits >> at & 1 == 1;
                let there = bytes.get(at).copied().unwrap_or(0);
                prop_assert_eq!(told(block.is(byte)), there == byte);
                prop_assert_eq!(told(block.alphanumeric()), there.is_ascii_alphanumeric());
                let within_letter = (0x80..0xc0).contains(&there);
                prop_assert_eq!(told(block.is_or_within_letter(byte)), there == byte || within_letter);
                let wanted = there == byte || there.eq_ignore_ascii_case(&b'a');
                prop_assert_eq!(told(block.is_or_letter(byte, b'a')), wanted);
            }
        }
    }
}
