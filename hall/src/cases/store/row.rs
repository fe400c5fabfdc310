//! A case's row: the fold of its events, and what lists know of its clock.

use crate::audit::Position;
use crate::cases::domain::{CaseFold, Projection};
use crate::db::StoreError;
use crate::db::sql::{execute, query_one};
use crate::mac::Tag;
use bianmin_protocol::ids::Millis;
use sea_orm::{ConnectionTrait, QueryResult, Value};

/// How many columns the fold of the events says.
const FOLDED_COLUMNS: usize = 18;
/// What it says of a case that has just been opened, in the order of [`first_values`]; the rest is as the table has it.
pub(super) const FIRST: &str =
    "state, remark, changed_at, version, head, stage, due_on, amber_on, silence_on, assumed";
/// How many these are.
pub(super) const FIRST_COLUMNS: usize = 10;

const COLUMNS: &str = "id, case_number, state, remark, changed_at, version, head, held_by, on_hold, issued, withdrawn, \
     supplements, extended_days, stage, ended_at, item, department, terminal, received_at, promised_days, working_days";

/// A row as it is stored.
#[derive(Debug)]
pub(super) struct Row {
    pub id: String,
    pub case_number: String,
    pub state: String,
    pub remark: String,
    pub changed_at: Millis,
    pub position: Position,
    pub promised_days: u16,
    pub working_days: bool,
    pub item: String,
    pub terminal: String,
    pub received_at: Millis,
    department: String,
    held_by: Option<String>,
    flags: [i64; 6],
    ended_at: Option<i64>,
}

/// Reads the row of a case; in a fenced transaction nobody changes it until its end.
pub(super) async fn read(db: &impl ConnectionTrait, id: &str) -> Result<Option<Row>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM case_file WHERE id = $1");
    let row = query_one(db, &sql, [id.into()]).await?;
    row.as_ref().map(Row::of).transpose()
}

impl Row {
    /// The columns that [`Row::of`] reads, from `case_file`.
    pub(super) fn columns() -> &'static str {
        COLUMNS
    }

    pub(super) fn of(row: &QueryResult) -> Result<Self, StoreError> {
        let number = |column: &str| row.try_get::<i64>("", column);
        let text = |column: &str| row.try_get::<String>("", column);
        let head: Option<Vec<u8>> = row.try_get("", "head")?;
        let head: Option<Tag> = head.and_then(|head| head.try_into().ok());
        Ok(Self {
            id: text("id")?,
            case_number: text("case_number")?,
            state: text("state")?,
            remark: text("remark")?,
            changed_at: Millis(number("changed_at")?),
            position: Position {
                events: number("version")?.cast_unsigned(),
                head: head.unwrap_or(Position::START.head),
            },
            promised_days: u16::try_from(number("promised_days")?).unwrap_or(u16::MAX),
            working_days: number("working_days")? != 0,
            item: text("item")?,
            terminal: text("terminal")?,
            received_at: Millis(number("received_at")?),
            department: text("department")?,
            held_by: row.try_get("", "held_by")?,
            flags: [
                number("on_hold")?,
                number("issued")?,
                number("withdrawn")?,
                number("supplements")?,
                number("extended_days")?,
                number("stage")?,
            ],
            ended_at: row.try_get("", "ended_at")?,
        })
    }

    /// The first column that is not what the events make of it.
    pub(super) fn difference(&self, fold: &CaseFold) -> Option<&'static str> {
        let opening = &fold.opening;
        let same = [
            ("state", self.state == fold.state.key()),
            ("remark", self.remark == fold.remark),
            ("changed_at", self.changed_at == fold.changed_at),
            ("held_by", self.held_by == fold.held_by),
            ("on_hold, issued, withdrawn, supplements, extended_days or stage", self.flags == flags(fold)),
            ("ended_at", self.ended_at == fold.ended_at.map(|at| at.0)),
            ("item", self.item == opening.item),
            ("department", self.department == opening.department),
            ("terminal", self.terminal == opening.terminal),
            ("received_at", self.received_at == opening.received_at),
            ("promised_days", self.promised_days == opening.promised_days),
            ("working_days", self.working_days == opening.working_days),
            ("id", self.id == opening.application),
        ];
        same.into_iter().find(|(_, is_same)| !is_same).map(|(column, _)| column)
    }
}

fn flags(fold: &CaseFold) -> [i64; 6] {
    [
        i64::from(fold.is_on_hold),
        i64::from(fold.is_issued),
        i64::from(fold.is_withdrawn),
        i64::from(fold.supplements),
        i64::from(fold.extended_days),
        fold.stage().number(),
    ]
}

/// The columns of [`FIRST`]. A statement for many rows costs by its values.
pub(super) fn first_values(fold: &CaseFold, end: Position, timing: &Projection) -> [Value; FIRST_COLUMNS] {
    let [
        state,
        remark,
        changed_at,
        version,
        head,
        _,
        _,
        _,
        _,
        _,
        _,
        stage,
        _,
        due_on,
        amber_on,
        silence_on,
        assumed,
        _,
    ] = values(fold, end, timing);
    [state, remark, changed_at, version, head, stage, due_on, amber_on, silence_on, assumed]
}

/// The columns of [`write`], in its order.
fn values(fold: &CaseFold, end: Position, timing: &Projection) -> [Value; FOLDED_COLUMNS] {
    let [on_hold, issued, withdrawn, supplements, extended_days, stage] = flags(fold);
    [
        fold.state.key().into(),
        fold.remark.as_str().into(),
        fold.changed_at.0.into(),
        end.events.cast_signed().into(),
        end.head.to_vec().into(),
        fold.held_by.clone().into(),
        on_hold.into(),
        issued.into(),
        withdrawn.into(),
        supplements.into(),
        extended_days.into(),
        stage.into(),
        fold.ended_at.map(|at| at.0).into(),
        timing.due_on.into(),
        timing.amber_on.into(),
        timing.silence_on.into(),
        i64::from(timing.is_assumed).into(),
        timing.used_days.map(i64::from).into(),
    ]
}

/// Makes the row what its events make of it.
pub(super) async fn write(
    db: &impl ConnectionTrait,
    id: &str,
    fold: &CaseFold,
    end: Position,
    timing: &Projection,
) -> Result<(), StoreError> {
    let sql = "UPDATE case_file SET state = $1, remark = $2, changed_at = $3, version = $4, head = $5, held_by = $6, \
               on_hold = $7, issued = $8, withdrawn = $9, supplements = $10, extended_days = $11, stage = $12, \
               ended_at = $13, due_on = $14, amber_on = $15, silence_on = $16, assumed = $17, used_days = $18 \
               WHERE id = $19";
    execute(db, sql, values(fold, end, timing).into_iter().chain([id.into()])).await?;
    Ok(())
}

/// Notes a clock that was worked out anew; whether it was another than before.
pub(super) async fn write_timing(
    db: &impl ConnectionTrait,
    id: &str,
    timing: &Projection,
) -> Result<bool, StoreError> {
    let sql = "UPDATE case_file SET due_on = $1, amber_on = $2, silence_on = $3, assumed = $4 WHERE id = $5 \
               AND NOT (due_on = $1 AND amber_on = $2 AND silence_on = $3 AND assumed = $4)";
    let values: [Value; 5] = [
        timing.due_on.into(),
        timing.amber_on.into(),
        timing.silence_on.into(),
        i64::from(timing.is_assumed).into(),
        id.into(),
    ];
    Ok(execute(db, sql, values).await? == 1)
}
