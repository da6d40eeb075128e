//! Fonts: what the desktop reads in, with the toolkit's own as fall-back.
//!
//! The toolkit brings one light weight, which reads thin in tables and has no bold. Where the machine has
//! one of the usual interface fonts that is taken instead, regular and bold. Characters that none of them
//! has (Chinese, Japanese, Korean, ...) are looked up among the system's fonts when they first occur.

use std::sync::Arc;

use eframe::egui::{Context, FontData, FontDefinitions, FontFamily, FontTweak};

/// A pair of font files.
struct Face {
    regular: &'static str,
    bold: &'static str,
    /// Evens out how large fonts of one size look, regular and bold.
    scale: [f32; 2],
}

/// Interface fonts by where the usual systems keep them, the best first.
const FACES: &[Face] = &[
    face(
        "/usr/share/fonts/truetype/inter/Inter-Regular.ttf",
        "/usr/share/fonts/truetype/inter/Inter-SemiBold.ttf",
        [96, 96],
    ),
    face(
        "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
        "/usr/share/fonts/truetype/noto/NotoSans-SemiBold.ttf",
        [96, 96],
    ),
    face(
        "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
        "/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf",
        [96, 96],
    ),
    face(
        "/usr/share/fonts/google-noto/NotoSans-Regular.ttf",
        "/usr/share/fonts/google-noto/NotoSans-Bold.ttf",
        [96, 96],
    ),
    face("/usr/share/fonts/noto/NotoSans-Regular.ttf", "/usr/share/fonts/noto/NotoSans-Bold.ttf", [96, 96]),
    face(
        "/usr/share/fonts/truetype/ubuntu/Ubuntu-R.ttf",
        "/usr/share/fonts/truetype/ubuntu/Ubuntu-M.ttf",
        [100, 100],
    ),
    face(
        "/usr/share/fonts/truetype/open-sans/OpenSans-Regular.ttf",
        "/usr/share/fonts/truetype/open-sans/OpenSans-Semibold.ttf",
        [96, 96],
    ),
    face(
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
        "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
        [90, 88],
    ),
    face(
        "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
        "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans-Bold.ttf",
        [90, 88],
    ),
    face("/usr/share/fonts/TTF/DejaVuSans.ttf", "/usr/share/fonts/TTF/DejaVuSans-Bold.ttf", [90, 88]),
    face("C:\\Windows\\Fonts\\segoeui.ttf", "C:\\Windows\\Fonts\\seguisb.ttf", [100, 100]),
    face(
        "/System/Library/Fonts/Supplemental/Arial.ttf",
        "/System/Library/Fonts/Supplemental/Arial Bold.ttf",
        [96, 96],
    ),
];

const fn face(regular: &'static str, bold: &'static str, percent: [u8; 2]) -> Face {
    Face { regular, bold, scale: [percent[0] as f32 / 100.0, percent[1] as f32 / 100.0] }
}

/// The largest font file that is read.
const MAX_FILE: u64 = 16 << 20;

/// Gives `ctx` its fonts. Reads at most two files; call it once, before the first frame.
pub(crate) fn install(ctx: &Context) {
    let found = FACES.iter().find_map(|f| Some((f, read(f.regular)?, read(f.bold)?)));
    dress(ctx, found);
}

/// Gives `ctx` the toolkit's own fonts; the bold family is their one weight.
pub(crate) fn install_own(ctx: &Context) {
    dress(ctx, None);
}

fn dress(ctx: &Context, found: Option<(&Face, Vec<u8>, Vec<u8>)>) {
    let mut fonts = FontDefinitions::default();
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let mut bold_chain = fallback.clone();
    if let Some((face, regular, bold)) = found {
        let [regular_scale, bold_scale] = face.scale;
        for (name, bytes, scale) in
            [("interface", regular, regular_scale), ("interface bold", bold, bold_scale)]
        {
            let tweak = FontTweak { scale, ..FontTweak::default() };
            fonts.font_data.insert(name.into(), Arc::new(FontData::from_owned(bytes).tweak(tweak)));
        }
        fonts.families.entry(FontFamily::Proportional).or_default().insert(0, "interface".into());
        bold_chain.insert(0, "interface bold".into());
    }
    fonts.families.insert(super::theme::bold(), bold_chain);
    ctx.set_fonts(fonts);
}

fn read(path: &str) -> Option<Vec<u8>> {
    let length = std::fs::metadata(path).ok()?.len();
    (length <= MAX_FILE).then(|| std::fs::read(path).ok())?
}
