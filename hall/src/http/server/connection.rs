//! One connection: encryption, HTTP/1 or HTTP/2, and an end to it when its time is over.

use super::progress::Progress;
use crate::http::Peer;
use crate::http::Proxies;
use crate::http::places::{ConnectionPlace, UnderWay, Visitor};
use axum::Router;
use axum::body::{Body, HttpBody};
use axum::http::{Request, Response, StatusCode};
use bytes::Bytes;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

/// HTTP/2 requests at the same time on one connection; a proxy has those of many.
const STREAMS: u32 = 16;
const STREAMS_OF_PROXY: u32 = 256;
/// What is taken in of bodies that nobody reads yet, in bytes; a proxy has those of many.
const WINDOW: u32 = 64 * 1024;
const WINDOW_OF_PROXY: u32 = 1024 * 1024;
/// How often a connection looks at the clock at least.
const LOOK: Duration = Duration::from_secs(1);
/// And while the hall stops.
const LOOK_STOPPING: Duration = Duration::from_millis(100);

/// Answers what comes on one connection.
#[derive(Clone)]
pub(super) struct Server {
    pub router: Router,
    pub acceptor: Option<TlsAcceptor>,
    pub proxies: Arc<Proxies>,
    pub timeout: Duration,
}

impl Server {
    /// Until the other end goes or its place is given to another. Dropping what is under way ends it.
    pub(super) async fn serve(
        self,
        stream: TcpStream,
        peer: IpAddr,
        place: ConnectionPlace,
        stopping: watch::Receiver<()>,
    ) {
        let _ = stream.set_nodelay(true);
        let stream = Progress::new(stream, self.timeout);
        match self.acceptor.clone() {
            None => self.http(stream, peer, &place, stopping).await,
            Some(acceptor) => {
                let shaken = tokio::select! {
                    shaken = acceptor.accept(stream) => shaken.ok(),
                    () = place.wanted() => None,
                    () = over(&place, LOOK) => None,
                };
                if let Some(stream) = shaken {
                    self.http(stream, peer, &place, stopping).await;
                }
            }
        }
    }

    async fn http<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
        &self,
        stream: S,
        peer: IpAddr,
        place: &ConnectionPlace,
        mut stopping: watch::Receiver<()>,
    ) {
        let (router, proxies, visitor) = (self.router.clone(), self.proxies.clone(), place.visitor().clone());
        let service = service_fn(move |request: Request<Incoming>| {
            answer(router.clone(), proxies.client(peer, request.headers()), visitor.clone(), request)
        });
        let builder = self.builder(self.proxies.is_one(peer));
        let mut served = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
        let mut look = LOOK;
        loop {
            tokio::select! {
                // A connection that breaks is the other end's business.
                _ = served.as_mut() => return,
                () = place.wanted() => return,
                () = over(place, look) => return,
                // An error: whoever says so is gone, and stopping with it.
                _ = stopping.changed(), if look != LOOK_STOPPING => {
                    look = LOOK_STOPPING;
                    served.as_mut().graceful_shutdown();
                }
            }
        }
    }

    fn builder(&self, is_proxy: bool) -> Builder<TokioExecutor> {
        let (streams, window, idle) = match is_proxy {
            true => (STREAMS_OF_PROXY, WINDOW_OF_PROXY, self.timeout * 4),
            false => (STREAMS, WINDOW, self.timeout),
        };
        let mut builder = Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(idle).max_buf_size(64 * 1024);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(streams)
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(window)
            .max_header_list_size(32 * 1024)
            .keep_alive_interval(Duration::from_secs(60))
            .keep_alive_timeout(Duration::from_secs(20));
        builder
    }
}

/// Ends when the time of whoever holds the place is over. That changes with every request.
async fn over(place: &ConnectionPlace, look: Duration) {
    loop {
        let (until, now) = (place.until(), Instant::now());
        if until <= now {
            return;
        }
        sleep_until(until.min(now + look)).await;
    }
}

async fn answer(
    router: Router,
    client: IpAddr,
    visitor: Visitor,
    request: Request<Incoming>,
) -> Result<Response<AnswerBody>, Infallible> {
    let mut under_way = visitor.request();
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(Peer(client));
    request.extensions_mut().insert(visitor);
    let response = router.oneshot(request).await?;
    under_way.useful = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    Ok(response.map(|body| AnswerBody { body, _under_way: under_way }))
}

/// An answer's body; the request is under way until it is sent.
struct AnswerBody {
    body: Body,
    _under_way: UnderWay,
}

impl HttpBody for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
