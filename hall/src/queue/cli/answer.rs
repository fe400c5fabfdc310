//! What the commands say: one JSON document, or columns and a sentence.

use crate::clock::Clock;
use crate::queue::domain::{BookingState, Closed, Estimate, Setup, State, Ticket};
use crate::queue::service::{CarryOverDay, QueueService};
use crate::queue::simulate::Report;
use crate::queue::store::{Booking, Called, ClosedDay, Nobody, Place, Status, Taken};
use bianmin_locale::Words;
use bianmin_protocol::ticket::TicketNumber;
use jiff::civil::Date;
use serde_json::{Value, json};

const MINUTE: i64 = 60_000;

/// What a command says.
#[derive(Debug)]
pub(super) struct CommandAnswer {
    pub json: Value,
    pub rows: Vec<Vec<String>>,
    pub words: Vec<Words>,
}

impl CommandAnswer {
    fn new(json: Value, words: Words) -> Self {
        Self { json, rows: Vec::new(), words: vec![words] }
    }
}

fn minutes(wait: &Estimate) -> Value {
    json!({ "low": wait.shortest / MINUTE, "high": wait.longest / MINUTE })
}

fn ticket(ticket: &Ticket) -> Value {
    json!({
        "number": ticket.number.to_string(),
        "ticket": ticket.number.in_full(),
        "group": ticket.group,
        "priority": ticket.priority,
        "state": ticket.state,
        "day": ticket.day,
        "serve_day": ticket.serve_day,
        "window": ticket.window,
        "attempts": ticket.attempts,
        "issued_at": ticket.issued_at,
        "version": ticket.events,
    })
}

fn with(mut value: Value, more: Value) -> Value {
    if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
        value.extend(more);
    }
    value
}

fn state_words(state: State) -> &'static str {
    match state {
        State::Waiting => "queue-is-waiting",
        State::Called => "queue-is-called",
        State::Serving => "queue-is-serving",
        State::Parked => "queue-is-parked",
        State::Missed => "queue-is-missed",
        State::Done => "queue-is-done",
        State::Left => "queue-is-left",
        State::CarriedOver => "queue-is-carried-over",
    }
}

pub(super) fn place(place: &Ticket) -> CommandAnswer {
    let words = Words::new(state_words(place.state)).with("number", place.number.to_string());
    CommandAnswer::new(ticket(place), words)
}

pub(super) fn set_up(setup: &Setup, version: i64, dry_run: bool) -> CommandAnswer {
    let groups: Vec<_> = setup.groups.iter().map(|group| &group.code).collect();
    let windows: Vec<_> = setup.windows.iter().map(|window| &window.code).collect();
    let words = Words::new(if dry_run { "queue-would-set-up" } else { "queue-set-up" });
    let words = words.with("groups", groups.len()).with("windows", windows.len());
    let json = json!({
        "version": version,
        "dry_run": dry_run,
        "groups": groups,
        "windows": windows,
        "priority_bound": setup.priority_bound,
    });
    CommandAnswer::new(json, words.with("bound", setup.priority_bound))
}

pub(super) fn taken(setup: &Setup, taken: &Taken) -> CommandAnswer {
    let place = &taken.ticket;
    let windows: Vec<_> = setup.windows_of(&place.group).collect();
    let names: Vec<&str> = windows.iter().map(|window| window.name.as_str()).collect();
    let words = Words::new("queue-taken")
        .with("number", place.number.to_string())
        .with("ahead", taken.ahead)
        .with("low", taken.wait.shortest / MINUTE)
        .with("high", taken.wait.longest / MINUTE)
        .with("windows", names.join(", "));
    let more = json!({
        "ahead": taken.ahead,
        "wait_minutes": minutes(&taken.wait),
        "windows": windows.iter().map(|window| &window.code).collect::<Vec<_>>(),
        "group_name": setup.group(&place.group).map(|group| &group.name),
        "priority_bound": setup.priority_bound,
    });
    CommandAnswer::new(with(ticket(place), more), words)
}

fn before(before: &Option<(TicketNumber, State)>) -> Value {
    before.as_ref().map_or(
        Value::Null,
        |(number, state)| json!({ "number": number.to_string(), "ticket": number.in_full(), "state": state }),
    )
}

/// What became of whom the window had.
fn before_words(before: &Option<(TicketNumber, State)>) -> Option<Words> {
    let (number, state) = before.as_ref()?;
    Some(Words::new(state_words(*state)).with("number", number.to_string()))
}

