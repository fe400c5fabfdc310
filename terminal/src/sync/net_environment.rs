//! What the sender needs around it: time that passes, a line that carries, and whether there is one.
//!
//! It is the machine, or a simulation that has all of it in its hand: then an attempt of three days takes a moment,
//! and a message is lost exactly when the random numbers say so. Nothing else here knows which of the two it is. A
//! simulation polls by itself, outside any runtime; work on the disk is then done where it is asked for.

use super::answer::unreachable;
use super::error::HallError;
use bytes::Bytes;
use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// What will be there later.
pub type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Why no answer came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken {
    /// Whether some of the request may have arrived.
    pub sent: bool,
}

/// A simulated environment.
pub trait Simulated: Send + Sync {
    /// The monotonic clock.
    fn now(&self) -> Instant;

    /// Ends when the monotonic clock shows `deadline`.
    fn sleep_until(&self, deadline: Instant) -> Later<()>;

    /// Takes a whole signed request to whoever is at the other end, and brings the answer.
    fn carry(&self, request: http::Request<Bytes>) -> Later<Result<http::Response<reqwest::Body>, Broken>>;

    /// The names of what the terminal is connected by.
    fn connected_by(&self) -> BTreeSet<String>;
}

/// What is around the sender: the machine, or a simulation.
#[derive(Clone, Default)]
pub enum NetEnvironment {
    /// This machine: the kernel's clocks and network.
    #[default]
    Machine,
    /// A simulation.
    Simulated(Arc<dyn Simulated>),
}

impl std::fmt::Debug for NetEnvironment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Machine => "Machine",
            Self::Simulated(_) => "Simulated",
        })
    }
}

impl NetEnvironment {
    pub(super) fn now(&self) -> Instant {
        match self {
            Self::Machine => Instant::now(),
            Self::Simulated(net) => net.now(),
        }
    }

    pub(super) async fn sleep_until(&self, deadline: Instant) {
        match self {
            Self::Machine => tokio::time::sleep_until(deadline).await,
            Self::Simulated(net) => net.sleep_until(deadline).await,
        }
    }

    pub(super) async fn sleep(&self, duration: Duration) {
        self.sleep_until(self.now() + duration).await;
    }

    /// What `work` gives, or none if it has not by then.
    pub(super) async fn until<T>(&self, deadline: Instant, work: impl Future<Output = T>) -> Option<T> {
        match self {
            Self::Machine => tokio::time::timeout_at(deadline, work).await.ok(),
            Self::Simulated(net) => tokio::select! {
                biased;
                value = work => Some(value),
                () = net.sleep_until(deadline) => None,
            },
        }
    }

    pub(super) async fn send(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<reqwest::Response, HallError> {
        match self {
            Self::Machine => request.send().await.map_err(|error| unreachable(&error)),
            Self::Simulated(net) => {
                let request = request.build().map_err(|error| unreachable(&error))?;
                let request =
                    http::Request::<reqwest::Body>::try_from(request).map_err(|error| unreachable(&error))?;
                let whole = |body: reqwest::Body| Bytes::copy_from_slice(body.as_bytes().unwrap_or_default());
                let carried = net.carry(request.map(whole)).await;
                carried.map(reqwest::Response::from).map_err(|Broken { sent }| HallError::Unreachable {
                    sent,
                    detail: "the line broke".to_owned(),
                })
            }
        }
    }
}
