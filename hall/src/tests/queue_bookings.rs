//! Bookings on both databases: a slot is as full as people hold places in it, and whoever booked is called as published.

use super::on_both;
use super::queue::{BY, call, service, start, take};
use crate::db::sql::query_all;
use crate::queue::*;
use crate::testing::TestHall;
use jiff::civil::Time;

const TEN: Time = Time::constant(10, 0, 0, 0);
const SLOTS: [(&str, Time); 3] = [
    ("10:00-10:30", TEN),
    ("11:00-11:30", Time::constant(11, 0, 0, 0)),
    ("12:00-12:30", Time::constant(12, 0, 0, 0)),
];

/// A set-up whose one group has slots.
async fn set_up(hall: &TestHall, change: impl FnOnce(&mut Setup)) {
    let mut setup = default_setup();
    let slots = SLOTS.map(|(slot, _)| TimeRange::parse(slot).unwrap()).to_vec();
    let rules = BookingRules { slots, capacity: 50, days_ahead: 7, lead_minutes: 0, grace_minutes: 15 };
    setup.groups[0].booking = Some(rules);
    change(&mut setup);
    hall.store().queue().set_up(&setup, Moment::now(hall.clock(), &setup), BY, false).await.unwrap();
}

/// The slots' counts, and how many bookings hold a place in them.
async fn slots(hall: &TestHall, day: jiff::civil::Date) -> (Vec<i64>, Vec<i64>) {
    let counts =
        query_all(hall.store().reader(), "SELECT booked FROM queue_slot ORDER BY slot_from", []).await;
    let counts = counts.unwrap().iter().map(|row| row.try_get("", "booked").unwrap()).collect();
    let bookings = hall.store().queue().bookings(day).await.unwrap();
    let held = SLOTS.map(|(_, from)| bookings.iter().filter(|one| one.slot.from == from).count() as i64);
    (counts, held.to_vec())
}

on_both! {
    async fn who_changes_a_booking_at_once_frees_one_place_and_nobody_waits_for_ever(database) {
        let hall = start(database).await;
        set_up(&hall, |_| {}).await;
        let twin = hall.twin().await;
        let (first, second) = (service(&hall).await, service(&twin).await);
        let day = first.moment.day.tomorrow().unwrap();
        // Others, so that a place that is freed twice is missed.
        let mut codes = Vec::new();
        for (_, from) in SLOTS {
            for _ in 0..8 {
                codes.push(first.book("A", day, from, BY).await.unwrap().code);
            }
        }
        for round in 0..6 {
            let [one, other, gone] = [&codes[0], &codes[8], &codes[round + 1]];
            let (to, back) = (SLOTS[round % 3].1, SLOTS[(round + 1) % 3].1);
            // The same booking to two slots, and two bookings past each other.
            let moved = tokio::join!(first.move_booking(one, day, to, BY), second.move_booking(one, day, back, BY));
            assert!(moved.0.is_ok() && moved.1.is_ok(), "{moved:?}");
            first.move_booking(other, day, to, BY).await.unwrap();
            second.move_booking(one, day, back, BY).await.unwrap();
            let moved = tokio::join!(first.move_booking(one, day, to, BY), second.move_booking(other, day, back, BY));
            assert!(moved.0.is_ok() && moved.1.is_ok(), "{moved:?}");
            let store = hall.store().queue();
            let gone = tokio::join!(store.cancel_booking(first.moment, gone, BY), second.move_booking(gone, day, back, BY));
            assert!(gone.0.is_ok(), "{gone:?}");
            let (counts, held) = slots(&hall, day).await;
            assert_eq!(counts, held, "round {round}");
        }
    }

    async fn who_booked_has_priority_only_where_the_set_up_says_so(database) {
        let hall = start(database).await;
        set_up(&hall, |setup| setup.priority_classes = vec![PriorityClass::Elderly]).await;
        let mut at = service(&hall).await;
        let day = at.moment.day.tomorrow().unwrap();
        let code = at.book("A", day, TEN, BY).await.unwrap().code;
        (at.moment.day, at.moment.time) = (day, Time::constant(9, 50, 0, 0));
        let store = hall.store().queue();
        let booked = store.check_in_booking(&at.setup, at.moment, &code, BY, None).await.unwrap().ticket;
        assert_eq!(booked.priority, None);
        let next = async |at: &QueueService<'_>| match at.call("1", None, None, BY).await.unwrap() {
            NextCall::Called(called) => called.ticket.number,
            NextCall::Nobody(_) => panic!("nobody"),
        };
        // Before their time they do not wait, so that nobody is held up for their sake.
        for _ in 0..3 {
            let elderly = at.take("A", Some("elderly"), BY).await.unwrap().ticket.number;
            assert_eq!(next(&at).await, elderly);
        }
        let early = at.take("A", None, BY).await.unwrap().ticket.number;
        assert_eq!(next(&at).await, early);
        at.moment.at.0 += 11 * 60_000;
        let late = at.take("A", None, BY).await.unwrap().ticket.number;
        assert_eq!([next(&at).await, next(&at).await], [booked.number, late]);
    }

    async fn a_booking_is_found_however_its_code_is_typed(database) {
        let hall = start(database).await;
        set_up(&hall, |_| {}).await;
        let service = service(&hall).await;
        let day = service.moment.day.tomorrow().unwrap();
        let code = service.book("A", day, TEN, BY).await.unwrap().code;
        let typed = [code.to_lowercase(), code.replace('-', ""), format!(" {} ", code.replace('-', " "))];
        for text in &typed {
            assert_eq!(hall.store().queue().booking(text).await.unwrap().code, code, "{text}");
        }
        service.move_booking(&typed[1], day, SLOTS[1].1, BY).await.unwrap();
        let gone = hall.store().queue().cancel_booking(service.moment, &typed[1].to_lowercase(), BY).await;
        assert_eq!(gone.unwrap().state, BookingState::Cancelled);
        let unknown = hall.store().queue().booking("ABCDE-FGHJ!").await;
        assert!(matches!(unknown, Err(QueueError::NoSuchBooking(_))), "{unknown:?}");
    }

    async fn a_set_up_and_a_number_of_a_group_that_it_removes_exclude_each_other(database) {
        let hall = start(database).await;
        let twin = hall.twin().await;
        let with_both = crate::tests::queue_days::two_groups();
        let store = hall.store().queue();
        for round in 0..6 {
            let moment = Moment::now(hall.clock(), &with_both);
            store.set_up(&with_both, moment, BY, false).await.unwrap();
            take(&hall, None).await;
            let reads_before = service(&twin).await;
            let mut with_one = default_setup();
            with_one.priority_bound = round + 1;
            let (taken, set_up) =
                tokio::join!(reads_before.take("B", None, BY), store.set_up(&with_one, moment, BY, false));
            assert_ne!(taken.is_ok(), set_up.is_ok(), "{taken:?} {set_up:?}");
            match taken {
                Ok(taken) => drop(store.leave(moment, &taken.ticket.number.to_string(), BY).await.unwrap()),
                Err(error) => assert!(matches!(error, QueueError::NoSuchGroup { .. }), "{error}"),
            }
        }
        assert!(call(&hall, "1", None).await.is_some());
    }
}
