//! A busy part of a day through real halls: people take numbers over HTTP at two halls on one PostgreSQL, one of which is
//! killed in the middle, and twelve windows call by the real commands. Nobody is lost, and nobody is called by two.

use super::bench::{Terminal, runtime};
use super::chance::count;
use crate::programs::{Hall, postgres};
use bianmin_protocol::http_signature;
use bianmin_protocol::v1::queue::{
    BLOCK_RETURN, BLOCKS, BlockReply, Lease, LeaseBlock, ReturnBlock, TICKETS, TakeTicket, TicketReply,
};
use bianmin_terminal::ledger::identity::TerminalIdentity;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use uuid::Uuid;

const WINDOWS: usize = 12;
const TERMINALS: usize = 4;
/// So many called people of a hundred do not come at once.
const NO_SHOWS: usize = 10;

/// A terminal that asks the queue.
struct QueueClient {
    identity: TerminalIdentity,
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

impl QueueClient {
    fn of(hall: &Hall) -> Self {
        let identity = Terminal::another(hall);
        // Each request has a connection of its own: a hall that was killed is noticed at once.
        let client =
            reqwest::Client::builder().pool_max_idle_per_host(0).timeout(Duration::from_secs(30)).build();
        Self { identity, client: client.unwrap(), runtime: runtime() }
    }

    /// Asks a hall; `None` if no whole answer came back.
    fn try_ask<T: DeserializeOwned>(&self, url: &str, path: &str, body: &impl Serialize) -> Option<T> {
        let body = serde_json::to_vec(body).unwrap();
        let (now, nonce) = (jiff::Timestamp::now().as_second() as u64, *Uuid::new_v4().as_bytes());
        let terminal = &self.identity.enrolled.certificate.terminal;
        let signed = http_signature::sign(&self.identity.key, terminal, "POST", path, &body, now, &nonce);
        let signed = signed.unwrap();
        let request = self
            .client
            .post(format!("{url}{path}"))
            .header("content-digest", &signed.content_digest)
            .header("signature-input", &signed.signature_input)
            .header("signature", &signed.signature)
            .body(body);
        self.runtime.block_on(async {
            let answer = request.send().await.ok()?;
            let is_success = answer.status().is_success();
            let bytes = answer.bytes().await.ok()?;
            is_success.then(|| serde_json::from_slice(&bytes).unwrap())
        })
    }

