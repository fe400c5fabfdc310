//! Figures for monitoring, in Prometheus' text form. Nothing here says anything about a person.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! metrics {
    ($($name:ident: $kind:literal, $help:literal;)*) => {
        /// What this process has seen since it started.
        #[derive(Debug, Default)]
        pub struct Metrics {
            $(#[doc = $help] pub $name: AtomicU64,)*
        }

        impl Metrics {
            /// The text that a scraper reads.
            pub fn text(&self) -> String {
                let mut text = String::new();
                $(
                    let name = concat!("bianmin_hall_", stringify!($name));
                    let value = self.$name.load(Ordering::Relaxed);
                    let _ = write!(text, "# HELP {name} {}\n# TYPE {name} {}\n{name} {value}\n", $help, $kind);
                )*
                text
            }
        }
    };
}

metrics! {
    connections: "gauge", "Open connections.";
    connections_total: "counter", "Connections accepted.";
    turned_away_total: "counter", "Connections of crowds that were turned away.";
    requests_total: "counter", "Requests answered.";
    unauthorised_total: "counter", "Requests without a valid signature.";
    replays_total: "counter", "Requests received before.";
    enrolments_total: "counter", "Terminals enrolled.";
    enrolments_refused_total: "counter", "Enrolments refused.";
    applications_total: "counter", "Applications answered.";
    applications_acknowledged_total: "counter", "Applications acknowledged, replays included.";
    applications_refused_total: "counter", "Applications refused.";
    applications_later_total: "counter", "Applications put off.";
    commits_total: "counter", "Commits that applications shared.";
    chunks_total: "counter", "Chunks of attachments received.";
    bundle_bytes_total: "counter", "Bytes of bundles and deltas handed out.";
}

/// Counts up by one.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
