//! The formats for services that host code: each output is what its schema asks for, and what a format offers to be written is, byte for
//! byte, what `--apply` writes of these fixes. All rules' cases are the Dockerfiles, some of them with other line ends, a byte order mark, or
//! no end of the last line.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "../support/mod.rs"]
mod support;
mod taken;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dockfix::text::patch;
use dockfix::text::{Edit, EditSet, Span};
use serde_json::Value;
use support::case::{Case, Place};
use taken::Replacement;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// What finds most, so that fixes meet.
const ALL: [&str; 4] = ["check", "--preset", "all", "--unsafe"];

/// Runs `program`, and returns what it prints; `codes` are those that it may end with.
fn run(program: &str, folder: &Path, arguments: &[&str], codes: &[i32]) -> Vec<u8> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut command = Command::new(program);
    command.env_clear().env("PATH", path).env("HOME", folder).env("GIT_CONFIG_NOSYSTEM", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "x").env(format!("GIT_{who}_EMAIL"), "x@example.org");
    }
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    let code = output.status.code().unwrap();
    assert!(
        codes.contains(&code),
        "{program} {arguments:?} ended with {code}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn dockfix(folder: &Path, arguments: &[&str]) -> Value {
    serde_json::from_slice(&run(env!("CARGO_BIN_EXE_dockfix"), folder, arguments, &[0, 1, 2])).unwrap()
}

fn git(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    run("git", folder, &[&["-c", "core.autocrlf=false"], arguments].concat(), &[0])
}

fn validate(schema: &str, document: &Value) {
    validate_all(schema, std::iter::once(document));
}

fn validate_all<'v>(schema: &str, documents: impl IntoIterator<Item = &'v Value>) {
    let text = fs::read_to_string(Path::new(ROOT).join("tests/schemas").join(schema)).unwrap();
    // A bracket that Rust's expressions want escaped, as ECMAScript's do with the flag `u`.
    let text = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}\\\\]?$");
    let validator = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
    for document in documents {
        let errors: Vec<String> = validator
            .iter_errors(document)
            .take(5)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{schema}: {errors:#?}");
    }
}

/// All cases, each in a folder of its own.
struct Project {
    folder: tempfile::TempDir,
    /// The texts, by the path of the file.
    texts: BTreeMap<String, String>,
}

/// How the text of a case is written.
const VARIANTS: [&str; 5] = ["plain", "crlf", "open", "mark", "unicode"];

fn variant(text: &str, name: &str) -> String {
    match name {
        "crlf" => text.replace('\n', "\r\n"),
        "open" => text.trim_end_matches('\n').to_owned(),
        "mark" => format!("\u{feff}{text}"),
        "unicode" => format!("# é𐐀\n{text}"),
        _ => text.to_owned(),
    }
}

