//! How an application stands: the registration number is typed and proven by the last four characters of a number in the
//! application, or the receipt's code scanned; this terminal and, where it can be reached, the hall say what they know.

mod question;
mod screen_state;
mod summary;

use std::hash::{Hash as _, Hasher};

use bianmin_protocol::credential::{Credential, LastFour};
use bianmin_protocol::ids::Millis;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::device::printer::Status as Printer;
use bianmin_terminal::ledger::{JobState, Outlet, PrintReason, PrintStatus, Record};
use bianmin_terminal::services::{CaseView, Lookup, Printing, Scan};
use iced::widget::{Column, column, container, row};
use iced::{Alignment, Element, Length, Task, task};

use crate::context::Context;
use crate::icon::Icon;
use crate::services::Services;
use crate::theme::{Tone, space};
use crate::typing::{Typed, Typist};
use crate::widget::keyboard::Mode;
use crate::widget::sheets::{self, SheetPart};
use crate::widget::{KeyPress, Page, busy, chip, fact_rows, notice};

use super::HardKey;
use super::apply::Secret;
use super::item;
use super::paper::{self, NotPrinted, Paper};
use question::Trouble;
use summary::Summary;

/// The longest number in characters; a scanned code comes whole and is not typed.
const LIMIT: usize = 19;
/// The longest scanned text that is looked at.
const LONGEST_CODE: usize = 1024;

/// The question and its answer.
#[derive(Debug)]
pub struct Progress {
    services: Services,
    /// Letters and digits only.
    number: String,
    /// What is typed to prove that one may know.
    four: Secret<String>,
    typist: Option<Typist>,
    trouble: Option<Trouble>,
    /// Ends the reading of a scanned code with the screen.
    reading: Option<task::Handle>,
    state: State,
    /// The receipt once more.
    paper: Paper,
    /// Which sheet of the answer is shown.
    page: usize,
}

#[derive(Debug)]
enum State {
    Asking,
    /// The number is known, and has to be proven.
    Proving(RegistrationNumber),
    Waiting(RegistrationNumber, #[expect(dead_code, reason = "dropping it ends the question")] task::Handle),
    Known(Box<CaseView>),
    CodeOnly,
    Failed,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// The field.
    Focused,
    /// A key.
    Key(KeyPress),
    /// Look.
    Look,
    /// What a scanned code says; none if it is no receipt's.
    Read(Option<Scan>),
    /// The receipt once more.
    Paper(paper::Message),
    /// The answer about a number; none if the ledger cannot be read.
    Answered(RegistrationNumber, Option<Lookup>),
    /// Another sheet of the answer.
    Turned(usize),
    /// Another number.
    Other,
    /// The step before.
    Back,
}

/// What follows.
#[derive(Debug)]
pub enum Action {
    /// Nothing else.
    None,
    /// Work for the background.
    Run(Task<Message>),
    /// The screen before.
    Back,
}

impl Progress {
    /// The question, beginning with this terminal's own letters.
    #[must_use]
    pub fn new(services: Services) -> Self {
        let number = services.terminal().id().to_owned();
        let mut new = Self {
            services,
            number,
            four: Secret(String::new()),
            typist: None,
            trouble: None,
            reading: None,
            state: State::Asking,
            paper: Paper::default(),
            page: 0,
        };
        new.open_keyboard();
        new
    }

    fn open_keyboard(&mut self) {
        let is_proving = matches!(self.state, State::Proving(_));
        let mode = if is_proving { Mode::IdNumber } else { Mode::Upper };
        let mut typist = Typist::new(mode, self.services.compose());
        if !is_proving && !self.number.is_empty() {
            typist.press(&KeyPress::Mode(Mode::Digits), &mut String::new(), 0);
        }
        self.typist = Some(typist);
    }

    /// Whether the on-screen keyboard is open.
    #[must_use]
    pub const fn has_keyboard(&self) -> bool {
        self.typist.is_some() && matches!(self.state, State::Asking | State::Proving(_))
    }

    pub(super) fn tell_page(&self, page: &mut impl Hasher) {
        (std::mem::discriminant(&self.state), self.typist.is_some()).hash(page);
    }

