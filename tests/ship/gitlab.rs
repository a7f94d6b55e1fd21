//! The jobs of `templates/dockfix.yml`, as GitLab would run them, with a release in a folder and a false GitLab.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

use crate::Test;
use crate::action::{HEAD, propose};
use crate::release::{VERSION, release};
use crate::support::{Place, ROOT, Said, read, say, validate, yaml};

/// The programs that the image of the jobs has, or brings.
const NEEDS: &[&str] = &["curl", "jq", "tar", "sha256sum"];

/// The tests.
pub const TESTS: &[Test] = &[
    (&[], "gitlab_template_is_a_component", is_a_component),
    (&["shellcheck"], "gitlab_scripts_pass_shellcheck", pass_shellcheck),
    (NEEDS, "gitlab_has_a_code_quality_report", code_quality),
    (NEEDS, "gitlab_reviews_once", reviews_once),
    (NEEDS, "gitlab_takes_no_other_program", takes_no_other_program),
];

const TOKEN: &str = "glpat-secret";

/// The inputs and the jobs, with `release_url` and the defaults of the other inputs put in.
fn template(release_url: &str) -> (Value, Value) {
    let text = read("templates/dockfix.yml");
    let (head, jobs) = text.split_once("\n---\n").unwrap();
    let inputs = yaml(head)["spec"]["inputs"].clone();
    let mut jobs = jobs.to_owned();
    for (name, input) in inputs.as_object().unwrap() {
        let value = input["default"].as_str().unwrap_or(release_url);
        jobs = jobs.replace(&format!("$[[ inputs.{name} ]]"), value);
    }
    assert!(!jobs.contains("$[["), "an input is not declared");
    (inputs, yaml(&jobs))
}

fn is_a_component() {
    let (inputs, jobs) = template("RELEASES");
    assert_eq!(inputs["version"]["default"], VERSION);
    let required = inputs.as_object().unwrap().iter().filter(|(_, input)| input["default"].is_null());
    assert_eq!(required.map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["release-url"]);
    assert_eq!(jobs["dockfix-code-quality"]["artifacts"]["reports"]["codequality"], "gl-code-quality-report.json");
    assert_eq!(jobs["dockfix-code-quality"]["artifacts"]["when"], "always");
    for job in ["dockfix-code-quality", "dockfix-review"] {
        assert_eq!(jobs[job]["extends"], ".dockfix");
        assert!(jobs[job]["rules"].is_array());
    }
    // An input in a script would be a part of the program that the shell reads.
    for script in read("templates/dockfix.yml").split("script:").skip(1) {
        let script = script.split("\n  artifacts:").next().unwrap().split("\n  rules:").next().unwrap();
        assert!(!script.split("\n\"$[[").next().unwrap().contains("$[["), "{script}");
    }
}

/// What GitLab has a shell run for a job.
fn script(jobs: &Value, job: &str) -> String {
    format!("{}\n{}", jobs[".dockfix"]["before_script"][0].as_str().unwrap(), jobs[job]["script"][0].as_str().unwrap())
}

fn pass_shellcheck() {
    let place = Place::new();
    let (_, jobs) = template("RELEASES");
    for job in ["dockfix-code-quality", "dockfix-review"] {
        place.write("job.sh", &format!("#!/bin/sh\n{}", script(&jobs, job)));
        let said = place.run("shellcheck", &["--shell=sh", "../job.sh"]);
        assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    }
}

/// A merge request that adds a script without the x bit.
struct Merge {
    place: Place,
    base: String,
    head: String,
    jobs: Value,
}

impl Merge {
    fn new() -> Self {
        let place = Place::new();
        let (_, jobs) = template(&release(&place));
        let (base, head) = propose(&place);
        Self { place, base, head, jobs }
    }

    fn run(&self, job: &str, variables: &[(&str, &str)]) -> Said {
        let mut command = self.place.command("sh", &["-e", "-c", &script(&self.jobs, job)]);
        for (name, value) in self.jobs[".dockfix"]["variables"].as_object().unwrap() {
            command.env(name, value.as_str().unwrap());
        }
        command.env("CI_COMMIT_SHA", &self.head).env("CI_MERGE_REQUEST_DIFF_BASE_SHA", &self.base);
        command.env("CI_PROJECT_ID", "34").env("CI_MERGE_REQUEST_IID", "12").env("DOCKFIX_TOKEN", TOKEN);
        say(command.envs(variables.iter().copied()))
    }
}

