//! The dashboard: every part with its state and advice, and what a technician does about it.

use std::hash::{Hash as _, Hasher};
use std::sync::Arc;

use bianmin_locale::Language;
use bianmin_terminal::ledger::{JobId, LedgerError, Outlet};
use bianmin_terminal::services::health::{Finding, Severity};
use bianmin_terminal::services::{Jobs, Terminal};
use iced::widget::{Column, column, container, row};
use iced::{Alignment, Element, Length, Task, task};

use super::{jobs, journal};
use crate::context::{Context, Layout};
use crate::icon::Icon;
use crate::services::Services;
use crate::theme::{Tone, space};
use crate::widget::sheets::{self, SheetPart};
use crate::widget::{Page, busy, button, notice};

/// The technician's dashboard.
#[derive(Debug)]
pub struct Dashboard {
    services: Services,
    findings: Option<Arc<Vec<Finding>>>,
    jobs: Jobs,
    sheet: Sheet,
    page: usize,
    note: Option<Note>,
    /// Ends the looking with the screen.
    looking: Option<task::Handle>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Sheet {
    Parts,
    /// The jobs of which nobody knows.
    Jobs,
    /// The last jobs.
    Journal,
}

/// What was done last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Note {
    Ordered,
    NotOrdered,
    NewPaper,
    Sending,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// Look again.
    Look,
    /// How everything is; nothing if the ledger cannot be read.
    Looked(Option<Arc<Vec<Finding>>>, Jobs),
    /// Print a test page.
    Test(Outlet, Language),
    /// Print a ticket that is none.
    SampleTicket(Language),
    /// Print how everything is.
    Report(Language),
    /// That was ordered (or not).
    Ordered(bool),
    /// New paper was put in.
    NewPaper(Outlet),
    /// That was noted (or not).
    Noted(bool),
    /// Send and fetch now.
    Send,
    /// The jobs of which nobody knows.
    Jobs,
    /// The last jobs, however they ended.
    Journal,
    /// Whether a job came out.
    Settled(JobId, bool),
    /// Print a job's receipt again.
    Again(JobId),
    /// Another page.
    Turned(usize),
    /// The step before.
    Back,
    /// Done here.
    Done,
}

/// What follows.
#[derive(Debug)]
pub enum Action {
    /// Nothing else.
    None,
    /// Work for the background.
    Run(Task<Message>),
    /// Away from here.
    Leave,
}

impl Dashboard {
    /// An empty dashboard, and the work that looks how everything is.
    pub(super) fn new(services: Services) -> (Self, Task<Message>) {
        let mut dashboard = Self {
            services,
            findings: None,
            jobs: Jobs::default(),
            sheet: Sheet::Parts,
            page: 0,
            note: None,
            looking: None,
        };
        let look = dashboard.look();
        (dashboard, look)
    }

    fn look(&mut self) -> Task<Message> {
        let terminal = self.services.terminal().clone();
        let look = async move { terminal.technician().overview().await };
        let looked =
            |(findings, jobs): (Option<Vec<Finding>>, _)| Message::Looked(findings.map(Arc::new), jobs);
        let (task, handle) = Task::perform(look, looked).abortable();
        self.looking = Some(handle.abort_on_drop());
        task
    }

    /// A printer or the link is not as it was: what is said of the parts has to follow. Nothing while somebody is at
    /// another sheet, or while it is looked already.
    pub(super) fn status_changed(&mut self) -> Task<Message> {
        if self.sheet == Sheet::Parts && self.looking.is_none() && self.findings.is_some() {
            self.look()
        } else {
            Task::none()
        }
    }

    /// A job that is settled makes room for the next one.
    pub(super) fn tell_page(&self, page: &mut impl Hasher) {
        (self.sheet, self.findings.is_some(), self.jobs.unknown.len()).hash(page);
    }

