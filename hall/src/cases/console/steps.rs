//! What may be done next with a case, as sentences with their forms; and the command that a form that was sent is.

use super::page::{Step as StepView, StepChoice, StepField};
use crate::cases::domain::{CaseCommand, CaseOutcome, Duty, Holder, RefusalReason, Step};
use crate::staff::Role;
use bianmin_locale::{Texts, Words};
use bianmin_protocol::case::CaseState;
use serde::Deserialize;

/// A step in the console: its name in addresses and locale keys, and its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Action {
    pub name: &'static str,
    /// Where its form goes.
    pub path: &'static str,
    pub key: &'static str,
    /// The step of the table that it is; none for what leaves the state as it is.
    pub step: Option<Step>,
    pub roles: &'static [Role],
}

const RECEIVE: &[Role] = &[Role::Receive];
const DECIDE: &[Role] = &[Role::Decide];
const ISSUE: &[Role] = &[Role::Issue];
const SUPERVISE: &[Role] = &[Role::Supervise];
const RECEIVE_OR_DECIDE: &[Role] = &[Role::Receive, Role::Decide];
/// Whoever works with cases.
pub(super) const WORK: &[Role] = &[Role::Receive, Role::Decide, Role::Issue, Role::Supervise];

macro_rules! action {
    ($name:literal, $key:literal, $step:expr, $roles:expr) => {
        Action {
            name: $name,
            path: concat!("/console/cases/{id}/", $name),
            key: $key,
            step: $step,
            roles: $roles,
        }
    };
}

/// Everything that can be done at the console, in the order in which it is shown.
pub(super) const ACTIONS: [Action; 20] = [
    action!("accept", "a", Some(Step::Accept), RECEIVE),
    action!("answer-supplement", "b", Some(Step::AnswerSupplement), RECEIVE),
    action!("ask-supplement", "s", Some(Step::AskSupplement), RECEIVE_OR_DECIDE),
    action!("not-accept", "n", Some(Step::NotAccept), RECEIVE),
    action!("end-procedure", "p", Some(Step::EndProcedure), DECIDE),
    action!("grant", "g", Some(Step::Grant), DECIDE),
    action!("refuse", "v", Some(Step::Refuse), DECIDE),
    action!("begin-decision", "e", Some(Step::BeginDecision), DECIDE),
    action!("start-procedure", "p", Some(Step::StartProcedure), DECIDE),
    action!("issue", "i", Some(Step::Issue), ISSUE),
    action!("deliver", "d", Some(Step::Deliver), ISSUE),
    action!("reopen", "w", Some(Step::Reopen), SUPERVISE),
    action!("withdraw", "z", Some(Step::Withdraw), RECEIVE),
    action!("take", "y", None, WORK),
    action!("resume", "h", None, WORK),
    action!("hold", "h", None, WORK),
    action!("note", "m", None, WORK),
    action!("hand-over", "t", None, WORK),
    action!("material-received", "q", None, RECEIVE),
    action!("extend", "l", None, DECIDE),
];

impl Action {
    /// The action of this name.
    pub(super) fn of(name: &str) -> Option<Self> {
        ACTIONS.into_iter().find(|action| action.name == name)
    }

    /// What it is called.
    pub(super) fn title(self, texts: Texts) -> String {
        texts.t(&format!("work-step-{}", self.name))
    }

    /// Whether it belongs behind the further sentence.
    pub(super) fn is_other(self) -> bool {
        self.step.is_none_or(|step| step == Step::Withdraw) && self.name != "take"
    }
}

/// The obvious step of a state.
pub(super) fn primary(state: CaseState, is_issued: bool) -> Option<Step> {
    match state {
        CaseState::AwaitingFiles | CaseState::Received => Some(Step::Accept),
        CaseState::Supplement => Some(Step::AnswerSupplement),
        CaseState::Accepted | CaseState::Deciding => Some(Step::Grant),
        CaseState::SpecialProcedure => Some(Step::EndProcedure),
        CaseState::Granted | CaseState::Refused if !is_issued => Some(Step::Issue),
        CaseState::Granted | CaseState::Refused => Some(Step::Deliver),
        CaseState::NotAccepted | CaseState::Delivered => None,
    }
}

