//! Blocks to fragments: the look of each kind of block on each paper.
//!
//! One column, left aligned, black on white; hierarchy comes from size, weight and room, because a thermal
//! head has no grey and no colour.

mod form;
mod table;

use crate::mark;
use crate::page::{Fragment, Pager, SHEET_MARGIN};
use crate::scale::Scale;
use crate::text::{DIGIT_MIDDLE, Shaper, Style, TextLine};
use crate::{
    Block, Document, Ink, Item, Layout, LayoutError, Media, QrCode, QrMark, Rect, Row, Space, Step, Weight,
};

/// Limits of a document: far above any slip, and far below what would hold a terminal up.
const MAX_CHARS: usize = 20_000;
const MAX_BLOCKS: usize = 500;
/// The line of page numbers is this far from the edge of a sheet, in units.
const FOOT: f32 = 120.0;
/// How much of the usual room is left between blocks to save a sheet with next to nothing on it.
const TIGHTER: [f32; 2] = [0.75, 0.5];
/// A number of no more characters, such as a ticket's, is read from across a room.
const SHORT_NUMBER: usize = 8;

/// Refuses what is unreasonably long before any work is done for it.
pub(crate) fn check_size(document: &Document) -> Result<(), LayoutError> {
    let chars: usize = document.texts().map(|text| text.chars().count()).sum();
    if chars > MAX_CHARS || document.blocks.len() > MAX_BLOCKS {
        return Err(LayoutError::TooLong);
    }
    Ok(())
}

/// Lays `document` out on `media`.
pub(crate) fn layout(shaper: &mut Shaper, document: &Document, media: Media) -> Result<Layout, LayoutError> {
    check_size(document)?;
    let mut filled = fill_pages(shaper, document, media, 1.0)?;
    for gaps in TIGHTER {
        if !filled.is_scant_at_the_end() {
            break;
        }
        let tighter = fill_pages(shaper, document, media, gaps)?;
        if tighter.count() < filled.count() {
            filled = tighter;
        }
    }
    let scale = Scale::new(media);
    let mut pages = filled.finish(scale.body);
    if media == Media::A4 {
        number_pages(shaper, &scale, &mut pages, &document.running);
    }
    let title = document.blocks.iter().find_map(|block| match block {
        Block::Title { text } => Some(text.clone()),
        _ => None,
    });
    Ok(Layout { media, pages, language: document.language.clone(), title: title.unwrap_or_default() })
}

/// Puts all blocks on pages, with the room between them as usual (1) or less of it.
fn fill_pages(
    shaper: &mut Shaper,
    document: &Document,
    media: Media,
    gaps: f32,
) -> Result<Pager, LayoutError> {
    let mut flow = Flow { shaper, scale: Scale::new(media), pager: Pager::new(media, gaps), label: 0.0 };
    flow.label = flow.widest_label(document);
    let mut aside = match media {
        Media::A4 => document.blocks.iter().position(|block| matches!(block, Block::Qr { .. })),
        Media::Roll58 | Media::Roll80 => None,
    };
    let mut after_rule = false;
    for (i, block) in document.blocks.iter().enumerate() {
        // Two lines in a row separate nothing; there are some once the code between them is elsewhere.
        if matches!(block, Block::Rule) && std::mem::replace(&mut after_rule, true) {
            continue;
        }
        let body = flow.scale.body;
        flow.pager.space(Scale::before(block) * body);
        if let Some(at) = aside
            && !matches!(
                block,
                Block::Mark
                    | Block::Title { .. }
                    | Block::Subtitle { .. }
                    | Block::Reprint { .. }
                    | Block::Rule
            )
        {
            // A sheet is wide: the code stands beside the number instead of below everything.
            aside = None;
            if let Some(Block::Qr { payload, caption }) = document.blocks.get(at) {
                flow.qr_aside(payload, caption.as_deref())?;
            }
        }
        let beside = media == Media::A4
            && document.blocks.iter().position(|block| matches!(block, Block::Qr { .. })) == Some(i);
        if beside {
            continue;
        }
        after_rule = matches!(block, Block::Rule);
        flow.block(block)?;
        flow.pager.space(Scale::after(block) * body);
        if flow.pager.is_too_long() {
            return Err(LayoutError::TooLong);
        }
    }
    Ok(flow.pager)
}

