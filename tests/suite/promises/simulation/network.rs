//! What becomes of a request and of its answer on the way.

use super::hall::Said;
use super::line::LineAnswer;
use super::schedule::Weather;
use crate::promises::chance::Chance;
use bianmin_protocol::change::ChangePage;
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::v1;
use bianmin_terminal::sync::Broken;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

const MILLI: u64 = 1_000;
const SECOND: u64 = 1_000 * MILLI;

/// What becomes of an answer that the hall gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    /// It comes after so many microseconds.
    Comes(u64),
    /// Nobody hears of it.
    Lost,
    /// The line breaks instead.
    Breaks(u64),
    /// The line breaks after so many bytes of it.
    CutAfter(usize),
    /// One change of cases in it is not there yet: as when changes are committed in another order than they were
    /// numbered.
    Withholds(usize),
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It reaches the hall after so many microseconds, once or twice in the same moment.
    Arrives { after: u64, copies: usize, back: Back },
    /// It reaches the hall, and a copy of it once more, later.
    Replayed { after: u64, again: u64, back: Back },
    /// Nobody hears of it.
    Lost,
    /// The line breaks.
    Breaks { after: u64, sent: bool },
    /// Something else answers.
    Elsewhere { status: u16, after: u64, text: &'static str },
}

/// Draws what becomes of one request.
pub fn fate(weather: Weather, chance: &mut Chance) -> Fate {
    let after = MILLI + chance.next() % (20 * MILLI);
    let usual = Back::Comes(MILLI + chance.next() % (20 * MILLI));
    let percent = match weather {
        Weather::Clear => 0,
        Weather::Rain => 25,
        Weather::Storm => 66,
        Weather::Unplugged => return Fate::Breaks { after: MILLI, sent: false },
        Weather::Dark => return Fate::Lost,
        Weather::Portal => {
            return Fate::Elsewhere { status: 200, after, text: "<html>Welcome! Please sign in.</html>" };
        }
        Weather::Gateway if chance.percent(70) => {
            return Fate::Elsewhere { status: 502, after, text: "Bad Gateway" };
        }
        // It had reached the hall all the same.
        Weather::Gateway => return Fate::Arrives { after, copies: 1, back: Back::Lost },
    };
    if !chance.percent(percent) {
        return Fate::Arrives { after, copies: 1, back: usual };
    }
    let late = 5 * SECOND + chance.next() % (65 * SECOND);
    match chance.below(11) {
        0 => Fate::Lost,
        1 => Fate::Breaks { after, sent: chance.percent(50) },
        2 => Fate::Arrives { after, copies: 1, back: Back::Lost },
        3 | 4 => Fate::Arrives { after, copies: 1, back: Back::Breaks(after) },
        5 => Fate::Arrives { after, copies: 1, back: Back::CutAfter(chance.below(600)) },
        6 => Fate::Arrives { after, copies: 2, back: usual },
        7 => Fate::Replayed { after, again: chance.next() % (600 * SECOND), back: usual },
        8 => Fate::Arrives { after: late, copies: 1, back: usual },
        9 => Fate::Arrives { after, copies: 1, back: Back::Comes(late) },
        _ => Fate::Arrives { after, copies: 1, back: Back::Withholds(chance.below(4)) },
    }
}

/// The answer as it comes out of the network.
pub fn carried(said: Said, back: Back, hall: &SigningKey) -> LineAnswer {
    match back {
        Back::Comes(_) => Ok(said.map(reqwest::Body::from)),
        Back::Withholds(which) => Ok(said.map(|body| reqwest::Body::from(without(&body, which, hall)))),
        Back::CutAfter(bytes) => Ok(said.map(|body| {
            let length = bytes.min(body.len().saturating_sub(1));
            reqwest::Body::wrap(Cut(VecDeque::from([body.slice(..length)])).map_err(|()| "the line broke"))
        })),
        Back::Lost | Back::Breaks(_) => Err(Broken { sent: true }),
    }
}

/// An answer of something that is not the hall.
pub fn elsewhere(status: u16, text: &'static str) -> LineAnswer {
    let answer = http::Response::builder().status(status).header("content-type", "text/html");
    Ok(answer.body(reqwest::Body::from(text)).unwrap())
}

fn without(body: &Bytes, which: usize, hall: &SigningKey) -> Bytes {
    let Ok(mut answer) = serde_json::from_slice::<v1::Updates>(body) else { return body.clone() };
    let Some(signed) = &answer.changes else { return body.clone() };
    let mut page: ChangePage = serde_json::from_slice(&signed.page.0).unwrap();
    // Without the last one there would be no gap.
    if which + 1 >= page.changes.len() {
        return body.clone();
    }
    page.changes.remove(which);
    // It is the hall itself that leaves it out.
    answer.changes = Some(page.sign(hall));
    serde_json::to_vec(&answer).unwrap().into()
}

/// A body that breaks off after what it has.
struct Cut(VecDeque<Bytes>);

impl http_body::Body for Cut {
    type Data = Bytes;
    type Error = ();

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, ()>>> {
        Poll::Ready(Some(self.0.pop_front().map(http_body::Frame::data).ok_or(())))
    }
}
