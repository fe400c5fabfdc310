//! Attachments: chunks in any order, as often as needed, whole or not at all.

use super::on_both;
use crate::testing::{TestHall, TestTerminal, demo_items, example_body};
use bianmin_protocol::application::MaterialAnswer;
use bianmin_protocol::case::CaseState;
use bianmin_protocol::content::CHUNK;
use bianmin_protocol::ids::ApplicationId;
use bianmin_protocol::seal::{SealedAttachment, seal_attachment};
use bianmin_protocol::v1::*;

fn pdf(size: usize) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    file.resize(size, b' ');
    file.extend_from_slice(b"%%EOF");
    file
}

/// An application with one attached file, handed in.
async fn handed_in(terminal: &TestTerminal, spoil: bool) -> (ApplicationId, SealedAttachment) {
    let item = &demo_items()[0];
    let material = item.materials[0].code.clone();
    let mut header = terminal.header(item, Vec::new());
    let for_id = if spoil { ApplicationId::new() } else { header.application_id };
    let sealed =
        seal_attachment(for_id, &material, &pdf(2 * CHUNK + 77), &terminal.enrolled.seal_key).unwrap();
    header.attachments = vec![sealed.entry.clone()];
    let mut body = example_body(item);
    body.materials.iter_mut().find(|state| state.code == material).unwrap().answer = MaterialAnswer::Attached;
    let (status, outcomes) = terminal.submit(&[terminal.seal(&header, &body)]).await;
    assert_eq!(status, 200, "{outcomes:?}");
    (header.application_id, sealed)
}

async fn put(
    terminal: &TestTerminal,
    id: ApplicationId,
    sealed: &SealedAttachment,
    index: usize,
) -> crate::testing::TestAnswer {
    let path = format!("{}/{}/{index}", attachments_path(id), sealed.entry.material);
    terminal.request("PUT", &path, sealed.chunks[index].clone()).await
}

async fn missing(terminal: &TestTerminal, id: ApplicationId) -> Vec<u32> {
    let state: AttachmentState = terminal.get(&attachments_path(id)).await.json();
    state.attachments[0].missing.clone()
}

on_both! {
    async fn a_file_arrives_chunk_by_chunk_and_then_the_case_is_received(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let (id, sealed) = handed_in(&terminal, false).await;
        let state = |progress: Option<bianmin_protocol::case::Progress>| progress.unwrap().state;
        assert_eq!(state(hall.store().cases().progress(id).await.unwrap()), CaseState::AwaitingFiles);
        assert_eq!(missing(&terminal, id).await, [0, 1, 2]);
        for _ in 0..2 {
            let answer: AttachmentState = put(&terminal, id, &sealed, 2).await.json();
            assert_eq!(answer.attachments[0].missing, [0, 1]);
        }
        // A chunk that went wrong under a good signature: found when all are there, and asked for again.
        let path = format!("{}/{}/0", attachments_path(id), sealed.entry.material);
        assert_eq!(terminal.request("PUT", &path, vec![7; CHUNK + 16]).await.status, 200);
        assert_eq!(put(&terminal, id, &sealed, 1).await.status, 409);
        assert_eq!(missing(&terminal, id).await, [0, 1, 2]);
        for index in [1, 0, 2] {
            assert_eq!(put(&terminal, id, &sealed, index).await.status, 200);
        }
        assert!(missing(&terminal, id).await.is_empty());
        assert_eq!(put(&terminal, id, &sealed, 1).await.status, 200);
        assert_eq!(state(hall.store().cases().progress(id).await.unwrap()), CaseState::Received);
        let updates: Updates = terminal.get(UPDATES).await.json();
        assert_eq!(updates.updates.len(), 1);
        assert_eq!(updates.updates[0].progress.state, CaseState::Received);
        // Staff can open what was kept sealed.
        let chunks = hall.store().intake().chunks(id, &sealed.entry.material).await.unwrap();
        let file = bianmin_protocol::seal::open_attachment(id, &sealed.entry, &chunks, &hall.hall.keys.seal);
        assert_eq!(file.unwrap(), pdf(2 * CHUNK + 77));
    }

    async fn the_last_chunks_may_come_to_two_halls_at_once(database) {
        let hall = TestHall::with_catalogue(database).await;
        let twin = hall.twin().await;
        let terminal = hall.enrol("HP07").await;
        let at_twin = terminal.at(&twin.url);
        for _ in 0..5 {
            let (id, sealed) = handed_in(&terminal, false).await;
            assert_eq!(put(&terminal, id, &sealed, 0).await.status, 200);
            let (one, other) = tokio::join!(put(&terminal, id, &sealed, 1), put(&at_twin, id, &sealed, 2));
            assert_eq!((one.status, other.status), (200, 200));
            let progress = hall.store().cases().progress(id).await.unwrap().unwrap();
            assert_eq!(progress.state, CaseState::Received);
        }
    }

    async fn a_file_that_cannot_be_opened_is_asked_for_by_a_supplement(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let (id, sealed) = handed_in(&terminal, true).await;
        for index in 0..3 {
            assert_eq!(put(&terminal, id, &sealed, index).await.status, 200);
        }
        let progress = hall.store().cases().progress(id).await.unwrap().unwrap();
        assert_eq!(progress.state, CaseState::Supplement);
        assert!(!progress.remark.is_empty());
    }

    async fn only_the_own_files_in_their_size_are_taken(database) {
        let hall = TestHall::with_catalogue(database).await;
        let (terminal, other) = (hall.enrol("HP07").await, hall.enrol("HP08").await);
        let (id, sealed) = handed_in(&terminal, false).await;
        assert_eq!(put(&other, id, &sealed, 0).await.status, 404);
        assert_eq!(other.get(&attachments_path(id)).await.status, 404);
        assert_eq!(terminal.get(&attachments_path(ApplicationId::new())).await.status, 404);
        let own = format!("{}/{}", attachments_path(id), sealed.entry.material);
        for path in [format!("{own}/3"), format!("{own}/-1"), format!("{own}/x"), format!("{own}x/0")] {
            assert_eq!(terminal.request("PUT", &path, vec![0; 93]).await.status, 404, "{path}");
        }
        assert_eq!(terminal.request("PUT", &format!("{own}/2"), vec![0; 99]).await.status, 413);
        assert_eq!(terminal.request("PUT", &format!("{own}/2"), vec![0; 97]).await.status, 400);
        // Attached according to the body, but not described in the header; and the other way round.
        let item = &demo_items()[0];
        let mut body = example_body(item);
        body.materials[0].answer = MaterialAnswer::Attached;
        let undescribed = terminal.seal(&terminal.header(item, Vec::new()), &body);
        let unasked = terminal.seal(&terminal.header(item, vec![sealed.entry.clone()]), &example_body(item));
        for envelope in [undescribed, unasked] {
            assert_eq!(terminal.submit(&[envelope]).await.0, 422);
        }
    }
}
