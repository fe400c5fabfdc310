//! The terminal's screen: an iced application over `bianmin-terminal`.
//!
//! `app` is the only place that changes screens; `screen` holds one module per
//! screen; `widget` and `theme` are what pages are made of.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod app;
pub mod command;
pub mod context;
pub mod display;
pub mod font;
pub mod icon;
pub mod screen;
pub mod services;
pub mod session;
pub mod setup;
pub mod theme;
pub mod typing;
pub mod watchdog;
pub mod widget;

use app::{App, Message};
use bianmin_terminal::config::Screen;
use bianmin_terminal::services::{OpenError, Terminal};
use iced::{Task, Theme, window};
use services::Services;
use theme::Panel;

/// Why the window could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Nothing could be written on it.
    #[error(transparent)]
    Font(#[from] font::FontError),
    /// Sending and printing could not be started.
    #[error(transparent)]
    Terminal(#[from] OpenError),
    /// What restarts a screen that hangs could not be started.
    #[error("the system gives no thread: {0}")]
    Watchdog(#[from] std::io::Error),
    /// There is no display.
    #[error("the window cannot be shown: {0}")]
    Display(#[from] display::DisplayError),
    /// The display went away.
    #[error("the window cannot be shown: {0}")]
    Window(#[from] iced::Error),
}

/// The application over `services`, ready to run or to be tested.
pub fn application(
    services: Services,
) -> iced::Application<impl iced::Program<State = App, Message = Message, Theme = Theme>> {
    let boot = {
        let services = services.clone();
        move || (App::new(services.clone()), Task::none())
    };
    let home = iced::Preset::new("Home", move || {
        let screen = screen::Screen::Home(screen::home::Home::new(services.clone()));
        (App::new(services.clone()).on(screen), Task::none())
    });
    iced::application(boot, App::update, App::view)
        .settings(font::settings())
        .title(|app: &App| app.context().t("window-title"))
        .subscription(App::subscription)
        .theme(App::theme)
        .scale_factor(App::scale)
        .presets([home])
}

/// Starts sending and printing, and shows the window until it is closed. In a
/// terminal it is fullscreen and cannot be closed by a resident.
///
/// # Errors
/// [`RunError`] if there is no font or no display, or another process runs already.
pub fn run(terminal: &Terminal) -> Result<(), RunError> {
    display::check()?;
    font::load()?;
    terminal.start()?;
    watchdog::start()?;
    let window = window_settings(&terminal.config().screen);
    application(Services::new(terminal.clone())).window(window).run()?;
    Ok(())
}

/// The window for a panel, for a program that begins with the panel's own scale: a window is made so many times larger
/// than the size that is asked for.
#[must_use]
pub fn window_settings(screen: &Screen) -> window::Settings {
    let full = screen.fullscreen;
    let part = if full { 1.0 } else { 0.5 };
    let (width, height) = (screen.width as f32, screen.height as f32);
    let scale = Panel::scale(width, height);
    window::Settings {
        size: iced::Size::new(width * part / scale, height * part / scale),
        fullscreen: full,
        decorations: !full,
        resizable: !full,
        exit_on_close_request: !full,
        ..window::Settings::default()
    }
}