    /// What follows from `message`.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Focused => self.open_keyboard(),
            Message::Key(key) => self.press(&key),
            Message::Look => return self.look(),
            Message::Read(scan) => {
                self.reading = None;
                match scan {
                    Some(Scan::Number(number)) => self.prove(number, None),
                    Some(Scan::Receipt(number, given)) => return self.ask(number, given),
                    None => self.trouble = Some(Trouble::Number),
                }
            }
            Message::Paper(message) => return self.print(message),
            Message::Answered(number, found) => {
                if matches!(&self.state, State::Waiting(asked, _) if *asked == number) {
                    self.answered(number, found);
                }
            }
            Message::Turned(page) => self.page = page,
            Message::Other => {
                self.number = self.services.terminal().id().to_owned();
                self.begin();
            }
            Message::Back if !matches!(self.state, State::Asking) => self.begin(),
            Message::Back => return Action::Back,
        }
        Action::None
    }

    /// Asks for a number.
    fn begin(&mut self) {
        self.state = State::Asking;
        self.trouble = None;
        self.four = Secret(String::new());
        self.open_keyboard();
    }

    /// Asks for what shows that one may know.
    fn prove(&mut self, number: RegistrationNumber, trouble: Option<Trouble>) {
        self.number = number.to_string().replace('-', "");
        self.state = State::Proving(number);
        self.trouble = trouble;
        self.four = Secret(String::new());
        self.open_keyboard();
    }

    fn answered(&mut self, number: RegistrationNumber, found: Option<Lookup>) {
        match found {
            Some(Lookup::View(view)) => self.state = State::Known(view),
            Some(Lookup::Wrong) => self.prove(number, Some(Trouble::Wrong)),
            Some(Lookup::Wait(wait)) => self.prove(number, Some(Trouble::Wait(wait))),
            Some(Lookup::CodeOnly) => self.state = State::CodeOnly,
            None => self.state = State::Failed,
        }
    }

    /// Who types a letter after this terminal's own letters begins the whole number as it is on the receipt.
    fn begin_number(&mut self, typed: char) {
        let is_prefilled =
            matches!(self.state, State::Asking) && self.number == self.services.terminal().id();
        if is_prefilled && typed.is_ascii_alphabetic() {
            self.number.clear();
        }
    }

    /// A number that proves itself is whole: what is typed after it belongs to no number.
    fn is_whole(&self) -> bool {
        matches!(self.state, State::Asking) && RegistrationNumber::parse(&self.number).is_ok()
    }

    fn press(&mut self, key: &KeyPress) {
        if self.typist.is_none() {
            return;
        }
        match key {
            KeyPress::Char(typed) if !typed.is_ascii_alphanumeric() => return,
            KeyPress::Char(_) if self.is_whole() => return,
            KeyPress::Space => return,
            _ => {}
        }
        self.trouble = None;
        if let KeyPress::Char(typed) = key {
            self.begin_number(*typed);
        }
        let Some(typist) = &mut self.typist else { return };
        let is_proving = matches!(self.state, State::Proving(_));
        let (text, limit) =
            if is_proving { (&mut self.four.0, LastFour::LENGTH) } else { (&mut self.number, LIMIT) };
        let typed = typist.press(key, text, limit);
        text.make_ascii_uppercase();
        match typed {
            Typed::Hide => self.typist = None,
            Typed::Changed if !is_proving && self.number.is_empty() => self.open_keyboard(),
            Typed::Changed | Typed::Nothing | Typed::Unchosen => {}
        }
    }

    /// A scanner read a code: the receipt's.
    pub fn scanned(&mut self, text: &str) -> Action {
        // What the scanner typed into the field before it was known what it is.
        self.number = self.services.terminal().id().to_owned();
        if text.len() > LONGEST_CODE {
            self.trouble = Some(Trouble::Number);
            return Action::None;
        }
        // Two signatures are checked: not on the thread that draws.
        let text = text.to_owned();
        let read = self.services.off_thread(
            move |terminal| terminal.applications().read_code(&text),
            |read| Message::Read(read.flatten()),
        );
        let (task, handle) = read.abortable();
        self.reading = Some(handle.abort_on_drop());
        Action::Run(task)
    }

    /// Orders the receipt once more.
    fn print(&mut self, message: paper::Message) -> Action {
        let State::Known(view) = &self.state else { return Action::None };
        let number = view.registration.clone();
        let order = || move |printing: Printing<'_>, visit| paper::receipt_again(printing, &number, visit);
        let task = self.paper.update(message, &self.services, order);
        task.map_or(Action::None, |task| Action::Run(task.map(Message::Paper)))
    }

    /// A key of a keyboard that is plugged in.
    pub fn hardware(&mut self, key: HardKey) -> Action {
        if !matches!(self.state, State::Asking | State::Proving(_)) {
            return Action::None;
        }
        match key {
            HardKey::Text(typed) => {
                for character in typed.0.chars().filter(char::is_ascii_alphanumeric) {
                    self.begin_number(character);
                    let is_whole = self.is_whole();
                    let (text, limit) = match self.state {
                        State::Proving(_) => (&mut self.four.0, LastFour::LENGTH),
                        _ => (&mut self.number, LIMIT),
                    };
                    if text.len() < limit && !is_whole {
                        text.push(character.to_ascii_uppercase());
                    }
                }
                self.trouble = None;
            }
            HardKey::Backspace => self.press(&KeyPress::Backspace),
            HardKey::Enter => return self.look(),
            HardKey::Tab | HardKey::Escape => {}
        }
        Action::None
    }

    fn look(&mut self) -> Action {
        match &self.state {
            State::Asking => match RegistrationNumber::parse(&self.number) {
                Ok(number) => self.prove(number, None),
                Err(_) => self.trouble = Some(Trouble::Number),
            },
            State::Proving(number) => match LastFour::parse(&self.four.0) {
                Some(four) => {
                    let number = number.clone();
                    return self.ask(number, Credential::LastFour(four));
                }
                None => self.trouble = Some(Trouble::Short),
            },
            _ => {}
        }
        Action::None
    }

    fn ask(&mut self, number: RegistrationNumber, given: Credential) -> Action {
        self.trouble = None;
        self.paper = Paper::default();
        self.page = 0;
        self.number = number.to_string().replace('-', "");
        self.four = Secret(String::new());
        let asked = number.clone();
        let answer = move |found: Result<Lookup, _>| Message::Answered(asked, found.ok());
        let (terminal, asked) = (self.services.terminal().clone(), number.clone());
        let look_up = async move { terminal.applications().look_up(asked, given).await };
        let (task, handle) = Task::perform(look_up, answer).abortable();
        self.state = State::Waiting(number, handle.abort_on_drop());
        Action::Run(task)
    }

    /// Draws the screen.
    pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        match &self.state {
            State::Asking => self.number_question(ctx),
            State::Proving(number) => self.proof_question(ctx, number),
            State::Waiting(..) => {
                let wait = busy::view(
                    ctx.look,
                    ctx.t("progress-asking"),
                    Some(ctx.t("progress-asking-hint")),
                    ctx.second,
                );
                Page::new(ctx.t("progress-title"), wait).back(Message::Back)
            }
            State::Known(view) => self.answer(ctx, view),
            State::CodeOnly => {
                nothing(ctx, Icon::Qr, ctx.t("progress-code-only"), ctx.t("progress-code-only-hint"))
            }
            State::Failed => {
                nothing(ctx, Icon::Alert, ctx.t("progress-failed"), ctx.t("progress-failed-hint"))
            }
        }
    }

    fn answer<'a>(&'a self, ctx: &'a Context, view: &'a CaseView) -> Page<'a, Message> {
        let summary = Summary::new(view, &self.services);
        let name = match (&summary.case, &view.local) {
            (_, Some(record)) => ctx.text(record.slip.item_name()).to_owned(),
            (Some(case), None) => case.item_name.clone(),
            (None, None) => String::new(),
        };
        let title = if name.is_empty() { ctx.t("progress-title") } else { name };
        let page = if ctx.is_landscape() {
            let card = container(Column::with_children(self.known(ctx, view)).spacing(space::M))
                .padding(space::L)
                .width(Length::Fill)
                .style(ctx.look.card());
            let aside = move || self.notices(ctx, view);
            Page::new(title, card).aside(sheets::view(ctx, self.page, aside, Message::Turned))
        } else {
            let all = move || {
                let card = SheetPart::card(None, self.known(ctx, view), space::M);
                std::iter::once(card).chain(self.notices(ctx, view)).collect()
            };
            Page::new(title, sheets::view(ctx, self.page, all, Message::Turned))
        };
        page.back(Message::Back).primary(ctx.t("progress-other"), Some(Message::Other))
    }

    /// How it stands, and the facts.
    fn known<'a>(&self, ctx: &Context, view: &CaseView) -> Vec<Element<'a, Message>> {
        let look = ctx.look;
        let summary = Summary::new(view, &self.services);
        let mut facts = vec![(Icon::Document, ctx.t("slip-registration"), view.registration.to_string())];
        if let Some(record) = &view.local {
            facts.push((Icon::Clock, ctx.t("slip-time"), self.moment(ctx, record.accepted_at)));
        }
        if let Some(case) = &summary.case {
            facts.push((Icon::Counter, ctx.t("progress-received"), self.moment(ctx, case.received_at)));
            facts.push((
                Icon::Calendar,
                ctx.t("progress-limit"),
                item::days(ctx, case.promised_days, case.day_type),
            ));
            facts.push((Icon::Progress, ctx.t("progress-changed"), self.moment(ctx, case.changed_at)));
        }
        let side = look.size.question * 1.8;
        let icon = container(summary.icon().view(look.size.question, look.palette.tone(summary.tone)))
            .center_x(side)
            .center_y(side)
            .style(look.tinted(summary.tone));
        let words = column![look.section(summary.words(ctx)), look.hint(summary.next(ctx))];
        let state = row![icon, words.spacing(4).width(Length::Fill)]
            .spacing(space::L)
            .align_y(Alignment::Center)
            .into();
        let old = summary.is_old.then(|| chip(look, Tone::Warn, ctx.t("progress-old")));
        std::iter::once(state).chain(old).chain(fact_rows(look, facts)).collect()
    }

    /// What the hall remarks, what became of the paper, and who can be asked.
    fn notices<'a>(&self, ctx: &Context, view: &CaseView) -> Vec<SheetPart<'a, Message>> {
        let summary = Summary::new(view, &self.services);
        let remark = summary.case.filter(|case| !case.remark.is_empty()).map(|case| {
            let title = ctx.t("progress-remark");
            SheetPart::whole(notice(ctx.look, Tone::Info, Icon::Info, title, Some(case.remark)))
        });
        let paper = self.receipt_on_paper(ctx, view).map(SheetPart::Whole);
        let ask = SheetPart::Whole(ask_where(ctx, &self.services, view.local.as_ref()));
        remark.into_iter().chain(paper).chain([ask]).collect()
    }

    /// A receipt that did not come out, or of which nobody knows, can be had once more.
    fn receipt_on_paper<'a>(&self, ctx: &Context, view: &CaseView) -> Option<Element<'a, Message>> {
        let PrintStatus { state, reason } = view.paper?;
        let title = match state {
            _ if reason == Some(PrintReason::Printer(Printer::Absent)) => return None,
            JobState::Unknown => ctx.t("receipt-paper-unknown"),
            JobState::Failed => {
                let why = NotPrinted::Failed(reason).words(ctx);
                ctx.t_args("receipt-paper-failed", &[("why", why.into())])
            }
            _ => return None,
        };
        let can = self.services.terminal().devices().can_print(Outlet::Slip);
        let button = self.paper.button(ctx, can, ctx.t("receipt-again"));
        let words = self.paper.notice(ctx, can).or_else(|| {
            // Once it was asked for again, what became of the paper before is past.
            let hint = Some(ctx.t("progress-paper-hint"));
            let before = || notice(ctx.look, Tone::Warn, Icon::Printer, title, hint).into();
            (!self.paper.was_asked()).then(before)
        });
        let button = button.map(|button| Element::from(button).map(Message::Paper));
        Some(column![].push(words).push(button).spacing(space::M).into())
    }

    fn moment(&self, ctx: &Context, at: Millis) -> String {
        let time = self.services.local(at);
        ctx.t_args(
            "apply-moment",
            &[
                ("month", time.month().into()),
                ("day", time.day().into()),
                ("time", format!("{:02}:{:02}", time.hour(), time.minute()).into()),
            ],
        )
    }
}

