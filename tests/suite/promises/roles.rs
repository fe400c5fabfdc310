//! Roles hold: every route of the console, asked by nobody, by everybody with each role, for their own and for another
//! department, at a hall that really serves.

use crate::programs::{Hall, postgres};
use bianmin_hall::staff::{Access, Role};
use http::Method;
use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use serde_json::Value;

const OWN: &str = "GA";
const OTHER: &str = "RS";
const PASSWORD: &str = "correct horse battery";

/// Somebody at a hall, or nobody.
struct Visitor {
    client: reqwest::Client,
    url: String,
    cookie: Option<String>,
}

/// What came back: the status, and where it leads.
#[derive(Debug, PartialEq, Eq)]
struct Answered(u16, Option<String>);

impl Answered {
    /// Whether somebody is told to sign in first.
    fn asks_to_sign_in(&self) -> bool {
        self.0 == 401 || self.1.as_deref().is_some_and(|to| to.starts_with("/console/sign-in"))
    }
}

impl Visitor {
    fn nobody(hall: &Hall) -> Self {
        let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        Self { client, url: hall.url.clone(), cookie: None }
    }

    /// Adds somebody with the command line and signs them in.
    async fn new(hall: &Hall, name: &str, grants: &[&str]) -> Self {
        let added = add(hall, name, grants);
        let mut visitor = Self::nobody(hall);
        let code = added["code"].as_str().unwrap().replace('-', "");
        let password = PASSWORD.replace(' ', "+");
        let form = format!("name={name}&code={code}&password={password}&again={password}");
        let request = visitor.client.post(format!("{}/console/first-sign-in", visitor.url));
        let answer = request.header(CONTENT_TYPE, FORM).body(form).send().await.unwrap();
        assert_eq!(answer.status(), 303, "{name} signs in");
        let cookies = answer.headers().get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap());
        let session = cookies.into_iter().find(|cookie| cookie.contains("session")).unwrap();
        visitor.cookie = Some(session.split(';').next().unwrap().to_owned());
        visitor
    }

    async fn ask(&self, method: &Method, path: &str, form: &str) -> Answered {
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.url));
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        if *method == Method::POST {
            request = request.header(CONTENT_TYPE, FORM).body(form.to_owned());
        }
        let answer = request.send().await.unwrap();
        let to = answer.headers().get(LOCATION).map(|to| to.to_str().unwrap().to_owned());
        Answered(answer.status().as_u16(), to)
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn add(hall: &Hall, name: &str, grants: &[&str]) -> Value {
    let mut arguments = vec!["staff", "add", name, "--name", "示例数据"];
    arguments.extend(grants.iter().flat_map(|grant| ["--role", grant]));
    hall.command(&arguments)
}

/// The staff as the command line lists them.
fn staff(hall: &Hall) -> Vec<Value> {
    hall.command(&["staff", "list"]).as_array().unwrap().clone()
}

/// Routes that end the session of who asks.
fn ends_session(path: &str) -> bool {
    path.ends_with("/sign-out")
}

/// Nothing that is asked for names anybody: what is behind a role is refused before it is looked for.
async fn every_route_asks_who_comes(hall: &Hall) {
    let routes = bianmin_hall::console_routes();
    assert!(routes.len() >= 24, "{routes:?}");
    let nobody = Visitor::nobody(hall);
    let path = |path: &str| path.replace("{id}", "01990000-0000-7000-8000-000000000000");
    for route in routes.iter().filter(|route| route.access != Access::Open) {
        let answer = nobody.ask(&route.method, &path(route.path), "").await;
        assert!(answer.asks_to_sign_in(), "{route:?} answers nobody with {answer:?}");
    }
    for role in Role::ALL {
        for department in [Some(OWN), None] {
            let grant = department.map_or(role.key().to_owned(), |code| format!("{}@{code}", role.key()));
            let name = grant.replace('@', "-").to_lowercase();
            let visitor = Visitor::new(hall, &name, &[&grant]).await;
            for route in routes.iter().filter(|route| !ends_session(route.path)) {
                let answer = visitor.ask(&route.method, &path(route.path), "").await;
                let may = match route.access {
                    Access::Roles(roles) => roles.contains(&role),
                    _ => true,
                };
                assert!(!answer.asks_to_sign_in(), "{grant} at {route:?}: {answer:?}");
                assert_eq!(answer.0 == 403, !may, "{grant} at {route:?}: {answer:?}");
            }
        }
    }
}

