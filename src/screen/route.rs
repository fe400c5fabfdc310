//! Where a screen leads. It must not know how anything is drawn.

use std::sync::Arc;

use bianmin_locale::Language;
use bianmin_protocol::catalogue::ServiceItem;

use super::{browse, listing, receipt};

/// Where to go.
#[derive(Debug)]
pub enum Route {
    /// A session begins, in a language if one was chosen.
    Begin(Option<Language>),
    /// The first screen of this session.
    Home,
    /// The screen before.
    Back,
    /// The session is over; asked first if something would be lost.
    End,
    /// The session is over: its time is up.
    Expired,
    /// Finding an item by words.
    Search,
    /// Choosing from themes or life events.
    Browse(browse::Kinds),
    /// A list of items.
    Listing(listing::Source),
    /// The guide of an item.
    Guide(Arc<ServiceItem>),
    /// An application for an item.
    Apply(Arc<ServiceItem>),
    /// The receipt of an application that was accepted: there is no way back into it.
    Receipt(Box<receipt::Facts>),
    /// How an application stands.
    Progress,
    /// How this works and who helps.
    Help,
}
