//! What a terminal says of itself, and how much of it is taken.

use bianmin_protocol::ids::Millis;
use bianmin_protocol::standing::PREFIXES_LIMIT;
use bianmin_protocol::v1::{
    CHALLENGE_LIMIT, DEVICES_LIMIT, DeviceFact, DeviceReport, FACTS_LIMIT, Heartbeat, PRINTERS_LIMIT,
};

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
        && texts.all(|text| is_short(text))
        && heartbeat.devices.len() <= DEVICES_LIMIT
        && heartbeat.devices.iter().all(is_device_acceptable)
}

fn is_device_acceptable(device: &DeviceReport) -> bool {
    let texts = [&device.kind, &device.name, &device.state];
    let is_fact_short = |(name, fact): (&String, &DeviceFact)| {
        is_short(name)
            && match fact {
                DeviceFact::Number(_) => true,
                DeviceFact::Text(text) => is_short(text),
            }
    };
    texts.into_iter().all(|text| is_short(text))
        && device.facts.len() <= FACTS_LIMIT
        && device.facts.iter().all(is_fact_short)
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= TEXT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device() -> DeviceReport {
        DeviceReport { kind: "scanner".into(), state: "ready".into(), ..DeviceReport::default() }
    }

    #[test]
    fn devices_are_few_and_say_little() {
        let heartbeat = |devices: Vec<DeviceReport>| Heartbeat { devices, ..Heartbeat::default() };
        let long = "码".repeat(TEXT + 1);
        let facts = |count: usize| {
            let fact = |number: usize| (format!("fact-{number}"), DeviceFact::Number(1));
            DeviceReport { facts: (0..count).map(fact).collect(), ..device() }
        };
        let fact = |name: &str, text: &str| DeviceReport {
            facts: [(name.to_owned(), DeviceFact::Text(text.to_owned()))].into(),
            ..device()
        };
        assert!(is_acceptable(&heartbeat(vec![device(); DEVICES_LIMIT])));
        assert!(is_acceptable(&heartbeat(vec![facts(FACTS_LIMIT), fact("model", &"码".repeat(TEXT))])));
        for bad in [
            vec![device(); DEVICES_LIMIT + 1],
            vec![facts(FACTS_LIMIT + 1)],
            vec![fact("model", &long)],
            vec![fact(&long, "a")],
            vec![DeviceReport { kind: long.clone(), ..device() }],
            vec![DeviceReport { name: long.clone(), ..device() }],
            vec![device(), DeviceReport { state: long.clone(), ..device() }],
        ] {
            assert!(!is_acceptable(&heartbeat(bad)));
        }
    }
}
