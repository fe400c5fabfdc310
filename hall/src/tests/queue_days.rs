//! Business days on both databases: what a restored backup forgot is not given again, and nobody is left behind by the
//! end of a day.

use super::on_both;
use super::queue::{BY, at_window, call, service, start, take};
use crate::db::sql::{execute, query_one};
use crate::queue::*;
use crate::testing::TestHall;
use jiff::civil::date;
use std::collections::HashSet;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

/// The groups A and B, which all windows serve.
pub(super) fn two_groups() -> Setup {
    let mut setup = default_setup();
    let mut other = setup.groups[0].clone();
    other.code = GroupCode::parse("B").unwrap();
    other.prefix = bianmin_protocol::ticket::TicketPrefix::parse("B").unwrap();
    setup.windows.iter_mut().for_each(|window| window.groups.push(other.code.clone()));
    setup.groups.push(other);
    setup
}

async fn set_up(hall: &TestHall, setup: &Setup) {
    hall.store().queue().set_up(setup, Moment::now(hall.clock(), setup), BY, false).await.unwrap();
}

async fn taken(hall: &TestHall, groups: &[&str]) -> Vec<String> {
    let mut numbers = Vec::new();
    for group in groups {
        numbers.push(service(hall).await.take(group, None, BY).await.unwrap().ticket.number.to_string());
    }
    numbers
}

/// As when a backup is put in beneath the hall.
async fn go_back(hall: &TestHall, changes: i64, statements: &[&str]) {
    let reader = hall.store().reader();
    for sql in statements {
        execute(reader, sql, []).await.unwrap();
    }
    execute(reader, "UPDATE hall SET changes = $1", [changes.into()]).await.unwrap();
}

async fn changes(hall: &TestHall) -> i64 {
    let row = query_one(hall.store().reader(), "SELECT changes FROM hall", []).await.unwrap();
    row.unwrap().try_get("", "changes").unwrap()
}

/// Somebody's number in full after the end of the day on which they took it.
async fn carried_over(hall: &TestHall) -> String {
    let at = service(hall).await;
    let number = at.take("A", None, BY).await.unwrap().ticket.number.in_full();
    let rest = Some(Rest::CarryOver(at.carry_over_day(at.moment.day).await.unwrap().day));
    hall.store().queue().close_day(&at.setup, at.moment, at.moment.day, rest, BY).await.unwrap();
    number
}

