//! A terminal in its simplest form: it has a key, signs requests and seals applications.

use bianmin_protocol::application::{
    ApplicationBody, AttachmentEntry, Header, MaterialAnswer, MaterialState,
};
use bianmin_protocol::bytes::Blob;
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::credential::Credential;
use bianmin_protocol::http_signature::{SignedHeaders, sign};
use bianmin_protocol::ids::{ApplicationId, Millis, Revision};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::receipt::Receipt;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::seal::Sealed;
use bianmin_protocol::v1::{
    self, ApplicationOutcome, Enrol, Enrolled, Envelope, ErrorBody, ProgressAnswer, ProgressQuery,
    ProgressReply, Submission, SubmissionOutcome,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};

/// What the hall answered.
#[derive(Debug, Clone)]
pub struct TestAnswer {
    /// HTTP status.
    pub status: u16,
    /// HTTP headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl TestAnswer {
    async fn of(response: reqwest::Response) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await.unwrap().to_vec(),
        }
    }

    /// The body as JSON; the media type must be the hall's.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.headers["content-type"], v1::MEDIA_TYPE);
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }

    /// The error that the body is.
    pub fn error(&self) -> v1::ErrorCode {
        self.json::<ErrorBody>().error
    }
}

/// An enrolled terminal.
#[derive(Debug)]
pub struct TestTerminal {
    /// What the hall said at enrolment.
    pub enrolled: Enrolled,
    /// Its key.
    pub key: SigningKey,
    /// The hall's address; change it after a restart.
    pub url: String,
    /// How it reaches the hall.
    pub client: reqwest::Client,
    /// How many applications it made.
    pub sequence: AtomicU16,
    /// Seconds by which its clock is behind this machine's.
    pub behind: AtomicU64,
}

