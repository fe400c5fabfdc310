//! The one integration-test binary: every further one would link the GUI again.

#![allow(clippy::unwrap_used, missing_docs)]

mod picture;
mod ui_keyboard;
mod ui_widgets;
