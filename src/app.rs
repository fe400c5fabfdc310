//! The application: the only place that changes screens, the session, the
//! language and the look.

mod changes;
mod clock;
mod dialogs;
mod guard;
mod hardware;
mod maintenance_gesture;
mod navigation;

mod status;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::{Duration, Instant};

use bianmin_locale::{Language, Texts};
use bianmin_protocol::ids::Revision;
use iced::{Element, Point, Size, Subscription, Task, Theme, event, keyboard, window};

pub use clock::Clock;
pub use guard::{GUARD, REACH};

use crate::context::{Context, Layout};
use crate::screen::{self, HardKey, Screen, display, idle};
use crate::services::Services;
use crate::session::{Limits, Phase, Session};
use crate::theme::{Look, Mode, Panel};
use crate::widget::Surface;
use crate::widget::page::Chrome;

/// More screens than this are not remembered for going back.
const MAX_TRAIL: usize = 12;

/// The state of the application.
#[derive(Debug)]
pub struct App {
    services: Services,
    /// Physical pixels for one logical pixel.
    scale: f32,
    ctx: Context,
    screen: Screen,
    /// The screens to go back to, the last one first to be shown again. It
    /// goes with the session.
    trail: Vec<Screen>,
    session: Session,
    warning: Option<u64>,
    display_open: bool,
    /// The catalogue that the input method knows.
    revision: Revision,
    hardware: hardware::Hardware,
    maintenance_gesture: maintenance_gesture::MaintenanceGesture,
    /// Where to, once it is confirmed that what is on the screen may go.
    leaving: Option<Leaving>,
    clock: Clock,
    guard: guard::Guard,
}

/// Where to go when an application or a receipt is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leaving {
    Home,
    Back,
    End,
}

/// Something happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// On the screen.
    Screen(screen::Message),
    /// Home was pressed.
    Home,
    /// The display button was pressed.
    DisplayOpened,
    /// A display choice was made.
    Display(display::Message),
    /// The next language was asked for.
    NextLanguage,
    /// A finger came down here.
    FingerDown(Point, Instant),
    /// What the thing under the finger says; it counts only where the finger was meant for this page.
    Effect(Box<Message>),
    /// Somebody touched something.
    Touched(Instant),
    /// The clock on the strip was touched.
    ClockTouched,
    /// A second has gone by.
    Second(Instant),
    /// "I am still here".
    Continued(Instant),
    /// "I am done".
    Left(Instant),
    /// The window has another size, in logical pixels.
    Resized(Size),
    /// The terminal's status changed.
    StatusChanged,
    /// A key of a keyboard or scanner that is plugged in.
    Hardware(HardKey),
    /// A moment went by while a scanner's code is held.
    HardwarePaused,
    /// What is on the screen may go.
    LeaveConfirmed,
    /// It may not.
    LeaveCancelled,
    /// The input method for a new catalogue is ready.
    Renewed(Services),
}

impl App {
    /// The application as it is when nobody is there.
    #[must_use]
    pub fn new(services: Services) -> Self {
        let config = services.terminal().config();
        let (screen, limits) = (&config.screen, Limits::from(&config.session));
        let (width, height) = (screen.width as f32, screen.height as f32);
        let scale = Panel::scale(width, height);
        let size = Size::new(width / scale, height / scale);
        let mut ctx = Context::new(Language::default(), Mode::default(), size, services.now());
        ctx.layout = Layout::of(size, screen.low);
        let mut app = Self {
            revision: services.catalogue().revision,
            services,
            scale,
            ctx,
            screen: Screen::Idle(idle::Idle),
            trail: Vec::new(),
            session: Session::first(limits, Instant::now()),
            warning: None,
            display_open: false,
            hardware: hardware::Hardware::default(),
            maintenance_gesture: maintenance_gesture::MaintenanceGesture::default(),
            leaving: None,
            clock: Clock::default(),
            guard: guard::Guard::new(0, Instant::now()),
        };
        app.read_status();
        app.show_page();
        app
    }

    /// The same, already on `screen`: for presets and pictures.
    #[must_use]
    pub fn on(mut self, screen: Screen) -> Self {
        self.screen = screen;
        self.show_page();
        self
    }