pub(super) fn called(called: &Called) -> CommandAnswer {
    let place = &called.ticket;
    let key = match called.reason.key() {
        "next" => "queue-why-next",
        "priority-first" => "queue-why-priority-first",
        "bound-reached" => "queue-why-bound-reached",
        _ => "queue-why-chosen",
    };
    let window = place.window.as_ref().map(ToString::to_string).unwrap_or_default();
    let words = Words::new("queue-called").with("number", place.number.to_string()).with("window", window);
    let more = json!({
        "ahead": called.ahead,
        "why": called.reason,
        "before": before(&called.before),
    });
    let mut answer = CommandAnswer::new(with(ticket(place), more), words);
    answer.words.push(Words::new(key));
    answer.words.extend(before_words(&called.before));
    answer
}

pub(super) fn nobody(window: &str, nobody: &Nobody) -> CommandAnswer {
    let words = Words::new("queue-nobody")
        .with("window", window.to_owned())
        .with("parked", nobody.parked)
        .with("missed", nobody.missed)
        .with("elsewhere", nobody.elsewhere);
    let json = json!({
        "number": null,
        "ticket": null,
        "group": null,
        "priority": null,
        "ahead": 0,
        "window": window,
        "why": "nobody-waits",
        "before": before(&nobody.before),
        "parked": nobody.parked,
        "missed": nobody.missed,
        "waiting_elsewhere": nobody.elsewhere,
    });
    let mut answer = CommandAnswer::new(json, words);
    answer.words.extend(before_words(&nobody.before));
    answer
}

pub(super) fn status(
    service: &QueueService<'_>,
    status: &Status,
    closed: Option<Closed>,
    unclosed: &[Date],
) -> CommandAnswer {
    let setup = &service.setup;
    let groups = setup.groups.iter().zip(&status.groups).map(|(group, now)| {
        json!({
            "code": group.code,
            "name": group.name,
            "prefix": group.prefix,
            "items": group.items,
            "booking": group.booking,
            "waiting": now.count(State::Waiting),
            "parked": now.count(State::Parked),
            "missed": now.count(State::Missed),
            "done": now.count(State::Done),
            "wait_minutes": minutes(&now.wait),
        })
    });
    let windows = setup.windows.iter().zip(&status.windows).map(|(window, now)| {
        let has = now.ticket.as_ref();
        json!({
            "code": window.code,
            "name": window.name,
            "groups": window.groups,
            "number": has.map(|ticket| ticket.number.to_string()),
            "ticket": has.map(|ticket| ticket.number.in_full()),
            "state": has.map(|ticket| ticket.state),
        })
    });
    let json = json!({
        "groups": groups.collect::<Vec<_>>(),
        "windows": windows.collect::<Vec<_>>(),
        "priority_bound": setup.priority_bound,
        "priority_classes": setup.priority_classes,
        "day": service.moment.day,
        "open": closed.is_none(),
        "closed": closed,
        "setup_version": service.version,
        "unclosed_days": unclosed,
    });
    let line = setup.groups.iter().zip(&status.groups).map(|(group, now)| {
        let range = format!("{}–{} min", now.wait.shortest / MINUTE, now.wait.longest / MINUTE);
        vec![group.code.to_string(), group.name.clone(), now.count(State::Waiting).to_string(), range]
    });
    let at_window = setup.windows.iter().zip(&status.windows).map(|(window, now)| {
        let has = now.ticket.as_ref().map_or_else(|| "–".to_owned(), |ticket| ticket.number.to_string());
        let groups: Vec<&str> = window.groups.iter().map(|group| group.as_str()).collect();
        vec![window.code.to_string(), window.name.clone(), has, groups.join(" ")]
    });
    let mut words = vec![Words::new("queue-rule").with("bound", setup.priority_bound)];
    let days: Vec<String> = unclosed.iter().map(ToString::to_string).collect();
    if !days.is_empty() {
        words.push(Words::new("queue-unclosed").with("days", days.join(", ")));
    }
    CommandAnswer { json, rows: line.chain(at_window).collect(), words }
}

