//! The board's events over HTTP: every call, once, in order, to every board, whichever hall or command made it.

use super::on_both;
use super::queue::{BY, at_window, call, join_all, start, take};
use crate::queue::*;
use crate::testing::TestHall;
use serde_json::Value;
use std::time::{Duration, Instant};

/// Longer than anything here takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(30);

/// A board without a screen.
#[derive(Debug)]
pub(super) struct Listener {
    response: reqwest::Response,
    read: String,
}

/// An event: its id, name and content.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Heard {
    pub id: String,
    pub name: String,
    pub data: Value,
}

impl Listener {
    pub(super) async fn connect(hall: &TestHall, last: Option<&str>) -> Self {
        let mut request = reqwest::Client::new().get(format!("{}/board/events?language=en", hall.url));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        Self { response, read: String::new() }
    }

    /// The next event; `None` if the stream has ended.
    async fn next(&mut self) -> Option<Heard> {
        loop {
            if let Some((block, rest)) = self.read.split_once("\n\n") {
                let line = |name: &str| {
                    let found = block.lines().find_map(|line| line.strip_prefix(name));
                    found.unwrap_or_default().to_owned()
                };
                let (id, name, data) = (line("id: "), line("event: "), line("data: "));
                self.read = rest.to_owned();
                if name.is_empty() {
                    continue;
                }
                return Some(Heard { id, name, data: serde_json::from_str(&data).unwrap() });
            }
            let chunk = self.response.chunk().await.unwrap()?;
            self.read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next event of a name.
    pub(super) async fn hear(&mut self, name: &str) -> Heard {
        let found = async {
            loop {
                let event = self.next().await.expect("the stream ended");
                if event.name == name {
                    return event;
                }
            }
        };
        tokio::time::timeout(DEADLINE, found).await.unwrap_or_else(|_| panic!("no {name}"))
    }
}

fn numbers(board: &Value) -> Vec<String> {
    let calls = board["calls"].as_array().unwrap().iter();
    calls.map(|call| call["number"].as_str().unwrap().to_owned()).collect()
}

async fn set_up(hall: &TestHall, windows: u32) {
    let mut setup = default_setup();
    let window = setup.windows[0].clone();
    let code = |number: u32| WindowCode::parse(&number.to_string()).unwrap();
    setup.windows = (1..=windows)
        .map(|number| Window { code: code(number), name: number.to_string(), ..window.clone() })
        .collect();
    hall.store().queue().set_up(&setup, Moment::now(hall.clock(), &setup), BY, false).await.unwrap();
}

on_both! {
    async fn two_hundred_boards_of_two_halls_hear_every_call_at_once(database) {
        const BOARDS: usize = 200;
        let hall = start(database).await;
        let twin = hall.twin().await;
        for _ in 0..3 {
            take(&hall, None).await;
        }
        let mut boards = Vec::new();
        for at in 0..BOARDS {
            let mut board = Listener::connect(if at % 2 == 0 { &hall } else { &twin }, None).await;
            assert_eq!(numbers(&board.hear("board").await.data), Vec::<String>::new());
            boards.push(board);
        }
        // As another process does it: nothing tells these halls but the database.
        let begun = Instant::now();
        for window in ["1", "2"] {
            call(&hall, window, None).await.unwrap();
        }
        let mut heard = Vec::new();
        for board in &mut boards {
            let events = [board.hear("call").await, board.hear("call").await];
            heard.push(events.map(|one| (one.data["number"].clone(), one.data["window"].clone())));
        }
        let took = begun.elapsed();
        let expected = [("A001", "window 1"), ("A002", "window 2")].map(|(number, window)| (number.into(), window.into()));
        assert!(heard.iter().all(|one| *one == expected), "{heard:?}");
        println!("two calls on {BOARDS} boards after {took:?}");
        assert!(took < Duration::from_secs(5), "{took:?}");
    }

    async fn a_board_that_was_away_is_told_what_it_missed_and_of_another_database_nothing_old(database) {
        let hall = start(database).await;
        set_up(&hall, 12).await;
        for _ in 0..14 {
            take(&hall, None).await;
        }
        let mut board = Listener::connect(&hall, None).await;
        board.hear("board").await;
        call(&hall, "1", None).await.unwrap();
        let last = board.hear("call").await.id;
        drop(board);
        for window in 2..=12 {
            call(&hall, &window.to_string(), None).await.unwrap();
        }
        at_window(&hall, "12", WindowAction::Recall).await.unwrap();
        // Eleven calls and a recall while it was away, more than a board has room for.
        let missed = Listener::connect(&hall, Some(&last)).await.hear("board").await;
        let all: Vec<String> = (2..=12).map(|number| format!("A{number:03}")).chain(["A012".to_owned()]).collect();
        assert_eq!(numbers(&missed.data), all);
        let anew = Listener::connect(&hall, None).await.hear("board").await;
        assert_eq!(numbers(&anew.data), all[all.len() - 8..]);
        // Ids of a database that was lost mean nothing here.
        let (_, id) = last.split_once('.').unwrap();
        let foreign = format!("{}.{id}", uuid::Uuid::now_v7());
        let other = Listener::connect(&hall, Some(&foreign)).await.hear("board").await;
        assert_eq!(numbers(&other.data), numbers(&anew.data));
        assert_ne!(other.data["epoch"], foreign.split_once('.').unwrap().0);
    }

    async fn ids_have_no_holes_and_follow_the_commits_of_both_halls(database) {
        let hall = start(database).await;
        let twin = hall.twin().await;
        set_up(&hall, 6).await;
        let from = hall.store().queue().position().await.unwrap();
        let mut board = Listener::connect(&hall, None).await;
        board.hear("board").await;
        let halls = [&hall, &twin];
        let takes = (0..12).map(|at| take(halls[at % 2], None));
        join_all(takes).await;
        let calls = (1..=6).map(|window| async move {
            call(halls[window % 2], &window.to_string(), None).await.unwrap().ticket.number.to_string()
        });
        let mut called = join_all(calls).await;
        let mut heard = Vec::new();
        for _ in 0..6 {
            heard.push(board.hear("call").await);
        }
        let ids: Vec<i64> = heard.iter().map(|one| one.data["id"].as_i64().unwrap()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
        let mut numbers: Vec<String> = heard.iter().map(|one| one.data["number"].as_str().unwrap().to_owned()).collect();
        numbers.sort();
        called.sort();
        assert_eq!(numbers, called);
        let sql = "SELECT COUNT(*) AS changes FROM queue_change WHERE id > $1";
        let row = crate::db::sql::query_one(hall.store().reader(), sql, [from.last.into()]).await.unwrap().unwrap();
        let last = hall.store().queue().position().await.unwrap().last;
        assert_eq!(row.try_get::<i64>("", "changes").unwrap(), last - from.last);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_the_set_up_and_a_sign_of_life_are_heard_too() {
    let hall = start(crate::testing::Database::Sqlite).await;
    let mut board = Listener::connect(&hall, None).await;
    let whole = board.hear("board").await.data;
    assert_eq!(whole["lines"]["groups"][0]["waiting"], "Nobody waiting");
    take(&hall, None).await;
    let lines = board.hear("lines").await.data;
    assert_eq!(lines["groups"][0]["waiting"], "1 waiting");
    set_up(&hall, 3).await;
    let whole = board.hear("board").await.data;
    assert_eq!(whole["windows"], 3);
    assert!(whole["rule"].as_str().unwrap().contains("at most 2 in a row"), "{whole}");
    board.hear("heard").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ends_before_its_connection_would_be_cut_and_is_taken_up_again() {
    let hall =
        TestHall::start_with(crate::testing::Database::Sqlite, |config| config.timeout_seconds = 1).await;
    let mut board = Listener::connect(&hall, None).await;
    let whole = board.hear("board").await;
    let ended = async { while board.next().await.is_some() {} };
    tokio::time::timeout(DEADLINE, ended).await.expect("a stream ends by itself, and as a whole");
    Listener::connect(&hall, Some(&whole.id)).await.hear("board").await;
}