fn code_quality() {
    let merge = Merge::new();
    merge.run("dockfix-code-quality", &[]).expect(1);
    let report = merge.place.json("work/gl-code-quality-report.json");
    validate("gitlab-code-quality.json", &report);
    assert_eq!(report[0]["check_name"], "copy-without-chmod");
    merge.run("dockfix-code-quality", &[("DOCKFIX_FAIL_ON", "never")]).expect(0);
    merge
        .run("dockfix-code-quality", &[("DOCKFIX_ARGS", "--select  security"), ("DOCKFIX_PATHS", "Dockerfile .")])
        .expect(0);
    merge.run("dockfix-code-quality", &[("DOCKFIX_ARGS", "$(touch made) * `touch made`;")]).expect(2);
    assert!(!merge.place.path("work/made").exists());
}

fn reviews_once() {
    let merge = Merge::new();
    let server = GitLab::start();
    let said = merge.run("dockfix-review", &[("CI_API_V4_URL", &server.url)]).expect(1);
    assert!(said.stdout.contains("1 new threads and notes"), "{}", said.stdout);
    assert!(!(said.stdout + &said.stderr).contains(TOKEN));
    let posted = server.posted();
    let [(path, thread)] = &posted[..] else { panic!("{posted:?}") };
    assert_eq!(path, "/projects/34/merge_requests/12/discussions");
    validate("gitlab-review.json", &json!({"discussions": [thread], "note": null}));
    assert_eq!(thread["position"]["new_line"], 3);
    assert_eq!(thread["position"]["head_sha"], merge.head.as_str());
    assert!(thread["body"].as_str().unwrap().contains("```suggestion:-0+0\nCOPY start.sh /\nRUN chmod 755 /start.sh"));

    // The server has it now, on its second page.
    merge.run("dockfix-review", &[("CI_API_V4_URL", &server.url)]).expect(1);
    assert_eq!(server.posted().len(), 1);

    // What stands nowhere in the diff comes as a note; a pipeline of merged results has another commit checked out.
    merge.place.write("work/other/Dockerfile", HEAD);
    merge.place.write("work/other/start.sh", "#!/bin/sh\n");
    let merged = merge.place.commit();
    let both = [("CI_COMMIT_SHA", merged.as_str()), ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", merge.head.as_str())];
    merge.run("dockfix-review", &[&both[..], &[("CI_API_V4_URL", &server.url)]].concat()).expect(1);
    assert_eq!(merge.place.git(&["rev-parse", "HEAD"]), merge.head);
    assert_eq!(server.posted().len(), 1);

    // One that is refused is told, and fails the job.
    let strict = GitLab::refusing();
    let said = merge.run("dockfix-review", &[("CI_API_V4_URL", &strict.url)]).expect(2);
    assert!(said.stderr.contains("it cannot be posted: {\"message\":\"400 Bad request\"}"), "{}", said.stderr);
}

fn takes_no_other_program() {
    let merge = Merge::new();
    let sums = format!("release/download/v{VERSION}/SHA256SUMS");
    merge.place.write(&sums, &format!("{}  dockfix-x86_64-unknown-linux-musl.tar.gz\n", "0".repeat(64)));
    assert!(merge.run("dockfix-code-quality", &[]).expect(2).stderr.contains("it is not used"));
    assert!(!std::path::Path::new(ROOT).join("gl-code-quality-report.json").exists());
}

/// A server that keeps what is posted, and shows the threads among it on the second of two pages.
struct GitLab {
    url: String,
    posted: Arc<Mutex<Vec<(String, Value)>>>,
}

impl GitLab {
    fn start() -> Self {
        Self::answering(false)
    }

    fn refusing() -> Self {
        Self::answering(true)
    }

    fn answering(refuses: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let posted = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&posted);
        thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &kept, refuses);
            }
        });
        Self { url, posted }
    }

    fn posted(&self) -> Vec<(String, Value)> {
        self.posted.lock().unwrap().clone()
    }
}

/// Answers one request, and closes the connection.
fn answer(mut stream: TcpStream, posted: &Mutex<Vec<(String, Value)>>, refuses: bool) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let (mut length, mut has_token) = (0, false);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "private-token" => has_token = value == TOKEN,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let target = line.split(' ').nth(1).unwrap().to_owned();
    let mut posted = posted.lock().unwrap();
    let (status, next, text) = match line.split(' ').next() {
        _ if !has_token => ("401 Unauthorized", "", json!({"message": "401 Unauthorized"})),
        Some("POST") if refuses => ("400 Bad Request", "", json!({"message": "400 Bad request"})),
        Some("POST") => {
            posted.push((target, serde_json::from_slice(&body).unwrap()));
            ("201 Created", "", json!({}))
        }
        _ if target.ends_with("&page=2") => {
            let threads: Vec<Value> = posted.iter().map(|(_, body)| json!({"notes": [body]})).collect();
            ("200 OK", "", json!(threads))
        }
        _ => ("200 OK", "2", json!([{"notes": [{"body": "Looks good"}]}])),
    };
    let text = text.to_string();
    let length = text.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nX-Next-Page: {next}\r\nConnection: close\r\n\r\n{text}"
    )
    .unwrap();
}
