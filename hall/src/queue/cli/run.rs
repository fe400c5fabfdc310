//! What the commands do.

use super::told::{self, Told};
use super::{AtWindow, QueueCommand};
use crate::cli::invalid::refuse;
use crate::cli::{Common, print_json, print_rows, user};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Store;
use crate::queue::desk::Desk;
use crate::queue::domain::Setup;
use crate::queue::simulate::Simulation;
use crate::queue::store::{NextCall, Rest, WindowAction};
use crate::queue::{file, moment::Moment};
use anyhow::{Context as _, bail};
use bianmin_console::tell_lines;
use bianmin_locale::{Texts, Words};
use bianmin_protocol::ticket::TicketNumber;
use jiff::civil::Date;
use std::path::Path;

pub(super) async fn run(command: QueueCommand, common: &Common) -> anyhow::Result<()> {
    if let QueueCommand::Simulate { seed, visitors, windows, bound } = command {
        return simulate(common, Simulation { seed, visitors, windows, priority_bound: bound }).await;
    }
    let (config, _, clock, store) = common.open().await?;
    let hall = Hall { common, texts: Texts::new(config.language()), config, clock, store };
    match command {
        QueueCommand::Setup { file, dry_run, by } => hall.set_up(&file, dry_run, &by.name()).await,
        QueueCommand::Show => hall.show().await,
        QueueCommand::Take { group, priority, by } => {
            hall.take(&group, priority.as_deref(), &by.name()).await
        }
        QueueCommand::Call { window, number, after, by } => {
            hall.call(&window, number.as_deref(), after.as_deref(), &by.name()).await
        }
        QueueCommand::Recall(at) => hall.at_window(at, &WindowAction::Recall).await,
        QueueCommand::Arrived(at) => hall.at_window(at, &WindowAction::Arrived).await,
        QueueCommand::Serve(at) => hall.at_window(at, &WindowAction::Serve).await,
        QueueCommand::Missed(at) => hall.at_window(at, &WindowAction::Missed).await,
        QueueCommand::Finish(at) => hall.at_window(at, &WindowAction::Finish).await,
        QueueCommand::Park { at, reason } => hall.at_window(at, &WindowAction::Park { reason }).await,
        QueueCommand::Transfer { at, group, keep_place } => hall.transfer(at, &group, keep_place).await,
        QueueCommand::Leave(of) => {
            let moment = hall.desk().await?.moment;
            let ticket = hall.store.queue().leave(moment, &of.number, &of.by.name()).await?;
            hall.tell(&told::place(&ticket))
        }
        QueueCommand::CheckIn(of) => {
            let by = of.by.name();
            hall.check_in(&of.number, &by).await
        }
        QueueCommand::Book { group, slot, by } => {
            let booking = hall.desk().await?.book(&group, slot.day, slot.from, &by.name()).await?;
            hall.tell(&told::booking(&booking))
        }
        QueueCommand::MoveBooking { code, slot, by } => {
            let booking = hall.desk().await?.move_booking(&code, slot.day, slot.from, &by.name()).await?;
            hall.tell(&told::booking(&booking))
        }
        QueueCommand::CancelBooking { code, by } => {
            let moment = hall.desk().await?.moment;
            let booking = hall.store.queue().cancel_booking(moment, &code, &by.name()).await?;
            hall.tell(&told::booking(&booking))
        }
        QueueCommand::Bookings { day } => {
            let day = day.unwrap_or(hall.desk().await?.moment.day);
            hall.tell(&told::bookings(day, &hall.store.queue().bookings(day).await?))
        }
        QueueCommand::Ticket { number } => hall.ticket(&number).await,
        QueueCommand::CloseDay { day, carry_over, close, by } => {
            hall.close_day(day, carry_over, close, &by.name()).await
        }
        QueueCommand::OpenDay { day } => hall.open_day(day).await,
        QueueCommand::Simulate { .. } => Ok(()),
    }
}

/// The hall as a command has it.
struct Hall<'a> {
    common: &'a Common,
    config: Config,
    texts: Texts,
    clock: Clock,
    store: Store,
}

