//! Tables: columns that find their own widths, a head that is said again on the next sheet, and the same rows
//! told one below the other where the paper is too narrow for columns.

use super::{Flow, stack};
use crate::page::Fragment;
use crate::text::Style;
use crate::{Ink, Item, Media, Rect, Row};

/// Columns beyond which nobody can read a table of this width.
const MAX_COLUMNS: usize = 8;
/// Room around a line of a table, in ems of the body: above, below, and between columns.
const ABOVE: f32 = 0.22;
const BELOW: f32 = 0.3;
const GUTTER: f32 = 0.9;

impl Flow<'_> {
    pub(super) fn table(&mut self, head: &[String], rows: &[Vec<String>]) {
        self.pager.clear_aside();
        match self.scale.media {
            Media::A4 => self.columns(head, rows),
            Media::Roll58 | Media::Roll80 => self.told_in_turn(head, rows),
        }
    }

    fn columns(&mut self, head: &[String], rows: &[Vec<String>]) {
        let widths = self.column_widths(head, rows);
        if widths.is_empty() {
            return;
        }
        let head_style = self.scale.strong();
        let first = rows.first().map_or(0.0, |row| self.cells(row, &widths, self.scale.body(), 1.0).height);
        // A head is never alone at the foot of a sheet.
        let mut beginning = self.cells(head, &widths, head_style, self.scale.hair);
        beginning.keep = first;
        self.pager.put(beginning);
        for row in rows {
            let fragment = self.cells(row, &widths, self.scale.body(), 1.0);
            if !self.pager.fits(fragment.height) {
                self.pager.turn();
                let again = self.cells(head, &widths, head_style, self.scale.hair);
                self.pager.put(again);
            }
            self.pager.put(fragment);
        }
    }

    /// One line of the table with a thin line below it.
    fn cells(&mut self, texts: &[String], widths: &[f32], style: Style, thickness: f32) -> Fragment {
        let body = self.scale.body;
        let above = (body * ABOVE).round();
        let mut fragment = Fragment::default();
        let mut x = 0.0;
        for (text, &width) in texts.iter().zip(widths) {
            let mut cell = Fragment { height: above, ..Fragment::default() };
            stack(&mut cell, self.shaper.lines(text, style, width), x);
            fragment.height = fragment.height.max(cell.height);
            fragment.items.extend(cell.items);
            x += width + (body * GUTTER).round();
        }
        fragment.height += (body * BELOW).round();
        let rect = Rect { x: 0.0, y: fragment.height, w: self.pager.width(), h: thickness };
        fragment.items.push(Item::Fill { rect, radius: 0.0, ink: Ink::Black });
        fragment.height += thickness;
        fragment
    }

    /// Columns as wide as their longest cell; where that is too much, the wide ones share what the narrow ones
    /// leave.
    fn column_widths(&mut self, head: &[String], rows: &[Vec<String>]) -> Vec<f32> {
        let count = rows.iter().map(Vec::len).chain([head.len()]).max().unwrap_or(0).min(MAX_COLUMNS);
        let (strong, body) = (self.scale.strong(), self.scale.body());
        let mut natural: Vec<f32> = Vec::with_capacity(count);
        for column in 0..count {
            let mut widest = head.get(column).map_or(0.0, |text| self.shaper.width(text, strong));
            for text in rows.iter().filter_map(|row| row.get(column)) {
                widest = widest.max(self.shaper.width(text, body));
            }
            natural.push(widest.ceil());
        }
        let gutters = (self.scale.body * GUTTER).round() * count.saturating_sub(1) as f32;
        share(&natural, (self.pager.width() - gutters).max(1.0))
    }

    /// Each row as its first cell in bold and the others as what they say of it.
    fn told_in_turn(&mut self, head: &[String], rows: &[Vec<String>]) {
        for row in rows {
            let Some((first, others)) = row.split_first() else { continue };
            let keep = self.scale.body().leading;
            self.text(first, self.scale.strong(), keep);
            let named: Vec<Row> = head
                .iter()
                .skip(1)
                .zip(others)
                .filter(|(_, value)| !value.is_empty())
                .map(|(key, value)| Row::new(key, value))
                .collect();
            self.rows(&named);
            self.pager.space(self.scale.body * 0.5);
        }
    }

    pub(super) fn terms(&mut self, rows: &[Row]) {
        for row in rows {
            let (strong, body) = (self.scale.strong(), self.scale.body());
            let keep = if row.value.is_empty() { 0.0 } else { body.leading };
            self.text(&row.key, strong, keep);
            if !row.value.is_empty() {
                self.text(&row.value, body, 0.0);
            }
            self.pager.space(self.scale.body * 0.5);
        }
    }
}

/// Widths that fill `room`: what a column needs, or a fair share of what is left.
fn share(natural: &[f32], room: f32) -> Vec<f32> {
    let mut widths = natural.to_vec();
    let mut open: Vec<usize> = (0..natural.len()).collect();
    let mut left = room;
    loop {
        let fair = left / open.len().max(1) as f32;
        let (narrow, wide): (Vec<usize>, Vec<usize>) =
            open.iter().partition(|&&column| natural[column] <= fair);
        if narrow.is_empty() || wide.is_empty() {
            // Wide columns share by the square root of what they would need, so that a very long one does not
            // starve a merely long one.
            let weight = |column: usize| natural[column].max(1.0).sqrt();
            let all: f32 = wide.iter().map(|&column| weight(column)).sum();
            for &column in &wide {
                widths[column] = (left * weight(column) / all).floor();
            }
            if wide.is_empty()
                && let Some(&last) = open.last()
            {
                let others: f32 = narrow.iter().filter(|&&c| c != last).map(|&c| natural[c]).sum();
                widths[last] = (left - others).max(natural[last]);
            }
            return widths;
        }
        left -= narrow.iter().map(|&column| natural[column]).sum::<f32>();
        open = wide;
    }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn columns_fill_the_width_and_none_is_starved() {
        for natural in [vec![100.0, 50.0, 900.0], vec![10.0; 5], vec![2000.0, 3000.0, 40.0], vec![700.0]] {
            let widths = share(&natural, 1000.0);
            let all: f32 = widths.iter().sum();
            assert!((995.0..=1000.0).contains(&all), "{natural:?}: {widths:?}");
            assert!(widths.iter().zip(&natural).all(|(width, natural)| *width >= natural.min(120.0)));
        }
        assert!(share(&[], 1000.0).is_empty());
    }
}
