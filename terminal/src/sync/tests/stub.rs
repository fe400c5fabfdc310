//! A hall of a hundred lines that can be made to fail at any byte: HTTP/1.1 by hand, so that nothing between the
//! test and the socket is cleverer than the test wants it to be.

use crate::catalogue::testing::{Published, hall};
use crate::ledger::identity::TerminalIdentity;
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::case::CaseUpdate;
use bianmin_protocol::change::{ChangeEntry, ChangePage};
use bianmin_protocol::http_signature::{SignatureError, claim};
use bianmin_protocol::ids::{ApplicationId, CaseNumber, Epoch, Millis, Revision, TerminalId};
use bianmin_protocol::keys::{PublicKey, SigningKey};
use bianmin_protocol::lookup::UpdatePage;
use bianmin_protocol::receipt::TerminalCertificate;
use bianmin_protocol::seal::SealSecretKey;
use bianmin_protocol::v1::*;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What goes wrong with one request.
#[derive(Debug, Clone)]
pub(super) enum Fault {
    /// Answered by something else, or by the hall in another way: status, media type, body.
    Answer(u16, &'static str, Vec<u8>),
    /// Sent elsewhere.
    Redirect(String),
    /// Not handled; the connection is closed.
    Drop,
    /// Handled; the answer is cut off after so many bytes.
    CutAfter(usize),
    /// Not handled; no answer ever.
    Silence,
    /// Handled; the answer comes byte by byte, so that no single wait is long.
    Drip,
    /// Looks like the hall's answer, and never ends.
    Endless,
    /// Handled by this outcome for every application in it.
    Outcome(ApplicationOutcome),
    /// The same, but each application's acknowledgement is changed.
    Forge(fn(Acknowledgement) -> SignedAcknowledgement),
}

pub(super) fn error(status: u16, error: ErrorCode) -> Fault {
    let body = ErrorBody { error, now: now(), terminal: None, revocation: None, field: None };
    Fault::Answer(status, MEDIA_TYPE, serde_json::to_vec(&body).unwrap())
}

/// A request as a fault sees it.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) line: String,
    pub(super) applications: Vec<ApplicationId>,
    pub(super) range: Option<u64>,
}

type Faults = Box<dyn FnMut(&Asked) -> Option<Fault> + Send>;

pub(super) struct State {
    pub(super) epoch: Epoch,
    /// By how much the hall's clock is ahead of this machine's, in seconds.
    pub(super) ahead: i64,
    pub(super) cases: HashMap<ApplicationId, SignedAcknowledgement>,
    /// How many applications came, replays included.
    pub(super) received: usize,
    pub(super) files: HashMap<String, Vec<u8>>,
    pub(super) catalogue: Option<Published>,
    pub(super) delta: Option<Vec<u8>>,
    /// Whether it knows nothing that came after 0.1.0.
    pub(super) is_of_0_1_0: bool,
    /// What a hall of 0.1.0 tells.
    pub(super) updates: Vec<CaseUpdate>,
    /// What a hall of today tells.
    pub(super) changes: Vec<ChangeEntry>,
    pub(super) page: usize,
    pub(super) heartbeat: Option<Heartbeat>,
    pub(super) log: Vec<Asked>,
    pub(super) connections: usize,
    faults: Option<Faults>,
    nonces: HashSet<String>,
    expected: HashMap<ApplicationId, Vec<(String, u32)>>,
}

#[derive(Clone)]
pub(super) struct Stub {
    pub(super) address: SocketAddr,
    pub(super) terminal: PublicKey,
    state: Arc<Mutex<State>>,
}

pub(super) fn terminal_key() -> SigningKey {
    SigningKey::from_bytes(&[3; 32]).unwrap()
}

fn now() -> Millis {
    Millis(jiff::Timestamp::now().as_millisecond())
}

