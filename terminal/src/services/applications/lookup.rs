//! Where an application stands, for whoever gives more than its registration number: the receipt's code, or the last four
//! characters of the identity number or telephone number in it. Numbers can be guessed, and a case is nobody else's affair.

use super::Applications;
use crate::ledger::{Check, Ledger, LedgerError, PrintStatus, Record};
use crate::sync::HallError;
use bianmin_protocol::case::Progress;
use bianmin_protocol::credential::{Credential, LastFour, left_after, wait_after, wait_at_terminal};
use bianmin_protocol::receipt::Receipt;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::v1::{ErrorCode, ProgressAnswer};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// For so long the hall is asked.
const TIMEOUT: Duration = Duration::from_secs(6);
/// Numbers of which the last wrong try is remembered: more than can be tried while the longest wait lasts.
const REMEMBERED: usize = 1024;

/// What somebody holds in front of the scanner, or types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scan {
    /// A registration number alone.
    Number(RegistrationNumber),
    /// The code of a genuine receipt of any terminal of this hall.
    Receipt(RegistrationNumber, Credential),
}

/// What came of looking a case up.
#[derive(Debug, Clone, PartialEq)]
pub enum Lookup {
    /// What is known of it.
    View(Box<CaseView>),
    /// What was given does not fit.
    Wrong,
    /// Too many did not fit: so long until it is looked at again.
    Wait(Duration),
    /// Only the receipt's code shows this one.
    CodeOnly,
}

/// What is known of a case: what this terminal knows, and what the hall says when it can be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseView {
    /// The number asked for.
    pub registration: RegistrationNumber,
    /// What this terminal knows, if the application was made here.
    pub local: Option<Record>,
    /// What is known of its newest printed receipt, if it was made here.
    pub paper: Option<PrintStatus>,
    /// What the hall says.
    pub hall: HallSays,
    /// Whether it does not go to the hall by itself: its terminal was revoked.
    pub is_stranded: bool,
}

/// What the hall says of a case.
#[derive(Debug, Clone, PartialEq)]
pub enum HallSays {
    /// Where it stands.
    Progress(Progress),
    /// It has no such case (yet).
    NotYet,
    /// It received the application and would not take it.
    Refused,
    /// It cannot be reached now.
    Unreachable,
}

/// When wrong tries were made. How many there were is in the ledger; waits are measured by the monotonic clock and begin
/// anew with the program, so that neither setting the clock nor switching off and on makes them shorter.
pub(in crate::services) struct Tries(Mutex<Last>);

struct Last {
    start: Instant,
    /// Of any number.
    any: Instant,
    by_number: HashMap<RegistrationNumber, Instant>,
}

impl Tries {
    pub(in crate::services) fn new(now: Instant) -> Self {
        Self(Mutex::new(Last { start: now, any: now, by_number: HashMap::new() }))
    }

    /// Blocks on the disk.
    fn check(
        &self,
        ledger: &Ledger,
        number: &RegistrationNumber,
        four: &LastFour,
        now: Instant,
    ) -> Result<Check, LedgerError> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since_any = now.saturating_duration_since(last.any);
        let of_number = last.by_number.get(number).copied().unwrap_or(last.start);
        let since_number = now.saturating_duration_since(of_number);
        let check = ledger.check(number, four, |wrong, at_terminal| {
            let left = left_after(at_terminal, since_any);
            let wait = wait_after(wrong)
                .saturating_sub(since_number)
                .max(wait_at_terminal(left).saturating_sub(since_any));
            if wait.is_zero() { Ok(left) } else { Err(wait) }
        })?;
        if check == Check::Wrong {
            last.any = now;
            if last.by_number.len() >= REMEMBERED {
                let oldest = last.by_number.iter().min_by_key(|(_, at)| **at).map(|(one, _)| one.clone());
                oldest.map(|oldest| last.by_number.remove(&oldest));
            }
            last.by_number.insert(number.clone(), now);
        }
        Ok(check)
    }
}

/// What this terminal alone can say.
struct Own {
    check: Check,
    record: Option<Record>,
    paper: Option<PrintStatus>,
}

