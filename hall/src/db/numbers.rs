//! Numbers of cases and of terminals are never given twice, also not after a backup was restored or a database lost.
//!
//! The counters are in the database and go back with it. So the `hall` row and the mark beside the keys both say how far
//! numbers may have come; the mark is on the disk before the commit that gives a number beyond. They run ahead by a
//! step, so that this costs nothing on most commits. A later epoch begins above.

use super::StoreError;
use super::fenced::FencedTransaction;
use super::sql::execute;
use bianmin_protocol::ids::Epoch;
use sea_orm::QueryResult;

/// The least by which what is said runs ahead of what was given.
const STEP: i64 = 500;
/// More terminals than anybody enrols between two backups.
const TERMINALS: i64 = 100;

/// How far numbers may have come: cases on no later day, and on no day beyond the last; terminals of no series beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reach {
    /// As a number, 20261121.
    pub day: i64,
    pub last: i64,
    pub terminal: i64,
}

impl Reach {
    pub(super) fn with(self, other: Self) -> Self {
        Self {
            day: self.day.max(other.day),
            last: self.last.max(other.last),
            terminal: self.terminal.max(other.terminal),
        }
    }

    pub(super) fn covers(self, other: Self) -> bool {
        self.with(other) == self
    }

    /// Where nobody knows what was given since: twice as far as is known.
    pub(super) fn guessed(self, today: i64) -> Self {
        Self {
            day: self.day.max(today),
            last: (self.last * 2).max(2 * STEP),
            terminal: self.terminal + TERMINALS,
        }
    }
}

/// What the `hall` row says about numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Numbers {
    /// None was given beyond.
    pub reach: Reach,
    /// Others may have been given up to here in an earlier epoch.
    pub floor: Reach,
}

impl Numbers {
    pub(super) const COLUMNS: &str =
        "case_day, case_last, terminal_last, floor_day, floor_last, floor_terminal";

    pub(super) fn of(row: &QueryResult) -> Result<Self, StoreError> {
        let number = |column| row.try_get::<i64>("", column);
        Ok(Self {
            reach: Reach {
                day: number("case_day")?,
                last: number("case_last")?,
                terminal: number("terminal_last")?,
            },
            floor: Reach {
                day: number("floor_day")?,
                last: number("floor_last")?,
                terminal: number("floor_terminal")?,
            },
        })
    }

    /// After which the numbers of a day begin, if none was given in this epoch.
    pub(crate) fn floor_of(self, day: i64) -> i64 {
        if day <= self.floor.day { self.floor.last } else { 0 }
    }
}

impl FencedTransaction {
    /// Before case numbers of `day` up to `last` are given: says so in the database, and on the disk beside it.
    pub(crate) async fn reach_for_cases(&mut self, day: i64, last: i64) -> Result<(), StoreError> {
        let reach = self.numbers().reach;
        let ahead = if last > reach.last { last + STEP.max(last / 4) } else { 0 };
        self.reach_for(Reach { day, last: ahead, terminal: 0 }).await
    }

    /// The same before a terminal gets this number of a series.
    pub(crate) async fn reach_for_terminal(&mut self, terminal: i64) -> Result<(), StoreError> {
        self.reach_for(Reach { terminal, ..Reach::default() }).await
    }

    async fn reach_for(&mut self, wanted: Reach) -> Result<(), StoreError> {
        let mut numbers = self.numbers();
        if numbers.reach.covers(wanted) {
            return Ok(());
        }
        numbers.reach = numbers.reach.with(wanted);
        self.set_numbers(numbers).await?;
        self.mark().reach(self.state().epoch, numbers.reach)
    }

    /// Has numbers begin above what may have been given in an earlier epoch.
    pub(super) async fn begin_numbers_above(&mut self, given: Reach) -> Result<(), StoreError> {
        let mut numbers = self.numbers();
        if crate::planted::is_planted("case-mark-ignored") {
            return Ok(());
        }
        numbers.floor = numbers.floor.with(given);
        numbers.reach = numbers.reach.with(given);
        self.set_numbers(numbers).await
    }

    async fn set_numbers(&mut self, numbers: Numbers) -> Result<(), StoreError> {
        execute(
            self,
            "UPDATE hall SET case_day = $1, case_last = $2, terminal_last = $3, \
             floor_day = $4, floor_last = $5, floor_terminal = $6 WHERE id = 1",
            [
                numbers.reach.day.into(),
                numbers.reach.last.into(),
                numbers.reach.terminal.into(),
                numbers.floor.day.into(),
                numbers.floor.last.into(),
                numbers.floor.terminal.into(),
            ],
        )
        .await?;
        self.number_by(numbers);
        Ok(())
    }
}

/// How far numbers had come in an epoch, as the mark beside the keys has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CaseMark {
    pub epoch: Epoch,
    pub reach: Reach,
}
