//! Numbers that terminals give while the hall is not reached: none is given twice, whatever is restored.

use super::on_both;
use super::queue::{call, start};
use super::queue_api::issued;
use crate::testing::{TestHall, TestTerminal};
use bianmin_protocol::ids::Millis;
use bianmin_protocol::ticket::TicketNumber;
use bianmin_protocol::v1::queue::*;
use std::collections::HashSet;
use uuid::Uuid;

pub(super) async fn ask(terminal: &TestTerminal, id: Uuid, count: u16) -> BlockReply {
    terminal.post(BLOCKS, &LeaseBlock { id, group: "A".to_owned(), count }).await.json()
}

async fn lease(terminal: &TestTerminal, count: u16) -> (Lease, SignedLease, Vec<String>) {
    let reply = ask(terminal, Uuid::now_v7(), count).await;
    let BlockReply::Leased { lease, tokens } = reply else { panic!("{reply:?}") };
    let own = &terminal.enrolled.certificate.terminal;
    (lease.verify(&terminal.enrolled.hall_key, own).unwrap(), lease, tokens)
}

fn numbers(lease: &Lease) -> Vec<TicketNumber> {
    (0..).map_while(|at| lease.number(at)).collect()
}

async fn give_back(terminal: &TestTerminal, block: Uuid, used: u16) {
    let reply: ReturnReply = terminal.post(BLOCK_RETURN, &ReturnBlock { block, used }).await.json();
    assert!(reply.ended);
}

fn offline(lease: &Lease, at: u16) -> OfflineTicket {
    let issued_at = Millis(lease.leased_at.0 + i64::from(at));
    OfflineTicket { id: Uuid::now_v7(), number: lease.number(at).unwrap(), priority: None, issued_at }
}

async fn merge(
    terminal: &TestTerminal,
    lease: &SignedLease,
    tickets: &[OfflineTicket],
) -> Vec<OfflineOutcome> {
    let body = OfflineTickets { lease: lease.clone(), tickets: tickets.to_vec() };
    terminal.post(OFFLINE, &body).await.json::<OfflineReply>().outcomes
}

async fn enrolled(hall: &TestHall) -> [TestTerminal; 2] {
    [hall.enrol("HP07").await, hall.enrol("HP08").await]
}

on_both! {
    async fn no_number_of_a_block_is_given_to_anybody_else_however_the_block_ends(database) {
        let hall = start(database).await;
        let [one, other] = enrolled(&hall).await;
        let (first, ..) = lease(&one, 10).await;
        let mut given: HashSet<TicketNumber> = numbers(&first).into_iter().collect();
        // Given back with three used: whoever restores the terminal's disk has all ten again.
        give_back(&one, first.block, 3).await;
        give_back(&one, first.block, 3).await;
        for terminal in [&one, &other] {
            let (next, ..) = lease(terminal, 10).await;
            assert!(numbers(&next).into_iter().all(|number| given.insert(number)), "{next:?}");
        }
        assert!(given.insert(issued(&other).await.number));
        // The restored terminal asks for more time, and learns that the block has ended.
        assert_eq!(ask(&one, first.block, 10).await, BlockReply::Ended {});
        assert_eq!(ask(&other, first.block, 10).await, BlockReply::Ended {}, "it is nobody else's either");

        // After a backup of the hall was restored, what was leased meanwhile is not known any more.
        let (lost, ..) = lease(&one, 10).await;
        let transaction = hall.store().begin().await.unwrap();
        crate::db::sql::execute(&transaction, "DELETE FROM queue_block", []).await.unwrap();
        let before = i64::from(lost.first) - 1;
        let back = "UPDATE queue_counter SET last = $1";
        crate::db::sql::execute(&transaction, back, [before.into()]).await.unwrap();
        transaction.commit().await.unwrap();
        hall.store().new_epoch().await.unwrap();
        given.extend(numbers(&lost));
        let (next, ..) = lease(&one, 10).await;
        assert!(numbers(&next).into_iter().all(|number| given.insert(number)), "{next:?}");
        assert_ne!(next.epoch, lost.epoch);
    }

    async fn a_request_that_is_sent_again_leases_once_and_renews(database) {
        let hall = start(database).await;
        let [one, _] = enrolled(&hall).await;
        let id = Uuid::now_v7();
        let own = &one.enrolled.certificate.terminal;
        let mut leases = Vec::new();
        for _ in 0..2 {
            let reply = ask(&one, id, 5).await;
            let BlockReply::Leased { lease, .. } = reply else { panic!("{reply:?}") };
            leases.push(lease.verify(&one.enrolled.hall_key, own).unwrap());
        }
        assert_eq!((leases[0].first, leases[0].last), (leases[1].first, leases[1].last));
        assert!(leases[1].until >= leases[0].until);
        assert_eq!(one.post(BLOCKS, &LeaseBlock { id, group: "A".to_owned(), count: BLOCK_LIMIT + 1 }).await.status, 400);
    }

    async fn people_who_got_a_number_offline_stand_in_the_line_by_when_they_got_it(database) {
        let hall = start(database).await;
        let [one, other] = enrolled(&hall).await;
        let (block, signed, tokens) = lease(&one, 5).await;
        hall.clock().advance(std::time::Duration::from_millis(500));
        let online = issued(&other).await;
        let early = offline(&block, 0);
        let late = OfflineTicket { issued_at: Millis(online.issued_at.0 + 1000), ..offline(&block, 1) };
        hall.clock().advance(std::time::Duration::from_secs(2));
        let tickets = [late.clone(), early.clone()];
        for _ in 0..2 {
            assert_eq!(merge(&one, &signed, &tickets).await, [OfflineOutcome::Merged {}; 2]);
        }
        // Two slips with one number, a number of no block, and one that is in order: each gets its own answer.
        let copied = OfflineTicket { id: Uuid::now_v7(), ..early.clone() };
        let foreign = OfflineTicket { number: online.number.clone(), ..offline(&block, 2) };
        let sound = offline(&block, 3);
        let outcomes = merge(&one, &signed, &[copied, foreign, sound]).await;
        assert_eq!(outcomes, [OfflineOutcome::Conflict {}, OfflineOutcome::Refused {}, OfflineOutcome::Merged {}]);
        // Nobody else merges by this lease.
        let body = OfflineTickets { lease: signed.clone(), tickets: vec![offline(&block, 4)] };
        assert_eq!(other.post(OFFLINE, &body).await.status, 400);
        // The token that came with the block is the ticket's.
        let state: PlaceReply = one.post(TICKET_STATE, &TicketQuery { token: tokens[0].clone() }).await.json();
        assert!(matches!(state, PlaceReply::Place { place } if place.number == early.number && place.ahead == Some(0)));
        let mut called = Vec::new();
        for _ in 0..3 {
            called.push(call(&hall, "1", None).await.unwrap().ticket.number);
        }
        assert_eq!(called[0], early.number);
        assert!(called.contains(&online.number));
        assert!(hall.store().queue().untrue_rows().await.unwrap().is_empty());
    }
}
