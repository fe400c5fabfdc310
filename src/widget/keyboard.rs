//! The on-screen keyboard, for many fingers at once.
//!
//! iced's own buttons know one cursor and ignore which finger moved, so two
//! quick fingers lose keys. This widget looks at the position of every touch
//! event itself and keeps each finger apart. A key speaks when it is pressed,
//! not when it is let go: what a person has felt is what they get.
//!
//! It draws the candidates it is given and says what was pressed; it must not
//! know pinyin, fields or screens.

mod draw;
mod keys;
mod labels;

use std::time::{Duration, Instant};

use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::{Tree, tree};
use iced::advanced::{Clipboard, Shell, Widget, mouse, renderer};
use iced::{Element, Event, Length, Point, Rectangle, Renderer, Size, Theme, touch, window};

pub use keys::{KeyPress, Mode};
pub use labels::Labels;

use crate::theme::Look;
use keys::Placed;

/// How long a key must be held before it repeats.
const REPEAT_AFTER: Duration = Duration::from_millis(500);
/// How often it repeats then.
const REPEAT_EVERY: Duration = Duration::from_millis(90);
/// How long a key stays lit at least, so that a quick tap is seen.
const LIT: Duration = Duration::from_millis(120);
/// More fingers than this are ignored: panels report ten.
const MAX_FINGERS: usize = 10;

/// What the keyboard shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Board {
    /// Which keys there are.
    pub mode: Mode,
    /// What has been typed of a word and is not chosen yet ("jian she lu").
    pub composition: String,
    /// The candidates from the first that is to be shown; as many as fit are
    /// shown, and [`KeyPress::MoreCandidates`] says how many that were.
    pub candidates: Vec<String>,
    /// Whether there are candidates before or after those given.
    pub more: bool,
}

/// The keyboard for one [`Board`].
pub struct Keyboard<'a, M> {
    look: Look,
    labels: Labels,
    board: Board,
    height: f32,
    on_press: Box<dyn Fn(KeyPress) -> M + 'a>,
    placed: Vec<Placed>,
}

impl<'a, M> Keyboard<'a, M> {
    /// A keyboard that says `on_press` for every key. Its height in logical pixels is the same in every mode, so that
    /// nothing above the keyboard moves when the mode changes.
    pub fn new(
        look: Look,
        labels: Labels,
        board: Board,
        height: f32,
        on_press: impl Fn(KeyPress) -> M + 'a,
    ) -> Self {
        Self { look, labels, board, height, on_press: Box::new(on_press), placed: Vec::new() }
    }

    fn key_at(&self, layout: Layout<'_>, position: Point) -> Option<usize> {
        let origin = layout.position();
        let position = Point::new(position.x - origin.x, position.y - origin.y);
        self.placed.iter().position(|key| key.touch.contains(position))
    }

    fn press(&self, state: &mut State, pointer: Pointer, key: usize, shell: &mut Shell<'_, M>) {
        let placed = &self.placed[key];
        state.fingers.retain(|finger| finger.pointer != pointer);
        if state.fingers.len() >= MAX_FINGERS {
            return;
        }
        let now = Instant::now();
        let repeat = placed.press.repeats().then(|| now + REPEAT_AFTER);
        state.fingers.push(Finger { pointer, key, repeat });
        state.lit.retain(|(lit, _)| *lit != key);
        state.lit.push((key, now + LIT));
        shell.publish((self.on_press)(placed.press.clone()));
        shell.capture_event();
        shell.request_redraw();
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pointer {
    Mouse,
    Finger(touch::Finger),
}

#[derive(Debug)]
struct Finger {
    pointer: Pointer,
    key: usize,
    /// When the key speaks again if it is still held.
    repeat: Option<Instant>,
}

/// Which keys are held and lit; key numbers are only good for one mode.
#[derive(Debug, Default)]
struct State {
    mode: Mode,
    fingers: Vec<Finger>,
    lit: Vec<(usize, Instant)>,
}

impl State {
    fn is_lit(&self, key: usize) -> bool {
        self.fingers.iter().any(|finger| finger.key == key) || self.lit.iter().any(|(lit, _)| *lit == key)
    }

    fn lift(&mut self, pointer: Pointer) {
        self.fingers.retain(|finger| finger.pointer != pointer);
    }
}

impl<M> Widget<M, Theme, Renderer> for Keyboard<'_, M> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State { mode: self.board.mode, ..State::default() })
    }

    fn diff(&self, tree: &mut Tree) {
        let state = tree.state.downcast_mut::<State>();
        if state.mode != self.board.mode {
            *state = State { mode: self.board.mode, ..State::default() };
        }
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Fixed(self.height))
    }

    fn layout(&mut self, _: &mut Tree, _: &Renderer, limits: &layout::Limits) -> layout::Node {
        let size = limits.resolve(Length::Fill, Length::Fixed(self.height), Size::ZERO);
        self.placed = keys::place(&self.board, &self.labels, &self.look, size);
        layout::Node::new(size)
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _: &Renderer,
        _: &mut dyn Clipboard,
        shell: &mut Shell<'_, M>,
        _: &Rectangle,
    ) {
        let state = tree.state.downcast_mut::<State>();
        match event {
            // Under a dialog the cursor levitates: the keyboard is out of reach.
            Event::Touch(touch::Event::FingerPressed { id, position }) if !cursor.is_levitating() => {
                if let Some(key) = self.key_at(layout, *position) {
                    self.press(state, Pointer::Finger(*id), key, shell);
                }
            }
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left)) => {
                if let Some(key) = cursor.position().and_then(|at| self.key_at(layout, at)) {
                    self.press(state, Pointer::Mouse, key, shell);
                }
            }
            Event::Touch(touch::Event::FingerLifted { id, .. } | touch::Event::FingerLost { id, .. }) => {
                state.lift(Pointer::Finger(*id));
                shell.request_redraw();
            }
            Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left)) => {
                state.lift(Pointer::Mouse);
                shell.request_redraw();
            }
            // A finger that slides off its key stops repeating it.
            Event::Touch(touch::Event::FingerMoved { id, position }) => {
                let over = self.key_at(layout, *position);
                for finger in &mut state.fingers {
                    if finger.pointer == Pointer::Finger(*id) && over != Some(finger.key) {
                        finger.repeat = None;
                    }
                }
            }
            Event::Window(window::Event::RedrawRequested(now)) => {
                for finger in &mut state.fingers {
                    if let Some(at) = &mut finger.repeat {
                        if *at <= *now {
                            *at = *now + REPEAT_EVERY;
                            if let Some(placed) = self.placed.get(finger.key) {
                                shell.publish((self.on_press)(placed.press.clone()));
                            }
                        }
                        shell.request_redraw_at(*at);
                    }
                }
                state.lit.retain(|(_, until)| until > now);
                if let Some(until) = state.lit.iter().map(|(_, until)| *until).min() {
                    shell.request_redraw_at(until);
                }
            }
            _ => {}
        }
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        _: &Theme,
        _: &renderer::Style,
        layout: Layout<'_>,
        _: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let state = tree.state.downcast_ref::<State>();
        draw::board(self, state, renderer, layout.bounds(), viewport);
    }
}

impl<'a, M: 'a> From<Keyboard<'a, M>> for Element<'a, M> {
    fn from(keyboard: Keyboard<'a, M>) -> Self {
        Element::new(keyboard)
    }
}