on_both! {
    async fn numbers_that_a_backup_does_not_know_are_not_given_again(database) {
        let hall = start(database).await;
        set_up(&hall, &two_groups()).await;
        taken(&hall, &["A"]).await;
        let before = changes(&hall).await;
        // Nothing but the queue writes since.
        let mut numbers = taken(&hall, &["A", "A", "B"]).await;
        let back = ["DELETE FROM queue_ticket WHERE number <> 'A001'", "DELETE FROM queue_counter WHERE prefix = 'B'",
            "UPDATE queue_counter SET last = 1"];
        go_back(&hall, before, &back).await;
        numbers.extend(taken(&hall, &["A", "A", "B"]).await);
        assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), 6, "{numbers:?}");
    }

    async fn a_day_that_is_closed_after_a_restore_gives_no_number_twice_either(database) {
        let hall = start(database).await;
        take(&hall, None).await;
        // The backup is of another day.
        let back = ["DELETE FROM queue_ticket", "DELETE FROM queue_day", "UPDATE queue_counter SET day = '2000-01-01'"];
        go_back(&hall, changes(&hall).await, &back).await;
        hall.store().new_epoch().await.unwrap();
        let at = service(&hall).await;
        let store = hall.store().queue();
        store.close_day(&at.setup, at.moment, at.moment.day, Some(Rest::Close), BY).await.unwrap();
        store.open_day(at.moment.day).await.unwrap();
        assert_eq!(take(&hall, None).await, "A1001");
    }

    async fn people_are_carried_to_the_first_open_day_and_never_past_today(database) {
        let hall = start(database).await;
        let mut at = service(&hall).await;
        let carried = async |at: &QueueService<'_>, closed| at.carry_over_day(closed).await.unwrap();
        at.moment.day = date(2026, 10, 1);
        assert_eq!(carried(&at, date(2026, 10, 1)).await.day, date(2026, 10, 2), "no hours, so that it never rests");
        at.setup.opening = Opening::new("09:00-17:00", "16:30", &[], false);
        assert_eq!(carried(&at, date(2026, 9, 30)).await.day, date(2026, 10, 8), "after the national holiday");
        at.moment.day = date(2026, 10, 9);
        assert_eq!(carried(&at, date(2026, 10, 9)).await.day, date(2026, 10, 10), "a Saturday that is worked");
        let late = carried(&at, date(2026, 9, 30)).await;
        assert_eq!((late.day, late.assumed_years), (date(2026, 10, 9), vec![]), "today: they are here");
        at.moment.day = date(2041, 5, 3);
        assert_eq!(carried(&at, date(2041, 5, 3)).await.assumed_years, [2041]);
        at.setup.opening = Opening::new("09:00-17:00", "16:30", &[], true);
        let every_day = carried(&at, date(2041, 5, 3)).await;
        assert_eq!((every_day.day, every_day.assumed_years), (date(2041, 5, 4), vec![]));
    }

    async fn who_was_left_from_an_earlier_day_is_served_today(database) {
        let hall = start(database).await;
        let number = service(&hall).await.take("A", None, BY).await.unwrap().ticket.number.in_full();
        let closed = service(&hall).await.moment.day;
        hall.clock().advance(3 * DAY);
        let at = service(&hall).await;
        let rest = Some(Rest::CarryOver(at.carry_over_day(closed).await.unwrap().day));
        let store = hall.store().queue();
        store.close_day(&at.setup, at.moment, closed, rest, BY).await.unwrap();
        store.check_in(at.moment, &number, BY).await.unwrap();
        assert_eq!(call(&hall, "1", None).await.unwrap().ticket.number.in_full(), number);
    }

    async fn nobody_comes_into_the_line_of_a_closed_day(database) {
        let hall = start(database).await;
        let number = carried_over(&hall).await;
        hall.clock().advance(DAY);
        let at = service(&hall).await;
        let store = hall.store().queue();
        store.close_day(&at.setup, at.moment, at.moment.day, Some(Rest::Close), BY).await.unwrap();
        let closed = store.check_in(at.moment, &number, BY).await;
        assert!(matches!(closed, Err(QueueError::DayClosed(day)) if day == at.moment.day), "{closed:?}");
        store.open_day(at.moment.day).await.unwrap();
        store.check_in(at.moment, &number, BY).await.unwrap();
        call(&hall, "1", None).await.unwrap();
        execute(hall.store().reader(), "UPDATE queue_day SET closed_at = 1", []).await.unwrap();
        let group = GroupCode::parse("A").unwrap();
        let transfer = || at_window(&hall, "1", WindowAction::Transfer { group: group.clone(), keep_place: true });
        assert!(matches!(transfer().await, Err(QueueError::DayClosed(_))));
        assert_eq!(store.place(at.moment, &number).await.unwrap().state, State::Called, "still at the window");
        store.open_day(at.moment.day).await.unwrap();
        assert_eq!(transfer().await.unwrap().state, State::Waiting);
    }

    async fn a_night_between_two_days_is_no_wait_that_others_are_told(database) {
        let hall = start(database).await;
        for _ in 0..8 {
            let number = carried_over(&hall).await;
            hall.clock().advance(DAY);
            let at = service(&hall).await;
            hall.store().queue().check_in(at.moment, &number, BY).await.unwrap();
            call(&hall, "1", None).await.unwrap();
            at_window(&hall, "1", WindowAction::Missed).await.unwrap();
            call(&hall, "1", Some(&number)).await.unwrap();
            at_window(&hall, "1", WindowAction::Serve).await.unwrap();
            at_window(&hall, "1", WindowAction::Finish).await.unwrap();
        }
        let wait = service(&hall).await.take("A", None, BY).await.unwrap().wait;
        assert!(wait.longest < 4 * 3_600_000, "{wait:?}");
    }
}
