//! A case on one page.

use super::parts::{Bar, Chip, Message};
use crate::console::Frame;
use askama::Template;

/// What the case is.
#[derive(Debug, Clone)]
pub(crate) struct CaseHead {
    pub id: String,
    pub item: String,
    pub registration: String,
    pub case_number: String,
    pub state: Chip,
    /// Further chips: held, late, demonstration data.
    pub marks: Vec<Chip>,
    pub department: String,
    /// Who has it, in words.
    pub holder: String,
}

/// A value that is masked until somebody asks for it with a reason.
#[derive(Debug, Clone)]
pub(crate) struct Reveal {
    /// The field's code.
    pub field: String,
}

/// A label and a value.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub label: String,
    pub value: String,
    pub reveal: Option<Reveal>,
    /// It was asked for, so it stands out.
    pub is_revealed: bool,
}

/// Answers under one question of the form.
#[derive(Debug, Clone)]
pub(crate) struct AnswerGroup {
    pub title: String,
    pub facts: Vec<Fact>,
}

/// A material, and what has come of it.
#[derive(Debug, Clone)]
pub(crate) struct MaterialTab {
    pub name: String,
    pub state: Chip,
    /// Nothing to look at where there is no link.
    pub link: Option<String>,
    pub is_here: bool,
}

/// The material that is shown.
#[derive(Debug, Clone)]
pub(crate) struct MaterialView {
    pub name: String,
    /// The picture; none where the file cannot be shown.
    pub picture: Option<String>,
    /// Which page of how many, or why there is no picture.
    pub words: String,
    pub previous: Option<String>,
    pub next: Option<String>,
    pub turn: String,
    pub larger: Option<String>,
    pub smaller: Option<String>,
    /// The class that sizes the picture.
    pub zoom: &'static str,
}

/// One of several answers in a step.
#[derive(Debug, Clone)]
pub(crate) struct StepChoice {
    pub value: String,
    pub label: String,
}

/// What has to be given with a step.
#[derive(Debug, Clone)]
pub(crate) enum StepField {
    /// Several lines.
    Text { name: &'static str, label: String, hint: String, value: String, is_required: bool },
    /// One line.
    Line { name: &'static str, label: String, value: String, is_required: bool },
    /// One of these.
    Choice { name: &'static str, label: String, choices: Vec<StepChoice> },
    /// A whole number of days.
    Days { name: &'static str, label: String },
}

/// What may be done next, as a sentence with its form.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// The command's name in addresses.
    pub command: &'static str,
    /// The letter that leads to it.
    pub key: &'static str,
    pub title: String,
    /// What comes of it.
    pub sentence: String,
    pub fields: Vec<StepField>,
    pub is_primary: bool,
    /// The form stands open, as after a conflict with what was typed.
    pub is_open: bool,
    /// Why this person may not, in words; the form is not there then.
    pub refusal: Option<String>,
}

/// A day in the working of a due date.
#[derive(Debug, Clone)]
pub(crate) struct ClockDay {
    pub date: String,
    pub reason: String,
    pub counts: bool,
    /// The number of this working day of the limit; empty where it does not count.
    pub number: String,
}

/// The clock with its working.
#[derive(Debug, Clone)]
pub(crate) struct ClockView {
    pub limit: String,
    pub bar: Bar,
    /// Until when, what stood still, what is assumed: a sentence each.
    pub sentences: Vec<String>,
    pub days: Vec<ClockDay>,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) struct HistoryEntry {
    pub at: String,
    pub words: String,
    /// What was written then.
    pub text: String,
}

/// A notice that can be printed.
#[derive(Debug, Clone)]
pub(crate) struct NoticeLink {
    pub label: String,
    pub link: String,
}

/// Somebody else was first.
#[derive(Debug, Clone)]
pub(crate) struct Conflict {
    /// Who did what when.
    pub sentences: Vec<String>,
    /// What was typed, where its form is not here any more.
    pub kept: String,
}

/// A case on one page.
#[derive(Template)]
#[template(path = "cases/case.html")]
pub(crate) struct CasePage {
    pub frame: Frame,
    pub head: CaseHead,
    /// The version that every step is about.
    pub version: u64,
    pub message: Option<Message>,
    /// The step that was taken just now, whose draft is not needed any more.
    pub done: String,
    pub conflict: Option<Conflict>,
    pub who: Vec<Fact>,
    pub answers: Vec<AnswerGroup>,
    pub materials: Vec<MaterialTab>,
    pub shown: Option<MaterialView>,
    /// What is to be done with it; the first is the obvious one.
    pub steps: Vec<Step>,
    /// Notes, holding, handing over: behind one further sentence.
    pub other_steps: Vec<Step>,
    pub clock: Option<ClockView>,
    pub history: Vec<HistoryEntry>,
    pub notices: Vec<NoticeLink>,
}
