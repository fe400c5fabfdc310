//! Serves connections: HTTP/1 and HTTP/2, with or without TLS, a bounded number of them, none of which may
//! dawdle; and stops gracefully.

use crate::api::Peer;
use crate::impatient::Impatient;
use crate::metrics::Metrics;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tower::ServiceExt as _;

const HANDSHAKE: Duration = Duration::from_secs(15);
/// Whoever comes and says nothing has so many times less time when more than half of the places are taken.
const IMPATIENT: u32 = 10;
/// How long a stop waits for what is under way.
const FINISH: Duration = Duration::from_secs(30);
/// HTTP/2 requests at the same time on one connection.
const STREAMS: u32 = 64;

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
    pub patience: Duration,
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
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, secret)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Serves `router` on `listener` until `stop` is done, then finishes what is under way.
pub async fn serve(listener: TcpListener, router: Router, options: Options, stop: impl Future<Output = ()>) {
    let most = match options.max_connections {
        _ if crate::planted::is_planted("connections-unbounded") => Semaphore::MAX_PERMITS,
        0 => 4096,
        most => most,
    };
    let room = Arc::new(Semaphore::new(most));
    let patience = if options.patience.is_zero() { Duration::from_secs(20) } else { options.patience };
    let graceful = GracefulShutdown::new();
    let acceptor = options.tls.clone().map(TlsAcceptor::from);
    tokio::pin!(stop);
    loop {
        // Without room the kernel's queue holds new connections back.
        let accepted = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = async {
                let permit = room.clone().acquire_owned().await;
                (permit, listener.accept().await)
            } => accepted,
        };
        let (Ok(permit), Ok((stream, peer))) = accepted else {
            // Out of file descriptors, or a connection that was gone at once: others may come.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        // Or a crowd that only holds connections would keep everybody else waiting for its whole patience.
        let is_crowded = room.available_permits() < most / 2;
        let patience = if is_crowded { patience / IMPATIENT } else { patience };
        let (router, acceptor, metrics) = (router.clone(), acceptor.clone(), options.metrics.clone());
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            metrics.connections.fetch_add(1, Ordering::Relaxed);
            metrics.connections_total.fetch_add(1, Ordering::Relaxed);
            match acceptor {
                None => connection(stream, peer, router, patience, watcher).await,
                Some(acceptor) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                        connection(stream, peer, router, patience, watcher).await;
                    }
                }
            }
            metrics.connections.fetch_sub(1, Ordering::Relaxed);
            drop(permit);
        });
    }
    drop(listener);
    if tokio::time::timeout(FINISH, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections did not finish in time");
    }
}

async fn connection<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
    stream: S,
    peer: SocketAddr,
    router: Router,
    patience: Duration,
    watcher: hyper_util::server::graceful::Watcher,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        router.clone().oneshot(request)
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(patience).max_buf_size(64 * 1024);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(32 * 1024)
        .keep_alive_interval(Duration::from_secs(60))
        .keep_alive_timeout(Duration::from_secs(20));
    let served =
        builder.serve_connection(TokioIo::new(Impatient::new(stream, patience)), service).into_owned();
    // A connection that breaks is the other end's business.
    let _ = watcher.watch(served).await;
}