impl Project {
    /// Every case that something is written in, one of `step`, each as one of the variants.
    fn new(step: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut texts = BTreeMap::new();
        let cases = Case::load_all(&Path::new(ROOT).join("rules")).unwrap().into_iter();
        let cases = cases.filter(|case| case.after.is_some() && case.settings.filled.is_empty()).step_by(step);
        for (mut case, kind) in cases.zip(VARIANTS.into_iter().cycle()) {
            case.settings.git.repo = false;
            let text = variant(&case.before, kind);
            let name = format!("{}/{} {kind}", case.rule, case.name);
            let ignore = case.dockerignore_before.as_deref();
            case.prepare_text(&folder.path().join(&name), &text, ignore, Place::InContext).unwrap();
            texts.insert(format!("{name}/Dockerfile"), text);
        }
        Self { folder, texts }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn format(&self, format: &str, more: &[&str]) -> Value {
        dockfix(self.path(), &[&ALL, ["--format", format].as_slice(), more].concat())
    }

    /// Makes it a repository with two commits, the first of which has two thirds of the lines of two thirds of the files.
    fn commit(&self) -> String {
        git(self.path(), &["init", "--quiet", "--template=", "--initial-branch=main"]);
        for (index, (path, text)) in self.texts.iter().enumerate() {
            let lines = text.split_inclusive('\n').enumerate();
            let old: String = lines.filter(|(line, _)| (line + index) % 3 != 0).map(|(_, line)| line).collect();
            let file = self.path().join(path);
            if index % 3 == 0 { fs::remove_file(file).unwrap() } else { fs::write(file, old).unwrap() }
        }
        // Git takes some of these for the old names of new files.
        for (index, (path, text)) in self.texts.iter().enumerate().filter(|(index, _)| index % 6 == 0) {
            let old = text.split_inclusive('\n').enumerate().filter(|(line, _)| line % 5 != index % 5);
            let old: String = old.map(|(_, line)| line).collect();
            fs::write(self.path().join(path).with_file_name("old"), old).unwrap();
        }
        git(self.path(), &["add", "--all", "--force"]);
        git(self.path(), &["commit", "--quiet", "-m", "base"]);
        for path in self.texts.keys() {
            let _ = fs::remove_file(self.path().join(path).with_file_name("old"));
        }
        for (path, text) in &self.texts {
            fs::write(self.path().join(path), text).unwrap();
        }
        git(self.path(), &["add", "--all", "--force"]);
        git(self.path(), &["commit", "--quiet", "-m", "head"]);
        String::from_utf8(git(self.path(), &["rev-parse", "HEAD~1"])).unwrap().trim().to_owned()
    }
}

/// A fix that this run writes into the Dockerfile, and into it alone unless `alone` is false.
#[derive(Clone, Debug)]
struct Written {
    rule: String,
    edits: Vec<(String, Edit)>,
}

impl Written {
    fn edits_of(&self, target: &str) -> impl Iterator<Item = &Edit> {
        self.edits.iter().filter(move |(of, _)| of == target).map(|(_, edit)| edit)
    }
}

/// The fixes that are written in the first round, by file; and the files in which others are written too.
fn written(project: &Project) -> (BTreeMap<String, Vec<Written>>, BTreeSet<String>) {
    let json = project.format("json", &[]);
    let (mut first, mut later) = (BTreeMap::<String, Vec<Written>>::new(), BTreeSet::new());
    for file in json["files"].as_array().unwrap() {
        let path = file["path"].as_str().unwrap().to_owned();
        for finding in file["findings"].as_array().unwrap() {
            if finding["status"] != "applied" {
                continue;
            }
            if finding["round"] != 1 || finding["fix"].is_null() {
                later.insert(path.clone());
                continue;
            }
            let edits = finding["fix"]["edits"].as_array().unwrap().iter().map(|edit| {
                let number = |name: &str| usize::try_from(edit[name].as_u64().unwrap()).unwrap();
                let span = Span::new(number("start"), number("end"));
                (edit["target"].as_str().unwrap().to_owned(), Edit::replace(span, edit["text"].as_str().unwrap()))
            });
            let rule = finding["rule"].as_str().unwrap().to_owned();
            first.entry(path.clone()).or_default().push(Written { rule, edits: edits.collect() });
        }
    }
    (first, later)
}

fn edited<'e>(text: &str, edits: impl Iterator<Item = &'e Edit>) -> String {
    let mut set = EditSet::new();
    edits.for_each(|edit| set.insert(edit.clone()).unwrap());
    set.apply(text)
}

