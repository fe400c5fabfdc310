//! Drives the application as a person would: it looks for words on the screen and presses them, types, waits
//! for what the terminal does, and takes pictures. It needs no display. The clock of its touches goes on as a person's
//! does: who presses something has first looked for it.
//!
//! Self-contained, so that a rehearsal outside the tests can include it by its path.

// Each user of this file uses another part of it.
#![allow(dead_code, clippy::unwrap_used)]

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bianmin_kiosk::app::{App, Clock, Message};
use bianmin_kiosk::font;
use bianmin_kiosk::screen::{self, HardKey, Screen, apply};
use bianmin_kiosk::widget::KeyPress;
use iced::advanced::renderer::Headless;
use iced::{Event, Point, Rectangle, Renderer, Size, mouse, touch, window};
use iced_test::Simulator;
use iced_test::core::{clipboard, renderer};
use iced_test::futures::BoxStream;
use iced_test::futures::futures::StreamExt as _;
use iced_test::futures::futures::executor::block_on;
use iced_test::futures::futures::stream::SelectAll;
use iced_test::runtime::{Action, UserInterface, task, user_interface};
use iced_test::selector::Candidate;

/// How often the world is looked at while something is awaited.
const LOOK: Duration = Duration::from_millis(40);

/// How long a person looks for what they press.
const SEARCH: Duration = Duration::from_secs(1);

/// A text on the screen and where it is.
#[derive(Debug, Clone)]
pub struct Words {
    pub words: String,
    pub bounds: Rectangle,
    /// What of it is not cut off by what it stands in.
    pub visible: Option<Rectangle>,
}

/// An application, the work it has begun, and the hands of the person in front of it.
pub struct Driver {
    app: App,
    work: SelectAll<BoxStream<Action<Message>>>,
    start: Instant,
    /// Milliseconds since then, for the hand.
    time: Arc<AtomicU64>,
    runtime: tokio::runtime::Runtime,
}

impl Driver {
    pub fn new(app: App) -> Self {
        font::load().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let (start, time) = (Instant::now(), Arc::new(AtomicU64::new(0)));
        let clock = {
            let time = Arc::clone(&time);
            Clock::new(move || start + Duration::from_millis(time.load(Ordering::Relaxed)))
        };
        let app = app.timed_by(clock);
        Self { app, work: SelectAll::new(), start, time, runtime: runtime.unwrap() }
    }

    pub fn app(&self) -> &App {
        &self.app
    }

    pub fn app_mut(&mut self) -> &mut App {
        &mut self.app
    }

    /// Lets the application follow `message`; work that it begins goes on in [`Driver::until`].
    pub fn send(&mut self, message: Message) {
        let task = self.app.update(message);
        if let Some(stream) = task::into_stream(task) {
            self.work.push(stream);
        }
    }

    /// Lets time go by for the hand.
    pub fn pause(&mut self, time: Duration) {
        self.time.fetch_add(time.as_millis() as u64, Ordering::Relaxed);
    }

    /// What time it is for the hand.
    pub fn now(&self) -> Instant {
        self.start + Duration::from_millis(self.time.load(Ordering::Relaxed))
    }

    pub fn size(&self) -> Size {
        self.app.context().size
    }

    /// Every text on the screen.
    pub fn words(&self) -> Vec<Words> {
        let all = std::sync::Mutex::new(Vec::new());
        let mut ui = Simulator::with_size(font::settings(), self.size(), self.app.view());
        let collect = Collect(&all);
        let _ = ui.find(collect);
        drop(ui);
        all.into_inner().unwrap()
    }

    /// Whether `text` is on the screen, alone or as part of a text.
    pub fn sees(&self, text: &str) -> bool {
        self.words().iter().any(|one| one.words.contains(text))
    }

