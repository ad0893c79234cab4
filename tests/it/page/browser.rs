//! A headless Chromium, controlled through the [DevTools protocol](https://chromedevtools.github.io/devtools-protocol/)
//! over two pipes. Messages are JSON, and each ends with a zero byte.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Time limit for a condition on a page. It is long, because a busy machine is slow.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Browser {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    session: Option<Value>,
    sent: u64,
    /// Messages that are not answers to commands.
    pub events: Vec<Value>,
    _profile: TempDir,
}

impl Browser {
    /// Starts the browser. Without Chromium, prints that the test is skipped and returns `None`. With
    /// `RELATA_BROWSER_TESTS=required`, as in `.ci/run`, the test fails instead.
    pub fn start(width: u32, height: u32) -> Option<Self> {
        let Some(name) = NAMES.into_iter().find(|name| runs(name)) else {
            let reason = "there is no Chromium; install it (Debian: apt-get install chromium)";
            assert!(std::env::var_os("RELATA_BROWSER_TESTS").is_none_or(|value| value != "required"), "{reason}");
            // Not with `eprintln!`, whose output the test harness shows only for failed tests.
            let test = std::thread::current();
            let _ = writeln!(std::io::stderr(), "SKIPPED {}: {reason}", test.name().unwrap_or("a browser test"));
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        let folder = format!("--user-data-dir={}", profile.path().display());
        // Chromium reads from descriptor 3 and writes to 4.
        let mut process = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null", name])
            .args([
                "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            ])
            .args(["--no-first-run", "--disable-background-networking", "--hide-scrollbars", &folder, "about:blank"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let mut browser = Self { process, to, from, session: None, sent: 0, events: Vec::new(), _profile: profile };
        let target = browser.ask("Target.createTarget", json!({"url": "about:blank"}))["targetId"].clone();
        let attached = browser.ask("Target.attachToTarget", json!({"targetId": target, "flatten": true}));
        browser.session = Some(attached["sessionId"].clone());
        for domain in ["Page", "Runtime", "Network", "Log"] {
            browser.ask(&format!("{domain}.enable"), json!({}));
        }
        let screen = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        browser.ask("Emulation.setDeviceMetricsOverride", screen);
        Some(browser)
    }

    /// Sends a command and returns its answer.
    pub fn ask(&mut self, method: &str, parameters: Value) -> Value {
        self.sent += 1;
        let mut message = json!({"id": self.sent, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = session.clone();
        }
        self.to.write_all(format!("{message}\0").as_bytes()).unwrap();
        self.to.flush().unwrap();
        loop {
            let mut bytes = Vec::new();
            self.from.read_until(0, &mut bytes).unwrap();
            assert_eq!(bytes.pop(), Some(0), "the browser ended during {method}");
            let mut answer: Value = serde_json::from_slice(&bytes).unwrap();
            if answer["id"] != self.sent {
                self.events.push(answer);
                continue;
            }
            assert!(answer.get("error").is_none(), "{method}: {answer}");
            return answer["result"].take();
        }
    }

    pub fn open(&mut self, page: &Path) {
        self.ask("Page.navigate", json!({"url": format!("file://{}", page.display())}));
        self.wait_for("document.readyState === 'complete'");
    }

    /// Returns the value of a script.
    pub fn eval(&mut self, script: &str) -> Value {
        let mut answer = self.ask("Runtime.evaluate", json!({"expression": script, "returnByValue": true}));
        assert!(answer.get("exceptionDetails").is_none(), "{script}: {answer}");
        answer["result"]["value"].take()
    }

    #[track_caller]
    pub fn wait_for(&mut self, condition: &str) {
        let begun = Instant::now();
        while self.eval(condition) != true {
            assert!(begun.elapsed() < PATIENCE, "this did not become true: {condition}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Moves the mouse to the middle of the element that a selector finds, and clicks.
    pub fn click(&mut self, selector: &str) {
        // Waits until smooth scrolling after a jump has ended. Otherwise the element would move away from the mouse.
        let mut at = self.eval("window.scrollY");
        loop {
            std::thread::sleep(Duration::from_millis(80));
            let now = self.eval("window.scrollY");
            if std::mem::replace(&mut at, now.clone()) == now {
                break;
            }
        }
        let script = format!(
            "(() => {{ const found = document.querySelector({selector:?}); \
             found.scrollIntoView({{ block: 'center', behavior: 'instant' }}); \
             const box = found.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
        );
        let at = self.eval(&script);
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let (button, buttons) = if kind == "mouseMoved" { ("none", 0) } else { ("left", 1) };
            let event =
                json!({"type": kind, "x": at[0], "y": at[1], "button": button, "buttons": buttons, "clickCount": 1});
            self.ask("Input.dispatchMouseEvent", event);
        }
    }

    pub fn type_text(&mut self, text: &str) {
        self.ask("Input.insertText", json!({"text": text}));
    }

    pub fn press(&mut self, key: &str) {
        for kind in ["keyDown", "keyUp"] {
            self.ask("Input.dispatchKeyEvent", json!({"type": kind, "key": key}));
        }
    }

    pub fn prefer(&mut self, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.ask("Emulation.setEmulatedMedia", json!({"features": features}));
    }

    /// Shows the page for a medium, `screen` or `print`.
    pub fn medium(&mut self, name: &str) {
        self.ask("Emulation.setEmulatedMedia", json!({"media": name}));
    }

    /// Returns the messages of the console, and the requests for anything but files.
    pub fn complaints(&self) -> Vec<&Value> {
        let is_complaint = |event: &&Value| match event["method"].as_str().unwrap_or_default() {
            "Runtime.exceptionThrown" | "Runtime.consoleAPICalled" | "Log.entryAdded" => true,
            "Network.requestWillBeSent" => !event["params"]["request"]["url"].as_str().unwrap().starts_with("file://"),
            _ => false,
        };
        self.events.iter().filter(is_complaint).collect()
    }
}

/// Whether a program runs, and is not only a script that asks to install the program.
fn runs(name: &str) -> bool {
    Command::new(name).arg("--version").stderr(Stdio::null()).output().is_ok_and(|output| output.status.success())
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ignores errors: the process may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
