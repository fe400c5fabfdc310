//! What happens to cases by the clock alone: silence that counts as acceptance, materials that did not come, rungs that
//! are claimed once, due dates after a change of the calendar; and, after a start, cases of an earlier program.

use super::domain::{Actor, CaseCommand, Holder, SearchTerm};
use super::lookup::Cases;
use super::store::{Alarm, CaseError};
use crate::calendar::Calendar;
use crate::db::StoreError;
use bianmin_protocol::ids::ApplicationId;
use serde::Serialize;
use std::time::Duration;

/// How often the hall looks at its cases.
pub(crate) const TICK: Duration = Duration::from_secs(60);
/// Cases that one look changes at most; the others follow with the next.
const SHARE: u32 = 500;
/// Cases that are taken over in one commit.
const TOGETHER: u32 = 100;
/// The hour from which on rungs are claimed, on days that count: nobody is alarmed at midnight.
const ALARM_FROM: i8 = 8;

/// What one look has done.
#[derive(Debug, Default, Serialize)]
pub struct Tick {
    /// Cases that count as accepted.
    pub accepted_by_silence: Vec<ApplicationId>,
    /// Materials that did not come in time.
    pub materials_missed: u64,
    /// Cases in the hands of who works here no more, which are their groups' again.
    pub given_back: u64,
    /// Rungs that were claimed.
    pub alarms: Vec<Alarm>,
}

impl Cases {
    /// Looks at all cases once.
    ///
    /// # Errors
    /// The database fails.
    pub async fn tick(&self) -> Result<Tick, StoreError> {
        let context = self.context().await?;
        let mut tick = Tick::default();
        for id in self.store.cases().silent(context.day, SHARE).await? {
            if self.by_clock(id, CaseCommand::AcceptBySilence { remark: String::new() }).await? {
                tick.accepted_by_silence.push(id);
            }
        }
        for (id, material) in self.store.cases().overdue_materials(context.day, SHARE).await? {
            let is_missed = self.by_clock(id, CaseCommand::MissMaterial { material }).await?;
            tick.materials_missed += u64::from(is_missed);
        }
        for id in self.store.cases().of_leavers(SHARE).await? {
            let command = CaseCommand::HandOver { to: Holder::Group, reason: String::new() };
            tick.given_back += u64::from(self.by_clock(id, command).await?);
        }
        let is_time = self.clock.civil(context.now).hour() >= ALARM_FROM;
        if is_time && context.calendar.day(context.day).counts() {
            tick.alarms = self.store.cases().claim(context.day, context.now).await?;
        }
        Ok(tick)
    }

    /// Whether the hall's own command did anything: somebody may have been quicker.
    async fn by_clock(&self, id: ApplicationId, command: CaseCommand) -> Result<bool, StoreError> {
        match self.execute(&Actor::Hall, id, None, command).await {
            Ok(_) => Ok(true),
            Err(CaseError::Store(error)) => Err(error),
            Err(_) => Ok(false),
        }
    }

    /// Works the due dates of all open cases out anew; how many are others now.
    ///
    /// # Errors
    /// The database fails; what was worked out stays.
    pub async fn refresh_due(&self) -> Result<u64, StoreError> {
        let context = self.context().await?;
        let (mut after, mut moved) = (String::new(), 0);
        loop {
            let (last, count) = self.store.cases().refresh(&after, SHARE, &context).await?;
            moved += count;
            match last {
                Some(last) => after = last,
                None => return Ok(moved),
            }
        }
    }

    /// Takes over what an earlier program opened: begins its events, and works out by what it is found. Goes on where it
    /// was interrupted. How many cases it were.
    ///
    /// # Errors
    /// The database fails; what was taken over stays so.
    pub async fn prepare(&self) -> Result<u64, StoreError> {
        let (mut after, mut prepared) = (String::new(), 0);
        loop {
            let ids = self.store.cases().unprepared(&after, TOGETHER).await?;
            let Some(last) = ids.last() else { return Ok(prepared) };
            after = last.to_string();
            let mut cases = Vec::with_capacity(ids.len());
            for id in ids {
                cases.push((id, self.terms(id).await?));
            }
            prepared += cases.len() as u64;
            self.store.cases().prepare(&cases, &self.context().await?).await?;
        }
    }

    /// By what a case is found; nothing where its application cannot be opened any more.
    async fn terms(&self, id: ApplicationId) -> Result<Vec<SearchTerm>, StoreError> {
        let Some((envelope, header)) = self.store.cases().envelope(id).await? else { return Ok(Vec::new()) };
        let item = self.catalogue.item(&header.item, header.item_version).await?;
        let rules = self.catalogue.rules(header.catalogue).await?;
        let (Some(item), Some(rules)) = (item, rules) else { return Ok(Vec::new()) };
        let opened = self.keys.openers().open(&envelope);
        Ok(opened.map(|body| SearchTerm::of(&item, &rules.fields, &body)).unwrap_or_default())
    }

    /// In the background of a start, and then every [`TICK`]. `known` is the calendar by which due dates were worked out.
    pub(crate) async fn tick_and_tell(&self, known: &mut Option<Calendar>) {
        if let Err(error) = self.keep_time(known).await {
            tracing::warn!(%error, "cannot look after the limits of cases");
        }
    }

    async fn keep_time(&self, known: &mut Option<Calendar>) -> Result<(), StoreError> {
        if known.is_none() {
            let prepared = self.prepare().await?;
            if prepared > 0 {
                tracing::info!(prepared, "cases of an earlier program were taken over");
            }
        }
        let calendar = self.store.calendar().load().await?;
        if known.as_ref() != Some(&calendar) {
            let moved = self.refresh_due().await?;
            if moved > 0 {
                tracing::info!(moved, "due dates are others by the calendar that holds now");
            }
            *known = Some(calendar);
        }
        let tick = self.tick().await?;
        for alarm in &tick.alarms {
            tracing::warn!(application = %alarm.application_id, rung = alarm.rung, "a case is near or past its due date");
        }
        if !tick.accepted_by_silence.is_empty() {
            tracing::warn!(
                cases = tick.accepted_by_silence.len(),
                "cases count as accepted: nobody said anything in time"
            );
        }
        Ok(())
    }
}
