//! Pages with which clerks finish cases: lists that are the record, the case on one page, what may be done next as
//! sentences, notices to print, and what a supervisor looks at.
//!
//! Everything works without script; keys and drafts are one file of our own. Rules are the domain's: this only shows
//! what they allow, and sends what somebody chose through them. Knows no SQL.

mod answers;
mod clock;
mod colleagues;
mod gallery;
mod history;
mod items;
mod keys;
mod list;
mod notices;
mod page;
mod people;
mod steps;
mod supervision;
mod take;
mod view;

use crate::console::{Asset, Form, Frame, Page, Section};
use crate::hall::Hall;
use crate::staff::{Access, Pages, Role, SignedIn};
use axum::extract::{Path, State};
use std::sync::Arc;
use steps::{ACTIONS, StepForm, WORK};

/// The console's entries for cases.
pub(crate) const SECTIONS: &[Section] = &[Section {
    label: "work-section",
    href: "/console/cases",
    roles: &["receive", "decide", "issue", "supervise"],
}];

/// Files that these pages need.
pub(crate) const ASSETS: &[Asset] = &[
    Asset {
        name: "cases.css",
        kind: "text/css; charset=utf-8",
        content: include_bytes!("../../../assets/console/cases.css"),
    },
    Asset {
        name: "cases.js",
        kind: "text/javascript; charset=utf-8",
        content: include_bytes!("../../../assets/console/cases.js"),
    },
];

/// Every page, with who may open it; for which departments, each asks itself.
pub(crate) fn pages() -> Pages {
    let pages = Pages::new()
        .get("/console/cases", Access::Roles(WORK), list::list)
        .post("/console/cases/search", Access::Roles(WORK), list::search)
        .post("/console/cases/batch", Access::Roles(WORK), list::batch)
        .get("/console/cases/keys", Access::SignedIn, key_list)
        .get("/console/cases/supervision", Access::Roles(&[Role::Supervise]), supervision::supervision)
        .get("/console/cases/{id}", Access::Roles(WORK), take::case)
        .get("/console/cases/{id}/picture", Access::Roles(WORK), take::picture)
        .get("/console/cases/{id}/notices/{kind}", Access::Roles(WORK), take::notice)
        .post("/console/cases/{id}/reveal", Access::Roles(WORK), take::reveal);
    ACTIONS.into_iter().fold(pages, |pages, action| {
        let handler = move |State(hall): State<Arc<Hall>>,
                            SignedIn(member): SignedIn,
                            frame: Frame,
                            Path(id): Path<String>,
                            Form(form): Form<StepForm>| async move {
            take::take(hall, member, frame, id, action, form).await
        };
        pages.post(action.path, Access::Roles(action.roles), handler)
    })
}

async fn key_list(frame: Frame) -> Page<page::KeysPage> {
    Page(page::KeysPage { groups: keys::groups(frame.texts), frame })
}
