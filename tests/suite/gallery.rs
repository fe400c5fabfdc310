//! Every widget in every state on one page, for pictures: what a developer looks at after a change.

use iced::widget::{column, qr_code, row};
use iced::{Alignment, Length};

use bianmin_kiosk::context::Context;
use bianmin_kiosk::icon::Icon;
use bianmin_kiosk::theme::{Tone, space};
use bianmin_kiosk::widget::{
    Board, Field, Keyboard, Page, Pager, busy, button, card, check, chip, choice, keyboard, notice, qr, tile,
    tile_small,
};

/// A press of anything in the gallery; nothing follows from it.
#[derive(Debug, Clone)]
pub enum Message {
    /// Something was pressed.
    Pressed,
}

/// Which part of the gallery is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GallerySection {
    /// Tiles, rows, chips, notices, icons, a QR code.
    Cards,
    /// Choices, buttons and a pager.
    Choices,
    /// Fields and the keyboard in this mode.
    Fields(keyboard::Mode),
    /// A wait.
    Busy,
    /// A dialog over a page.
    Dialog,
}

/// The gallery.
#[derive(Debug)]
pub struct Gallery {
    part: GallerySection,
    qr: Option<qr::Data>,
}

impl Gallery {
    /// Shows `part`.
    #[must_use]
    pub fn new(part: GallerySection) -> Self {
        Self { part, qr: qr_code::Data::new("https://example.invalid/r/HP07-1121-0036-5").ok() }
    }

    /// Draws the part.
    pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        match self.part {
            GallerySection::Cards => self.cards(ctx),
            GallerySection::Choices => choices(ctx),
            GallerySection::Fields(mode) => fields(ctx, mode),
            GallerySection::Busy => Page::new(
                "正在办理",
                busy::view(ctx.look, "正在登记，请稍等", Some("一般不到 3 秒".into()), ctx.second),
            ),
            GallerySection::Dialog => self.cards(ctx).dialog(
                column![
                    ctx.look.title("还在吗？"),
                    ctx.look.body("28 秒后自动退出，并清除您的信息。"),
                    button::primary(ctx.look, "继续办理", Some(Message::Pressed)),
                    button::secondary(ctx.look, Some(Icon::Exit), "现在退出", Some(Message::Pressed)),
                ]
                .spacing(space::L),
            ),
        }
    }

    fn cards<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        let look = ctx.look;
        let p = || Message::Pressed;
        let body = column![
            row![
                tile(look, Icon::Document, "我要办事", "查指南、填表、提交", p()),
                tile(look, Icon::Progress, "查进度", "凭回执号或二维码", p()),
            ]
            .spacing(space::M),
            row![
                tile_small(look, "户籍身份证", p()),
                tile_small(look, "社会保险", p()),
                tile_small(look, "不动产住房", p()),
            ]
            .spacing(space::M),
            card::row_card(
                look,
                "城乡居民基本养老保险参保登记",
                "承诺 3 个工作日 · 不收费",
                vec![(Tone::Info, "可申请".into()), (Tone::Ok, "就近立办".into())],
                1,
                p()
            ),
            row(Tone::ALL.map(|tone| chip(look, tone, "等待网络"))).spacing(space::S),
            notice(
                look,
                Tone::Info,
                Icon::IdCard,
                "把身份证放在读卡区，表格自动填好",
                Some("也可手工输入。事项目录更新于 11月20日 18:00，共 490 项".into())
            ),
            notice(look, Tone::Warn, Icon::Alert, "请取走身份证和回执。", None),
        ]
        .spacing(space::M);
        let aside = column![
            row(Icon::ALL.iter().map(|icon| icon.view(44.0, look.palette.ink).into()))
                .spacing(space::S)
                .wrap(),
        ]
        .push(self.qr.as_ref().map(|data| qr::view(data, 220.0)))
        .spacing(space::M)
        .align_x(Alignment::Center);
        Page::new("全部部件", body)
            .subtitle("只给开发人员看")
            .steps(["须知", "身份", "填表", "材料", "确认"].map(String::from).to_vec(), 2)
            .aside(aside)
            .back(p())
            .primary("下一步", Some(p()))
    }
}

fn choices(ctx: &Context) -> Page<'_, Message> {
    let look = ctx.look;
    let p = || Message::Pressed;
    let body = column![
        row![
            choice(look, "本人办理", None, true, p()),
            choice(look, "帮别人办", Some("需要对方同意".into()), false, p()),
        ]
        .spacing(space::M),
        check(look, "我已经阅读告知", None, true, p()),
        check(look, "同意发送短信通知", Some("只用于这件事".into()), false, p()),
        row![
            button::secondary(look, Some(Icon::Printer), "再打一张", Some(p())),
            button::secondary(look, None, "发到手机", None),
        ]
        .spacing(space::M),
        button::primary(look, "下一步", None),
    ]
    .push(Pager::new(24, 5, 1).view(look, &ctx.texts, |_| p()))
    .spacing(space::M);
    Page::new("这次是替谁办？", body).back(p()).primary("下一步", None)
}

fn fields(ctx: &Context, mode: keyboard::Mode) -> Page<'_, Message> {
    let look = ctx.look;
    let body = column![
        Field { source: Some("来自身份证".into()), ..Field::new("姓名", "张三") }.view(look, None),
        Field {
            error: Some("还差 1 位：手机号码是 11 位数字".into()),
            ..Field::new("手机号码", "138 0000 000")
        }
        .view(look, Some(Message::Pressed)),
        Field {
            focused: true,
            hint: Some("写到门牌号，例如“建设路 12 号 3 单元 501 室”".into()),
            ..Field::new("详细地址", "建设")
        }
        .view(look, Some(Message::Pressed)),
    ]
    .width(Length::Fill)
    .spacing(space::L);
    let board = Board {
        mode,
        composition: "jian she lu".into(),
        candidates: ["建设路", "建设", "健身路", "见", "件", "剑", "健", "间"].map(String::from).to_vec(),
        more: true,
    };
    let labels = keyboard::Labels::new(&ctx.texts);
    Page::new("现在住在哪里？", body)
        .subtitle("城乡居民基本养老保险参保登记 · 第 2 页，共 4 页")
        .steps(["须知", "身份", "填表", "材料", "确认"].map(String::from).to_vec(), 2)
        .keyboard(Keyboard::new(look, labels, board, ctx.keyboard_height(), |_| Message::Pressed))
        .back(Message::Pressed)
        .primary("下一步", Some(Message::Pressed))
}
