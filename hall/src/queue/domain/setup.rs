//! How a hall's queue is set up: groups, windows, priority, hours.

use super::booking::BookingRules;
use super::hours::Opening;
use super::names::{GroupCode, PriorityClass, WindowCode};
use bianmin_protocol::ticket::TicketPrefix;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

/// A hall's queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// The published bound: never more than so many priority calls in a row while somebody ordinary waits.
    pub priority_bound: u32,
    /// The classes that are called first.
    pub priority_classes: Vec<PriorityClass>,
    /// When a business day begins: before it, it is still the day before.
    pub day_starts: Time,
    /// When numbers are given; always, where it is none.
    pub opening: Option<Opening>,
    /// The groups, by code.
    pub groups: Vec<Group>,
    /// The windows, by code.
    pub windows: Vec<Window>,
}

/// Services whose people wait in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its code.
    pub code: GroupCode,
    /// Its name, as people read it.
    pub name: String,
    /// The letters of its numbers.
    pub prefix: TicketPrefix,
    /// The codes of its service items.
    pub items: Vec<String>,
    /// Minutes that a service takes, until it was measured.
    pub minutes: u32,
    /// What may be booked; nothing, where it is `None`.
    pub booking: Option<BookingRules>,
}

/// A window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Its code.
    pub code: WindowCode,
    /// Its name, as people read it.
    pub name: String,
    /// The groups that it serves.
    pub groups: Vec<GroupCode>,
}

impl Setup {
    /// The group of this code.
    #[must_use]
    pub fn group(&self, code: &GroupCode) -> Option<&Group> {
        self.groups.iter().find(|group| group.code == *code)
    }

    /// The group of this code, or the one that has this service item.
    #[must_use]
    pub fn find_group(&self, text: &str) -> Option<&Group> {
        let by_code = self.groups.iter().find(|group| group.code.as_str() == text);
        by_code.or_else(|| self.groups.iter().find(|group| group.items.iter().any(|item| item == text)))
    }

    /// The window of this code.
    #[must_use]
    pub fn window(&self, code: &WindowCode) -> Option<&Window> {
        self.windows.iter().find(|window| window.code == *code)
    }

    /// Whether it opens on days that are no working days too.
    #[must_use]
    pub fn opens_every_day(&self) -> bool {
        self.opening.as_ref().is_none_or(|opening| opening.every_day)
    }

    /// The windows that serve a group.
    pub fn windows_of<'a>(&'a self, group: &'a GroupCode) -> impl Iterator<Item = &'a Window> {
        self.windows.iter().filter(move |window| window.groups.contains(group))
    }

    /// How much of a group's work those windows do that serve `group` too: from 0 to 1.
    #[must_use]
    pub fn shared(&self, group: &GroupCode, other: &GroupCode) -> f64 {
        let all = self.windows_of(other).count();
        let both = self.windows_of(other).filter(|window| window.groups.contains(group)).count();
        if all == 0 { 0.0 } else { both as f64 / all as f64 }
    }
}
