//! Work lists: the rows are the record itself, most urgent first, fifty to a page.

use super::clock::Left;
use super::page::{
    BatchStep, Filter, FilterOption, Found, ListEntry, ListGroup, Message, Tone, WorkListPage, WorkRow,
};
use super::people::People;
use super::steps::{Action, StepForm};
use super::{answers, view};
use crate::cases::domain::{CaseFilter, CaseRecord, Order, WorkPlace, seen_departments};
use crate::console::{Form, Frame, Page, PageError};
use crate::hall::Hall;
use crate::staff::{Role, SignedIn, StaffMember};
use axum::extract::{Query, State};
use bianmin_locale::Texts;
use bianmin_protocol::case::CaseState;
use bianmin_protocol::ids::ApplicationId;
use jiff::civil::Date;
use serde::Deserialize;
use std::sync::Arc;

/// Rows on a page.
const ROWS: u32 = 50;
const HERE: &str = "/console/cases";

/// The lists, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Mine,
    MineSupplement,
    MineHeld,
    New,
    Processing,
    Late,
    Supplement,
    Decided,
    All,
}

impl List {
    const MINE: [Self; 3] = [Self::Mine, Self::MineSupplement, Self::MineHeld];
    const GROUP: [Self; 6] =
        [Self::New, Self::Processing, Self::Late, Self::Supplement, Self::Decided, Self::All];

    fn key(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::MineSupplement => "mine-supplement",
            Self::MineHeld => "mine-held",
            Self::New => "new",
            Self::Processing => "processing",
            Self::Late => "late",
            Self::Supplement => "supplement",
            Self::Decided => "decided",
            Self::All => "all",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::MINE.into_iter().chain(Self::GROUP).find(|list| list.key() == key)
    }

    /// What it has, before the filters.
    fn filter(self, member: &StaffMember) -> CaseFilter {
        use CaseState::{Accepted, AwaitingFiles, Deciding, Granted, Received, Refused, SpecialProcedure};
        let open = CaseFilter { is_open: true, ..CaseFilter::default() };
        let mine = CaseFilter { held_by: Some(member.id.to_string()), ..open.clone() };
        let states = |states: &[CaseState]| CaseFilter { states: states.to_vec(), ..open.clone() };
        match self {
            Self::Mine => mine,
            Self::MineSupplement => CaseFilter { states: vec![CaseState::Supplement], ..mine },
            Self::MineHeld => CaseFilter { is_on_hold: true, ..mine },
            Self::New => CaseFilter { is_unheld: true, ..states(&[AwaitingFiles, Received]) },
            Self::Processing => states(&[Accepted, Deciding, SpecialProcedure]),
            Self::Late => CaseFilter { is_late: true, ..open },
            Self::Supplement => states(&[CaseState::Supplement]),
            Self::Decided => states(&[Granted, Refused]),
            Self::All => CaseFilter::default(),
        }
    }

    /// In which order: what is over has no due date any more.
    fn order(self) -> Order {
        if self == Self::All { Order::Newest } else { Order::Due }
    }
}

/// The lists on the left of every list.
pub(super) fn groups(member: &StaffMember, texts: Texts, here: Option<List>) -> Vec<ListGroup> {
    let entry = |list: List| ListEntry {
        label: texts.t(&format!("work-list-{}", list.key())),
        link: format!("{HERE}?list={}", list.key()),
        is_here: here == Some(list),
    };
    let group = |title: &str, lists: &[List]| ListGroup {
        title: texts.t(title),
        entries: lists.iter().copied().map(entry).collect(),
    };
    let mut groups = vec![group("work-mine", &List::MINE), group("work-group", &List::GROUP)];
    if member.may_somewhere(Role::Supervise) {
        let entry = ListEntry {
            label: texts.t("work-list-supervision"),
            link: format!("{HERE}/supervision"),
            is_here: here.is_none(),
        };
        groups.push(ListGroup { title: texts.t("work-supervise"), entries: vec![entry] });
    }
    groups
}

/// What an address says of a list.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct ListQuery {
    #[serde(default)]
    list: String,
    #[serde(default)]
    item: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    due: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    after: String,
}

