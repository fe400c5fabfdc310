//! Who gets a place, and who has to go.

use super::*;
use std::net::IpAddr;

const TIMEOUT: Duration = Duration::from_secs(20);
const GRACE: Duration = Duration::from_secs(2);

fn from(host: u32) -> Origin {
    Origin::Network(Network::from(IpAddr::from((0x0a00_0000 + host).to_be_bytes())))
}

fn places(most: usize) -> Arc<Places> {
    Places::new(Room::new(most, TIMEOUT))
}

/// Whether somebody gets a place within so long, while those who are sent away go at once.
async fn admitted(
    places: &Arc<Places>,
    origin: Origin,
    within: Duration,
    held: &mut Vec<ConnectionPlace>,
) -> bool {
    let coming = timeout(within, places.admit(origin));
    tokio::pin!(coming);
    loop {
        let leave = async {
            let wanted: Vec<_> = held.iter().map(|place| Box::pin(place.wanted())).collect();
            first(wanted).await
        };
        tokio::select! {
            biased;
            arrived = &mut coming => {
                let place = arrived.ok().flatten();
                let is_in = place.is_some();
                held.extend(place);
                return is_in;
            }
            which = leave => { held.remove(which); }
        }
    }
}

/// Which of several is ready first.
async fn first<F: Future + Unpin>(mut all: Vec<F>) -> usize {
    std::future::poll_fn(|context| {
        let ready = all.iter_mut().position(|one| std::pin::Pin::new(one).poll(context).is_ready());
        ready.map_or(std::task::Poll::Pending, std::task::Poll::Ready)
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn whoever_comes_from_elsewhere_gets_a_place_of_the_largest_crowd_at_once() {
    let places = places(8);
    let mut held = Vec::new();
    for _ in 0..4 {
        assert!(admitted(&places, from(1), Duration::ZERO, &mut held).await);
    }
    assert!(admitted(&places, from(2), Duration::from_millis(1), &mut held).await);
    assert_eq!(held.len(), 4);
    // One of the crowd has to wait until the oldest has had its time.
    assert!(!admitted(&places, from(1), GRACE / 2, &mut held).await);
    assert!(admitted(&places, from(1), GRACE * 2, &mut held).await);
    assert_eq!(held.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn terminals_and_proxies_have_places_of_their_own() {
    let places = places(8);
    let mut held = Vec::new();
    let terminal = TerminalId::parse("HP07").unwrap();
    for _ in 0..4 {
        assert!(admitted(&places, from(1), Duration::ZERO, &mut held).await);
    }
    // Four terminals behind the same address: their places are free for others again.
    for place in &held {
        place.visitor().is_terminal(&terminal);
    }
    for _ in 0..4 {
        assert!(admitted(&places, from(1), Duration::ZERO, &mut held).await);
    }
    // A fifth that signs stays where it is, for the terminals' places are taken.
    held[4].visitor().is_terminal(&terminal);
    assert!(!admitted(&places, from(1), GRACE / 2, &mut held).await);
    assert!(!admitted(&places, Origin::Proxy, GRACE / 2, &mut held).await);
    // Whoever was silent longest makes room.
    assert!(admitted(&places, Origin::Proxy, GRACE * 2, &mut held).await);
    assert_eq!(held.len(), 8);
}

/// Those who come from where no terminal ever came from do not hold up the queue for the others.
#[tokio::test(start_paused = true)]
async fn a_crowd_is_turned_away_and_terminals_are_held_back() {
    for has_terminals in [false, true] {
        let places = places(8);
        let mut held = Vec::new();
        if has_terminals {
            assert!(admitted(&places, from(1), Duration::ZERO, &mut held).await);
            held[0].visitor().is_terminal(&TerminalId::parse("HP07").unwrap());
        }
        for _ in 0..4 {
            assert!(admitted(&places, from(1), Duration::ZERO, &mut held).await);
        }
        // The first may wait for as long as a first request takes, and then all the places are taken anew.
        for _ in 0..4 {
            assert!(admitted(&places, from(1), GRACE * 2, &mut held).await);
        }
        let next = timeout(Duration::from_millis(1), places.admit(from(1))).await;
        assert_eq!(next.is_ok_and(|place| place.is_none()), !has_terminals);
        // From elsewhere others come in at once.
        assert!(admitted(&places, from(2), Duration::from_millis(1), &mut held).await);
    }
}

#[tokio::test(start_paused = true)]
async fn one_terminal_does_not_take_the_places_of_all() {
    let places = places(64);
    let terminal = TerminalId::parse("HP07").unwrap();
    let mut held = Vec::new();
    for _ in 0..20 {
        assert!(admitted(&places, from(1), Duration::ZERO, &mut held).await);
        held.last().unwrap().visitor().is_terminal(&terminal);
    }
    assert_eq!(places.lock().by_owner[&Owner::Terminal(terminal)], 8);
    held.clear();
    assert!(places.lock().is_empty() && places.lock().by_owner.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_stranger_without_a_useful_request_has_to_go() {
    let places = places(8);
    let place = places.admit(from(1)).await.unwrap();
    let begun = Instant::now();
    assert_eq!(place.until(), begun + TIMEOUT);
    tokio::time::advance(TIMEOUT / 2).await;
    // Asking for what does not exist is nothing useful.
    drop(place.visitor().request());
    assert_eq!(place.until(), begun + TIMEOUT);
    let mut request = place.visitor().request();
    assert_eq!(place.until(), begun + TIMEOUT * BUSY);
    request.useful = true;
    drop(request);
    assert_eq!(place.until(), begun + TIMEOUT / 2 + TIMEOUT);
    place.visitor().is_terminal(&TerminalId::parse("HP07").unwrap());
    assert_eq!(place.until(), begun + TIMEOUT / 2 + TIMEOUT * KNOWN);
    // A crowd has less.
    let other = places.admit(from(2)).await.unwrap();
    let _crowd = (places.admit(from(2)).await.unwrap(), places.admit(from(3)).await.unwrap());
    assert_eq!(other.until(), begun + TIMEOUT / 2 + GRACE);
}

#[tokio::test(start_paused = true)]
async fn a_stop_has_an_end_whoever_is_there() {
    let places = places(8);
    let (silent, busy, terminal) = (
        places.admit(from(1)).await.unwrap(),
        places.admit(from(1)).await.unwrap(),
        places.admit(from(1)).await.unwrap(),
    );
    terminal.visitor().is_terminal(&TerminalId::parse("HP07").unwrap());
    let _under_way = (busy.visitor().request(), terminal.visitor().request());
    places.stop();
    let now = Instant::now();
    assert_eq!([silent.until(), busy.until(), terminal.until()], STOP.map(|time| now + time));
    assert!(!places.emptied().await);
    drop((silent, busy, terminal));
    assert!(places.emptied().await);
}
