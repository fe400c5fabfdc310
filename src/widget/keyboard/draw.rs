//! Drawing the keyboard.

use iced::advanced::svg::{Renderer as _, Svg};
use iced::advanced::text::{self, LineHeight, Renderer as _, Shaping, Wrapping};
use iced::advanced::{Renderer as _, renderer};
use iced::{Border, Color, Font, Pixels, Point, Rectangle, Renderer, Size, Vector, alignment};

use super::keys::{COMPOSITION, Cap, Placed, Role};
use super::{Keyboard, Mode, State};
use crate::font;
use crate::theme::{radius, space};

pub(super) fn board<M>(
    keyboard: &Keyboard<'_, M>,
    state: &State,
    renderer: &mut Renderer,
    bounds: Rectangle,
    viewport: &Rectangle,
) {
    let look = keyboard.look;
    let p = look.palette;
    quad(renderer, bounds, p.keyboard, Border::default());
    if keyboard.board.mode == Mode::Pinyin {
        let empty = keyboard.board.composition.is_empty();
        let words = if empty { &keyboard.labels.hint } else { &keyboard.board.composition };
        let at = Point::new(bounds.x + space::L, bounds.y + bounds.height * COMPOSITION / 2.0);
        let font = if empty { font::REGULAR } else { font::BOLD };
        let ink = if empty { p.ink_2 } else { p.ink };
        write(renderer, words, look.size.caption, font, ink, at, text::Alignment::Left, bounds);
    }
    for (number, key) in keyboard.placed.iter().enumerate() {
        let area = key.bounds + Vector::new(bounds.x, bounds.y);
        if area.intersection(viewport).is_some() {
            one(keyboard, key, state.is_lit(number), renderer, area);
        }
    }
}

fn one<M>(keyboard: &Keyboard<'_, M>, key: &Placed, lit: bool, renderer: &mut Renderer, area: Rectangle) {
    let look = keyboard.look;
    let p = look.palette;
    let filled = lit || matches!(key.role, Role::FirstCandidate | Role::Lit);
    let ground = match (lit, filled) {
        (true, _) => p.primary_dark,
        (false, true) => p.primary,
        (false, false) => p.card,
    };
    let ink = if filled { p.on_primary } else { p.ink };
    let border = Border {
        color: p.line,
        width: if filled { 0.0 } else { look.line_width() },
        radius: radius::KEY.into(),
    };
    quad(renderer, area, ground, border);
    match &key.cap {
        Cap::Icon(icon) => {
            let side = look.size.section;
            let center = area.center();
            let place = Rectangle::new(
                Point::new(center.x - side / 2.0, center.y - side / 2.0),
                Size::new(side, side),
            );
            renderer.draw_svg(Svg::new(icon.handle()).color(ink), place, area);
        }
        Cap::Character(words) => {
            let font = if key.role == Role::FirstCandidate { font::BOLD } else { font::REGULAR };
            let size = match key.role {
                Role::FirstCandidate | Role::Candidate => look.size.body,
                _ => look.size.section,
            };
            centred(renderer, words, size, font, ink, area);
        }
        Cap::Word(words) => {
            let size = fitting(words, look.size.hint, area.width - space::XS);
            centred(renderer, words, size, font::REGULAR, ink, area);
        }
    }
}

/// A word that is too long for its key is written smaller rather than cut.
fn fitting(words: &str, size: f32, width: f32) -> f32 {
    let needed: f32 = words.chars().map(|c| if c.is_ascii() { 0.56 } else { 1.0 }).sum::<f32>() * size;
    if needed > width { (size * width / needed).max(20.0) } else { size }
}

fn quad(renderer: &mut Renderer, bounds: Rectangle, color: Color, border: Border) {
    renderer.fill_quad(renderer::Quad { bounds, border, ..renderer::Quad::default() }, color);
}

fn centred(renderer: &mut Renderer, words: &str, size: f32, font: Font, ink: Color, area: Rectangle) {
    let center = area.center();
    write(renderer, words, size, font, ink, center, text::Alignment::Center, area);
}

#[expect(clippy::too_many_arguments, reason = "a text is all of these")]
fn write(
    renderer: &mut Renderer,
    words: &str,
    size: f32,
    font: Font,
    ink: Color,
    at: Point,
    align_x: text::Alignment,
    clip: Rectangle,
) {
    renderer.fill_text(
        text::Text {
            content: words.to_owned(),
            bounds: Size::new(f32::INFINITY, clip.height),
            size: Pixels(size),
            line_height: LineHeight::default(),
            font,
            align_x,
            align_y: alignment::Vertical::Center,
            shaping: Shaping::Advanced,
            wrapping: Wrapping::None,
        },
        at,
        ink,
        clip,
    );
}