/// What a step's form needs to know of the case.
pub(super) struct Surroundings<'a> {
    pub texts: Texts,
    /// Until when it would have to be decided, if it were accepted today.
    pub due: Option<String>,
    /// Something was asked for before.
    pub is_second_supplement: bool,
    /// To whom it may be handed over: id and name.
    pub colleagues: &'a [(String, String)],
    /// Materials that may follow and have not come: code and name.
    pub promised: &'a [(String, String)],
    /// What was typed before somebody else was faster.
    pub kept: Option<(&'a str, &'a StepForm)>,
}

impl Surroundings<'_> {
    /// An action as a sentence with its form.
    pub(super) fn view(&self, action: Action, is_primary: bool) -> StepView {
        let texts = self.texts;
        let sentence = match (&self.due, action.step) {
            (Some(date), Some(Step::Accept)) => {
                texts.t_args("work-step-accept-says", &[("date", date.clone().into())])
            }
            (None, Some(Step::Accept)) => texts.t("work-step-accept-says-plain"),
            _ => texts.t(&format!("work-step-{}-says", action.name)),
        };
        StepView {
            command: action.name,
            key: action.key,
            title: action.title(texts),
            sentence,
            fields: self.fields(action),
            is_primary,
            is_open: self.kept.is_some_and(|(name, _)| name == action.name),
            refusal: None,
        }
    }

    fn fields(&self, action: Action) -> Vec<StepField> {
        let kept = self.kept.filter(|(name, _)| *name == action.name).map(|(_, form)| form);
        let texts = self.texts;
        let text = |label: &str, hint: &str, is_required| StepField::Text {
            name: "text",
            label: texts.t(label),
            hint: texts.t(hint),
            value: kept.map(|form| form.text.clone()).unwrap_or_default(),
            is_required,
        };
        let line = |name, label: &str, value: Option<&String>| StepField::Line {
            name,
            label: texts.t(label),
            value: value.cloned().unwrap_or_default(),
            is_required: true,
        };
        let choice = |label: &str, choices: &[(String, String)]| StepField::Choice {
            name: "to",
            label: texts.t(label),
            choices: choices
                .iter()
                .map(|(value, label)| StepChoice { value: value.clone(), label: label.clone() })
                .collect(),
        };
        match action.name {
            "ask-supplement" => {
                let mut fields = vec![text("work-step-ask-supplement-text", "work-reason-hint", true)];
                if self.is_second_supplement {
                    fields.push(line(
                        "again",
                        "work-step-ask-supplement-again",
                        kept.map(|form| &form.again),
                    ));
                }
                fields
            }
            "not-accept" | "refuse" | "reopen" | "withdraw" => {
                vec![text("work-reason", "work-reason-hint", action.name != "withdraw")]
            }
            "grant" => vec![text("work-step-grant-text", "work-reason-hint", false)],
            "start-procedure" => {
                let name = line("name", "work-step-start-procedure-name", kept.map(|form| &form.name));
                vec![name, text("work-reason", "work-reason-hint", false)]
            }
            "deliver" => {
                let how = ["collected", "posted", "other"]
                    .map(|how| (how.to_owned(), texts.t(&format!("work-deliver-{how}"))));
                vec![choice("work-step-deliver-how", &how)]
            }
            "hold" => vec![text("work-reason", "work-text-inner", true)],
            "note" => vec![text("work-step-note-text", "work-text-inner", true)],
            "hand-over" => {
                let group = (String::new(), texts.t("work-hand-over-group"));
                let everybody: Vec<(String, String)> =
                    self.colleagues.iter().cloned().chain([group]).collect();
                vec![
                    choice("work-step-hand-over-to", &everybody),
                    text("work-reason", "work-text-inner", false),
                ]
            }
            "material-received" => vec![choice("work-step-material-received-which", self.promised)],
            "extend" => vec![
                StepField::Days { name: "days", label: texts.t("work-step-extend-days") },
                text("work-reason", "work-reason-hint", true),
            ],
            _ => Vec::new(),
        }
    }
}

/// What a step's form sends; each step has some of it.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct StepForm {
    /// The version that the clerk saw.
    pub version: u64,
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub again: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub days: String,
    #[serde(default)]
    pub to: String,
}

impl StepForm {
    /// A text of several lines as the one line that it is everywhere else: on screens, slips and in messages.
    fn line(&self) -> String {
        let lines = self.text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join("；")
    }