impl Applications<'_> {
    /// Understands a registration number, or a receipt's QR text of any terminal of this hall. Two signatures are checked.
    pub fn read_code(self, text: &str) -> Option<Scan> {
        if let Ok(number) = RegistrationNumber::parse(text) {
            return Some(Scan::Number(number));
        }
        let receipt = Receipt::verify(text, &self.terminal.ledger().identity().enrolled.hall_key).ok()?;
        let text = text.trim();
        let token = text.rsplit_once('#').map_or(text, |(_, token)| token);
        Some(Scan::Receipt(receipt.registration, Credential::Receipt(token.to_owned())))
    }

    /// What is known of a case here and at the hall, for who gives what shows that it is theirs to know. The hall is asked
    /// for a few seconds at most.
    ///
    /// # Errors
    /// The ledger cannot be read, or a try cannot be counted.
    pub async fn look_up(
        self,
        registration: RegistrationNumber,
        given: Credential,
    ) -> Result<Lookup, LedgerError> {
        let (terminal, number, own) = (self.terminal.clone(), registration.clone(), given.clone());
        let own = tokio::task::spawn_blocking(move || terminal.applications().look_here(&number, &own))
            .await
            .map_err(|error| LedgerError::Io(std::io::Error::other(error)))??;
        let is_proven = match own.check {
            Check::Wrong => return Ok(Lookup::Wrong),
            Check::Wait(wait) => return Ok(Lookup::Wait(wait)),
            Check::Right => true,
            Check::CannotTell | Check::NotHere => false,
        };
        // What proved itself here is shown to the hall by the receipt: it says more than four characters.
        let given = match &own.record {
            Some(record) if is_proven && !record.token.is_empty() => {
                Credential::Receipt(record.token.clone())
            }
            _ => given,
        };
        let said = self.ask_hall(&registration, &given).await;
        Ok(self.judge(registration, own, is_proven, said))
    }

    fn look_here(self, number: &RegistrationNumber, given: &Credential) -> Result<Own, LedgerError> {
        let record = self.terminal.ledger().record(number)?;
        let check = match (given, &record) {
            (_, None) => Check::NotHere,
            // Its signatures were checked when it was read.
            (Credential::Receipt(token), _) => match self.read_code(token) {
                Some(Scan::Receipt(of, _)) if of == *number => Check::Right,
                _ => Check::Wrong,
            },
            (Credential::LastFour(four), _) => {
                self.terminal.0.tries.check(self.terminal.ledger(), number, four, Instant::now())?
            }
        };
        Ok(Own { check, record, paper: self.terminal.printing().receipt_status(number)? })
    }

    async fn ask_hall(
        self,
        number: &RegistrationNumber,
        given: &Credential,
    ) -> Result<ProgressAnswer, HallError> {
        let asked = self.terminal.0.client.progress(number, given);
        let in_vain = || HallError::Unreachable { sent: true, detail: "no answer in time".to_owned() };
        tokio::time::timeout(TIMEOUT, asked).await.unwrap_or_else(|_| Err(in_vain()))
    }

    /// What is shown. What this terminal knows is shown only to who has proven to be entitled, here or at the hall.
    fn judge(
        self,
        registration: RegistrationNumber,
        own: Own,
        is_proven: bool,
        said: Result<ProgressAnswer, HallError>,
    ) -> Lookup {
        let is_here = own.record.is_some();
        let mut is_stranded = is_here && self.terminal.ledger().is_revoked();
        let hall = match said {
            Ok(ProgressAnswer::Known { progress }) => HallSays::Progress(progress),
            Ok(ProgressAnswer::Refused {}) => HallSays::Refused,
            Ok(ProgressAnswer::Wrong {}) if !is_proven => return Lookup::Wrong,
            Ok(ProgressAnswer::CodeOnly {}) if !is_proven => return Lookup::CodeOnly,
            Err(HallError::Rejected { code: ErrorCode::TooMany, wait, .. }) if !is_proven => {
                return Lookup::Wait(wait.unwrap_or(Duration::from_secs(60)));
            }
            // The hall cannot tell either.
            Ok(ProgressAnswer::NotYet { .. }) | Err(_) if is_here && !is_proven => return Lookup::CodeOnly,
            Ok(ProgressAnswer::NotYet { stranded }) => {
                is_stranded |= stranded;
                HallSays::NotYet
            }
            Ok(ProgressAnswer::Wrong {} | ProgressAnswer::CodeOnly {}) => HallSays::NotYet,
            Err(_) => HallSays::Unreachable,
        };
        let Own { record: local, paper, .. } = own;
        Lookup::View(Box::new(CaseView { registration, local, paper, hall, is_stranded }))
    }
}
