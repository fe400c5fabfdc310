//! The body of a page that may be higher than there is room: it is cut into sheets, so that nothing is hidden or left
//! out. Heights are measured as they will be drawn, never estimated.
//!
//! It knows the look; it must not know what it shows.

use std::ops::Range;

use iced::advanced::layout::Limits;
use iced::advanced::widget::Tree;
use iced::widget::{Column, column, container, responsive};
use iced::{Element, Length, Pixels, Renderer, Size};

use super::Pager;
use crate::context::Context;
use crate::font;
use crate::theme::{Look, space};

/// A part of the body.
pub enum SheetPart<'a, M> {
    /// Something that stays together.
    Whole(Element<'a, M>),
    /// Something that stays together and may grow to this height in logical pixels: sheets stay as they are then.
    Growing(Element<'a, M>, f32),
    /// Something that is worth room which is left over, but no further sheet.
    Extra(Element<'a, M>),
    /// A card whose rows may go on on the next sheet, under the same head.
    Card {
        /// What stands over the rows, if anything does.
        head: Option<Element<'a, M>>,
        /// What may be parted.
        rows: Vec<Element<'a, M>>,
        /// Between two rows, in logical pixels.
        gap: f32,
        /// Above and below, left and right, in logical pixels.
        padding: [f32; 2],
    },
}

impl<'a, M: 'a> SheetPart<'a, M> {
    /// Something that stays together.
    pub fn whole(content: impl Into<Element<'a, M>>) -> Self {
        Self::Whole(content.into())
    }

    /// A card of rows.
    pub fn card(head: Option<Element<'a, M>>, rows: Vec<Element<'a, M>>, gap: f32) -> Self {
        Self::Card { head, rows, gap, padding: [space::L, space::L] }
    }
}

/// Which sheet is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// The one with this number, from 0; the last if there are fewer.
    Sheet(usize),
    /// The one with this part, from 0.
    SheetPart(usize),
}

/// How high a part is, in logical pixels.
#[derive(Debug, Clone, PartialEq)]
struct Height {
    /// What is there on every sheet that has some of it: title and paddings.
    frame: f32,
    /// Each row; a part that stays together is one.
    rows: Vec<f32>,
    gap: f32,
}

/// Which rows of which part are on a sheet.
type Sheet = Vec<(usize, Range<usize>)>;

/// Between two parts, in logical pixels.
const BETWEEN: f32 = space::M;

/// The parts that `make` gives, as many of them as there is room for on sheet `page`, and a pager where one sheet
/// does not hold them all.
pub fn view<'a, M: Clone + 'a>(
    ctx: &'a Context,
    page: usize,
    make: impl Fn() -> Vec<SheetPart<'a, M>> + 'a,
    on_page: impl Fn(usize) -> M + 'a,
) -> Element<'a, M> {
    view_at(ctx, At::Sheet(page), move |_| make(), on_page, |_| {})
}

/// The same on the sheet that is meant by `at`. `make` is asked with the width of the body; `shown` hears which parts
/// are drawn.
pub fn view_at<'a, M: Clone + 'a>(
    ctx: &'a Context,
    at: At,
    make: impl Fn(f32) -> Vec<SheetPart<'a, M>> + 'a,
    on_page: impl Fn(usize) -> M + 'a,
    shown: impl Fn(Range<usize>) + 'a,
) -> Element<'a, M> {
    responsive(move |size| {
        let look = ctx.look;
        let mut parts = make(size.width);
        let heights: Vec<Height> = parts.iter_mut().map(|part| measure(part, size.width)).collect();
        let extra: Vec<bool> = parts.iter().map(|part| matches!(part, SheetPart::Extra(_))).collect();
        let mut sheets = fill(&heights, &extra, size.height);
        if sheets.len() > 1 {
            sheets = fill(&heights, &extra, size.height - look.control_height() - BETWEEN);
        }
        let page = match at {
            At::Sheet(page) => page,
            At::SheetPart(wanted) => {
                let has = |sheet: &Sheet| sheet.iter().any(|(part, _)| *part == wanted);
                sheets.iter().position(has).unwrap_or(0)
            }
        };
        let pager = Pager::of_pages(sheets.len(), page);
        let sheet = sheets.into_iter().nth(pager.page).unwrap_or_default();
        shown(sheet.first().map_or(0, |(part, _)| *part)..sheet.last().map_or(0, |(part, _)| part + 1));
        let drawn = Column::with_children(take(look, parts, &sheet)).spacing(BETWEEN);
        let Some(pager) = pager.view(look, &ctx.texts, &on_page) else { return drawn.into() };
        column![drawn.height(Length::Fill), pager].spacing(BETWEEN).into()
    })
    .into()
}

