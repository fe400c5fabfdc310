//! Materials as pictures: what a resident attached is drawn here and sent to the clerk's browser as a plain JPEG, so that
//! no byte of the file itself ever reaches it. Everything happens in memory; nothing is written to a disk.
//!
//! Knows files, and nothing of cases, databases or pages.

mod pdf;
mod raster;

use bianmin_protocol::content::{MediaType, sniff};
use std::time::Duration;
use tokio::sync::Semaphore;

/// So many files are drawn at a time; each may take [`raster::PIXELS`] of memory.
static PLACES: Semaphore = Semaphore::const_new(2);
/// How long somebody waits for a place.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Browsers and PDF readers look no further for what a file may be besides.
const HEAD: usize = 1024;

/// Why a file is not shown. The words are in the locale, under `material-` + [`Unshowable::key`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unshowable {
    /// It is no JPEG, PNG or PDF, whatever it was said to be.
    #[error("no JPEG, PNG or PDF")]
    OtherKind,
    /// It can be read as something else as well, such as a page of the web.
    #[error("the file can be read in two ways")]
    Ambiguous,
    /// Drawn, it would be larger than anybody can look at, or take longer than anybody waits.
    #[error("too large to be drawn")]
    TooLarge,
    /// What it begins as, it is not.
    #[error("damaged")]
    Damaged,
    /// It asks for a password.
    #[error("protected with a password")]
    Protected,
    /// It has no such page.
    #[error("no such page")]
    NoSuchPage,
    /// Too many others are looking at files just now.
    #[error("busy")]
    Busy,
    /// The programs that draw PDF are not installed on this hall.
    #[error("pdfinfo, pdftoppm or prlimit is not installed")]
    NoTool,
}

impl Unshowable {
    /// The name in locale keys.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::OtherKind => "other-kind",
            Self::Ambiguous => "ambiguous",
            Self::TooLarge => "too-large",
            Self::Damaged => "damaged",
            Self::Protected => "protected",
            Self::NoSuchPage => "no-such-page",
            Self::Busy => "busy",
            Self::NoTool => "no-tool",
        }
    }
}

/// How a page is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct View {
    /// Which page, from 1.
    pub page: u32,
    /// Quarter turns clockwise.
    pub turns: u8,
    /// The longer side in pixels, at most.
    pub side: u32,
}

/// What a file is, if it can be shown.
fn kind(file: &[u8], said: MediaType) -> Result<MediaType, Unshowable> {
    let kind = sniff(file).map_err(|_| Unshowable::OtherKind)?;
    if kind != said {
        return Err(Unshowable::OtherKind);
    }
    let head: Vec<u8> = file[..file.len().min(HEAD)].to_ascii_lowercase();
    let holds = |mark: &[u8]| head.windows(mark.len()).any(|window| window == mark);
    let is_page = [&b"<html"[..], b"<!doctype", b"<script", b"<svg", b"<body"].into_iter().any(holds);
    let is_pdf_too = kind != MediaType::Pdf && holds(b"%pdf-");
    if is_page || is_pdf_too { Err(Unshowable::Ambiguous) } else { Ok(kind) }
}

/// How many pages a file has.
pub(crate) async fn pages(file: &[u8], said: MediaType) -> Result<u32, Unshowable> {
    match kind(file, said)? {
        MediaType::Jpeg | MediaType::Png => Ok(1),
        MediaType::Pdf => {
            let _place = place().await?;
            pdf::pages(file).await
        }
    }
}

/// A page as a JPEG.
pub(crate) async fn draw(file: Vec<u8>, said: MediaType, view: View) -> Result<Vec<u8>, Unshowable> {
    let kind = kind(&file, said)?;
    if view.page == 0 || kind != MediaType::Pdf && view.page != 1 {
        return Err(Unshowable::NoSuchPage);
    }
    let _place = place().await?;
    let (file, kind) = match kind {
        MediaType::Pdf => (pdf::draw(&file, view).await?, MediaType::Jpeg),
        kind => (file, kind),
    };
    let drawn = tokio::task::spawn_blocking(move || raster::draw(&file, kind, view)).await;
    // A decoder that panics is a damaged file to whoever wanted to see it.
    drawn.unwrap_or(Err(Unshowable::Damaged))
}

async fn place() -> Result<tokio::sync::SemaphorePermit<'static>, Unshowable> {
    let place = tokio::time::timeout(TIMEOUT, PLACES.acquire()).await;
    place.ok().and_then(Result::ok).ok_or(Unshowable::Busy)
}

#[cfg(test)]
mod tests;
