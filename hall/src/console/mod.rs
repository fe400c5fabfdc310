//! Pages in a browser for staff (控制台), as every capability needs them: their frame, files, headers, forms, language and
//! errors in words. Everything under `/console` goes through [`serve`].
//!
//! Knows no capability: what may be seen by whom is decided where the pages are.

mod assets;
mod cookies;
mod error;
mod form;
mod frame;
mod language;
mod serve;

pub use assets::Asset;
pub(crate) use assets::route as asset_route;
pub(crate) use cookies::{Cookies, set_language, set_session};
pub(crate) use error::PageError;
pub(crate) use form::Form;
pub use frame::Section;
pub(crate) use frame::{Frame, Page, Viewer, ViewerSlot};
pub(crate) use serve::serve;

use crate::http::Context;
use bianmin_locale::Language;
use std::sync::Arc;

/// What all pages share.
#[derive(Debug)]
pub struct Console {
    /// The hall's name.
    pub(crate) name: String,
    /// The language of who asks for none.
    pub(crate) language: Language,
    /// Whether browsers reach the hall by TLS, its own or a proxy's.
    pub(crate) is_secure: bool,
    /// The address that browsers know, where it is not the one in their requests: a proxy may change that.
    pub(crate) public_url: Option<String>,
    pub(crate) http: Arc<Context>,
    sections: Vec<Section>,
    assets: assets::Assets,
}

impl Console {
    /// With what the capabilities contribute.
    pub(crate) fn new(
        settings: Settings,
        http: Arc<Context>,
        sections: &[&[Section]],
        assets: &[&[Asset]],
    ) -> Arc<Self> {
        let own: &[&[Asset]] = &[assets::OWN];
        Arc::new(Self {
            name: settings.name,
            language: settings.language,
            is_secure: settings.is_secure,
            public_url: settings.public_url,
            http,
            sections: sections.concat(),
            assets: assets::Assets::new(&[own, assets].concat().concat()),
        })
    }
}

/// What the hall's settings say about its pages.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub name: String,
    pub language: Language,
    pub is_secure: bool,
    pub public_url: Option<String>,
}