    /// The same, with the time of touches from `clock`.
    #[must_use]
    pub fn timed_by(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The context that the screens draw with.
    #[must_use]
    pub const fn context(&self) -> &Context {
        &self.ctx
    }

    /// The context, for pictures in another language, size or time.
    pub const fn context_mut(&mut self) -> &mut Context {
        &mut self.ctx
    }

    /// Puts how things stand into words again, after the context was changed from outside.
    pub fn refresh(&mut self) {
        self.read_status();
    }

    /// The screen that is shown.
    #[must_use]
    pub const fn screen(&self) -> &Screen {
        &self.screen
    }

    /// The session of this moment.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// What follows from `message`.
    pub fn update(&mut self, message: Message) -> Task<Message> {
        crate::watchdog::note_progress();
        let task = match message {
            Message::FingerDown(place, now) => {
                self.guard.press(place, now);
                self.touched(now);
                Task::none()
            }
            Message::Effect(message) if self.guard.allows() => self.follow(*message),
            Message::Effect(_) => Task::none(),
            message => self.follow(message),
        };
        self.show_page();
        task
    }

    /// Tells the guard which page is shown.
    fn show_page(&mut self) {
        self.guard.show(self.page(), self.clock.now());
    }

    /// Tells this page from others: what stands under a finger is another thing there. A language or a look is none.
    #[must_use]
    pub fn page(&self) -> u64 {
        let mut page = DefaultHasher::new();
        self.screen.tell_page(&mut page);
        (self.trail.len(), self.session.id()).hash(&mut page);
        (self.display_open, self.warning.is_some(), self.leaving.is_some()).hash(&mut page);
        page.finish()
    }

    /// Somebody is there. While the warning stands, only its own buttons count: it must not vanish under the finger
    /// that presses one.
    fn touched(&mut self, now: Instant) {
        if self.warning.is_some() {
            return;
        }
        self.session.touch(now);
        self.screen.touched();
    }

    fn follow(&mut self, message: Message) -> Task<Message> {
        match message {
            // Never one within the other.
            Message::FingerDown(..) | Message::Effect(_) => {}
            Message::Screen(message) => {
                let action = self.screen.update(message, &self.ctx);
                return self.act(action);
            }
            Message::Home if !self.screen.may_leave() => {}
            Message::Home => self.leave(Leaving::Home),
            Message::LeaveConfirmed => {
                if let Some(to) = self.leaving.take() {
                    self.go(to);
                }
            }
            Message::LeaveCancelled => self.leaving = None,
            Message::StatusChanged => {
                self.read_status();
                let action = self.screen.status_changed();
                return self.act(action);
            }
            Message::Hardware(key) => return self.hardware_key(key),
            Message::HardwarePaused => {
                if let Some(code) = self.hardware.pause() {
                    return self.scanned(code);
                }
            }
            Message::ClockTouched => {
                if self.maintenance_gesture.touch(Instant::now()) {
                    self.open_maintenance();
                }
            }
            Message::DisplayOpened => self.display_open = true,
            Message::Display(message) => self.display_update(message),
            Message::NextLanguage => self.speak(self.ctx.texts.language().next()),
            Message::Touched(now) => self.touched(now),
            Message::Second(now) => return self.second(now),
            Message::Renewed(services) => self.services = services,
            Message::Continued(now) => {
                self.session.touch(now);
                self.warning = None;
            }
            Message::Left(now) => self.end_session(now),
            Message::Resized(size) => self.resized(size),
        }
        Task::none()
    }

    /// Drops every screen of this resident, and with it what they entered.
    fn end_session(&mut self, now: Instant) {
        // What still waits for a printer is for nobody now.
        self.services.terminal().printing().end_visit();
        if bianmin_terminal::planted::is_planted("session-not-wiped") {
            std::mem::forget(std::mem::replace(&mut self.screen, Screen::Idle(idle::Idle)));
        }
        self.trail.clear();
        self.screen = Screen::Idle(idle::Idle);
        self.warning = None;
        self.display_open = false;
        self.leaving = None;
        self.hardware.clear();
        self.session = self.session.renew(now);
        self.ctx.look = Look::default();
        let low = self.services.terminal().config().screen.low;
        self.ctx.layout = Layout::of(self.ctx.size, low);
        self.speak(Language::default());
    }

    fn speak(&mut self, language: Language) {
        self.ctx.texts = Texts::new(language);
        self.read_status();
        for screen in self.trail.iter_mut().chain([&mut self.screen]) {
            screen.language_changed(&self.ctx);
        }
    }

    fn display_update(&mut self, message: display::Message) {
        let mut mode = self.ctx.look.mode;
        match message {
            display::Message::Text(text) => mode.text = text,
            display::Message::Contrast(contrast) => mode.contrast = contrast,
            display::Message::Low(low) => self.ctx.layout = Layout::of(self.ctx.size, low),
            display::Message::Done => self.display_open = false,
        }
        self.ctx.look = Look::new(mode);
    }

    fn second(&mut self, now: Instant) -> Task<Message> {
        self.ctx.second = self.ctx.second.wrapping_add(1);
        self.ctx.now = self.services.now();
        self.ctx.today = self.services.today();
        self.read_status();
        let action = self.screen.second();
        let work = self.act(action);
        if self.screen.ends_by_itself() {
            // It says so all the time.
        } else if !matches!(self.screen, Screen::Idle(_)) {
            match self.session.phase(now) {
                Phase::Active => self.warning = None,
                Phase::Warning { seconds_left } if self.screen.holds_something() => {
                    self.warning = Some(seconds_left);
                }
                Phase::Warning { .. } | Phase::Ended => self.end_session(now),
            }
        }
        Task::batch([work, self.renew()])
    }

    /// The window has `size` in logical pixels of the scale so far.
    fn resized(&mut self, size: Size) {
        let physical = Size::new(size.width * self.scale, size.height * self.scale);
        self.scale = Panel::scale(physical.width, physical.height);
        self.ctx.size = Size::new(physical.width / self.scale, physical.height / self.scale);
        let low = self.ctx.layout == Layout::PortraitLow;
        self.ctx.layout = Layout::of(self.ctx.size, low);
    }

    /// After a new catalogue came the input method learns its words, off this thread.
    fn renew(&mut self) -> Task<Message> {
        let revision = self.services.catalogue().revision;
        if revision == self.revision {
            return Task::none();
        }
        self.revision = revision;
        let (services, known) = (self.services.clone(), self.services.clone());
        self.services.off_thread(
            move |_| services.renewed(),
            move |renewed| Message::Renewed(renewed.unwrap_or(known)),
        )
    }

    fn read_status(&mut self) {
        self.ctx.line = status::line(&self.ctx, self.services.terminal());
    }

    /// Draws the screen with what is on every page.
    pub fn view(&self) -> Element<'_, Message> {
        let at_home = matches!(self.screen, Screen::Home(_));
        let chrome = Chrome {
            home: (!at_home).then_some(Message::Home),
            display: Message::DisplayOpened,
            language: Message::NextLanguage,
            clock: Message::ClockTouched,
        };
        let page = self.screen.view(&self.ctx).map(Message::Screen).view(&self.ctx, chrome);
        let shown = self.under_dialog(page);
        let shown = shown.map(|message| Message::Effect(Box::new(message)));
        Surface::new(shown, |place| Message::FingerDown(place, self.clock.now())).into()
    }

