//! What the tests of several packages share. Knows none of them, so that an edit of one rebuilds nobody's tests but its own.
//! Panics where a test should fail.

pub mod postgres;
