//! What is filled in, ticked or signed: answers in cells, boxes for a pen, lines to write on.

use super::{Flow, stack};
use crate::page::Fragment;
use crate::{Block, Document, Ink, Item, Media, Rect, Row, Step};

/// Thickness of the lines around cells, in units.
const LINE: f32 = 1.0;
/// Room inside a cell, in ems of the body: at the sides, above and below.
const SIDE: f32 = 0.45;
const INSIDE: f32 = 0.3;
/// Height in which a hand can sign, in units.
const HAND: f32 = 72.0;

impl Flow<'_> {
    pub(super) fn checklist(&mut self, entries: &[Step]) {
        let square = (self.scale.body * 0.82).round();
        let indent = square + (self.scale.body * 0.6).round();
        let width = self.pager.width();
        for entry in entries {
            let mut head = self.step_head(entry, indent, width);
            let y = ((self.scale.strong().leading - square) / 2.0).round();
            let rect = Rect { x: 0.0, y, w: square, h: square };
            let (radius, thickness) = ((square * 0.12).round(), self.scale.hair);
            head.items.push(Item::Frame { rect, radius, thickness, ink: Ink::Black });
            let soft = self.scale.body().ink(Ink::Soft);
            let detail = entry.detail.iter().filter(|detail| !detail.is_empty());
            let lines: Vec<_> =
                detail.flat_map(|detail| self.shaper.lines(detail, soft, width - indent)).collect();
            if !lines.is_empty() {
                head.keep = soft.leading;
            }
            self.pager.put(head);
            for line in lines {
                let mut fragment = Fragment::default();
                stack(&mut fragment, [line], indent);
                self.pager.put(fragment);
            }
            self.pager.space(self.scale.body * 0.35);
        }
    }

    /// On a sheet, a grid with two short answers to a line; on a roll, keys and values.
    pub(super) fn fields(&mut self, rows: &[Row]) {
        self.pager.clear_aside();
        if self.scale.media != Media::A4 {
            return self.rows(rows);
        }
        let width = self.pager.width();
        let side = (self.scale.body * SIDE).round();
        let label = (self.label.min(width * 0.22) + 2.0 * side).ceil();
        let half = (width / 2.0).floor();
        let mut waiting: Option<&Row> = None;
        for row in rows {
            let short = self.shaper.width(&row.value, self.scale.strong()) <= half - label - 2.0 * side;
            match (waiting.take(), short) {
                (Some(before), true) => self.grid_line(&[before, row], label, half),
                (before, _) => {
                    if let Some(before) = before {
                        self.grid_line(&[before], label, width);
                    }
                    if short {
                        waiting = Some(row);
                    } else {
                        self.grid_line(&[row], label, width);
                    }
                }
            }
        }
        if let Some(last) = waiting {
            self.grid_line(&[last], label, width);
        }
        self.pager.space(self.scale.body * 0.6);
    }

    /// The width of the widest label of all fields of `document`.
    pub(super) fn widest_label(&mut self, document: &Document) -> f32 {
        let style = self.scale.body();
        let rows = document.blocks.iter().flat_map(|block| match block {
            Block::Fields { rows } if self.scale.media == Media::A4 => rows.as_slice(),
            _ => &[],
        });
        rows.map(|row| self.shaper.width(&row.key, style)).fold(0.0, f32::max)
    }

    /// Cells of one line of the grid: labels `label` wide, each pair `pair` wide.
    fn grid_line(&mut self, rows: &[&Row], label: f32, pair: f32) {
        let (side, inside) = ((self.scale.body * SIDE).round(), (self.scale.body * INSIDE).round());
        let mut fragment = Fragment::default();
        for (i, row) in rows.iter().enumerate() {
            let x = pair * i as f32;
            let style = if row.strong { self.scale.strong() } else { self.scale.body() };
            let soft = self.scale.body().ink(Ink::Soft);
            for (text, style, at, room) in
                [(&row.key, soft, x, label), (&row.value, style, x + label, pair - label)]
            {
                let mut cell = Fragment { height: inside, ..Fragment::default() };
                stack(&mut cell, self.shaper.lines(text, style, room - 2.0 * side), at + side);
                fragment.height = fragment.height.max(cell.height + inside);
                fragment.items.extend(cell.items);
            }
        }
        fragment.height = fragment.height.round();
        // Each cell's frame reaches over the next one's, so that no line is drawn twice as thick.
        let h = fragment.height + LINE;
        for i in 0..rows.len() {
            let x = pair * i as f32;
            for (x, w) in [(x, label + LINE), (x + label, pair - label)] {
                let w = if i + 1 < rows.len() && x >= pair * i as f32 + label { w + LINE } else { w };
                let rect = Rect { x, y: 0.0, w, h };
                fragment.items.push(Item::Frame { rect, radius: 0.0, thickness: LINE, ink: Ink::Black });
            }
        }
        self.pager.put(fragment);
    }

    /// Lines to write on: side by side on a sheet, below each other on a roll. They stay together.
    pub(super) fn signature(&mut self, labels: &[String]) {
        self.pager.clear_aside();
        let width = self.pager.width();
        let gap = (self.scale.body * 0.5).round();
        let style = self.scale.body();
        let columns = if self.scale.media == Media::A4 { labels.len().clamp(1, 2) } else { 1 };
        let room = ((width - self.scale.body * 1.5 * (columns - 1) as f32) / columns as f32).floor();
        let mut fragment = Fragment::default();
        for (i, label) in labels.iter().enumerate() {
            let x = (i % columns) as f32 * (width - room) / (columns - 1).max(1) as f32;
            let top = (i / columns) as f32 * HAND;
            let lines = self.shaper.lines(label, style, room * 0.6);
            let end = lines.iter().map(|line| line.width).fold(0.0, f32::max).ceil();
            let height: f32 = lines.iter().map(|line| line.height).sum();
            let mut cell = Fragment { height: top + (HAND - height).max(0.0), ..Fragment::default() };
            stack(&mut cell, lines, x.round());
            fragment.height = fragment.height.max(cell.height);
            fragment.items.extend(cell.items);
            let from = x.round() + end + gap;
            let y = cell.height - (style.leading * 0.12).round();
            let rect = Rect { x: from, y, w: (x + room - from).max(0.0).floor(), h: LINE };
            fragment.items.push(Item::Fill { rect, radius: 0.0, ink: Ink::Black });
        }
        self.pager.put(fragment);
    }
}
