//! A real hall over HTTP, on both databases: what terminals, residents and operators rely on.

mod applications;
pub(crate) mod audit;
mod board;
mod board_page;
mod calendar;
pub(crate) mod chromium;
mod console;
mod console_day;
mod database_tls;
mod enrolment;
mod files;
mod hostile;
mod imports;
mod keys;
mod killed;
mod lists;
mod lookups;
mod numbers;
mod operations;
mod phone;
mod queue;
mod queue_api;
mod queue_blocks;
mod queue_bookings;
mod queue_days;
mod queue_model;
mod rights;
mod staff;
mod texts;
mod ticket_page;
mod wire;
mod writing;

/// The same test on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($database:ident) $body:block)*) => {$(
        mod $name {
            use super::*;

            $(#[$doc])*
            async fn run($database: crate::testing::Database) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run(crate::testing::Database::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run(crate::testing::Database::Postgres).await;
            }
        }
    )*};
}
pub(crate) use on_both;
