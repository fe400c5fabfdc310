//! The queue on both databases: nobody is called twice or lost, whoever calls from wherever, and the database itself
//! refuses what must not be.

use super::on_both;
use crate::queue::*;
use crate::testing::{Database, TestHall};
use jiff::civil::date;
use sea_orm::ConnectionTrait as _;
use std::collections::HashSet;

pub(super) const BY: &str = "test";

/// A hall where it is about noon, so that no business day ends under a test.
pub(super) async fn start(database: Database) -> TestHall {
    let hour = jiff::Timestamp::now().as_second() / 3600 % 24;
    // These names have the signs of POSIX: Etc/GMT-8 is eight hours ahead.
    TestHall::start_with(database, |config| config.time_zone = format!("Etc/GMT{:+}", hour - 12)).await
}

pub(super) async fn service(hall: &TestHall) -> QueueService<'_> {
    QueueService::open(hall.store(), hall.clock()).await.unwrap()
}

pub(super) async fn take(hall: &TestHall, class: Option<&str>) -> String {
    service(hall).await.take("A", class, BY).await.unwrap().ticket.number.to_string()
}

pub(super) async fn call(hall: &TestHall, window: &str, number: Option<&str>) -> Option<Called> {
    match service(hall).await.call(window, number, None, BY).await.unwrap() {
        NextCall::Called(called) => Some(*called),
        NextCall::Nobody(_) => None,
    }
}

pub(super) async fn at_window(
    hall: &TestHall,
    window: &str,
    action: WindowAction,
) -> Result<Ticket, QueueError> {
    let service = service(hall).await;
    let window = WindowCode::parse(window).unwrap();
    hall.store().queue().at_window(&service.setup, service.moment, &window, &action, BY).await
}

/// So many windows for one group.
async fn set_up(hall: &TestHall, windows: usize) {
    let mut setup = default_setup();
    let window = setup.windows[0].clone();
    setup.windows = (1..=windows)
        .map(|number| Window { code: WindowCode::parse(&number.to_string()).unwrap(), ..window.clone() })
        .collect();
    hall.store().queue().set_up(&setup, Moment::now(hall.clock(), &setup), BY, false).await.unwrap();
}