impl Stub {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let state = State {
            epoch: Epoch(uuid::Uuid::from_u128(1)),
            ahead: 0,
            cases: HashMap::new(),
            received: 0,
            files: HashMap::new(),
            catalogue: None,
            delta: None,
            is_of_0_1_0: false,
            updates: Vec::new(),
            changes: Vec::new(),
            page: 100,
            heartbeat: None,
            log: Vec::new(),
            connections: 0,
            faults: None,
            nonces: HashSet::new(),
            expected: HashMap::new(),
        };
        let stub = Self {
            address: listener.local_addr().unwrap(),
            terminal: terminal_key().public(),
            state: Arc::new(Mutex::new(state)),
        };
        let server = stub.clone();
        tokio::spawn(async move {
            loop {
                let Ok((socket, _)) = listener.accept().await else { return };
                server.state().connections += 1;
                tokio::spawn(server.clone().talk(socket));
            }
        });
        stub
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn fail(&self, faults: impl FnMut(&Asked) -> Option<Fault> + Send + 'static) {
        self.state().faults = Some(Box::new(faults));
    }

    pub(super) fn repair(&self) {
        self.state().faults = None;
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.state().log.iter().map(|asked| asked.line.clone()).collect()
    }

    pub(super) fn enrolled(&self) -> Enrolled {
        let seal = SealSecretKey::from_bytes(&[2; 32]).unwrap();
        let terminal = TerminalId::parse("HP07").unwrap();
        Enrolled {
            certificate: TerminalCertificate::issue(terminal, self.terminal, 1, &hall()),
            hall_key: hall().public(),
            seal_key: seal.public(),
            epoch: self.state().epoch,
            hall_name: "示例大厅".into(),
            public_url: "https://hall.example".into(),
            numbers: None,
        }
    }

    pub(super) fn identity(&self) -> TerminalIdentity {
        TerminalIdentity {
            enrolled: self.enrolled(),
            key: terminal_key(),
            hall_url: self.url(),
            lineage: Default::default(),
        }
    }

