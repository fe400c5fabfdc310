//! What was measured lately, and the work that is ahead of somebody.

use crate::db::sql::query_all;
use crate::queue::domain::{
    Basis, Demand, Estimate, GroupCode, RECENT, Setup, Ticket, ahead_of_ordinary, ahead_of_priority,
};
use crate::queue::error::QueueError;
use crate::queue::moment::Moment;
use sea_orm::{ConnectionTrait, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A window that called nobody for so many milliseconds is not at work.
const AT_WORK: i64 = 30 * 60_000;

/// How the lines of a business day stand.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    lines: BTreeMap<String, Waiting>,
    bound: u32,
}

/// The people of one line.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Waiting {
    pub ordinary: u32,
    pub priority: u32,
    pub streak: u32,
}

impl Lines {
    pub(super) async fn load(
        db: &impl ConnectionTrait,
        setup: &Setup,
        moment: Moment,
    ) -> Result<Self, QueueError> {
        Self::of_people(db, setup, moment, ("", Vec::new())).await
    }

    /// As they are for somebody who stands in one: nobody of their own kind is behind them in any line.
    async fn before(
        db: &impl ConnectionTrait,
        setup: &Setup,
        moment: Moment,
        ticket: &Ticket,
    ) -> Result<Self, QueueError> {
        let condition = "AND (is_priority <> $2 OR queued_at < $3 OR (queued_at = $3 AND id < $4))";
        let values = vec![
            i64::from(ticket.priority.is_some()).into(),
            ticket.queued_at.0.into(),
            ticket.id.clone().into(),
        ];
        Self::of_people(db, setup, moment, (condition, values)).await
    }

    async fn of_people(
        db: &impl ConnectionTrait,
        setup: &Setup,
        moment: Moment,
        (condition, values): (&str, Vec<Value>),
    ) -> Result<Self, QueueError> {
        let mut lines: BTreeMap<String, Waiting> = BTreeMap::new();
        let sql = format!(
            "SELECT group_code, is_priority, COUNT(*) AS people FROM queue_ticket \
             WHERE serve_day = $1 AND state = 'waiting' {condition} GROUP BY group_code, is_priority"
        );
        let day = Value::from(moment.day.to_string());
        for row in query_all(db, &sql, std::iter::once(day).chain(values)).await? {
            let line = lines.entry(row.try_get("", "group_code")?).or_default();
            let people = u32::try_from(row.try_get::<i64>("", "people")?).unwrap_or(u32::MAX);
            match row.try_get::<i64>("", "is_priority")? {
                0 => line.ordinary = people,
                _ => line.priority = people,
            }
        }
        let sql = "SELECT code, priority_calls FROM queue_streak WHERE day = $1 AND kind = 'group'";
        for row in query_all(db, sql, [moment.day.to_string().into()]).await? {
            let streak = row.try_get::<i64>("", "priority_calls")?;
            lines.entry(row.try_get("", "code")?).or_default().streak = u32::try_from(streak).unwrap_or(0);
        }
        Ok(Self { lines, bound: setup.priority_bound })
    }

    pub(super) fn of(&self, group: &GroupCode) -> Waiting {
        self.lines.get(group.as_str()).copied().unwrap_or_default()
    }

    /// One more at the end of a line.
    pub(super) fn join(&mut self, group: &GroupCode, is_priority: bool) {
        let line = self.lines.entry(group.to_string()).or_default();
        let people = if is_priority { &mut line.priority } else { &mut line.ordinary };
        *people = people.saturating_add(1);
    }

    /// How many of the group are called before somebody who joins its line now.
    pub(super) fn ahead(&self, group: &GroupCode, is_priority: bool) -> u32 {
        let line = self.of(group);
        match is_priority {
            true => ahead_of_priority(line.priority, line.ordinary, line.streak, self.bound),
            false => ahead_of_ordinary(line.ordinary, line.priority, line.streak, self.bound),
        }
    }

    /// The same with the people of other lines at the same windows, by their share.
    fn work_ahead(&self, setup: &Setup, group: &GroupCode, is_priority: bool) -> f64 {
        let work = |other: &GroupCode| f64::from(self.ahead(other, is_priority)) * setup.shared(group, other);
        setup.groups.iter().map(|other| work(&other.code)).sum()
    }
}

/// Which windows are at work, and which of those have somebody.
#[derive(Debug, Clone, Default)]
pub(super) struct AtWork {
    working: BTreeSet<String>,
    busy: BTreeSet<String>,
}

impl AtWork {
    pub(super) async fn load(db: &impl ConnectionTrait, moment: Moment) -> Result<Self, QueueError> {
        let sql = "SELECT DISTINCT window_code, CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END AS is_busy \
                   FROM queue_call WHERE ended_at IS NULL OR ended_at > $1";
        let mut found = Self::default();
        for row in query_all(db, sql, [(moment.at.0 - AT_WORK).into()]).await? {
            let window: String = row.try_get("", "window_code")?;
            if i64::from(row.try_get::<i32>("", "is_busy")?) == 1 {
                found.busy.insert(window.clone());
            }
            found.working.insert(window);
        }
        Ok(found)
    }
}

