//! The printer's condition and the status bytes that tell of it, as in Epson's public ESC/POS reference.
//!
//! `DLE EOT n` answers have bits 1 and 4 set and bit 0 and 7 clear; `GS r` answers have bits 4 and 7 clear; the
//! first byte of an automatic status has bit 4 set and bits 0, 1 and 7 clear, the three others have bits 4 and
//! 7 clear. That is how a host tells them apart.

const FIXED: u8 = 0b0001_0010;

/// What the printer's sensors see.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Condition {
    /// How far apart its rows are.
    pub(super) dots_per_mm: u32,
    pub(super) cover_open: bool,
    /// The blade is stuck; it is noticed at the next cut.
    pub(super) cutter_blocked: bool,
    /// A cut failed because of it.
    pub(super) cutter_error: bool,
    /// Paper is stuck on its way.
    pub(super) jammed: bool,
    /// The roll was taken out, whatever was left on it.
    pub(super) roll_removed: bool,
    /// Rows left on the roll; `None` for a roll that does not end.
    pub(super) rows_left: Option<u32>,
    /// Below so many rows the near-end sensor reports.
    pub(super) near_end_rows: u32,
}

impl Condition {
    pub(super) fn paper_out(&self) -> bool {
        self.roll_removed || self.rows_left == Some(0)
    }

    pub(super) fn near_end(&self) -> bool {
        self.paper_out() || self.rows_left.is_some_and(|left| left < self.near_end_rows)
    }

    /// Whether it prints and executes commands; if not, the job waits in the buffer.
    pub(super) fn online(&self) -> bool {
        !self.cover_open && !self.cutter_error && !self.jammed && !self.paper_out()
    }

    pub(super) fn millimetres_left(&self) -> Option<u32> {
        if self.roll_removed { Some(0) } else { self.rows_left.map(|rows| rows / self.dots_per_mm) }
    }

    /// The answer to `DLE EOT n`; `None` for an `n` that is not known.
    pub(super) fn real_time(&self, n: u8) -> Option<u8> {
        let bits = match n {
            1 => flag(!self.online(), 0x08),
            2 => {
                flag(self.cover_open, 0x04)
                    | flag(self.paper_out(), 0x20)
                    | flag(self.cutter_error || self.jammed, 0x40)
            }
            3 => flag(self.cutter_error, 0x08) | flag(self.jammed, 0x04),
            4 => flag(self.near_end(), 0x0c) | flag(self.paper_out(), 0x60),
            _ => return None,
        };
        Some(FIXED | bits)
    }

    /// The answer to `GS r n`.
    pub(super) fn ordinary(&self, n: u8) -> Option<u8> {
        match n {
            1 | 49 => Some(flag(self.near_end(), 0x03) | flag(self.paper_out(), 0x0c)),
            // The drawer connector, which nothing is plugged into.
            2 | 50 => Some(0),
            _ => None,
        }
    }

    /// The four bytes of the automatic status.
    pub(super) fn automatic(&self) -> [u8; 4] {
        [
            0x10 | flag(!self.online(), 0x08) | flag(self.cover_open, 0x20),
            flag(self.cutter_error, 0x08) | flag(self.jammed, 0x04),
            flag(self.near_end(), 0x03) | flag(self.paper_out(), 0x0c),
            0x0f,
        ]
    }

    /// Which of the groups that `GS a` chooses from differ between two automatic statuses.
    pub(super) const fn changed_groups(before: [u8; 4], now: [u8; 4]) -> u8 {
        let online = before[0] != now[0];
        let error = before[1] != now[1];
        let paper = before[2] != now[2];
        flag(online, 0x02) | flag(error, 0x04) | flag(paper, 0x08)
    }
}

const fn flag(on: bool, bits: u8) -> u8 {
    if on { bits } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Condition = Condition {
        dots_per_mm: 8,
        cover_open: false,
        cutter_blocked: false,
        cutter_error: false,
        jammed: false,
        roll_removed: false,
        rows_left: None,
        near_end_rows: 800,
    };

    #[test]
    fn every_condition_has_the_bytes_of_the_reference() {
        let all = |c: Condition| [1, 2, 3, 4].map(|n| c.real_time(n).unwrap_or(0));
        assert_eq!(all(GOOD), [0x12, 0x12, 0x12, 0x12]);
        assert_eq!(all(Condition { cover_open: true, ..GOOD }), [0x1a, 0x16, 0x12, 0x12]);
        assert_eq!(all(Condition { roll_removed: true, ..GOOD }), [0x1a, 0x32, 0x12, 0x7e]);
        assert_eq!(all(Condition { rows_left: Some(0), ..GOOD }), [0x1a, 0x32, 0x12, 0x7e]);
        assert_eq!(all(Condition { rows_left: Some(799), ..GOOD }), [0x12, 0x12, 0x12, 0x1e]);
        assert_eq!(all(Condition { cutter_error: true, ..GOOD }), [0x1a, 0x52, 0x1a, 0x12]);
        assert_eq!(all(Condition { jammed: true, ..GOOD }), [0x1a, 0x52, 0x16, 0x12]);
        assert_eq!(GOOD.real_time(5), None);
    }

    #[test]
    fn automatic_status_is_told_apart_by_its_fixed_bits() {
        for condition in [
            GOOD,
            Condition { cover_open: true, ..GOOD },
            Condition { roll_removed: true, ..GOOD },
            Condition { cutter_error: true, ..GOOD },
        ] {
            let [first, rest @ ..] = condition.automatic();
            assert_eq!(first & 0b1001_0011, 0b0001_0000);
            assert!(rest.iter().all(|byte| byte & 0b1001_0000 == 0));
            assert_eq!(condition.ordinary(1).map(|byte| byte & 0b1001_0000), Some(0));
        }
        assert_eq!(Condition { roll_removed: true, ..GOOD }.automatic(), [0x18, 0, 0x0f, 0x0f]);
        assert_eq!(Condition { cover_open: true, ..GOOD }.automatic(), [0x38, 0, 0, 0x0f]);
    }
}
