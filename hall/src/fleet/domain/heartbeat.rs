//! What a terminal says of itself, and how much of it is taken.

use bianmin_protocol::ids::Millis;
use bianmin_protocol::standing::PREFIXES_LIMIT;
use bianmin_protocol::v1::{CHALLENGE_LIMIT, Heartbeat, PRINTERS_LIMIT};

/// The longest text that a heartbeat may bring, in characters.
const TEXT: usize = 64;

/// A heartbeat that is to be written.
#[derive(Debug, Clone)]
pub(crate) struct ReceivedHeartbeat {
    /// When it came.
    pub seen_at: Millis,
    /// When it was signed, in seconds by the hall's clock as the terminal knew it.
    pub signed_at: u64,
    /// What it says.
    pub said: Heartbeat,
}

/// Whether every text and list of a heartbeat is as short as an honest one's.
pub(crate) fn is_acceptable(heartbeat: &Heartbeat) -> bool {
    let printers = heartbeat.printers.iter().flat_map(|printer| [&printer.outlet, &printer.state]);
    let mut texts = [&heartbeat.version, &heartbeat.printer].into_iter().chain(printers);
    heartbeat.numbers.tickets.len() <= PREFIXES_LIMIT
        && heartbeat.challenge.as_ref().is_none_or(|challenge| challenge.0.len() <= CHALLENGE_LIMIT)
        && heartbeat.printers.len() <= PRINTERS_LIMIT
        && texts.all(|text| text.chars().count() <= TEXT)
}
