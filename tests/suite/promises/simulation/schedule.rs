//! What people, machines and the weather do, as a list that can be drawn at random, made shorter, and read.

use proptest::prelude::*;
use std::time::Duration;

/// Terminals in a simulation.
pub const TERMINALS: usize = 3;

/// How the line to the hall is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    Clear,
    /// A message in four meets with something.
    Rain,
    /// Two in three.
    Storm,
    /// The cable is out.
    Unplugged,
    /// Everything is lost on its way, and nobody says so.
    Dark,
    /// A portal answers instead of the hall.
    Portal,
    /// A proxy stands before the hall and does not reach it.
    Gateway,
}

/// Something that is done to the net.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A resident applies, perhaps with a file.
    Apply { terminal: usize, with_file: bool },
    /// A resident asks for the newest receipt once more.
    Reprint { terminal: usize },
    /// A technician presses "synchronise".
    Wake { terminal: usize },
    /// The terminal's program is killed and comes back some seconds later.
    Kill { terminal: usize, seconds: u8 },
    /// The terminal's power goes while a resident applies.
    CutInAccept { terminal: usize },
    /// The terminal's power goes while it takes note of the next answer.
    CutInAnswer { terminal: usize },
    /// The line changes.
    Weather { terminal: usize, weather: Weather },
    /// Somebody sets the terminal's clock, by so many hours from the true time.
    Clock { terminal: usize, hours: i32 },
    /// Somebody else's file takes the terminal's disk but so many kilobytes.
    Fill { terminal: usize, kilobytes: u16 },
    /// And goes again.
    Free { terminal: usize },
    /// The hall's program is killed and comes back some seconds later.
    KillHall { seconds: u8 },
    /// The hall's power goes while it records the next request.
    CutHall,
    /// The hall is backed up.
    BackUp,
    /// The hall is restored from its last backup.
    Restore,
    /// Somebody sets the hall's clock, by so many minutes from the true time.
    HallClock { minutes: i16 },
    /// Staff decide the case that was received so many places before the last.
    Decide { back: u8, grant: bool },
}

/// An event, and how long after the one before.
pub type Step = (Duration, Event);

fn event() -> impl Strategy<Value = Event> {
    let terminal = || 0..TERMINALS;
    let weather = prop_oneof![
        4 => Just(Weather::Clear),
        4 => Just(Weather::Rain),
        2 => Just(Weather::Storm),
        1 => Just(Weather::Unplugged),
        1 => Just(Weather::Dark),
        1 => Just(Weather::Portal),
        1 => Just(Weather::Gateway),
    ];
    let hours = prop_oneof![Just(0), Just(-1), -26..26_i32, Just(-490_000), Just(87_600)];
    prop_oneof![
        30 => (terminal(), prop::bool::weighted(0.15))
            .prop_map(|(terminal, with_file)| Event::Apply { terminal, with_file }),
        3 => terminal().prop_map(|terminal| Event::Reprint { terminal }),
        4 => terminal().prop_map(|terminal| Event::Wake { terminal }),
        3 => (terminal(), 0..200_u8).prop_map(|(terminal, seconds)| Event::Kill { terminal, seconds }),
        3 => terminal().prop_map(|terminal| Event::CutInAccept { terminal }),
        3 => terminal().prop_map(|terminal| Event::CutInAnswer { terminal }),
        9 => (terminal(), weather).prop_map(|(terminal, weather)| Event::Weather { terminal, weather }),
        2 => (terminal(), hours).prop_map(|(terminal, hours)| Event::Clock { terminal, hours }),
        2 => (terminal(), 0..400_u16).prop_map(|(terminal, kilobytes)| Event::Fill { terminal, kilobytes }),
        2 => terminal().prop_map(|terminal| Event::Free { terminal }),
        3 => (0..200_u8).prop_map(|seconds| Event::KillHall { seconds }),
        2 => Just(Event::CutHall),
        2 => Just(Event::BackUp),
        1 => Just(Event::Restore),
        1 => (-40..40_i16).prop_map(|minutes| Event::HallClock { minutes }),
        8 => (any::<u8>(), any::<bool>()).prop_map(|(back, grant)| Event::Decide { back, grant }),
    ]
}

/// Days at terminals in which things go wrong.
pub fn schedule() -> impl Strategy<Value = Vec<Step>> {
    let pause = prop_oneof![
        10 => 0..200_u64,
        20 => 200..8_000_u64,
        6 => 8_000..90_000_u64,
        1 => 90_000..900_000_u64,
    ];
    prop::collection::vec((pause.prop_map(Duration::from_millis), event()), 40..160)
}
