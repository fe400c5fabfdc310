//! Where cases stand, for residents.

use super::CaseStore;
use crate::cases::domain::Standing;
use crate::db::StoreError;
use crate::db::sql::query_one;
use bianmin_protocol::case::{CaseState, Progress};
use bianmin_protocol::catalogue::DayType;
use bianmin_protocol::ids::{ApplicationId, CaseNumber, Millis, TerminalId};
use sea_orm::{ConnectionTrait, QueryResult};

const PROGRESS: &str = "SELECT a.registration, a.received_at, a.terminal, a.id, c.case_number, c.item_name, c.state, \
     c.changed_at, c.promised_days + c.extended_days AS promised_days, c.working_days, c.remark \
     FROM application a JOIN case_file c ON c.id = a.id WHERE a.id = $1";

impl CaseStore<'_> {
    /// Where a case stands; what the resident is told is sealed.
    ///
    /// # Errors
    /// The database fails.
    pub async fn progress(&self, id: ApplicationId) -> Result<Option<Progress>, StoreError> {
        Ok(progress(self.0.reader(), id).await?.map(|(progress, _)| progress))
    }

    /// Where an application of this terminal stands that is not here.
    pub(crate) async fn not_here(&self, terminal: &TerminalId) -> Result<Standing, StoreError> {
        Ok(Standing::NotHere { stranded: self.0.fleet().is_stranded(terminal).await? })
    }

    /// Where an application stands that is here.
    pub(crate) async fn standing(&self, received: ApplicationId) -> Result<Standing, StoreError> {
        Ok(self.progress(received).await?.map_or(Standing::Refused, Standing::Case))
    }
}

/// Where a case stands, and the terminal that accepted it.
pub(super) async fn progress(
    db: &impl ConnectionTrait,
    id: ApplicationId,
) -> Result<Option<(Progress, String)>, StoreError> {
    let row = query_one(db, PROGRESS, [id.to_string().into()]).await?;
    row.map(|row| Ok((read(&row)?, row.try_get("", "terminal")?))).transpose()
}

fn read(row: &QueryResult) -> Result<Progress, StoreError> {
    let text = |column: &str| row.try_get::<String>("", column);
    let number = |column: &str| row.try_get::<i64>("", column);
    Ok(Progress {
        registration: text("registration")?.parse().map_err(|_| StoreError::Corrupt("registration"))?,
        case_number: CaseNumber::parse(&text("case_number")?)
            .map_err(|_| StoreError::Corrupt("case number"))?,
        item_name: text("item_name")?,
        state: CaseState::from_key(&text("state")?).ok_or(StoreError::Corrupt("case state"))?,
        received_at: Millis(number("received_at")?),
        changed_at: Millis(number("changed_at")?),
        promised_days: u16::try_from(number("promised_days")?).unwrap_or(u16::MAX),
        day_type: DayType::of_working(number("working_days")? != 0),
        remark: text("remark")?,
    })
}