/// The foot of each sheet: what it belongs to at the left, and which of how many it is in the middle.
fn number_pages(shaper: &mut Shaper, scale: &Scale, pages: &mut [crate::Page], running: &str) {
    let count = pages.len();
    for (i, page) in pages.iter_mut().enumerate() {
        let foot = page.height - FOOT;
        for line in shaper.lines(&format!("{} / {count}", i + 1), scale.small(), f32::MAX) {
            let x = ((page.width - line.width) / 2.0).round();
            page.items.extend(placed(line, x, foot));
        }
        // What does not fit on one line is not needed to find the sheets together.
        let room = page.width / 2.0 - SHEET_MARGIN - 80.0;
        if let Some(line) = shaper.lines(running, scale.small(), room).into_iter().next() {
            page.items.extend(placed(line, SHEET_MARGIN, foot));
        }
    }
}

fn placed(line: TextLine, x: f32, y: f32) -> impl Iterator<Item = Item> {
    line.items.into_iter().map(move |mut item| {
        item.shift(x, y);
        item
    })
}

struct Flow<'a> {
    shaper: &'a mut Shaper,
    scale: Scale,
    pager: Pager,
    /// Width of the labels of all filled-in fields, so that their grids line up.
    label: f32,
}

impl Flow<'_> {
    fn block(&mut self, block: &Block) -> Result<(), LayoutError> {
        match block {
            Block::Mark => {
                let rect = Rect { x: 0.0, y: 0.0, w: mark::SIDE, h: mark::SIDE };
                let fragment = Fragment { items: vec![Item::Mark(rect)], height: mark::SIDE, keep: 0.0 };
                match self.scale.media {
                    // A sheet has room for it beside the title.
                    Media::A4 => self.pager.put_aside(fragment, mark::SIDE, self.scale.body),
                    Media::Roll58 | Media::Roll80 => self.pager.put(fragment),
                }
            }
            Block::Title { text } => {
                let mut style = Scale::style(self.scale.title, Weight::Bold);
                style.leading = (style.size * 1.25).round();
                self.text(text, style, 0.0);
            }
            Block::Subtitle { text } => self.text(text, self.scale.body().ink(Ink::Soft), 0.0),
            Block::Heading { text } => {
                let keep = self.scale.body * 4.0;
                self.text(text, Scale::style(self.scale.heading, Weight::Bold), keep);
            }
            Block::BigNumber { label, number } => self.big_number(label, number),
            Block::Rows { rows } => self.rows(rows),
            Block::Paragraph { text } => self.text(text, self.scale.body(), 0.0),
            Block::Notice { title, text } => self.notice(title.as_deref(), text),
            Block::Steps { steps } => self.steps(steps),
            Block::Bullets { items } => self.bullets(items),
            Block::Checklist { entries } => self.checklist(entries),
            Block::Table { head, rows } => self.table(head, rows),
            Block::Fields { rows } => self.fields(rows),
            Block::Terms { rows } => self.terms(rows),
            Block::Signature { labels } => self.signature(labels),
            Block::Rule => {
                let (w, h) = (self.pager.width(), self.scale.hair);
                let item = fill(Rect { x: 0.0, y: 0.0, w, h }, 0.0, Ink::Black);
                self.pager.put(Fragment { items: vec![item], height: h, keep: 0.0 });
            }
            Block::Spacer { size } => {
                let lines = match size {
                    Space::Small => 0.5,
                    Space::Medium => 1.0,
                    Space::Large => 2.0,
                };
                self.pager.room(self.scale.body().leading * lines);
            }
            Block::Qr { payload, caption } => {
                self.pager.clear_aside();
                let width = self.pager.width();
                let fragment = self.qr(payload, caption.as_deref(), width)?;
                self.pager.put(fragment);
            }
            Block::Footer { text } => {
                self.pager.clear_aside();
                self.text(text, self.scale.small(), 0.0);
            }
            Block::Reprint { text } => self.reprint(text),
        }
        Ok(())
    }

    /// Lines of text, each a fragment; the last keeps `keep` units below it.
    fn text(&mut self, text: &str, style: Style, keep: f32) {
        let width = self.pager.width();
        for line in self.shaper.lines(text, style, width) {
            self.pager.put(Fragment { items: line.items, height: line.height, keep });
        }
    }

    fn big_number(&mut self, label: &str, number: &str) {
        let width = self.pager.width();
        let mut fragment = Fragment::default();
        if !label.is_empty() {
            stack(&mut fragment, self.shaper.lines(label, self.scale.body().ink(Ink::Soft), width), 0.0);
        }
        let mut style = Scale::style(100.0, Weight::Bold);
        let natural = self.shaper.width(number, style).max(1.0);
        let largest = if number.chars().count() <= SHORT_NUMBER { 2.5 } else { 1.0 } * self.scale.number;
        style.size = (100.0 * width / natural).floor().clamp(self.scale.body, largest);
        style.leading = (style.size * 1.3).round();
        stack(&mut fragment, self.shaper.lines(number, style, width), 0.0);
        self.pager.put(fragment);
    }

    fn rows(&mut self, rows: &[Row]) {
        let width = self.pager.width();
        let key_style = self.scale.body().ink(Ink::Soft);
        let keys = rows.iter().map(|row| self.shaper.width(&row.key, key_style)).fold(0.0, f32::max);
        let key_width = keys.min(width * 0.4).ceil();
        let value_x = key_width + (self.scale.body * 0.8).round();
        for row in rows {
            let style = if row.strong { self.scale.strong() } else { self.scale.body() };
            let keys = self.shaper.lines(&row.key, key_style, key_width);
            let values = self.shaper.lines(&row.value, style, width - value_x);
            let mut fragment = Fragment::default();
            stack(&mut fragment, keys, 0.0);
            let mut value = Fragment::default();
            stack(&mut value, values, value_x);
            fragment.items.extend(value.items);
            fragment.height = fragment.height.max(value.height);
            self.pager.put(fragment);
            self.pager.space(self.scale.body * 0.12);
        }
    }

    fn notice(&mut self, title: Option<&str>, text: &str) {
        let width = self.pager.width();
        let pad = (self.scale.body * 0.65).round();
        let inner = width - 2.0 * pad;
        let mut lines = Vec::new();
        if let Some(title) = title {
            lines.extend(self.shaper.lines(title, self.scale.strong(), inner));
        }
        lines.extend(self.shaper.lines(text, self.scale.body(), inner));
        // A notice longer than a page goes on in another box.
        let leading = self.scale.body().leading;
        let most = ((self.pager.page_height() - 2.0 * pad) / leading).floor().clamp(1.0, 10_000.0) as usize;
        let mut lines = lines.into_iter().peekable();
        while lines.peek().is_some() {
            let mut fragment = Fragment { height: pad * 0.8, ..Fragment::default() };
            stack(&mut fragment, lines.by_ref().take(most), pad);
            fragment.height = (fragment.height + pad * 0.8).round();
            let rect = Rect { x: 0.0, y: 0.0, w: width, h: fragment.height };
            let (radius, thickness) = (self.scale.body * 0.4, self.scale.hair);
            fragment.items.push(Item::Frame { rect, radius, thickness, ink: Ink::Black });
            self.pager.put(fragment);
        }
    }

    fn steps(&mut self, steps: &[Step]) {
        let disc = (self.scale.body * 1.3).round();
        let indent = disc + (self.scale.body * 0.6).round();
        let width = self.pager.width();
        for (i, step) in steps.iter().enumerate() {
            let last = i + 1 == steps.len();
            let mut fragments = vec![self.step_head(step, indent, width)];
            if let Some(head) = fragments.first_mut() {
                head.items.extend(self.numbered_disc(i + 1, disc));
            }
            for line in step.detail.iter().flat_map(|detail| {
                self.shaper.lines(detail, self.scale.body().ink(Ink::Soft), width - indent)
            }) {
                let mut fragment = Fragment::default();
                stack(&mut fragment, [line], indent);
                fragments.push(fragment);
            }
            // The head keeps the first line of its detail.
            if fragments.len() > 1 {
                fragments[0].keep = self.scale.body().leading;
            }
            if let (false, Some(tail)) = (last, fragments.last_mut()) {
                tail.height += (self.scale.body * 0.5).round();
            }
            for (j, mut fragment) in fragments.into_iter().enumerate() {
                if !last {
                    // A line down the left side makes the steps one way.
                    let top = if j == 0 { disc + 6.0 } else { 0.0 };
                    let x = ((disc - self.scale.hair) / 2.0).round();
                    let h = (fragment.height.round() - top).max(0.0);
                    fragment.items.push(fill(Rect { x, y: top, w: self.scale.hair, h }, 0.0, Ink::Black));
                }
                self.pager.put(fragment);
            }
        }
    }

    /// A step's title with its chip behind it, or below it if the line is full.
    fn step_head(&mut self, step: &Step, indent: f32, width: f32) -> Fragment {
        let style = self.scale.strong();
        let lines = self.shaper.lines(&step.title, style, width - indent);
        let end = lines.last().map_or(0.0, |line| line.width);
        let mut fragment = Fragment::default();
        stack(&mut fragment, lines, indent);
        let Some(chip) = &step.chip else { return fragment };

        let mut text = Scale::style(self.scale.small, Weight::Regular);
        text.leading = style.leading;
        let pad = (self.scale.body * 0.4).round();
        let room = width - indent - 2.0 * pad;
        let lines = self.shaper.lines(chip, text, room);
        // Blanks at the end of a line hang over; the frame does not follow them off the paper.
        let widest = lines.iter().map(|line| line.width).fold(0.0, f32::max).ceil().min(room.floor());
        let chip_width = widest + 2.0 * pad;
        let gap = (self.scale.body * 0.5).round();
        let mut x = indent + end.ceil() + gap;
        let mut y = fragment.height - style.leading;
        if x + chip_width > width {
            x = indent;
            y = fragment.height;
        }
        let mut inside = Fragment::default();
        stack(&mut inside, lines, x + pad);
        let rect = Rect { x, y: y + 2.0, w: chip_width, h: inside.height - 4.0 };
        let radius = (text.leading - 4.0) / 2.0;
        fragment.items.push(Item::Frame { rect, radius, thickness: self.scale.hair, ink: Ink::Black });
        for mut item in inside.items {
            item.shift(0.0, y);
            fragment.items.push(item);
        }
        fragment.height = fragment.height.max(y + inside.height);
        fragment
    }

    fn numbered_disc(&mut self, number: usize, disc: f32) -> Vec<Item> {
        let top = ((self.scale.strong().leading - disc) / 2.0).round();
        let mut items = vec![fill(Rect { x: 0.0, y: top, w: disc, h: disc }, disc / 2.0, Ink::Black)];
        let size = self.scale.body * if number < 10 { 0.92 } else { 0.8 };
        let style = Scale::style(size.round(), Weight::Bold).ink(Ink::Paper);
        for line in self.shaper.lines(&number.to_string(), style, f32::MAX) {
            for mut item in line.items {
                let baseline = top + disc / 2.0 + DIGIT_MIDDLE * style.size;
                item.shift(((disc - line.width) / 2.0).round(), (baseline - style.baseline()).round());
                items.push(item);
            }
        }
        items
    }

    fn bullets(&mut self, entries: &[String]) {
        let width = self.pager.width();
        let style = self.scale.body();
        let dot = (self.scale.body * 0.26).round();
        let indent = (self.scale.body * 0.9).round();
        for entry in entries {
            for (i, line) in self.shaper.lines(entry, style, width - indent).into_iter().enumerate() {
                let mut fragment = Fragment::default();
                if i == 0 {
                    let y = ((style.leading - dot) / 2.0).round();
                    fragment.items.push(fill(Rect { x: 2.0, y, w: dot, h: dot }, dot / 2.0, Ink::Black));
                }
                stack(&mut fragment, [line], indent);
                self.pager.put(fragment);
            }
            self.pager.space(self.scale.body * 0.15);
        }
    }

    fn reprint(&mut self, text: &str) {
        let width = self.pager.width();
        let pad = (self.scale.body * 0.4).round();
        let style = Scale::style(self.scale.body, Weight::Bold).ink(Ink::Paper);
        let mut inside = Fragment { height: pad * 0.5, ..Fragment::default() };
        for line in self.shaper.lines(text, style, width - 2.0 * pad) {
            let x = ((width - line.width) / 2.0).round();
            stack(&mut inside, [line], x);
        }
        let height = (inside.height + pad * 0.5).round();
        let mut items = vec![fill(Rect { x: 0.0, y: 0.0, w: width, h: height }, pad, Ink::Black)];
        items.extend(inside.items);
        self.pager.put(Fragment { items, height, keep: 0.0 });
    }

    fn qr_aside(&mut self, payload: &str, caption: Option<&str>) -> Result<(), LayoutError> {
        let width = self.scale.qr + 80.0;
        let fragment = self.qr(payload, caption, width)?;
        if fragment.height > self.pager.page_height() / 2.0 {
            self.pager.put(fragment);
        } else {
            self.pager.put_aside(fragment, width, self.scale.body);
        }
        Ok(())
    }

    /// A code in the middle of `width`, its quiet zone inside it, and its caption below.
    fn qr(&mut self, payload: &str, caption: Option<&str>, width: f32) -> Result<Fragment, LayoutError> {
        let code = QrCode::new(payload).ok_or(LayoutError::QrTooLong { bytes: payload.len() })?;
        let side = code.side() as f32;
        let quiet = QrCode::QUIET as f32;
        let fits = (width / (side + 2.0 * quiet)).floor().max(1.0);
        let module = (self.scale.qr / side).round().clamp(4.0, 12.0).min(fits);
        let x = ((width - side * module) / 2.0).floor();
        // The room around blocks already is light, so only what it lacks is added.
        let y = (quiet * module).round();
        let mark = QrMark { x, y, module: module as u32, code };
        let mut fragment =
            Fragment { items: vec![Item::Qr(mark)], height: y + (side + quiet) * module, keep: 0.0 };
        for line in caption.iter().flat_map(|text| {
            let style = match self.scale.media {
                Media::A4 => self.scale.small(),
                Media::Roll58 | Media::Roll80 => self.scale.body(),
            };
            self.shaper.lines(text, style, width)
        }) {
            let x = ((width - line.width) / 2.0).round();
            stack(&mut fragment, [line], x);
        }
        Ok(fragment)
    }
}

/// Adds lines below each other, `x` units from the left.
fn stack(fragment: &mut Fragment, lines: impl IntoIterator<Item = TextLine>, x: f32) {
    for line in lines {
        for mut item in line.items {
            item.shift(x, fragment.height.round());
            fragment.items.push(item);
        }
        fragment.height += line.height;
    }
}

fn fill(rect: Rect, radius: f32, ink: Ink) -> Item {
    Item::Fill { rect, radius, ink }
}
