//! The receipt: the number, the code, what happens next, and what is true of the paper. It leaves by itself.
//!
//! It says that something was printed, sent or received only when the terminal knows it.

mod view;

use std::hash::{Hash as _, Hasher};
use std::sync::Arc;

use bianmin_locale::Language;
use bianmin_protocol::application::ApplicationBody;
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::config::Printer as Configured;
use bianmin_terminal::device::printer::Status as Printer;
use bianmin_terminal::ledger::{Accepted, JobState, OutboxState, PrintReason, PrintStatus, SlipFacts};
use bianmin_terminal::services::{Printing, Terminal};
use iced::widget::qr_code::{Data, ErrorCorrection};
use iced::{Task, task};

use crate::context::Context;
use crate::services::Services;
use crate::widget::Page;

use super::paper::{self, NotPrinted};

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

/// What is known of a receipt: its paper, and whether the hall has the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The newest print job.
    pub print: Option<PrintStatus>,
    /// Where the application stands.
    pub outbox: Option<OutboxState>,
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
    refused: Option<NotPrinted>,
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
    StandingChanged(RegistrationNumber, Standing),
    /// Print it once more.
    Again,
    /// That was ordered (or not).
    Ordered(RegistrationNumber, Option<NotPrinted>),
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

impl super::ScreenState for Receipt {
    type Message = Message;

    fn update(&mut self, message: Message, _: &Context) -> super::Action<Message> {
        match self.update(message) {
            Action::None => super::Action::None,
            Action::Run(task) => super::Action::Run(task),
            Action::Home => super::Action::Go(super::Route::Home),
            Action::End => super::Action::Go(super::Route::End),
        }
    }

    fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        self.view(ctx)
    }

    fn tell_page(&self, mut page: &mut dyn Hasher) {
        self.tell_page(&mut page);
    }

    fn second(&mut self) -> super::Action<Message> {
        if self.second() { super::Action::Go(super::Route::Expired) } else { super::Action::None }
    }

    fn touched(&mut self) {
        self.touched();
    }

    fn asks_before_leaving(&mut self) -> bool {
        self.asks()
    }

    fn ends_by_itself(&self) -> bool {
        true
    }
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
        let number = registration.clone();
        let look = move |terminal: &Terminal| {
            let print = terminal.printing().receipt_status(&number).ok()?;
            let record = terminal.ledger().record(&number).ok()?;
            Some(Standing { print, outbox: record.map(|record| record.state) })
        };
        let standings = self.services.watch(look, |_| false);
        let changed = move |standing| Message::StandingChanged(registration.clone(), standing);
        let (task, handle) = Task::run(standings, changed).abortable();
        self.watching = Some(handle.abort_on_drop());
        task
    }

    /// What follows from `message`.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::StandingChanged(number, standing) if number == self.facts.accepted.registration => {
                // Whoever waits for a printer is not sent away meanwhile.
                let waits =
                    matches!(standing.print, Some(PrintStatus { state: JobState::Sent, reason: Some(_) }));
                self.standing = Some(standing);
                self.left = self.whole * if waits { 5 } else { 1 };
            }
            Message::Again => {
                let number = self.facts.accepted.registration.clone();
                self.left = self.whole;
                let asked = number.clone();
                let visit = self.services.terminal().printing().visit();
                return Action::Run(self.services.off_thread(
                    move |terminal| paper::receipt_again(terminal.printing(), &asked, visit),
                    move |ordered| {
                        let ordered = ordered.unwrap_or(Err(NotPrinted::NotOrdered));
                        Message::Ordered(number, ordered.err())
                    },
                ));
            }
            Message::Form(language, message) => {
                self.left = self.whole;
                let facts = &self.facts;
                let order = || {
                    let number = facts.accepted.registration.clone();
                    let (item, body) = (Arc::clone(&facts.item), facts.form.clone());
                    move |printing: Printing<'_>, visit| {
                        let body = body.ok_or(NotPrinted::NotOrdered)?;
                        paper::ordered(printing.form(&item, &body, Some(&number), language, visit))
                    }
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
            Message::StandingChanged(..) | Message::Ordered(..) => {}
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
        let nothing_yet = PrintStatus { state: JobState::Intent, reason: None };
        let status = self.standing.and_then(|standing| standing.print).unwrap_or(nothing_yet);
        let terminal = self.services.terminal();
        let absent = matches!(terminal.config().printer, Configured::None)
            || terminal.status().printer == Printer::Absent;
        match (status.state, status.reason) {
            (_, Some(PrintReason::Printer(Printer::Absent))) => Paper::NoPrinter,
            (JobState::Intent, _) if absent => Paper::NoPrinter,
            (JobState::Sent, Some(reason)) => Paper::Waiting(reason),
            (JobState::Intent | JobState::Sent, _) => Paper::Printing,
            (JobState::Printed, _) => Paper::Printed,
            (JobState::Failed, reason) => Paper::Failed(reason),
            (JobState::Unknown, _) => Paper::Unknown,
        }
    }
}

/// What is true of the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paper {
    Printing,
    /// It stands still because of this, and goes on by itself.
    Waiting(PrintReason),
    Printed,
    Failed(Option<PrintReason>),
    Unknown,
    NoPrinter,
}

impl Paper {
    const fn is_trouble(&self) -> bool {
        !matches!(self, Self::Printing | Self::Printed)
    }
}
