//! Where an application stands, for a resident.

use bianmin_protocol::case::Progress;

/// Where an application stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is not here.
    NotHere {
        /// It does not come by itself: its terminal was revoked, and none took its place.
        stranded: bool,
    },
    /// It became no case.
    Refused,
    /// It is a case.
    Case(Progress),
}
