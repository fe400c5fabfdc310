//! The receipt: the number, the code, what happens next, and what is true of the paper. It leaves by itself.
//!
//! It says that something was printed, sent or received only when the terminal knows it.

use std::hash::{Hash as _, Hasher};
use std::sync::Arc;

use bianmin_locale::Language;
use bianmin_protocol::application::ApplicationBody;
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::config::Printer as Configured;
use bianmin_terminal::device::printer::Status as Printer;
use bianmin_terminal::ledger::{Accepted, JobState, OutboxState, Outlet, SlipFacts};
use bianmin_terminal::slip::qr_caption;
use bianmin_terminal::transfer::{NextStep, StepKind, Transfer, next_steps};
use iced::futures::stream;
use iced::widget::qr_code::{Data, ErrorCorrection};
use iced::widget::{Column, Space, column, container, responsive, row};
use iced::{Alignment, Background, Border, Element, Length, Task, task};

use crate::context::{Context, named};
use crate::font;
use crate::icon::Icon;
use crate::services::{Services, Standing};
use crate::theme::{Tone, space};
use crate::widget::{Page, Pager, button, chip, notice, qr};

use super::apply::room;
use super::paper;

/// What the receipt is about, taken before the answers are wiped; the applicant is masked.
#[derive(Clone)]
pub struct Facts {
    /// The item.
    pub item: Arc<ServiceItem>,
    /// What the paper says of it.
    pub slip: SlipFacts,
    /// Number, token and time.
    pub accepted: Accepted,
    /// What was handed in, where it can be had on paper; it goes with the screen.
    pub form: Option<Arc<ApplicationBody>>,
}

impl std::fmt::Debug for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Facts({})", self.accepted.registration)
    }
}

/// A receipt on the screen.
pub struct Receipt {
    services: Services,
    facts: Facts,
    code: Option<Data>,
    standing: Option<Standing>,
    /// Seconds until it leaves.
    left: u32,
    whole: u32,
    page: usize,
    /// Whether the number was written down or photographed.
    noted: bool,
    /// Whether it was asked for once before leaving.
    asked: bool,
    form: paper::Paper,
    /// Why there is no further one now.
    refused: Option<&'static str>,
    /// Ends the watching with the screen.
    watching: Option<task::Handle>,
}

impl std::fmt::Debug for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receipt")
            .field("registration", &self.facts.accepted.registration)
            .field("standing", &self.standing)
            .finish_non_exhaustive()
    }
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// It stands differently now.
    Stands(RegistrationNumber, Standing),
    /// Print it once more.
    Again,
    /// That was ordered (or not).
    Ordered(RegistrationNumber, Option<&'static str>),
    /// The form on paper.
    Form(Language, paper::Message),
    /// Another page.
    Turned(usize),
    /// The number was written down or photographed.
    Noted,
    /// Do something else in this session.
    More,
    /// I am done.
    Done,
}

/// What follows.
#[derive(Debug)]
pub enum Action {
    /// Nothing else.
    None,
    /// Work for the background.
    Run(Task<Message>),
    /// The first screen, in this session.
    Home,
    /// The session is over.
    End,
}

impl Receipt {
    /// Anybody needs this long to take a receipt, whatever is configured.
    const LEAST: u32 = 20;

    /// The receipt, and the work that watches how it stands.
    pub fn new(services: Services, facts: Facts) -> (Self, Task<Message>) {
        let accepted = &facts.accepted;
        // The least correction makes the largest squares, which is what a phone needs from a screen.
        let code = Data::with_error_correction(&accepted.url, ErrorCorrection::Low).ok();
        let whole = services.terminal().config().session.receipt_seconds.max(Self::LEAST);
        let mut new = Self {
            services,
            facts,
            code,
            standing: None,
            left: whole,
            whole,
            page: 0,
            noted: false,
            asked: false,
            form: paper::Paper::default(),
            refused: None,
            watching: None,
        };
        let watch = new.watch();
        (new, watch)
    }

    fn watch(&mut self) -> Task<Message> {
        let registration = self.facts.accepted.registration.clone();
        let watch = self.services.watch(registration.clone());
        let standings = stream::unfold(watch, |mut watch| async move {
            let standing = watch.next().await?;
            Some((standing, watch))
        });
        let told = move |standing| Message::Stands(registration.clone(), standing);
        let (task, handle) = Task::run(standings, told).abortable();
        self.watching = Some(handle.abort_on_drop());
        task
    }

