//! Which cases `case list` lists.

use crate::cases::domain::{CaseFilter, Order};
use crate::db::Store;
use crate::staff::LoginName;
use bianmin_protocol::case::CaseState;

/// Only these cases.
#[derive(Debug, clap::Args)]
pub(crate) struct Filter {
    /// In this state
    #[arg(long, value_parser = super::step::state)]
    state: Option<CaseState>,
    /// Of this department, by its credit code
    #[arg(long, value_name = "CODE")]
    department: Option<String>,
    /// In the hands of this member of staff, by login name or id
    #[arg(long, value_name = "STAFF")]
    held_by: Option<String>,
    /// Past their due date and not decided
    #[arg(long)]
    late: bool,
    /// Of this item
    #[arg(long, value_name = "CODE")]
    item: Option<String>,
    /// From this terminal
    #[arg(long, value_name = "ID")]
    terminal: Option<String>,
    /// Not over
    #[arg(long)]
    open: bool,
    /// Those that are due first
    #[arg(long)]
    by_due: bool,
}

impl Filter {
    /// Whether anything was asked for.
    pub(super) fn is_given(&self) -> bool {
        self.wanted() != CaseFilter::default() || self.by_due
    }

    pub(super) fn order(&self) -> Order {
        if self.by_due { Order::Due } else { Order::Newest }
    }

    /// The same with the id of whoever is named.
    pub(super) async fn found(&self, store: &Store) -> anyhow::Result<CaseFilter> {
        let mut wanted = self.wanted();
        if let Some(Ok(login)) = self.held_by.as_deref().map(LoginName::parse)
            && let Some(member) = store.staff().find(&login).await?
        {
            wanted.held_by = Some(member.id.to_string());
        }
        Ok(wanted)
    }

    fn wanted(&self) -> CaseFilter {
        CaseFilter {
            state: self.state,
            departments: self.department.clone().map(|code| vec![code]),
            held_by: self.held_by.clone(),
            is_late: self.late,
            is_open: self.open,
            item: self.item.clone(),
            terminal: self.terminal.clone(),
            ..CaseFilter::default()
        }
    }
}
