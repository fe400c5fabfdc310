//! Keeps a series of taps on the page on which it began (pure; time is passed in).
//!
//! Whoever taps twice means one thing. Where the first tap has brought another page, the rest of the series does
//! nothing there, until there is a pause or the finger goes elsewhere. It must not know screens: a page is a number.

use std::time::{Duration, Instant};

use iced::Point;

/// After so long without a tap, on a page that stands for so long, the next one is meant for what is there.
pub const GUARD: Duration = Duration::from_millis(700);
/// Taps no further apart than this, in logical pixels, are of one finger at one place: two targets, 25 mm.
pub const REACH: f32 = 2.0 * crate::theme::MIN_TARGET;

/// The page that is shown, and the taps of this moment.
#[derive(Debug)]
pub(super) struct Guard {
    page: u64,
    /// Since when it is shown.
    since: Instant,
    series: Option<Series>,
}

/// Taps at one place, each soon after the one before.
#[derive(Debug, Clone, Copy)]
struct Series {
    place: Point,
    /// The page on which it began.
    page: u64,
    /// Its last tap.
    last: Instant,
}

impl Guard {
    /// Nobody has tapped anything.
    pub(super) const fn new(page: u64, now: Instant) -> Self {
        Self { page, since: now, series: None }
    }

    /// `page` is shown at `now`.
    pub(super) fn show(&mut self, page: u64, now: Instant) {
        if page != self.page {
            self.page = page;
            self.since = now;
        }
    }

    /// A finger came down.
    pub(super) fn press(&mut self, place: Point, now: Instant) {
        let before = self.series.filter(|series| {
            // A page that has come late, or by itself, has to stand for a while too.
            let quiet = now.saturating_duration_since(series.last.max(self.since));
            series.place.distance(place) <= REACH && quiet < GUARD
        });
        let (place, page) = before.map_or((place, self.page), |series| (series.place, series.page));
        self.series = Some(Series { place, page, last: now });
    }

    /// Whether what the finger has touched counts.
    pub(super) fn allows(&self) -> bool {
        bianmin_terminal::planted::is_planted("guard-ignored")
            || self.series.is_none_or(|series| series.page == self.page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Point = Point::new(500.0, 1800.0);
    const ELSEWHERE: Point = Point::new(500.0, 900.0);

    struct Hand {
        guard: Guard,
        start: Instant,
    }

    impl Hand {
        fn new() -> Self {
            let start = Instant::now();
            Self { guard: Guard::new(1, start), start }
        }

        fn taps(&mut self, place: Point, millis: u64) -> bool {
            self.guard.press(place, self.start + Duration::from_millis(millis));
            self.guard.allows()
        }

        fn sees(&mut self, page: u64, millis: u64) {
            self.guard.show(page, self.start + Duration::from_millis(millis));
        }
    }

    #[test]
    fn a_series_does_nothing_on_the_page_that_its_first_tap_brought() {
        let mut hand = Hand::new();
        assert!(hand.taps(HERE, 5000));
        hand.sees(2, 5010);
        // However long it gets: each tap is too soon after the one before.
        assert!((1..9).all(|tap| !hand.taps(HERE, 5000 + tap * 600)));
        assert!(hand.taps(HERE, 5000 + 8 * 600 + 700));
    }

    #[test]
    fn a_finger_that_goes_elsewhere_acts_at_once() {
        let mut hand = Hand::new();
        assert!(hand.taps(HERE, 5000));
        hand.sees(2, 5010);
        assert!(hand.taps(ELSEWHERE, 5100));
        // And begins a series there.
        hand.sees(3, 5110);
        assert!(!hand.taps(Point::new(540.0, 940.0), 5200));
    }

    #[test]
    fn a_page_that_comes_late_is_guarded_from_then_on() {
        let mut hand = Hand::new();
        assert!(hand.taps(HERE, 5000));
        hand.sees(2, 9000);
        assert!(!hand.taps(HERE, 9100));
        assert!(hand.taps(HERE, 9900));
    }

    #[test]
    fn quick_taps_on_one_page_all_count() {
        let mut hand = Hand::new();
        assert!((0..20).all(|tap| hand.taps(HERE, 5000 + tap * 40)));
    }

    #[test]
    fn a_press_does_not_count_on_a_page_that_came_before_the_finger_was_lifted() {
        let mut hand = Hand::new();
        assert!(hand.taps(HERE, 5000));
        hand.sees(2, 5050);
        assert!(!hand.guard.allows());
    }
}
