//! The ten elements that every guide has, cut into pages.

use bianmin_protocol::catalogue::{MaterialForm, Need, ServiceItem};
use iced::widget::{Column, column, container};
use iced::{Element, Length};

use crate::context::Context;
use crate::screen::item;
use crate::theme::{Look, space};
use crate::widget::card;

/// One element: its name and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideElement {
    /// What the element is called.
    pub title: String,
    /// Its paragraphs.
    pub lines: Vec<String>,
}

/// All ten elements of `item`'s guide, in their fixed order.
pub fn all(ctx: &Context, item: &ServiceItem) -> Vec<GuideElement> {
    let none = || vec![ctx.t("guide-none")];
    let or_none = |lines: &[String]| if lines.is_empty() { none() } else { lines.to_vec() };
    let part = |key: &str, lines: Vec<String>| GuideElement { title: ctx.t(key), lines };
    let steps = numbered(&item.steps);
    vec![
        part("guide-conditions", or_none(&item.conditions)),
        part("guide-materials", materials(ctx, item)),
        part("guide-flow", or_none(&steps)),
        part("guide-limits", limits(ctx, item)),
        part("guide-fees", fees(ctx, item)),
        part("guide-basis", or_none(&item.basis)),
        part("guide-certificate", vec![item::result(ctx, item)]),
        part("guide-forms", forms(ctx, item)),
        part("guide-example", vec![ctx.t("guide-example-hint")]),
        part("guide-notes", notes(ctx, item)),
    ]
}

/// How it goes and what to mind, for those who read no further.
pub fn steps_and_notes(ctx: &Context, item: &ServiceItem) -> Vec<GuideElement> {
    let part = |key: &str, lines: Vec<String>| GuideElement { title: ctx.t(key), lines };
    [part("guide-how", numbered(&item.steps)), part("guide-notes", item.notes.clone())]
        .into_iter()
        .filter(|part| !part.lines.is_empty())
        .collect()
}

fn numbered(lines: &[String]) -> Vec<String> {
    lines.iter().enumerate().map(|(i, line)| format!("{}. {line}", i + 1)).collect()
}

fn materials(ctx: &Context, item: &ServiceItem) -> Vec<String> {
    if item.materials.is_empty() {
        return vec![ctx.t("guide-none")];
    }
    item.materials
        .iter()
        .enumerate()
        .map(|(i, material)| {
            let form = match material.form {
                MaterialForm::Original => ctx.t("material-original"),
                MaterialForm::Copy => ctx.t("material-copy"),
                MaterialForm::Electronic => ctx.t("material-electronic"),
            };
            let need = match material.need {
                Need::Required => ctx.t("material-required"),
                Need::MayFollow => ctx.t("material-may-follow"),
            };
            ctx.t_args(
                "material-line",
                &[
                    ("number", (i + 1).into()),
                    ("name", ctx.text(material.name()).into()),
                    ("form", form.into()),
                    ("pages", material.pages.into()),
                    ("need", need.into()),
                    ("accept", (&material.acceptance).into()),
                ],
            )
        })
        .collect()
}

fn limits(ctx: &Context, item: &ServiceItem) -> Vec<String> {
    let mut lines = vec![ctx.t_args(
        "guide-limit",
        &[
            ("promised", item::limit(ctx, item).into()),
            ("statutory", item::days(ctx, item.statutory_days, item.statutory_day_type).into()),
        ],
    )];
    lines.extend(item.special_procedure.clone());
    lines
}

fn fees(ctx: &Context, item: &ServiceItem) -> Vec<String> {
    if !item.is_fee {
        return vec![ctx.t("item-free")];
    }
    let mut lines = Vec::new();
    for fee in &item.fees {
        lines.push(format!("{}: {}", fee.name, fee.standard));
        lines.extend(fee.reduction.clone());
    }
    lines.extend(item.fee_basis.clone());
    lines
}

fn forms(ctx: &Context, item: &ServiceItem) -> Vec<String> {
    item.form.iter().enumerate().map(|(i, page)| format!("{}. {}", i + 1, ctx.text(page.title()))).collect()
}

