//! The case on one page, made of what is kept about it.

use super::answers::{self, Opened};
use super::gallery::{self, Look};
use super::history::Writer;
use super::page::{
    CaseHead, CasePage, Chip, Conflict, HistoryEntry, Message, NoticeLink, Step as StepView, Tone,
};
use super::people::{People, staff_of};
use super::steps::{ACTIONS, Action, StepForm, Surroundings, primary, refusal};
use super::{clock, notices};
use crate::cases::domain::{CaseEvent, CaseView, Holder, Look as PersonalLook, RefusalReason, Step, may_see};
use crate::console::{Frame, PageError};
use crate::hall::Hall;
use crate::staff::{Department, Role, StaffMember};
use bianmin_locale::Texts;
use bianmin_protocol::case::CaseState;
use bianmin_protocol::ids::{ApplicationId, FieldCode, MaterialCode};

/// Colleagues to whom a case may be handed over; more do not fit a menu.
const COLLEAGUES: usize = 200;
/// The newest looks that a page lists.
const LOOKS: u32 = 50;

/// What a page says beside the case itself.
#[derive(Default)]
pub(super) struct Beside<'a> {
    pub look: Look,
    pub message: Option<Message>,
    /// The step that was taken just now.
    pub done: String,
    /// The field that somebody asked to see.
    pub revealed: Option<FieldCode>,
    pub conflict: Option<Conflict>,
    /// A step that was not taken, with what was typed.
    pub kept: Option<(Action, &'a StepForm)>,
}

/// A case that this person may see, as staff and as the resident know it.
pub(super) struct Seen {
    pub view: CaseView,
    /// Who has looked at what was masked.
    pub looks: Vec<PersonalLook>,
    pub registration: String,
    pub item_name: String,
    pub opened: Option<Opened>,
}

/// Reads a case. Of another department it is as if it did not exist.
pub(super) async fn see(hall: &Hall, member: &StaffMember, id: ApplicationId) -> Result<Seen, PageError> {
    let view = hall.cases.view(id).await?.ok_or(PageError::NotFound)?;
    if !may_see(member, &view.department) {
        return Err(PageError::NotFound);
    }
    let progress = hall.cases.progress(id).await?.ok_or(PageError::NotFound)?;
    let opened = answers::open(hall, id).await?;
    let looks = hall.cases.looks(id, LOOKS).await?;
    let registration = progress.registration.to_string();
    Ok(Seen { view, looks, registration, item_name: progress.item_name, opened })
}

/// The whole page.
pub(super) async fn page(
    hall: &Hall,
    member: &StaffMember,
    frame: Frame,
    seen: &Seen,
    beside: Beside<'_>,
) -> Result<CasePage, PageError> {
    let texts = frame.texts;
    let (view, opened) = (&seen.view, seen.opened.as_ref());
    let people = mentioned(hall, seen).await?;
    let look = opened.map(|opened| gallery::chosen(opened, beside.look.clone())).unwrap_or_default();
    let shown = match opened {
        Some(opened) => gallery::view(hall, opened, texts, &look).await?,
        None => None,
    };
    let (steps, other_steps) = steps(hall, member, seen, texts, beside.kept).await?;
    let revealed = beside.revealed.as_ref();
    let promised = |code: &MaterialCode| {
        let found = view.materials.iter().find(|material| material.material == code.as_str());
        found.map(|material| material.due.to_string())
    };
    let unreadable = || Message { words: texts.t("work-unreadable"), tone: Tone::Bad };
    Ok(CasePage {
        head: head(seen, &people, texts),
        version: view.version.0,
        message: beside.message.or_else(|| opened.is_none().then(unreadable)),
        done: beside.done,
        conflict: beside.conflict,
        who: opened.map(|opened| answers::who(opened, texts, revealed)).unwrap_or_default(),
        answers: opened.map(|opened| answers::groups(opened, texts, revealed)).unwrap_or_default(),
        materials: opened.map(|opened| gallery::tabs(opened, texts, &look, promised)).unwrap_or_default(),
        shown,
        steps,
        other_steps,
        clock: Some(clock::draw(&view.clock, view.state, false, texts)),
        history: history(hall, seen, &people, texts),
        notices: links(seen, texts),
        frame,
    })
}