impl Hall<'_> {
    async fn desk(&self) -> anyhow::Result<Desk<'_>> {
        Ok(Desk::open(&self.store, &self.clock).await?)
    }

    fn tell(&self, told: &Told) -> anyhow::Result<()> {
        if self.common.wants_json() {
            return print_json(&told.json);
        }
        print_rows(told.rows.clone())?;
        tell_lines(told.words.iter().map(|words| words.say(&self.texts)));
        Ok(())
    }

    async fn set_up(&self, path: &Path, dry_run: bool, by: &str) -> anyhow::Result<()> {
        let setup: Setup = match file::read(path) {
            Ok(setup) => setup,
            Err(invalid) => {
                let last = Words::new("queue-unchanged").with("count", invalid.problems.len());
                return Err(refuse(self.common, &self.texts, &invalid, &last)?);
            }
        };
        let version =
            self.store.queue().set_up(&setup, Moment::now(&self.clock, &setup), by, dry_run).await?;
        self.tell(&told::set_up(&setup, version, dry_run))
    }

    async fn show(&self) -> anyhow::Result<()> {
        let desk = self.desk().await?;
        let status = desk.status().await?;
        let unclosed = self.store.queue().unclosed_days(desk.moment.day).await?;
        let open = match desk.check_open().await {
            Ok(()) => None,
            Err(crate::queue::QueueError::Closed(closed)) => Some(closed),
            Err(error) => return Err(error.into()),
        };
        self.tell(&told::status(&desk, &status, open, &unclosed))
    }

    async fn take(&self, group: &str, class: Option<&str>, by: &str) -> anyhow::Result<()> {
        let desk = self.desk().await?;
        let taken = desk.take(group, class, by).await?;
        self.tell(&told::taken(&desk.setup, &taken))
    }

    async fn call(
        &self,
        window: &str,
        number: Option<&str>,
        after: Option<&str>,
        by: &str,
    ) -> anyhow::Result<()> {
        let desk = self.desk().await?;
        let seen = match after {
            None => None,
            Some("none") => Some(None),
            Some(text) => {
                let number = TicketNumber::parse(&text.to_uppercase());
                Some(Some(
                    number.context("--after takes a number with its day, such as 261130-A012, or none")?,
                ))
            }
        };
        let answer = desk.call(window, number, seen, by).await?;
        self.tell(&match &answer {
            NextCall::Called(called) => told::called(called),
            NextCall::Nobody(nobody) => told::nobody(window, nobody),
        })
    }

    async fn at_window(&self, at: AtWindow, action: &WindowAction) -> anyhow::Result<()> {
        let desk = self.desk().await?;
        let window = desk.window(&at.window)?;
        let by = at.by.name();
        let ticket = self.store.queue().at_window(&desk.setup, desk.moment, &window, action, &by).await?;
        self.tell(&told::place(&ticket))
    }

    async fn transfer(&self, at: AtWindow, group: &str, keep_place: bool) -> anyhow::Result<()> {
        let group = self.desk().await?.group(group)?;
        self.at_window(at, &WindowAction::Transfer { group, keep_place }).await
    }

    /// A booking's code has a hyphen where a number's day ends, but no number's form.
    async fn check_in(&self, text: &str, by: &str) -> anyhow::Result<()> {
        let desk = self.desk().await?;
        let text = text.trim().to_uppercase();
        let is_number = TicketNumber::parse(&text).is_ok() || !text.contains('-');
        if is_number {
            let ticket = self.store.queue().check_in(desk.moment, &text, by).await?;
            return self.tell(&told::place(&ticket));
        }
        let taken = self.store.queue().check_in_booking(&desk.setup, desk.moment, &text, by).await?;
        self.tell(&told::taken(&desk.setup, &taken))
    }

    async fn ticket(&self, number: &str) -> anyhow::Result<()> {
        let desk = self.desk().await?;
        let place = self.store.queue().history(&desk.setup, desk.moment, number).await?;
        self.tell(&told::history(&place, &self.clock))
    }

    async fn close_day(
        &self,
        day: Option<Date>,
        carry_over: bool,
        close: bool,
        by: &str,
    ) -> anyhow::Result<()> {
        let desk = self.desk().await?;
        let day = day.unwrap_or(desk.moment.day);
        if day > desk.moment.day {
            bail!("{day} has not come yet");
        }
        let rest = match (carry_over, close) {
            (true, _) => Some(Rest::CarryOver(self.next_working_day(desk.moment).await?)),
            (_, true) => Some(Rest::Close),
            _ => None,
        };
        let closed = self.store.queue().close_day(&desk.setup, desk.moment, day, rest, by).await?;
        self.tell(&told::closed(&closed, rest))
    }

    /// The next day on which the hall is open, as far as the calendar knows.
    async fn next_working_day(&self, moment: Moment) -> anyhow::Result<Date> {
        let due = self.store.calendar().load().await?.due(moment.day, 1)?;
        due.due.context("there is no next working day")
    }

    async fn open_day(&self, day: Option<Date>) -> anyhow::Result<()> {
        let desk = self.desk().await?;
        let day = day.unwrap_or(desk.moment.day);
        self.store.queue().open_day(day).await?;
        tracing::info!(%day, by = user(), hall = self.config.name, "a business day was opened again");
        self.tell(&told::opened(day))
    }
}

async fn simulate(common: &Common, simulation: Simulation) -> anyhow::Result<()> {
    let report = simulation.run().await?;
    if common.wants_json() {
        print_json(&report)?;
    } else {
        print_rows(told::report(&report)?)?;
    }
    if !report.kept {
        bail!(
            "the simulated day broke a promise: see lost, called_twice, numbers_twice, untrue_rows and bound"
        );
    }
    Ok(())
}
