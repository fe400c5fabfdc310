//! Materials beside the answers: what was announced, what has come, and the page that is looked at.

use super::answers::{Opened, say};
use super::page::{Chip, MaterialTab, MaterialView, Tone};
use crate::cases::materials::{self, Unshowable, View};
use crate::db::StoreError;
use crate::hall::Hall;
use bianmin_locale::Texts;
use bianmin_protocol::application::{AttachmentEntry, MaterialAnswer};
use bianmin_protocol::ids::{ApplicationId, MaterialCode};
use serde::Deserialize;

/// Pictures that fill the window, and those of which one looks at a part.
const SIDES: [u32; 3] = [1400, 1900, 2800];

/// Which material, page, turn and size; all of it in the address, so that it works without script.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Look {
    pub material: Option<String>,
    pub page: Option<u32>,
    pub turns: Option<u8>,
    pub zoom: Option<usize>,
}

impl Look {
    fn page(&self) -> u32 {
        self.page.unwrap_or(1).max(1)
    }

    fn turns(&self) -> u8 {
        self.turns.unwrap_or(0) % 4
    }

    fn zoom(&self) -> usize {
        self.zoom.unwrap_or(0).min(SIDES.len() - 1)
    }

    fn view(&self) -> View {
        View { page: self.page(), turns: self.turns(), side: SIDES[self.zoom()] }
    }

    fn link(&self, case: &str, material: &MaterialCode) -> String {
        format!("/console/cases/{case}?{}#materials", self.query(material))
    }

    fn query(&self, material: &MaterialCode) -> String {
        format!("material={material}&page={}&turns={}&zoom={}", self.page(), self.turns(), self.zoom())
    }

    fn with_page(&self, page: u32) -> Self {
        Self { page: Some(page), ..self.clone() }
    }
}

/// A file that has come and was opened.
async fn open(
    hall: &Hall,
    id: ApplicationId,
    entry: &AttachmentEntry,
) -> Result<Result<Vec<u8>, &'static str>, StoreError> {
    let chunks = hall.store.intake().chunks(id, &entry.material).await?;
    if chunks.len() != entry.chunks as usize {
        return Ok(Err("missing"));
    }
    let (entry, openers) = (entry.clone(), hall.keys.openers());
    let opened = tokio::task::spawn_blocking(move || openers.open_attachment(id, &entry, &chunks).ok()).await;
    Ok(opened.ok().flatten().ok_or("sealed"))
}

fn entry<'a>(opened: &'a Opened, material: &str) -> Option<&'a AttachmentEntry> {
    opened.header.attachments.iter().find(|entry| entry.material.as_str() == material)
}

/// The picture of a page. The error is why there is none, as the end of a locale key under `material-`.
pub(super) async fn picture(
    hall: &Hall,
    opened: &Opened,
    look: &Look,
) -> Result<Result<Vec<u8>, &'static str>, StoreError> {
    let Some(entry) = look.material.as_deref().and_then(|material| entry(opened, material)) else {
        return Ok(Err("missing"));
    };
    let file = match open(hall, opened.header.application_id, entry).await? {
        Ok(file) => file,
        Err(why) => return Ok(Err(why)),
    };
    Ok(materials::draw(file, entry.media_type, look.view()).await.map_err(Unshowable::key))
}

/// What is said about each material of the item.
pub(super) fn tabs(
    opened: &Opened,
    texts: Texts,
    look: &Look,
    promised: impl Fn(&MaterialCode) -> Option<String>,
) -> Vec<MaterialTab> {
    let case = opened.header.application_id.to_string();
    let states = opened.body.materials.iter().filter_map(|state| {
        let material = opened.item.material(&state.code)?;
        let here = entry(opened, state.code.as_str());
        let (words, tone) = match state.answer {
            MaterialAnswer::Attached => (texts.t("work-material-attached"), Tone::Good),
            MaterialAnswer::Have => (texts.t("work-material-have"), Tone::Plain),
            MaterialAnswer::Promised => match promised(&state.code) {
                Some(date) => {
                    (texts.t_args("work-material-promised-until", &[("date", date.into())]), Tone::Warn)
                }
                None => (texts.t("work-material-promised"), Tone::Warn),
            },
        };
        let first = Look { material: Some(state.code.to_string()), ..Look::default() };
        Some(MaterialTab {
            name: say(texts, material.name()),
            state: Chip { words, tone },
            link: here.map(|_| first.link(&case, &state.code)),
            is_here: here.is_some() && look.material.as_deref() == Some(state.code.as_str()),
        })
    });
    states.collect()
}

/// The first material that can be looked at, where none was chosen.
pub(super) fn chosen(opened: &Opened, look: Look) -> Look {
    if look.material.as_deref().is_some_and(|material| entry(opened, material).is_some()) {
        return look;
    }
    let first = opened.header.attachments.first().map(|entry| entry.material.to_string());
    Look { material: first, ..Look::default() }
}

/// The material that is looked at.
pub(super) async fn view(
    hall: &Hall,
    opened: &Opened,
    texts: Texts,
    look: &Look,
) -> Result<Option<MaterialView>, StoreError> {
    let Some(entry) = look.material.as_deref().and_then(|material| entry(opened, material)) else {
        return Ok(None);
    };
    let code = &entry.material;
    let case = opened.header.application_id.to_string();
    let name = opened.item.material(code).map(|material| say(texts, material.name())).unwrap_or_default();
    let pages = match open(hall, opened.header.application_id, entry).await? {
        Ok(file) => materials::pages(&file, entry.media_type).await.map_err(Unshowable::key),
        Err(why) => Err(why),
    };
    let turned = Look { turns: Some(look.turns() + 1), ..look.clone() };
    let zoomed = |zoom: usize| Look { zoom: Some(zoom), ..look.clone() }.link(&case, code);
    let (page, zoom) = (look.page(), look.zoom());
    let mut view = MaterialView {
        name: name.clone(),
        picture: None,
        words: String::new(),
        previous: None,
        next: None,
        turn: turned.link(&case, code),
        larger: (zoom + 1 < SIDES.len()).then(|| zoomed(zoom + 1)),
        smaller: (zoom > 0).then(|| zoomed(zoom - 1)),
        zoom: ["fit", "wide", "double"][zoom],
    };
    match pages {
        Ok(pages) => {
            view.picture = Some(format!("/console/cases/{case}/picture?{}", look.query(code)));
            let args = [("name", name.into()), ("page", page.into()), ("pages", pages.into())];
            view.words = texts.t_args("work-page", &args);
            view.previous = (page > 1).then(|| look.with_page(page - 1).link(&case, code));
            view.next = (page < pages).then(|| look.with_page(page + 1).link(&case, code));
        }
        Err(why) => view.words = texts.t(&format!("material-{why}")),
    }
    Ok(Some(view))
}