/// Everybody whose name the page needs.
async fn mentioned(hall: &Hall, seen: &Seen) -> Result<People, PageError> {
    let mut ids: Vec<String> = seen.view.held_by.iter().cloned().collect();
    for entry in &seen.view.history {
        ids.extend(staff_of(&entry.actor));
        if let CaseEvent::HandedOver { to: Holder::Staff(id), .. } = &entry.event {
            ids.push(id.clone());
        }
    }
    ids.extend(seen.looks.iter().filter_map(|look| staff_of(&look.actor)));
    Ok(People::read(hall, ids).await?)
}

fn head(seen: &Seen, people: &People, texts: Texts) -> CaseHead {
    let view = &seen.view;
    let mut marks = Vec::new();
    if view.is_on_hold {
        let reason = view.history.iter().rev().find_map(|entry| match &entry.event {
            CaseEvent::Held { reason } => Some(reason.clone()),
            _ => None,
        });
        let words = texts.t_args("work-mark-held", &[("reason", reason.unwrap_or_default().into())]);
        marks.push(Chip { words, tone: Tone::Still });
    }
    if view.clock.is_late {
        marks.push(Chip { words: texts.t("work-mark-late"), tone: Tone::Bad });
    }
    let department = seen.opened.as_ref().map(|opened| opened.item.department.clone());
    CaseHead {
        id: view.application_id.to_string(),
        item: seen.item_name.clone(),
        registration: seen.registration.clone(),
        case_number: view.case_number.clone(),
        state: state(view.state, view.is_withdrawn, view.is_issued, texts),
        marks,
        department: department.unwrap_or_else(|| view.department.clone()),
        holder: match &view.held_by {
            Some(id) => people.name(id).to_owned(),
            None => texts.t("work-nobody"),
        },
    }
}

/// A state as a chip.
pub(super) fn state(state: CaseState, is_withdrawn: bool, is_issued: bool, texts: Texts) -> Chip {
    let (key, tone) = match state {
        CaseState::NotAccepted if is_withdrawn => ("withdrawn", Tone::Still),
        CaseState::Granted if is_issued => ("granted-issued", Tone::Good),
        CaseState::Refused if is_issued => ("refused-issued", Tone::Plain),
        CaseState::AwaitingFiles | CaseState::Supplement => (state.key(), Tone::Warn),
        CaseState::SpecialProcedure => (state.key(), Tone::Still),
        CaseState::Granted | CaseState::Delivered => (state.key(), Tone::Good),
        _ => (state.key(), Tone::Plain),
    };
    Chip { words: texts.t(&format!("work-state-{key}")), tone }
}

/// What may be done next, and what may be done besides.
async fn steps(
    hall: &Hall,
    member: &StaffMember,
    seen: &Seen,
    texts: Texts,
    kept: Option<(Action, &StepForm)>,
) -> Result<(Vec<StepView>, Vec<StepView>), PageError> {
    let view = &seen.view;
    let colleagues = colleagues(hall, member, &view.department).await?;
    let promised: Vec<(String, String)> = open_promises(seen, texts);
    let surroundings = Surroundings {
        texts,
        due: view.clock.due.map(|due| due.to_string()),
        is_second_supplement: view.supplements > 0,
        colleagues: &colleagues,
        promised: &promised,
        kept: kept.map(|(action, form)| (action.name, form)),
    };
    let actor = super::take::actor(member);
    let obvious = primary(view.state, view.is_issued);
    let mut shown = Vec::new();
    for action in ACTIONS {
        let refused = match action.step {
            Some(step) => view.may(&actor, step).err(),
            None if may_beside(view, member, action, &promised) => None,
            None => continue,
        };
        let is_primary = action.step.is_some() && action.step == obvious;
        match refused {
            None => shown.push((action, surroundings.view(action, is_primary))),
            // Who may not because of what they did before is told so; what nobody does now is not there at all.
            Some(reason @ RefusalReason::Separation { .. }) if action.step != Some(Step::Withdraw) => {
                let words = refusal(&reason).say(&texts);
                shown.push((action, StepView { refusal: Some(words), ..surroundings.view(action, false) }));
            }
            Some(_) => {}
        }
    }
    // The obvious step comes first, what one may not comes last.
    shown.sort_by_key(|(_, step)| (step.refusal.is_some(), !step.is_primary));
    let (others, first): (Vec<_>, Vec<_>) = shown.into_iter().partition(|(action, _)| action.is_other());
    let views = |steps: Vec<(Action, StepView)>| steps.into_iter().map(|(_, step)| step).collect();
    Ok((views(first), views(others)))
}

