//! The board (叫号屏): who is called to which window, how long the lines are, and when the hall was last heard. A page for
//! any display with a browser, and one stream of events that all boards of this hall share.
//!
//! It shows numbers and windows, and never names: the queue knows none.

mod feed;
mod page;
mod stream;
mod view;

pub(super) use feed::Feed;
pub(super) use page::{SCRIPT, STYLE, page};
pub(super) use stream::{Boards, EventId};
pub(super) use view::window_name;
