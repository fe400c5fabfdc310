//! The one HTTP client: signs every request, and believes no answer that is not the hall's.

use super::answer::{Body, Download, HallAnswer, SLOWEST, describe, media_type, range_start, retry_after};
use super::clock::HallClock;
use super::error::{HallError, SetupError};
use super::{Environment, NetEnvironment, Settings};
use crate::config::address::{self, AddressError};
use crate::ledger::identity::TerminalIdentity;
use bianmin_protocol::bytes::Blob;
use bianmin_protocol::credential::Credential;
use bianmin_protocol::http_signature;
use bianmin_protocol::ids::{Epoch, Millis, TerminalId};
use bianmin_protocol::keys::{PublicKey, SigningKey};
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::seal::SealPublicKey;
use bianmin_protocol::standing::SignedRevocation;
use bianmin_protocol::v1::{self, ANSWER_LIMIT, BINARY_TYPE, EPOCH_HEADER, MEDIA_TYPE};
use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, RANGE};
use reqwest::{Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(10);
const IDLE: Duration = Duration::from_secs(20);
/// For so long the other end may leave packets unconfirmed.
const DEAD_AIR: Duration = Duration::from_secs(30);

/// Talks to one hall in the name of one terminal. Cheap to clone; all clones share one connection.
#[derive(Debug, Clone)]
pub struct HallClient {
    /// The connection, or why there can be none with the settings as they are.
    http: Result<reqwest::Client, String>,
    base: String,
    signer: Option<Arc<Signer>>,
    clock: HallClock,
    epoch: Arc<Mutex<Option<Epoch>>>,
    /// What somebody has said about this terminal, not checked yet.
    revocation: Arc<Mutex<Option<SignedRevocation>>>,
    timeout: Duration,
    net: NetEnvironment,
}

#[derive(Debug)]
struct Signer {
    terminal: TerminalId,
    key: SigningKey,
    /// Whose signed answers count.
    hall: PublicKey,
    /// What is for the hall's eyes alone is sealed to this.
    seal: SealPublicKey,
}

/// A request before it is signed.
#[derive(Debug, Clone)]
struct Call<'a> {
    method: Method,
    path: &'a str,
    media_type: &'static str,
    body: Bytes,
    /// Resume from this byte.
    from: u64,
}

impl HallClient {
    /// A client that signs with the terminal's key.
    ///
    /// # Errors
    /// The address or the settings cannot be used.
    pub fn new(
        identity: &TerminalIdentity,
        settings: &Settings,
        environment: Environment,
    ) -> Result<Self, SetupError> {
        let signer = Signer {
            terminal: identity.terminal().clone(),
            key: identity.key.clone(),
            hall: identity.enrolled.hall_key,
            seal: identity.enrolled.seal_key.clone(),
        };
        let unsigned = Self::unsigned(&identity.hall_url, settings, environment)?;
        Ok(Self { signer: Some(Arc::new(signer)), ..unsigned })
    }

    /// A client for what is asked before a terminal is enrolled.
    ///
    /// # Errors
    /// The address or the settings cannot be used.
    pub fn unsigned(
        hall_url: &str,
        settings: &Settings,
        environment: Environment,
    ) -> Result<Self, SetupError> {
        let (url, http) = connection(hall_url, settings)?;
        Ok(Self::over(Ok(http), url.as_str(), environment))
    }

    /// A client that reaches nobody: with settings that cannot be used a terminal works as it does offline.
    pub(super) fn unusable(error: &SetupError, environment: Environment) -> Self {
        Self::over(Err(error.to_string()), "", environment)
    }

    fn over(http: Result<reqwest::Client, String>, base: &str, environment: Environment) -> Self {
        Self {
            http,
            base: base.trim_end_matches('/').to_owned(),
            signer: None,
            timeout: environment.timeout,
            net: environment.net.clone(),
            clock: HallClock::new(environment),
            epoch: Arc::default(),
            revocation: Arc::default(),
        }
    }

    /// The hall's clock as it was last learnt; the terminal's own before.
    pub fn hall_now(&self) -> Millis {
        self.clock.now()
    }

