//! How the receipt is drawn: the number stands always, what happens next goes on on the next sheet where it has to.

use bianmin_terminal::ledger::{OutboxState, Outlet};
use bianmin_terminal::slip::qr_caption;
use bianmin_terminal::transfer::{NextStep, StepKind, Transfer, next_steps};
use iced::widget::text::Wrapping;
use iced::widget::{Space, column, container, row};
use iced::{Alignment, Background, Border, Element, Length};

use super::{Message, Paper, Receipt};
use crate::context::{Context, Layout};
use crate::font;
use crate::icon::Icon;
use crate::screen::paper::{self, NotPrinted};
use crate::theme::{Tone, space};
use crate::widget::sheets::{self, SheetPart};
use crate::widget::{Page, button, chip, notice, qr};

/// The side of the code in logical pixels.
const CODE: f32 = 308.0;
/// As large as the number can be beside the code on a portrait panel, in every size of text.
const NUMBER_SIZE: f32 = 52.0;

/// One step of what happens next.
struct Step {
    tone: Tone,
    title: String,
    mark: Option<String>,
    detail: String,
}

impl Receipt {
    /// Draws the screen.
    pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        let paper = self.paper();
        let (title, is_held) = (self.title(ctx), self.is_held());
        let primary = if paper.is_trouble() && !self.noted {
            (ctx.t("receipt-noted"), Message::Noted)
        } else {
            (ctx.t("receipt-more"), Message::More)
        };
        let page = if ctx.is_landscape() {
            let parts = self.parts(ctx, paper, false);
            // A title of two lines leaves no room under the number either.
            if ctx.look.is_large() || is_held {
                let aside = column![parts, self.leave(ctx)].spacing(space::M);
                Page::new(title, self.number(ctx)).aside(aside)
            } else {
                let top = Space::new().height(Length::Fill);
                let left = column![self.number(ctx), top, self.leave(ctx)].spacing(space::M);
                Page::new(title, left).aside(parts)
            }
        } else {
            // The number stays while the steps are paged; the low layout has no room for both, nor for a title.
            let is_low = ctx.layout == Layout::PortraitLow;
            let number = (!is_low).then(|| self.number(ctx));
            let body = column![].push(number).push(self.parts(ctx, paper, is_low)).push(self.leave(ctx));
            let body = body.spacing(space::M);
            if is_low {
                return Page::new("", body).primary(primary.0, Some(primary.1));
            }
            Page::new(title, body)
        };
        let (tone, icon) = self.badge();
        page.subtitle(self.sent(ctx)).large_title().badge(tone, icon).primary(primary.0, Some(primary.1))
    }

    /// Whether it goes no further by itself.
    fn is_held(&self) -> bool {
        self.transfer() == Transfer::Stranded
    }

    fn badge(&self) -> (Tone, Icon) {
        if self.is_held() { (Tone::Warn, Icon::Alert) } else { (Tone::Ok, Icon::Check) }
    }

    fn title(&self, ctx: &Context) -> String {
        ctx.t(match self.paper() {
            // Where it goes no further by itself, that comes before what the paper does.
            _ if self.is_held() => "receipt-title-stranded",
            Paper::Printing => "receipt-printing",
            Paper::Waiting(_) => "receipt-paper-waits",
            Paper::Printed => "receipt-printed",
            Paper::Failed(_) | Paper::Unknown | Paper::NoPrinter => "receipt-not-printed",
        })
    }

    /// Everything but the countdown. What to do about the paper stands nearest to the number.
    fn parts<'a>(&'a self, ctx: &'a Context, paper: Paper, with_number: bool) -> Element<'a, Message> {
        let make = move || {
            let head = with_number.then(|| {
                let (tone, icon) = self.badge();
                let title = notice(ctx.look, tone, icon, self.title(ctx), Some(self.sent(ctx)));
                [SheetPart::whole(title), SheetPart::Whole(self.number(ctx))]
            });
            let take = is_tight(ctx)
                .then(|| SheetPart::whole(notice(ctx.look, Tone::Warn, Icon::Exit, self.take(ctx), None)));
            let trouble = paper_notice(ctx, &paper).map(SheetPart::Whole);
            let gap = if ctx.is_landscape() { space::S } else { space::M };
            let next =
                SheetPart::card(Some(ctx.look.section(ctx.t("slip-next")).into()), self.next(ctx), gap);
            let buttons = self.buttons(ctx, &paper).map(SheetPart::Whole);
            // Where no paper came, another try stands by the reason.
            let is_near = paper.is_trouble() && !matches!(paper, Paper::Waiting(_));
            let (again, buttons) = if is_near { (buttons, None) } else { (None, buttons) };
            head.into_iter()
                .flatten()
                .chain(trouble)
                .chain(again)
                .chain([next])
                .chain(take)
                .chain(buttons)
                .collect()
        };
        sheets::view(ctx, self.page, make, Message::Turned)
    }

    /// What can be had on paper; nothing where there is no printer.
    fn buttons<'a>(&'a self, ctx: &Context, paper: &Paper) -> Option<Element<'a, Message>> {
        let look = ctx.look;
        let again = (!matches!(paper, Paper::Printing | Paper::Waiting(_))).then_some(Message::Again);
        let again = (*paper != Paper::NoPrinter).then(|| match self.refused {
            None => button::secondary(look, Some(Icon::Printer), ctx.t("receipt-again"), again),
            Some(reason) => {
                // Later is not too soon any more.
                let again = again.filter(|_| reason == NotPrinted::TooSoon);
                button::secondary(look, Some(Icon::Printer), reason.words(ctx), again)
            }
        });
        let language = ctx.texts.language();
        let form = self.facts.form.as_ref().and_then(|_| {
            let can = self.services.terminal().devices().can_print(Outlet::Page);
            self.form.button(ctx, can, ctx.t("receipt-form"))
        });
        let form = form.map(|form| Element::from(form).map(move |message| Message::Form(language, message)));
        let any = again.is_some() || form.is_some();
        any.then(|| row![].push(again).push(form).spacing(space::M).into())
    }

    /// Where the application is, in one line.
    fn sent(&self, ctx: &Context) -> String {
        ctx.t(&format!("receipt-{}", self.transfer().key()))
    }

    fn transfer(&self) -> Transfer {
        let outbox = self.standing.as_ref().and_then(|standing| standing.outbox);
        self.services.terminal().applications().transfer(outbox.unwrap_or(OutboxState::Waiting))
    }

    fn number<'a>(&'a self, ctx: &Context) -> Element<'a, Message> {
        let look = ctx.look;
        let accepted = &self.facts.accepted;
        let name = ctx.text(self.facts.item.name()).to_owned();
        let time = self.services.local(accepted.accepted_at);
        let time = ctx.t_args(
            "apply-moment",
            &[
                ("month", time.month().into()),
                ("day", time.day().into()),
                ("time", format!("{:02}:{:02}", time.hour(), time.minute()).into()),
            ],
        );
        let fact = |name: &str, value: String| column![look.hint(ctx.t(name)), look.body(value)].spacing(2);
        let applicant = &self.facts.slip.applicant;
        let who = (!applicant.is_empty()).then(|| fact("slip-applicant", applicant.clone()));
        let words = column![
            column![
                look.hint(ctx.t("slip-registration")),
                // Two groups a line would tear it; it is the one thing to write down.
                look.title(accepted.registration.to_string()).wrapping(Wrapping::None).size(NUMBER_SIZE),
            ]
            .spacing(2),
            column![look.hint(ctx.t("slip-item")), look.strong(name)].spacing(2),
            row![].push(who).push(fact("slip-time", time)).spacing(space::XL),
        ]
        .spacing(space::M)
        .width(Length::Fill);
        let code = self.code.as_ref().map(|code| {
            column![qr::view(code, CODE), look.caption(ctx.t(qr_caption(self.transfer())))]
                .spacing(space::XS)
                .align_x(Alignment::Center)
        });
        container(row![words].push(code).spacing(space::L).align_y(Alignment::Center))
            .padding([space::L, space::L])
            .width(Length::Fill)
            .style(look.card())
            .into()
    }

    /// What happens next: tone, title, mark and detail of each step.
    fn steps(&self, ctx: &Context) -> Vec<Step> {
        let transfer = self.transfer();
        let tone = match transfer {
            Transfer::Received => Tone::Ok,
            Transfer::Sending => Tone::Info,
            Transfer::Waiting => Tone::Warn,
            Transfer::Stranded | Transfer::SetAside => Tone::Bad,
        };
        let bring = self.facts.slip.to_bring.iter().map(|material| {
            let name = ctx.text(material.name());
            ctx.t_args("slip-bring-item", &[("name", name.into()), ("days", material.due_days.into())])
        });
        let bring: Vec<String> = bring.collect();
        let steps = next_steps(ctx.texts, &self.facts.slip, transfer).into_iter();
        steps
            .map(|NextStep { kind, title, detail }| {
                let (tone, mark, detail) = match kind {
                    StepKind::Send => (tone, Some(format!("receipt-chip-{}", transfer.key())), detail),
                    StepKind::Bring => (Tone::Warn, Some("material-may-follow".to_owned()), bring.join("\n")),
                    StepKind::Receive | StepKind::Pay | StepKind::Result => (Tone::Info, None, detail),
                };
                Step { tone, title, mark: mark.map(|mark| ctx.t(&mark)), detail }
            })
            .collect()
    }

    fn next<'a>(&self, ctx: &Context) -> Vec<Element<'a, Message>> {
        let look = ctx.look;
        let steps = self.steps(ctx).into_iter().enumerate().map(|(index, step)| {
            let side = look.size.title;
            let ground = look.palette.tone(step.tone);
            let number = look.hint((index + 1).to_string()).color(look.palette.on_primary).font(font::BOLD);
            let number = container(number).center_x(side).center_y(side).style(move |_| container::Style {
                background: Some(Background::Color(ground)),
                border: Border { radius: side.into(), ..Border::default() },
                ..container::Style::default()
            });
            // A mark that finds no room beside its title stands under it.
            let title = row![look.strong(step.title)]
                .push(step.mark.map(|words| chip(look, step.tone, words)))
                .spacing(space::M)
                .align_y(Alignment::Center)
                .wrap()
                .vertical_spacing(space::XS);
            row![number, column![title, look.hint(step.detail)].spacing(2).width(Length::Fill)]
                .spacing(space::M)
                .into()
        });
        steps.collect()
    }

    /// When it leaves by itself, and the way to leave now: not in the bar, where the application was handed in.
    fn leave<'a>(&'a self, ctx: &Context) -> Element<'a, Message> {
        let look = ctx.look;
        let hint = ctx.t_args("receipt-leaves", &[("seconds", self.left.into())]);
        let done = button::secondary(look, None, ctx.t("receipt-done"), Some(Message::Done));
        let words: Element<'a, Message> = if is_tight(ctx) {
            look.hint(hint).width(Length::Fill).into()
        } else {
            notice(look, Tone::Warn, Icon::Exit, self.take(ctx), Some(hint)).into()
        };
        row![words, done.width(look.size.body * 8.0)].spacing(space::M).align_y(Alignment::Center).into()
    }

    /// What not to forget.
    fn take(&self, ctx: &Context) -> String {
        let printed = self.paper() == Paper::Printed;
        ctx.t(if printed { "receipt-take" } else { "receipt-take-no-paper" })
    }
}