    async fn talk(self, mut socket: TcpStream) {
        while let Some((head, body)) = read_request(&mut socket).await {
            let request = Request::parse(&head, body);
            let fault = {
                let mut state = self.state();
                state.log.push(request.asked.clone());
                let mut faults = state.faults.take();
                let fault = faults.as_mut().and_then(|faults| faults(&request.asked));
                state.faults = faults;
                fault
            };
            let answer = match &fault {
                Some(Fault::Answer(status, media, body)) => frame(*status, media, body, ""),
                Some(Fault::Redirect(to)) => frame(307, "text/html", b"", &format!("location: {to}\r\n")),
                Some(Fault::Drop) => return,
                Some(Fault::Silence) => std::future::pending().await,
                other => self.handle(&request, other.as_ref()),
            };
            if matches!(fault, Some(Fault::Endless)) {
                let head = format!("HTTP/1.1 200 X\r\ncontent-type: {MEDIA_TYPE}\r\n\r\n");
                let _ = socket.write_all(head.as_bytes()).await;
                while socket.write_all(&[b' '; 64 * 1024]).await.is_ok() {}
                return;
            }
            if matches!(fault, Some(Fault::Drip)) {
                for byte in answer {
                    if socket.write_all(&[byte]).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
                continue;
            }
            let end = if let Some(Fault::CutAfter(end)) = fault { end } else { answer.len() };
            if socket.write_all(&answer[..end.min(answer.len())]).await.is_err() || end < answer.len() {
                return;
            }
        }
    }

    fn handle(&self, request: &Request, fault: Option<&Fault>) -> Vec<u8> {
        let mut state = self.state();
        let epoch = format!("{EPOCH_HEADER}: {}\r\n", state.epoch);
        let hall_now = Millis(now().0 + state.ahead * 1000);
        let (status, media, body, extra) = match self.check(&mut state, request, hall_now) {
            Err(code) => {
                let body =
                    ErrorBody { error: code, now: hall_now, terminal: None, revocation: None, field: None };
                (401, MEDIA_TYPE, serde_json::to_vec(&body).unwrap(), String::new())
            }
            Ok(()) => self.answer(&mut state, request, hall_now, fault),
        };
        frame(status, media, &body, &(epoch + &extra))
    }

    fn check(&self, state: &mut State, request: &Request, hall_now: Millis) -> Result<(), ErrorCode> {
        if [ENROL, HEALTH].contains(&request.path.as_str()) {
            return Ok(());
        }
        let header = |name: &str| request.headers.get(name).map_or("", String::as_str);
        let claim =
            claim(header("signature-input"), header("signature")).map_err(|_| ErrorCode::Unauthorised)?;
        let digest = header("content-digest");
        let seconds = hall_now.0 as u64 / 1000;
        claim
            .verify(&self.terminal, &request.method, &request.target, digest, &request.body, seconds)
            .map_err(|error| match error {
                SignatureError::Stale => ErrorCode::StaleSignature,
                _ => ErrorCode::Unauthorised,
            })?;
        if state.nonces.insert(claim.nonce.clone()) { Ok(()) } else { Err(ErrorCode::Replay) }
    }

    fn answer(
        &self,
        state: &mut State,
        request: &Request,
        hall_now: Millis,
        fault: Option<&Fault>,
    ) -> (u16, &'static str, Vec<u8>, String) {
        fn json(body: &impl serde::Serialize) -> (u16, &'static str, Vec<u8>, String) {
            (200, MEDIA_TYPE, serde_json::to_vec(body).unwrap(), String::new())
        }
        let newest = state.catalogue.as_ref().map_or(Revision(0), |published| published.manifest.revision);
        let path = request.path.as_str();
        if path == HEARTBEAT {
            state.heartbeat = serde_json::from_slice(&request.body).ok();
            return json(&HeartbeatReply {
                now: hall_now,
                epoch: state.epoch,
                catalogue: newest,
                numbers: None,
            });
        }
        if path == HEALTH {
            return json(&Health { status: "ok".into(), now: hall_now, version: "0".into() });
        }
        if path == ENROL {
            let enrol: Enrol = serde_json::from_slice(&request.body).unwrap();
            assert!(enrol.proves_key());
            let mut enrolled = Enrolled { epoch: state.epoch, ..stub_enrolled(enrol.key) };
            if enrol.code == "OTHER" {
                enrolled = stub_enrolled(terminal_key().public());
            }
            return json(&enrolled);
        }
        if path == APPLICATIONS {
            let submission: Submission = serde_json::from_slice(&request.body).unwrap();
            let outcomes: Vec<_> = submission
                .envelopes
                .iter()
                .map(|envelope| receive(state, envelope, hall_now, fault))
                .collect();
            let status = if outcomes.len() == 1 { outcomes[0].status() } else { 200 };
            let (_, media, body, extra) = json(&SubmissionOutcome { outcomes });
            return (status, media, body, extra);
        }
        if path == UPDATES {
            return json(&page_after(state, request.query("after")));
        }
        if path == CATALOGUE {
            let manifest = state.catalogue.as_ref().map(|published| published.signed.clone());
            return json(&CatalogueState {
                manifest,
                delta: state.delta.as_ref().map(|delta| delta.len() as u64),
            });
        }
        if path.starts_with(&format!("{CATALOGUE}/delta/")) {
            return (200, BINARY_TYPE, state.delta.clone().unwrap(), String::new());
        }
        if path.starts_with(&format!("{CATALOGUE}/bundle/")) {
            let bundle = &state.catalogue.as_ref().unwrap().bundle;
            return match request.asked.range {
                Some(from) => {
                    let range =
                        format!("content-range: bytes {from}-{}/{}\r\n", bundle.len() - 1, bundle.len());
                    (206, BINARY_TYPE, bundle[from as usize..].to_vec(), range)
                }
                None => (200, BINARY_TYPE, bundle.clone(), String::new()),
            };
        }
        if let Some(rest) = path.strip_prefix("/v1/attachments/") {
            let parts: Vec<_> = rest.split('/').collect();
            if let [id, material, index] = parts[..] {
                state.files.insert(format!("{id}/{material}/{index}"), request.body.clone());
            }
            let id: ApplicationId = parts[0].parse().unwrap();
            let mut missing: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
            for (material, count) in &state.expected[&id] {
                let gaps = (0..*count)
                    .filter(|index| !state.files.contains_key(&format!("{id}/{material}/{index}")));
                missing.insert(material, gaps.collect());
            }
            let attachments = missing.into_iter().map(|(material, missing)| AttachmentProgress {
                material: material.parse().unwrap(),
                missing,
            });
            return json(&AttachmentState { attachments: attachments.collect() });
        }
        let body = ErrorBody {
            error: ErrorCode::NotFound,
            now: hall_now,
            terminal: None,
            revocation: None,
            field: None,
        };
        (404, MEDIA_TYPE, serde_json::to_vec(&body).unwrap(), String::new())
    }
}

/// One page after a cursor, in the form that this hall knows.
fn page_after(state: &State, after: u64) -> Updates {
    let (terminal, epoch) = (TerminalId::parse("HP07").unwrap(), state.epoch);
    let nothing = Updates { updates: Vec::new(), more: false, signed: None, changes: None };
    if state.is_of_0_1_0 {
        let mut updates = state.updates.clone();
        updates.retain(|update| update.cursor > after);
        let more = updates.len() > state.page;
        updates.truncate(state.page);
        let page = UpdatePage { terminal, epoch, after, updates, more };
        return Updates { signed: Some(page.sign(&hall())), ..nothing };
    }
    let mut changes = state.changes.clone();
    changes.retain(|entry| entry.cursor > after);
    let more = changes.len() > state.page;
    changes.truncate(state.page);
    let page = ChangePage { terminal, epoch, after, changes, more };
    Updates { changes: Some(page.sign(&hall())), ..nothing }
}

fn stub_enrolled(key: PublicKey) -> Enrolled {
    let seal = SealSecretKey::from_bytes(&[2; 32]).unwrap();
    Enrolled {
        certificate: TerminalCertificate::issue(TerminalId::parse("HP08").unwrap(), key, 1, &hall()),
        hall_key: hall().public(),
        seal_key: seal.public(),
        epoch: Epoch(uuid::Uuid::from_u128(1)),
        hall_name: "示例大厅".into(),
        public_url: "https://hall.example".into(),
        numbers: None,
    }
}

fn receive(
    state: &mut State,
    envelope: &Envelope,
    hall_now: Millis,
    fault: Option<&Fault>,
) -> ApplicationOutcome {
    state.received += 1;
    if let Some(Fault::Outcome(outcome)) = fault {
        return outcome.clone();
    }
    let header = envelope.read_header().unwrap();
    envelope.verify(&terminal_key().public()).unwrap();
    let number = state.cases.len() + 1;
    let attachments = header.attachments.iter().map(|entry| (entry.material.to_string(), entry.chunks));
    state.expected.insert(header.application_id, attachments.collect());
    let acknowledgement = Acknowledgement {
        application_id: header.application_id,
        registration: header.registration,
        case_number: CaseNumber::parse(&format!("11999900MB0000000119990000000012026112{number:04}"))
            .unwrap(),
        received_at: hall_now,
        epoch: state.epoch,
        content: envelope.digest(),
    };
    if let Some(Fault::Forge(forge)) = fault {
        return ApplicationOutcome::Acknowledged { acknowledgement: forge(acknowledgement) };
    }
    let kept = state.cases.entry(header.application_id).or_insert_with(|| acknowledgement.sign(&hall()));
    let content: Digest = kept.verify(&hall().public()).unwrap().content;
    if content != envelope.digest() {
        return ApplicationOutcome::Refused { reason: Refusal::Conflict {} };
    }
    ApplicationOutcome::Acknowledged { acknowledgement: kept.clone() }
}

struct Request {
    method: String,
    target: String,
    path: String,
    headers: HashMap<String, String>,
    body: Vec<u8>,
    asked: Asked,
}

impl Request {
    fn parse(head: &str, body: Vec<u8>) -> Self {
        let mut lines = head.lines();
        let mut words = lines.next().unwrap().split(' ');
        let (method, target) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
        let headers: HashMap<_, _> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let applications = serde_json::from_slice::<Submission>(&body).map_or(Vec::new(), |submission| {
            submission.envelopes.iter().map(|one| one.read_header().unwrap().application_id).collect()
        });
        let range = headers
            .get("range")
            .and_then(|value| value.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
        let path = target.split('?').next().unwrap().to_owned();
        let asked = Asked { line: format!("{method} {target}"), applications, range };
        Self { method, target, path, headers, body, asked }
    }

    fn query(&self, name: &str) -> u64 {
        let query = self.target.split_once('?').unwrap().1;
        let named = |part: &str| part.strip_prefix(&format!("{name}=")).map(str::to_owned);
        query.split('&').find_map(named).unwrap().parse().unwrap()
    }
}

async fn read_request(socket: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let length: usize = head
        .lines()
        .find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned))
        .map_or(0, |length| length.parse().unwrap());
    let mut body = bytes.split_off(end);
    while body.len() < length {
        if socket.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some((head, body))
}

fn frame(status: u16, media: &str, body: &[u8], extra: &str) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status} X\r\ncontent-type: {media}\r\ncontent-length: {length}\r\n{extra}\r\n");
    [head.as_bytes(), body].concat()
}
