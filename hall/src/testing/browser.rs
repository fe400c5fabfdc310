//! A browser of somebody who works in the hall, as far as forms, cookies and redirects go: no script, no pictures.

use super::TestHall;
use crate::audit::Actor;
use crate::staff::{By, DisplayName, LoginName, NewMember, StaffId, StaffMember, TotpSecret, hash_of_code};
use bianmin_protocol::ids::Millis;
use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use std::collections::BTreeMap;

/// The password of everybody whom [`TestHall::sign_in`] adds.
pub const PASSWORD: &str = "correct horse battery";

/// What a page answered.
#[derive(Debug)]
pub struct PageAnswer {
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its text.
    pub text: String,
}

impl PageAnswer {
    /// Where it leads, if anywhere.
    pub fn location(&self) -> Option<&str> {
        self.headers.get(LOCATION).map(|to| to.to_str().unwrap())
    }
}

/// A browser with its cookies.
#[derive(Debug, Clone)]
pub struct Browser {
    /// The hall's address.
    pub url: String,
    /// What it keeps.
    pub cookies: BTreeMap<String, String>,
    /// Headers of every request.
    pub headers: HeaderMap,
    client: reqwest::Client,
}

impl Browser {
    /// One that was never here.
    pub fn new(url: &str) -> Self {
        let client = reqwest::Client::builder().redirect(Policy::none()).danger_accept_invalid_certs(true);
        let mut headers = HeaderMap::new();
        headers.insert("accept-language", "en".parse().unwrap());
        Self { url: url.to_owned(), cookies: BTreeMap::new(), headers, client: client.build().unwrap() }
    }

    /// Opens a page; redirects are not followed.
    pub async fn get(&mut self, path: &str) -> PageAnswer {
        self.send(self.client.get(format!("{}{path}", self.url))).await
    }

    /// Opens a page and goes on where it leads.
    pub async fn open(&mut self, path: &str) -> PageAnswer {
        let mut answer = self.get(path).await;
        for _ in 0..5 {
            let Some(to) = answer.location().map(str::to_owned) else { break };
            answer = self.get(&to).await;
        }
        answer
    }

    /// Sends a form, as a page of the hall itself does.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> PageAnswer {
        let request = self.client.post(format!("{}{path}", self.url)).header("origin", self.url.clone());
        self.send(form(request, fields)).await
    }

    /// Sends a form with these headers and none of its own.
    pub async fn post_from(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> PageAnswer {
        let mut request = self.client.post(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(form(request, fields)).await
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> PageAnswer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = request.headers(self.headers.clone());
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        for cookie in headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        PageAnswer { status, headers, text: answer.text().await.unwrap() }
    }

    /// Signs in with a password.
    pub async fn sign_in(&mut self, name: &str, password: &str) -> PageAnswer {
        self.post("/console/sign-in", &[("name", name), ("password", password)]).await
    }

    /// Sets up a second factor, and returns what the app then has.
    pub async fn set_up_second_factor(&mut self, seconds: u64) -> TotpSecret {
        let page = self.get("/console/second-factor/new").await.text;
        let text = page.split("<dd class=\"number\">").nth(1).unwrap().split('<').next().unwrap();
        let secret = TotpSecret::from_text(text).unwrap();
        let answer = self.post("/console/second-factor/new", &[("code", &secret.code_at(seconds))]).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        secret
    }
}

fn form(request: reqwest::RequestBuilder, fields: &[(&str, &str)]) -> reqwest::RequestBuilder {
    let encoded = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    let body: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    request.header("content-type", "application/x-www-form-urlencoded").body(body.join("&"))
}

impl TestHall {
    /// Who works at the hall's machine, as the command line does.
    pub(crate) fn operator(&self) -> By<'_> {
        By { actor: Actor::Operator("test".to_owned()), ..self.hall.staff.by(StaffId::new()) }
    }

    /// From now on somebody may do nothing.
    pub async fn disable_staff(&self, id: StaffId) {
        self.store().staff().disable(id, &self.operator()).await.unwrap();
    }

    /// Adds somebody with these roles, such as `decide@GA`, and a one-time code.
    pub async fn add_staff(&self, name: &str, roles: &[&str]) -> (StaffMember, String) {
        self.add_staff_as(name, &format!("示例 {name}"), roles).await
    }

    async fn add_staff_as(&self, name: &str, shown: &str, roles: &[&str]) -> (StaffMember, String) {
        let grants = roles.iter().map(|text| text.parse().unwrap()).collect();
        let display_name = DisplayName::parse(shown).unwrap();
        let new = NewMember::new(LoginName::parse(name).unwrap(), display_name, grants).unwrap();
        let code = crate::fleet::codes::new().unwrap();
        let until = Millis(self.clock().now().0 + 3_600_000);
        let hash = hash_of_code(&code).unwrap();
        (self.store().staff().add(&new, &hash, until, &self.operator()).await.unwrap(), code)
    }

    /// Adds somebody with these roles, who sets [`PASSWORD`] and is signed in.
    pub async fn sign_in(&self, name: &str, roles: &[&str]) -> (StaffMember, Browser) {
        self.sign_in_as(name, &format!("示例 {name}"), roles).await
    }

    /// The same for somebody with this name for others to see.
    pub async fn sign_in_as(&self, name: &str, shown: &str, roles: &[&str]) -> (StaffMember, Browser) {
        let (member, code) = self.add_staff_as(name, shown, roles).await;
        let mut browser = Browser::new(&self.url);
        let fields = [("name", name), ("code", &code), ("password", PASSWORD), ("again", PASSWORD)];
        let answer = browser.post("/console/first-sign-in", &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        (member, browser)
    }
}
