//! The one integration-test binary: every further one would link the GUI again.

#![allow(clippy::unwrap_used, missing_docs)]

mod enrolled;
mod faults;
mod flow;
mod picture;
mod programs;
mod tidy;
mod ui_keyboard;
mod ui_screens;
mod ui_widgets;
