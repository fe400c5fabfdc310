//! An import before it meets what is published: files are read, shaped and checked as a whole.

pub mod check;
mod columns;
pub mod draft;
mod encoding;
pub mod entry;
mod flat;
pub mod generate;
mod grid;
mod json;
pub mod limits;
pub mod problem;
pub mod report;
mod shape;
mod suggest;
mod table;
mod text;
mod values;
mod workbook;
