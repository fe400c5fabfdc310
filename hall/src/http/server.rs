//! Serves connections: HTTP/1 and HTTP/2, with or without TLS, a bounded number of them, none of which may dawdle or
//! take another's place; and stops gracefully within a bounded time.

mod connection;
mod progress;

use super::Proxies;
use super::places::{ConnectionPlace, Origin, Places, Room};
use crate::metrics::Metrics;
use axum::Router;
use connection::Server;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Why the hall cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A certificate or key cannot be read.
    #[error("cannot read the certificate or key {0}: {1}")]
    Pem(PathBuf, String),
    /// Certificate and key do not go together.
    #[error("certificate and key cannot be used: {0}")]
    Tls(#[from] tokio_rustls::rustls::Error),
}

/// How to serve.
#[derive(Clone, Default)]
pub struct Options {
    /// TLS, or none behind a proxy or on loopback.
    pub tls: Option<Arc<ServerConfig>>,
    /// The most connections at the same time; 0 means 4096.
    pub max_connections: usize,
    /// Longest wait for the headers of a request, also on an idle connection; zero means 20 seconds.
    pub timeout: Duration,
    /// Who is believed about whose request it is.
    pub proxies: Proxies,
    /// Where connections are counted.
    pub metrics: Arc<Metrics>,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Options(tls: {}, at most {})", self.tls.is_some(), self.max_connections)
    }
}

/// TLS with a certificate chain and key in PEM files.
///
/// # Errors
/// The files cannot be read or do not go together.
pub fn tls(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, ServeError> {
    let unreadable = |path: &Path, error: tokio_rustls::rustls::pki_types::pem::Error| {
        ServeError::Pem(path.to_owned(), error.to_string())
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unreadable(certificate, error))?;
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable(key, error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, secret)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Serves `router` on `listener` until `stop` is done, then finishes what is under way.
pub async fn serve(listener: TcpListener, router: Router, options: Options, stop: impl Future<Output = ()>) {
    let most = if options.max_connections == 0 { 4096 } else { options.max_connections };
    let timeout = if options.timeout.is_zero() { Duration::from_secs(20) } else { options.timeout };
    let places = Places::new(Room::new(most, timeout));
    let acceptor = options.tls.clone().map(TlsAcceptor::from);
    let server = Server { router, acceptor, proxies: Arc::new(options.proxies), timeout };
    let (stopping, report) = watch::channel(());
    tokio::pin!(stop);
    loop {
        // Without room the kernel's queue holds new connections back.
        let accepted = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = accept(&listener, &server.proxies, &places) => accepted,
        };
        let (stream, peer, place) = match accepted {
            Ok(Some(accepted)) => accepted,
            Ok(None) => {
                options.metrics.turned_away_total.inc();
                continue;
            }
            Err(_) => {
                // Out of file descriptors, or a connection that was gone at once: others may come.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let (server, metrics, report) = (server.clone(), options.metrics.clone(), report.clone());
        tokio::spawn(async move {
            metrics.connections.inc();
            metrics.connections_total.inc();
            server.serve(stream, peer, place, report).await;
            metrics.connections.dec();
        });
    }
    drop(listener);
    places.stop();
    let _ = stopping.send(());
    if !places.emptied().await {
        tracing::warn!("some connections did not finish in time");
    }
}

/// The next connection, when there is a place for it; none where it was turned away.
async fn accept(
    listener: &TcpListener,
    proxies: &Proxies,
    places: &Arc<Places>,
) -> std::io::Result<Option<(TcpStream, IpAddr, ConnectionPlace)>> {
    let (stream, peer) = listener.accept().await?;
    let peer = peer.ip();
    let origin = if proxies.is_one(peer) { Origin::Proxy } else { Origin::Network(peer.into()) };
    Ok(places.admit(origin).await.map(|place| (stream, peer, place)))
}