fn notes(ctx: &Context, item: &ServiceItem) -> Vec<String> {
    let mut lines = item.notes.clone();
    for faq in &item.faq {
        lines.push(faq.question.clone());
        lines.push(faq.answer.clone());
    }
    lines.push(ctx.t_args(
        "guide-contact",
        &[
            ("address", (&item.address).into()),
            ("hours", (&item.hours).into()),
            ("contact", (&item.contact).into()),
            ("supervision", (&item.supervision).into()),
        ],
    ));
    lines
}

/// How much room text takes, estimated without a font: pages are cut by it,
/// so it is rather too much than too little.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    /// Width of a line in units of the text size.
    ems: f32,
    line: f32,
    title: f32,
    padding: f32,
}

impl Measure {
    /// For cards of `width` logical pixels.
    #[must_use]
    pub fn new(look: Look, width: f32) -> Self {
        Self {
            ems: ((width - 2.0 * space::L) / look.size.body).max(4.0),
            line: look.size.body * 1.3,
            title: look.size.body * 1.3 + space::XS,
            padding: 2.0 * space::M + space::S,
        }
    }

    fn lines(&self, text: &str, ems: f32) -> f32 {
        text.split('\n').map(|line| (card::ems(line) / ems).ceil().max(1.0)).sum()
    }

    /// The height of a paragraph with the gap after it.
    #[must_use]
    pub fn height(&self, text: &str) -> f32 {
        self.lines(text, self.ems) * self.line + space::XS
    }
}

/// Cuts `parts` into pages of at most `room` logical pixels. A part that does
/// not fit goes on on the next page under its title; a paragraph is never cut.
pub fn pages(parts: Vec<GuideElement>, measure: &Measure, room: f32) -> Vec<Vec<GuideElement>> {
    let mut pages: Vec<Vec<GuideElement>> = vec![Vec::new()];
    let mut left = room;
    for GuideElement { title, lines } in parts {
        let mut open = false;
        for line in lines {
            let height = measure.height(&line);
            let begin = measure.title + measure.padding;
            let needed = if open { height } else { height + begin };
            let empty = pages.last().is_none_or(Vec::is_empty);
            if needed > left && !empty {
                pages.push(Vec::new());
                left = room;
                open = false;
            }
            let Some(page) = pages.last_mut() else { break };
            match page.last_mut() {
                Some(part) if open => {
                    part.lines.push(line);
                    left -= height;
                }
                _ => {
                    page.push(GuideElement { title: title.clone(), lines: vec![line] });
                    left -= height + begin;
                    open = true;
                }
            }
        }
    }
    pages
}

/// One element on a card.
pub fn view<'a, M: 'a>(look: Look, part: GuideElement) -> Element<'a, M> {
    let lines = part.lines.into_iter().map(|line| look.body(line).into());
    container(
        column![
            look.strong(part.title).color(look.palette.primary),
            Column::with_children(lines).spacing(space::XS)
        ]
        .spacing(space::XS),
    )
    .padding([space::M, space::L])
    .width(Length::Fill)
    .style(look.card())
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(title: &str, lines: usize) -> GuideElement {
        GuideElement { title: title.into(), lines: (0..lines).map(|i| format!("{title}{i}")).collect() }
    }

    #[test]
    fn every_paragraph_is_on_exactly_one_page_in_order() {
        let parts: Vec<GuideElement> = (0..10).map(|i| part(&i.to_string(), i * 3 + 1)).collect();
        let wanted: Vec<String> = parts.iter().flat_map(|p| p.lines.clone()).collect();
        for room in [1.0, 200.0, 700.0, 5000.0] {
            let measure = Measure::new(Look::default(), 1000.0);
            let pages = pages(parts.clone(), &measure, room);
            let shown: Vec<String> = pages.iter().flatten().flat_map(|p| p.lines.clone()).collect();
            assert_eq!(shown, wanted);
            assert!(pages.iter().all(|page| !page.is_empty()));
        }
    }

    #[test]
    fn a_part_that_goes_on_keeps_its_title() {
        let measure = Measure::new(Look::default(), 1000.0);
        let pages = pages(vec![part("a", 40)], &measure, 600.0);
        assert!(pages.len() > 1);
        assert!(pages.iter().all(|page| page[0].title == "a"));
    }
}
