//! What is asked of the Docker daemon itself, without its command line client: a test asks a dozen times, and to start a client
//! takes longer than most of the answers.
//!
//! The paths and fields are those of the Docker Engine API, <https://docs.docker.com/reference/api/engine/>. HTTP/1.0 is spoken,
//! so that every answer is whole when the connection ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

/// The oldest version of the API that has all that is used here.
const VERSION: &str = "v1.41";

/// An answer: its status, and its body, which is not read yet.
struct Answer {
    status: u16,
    body: BufReader<UnixStream>,
}

/// A container that is removed when dropped.
pub struct Container(String);

/// How a container's command ended.
pub struct Ended {
    pub status: i32,
    /// Standard output and standard error, in the order in which they were written.
    pub output: String,
}

/// What `docker inspect` shows of the image `name`.
pub fn image(name: &str) -> Result<Value> {
    ask("GET", &format!("/images/{name}/json"), None)?.json()
}

/// Takes the name `name` away. Layers stay for the cache.
pub fn remove_name(name: &str) {
    drop(ask("DELETE", &format!("/images/{name}?noprune=1"), None));
}

impl Container {
    /// A container of the image `name` without a network. `more` are further fields of its configuration.
    pub fn create(name: &str, mut more: Value) -> Result<Self> {
        more["Image"] = json!(name);
        more["HostConfig"]["NetworkMode"] = json!("none");
        let created = ask("POST", "/containers/create", Some(&more))?.json()?;
        Ok(Self(created["Id"].as_str().context("the new container has no name")?.to_owned()))
    }

    /// Its file system, a tar stream.
    pub fn export(&self) -> Result<impl Read> {
        let answer = ask("GET", &format!("/containers/{}/export", self.0), None)?;
        ensure!(answer.status == 200, "the daemon answers {} to an export", answer.status);
        Ok(answer.body)
    }

    /// Runs its command and waits for the end. A command that cannot be started ends as `docker run` has it, with 126 or 127.
    pub fn run(&self) -> Result<Ended> {
        let started = ask("POST", &format!("/containers/{}/start", self.0), None)?;
        if started.status != 204 {
            let output = started.text()?;
            let refused = ["permission denied", "is a directory"].iter().any(|what| output.contains(what));
            let missing = ["executable file not found", "no such file or directory"];
            let status = match () {
                () if refused => 126,
                () if missing.iter().any(|what| output.contains(what)) => 127,
                () => 125,
            };
            return Ok(Ended { status, output });
        }
        let waited = ask("POST", &format!("/containers/{}/wait", self.0), None)?.json()?;
        let status = waited["StatusCode"].as_i64().with_context(|| format!("no status in {waited}"))?;
        let logs = ask("GET", &format!("/containers/{}/logs?stdout=1&stderr=1", self.0), None)?;
        Ok(Ended { status: i32::try_from(status)?, output: joined(logs.body)? })
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        drop(ask("DELETE", &format!("/containers/{}?force=1&v=1", self.0), None));
    }
}

impl Answer {
    fn text(mut self) -> Result<String> {
        let mut text = String::new();
        self.body.read_to_string(&mut text)?;
        Ok(text)
    }

    fn json(self) -> Result<Value> {
        let status = self.status;
        let text = self.text()?;
        ensure!((200..300).contains(&status), "the daemon answers {status}: {text}");
        Ok(serde_json::from_str(&text)?)
    }
}

fn ask(method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
    let host = std::env::var("DOCKER_HOST").context("DOCKER_HOST is not set")?;
    let socket = host.strip_prefix("unix://").with_context(|| format!("{host} is no socket"))?;
    let mut stream = UnixStream::connect(socket).with_context(|| format!("nobody answers at {socket}"))?;
    let body = body.map(Value::to_string).unwrap_or_default();
    let length = body.len();
    write!(
        stream,
        "{method} /{VERSION}{path} HTTP/1.0\r\nHost: docker\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut body = BufReader::with_capacity(1 << 20, stream);
    let mut line = String::new();
    body.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.with_context(|| format!("the daemon answers {line:?}"))?;
    while line.trim_end() != "" {
        line.clear();
        if body.read_line(&mut line)? == 0 {
            bail!("the daemon's answer ends within its head");
        }
    }
    Ok(Answer { status, body })
}

/// The two streams of a container without a terminal come in frames: one byte for the stream, three of nothing, the length.
fn joined(mut frames: impl Read) -> Result<String> {
    let mut bytes = Vec::new();
    let mut head = [0; 8];
    while frames.read_exact(&mut head).is_ok() {
        let length = u32::from_be_bytes([head[4], head[5], head[6], head[7]]);
        frames.by_ref().take(length.into()).read_to_end(&mut bytes)?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