/// The longest run of priority calls after which somebody ordinary was still called.
fn longest_run(called: &[Called]) -> usize {
    let mut order: Vec<&Called> = called.iter().collect();
    order.sort_by_key(|called| called.ticket.first_called_at);
    let last = order.iter().rposition(|called| called.ticket.priority.is_none()).unwrap_or(0);
    let (mut run, mut longest) = (0, 0);
    for called in &order[..last] {
        run = if called.ticket.priority.is_some() { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

on_both! {
    async fn two_halls_give_no_number_twice_and_call_nobody_twice(database) {
        const PEOPLE: usize = 48;
        let first = start(database).await;
        set_up(&first, 6).await;
        let second = first.twin().await;
        let halls = [&first, &second];
        let takes = (0..PEOPLE).map(|at| take(halls[at % 2], (at % 3 == 0).then_some("elderly")));
        let numbers: HashSet<String> = join_all(takes).await.into_iter().collect();
        let expected: HashSet<String> = (1..=PEOPLE).map(|number| format!("A{number:03}")).collect();
        assert_eq!(numbers, expected);
        // Six windows at two halls call all at once, again and again, until nobody waits.
        let windows = (1..=6).map(|window| async move {
            let mut called = Vec::new();
            while let Some(one) = call(halls[window % 2], &window.to_string(), None).await {
                called.push(one);
            }
            called
        });
        let called: Vec<Called> = join_all(windows).await.into_iter().flatten().collect();
        let numbers: Vec<String> = called.iter().map(|one| one.ticket.number.to_string()).collect();
        assert_eq!(numbers.len(), PEOPLE, "{numbers:?}");
        assert_eq!(numbers.into_iter().collect::<HashSet<_>>(), expected);
        let untrue = first.store().queue().untrue_rows().await.unwrap();
        assert!(untrue.is_empty(), "{untrue:?}");
    }

    async fn one_window_after_the_other_keeps_the_bound(database) {
        let hall = start(database).await;
        set_up(&hall, 3).await;
        for at in 0..24 {
            take(&hall, (at % 4 != 0).then_some("elderly")).await;
        }
        let mut called = Vec::new();
        for at in 0.. {
            // Calls of one millisecond would have no order.
            hall.clock().advance(std::time::Duration::from_secs(1));
            let Some(one) = call(&hall, &(at % 3 + 1).to_string(), None).await else { break };
            called.push(one);
        }
        assert_eq!(called.len(), 24);
        assert_eq!(longest_run(&called), 2);
    }

    async fn the_database_itself_refuses_a_second_call_and_a_second_number(database) {
        let hall = start(database).await;
        take(&hall, None).await;
        take(&hall, None).await;
        let first = call(&hall, "1", None).await.unwrap().ticket;
        let other = hall.store().queue().places(first.day).await.unwrap().remove(1);
        let insert = |ticket: &str, window: &str| {
            format!(
                "INSERT INTO queue_call (id, ticket, group_code, window_code, called_at, called_by, reason) \
                 VALUES ('x', '{ticket}', 'A', '{window}', 0, '', 'next')"
            )
        };
        let again = format!("UPDATE queue_ticket SET number = 'A001' WHERE id = '{}'", other.id);
        for sql in [insert(&first.id, "2"), insert(&other.id, "1"), again] {
            let transaction = hall.store().begin().await.unwrap();
            assert!(transaction.execute_unprepared(&sql).await.is_err(), "{sql}");
            drop(transaction);
        }
    }

    async fn missed_and_parked_people_come_back_when_their_number_is_called(database) {
        let hall = start(database).await;
        let numbers = [take(&hall, None).await, take(&hall, None).await];
        call(&hall, "1", None).await.unwrap();
        at_window(&hall, "1", WindowAction::Missed).await.unwrap();
        call(&hall, "1", None).await.unwrap();
        at_window(&hall, "1", WindowAction::Serve).await.unwrap();
        at_window(&hall, "1", WindowAction::Park { reason: ParkReason::Form }).await.unwrap();
        assert_eq!(call(&hall, "1", None).await, None, "neither comes back by itself");
        for (number, window) in numbers.iter().zip(["1", "2"]) {
            let called = call(&hall, window, Some(number)).await.unwrap();
            assert_eq!((called.ticket.state, called.reason), (State::Called, Reason::Chosen));
        }
        assert!(matches!(at_window(&hall, "1", WindowAction::Finish).await, Err(QueueError::Transition(_))));
        at_window(&hall, "1", WindowAction::Serve).await.unwrap();
        assert_eq!(at_window(&hall, "1", WindowAction::Finish).await.unwrap().state, State::Done);
    }

    async fn a_press_that_came_twice_is_one_call(database) {
        let hall = start(database).await;
        for _ in 0..3 {
            take(&hall, None).await;
        }
        let service = service(&hall).await;
        let press = || service.call("1", None, Some(None), BY);
        let NextCall::Called(called) = press().await.unwrap() else { panic!("nobody") };
        assert!(matches!(press().await, Err(QueueError::Conflict { .. })));
        let place = hall.store().queue().place(service.moment, "A001").await.unwrap();
        assert_eq!((place.state, called.ticket.number.to_string()), (State::Called, "A001".to_owned()));
    }

    async fn the_end_of_the_day_asks_and_loses_nobody(database) {
        let hall = start(database).await;
        let early = take(&hall, None).await;
        call(&hall, "1", None).await.unwrap();
        let today = service(&hall).await;
        let day = today.moment.day;
        let store = hall.store().queue();
        let close = |rest| store.close_day(&today.setup, today.moment, day, rest, BY);
        assert!(matches!(close(None).await, Err(QueueError::AtWindows(_))));
        at_window(&hall, "1", WindowAction::Missed).await.unwrap();
        assert!(matches!(close(None).await, Err(QueueError::StillWaiting { missed: 1, .. })));
        let next = day.tomorrow().unwrap();
        assert_eq!(close(Some(Rest::CarryOver(next))).await.unwrap().rest.len(), 1);
        assert!(matches!(today.take("A", None, BY).await, Err(QueueError::DayClosed(_))));

        // Somebody new comes first the next day, and the one from yesterday checks in after that.
        hall.clock().advance(std::time::Duration::from_secs(86_400));
        assert_eq!(take(&hall, None).await, "A001", "each day has numbers of its own");
        let full = format!("{}-{early}", day.strftime("%y%m%d"));
        let tomorrow = service(&hall).await;
        store.check_in(tomorrow.moment, &full, BY).await.unwrap();
        let called = call(&hall, "1", None).await.unwrap();
        assert_eq!(called.ticket.number.in_full(), full, "by when the number was issued");
        assert!(store.untrue_rows().await.unwrap().is_empty());
    }

    async fn a_set_up_leaves_nobody_without_a_line(database) {
        let hall = start(database).await;
        take(&hall, None).await;
        let mut setup = default_setup();
        setup.groups[0].code = GroupCode::parse("B").unwrap();
        let store = hall.store().queue();
        let set_up = || store.set_up(&setup, Moment::now(hall.clock(), &setup), BY, false);
        assert!(matches!(set_up().await, Err(QueueError::SetupInUse(_))));
        assert_eq!(store.setup().await.unwrap().1, 0);
        let service = service(&hall).await;
        store.leave(service.moment, "A001", BY).await.unwrap();
        assert_eq!(set_up().await.unwrap(), 1);
        assert_eq!(store.setup().await.unwrap(), (setup.clone(), 1));
    }

    async fn a_restored_database_goes_on_at_the_next_thousand(database) {
        let hall = start(database).await;
        assert_eq!(take(&hall, None).await, "A001");
        hall.store().new_epoch().await.unwrap();
        assert_eq!([take(&hall, None).await, take(&hall, None).await], ["A1001", "A1002"]);
        // The backup is of another day, and this one may have had numbers before it was restored.
        let transaction = hall.store().begin().await.unwrap();
        let back = "UPDATE queue_counter SET day = '2000-01-01', epoch = 'before'";
        transaction.execute_unprepared(back).await.unwrap();
        transaction.execute_unprepared("DELETE FROM queue_ticket").await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(take(&hall, None).await, "A1001");
    }

    async fn the_last_place_of_a_slot_is_booked_once_and_comes_at_its_time(database) {
        let hall = start(database).await;
        let mut setup = default_setup();
        let slots = vec![TimeRange::parse("10:00-10:30").unwrap(), TimeRange::parse("11:00-11:30").unwrap()];
        let rules = BookingRules { slots, capacity: 2, days_ahead: 7, lead_minutes: 0, grace_minutes: 15 };
        setup.groups[0].booking = Some(rules.clone());
        hall.store().queue().set_up(&setup, Moment::now(hall.clock(), &setup), BY, false).await.unwrap();
        let twin = hall.twin().await;
        let mut desks = [service(&hall).await, service(&twin).await];
        let tomorrow = desks[0].moment.day.tomorrow().unwrap();
        let ten = jiff::civil::time(10, 0, 0, 0);
        // Five want the two places of a slot, at two halls.
        let booked = join_all((0..5).map(|at| desks[at % 2].book("A", tomorrow, ten, BY))).await;
        let (booked, full): (Vec<_>, Vec<_>) = booked.into_iter().partition(Result::is_ok);
        assert_eq!((booked.len(), full.len()), (2, 3));
        assert!(full.iter().all(|one| matches!(one, Err(QueueError::Booking(BookingRefusal::Full)))));
        let codes: Vec<String> = booked.into_iter().map(|one| one.unwrap().code).collect();
        let eleven = jiff::civil::time(11, 0, 0, 0);
        desks[0].move_booking(&codes[0], tomorrow, eleven, BY).await.unwrap();
        desks[1].book("A", tomorrow, ten, BY).await.expect("the place that was given back");
        let cancelled = hall.store().queue().cancel_booking(desks[0].moment, &codes[0], BY).await.unwrap();
        assert_eq!(cancelled.state, BookingState::Cancelled);

        // Nobody is in a line yet, but somebody has booked one.
        let mut other = default_setup();
        other.groups[0].code = GroupCode::parse("B").unwrap();
        other.windows.iter_mut().for_each(|window| window.groups = vec![other.groups[0].code.clone()]);
        let gone = hall.store().queue().set_up(&other, desks[0].moment, BY, true).await;
        assert!(matches!(gone, Err(QueueError::SetupInUse(_))), "{gone:?}");

        // At the day, ten minutes early: others who wait come first, until the slot begins.
        let service = &mut desks[0];
        service.moment.day = tomorrow;
        service.moment.time = jiff::civil::time(9, 50, 0, 0);
        let store = hall.store().queue();
        let check_in = |moment| store.check_in_booking(&setup, moment, &codes[1], BY, None);
        let number = check_in(service.moment).await.unwrap().ticket.number;
        assert!(check_in(service.moment).await.is_err(), "a booking is used once");
        let other = service.take("A", None, BY).await.unwrap().ticket.number;
        let last = service.take("A", None, BY).await.unwrap().ticket.number;
        let call = async |service: &QueueService<'_>| match service.call("1", None, None, BY).await.unwrap() {
            NextCall::Called(called) => called.ticket.number,
            NextCall::Nobody(_) => panic!("nobody"),
        };
        assert_eq!(call(service).await, other);
        service.moment.at.0 += 10 * 60_000;
        assert_eq!([call(service).await, call(service).await], [number, last]);
    }

    async fn closed_doors_give_no_numbers(database) {
        let hall = start(database).await;
        let mut setup = default_setup();
        let hours = "09:00-17:00";
        setup.opening = Some(Opening::new(hours, "16:30", &["12:00-13:00"], false).unwrap());
        hall.store().queue().set_up(&setup, Moment::now(hall.clock(), &setup), BY, false).await.unwrap();
        let mut service = service(&hall).await;
        service.moment.day = date(2026, 10, 10);
        service.moment.time = jiff::civil::time(10, 0, 0, 0);
        service.take("A", None, BY).await.expect("a Saturday that is worked for the national holiday");
        service.moment.day = date(2026, 10, 7);
        let closed = service.take("A", None, BY).await;
        assert!(matches!(closed, Err(QueueError::Closed(Closed::DayOff))), "{closed:?}");
    }
}

/// All at once.
pub(super) async fn join_all<T>(futures: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut running: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<T>> = running.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, done) in running.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}
