//! The one place that names colours and sizes.
//!
//! [`Palette`] holds colour by role, light and dark; [`size`] holds spacing, type scale, radii and row
//! heights; [`class`] gives each class its sign, word and colour. `icons` draws signs with the painter, so
//! that no font can turn one into an empty box. Everything else in `gui` asks here: a test at the end of
//! this file reads the other files and fails where one names a colour or a literal size.
//!
//! A new role goes into [`Palette`], with its line in the contrast test.

pub(crate) mod icons;
pub(crate) mod size;
mod style;

use eframe::egui::{Color32, FontFamily, FontId, RichText, Ui};

use crate::engine::Class;
pub(crate) use icons::Icon;
pub(crate) use style::apply;

/// Colour by role.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Palette {
    /// The window behind everything.
    pub(crate) ground: Color32,
    /// Surfaces that carry content: tables, cards, fields.
    pub(crate) raised: Color32,
    /// Under the pointer.
    pub(crate) hover: Color32,
    /// Pressed.
    pub(crate) pressed: Color32,
    /// Chosen rows.
    pub(crate) selected: Color32,
    /// Lines between surfaces.
    pub(crate) line: Color32,
    /// Edges of controls: 3 : 1 against what is around them.
    pub(crate) edge: Color32,
    /// Edges of buttons, whose words show them anyway.
    pub(crate) soft: Color32,
    /// Lines between rows of a table.
    pub(crate) hairline: Color32,
    /// Text.
    pub(crate) text: Color32,
    /// Text that comes second.
    pub(crate) muted: Color32,
    /// Focus and the one primary action.
    pub(crate) accent: Color32,
    /// The primary action under the pointer.
    pub(crate) accent_hover: Color32,
    /// Text on the accent.
    pub(crate) on_accent: Color32,
    /// Behind bytes that a finding rests on.
    pub(crate) mark: Color32,
    /// Behind bytes and code.
    pub(crate) bytes: Color32,
    /// What failed.
    pub(crate) trouble: Color32,
    /// What went well.
    pub(crate) fine: Color32,
    /// Behind a dialog.
    pub(crate) veil: Color32,
    /// The shadow of menus and dialogs.
    pub(crate) shadow: Color32,
    classes: [Color32; 8],
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// Light.
pub(crate) const LIGHT: Palette = Palette {
    ground: rgb(0xF7F8FA),
    raised: rgb(0xFFFFFF),
    hover: rgb(0xEEF1F6),
    pressed: rgb(0xE2E7EF),
    selected: rgb(0xE1EAF9),
    line: rgb(0xDDE1E8),
    edge: rgb(0x7A8392),
    soft: rgb(0xC6CDD9),
    hairline: rgb(0xEDEFF3),
    text: rgb(0x1B1F27),
    muted: rgb(0x5A6372),
    accent: rgb(0x2B5CB8),
    accent_hover: rgb(0x234E9F),
    on_accent: rgb(0xFFFFFF),
    mark: rgb(0xFFE7A3),
    bytes: rgb(0xF1F3F6),
    trouble: rgb(0xB23A00),
    fine: rgb(0x2F7D5B),
    veil: Color32::from_rgba_premultiplied(10, 12, 16, 90),
    shadow: Color32::from_rgba_premultiplied(0, 0, 0, 40),
    // In the order of `Class::ALL`.
    classes: [
        rgb(0x0072B2),
        rgb(0xA86A00),
        rgb(0x5A6372),
        rgb(0x2F7D5B),
        rgb(0xA0467C),
        rgb(0xA0467C),
        rgb(0xB23A00),
        rgb(0x7A8392),
    ],
};