    /// Touches, keys, seconds, the terminal's status and the size of the window.
    pub fn subscription(&self) -> Subscription<Message> {
        // While nobody is there only the minutes of the clock go on: each look at them draws the page anew.
        let seconds = if matches!(self.screen, Screen::Idle(_)) { 10 } else { 1 };
        Subscription::batch([
            iced::time::every(Duration::from_secs(seconds)).map(Message::Second),
            changes::subscription(self.services.terminal()).map(|()| Message::StatusChanged),
            event::listen_with(|event, _, _| match event {
                iced::Event::Keyboard(event) => hardware::key(&event).map(Message::Hardware),
                _ => None,
            }),
            if self.hardware.waits() {
                iced::time::every(Duration::from_millis(150)).map(|_| Message::HardwarePaused)
            } else {
                Subscription::none()
            },
            // A window that gets the size it asked for is opened but never resized.
            event::listen_with(|event, _, _| match event {
                iced::Event::Window(window::Event::Opened { size, .. } | window::Event::Resized(size)) => {
                    Some(Message::Resized(size))
                }
                _ => None,
            }),
            // Fingers are told by the surface.
            event::listen_with(|event, _, _| {
                let key = matches!(event, iced::Event::Keyboard(keyboard::Event::KeyPressed { .. }));
                key.then(|| Message::Touched(Instant::now()))
            }),
        ])
    }

    /// The theme of the window.
    #[must_use]
    pub fn theme(&self) -> Theme {
        self.ctx.look.theme()
    }

    /// Physical pixels for one logical pixel.
    #[must_use]
    pub fn scale(&self) -> f32 {
        self.scale
    }
}
