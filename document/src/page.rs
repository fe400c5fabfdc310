//! Pages being filled from top to bottom.
//!
//! A roll is one page without an end. On A4 a fragment that does not fit starts the next page, and a mark
//! such as the QR code may stand at the right while the text beside it is narrower.

use crate::{Item, Media, Page};

/// Something that is not broken across pages: items relative to its top left corner.
#[derive(Default)]
pub(crate) struct Fragment {
    pub items: Vec<Item>,
    pub height: f32,
    /// Room that must be left below it on the same page.
    pub keep: f32,
}

impl Fragment {
    /// Cuts the fragment between lines at about `height` and returns what is below.
    fn split_off(&mut self, height: f32) -> Self {
        let mut rest = Self { height: self.height - height, keep: self.keep, ..Self::default() };
        for mut item in std::mem::take(&mut self.items) {
            let below = match &mut item {
                Item::Text(run) => run.y + 0.3 * run.size > height,
                Item::Qr(mark) => {
                    mark.y > 0.0 && mark.y + (mark.module as usize * mark.code.side()) as f32 > height
                }
                Item::Mark(rect) => rect.y >= height,
                Item::Fill { rect, .. } | Item::Frame { rect, .. } => {
                    if rect.y < height && rect.y + rect.h > height {
                        let mut lower = item.clone();
                        lower.clip(height, f32::INFINITY);
                        lower.shift(0.0, -height);
                        rest.items.push(lower);
                        item.clip(f32::NEG_INFINITY, height);
                        self.items.push(item);
                        continue;
                    }
                    rect.y >= height
                }
            };
            if below {
                item.shift(0.0, -height);
                rest.items.push(item);
            } else {
                self.items.push(item);
            }
        }
        self.height = height;
        self.keep = 0.0;
        rest
    }
}

pub(crate) struct Pager {
    media: Media,
    left: f32,
    width: f32,
    top: f32,
    bottom: f32,
    pages: Vec<Page>,
    y: f32,
    /// Room asked for before the next fragment; none at the top of a page.
    gap: f32,
    /// How much of what is asked for between fragments is given.
    gaps: f32,
    /// Width taken at the right down to a height on this page.
    aside: Option<(f32, f32)>,
}

/// Margins of an A4 sheet in units.
const SHEET: (f32, f32) = (1680.0, 2376.0);
/// Pages of a guide, and units of a roll (2.4 m), at which something is wrong.
const MAX_PAGES: usize = 100;
const MAX_ROLL: f32 = 19_200.0;
/// Margin at the left, the right and the top of a sheet, in units.
pub(crate) const SHEET_MARGIN: f32 = 160.0;
const SHEET_FOOT: f32 = 176.0;
/// A part of a sheet that is not worth one of its own.
const SCANT: f32 = 0.2;
/// A roll's first line is this far from its beginning.
const ROLL_TOP: f32 = 8.0;

impl Pager {
    pub fn new(media: Media, gaps: f32) -> Self {
        let width = media.dots() as f32;
        let mut pager = match media {
            Media::A4 => Self {
                media,
                left: SHEET_MARGIN,
                width: width - 2.0 * SHEET_MARGIN,
                top: SHEET_MARGIN,
                bottom: SHEET.1 - SHEET_FOOT,
                pages: Vec::new(),
                y: 0.0,
                gap: 0.0,
                gaps,
                aside: None,
            },
            Media::Roll58 | Media::Roll80 => Self {
                media,
                left: 0.0,
                width,
                top: ROLL_TOP,
                bottom: f32::INFINITY,
                pages: Vec::new(),
                y: 0.0,
                gap: 0.0,
                gaps,
                aside: None,
            },
        };
        pager.start_page();
        pager
    }

    fn start_page(&mut self) {
        let (width, height) = if self.media == Media::A4 { SHEET } else { (self.width, 0.0) };
        self.pages.push(Page { width, height, items: Vec::new() });
        self.y = self.top;
        self.gap = 0.0;
        self.aside = None;
    }

    /// Width of text that starts here.
    pub fn width(&self) -> f32 {
        match self.aside {
            Some((taken, until)) if self.y + self.gap < until => self.width - taken,
            _ => self.width,
        }
    }

    /// Height of an empty page.
    pub fn page_height(&self) -> f32 {
        self.bottom - self.top
    }

    /// Asks for at least `gap` units before what comes next.
    pub fn space(&mut self, gap: f32) {
        if self.y > self.top {
            self.gap = self.gap.max((gap * self.gaps).round());
        }
    }

    /// Adds `room` units whatever was asked for before.
    pub fn room(&mut self, room: f32) {
        if self.y > self.top {
            self.gap += room.round();
        }
    }

    /// How many pages there are.
    pub fn count(&self) -> usize {
        self.pages.len()
    }

    /// Whether the last of several sheets has next to nothing on it.
    pub fn is_scant_at_the_end(&self) -> bool {
        self.pages.len() > 1 && self.y - self.top < SCANT * self.page_height()
    }

    /// Whether a fragment of `height` goes on this page; on an empty one everything does.
    pub fn fits(&self, height: f32) -> bool {
        self.y <= self.top || self.y + self.gap + height <= self.bottom
    }

    /// Starts the next page, unless this one is still empty.
    pub fn turn(&mut self) {
        if self.y > self.top {
            self.start_page();
        }
    }

    /// Puts a fragment below what is there, on the next page if it does not fit; only one that no page could
    /// hold is cut.
    pub fn put(&mut self, mut fragment: Fragment) {
        while fragment.height > self.page_height() {
            let rest = fragment.split_off(self.page_height());
            self.put_whole(fragment);
            fragment = rest;
        }
        self.put_whole(fragment);
    }

    fn put_whole(&mut self, fragment: Fragment) {
        if self.y > self.top && self.y + self.gap + fragment.height + fragment.keep > self.bottom {
            self.start_page();
        }
        self.y += std::mem::take(&mut self.gap);
        let (left, y) = (self.left, self.y);
        self.draw(fragment.items, left, y);
        self.y += fragment.height.round();
    }

    /// Puts a fragment of `width` at the right of what comes next, if there is room for it on this page.
    pub fn put_aside(&mut self, fragment: Fragment, width: f32, gutter: f32) {
        if self.y + self.gap + fragment.height > self.bottom {
            self.start_page();
        }
        let y = self.y + self.gap;
        self.aside = Some((width + gutter, y + fragment.height));
        let x = self.left + self.width - width;
        self.draw(fragment.items, x, y);
    }

    /// Moves below whatever stands at the right.
    pub fn clear_aside(&mut self) {
        if let Some((_, until)) = self.aside.take() {
            self.gap = self.gap.max(until - self.y);
        }
    }

    fn draw(&mut self, items: Vec<Item>, dx: f32, dy: f32) {
        if let Some(page) = self.pages.last_mut() {
            page.items.extend(items.into_iter().map(|mut item| {
                item.shift(dx, dy);
                item
            }));
        }
    }

    /// Whether this is longer than any slip or guide.
    pub fn is_too_long(&self) -> bool {
        self.pages.len() > MAX_PAGES || (self.media != Media::A4 && self.y > MAX_ROLL)
    }

    /// The pages; a roll ends `tail` units below its last line.
    pub fn finish(mut self, tail: f32) -> Vec<Page> {
        self.clear_aside();
        let end = self.y + self.gap.max(tail);
        if self.media != Media::A4 {
            for page in &mut self.pages {
                page.height = end.ceil();
            }
        }
        self.pages
    }
}