    #[track_caller]
    fn ask<T: DeserializeOwned>(&self, hall: &Hall, path: &str, body: &impl Serialize) -> T {
        self.try_ask(&hall.url, path, body).unwrap_or_else(|| panic!("{path} was not answered"))
    }
}

/// A zone in which it is about noon, so that no business day ends under a test.
fn noon() -> String {
    let hour = jiff::Timestamp::now().as_second() / 3600 % 24;
    // These names have the signs of POSIX: Etc/GMT-8 is eight hours ahead.
    format!("Etc/GMT{:+}", hour - 12)
}

/// A hall in a zone where it is about noon.
fn hall(database: Option<String>, keys_of: Option<&Hall>) -> Hall {
    let folder = tempfile::tempdir().unwrap();
    if let Some(other) = keys_of {
        for key in ["hall.key", "seal.key"] {
            std::fs::copy(other.folder.path().join(key), folder.path().join(key)).unwrap();
        }
    }
    let settings = folder.path().join("hall.toml");
    std::fs::write(&settings, format!("time_zone = \"{}\"\n", noon())).unwrap();
    let environment = vec![("BIANMIN_HALL_CONFIG", settings.to_str().unwrap().to_owned())];
    Hall::start_in(folder, database, environment)
}

#[track_caller]
fn queue(hall: &Hall, arguments: &[&str]) -> Value {
    let arguments = [&["queue"], arguments].concat();
    let answer = hall.try_command(&arguments, &hall.environment);
    answer.unwrap_or_else(|| panic!("{arguments:?} failed"))
}

/// Twelve windows of three groups: each serves two of them.
fn set_up(hall: &Hall) {
    let groups: String = ["A", "B", "C"].map(|code| format!("[groups.{code}]\n")).concat();
    let window = |at: usize| {
        let (one, other) = (["A", "B", "C"][at % 3], ["A", "B", "C"][(at + 1) % 3]);
        format!("[windows.{}]\ngroups = [\"{one}\", \"{other}\"]\n", at + 1)
    };
    let windows: String = (0..WINDOWS).map(window).collect();
    let file = hall.folder.path().join("queue.toml");
    std::fs::write(&file, groups + &windows).unwrap();
    queue(hall, &["setup", file.to_str().unwrap()]);
}

/// What became of the people.
#[derive(Default)]
struct Tally {
    /// Numbers by the terminals' ids for them.
    taken: Mutex<HashMap<Uuid, String>>,
    /// Every call by the rule.
    called: Mutex<Vec<String>>,
    /// Who did not come when called.
    missed: Mutex<Vec<String>>,
}

/// Takes so many numbers, each asked for until it is answered, first at the one hall and then at the other.
fn take(client: &QueueClient, urls: [&str; 2], people: usize, tally: &Tally) {
    for at in 0..people {
        let group = ["A", "B", "C"][at % 3].to_owned();
        let priority = at.is_multiple_of(6).then(|| "elderly".to_owned());
        let wanted = TakeTicket { id: Uuid::new_v4(), group, priority };
        let mut tries = (0..400).map(|attempt| urls[(at + attempt) % 2]);
        let reply = tries.find_map(|url| client.try_ask::<TicketReply>(url, TICKETS, &wanted));
        let Some(TicketReply::Issued { ticket }) = reply else { panic!("no number: {reply:?}") };
        // Who asks once more, as after an answer that was lost, gets the same.
        if at.is_multiple_of(5)
            && let Some(TicketReply::Issued { ticket: again }) = client.try_ask(urls[1], TICKETS, &wanted)
        {
            assert_eq!(again.number, ticket.number);
        }
        tally.taken.lock().unwrap().insert(wanted.id, ticket.number.to_string());
    }
}

/// A window calls until nobody comes any more.
fn serve(hall: &Hall, window: usize, is_over: &AtomicBool, tally: &Tally) {
    let window = (window + 1).to_string();
    for turn in 0.. {
        let was_over = is_over.load(Ordering::Acquire);
        let called = queue(hall, &["call", &window]);
        let Some(number) = called["number"].as_str() else {
            if was_over {
                return;
            }
            std::thread::yield_now();
            continue;
        };
        tally.called.lock().unwrap().push(number.to_owned());
        if turn * NO_SHOWS % 100 < NO_SHOWS {
            queue(hall, &["missed", &window]);
            tally.missed.lock().unwrap().push(number.to_owned());
        } else {
            queue(hall, &["serve", &window]);
        }
    }
}

#[test]
fn a_day_at_two_halls_of_which_one_is_killed_loses_nobody_and_calls_nobody_twice() {
    let people = count(96, 2000) / TERMINALS;
    let database = postgres();
    let mut first = hall(Some(database.clone()), None);
    set_up(&first);
    let second = hall(Some(database), Some(&first));
    let clients: Vec<QueueClient> = (0..TERMINALS).map(|_| QueueClient::of(&second)).collect();
    let urls = [first.url.clone(), second.url.clone()];
    let (tally, is_over, finished) = (Tally::default(), AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for client in &clients {
            let (urls, tally, is_over, finished) = (&urls, &tally, &is_over, &finished);
            scope.spawn(move || {
                take(client, [&urls[0], &urls[1]], people, tally);
                if finished.fetch_add(1, Ordering::AcqRel) + 1 == TERMINALS {
                    is_over.store(true, Ordering::Release);
                }
            });
        }
        for window in 0..WINDOWS {
            let (second, is_over, tally) = (&second, &is_over, &tally);
            scope.spawn(move || serve(second, window, is_over, tally));
        }
        // In the middle of it, with numbers under way.
        while tally.taken.lock().unwrap().len() < people * TERMINALS / 2 {
            std::thread::yield_now();
        }
        first.kill();
        first.start_again();
    });
    let taken = tally.taken.into_inner().unwrap();
    let numbers: BTreeSet<&String> = taken.values().collect();
    assert_eq!(
        (taken.len(), numbers.len()),
        (people * TERMINALS, people * TERMINALS),
        "a number is there twice"
    );
    let called = tally.called.into_inner().unwrap();
    assert_eq!(called.len(), taken.len(), "called twice, or never: {called:?}");
    assert_eq!(called.iter().collect::<BTreeSet<_>>(), numbers);
    // Who was missed comes back when their number is called.
    for number in tally.missed.into_inner().unwrap() {
        assert_eq!(queue(&first, &["call", "1", "--number", &number])["number"], number.as_str());
        queue(&first, &["serve", "1"]);
    }
    for window in 1..=WINDOWS {
        let _ = first.try_command(&["queue", "finish", &window.to_string()], &first.environment);
    }
    let groups = queue(&second, &["show"])["groups"].clone();
    let done: u64 = groups.as_array().unwrap().iter().map(|group| group["done"].as_u64().unwrap()).sum();
    assert_eq!(done as usize, taken.len(), "{groups:#}");
}

#[test]
fn a_block_that_was_given_back_is_nobody_elses_whatever_its_terminal_restores() {
    let hall = hall(None, None);
    let (one, other) = (QueueClient::of(&hall), QueueClient::of(&hall));
    let lease = |client: &QueueClient| -> Lease {
        let wanted = LeaseBlock { id: Uuid::new_v4(), group: "A".to_owned(), count: 10 };
        let reply: BlockReply = client.ask(&hall, BLOCKS, &wanted);
        let BlockReply::Leased { lease, tokens } = reply else { panic!("{reply:?}") };
        assert_eq!(tokens.len(), 10);
        let enrolled = &client.identity.enrolled;
        lease.verify(&enrolled.hall_key, &enrolled.certificate.terminal).unwrap()
    };
    // The terminal gives three numbers and the block back. Then its disk is put back as it was, with the whole block.
    let restored = lease(&one);
    let _: Value = one.ask(&hall, BLOCK_RETURN, &ReturnBlock { block: restored.block, used: 3 });
    let mut given: BTreeSet<String> = (0..10).map(|at| restored.number(at).unwrap().in_full()).collect();
    for client in [&other, &one] {
        let next = lease(client);
        for at in 0..10 {
            let number = next.number(at).unwrap().in_full();
            assert!(given.insert(number.clone()), "{number} is on two slips");
        }
    }
    // And the restored terminal learns that it must not go on.
    let again = LeaseBlock { id: restored.block, group: "A".to_owned(), count: 10 };
    assert_eq!(one.ask::<BlockReply>(&hall, BLOCKS, &again), BlockReply::Ended {});
}
