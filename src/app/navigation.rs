//! From screen to screen: what a screen wants to happen, where its routes lead, and what is asked before one is left.

use std::time::Instant;

use iced::Task;

use super::{App, Leaving, MAX_TRAIL, Message};
use crate::screen::{
    self, Action, Route, Screen, apply, browse, guide, help, home, idle, listing, maintenance, progress,
    receipt, search,
};

impl App {
    /// What a screen wants to happen.
    pub(super) fn act(&mut self, action: Action<screen::Message>) -> Task<Message> {
        match action {
            Action::None => Task::none(),
            Action::Run(task) => task.map(Message::Screen),
            Action::Go(route) => self.take(route),
        }
    }

    pub(super) fn take(&mut self, route: Route) -> Task<Message> {
        let services = self.services.clone();
        match route {
            Route::Begin(language) => {
                if let Some(language) = language {
                    self.speak(language);
                }
                self.session = self.session.renew(Instant::now());
                self.go_home();
            }
            Route::Home => self.leave(Leaving::Home),
            Route::Back => self.leave(Leaving::Back),
            Route::End => self.leave(Leaving::End),
            Route::Expired => self.end_session(Instant::now()),
            Route::Search => {
                self.open(Screen::Search(search::Search::new(services, self.ctx.is_chinese())));
            }
            Route::Browse(kinds) => self.open(Screen::Browse(browse::Browse::new(services, kinds))),
            Route::Listing(source) => self.open(Screen::Listing(listing::Listing::new(services, source))),
            Route::Guide(item) => self.open(Screen::Guide(guide::Guide::new(services, item))),
            Route::Apply(item) => {
                let apply = apply::Apply::new(services, item, self.session.id());
                self.open(Screen::Apply(Box::new(apply)));
            }
            Route::Receipt(facts) => {
                let (receipt, watch) = receipt::Receipt::new(services, *facts);
                // There is no way back into what was handed in.
                self.trail.clear();
                self.screen = Screen::Receipt(Box::new(receipt));
                return watch.map(screen::Message::Receipt).map(Message::Screen);
            }
            Route::Progress => self.open(Screen::Progress(progress::Progress::new(services))),
            Route::Help => self.open(Screen::Help(help::Help::new(services))),
        }
        Task::none()
    }

    /// The technician made the gesture. What a resident is filling in is not left for it.
    pub(super) fn open_maintenance(&mut self) {
        if self.warning.is_some() || matches!(self.screen, Screen::Apply(_) | Screen::Maintenance(_)) {
            return;
        }
        self.trail.clear();
        self.display_open = false;
        self.screen = Screen::Maintenance(maintenance::Maintenance::new(self.services.clone()));
    }

    /// Shows `screen`; the one before can be gone back to.
    pub(super) fn open(&mut self, screen: Screen) {
        if self.trail.len() >= MAX_TRAIL {
            self.trail.remove(0);
        }
        self.trail.push(std::mem::replace(&mut self.screen, screen));
    }

    /// Leaves the screen, after a question where something would be lost.
    pub(super) fn leave(&mut self, to: Leaving) {
        let asks = self.screen.asks_before_leaving();
        if asks { self.leaving = Some(to) } else { self.go(to) }
    }

    pub(super) fn go(&mut self, to: Leaving) {
        match to {
            Leaving::Home => self.go_home(),
            Leaving::Back => self.go_back(),
            Leaving::End => self.end_session(Instant::now()),
        }
    }

    pub(super) fn go_back(&mut self) {
        match self.trail.pop() {
            Some(screen) => self.screen = screen,
            None => self.go_home(),
        }
    }

    pub(super) fn go_home(&mut self) {
        if bianmin_terminal::planted::is_planted("session-not-wiped") {
            std::mem::forget(std::mem::replace(&mut self.screen, Screen::Idle(idle::Idle)));
        }
        self.trail.clear();
        self.display_open = false;
        self.leaving = None;
        self.screen = Screen::Home(home::Home::new(self.services.clone()));
    }
}
