//! The steps of `action.yml`, with a release in a folder, a real repository with a base and a head, and a `gh` that writes down
//! what it is asked.

use serde_json::{Value, json};

use crate::Test;
use crate::release::{VERSION, release};
use crate::support::{Place, ROOT, Said, read, say, validate, yaml};

/// The programs that GitHub's machines have.
const NEEDS: &[&str] = &["curl", "jq", "tar", "sha256sum"];

/// The tests.
pub const TESTS: &[Test] = &[
    (NEEDS, "action_checks", checks),
    (NEEDS, "action_annotates", annotates),
    (NEEDS, "action_makes_sarif", makes_sarif),
    (NEEDS, "action_reviews_once", reviews_once),
    (NEEDS, "action_reviews_without_history", reviews_without_history),
    (NEEDS, "action_falls_back_to_annotations", falls_back),
    (NEEDS, "action_takes_no_other_program", takes_no_other_program),
    (NEEDS, "action_takes_inputs_for_words", takes_inputs_for_words),
    (&[], "action_passes_every_input", passes_every_input),
];

/// A Dockerfile whose script is run, and has no x bit where the test makes none.
const BASE: &str = "FROM node:22\nCOPY old.sh /\nCMD [\"/old.sh\"]\n";
/// The same with one more.
pub const HEAD: &str = "FROM node:22\nCOPY old.sh /\nCOPY start.sh /\nCMD [\"/start.sh\"]\n";

/// What `gh` does: it keeps the review that is posted, and answers with the texts that lie in the folder `github`. Where `refuse`
/// lies there, nothing can be written.
const GH: &str = r#"
folder=$(dirname "$0")/../github
echo "$*" >>"$folder/calls"
case "$*" in
  *"--method POST"*)
    if [ -e "$folder/refuse" ]; then echo "gh: Resource not accessible by integration (HTTP $(cat "$folder/refuse"))" >&2; exit 1; fi
    for last; do :; done
    cp "$last" "$folder/posted.json" ;;
  *diff*) cat "$folder/pull.diff" ;;
  *comments*) cat "$folder/comments.json" ;;
  *reviews*) cat "$folder/reviews.json" ;;
  *) exit 64 ;;
esac"#;

/// Commits a base, and on it a change that adds a script without the x bit.
pub fn propose(place: &Place) -> (String, String) {
    place.write("work/Dockerfile", BASE);
    place.write("work/old.sh", "#!/bin/sh\n");
    let base = place.commit();
    place.write("work/Dockerfile", HEAD);
    place.write("work/start.sh", "#!/bin/sh\n");
    (base, place.commit())
}

/// A pull request that adds a script without the x bit.
struct Pull {
    place: Place,
    base: String,
    head: String,
    release_url: String,
}

impl Pull {
    fn new() -> Self {
        let place = Place::new();
        let release_url = release(&place);
        place.script("bin/gh", GH);
        for (name, text) in [("comments", "[]"), ("reviews", "[]"), ("calls", "")] {
            place.write(&format!("github/{name}{}", if name == "calls" { "" } else { ".json" }), text);
        }
        let (base, head) = propose(&place);
        place.write("github/pull.diff", &(place.git(&["diff", &base, &head]) + "\n"));
        let pull = Self { place, base, head, release_url };
        pull.event("acme/shop");
        pull
    }

    /// Writes the event, whose head is in this repository.
    fn event(&self, repository: &str) {
        let head = json!({"sha": self.head, "repo": {"full_name": repository}});
        let event = json!({"pull_request": {"number": 12, "base": {"sha": self.base}, "head": head}});
        self.place.write("github/event.json", &event.to_string());
    }

    /// Runs the step of the action on a pull request, with these variables besides.
    fn run(&self, variables: &[(&str, &str)]) -> Said {
        let path = |name: &str| self.place.path(name).to_str().unwrap().to_owned();
        let mut command = self.place.command("bash", &[&format!("{ROOT}/.github/action/run.sh")]);
        command.env("RUNNER_OS", "Linux").env("RUNNER_ARCH", "X64").env("RUNNER_TEMP", path("github"));
        command.env("GITHUB_REPOSITORY", "acme/shop").env("GITHUB_EVENT_NAME", "pull_request");
        command.env("GITHUB_EVENT_PATH", path("github/event.json")).env("GITHUB_OUTPUT", path("github/output"));
        command.env("INPUT_RELEASE_URL", &self.release_url);
        command.envs(variables.iter().copied());
        say(&mut command)
    }