    /// Presses what shows exactly `text`, with a finger.
    #[track_caller]
    pub fn press(&mut self, text: &str) {
        self.pause(SEARCH);
        let messages = self.messages_of(text);
        let on_screen = || self.words().into_iter().map(|one| one.words).collect::<Vec<_>>().join(" | ");
        let Some(messages) = messages else {
            panic!("{text} is not on the screen: {}", on_screen());
        };
        assert!(!messages.is_empty(), "{text} does nothing: {}", on_screen());
        for message in messages {
            self.send(message);
        }
    }

    /// Where a finger would press what shows exactly `text`, in dots of the panel: the topmost that does something.
    pub fn place(&self, text: &str) -> Option<(f32, f32)> {
        let (place, _) = self.answering(text)??;
        let scale = self.app.scale();
        Some((place.x * scale, place.y * scale))
    }

    /// Presses `text` if it is there and does something.
    pub fn try_press(&mut self, text: &str) -> bool {
        self.pause(SEARCH);
        let messages = self.messages_of(text).unwrap_or_default();
        let any = !messages.is_empty();
        for message in messages {
            self.send(message);
        }
        any
    }

    /// Where several show the same text, the last that does something is meant: what is on top comes last.
    fn messages_of(&self, text: &str) -> Option<Vec<Message>> {
        let answering = self.answering(text)?;
        Some(answering.map_or_else(Vec::new, |(_, messages)| messages))
    }

    /// The place that answers to a press of `text`, and what it says: at most one, none if nothing shows the text.
    fn answering(&self, text: &str) -> Option<Option<(Point, Vec<Message>)>> {
        let all = std::sync::Mutex::new(Vec::new());
        let mut ui = Simulator::with_size(font::settings(), self.size(), self.app.view());
        let _ = ui.find(Collect(&all));
        drop(ui);
        let mut places =
            all.into_inner().unwrap().into_iter().rev().filter(|one| one.words == text).peekable();
        places.peek()?;
        for place in places.map(|one| one.bounds.center()) {
            let messages = self.touch(place);
            if messages.iter().any(is_effect) {
                return Some(Some((place, messages)));
            }
        }
        Some(None)
    }

    /// What a tap at `place` says; nothing follows from it yet.
    pub fn touch(&self, place: Point) -> Vec<Message> {
        let id = touch::Finger(1);
        let mut ui = Simulator::with_size(font::settings(), self.size(), self.app.view());
        ui.point_at(place);
        ui.simulate([
            Event::Touch(touch::Event::FingerPressed { id, position: place }),
            Event::Touch(touch::Event::FingerLifted { id, position: place }),
        ]);
        ui.into_messages().collect()
    }

    /// Types on the on-screen keyboard of an application form; characters that need a choice of candidates come
    /// as from a keyboard that is plugged in.
    pub fn type_text(&mut self, text: &str) {
        for character in text.chars() {
            let message = if character.is_ascii_alphanumeric() && !self.composes() {
                apply::fields::Message::Key(KeyPress::Char(character))
            } else {
                apply::fields::Message::Hard(HardKey::Text(apply::Secret(character.to_string())))
            };
            self.send(Message::Screen(screen::Message::Apply(apply::Message::Fields(message))));
        }
    }

    /// Spells pinyin on the on-screen keyboard and takes the candidate `word`, looking through all of them.
    #[track_caller]
    pub fn type_pinyin(&mut self, letters: &str, word: &str) {
        let key = |key| {
            Message::Screen(screen::Message::Apply(apply::Message::Fields(apply::fields::Message::Key(key))))
        };
        for letter in letters.chars() {
            self.send(key(KeyPress::Char(letter)));
        }
        for _ in 0..60 {
            let candidates = self.candidates();
            if let Some(index) = candidates.iter().position(|one| one == word) {
                return self.send(key(KeyPress::Candidate(index)));
            }
            self.send(key(KeyPress::MoreCandidates { shown: candidates.len().min(6) }));
        }
        panic!("{letters} does not become {word}");
    }

    fn candidates(&self) -> Vec<String> {
        match self.app.screen() {
            Screen::Apply(apply) => apply.candidates(),
            _ => Vec::new(),
        }
    }