/// All that an estimate goes by, for the groups that it was loaded for.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    at_work: AtWork,
    basis: BTreeMap<String, Basis>,
}

impl Measured {
    pub(super) async fn load(
        db: &impl ConnectionTrait,
        setup: &Setup,
        moment: Moment,
        groups: &BTreeSet<GroupCode>,
    ) -> Result<Self, QueueError> {
        let mut basis = BTreeMap::new();
        for group in groups {
            basis.insert(group.to_string(), measured(db, setup, group).await?);
        }
        Ok(Self { at_work: AtWork::load(db, moment).await?, basis })
    }

    /// The same for every group.
    pub(super) async fn load_all(
        db: &impl ConnectionTrait,
        setup: &Setup,
        moment: Moment,
    ) -> Result<Self, QueueError> {
        let groups = setup.groups.iter().map(|group| group.code.clone()).collect();
        Self::load(db, setup, moment, &groups).await
    }

    /// How long somebody waits who joins a line now.
    pub(super) fn estimate(
        &self,
        setup: &Setup,
        lines: &Lines,
        moment: Moment,
        group: &GroupCode,
        is_priority: bool,
    ) -> Estimate {
        let mut demand = Demand { ahead: lines.work_ahead(setup, group, is_priority), windows: 0, idle: 0 };
        let all = || setup.windows_of(group).map(|window| window.code.as_str());
        let nobody_works = !all().any(|window| self.at_work.working.contains(window));
        for window in all().filter(|window| nobody_works || self.at_work.working.contains(*window)) {
            demand.windows += 1;
            demand.idle += u32::from(!self.at_work.busy.contains(window));
        }
        let fallback = Basis { minutes: 10, ..Basis::default() };
        let mut estimate = self.basis.get(group.as_str()).unwrap_or(&fallback).estimate(demand);
        if let Some(opening) = &setup.opening {
            for wait in [&mut estimate.expected, &mut estimate.shortest, &mut estimate.longest] {
                *wait = opening.with_breaks(moment.time, *wait);
            }
        }
        estimate
    }
}

async fn measured(db: &impl ConnectionTrait, setup: &Setup, group: &GroupCode) -> Result<Basis, QueueError> {
    let recent = RECENT as i64;
    let sql = "SELECT ended_at - called_at AS cycle FROM queue_call \
               WHERE group_code = $1 AND ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT $2";
    let rows = query_all(db, sql, [group.to_string().into(), recent.into()]).await?;
    let cycles = rows.iter().map(|row| row.try_get("", "cycle")).collect::<Result<Vec<i64>, _>>()?;
    let sql = "SELECT first_called_at - issued_at AS waited, expected_wait, wait_scale FROM queue_ticket \
               WHERE group_code = $1 AND first_called_at IS NOT NULL AND serve_day = day \
               ORDER BY first_called_at DESC LIMIT $2";
    let mut errors = Vec::new();
    // Not of those who were carried over: the night was no wait in the line.
    for row in query_all(db, sql, [group.to_string().into(), recent.into()]).await? {
        let number = |column| row.try_get::<i64>("", column).map(|value| value as f64);
        errors.push((number("waited")? - number("expected_wait")?) / number("wait_scale")?);
    }
    let minutes = setup.group(group).map_or(10, |group| group.minutes);
    Ok(Basis { cycles, errors, minutes })
}

/// How many stand before a place in the order in which its line is called.
pub(super) async fn ahead_of(
    db: &impl ConnectionTrait,
    setup: &Setup,
    moment: Moment,
    ticket: &Ticket,
) -> Result<u32, QueueError> {
    let lines = Lines::before(db, setup, moment, ticket).await?;
    Ok(lines.ahead(&ticket.group, ticket.priority.is_some()))
}

/// The same, and how long it will be: as for somebody who joined now lines that hold nobody behind the place.
pub(super) async fn wait_of(
    db: &impl ConnectionTrait,
    setup: &Setup,
    moment: Moment,
    ticket: &Ticket,
) -> Result<(u32, Estimate), QueueError> {
    let lines = Lines::before(db, setup, moment, ticket).await?;
    let groups = BTreeSet::from([ticket.group.clone()]);
    let measured = Measured::load(db, setup, moment, &groups).await?;
    let is_priority = ticket.priority.is_some();
    let wait = measured.estimate(setup, &lines, moment, &ticket.group, is_priority);
    let wait = wait.not_before(ticket.queued_at.0 - moment.at.0);
    Ok((lines.ahead(&ticket.group, is_priority), wait))
}