/// A page with nothing but a reason.
fn nothing<'a>(ctx: &Context, icon: Icon, title: String, hint: String) -> Page<'a, Message> {
    let body = notice(ctx.look, Tone::Warn, icon, title, Some(hint));
    Page::new(ctx.t("progress-title"), body)
        .back(Message::Back)
        .primary(ctx.t("progress-other"), Some(Message::Other))
}

fn ask_where<'a>(ctx: &Context, services: &Services, record: Option<&Record>) -> Element<'a, Message> {
    let place = &services.terminal().config().place;
    let item = record.map_or(("", ""), |record| (&record.slip.address, &record.slip.hours));
    let (counter, hours) = place.counter_or(item.0, item.1);
    let counter = match (counter, hours) {
        (counter, "") => counter.to_owned(),
        (counter, hours) => {
            ctx.t_args("progress-counter", &[("counter", counter.into()), ("hours", hours.into())])
        }
    };
    let hint = match place.telephone.as_str() {
        "" => counter,
        telephone => {
            ctx.t_args("progress-ask-hint", &[("counter", counter.into()), ("telephone", telephone.into())])
        }
    };
    notice(ctx.look, Tone::Info, Icon::Counter, ctx.t("progress-ask"), Some(hint.trim().to_owned())).into()
}
