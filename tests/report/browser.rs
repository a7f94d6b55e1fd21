//! Chromium, driven over WebDriver (<https://www.w3.org/TR/webdriver2/>) by the chromedriver that comes with it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a page may take to become what a test waits for.
const PATIENCE: Duration = Duration::from_secs(20);
/// What an element is called in answers.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Where the two programs are, if both are there.
pub fn programs() -> Option<(PathBuf, PathBuf)> {
    let find = |names: &[&str]| {
        let path = std::env::var_os("PATH")?;
        let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|file| file.is_file())
    };
    Some((find(&["chromedriver"])?, find(&["chromium", "chromium-browser", "google-chrome"])?))
}

/// A browser with one window.
pub struct Browser {
    driver: Child,
    session: String,
    agent: ureq::Agent,
    _profile: TempDir,
}

impl Browser {
    /// Starts it. It runs as root and in a container, where there is neither a sandbox nor much of `/dev/shm`.
    pub fn start((driver, binary): &(PathBuf, PathBuf)) -> Self {
        let mut driver =
            Command::new(driver).arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let (sender, port) = std::sync::mpsc::channel();
        // Read to the end, since whoever stops reading stops the writer.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let port = line.split_once("started successfully on port ").map(|(_, port)| port.trim_end_matches('.'));
                port.and_then(|port| port.parse::<u16>().ok()).map(|port| sender.send(port));
            }
        });
        let port = port.recv_timeout(PATIENCE).expect("chromedriver starts and names its port");
        let profile = tempfile::tempdir().unwrap();
        let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE * 3));
        let mut browser = Self {
            driver,
            session: format!("http://127.0.0.1:{port}"),
            agent: config.build().into(),
            _profile: profile,
        };
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--no-first-run",
            "--disable-extensions",
            "--disable-background-networking",
            "--disable-component-update",
            "--force-device-scale-factor=1",
            "--hide-scrollbars",
            "--window-size=1400,1600",
        ];
        let profile = format!("--user-data-dir={}", browser._profile.path().display());
        let arguments: Vec<&str> = arguments.into_iter().chain([profile.as_str()]).collect();
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": binary, "args": arguments},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}});
        let created = browser.post("/session", &capabilities);
        browser.session = format!("{}/session/{}", browser.session, created["sessionId"].as_str().unwrap());
        browser
    }

    fn answer(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>, path: &str) -> Value {
        let mut response = response.unwrap_or_else(|error| panic!("{path}: {error}"));
        let text = response.body_mut().with_config().limit(64 << 20).read_to_string().unwrap();
        let mut answer: Value = serde_json::from_str(&text).unwrap();
        assert!(response.status().is_success(), "{path}: {}", answer["value"]["message"]);
        answer["value"].take()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.agent.post(format!("{}{path}", self.session)).content_type("application/json");
        Self::answer(request.send(body.to_string()), path)
    }

    fn get(&self, path: &str) -> Value {
        Self::answer(self.agent.get(format!("{}{path}", self.session)).call(), path)
    }

    /// Opens the page in `file`, and forgets what was noted of the one before.
    pub fn open(&self, file: &Path) {
        for log in ["browser", "performance"] {
            self.post("/se/log", &json!({"type": log}));
        }
        self.post("/url", &json!({"url": format!("file://{}", file.display())}));
        self.wait("the page is ready", "return document.readyState === 'complete'");
    }

    /// What `script` returns.
    pub fn script(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// Waits until `script` returns true.
    pub fn wait(&self, what: &str, script: &str) {
        let begin = Instant::now();
        while self.script(script) != Value::Bool(true) {
            assert!(begin.elapsed() < PATIENCE, "{what}: {script} stays false");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn element(&self, selector: &str) -> String {
        let found = self.post("/element", &json!({"using": "css selector", "value": selector}));
        found[ELEMENT].as_str().unwrap().to_owned()
    }

    /// Clicks what `selector` finds, as a mouse does: it has to be in sight.
    pub fn click(&self, selector: &str) {
        self.post(&format!("/element/{}/click", self.element(selector)), &json!({}));
    }

    /// Types into what `selector` finds.
    pub fn keys(&self, selector: &str, text: &str) {
        self.post(&format!("/element/{}/value", self.element(selector)), &json!({"text": text}));
    }

    /// What the page complained of, and what it asked of the network besides itself.
    pub fn complaints(&self) -> Vec<String> {
        let console = self.post("/se/log", &json!({"type": "browser"}));
        let mut found: Vec<String> =
            console.as_array().unwrap().iter().map(|line| line["message"].to_string()).collect();
        let events = self.post("/se/log", &json!({"type": "performance"}));
        for event in events.as_array().unwrap() {
            let event: Value = serde_json::from_str(event["message"].as_str().unwrap()).unwrap();
            let (event, request) = (&event["message"], &event["message"]["params"]["request"]);
            let is_page = event["params"]["type"] == "Document";
            if event["method"] == "Network.requestWillBeSent" && !is_page {
                found.push(format!("asked for {}", request["url"]));
            }
        }
        found
    }

    /// A picture of what is in sight, as a PNG.
    pub fn screenshot(&self) -> Vec<u8> {
        base64(self.get("/screenshot").as_str().unwrap())
    }

    /// Makes the window this large, in pixels.
    pub fn resize(&self, width: u32, height: u32) {
        self.post("/window/rect", &json!({"width": width, "height": height}));
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends its browser with the session.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b'=').map(digit).collect();
    let bytes = digits.chunks(4).flat_map(|chunk| {
        let number = (0..4).fold(0_u32, |sum, at| sum << 6 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        number.to_be_bytes()[1..chunk.len()].to_vec()
    });
    bytes.collect()
}
