//! The hall's time as this terminal last learnt it. A terminal's own clock may be years off.

use super::NetEnvironment;
use bianmin_protocol::ids::Millis;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Clock, random numbers, timeout and the net, given in so that tests hold them.
#[derive(Clone)]
pub struct Environment {
    /// The terminal's own clock: used only until the hall's is known.
    pub now: Arc<dyn Fn() -> Millis + Send + Sync>,
    /// Uniform over all of `u64`; spreads retries, guards no secret.
    pub random: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// How long the hall may be silent, beside the time that the bytes need on a slow line.
    pub timeout: Duration,
    /// Where time passes and requests go.
    pub net: NetEnvironment,
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            now: Arc::new(|| Millis(jiff::Timestamp::now().as_millisecond())),
            // Without randomness from the system all terminals wait equally long, which is still correct.
            random: Arc::new(|| getrandom::u64().unwrap_or(u64::MAX / 2)),
            timeout: Duration::from_secs(30),
            net: NetEnvironment::Machine,
        }
    }
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Environment(..)")
    }
}

/// What the hall's clock shows. Between two answers of the hall it goes on by the monotonic clock, so that
/// setting the terminal's clock in mid-request changes nothing.
#[derive(Debug, Clone)]
pub(super) struct HallClock {
    environment: Environment,
    learnt: Arc<Mutex<Option<(Millis, Instant)>>>,
}

impl HallClock {
    pub(super) fn new(environment: Environment) -> Self {
        Self { environment, learnt: Arc::default() }
    }

    pub(super) fn now(&self) -> Millis {
        let learnt = *self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
        match learnt {
            Some((hall, at)) if !crate::planted::is_planted("wall-clock-trusted") => {
                let elapsed =
                    i64::try_from(self.environment.net.now().saturating_duration_since(at).as_millis())
                        .unwrap_or(i64::MAX);
                Millis(hall.0.saturating_add(elapsed))
            }
            _ => (self.environment.now)(),
        }
    }

    pub(super) fn learn(&self, hall: Millis) {
        *self.learnt.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((hall, self.environment.net.now()));
    }
}
