//! Texts of every kind end up on the paper, whole and inside its edges.

use bianmin_document::{
    Block, Density, Document, Fonts, Item, Layout, LayoutError, Media, Renderer, Row, Step, TextRun,
    missing_glyphs,
};
use proptest::prelude::*;

use crate::example;

fn lay_out(document: &Document, media: Media) -> Layout {
    Renderer::new(Fonts::bundled()).layout(document, media).unwrap()
}

fn runs(layout: &Layout) -> Vec<&TextRun> {
    let items = layout.pages.iter().flat_map(|page| &page.items);
    items.filter_map(|item| if let Item::Text(run) = item { Some(run) } else { None }).collect()
}

/// Every block there is, with `text` everywhere.
fn everything(text: &str) -> Document {
    let text = || text.to_owned();
    Document::new("zh-CN")
        .with(Block::reprint(text()))
        .with(Block::Mark)
        .with(Block::title(text()))
        .with(Block::subtitle(text()))
        .with(Block::big_number(text(), text()))
        .with(Block::Rows { rows: vec![Row::new(text(), text()), Row::strong(text(), text())] })
        .with(Block::heading(text()))
        .with(Block::paragraph(text()))
        .with(Block::Notice { title: Some(text()), text: text() })
        .with(Block::Steps { steps: vec![Step::new(text(), text()).chip(text()), Step::new(text(), text())] })
        .with(Block::Bullets { items: vec![text(), text()] })
        .with(Block::Checklist {
            entries: vec![Step::new(text(), text()).chip(text()), Step::new(text(), "")],
        })
        .with(Block::Table { head: vec![text(), text(), text()], rows: vec![vec![text(), text(), text()]] })
        .with(Block::Fields { rows: vec![Row::new(text(), text()), Row::strong(text(), text())] })
        .with(Block::Terms { rows: vec![Row::new(text(), text()), Row::new(text(), "")] })
        .with(Block::Signature { labels: vec![text(), text(), text()] })
        .with(Block::qr("https://bianmin.example.cn/", text()))
        .with(Block::Rule)
        .with(Block::footer(text()))
}

fn assert_inside(layout: &Layout) {
    for page in &layout.pages {
        for item in &page.items {
            let (x, right, y, bottom) = match item {
                Item::Text(run) => {
                    let end = run.glyphs.iter().map(|glyph| glyph.x).fold(0.0, f32::max);
                    (run.x, run.x + end, run.y - run.size, run.y)
                }
                Item::Fill { rect, .. } | Item::Frame { rect, .. } | Item::Mark(rect) => {
                    (rect.x, rect.x + rect.w, rect.y, rect.y + rect.h)
                }
                Item::Qr(mark) => {
                    let side = (mark.code.side() as u32 * mark.module) as f32;
                    (mark.x, mark.x + side, mark.y, mark.y + side)
                }
            };
            assert!(x >= 0.0 && right <= page.width + 0.5, "{:?}: {x}..{right}", layout.media);
            assert!(y >= -8.0 && bottom <= page.height, "{:?}: {y}..{bottom}", layout.media);
        }
    }
}

#[test]
fn characters_without_a_glyph_are_noticed_and_drawn_as_their_code_point() {
    let rows = vec![Row::strong("申请人", "䶮𠮷𪚥𪚥")];
    let document = Document::new("zh-CN").with(Block::Rows { rows });
    assert_eq!(missing_glyphs(&document, &Fonts::bundled()), ['𪚥']);
    let layout = lay_out(&document, Media::Roll58);
    let boxes: Vec<&TextRun> = runs(&layout).into_iter().filter(|run| run.stands_for.is_some()).collect();
    assert_eq!(boxes.len(), 2);
    assert!(boxes.iter().all(|run| run.text == "2A6A5" && run.stands_for == Some('𪚥')));
    // No glyph that is drawn is the face's own box for "nothing".
    assert!(runs(&layout).iter().all(|run| run.glyphs.iter().all(|glyph| glyph.id != 0)));
}

#[test]
fn an_ordinary_receipt_lacks_nothing() {
    assert!(missing_glyphs(&example::receipt(), &Fonts::bundled()).is_empty());
}

#[test]
fn no_line_starts_with_a_closing_mark() {
    let closing = "，。、；：？！）》」』】”’…";
    let text = "按照《示例办法》的规定，申请人（含代办人）应当提交：身份证、户口簿、照片；逾期的，视为撤回！"
        .repeat(4);
    for media in [Media::Roll58, Media::Roll80, Media::A4] {
        let layout = lay_out(&Document::new("zh-CN").with(Block::paragraph(text.as_str())), media);
        let lines: Vec<String> = runs(&layout).iter().map(|run| run.text.clone()).collect();
        assert!(lines.len() > 2);
        assert!(lines.iter().all(|line| !closing.contains(line.chars().next().unwrap())), "{lines:#?}");
        if media != Media::A4 {
            assert_eq!(lines.concat(), text, "nothing is lost at a break");
        }
    }
}

#[test]
fn the_last_line_is_not_a_single_character() {
    for count in 10..60 {
        let layout =
            lay_out(&Document::new("zh-CN").with(Block::paragraph("办".repeat(count))), Media::Roll80);
        let last = runs(&layout).last().unwrap().text.chars().count();
        assert!(last > 1, "{count} characters end in a line of {last}");
    }
}

