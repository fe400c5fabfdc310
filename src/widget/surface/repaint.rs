//! Draws the whole window again whenever anything on it has changed.
//!
//! The software renderer works out by itself what to draw again, and misses some of it: it takes the place of a text
//! from its anchor and not from where its letters stand, and two texts of one size for the same. What it misses stays
//! on the panel. It must not know what is drawn.

use iced::advanced::Renderer as _;
use iced::advanced::graphics::text::Text;
use iced::{Rectangle, Renderer, Size};
use iced_tiny_skia::Layer;

/// What was drawn last.
#[derive(Debug, Default)]
pub(super) struct Last {
    layers: Vec<Layer>,
    /// How many different pictures there were.
    count: u16,
}

impl Last {
    /// All of a picture for a window of `size` is in `renderer`.
    pub(super) fn finish(&mut self, renderer: &mut Renderer, size: Size) {
        if bianmin_terminal::planted::is_planted("old-dots-kept") {
            return;
        }
        let layers = renderer.layers();
        if !is_same(&self.layers, layers) {
            self.layers = layers.to_vec();
            self.count = self.count.wrapping_add(1);
        }
        // A layer whose bounds have changed is drawn again with all that is under it. This one is empty.
        let width = size.width + 1.0 + f32::from(self.count);
        renderer.start_layer(Rectangle::with_size(Size::new(width, size.height)));
        renderer.end_layer();
    }
}

fn is_same(before: &[Layer], now: &[Layer]) -> bool {
    before.len() == now.len() && before.iter().zip(now).all(|(before, now)| is_same_layer(before, now))
}

fn is_same_layer(before: &Layer, now: &Layer) -> bool {
    // What was not kept by the widget that draws it counts as new.
    let is_same_path = |(before, now): (&[_], &[_])| std::ptr::eq(before, now);
    before.bounds == now.bounds
        && before.quads == now.quads
        && before.images == now.images
        && before.text.len() == now.text.len()
        && before.text.iter().zip(&now.text).all(|(before, now)| {
            let (old, new) = (before.as_slice(), now.as_slice());
            before.transformation() == now.transformation()
                && before.clip_bounds() == now.clip_bounds()
                && old.len() == new.len()
                && old.iter().zip(new).all(|(before, now)| is_same_text(before, now))
        })
        && before.primitives.len() == now.primitives.len()
        && before.primitives.iter().zip(&now.primitives).all(|(before, now)| {
            before.transformation() == now.transformation()
                && before.clip_bounds() == now.clip_bounds()
                && is_same_path((before.as_slice(), now.as_slice()))
        })
}

/// Two paragraphs are equal for the renderer when they are as large: here they have to be the very same.
fn is_same_text(before: &Text, now: &Text) -> bool {
    let is_same_paragraph = match (before, now) {
        (Text::Paragraph { paragraph: before, .. }, Text::Paragraph { paragraph: now, .. }) => {
            match (before.upgrade(), now.upgrade()) {
                (Some(before), Some(now)) => std::ptr::eq(before.buffer(), now.buffer()),
                _ => false,
            }
        }
        _ => true,
    };
    is_same_paragraph && before == now
}