/// A list.
pub(super) async fn list(
    State(hall): State<Arc<Hall>>,
    SignedIn(member): SignedIn,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<Page<WorkListPage>, PageError> {
    page(&hall, &member, frame, query, None).await.map(Page)
}

/// A list with a message over it.
async fn page(
    hall: &Hall,
    member: &StaffMember,
    frame: Frame,
    query: ListQuery,
    message: Option<Message>,
) -> Result<WorkListPage, PageError> {
    let texts = frame.texts;
    let list = List::from_key(&query.list).unwrap_or(List::Mine);
    let departments = seen_departments(member);
    let mut filter = list.filter(member);
    filter.departments = departments.clone();
    narrow(&mut filter, &query, hall);
    let after = WorkPlace::parse(&query.after);
    let today = today(hall);
    let cases = hall.store.cases();
    let mut records = cases.work_list(&filter, list.order(), after.as_ref(), ROWS + 1, today).await?;
    let is_more = records.len() > ROWS as usize;
    records.truncate(ROWS as usize);
    let next = records.last().filter(|_| is_more).map(|last| {
        let ListQuery { item, state, due, department, .. } = &query;
        let filters = [("item", item), ("state", state), ("due", due), ("department", department)];
        let given = filters.iter().filter(|(_, value)| !value.is_empty() && is_plain(value));
        let given: String = given.map(|(name, value)| format!("&{name}={value}")).collect();
        format!("{HERE}?list={}{given}&after={}", list.key(), last.work_place(list.order()).text())
    });
    let rows = rows(hall, &records, texts).await?;
    let batch = batch_steps(member, list, texts);
    Ok(WorkListPage {
        lists: groups(member, texts, Some(list)),
        title: texts.t(&format!("work-list-{}", list.key())),
        summary: texts.t_args("work-summary-page", &[("count", rows.len().into())]),
        message,
        here: HERE.to_owned(),
        list: list.key().to_owned(),
        filters: filters(hall, &query, departments.as_deref(), texts).await?,
        found: None,
        rows,
        next,
        batch,
        batch_action: format!("{HERE}/batch?list={}", list.key()),
        advice: texts.t(if list == List::Mine { "work-nothing-mine" } else { "work-nothing-list" }),
        frame,
    })
}

/// The hall's day.
pub(super) fn today(hall: &Hall) -> Date {
    hall.clock.day(hall.clock.now())
}

/// What may stand in a link as it is.
fn is_plain(value: &str) -> bool {
    value.len() <= 64 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

fn narrow(filter: &mut CaseFilter, query: &ListQuery, hall: &Hall) {
    if !query.item.is_empty() {
        filter.item = Some(query.item.clone());
    }
    if let Some(state) = CaseState::from_key(&query.state) {
        // A list of some states stays within them.
        let is_within = filter.states.is_empty() || filter.states.contains(&state);
        if is_within {
            filter.states = vec![state];
        } else {
            filter.departments = Some(Vec::new());
        }
    }
    if !query.department.is_empty() && filter.departments.as_ref().is_none_or(|own| !own.is_empty()) {
        let is_theirs = filter.departments.as_ref().is_none_or(|own| own.contains(&query.department));
        filter.departments = Some(if is_theirs { vec![query.department.clone()] } else { Vec::new() });
    }
    let today = today(hall);
    match query.due.as_str() {
        "late" => filter.is_late = true,
        "today" => filter.due_by = Some(today),
        "week" => filter.due_by = today.checked_add(jiff::Span::new().days(7)).ok(),
        _ => {}
    }
}

/// Rows of records, with the applicants masked.
pub(super) async fn rows(
    hall: &Hall,
    records: &[CaseRecord],
    texts: Texts,
) -> Result<Vec<WorkRow>, PageError> {
    let held: Vec<String> = records.iter().filter_map(|record| record.held_by.clone()).collect();
    let people = People::read(hall, held).await?;
    let today = today(hall);
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let id: ApplicationId = record.application_id.parse().map_err(|_| PageError::Unavailable)?;
        let opened = answers::open(hall, id).await?;
        let state = state_of(record)?;
        let left = left(hall, record, state, today);
        rows.push(WorkRow {
            id: record.application_id.clone(),
            version: record.version,
            link: format!("{HERE}/{}", record.application_id),
            registration: record.registration.clone(),
            item: record.item_name.clone(),
            applicant: opened.as_ref().map(answers::applicant_masked).unwrap_or_default(),
            state: view::state(state, record.is_withdrawn, record.is_issued, texts),
            left: left.bar(texts),
            from: record.terminal.clone(),
            received: hall.clock.civil(record.received_at).strftime("%m-%d %H:%M").to_string(),
            holder: record.held_by.as_deref().map(|id| people.name(id).to_owned()).unwrap_or_default(),
        });
    }
    Ok(rows)
}

/// Where a record stands.
pub(super) fn state_of(record: &CaseRecord) -> Result<CaseState, PageError> {
    CaseState::from_key(&record.state).ok_or(PageError::Unavailable)
}

/// What is left of a record's limit.
pub(super) fn left(hall: &Hall, record: &CaseRecord, state: CaseState, today: Date) -> Left {
    Left {
        due: record.due,
        today,
        is_near: record.near_from.is_some_and(|near| near <= today),
        is_late: record.due.is_some_and(|due| due < today),
        state,
        received: hall.clock.day(record.received_at),
    }
}

async fn filters(
    hall: &Hall,
    query: &ListQuery,
    departments: Option<&[String]>,
    texts: Texts,
) -> Result<Vec<Filter>, PageError> {
    let option = |chosen: &str, value: &str, label: String| FilterOption {
        value: value.to_owned(),
        label,
        is_chosen: chosen == value,
    };
    let all = |chosen: &str| option(chosen, "", texts.t("work-filter-all"));
    let filter = |name: &'static str, chosen: &str, options: Vec<FilterOption>| Filter {
        name,
        label: texts.t(&format!("work-filter-{name}")),
        options: std::iter::once(all(chosen)).chain(options).collect(),
    };
    let items = super::items::all(hall, texts).await?;
    let is_theirs = |code: &String| departments.is_none_or(|own| own.contains(code));
    let of_items = items.iter().filter(|item| is_theirs(&item.department_code));
    let of_items = of_items.map(|item| option(&query.item, &item.code, item.name.clone())).collect();
    let mut named: Vec<(&String, &String)> =
        items.iter().map(|item| (&item.department_code, &item.department)).collect();
    named.sort();
    named.dedup_by_key(|(code, _)| *code);
    let of_departments: Vec<FilterOption> = named
        .into_iter()
        .filter(|(code, _)| is_theirs(code))
        .map(|(code, name)| option(&query.department, code, name.clone()))
        .collect();
    let states = CaseState::ALL
        .into_iter()
        .map(|state| option(&query.state, state.key(), texts.t(&format!("work-state-{}", state.key()))));
    let due = ["today", "week", "late"]
        .map(|due| option(&query.due, due, texts.t(&format!("work-filter-due-{due}"))));
    let mut filters = vec![
        filter("item", &query.item, of_items),
        filter("state", &query.state, states.collect()),
        filter("due", &query.due, due.into()),
    ];
    if of_departments.len() > 1 {
        filters.push(filter("department", &query.department, of_departments));
    }
    Ok(filters)
}