/// Takes the suggestions of a format, each with its file and rule: one alone has to be a fix of this rule, and all of a file have to
/// be these fixes together. `texts` may be changed by `--apply` afterwards, to be compared where everything is offered.
fn check(project: &Project, what: &str, suggestions: &[(String, String, Vec<Replacement>)], least: usize) {
    let (fixes, later) = written(project);
    let mut by_file = BTreeMap::<&str, Vec<(&str, &Vec<Replacement>)>>::new();
    for (path, rule, replacements) in suggestions {
        by_file.entry(path).or_default().push((rule, replacements));
    }
    let mut count = 0;
    let mut whole = Vec::new();
    for (path, suggestions) in by_file {
        let text = &project.texts[path];
        let mut left = fixes.get(path).cloned().unwrap_or_default();
        let mut used = Vec::new();
        for (rule, replacements) in &suggestions {
            let after = taken::replaced(text, replacements);
            let same =
                left.iter().position(|fix| fix.rule == *rule && edited(text, fix.edits_of("dockerfile")) == after);
            let same = same.unwrap_or_else(|| panic!("{what}: {path}: {rule} writes no {replacements:?}"));
            used.push(left.remove(same));
            count += 1;
        }
        let all: Vec<Replacement> = suggestions.iter().flat_map(|(_, one)| one.iter().cloned()).collect();
        let together = edited(text, used.iter().flat_map(|fix| fix.edits_of("dockerfile")));
        let taken = taken::replaced(text, &all);
        assert_eq!(taken, together, "{what}: {path}");
        if left.is_empty() && !later.contains(path) {
            whole.push((path.to_owned(), taken));
        }
    }
    assert!(count >= least, "{what}: only {count} suggestions");
    assert!(whole.len() >= least / 4, "{what}: only {} files of which everything is offered", whole.len());
    check_applied(project, what, &whole);
}

/// Where everything that is written is offered, `--apply` writes what taking all of it gives.
fn check_applied(project: &Project, what: &str, files: &[(String, String)]) {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy");
    run("cp", project.path(), &["-a", ".", copy.to_str().unwrap()], &[0]);
    let arguments = ["--preset", "all", "--unsafe", "--apply", "-q"];
    run(env!("CARGO_BIN_EXE_dockfix"), &copy, &arguments, &[0, 2]);
    for (path, taken) in files {
        assert_eq!(&fs::read_to_string(copy.join(path)).unwrap(), taken, "{what}: {path}");
    }
}

#[test]
fn rdjson_is_valid_and_its_suggestions_are_what_apply_writes() {
    let project = Project::new(3);
    let document = project.format("rdjson", &[]);
    validate("rdjson.json", &document);
    validate("reviewdog-diagnostic-result.json", &document);
    let mut suggestions = Vec::new();
    for diagnostic in document["diagnostics"].as_array().unwrap() {
        let path = diagnostic["location"]["path"].as_str().unwrap();
        for suggestion in diagnostic["suggestions"].as_array().into_iter().flatten() {
            let taken = taken::rdjson(&project.texts[path], suggestion);
            let rule = diagnostic["code"]["value"].as_str().unwrap();
            suggestions.push((path.to_owned(), rule.to_owned(), vec![taken]));
        }
    }
    check(&project, "rdjson", &suggestions, 150);
    // Whoever takes only one of them still has a file that builders read.
    let mut by_file = BTreeMap::<&String, Vec<&Vec<Replacement>>>::new();
    suggestions.iter().for_each(|(path, _, taken)| by_file.entry(path).or_default().push(taken));
    for (index, (path, taken)) in by_file.into_iter().enumerate() {
        let alone = taken::replaced(&project.texts[path], taken[index % taken.len()]);
        fs::write(project.path().join(path), alone).unwrap();
    }
    let after = project.format("json", &[]);
    let broken = after["files"].as_array().unwrap().iter().filter(|file| file["errors"] != serde_json::json!([]));
    assert_eq!(broken.collect::<Vec<_>>(), Vec::<&Value>::new());
}