/// Dark.
pub(crate) const DARK: Palette = Palette {
    ground: rgb(0x16181D),
    raised: rgb(0x1E2128),
    hover: rgb(0x272B34),
    pressed: rgb(0x30353F),
    selected: rgb(0x2A3850),
    line: rgb(0x333844),
    edge: rgb(0x7A8496),
    soft: rgb(0x464D5B),
    hairline: rgb(0x282C35),
    text: rgb(0xE6E9EF),
    muted: rgb(0x9AA3B2),
    accent: rgb(0x7FA8F5),
    accent_hover: rgb(0x9BBBF8),
    on_accent: rgb(0x10141C),
    mark: rgb(0x5C4A12),
    bytes: rgb(0x171A20),
    trouble: rgb(0xFF7A45),
    fine: rgb(0x5CC49A),
    veil: Color32::from_rgba_premultiplied(0, 0, 0, 140),
    shadow: Color32::from_rgba_premultiplied(0, 0, 0, 110),
    classes: [
        rgb(0x56B4E9),
        rgb(0xE69F00),
        rgb(0x9AA3B2),
        rgb(0x5CC49A),
        rgb(0xE08CBF),
        rgb(0xE08CBF),
        rgb(0xFF7A45),
        rgb(0x7A8496),
    ],
};

/// The palette that `ui` is painted with.
pub(crate) fn palette(ui: &Ui) -> &'static Palette {
    if ui.visuals().dark_mode { &DARK } else { &LIGHT }
}

/// How a class is shown: always sign, word and colour together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClassLook {
    /// The sign.
    pub(crate) icon: Icon,
    /// The word in tables.
    pub(crate) word: &'static str,
    /// What the word means, for whoever has never heard it.
    pub(crate) means: &'static str,
    index: usize,
}

impl ClassLook {
    /// The colour of the sign.
    pub(crate) fn color(&self, palette: &Palette) -> Color32 {
        palette.classes[self.index]
    }
}

/// How `class` is shown.
pub(crate) fn class(class: Class) -> ClassLook {
    let (icon, word, means) = match class {
        Class::GenuineBounce => {
            (Icon::Bounce, "Genuine bounce", "Mail you sent that could not be delivered.")
        }
        Class::Backscatter => (Icon::Ring, "Backscatter", "Bounces of mail you did not send."),
        Class::UnverifiedBounce => {
            (Icon::Question, "Unverified", "A bounce; nothing shows whether you sent the mail.")
        }
        Class::Automatic => (Icon::Cycle, "Automatic", "An automatic message about your own mail."),
        Class::FakeBounce => {
            (Icon::Diamond, "Fake bounce", "Dressed as a bounce, but no mail server wrote it.")
        }
        Class::Suspicious => (Icon::OpenDiamond, "Suspicious", "Could be meant well, and could do harm."),
        Class::Malicious => (Icon::Triangle, "Malicious", "Carries something that would do harm."),
        Class::Ordinary => (Icon::Dot, "Ordinary", "Mail like any other."),
    };
    let index = Class::ALL.iter().position(|c| *c == class).unwrap_or_default();
    ClassLook { icon, word, means, index }
}

/// The family of the weight for titles; [`super::fonts`] always defines it.
pub(crate) fn bold() -> FontFamily {
    FontFamily::Name("bold".into())
}

/// Text in the body size.
pub(crate) fn body(text: impl Into<String>) -> RichText {
    RichText::new(text).font(FontId::proportional(size::BODY))
}

/// Body text with weight.
pub(crate) fn strong(text: impl Into<String>) -> RichText {
    RichText::new(text).font(FontId::new(size::BODY, bold()))
}

/// Text in the size for second things; colour it with [`Palette::muted`] or leave it.
pub(crate) fn meta(text: impl Into<String>) -> RichText {
    RichText::new(text).font(FontId::proportional(size::META))
}

/// The small heading over a group.
pub(crate) fn heading(text: impl Into<String>) -> RichText {
    RichText::new(text).font(FontId::new(size::META, bold()))
}

/// A title inside a page.
pub(crate) fn title(text: impl Into<String>) -> RichText {
    RichText::new(text).font(FontId::new(size::TITLE, bold()))
}

/// The title of a page.
pub(crate) fn page(text: impl Into<String>) -> RichText {
    RichText::new(text).font(FontId::new(size::PAGE, bold()))
}

/// Bytes.
pub(crate) fn mono(text: impl Into<String>) -> RichText {
    RichText::new(text).font(FontId::monospace(size::META))
}

#[cfg(test)]
mod tests;