    /// The epoch that the hall last named.
    pub fn epoch(&self) -> Option<Epoch> {
        *self.epoch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks where any terminal's case stands, for a resident who gives this beside its registration number.
    ///
    /// # Errors
    /// No answer that counts.
    pub async fn progress(
        &self,
        registration: &RegistrationNumber,
        given: &Credential,
    ) -> Result<v1::ProgressAnswer, HallError> {
        let local = |detail: &str| HallError::Unreachable { sent: false, detail: detail.to_owned() };
        let signer = self.signer.as_ref().ok_or_else(|| local("not enrolled"))?;
        let mut challenge = [0; 16];
        getrandom::fill(&mut challenge).map_err(|_| local("no randomness"))?;
        let challenge = Blob(challenge.to_vec());
        let proof = given
            .prove(registration, &challenge, &signer.seal)
            .map_err(|_| local("nothing can be sealed to the hall"))?;
        let query = v1::ProgressQuery {
            registration: registration.clone(),
            challenge: Some(challenge.clone()),
            proof: Some(proof),
        };
        let body = serde_json::to_vec(&query).map_err(|_| HallError::BadAnswer)?;
        let answer = self.json(Method::POST, v1::PROGRESS, MEDIA_TYPE, body.into()).await?;
        let signed = answer.read::<v1::ProgressReply>()?.signed;
        let said = signed.and_then(|signed| signed.verify(&signer.hall, registration, &challenge));
        match said {
            Some(said) => Ok(said),
            None if crate::planted::is_planted("unsigned-case-believed") => answer.read(),
            None => {
                tracing::warn!(
                    "what was said of a case is not the hall's signed word: it may have to be updated"
                );
                Err(HallError::BadAnswer)
            }
        }
    }

    /// Asks whether the hall is up, and what time it is there.
    ///
    /// # Errors
    /// No answer that counts.
    pub async fn health(&self) -> Result<v1::Health, HallError> {
        let health: v1::Health = self.get(v1::HEALTH).await?;
        self.clock.learn(health.now);
        Ok(health)
    }

    /// Asks for nothing, but as this terminal: whether the hall takes it as its own.
    ///
    /// # Errors
    /// No answer that counts, or the hall does not want this terminal.
    pub async fn knows_me(&self) -> Result<(), HallError> {
        let _: v1::Updates = self.get(&format!("{}?after={}", v1::UPDATES, i64::MAX)).await?;
        Ok(())
    }

    /// What was said with the last refusal as revoked. Whether it is genuine is for the ledger to say.
    pub fn take_revocation(&self) -> Option<SignedRevocation> {
        self.revocation.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(super) fn learn(&self, hall: Millis) {
        self.clock.learn(hall);
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, HallError> {
        self.json(Method::GET, path, MEDIA_TYPE, Bytes::new()).await?.read()
    }

    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, HallError> {
        let body = serde_json::to_vec(body).map_err(|_| HallError::BadAnswer)?;
        self.json(Method::POST, path, MEDIA_TYPE, body.into()).await?.read()
    }

    /// Sends a JSON body as it is.
    pub(super) async fn post_raw(&self, path: &str, body: Bytes) -> Result<HallAnswer, HallError> {
        self.json(Method::POST, path, MEDIA_TYPE, body).await
    }

    pub(super) async fn put_chunk(&self, path: &str, chunk: Bytes) -> Result<HallAnswer, HallError> {
        self.json(Method::PUT, path, BINARY_TYPE, chunk).await
    }

    /// Begins a download, from byte `from` on where the hall can.
    pub(super) async fn download(&self, path: &str, from: u64, limit: u64) -> Result<Download, HallError> {
        let call = Call { method: Method::GET, path, media_type: BINARY_TYPE, body: Bytes::new(), from };
        let response = match self.send(&call).await? {
            Reply::Answer(answer) => return Err(answer.error()),
            Reply::Binary(response) => response,
        };
        let from = match response.status().as_u16() {
            200 => 0,
            206 => range_start(response.headers()).ok_or(HallError::BadAnswer)?,
            status => return Err(HallError::NotTheHall { status }),
        };
        Ok(Download { from, body: self.body(response, limit) })
    }

    async fn json(
        &self,
        method: Method,
        path: &str,
        media_type: &'static str,
        body: Bytes,
    ) -> Result<HallAnswer, HallError> {
        match self.send(&Call { method, path, media_type, body, from: 0 }).await? {
            Reply::Answer(answer) => Ok(answer),
            Reply::Binary(response) => Err(HallError::NotTheHall { status: response.status().as_u16() }),
        }
    }

    /// Sends, and once more with a new signature when the hall's clock was not known well enough.
    async fn send(&self, call: &Call<'_>) -> Result<Reply, HallError> {
        let reply = self.send_once(call).await?;
        match &reply {
            Reply::Answer(answer) if answer.wants_new_signature() => self.send_once(call).await,
            _ => Ok(reply),
        }
    }

    async fn send_once(&self, call: &Call<'_>) -> Result<Reply, HallError> {
        let request = self.request(call)?;
        let allowed = self.timeout + Duration::from_secs(call.body.len() as u64 / SLOWEST);
        let deadline = self.net.now() + CONNECT + allowed;
        let in_vain = || HallError::Unreachable { sent: true, detail: "no answer in time".to_owned() };
        let response = self.net.until(deadline, self.net.send(request)).await.ok_or_else(in_vain)??;
        let status = response.status().as_u16();
        match media_type(response.headers()) {
            Some(MEDIA_TYPE) => {
                self.note_epoch(response.headers());
                let wait = retry_after(response.headers());
                let body = self.body(response, ANSWER_LIMIT as u64).whole().await?;
                let answer = HallAnswer { status, body, wait };
                if let Some(error) = answer.error_body() {
                    self.clock.learn(error.now);
                    if error.revocation.is_some() {
                        *self.revocation.lock().unwrap_or_else(PoisonError::into_inner) = error.revocation;
                    }
                }
                Ok(Reply::Answer(answer))
            }
            Some(BINARY_TYPE) => {
                self.note_epoch(response.headers());
                Ok(Reply::Binary(response))
            }
            // A proxy that stands before the hall and cannot reach it.
            _ if matches!(status, 502..=504) => Err(HallError::Unreachable {
                sent: true,
                detail: format!("a proxy answered with status {status}"),
            }),
            _ => Err(HallError::NotTheHall { status }),
        }
    }

    fn body(&self, response: reqwest::Response, limit: u64) -> Body {
        Body::new(response, limit, self.timeout, self.net.clone())
    }

    fn request(&self, call: &Call<'_>) -> Result<reqwest::RequestBuilder, HallError> {
        let unusable = |detail: &String| HallError::Unreachable { sent: false, detail: detail.clone() };
        let mut request = self
            .http
            .as_ref()
            .map_err(unusable)?
            .request(call.method.clone(), format!("{}{}", self.base, call.path))
            .header(ACCEPT, format!("{MEDIA_TYPE}, {BINARY_TYPE}"));
        if call.from > 0 {
            request = request.header(RANGE, format!("bytes={}-", call.from));
        }
        if let Some(signer) = &self.signer {
            let local = |detail: &str| HallError::Unreachable { sent: false, detail: detail.to_owned() };
            let mut nonce = [0; 16];
            getrandom::fill(&mut nonce).map_err(|_| local("no randomness"))?;
            let created = self.clock.now().0.max(0) as u64 / 1000;
            let method = call.method.as_str();
            let signed = http_signature::sign(
                &signer.key,
                &signer.terminal,
                method,
                call.path,
                &call.body,
                created,
                &nonce,
            )
            .map_err(|_| local("the request cannot be signed"))?;
            request = request
                .header("content-digest", signed.content_digest)
                .header("signature-input", signed.signature_input)
                .header("signature", signed.signature);
        }
        if !call.body.is_empty() {
            request = request.header(CONTENT_TYPE, call.media_type).body(call.body.clone());
        }
        Ok(request)
    }

    fn note_epoch(&self, headers: &HeaderMap) {
        let named = headers.get(EPOCH_HEADER).and_then(|value| value.to_str().ok()?.parse().ok());
        if named.is_some() {
            *self.epoch.lock().unwrap_or_else(PoisonError::into_inner) = named;
        }
    }
}

#[derive(Debug)]
enum Reply {
    Answer(HallAnswer),
    Binary(reqwest::Response),
}

/// A connection to the hall at `hall_url`, and its address.
pub(super) fn connection(hall_url: &str, settings: &Settings) -> Result<(Url, reqwest::Client), SetupError> {
    let url = check_address(hall_url, settings)?;
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("bianmin-kiosk/", env!("CARGO_PKG_VERSION")))
        // A hall has one address. Whoever sends a terminal elsewhere is not the hall.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(CONNECT)
        .tcp_keepalive(DEAD_AIR)
        .tcp_user_timeout(DEAD_AIR)
        .pool_max_idle_per_host(1)
        // Shorter than the hall keeps an idle connection, so that none is used that is just being closed.
        .pool_idle_timeout(IDLE);
    if url.scheme() == "http" {
        // Without TLS there is nothing to trust, and a machine without any authorities still has its demo.
        builder = builder.tls_certs_only([]);
    } else if let Some(path) = &settings.extra_ca {
        builder = builder.tls_certs_merge(authorities(path)?);
    }
    let http = builder.build().map_err(|error| SetupError::Tls(describe(&error)))?;
    Ok((url, http))
}

/// The certificate authorities in a PEM file; at least one.
///
/// # Errors
/// The file cannot be read or holds none.
pub fn authorities(path: &Path) -> Result<Vec<reqwest::Certificate>, SetupError> {
    let problem = |detail| SetupError::Authorities { path: path.to_owned(), detail };
    let pem = std::fs::read(path).map_err(|error| problem(error.to_string()))?;
    let certificates =
        reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| problem(describe(&error)))?;
    if certificates.is_empty() {
        return Err(problem("no certificate in it".to_owned()));
    }
    Ok(certificates)
}

fn check_address(text: &str, settings: &Settings) -> Result<Url, SetupError> {
    address::hall(text, settings.plain_http).map_err(|error| match error {
        AddressError::Malformed => SetupError::Address(text.to_owned()),
        AddressError::Plain => SetupError::Plain(text.to_owned()),
    })
}
