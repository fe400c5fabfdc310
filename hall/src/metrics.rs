//! Figures for monitoring, in Prometheus' text format. Nothing here says anything about a person.

pub use prometheus_client::encoding::prometheus_text::CONTENT_TYPE;
use prometheus_client::encoding::prometheus_text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

macro_rules! metrics {
    ($($field:ident: $kind:ident, $help:literal;)*) => {
        /// What this process has seen since it started.
        #[derive(Debug)]
        pub struct Metrics {
            registry: Registry,
            $(#[doc = $help] pub $field: $kind,)*
        }

        impl Default for Metrics {
            fn default() -> Self {
                let mut registry = Registry::with_prefix("bianmin_hall");
                $(
                    let $field = $kind::default();
                    let name = stringify!($field);
                    // The format gives a counter its ending.
                    registry.register(name.strip_suffix("_total").unwrap_or(name), $help, $field.clone());
                )*
                Self { registry, $($field,)* }
            }
        }
    };
}

metrics! {
    connections: Gauge, "Open connections";
    connections_total: Counter, "Connections accepted";
    turned_away_total: Counter, "Connections of crowds that were turned away";
    requests_total: Counter, "Requests answered";
    unauthorised_total: Counter, "Requests without a valid signature";
    replays_total: Counter, "Requests received before";
    enrolments_total: Counter, "Terminals enrolled";
    enrolments_refused_total: Counter, "Enrolments refused";
    applications_total: Counter, "Applications answered";
    applications_acknowledged_total: Counter, "Applications acknowledged, replays included";
    applications_refused_total: Counter, "Applications refused";
    applications_later_total: Counter, "Applications put off";
    commits_total: Counter, "Commits that applications shared";
    chunks_total: Counter, "Chunks of attachments received";
    bundle_bytes_total: Counter, "Bytes of bundles and deltas handed out";
}

impl Metrics {
    /// The text that a scraper reads.
    ///
    /// # Errors
    /// A figure cannot be written.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests;
