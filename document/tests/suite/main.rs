//! What a resident would miss on paper: the words, the code, the sizes, the look.
#![allow(clippy::unwrap_used)]

mod example;
mod look;
mod pages;
mod printer;
mod words;
