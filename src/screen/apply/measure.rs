//! How much fits: heights of what a step shows, so that it is cut into sheets before it is drawn and nothing
//! is hidden behind the keyboard (pure).
//!
//! The figures follow `widget` and `page`; where text may wrap they are on the safe side.

use std::ops::Range;

use crate::context::{Context, Layout};
use crate::theme::space;
use crate::widget::page;

/// Line height of all text.
const LINE: f32 = 1.3;

/// About how wide `text` is at `size`: a Chinese character is a square, a letter a bit more than half of one.
fn width(text: &str, size: f32) -> f32 {
    text.chars().map(|c| if c.is_ascii() { 0.56 } else { 1.0 }).sum::<f32>() * size
}

/// The height of `text` at `size`, wrapped to `within` logical pixels; at least one line.
#[must_use]
pub fn text(text: &str, size: f32, within: f32) -> f32 {
    let lines = (width(text, size) / within.max(size * 4.0)).ceil().max(1.0);
    lines * size * LINE
}

/// Whether `text` fits on one line.
#[must_use]
pub fn fits(text: &str, size: f32, within: f32) -> bool {
    width(text, size) <= within
}

/// How wide the body of a page is. In landscape it is the left column.
#[must_use]
pub fn body_width(ctx: &Context, keyboard: bool, aside: bool) -> f32 {
    let whole = ctx.size.width;
    match (ctx.layout, keyboard, aside) {
        (Layout::Landscape, true, _) => whole / 2.0 - 2.0 * space::XL,
        (Layout::Landscape, false, true) => (whole - 3.0 * space::XL) * 11.0 / 19.0,
        _ => whole - 2.0 * space::XL,
    }
}

/// How high the body of a page with steps is.
#[must_use]
pub fn body_height(ctx: &Context, title: &str, subtitle: &str, keyboard: bool, aside: bool) -> f32 {
    let look = ctx.look;
    let size = look.size;
    let within = body_width(ctx, keyboard, aside);
    let strip = page::strip_height(ctx);
    let bar = page::bar_height(look);
    let steps = size.title + space::XS + space::XS + size.caption * LINE;
    let mut head = text(title, size.title, within);
    if page::has_steps(ctx, keyboard) {
        head += steps + space::M;
    }
    if page::has_subtitle(ctx, keyboard) && !subtitle.is_empty() {
        head += space::XS + text(subtitle, size.hint, within);
    }
    let height = ctx.size.height - page::low_gap(ctx, keyboard);
    let margin = if ctx.layout == Layout::PortraitLow { space::M } else { space::L };
    let keyboard = if keyboard && !ctx.is_landscape() { ctx.keyboard_height() } else { 0.0 };
    (height - strip - bar - head - space::L - 2.0 * margin - keyboard).max(0.0)
}

/// Cuts parts of these heights into sheets of at most `room`; a part that is higher has a sheet of its own.
#[must_use]
pub fn paginate(heights: &[f32], gap: f32, room: f32) -> Vec<Range<usize>> {
    let mut sheets = Vec::new();
    let (mut start, mut used) = (0, 0.0);
    for (index, height) in heights.iter().enumerate() {
        let with = if index == start { *height } else { used + gap + height };
        if with > room && index > start {
            sheets.push(start..index);
            start = index;
            used = *height;
        } else {
            used = with;
        }
    }
    sheets.push(start..heights.len());
    sheets
}

/// The line over a field: its label, and in portrait room for a button beside it.
#[must_use]
pub fn label(ctx: &Context) -> f32 {
    let words = ctx.look.size.body * LINE;
    if ctx.is_landscape() && !ctx.look.is_large() { words } else { words.max(crate::theme::MIN_TARGET) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_on_exactly_one_sheet_in_order() {
        let heights = [100.0, 250.0, 90.0, 400.0, 10.0, 10.0];
        for room in [1.0, 120.0, 300.0, 5000.0] {
            let all: Vec<usize> = paginate(&heights, 20.0, room).into_iter().flatten().collect();
            assert_eq!(all, [0, 1, 2, 3, 4, 5]);
        }
        assert_eq!(paginate(&heights, 20.0, 380.0)[0], 0..2);
        assert!(paginate(&[], 20.0, 380.0)[0].is_empty());
    }
}
