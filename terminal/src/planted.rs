//! Known bugs that a test plants, to see that it would notice them. Only with the feature `planted-bugs`, which a
//! release build refuses; without it nothing here is left in the program.

#[cfg(all(feature = "planted-bugs", not(debug_assertions)))]
compile_error!("`planted-bugs` is for tests: a release build must not have it");

/// Whether the test that runs has planted this bug, by `BIANMIN_PLANTED_BUG`.
#[cfg(feature = "planted-bugs")]
pub fn is_planted(bug: &str) -> bool {
    std::env::var_os("BIANMIN_PLANTED_BUG").is_some_and(|planted| planted == bug)
}

/// Where a test wants to end the program: says so on stderr and waits for its death. `BIANMIN_HALT_AT` names the
/// point.
#[cfg(feature = "planted-bugs")]
pub(crate) fn halt_at(point: &str) {
    use std::io::Write as _;
    if std::env::var_os("BIANMIN_HALT_AT").is_some_and(|wanted| wanted == point) {
        let _ = writeln!(std::io::stderr(), "halted at {point}");
        loop {
            std::thread::park();
        }
    }
}

/// Nowhere: this build goes on.
#[cfg(not(feature = "planted-bugs"))]
pub(crate) const fn halt_at(_point: &str) {}

/// Never: this build has no such bugs.
#[cfg(not(feature = "planted-bugs"))]
pub const fn is_planted(_bug: &str) -> bool {
    false
}