/// What can be done with several cases at once, by lists whose cases are equal enough.
fn batch_steps(member: &StaffMember, list: List, texts: Texts) -> Vec<BatchStep> {
    let names: &[&str] = match list {
        List::New => &["take", "accept"],
        List::Processing => &["take", "grant"],
        List::Decided => &["issue"],
        List::Mine => &["accept", "grant", "issue"],
        _ => &[],
    };
    let actions = names.iter().filter_map(|name| Action::of(name));
    let theirs = actions.filter(|action| action.roles.iter().any(|role| member.may_somewhere(*role)));
    theirs.map(|action| BatchStep { command: action.name, label: action.title(texts) }).collect()
}

/// What a batch sends: cases with the versions that were seen, and the step.
struct Batch {
    cases: Vec<(ApplicationId, u64)>,
    action: Action,
}

impl Batch {
    fn read(fields: &[(String, String)]) -> Option<Self> {
        let cases = fields.iter().filter(|(name, _)| name == "case").map(|(_, value)| {
            let (id, version) = value.split_once('.')?;
            Some((id.parse().ok()?, version.parse().ok()?))
        });
        let cases: Vec<(ApplicationId, u64)> = cases.collect::<Option<_>>()?;
        let name = &fields.iter().find(|(name, _)| name == "command")?.1;
        let action =
            Action::of(name).filter(|action| ["take", "accept", "grant", "issue"].contains(&action.name))?;
        (cases.len() <= ROWS as usize).then_some(Self { cases, action })
    }
}