    /// What follows from `message`.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Stands(number, standing) if number == self.facts.accepted.registration => {
                // Whoever waits for a printer is not sent away meanwhile.
                let waits = matches!(&standing.print, Some((JobState::Sent, Some(_))));
                self.standing = Some(standing);
                self.left = self.whole * if waits { 5 } else { 1 };
            }
            Message::Again => {
                let number = self.facts.accepted.registration.clone();
                self.left = self.whole;
                return Action::Run(Task::perform(self.services.reprint(number.clone()), move |ordered| {
                    Message::Ordered(number.clone(), ordered.err())
                }));
            }
            Message::Form(language, message) => {
                self.left = self.whole;
                let facts = &self.facts;
                let order = |services: &Services| {
                    let number = Some(facts.accepted.registration.clone());
                    services.print_form(Arc::clone(&facts.item), facts.form.clone(), number, language)
                };
                let task = self.form.update(message, &self.services, order);
                return task.map_or(Action::None, |task| {
                    Action::Run(task.map(move |message| Message::Form(language, message)))
                });
            }
            // The journal tells what becomes of it.
            Message::Ordered(number, refused) if number == self.facts.accepted.registration => {
                self.refused = refused;
            }
            Message::Stands(..) | Message::Ordered(..) => {}
            Message::Turned(page) => self.page = page,
            Message::Noted => self.noted = true,
            Message::More => return Action::Home,
            Message::Done => return Action::End,
        }
        Action::None
    }

    /// Whether to ask before it is left, because the number would be lost: once.
    pub fn asks(&mut self) -> bool {
        let asks = !self.asked && !self.noted && self.paper() != Paper::Printed;
        self.asked |= asks;
        asks
    }

    pub(super) fn tell_page(&self, page: &mut impl Hasher) {
        self.noted.hash(page);
    }

    /// Somebody touched the screen.
    pub const fn touched(&mut self) {
        self.left = self.whole;
    }

    /// A second went by; true when the receipt leaves.
    pub const fn second(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left == 0
    }

    /// The number on it.
    #[must_use]
    pub const fn registration(&self) -> &RegistrationNumber {
        &self.facts.accepted.registration
    }

    /// What is known of paper and hall; none until the ledger was asked.
    #[must_use]
    pub const fn standing(&self) -> Option<&Standing> {
        self.standing.as_ref()
    }

    fn paper(&self) -> Paper {
        let (state, reason) = match self.standing.as_ref().and_then(|standing| standing.print.as_ref()) {
            Some((state, reason)) => (*state, reason.as_deref()),
            None => (JobState::Intent, None),
        };
        let terminal = self.services.terminal();
        let absent = matches!(terminal.config().printer, Configured::None)
            || terminal.status().printer == Printer::Absent;
        match (state, reason) {
            (_, Some("absent")) => Paper::NoPrinter,
            (JobState::Intent, _) if absent => Paper::NoPrinter,
            (JobState::Sent, Some(reason)) => Paper::Waiting(reason.to_owned()),
            (JobState::Intent | JobState::Sent, _) => Paper::Printing,
            (JobState::Printed, _) => Paper::Printed,
            (JobState::Failed, reason) => Paper::Failed(reason.map(str::to_owned)),
            (JobState::Unknown, _) => Paper::Unknown,
        }
    }

    /// Draws the screen.
    pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        let look = ctx.look;
        let paper = self.paper();
        let is_held = self.transfer() == Transfer::Stranded;
        let title = ctx.t(match paper {
            // Where it goes no further by itself, that comes before what the paper does.
            _ if is_held => "receipt-title-stranded",
            Paper::Printing => "receipt-printing",
            Paper::Waiting(_) => "receipt-paper-waits",
            Paper::Printed => "receipt-printed",
            Paper::Failed(_) | Paper::Unknown | Paper::NoPrinter => "receipt-not-printed",
        });
        let primary = if paper.is_trouble() && !self.noted {
            (ctx.t("receipt-noted"), Message::Noted)
        } else {
            (ctx.t("receipt-more"), Message::More)
        };
        let page = if ctx.is_landscape() {
            let left = column![self.number(ctx), gap(), self.leave(ctx)].spacing(space::M);
            // Large text leaves room for what there is to do, beside what is wrong with the paper.
            let brief = look.is_large() && paper.is_trouble();
            let parts = Parts { with_number: false, brief };
            Page::new(title, left).aside(column![self.parts(ctx, paper, parts)])
        } else {
            Page::new(
                title,
                column![self.parts(ctx, paper, Parts { with_number: true, brief: false }), self.leave(ctx)]
                    .spacing(space::M),
            )
        };
        let (tone, icon) = if is_held { (Tone::Warn, Icon::Alert) } else { (Tone::Ok, Icon::Check) };
        page.subtitle(self.sent(ctx)).large_title().badge(tone, icon).primary(primary.0, Some(primary.1))
    }

    /// Everything but the countdown, on as many pages as it takes.
    fn parts<'a>(&'a self, ctx: &'a Context, paper: Paper, wanted: Parts) -> Element<'a, Message> {
        responsive(move |size| {
            let look = ctx.look;
            // What to do about the paper stands nearest to the number.
            let number = wanted.with_number.then(|| (self.number(ctx), NUMBER_HEIGHT));
            let notice =
                paper_notice(ctx, &paper).map(|notice| (notice, notice_height(ctx, &paper, size.width)));
            let next = (self.next(ctx, wanted.brief), self.next_height(ctx, size.width, wanted.brief));
            let buttons = self.buttons(ctx, &paper).map(|buttons| (buttons, look.control_height()));
            let parts = number.into_iter().chain(notice).chain([next]).chain(buttons);
            let (parts, heights): (Vec<_>, Vec<_>) = parts.unzip();
            let whole = room::sheets(&heights, space::M, size.height);
            let sheets = if whole.len() == 1 {
                whole
            } else {
                room::sheets(&heights, space::M, size.height - look.control_height() - space::M)
            };
            let pager = Pager::of_pages(sheets.len(), self.page);
            let sheet = sheets.get(pager.page).cloned().unwrap_or_default();
            let parts =
                parts.into_iter().enumerate().filter(|(at, _)| sheet.contains(at)).map(|(_, part)| part);
            column![Column::with_children(parts).spacing(space::M)]
                .push(pager.view(look, &ctx.texts, Message::Turned))
                .spacing(space::M)
                .into()
        })
        .into()
    }

    /// What can be had on paper; nothing where there is no printer.
    fn buttons<'a>(&'a self, ctx: &Context, paper: &Paper) -> Option<Element<'a, Message>> {
        let look = ctx.look;
        let again = (!matches!(paper, Paper::Printing | Paper::Waiting(_))).then_some(Message::Again);
        let again = (*paper != Paper::NoPrinter).then(|| match self.refused {
            None => button::secondary(look, Some(Icon::Printer), ctx.t("receipt-again"), again),
            Some(reason) => {
                // Later is not too soon any more.
                let again = again.filter(|_| reason == "too-soon");
                button::secondary(look, Some(Icon::Printer), paper::why(ctx, reason), again)
            }
        });
        let language = ctx.texts.language();
        let form = self.facts.form.as_ref().and_then(|_| {
            let can = self.services.terminal().can_print(Outlet::Page);
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
        self.services.terminal().transfer(outbox.unwrap_or(OutboxState::Waiting))
    }

    fn number<'a>(&'a self, ctx: &Context) -> Element<'a, Message> {
        let look = ctx.look;
        let accepted = &self.facts.accepted;
        let name = named(ctx, &self.facts.item.name, &self.facts.item.name_en).to_owned();
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
                look.title(accepted.registration.to_string())
                    .wrapping(iced::widget::text::Wrapping::None)
                    .size(NUMBER_SIZE),
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
            let name = named(ctx, &material.name, &material.name_en);
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

    fn next_height(&self, ctx: &Context, width: f32, brief: bool) -> f32 {
        let look = ctx.look;
        let within = width - 2.0 * space::L - look.size.title - space::M;
        let steps = self.steps(ctx).into_iter().filter(|step| !brief || step.mark.is_some());
        let between = between(ctx);
        let lines = steps.map(|step| {
            let details = step.detail.split('\n').map(|line| room::text(line, look.size.hint, within));
            details.sum::<f32>() + look.size.body * 1.3 + 8.0 + between
        });
        look.size.section * 1.3 + 2.0 * space::L + lines.sum::<f32>()
    }

    /// The steps on a card; in brief only those with something to know or to do.
    fn next<'a>(&'a self, ctx: &Context, brief: bool) -> Element<'a, Message> {
        let look = ctx.look;
        let steps = self.steps(ctx).into_iter().enumerate().filter(|(_, step)| !brief || step.mark.is_some());
        let steps = steps.map(|(index, step)| {
            let side = look.size.title;
            let ground = look.palette.tone(step.tone);
            let number = look.hint((index + 1).to_string()).color(look.palette.on_primary).font(font::BOLD);
            let number = container(number).center_x(side).center_y(side).style(move |_| container::Style {
                background: Some(Background::Color(ground)),
                border: Border { radius: side.into(), ..Border::default() },
                ..container::Style::default()
            });
            let title = row![look.strong(step.title)]
                .push(step.mark.map(|words| chip(look, step.tone, words)))
                .spacing(space::M)
                .align_y(Alignment::Center);
            row![number, column![title, look.hint(step.detail)].spacing(2).width(Length::Fill)]
                .spacing(space::M)
                .into()
        });
        let between = between(ctx);
        container(
            column![look.section(ctx.t("slip-next")), Column::with_children(steps).spacing(between)]
                .spacing(between),
        )
        .padding([space::L, space::L])
        .width(Length::Fill)
        .style(look.card())
        .into()
    }

    /// When it leaves by itself, and the way to leave now: not in the bar, where the application was handed in.
    fn leave<'a>(&'a self, ctx: &Context) -> Element<'a, Message> {
        let look = ctx.look;
        let hint = ctx.t_args("receipt-leaves", &[("seconds", self.left.into())]);
        let take = if self.paper() == Paper::Printed { "receipt-take" } else { "receipt-take-no-paper" };
        let done = button::secondary(look, None, ctx.t("receipt-done"), Some(Message::Done));
        row![notice(look, Tone::Warn, Icon::Exit, ctx.t(take), Some(hint)), done.width(look.size.body * 8.0),]
            .spacing(space::M)
            .align_y(Alignment::Center)
            .into()
    }
}

