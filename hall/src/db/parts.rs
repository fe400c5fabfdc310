//! Rows are written many together, and apart where the database refuses one of them: a bad row takes no other with it.

use super::StoreError;
use sea_orm::sqlx::Error as SqlxError;
use sea_orm::{DbErr, RuntimeErr};
use std::ops::Range;

/// What a failure lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// What was to be written is nothing that this database takes, now or later.
    Content,
    /// What is stored already does not fit it; put right, it can be written.
    Stored,
    /// The database as a whole; other rows would fare no better.
    Database,
}

impl StoreError {
    /// What the failure lies in.
    pub(crate) fn cause(&self) -> Cause {
        match self {
            Self::Database(
                DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)),
            ) => cause(error),
            Self::Corrupt(_) => Cause::Stored,
            _ => Cause::Database,
        }
    }
}

fn cause(error: &SqlxError) -> Cause {
    let SqlxError::Database(error) = error else {
        return if matches!(error, SqlxError::Encode(_)) { Cause::Content } else { Cause::Database };
    };
    error.code().map_or(Cause::Database, |code| cause_of(&code))
}

/// By PostgreSQL's five characters (its appendix A), or SQLite's extended result code.
fn cause_of(code: &str) -> Cause {
    const UNIQUE: [u32; 4] = [787, 1555, 2067, 2579];
    const TOO_BIG: u32 = 18;
    const CONSTRAINT: u32 = 19;
    const MISMATCH: u32 = 20;
    if code.len() == 5 {
        return match &code[..2] {
            // Foreign key, unique, exclusion.
            "23" if matches!(code, "23503" | "23505" | "23P01") => Cause::Stored,
            "22" | "23" | "54" => Cause::Content,
            _ => Cause::Database,
        };
    }
    match code.parse::<u32>() {
        Ok(code) if UNIQUE.contains(&code) => Cause::Stored,
        Ok(code) if [TOO_BIG, CONSTRAINT, MISMATCH].contains(&(code & 0xff)) => Cause::Content,
        _ => Cause::Database,
    }
}

/// The parts of a list of rows that are still to be written, in order: first all of it, then halves of what failed.
#[derive(Debug)]
pub(crate) struct Parts(Vec<Range<usize>>);

impl Parts {
    pub(crate) fn of(rows: usize) -> Self {
        Self(std::iter::once(0..rows).collect())
    }

    /// The next part.
    pub(crate) fn next(&mut self) -> Option<Range<usize>> {
        self.0.pop()
    }

    /// Has the halves of a part tried; false where it is one row, which is to blame by itself.
    pub(crate) fn halve(&mut self, part: Range<usize>) -> bool {
        let middle = part.start + part.len() / 2;
        if part.len() < 2 || crate::planted::is_planted("one-bad-row-takes-all") {
            return false;
        }
        self.0.push(middle..part.end);
        self.0.push(part.start..middle);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_row_is_to_blame_for_is_told_from_what_it_is_not() {
        for (code, expected) in [
            // Not in the encoding, a check, too large for an index; the same by a trigger, NOT NULL, too big.
            ("22021", Cause::Content),
            ("23514", Cause::Content),
            ("54000", Cause::Content),
            ("1811", Cause::Content),
            ("1299", Cause::Content),
            ("18", Cause::Content),
            ("23505", Cause::Stored),
            ("2067", Cause::Stored),
            // Disk full, shut down, serialisation; busy, disk full, input or output.
            ("53100", Cause::Database),
            ("57P01", Cause::Database),
            ("40001", Cause::Database),
            ("5", Cause::Database),
            ("13", Cause::Database),
            ("778", Cause::Database),
        ] {
            assert_eq!(cause_of(code), expected, "{code}");
        }
        assert_eq!(StoreError::Corrupt("task code").cause(), Cause::Stored);
        assert_eq!(StoreError::NotCommitted.cause(), Cause::Database);
    }

    proptest! {
        #[test]
        fn each_row_is_written_once_in_order_and_only_bad_ones_are_left(bad in proptest::collection::vec(any::<bool>(), 0..70)) {
            let (mut parts, mut seen) = (Parts::of(bad.len()), Vec::new());
            while let Some(part) = parts.next() {
                if !bad[part.clone()].contains(&true) || !parts.halve(part.clone()) {
                    prop_assert!(part.len() < 2 || !bad[part.clone()].contains(&true));
                    seen.extend(part);
                }
            }
            prop_assert_eq!(seen, (0..bad.len()).collect::<Vec<_>>());
        }
    }
}