    fn review(&self) -> Value {
        let review = self.place.json("github/posted.json");
        validate("github-create-review.json", &review);
        review
    }

    fn is_reviewed(&self) -> bool {
        self.place.path("github/posted.json").exists()
    }
}

fn checks() {
    let pull = Pull::new();
    let said = pull.run(&[]).expect(1).stdout;
    assert!(said.contains(&format!("dockfix {VERSION} is used\n::stop-commands::")), "{said}");
    assert!(said.contains("warning[copy-without-chmod]") && said.contains("start.sh"), "{said}");
    assert_eq!(pull.place.read("github/output"), "exit-code=1\n");
    pull.run(&[("INPUT_FAIL_ON", "never")]).expect(0);
    pull.run(&[("INPUT_FAIL_ON", "changes")]).expect(1);
    pull.run(&[("INPUT_ARGS", "--select security")]).expect(0);
    // `old.sh` is not run, so that what the pull request changes is all there is.
    pull.run(&[("INPUT_ONLY_CHANGED", "true")]).expect(1);
    pull.run(&[("INPUT_PATHS", "gone")]).expect(2);
}

fn annotates() {
    let pull = Pull::new();
    let said = pull.run(&[("INPUT_MODE", "annotate")]).expect(1).stdout;
    assert!(said.contains("\n::warning file=Dockerfile,line=3,endLine=3,title=copy-without-chmod::"), "{said}");
}

fn makes_sarif() {
    let pull = Pull::new();
    pull.run(&[("INPUT_MODE", "sarif")]).expect(1);
    let output = pull.place.read("github/output");
    let file = output.lines().find_map(|line| line.strip_prefix("sarif-file=")).unwrap();
    let sarif: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "copy-without-chmod");
}

fn reviews_once() {
    let pull = Pull::new();
    let suggest = [("INPUT_MODE", "suggest")];
    pull.run(&suggest).expect(1);
    let review = pull.review();
    assert_eq!(review["commit_id"], pull.head.as_str());
    let comment = &review["comments"][0];
    assert_eq!((&comment["path"], &comment["line"]), (&json!("Dockerfile"), &json!(3)));
    assert!(comment["body"].as_str().unwrap().contains("```suggestion\nCOPY start.sh /\nRUN chmod 755 /start.sh\n```"));
    let calls = pull.place.read("github/calls");
    assert!(calls.contains("api --method POST repos/acme/shop/pulls/12/reviews --input "), "{calls}");

    // What stands there is not said again, and what is said of another line is.
    std::fs::remove_file(pull.place.path("github/posted.json")).unwrap();
    let body = comment["body"].as_str().unwrap().replace('\n', "\r\n");
    let there = |line: Value| json!([{"path": "Dockerfile", "line": line, "body": body}]).to_string();
    pull.place.write("github/comments.json", &format!("[]{}", there(json!(3))));
    assert!(pull.run(&suggest).expect(1).stdout.contains("nothing new to say"));
    assert!(!pull.is_reviewed());
    pull.place.write("github/comments.json", &there(Value::Null));
    pull.run(&suggest).expect(1);
    assert!(pull.is_reviewed());
}

fn reviews_without_history() {
    let pull = Pull::new();
    let origin = format!("file://{}", pull.place.path("work").display());
    pull.place.git(&["clone", "--quiet", "--depth=1", &origin, "../shallow"]);
    std::fs::rename(pull.place.path("work"), pull.place.path("whole")).unwrap();
    std::fs::rename(pull.place.path("shallow"), pull.place.path("work")).unwrap();
    pull.run(&[("INPUT_MODE", "suggest")]).expect(1);
    assert_eq!(pull.review()["comments"].as_array().unwrap().len(), 1);
}