/// Which parts of the receipt a column shows.
#[derive(Clone, Copy)]
struct Parts {
    /// The card with number and code too.
    with_number: bool,
    /// Only the steps with something to know or to do.
    brief: bool,
}

/// Between two steps of what happens next.
const fn between(ctx: &Context) -> f32 {
    if ctx.is_landscape() { space::S } else { space::M }
}

/// Between what stands at the top and what stands at the bottom.
fn gap<'a, M: 'a>() -> Element<'a, M> {
    Space::new().height(Length::Fill).into()
}

/// The side of the code in logical pixels.
const CODE: f32 = 308.0;
/// The height of the card with number and code: the code, its caption, and the paddings.
const NUMBER_HEIGHT: f32 = CODE + 130.0;
/// As large as the number can be beside the code on a portrait panel, in every size of text.
const NUMBER_SIZE: f32 = 52.0;

/// One step of what happens next.
struct Step {
    tone: Tone,
    title: String,
    mark: Option<String>,
    detail: String,
}

/// What is true of the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Paper {
    Printing,
    /// It stands still because of this, and goes on by itself.
    Waiting(String),
    Printed,
    Failed(Option<String>),
    Unknown,
    NoPrinter,
}

impl Paper {
    const fn is_trouble(&self) -> bool {
        !matches!(self, Self::Printing | Self::Printed)
    }
}

/// What is wrong with the paper, and what to do.
fn paper_words(ctx: &Context, paper: &Paper) -> Option<(String, String)> {
    let (title, hint) = match paper {
        Paper::Printing | Paper::Printed => return None,
        Paper::Waiting(reason) => {
            let why = paper::why(ctx, reason);
            (ctx.t_args("receipt-paper-waiting", &[("why", why.into())]), "receipt-paper-waiting-hint")
        }
        Paper::Failed(reason) => {
            let why = paper::why(ctx, reason.as_deref().unwrap_or_default());
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

fn notice_height(ctx: &Context, paper: &Paper, width: f32) -> f32 {
    let size = ctx.look.size;
    let within = width - 3.0 * space::L - size.question;
    let words = paper_words(ctx, paper).map_or(0.0, |(title, hint)| {
        room::text(&title, size.body, within) + room::text(&hint, size.hint, within)
    });
    words + space::XS + 2.0 * space::L
}
