//! What the supervisor does to the programs, in words that can be printed, read again and done again.

use crate::promises::chance::Chance;
use std::fmt;
use std::str::FromStr;

/// Something that is done, and how much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    pub verb: Verb,
    pub amount: i64,
}

macro_rules! verbs {
    ($($(#[$about:meta])* $name:ident = $word:literal),* $(,)?) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Verb { $($(#[$about])* $name),* }

        impl Verb {
            fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            fn of(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)* _ => None }
            }
        }
    };
}

verbs! {
    /// So many residents apply.
    Apply = "apply",
    /// Milliseconds in which nothing is done.
    Pause = "pause",
    /// The terminal is killed and started again.
    KillKiosk = "kill-kiosk",
    /// The terminal is stopped for so many milliseconds.
    StopKiosk = "stop-kiosk",
    /// The power of the terminal's disk goes.
    CutKiosk = "cut-kiosk",
    /// Somebody else's file takes the terminal's disk.
    Fill = "fill",
    /// And goes again.
    Free = "free",
    /// The terminal's clock is set off by so many seconds.
    Clock = "clock",
    /// So many connections in a hundred go wrong.
    Line = "line",
    /// The hall is killed and started again.
    KillHall = "kill-hall",
    /// The hall is stopped for so many milliseconds.
    StopHall = "stop-hall",
    /// The hall is restarted in good order.
    RestartHall = "restart-hall",
    /// The power of the hall's disk goes.
    CutHall = "cut-hall",
    /// The hall's clock is set off by so many seconds.
    HallClock = "hall-clock",
    /// The hall is backed up.
    BackUp = "back-up",
    /// The hall is restored from the last backup.
    Restore = "restore",
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb.word(), self.amount)
    }
}

impl FromStr for Act {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (verb, amount) = text.trim().split_once(' ').ok_or(format!("{text:?} is no act"))?;
        Ok(Self {
            verb: Verb::of(verb).ok_or(format!("{verb:?} is no verb"))?,
            amount: amount.parse().map_err(|_| format!("{amount:?} is no amount"))?,
        })
    }
}

impl Act {
    /// Drawn at random. Residents come most often; a hall on a database server has no disk of its own.
    pub fn drawn(chance: &mut Chance, hall_has_disk: bool) -> Self {
        let act = |verb, amount| Self { verb, amount };
        let seconds = [-3600, -90, 0, 0, 7200, 315_000_000, -1_700_000_000];
        match chance.below(30) {
            0..=9 => act(Verb::Apply, 1 + chance.below(4) as i64),
            10..=13 => act(Verb::Pause, 20 + chance.below(250) as i64),
            14 | 15 => act(Verb::Line, [0, 30, 60, 90, 100][chance.below(5)]),
            16 | 17 => act(Verb::KillKiosk, 0),
            18 => act(Verb::StopKiosk, 50 + chance.below(400) as i64),
            19 => act(Verb::CutKiosk, 0),
            20 => act(Verb::Fill, chance.below(300) as i64),
            21 => act(Verb::Free, 0),
            22 | 23 => act(Verb::Clock, seconds[chance.below(seconds.len())]),
            24 => act(Verb::KillHall, 0),
            25 => act(Verb::StopHall, 50 + chance.below(400) as i64),
            26 if hall_has_disk => act(Verb::CutHall, 0),
            26 => act(Verb::RestartHall, 0),
            27 => act(Verb::HallClock, chance.below(1800) as i64 - 900),
            28 => act(Verb::BackUp, 0),
            _ => act(Verb::Restore, 0),
        }
    }
}

/// Acts as they are printed.
pub fn words(acts: &[Act]) -> String {
    acts.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Acts as they were printed.
pub fn read(words: &str) -> Vec<Act> {
    words.split(';').map(|act| act.parse().unwrap_or_else(|error| panic!("{error}"))).collect()
}