    /// The command that an action's form is, in words of `texts` where the resident reads what was chosen.
    pub(super) fn command(&self, action: Action, texts: Texts) -> Result<CaseCommand, &'static str> {
        let text = self.line();
        Ok(match action.name {
            "accept" => CaseCommand::Accept { remark: text },
            "answer-supplement" => CaseCommand::AnswerSupplement { remark: text },
            "ask-supplement" => {
                let again = self.again.trim().to_owned();
                CaseCommand::AskSupplement {
                    list: text,
                    why_not_first: Some(again).filter(|why| !why.is_empty()),
                }
            }
            "not-accept" => CaseCommand::NotAccept { reason: text },
            "begin-decision" => CaseCommand::BeginDecision { remark: text },
            "start-procedure" => {
                CaseCommand::StartProcedure { name: self.name.trim().to_owned(), remark: text }
            }
            "end-procedure" => CaseCommand::EndProcedure { remark: text },
            "grant" => CaseCommand::Decide { outcome: CaseOutcome::Granted, reason: text },
            "refuse" => CaseCommand::Decide { outcome: CaseOutcome::Refused, reason: text },
            "issue" => CaseCommand::Issue,
            "deliver" => match self.to.as_str() {
                how @ ("collected" | "posted" | "other") => {
                    CaseCommand::Deliver { remark: texts.t(&format!("work-deliver-{how}")) }
                }
                _ => return Err("work-error-input"),
            },
            "reopen" => CaseCommand::Reopen { reason: text },
            "withdraw" => CaseCommand::Withdraw { reason: text },
            "take" => CaseCommand::Take,
            "hold" => CaseCommand::Hold { reason: text },
            "resume" => CaseCommand::Resume,
            "note" => CaseCommand::Note { text },
            "hand-over" => {
                let to = if self.to.is_empty() { Holder::Group } else { Holder::Staff(self.to.clone()) };
                CaseCommand::HandOver { to, reason: text }
            }
            "material-received" => CaseCommand::ReceiveMaterial { material: self.to.clone() },
            "extend" => {
                let days = self.days.trim().parse().map_err(|_| "work-error-days")?;
                CaseCommand::Extend { days, reason: text }
            }
            _ => return Err("work-error-input"),
        })
    }
}

/// Why a command was refused, in words.
pub(super) fn refusal(reason: &RefusalReason) -> Words {
    Words::new(match reason {
        RefusalReason::Right { .. } => "work-refusal-role",
        RefusalReason::Separation { had: Duty::Reception, .. } => "work-refusal-received",
        RefusalReason::Separation { had: Duty::Decision, .. } => "work-refusal-decided",
        RefusalReason::Separation { .. } => "work-refusal-separation",
        RefusalReason::Words => "work-error-reason",
        RefusalReason::NotFirst => "work-error-again",
        RefusalReason::Remark(_) => "work-error-text",
        RefusalReason::Days => "work-error-days",
        RefusalReason::Held => "work-refusal-held",
        _ => "work-refusal-transition",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_step_of_staff_is_at_the_console_once_and_in_words() {
        // The hall itself completes the files.
        let at_the_console: Vec<Step> = ACTIONS.iter().filter_map(|action| action.step).collect();
        let expected = Step::ALL.into_iter().filter(|step| *step != Step::CompleteFiles);
        assert_eq!(at_the_console.iter().collect::<HashSet<_>>().len(), at_the_console.len());
        for step in expected {
            assert!(at_the_console.contains(&step), "{step:?}");
        }
        for action in ACTIONS {
            assert!(action.step.is_none_or(|step| step.key() == action.name));
            let texts = Texts::new(bianmin_locale::Language::ZhCn);
            assert!(texts.has(&format!("work-step-{}", action.name)), "{}", action.name);
            let form = StepForm { to: "collected".to_owned(), days: "3".to_owned(), ..StepForm::default() };
            assert!(form.command(action, texts).is_ok(), "{}", action.name);
        }
    }

    #[test]
    fn lines_become_one_and_days_are_a_number() {
        let form = StepForm { text: " 照片 \r\n\r\n户口簿\n".to_owned(), ..StepForm::default() };
        assert_eq!(form.line(), "照片；户口簿");
        let texts = Texts::new(bianmin_locale::Language::ZhCn);
        let extend = Action::of("extend").unwrap();
        for days in ["", "x", "-1", "99999999"] {
            let form = StepForm { days: days.to_owned(), ..StepForm::default() };
            assert_eq!(form.command(extend, texts), Err("work-error-days"), "{days}");
        }
    }
}
