//! What a supervisor looks at first: departments, what is late or soon will be, duties that were not kept apart, repeated
//! supplements.

use super::list::{groups, left, state_of, today};
use super::page::{DepartmentFigures, SupervisionPage, SupervisionRow, SupervisionTable};
use super::people::People;
use super::{items, view};
use crate::cases::domain::{CaseFilter, CaseRecord, Duty, Order};
use crate::console::{Frame, Page, PageError};
use crate::hall::Hall;
use crate::staff::{Role, Scope, SignedIn};
use axum::extract::State;
use bianmin_locale::Texts;
use std::collections::HashMap;
use std::sync::Arc;

/// Rows of a table; how many more there are, the figures above say.
const ROWS: u32 = 20;

/// The page.
pub(super) async fn supervision(
    State(hall): State<Arc<Hall>>,
    SignedIn(member): SignedIn,
    frame: Frame,
) -> Result<Page<SupervisionPage>, PageError> {
    let texts = frame.texts;
    let departments = match member.scope(Role::Supervise) {
        Scope::All => None,
        Scope::Departments(codes) => Some(codes.iter().map(ToString::to_string).collect::<Vec<_>>()),
    };
    let names: HashMap<String, String> = items::all(&hall, texts)
        .await?
        .into_iter()
        .map(|item| (item.department_code, item.department))
        .collect();
    let now = hall.clock.now();
    let today = today(&hall);
    let figures = hall.store.cases().figures(departments.as_deref(), today).await?;
    let figures = figures.into_iter().map(|one| DepartmentFigures {
        name: names.get(&one.department).unwrap_or(&one.department).clone(),
        link: format!("/console/cases?list=all&department={}", one.department),
        open: one.open,
        near: one.near,
        late: one.late,
    });
    let filter = |is_late: bool| CaseFilter {
        departments: departments.clone(),
        is_late,
        is_near: !is_late,
        ..CaseFilter::default()
    };
    let cases = hall.store.cases();
    let late = cases.work_list(&filter(true), Order::Due, None, ROWS, today).await?;
    let near = cases.work_list(&filter(false), Order::Due, None, ROWS, today).await?;
    let repeated = cases.repeated_supplements(departments.as_deref(), ROWS).await?;
    let breaches = cases.separation_breaches(departments.as_deref(), ROWS).await?;
    let drawer = Drawer { hall: &hall, texts, names: &names };
    let ids = breaches.iter().filter_map(|(_, actor, _)| super::people::staff_of(actor)).collect();
    let people = People::read(&hall, ids).await?;
    let mut rows = Vec::with_capacity(breaches.len());
    for (record, actor, duties) in &breaches {
        let duties: Vec<String> = duties.iter().map(|duty| texts.t(duty_key(*duty))).collect();
        let args = [("name", people.actor(actor, texts).into()), ("duties", duties.join(" · ").into())];
        rows.push(drawer.row(record, texts.t_args("work-breach", &args))?);
    }
    let counted = |record: &CaseRecord| {
        drawer.row(record, texts.t_args("work-repeated", &[("count", record.supplements.into())]))
    };
    let tables = vec![
        drawer.table("late", drawer.rows(&late)?),
        drawer.table("near", drawer.rows(&near)?),
        drawer.table("breaches", rows),
        drawer.table("repeated", repeated.iter().map(counted).collect::<Result<_, _>>()?),
    ];
    Ok(Page(SupervisionPage {
        lists: groups(&member, texts, None),
        counted: texts.t_args("work-counted", &[("time", view::minute(&hall, now).into())]),
        departments: figures.collect(),
        tables,
        frame,
    }))
}

fn duty_key(duty: Duty) -> &'static str {
    match duty {
        Duty::Reception => "work-duty-reception",
        Duty::Decision => "work-duty-decision",
        Duty::Issue => "work-duty-issue",
        Duty::Supervision => "work-duty-supervision",
    }
}

struct Drawer<'a> {
    hall: &'a Hall,
    texts: Texts,
    /// Departments' names by their codes.
    names: &'a HashMap<String, String>,
}

impl Drawer<'_> {
    fn table(&self, name: &str, rows: Vec<SupervisionRow>) -> SupervisionTable {
        let say = |what: &str| self.texts.t(&format!("work-{name}-{what}"));
        SupervisionTable { title: say("title"), how: say("how"), rows, empty: say("empty") }
    }

    fn rows(&self, records: &[CaseRecord]) -> Result<Vec<SupervisionRow>, PageError> {
        records.iter().map(|record| self.row(record, String::new())).collect()
    }

    fn row(&self, record: &CaseRecord, words: String) -> Result<SupervisionRow, PageError> {
        let state = state_of(record)?;
        let department = self.names.get(&record.department).unwrap_or(&record.department);
        Ok(SupervisionRow {
            link: format!("/console/cases/{}", record.application_id),
            registration: record.registration.clone(),
            item: record.item_name.clone(),
            department: department.clone(),
            words,
            left: Some(left(self.hall, record, state, today(self.hall)).bar(self.texts)),
        })
    }
}