/// How high `element` is when it is `width` wide, in logical pixels.
pub fn height<M>(element: &mut Element<'_, M>, width: f32) -> f32 {
    thread_local! {
        // Text is measured by the fonts alone: nothing is ever drawn with it.
        static MEASURE: Renderer = Renderer::new(font::REGULAR, Pixels(32.0));
    }
    let mut tree = Tree::new(&*element);
    let limits = Limits::new(Size::ZERO, Size::new(width, f32::INFINITY));
    MEASURE.with(|renderer| element.as_widget_mut().layout(&mut tree, renderer, &limits).size().height)
}

fn measure<M>(part: &mut SheetPart<'_, M>, width: f32) -> Height {
    match part {
        SheetPart::Whole(content) | SheetPart::Extra(content) => {
            Height { frame: 0.0, rows: vec![height(content, width)], gap: 0.0 }
        }
        SheetPart::Growing(content, grown) => {
            Height { frame: 0.0, rows: vec![height(content, width).max(*grown)], gap: 0.0 }
        }
        SheetPart::Card { head, rows, gap, padding } => {
            let inner = width - 2.0 * padding[1];
            let head = head.as_mut().map_or(0.0, |head| height(head, inner) + *gap);
            let rows = rows.iter_mut().map(|row| height(row, inner)).collect();
            Height { frame: head + 2.0 * padding[0], rows, gap: *gap }
        }
    }
}

