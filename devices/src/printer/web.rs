//! The printer on a web page: the paper as it comes out, and buttons for the hand at the machine. For training and
//! demonstrations; what it does is what [`Control::command`] does.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use tokio::sync::Notify;

use super::control::Control;
use super::paper::Slip;

const PAGE: &str = include_str!("page.html");
/// Longest control line.
const LINE: usize = 256;
/// A page of another site cannot send this header without asking first, and nobody answers it.
const HAND: &str = "x-bianmin-hand";

/// A page that is served until it is dropped.
#[derive(Debug)]
pub struct Web {
    addr: SocketAddr,
    stop: Arc<Notify>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Web {
    /// Serves the page of this printer.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on or the system gives no thread.
    pub fn start(listen: SocketAddr, control: Control) -> io::Result<Self> {
        let listener = TcpListener::bind(listen)?;
        listener.set_nonblocking(true)?;
        let addr = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let stop = Arc::new(Notify::new());
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("printer-web".into()).spawn(move || {
            let served = runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                let stopped = async move { stopped.notified().await };
                axum::serve(listener, router(control)).with_graceful_shutdown(stopped).await
            });
            if let Err(error) = served {
                tracing::error!(%error, "the printer's page is gone");
            }
        })?;
        Ok(Self { addr, stop, thread: Some(thread) })
    }

    /// Where it is served.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.stop.notify_one();
        // A browser may hold its connection open; the thread ends with the program then.
        drop(self.thread.take());
    }
}

fn router(control: Control) -> Router {
    Router::new()
        .route("/", get(|| async { Html(PAGE) }))
        .route("/state", get(state))
        .route("/slips/{number}", get(slip))
        .route("/paper", get(uncut))
        .route("/hand", post(hand))
        .with_state(control)
}

async fn state(State(control): State<Control>) -> Response {
    let slips: Vec<_> = control
        .slips()
        .iter()
        .map(|slip| serde_json::json!({ "number": slip.number, "ended": slip.ended, "height": slip.height }))
        .collect();
    axum::Json(serde_json::json!({ "status": control.status(), "slips": slips })).into_response()
}

async fn slip(State(control): State<Control>, Path(number): Path<u32>) -> Response {
    let found = control.slips().into_iter().find(|slip| slip.number == number);
    found.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |slip| picture(&slip))
}

async fn uncut(State(control): State<Control>) -> Response {
    picture(&control.uncut())
}

fn picture(slip: &Slip) -> Response {
    match slip.png() {
        Ok(png) => {
            ([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-store")], png).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn hand(State(control): State<Control>, headers: HeaderMap, line: String) -> Response {
    if !headers.contains_key(HAND) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if line.len() > LINE {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    // Slips are written to the disk here; the page has one reader, who can wait for it.
    match control.command(&line) {
        Ok(status) => axum::Json(status).into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}