    pub(super) fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Look => {
                self.note = None;
                return Action::Run(self.look());
            }
            Message::Looked(findings, jobs) => {
                self.looking = None;
                self.findings = Some(findings.unwrap_or_default());
                self.jobs = jobs;
            }
            Message::Test(outlet, language) => {
                let work = move |terminal: &Terminal| terminal.printing().test_page(outlet, language);
                return self.write(work, Message::Ordered);
            }
            Message::SampleTicket(language) => {
                let work = move |terminal: &Terminal| terminal.tickets().print_sample(language);
                return self.write(work, Message::Ordered);
            }
            Message::Report(language) => {
                let findings = self.findings.clone().unwrap_or_default();
                return Action::Run(self.services.off_thread(
                    move |terminal| terminal.printing().report(&findings, language),
                    |ordered| Message::Ordered(matches!(ordered, Some(Ok(Some(_))))),
                ));
            }
            Message::Ordered(ordered) => {
                self.note = Some(if ordered { Note::Ordered } else { Note::NotOrdered });
            }
            Message::NewPaper(outlet) => {
                let work = move |terminal: &Terminal| terminal.technician().new_supply(outlet);
                return self.write(work, Message::Noted);
            }
            Message::Noted(noted) => {
                self.note = Some(if noted { Note::NewPaper } else { Note::NotOrdered });
                return Action::Run(self.look());
            }
            Message::Send => {
                self.services.terminal().hall().send_now();
                self.note = Some(Note::Sending);
            }
            Message::Jobs => self.turn(Sheet::Jobs),
            Message::Journal => {
                self.turn(Sheet::Journal);
                return Action::Run(self.look());
            }
            Message::Settled(job, came_out) => {
                self.jobs.unknown.retain(|known| known.job != job);
                let work = move |terminal: &Terminal| terminal.technician().settle_job(job, came_out);
                // Looked at again, so that what could not be noted comes back.
                return self.write(work, |_| Message::Look);
            }
            Message::Again(job) => {
                let known = self.jobs.unknown.iter().find(|known| known.job == job);
                let Some(number) = known.and_then(jobs::registration) else { return Action::None };
                let visit = Some(self.services.terminal().printing().visit());
                return Action::Run(self.services.off_thread(
                    move |terminal| terminal.printing().reprint(&number, visit),
                    |ordered| Message::Ordered(matches!(ordered, Some(Ok(Some(_))))),
                ));
            }
            Message::Turned(page) => self.page = page,
            Message::Back if self.sheet != Sheet::Parts => self.turn(Sheet::Parts),
            Message::Back | Message::Done => return Action::Leave,
        }
        Action::None
    }

    /// Writes into the ledger, off this thread; `message` gets whether that was done.
    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Terminal) -> Result<T, LedgerError> + Send + 'static,
        message: fn(bool) -> Message,
    ) -> Action {
        let done = move |result: Option<Result<T, LedgerError>>| {
            if let Some(Err(error)) = &result {
                tracing::error!(%error, "the ledger could not be written");
            }
            message(matches!(result, Some(Ok(_))))
        };
        Action::Run(self.services.off_thread(work, done))
    }

    fn turn(&mut self, sheet: Sheet) {
        self.sheet = sheet;
        self.page = 0;
        self.note = None;
    }

    pub(super) fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        match self.sheet {
            Sheet::Parts => self.parts(ctx),
            Sheet::Jobs => jobs::view(ctx, &self.services, &self.jobs.unknown, self.page, self.note(ctx)),
            Sheet::Journal => journal::view(ctx, &self.services, &self.jobs.last, self.page),
        }
    }

    fn parts<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        let terminal = self.services.terminal();
        let Some(findings) = &self.findings else {
            let wait = busy::view(
                ctx.look,
                ctx.t("maintenance-looking"),
                Some(ctx.t("maintenance-looking-hint")),
                ctx.second,
            );
            return Page::new(ctx.t("maintenance-title"), wait).back(Message::Back);
        };
        let list =
            move || findings.iter().map(|finding| SheetPart::Whole(one(ctx, finding))).collect::<Vec<_>>();
        let title = ctx.t("maintenance-title");
        let page = match ctx.layout {
            Layout::Landscape => {
                let tools = Column::with_children(self.tools(ctx)).spacing(space::S);
                Page::new(title, sheets::view(ctx, self.page, list, Message::Turned))
                    .aside(column![tools].push(self.note(ctx)).spacing(space::M))
            }
            Layout::Portrait => {
                let tools = Column::with_children(self.tools(ctx)).spacing(space::S);
                let list = sheets::view(ctx, self.page, list, Message::Turned);
                Page::new(title, column![list].push(self.note(ctx)).push(tools).spacing(space::M))
            }
            // There is no room for both: the tools are on the last sheet.
            Layout::PortraitLow => {
                let all = move || {
                    let tools = self.tools(ctx).into_iter().map(SheetPart::Whole);
                    list().into_iter().chain(tools).collect()
                };
                let body = column![].push(self.note(ctx));
                Page::new(
                    title,
                    body.push(sheets::view(ctx, self.page, all, Message::Turned)).spacing(space::M),
                )
            }
        };
        let version = env!("CARGO_PKG_VERSION");
        let args = [("terminal", terminal.id().into()), ("version", version.into())];
        let looking = self.looking.is_some();
        let words = ctx.t(if looking { "maintenance-looking" } else { "maintenance-look" });
        page.subtitle(ctx.t_args("maintenance-subtitle", &args))
            .primary(words, (!looking).then_some(Message::Look))
    }

    fn note<'a>(&self, ctx: &Context) -> Option<Element<'a, Message>> {
        let (tone, icon, title) = match self.note? {
            Note::Ordered => (Tone::Info, Icon::Printer, "maintenance-ordered"),
            Note::NotOrdered => (Tone::Bad, Icon::Alert, "maintenance-failed"),
            Note::NewPaper => (Tone::Ok, Icon::Check, "maintenance-new-paper-noted"),
            Note::Sending => (Tone::Info, Icon::Globe, "maintenance-sending"),
        };
        Some(notice(ctx.look, tone, icon, ctx.t(title), None).into())
    }

    /// What can be done, two by two.
    fn tools<'a>(&self, ctx: &Context) -> Vec<Element<'a, Message>> {
        let terminal = self.services.terminal();
        let has = |outlet| terminal.devices().has_printer(outlet);
        let language = ctx.texts.language();
        let unknown = self.jobs.unknown.len();
        let mut tools: Vec<(Icon, String, Option<Message>)> = Vec::new();
        let mut tool = |icon, words: String, message| tools.push((icon, words, message));
        if has(Outlet::Slip) {
            tool(Icon::Printer, ctx.t("maintenance-test-slip"), Some(Message::Test(Outlet::Slip, language)));
            tool(Icon::List, ctx.t("maintenance-sample-ticket"), Some(Message::SampleTicket(language)));
            tool(Icon::Check, ctx.t("maintenance-new-roll"), Some(Message::NewPaper(Outlet::Slip)));
        }
        if has(Outlet::Page) {
            tool(Icon::Printer, ctx.t("maintenance-test-page"), Some(Message::Test(Outlet::Page, language)));
            tool(Icon::Check, ctx.t("maintenance-new-sheets"), Some(Message::NewPaper(Outlet::Page)));
        }
        if has(Outlet::Slip) || has(Outlet::Page) {
            tool(Icon::Document, ctx.t("maintenance-report"), Some(Message::Report(language)));
        }
        let words = ctx.t_args("maintenance-jobs", &[("count", unknown.into())]);
        tool(Icon::List, words, (unknown > 0).then_some(Message::Jobs));
        tool(Icon::Progress, ctx.t("maintenance-journal"), Some(Message::Journal));
        tool(Icon::Globe, ctx.t("maintenance-send"), Some(Message::Send));
        // Not in the bar, where the PIN was entered.
        tool(Icon::Exit, ctx.t("maintenance-done"), Some(Message::Done));
        let rows = tools.chunks(2).map(|pair| {
            let pair = pair.iter().map(|(icon, words, message)| {
                button::secondary(ctx.look, Some(*icon), words.clone(), message.clone()).into()
            });
            row(pair).spacing(space::S).into()
        });
        rows.collect()
    }
}

fn one<'a>(ctx: &Context, finding: &Finding) -> Element<'a, Message> {
    let (severity, (part, state, advice)) = (finding.severity, finding.say(&ctx.texts));
    let look = ctx.look;
    let (tone, icon) = match severity {
        Severity::Ok => (Tone::Ok, Icon::Check),
        Severity::Warning => (Tone::Warn, Icon::Info),
        Severity::Critical => (Tone::Bad, Icon::Alert),
    };
    let words = column![look.hint(part), look.body(state)]
        .push(advice.map(|advice| look.hint(advice).color(look.palette.tone(tone))))
        .spacing(4)
        .width(Length::Fill);
    container(
        row![icon.view(look.size.title, look.palette.tone(tone)), words]
            .spacing(space::M)
            .align_y(Alignment::Center),
    )
    .padding([space::M, space::L])
    .width(Length::Fill)
    .style(look.card())
    .into()
}
