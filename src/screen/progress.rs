//! How an application stands: the registration number is typed or the receipt's code scanned; this terminal
//! and, where it can be reached, the hall say what they know.

use std::hash::{Hash as _, Hasher};

use bianmin_protocol::case::{CaseState, Progress as Case};
use bianmin_protocol::ids::Millis;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::ledger::{JobState, OutboxState, Outlet, Record};
use bianmin_terminal::services::{CaseView, HallSays};
use iced::widget::{column, container, row};
use iced::{Alignment, Element, Length, Task, task};

use crate::context::{Context, named};
use crate::icon::Icon;
use crate::services::Services;
use crate::theme::{Tone, space};
use crate::typing::{Typed, Typist};
use crate::widget::keyboard::{self, Keyboard, Mode};
use crate::widget::{Field, KeyPress, Page, busy, chip, notice};

use super::paper::{self, Paper};

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
    typist: Option<Typist>,
    wrong: bool,
    /// Ends the reading of a scanned code with the screen.
    reading: Option<task::Handle>,
    state: State,
    /// The receipt once more.
    paper: Paper,
}

#[derive(Debug)]
enum State {
    Asking,
    Waiting(RegistrationNumber, #[expect(dead_code, reason = "dropping it ends the question")] task::Handle),
    Known(Box<CaseView>),
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
    Read(Option<RegistrationNumber>),
    /// The receipt once more.
    Paper(paper::Message),
    /// The answer about a number; none if the ledger cannot be read.
    Answered(RegistrationNumber, Option<Box<CaseView>>),
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
            typist: None,
            wrong: false,
            reading: None,
            state: State::Asking,
            paper: Paper::default(),
        };
        new.open_keyboard();
        new
    }

    fn open_keyboard(&mut self) {
        let mut typist = Typist::new(Mode::Upper, self.services.compose());
        if !self.number.is_empty() {
            typist.press(&KeyPress::Mode(Mode::Digits), &mut String::new(), 0);
        }
        self.typist = Some(typist);
    }

    /// Whether the on-screen keyboard is open.
    #[must_use]
    pub const fn has_keyboard(&self) -> bool {
        self.typist.is_some() && matches!(self.state, State::Asking)
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
            Message::Read(number) => {
                self.reading = None;
                match number {
                    Some(number) => return self.ask(number),
                    None => self.wrong = true,
                }
            }
            Message::Paper(message) => return self.print(message),
            Message::Answered(number, view) => {
                if matches!(&self.state, State::Waiting(asked, _) if *asked == number) {
                    self.state = view.map_or(State::Failed, State::Known);
                }
            }
            Message::Other => {
                self.state = State::Asking;
                self.number = self.services.terminal().id().to_owned();
                self.open_keyboard();
            }
            Message::Back if !matches!(self.state, State::Asking) => {
                self.state = State::Asking;
                self.open_keyboard();
            }
            Message::Back => return Action::Back,
        }
        Action::None
    }

    fn press(&mut self, key: &KeyPress) {
        let Some(typist) = &mut self.typist else { return };
        match key {
            KeyPress::Char(typed) if !typed.is_ascii_alphanumeric() => return,
            KeyPress::Space => return,
            _ => {}
        }
        self.wrong = false;
        match typist.press(key, &mut self.number, LIMIT) {
            Typed::Hide => self.typist = None,
            Typed::Changed if self.number.is_empty() => self.open_keyboard(),
            Typed::Changed | Typed::Nothing => {}
        }
        self.number.make_ascii_uppercase();
    }

    /// A scanner read a code: the receipt's.
    pub fn scanned(&mut self, text: &str) -> Action {
        if text.len() > LONGEST_CODE {
            self.wrong = true;
            return Action::None;
        }
        // Two signatures are checked: not on the thread that draws.
        let (task, handle) =
            Task::perform(self.services.read_number(text.to_owned()), Message::Read).abortable();
        self.reading = Some(handle.abort_on_drop());
        Action::Run(task)
    }

    /// Orders the receipt once more.
    fn print(&mut self, message: paper::Message) -> Action {
        let State::Known(view) = &self.state else { return Action::None };
        let number = view.registration.clone();
        let task = self.paper.update(message, &self.services, |services| services.reprint(number));
        task.map_or(Action::None, |task| Action::Run(task.map(Message::Paper)))
    }

    /// A key of a keyboard that is plugged in.
    pub fn hardware(&mut self, key: super::HardKey) -> Action {
        use super::HardKey;
        match (key, &self.state) {
            (HardKey::Text(text), State::Asking) => {
                for character in text.0.chars().filter(char::is_ascii_alphanumeric) {
                    if self.number.len() < LIMIT {
                        self.number.push(character.to_ascii_uppercase());
                    }
                }
                self.wrong = false;
            }
            (HardKey::Backspace, State::Asking) => self.press(&KeyPress::Backspace),
            (HardKey::Enter, State::Asking) => return self.look(),
            _ => {}
        }
        Action::None
    }

    fn look(&mut self) -> Action {
        match RegistrationNumber::parse(&self.number) {
            Ok(number) => self.ask(number),
            Err(_) => {
                self.wrong = true;
                Action::None
            }
        }
    }

    fn ask(&mut self, number: RegistrationNumber) -> Action {
        self.wrong = false;
        self.paper = Paper::default();
        self.number = number.to_string().replace('-', "");
        let asked = number.clone();
        let answer = move |view: Result<CaseView, _>| Message::Answered(asked, view.ok().map(Box::new));
        let (task, handle) = Task::perform(self.services.progress(number.clone()), answer).abortable();
        self.state = State::Waiting(number, handle.abort_on_drop());
        Action::Run(task)
    }

    /// Draws the screen.
    pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        match &self.state {
            State::Asking => self.question(ctx),
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
            State::Failed => {
                let body = notice(
                    ctx.look,
                    Tone::Warn,
                    Icon::Alert,
                    ctx.t("progress-failed"),
                    Some(ctx.t("progress-failed-hint")),
                );
                Page::new(ctx.t("progress-title"), body)
                    .back(Message::Back)
                    .primary(ctx.t("progress-other"), Some(Message::Other))
            }
        }
    }

    fn question<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        let look = ctx.look;
        let field = Field {
            placeholder: ctx.t("progress-placeholder"),
            hint: Some(ctx.t("progress-hint")),
            error: self.wrong.then(|| ctx.t("progress-wrong")),
            focused: self.typist.is_some(),
            ..Field::new(ctx.t("slip-registration"), grouped(&self.number, self.services.terminal().id()))
        }
        .view(look, Some(Message::Focused));
        let scan =
            notice(look, Tone::Info, Icon::Qr, ctx.t("progress-scan"), Some(ctx.t("progress-scan-hint")));
        let mut page = Page::new(ctx.t("progress-title"), column![field, scan].spacing(space::L))
            .subtitle(ctx.t("progress-subtitle"))
            .back(Message::Back)
            .primary(ctx.t("progress-look"), Some(Message::Look));
        if let Some(typist) = &self.typist {
            let labels = keyboard::Labels::new(&ctx.texts);
            let keyboard = Keyboard::new(look, labels, typist.board(), Message::Key);
            page = page.keyboard(keyboard.height(ctx.keyboard_height()));
        }
        page
    }

    fn answer<'a>(&'a self, ctx: &'a Context, view: &'a CaseView) -> Page<'a, Message> {
        let look = ctx.look;
        let told = Told::new(view);
        let name = match (&told.case, &view.local) {
            (_, Some(record)) => named(ctx, &record.slip.item_name, &record.slip.item_name_en).to_owned(),
            (Some(case), None) => case.item_name.clone(),
            (None, None) => String::new(),
        };
        let mut facts = vec![(Icon::Document, ctx.t("slip-registration"), view.registration.to_string())];
        if let Some(record) = &view.local {
            facts.push((Icon::Clock, ctx.t("slip-time"), self.moment(ctx, record.accepted_at)));
        }
        if let Some(case) = &told.case {
            facts.push((Icon::Counter, ctx.t("progress-received"), self.moment(ctx, case.received_at)));
            facts.push((Icon::Calendar, ctx.t("progress-limit"), limit(ctx, case)));
            facts.push((Icon::Progress, ctx.t("progress-changed"), self.moment(ctx, case.changed_at)));
        }
        let state = row![
            container(told.icon().view(look.size.question, look.palette.tone(told.tone)))
                .center_x(look.size.question * 1.8)
                .center_y(look.size.question * 1.8)
                .style(look.tinted(told.tone)),
            column![look.section(told.words(ctx)), look.hint(told.next(ctx))].spacing(4).width(Length::Fill),
        ]
        .spacing(space::L)
        .align_y(Alignment::Center);
        let mut card = column![state].spacing(space::L);
        if told.is_old {
            card = card.push(chip(look, Tone::Warn, ctx.t("progress-old")));
        }
        card = card.push(crate::widget::facts(look, facts));
        let card = container(card).padding(space::L).width(Length::Fill).style(look.card());
        let remark = told.case.as_ref().filter(|case| !case.remark.is_empty()).map(|case| {
            notice(look, Tone::Info, Icon::Info, ctx.t("progress-remark"), Some(case.remark.clone()))
        });
        let paper = self.receipt_on_paper(ctx, view);
        let where_to_ask = ask_where(ctx, &self.services, view.local.as_ref());
        let body = if ctx.is_landscape() {
            column![card]
        } else {
            column![card].push(remark).push(paper).push(Some(where_to_ask))
        };
        let mut page =
            Page::new(if name.is_empty() { ctx.t("progress-title") } else { name }, body.spacing(space::M))
                .back(Message::Back)
                .primary(ctx.t("progress-other"), Some(Message::Other));
        if ctx.is_landscape() {
            let remark = told.case.as_ref().filter(|case| !case.remark.is_empty()).map(|case| {
                notice(look, Tone::Info, Icon::Info, ctx.t("progress-remark"), Some(case.remark.clone()))
            });
            let paper = self.receipt_on_paper(ctx, view);
            let aside =
                column![].push(remark).push(paper).push(ask_where(ctx, &self.services, view.local.as_ref()));
            page = page.aside(aside.spacing(space::M));
        }
        page
    }

    /// A receipt that did not come out, or of which nobody knows, can be had once more.
    fn receipt_on_paper<'a>(&self, ctx: &Context, view: &CaseView) -> Option<Element<'a, Message>> {
        let title = match view.paper.as_ref()? {
            (_, Some(reason)) if reason == "absent" => return None,
            (JobState::Unknown, _) => ctx.t("receipt-paper-unknown"),
            (JobState::Failed, reason) => {
                let why = paper::why(ctx, reason.as_deref().unwrap_or_default());
                ctx.t_args("receipt-paper-failed", &[("why", why.into())])
            }
            _ => return None,
        };
        let can = self.services.terminal().can_print(Outlet::Slip);
        let button = self.paper.button(ctx, can, ctx.t("receipt-again"));
        let told = self.paper.notice(ctx, can).unwrap_or_else(|| {
            notice(ctx.look, Tone::Warn, Icon::Printer, title, Some(ctx.t("progress-paper-hint"))).into()
        });
        let button = button.map(|button| Element::from(button).map(Message::Paper));
        Some(column![told].push(button).spacing(space::M).into())
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

/// A number as it is typed: the terminal's letters, then digits in the groups of the receipt.
fn grouped(number: &str, own: &str) -> String {
    // Other terminals' names may be longer; the groups then come right when the number is complete.
    let named = if number.starts_with(own) { own.len() } else { 4 };
    let (head, rest) =
        number.split_at(if number.len() == LIMIT { LIMIT - 12 } else { named.min(number.len()) });
    let mut text = head.to_owned();
    for (index, character) in rest.chars().enumerate() {
        if matches!(index, 0 | 6 | 10) {
            text.push('-');
        }
        text.push(character);
    }
    text
}

fn limit(ctx: &Context, case: &Case) -> String {
    let days = [("days", case.promised_days.into())];
    match (case.promised_days, case.working_days) {
        (0, _) => ctx.t("item-at-once"),
        (_, true) => ctx.t_args("item-working-days", &days),
        (_, false) => ctx.t_args("item-calendar-days", &days),
    }
}

fn ask_where<'a>(ctx: &Context, services: &Services, record: Option<&Record>) -> Element<'a, Message> {
    let place = &services.terminal().config().place;
    let counter = if place.counter.is_empty() {
        record.map(|record| format!("{}\n{}", record.slip.address, record.slip.hours)).unwrap_or_default()
    } else {
        place.counter.clone()
    };
    let hint = ctx.t_args(
        "progress-ask-hint",
        &[("counter", counter.into()), ("telephone", (&place.telephone).into())],
    );
    notice(ctx.look, Tone::Info, Icon::Counter, ctx.t("progress-ask"), Some(hint.trim().to_owned())).into()
}

/// What can be said, from what terminal and hall know.
struct Told {
    key: Key,
    tone: Tone,
    case: Option<Case>,
    /// The hall cannot be asked now; this is what it said last.
    is_old: bool,
}

enum Key {
    Case(CaseState),
    /// Here, waiting to be sent.
    Waiting,
    /// The same, and this terminal sends nothing any more.
    Stranded,
    /// The hall has it, and has said nothing since.
    Received,
    /// The hall would not take it.
    Refused(String),
    /// The hall knows no such number, nor does this terminal.
    Unknown,
    /// Not from this terminal, and the hall cannot be asked.
    Elsewhere,
}

impl Told {
    fn new(view: &CaseView) -> Self {
        let record = view.local.as_ref();
        let pulled = record.and_then(|record| record.progress.clone());
        let (case, is_old) = match &view.hall {
            HallSays::Progress(case) => (Some(case.clone()), false),
            HallSays::NotYet | HallSays::Refused => (pulled, false),
            HallSays::Unreachable => {
                let is_old = pulled.is_some();
                (pulled, is_old)
            }
        };
        let key = match (&case, record, &view.hall) {
            (Some(case), _, _) => Key::Case(case.state),
            (None, Some(record), _) => match record.state {
                OutboxState::Waiting if view.is_stranded => Key::Stranded,
                OutboxState::Waiting => Key::Waiting,
                OutboxState::Acknowledged => Key::Received,
                OutboxState::Quarantined => {
                    Key::Refused(record.reason.as_ref().map_or("malformed", |reason| reason.key()).to_owned())
                }
            },
            (None, None, HallSays::Refused) => Key::Refused("unsaid".to_owned()),
            (None, None, HallSays::Unreachable) => Key::Elsewhere,
            (None, None, _) if view.is_stranded => Key::Stranded,
            (None, None, _) => Key::Unknown,
        };
        let tone = match &key {
            Key::Case(CaseState::Granted | CaseState::Delivered) | Key::Received => Tone::Ok,
            Key::Case(CaseState::Supplement | CaseState::NotAccepted | CaseState::Refused)
            | Key::Refused(_)
            | Key::Unknown
            | Key::Waiting
            | Key::Stranded
            | Key::Elsewhere => Tone::Warn,
            Key::Case(_) => Tone::Info,
        };
        Self { key, tone, case, is_old }
    }

    fn icon(&self) -> Icon {
        match self.tone {
            Tone::Ok => Icon::Check,
            Tone::Warn | Tone::Bad => Icon::Alert,
            Tone::Info => Icon::Progress,
        }
    }

    fn words(&self, ctx: &Context) -> String {
        match &self.key {
            Key::Case(state) => ctx.t(&format!("case-state-{}", state.key())),
            Key::Waiting => ctx.t("progress-waiting"),
            Key::Stranded => ctx.t("progress-stranded"),
            Key::Received => ctx.t("case-state-received"),
            Key::Refused(_) => ctx.t("progress-refused"),
            Key::Unknown => ctx.t("progress-unknown"),
            Key::Elsewhere => ctx.t("progress-elsewhere"),
        }
    }

    fn next(&self, ctx: &Context) -> String {
        match &self.key {
            Key::Case(CaseState::Supplement) => ctx.t("progress-next-supplement"),
            Key::Case(CaseState::Granted | CaseState::Delivered) => ctx.t("progress-next-collect"),
            Key::Case(CaseState::Refused | CaseState::NotAccepted) => ctx.t("progress-next-refused"),
            Key::Case(_) | Key::Received => ctx.t("progress-next-wait"),
            Key::Waiting => ctx.t("progress-next-waiting"),
            Key::Stranded => ctx.t("progress-next-stranded"),
            Key::Refused(reason) => {
                let why = ctx.t(&format!("refusal-{reason}"));
                ctx.t_args("progress-next-set-aside", &[("why", why.into())])
            }
            Key::Unknown => ctx.t("progress-next-unknown"),
            Key::Elsewhere => ctx.t("progress-next-elsewhere"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_grouped_as_on_the_receipt() {
        assert_eq!(grouped("HP0726112100368", "HP07"), "HP07-261121-0036-8");
        assert_eq!(grouped("HP07", "HP07"), "HP07");
        assert_eq!(grouped("HP072", "HP07"), "HP07-2");
        assert_eq!(grouped("", "HP07"), "");
        assert_eq!(grouped("QX12345261121003685", "HP07"), "QX12345-261121-0036-85");
    }
}
