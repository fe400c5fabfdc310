//! Text to lines of glyphs: shaping, line breaking, and boxes for characters that no face has.
//!
//! Breaking follows UAX #14 through cosmic-text, so that no line of Chinese starts with a closing mark; only a
//! word wider than the whole line is broken inside.

use cosmic_text::{Align, Attrs, Buffer, Family, FontSystem, Metrics, Shaping, Wrap, fontdb};

use crate::fonts::{FAMILY, is_invisible, is_missing};
use crate::{Fonts, Glyph, Ink, Item, Rect, TextRun, Weight};

/// How a text looks.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    /// Em in units.
    pub size: f32,
    /// Distance of baselines in units.
    pub leading: f32,
    pub weight: Weight,
    pub ink: Ink,
}

/// One line: items relative to its top left corner.
pub(crate) struct TextLine {
    pub items: Vec<Item>,
    pub width: f32,
    pub height: f32,
}

/// The middle of a Chinese character above the baseline, in ems.
const CJK_MIDDLE: f32 = 0.38;
/// The middle of a digit above the baseline, in ems.
pub(crate) const DIGIT_MIDDLE: f32 = 0.366;
/// A last line narrower than this many ems is a leftover.
const LEFTOVER: f32 = 2.5;
/// Stands in for a missing character while lines are broken: it breaks like any Chinese character.
const STAND_IN: char = '口';

pub(crate) struct Shaper {
    pub fonts: Fonts,
    pub system: FontSystem,
    pub ids: [fontdb::ID; 2],
}

impl Style {
    pub fn baseline(&self) -> f32 {
        (self.leading / 2.0 + self.size * CJK_MIDDLE).round()
    }

    pub fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }
}

impl Shaper {
    pub fn new(fonts: Fonts) -> Self {
        let (db, ids) = fonts.database();
        Self { fonts, system: FontSystem::new_with_locale_and_db("zh-CN".into(), db), ids }
    }

    /// Width of the longest line of `text` if nothing is broken but at line feeds.
    pub fn width(&mut self, text: &str, style: Style) -> f32 {
        self.lines(text, style, f32::MAX).iter().map(|line| line.width).fold(0.0, f32::max)
    }

    /// `text` broken into lines no wider than `width` units. An empty text is one empty line.
    ///
    /// One or two characters left over on the last line look like a mistake, so the others give some away
    /// where that costs no line.
    pub fn lines(&mut self, text: &str, style: Style, width: f32) -> Vec<TextLine> {
        let lines = self.break_lines(text, style, width);
        let is_short =
            |lines: &[TextLine]| lines.last().is_some_and(|line| line.width < LEFTOVER * style.size);
        if lines.len() < 2 || !is_short(&lines) || text.contains('\n') {
            return lines;
        }
        for narrower in [1.0, 2.0, 3.0] {
            let balanced = self.break_lines(text, style, width - narrower * style.size);
            if balanced.len() == lines.len() && !is_short(&balanced) {
                return balanced;
            }
        }
        lines
    }

    fn break_lines(&mut self, text: &str, style: Style, width: f32) -> Vec<TextLine> {
        let (text, missing) = self.replace_missing(text);
        let weight = fontdb::Weight(if style.weight == Weight::Bold { 700 } else { 400 });
        let attrs = Attrs::new().family(Family::Name(FAMILY)).weight(weight);
        let mut spans = Vec::new();
        let mut from = 0;
        for (i, &(at, c)) in missing.iter().enumerate() {
            let end = at + STAND_IN.len_utf8();
            spans.push((&text[from..at], attrs.clone()));
            spans.push((&text[at..end], attrs.clone().metadata(i + 1).letter_spacing(box_width(c) - 1.0)));
            from = end;
        }
        spans.push((&text[from..], attrs.clone()));

        let mut buffer = Buffer::new_empty(Metrics::new(style.size, style.leading));
        buffer.set_wrap(&mut self.system, Wrap::WordOrGlyph);
        buffer.set_size(&mut self.system, Some(width), None);
        buffer.set_rich_text(&mut self.system, spans, &attrs, Shaping::Advanced, Some(Align::Left));
        buffer.shape_until_scroll(&mut self.system, false);

        let lines = buffer.layout_runs().map(|run| (run.text.to_owned(), run.glyphs.to_vec(), run.line_w));
        let lines: Vec<_> = lines.collect();
        lines
            .into_iter()
            .map(|(text, glyphs, width)| TextLine {
                items: self.items(&text, &glyphs, &missing, style),
                width,
                height: style.leading,
            })
            .collect()
    }

