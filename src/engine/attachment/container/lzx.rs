//! LZX, frame by frame, for cabinets and help files. Uses the `lzxd` crate.

use lzxd::{Lzxd, WindowSize};

/// What one frame holds, but for the last.
pub(in crate::engine::attachment) const FRAME: usize = lzxd::MAX_CHUNK_SIZE;
/// The widest window of a cabinet or a help file (MS-CAB §1.3.1).
const MAX_BITS: u16 = 21;

/// A stream of frames, each of which needs those before it.
pub(in crate::engine::attachment) struct Frames(Lzxd);

impl Frames {
    /// A stream whose window has `1 << bits` bytes; `None` where there is no such window.
    pub(in crate::engine::attachment) fn new(bits: u16) -> Option<Frames> {
        let window = match bits {
            15 => WindowSize::KB32,
            16 => WindowSize::KB64,
            17 => WindowSize::KB128,
            18 => WindowSize::KB256,
            19 => WindowSize::KB512,
            20 => WindowSize::MB1,
            MAX_BITS => WindowSize::MB2,
            _ => return None,
        };
        Some(Frames(Lzxd::new(window)))
    }

    /// Forgets all frames before.
    pub(in crate::engine::attachment) fn reset(&mut self) {
        self.0.reset();
    }

    /// The `size` bytes of the next frame; `None` where it is damaged.
    pub(in crate::engine::attachment) fn next(&mut self, packed: &[u8], size: usize) -> Option<&[u8]> {
        (1..=FRAME).contains(&size).then_some(())?;
        self.0.decompress_next(packed, size).ok()
    }
}
