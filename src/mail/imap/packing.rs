//! COMPRESS=DEFLATE (RFC 4978): both ways of a connection packed, bounded in memory by two buffers.
//!
//! What comes out is read through the same bounds as an unpacked answer, so that no packed one can be a bomb.

use std::io::{self, ErrorKind, Read};

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// Packed bytes that are read at once.
const BUFFER: usize = 32 << 10;

/// The two streams of a packed connection.
pub(super) struct Packing {
    inflate: Decompress,
    deflate: Compress,
    packed: Vec<u8>,
    start: usize,
    end: usize,
}

impl std::fmt::Debug for Packing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Packing").field("waiting", &(self.end - self.start)).finish_non_exhaustive()
    }
}

impl Packing {
    /// Begins both streams; `ahead` is what was read of the packed one already.
    pub(super) fn new(ahead: Vec<u8>) -> Packing {
        let end = ahead.len();
        let mut packed = ahead;
        packed.resize(BUFFER.max(end), 0);
        Packing {
            inflate: Decompress::new(false),
            deflate: Compress::new(Compression::fast(), false),
            packed,
            start: 0,
            end,
        }
    }

    /// Reads unpacked bytes; none only at the end of the connection.
    pub(super) fn read(&mut self, from: &mut impl Read, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let input = self.packed.get(self.start..self.end).unwrap_or_default();
            let (before_in, before_out) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self
                .inflate
                .decompress(input, out, FlushDecompress::None)
                .map_err(|_| io::Error::new(ErrorKind::InvalidData, "its packed answer is damaged"))?;
            let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
            let taken = count(self.inflate.total_in() - before_in);
            self.start += taken;
            let made = count(self.inflate.total_out() - before_out);
            if made > 0 || status == Status::StreamEnd {
                return Ok(made);
            }
            if self.start < self.end {
                if taken == 0 {
                    return Err(io::Error::new(ErrorKind::InvalidData, "its packed answer makes no sense"));
                }
                continue;
            }
            let read = from.read(&mut self.packed)?;
            if read == 0 {
                return Ok(0);
            }
            (self.start, self.end) = (0, read);
        }
    }

    /// Packs bytes so that the other side can read all of them at once.
    pub(super) fn pack(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::with_capacity(bytes.len() + 64);
        let mut rest = bytes;
        loop {
            out.reserve(256);
            let before = self.deflate.total_in();
            self.deflate
                .compress_vec(rest, &mut out, FlushCompress::Sync)
                .map_err(|e| io::Error::other(e.to_string()))?;
            let taken = usize::try_from(self.deflate.total_in() - before).unwrap_or(usize::MAX);
            rest = rest.get(taken..).unwrap_or_default();
            // Room that is left over says that nothing waits inside any more.
            if rest.is_empty() && out.len() < out.capacity() {
                return Ok(out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_in_pieces_of_any_size() {
        let text: Vec<u8> =
            (0..200_000u32).flat_map(|n| format!("line {}\r\n", n % 977).into_bytes()).collect();
        let mut packing = Packing::new(Vec::new());
        let mut packed = Vec::new();
        for piece in text.chunks(70_001) {
            packed.extend(packing.pack(piece).unwrap());
        }
        assert!(packed.len() * 4 < text.len());
        for ahead in [0, 1, 40_000] {
            let mut other = Packing::new(packed[..ahead].to_vec());
            let mut rest = &packed[ahead..];
            let (mut found, mut buffer) = (Vec::new(), [0; 4_000]);
            while found.len() < text.len() {
                let read = other.read(&mut rest, &mut buffer).unwrap();
                assert!(read > 0);
                found.extend_from_slice(&buffer[..read]);
            }
            assert!(found == text);
            assert_eq!(other.read(&mut rest, &mut buffer).unwrap(), 0);
        }
    }

    #[test]
    fn damage_is_an_error() {
        let mut other = Packing::new(vec![0xff; 100]);
        assert_eq!(other.read(&mut &[0u8; 10][..], &mut [0; 10]).unwrap_err().kind(), ErrorKind::InvalidData);
    }
}
