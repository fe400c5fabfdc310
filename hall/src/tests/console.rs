//! The console's pages over HTTP: signing in, sessions, second factors, lock-out, and what a browser is told about them.

use super::on_both;
use crate::audit::{Stream, events_of};
use crate::config::TotpRule;
use crate::testing::{Browser, Database, PASSWORD, PageAnswer, TestHall};
use std::time::Duration;

const SESSION: &str = "bianmin-session";

fn cookie<'a>(answer: &'a PageAnswer, name: &str) -> Option<&'a str> {
    let all = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    all.into_iter().find(|cookie| cookie.starts_with(&format!("{name}=")))
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get("/console/account").await.status == 200
}

on_both! {
    async fn what_happens_to_an_account_is_recorded_with_who_did_it(database) {
        let hall = TestHall::start(database).await;
        let (boss, mut admin) = hall.sign_in("boss", &["administer"]).await;
        let (member, mut browser) = hall.sign_in("wang", &["receive@GA"]).await;
        let base = format!("/console/staff/{}", member.id);
        Browser::new(&hall.url).sign_in("wang", "wrong wrong wrong").await;
        Browser::new(&hall.url).sign_in("nobody", "wrong wrong wrong").await;
        browser.post("/console/sign-out", &[]).await;
        for (action, form) in [
            ("grant", &[("role", "decide"), ("department", "GA")][..]),
            ("grant", &[("role", "decide"), ("department", "GA")]),
            ("revoke", &[("role", "receive"), ("department", "GA")]),
            ("disable", &[]),
            ("enable", &[]),
            ("reset", &[]),
        ] {
            assert!(admin.post(&format!("{base}/{action}"), form).await.status < 400, "{action}");
        }
        let stream = Stream::new("staff", &member.id.to_string());
        let events = events_of(hall.store().reader(), &stream).await.unwrap();
        let kinds: Vec<(&str, &str)> =
            events.iter().map(|event| (event.kind.as_str(), event.actor.as_str())).collect();
        let (own, boss) = (format!("staff:{}", member.id), format!("staff:{}", boss.id));
        let expected = [
            ("added", "operator:test"),
            ("first-password", &own),
            ("session-begun", &own),
            ("sign-in-failed", "hall"),
            ("signed-out", &own),
            ("granted", &boss),
            ("revoked", &boss),
            ("disabled", &boss),
            ("enabled", &boss),
            ("reset", &boss),
        ];
        assert_eq!(kinds, expected);
        let all: String = events.iter().map(|event| event.content.as_str()).collect();
        assert!(!all.contains(PASSWORD) && !all.contains("argon2") && all.contains("decide@GA"), "{all}");
    }

    async fn somebody_sets_a_password_with_the_one_time_code_and_signs_in_with_it(database) {
        let hall = TestHall::start(database).await;
        let (_, code) = hall.add_staff("wang", &["receive@GA"]).await;
        let mut browser = Browser::new(&hall.url);
        assert_eq!(browser.get("/console").await.location(), Some("/console/sign-in"));
        let send = |code: &'static str, password: &'static str| {
            [("name", "wang"), ("code", code), ("password", password), ("again", password)]
        };
        let first = "/console/first-sign-in";
        assert_eq!(browser.post(first, &send("23456-789AB", PASSWORD)).await.status, 401);
        let short = browser.post(first, &send("23456-789AB", "short")).await;
        assert!(short.status == 422 && short.text.contains("too short"), "{}", short.text);
        let typed = code.to_lowercase().replace('-', " ");
        let fields = [("name", "Wang"), ("code", &typed), ("password", PASSWORD), ("again", PASSWORD)];
        assert_eq!(browser.post(first, &fields).await.status, 303);
        assert!(is_signed_in(&mut browser).await);
        // The code is used up.
        assert_eq!(Browser::new(&hall.url).post(first, &fields).await.status, 401);
        let mut other = Browser::new(&hall.url);
        assert_eq!(other.sign_in("wang", "another password").await.status, 401);
        assert_eq!(other.sign_in("wang", PASSWORD).await.status, 303);
        assert!(is_signed_in(&mut other).await && is_signed_in(&mut browser).await);
    }

    async fn a_session_gets_a_new_id_at_each_sign_in_and_ends_when_it_is_left(database) {
        let hall = TestHall::start(database).await;
        let (_, mut browser) = hall.sign_in("wang", &["receive@GA"]).await;
        let first = browser.cookies[SESSION].clone();
        // Nobody keeps an id that somebody else put into their browser.
        let mut victim = Browser::new(&hall.url);
        victim.cookies.insert(SESSION.to_owned(), first.clone());
        assert_eq!(victim.sign_in("wang", PASSWORD).await.status, 303);
        assert_ne!(victim.cookies[SESSION], first);
        assert!(!is_signed_in(&mut browser).await, "the browser's former session is over");
        victim.cookies.insert(SESSION.to_owned(), "made-up".to_owned());
        assert_eq!(victim.sign_in("wang", PASSWORD).await.status, 303);
        assert_ne!(victim.cookies[SESSION], "made-up");
        // Out means out, also for who kept a copy of the cookie.
        let mut copy = victim.clone();
        assert_eq!(victim.post("/console/sign-out", &[]).await.location(), Some("/console/sign-in"));
        assert!(!victim.cookies.contains_key(SESSION) && !is_signed_in(&mut copy).await);
    }

    async fn sessions_end_by_the_clock_and_everywhere_at_once(database) {
        let hall = TestHall::start(database).await;
        let (member, mut one) = hall.sign_in("wang", &["receive@GA"]).await;
        let mut other = Browser::new(&hall.url);
        other.sign_in("wang", PASSWORD).await;
        let minutes = |minutes: u64| hall.clock().advance(Duration::from_secs(60 * minutes));
        minutes(29);
        assert!(is_signed_in(&mut one).await);
        minutes(2);
        assert!(is_signed_in(&mut one).await && !is_signed_in(&mut other).await, "one was used, the other idle");
        for _ in 0..25 {
            minutes(29);
            one.get("/console/account").await;
        }
        assert!(!is_signed_in(&mut one).await, "twelve hours are over");
        one.sign_in("wang", PASSWORD).await;
        other.sign_in("wang", PASSWORD).await;
        assert_eq!(one.post("/console/account/sign-out", &[]).await.status, 303);
        assert!(!is_signed_in(&mut one).await && !is_signed_in(&mut other).await);
        // A leaver is out at once, and stays out.
        one.sign_in("wang", PASSWORD).await;
        hall.disable_staff(member.id).await;
        assert!(!is_signed_in(&mut one).await);
        assert_eq!(other.sign_in("wang", PASSWORD).await.status, 401);
        hall.store().staff().enable(member.id, &hall.operator()).await.unwrap();
        assert!(!is_signed_in(&mut one).await, "what has ended does not begin again");
    }

    async fn the_second_factor_is_asked_for_and_each_code_counts_once(database) {
        let hall = TestHall::start(database).await;
        let (_, mut browser) = hall.sign_in("wang", &["decide@GA"]).await;
        let secret = browser.set_up_second_factor(hall.clock().seconds()).await;
        let before = browser.cookies[SESSION].clone();
        let mut other = Browser::new(&hall.url);
        assert_eq!(other.sign_in("wang", PASSWORD).await.location(), Some("/console/second-factor"));
        assert!(!is_signed_in(&mut other).await, "the password alone opens nothing");
        for path in ["/console/account", "/console/staff", "/console"] {
            assert_eq!(other.get(path).await.status, 303, "{path}");
        }
        let send = "/console/second-factor";
        assert_eq!(other.post("/console/second-factor/new", &[("code", "000000")]).await.status, 303);
        let used = secret.code_at(hall.clock().seconds());
        assert_eq!(other.post(send, &[("code", &used)]).await.status, 401, "it was taken when it was set up");
        hall.clock().advance(Duration::from_secs(30));
        let half = other.cookies[SESSION].clone();
        let code = secret.code_at(hall.clock().seconds());
        assert_eq!(other.post(send, &[("code", &code)]).await.status, 303);
        assert!(is_signed_in(&mut other).await);
        assert_ne!(other.cookies[SESSION], half);
        let mut third = Browser::new(&hall.url);
        third.sign_in("wang", PASSWORD).await;
        assert_eq!(third.post(send, &[("code", &code)]).await.status, 401, "each code counts once");
        // Turned off with the password, and only with it.
        let remove = "/console/account/second-factor";
        assert_eq!(browser.post(remove, &[("password", "wrong wrong wrong")]).await.status, 401);
        assert_eq!(browser.post(remove, &[("password", PASSWORD)]).await.status, 303);
        assert_ne!(browser.cookies[SESSION], before);
        assert_eq!(Browser::new(&hall.url).sign_in("wang", PASSWORD).await.location(), Some("/console"));
    }

    async fn wrong_passwords_wait_longer_and_longer_whoever_they_are_about_and_whatever_restarts(database) {
        let hall = TestHall::start(database).await;
        hall.sign_in("wang", &["receive@GA"]).await;
        let twin = hall.twin().await;
        let mut answers = Vec::new();
        for name in ["wang", "nobody-at-all"] {
            let mut browser = Browser::new(&hall.url);
            let mut other = Browser::new(&twin.url);
            for number in 0..5 {
                let browser = if number % 2 == 0 { &mut browser } else { &mut other };
                let answer = browser.sign_in(name, "wrong wrong wrong").await;
                assert_eq!(answer.status, 401);
                answers.push(answer.text.replace(name, "NAME"));
            }
            // The right password does not help while somebody has to wait; nobody learns that it is right.
            for browser in [&mut browser, &mut other] {
                let answer = browser.sign_in(name, PASSWORD).await;
                assert!(answer.status == 429 && answer.text.contains("10 seconds"), "{}", answer.text);
            }
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "known and unknown names get the same answer");
        drop(twin);
        let hall = hall.restart().await;
        let mut browser = Browser::new(&hall.url);
        assert_eq!(browser.sign_in("wang", PASSWORD).await.status, 429, "a restart forgets nothing");
        hall.clock().advance(Duration::from_secs(10));
        assert_eq!(browser.sign_in("wang", "wrong wrong wrong").await.status, 401);
        hall.clock().advance(Duration::from_secs(19));
        assert_eq!(browser.sign_in("wang", PASSWORD).await.status, 429, "the wait has doubled");
        hall.clock().advance(Duration::from_secs(1));
        assert_eq!(browser.sign_in("wang", PASSWORD).await.status, 303);
        assert_eq!(Browser::new(&hall.url).sign_in("wang", "wrong wrong wrong").await.status, 401, "it begins anew");
    }

    async fn many_guesses_at_once_are_no_more_than_one_after_the_other(database) {
        let hall = TestHall::start(database).await;
        hall.sign_in("wang", &["receive@GA"]).await;
        let guesses = (0..24).map(|_| async {
            Browser::new(&hall.url).sign_in("wang", "wrong wrong wrong").await.status
        });
        let heard = crate::tests::queue::join_all(guesses).await.into_iter().filter(|status| *status == 401).count();
        assert_eq!(heard, 5);
    }

    async fn a_password_is_changed_by_who_knows_it_and_other_browsers_are_out(database) {
        let hall = TestHall::start(database).await;
        let (_, mut browser) = hall.sign_in("wang", &["receive@GA"]).await;
        let mut other = Browser::new(&hall.url);
        other.sign_in("wang", PASSWORD).await;
        let new = "another fine sentence";
        let change = async |browser: &mut Browser, present: &str, password: &str, again: &str| {
            let fields = [("present", present), ("password", password), ("again", again)];
            browser.post("/console/account/password", &fields).await.status
        };
        assert_eq!(change(&mut browser, "wrong wrong wrong", new, new).await, 401);
        assert_eq!(change(&mut browser, PASSWORD, new, "different").await, 422);
        assert_eq!(change(&mut browser, PASSWORD, "1234567890", "1234567890").await, 422);
        assert!(is_signed_in(&mut other).await);
        assert_eq!(change(&mut browser, PASSWORD, new, new).await, 303);
        assert!(is_signed_in(&mut browser).await && !is_signed_in(&mut other).await);
        assert_eq!(other.sign_in("wang", PASSWORD).await.status, 401);
        assert_eq!(other.sign_in("wang", new).await.status, 303);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn administrators_and_deciders_set_up_a_second_factor_first_where_the_hall_wants_it() {
    let hall = TestHall::start_with(Database::Sqlite, |config| config.staff.totp = TotpRule::Required).await;
    let (_, mut clerk) = hall.sign_in("li", &["receive"]).await;
    assert!(is_signed_in(&mut clerk).await);
    let (_, mut decider) = hall.sign_in("wang", &["decide@GA"]).await;
    assert_eq!(decider.get("/console/account").await.status, 303);
    assert_eq!(decider.open("/console/sign-in").await.status, 200);
    let secret = decider.set_up_second_factor(hall.clock().seconds()).await;
    assert!(is_signed_in(&mut decider).await);
    // Who takes it away has to set up another before anything else.
    let answer = decider.post("/console/account/second-factor", &[("password", PASSWORD)]).await;
    assert_eq!(answer.location(), Some("/console/second-factor/new"));
    assert!(!is_signed_in(&mut decider).await);
    let other = decider.set_up_second_factor(hall.clock().seconds()).await;
    assert!(is_signed_in(&mut decider).await && other != secret);
}

/// Every page and every error has the same headers; nothing in it is a script or comes from elsewhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_keeps_scripts_frames_and_caches_out() {
    let hall = TestHall::start(Database::Sqlite).await;
    let (member, mut browser) = hall.sign_in("wang", &["administer"]).await;
    let mut paths: Vec<String> = crate::console_routes()
        .iter()
        .map(|route| route.path.replace("{id}", &member.id.to_string()))
        .collect();
    paths
        .extend(["/console/nowhere", "/console/staff/nobody", "/console/assets/none.css"].map(str::to_owned));
    let mut seen = 0;
    for path in paths {
        for mut browser in [browser.clone(), Browser::new(&hall.url)] {
            let answer = browser.get(&path).await;
            seen += 1;
            let header = |name: &str| answer.headers.get(name).map_or("", |value| value.to_str().unwrap());
            let policy = header("content-security-policy");
            assert!(
                policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"),
                "{path}: {policy}"
            );
            for part in ["form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
                assert!(policy.contains(part), "{path}: {policy}");
            }
            assert!(!policy.contains("unsafe") && !policy.contains('*'));
            assert_eq!(header("cache-control"), "no-store", "{path}");
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert_eq!(header("x-frame-options"), "DENY");
            let text = &answer.text;
            assert!(
                !text.contains("style=") && !text.contains("<style") && !text.contains("onclick"),
                "{path}"
            );
            assert!(!text.contains("http://") && !text.contains("https://"), "{path}");
            assert!(!text.contains("<script>"), "{path}");
            assert!(
                answer.status == 303 || text.contains("</html>"),
                "{path} answers {} {text}",
                answer.status
            );
        }
    }
    assert!(seen > 40);
    // Files are kept for ever, under a name that changes with them.
    let page = browser.get("/console/account").await.text;
    let css = page.split("href=\"").find(|part| part.starts_with("/console/assets/")).unwrap();
    let answer = browser.get(css.split('"').next().unwrap()).await;
    assert_eq!(answer.headers["cache-control"], "public, max-age=31536000, immutable");
    assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/css"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_of_another_site_does_nothing() {
    let hall = TestHall::start(Database::Sqlite).await;
    let (_, mut admin) = hall.sign_in("wang", &["administer"]).await;
    let (victim, _) = hall.sign_in("li", &["receive@GA"]).await;
    let path = format!("/console/staff/{}/disable", victim.id);
    for headers in [
        &[("origin", "https://evil.example")][..],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        &[("origin", "null")],
    ] {
        let answer = admin.post_from(&path, &[], headers).await;
        assert!(answer.status == 403 && answer.text.contains("another site"), "{headers:?}: {}", answer.text);
    }
    let sign_in = [("name", "wang"), ("password", PASSWORD)];
    let answer = Browser::new(&hall.url)
        .post_from("/console/sign-in", &sign_in, &[("sec-fetch-site", "cross-site")])
        .await;
    assert_eq!(answer.status, 403, "nor is anybody signed in by another site");
    assert!(hall.store().staff().member(victim.id).await.unwrap().unwrap().disabled_at.is_none());
    // A link changes nothing either.
    assert_eq!(admin.get(&path).await.status, 405);
    assert_eq!(admin.post_from(&path, &[], &[("sec-fetch-site", "same-origin")]).await.status, 303);
    assert!(hall.store().staff().member(victim.id).await.unwrap().unwrap().disabled_at.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cookies_are_sent_to_this_hall_alone_and_read_by_no_script() {
    for proxy in [false, true] {
        let hall = TestHall::start_with(Database::Sqlite, |config| {
            if proxy {
                config.trusted_proxies = vec!["192.0.2.1".to_owned()];
            }
        })
        .await;
        let (_, code) = hall.add_staff("wang", &["receive"]).await;
        let fields = [("name", "wang"), ("code", &*code), ("password", PASSWORD), ("again", PASSWORD)];
        let answer = Browser::new(&hall.url).post("/console/first-sign-in", &fields).await;
        let name = if proxy { "__Host-bianmin-session" } else { SESSION };
        let session = cookie(&answer, name).unwrap();
        for part in ["; HttpOnly", "; SameSite=Strict", "; Path=/"] {
            assert!(session.contains(part), "{session}");
        }
        assert_eq!(session.contains("; Secure"), proxy);
        assert!(!session.contains("Max-Age") && !session.contains("Expires") && !session.contains("Domain"));
        // Behind TLS a cookie without the prefix, which others of the domain may set, counts for nothing.
        let id = session.split(';').next().unwrap().split_once('=').unwrap().1.to_owned();
        let mut plain = Browser::new(&hall.url);
        plain.cookies.insert(SESSION.to_owned(), id);
        assert_eq!(is_signed_in(&mut plain).await, !proxy);
    }
}

/// What people are called and type is text, wherever it is shown again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_text_and_never_markup() {
    let evil = "\"><script>alert(1)</script>'&";
    let hall = TestHall::start_with(Database::Sqlite, |config| config.name = evil.to_owned()).await;
    let (_, mut admin) = hall.sign_in("wang", &["administer"]).await;
    let fields = [("login_name", "li"), ("display_name", evil), ("whole_hall", "on"), ("receive", "on")];
    let made = admin.post("/console/staff/new", &fields).await;
    assert_eq!(made.status, 200);
    let member =
        hall.store().staff().find(&crate::staff::LoginName::parse("li").unwrap()).await.unwrap().unwrap();
    let mut pages = vec![made];
    for path in ["/console/staff", "/console/account", "/console/nowhere", "/console/second-factor/new"] {
        pages.push(admin.get(path).await);
    }
    pages.push(admin.get(&format!("/console/staff/{}", member.id)).await);
    pages.push(admin.get("/console/sign-in?next=%22%3E%3Cscript%3E").await);
    let mut stranger = Browser::new(&hall.url);
    pages.push(stranger.get("/console/sign-in?next=%22%3E%3Cscript%3E").await);
    pages.push(stranger.sign_in(evil, evil).await);
    for field in ["login_name", "display_name", "department"] {
        let mut fields = [("login_name", "zhao"), ("display_name", "示例"), ("department", "")];
        fields.iter_mut().find(|(name, _)| *name == field).unwrap().1 = evil;
        pages.push(admin.post("/console/staff/new", &fields).await);
    }
    for page in pages {
        assert!(!page.text.contains("<script>"), "{}", page.text);
        assert!(
            page.status == 303 || page.text.contains("&#60;script&#62;") || page.text.contains("&lt;script"),
            "{}",
            page.text
        );
    }
    // Nor is anything else than a form read as one.
    for bad in ["name=%00&password=x", "name=a", "%ff=%ff", "{\"name\":1}"] {
        let request = [("content-type", "application/x-www-form-urlencoded"), ("origin", &*hall.url)];
        let request = request.iter().fold(
            reqwest::Client::new().post(format!("{}/console/sign-in", hall.url)),
            |request, (name, value)| request.header(*name, *value),
        );
        assert_eq!(request.body(bad).send().await.unwrap().status(), 400, "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_reads_in_the_language_of_their_browser_until_they_choose_another() {
    let hall = TestHall::start(Database::Sqlite).await;
    let (_, mut browser) = hall.sign_in("wang", &["receive"]).await;
    assert!(browser.get("/console/account").await.text.contains("My account"));
    browser.headers.insert("accept-language", "zh-CN,zh;q=0.9".parse().unwrap());
    assert!(browser.get("/console/account").await.text.contains("我的账号"));
    let choice = [("language", "en"), ("back", "/console/account")];
    let answer = browser.post("/console/language", &choice).await;
    assert_eq!(answer.location(), Some("/console/account"));
    assert!(browser.get("/console/account").await.text.contains("My account"));
    // It goes with the person to another browser.
    let mut other = Browser::new(&hall.url);
    other.headers.insert("accept-language", "zh-CN".parse().unwrap());
    assert!(other.get("/console/sign-in").await.text.contains("登录名"));
    other.sign_in("wang", PASSWORD).await;
    assert!(other.get("/console/account").await.text.contains("My account"));
    assert!(other.get("/console/nowhere").await.text.contains("There is no such page"));
    assert_eq!(browser.post("/console/language", &[("language", "tlh")]).await.status, 400);
    // Also on a page that answers a form: one comes back to where the form stands, and never to another site.
    for (referer, back) in [("/console/account", "/console/account"), ("/evil", "/console")] {
        let own = format!("{}{referer}", hall.url);
        let headers = [("origin", &*hall.url), ("referer", &*own)];
        let wrong = browser.post_from("/console/account/password", &[("present", "a")], &headers).await;
        assert!(
            wrong.status == 400 && wrong.text.contains(&format!("value=\"{referer}\"")),
            "{}",
            wrong.text
        );
        let choice = [("language", "zh-CN"), ("back", referer)];
        assert_eq!(browser.post("/console/language", &choice).await.location(), Some(back));
    }
}