impl TestTerminal {
    /// Enrols with a one-time code.
    pub async fn enrol(url: &str, code: &str) -> Self {
        let key = SigningKey::generate().unwrap();
        let client = reqwest::Client::new();
        let answer = post(&client, &format!("{url}{}", v1::ENROL), &Enrol::new(code, &key)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let enrolled: Enrolled = answer.json();
        assert!(enrolled.certificate.verify(&enrolled.hall_key));
        Self {
            enrolled,
            key,
            url: url.to_owned(),
            client,
            sequence: AtomicU16::new(0),
            behind: AtomicU64::new(0),
        }
    }

    /// Asks again with the code that it enrolled with, as after an answer that was lost.
    pub async fn enrol_again(&self, code: &str) -> Enrolled {
        let enrol = Enrol::new(code, &self.key);
        post(&self.client, &format!("{}{}", self.url, v1::ENROL), &enrol).await.json()
    }

    /// The same terminal, as it asks another hall.
    pub fn at(&self, url: &str) -> Self {
        let sequence = AtomicU16::new(self.sequence.load(Ordering::Relaxed));
        let behind = AtomicU64::new(self.behind.load(Ordering::Relaxed));
        let (enrolled, key, client) = (self.enrolled.clone(), self.key.clone(), self.client.clone());
        Self { enrolled, key, url: url.to_owned(), client, sequence, behind }
    }

    /// Signs a request by the hall's clock `created` (seconds).
    pub fn signed(&self, method: &str, path: &str, body: &[u8], created: u64) -> SignedHeaders {
        let nonce = *uuid::Uuid::now_v7().as_bytes();
        sign(&self.key, &self.enrolled.certificate.terminal, method, path, body, created, &nonce).unwrap()
    }

    /// Seconds since 1970 by its clock.
    fn seconds(&self) -> u64 {
        now() - self.behind.load(Ordering::Relaxed)
    }

    /// Sends a request with these signature headers.
    pub async fn send(&self, method: &str, path: &str, body: Vec<u8>, signed: &SignedHeaders) -> TestAnswer {
        self.send_with(method, path, body, signed, &[]).await
    }

    /// Sends a request with these signature headers and others.
    pub async fn send_with(
        &self,
        method: &str,
        path: &str,
        body: Vec<u8>,
        signed: &SignedHeaders,
        headers: &[(&str, &str)],
    ) -> TestAnswer {
        let mut request = self
            .client
            .request(method.parse().unwrap(), format!("{}{path}", self.url))
            .header("content-digest", &signed.content_digest)
            .header("signature-input", &signed.signature_input)
            .header("signature", &signed.signature)
            .body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        TestAnswer::of(request.send().await.unwrap()).await
    }

    /// Signs and sends a request.
    pub async fn request(&self, method: &str, path: &str, body: Vec<u8>) -> TestAnswer {
        let signed = self.signed(method, path, &body, self.seconds());
        self.send(method, path, body, &signed).await
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> TestAnswer {
        self.request("GET", path, Vec::new()).await
    }

    /// `POST` of JSON.
    pub async fn post(&self, path: &str, body: &impl Serialize) -> TestAnswer {
        self.request("POST", path, serde_json::to_vec(body).unwrap()).await
    }

    /// Asks where a case stands; the answer must be signed by the hall.
    pub async fn look_up(&self, number: &RegistrationNumber, given: &Credential) -> ProgressAnswer {
        let (query, challenge) = self.question(number, given);
        let reply: ProgressReply = self.post(v1::PROGRESS, &query).await.json();
        reply.signed.unwrap().verify(&self.enrolled.hall_key, number, &challenge).unwrap()
    }

    /// A question where a case stands, and its challenge.
    pub fn question(&self, number: &RegistrationNumber, given: &Credential) -> (ProgressQuery, Blob) {
        let challenge = Blob(uuid::Uuid::now_v7().as_bytes().to_vec());
        let proof = Some(given.prove(number, &challenge, &self.enrolled.seal_key).unwrap());
        let registration = number.clone();
        (ProgressQuery { registration, challenge: Some(challenge.clone()), proof }, challenge)
    }

    /// Hands in applications.
    pub async fn submit(&self, envelopes: &[Envelope]) -> (u16, Vec<ApplicationOutcome>) {
        let answer = self.post(v1::APPLICATIONS, &Submission { envelopes: envelopes.to_vec() }).await;
        (answer.status, answer.json::<SubmissionOutcome>().outcomes)
    }

    /// Hands in applications at another address.
    pub async fn submit_to(&self, url: &str, envelopes: &[Envelope]) -> (u16, Vec<ApplicationOutcome>) {
        let body = serde_json::to_vec(&Submission { envelopes: envelopes.to_vec() }).unwrap();
        let answer = self.attempt(url, body).await.unwrap();
        (answer.status, answer.json::<SubmissionOutcome>().outcomes)
    }

    /// Hands in applications to a hall that may be gone.
    pub async fn try_submit(&self, envelopes: &[Envelope]) -> Option<Vec<ApplicationOutcome>> {
        self.try_submit_to(&self.url, envelopes).await
    }

    /// The same at another address.
    pub async fn try_submit_to(&self, url: &str, envelopes: &[Envelope]) -> Option<Vec<ApplicationOutcome>> {
        let body = serde_json::to_vec(&Submission { envelopes: envelopes.to_vec() }).unwrap();
        let answer = self.attempt(url, body).await?;
        serde_json::from_slice::<SubmissionOutcome>(&answer.body).ok().map(|answer| answer.outcomes)
    }

    async fn attempt(&self, url: &str, body: Vec<u8>) -> Option<TestAnswer> {
        let signed = self.signed("POST", v1::APPLICATIONS, &body, now());
        let response = self
            .client
            .post(format!("{url}{}", v1::APPLICATIONS))
            .header("content-digest", &signed.content_digest)
            .header("signature-input", &signed.signature_input)
            .header("signature", &signed.signature)
            .body(body)
            .send()
            .await
            .ok()?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.ok()?.to_vec();
        Some(TestAnswer { status, headers, body })
    }

    /// The next header for an application for `item`.
    pub fn header(&self, item: &ServiceItem, attachments: Vec<AttachmentEntry>) -> Header {
        let terminal = self.enrolled.certificate.terminal.clone();
        let number = self.sequence.fetch_add(1, Ordering::Relaxed);
        let (day, sequence) = (261_121 + u32::from(number / 9999), number % 9999 + 1);
        Header {
            application_id: ApplicationId::new(),
            registration: RegistrationNumber::from_parts(terminal.clone(), day, sequence).unwrap(),
            terminal,
            item: item.code.clone(),
            item_version: item.version,
            catalogue: Revision(1),
            accepted_at: Millis(self.seconds().cast_signed() * 1000),
            attachments,
        }
    }

    /// Seals an application.
    pub fn seal(&self, header: &Header, body: &ApplicationBody) -> Envelope {
        Sealed::seal(header, body, &self.enrolled.seal_key, &self.key).unwrap()
    }

    /// The guide's example as a sealed application.
    pub fn example(&self, item: &ServiceItem) -> Envelope {
        self.seal(&self.header(item, Vec::new()), &example_body(item))
    }

    /// The receipt that goes with an envelope.
    pub fn token(&self, envelope: &Envelope) -> String {
        let header = envelope.read_header().unwrap();
        let mut content = [0; 8];
        content.copy_from_slice(&envelope.digest().0[..8]);
        Receipt {
            application_id: header.application_id,
            registration: header.registration,
            item: header.item,
            accepted_at: header.accepted_at,
            content,
        }
        .token(&self.enrolled.certificate, &self.key)
    }
}

/// The guide's example as a resident would hand it in.
pub fn example_body(item: &ServiceItem) -> ApplicationBody {
    let materials = item.example.materials.iter().map(|material| MaterialState {
        code: material.code.clone(),
        answer: if material.promised { MaterialAnswer::Promised } else { MaterialAnswer::Have },
    });
    ApplicationBody {
        answers: item.example.answers.clone(),
        materials: materials.collect(),
        language: "zh-CN".to_owned(),
    }
}

/// Seconds since 1970 by this machine's clock.
pub fn now() -> u64 {
    jiff::Timestamp::now().as_second() as u64
}

/// `POST` of JSON without a signature.
pub async fn post(client: &reqwest::Client, url: &str, body: &impl Serialize) -> TestAnswer {
    TestAnswer::of(client.post(url).body(serde_json::to_vec(body).unwrap()).send().await.unwrap()).await
}
