//! Whatever a hall answers and whatever the line does, the sender asks at a pace: requests are counted in virtual time.

use super::hall::HallNode;
use super::line::{Clock, LineAnswer, Request};
use super::template::Template;
use super::terminal::{DISK_KB, TerminalNode};
use crate::promises::chance::Chance;
use crate::promises::disks::SmallDisk;
use bianmin_protocol::v1::{APPLICATIONS, ApplicationOutcome, MEDIA_TYPE, Submission, SubmissionOutcome};
use std::sync::Arc;

const SECOND: u64 = 1_000_000;
const HOUR: u64 = 3_600 * SECOND;
/// What is waiting to be sent.
const APPLICATIONS_WAITING: usize = 5;
/// More than an hour takes, whatever happens in it: a heartbeat and three questions each minute, and as much again.
const MOST: usize = 480;

/// Lives an hour with halls that answer by `answer`, and counts the requests. `each_second` has the line in its hand.
fn requests_of_an_hour(
    mut answer: impl FnMut(usize, &[HallNode], Request) -> LineAnswer,
    mut each_second: impl FnMut(u64, &TerminalNode),
) -> usize {
    let template = Template::get();
    let clock = Clock::new();
    let folder = tempfile::tempdir().unwrap();
    let mut halls =
        ["one", "other"].map(|name| HallNode::new(folder.path().join(name), template.clone(), clock.clone()));
    halls.iter_mut().for_each(HallNode::start);
    halls[1].begin_another_epoch();
    let disk = Arc::new(SmallDisk::of(DISK_KB));
    let mut terminal = TerminalNode::new(0, disk, template, clock.clone(), Chance::of(1));
    terminal.start().unwrap();
    for _ in 0..APPLICATIONS_WAITING {
        terminal.accept(false).unwrap().unwrap();
    }
    let mut requests = 0;
    let mut second = 0;
    while clock.micros() < HOUR && requests <= MOST {
        for (id, request) in terminal.poll() {
            requests += 1;
            terminal.line.answer(id, answer(requests, &halls, request));
            // No line is faster.
            clock.set(clock.micros() + 1_000);
        }
        // What was answered is looked at at once; otherwise time passes to the next alarm, a second at most.
        let next = terminal.line.alarm().unwrap_or(HOUR).max(clock.micros() + 1_000);
        clock.set(next.min(clock.micros() + SECOND));
        if clock.micros() / SECOND != second {
            second = clock.micros() / SECOND;
            each_second(second, &terminal);
        }
    }
    requests
}

fn from(hall: &HallNode, request: Request) -> LineAnswer {
    Ok(hall.call(vec![request]).unwrap().remove(0).map(reqwest::Body::from))
}

fn says(status: u16, media: &str, body: Vec<u8>) -> LineAnswer {
    let answer = http::Response::builder().status(status).header("content-type", media);
    Ok(answer.header("location", "https://elsewhere.example/").body(body.into()).unwrap())
}

/// Two halls that know nothing of each other behind one address: each answer is another life of the hall.
#[test]
fn two_halls_behind_one_address_are_not_hammered() {
    let counted = requests_of_an_hour(|number, halls, request| from(&halls[number % 2], request), |_, _| {});
    assert!(counted <= MOST, "more than {MOST} requests in an hour");
    // And where the balancer changes its mind once a minute.
    let counted =
        requests_of_an_hour(|number, halls, request| from(&halls[number / 7 % 2], request), |_, _| {});
    assert!(counted <= MOST, "more than {MOST} requests in an hour");
}

/// Success that changes nothing, somebody who sends everything elsewhere, and a line that comes and goes.
#[test]
fn no_answer_and_no_line_makes_the_sender_hurry() {
    let later = requests_of_an_hour(
        |_, halls, request| {
            if request.uri().path() != APPLICATIONS {
                return from(&halls[0], request);
            }
            let submission: Submission = serde_json::from_slice(request.body()).unwrap();
            let outcomes = submission.envelopes.iter().map(|_| ApplicationOutcome::Later {}).collect();
            says(200, MEDIA_TYPE, serde_json::to_vec(&SubmissionOutcome { outcomes }).unwrap())
        },
        |_, _| {},
    );
    assert!(later <= MOST, "later, {later} times");
    for status in [200, 307, 404, 500] {
        let elsewhere =
            requests_of_an_hour(|_, _, _| says(status, "text/html", b"<html>".to_vec()), |_, _| {});
        assert!(elsewhere <= MOST, "{status}: {elsewhere}");
    }
    let flapping = requests_of_an_hour(
        |_, halls, request| from(&halls[0], request),
        |second, terminal| terminal.line.plug(second % 6 < 3),
    );
    // Each quarter of a minute at most.
    assert!(flapping <= 2 * MOST, "a line that comes and goes: {flapping}");
}
