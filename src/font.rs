//! The two fonts that every pixel of text comes from.
//!
//! They are compiled in and handed to the font system without a copy; the
//! machine's own fonts are never needed, so a screen looks the same anywhere.

use std::sync::{Arc, OnceLock};

use bianmin_document::Fonts;
use iced::advanced::graphics::text::cosmic_text::fontdb::Source;
use iced::advanced::graphics::text::font_system;
use iced::font::Weight;
use iced::{Font, Settings};

/// The name of the family, as the fonts themselves state it.
pub const FAMILY: &str = bianmin_document::FAMILY;

/// Weight 400.
pub const REGULAR: Font = Font::with_name(FAMILY);

/// Weight 700.
pub const BOLD: Font = Font { weight: Weight::Bold, ..REGULAR };

static FILES: [&[u8]; 2] = [bianmin_document::REGULAR, bianmin_document::BOLD];

/// Why no text could be drawn.
#[derive(Debug, thiserror::Error)]
pub enum FontError {
    /// The font system does not know our family after it was given the files.
    #[error("the font {FAMILY} ({0}) is not usable, so no text could be shown")]
    Missing(&'static str),
    /// Another thread panicked while it held the font system.
    #[error("the font system is unusable")]
    Poisoned,
}

/// Loads the fonts and checks that both weights are there. Without this every
/// text is silently blank, so call it before anything is drawn. May be called
/// again.
pub fn load() -> Result<(), FontError> {
    let mut system = font_system().write().map_err(|_| FontError::Poisoned)?;
    let database = system.raw().db_mut();
    let has = |database: &iced::advanced::graphics::text::cosmic_text::fontdb::Database, bold| {
        database.faces().any(|face| {
            (face.weight.0 >= 600) == bold && face.families.iter().any(|(family, _)| family == FAMILY)
        })
    };
    if !(has(database, false) && has(database, true)) {
        for file in FILES {
            database.load_font_source(Source::Binary(Arc::new(file)));
        }
        database.set_sans_serif_family(FAMILY);
    }
    for (bold, name) in [(false, "regular"), (true, "bold")] {
        if !has(database, bold) {
            return Err(FontError::Missing(name));
        }
    }
    Ok(())
}

/// Whether a character can be drawn; otherwise it would be an empty box.
#[must_use]
pub fn has_glyph(character: char) -> bool {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(Fonts::bundled).has(character)
}

/// iced's settings with our font as the default. The fonts themselves are
/// loaded by [`load`], not copied into the settings.
#[must_use]
pub fn settings() -> Settings {
    Settings { default_font: REGULAR, default_text_size: 32.0.into(), ..Settings::default() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_weights_load_and_may_be_loaded_again() {
        super::load().unwrap();
        super::load().unwrap();
    }
}