/// Whether what leaves the state as it is can be done now.
fn may_beside(view: &CaseView, member: &StaffMember, action: Action, promised: &[(String, String)]) -> bool {
    let is_over = matches!(view.state, CaseState::NotAccepted | CaseState::Delivered);
    let is_decided = matches!(view.state, CaseState::Granted | CaseState::Refused);
    let department = Department::parse(&view.department).ok();
    let has_role = action.roles.iter().any(|role| member.may(*role, department.as_ref()));
    has_role
        && match action.name {
            "take" => !is_over && view.held_by.is_none(),
            "hold" => !is_over && !view.is_on_hold,
            "resume" => !is_over && view.is_on_hold,
            "hand-over" => !is_over,
            "material-received" => !promised.is_empty(),
            "extend" => !is_over && !is_decided,
            _ => true,
        }
}

/// Materials that may follow and have not come: code and name.
fn open_promises(seen: &Seen, texts: Texts) -> Vec<(String, String)> {
    let open = seen.view.materials.iter().filter(|material| material.received_at.is_none());
    let named = open.map(|material| {
        let item = seen.opened.as_ref().map(|opened| &opened.item);
        let code = MaterialCode::parse(&material.material).ok();
        let found = code.and_then(|code| item?.material(&code));
        let name = found.map(|found| answers::say(texts, found.name()));
        (material.material.clone(), name.unwrap_or_else(|| material.material.clone()))
    });
    named.collect()
}

/// Colleagues who work with cases of a department, without oneself: id and name.
async fn colleagues(
    hall: &Hall,
    member: &StaffMember,
    department: &str,
) -> Result<Vec<(String, String)>, PageError> {
    let department = Department::parse(department).ok();
    let works = |other: &StaffMember| {
        [Role::Receive, Role::Decide, Role::Issue]
            .into_iter()
            .any(|role| other.may(role, department.as_ref()))
    };
    let all = super::colleagues::all(hall).await?;
    let others = all.iter().filter(|other| other.id != member.id && works(other)).take(COLLEAGUES);
    Ok(others.map(|other| (other.id.to_string(), other.display_name.to_string())).collect())
}

fn history(hall: &Hall, seen: &Seen, people: &People, texts: Texts) -> Vec<HistoryEntry> {
    let item = seen.opened.as_ref().map(|opened| opened.item.as_ref());
    let writer = Writer { texts, people, item };
    let happened = seen.view.history.iter().map(|entry| {
        let (words, text) = writer.write(entry);
        (entry.at, HistoryEntry { at: minute(hall, entry.at), words, text })
    });
    let looked = seen.looks.iter().map(|look| {
        let who = people.actor(&look.actor, texts);
        let words = texts.t_args("work-event-looked", &[("who", who.into())]);
        (look.at, HistoryEntry { at: minute(hall, look.at), words, text: look.why.clone() })
    });
    let mut entries: Vec<_> = happened.chain(looked).collect();
    entries.sort_by_key(|(at, _)| at.0);
    entries.into_iter().map(|(_, entry)| entry).collect()
}

/// Day and minute as the hall's clock shows them.
pub(super) fn minute(hall: &Hall, at: bianmin_protocol::ids::Millis) -> String {
    hall.clock.civil(at).strftime("%Y-%m-%d %H:%M").to_string()
}

fn links(seen: &Seen, texts: Texts) -> Vec<NoticeLink> {
    let case = seen.view.application_id;
    let link = |notice: super::page::Notice| NoticeLink {
        label: texts.t(&format!("work-notice-{}", notice.key())),
        link: format!("/console/cases/{case}/notices/{}", notice.key()),
    };
    notices::available(&seen.view).into_iter().map(link).collect()
}
