//! How often each terminal may ask where cases stand. Residents ask one by one; whoever asks faster is collecting.

use crate::http::limits::Counts;
use bianmin_protocol::ids::TerminalId;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Questions of one terminal within one window.
const QUESTIONS: u32 = 60;

/// Questions, by terminal.
#[derive(Debug, Default)]
pub(crate) struct Questions(Mutex<Counts<TerminalId>>);

impl Questions {
    /// Notes a question. How long to wait, if there were too many of them.
    pub(crate) fn note(&self, terminal: &TerminalId) -> Result<(), Duration> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.note(terminal.clone(), QUESTIONS, Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_terminal_has_its_own_number_of_questions() {
        let questions = Questions::default();
        let (one, other) = (TerminalId::parse("HP07").unwrap(), TerminalId::parse("HP08").unwrap());
        for _ in 0..QUESTIONS {
            assert_eq!(questions.note(&one), Ok(()));
        }
        tokio::time::advance(Duration::from_secs(20)).await;
        assert_eq!(questions.note(&one), Err(Duration::from_secs(40)));
        assert_eq!(questions.note(&other), Ok(()));
        tokio::time::advance(Duration::from_secs(40)).await;
        assert_eq!(questions.note(&one), Ok(()));
    }
}