/// Whether there is no room beside what is paged for more than the countdown.
fn is_tight(ctx: &Context) -> bool {
    ctx.layout == Layout::PortraitLow || ctx.look.is_large()
}

/// What is wrong with the paper, and what to do.
fn paper_words(ctx: &Context, paper: &Paper) -> Option<(String, String)> {
    let (title, hint) = match paper {
        Paper::Printing | Paper::Printed => return None,
        Paper::Waiting(reason) => {
            let why = paper::why(ctx, *reason);
            (ctx.t_args("receipt-paper-waiting", &[("why", why.into())]), "receipt-paper-waiting-hint")
        }
        Paper::Failed(reason) => {
            let why = NotPrinted::Failed(*reason).words(ctx);
            (ctx.t_args("receipt-paper-failed", &[("why", why.into())]), "receipt-paper-instead")
        }
        Paper::Unknown => (ctx.t("receipt-paper-unknown"), "receipt-paper-unknown-hint"),
        Paper::NoPrinter => (ctx.t("receipt-paper-none"), "receipt-paper-instead"),
    };
    Some((title, ctx.t(hint)))
}

fn paper_notice<'a>(ctx: &Context, paper: &Paper) -> Option<Element<'a, Message>> {
    let (title, hint) = paper_words(ctx, paper)?;
    Some(notice(ctx.look, Tone::Warn, Icon::Camera, title, Some(hint)).into())
}
