//! `serve`.

use crate::cli::{Common, print_json};
use crate::config::check_public_url;
use crate::http::server::{Options, serve, tls};
use crate::{Hall, metrics_router, router, system};
use anyhow::Context as _;
use bianmin_locale::{Language, Texts};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Connections for monitoring.
const MONITORS: usize = 16;

/// How to serve.
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Certificate chain for TLS (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Key for TLS (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Address under which phones reach this hall, for the code on receipts
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

impl Serve {
    pub(crate) async fn run(self, common: &Common) -> anyhow::Result<()> {
        let (mut config, keys, clock, store) = common.open_or_begin().await?;
        let certificate = self.tls_cert.or(config.tls_cert.clone());
        let key = self.tls_key.or(config.tls_key.clone());
        (config.tls_cert, config.tls_key) = (certificate.clone(), key.clone());
        let tls = match (certificate, key) {
            (Some(certificate), Some(key)) => Some(tls(&certificate, &key)?),
            _ => None,
        };
        let address = self.listen.unwrap_or(config.listen);
        let listener =
            TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let own = format!("{scheme}://{}", listener.local_addr()?);
        let public_url = self.public_url.or(config.public_url).unwrap_or_else(|| own.clone());
        // Receipts bear it for years, and nobody notices on them that it leads nowhere.
        check_public_url(&public_url).map_err(|words| {
            anyhow::anyhow!(
                "--public-url {public_url}: {}",
                words.say(&Texts::new(Language::of_environment()))
            )
        })?;
        config.public_url = Some(public_url);
        let metrics_listener = bind_metrics(config.metrics_listen).await?;
        let (stop, stopped) = watch::channel(());
        let options = Options {
            tls,
            max_connections: system::make_room_for(config.max_connections),
            timeout: Duration::from_secs(config.timeout_seconds),
            proxies: config.proxies()?,
            metrics: Arc::default(),
        };
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let hall = Hall::start(config, keys, clock, Arc::new(store));
        let options = Options { metrics: hall.metrics(), ..options };
        let mut ready = serde_json::json!({ "listening": own });
        if let Some(listener) = metrics_listener {
            ready["metrics"] = format!("http://{}/metrics", listener.local_addr()?).into();
            let few = Options { max_connections: MONITORS, ..Options::default() };
            tokio::spawn(serve(listener, metrics_router(hall.clone()), few, until(stopped)));
        }
        print_json(&ready)?;
        system::report_ready();
        let stop = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!("stopping: finishing what is under way");
            system::report_stopping();
            drop(stop);
        };
        serve(listener, router(hall.clone()), options, stop).await;
        hall.close().await;
        Ok(())
    }
}

/// The listener for figures, if there is to be one.
async fn bind_metrics(address: Option<SocketAddr>) -> anyhow::Result<Option<TcpListener>> {
    let Some(address) = address else { return Ok(None) };
    let bound = TcpListener::bind(address).await;
    Ok(Some(bound.with_context(|| format!("cannot listen on metrics_listen = {address}"))?))
}

/// Ends when the other half has gone.
async fn until(mut stopped: watch::Receiver<()>) {
    while stopped.changed().await.is_ok() {}
}
