//! What a resident's phone shows, in a real browser, from a receipt's own address.

use crate::cases::Actor;
use crate::testing::{Database, TestHall, demo_items};
use bianmin_protocol::case::CaseState;
use bianmin_protocol::receipt::Receipt;
use std::path::Path;
use std::process::Stdio;

/// The page's text as the browser has drawn it. With `BIANMIN_PICTURES` a picture is kept in that folder.
async fn look(profile: &Path, url: &str, name: &str, language: &str) -> String {
    // The machine may have no Chinese font; a phone has one.
    let fonts = profile.join("fonts");
    if !fonts.exists() {
        std::fs::create_dir_all(profile).unwrap();
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/fonts");
        std::os::unix::fs::symlink(own, fonts).unwrap();
    }
    let mut arguments = vec![
        "--headless=new".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        "--hide-scrollbars".to_owned(),
        "--window-size=500,1000".to_owned(),
        "--force-device-scale-factor=1".to_owned(),
        "--virtual-time-budget=8000".to_owned(),
        format!("--lang={language}"),
        format!("--accept-lang={language}"),
        format!("--user-data-dir={}", profile.display()),
    ];
    if let Some(folder) = std::env::var_os("BIANMIN_PICTURES") {
        let file = Path::new(&folder).join(format!("{name}.png"));
        let picture =
            [arguments.clone(), vec![format!("--screenshot={}", file.display()), url.to_owned()]].concat();
        run(profile, &picture).await;
    }
    arguments.extend(["--dump-dom".to_owned(), url.to_owned()]);
    run(profile, &arguments).await
}

async fn run(profile: &Path, arguments: &[String]) -> String {
    let browser = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| {
            let path = std::env::var("PATH").unwrap_or_default();
            path.split(':').any(|folder| Path::new(folder).join(name).exists())
        })
        .expect("this test needs a browser: apt-get install chromium");
    let output = tokio::process::Command::new(browser)
        .args(arguments)
        .env("XDG_DATA_HOME", profile)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(std::time::Duration::from_secs(120), output).await;
    String::from_utf8(output.expect("the browser did not end").unwrap().stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_says_where_the_application_is_in_both_languages() {
    let hall = TestHall::with_catalogue(Database::Sqlite).await;
    let profile = hall.data.path().join("browser");
    let terminal = hall.enrol("HP07").await;
    let item = &demo_items()[1];
    let envelope = terminal.example(item);
    let header = envelope.read_header().unwrap();
    let number = header.registration.to_string();
    let url = Receipt::url(&hall.url, &terminal.token(&envelope));

    let waiting = look(&profile, &url, "phone-not-yet", "zh-CN").await;
    assert!(waiting.contains("已登记，等待送到大厅") && waiting.contains(&number), "{waiting}");

    terminal.submit(&[envelope]).await;
    let (cases, operator) = (&hall.hall.cases, Actor::Operator("test".to_owned()));
    let id = header.application_id;
    cases.decide(&operator, id, CaseState::Supplement, "请补交一张一寸照片。").await.unwrap();
    let known = look(&profile, &url, "phone-known", "zh-CN").await;
    for text in ["需要补充材料", "请补交一张一寸照片。", item.name.as_str(), number.as_str()]
    {
        assert!(known.contains(text), "{text}: {known}");
    }
    cases.decide(&operator, id, CaseState::Granted, "").await.unwrap();
    let english = look(&profile, &url, "phone-english", "en").await;
    assert!(english.contains("Decided: granted") && english.contains(&number), "{english}");

    let wrong = look(&profile, &format!("{url}x"), "phone-wrong", "zh-CN").await;
    assert!(wrong.contains("这不是有效的回执") && !wrong.contains(&item.name), "{wrong}");
    let none = look(&profile, &format!("{}/r", hall.url), "phone-none", "zh-CN").await;
    assert!(none.contains("请扫回执上的二维码"), "{none}");
}

#[tokio::test]
async fn the_page_takes_nothing_from_elsewhere_and_nobody_can_frame_it() {
    let hall = TestHall::start_with(Database::Sqlite, |config| config.name = "<b>大厅</b>".into()).await;
    let answer = reqwest::get(format!("{}/r", hall.url)).await.unwrap();
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(
        policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert_eq!(answer.headers()["referrer-policy"], "no-referrer");
    let page = answer.text().await.unwrap();
    assert!(!page.contains("http") && !page.contains("<b>大厅"), "{page}");
    for (file, kind) in [("r.js", "text/javascript"), ("r.css", "text/css")] {
        let answer = reqwest::get(format!("{}/r/{file}", hall.url)).await.unwrap();
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with(kind));
        assert!(!answer.text().await.unwrap().contains("http"), "{file}");
    }
}
