//! What terminals ask of the queue over HTTP: a request that is sent again, to whichever hall, has one effect.

use super::on_both;
use super::queue::{BY, call, join_all, start};
use crate::queue::*;
use crate::testing::{TestHall, TestTerminal};
use bianmin_protocol::v1::ErrorCode;
use bianmin_protocol::v1::queue::*;
use jiff::civil::time;
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

pub(super) fn wanted(id: Uuid) -> TakeTicket {
    TakeTicket { id, group: "A".to_owned(), priority: None }
}

pub(super) async fn take(terminal: &TestTerminal, take: &TakeTicket) -> TicketReply {
    terminal.post(TICKETS, take).await.json()
}

pub(super) async fn issued(terminal: &TestTerminal) -> IssuedTicket {
    match take(terminal, &wanted(Uuid::now_v7())).await {
        TicketReply::Issued { ticket } => ticket,
        refused => panic!("{refused:?}"),
    }
}

fn place(reply: PlaceReply) -> PlaceState {
    match reply {
        PlaceReply::Place { place } => place,
        refused => panic!("{refused:?}"),
    }
}

async fn ask(terminal: &TestTerminal, path: &str, token: &str) -> PlaceReply {
    terminal.post(path, &TicketQuery { token: token.to_owned() }).await.json()
}

async fn with_slots(hall: &TestHall) {
    let mut setup = default_setup();
    let slots = vec![TimeRange::parse("11:00-15:00").unwrap()];
    let rules = BookingRules { slots, capacity: 2, days_ahead: 7, lead_minutes: 0, grace_minutes: 240 };
    setup.groups[0].booking = Some(rules);
    hall.store().queue().set_up(&setup, Moment::now(hall.clock(), &setup), BY, false).await.unwrap();
}

