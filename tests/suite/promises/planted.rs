//! A check that cannot fail is a defect: each known bug, planted, must turn its test red.

use std::io::Write as _;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// The bug, and the test that has to notice it.
const PLANTED: &[(&str, &str)] = &[
    ("normal-sync", "power::a_power_cut_loses_nothing_that_was_accepted"),
    ("acknowledge-before-commit", "power::what_the_hall_acknowledged_survives_its_death_on_sqlite"),
    ("acknowledge-before-commit", "power::what_the_hall_acknowledged_survives_its_death_on_postgresql"),
    ("unique-index-removed", "idempotency::one_application_is_one_case_whatever_the_network_does_on_sqlite"),
    (
        "unique-index-removed",
        "idempotency::one_application_is_one_case_whatever_the_network_does_on_postgresql",
    ),
    ("unique-index-removed", "idempotency::a_changed_byte_is_a_conflict_or_nothing_but_never_a_second_case"),
    ("gives-up", "drain::after_three_days_in_the_dark_a_thousand_go_as_soon_as_the_link_is_back"),
    ("link-up-ignored", "drain::after_three_days_in_the_dark_a_thousand_go_as_soon_as_the_link_is_back"),
    ("refusal-blocks", "refused::one_that_is_refused_blocks_no_other_and_its_resident_is_told"),
    ("one-bad-row-takes-all", "bad_row::one_bad_row_takes_no_other_of_its_commit_with_it_on_sqlite"),
    ("one-bad-row-takes-all", "bad_row::one_bad_row_takes_no_other_of_its_commit_with_it_on_postgresql"),
    ("reserve-ignored", "full::a_full_disk_of_any_size_loses_nothing_and_recovers_by_itself"),
    ("connection-reused", "hall_disk::a_hall_whose_disk_was_full_keeps_what_it_acknowledges_afterwards"),
    ("connection-reused", "hall_disk::whatever_a_bad_disk_refuses_what_was_acknowledged_is_there"),
    ("max-id-cursor", "update_feed::a_change_that_comes_late_is_not_left_out"),
    ("unknown-change-stops", "update_feed::a_change_of_a_kind_that_the_terminal_does_not_know_stops_nothing"),
    ("second-fact-unchecked", "cases::a_number_that_anybody_can_guess_shows_nothing"),
    ("second-fact-tries-uncounted", "cases::wrong_tries_are_counted_across_restarts"),
    ("reprints-unbounded", "cases::further_receipts_are_few_and_counted"),
    ("unsigned-case-believed", "cases::only_the_halls_signed_word_about_a_case_is_believed"),
    ("epoch-ignored", "restored::a_hall_restored_from_a_backup_gets_everything_again_once"),
    ("case-mark-ignored", "restored::a_hall_restored_from_a_backup_gives_no_case_number_twice"),
    ("keys-made-anew", "hall_keys::a_key_or_database_that_is_gone_is_told_and_never_made_anew_unasked"),
    ("mark-ignored", "damage::damage_is_noticed_and_what_proves_itself_is_sent"),
    ("catalogue-in-two-steps", "catalogue::a_kill_at_any_step_of_an_update_leaves_one_whole_revision"),
    ("tampered-catalogue-accepted", "catalogue::what_the_hall_did_not_sign_is_not_shown"),
    ("older-catalogue-accepted", "catalogue::an_older_catalogue_does_not_replace_a_newer_one"),
    (
        "newest-version-wanted",
        "catalogue::who_has_begun_an_application_ends_it_with_the_version_they_began_with",
    ),
    ("wall-clock-trusted", "clock::a_terminals_wrong_clock_breaks_nothing"),
    ("ipp-state-ignored", "ipp_printers::a_printer_that_vanishes_has_never_printed"),
    ("printer-error-swallowed", "paper::the_journal_and_the_paper_agree"),
    (
        "process-id-ignored",
        "paper::vanishing::vanishing_at_any_byte_of_a_receipt_leaves_driver_and_paper_of_one_mind",
    ),
    ("buffer-not-cleared", "paper::condition::what_was_given_up_does_not_come_out_with_the_next_roll"),
    (
        "memory-written-each-job",
        "paper::memory::it_is_written_once_for_all_slips_and_restarts_and_replaced_when_it_changes",
    ),
    ("epoch-ignored", SIMULATION),
    ("max-id-cursor", SIMULATION),
    ("unique-index-removed", SIMULATION),
    ("replay-is-conflict", SIMULATION),
    ("simulation-asks-the-machine", "simulation::a_day_is_the_same_each_time_on_a_busy_machine"),
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
    ("session-not-wiped", "next_resident::nothing_of_a_session_is_left_when_its_resident_goes"),
    ("signature-unchecked", "authentication::a_forged_moved_stale_or_repeated_signature_is_refused"),
    ("signature-unchecked", "authentication::a_wrong_key_and_anothers_application_are_refused"),
    ("revoked-accepted", "authentication::a_revoked_terminal_gets_nothing"),
    ("revoked-goes-on", "revoked::a_revoked_terminal_closes_with_words_and_promises_nothing"),
    ("revoked-accepted", "revoked::what_is_carried_from_a_revoked_terminal_is_taken_on_request_and_marked"),
    ("forged-revocation-believed", "revoked::only_the_halls_own_word_closes_a_terminal"),
    ("unique-index-removed", "revoked::what_was_carried_and_sent_is_one_case"),
    ("identity-mark-ignored", "copied::numbers_go_on_when_all_of_the_ledger_is_deleted"),
    ("copied-folder-unnoticed", "copied::a_copy_gives_no_number_before_the_hall_was_heard_and_none_twice"),
    ("hall-numbers-ignored", "copied::what_cannot_be_known_as_a_copy_goes_on_above_what_the_hall_knows"),
    ("sender-without-floor", "simulation::pace::two_halls_behind_one_address_are_not_hammered"),
    ("nonces-shared", "authentication::a_terminal_that_signs_ahead_locks_out_nobody_else"),
    ("older-heartbeat-counts", "authentication::a_recorded_request_changes_nothing_elsewhere_or_later"),
    ("restart-forgets-nonces", "authentication::a_recorded_request_changes_nothing_elsewhere_or_later"),
    ("strangers-hold-places", "hostile::flood::connections_that_only_answer_pings_keep_no_terminal_out"),
    ("strangers-share-all", "hostile::flood::bodies_that_never_come_take_no_memory_from_terminals"),
    ("odd-request-panics", "hostile::fuzz::no_request_makes_the_hall_fail_or_keeps_others_out"),
    ("bodies-unbounded", "hostile::crowds::slow_senders_are_given_up_and_take_no_memory_from_others"),
    ("connections-unbounded", "reconnect_load::all_terminals_coming_back_at_once_leave_the_hall_correct"),
    ("guard-ignored", "taps::a_series_of_taps_applies_for_one_step_and_keeps_the_receipt"),
    ("old-dots-kept", "dots::what_the_window_has_built_up_is_what_is_drawn_from_nothing"),
    ("unknown-sheets-ignored", "imports::what_is_not_understood_changes_nothing"),
    (
        "missing-year-assumed",
        "due_dates::every_day_of_a_period_is_told_and_a_year_without_a_calendar_is_named",
    ),
    ("decision-without-event", "decisions::a_decision_is_not_seen_without_its_event_on_sqlite"),
    ("decision-without-event", "decisions::a_decision_is_not_seen_without_its_event_on_postgresql"),
    ("chain-unchecked", "decisions::whatever_is_changed_behind_the_halls_back_is_noticed"),
    ("receiver-decides", "decisions::who_receives_does_not_decide"),
    ("plain-search-terms", "decisions::a_copied_database_names_nobody_on_sqlite"),
    ("plain-search-terms", "decisions::a_copied_database_names_nobody_on_postgresql"),
    ("queue-max-plus-one", "queue::two_halls_on_one_database_give_no_number_twice_and_call_nobody_twice"),
    (
        "queue-unique-index-removed",
        "queue::the_database_itself_refuses_a_second_open_call_and_a_second_number",
    ),
    (
        "queue-priority-unbounded",
        "queue::a_simulated_day_loses_nobody_calls_nobody_twice_and_keeps_the_bound",
    ),
    ("queue-missed-forgotten", "queue::somebody_who_was_missed_comes_back_when_their_number_is_called"),
    ("roles-unchecked", "roles::every_page_asks_for_role_and_department_on_sqlite"),
    ("block-reused", "queue_day::a_block_that_was_given_back_is_nobody_elses_whatever_its_terminal_restores"),
    ("queue-day-from-utc", "queue::the_day_on_a_number_is_the_halls_own_wherever_it_is"),
];

