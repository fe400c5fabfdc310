//! The hall's process is killed in the middle of its work: what it acknowledged is there, once, with the same
//! answer. The child is this very test program, which then serves instead of testing.

use super::on_both;
use crate::testing::{TestHall, TestTerminal, demo_items};
use bianmin_protocol::v1::*;
use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const FOLDER: &str = "BIANMIN_TEST_HALL_FOLDER";
const DATABASE: &str = "BIANMIN_TEST_HALL_DATABASE";
const CYCLES: usize = 6;

/// Serves until killed when started by [`Served::start`]; otherwise there is nothing to test here.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let (Ok(folder), Ok(database)) = (std::env::var(FOLDER), std::env::var(DATABASE)) else { return };
    let hall = TestHall::open(folder.into(), database).await;
    println!("\nLISTENING {}", hall.url);
    std::future::pending::<()>().await;
}

struct Served {
    process: Child,
    url: String,
}

impl Served {
    fn start(folder: &std::path::Path, database: &str) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tests::killed::child", "--nocapture"])
            .env(FOLDER, folder)
            .env(DATABASE, database)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = lines
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("LISTENING ").map(str::to_owned))
            .expect("the hall did not start");
        Self { process, url }
    }

    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

on_both! {
    async fn what_was_acknowledged_survives_a_kill_at_any_moment(database) {
        let mut first = TestHall::with_catalogue(database).await;
        let terminal = Arc::new(first.enrol("HP07").await);
        first.stop().await;
        let items = demo_items();
        let mut said: HashMap<String, (Envelope, ApplicationOutcome)> = HashMap::new();
        for (cycle, item) in items.iter().take(CYCLES).enumerate() {
            // The cycle ends after a random number of answers, with others under way.
            let wanted = 1 + usize::from(uuid::Uuid::now_v7().as_bytes()[15]) % 60;
            println!("cycle {cycle}: killed after {wanted} answers");
            let served = Served::start(first.data.path(), &first.database);
            let answers = Arc::new(AtomicUsize::new(0));
            let tasks: Vec<_> = (0..6)
                .map(|_| {
                    let (terminal, answers, url) = (terminal.clone(), answers.clone(), served.url.clone());
                    let item = item.clone();
                    tokio::spawn(async move {
                        let mut said = Vec::new();
                        loop {
                            let envelopes: Vec<_> = (0..5).map(|_| terminal.example(&item)).collect();
                            let Some(outcomes) = terminal.try_submit_to(&url, &envelopes).await else { return said };
                            answers.fetch_add(1, Ordering::Relaxed);
                            said.extend(envelopes.into_iter().zip(outcomes));
                        }
                    })
                })
                .collect();
            while answers.load(Ordering::Relaxed) < wanted {
                tokio::task::yield_now().await;
            }
            served.kill();
            for task in tasks {
                for (envelope, outcome) in task.await.unwrap() {
                    assert!(matches!(outcome, ApplicationOutcome::Acknowledged { .. }), "{outcome:?}");
                    let id = envelope.read_header().unwrap().application_id.to_string();
                    said.insert(id, (envelope, outcome));
                }
            }
        }
        let hall = first.restart().await;
        let cases = hall.store().cases().list(1_000_000).await.unwrap();
        let numbers: std::collections::HashSet<_> = cases.iter().map(|case| &case.case_number).collect();
        assert_eq!(numbers.len(), cases.len());
        let there: std::collections::HashSet<_> = cases.iter().map(|case| case.application_id.clone()).collect();
        assert!(said.keys().all(|id| there.contains(id)));
        let (envelopes, outcomes): (Vec<_>, Vec<_>) = said.into_values().unzip();
        let terminal = Arc::into_inner(terminal).unwrap();
        let terminal = TestTerminal { url: hall.url.clone(), ..terminal };
        for (envelopes, outcomes) in envelopes.chunks(BATCH_LIMIT).zip(outcomes.chunks(BATCH_LIMIT)) {
            assert_eq!(terminal.submit(envelopes).await.1, outcomes, "the same answer as before");
        }
        assert_eq!(hall.store().cases().list(1_000_000).await.unwrap().len(), cases.len());
    }
}
