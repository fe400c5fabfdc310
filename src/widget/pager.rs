//! Pages of a list: "2 of 5", before and after. Nothing scrolls by dragging.

use std::ops::Range;

use bianmin_locale::Texts;
use iced::widget::{container, row};
use iced::{Alignment, Element, Length};

use super::button::{Kind, labelled};
use super::card::ems;
use crate::icon::Icon;
use crate::theme::{Look, space};

/// Which part of a list is shown. Pages are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pager {
    /// The page that is shown; never past the last.
    pub page: usize,
    /// How many there are, at least 1.
    pub pages: usize,
    /// How many entries the whole list has.
    pub total: usize,
    per_page: usize,
    /// Whether the entries are worth counting.
    counted: bool,
}

impl Pager {
    /// For `pages` pages that are no list: only the pages are counted.
    #[must_use]
    pub fn of_pages(pages: usize, page: usize) -> Self {
        Self { counted: false, ..Self::new(pages, 1, page) }
    }

    /// Cuts a list of `total` entries into pages of `per_page` (at least 1)
    /// and shows `page`, or the last one if there are fewer now.
    #[must_use]
    pub fn new(total: usize, per_page: usize, page: usize) -> Self {
        let per_page = per_page.max(1);
        let pages = total.div_ceil(per_page).max(1);
        Self { page: page.min(pages - 1), pages, total, per_page, counted: true }
    }

    /// How many entries of height `row` with gaps of `gap` fit into `height`
    /// logical pixels, leaving room for the pager itself.
    #[must_use]
    pub fn fit(look: Look, height: f32, row: f32, gap: f32) -> usize {
        let room = height - look.control_height() - space::M;
        (((room + gap) / (row + gap)).floor().max(1.0)) as usize
    }

    /// The entries of this page.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        let start = (self.page * self.per_page).min(self.total);
        start..(start + self.per_page).min(self.total)
    }

    /// Draws the pager; `None` of a single page, so that nothing useless is there.
    pub fn view<'a, M: Clone + 'a>(
        self,
        look: Look,
        texts: &Texts,
        on_page: impl Fn(usize) -> M,
    ) -> Option<Element<'a, M>> {
        if self.pages < 2 {
            return None;
        }
        let (before_label, after_label) = (texts.t("pager-before"), texts.t("pager-after"));
        let longest = ems(&before_label).max(ems(&after_label));
        let width = longest * look.size.body + look.size.section + 2.0 * space::L + space::XS;
        let before = (self.page > 0).then(|| on_page(self.page - 1));
        let after = (self.page + 1 < self.pages).then(|| on_page(self.page + 1));
        let (page, pages) = ((self.page + 1).into(), self.pages.into());
        let position = if self.counted {
            let args = [("page", page), ("pages", pages), ("total", self.total.into())];
            texts.t_args("pager-position", &args)
        } else {
            texts.t_args("pager-pages", &[("page", page), ("pages", pages)])
        };
        Some(
            row![
                labelled(look, Kind::Secondary, Some(Icon::Back), before_label, before).width(width),
                container(look.hint(position).center()).center_x(Length::Fill),
                labelled(look, Kind::Secondary, Some(Icon::Next), after_label, after).width(width),
            ]
            .spacing(space::S)
            .align_y(Alignment::Center)
            .into(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_on_exactly_one_page() {
        for total in 0..40 {
            for per_page in 0..9 {
                let pages = Pager::new(total, per_page, 0).pages;
                let shown: Vec<usize> =
                    (0..pages).flat_map(|page| Pager::new(total, per_page, page).range()).collect();
                assert_eq!(shown, (0..total).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_page_that_is_gone_becomes_the_last() {
        assert_eq!(Pager::new(5, 2, 99).page, 2);
        assert_eq!(Pager::new(0, 2, 99).range(), 0..0);
    }

    #[test]
    fn at_least_one_entry_always_fits() {
        assert_eq!(Pager::fit(Look::default(), 10.0, 200.0, 12.0), 1);
    }
}
