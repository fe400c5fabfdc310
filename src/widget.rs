//! The parts that every page is made of.
//!
//! Widgets draw what they are given and say what was pressed. They know the
//! look and the texts; they must not know screens, items or applications.

pub mod busy;
pub mod button;
pub mod card;
pub mod choice;
pub mod dialog;
pub mod field;
pub mod keyboard;
pub mod page;
pub mod pager;
pub mod qr;
pub mod sheets;
pub mod steps;
pub mod strip;
pub mod surface;
pub mod words;

pub use card::{chip, fact_rows, facts, notice, row_card, tile, tile_small};
pub use choice::{check, choice};
pub use field::Field;
pub use keyboard::{Board, KeyPress, Keyboard};
pub use page::Page;
pub use pager::Pager;
pub use surface::Surface;
