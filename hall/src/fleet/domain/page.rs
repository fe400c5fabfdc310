//! How much is told to a terminal in one answer.

/// Changes in one answer.
pub(crate) const PAGE_CHANGES: usize = 500;
/// Bytes of changes in one answer: a line of 64 kbit/s carries them while the terminal waits, and they stay far below
/// what it reads.
const PAGE_BYTES: usize = 512 * 1024;
/// Bytes of one change.
pub(crate) const CHANGE_BYTES: usize = 16 * 1024;

/// How many of the first changes, by their length in bytes, make one answer: at least one where there is any.
pub(crate) fn fitting(lengths: impl Iterator<Item = usize>) -> usize {
    let mut sum = 0_usize;
    let within = lengths.take(PAGE_CHANGES).take_while(|length| {
        let is_first = sum == 0;
        sum = sum.saturating_add((*length).max(1));
        is_first || sum <= PAGE_BYTES
    });
    within.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_holds_many_short_changes_or_few_long_ones_and_never_none() {
        assert_eq!(fitting(std::iter::empty()), 0);
        assert_eq!(fitting(std::iter::repeat_n(400, 3)), 3);
        assert_eq!(fitting(std::iter::repeat_n(400, 501)), PAGE_CHANGES);
        assert_eq!(fitting(std::iter::repeat_n(PAGE_BYTES / 4, 9)), 4);
        assert_eq!(fitting([PAGE_BYTES, 1].into_iter()), 1);
        assert_eq!(fitting([PAGE_BYTES + 1, 1].into_iter()), 1);
    }
}
