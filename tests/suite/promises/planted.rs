//! A check that cannot fail is a defect: each known bug, planted, must turn its test red.

use std::io::Write as _;
use std::process::Command;

/// The bug, and the test that has to notice it.
const PLANTED: &[(&str, &str)] = &[
    ("normal-sync", "power::a_power_cut_loses_nothing_that_was_accepted"),
    ("acknowledge-before-commit", "power::what_the_hall_acknowledged_survives_its_death_on_sqlite"),
    ("acknowledge-before-commit", "power::what_the_hall_acknowledged_survives_its_death_on_postgresql"),
    ("unique-index-removed", "effect::one_application_is_one_case_whatever_the_network_does_on_sqlite"),
    ("unique-index-removed", "effect::one_application_is_one_case_whatever_the_network_does_on_postgresql"),
    ("unique-index-removed", "effect::a_changed_byte_is_a_conflict_or_nothing_but_never_a_second_case"),
    ("max-id-cursor", "news::a_change_that_comes_late_is_not_left_out"),
    ("mark-ignored", "damage::damage_is_noticed_and_what_proves_itself_is_sent"),
    ("epoch-ignored", "restored::a_hall_restored_from_a_backup_gets_everything_again_once"),
    ("ipp-state-ignored", "ipp_printers::a_printer_that_vanishes_has_never_printed"),
    ("printer-error-swallowed", "paper::the_journal_and_the_paper_agree"),
    (
        "process-id-ignored",
        "paper::vanishing::vanishing_at_any_byte_of_a_receipt_leaves_driver_and_paper_of_one_mind",
    ),
    ("buffer-not-cleared", "paper::condition::what_was_given_up_does_not_come_out_with_the_next_roll"),
    ("acknowledge-before-commit", SIMULATION),
    ("epoch-ignored", SIMULATION),
    ("max-id-cursor", SIMULATION),
    ("unique-index-removed", SIMULATION),
    ("replay-is-conflict", SIMULATION),
    ("migration-drops-queue", "upgrade::a_released_ledger_migrates_with_its_queue"),
    (
        "intent-after-print",
        "journal::a_kill_between_any_two_steps_leaves_journal_screen_and_paper_in_agreement",
    ),
    (
        "ticket-number-reused",
        "journal::a_kill_between_any_two_steps_leaves_journal_screen_and_paper_in_agreement",
    ),
    ("pin-wait-forgotten", "pin::wrong_pins_are_counted_across_restarts"),
];

const SIMULATION: &str = "simulation::whatever_happens_the_four_ledgers_agree_in_the_end";

/// How often a bug may stay unnoticed before its test counts as blind.
const TRIES: usize = 5;

#[test]
fn every_planted_bug_turns_its_test_red() {
    let mut unnoticed = Vec::new();
    for (bug, test) in PLANTED {
        let run = || {
            let run = Command::new(std::env::current_exe().unwrap())
                .args([&format!("promises::{test}"), "--exact"])
                .env("BIANMIN_PLANTED_BUG", bug)
                .env_remove("BIANMIN_SOAK")
                .output()
                .unwrap();
            String::from_utf8_lossy(&run.stdout).into_owned()
        };
        // Some bugs show only when a kill falls into the right moment, which a busy machine can miss.
        let mut told = run();
        for _ in 1..TRIES {
            if told.contains("1 failed") {
                break;
            }
            told = run();
        }
        if !told.contains("1 failed") {
            unnoticed.push(format!("{bug}: {test}\n{told}"));
            continue;
        }
        let why: Vec<&str> = told
            .lines()
            .skip_while(|line| !line.contains("panicked at"))
            .skip(1)
            .take_while(|line| !line.contains("backtrace") && !line.is_empty())
            .map(str::trim)
            .collect();
        let _ = writeln!(std::io::stderr(), "red with {bug}: {test}: {}", why.join("; "));
    }
    assert!(unnoticed.is_empty(), "not noticed (or built without the feature): {}", unnoticed.join("\n"));
}
