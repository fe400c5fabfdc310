//! A real browser for tests of pages: Debian's Chromium behind its driver, with keys that are counted and pictures on wish.
//!
//! Driver and browser end with the value, also when a test panics.

use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use thirtyfour::prelude::*;

/// How long a page may take on a busy machine.
const DEADLINE: Duration = Duration::from_secs(60);
/// The sizes in which pages are looked at: width, height, and how much they are enlarged.
const SIZES: [(&str, u32, u32, f64); 3] =
    [("1366", 1366, 768, 1.0), ("1920", 1920, 1080, 1.0), ("zoom", 683, 384, 2.0)];

/// A browser.
pub(crate) struct Chromium {
    driver: Option<WebDriver>,
    process: Child,
    profile: TempDir,
    site: String,
    /// How many keys were pressed, without the letters of what was written.
    pub keys: usize,
}

impl Chromium {
    /// A browser that visits `site`, in this language.
    pub(crate) async fn start(site: &str, language: &str) -> Self {
        let profile = TempDir::new().unwrap();
        // The machine may have no Chinese font; a clerk's computer has one.
        let fonts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/fonts");
        std::os::unix::fs::symlink(fonts, profile.path().join("fonts")).unwrap();
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .env("XDG_DATA_HOME", profile.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("this test needs chromedriver: scripts/install.sh test");
        let output = BufReader::new(process.stdout.take().unwrap());
        let port = tokio::task::spawn_blocking(move || port(output)).await.unwrap();
        // The driver knows its browser by this name alone, whatever the program is called.
        let mut capabilities = DesiredCapabilities::chrome();
        capabilities.set_binary("/usr/bin/chromium").unwrap();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--hide-scrollbars",
            "--window-size=1366,768",
            &format!("--lang={language}"),
            &format!("--accept-lang={language}"),
            &format!("--user-data-dir={}", profile.path().display()),
        ] {
            capabilities.add_arg(argument).unwrap();
        }
        // In place before anything can fail, so that the process ends with it.
        let mut browser = Self { driver: None, process, profile, site: site.to_owned(), keys: 0 };
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities);
        let driver = tokio::time::timeout(DEADLINE, driver).await.expect("Chromium did not start");
        browser.driver = Some(driver.unwrap());
        browser.show(SIZES[0]).await;
        browser
    }

    fn driver(&self) -> &WebDriver {
        self.driver.as_ref().unwrap()
    }

    /// Goes to a page by its address.
    pub(crate) async fn open(&self, path: &str) {
        self.driver().goto(format!("{}{path}", self.site)).await.unwrap();
    }

    /// Keeps a cookie for the site, of which a page is open.
    pub(crate) async fn keep(&self, name: &str, value: &str) {
        let cookie = thirtyfour::Cookie::new(name, value);
        self.driver().add_cookie(cookie).await.unwrap();
    }

    /// Where it is, without the site.
    pub(crate) async fn path(&self) -> String {
        let url = self.driver().current_url().await.unwrap();
        match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        }
    }

    /// What can be read on the page.
    pub(crate) async fn text(&self) -> String {
        match self.driver().find(By::Tag("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            // Between two pages there is none.
            Err(_) => String::new(),
        }
    }

    /// Waits until the page says this, and returns its text.
    pub(crate) async fn wait_for(&self, words: &str) -> String {
        let started = Instant::now();
        loop {
            let text = self.text().await;
            if text.contains(words) {
                return text;
            }
            assert!(started.elapsed() < DEADLINE, "{words:?} did not appear in:\n{text}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Presses keys, one after the other.
    pub(crate) async fn press(&mut self, keys: &[&str]) {
        for key in keys {
            self.keys += 1;
            self.driver().action_chain().send_keys(*key).perform().await.unwrap();
        }
    }

    /// Presses Control and Enter: sends what was written.
    pub(crate) async fn press_send(&mut self) {
        self.keys += 1;
        let enter = Key::Enter;
        let chain = self.driver().action_chain().key_down(Key::Control).send_keys(enter.value().to_string());
        chain.key_up(Key::Control).perform().await.unwrap();
    }

    /// Writes where the cursor is.
    pub(crate) async fn write(&self, text: &str) {
        self.driver().action_chain().send_keys(text).perform().await.unwrap();
    }

    /// An element of the page, by its selector.
    pub(crate) async fn find(&self, selector: &str) -> WebElement {
        let element = self.driver().query(By::Css(selector)).wait(DEADLINE, Duration::from_millis(50));
        element.first().await.unwrap()
    }

    /// Waits until the first element of a selector says exactly this.
    pub(crate) async fn wait_for_text(&self, selector: &str, words: &str) {
        let started = Instant::now();
        let script = format!("(document.querySelector({selector:?}) || {{}}).textContent || ''");
        loop {
            let text = self.ask(&script).await;
            if text == words {
                return;
            }
            assert!(started.elapsed() < DEADLINE, "{selector} says {text}, and not {words:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// How many elements fit a selector.
    pub(crate) async fn count(&self, selector: &str) -> usize {
        self.driver().find_all(By::Css(selector)).await.unwrap().len()
    }

    /// What a script returns, such as the size of a picture that was drawn.
    pub(crate) async fn ask(&self, script: &str) -> serde_json::Value {
        self.driver().execute(format!("return {script}"), Vec::new()).await.unwrap().json().clone()
    }

    /// Waits until a script's expression is true.
    pub(crate) async fn wait_until(&self, expression: &str) {
        let started = Instant::now();
        while self.ask(expression).await != true {
            assert!(started.elapsed() < DEADLINE, "{expression} did not become true");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Sends a form from the page as the page itself would, and returns the status of the answer.
    pub(crate) async fn send(&self, path: &str, form: &str) -> i64 {
        let how = "{ method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: arguments[1] }";
        self.fetch(&format!("fetch(arguments[0], {how})"), vec![path.into(), form.into()]).await
    }

    /// The status of what is at a path.
    pub(crate) async fn status(&self, path: &str) -> i64 {
        self.fetch("fetch(arguments[0])", vec![path.into()]).await
    }

    async fn fetch(&self, script: &str, arguments: Vec<serde_json::Value>) -> i64 {
        let script = format!("return {script}.then((answer) => answer.status)");
        let answer = self.driver().execute(script, arguments).await.unwrap();
        answer.json().as_i64().unwrap()
    }

    /// Takes the line away, or gives it back.
    pub(crate) async fn offline(&self, is_offline: bool) {
        let conditions = serde_json::json!({
            "offline": is_offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        });
        let cdp = self.driver().cdp();
        cdp.send_raw("Network.enable", serde_json::json!({})).await.unwrap();
        cdp.send_raw("Network.emulateNetworkConditions", conditions).await.unwrap();
    }

    /// Keeps pictures of the page in every size in the folder that `BIANMIN_PICTURES` names, and asserts that no page is
    /// scrolled sideways.
    pub(crate) async fn look(&self, name: &str) {
        for size in SIZES {
            self.show(size).await;
            let beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(self.ask(beyond).await, 0, "{name} is wider than the window at {}", size.0);
            if let Some(folder) = std::env::var_os("BIANMIN_PICTURES") {
                let file = PathBuf::from(folder).join(format!("{name}-{}.png", size.0));
                self.picture(&file).await;
            }
        }
        self.show(SIZES[0]).await;
    }

    /// A picture of the page as it is shown.
    pub(crate) async fn picture(&self, file: &Path) {
        self.driver().screenshot(file).await.unwrap();
    }

    /// Keeps a picture of the page as it is in the folder that `BIANMIN_PICTURES` names.
    pub(crate) async fn keep_picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("BIANMIN_PICTURES") {
            let file = PathBuf::from(folder).join(format!("{name}.png"));
            self.driver().screenshot(&file).await.unwrap();
        }
    }

    /// Gives the page this size.
    pub(crate) async fn show(&self, (_, width, height, scale): (&str, u32, u32, f64)) {
        let metrics = serde_json::json!({
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false,
        });
        self.driver().cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await.unwrap();
    }

    /// Ends browser and driver in good order.
    pub(crate) async fn end(mut self) {
        if let Some(driver) = self.driver.take() {
            let _ = driver.quit().await;
        }
    }
}

/// The port that the driver chose.
fn port(output: impl std::io::BufRead) -> u16 {
    let line = output.lines().map_while(Result::ok).find(|line| line.contains("successfully on port"));
    let line = line.expect("chromedriver names no port");
    let digits = line.rsplit("port ").next().unwrap().trim_end_matches('.');
    digits.parse().unwrap_or_else(|_| panic!("no port in {line:?}"))
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        // A driver that was killed leaves its browser behind: the processes that have this profile are this test's.
        let profile = self.profile.path().as_os_str().as_encoded_bytes();
        let Ok(entries) = std::fs::read_dir("/proc") else { return };
        for entry in entries.flatten() {
            let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            if command.windows(profile.len()).any(|window| window == profile)
                && let Some(process) = rustix::process::Pid::from_raw(id)
            {
                let _ = rustix::process::kill_process(process, rustix::process::Signal::KILL);
            }
        }
        if let Some(driver) = self.driver.take() {
            // Nothing is left that could be asked to end; the client must not wait for it.
            let _ = driver.leak();
        }
    }
}
