//! The one way to say something to the database: SQL with `$1`, `$2` …, which SQLite and PostgreSQL both understand.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};
use std::borrow::Cow;

/// Rows in one statement: with at most 16 columns far below SQLite's 32,766 and PostgreSQL's 65,535 values.
pub(crate) const ROWS: usize = 256;

fn statement(db: &impl ConnectionTrait, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    let backend = db.get_database_backend();
    let sql = if backend == DbBackend::Sqlite { unnamed(sql) } else { Cow::Borrowed(sql) };
    Statement::from_sql_and_values(backend, sql, values)
}

/// The same with `?` where the numbers go `$1`, `$2` … through. SQLite takes `$1` for a name and looks each name up in a
/// list, which for the 2,304 values of a large insert took longer than the insert.
fn unnamed(sql: &str) -> Cow<'_, str> {
    let mut parts = sql.split('$');
    let mut text = String::with_capacity(sql.len());
    text.push_str(parts.next().unwrap_or_default());
    for (index, part) in parts.enumerate() {
        let rest = part.trim_start_matches(|character: char| character.is_ascii_digit());
        if part[..part.len() - rest.len()].parse() != Ok(index + 1) {
            return Cow::Borrowed(sql);
        }
        text.push('?');
        text.push_str(rest);
    }
    Cow::Owned(text)
}

/// Does something, and returns how many rows it changed.
pub(crate) async fn execute(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, DbErr> {
    Ok(db.execute_raw(statement(db, sql, values)).await?.rows_affected())
}

/// The first row; none if there is none.
pub(crate) async fn query_one(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Option<QueryResult>, DbErr> {
    db.query_one_raw(statement(db, sql, values)).await
}

/// All rows.
pub(crate) async fn query_all(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(statement(db, sql, values)).await
}

/// Whether there is a row.
pub(crate) async fn exists(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<bool, DbErr> {
    Ok(query_one(db, sql, values).await?.is_some())
}

/// Inserts rows, [`ROWS`] in one statement, and returns what the statements return. `into` names table and columns, as
/// in `chunk (id, number)`; `tail` is what follows the values, such as `ON CONFLICT DO NOTHING`.
pub(crate) async fn insert_rows<const N: usize>(
    db: &impl ConnectionTrait,
    into: &str,
    rows: Vec<[Value; N]>,
    tail: &str,
) -> Result<Vec<QueryResult>, DbErr> {
    let mut returned = Vec::new();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let part: Vec<[Value; N]> = rows.by_ref().take(ROWS).collect();
        let sql = format!("INSERT INTO {into} VALUES {} {tail}", placeholders(part.len(), N, 1));
        returned.extend(query_all(db, &sql, part.into_iter().flatten()).await?);
    }
    Ok(returned)
}

/// `($1, $2), ($3, $4)` for so many rows and columns, from the number `first` on.
pub(crate) fn placeholders(rows: usize, columns: usize, first: usize) -> String {
    let row = |row: usize| {
        let columns: Vec<String> =
            (0..columns).map(|column| format!("${}", first + row * columns + column)).collect();
        format!("({})", columns.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbered_through() {
        assert_eq!(placeholders(2, 3, 1), "($1, $2, $3), ($4, $5, $6)");
        assert_eq!(placeholders(1, 2, 5), "($5, $6)");
    }

    #[test]
    fn only_numbers_that_go_through_become_unnamed() {
        let rows = placeholders(2, 6, 1);
        assert_eq!(unnamed(&rows), "(?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?)");
        assert_eq!(unnamed("a = $1 AND b > $2"), "a = ? AND b > ?");
        for kept in ["a = $1 OR b = $1", "a = $2 AND b = $1", "a = $2", "a = '$'", "no values"] {
            assert_eq!(unnamed(kept), kept);
        }
    }
}
