//! Fetching a model from a server on this machine that behaves like the Hugging Face hub, or like a faulty one.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use relata::embed::default_model;
use relata::embed::store::ModelStore;

/// How the server answers requests for the weights.
#[derive(Clone, Copy, PartialEq)]
enum Hub {
    Honest,
    /// Sends the weights with one byte changed.
    Altered,
    /// Closes the connection once, after a third of the file.
    Breaks,
    /// Accepts connections and never answers.
    Silent,
    /// Sends a small file without an end.
    Endless,
    /// Redirects to another server, without https.
    Redirects,
    NotFound,
}

struct Server {
    endpoint: String,
    /// The bytes of the weights sent so far.
    sent: Arc<AtomicU64>,
}

/// The model's folder in the user's cache.
static MODEL: LazyLock<std::path::PathBuf> =
    LazyLock::new(|| ModelStore::from_env().unwrap().obtain(default_model(), &mut |_| ()).unwrap());

fn serve(hub: Hub) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let sent = Arc::new(AtomicU64::new(0));
    let counter = sent.clone();
    let broken = Arc::new(std::sync::atomic::AtomicBool::new(false));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (counter, broken) = (counter.clone(), broken.clone());
            // The thread ends if its client goes away.
            std::thread::spawn(move || drop(answer(stream.unwrap(), hub, &counter, &broken)));
        }
    });
    Server { endpoint, sent }
}

fn answer(
    mut stream: TcpStream,
    hub: Hub,
    sent: &AtomicU64,
    broken: &std::sync::atomic::AtomicBool,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().unwrap()?;
    let mut start = 0;
    let mut probe = false;
    for line in lines {
        let line = line?.to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(range) = line.strip_prefix("range: bytes=") {
            start = range.split('-').next().unwrap().parse().unwrap();
            probe = range == "0-0";
        }
    }
    if hub == Hub::Silent {
        std::thread::sleep(Duration::from_secs(60));
    }
    let path = request.split(' ').nth(1).unwrap();
    let name = path.split("/resolve/main/").nth(1).unwrap_or_default();
    let file = MODEL.join(name);
    if hub == Hub::NotFound || !file.is_file() {
        return stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    }
    if hub == Hub::Redirects {
        return stream.write_all(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/x\r\ncontent-length: 0\r\n\r\n");
    }
    if hub == Hub::Endless {
        stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")?;
        loop {
            sent.fetch_add(stream.write(&[b' '; 1 << 16])? as u64, Ordering::SeqCst);
        }
    }
    let mut bytes = std::fs::read(&file)?;
    let weights = name == "model.safetensors";
    if weights && hub == Hub::Altered {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
    }
    let total = bytes.len();
    let end = if probe { 1 } else { total };
    let head = format!(
        "HTTP/1.1 206 Partial Content\r\netag: \"{name}-tag\"\r\nx-repo-commit: abc\r\ncontent-range: bytes {start}-{}/{total}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        end - 1,
        end - start
    );
    stream.write_all(head.as_bytes())?;
    let mut body = &bytes[start..end];
    if weights && !probe && hub == Hub::Breaks && !broken.swap(true, Ordering::SeqCst) {
        body = &body[..total / 3];
    }
    if weights && !probe {
        sent.fetch_add(body.len() as u64, Ordering::SeqCst);
    }
    stream.write_all(body)
}

fn fetch(server: &Server, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relata"));
    command.args(["model", "fetch"]).env("HF_ENDPOINT", &server.endpoint).env("HF_HOME", folder.join("hf"));
    // Without Python in `PATH`, the hub is the only source.
    command.env("RELATA_CACHE", folder.join("cache")).env("PATH", folder).env_remove("RELATA_OFFLINE");
    for proxy in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env_remove(proxy);
    }
    command
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_model_is_fetched_once_and_again_if_it_changed_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(Hub::Honest);
    let fetched = fetch(&server, folder.path()).output().unwrap();
    assert!(fetched.status.success(), "{}", stderr(&fetched));
    assert!(stderr(&fetched).contains("fetching the model all-MiniLM-L6-v2 (87."), "{}", stderr(&fetched));
    assert!(stderr(&fetched).contains("from the Hugging Face hub (sentence-transformers/all-MiniLM-L6-v2)"));
    let size = default_model().files.iter().find(|file| file.path == "model.safetensors").unwrap().bytes;
    assert_eq!(server.sent.load(Ordering::SeqCst), size);
    let offline = fetch(&server, folder.path()).env("RELATA_OFFLINE", "1").output().unwrap();
    assert!(String::from_utf8_lossy(&offline.stdout).contains("is already fetched and undamaged"));
    assert_eq!(std::fs::read_dir(folder.path().join("cache/models")).unwrap().count(), 1, "only the model is left");

    // A model that has changed on disk is fetched again at its next use.
    let weights = folder.path().join("cache/models/all-MiniLM-L6-v2/model.safetensors");
    let mut bytes = std::fs::read(&weights).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::remove_file(&weights).unwrap();
    std::fs::write(&weights, bytes).unwrap();
    let mended = fetch(&server, folder.path()).output().unwrap();
    assert!(mended.status.success() && stderr(&mended).contains("fetching it again"), "{}", stderr(&mended));
}

