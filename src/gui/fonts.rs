//! Fonts: one of our own, alike on every machine, with the toolkit's and the system's as fall-back.
//!
//! Inter, regular and semibold, cut to Latin, Greek and Cyrillic, its figures all of one width so that columns of
//! numbers stand under each other. Its licence lies beside it. Characters that it lacks (Chinese, Japanese, Korean,
//! ...) are looked up among the system's fonts when they first occur.

use std::sync::Arc;

use eframe::egui::{Context, FontData, FontDefinitions, FontFamily};

const REGULAR: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.otf");
const SEMIBOLD: &[u8] = include_bytes!("../../assets/fonts/Inter-SemiBold.otf");

/// Gives `ctx` its fonts; call it once, before the first frame.
pub(crate) fn install(ctx: &Context) {
    let mut fonts = FontDefinitions::default();
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    for (family, name, bytes) in
        [(FontFamily::Proportional, "regular", REGULAR), (super::theme::bold(), "semibold", SEMIBOLD)]
    {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
        let chain = std::iter::once(name.to_owned()).chain(fallback.iter().cloned()).collect();
        fonts.families.insert(family, chain);
    }
    ctx.set_fonts(fonts);
}
