//! The two bundled faces and what they cover.
//!
//! Paper must look the same on every machine, so no system font is ever consulted. The bytes are linked in
//! once and shared with the screen, which loads the same two statics.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use cosmic_text::fontdb;
use ttf_parser::Face;

use crate::Document;

/// Noto Sans SC, weight 400.
pub static REGULAR: &[u8] = include_bytes!("../../assets/fonts/NotoSansSC-Regular.ttf");
/// Noto Sans SC, weight 700.
pub static BOLD: &[u8] = include_bytes!("../../assets/fonts/NotoSansSC-Bold.ttf");
/// The family name of both bundled faces.
pub const FAMILY: &str = "Noto Sans SC";

/// The two weights in use; there are no others, and none is synthesised.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Weight {
    /// 400.
    Regular,
    /// 700.
    Bold,
}

/// The two faces, which cover the same characters and number their glyphs alike.
#[derive(Clone)]
pub struct Fonts {
    regular: Face<'static>,
    bold: Face<'static>,
}

impl Fonts {
    /// The bundled faces.
    pub fn bundled() -> Self {
        static PARSED: OnceLock<Fonts> = OnceLock::new();
        let face = |bytes| Face::parse(bytes, 0).expect("the bundled faces are whole, as a test shows");
        PARSED.get_or_init(|| Self { regular: face(REGULAR), bold: face(BOLD) }).clone()
    }

    /// The parsed face of one weight.
    pub(crate) fn face(&self, weight: Weight) -> &Face<'static> {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// Whether both faces can draw `c`.
    pub fn has(&self, c: char) -> bool {
        [&self.regular, &self.bold].iter().all(|face| face.glyph_index(c).is_some_and(|id| id.0 != 0))
    }

    /// The faces as a font database that shares the bytes, and the id of each.
    pub(crate) fn database(&self) -> (fontdb::Database, [fontdb::ID; 2]) {
        let mut db = fontdb::Database::new();
        let mut load = |face: &Face<'static>| {
            let bytes: &'static [u8] = face.raw_face().data;
            let ids = db.load_font_source(fontdb::Source::Binary(Arc::new(bytes)));
            ids.first().copied().unwrap_or_else(fontdb::ID::dummy)
        };
        let ids = [load(&self.regular), load(&self.bold)];
        db.set_sans_serif_family(FAMILY);
        (db, ids)
    }
}

/// Characters that take part in a text without being drawn. Direction controls are here too: they are left
/// out, so that nobody's name can turn a slip around.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Whether a text is drawn in full although this character has no glyph of its own.
pub(crate) fn is_break_or_space(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}') || c == '\u{a0}'
}

/// The characters of `document` that no face can draw, each once, in code-point order.
///
/// They are still drawn, each as a box with its code point, so that a clerk can read what was meant; but
/// whoever prints should say so to the resident.
pub fn missing_glyphs(document: &Document, fonts: &Fonts) -> Vec<char> {
    let missing: BTreeSet<char> =
        document.texts().flat_map(str::chars).filter(|&c| is_missing(c, fonts)).collect();
    missing.into_iter().collect()
}

/// Whether `c` has to be drawn as a box with its code point.
pub(crate) fn is_missing(c: char, fonts: &Fonts) -> bool {
    !is_invisible(c) && !is_break_or_space(c) && (c.is_control() || !fonts.has(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_faces_number_their_glyphs_alike() {
        let fonts = Fonts::bundled();
        let (regular, bold) = (fonts.face(Weight::Regular), fonts.face(Weight::Bold));
        assert_eq!(regular.number_of_glyphs(), bold.number_of_glyphs());
        assert!(('\0'..=char::MAX).all(|c| regular.glyph_index(c) == bold.glyph_index(c)));
        assert!(['䶮', '𠮷', '𫖮', '𬱟'].into_iter().all(|c| fonts.has(c)) && !fonts.has('𪚥'));
    }

    #[test]
    fn the_family_is_named_as_the_screen_asks_for_it() {
        let (db, ids) = Fonts::bundled().database();
        let weights: Vec<u16> = ids
            .iter()
            .map(|&id| {
                let face = db.face(id).unwrap();
                assert!(face.families.iter().any(|(name, _)| name == FAMILY));
                face.weight.0
            })
            .collect();
        assert_eq!(weights, [400, 700]);
    }
}