/// The same step with several cases of one item and one state. Each is taken or refused for itself.
pub(super) async fn batch(
    State(hall): State<Arc<Hall>>,
    SignedIn(member): SignedIn,
    frame: Frame,
    Query(query): Query<ListQuery>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Page<WorkListPage>, PageError> {
    let Batch { cases, action } = Batch::read(&fields).ok_or(PageError::Form)?;
    let texts = frame.texts;
    let warn = |words: String| Message { words, tone: Tone::Warn };
    if cases.is_empty() {
        let message = warn(texts.t("work-batch-none"));
        return page(&hall, &member, frame, query, Some(message)).await.map(Page);
    }
    let mut seen = Vec::with_capacity(cases.len());
    for (id, version) in cases {
        seen.push((view::see(&hall, &member, id).await?, version));
    }
    let kind = |seen: &view::Seen| (seen.view.item.0.clone(), seen.view.state);
    let first = seen.first().map(|(seen, _)| kind(seen));
    if action.name != "take" && seen.iter().any(|(one, _)| Some(kind(one)) != first) {
        let message = warn(texts.t("work-batch-unequal"));
        return page(&hall, &member, frame, query, Some(message)).await.map(Page);
    }
    let (mut done, mut failed) = (0u32, Vec::new());
    for (one, version) in seen {
        let form = StepForm { version, ..StepForm::default() };
        match super::take::execute(&hall, &member, &one, action, &form, texts).await? {
            Ok(()) => done += 1,
            Err(refused) => {
                let args =
                    [("registration", one.registration.into()), ("reason", refused.words(texts).into())];
                failed.push(texts.t_args("work-batch-failed", &args));
            }
        }
    }
    let args = [("count", done.into()), ("step", action.title(texts).into())];
    let mut words = vec![texts.t_args("work-batch-done", &args)];
    let tone = if failed.is_empty() { Tone::Good } else { Tone::Warn };
    words.extend(failed);
    let message = Message { words: words.join(" "), tone };
    page(&hall, &member, frame, query, Some(message)).await.map(Page)
}

/// What somebody searches for. It comes in a form, because a name is no part of an address.
#[derive(Debug, Deserialize)]
pub(super) struct SearchForm {
    q: String,
}

/// Cases by a number, a name, an identity or a telephone number.
pub(super) async fn search(
    State(hall): State<Arc<Hall>>,
    SignedIn(member): SignedIn,
    frame: Frame,
    Form(form): Form<SearchForm>,
) -> Result<Page<WorkListPage>, PageError> {
    let texts = frame.texts;
    let departments = seen_departments(&member);
    let query = form.q.trim();
    // More than fit a page is no answer: whoever searches knows more than a common name.
    let records = hall.cases.search(query, departments.as_deref(), ROWS).await?;
    let rows = rows(&hall, &records, texts).await?;
    Ok(Page(WorkListPage {
        lists: groups(&member, texts, Some(List::All)),
        title: texts.t("work-found-title"),
        summary: texts.t_args("work-summary", &[("count", rows.len().into())]),
        message: None,
        here: HERE.to_owned(),
        list: List::All.key().to_owned(),
        filters: Vec::new(),
        found: Some(Found { query: query.to_owned(), understood: texts.t(understood(query)) }),
        next: None,
        rows,
        batch: Vec::new(),
        batch_action: String::new(),
        advice: texts.t("work-nothing-found"),
        frame,
    }))
}

/// How a search was understood.
fn understood(query: &str) -> &'static str {
    let digits = query.chars().filter(char::is_ascii_digit).count();
    let letters = query.chars().filter(char::is_ascii_alphabetic).count();
    match query.chars().filter(|one| !one.is_whitespace()).count() {
        11 if digits == 11 => "work-searched-phone",
        15 | 18 if digits >= 14 && letters <= 1 => "work-searched-identity",
        _ if digits >= 6 => "work-searched-number",
        _ => "work-searched-name",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_says_how_it_was_understood() {
        for (query, key) in [
            ("HP07-261126-0019-77", "number"),
            ("11000000MB0000000X0000123456789202611260001", "number"),
            ("张小明", "name"),
            ("John Smith", "name"),
            ("11010519491231002X", "identity"),
            ("138 0000 0000", "phone"),
        ] {
            assert_eq!(understood(query), format!("work-searched-{key}"), "{query}");
        }
    }

    #[test]
    fn every_list_is_found_by_its_key() {
        for list in List::MINE.into_iter().chain(List::GROUP) {
            assert_eq!(List::from_key(list.key()), Some(list));
        }
        assert_eq!(List::from_key("other"), None);
    }

    #[test]
    fn a_batch_takes_only_steps_for_which_nothing_is_written() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let case = field("case", "019e0000-0000-7000-8000-000000000001.3");
        let read = |command: &str| Batch::read(&[case.clone(), field("command", command)]);
        assert_eq!(read("accept").unwrap().cases[0].1, 3);
        for command in ["refuse", "not-accept", "withdraw", "deliver", "x", ""] {
            assert!(read(command).is_none(), "{command}");
        }
        assert!(Batch::read(&[field("case", "x.1"), field("command", "accept")]).is_none());
    }
}