    /// The text without what must not reach the shaper, with a stand-in for each missing character, and where.
    fn replace_missing(&self, text: &str) -> (String, Vec<(usize, char)>) {
        let mut out = String::with_capacity(text.len());
        let mut missing = Vec::new();
        for c in text.chars() {
            match c {
                '\r' => {}
                '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
                '\t' | '\u{a0}' => out.push(' '),
                c if is_invisible(c) => {}
                c if c != '\n' && is_missing(c, &self.fonts) => {
                    missing.push((out.len(), c));
                    out.push(STAND_IN);
                }
                c => out.push(c),
            }
        }
        (out, missing)
    }

    fn items(
        &mut self,
        text: &str,
        glyphs: &[cosmic_text::LayoutGlyph],
        missing: &[(usize, char)],
        style: Style,
    ) -> Vec<Item> {
        let mut items = Vec::new();
        for group in glyphs.chunk_by(|a, b| a.metadata == b.metadata) {
            let Some(first) = group.first() else { continue };
            let absent = first.metadata.checked_sub(1).and_then(|i| missing.get(i));
            if let Some(&(_, c)) = absent {
                items.extend(self.code_point_box(c, first.x, style));
                continue;
            }
            let start = group.iter().map(|g| g.start).min().unwrap_or(0);
            let end = group.iter().map(|g| g.end).max().unwrap_or(0);
            let glyph = |g: &cosmic_text::LayoutGlyph| Glyph {
                id: g.glyph_id,
                x: g.x - first.x + g.x_offset * g.font_size,
                up: g.y + g.y_offset * g.font_size,
                start: (g.start - start) as u32,
                end: (g.end - start) as u32,
            };
            items.push(Item::Text(TextRun {
                x: first.x,
                y: style.baseline(),
                size: style.size,
                weight: style.weight,
                ink: style.ink,
                text: text[start..end].to_owned(),
                glyphs: group.iter().map(glyph).collect(),
                stands_for: None,
            }));
        }
        items
    }

    /// A frame around the code point of `c`, as wide as its stand-in was made.
    fn code_point_box(&mut self, c: char, x: f32, style: Style) -> Vec<Item> {
        let em = style.size;
        let middle = style.baseline() - CJK_MIDDLE * em;
        let rect = Rect {
            x: (x + 0.06 * em).round(),
            y: (middle - 0.46 * em).round(),
            w: ((box_width(c) - 0.12) * em).round(),
            h: (0.92 * em).round(),
        };
        let small = Style { size: (0.6 * em).round(), leading: em, ..style };
        let mut items = vec![Item::Frame {
            rect,
            radius: 0.12 * em,
            thickness: (em / 16.0).round().max(1.0),
            ink: style.ink,
        }];
        // Hexadecimal digits are in every face, so this does not come back here.
        for line in self.lines(&code_point(c), small, f32::MAX) {
            for mut item in line.items {
                let dx = rect.x + (rect.w - line.width) / 2.0;
                item.shift(dx.round(), (middle + DIGIT_MIDDLE * small.size).round() - small.baseline());
                if let Item::Text(run) = &mut item {
                    run.stands_for = Some(c);
                }
                items.push(item);
            }
        }
        items
    }
}

fn code_point(c: char) -> String {
    format!("{:04X}", c as u32)
}

/// Width of a missing character's box, in ems.
fn box_width(c: char) -> f32 {
    0.36 * code_point(c).len() as f32 + 0.4
}
