//! What the commands do.

use super::answer::{self, CommandAnswer};
use super::{AtWindow, QueueCommand};
use crate::cli::invalid::refuse;
use crate::cli::{Common, print_json, print_rows, user};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Store;
use crate::fleet::codes;
use crate::queue::domain::Setup;
use crate::queue::service::QueueService;
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
            let moment = hall.service().await?.moment;
            let ticket = hall.store.queue().leave(moment, &of.number, &of.by.name()).await?;
            hall.tell(&answer::place(&ticket))
        }
        QueueCommand::CheckIn(of) => {
            let by = of.by.name();
            hall.check_in(&of.number, &by).await
        }
        QueueCommand::Book { group, slot, by } => {
            let booking = hall.service().await?.book(&group, slot.day, slot.from, &by.name()).await?;
            hall.tell(&answer::booking(&booking))
        }
        QueueCommand::MoveBooking { code, slot, by } => {
            let booking = hall.service().await?.move_booking(&code, slot.day, slot.from, &by.name()).await?;
            hall.tell(&answer::booking(&booking))
        }
        QueueCommand::CancelBooking { code, by } => {
            let moment = hall.service().await?.moment;
            let booking = hall.store.queue().cancel_booking(moment, &code, &by.name()).await?;
            hall.tell(&answer::booking(&booking))
        }
        QueueCommand::Bookings { day } => {
            let day = day.unwrap_or(hall.service().await?.moment.day);
            hall.tell(&answer::bookings(day, &hall.store.queue().bookings(day).await?))
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
    async fn service(&self) -> anyhow::Result<QueueService<'_>> {
        Ok(QueueService::open(&self.store, &self.clock).await?)
    }

    fn tell(&self, answer: &CommandAnswer) -> anyhow::Result<()> {
        if self.common.wants_json() {
            return print_json(&answer.json);
        }
        print_rows(answer.rows.clone())?;
        tell_lines(answer.words.iter().map(|words| words.say(&self.texts)));
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
        self.tell(&answer::set_up(&setup, version, dry_run))
    }

    async fn show(&self) -> anyhow::Result<()> {
        let service = self.service().await?;
        let status = service.status().await?;
        let unclosed = self.store.queue().unclosed_days(service.moment.day).await?;
        let open = match service.check_open().await {
            Ok(()) => None,
            Err(crate::queue::QueueError::Closed(closed)) => Some(closed),
            Err(error) => return Err(error.into()),
        };
        self.tell(&answer::status(&service, &status, open, &unclosed))
    }

    async fn take(&self, group: &str, class: Option<&str>, by: &str) -> anyhow::Result<()> {
        let service = self.service().await?;
        let taken = service.take(group, class, by).await?;
        self.tell(&answer::taken(&service.setup, &taken))
    }

    async fn call(
        &self,
        window: &str,
        number: Option<&str>,
        after: Option<&str>,
        by: &str,
    ) -> anyhow::Result<()> {
        let service = self.service().await?;
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
        let answer = service.call(window, number, seen, by).await?;
        self.tell(&match &answer {
            NextCall::Called(called) => answer::called(called),
            NextCall::Nobody(nobody) => answer::nobody(window, nobody),
        })
    }

    async fn at_window(&self, at: AtWindow, action: &WindowAction) -> anyhow::Result<()> {
        let service = self.service().await?;
        let window = service.window(&at.window)?;
        let by = at.by.name();
        let ticket =
            self.store.queue().at_window(&service.setup, service.moment, &window, action, &by).await?;
        self.tell(&answer::place(&ticket))
    }

    async fn transfer(&self, at: AtWindow, group: &str, keep_place: bool) -> anyhow::Result<()> {
        let group = self.service().await?.group(group)?;
        self.at_window(at, &WindowAction::Transfer { group, keep_place }).await
    }

    /// A booking's code has a hyphen where a number's day ends, but no number's form; it may be typed without.
    async fn check_in(&self, text: &str, by: &str) -> anyhow::Result<()> {
        let service = self.service().await?;
        let text = text.trim().to_uppercase();
        let is_number = TicketNumber::parse(&text).is_ok() || !text.contains('-');
        if is_number && codes::standard(&text).is_none() {
            let ticket = self.store.queue().check_in(service.moment, &text, by).await?;
            return self.tell(&answer::place(&ticket));
        }
        let taken =
            self.store.queue().check_in_booking(&service.setup, service.moment, &text, by, None).await?;
        self.tell(&answer::taken(&service.setup, &taken))
    }

    async fn ticket(&self, number: &str) -> anyhow::Result<()> {
        let service = self.service().await?;
        let place = self.store.queue().history(&service.setup, service.moment, number).await?;
        self.tell(&answer::history(&place, &self.clock))
    }

    async fn close_day(
        &self,
        day: Option<Date>,
        carry_over: bool,
        close: bool,
        by: &str,
    ) -> anyhow::Result<()> {
        let service = self.service().await?;
        let day = day.unwrap_or(service.moment.day);
        if day > service.moment.day {
            bail!("{day} has not come yet");
        }
        let carry_over = if carry_over { Some(service.carry_over_day(day).await?) } else { None };
        let rest = match &carry_over {
            Some(to) => Some(Rest::CarryOver(to.day)),
            None => close.then_some(Rest::Close),
        };
        let closed = self.store.queue().close_day(&service.setup, service.moment, day, rest, by).await?;
        self.tell(&answer::closed(&closed, carry_over))
    }

    async fn open_day(&self, day: Option<Date>) -> anyhow::Result<()> {
        let service = self.service().await?;
        let day = day.unwrap_or(service.moment.day);
        self.store.queue().open_day(day).await?;
        tracing::info!(%day, by = user(), hall = self.config.name, "a business day was opened again");
        self.tell(&answer::opened(day))
    }
}

async fn simulate(common: &Common, simulation: Simulation) -> anyhow::Result<()> {
    let report = simulation.run().await?;
    if common.wants_json() {
        print_json(&report)?;
    } else {
        print_rows(answer::report(&report)?)?;
    }
    if !report.kept {
        bail!(
            "the simulated day broke a promise: see lost, called_twice, numbers_twice, untrue_rows and bound"
        );
    }
    Ok(())
}
