//! The set-up file (TOML), checked as a whole: every mistake at once, with its line and what to do.

use super::domain::{
    BookingRules, GRACE_MINUTES, Group, GroupCode, Opening, PriorityClass, Setup, TimeRange, Window,
    WindowCode, time,
};
use bianmin_locale::Words;
use bianmin_protocol::ticket::TicketPrefix;
use bianmin_settings::{Invalid, Parsed};
use jiff::civil::Time;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// The published bound of a hall that was not told another.
const PRIORITY_BOUND: u32 = 2;
/// Bounds that may be published.
const BOUNDS: std::ops::RangeInclusive<u32> = 1..=20;
/// Minutes that a service takes, where nobody says so and nothing was measured.
const MINUTES: u32 = 10;
const MINUTES_ALLOWED: std::ops::RangeInclusive<u32> = 1..=480;
const MOST_GROUPS: usize = 200;
const MOST_WINDOWS: usize = 500;
const LONGEST_NAME: usize = 40;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Tables {
    priority_bound: u32,
    priority_classes: Vec<PriorityClass>,
    day_starts: String,
    opening: Option<OpeningTable>,
    groups: BTreeMap<String, GroupTable>,
    windows: BTreeMap<String, WindowTable>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct OpeningTable {
    hours: String,
    last_number: Option<String>,
    breaks: Vec<String>,
    days: Days,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Days {
    #[default]
    WorkingDays,
    EveryDay,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct GroupTable {
    name: Option<String>,
    prefix: Option<String>,
    items: Vec<String>,
    minutes: Option<u32>,
    booking: Option<BookingTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct BookingTable {
    slots: Vec<String>,
    capacity: u32,
    days_ahead: u32,
    lead_minutes: u32,
    grace_minutes: u32,
}

impl Default for BookingTable {
    fn default() -> Self {
        Self { slots: Vec::new(), capacity: 1, days_ahead: 7, lead_minutes: 60, grace_minutes: GRACE_MINUTES }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WindowTable {
    name: Option<String>,
    groups: Vec<String>,
}

impl Default for Tables {
    fn default() -> Self {
        Self {
            priority_bound: PRIORITY_BOUND,
            priority_classes: PriorityClass::ALL.to_vec(),
            day_starts: "00:00".to_owned(),
            opening: None,
            groups: BTreeMap::new(),
            windows: BTreeMap::new(),
        }
    }
}

/// What stands where nobody has set anything up: one group and two windows, always open.
#[must_use]
pub fn default_setup() -> Setup {
    let group = GroupCode::parse("A").expect("a letter is a code");
    let window = |number: &str| Window {
        code: WindowCode::parse(number).expect("a digit is a code"),
        name: number.to_owned(),
        groups: vec![group.clone()],
    };
    Setup {
        priority_bound: PRIORITY_BOUND,
        priority_classes: PriorityClass::ALL.to_vec(),
        day_starts: Time::midnight(),
        opening: None,
        groups: vec![Group {
            code: group.clone(),
            name: group.to_string(),
            prefix: TicketPrefix::parse("A").expect("a letter is a prefix"),
            items: Vec::new(),
            minutes: MINUTES,
            booking: None,
        }],
        windows: vec![window("1"), window("2")],
    }
}

/// Reads a set-up file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(path: &Path) -> Result<Setup, Invalid> {
    check(bianmin_settings::read(path)?)
}

/// What is wrong, by key.
#[derive(Debug, Default)]
struct Found(Vec<(String, Words)>);

impl Found {
    fn add(&mut self, key: impl Into<String>, words: Words) {
        self.0.push((key.into(), words));
    }

    fn text(&mut self, key: String, text: &str) {
        if text.is_empty() || text.chars().any(char::is_control) {
            self.add(key, Words::new("queue-name"));
        } else if text.chars().count() > LONGEST_NAME {
            self.add(key, Words::new("config-too-long").with("count", LONGEST_NAME));
        }
    }

    fn range(&mut self, key: impl Into<String>, value: u32, allowed: &std::ops::RangeInclusive<u32>) {
        if !allowed.contains(&value) {
            let words = Words::new("config-range").with("from", allowed.start().to_string());
            self.add(key, words.with("to", allowed.end().to_string()));
        }
    }
}

fn check(mut parsed: Parsed<Tables>) -> Result<Setup, Invalid> {
    let tables = std::mem::take(&mut parsed.value);
    let mut found = Found::default();
    found.range("priority_bound", tables.priority_bound, &BOUNDS);
    let day_starts = time(&tables.day_starts).filter(|time| time.hour() < 12);
    if day_starts.is_none() {
        found.add("day_starts", Words::new("queue-day-starts"));
    }
    let opening = tables.opening.as_ref().and_then(|table| opening(table, &mut found));
    let groups = groups(&tables.groups, &mut found);
    let windows = windows(&tables.windows, &groups, &mut found);
    let mut classes = tables.priority_classes.clone();
    classes.sort_unstable();
    classes.dedup();
    for (key, words) in found.0 {
        parsed.reject(&key, words);
    }
    parsed.finish()?;
    Ok(Setup {
        priority_bound: tables.priority_bound,
        priority_classes: classes,
        day_starts: day_starts.unwrap_or_else(Time::midnight),
        opening,
        groups,
        windows,
    })
}

fn opening(table: &OpeningTable, found: &mut Found) -> Option<Opening> {
    let hours = TimeRange::parse(&table.hours);
    if hours.is_none() {
        found.add("opening.hours", Words::new("queue-hours"));
    }
    let last_number = match &table.last_number {
        None => hours.map(|hours| hours.to),
        Some(text) => {
            let last =
                time(text).filter(|last| hours.is_none_or(|hours| hours.from < *last && *last <= hours.to));
            if last.is_none() {
                found.add("opening.last_number", Words::new("queue-last-number"));
            }
            last
        }
    };
    let breaks: Vec<Option<TimeRange>> = table.breaks.iter().map(|text| TimeRange::parse(text)).collect();
    let mut whole: Vec<TimeRange> = breaks.iter().flatten().copied().collect();
    whole.sort_by_key(|one| one.from);
    let overlap = whole.windows(2).any(|pair| pair[1].from < pair[0].to);
    let outside =
        hours.is_some_and(|hours| whole.iter().any(|one| one.from < hours.from || hours.to < one.to));
    if whole.len() < breaks.len() || overlap || outside {
        found.add("opening.breaks", Words::new("queue-breaks"));
    }
    let every_day = table.days == Days::EveryDay;
    Some(Opening { hours: hours?, last_number: last_number?, breaks: whole, every_day })
}

fn groups(tables: &BTreeMap<String, GroupTable>, found: &mut Found) -> Vec<Group> {
    if tables.is_empty() {
        found.add("groups", Words::new("queue-no-groups"));
    } else if tables.len() > MOST_GROUPS {
        found.add("groups", Words::new("queue-too-many").with("count", MOST_GROUPS));
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut items: HashMap<&str, &str> = HashMap::new();
    for (key, table) in tables {
        let at = |field: &str| format!("groups.{key}.{field}");
        let Ok(code) = GroupCode::parse(key) else {
            found.add(format!("groups.{key}"), Words::new("queue-code"));
            continue;
        };
        let name = table.name.as_deref().unwrap_or(key).trim().to_owned();
        found.text(at("name"), &name);
        let prefix = table.prefix.as_deref().unwrap_or(key);
        let Ok(prefix) = TicketPrefix::parse(prefix) else {
            let place = if table.prefix.is_some() { at("prefix") } else { format!("groups.{key}") };
            found.add(place, Words::new("queue-prefix"));
            continue;
        };
        if let Some(other) = groups.iter().find(|other| other.prefix == prefix) {
            let words = Words::new("queue-prefix-twice").with("other", other.code.to_string());
            found.add(at("prefix"), words);
        }
        for item in &table.items {
            if let Some(other) = items.insert(item, key) {
                let words = Words::new("queue-item-twice").with("item", item.clone());
                found.add(at("items"), words.with("other", other.to_owned()));
            }
        }
        let minutes = table.minutes.unwrap_or(MINUTES);
        found.range(at("minutes"), minutes, &MINUTES_ALLOWED);
        let booking = table.booking.as_ref().and_then(|table| booking(table, key, found));
        groups.push(Group { code, name, prefix, items: table.items.clone(), minutes, booking });
    }
    groups
}

fn booking(table: &BookingTable, group: &str, found: &mut Found) -> Option<BookingRules> {
    let at = |field: &str| format!("groups.{group}.booking.{field}");
    let mut slots: Vec<TimeRange> = table.slots.iter().filter_map(|text| TimeRange::parse(text)).collect();
    slots.sort_by_key(|slot| slot.from);
    let overlap = slots.windows(2).any(|pair| pair[1].from < pair[0].to);
    if slots.is_empty() || slots.len() < table.slots.len() || overlap {
        found.add(at("slots"), Words::new("queue-slots"));
    }
    found.range(at("capacity"), table.capacity, &(1..=1000));
    found.range(at("days_ahead"), table.days_ahead, &(0..=365));
    found.range(at("lead_minutes"), table.lead_minutes, &(0..=10_080));
    found.range(at("grace_minutes"), table.grace_minutes, &(0..=240));
    let BookingTable { capacity, days_ahead, lead_minutes, grace_minutes, .. } = *table;
    Some(BookingRules { slots, capacity, days_ahead, lead_minutes, grace_minutes })
}

fn windows(tables: &BTreeMap<String, WindowTable>, groups: &[Group], found: &mut Found) -> Vec<Window> {
    if tables.is_empty() {
        found.add("windows", Words::new("queue-no-windows"));
    } else if tables.len() > MOST_WINDOWS {
        found.add("windows", Words::new("queue-too-many").with("count", MOST_WINDOWS));
    }
    let mut windows = Vec::new();
    for (key, table) in tables {
        let at = |field: &str| format!("windows.{key}.{field}");
        let Ok(code) = WindowCode::parse(key) else {
            found.add(format!("windows.{key}"), Words::new("queue-code"));
            continue;
        };
        let name = table.name.as_deref().unwrap_or(key).trim().to_owned();
        found.text(at("name"), &name);
        if table.groups.is_empty() {
            found.add(format!("windows.{key}"), Words::new("queue-window-without-groups"));
        }
        let mut served: Vec<GroupCode> = Vec::new();
        for text in &table.groups {
            match groups.iter().find(|group| group.code.as_str() == text) {
                Some(group) if served.contains(&group.code) => {
                    found.add(at("groups"), Words::new("queue-group-twice").with("group", text.clone()));
                }
                Some(group) => served.push(group.code.clone()),
                None => {
                    let known: Vec<&str> = groups.iter().map(|group| group.code.as_str()).collect();
                    let words = Words::new("queue-no-such-group").with("group", text.clone());
                    found.add(at("groups"), words.with("known", known.join(", ")));
                }
            }
        }
        windows.push(Window { code, name, groups: served });
    }
    // 2 comes before 10.
    windows
        .sort_by_key(|window| (window.code.as_str().parse::<u32>().unwrap_or(u32::MAX), window.code.clone()));
    let is_served = |group: &Group| windows.iter().any(|window| window.groups.contains(&group.code));
    for group in groups.iter().filter(|group| !tables.is_empty() && !is_served(group)) {
        found.add(format!("groups.{}", group.code), Words::new("queue-group-without-window"));
    }
    windows
}

#[cfg(test)]
mod tests {
    use super::*;
    use bianmin_locale::{Language, Texts};

    const GOOD: &str = r#"priority_bound = 3
priority_classes = ["elderly", "disabled"]
day_starts = "04:00"
[opening]
hours = "09:00-17:00"
last_number = "16:30"
breaks = ["12:00-13:00"]
[groups.A]
name = "综合业务"
items = ["X1"]
[groups.social]
prefix = "S"
minutes = 15
[windows.10]
groups = ["A", "social"]
[windows.2]
name = "二号窗口"
groups = ["A"]
"#;

    fn parse(text: &str) -> Result<Setup, Invalid> {
        bianmin_settings::parse(text, Path::new("queue.toml")).and_then(check)
    }

    fn answer(text: &str) -> Vec<String> {
        let texts = Texts::new(Language::En);
        match parse(text) {
            Ok(_) => Vec::new(),
            Err(invalid) => invalid.problems.iter().map(|problem| problem.say(&texts)).collect(),
        }
    }

    #[test]
    fn a_good_file_is_what_it_says() {
        let setup = parse(GOOD).unwrap();
        assert_eq!(setup.priority_bound, 3);
        let codes: Vec<&str> = setup.windows.iter().map(|window| window.code.as_str()).collect();
        assert_eq!(codes, ["2", "10"]);
        assert_eq!(setup.find_group("X1").unwrap().code.as_str(), "A");
        let social = GroupCode::parse("social").unwrap();
        assert_eq!(setup.shared(&social, &GroupCode::parse("A").unwrap()), 0.5);
        let stored = serde_json::to_string(&setup).unwrap();
        assert_eq!(serde_json::from_str::<Setup>(&stored).unwrap(), setup);
    }

    #[test]
    fn every_mistake_is_told_at_once_with_its_line_and_what_to_do() {
        let text = GOOD
            .replace("priority_bound = 3", "priority_bound = 0")
            .replace("\"disabled\"", "\"vip\"")
            .replace("\"04:00\"", "\"4\"")
            .replace("last_number = \"16:30\"", "last_number = \"18:00\"")
            .replace("12:00-13:00", "12:00-18:00")
            .replace("name = \"综合业务\"", "nmae = \"综合业务\"")
            .replace("prefix = \"S\"", "prefix = \"IO\"")
            .replace("minutes = 15", "minutes = 0")
            .replace("groups = [\"A\", \"social\"]", "groups = [\"A\", \"socail\"]")
            .replace("name = \"二号窗口\"", "name = \"\"");
        let answer = answer(&text);
        for (line, part) in [
            (1, "1"),
            (2, "vip"),
            (3, "day_starts"),
            (6, "opening.last_number"),
            (7, "opening.breaks"),
            (9, "name"),
            (12, "prefix"),
            (15, "socail"),
            (17, "windows.2.name"),
        ] {
            let start = format!("line {line},");
            let found = answer.iter().any(|one| one.starts_with(&start) && one.contains(part));
            assert!(found, "{start} {part}: {answer:#?}");
        }
    }

    #[test]
    fn the_example_is_valid() {
        let setup = parse(include_str!("../../queue.toml")).unwrap();
        assert_eq!((setup.groups.len(), setup.windows.len()), (2, 2));
    }

    #[test]
    fn what_does_not_fit_together_is_told() {
        assert_eq!(answer("").len(), 2);
        let alone = answer(
            "[groups.A]\n[groups.B]\nprefix = \"A\"\nitems = [\"x\", \"x\"]\n[windows.1]\ngroups = [\"A\"]\n",
        );
        assert_eq!(alone.len(), 3, "{alone:#?}");
        assert!(answer("[groups.A]\n[windows.1]\n")[0].contains("groups"));
    }

    #[test]
    fn the_default_is_one_group_and_two_windows() {
        let setup = default_setup();
        assert_eq!((setup.groups.len(), setup.windows.len()), (1, 2));
        assert!(setup.windows.iter().all(|window| window.groups == [setup.groups[0].code.clone()]));
    }
}
