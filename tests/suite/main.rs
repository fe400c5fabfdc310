//! The one integration-test binary: every further one would link the GUI again.

#![allow(clippy::unwrap_used, missing_docs)]

mod conflicts;
mod console;
mod doctor;
mod driver;
mod enrolled;
mod faults;
mod flow;
mod gallery;
mod installation;
mod lists;
mod offline_screen;
mod pages;
mod panels;
mod picture;
mod programs;
mod promises;
mod resident;
mod tidy;
mod ui_apply;
mod ui_keyboard;
mod ui_maintenance;
mod ui_screens;
mod ui_setup;
mod ui_widgets;
mod window;
mod words;