#[test]
fn a_word_wider_than_the_paper_is_broken_not_cut_off() {
    let word = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".repeat(8);
    for media in [Media::Roll58, Media::Roll80, Media::A4] {
        let layout = lay_out(&everything(&word), media);
        assert_inside(&layout);
        let drawn: String = runs(&layout).iter().map(|run| run.text.as_str()).collect();
        assert!(drawn.matches('Z').count() >= 8 * 17, "{media:?}");
    }
}

#[test]
fn the_number_fills_the_width_on_every_roll() {
    for media in [Media::Roll58, Media::Roll80] {
        let layout = lay_out(&example::receipt(), media);
        let number = runs(&layout).into_iter().find(|run| run.text == example::NUMBER).unwrap().clone();
        let end = number.x + number.glyphs.last().unwrap().x;
        assert!(end > media.dots() as f32 * 0.88, "{media:?}: {end}");
        let body = runs(&layout).into_iter().find(|run| run.text == "申请人").unwrap().size;
        assert!(body >= 24.0 && number.size > 1.4 * body);
    }
}

/// Found by chance once: blanks that hang over at the end of a line took the frame of a chip off the paper.
#[test]
fn a_chip_stays_on_the_paper_whatever_hangs_over() {
    for media in [Media::Roll58, Media::Roll80, Media::A4] {
        assert_inside(&lay_out(&everything("\0aاaا一اا\0\0\t\u{85}"), media));
    }
}

/// A head of 180 dpi: as large on the paper, a code's modules whole dots in the middle of where they were.
#[test]
fn a_coarser_head_gets_the_same_paper_in_its_own_dots() {
    let layout = lay_out(&example::receipt(), Media::Roll80);
    let coarse = layout.clone().at(Density::Dpi180);
    assert_inside(&coarse);
    assert!(coarse.pages[0].width <= 512.0);
    let millimetres = |layout: &Layout, dpi: f32| layout.pages[0].height / dpi * 25.4;
    assert!((millimetres(&layout, 203.2) - millimetres(&coarse, 180.0)).abs() < 0.2);
    let size = |layout: &Layout| runs(layout).iter().map(|run| run.size).fold(0.0, f32::max);
    assert!((size(&layout) / 203.2 - size(&coarse) / 180.0).abs() < 0.001);
    let code = |layout: &Layout| {
        let mut codes = layout.pages[0].items.iter().filter_map(|item| match item {
            Item::Qr(mark) => {
                Some((mark.x + (mark.module as usize * mark.code.side()) as f32 / 2.0, mark.module))
            }
            _ => None,
        });
        codes.next().unwrap()
    };
    let ((middle, module), (coarse_middle, coarse_module)) = (code(&layout), code(&coarse));
    assert!((middle * 180.0 / 203.2 - coarse_middle).abs() <= 0.5, "{middle} {coarse_middle}");
    assert!(coarse_module as f32 <= module as f32 * 180.0 / 203.2 && coarse_module > 0);
}

#[test]
fn what_cannot_be_printed_is_refused() {
    let mut renderer = Renderer::new(Fonts::bundled());
    let qr = Document::new("zh-CN").with(Block::qr("x".repeat(3000), ""));
    assert_eq!(renderer.layout(&qr, Media::Roll80).unwrap_err(), LayoutError::QrTooLong { bytes: 3000 });
    let long = Document::new("zh-CN").with(Block::paragraph("长".repeat(50_000)));
    assert_eq!(renderer.layout(&long, Media::A4).unwrap_err(), LayoutError::TooLong);
    let tall = Document::new("zh-CN").with(Block::paragraph("\n".repeat(1_000)));
    assert_eq!(renderer.layout(&tall, Media::Roll58).unwrap_err(), LayoutError::TooLong);
    let rows = vec![Row::new("长", "值".repeat(9_000))];
    let pages = renderer.layout(&Document::new("zh-CN").with(Block::Rows { rows }), Media::A4).unwrap();
    assert!(pages.pages.len() > 4);
    assert_inside(&pages);
    let drawn: usize = runs(&pages).iter().map(|run| run.text.matches('值').count()).sum();
    assert_eq!(drawn, 9_000);
}

#[test]
fn debug_output_says_nothing_about_the_resident() {
    let document = example::receipt();
    let layout = lay_out(&document, Media::Roll80);
    let shown = format!("{document:?} {:?} {layout:?}", document.blocks);
    for text in document.texts().chain([example::link().as_str()]) {
        assert!(!shown.contains(text), "{text}");
    }
}

#[test]
fn a_document_survives_being_stored() {
    let document = everything("示例");
    let json = serde_json::to_string(&document).unwrap();
    assert!(serde_json::from_str::<Document>(&json).unwrap() == document);
}

#[test]
fn a_renderer_can_move_to_a_worker() {
    fn is_send<T: Send>() {}
    is_send::<Renderer>();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_is_laid_out_inside_the_paper(text in "\\PC{0,40}|[\\x00-\\x20\u{85}\u{2028}\u{2029}\u{202e}\u{202b}ا一a]{0,40}") {
        for media in [Media::Roll58, Media::A4] {
            let layout = lay_out(&everything(&text), media);
            assert_inside(&layout);
            let mut renderer = Renderer::new(Fonts::bundled());
            prop_assert!(renderer.raster(&layout).height() > 0);
            prop_assert!(renderer.pdf(&layout).is_ok());
        }
    }
}
