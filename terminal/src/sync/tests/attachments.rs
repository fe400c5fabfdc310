//! Attachments go chunk by chunk, from where they broke off.

use super::stub::{Fault, error};
use super::*;
use bianmin_protocol::v1::ErrorCode;

/// A file of three chunks that passes for a PDF.
fn file() -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    file.resize(bianmin_protocol::content::CHUNK * 2 + 1_000, b'x');
    file.extend_from_slice(b"%%EOF\n");
    file
}

#[tokio::test]
async fn files_go_on_from_the_chunk_where_they_broke_off() {
    let mut terminal = Terminal::new().await;
    let with_file = terminal.accept_with(file());
    terminal.accept();
    let mut puts = 0;
    terminal.hall.fail(move |asked| {
        puts += i32::from(asked.line.starts_with("PUT"));
        (asked.line.starts_with("PUT") && puts == 2).then_some(Fault::CutAfter(0))
    });
    let report = terminal.sync().await;
    assert_eq!((report.acknowledged, report.waiting), (2, 0), "a file does not hold up applications");
    assert!(report.failure.is_some());
    let report = terminal.sync().await;
    assert!(report.failure.is_none(), "{:?}", report.failure);
    assert!(terminal.ledger.chunks_waiting(10).unwrap().is_empty());
    assert_eq!(terminal.hall.state().files.len(), 3);
    let puts: Vec<_> = terminal.hall.lines().into_iter().filter(|line| line.starts_with("PUT")).collect();
    let path = bianmin_protocol::v1::attachments_path(with_file.application_id);
    // The second was stored though its answer was lost, so it is not sent again.
    assert_eq!(puts, [0, 1, 2].map(|index| format!("PUT {path}/M2/{index}")));
}

#[tokio::test]
async fn a_file_that_the_hall_dropped_is_sent_from_the_start() {
    let mut terminal = Terminal::new().await;
    terminal.accept_with(file());
    let hall = terminal.hall.clone();
    let mut once = true;
    terminal.hall.fail(move |asked| {
        if !asked.line.ends_with("/M2/2") || !std::mem::take(&mut once) {
            return None;
        }
        let hall = hall.clone();
        tokio::spawn(async move { hall.state().files.clear() });
        Some(error(409, ErrorCode::BadRequest))
    });
    assert!(terminal.sync().await.failure.is_some());
    assert!(terminal.sync().await.failure.is_none());
    assert_eq!(terminal.hall.state().files.len(), 3);
    assert!(terminal.ledger.chunks_waiting(10).unwrap().is_empty());
}

#[tokio::test]
async fn a_file_that_the_hall_will_not_take_does_not_block_the_next() {
    let mut terminal = Terminal::new().await;
    let bad = terminal.accept_with(file());
    terminal.accept_with(file());
    let path = bianmin_protocol::v1::attachments_path(bad.application_id);
    terminal.hall.fail(move |asked| {
        (asked.line.starts_with("PUT") && asked.line.contains(&path))
            .then(|| error(400, ErrorCode::BadRequest))
    });
    let report = terminal.sync().await;
    assert!(report.failure.is_some());
    assert_eq!(pace(&report), Pace::Retry);
    assert_eq!(terminal.hall.state().files.len(), 3);
    assert_eq!(terminal.ledger.chunks_waiting(10).unwrap().len(), 3);
}
