//! The terminal's screen: an iced application over `bianmin-terminal`.
//!
//! `app` is the only place that changes screens; `screen` holds one module per
//! screen; `widget` and `theme` are what pages are made of.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod app;
pub mod context;
pub mod font;
pub mod icon;
pub mod screen;
pub mod services;
pub mod session;
pub mod theme;
pub mod typing;
pub mod widget;

use app::{App, Message, Settings};
use iced::{Task, Theme, window};
use services::Services;

/// Why the window could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Nothing could be written on it.
    #[error(transparent)]
    Font(#[from] font::FontError),
    /// There is no display, or it went away.
    #[error("the window cannot be shown: {0}")]
    Window(#[from] iced::Error),
}

/// The application over `services`, ready to run or to be tested.
pub fn application(
    services: Services,
    settings: Settings,
) -> iced::Application<impl iced::Program<State = App, Message = Message, Theme = Theme>> {
    let boot = {
        let (services, settings) = (services.clone(), settings.clone());
        move || (App::new(services.clone(), settings.clone()), Task::none())
    };
    let home = iced::Preset::new("Home", move || {
        let screen = screen::Screen::Home(screen::home::Home::new(services.clone()));
        let app = App::new(services.clone(), settings.clone()).on(screen);
        (app, Task::none())
    });
    iced::application(boot, App::update, App::view)
        .settings(font::settings())
        .title(|app: &App| app.context().t("window-title"))
        .subscription(App::subscription)
        .theme(App::theme)
        .scale_factor(App::scale)
        .presets([home])
}

/// Shows the window until it is closed. `windowed` is for developers; a
/// terminal is fullscreen and cannot be closed by a resident.
///
/// # Errors
/// [`RunError`] if there is no font or no display.
pub fn run(services: Services, settings: Settings, windowed: bool) -> Result<(), RunError> {
    font::load()?;
    let panel = settings.panel;
    let size = iced::Size::new(panel.width as f32, panel.height as f32);
    let window = window::Settings {
        size: if windowed { iced::Size::new(size.width / 2.0, size.height / 2.0) } else { size },
        fullscreen: !windowed,
        decorations: windowed,
        resizable: windowed,
        exit_on_close_request: windowed,
        ..window::Settings::default()
    };
    application(services, settings).window(window).run()?;
    Ok(())
}
