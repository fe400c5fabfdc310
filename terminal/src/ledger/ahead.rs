//! The key exchange of a seal, the longer half of sealing.
//!
//! It is done when a resident hands in, on the thread that waits for it: a thread that does it before is cut off when a
//! command ends, and the library that computes then aborts the program after it has accepted. Knows neither the
//! file nor any content.

use bianmin_protocol::seal::{PreparedSeal, SealError, SealPublicKey};

/// Makes seals to one hall.
pub(super) struct Ahead {
    hall: SealPublicKey,
}

impl Ahead {
    pub(super) fn new(hall: SealPublicKey) -> Self {
        Self { hall }
    }

    /// A seal; each is handed out once.
    pub(super) fn seal(&self) -> Result<PreparedSeal, SealError> {
        self.hall.prepare()
    }
}
