//! Registration numbers as integers that rise with them.

use bianmin_protocol::ids::TerminalId;
use bianmin_protocol::registration::RegistrationNumber;

/// Running numbers of one day.
const DAY: i64 = 10_000;

/// Day label and running number as one integer.
pub(crate) fn ordinal(number: &RegistrationNumber) -> i64 {
    i64::from(number.day()) * DAY + i64::from(number.sequence())
}

/// The number of this terminal with that ordinal; none if there is no such number.
pub(crate) fn registration(terminal: &TerminalId, ordinal: i64) -> Option<RegistrationNumber> {
    let (day, sequence) = (u32::try_from(ordinal / DAY).ok()?, u16::try_from(ordinal % DAY).ok()?);
    RegistrationNumber::from_parts(terminal.clone(), day, sequence).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_comes_back_from_its_ordinal() {
        let terminal = TerminalId::parse("HP07").unwrap();
        let number = RegistrationNumber::from_parts(terminal.clone(), 261_121, 42).unwrap();
        let next = RegistrationNumber::from_parts(terminal.clone(), 261_122, 1).unwrap();
        assert_eq!(registration(&terminal, ordinal(&number)), Some(number.clone()));
        assert!(ordinal(&number) < ordinal(&next));
        assert_eq!(registration(&terminal, -1), None);
    }
}
