//! The hall of a simulation: the real one, its router called without a socket, on its own disk and by its own clock.
//! Each life has a runtime and a folder of its own, so that nothing of a life that was killed reaches the next.

use super::image::{HALL, Image};
use super::line::{Clock, Request};
use super::template::Template;
use crate::promises::chance::Chance;
use axum::body::Body;
use bianmin_hall::cases::{Actor, CaseError};
use bianmin_hall::clock::Clock as HallClock;
use bianmin_hall::config::Config;
use bianmin_hall::db::Store;
use bianmin_hall::keys::Keys;
use bianmin_hall::{Hall, router};
use bianmin_protocol::case::CaseState;
use bianmin_protocol::ids::{ApplicationId, Millis};
use bianmin_protocol::keys::SigningKey;
use bianmin_terminal::planted::is_planted;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tower::ServiceExt as _;

/// An answer of the hall before the network has it.
pub type Said = http::Response<Bytes>;

/// The hall's machine.
pub struct HallNode {
    disk: PathBuf,
    template: Arc<Template>,
    clock: Clock,
    /// Milliseconds by which the hall's clock is wrong.
    wrong_by: Arc<AtomicI64>,
    lives: u32,
    running: Option<Running>,
    /// What is on the disk while nothing runs.
    image: Image,
    backup: Option<Image>,
    /// Marks that were left before: the mark is not forced to the disk.
    older_mark: Vec<u8>,
}

struct Running {
    runtime: tokio::runtime::Runtime,
    hall: Arc<Hall>,
    router: axum::Router,
    store: Arc<Store>,
    folder: PathBuf,
}

/// A row of what the hall has.
#[derive(Debug, Clone)]
pub struct CaseRow {
    pub id: String,
    pub registration: String,
    pub digest: Vec<u8>,
    pub case_number: Option<String>,
    /// The state of the last change that its terminal was to be told.
    pub told_state: Option<String>,
    pub files_waiting: u32,
}

impl HallNode {
    pub fn new(disk: PathBuf, template: Arc<Template>, clock: Clock) -> Self {
        Self {
            disk,
            image: template.hall.clone(),
            template,
            clock,
            wrong_by: Arc::default(),
            lives: 0,
            running: None,
            backup: None,
            older_mark: Vec::new(),
        }
    }

    /// What it signs with.
    pub fn key(&self) -> &SigningKey {
        &self.template.keys.signing
    }

    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    pub fn start(&mut self) {
        self.lives += 1;
        let folder = self.disk.join(self.lives.to_string());
        std::fs::create_dir_all(&folder).unwrap();
        self.image.put(&folder, &HALL).unwrap();
        let (clock, wrong_by) = (self.clock.clone(), self.wrong_by.clone());
        let (runtime, hall, store) = start(&self.template.keys, &folder, move || {
            Millis(Template::BEGINNING.0 + (clock.micros() / 1000) as i64 + wrong_by.load(Ordering::Relaxed))
        });
        let router = router(hall.clone());
        self.running = Some(Running { runtime, hall, router, store, folder });
    }

    /// The program is killed: what it has written is there.
    pub fn kill(&mut self) {
        self.end(|image| image);
    }

    /// The power goes somewhere between `before` and now.
    pub fn cut(&mut self, before: &Image, chance: &mut Chance) {
        let older = self.older_mark.clone();
        self.end(|after| {
            let mut torn = Image::torn(before, &after, chance);
            if chance.percent(50) && !older.is_empty() {
                torn.mark = older;
            }
            torn
        });
    }

    fn end(&mut self, on_disk: impl FnOnce(Image) -> Image) {
        let Some(running) = self.running.take() else { return };
        let image = Image::of(&running.folder, &HALL);
        self.image = on_disk(image);
        // Whatever its tasks were at ends with them; their files are not the next life's.
        drop((running.router, running.hall, running.store));
        running.runtime.shutdown_background();
        let _ = std::fs::remove_dir_all(&running.folder);
    }

    /// What is on the disk now.
    pub fn image(&self) -> Image {
        let running = self.running.as_ref();
        running.map_or_else(|| self.image.clone(), |running| Image::of(&running.folder, &HALL))
    }

    pub fn back_up(&mut self) {
        let image = self.image();
        self.older_mark.clone_from(&image.mark);
        self.backup = Some(image);
    }

