//! `doctor` names the true cause why a hall is not reached, to a technician at a terminal that is not enrolled yet:
//! real halls with TLS, a certificate authority of our own, wrong clocks, and what else may stand at an address.

use crate::programs::{Hall, Kiosk};
use crate::promises::clock::at;
use bianmin_locale::{Language, Texts};
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

/// A certificate authority, and what it signs.
struct Authority(tempfile::TempDir);

impl Authority {
    fn new() -> Self {
        let authority = Self(tempfile::tempdir().unwrap());
        let own =
            ["-x509", "-days", "300", "-subj", "/CN=Test authority", "-keyout", "own.key", "-out", "own.pem"];
        authority
            .openssl(&[&["req"], &own[..], &NEW_KEY, &["-addext", "subjectAltName=DNS:localhost"]].concat());
        authority
    }

    fn openssl(&self, arguments: &[&str]) {
        let mut command = std::process::Command::new("openssl");
        let output = command.args(arguments).current_dir(self.0.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Its own certificate and key.
    fn own(&self) -> (PathBuf, PathBuf) {
        (self.0.path().join("own.pem"), self.0.path().join("own.key"))
    }

    /// A certificate for a server of this name, and its key.
    fn sign(&self, name: &str) -> (PathBuf, PathBuf) {
        let extensions = format!("basicConstraints=CA:FALSE\nsubjectAltName=DNS:{name}\n");
        std::fs::write(self.0.path().join("extensions"), extensions).unwrap();
        let request = ["req", "-subj", "/CN=hall", "-keyout", "hall.key", "-out", "hall.csr"];
        self.openssl(&[&request[..], &NEW_KEY].concat());
        let signing =
            ["x509", "-req", "-in", "hall.csr", "-CA", "own.pem", "-CAkey", "own.key", "-CAcreateserial"];
        let out = ["-days", "300", "-extfile", "extensions", "-out", "hall.pem"];
        self.openssl(&[&signing[..], &out].concat());
        (self.0.path().join("hall.pem"), self.0.path().join("hall.key"))
    }
}

const NEW_KEY: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/// A hall that shows this certificate, and its port.
fn hall_with_tls((certificate, key): (PathBuf, PathBuf)) -> (Hall, u16) {
    let mut hall = Hall::start(None);
    hall.configure(&format!("tls_cert = {certificate:?}\ntls_key = {key:?}\n"));
    hall.listen_at("127.0.0.1:0");
    let port = port(&hall.url);
    (hall, port)
}

fn port(url: &str) -> u16 {
    url.rsplit(':').next().unwrap().parse().unwrap()
}

/// A terminal that is only unpacked.
struct Unpacked(Kiosk);

impl Unpacked {
    fn new() -> Self {
        Self(Kiosk { folder: tempfile::tempdir().unwrap() })
    }

    /// What `doctor` finds, with this address and further lines under `[hall]`.
    fn findings(&self, url: &str, lines: &str, environment: &[(&'static str, String)]) -> Vec<Value> {
        let config = self.0.folder.path().join("kiosk.toml");
        std::fs::write(&config, format!("[hall]\nurl = {url:?}\n{lines}\n")).unwrap();
        let mut command = self.0.prepared(&["doctor", "--json", "--config", config.to_str().unwrap()]);
        command.env("LC_ALL", "en_US.UTF-8").envs(environment.iter().cloned());
        let output = command.output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(1),
            "it cannot work yet: {}",
            String::from_utf8_lossy(&output.stdout)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// What `doctor` says of the hall.
    fn hall(&self, url: &str, lines: &str, environment: &[(&'static str, String)]) -> Value {
        let findings = self.findings(url, lines, environment);
        findings.into_iter().find(|finding| finding["part"] == "hall").expect("it says nothing of the hall")
    }
}

/// The cause under this key has to be named with its own remedy. Up to the first argument: what follows differs.
#[track_caller]
fn assert_cause(finding: &Value, key: &str, advice: &str) {
    let texts = Texts::new(Language::En);
    let state = texts.t(key);
    let state = state.split('{').next().unwrap();
    assert!(finding["state"].as_str().unwrap().starts_with(state), "{key}: {finding}");
    assert_eq!(finding["advice"], texts.t(advice).as_str(), "{finding}");
    assert_eq!(finding["well"], Value::Bool(false), "{finding}");
}

fn trusting(authority: &Path) -> String {
    format!("ca_file = {authority:?}")
}

#[test]
fn doctor_names_what_is_wrong_with_a_halls_certificate() {
    let authority = Authority::new();
    let terminal = Unpacked::new();
    let trusting = trusting(&authority.own().0);
    let (_hall, port) = hall_with_tls(authority.sign("localhost"));
    let url = format!("https://localhost:{port}");
    assert_eq!(terminal.hall(&url, &trusting, &[])["well"], Value::Bool(true));
    let unknown = terminal.hall(&url, "", &[]);
    assert_cause(&unknown, "health-hall-unknown-authority", "health-hall-unknown-authority-advice");
    let other = terminal.hall(&format!("https://127.0.0.1:{port}"), &trusting, &[]);
    assert_cause(&other, "health-hall-other-name", "health-hall-other-name-advice");
    let expired = terminal.hall(&url, &trusting, &at("+400d"));
    assert_cause(&expired, "health-hall-expired", "health-hall-dates-advice");
    let early = terminal.hall(&url, &trusting, &at("-400d"));
    assert_cause(&early, "health-hall-not-yet-valid", "health-hall-dates-advice");
    let plain = terminal.hall(&format!("http://localhost:{port}"), &trusting, &[]);
    assert_cause(&plain, "health-hall-wants-tls", "health-hall-wants-tls-advice");
}

#[test]
fn doctor_knows_an_authoritys_own_certificate() {
    let authority = Authority::new();
    let (_hall, port) = hall_with_tls(authority.own());
    let url = format!("https://localhost:{port}");
    let found = Unpacked::new().hall(&url, &trusting(&authority.own().0), &[]);
    assert_cause(&found, "health-hall-is-authority", "health-hall-is-authority-advice");
}

#[test]
fn doctor_names_what_else_stands_at_the_address() {
    let hall = Hall::start(None);
    let terminal = Unpacked::new();
    assert_eq!(terminal.hall(&hall.url, "", &[])["well"], Value::Bool(true));
    let plain = terminal.hall(&hall.url.replace("http://", "https://"), "", &[]);
    assert_cause(&plain, "health-hall-is-plain", "health-hall-is-plain-advice");

    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = terminal.hall(&format!("http://{free}"), "", &[]);
    assert_cause(&refused, "health-hall-refused", "health-hall-advice");
    let proxy = terminal.hall(&hall.url, "", &[("http_proxy", format!("http://{free}"))]);
    assert_cause(&proxy, "health-hall-proxy", "health-hall-proxy-advice");
    // No name server is asked for a label that is longer than any may be.
    let unknown = format!("http://{}.invalid", "hall".repeat(20));
    let unknown = terminal.hall(&unknown, "plain_http = true", &[]);
    assert_cause(&unknown, "health-hall-unknown-host", "health-hall-unknown-host-advice");

    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap();
    let page = std::thread::spawn(move || {
        let (mut stream, _) = other.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nWelcome").unwrap();
    });
    let found = terminal.hall(&format!("http://{address}"), "", &[]);
    assert_cause(&found, "health-hall-other", "health-hall-other-advice");
    page.join().unwrap();
}

#[test]
fn doctor_tells_a_clock_unlike_the_halls_before_enrolment_too() {
    let hall = Hall::start(None);
    let clock = |environment: &[(&'static str, String)]| {
        let findings = Unpacked::new().findings(&hall.url, "", environment);
        findings.into_iter().find(|finding| finding["part"] == "clock")
    };
    let texts = Texts::new(Language::En);
    assert_eq!(clock(&[]), None);
    let found = clock(&at("+1h")).expect("it says nothing of the clock");
    assert_eq!(found["state"], texts.t("health-clock-unlike-hall").as_str());
    assert_eq!(found["advice"], texts.t("health-clock-advice").as_str());
}