on_both! {
    async fn many_at_once_at_two_halls_get_one_number_each_however_often_they_ask(database) {
        const PEOPLE: usize = 24;
        let hall = start(database).await;
        let twin = hall.twin().await;
        let terminal = hall.enrol("HP07").await;
        let other = terminal.at(&twin.url);
        let ids: Vec<Uuid> = (0..PEOPLE).map(|_| Uuid::now_v7()).collect();
        // Each is asked for three times, at both halls, all at the same time.
        let asked = ids.iter().flat_map(|id| [(&terminal, id), (&other, id), (&terminal, id)]);
        let replies = join_all(asked.map(|(terminal, id)| async move {
            match take(terminal, &wanted(*id)).await {
                TicketReply::Issued { ticket } => (*id, ticket.number.to_string(), ticket.token),
                refused => panic!("{refused:?}"),
            }
        }))
        .await;
        let numbers: BTreeSet<&String> = replies.iter().map(|(_, number, _)| number).collect();
        let answers: HashSet<_> = replies.iter().collect();
        assert_eq!((numbers.len(), answers.len()), (PEOPLE, PEOPLE), "{replies:?}");
        let all = hall.store().queue().places(service_day(&hall).await).await.unwrap();
        assert_eq!(all.len(), PEOPLE);

        // Another wish under a known id gets nothing, and costs nobody their number.
        let (elderly, new) = (TakeTicket { priority: Some("elderly".to_owned()), ..wanted(ids[0]) }, Uuid::now_v7());
        let new = wanted(new);
        let (refused, given) = tokio::join!(take(&terminal, &elderly), take(&other, &new));
        assert_eq!(refused, TicketReply::Refused { refusal: QueueRefusal::Conflict {} });
        assert!(matches!(given, TicketReply::Issued { .. }));
    }

    async fn whoever_asks_at_the_same_moment_shares_a_commit_and_goes_without_for_nobody_else(database) {
        const PEOPLE: usize = 64;
        let hall = start(database).await;
        issued(&hall.enrol("HP07").await).await;
        let request = |id: usize| TicketRequest {
            key: RequestKey { terminal: "HP07".to_owned(), id: id.to_string(), content: String::new() },
            group: "A".to_owned(),
            class: None,
        };
        let take = |from: usize| join_all((from..from + PEOPLE).map(|id| hall.hall.queue.take(request(id))));
        let before = hall.store().state().await.unwrap().changes;
        let taken = take(0).await;
        let commits = hall.store().state().await.unwrap().changes - before;
        assert!(taken.iter().all(Result::is_ok), "{taken:?}");
        println!("{PEOPLE} numbers in {commits} commits");
        assert!(commits <= PEOPLE as i64 / 2, "{commits} commits");

        // Nine numbers are left of the day: nine people get them, and the others are told why they do not.
        let transaction = hall.store().begin().await.unwrap();
        let nearly = "UPDATE queue_counter SET last = 9990";
        crate::db::sql::execute(&transaction, nearly, []).await.unwrap();
        transaction.commit().await.unwrap();
        let (given, refused): (Vec<_>, Vec<_>) = take(PEOPLE).await.into_iter().partition(Result::is_ok);
        let numbers: BTreeSet<String> =
            given.into_iter().map(|given| given.unwrap().taken.ticket.number.to_string()).collect();
        assert_eq!((numbers.len(), refused.len()), (9, PEOPLE - 9));
        assert!(refused.iter().all(|one| matches!(one.as_ref().unwrap_err().as_ref(), QueueError::UsedUp(_))));
    }

    async fn a_place_is_shown_and_given_up_by_its_token_alone(database) {
        let hall = start(database).await;
        let terminal = hall.enrol("HP07").await;
        let first = issued(&terminal).await;
        let second = issued(&terminal).await;
        let shown = place(ask(&terminal, TICKET_STATE, &second.token).await);
        assert_eq!((shown.state.as_str(), shown.ahead), ("waiting", Some(1)));
        assert!(shown.wait.unwrap().high >= shown.wait.unwrap().low);
        // A number can be guessed; what stands behind it cannot.
        let guessed = second.token.replace(&second.number.to_string(), &first.number.to_string());
        let refused = PlaceReply::Refused { refusal: QueueRefusal::NoSuchTicket {} };
        assert_eq!(ask(&terminal, TICKET_CANCEL, &guessed).await, refused);
        for _ in 0..2 {
            assert_eq!(place(ask(&terminal, TICKET_CANCEL, &first.token).await).state, "left");
        }
        assert_eq!(place(ask(&terminal, TICKET_STATE, &second.token).await).ahead, Some(0));
        call(&hall, "2", None).await.unwrap();
        let called = place(ask(&terminal, TICKET_STATE, &second.token).await);
        assert_eq!((called.state.as_str(), called.windows), ("called", vec!["2".to_owned()]));
        for _ in 0..30 {
            ask_any(&terminal, &guessed).await;
        }
        assert_eq!(ask_any(&terminal, &guessed).await, Some(ErrorCode::TooMany), "who goes on guessing has to wait");
    }

    async fn a_booking_and_its_number_are_given_once(database) {
        let hall = start(database).await;
        with_slots(&hall).await;
        let terminal = hall.enrol("HP07").await;
        let day = service_day(&hall).await;
        let slots = || async { terminal.get(&format!("{SLOTS}?group=A&day={day}")).await.json::<SlotsReply>() };
        let book = BookSlot { id: Uuid::now_v7(), group: "A".to_owned(), day, from: time(11, 0, 0, 0) };
        let tomorrow = BookSlot { day: day.tomorrow().unwrap(), ..book.clone() };
        // The slot of today has begun, and the one of tomorrow has not.
        let mut booked = HashSet::new();
        for _ in 0..3 {
            let reply: BookingReply = terminal.post(BOOKINGS, &tomorrow).await.json();
            let BookingReply::Booking { booking } = reply else { panic!("{reply:?}") };
            booked.insert(booking.code);
        }
        assert_eq!(booked.len(), 1, "a request that is sent again books once");
        let code = booked.into_iter().next().unwrap();
        assert!(matches!(slots().await, SlotsReply::Slots { slots } if slots.len() == 1));
        let reply: BookingReply = terminal.post(BOOKINGS, &book).await.json();
        assert!(matches!(reply, BookingReply::Refused { .. }), "{reply:?}");

        let check_in = CheckIn { id: Uuid::now_v7(), code: code.to_lowercase() };
        let early: TicketReply = terminal.post(CHECK_IN, &check_in).await.json();
        assert!(matches!(early, TicketReply::Refused { refusal: QueueRefusal::OtherDay { .. } }), "{early:?}");
        hall.clock().advance(std::time::Duration::from_secs(86_400));
        let mut numbers = HashSet::new();
        for _ in 0..2 {
            let signed_at = hall.clock().seconds();
            let body = serde_json::to_vec(&check_in).unwrap();
            let signed = terminal.signed("POST", CHECK_IN, &body, signed_at);
            let reply: TicketReply = terminal.send("POST", CHECK_IN, body, &signed).await.json();
            let TicketReply::Issued { ticket } = reply else { panic!("{reply:?}") };
            assert_eq!(ticket.priority.as_deref(), Some("booking"));
            numbers.insert(ticket.number);
        }
        assert_eq!(numbers.len(), 1, "a request that is sent again checks in once");
    }

    async fn a_stranger_gets_no_number(database) {
        let hall = start(database).await;
        let answer = reqwest::Client::new()
            .post(format!("{}{TICKETS}", hall.url))
            .body(serde_json::to_vec(&wanted(Uuid::now_v7())).unwrap())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 401);
        let state: QueueState = hall.enrol("HP07").await.get(QUEUE).await.json();
        assert_eq!((state.groups.len(), state.groups[0].waiting, state.closed), (1, 0, None));
    }
}

async fn service_day(hall: &TestHall) -> jiff::civil::Date {
    super::queue::service(hall).await.moment.day
}

async fn ask_any(terminal: &TestTerminal, token: &str) -> Option<ErrorCode> {
    let answer = terminal.post(TICKET_STATE, &TicketQuery { token: token.to_owned() }).await;
    (answer.status != 200).then(|| answer.error())
}