#[test]
fn sarif_is_valid_and_its_fixes_are_what_apply_writes() {
    let project = Project::new(3);
    let document = project.format("sarif", &[]);
    validate("sarif-2.1.0-rtm.5.json", &document);
    let mut suggestions = Vec::new();
    for result in document["runs"][0]["results"].as_array().unwrap() {
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        for fix in result["fixes"].as_array().into_iter().flatten() {
            let changes = fix["artifactChanges"].as_array().unwrap();
            let Some(change) = changes.iter().find(|change| change["artifactLocation"]["uri"] == *uri) else {
                continue;
            };
            let path = uri.as_str().unwrap().replace("%20", " ");
            let text = &project.texts[&path];
            let taken = change["replacements"].as_array().unwrap().iter().map(|one| taken::sarif(text, one)).collect();
            suggestions.push((path, result["ruleId"].as_str().unwrap().to_owned(), taken));
        }
    }
    check(&project, "sarif", &suggestions, 150);
}

#[test]
fn a_code_quality_report_is_valid_and_its_fingerprints_stay() {
    let project = Project::new(4);
    let document = project.format("gitlab", &[]);
    validate("gitlab-code-quality.json", &document);
    validate_all("gitlab-codeclimate.json", document.as_array().unwrap());
    let prints = |document: &Value| -> Vec<String> {
        document.as_array().unwrap().iter().map(|entry| entry["fingerprint"].to_string()).collect()
    };
    let before = prints(&document);
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), before.len(), "two findings have one fingerprint");
    for (path, text) in &project.texts {
        // Behind a byte order mark, parser directives and `ignore-file` comments, which have to stand first.
        let Some(at) = text.find("\nFROM") else { continue };
        let moved = format!("{}\n\n# a line more{}", &text[..at], &text[at..]);
        fs::write(project.path().join(path), moved).unwrap();
    }
    assert_eq!(prints(&project.format("gitlab", &[])), before);
}

/// The files of a diff by git itself.
fn hunks(project: &Project, base: &str) -> BTreeMap<String, patch::FilePatch> {
    let diff = git(project.path(), &["diff", "--find-renames", &format!("{base}...HEAD")]);
    let files = patch::parse(&diff).unwrap().into_iter();
    files.filter_map(|file| Some((String::from_utf8(file.name.clone()?).unwrap(), file))).collect()
}

fn rule_of(body: &str) -> String {
    body.lines().last().unwrap().trim_matches('`').to_owned()
}

#[test]
fn a_review_for_github_stays_in_the_diff_and_suggests_what_apply_writes() {
    let project = Project::new(3);
    let base = project.commit();
    let hunks = hunks(&project, &base);
    let diff = project.path().join(".git/pull.diff");
    fs::write(&diff, git(project.path(), &["diff", "--find-renames", &format!("{base}...HEAD")])).unwrap();
    let by_patch = ["--patch", diff.to_str().unwrap(), "--head-sha", &base];
    for (what, arguments) in [("--diff-base", ["--diff-base", &base].as_slice()), ("--patch", &by_patch)] {
        let document = project.format("github-review", arguments);
        validate("github-create-review.json", &document);
        assert_eq!(document["event"], "COMMENT");
        assert!((1..65_536).contains(&document["body"].as_str().unwrap().len()));
        let mut suggestions = Vec::new();
        for comment in document["comments"].as_array().unwrap() {
            let path = comment["path"].as_str().unwrap();
            let number = |name: &str| comment[name].as_u64().map(|number| usize::try_from(number).unwrap());
            let last = number("line").unwrap();
            let first = number("start_line").unwrap_or(last);
            assert!(first < last || number("start_line").is_none());
            assert!(hunks[path].lines.shows(first, last), "{what}: {comment} lies outside of the diff");
            assert!(comment["body"].as_str().unwrap().len() < 65_536);
            if let Some(taken) = taken::github(&project.texts[path], comment) {
                suggestions.push((path.to_owned(), rule_of(comment["body"].as_str().unwrap()), vec![taken]));
            }
        }
        check(&project, what, &suggestions, 60);
    }
}