#[test]
fn an_altered_download_is_never_used() {
    let folder = tempfile::tempdir().unwrap();
    let fetched = fetch(&serve(Hub::Altered), folder.path()).output().unwrap();
    assert_eq!(fetched.status.code(), Some(2));
    assert!(stderr(&fetched).contains("model.safetensors has the SHA-256"), "{}", stderr(&fetched));
    assert!(stderr(&fetched).contains("--model DIR"), "the message says what to do: {}", stderr(&fetched));
    assert!(!folder.path().join("cache/models/all-MiniLM-L6-v2").exists());
}

#[test]
fn an_interrupted_download_is_not_used_and_continues_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(Hub::Breaks);
    let broken = fetch(&server, folder.path()).output().unwrap();
    assert_eq!(broken.status.code(), Some(2), "{}", stderr(&broken));
    assert!(!folder.path().join("cache/models/all-MiniLM-L6-v2").exists());
    let continued = fetch(&server, folder.path()).output().unwrap();
    assert!(continued.status.success(), "{}", stderr(&continued));
    let size = default_model().files.iter().find(|file| file.path == "model.safetensors").unwrap().bytes;
    assert_eq!(server.sent.load(Ordering::SeqCst), size, "no byte was sent twice");
}

#[test]
fn a_silent_hub_fails_within_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let started = Instant::now();
    let silent = fetch(&serve(Hub::Silent), folder.path()).output().unwrap();
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    assert!(stderr(&silent).contains("no answer for 8 seconds"), "{}", stderr(&silent));
    let missing = fetch(&serve(Hub::NotFound), folder.path()).output().unwrap();
    assert_eq!(missing.status.code(), Some(2));
    assert!(stderr(&missing).contains("cannot get the model all-MiniLM-L6-v2"), "{}", stderr(&missing));
}

#[test]
fn a_file_without_an_end_is_given_up_at_its_size() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(Hub::Endless);
    let endless = fetch(&server, folder.path()).output().unwrap();
    assert_eq!(endless.status.code(), Some(2));
    assert!(stderr(&endless).contains("modules.json has 350 bytes instead of 349: refused"), "{}", stderr(&endless));
    assert!(server.sent.load(Ordering::SeqCst) < 50 << 20, "only what the buffers of the connection hold is sent");
}

#[test]
fn a_redirect_of_the_hub_to_another_server_needs_https() {
    let folder = tempfile::tempdir().unwrap();
    let redirected = fetch(&serve(Hub::Redirects), folder.path()).output().unwrap();
    assert!(stderr(&redirected).contains("redirects to another server (127.0.0.1:1)"), "{}", stderr(&redirected));
}

#[test]
fn nothing_is_downloaded_when_offline_is_set() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(Hub::Honest);
    let offline = fetch(&server, folder.path()).env("RELATA_OFFLINE", "1").output().unwrap();
    assert_eq!(offline.status.code(), Some(2));
    assert!(stderr(&offline).contains("RELATA_OFFLINE is set"), "{}", stderr(&offline));
    assert_eq!(server.sent.load(Ordering::SeqCst), 0);
}