pub(super) fn history(place: &Place, clock: &Clock) -> CommandAnswer {
    let events = place.events.iter().map(|(at, by, event)| json!({ "at": at, "by": by, "event": event }));
    let more = json!({ "ahead": place.ahead, "events": events.collect::<Vec<_>>() });
    let rows = place.events.iter().map(|(at, by, event)| {
        let time = clock.civil(*at).strftime("%Y-%m-%d %H:%M:%S").to_string();
        vec![time, event.name().to_owned(), by.clone()]
    });
    let mut answer = self::place(&place.ticket);
    answer.rows = rows.collect();
    answer.json = with(answer.json, more);
    answer
}

fn booking_json(booking: &Booking) -> Value {
    json!({
        "booking": booking.code,
        "group": booking.group,
        "day": booking.day,
        "from": booking.slot.from.strftime("%H:%M").to_string(),
        "to": booking.slot.to.strftime("%H:%M").to_string(),
        "state": booking.state,
    })
}

pub(super) fn booking(booking: &Booking) -> CommandAnswer {
    let key = match booking.state {
        BookingState::Booked => "queue-booked",
        BookingState::Cancelled => "queue-booking-cancelled",
        BookingState::CheckedIn => "queue-booking-used",
    };
    let words = Words::new(key).with("booking", booking.code.clone()).with("day", booking.day.to_string());
    let words = words.with("from", booking.slot.from.strftime("%H:%M").to_string());
    CommandAnswer::new(booking_json(booking), words)
}

pub(super) fn bookings(day: Date, bookings: &[Booking]) -> CommandAnswer {
    let rows = bookings.iter().map(|one| {
        let from = one.slot.from.strftime("%H:%M").to_string();
        vec![from, one.group.to_string(), one.code.clone(), one.state.key().to_owned()]
    });
    let json = json!({ "day": day, "bookings": bookings.iter().map(booking_json).collect::<Vec<_>>() });
    CommandAnswer { json, rows: rows.collect(), words: Vec::new() }
}

pub(super) fn closed(closed: &ClosedDay, carry_over: Option<CarryOverDay>) -> CommandAnswer {
    let numbers: Vec<String> = closed.rest.iter().map(|ticket| ticket.number.in_full()).collect();
    let (to, assumed_years) = carry_over.map(|to| (to.day, to.assumed_years)).unzip();
    let assumed_years: Vec<i16> = assumed_years.unwrap_or_default();
    let key = if to.is_some() { "queue-day-carried-over" } else { "queue-day-closed" };
    let words = Words::new(key).with("day", closed.day.to_string()).with("people", numbers.len());
    let words = words.with("to", to.map(|to| to.to_string()).unwrap_or_default());
    let json = match to {
        Some(to) => json!({
            "day": closed.day, "carried_over": numbers, "to": to, "closed": [], "assumed_years": assumed_years,
        }),
        None => json!({ "day": closed.day, "carried_over": [], "to": null, "closed": numbers }),
    };
    let mut answer = CommandAnswer::new(json, words);
    answer.rows = numbers.into_iter().map(|number| vec![number]).collect();
    if !assumed_years.is_empty() {
        let years: Vec<String> = assumed_years.iter().map(ToString::to_string).collect();
        answer.words.push(Words::new("calendar-assumed").with("years", years.join(", ")));
    }
    answer
}

pub(super) fn opened(day: Date) -> CommandAnswer {
    CommandAnswer::new(
        json!({ "day": day, "open": true }),
        Words::new("queue-day-open").with("day", day.to_string()),
    )
}

/// A report as columns: its names and values.
pub(super) fn report(report: &Report) -> anyhow::Result<Vec<Vec<String>>> {
    let value = serde_json::to_value(report)?;
    let mut rows = Vec::new();
    flatten("", &value, &mut rows);
    Ok(rows)
}

fn flatten(name: &str, value: &Value, rows: &mut Vec<Vec<String>>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                flatten(&name, value, rows);
            }
        }
        Value::String(text) => rows.push(vec![format!("{name:34}"), text.clone()]),
        other => rows.push(vec![format!("{name:34}"), other.to_string()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_that_was_found_by_the_week_alone_is_said_to_be() {
        let closed = ClosedDay { day: date(2041, 5, 3), rest: Vec::new() };
        let said = |assumed_years: Vec<i16>| {
            let answer = super::closed(&closed, Some(CarryOverDay { day: date(2041, 5, 6), assumed_years }));
            (answer.json["assumed_years"].clone(), answer.words.len())
        };
        assert_eq!(said(vec![2041]), (json!([2041]), 2));
        assert_eq!(said(Vec::new()), (json!([]), 1));
    }
}
