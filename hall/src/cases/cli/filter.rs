//! Which cases `case list` lists.

use crate::cases::domain::{CaseFilter, Order};
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
    /// In the hands of this member of staff, by id
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

    pub(super) fn wanted(&self) -> CaseFilter {
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
