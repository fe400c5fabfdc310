//! What the widgets look like in every mode.

use crate::gallery::{Gallery, GallerySection, Message};
use bianmin_kiosk::context::{Context, Layout};
use bianmin_kiosk::theme::{Contrast, Mode, TextSize, Tone};
use bianmin_kiosk::widget::keyboard;
use bianmin_locale::Language;
use iced::Size;
use jiff::civil::date;

use crate::picture::{LANDSCAPE, PORTRAIT, assert_golden, chrome, draw};

fn context(language: Language, mode: Mode, size: Size) -> Context {
    let mut ctx = Context::new(language, mode, size, date(2026, 11, 21).at(10, 23, 0, 0));
    ctx.line.place = "便民自助 · 和平社区".into();
    ctx.line.network = (Tone::Warn, "离线可办 · 待上传 3".into());
    ctx.line.printer = Some((Tone::Ok, "打印机正常".into()));
    ctx.line.clock = "11月21日 周六 10:23".into();
    ctx
}

fn check(name: &str, part: GallerySection, ctx: &Context) {
    let gallery = Gallery::new(part);
    let page = gallery.view(ctx).view(ctx, chrome(Message::Pressed));
    assert_golden(name, &draw(page, ctx.look, ctx.size));
}

const LARGE: Mode = Mode { text: TextSize::Large, contrast: Contrast::Standard };

const fn contrast(contrast: Contrast) -> Mode {
    Mode { text: TextSize::Normal, contrast }
}

#[test]
fn widgets_in_portrait_and_landscape() {
    let mode = Mode::default();
    check("gallery-portrait", GallerySection::Cards, &context(Language::ZhCn, mode, PORTRAIT));
    check("gallery-landscape", GallerySection::Cards, &context(Language::ZhCn, mode, LANDSCAPE));
}

#[test]
fn widgets_in_large_text() {
    check("gallery-large", GallerySection::Cards, &context(Language::ZhCn, LARGE, PORTRAIT));
}

#[test]
fn widgets_in_high_contrast() {
    for (name, mode) in [
        ("gallery-black-on-white", Contrast::BlackOnWhite),
        ("gallery-yellow-on-black", Contrast::YellowOnBlack),
    ] {
        check(name, GallerySection::Cards, &context(Language::ZhCn, contrast(mode), PORTRAIT));
    }
}

#[test]
fn the_keyboard_in_every_layout() {
    let mode = Mode::default();
    let pinyin = GallerySection::Fields(keyboard::Mode::Pinyin);
    check("keyboard-portrait", pinyin, &context(Language::ZhCn, mode, PORTRAIT));
    check("keyboard-landscape", pinyin, &context(Language::ZhCn, mode, LANDSCAPE));
    check(
        "keyboard-large-id",
        GallerySection::Fields(keyboard::Mode::IdNumber),
        &context(Language::ZhCn, LARGE, PORTRAIT),
    );
    check(
        "keyboard-white-on-black",
        GallerySection::Fields(keyboard::Mode::Symbols),
        &context(Language::ZhCn, contrast(Contrast::WhiteOnBlack), PORTRAIT),
    );
    let mut low = context(Language::En, mode, PORTRAIT);
    low.layout = Layout::PortraitLow;
    check("keyboard-low", GallerySection::Fields(keyboard::Mode::Digits), &low);
}

#[test]
fn a_dialog_and_a_wait() {
    let ctx = context(Language::ZhCn, Mode::default(), PORTRAIT);
    check("dialog-portrait", GallerySection::Dialog, &ctx);
    check("busy-portrait", GallerySection::Busy, &ctx);
    check("choices-portrait", GallerySection::Choices, &ctx);
}