/// An administrator of one department reaches nobody of another, and gives no role beyond it.
async fn departments_hold(hall: &Hall) {
    let administrator = Visitor::new(hall, "boss", &[&format!("administer@{OWN}")]).await;
    let members: [(&str, &[&str], bool); 5] = [
        ("own", &["receive@GA", "decide@GA"], true),
        ("other", &["receive@RS"], false),
        ("both", &["receive@GA", "decide@RS"], false),
        ("everywhere", &["receive"], false),
        ("chief", &["administer"], false),
    ];
    for (name, grants, is_own) in members {
        let id = add(hall, name, grants)["member"]["id"].as_str().unwrap().to_owned();
        let refused = |answer: &Answered| answer.0 == 403;
        let page = administrator.ask(&Method::GET, &format!("/console/staff/{id}"), "").await;
        assert_eq!(refused(&page), !is_own, "{name}: {page:?}");
        for (action, form) in [
            ("grant", format!("role=issue&department={OWN}")),
            ("revoke", format!("role=issue&department={OWN}")),
            ("reset", String::new()),
            ("disable", String::new()),
            ("enable", String::new()),
        ] {
            let answer =
                administrator.ask(&Method::POST, &format!("/console/staff/{id}/{action}"), &form).await;
            assert_eq!(refused(&answer), !is_own, "{action} of {name}: {answer:?}");
        }
        for form in [format!("role=issue&department={OTHER}"), "role=administer&whole_hall=on".to_owned()] {
            let answer = administrator.ask(&Method::POST, &format!("/console/staff/{id}/grant"), &form).await;
            assert!(refused(&answer), "{form} for {name}: {answer:?}");
        }
    }
    for form in [
        "login_name=x1&display_name=x&receive=on&department=RS",
        "login_name=x2&display_name=x&decide=on&whole_hall=on",
    ] {
        let answer = administrator.ask(&Method::POST, "/console/staff/new", form).await;
        assert_eq!(answer.0, 403, "{form}");
    }
    for member in staff(hall) {
        let name = member["login_name"].as_str().unwrap();
        assert!(!name.starts_with('x'), "{name} was added by who may not");
        let is_other = ["other", "both", "everywhere", "chief"].contains(&name);
        let before = members.iter().find(|(own, ..)| *own == name).map(|(_, grants, _)| grants.len());
        if is_other {
            assert_eq!(member["grants"].as_array().map(Vec::len), before, "{member}");
            assert!(member["disabled_at"].is_null(), "{member}");
        }
    }
}

/// What was taken away is gone at the next request, whatever the browser still has.
async fn what_is_taken_away_is_gone_at_once(hall: &Hall) {
    let visitor = Visitor::new(hall, "leaver", &["administer", "receive@GA"]).await;
    assert_eq!(visitor.ask(&Method::GET, "/console/staff", "").await.0, 200);
    hall.command(&["staff", "revoke", "leaver", "administer"]);
    assert_eq!(visitor.ask(&Method::GET, "/console/staff", "").await.0, 403);
    assert_eq!(visitor.ask(&Method::GET, "/console/account", "").await.0, 200);
    hall.command(&["staff", "disable", "leaver"]);
    assert!(visitor.ask(&Method::GET, "/console/account", "").await.asks_to_sign_in());
}

fn roles_hold(database: Option<String>) {
    let hall = Hall::start(database);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        every_route_asks_who_comes(&hall).await;
        departments_hold(&hall).await;
        what_is_taken_away_is_gone_at_once(&hall).await;
    });
}

#[test]
fn every_page_asks_for_role_and_department_on_sqlite() {
    roles_hold(None);
}

#[test]
fn every_page_asks_for_role_and_department_on_postgresql() {
    roles_hold(Some(postgres()));
}
