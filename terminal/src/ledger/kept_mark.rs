//! What this terminal has written into its printer's own memory, which wears out: counted in the ledger, so that
//! no restart begins to count anew.

use super::{Ledger, LedgerError};
use serde::{Deserialize, Serialize};

const FACT: &str = "printer mark";

/// The mark in the printer's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KeptMark {
    /// The two characters under which it was stored last.
    pub name: [u8; 2],
    /// How often it was written under this name.
    pub writes: u32,
    /// How often anything was written in all.
    pub writes_in_all: u32,
}

impl Ledger {
    /// What was written last; none if nothing ever was.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn kept_mark(&self) -> Result<Option<KeptMark>, LedgerError> {
        self.read(|transaction| {
            let text = self.fact(transaction, FACT)?;
            Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
        })
    }

    /// Notes a writing, before it is done: one that a power cut interrupts has worn the memory too.
    ///
    /// # Errors
    /// The ledger cannot be written: then nothing may be written into the printer either.
    pub fn note_kept_mark(&self, kept: KeptMark) -> Result<(), LedgerError> {
        let text = serde_json::to_string(&kept).expect("numbers are plain text");
        self.write(|transaction| self.set_fact(transaction, FACT, &text))
    }
}