    /// Puts the last backup in the place of the database. The mark stays: it is not in a backup. Before a hall that
    /// lost its power has been started once, its mark may be too old to tell; then an operator has to.
    pub fn restore(&mut self) -> bool {
        let Some(backup) = self.backup.clone().filter(|_| self.is_running()) else { return false };
        self.kill();
        self.image = Image { mark: std::mem::take(&mut self.image.mark), ..backup };
        true
    }

    pub fn set_clock(&self, wrong_by: i64) {
        self.wrong_by.store(wrong_by, Ordering::Relaxed);
    }

    /// Answers requests that came in the same moment, one after the other: which of two would be first is up to real
    /// threads. None where nothing runs.
    pub fn call(&self, requests: Vec<Request>) -> Option<Vec<Said>> {
        let running = self.running.as_ref()?;
        // What the machine's clock shows decides something: as when a timer of the hall's goes by it.
        if is_planted("simulation-asks-the-machine") && jiff::Timestamp::now().as_microsecond() / 100 % 2 == 0
        {
            self.write_heartbeats();
        }
        Some(running.runtime.block_on(async {
            let mut said = Vec::with_capacity(requests.len());
            for request in requests {
                said.push(say(running.router.clone(), request).await);
            }
            said
        }))
    }

    /// As when an operator says `database new-epoch`.
    pub fn begin_another_epoch(&self) {
        let running = self.running.as_ref().expect("the hall runs");
        running.runtime.block_on(running.store.new_epoch()).unwrap();
    }

    /// Counts the lives.
    pub fn life(&self) -> u32 {
        self.lives
    }

    /// Writes the signs of life that it has collected.
    pub fn write_heartbeats(&self) {
        if let Some(running) = &self.running {
            running.runtime.block_on(running.hall.write_heartbeats());
        }
    }

    /// Decides a case as staff do; whether it could go there from where it stands.
    pub fn decide(&self, id: ApplicationId, state: CaseState) -> bool {
        let Some(running) = self.running.as_ref() else { return false };
        let operator = Actor::Operator("simulation".to_owned());
        match running.runtime.block_on(running.hall.cases().decide(&operator, id, state, "")) {
            Err(CaseError::Refused(_) | CaseError::Unknown) => false,
            decided => decided.map(|_| true).unwrap(),
        }
    }

    /// Everything that the hall has, as another program reads it from its database.
    pub fn cases(&self) -> Vec<CaseRow> {
        let folder = &self.running.as_ref().expect("the hall runs").folder;
        let database = rusqlite::Connection::open(folder.join(HALL.database)).unwrap();
        let mut statement = database
            .prepare(
                "SELECT a.id, a.registration, a.digest, c.case_number,
                 (SELECT json_extract(content, '$.state') FROM change u WHERE u.terminal = a.terminal
                  AND json_extract(content, '$.registration') = a.registration ORDER BY cursor DESC LIMIT 1),
                 (SELECT COUNT(*) FROM attachment f WHERE f.application_id = a.id AND f.completed_at IS NULL)
                 FROM application a LEFT JOIN case_file c ON c.id = a.id ORDER BY a.registration",
            )
            .unwrap();
        let rows = statement.query_map([], |row| {
            Ok(CaseRow {
                id: row.get(0)?,
                registration: row.get(1)?,
                digest: row.get(2)?,
                case_number: row.get(3)?,
                told_state: row.get(4)?,
                files_waiting: row.get(5)?,
            })
        });
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    }
}

/// Opens a hall's database and starts what works on it.
pub fn start(
    keys: &Keys,
    folder: &Path,
    now: impl Fn() -> Millis + Send + Sync + 'static,
) -> (tokio::runtime::Runtime, Arc<Hall>, Arc<Store>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = Config::default();
    let clock = HallClock::with_source(config.zone().unwrap(), Arc::new(now));
    let (hall, store) = runtime.block_on(async {
        let address = Store::default_address(folder);
        let store = Arc::new(Store::open(&address, folder, &clock).await.unwrap());
        // Its timer would go by real time.
        (Hall::start_without_timer(config, keys.clone(), clock, store.clone()), store)
    });
    (runtime, hall, store)
}

/// One request, answered.
pub async fn say(router: axum::Router, request: Request) -> Said {
    let answer = router.oneshot(request.map(Body::from)).await.unwrap();
    let (parts, body) = answer.into_parts();
    http::Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
}