#[test]
fn a_review_for_gitlab_stays_on_added_lines_and_suggests_what_apply_writes() {
    let project = Project::new(3);
    let base = project.commit();
    let hunks = hunks(&project, &base);
    let document = project.format("gitlab-review", &["--diff-base", &base, "--head-sha", &base]);
    validate("gitlab-review.json", &document);
    validate_all("gitlab-create-thread.json", document["discussions"].as_array().unwrap());
    if !document["note"].is_null() {
        validate("gitlab-create-note.json", &document["note"]);
    }
    let mut suggestions = Vec::new();
    for thread in document["discussions"].as_array().unwrap() {
        let path = thread["position"]["new_path"].as_str().unwrap();
        let line = usize::try_from(thread["position"]["new_line"].as_u64().unwrap()).unwrap();
        assert_eq!(hunks[path].lines.added_in(line, line), Some(line), "{thread} is on no added line");
        if let Some(taken) = taken::gitlab(&project.texts[path], thread) {
            suggestions.push((path.to_owned(), rule_of(thread["body"].as_str().unwrap()), vec![taken]));
        }
    }
    check(&project, "gitlab-review", &suggestions, 40);
}

/// Names that a repository may have, and that nobody wants printed as they are.
#[test]
fn names_are_printed_harmlessly() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().unwrap();
    let names: [&[u8]; 7] =
        [b"new\nline", b"quo\"te", b"-dash", b"esc\x1b[2J", b"not\xffutf8", b"::error::x", b"`tick` <b> @you %0A"];
    for name in names {
        let place: PathBuf = folder.path().join(OsStr::from_bytes(name));
        fs::create_dir(&place).unwrap();
        fs::write(place.join("Dockerfile"), "FROM alpine:3.20\nCOPY x.sh /\nCMD [\"/x.sh\"]\n").unwrap();
        fs::write(place.join("x.sh"), "#!/bin/sh\n").unwrap();
        fs::write(place.join("Containerfile"), "FROM alpine:3.20\nRUM x\n").unwrap();
    }
    git(folder.path(), &["init", "--quiet", "--template="]);
    git(folder.path(), &["commit", "--quiet", "--allow-empty", "-m", "x"]);
    let base = String::from_utf8(git(folder.path(), &["rev-parse", "HEAD"])).unwrap().trim().to_owned();
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "-m", "y"]);
    for (format, schema) in [
        ("sarif", "sarif-2.1.0-rtm.5.json"),
        ("rdjson", "rdjson.json"),
        ("gitlab", "gitlab-code-quality.json"),
        ("github-review", "github-create-review.json"),
        ("gitlab-review", "gitlab-review.json"),
        ("github", ""),
        ("json", ""),
    ] {
        let mut arguments = vec!["check", "--format", format];
        if format.ends_with("review") {
            arguments.extend(["--diff-base", &base, "--head-sha", &base]);
        }
        let printed = run(env!("CARGO_BIN_EXE_dockfix"), folder.path(), &arguments, &[2]);
        let text = String::from_utf8(printed).unwrap();
        assert!(!text.contains(|it: char| it.is_control() && it != '\n'), "{format}: {text}");
        if format == "github" {
            assert!(text.lines().all(|line| line.starts_with("::warning file=") || line.starts_with("::error file=")));
            assert_eq!(text.lines().count(), 2 * names.len());
        } else {
            let document = serde_json::from_str(&text).unwrap();
            if !schema.is_empty() {
                validate(schema, &document);
            }
        }
        if format == "sarif" {
            assert!(text.contains("not%FFutf8/Dockerfile") && text.contains("new%0Aline/Dockerfile"), "{text}");
        }
        if format == "github-review" {
            let document: Value = serde_json::from_str(&text).unwrap();
            let paths = document["comments"].as_array().unwrap().iter();
            let paths: BTreeSet<&str> = paths.map(|comment| comment["path"].as_str().unwrap()).collect();
            assert!(paths.contains("new\nline/Dockerfile") && paths.len() == names.len() - 1, "{paths:?}");
        }
    }
}
