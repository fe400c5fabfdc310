//! What staff and the hall's clock do with cases, on both databases.

mod commands;
mod rules;
mod table;