    fn composes(&self) -> bool {
        match self.app.screen() {
            Screen::Apply(apply) => apply.composes(),
            _ => false,
        }
    }

    /// A scanner that types `code` and Enter.
    pub fn scan(&mut self, code: &str) {
        self.write(code);
        self.send(Message::Hardware(HardKey::Enter));
    }

    /// Types on a keyboard that is plugged in.
    pub fn write(&mut self, text: &str) {
        for character in text.chars() {
            self.send(Message::Hardware(HardKey::Text(apply::Secret(character.to_string()))));
        }
    }

    /// Lets the work go on until `done`; fails after `deadline`.
    #[track_caller]
    pub fn until(&mut self, what: &str, deadline: Duration, done: impl Fn(&App) -> bool) {
        let end = Instant::now() + deadline;
        while !done(&self.app) {
            assert!(Instant::now() < end, "waited in vain for: {what}; {:?}", self.app.screen());
            self.step();
        }
    }

    /// Lets the work go on until `text` is on the screen.
    #[track_caller]
    pub fn until_sees(&mut self, text: &str, deadline: Duration) {
        let end = Instant::now() + deadline;
        while !self.sees(text) {
            let seen = || self.words().into_iter().map(|one| one.words).collect::<Vec<_>>().join(" | ");
            assert!(Instant::now() < end, "waited in vain for {text}: {}", seen());
            self.step();
        }
    }

    /// One thing that the work says, or a moment without any.
    fn step(&mut self) {
        let work = &mut self.work;
        let next = self.runtime.block_on(async {
            if work.is_empty() {
                tokio::time::sleep(LOOK).await;
                return None;
            }
            tokio::time::timeout(LOOK, work.next()).await.ok().flatten()
        });
        match next {
            Some(Action::Output(message)) => self.send(message),
            // Windows and clipboards are not here.
            Some(_) => {}
            None => self.send(Message::StatusChanged),
        }
    }

    /// Draws the screen as the terminal does: rgba of `size()`.
    pub fn draw(&self) -> (u32, u32, Vec<u8>) {
        let settings = font::settings();
        let mut drawing: Renderer = block_on(<Renderer as Headless>::new(
            settings.default_font,
            settings.default_text_size,
            Some("tiny-skia"),
        ))
        .unwrap();
        let look = self.app.context().look;
        let size = self.size();
        let cache = user_interface::Cache::default();
        let mut ui = UserInterface::build(self.app.view(), size, cache, &mut drawing);
        let redraw = Event::Window(window::Event::RedrawRequested(Instant::now()));
        let nowhere = mouse::Cursor::Unavailable;
        let _ = ui.update(&[redraw], nowhere, &mut drawing, &mut clipboard::Null, &mut Vec::new());
        let style = renderer::Style { text_color: look.palette.ink };
        ui.draw(&mut drawing, &look.theme(), &style, nowhere);
        let full = Size::new(size.width as u32, size.height as u32);
        (full.width, full.height, drawing.screenshot(full, 1.0, look.palette.ground))
    }

    /// Writes a picture of the screen in its full size.
    pub fn picture(&self, path: &Path) {
        let (width, height, rgba) = self.draw();
        let mut encoder = png::Encoder::new(File::create(path).unwrap(), width, height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header().unwrap().write_image_data(&rgba).unwrap();
    }
}

/// Whether something was under the finger.
pub fn is_effect(message: &Message) -> bool {
    matches!(message, Message::Effect(_))
}

/// Notes every text and selects none.
struct Collect<'a>(&'a std::sync::Mutex<Vec<Words>>);

impl iced_test::Selector for Collect<'_> {
    type Output = iced_test::selector::Target;

    fn select(&mut self, candidate: Candidate<'_>) -> Option<Self::Output> {
        if let Candidate::Text { bounds, content, visible_bounds, .. } = candidate {
            let words = Words { words: content.to_owned(), bounds, visible: visible_bounds };
            self.0.lock().unwrap().push(words);
        }
        None
    }

    fn description(&self) -> String {
        "every text".to_owned()
    }
}