fn take<'a, M: 'a>(look: Look, parts: Vec<SheetPart<'a, M>>, sheet: &Sheet) -> Vec<Element<'a, M>> {
    let on_sheet = |at: usize| sheet.iter().find(|(part, _)| *part == at).map(|(_, rows)| rows.clone());
    let shown = parts.into_iter().enumerate().filter_map(|(at, part)| {
        let range = on_sheet(at)?;
        Some(match part {
            SheetPart::Whole(content) | SheetPart::Growing(content, _) | SheetPart::Extra(content) => content,
            SheetPart::Card { head, rows, gap, padding } => {
                let rows = rows.into_iter().skip(range.start).take(range.len());
                container(column![].push(head).push(Column::with_children(rows).spacing(gap)).spacing(gap))
                    .padding(padding)
                    .width(Length::Fill)
                    .style(look.card())
                    .into()
            }
        })
    });
    shown.collect()
}

/// Cuts the parts, with those of the extra ones that cost no further sheet.
fn fill(heights: &[Height], extra: &[bool], room: f32) -> Vec<Sheet> {
    let with = |kept: &[usize]| {
        let kept_heights: Vec<Height> = kept.iter().map(|at| heights[*at].clone()).collect();
        let mut sheets = cut(&kept_heights, room);
        sheets.iter_mut().flatten().for_each(|(at, _)| *at = kept[*at]);
        sheets
    };
    let mut kept: Vec<usize> = (0..heights.len()).filter(|at| !extra[*at]).collect();
    let mut sheets = with(&kept);
    for at in (0..heights.len()).filter(|at| extra[*at]) {
        let mut tried = kept.clone();
        tried.push(at);
        tried.sort_unstable();
        let more = with(&tried);
        if more.len() == sheets.len() {
            (kept, sheets) = (tried, more);
        }
    }
    sheets
}

/// Cuts parts of these heights into sheets of at most `room`. A row that is higher has a sheet of its own.
fn cut(heights: &[Height], room: f32) -> Vec<Sheet> {
    let mut sheets: Vec<Sheet> = vec![Sheet::new()];
    let mut left = room;
    for (at, part) in heights.iter().enumerate() {
        let mut begun = false;
        for (number, row) in part.rows.iter().enumerate() {
            let is_empty = sheets.last().is_none_or(Vec::is_empty);
            let before = if begun { part.gap } else { part.frame + if is_empty { 0.0 } else { BETWEEN } };
            // Half a pixel is no height: measured and laid out, a part may differ by as much.
            if before + row > left + 0.5 && !is_empty {
                sheets.push(vec![(at, number..number + 1)]);
                left = room - part.frame - row;
            } else {
                left -= before + row;
                match sheets.last_mut().map(|sheet| (sheet.last_mut(), begun)) {
                    Some((Some((_, rows)), true)) => rows.end = number + 1,
                    _ => {
                        if let Some(sheet) = sheets.last_mut() {
                            sheet.push((at, number..number + 1));
                        }
                    }
                }
            }
            begun = true;
        }
    }
    sheets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heights() -> Vec<Height> {
        vec![
            Height { frame: 0.0, rows: vec![300.0], gap: 0.0 },
            Height { frame: 100.0, rows: vec![50.0, 80.0, 90.0, 400.0, 20.0], gap: 10.0 },
            Height { frame: 0.0, rows: vec![96.0], gap: 0.0 },
        ]
    }

    #[test]
    fn every_row_is_on_exactly_one_sheet_in_order() {
        let heights = heights();
        let wanted: Vec<(usize, usize)> = heights
            .iter()
            .enumerate()
            .flat_map(|(part, height)| (0..height.rows.len()).map(move |row| (part, row)))
            .collect();
        for room in [1.0, 200.0, 420.0, 700.0, 5000.0] {
            let sheets = cut(&heights, room);
            let rows = |(part, rows): &(usize, Range<usize>)| {
                let part = *part;
                rows.clone().map(move |row| (part, row)).collect::<Vec<_>>()
            };
            let shown: Vec<(usize, usize)> = sheets.iter().flatten().flat_map(rows).collect();
            assert_eq!(shown, wanted, "{room}");
            assert!(sheets.iter().all(|sheet| !sheet.is_empty()), "{room}");
        }
    }

    #[test]
    fn no_sheet_is_higher_than_its_room_but_for_a_row_that_is() {
        let heights = heights();
        for room in [1.0, 200.0, 420.0, 520.0, 700.0] {
            for sheet in cut(&heights, room) {
                let parts = sheet.iter().map(|(part, rows)| {
                    let part = &heights[*part];
                    let gaps = part.gap * (rows.len() as f32 - 1.0);
                    part.frame + part.rows[rows.clone()].iter().sum::<f32>() + gaps
                });
                let high = parts.sum::<f32>() + BETWEEN * (sheet.len() as f32 - 1.0);
                let alone = sheet.len() == 1 && sheet[0].1.len() == 1;
                assert!(high <= room || alone, "{room}: {high} {sheet:?}");
            }
        }
    }

    #[test]
    fn what_fits_is_on_one_sheet() {
        assert_eq!(cut(&heights(), 5000.0), vec![vec![(0, 0..1), (1, 0..5), (2, 0..1)]]);
        assert_eq!(cut(&[], 100.0), vec![Sheet::new()]);
    }

    #[test]
    fn an_extra_part_costs_no_sheet() {
        let heights = heights();
        let extra = [false, false, true];
        let sheets =
            |room| fill(&heights, &extra, room).into_iter().flatten().map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(sheets(5000.0), [0, 1, 2]);
        // Exactly the parts that have to be there.
        let needed = 300.0 + BETWEEN + 100.0 + 640.0 + 40.0;
        assert_eq!(sheets(needed), [0, 1]);
        assert_eq!(fill(&heights, &extra, needed).len(), 1);
    }

    #[test]
    fn heights_are_those_of_the_drawing() {
        font::load().unwrap();
        let look = Look::default();
        let mut one: Element<'_, ()> = look.body("一行").into();
        let mut three: Element<'_, ()> = look.body("三行".repeat(20)).into();
        let line = look.size.body * 1.3;
        assert!((height(&mut one, 500.0) - line).abs() < 0.5);
        // 40 characters of 32 pixels, 15 on a line of 500.
        assert!((height(&mut three, 500.0) - 3.0 * line).abs() < 0.5);
    }
}
