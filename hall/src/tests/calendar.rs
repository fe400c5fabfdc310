//! Imported calendars on both databases: what holds, who said so, and what an import would move.

use super::on_both;
use crate::calendar::{CalendarFile, read};
use crate::testing::TestHall;
use jiff::civil::date;

fn file(text: &str) -> CalendarFile {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("calendar.toml");
    std::fs::write(&path, text).unwrap();
    read(&path).unwrap()
}

fn year_2027(tenth: &str) -> CalendarFile {
    let days: String = (1..=9).map(|day| format!("01-{day:02} = \"元旦\"\n")).collect();
    file(&format!(
        "source = \"notice\"\n[holidays.2027]\n{days}{tenth} = \"春节\"\n[workdays.2027]\n02-06 = \"春节\"\n"
    ))
}

on_both! {
    async fn an_imported_year_is_known_from_then_on_and_who_imported_it(database) {
        let hall = TestHall::start(database).await;
        let calendar = || async { hall.store().calendar().load().await.unwrap() };
        let start = date(2026, 12, 31);
        assert_eq!(calendar().await.due(start, 1).unwrap().assumed_years, [2027]);

        let preview = hall.store().calendar().preview(&year_2027("02-08")).await.unwrap();
        assert_eq!((preview.new_years.as_slice(), preview.changes), (&[2027][..], true));
        assert!(hall.store().calendar().import_of(2027).await.unwrap().is_none(), "a preview writes nothing");

        let now = hall.clock().now();
        hall.store().calendar().import(&year_2027("02-08"), "Li", now).await.unwrap();
        let due = calendar().await.due(start, 1).unwrap();
        assert_eq!((due.due, due.assumed_years), (Some(date(2027, 1, 11)), Vec::new()));
        let imported = hall.store().calendar().import_of(2027).await.unwrap().unwrap();
        assert_eq!((imported.imported_by.as_str(), imported.imported_at), ("Li", now));

        // Once more changes nothing, not even who did it.
        let again = hall.store().calendar().import(&year_2027("02-08"), "Wang", now).await.unwrap();
        assert!(!again.changes && again.moved.is_empty());
        assert_eq!(hall.store().calendar().import_of(2027).await.unwrap().unwrap().imported_by, "Li");

        // Another list tells which days become others.
        let other = hall.store().calendar().import(&year_2027("02-09"), "Wang", now).await.unwrap();
        let moved: Vec<_> = other.moved.iter().map(|one| (one.date, one.moves_due_dates)).collect();
        assert_eq!(moved, [(date(2027, 2, 8), true), (date(2027, 2, 9), true)]);
        assert!(calendar().await.year(2026).is_some(), "other years stay");
    }
}
