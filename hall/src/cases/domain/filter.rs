//! Which cases a list has, and in which order.

use bianmin_protocol::case::CaseState;
use jiff::civil::Date;

/// Which cases. What is not given does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseFilter {
    /// In this state.
    pub state: Option<CaseState>,
    /// In one of these states; where there are none, in any.
    pub states: Vec<CaseState>,
    /// Of these departments, by their codes; `None` for all.
    pub departments: Option<Vec<String>>,
    /// In the hands of this member of staff.
    pub held_by: Option<String>,
    /// In nobody's hands.
    pub is_unheld: bool,
    /// Past their due date, and not decided.
    pub is_late: bool,
    /// Near their due date, not past it, and not decided.
    pub is_near: bool,
    /// Due on this day or before, and not decided.
    pub due_by: Option<Date>,
    /// Put aside for a while.
    pub is_on_hold: bool,
    /// Not over: to be received, decided, issued or delivered.
    pub is_open: bool,
    /// Of this item.
    pub item: Option<String>,
    /// From this terminal.
    pub terminal: Option<String>,
    /// Materials that were to follow are waited for, or did not come.
    pub is_promise_open: bool,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The newest first.
    #[default]
    Newest,
    /// Those that are due first.
    Due,
}

/// A place in a list of either order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkPlace {
    /// By what the list is ordered: when it was received, or the day on which it is due.
    pub(crate) key: i64,
    /// The application.
    pub(crate) id: String,
}

impl WorkPlace {
    /// A place as [`WorkPlace::text`] wrote it, such as in a link.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (key, id) = text.split_once('.')?;
        let id: uuid::Uuid = id.parse().ok()?;
        Some(Self { key: key.parse().ok()?, id: id.to_string() })
    }

    /// As text.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}.{}", self.key, self.id)
    }
}
