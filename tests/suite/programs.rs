//! The real programs as processes: a hall, a terminal's command line, a database server. They are stopped when
//! dropped. What is missing fails the test and says how to get it; nothing is skipped.

use bianmin_protocol::keys::SigningKey;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

pub use bianmin_support::postgres::new_database as postgres;

/// Longer than anything here takes, even on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A program of this workspace, as built beside the tests.
pub fn program(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_BIN_EXE_bianmin-kiosk")).with_file_name(name);
    assert!(path.exists(), "{} is not built: run `cargo build --workspace --bins` first", path.display());
    path
}

/// Waits until `ready` gives something, asking again and again.
#[track_caller]
pub fn eventually<T>(what: &str, mut ready: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        if let Some(value) = ready() {
            return value;
        }
        assert!(Instant::now() < deadline, "{what} did not happen in {TIMEOUT:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A folder of `tests/fixtures`.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// Runs a program up to `point` and kills it there; false if it ended well without having been there.
#[track_caller]
pub fn halted(command: Command, point: &str) -> bool {
    halted_telling(command, point).0
}

/// The same, with every line that it got out.
#[track_caller]
pub fn halted_telling(mut command: Command, point: &str) -> (bool, Vec<String>) {
    let mut child = command
        .env("BIANMIN_HALT_AT", point)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    // Read beside it: a program that says much must not wait for us.
    let report = std::thread::spawn(move || out.lines().map_while(Result::ok).collect::<Vec<_>>());
    let mut said = String::new();
    for line in BufReader::new(child.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        if line == format!("halted at {point}") {
            child.kill().unwrap();
            child.wait().unwrap();
            return (true, report.join().unwrap());
        }
        said.push_str(&line);
    }
    let code = child.wait().unwrap();
    assert!(code.success(), "before {point}: {code}: {said}");
    (false, report.join().unwrap())
}

/// A hall with its own folder, and either database.
pub struct Hall {
    pub folder: tempfile::TempDir,
    pub url: String,
    database: Option<String>,
    /// What the serving process finds in its environment.
    pub environment: Vec<(&'static str, String)>,
    /// Where it writes what goes wrong, instead of to our own errors.
    pub errors: Option<PathBuf>,
    /// Where it tells its figures, if it was configured to.
    pub metrics: Option<String>,
    child: Option<Child>,
}

impl Hall {
    /// Starts a hall and imports the demonstration catalogue. Without a URL it uses its own SQLite file.
    pub fn start(database: Option<String>) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), database, Vec::new())
    }

    /// The same in a folder, and with what the serving process is to find in its environment.
    pub fn start_in(
        folder: tempfile::TempDir,
        database: Option<String>,
        environment: Vec<(&'static str, String)>,
    ) -> Self {
        let mut hall = Self {
            folder,
            url: String::new(),
            database,
            environment,
            errors: None,
            metrics: None,
            child: None,
        };
        let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/catalogue/demo.json");
        hall.command(&["catalogue", "import", demo.to_str().unwrap()]);
        hall.serve("127.0.0.1:0");
        hall
    }

    fn serve(&mut self, listen: &str) {
        let mut command = self.prepared(&["serve", "--listen", listen]);
        command.envs(self.environment.iter().cloned());
        let errors = match &self.errors {
            Some(file) => std::fs::File::create(file).unwrap().into(),
            None => Stdio::inherit(),
        };
        let mut child = command.stdout(Stdio::piped()).stderr(errors).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("the hall said {line:?}"));
        self.url = ready["listening"].as_str().unwrap().to_owned();
        self.metrics = ready["metrics"].as_str().map(str::to_owned);
        self.child = Some(child);
    }

    fn prepared(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("bianmin-hall"));
        command.args(arguments).arg("--data").arg(self.folder.path());
        if let Some(database) = &self.database {
            command.args(["--database", database]);
        }
        command
    }

    /// Runs one of the hall's commands and reads its JSON.
    #[track_caller]
    pub fn command(&self, arguments: &[&str]) -> Value {
        json(self.prepared(arguments).arg("--json").output().unwrap())
    }

    /// Runs one of the hall's commands, whatever comes of it.
    pub fn output(&self, arguments: &[&str]) -> Output {
        self.prepared(arguments).output().unwrap()
    }

    /// Runs one of the hall's commands with this in its environment; none if it did not end well.
    pub fn try_command(&self, arguments: &[&str], environment: &[(&'static str, String)]) -> Option<Value> {
        let mut command = self.prepared(arguments);
        let output = command.arg("--json").envs(environment.iter().cloned()).output().unwrap();
        output.status.success().then(|| json(output))
    }

    /// Stops it as an operator does, and waits until it has.
    pub fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        signal(&child, "TERM");
        let code = child.wait().unwrap();
        assert!(code.success(), "the hall ended with {code}");
    }

    /// Kills it without any warning.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// The serving process.
    pub fn process(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// Starts it again at the same address.
    pub fn start_again(&mut self) {
        let address = self.url.trim_start_matches("http://").to_owned();
        self.serve(&address);
    }

    /// Writes its `hall.toml`, for the next start.
    pub fn configure(&mut self, text: &str) {
        let settings = self.folder.path().join("hall.toml");
        std::fs::write(&settings, text).unwrap();
        self.environment.push(("BIANMIN_HALL_CONFIG", settings.to_str().unwrap().to_owned()));
    }

    /// How many files and connections it has open.
    pub fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.process())).unwrap().count()
    }

    /// Stops it and starts it again at another address.
    pub fn listen_at(&mut self, address: &str) {
        self.stop();
        self.serve(address);
    }

    /// What it signs with.
    pub fn signing_key(&self) -> SigningKey {
        let text = std::fs::read_to_string(self.folder.path().join("hall.key")).unwrap();
        SigningKey::from_bytes(&bianmin_protocol::bytes::decode(text.trim()).unwrap()).unwrap()
    }

    /// A terminal of this hall.
    pub fn terminal(&self) -> Kiosk {
        let kiosk = Kiosk { folder: tempfile::tempdir().unwrap() };
        let code = self.command(&["terminal", "invite"])["code"].as_str().unwrap().to_owned();
        kiosk.command(&["enrol", "--hall", &self.url, "--code", &code]);
        kiosk.command(&["sync", "--once"]);
        kiosk
    }

    /// Every case that the hall knows.
    pub fn cases(&self) -> Vec<Value> {
        self.command(&["case", "list"]).as_array().unwrap().clone()
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A terminal's data folder, and its command line.
pub struct Kiosk {
    pub folder: tempfile::TempDir,
}

impl Kiosk {
    pub fn prepared(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("bianmin-kiosk"));
        command.args(arguments).arg("--data").arg(self.folder.path()).env_remove("BIANMIN_CONFIG");
        command
    }

    /// Runs a command that must work and reads its JSON.
    #[track_caller]
    pub fn command(&self, arguments: &[&str]) -> Value {
        json(self.prepared(arguments).arg("--json").output().unwrap())
    }

    /// Runs a command, whatever comes of it.
    pub fn try_command(&self, arguments: &[&str]) -> Output {
        self.prepared(arguments).output().unwrap()
    }

    /// The example of an item as an answers document.
    #[track_caller]
    pub fn example(&self, item: &str) -> Vec<u8> {
        let output = self.try_command(&["example", item]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Applies with answers on stdin; the output as it is.
    pub fn try_apply(&self, item: &str, answers: &[u8]) -> Output {
        let mut command = self.prepared(&["apply", item, "--answers", "-", "--json"]);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A program that refuses early does not read its input to the end.
        let _ = child.stdin.take().unwrap().write_all(answers);
        child.wait_with_output().unwrap()
    }

    /// Applies for an item with its own example.
    #[track_caller]
    pub fn apply(&self, item: &str) -> Value {
        json(self.try_apply(item, &self.example(item)))
    }

    /// What the outbox says, as (registration, state).
    pub fn outbox(&self) -> Vec<(String, String)> {
        let rows = self.command(&["outbox", "list"]);
        let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
        rows.as_array().unwrap().iter().map(|row| (text(row, "registration"), text(row, "state"))).collect()
    }
}

/// Output of a command that must have worked, as JSON: exactly one document.
#[track_caller]
pub fn json(output: Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}", output.status);
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stdout)))
}

/// Sends a signal.
pub fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Runs a tool that the tests need; a missing one fails and is named.
#[track_caller]
pub fn tool(name: &str, arguments: &[&str]) -> Output {
    Command::new(name)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{name} is needed ({error}): run scripts/install.sh test"))
}
