//! Strangers, broken lines and slow senders: nothing panics, nothing grows without bound, others are served.

use crate::testing::{Database, TestHall, demo_items};
use bianmin_protocol::v1::*;
use proptest::prelude::*;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_are_bounded_and_batches_counted() {
    let hall = TestHall::with_catalogue(Database::Sqlite).await;
    let terminal = hall.enrol("HP07").await;
    let large = vec![b' '; REQUEST_LIMIT + 1];
    let answer = terminal.request("POST", APPLICATIONS, large).await;
    assert_eq!((answer.status, answer.error()), (413, ErrorCode::TooLarge));
    // A terminal with a wrong clock and much to send learns the time all the same.
    let large = vec![b' '; REQUEST_LIMIT];
    let signed = terminal.signed("POST", APPLICATIONS, &large, 1000);
    assert_eq!(terminal.send("POST", APPLICATIONS, large, &signed).await.error(), ErrorCode::StaleSignature);
    let none = terminal.post(APPLICATIONS, &Submission { envelopes: vec![] }).await;
    assert_eq!(none.error(), ErrorCode::BadRequest);
    let item = &demo_items()[0];
    let many = (0..=BATCH_LIMIT).map(|_| terminal.example(item)).collect();
    assert_eq!(
        terminal.post(APPLICATIONS, &Submission { envelopes: many }).await.error(),
        ErrorCode::BadRequest
    );
    for path in ["/", "/v2/x", "/v1/catalogue/bundle/-1", "/v1/catalogue/delta/1/99999999999999999999"] {
        let answer = terminal.get(path).await;
        assert_eq!((answer.status, answer.error()), (404, ErrorCode::NotFound), "{path}");
    }
    assert_eq!(terminal.get("/v1/updates?after=-1").await.error(), ErrorCode::BadRequest);
    assert_eq!(terminal.get("/v1/updates?after=18446744073709551615").await.status, 200);
    assert_eq!(terminal.request("DELETE", UPDATES, vec![]).await.status, 405);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_cannot_make_the_hall_read_a_body() {
    let hall = TestHall::start(Database::Sqlite).await;
    let address = hall.url.trim_start_matches("http://").to_owned();
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        // Announces a body and never sends it: the refusal comes all the same.
        write!(stream, "POST {APPLICATIONS} HTTP/1.1\r\nhost: x\r\ncontent-length: 2000000\r\n\r\n").unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    });
    assert_eq!(answer.await.unwrap(), "HTTP/1.1 401");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_beyond_the_bound_wait_and_are_served_later() {
    let hall = TestHall::start_with(Database::Sqlite, |config| config.max_connections = 4).await;
    let address = hall.url.trim_start_matches("http://").to_owned();
    let held: Vec<TcpStream> = (0..2).map(|_| TcpStream::connect(&address).unwrap()).collect();
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    while hall.hall.metrics.connections.get() < 2 {
        assert!(std::time::Instant::now() < deadline);
        tokio::task::yield_now().await;
    }
    let url = format!("{}{HEALTH}", hall.url);
    let waiting = tokio::spawn(async move { reqwest::get(url).await.unwrap().status().as_u16() });
    drop(held);
    assert_eq!(waiting.await.unwrap(), 200);
}

#[test]
fn nonsense_is_answered_in_the_halls_own_words() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let hall = runtime.block_on(TestHall::with_catalogue(Database::Sqlite));
    let terminal = runtime.block_on(hall.enrol("HP07"));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(200));
    let sealed =
        serde_json::to_string(&Submission { envelopes: vec![terminal.example(&demo_items()[0])] }).unwrap();
    let strategy = (0..4usize, "\\PC{0,80}", 0..sealed.len(), any::<u8>());
    runner
        .run(&strategy, |(route, text, position, byte)| {
            let (method, path, body) = match route {
                0 => ("POST", APPLICATIONS, {
                    let mut body = sealed.clone().into_bytes();
                    body[position] = byte;
                    body
                }),
                1 => ("POST", HEARTBEAT, text.into_bytes()),
                2 => ("POST", PROGRESS, format!("{{\"registration\":{text:?}}}").into_bytes()),
                _ => ("POST", APPLICATIONS, text.into_bytes()),
            };
            let answer = runtime.block_on(terminal.request(method, path, body));
            prop_assert_eq!(&answer.headers["content-type"], MEDIA_TYPE);
            prop_assert!(answer.status < 500, "{}", answer.status);
            Ok(())
        })
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_that_dawdles_is_given_up() {
    let hall = TestHall::start_with(Database::Sqlite, |config| config.timeout_seconds = 1).await;
    let address = hall.url.trim_start_matches("http://").to_owned();
    let terminal = hall.enrol("HP07").await;
    let body = vec![b' '; 1000];
    let signed = terminal.signed("POST", APPLICATIONS, &body, crate::testing::now());
    let (half_headers, half_body) = tokio::task::spawn_blocking(move || {
        let open = || {
            let stream = TcpStream::connect(&address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
            stream
        };
        let mut slow_headers = open();
        write!(slow_headers, "POST {APPLICATIONS} HTTP/1.1\r\nhost:").unwrap();
        let mut slow_body = open();
        write!(
            slow_body,
            "POST {APPLICATIONS} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\ncontent-digest: {}\r\n\
             signature-input: {}\r\nsignature: {}\r\n\r\nhalf",
            signed.content_digest, signed.signature_input, signed.signature
        )
        .unwrap();
        let mut answers = (Vec::new(), [0; 12]);
        slow_headers.read_to_end(&mut answers.0).unwrap();
        slow_body.read_exact(&mut answers.1).unwrap();
        (answers.0, String::from_utf8_lossy(&answers.1).into_owned())
    })
    .await
    .unwrap();
    assert!(half_headers.is_empty() || half_headers.starts_with(b"HTTP/1.1 408"), "the connection ends");
    assert_eq!(half_body, "HTTP/1.1 408");
}