fn falls_back() {
    let suggest = ("INPUT_MODE", "suggest");
    let annotation = "\n::warning file=Dockerfile,line=3,";
    let pull = Pull::new();
    pull.place.write("github/refuse", "403");
    let said = pull.run(&[suggest]).expect(1).stdout;
    assert!(said.contains("needs `permissions: pull-requests: write`") && said.contains(annotation), "{said}");
    pull.event("somebody/shop");
    let said = pull.run(&[suggest]).expect(1).stdout;
    assert!(said.contains("pull request from a fork may only read") && said.contains(annotation), "{said}");
    pull.place.write("github/refuse", "422");
    let said = pull.run(&[suggest]).expect(1).stdout;
    assert!(said.contains("(HTTP 422)") && said.contains(annotation), "{said}");
    let said = pull.run(&[suggest, ("GITHUB_EVENT_NAME", "push")]).expect(1).stdout;
    assert!(said.contains("no pull request to review on the event push") && said.contains(annotation), "{said}");
    // The merge with the base has other lines.
    pull.place.git(&["checkout", "--quiet", &pull.base]);
    let said = pull.run(&[suggest]).expect(2).stdout;
    assert!(said.contains("::error title=dockfix::the head of the pull request is not what is checked out"), "{said}");
    assert!(!pull.is_reviewed());
}

fn takes_no_other_program() {
    let pull = Pull::new();
    let error = |variables: &[(&str, &str)]| {
        let said = pull.run(variables).expect(2).stdout;
        said.lines().find_map(|line| line.strip_prefix("::error title=dockfix::")).unwrap_or(&said).to_owned()
    };
    assert!(error(&[("RUNNER_ARCH", "ARM64")]).contains("is there such a release?"));
    assert!(error(&[("RUNNER_OS", "Plan9")]).contains("no release of dockfix for Plan9 on X64"));
    assert!(error(&[("INPUT_VERSION", "9.9.9")]).contains("dockfix 9.9.9 cannot be had"));
    assert!(error(&[("INPUT_VERSION", "../../1.2.3")]).contains("is no version"));
    assert!(error(&[("INPUT_MODE", "mend")]).contains("write check, annotate, suggest or sarif"));
    assert!(error(&[("INPUT_FAIL_ON", "x")]).contains("write findings, changes or never"));
    pull.run(&[("INPUT_VERSION", &format!("v{VERSION}"))]).expect(1);
    let sums = format!("release/download/v{VERSION}/SHA256SUMS");
    for text in [&format!("{}  dockfix-x86_64-unknown-linux-musl.tar.gz\n", "0".repeat(64)), ""] {
        pull.place.write(&sums, text);
        assert!(error(&[]).contains("it is not used"));
    }
}

/// Neither a shell nor dockfix takes a part of an input for anything else than a word or a path.
fn takes_inputs_for_words() {
    let pull = Pull::new();
    pull.place.write("work/a b/Dockerfile", "FROM alpine\n");
    pull.place.write("work/--apply", "FROM alpine\n");
    let paths = "a b\r\n\n--apply\n";
    let hostile = "--select $(touch${IFS}made),`touch\tmade`;touch made";
    assert!(pull.run(&[("INPUT_PATHS", paths)]).expect(0).stdout.contains("0 findings in 2 files"));
    pull.run(&[("INPUT_ARGS", hostile)]).expect(2);
    pull.run(&[("INPUT_PATHS", hostile)]).expect(2);
    assert!(!pull.place.path("work/made").exists());
    // A name that looks like a workflow command stands where such are not read.
    pull.place.write("work/x\n::error::Dockerfile", HEAD);
    let said = pull.run(&[("INPUT_PATHS", "x\n::error::Dockerfile\n.")]).stdout;
    let stopped = said.find("::stop-commands::").unwrap();
    assert!(!said[..stopped].contains("\n::error"), "{said}");
}

fn passes_every_input() {
    let action = yaml(&read("action.yml"));
    let step = &action["runs"]["steps"][0];
    let passed = step["env"].as_object().unwrap();
    for (name, input) in action["inputs"].as_object().unwrap() {
        assert!(input["description"].is_string(), "{name}");
        let variable = format!("INPUT_{}", name.to_uppercase().replace('-', "_"));
        let value = format!("${{{{ inputs.{name} }}}}");
        let elsewhere = ["token", "working-directory"].contains(&name.as_str());
        assert!(elsewhere || passed[&variable] == value.as_str(), "{name} does not reach the script");
        assert!(elsewhere || read(".github/action/run.sh").contains(&variable), "nothing reads {variable}");
    }
}