const SIMULATION: &str = "simulation::whatever_happens_the_four_ledgers_agree_in_the_end";

/// Most of them wait more than they work.
const AT_A_TIME: usize = 4;

#[test]
fn every_planted_bug_turns_its_test_red() {
    let next = AtomicUsize::new(0);
    let unnoticed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some((bug, test)) = PLANTED.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let begun = Instant::now();
                    let report = with(bug, test);
                    let took = begun.elapsed().as_secs_f32();
                    let Some(why) = reason(&report) else {
                        unnoticed.lock().unwrap().push(format!("{bug}: {test}\n{report}"));
                        continue;
                    };
                    let _ = writeln!(std::io::stderr(), "red with {bug} in {took:.1} s: {test}: {why}");
                }
            });
        }
    });
    let unnoticed = unnoticed.into_inner().unwrap();
    assert!(unnoticed.is_empty(), "not noticed (or built without the feature): {}", unnoticed.join("\n"));
}

/// What the test says when this bug is there.
fn with(bug: &str, test: &str) -> String {
    let run = Command::new(std::env::current_exe().unwrap())
        .args([&format!("promises::{test}"), "--exact"])
        .env("BIANMIN_PLANTED_BUG", bug)
        .env_remove("BIANMIN_SOAK")
        .output()
        .unwrap();
    String::from_utf8_lossy(&run.stdout).into_owned()
}

/// Why the test failed; none if it did not, or if there is no such test.
fn reason(report: &str) -> Option<String> {
    if !report.contains("1 failed") {
        return None;
    }
    let lines = report
        .lines()
        .skip_while(|line| !line.contains("panicked at"))
        .skip(1)
        .take_while(|line| !line.contains("backtrace") && !line.is_empty());
    Some(lines.map(str::trim).collect::<Vec<_>>().join("; "))
}
