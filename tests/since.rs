//! `--since` and `--staged`: only what is found on instructions that changed. Repositories are made by git, and read without it.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

/// Two copies of scripts that lack the x bit, and lines between them.
const BASE: &str =
    "FROM alpine:3.20\nCOPY a.sh /a.sh\nRUN true \\\n  && true\nCOPY b.sh /b.sh\nRUN [\"/a.sh\"]\nRUN [\"/b.sh\"]\n";

struct Repository(tempfile::TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.git(&["init", "--quiet", "--template=", "--initial-branch=main"]);
        for script in ["a.sh", "b.sh", "c.sh"] {
            repository.write(script, "#!/bin/sh\n");
        }
        repository.commit("base", BASE);
        repository
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        let file = self.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
    }

    fn commit(&self, message: &str, dockerfile: &str) {
        self.write("Dockerfile", dockerfile);
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = run("git", self.path(), arguments);
        assert!(output.status.success(), "git {arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// The lines of what is found, or what was said if the file could not be worked on.
    fn found(&self, folder: &Path, arguments: &[&str]) -> Result<Vec<u64>, String> {
        let arguments = [&["check", "--select", "copy-without-chmod", "--format", "json"], arguments].concat();
        let output = run(env!("CARGO_BIN_EXE_dockfix"), folder, &arguments);
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let file = &json["files"][0];
        if let Some(error) = file["errors"].as_array().unwrap().first() {
            return Err(error["message"].as_str().unwrap().to_owned());
        }
        let findings = file["findings"].as_array().unwrap().iter();
        Ok(findings.map(|finding| finding["location"]["start"]["line"].as_u64().unwrap()).collect())
    }

    fn check(&self, arguments: &[&str], lines: &[u64]) {
        assert_eq!(self.found(self.path(), arguments), Ok(lines.to_vec()), "{arguments:?}");
    }
}

fn run(program: &str, folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", folder);
    command.env("GIT_CONFIG_NOSYSTEM", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "x").env(format!("GIT_{who}_EMAIL"), "x@example.org");
    }
    command.current_dir(folder).args(arguments).output().unwrap()
}

#[test]
fn finds_only_what_changed() {
    let repository = Repository::new();
    repository.check(&[], &[2, 5]);
    repository.check(&["--since", "main"], &[]);
    // What is written below the copies is no change of theirs, unless the finding speaks of it.
    repository.write("Dockerfile", &format!("{BASE}LABEL x=y\n"));
    repository.check(&["--since", "main"], &[]);
    repository.write("Dockerfile", &BASE.replace("RUN [\"/b.sh\"]", "RUN [ \"/b.sh\" ]"));
    repository.check(&["--since", "main"], &[5]);
    repository.write("Dockerfile", &BASE.replace("COPY a.sh", "COPY  a.sh").replace('\n', "\r\n"));
    repository.check(&["--since", "main"], &[2]);
    repository.write("Dockerfile", &BASE.replace("FROM alpine:3.20\n", "FROM alpine:3.20\nCOPY c.sh /c.sh\n"));
    repository.write(
        "Dockerfile",
        &format!("{}RUN [\"/c.sh\"]\n", fs::read_to_string(repository.path().join("Dockerfile")).unwrap()),
    );
    repository.check(&["--since", "main"], &[2]);
}

#[test]
fn writes_only_what_changed() {
    let repository = Repository::new();
    let before = BASE.replace("COPY b.sh", "COPY  b.sh");
    repository.write("Dockerfile", &before);
    let arguments = ["--apply", "-q", "--since", "main", "--select", "copy-without-chmod"];
    let output = run(env!("CARGO_BIN_EXE_dockfix"), repository.path(), &arguments);
    assert!(output.status.success(), "{output:?}");
    let after = fs::read_to_string(repository.path().join("Dockerfile")).unwrap();
    assert_eq!(after, before.replace("/b.sh\nRUN", "/b.sh\nRUN chmod 755 /b.sh\nRUN"));
    // What dockfix wrote is new, and nothing is found on it.
    let output = run(env!("CARGO_BIN_EXE_dockfix"), repository.path(), &arguments);
    assert!(output.status.success());
    assert_eq!(fs::read_to_string(repository.path().join("Dockerfile")).unwrap(), after);
}

#[test]
fn compares_with_where_the_branch_left() {
    let repository = Repository::new();
    repository.git(&["switch", "--quiet", "-c", "topic"]);
    repository.commit("topic", &BASE.replace("COPY b.sh", "COPY  b.sh"));
    repository.git(&["switch", "--quiet", "main"]);
    repository.commit("main", &BASE.replace("COPY a.sh", "COPY  a.sh"));
    repository.git(&["switch", "--quiet", "topic"]);
    repository.check(&["--since", "main"], &[5]);
    // A merge of it is no change of this branch.
    repository.git(&["merge", "--quiet", "-m", "merged", "main"]);
    repository.check(&["--since", "main"], &[5]);
}

#[test]
fn knows_the_names_that_git_knows() {
    let repository = Repository::new();
    let id = repository.git(&["rev-parse", "HEAD"]);
    repository.git(&["tag", "light"]);
    repository.git(&["tag", "-a", "-m", "x", "heavy"]);
    repository.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    repository.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    repository.git(&["switch", "--quiet", "-c", "feature/x"]);
    repository.commit("two", &BASE.replace("COPY a.sh", "COPY  a.sh"));
    let names = [
        "main",
        "heads/main",
        "refs/heads/main",
        "light",
        "heavy",
        "tags/heavy",
        "origin/main",
        "origin",
        "HEAD~1",
        "HEAD^",
        "@~",
        "HEAD^1",
        "feature/x~1",
        "HEAD~0^",
        &id,
        &id[..7],
    ];
    for round in ["loose", "packed"] {
        for name in names {
            assert_eq!(repository.found(repository.path(), &["--since", name]), Ok(vec![2]), "{round}: {name}");
        }
        repository.check(&["--since", "HEAD"], &[]);
        let from = repository.path().display().to_string();
        repository.git(&["fetch", "--quiet", &from, "main"]);
        assert_eq!(repository.found(repository.path(), &["--since", "FETCH_HEAD"]), Ok(vec![2]));
        repository.git(&["gc", "--quiet"]);
        repository.git(&["pack-refs", "--all"]);
    }
    for name in
        ["nope", "HEAD~9", "HEAD^2", "HEAD:Dockerfile", "../HEAD", "config", "HEAD^{tree}", "", "0000000", "refs/heads"]
    {
        let said = repository.found(repository.path(), &["--since", name]);
        assert!(said.as_ref().is_err_and(|said| said.contains("is no commit, branch or tag here")), "{name}: {said:?}");
    }
}

#[test]
fn says_what_a_shallow_clone_lacks() {
    let repository = Repository::new();
    repository.git(&["switch", "--quiet", "-c", "topic"]);
    repository.commit("two", &BASE.replace("COPY a.sh", "COPY  a.sh"));
    repository.commit("three", &BASE.replace("COPY b.sh", "COPY  b.sh"));
    let clone = tempfile::tempdir().unwrap();
    let from = format!("file://{}", repository.path().display());
    let cloned = run("git", clone.path(), &["clone", "--quiet", "--depth=1", "--no-single-branch", &from, "copy"]);
    assert!(cloned.status.success(), "{cloned:?}");
    let said = repository.found(&clone.path().join("copy"), &["--since", "origin/main"]).unwrap_err();
    assert!(said.contains("as in a shallow clone"), "{said}");
}

#[test]
fn reads_linked_working_trees_and_folders() {
    let repository = Repository::new();
    let tree = tempfile::tempdir().unwrap();
    let place = tree.path().join("tree");
    repository.git(&["worktree", "add", "--quiet", "-b", "other", place.to_str().unwrap()]);
    fs::write(place.join("Dockerfile"), BASE.replace("COPY b.sh", "COPY  b.sh")).unwrap();
    assert_eq!(repository.found(&place, &["--since", "main"]), Ok(vec![5]));
    run("git", &place, &["commit", "--quiet", "-a", "-m", "other"]);
    assert_eq!(repository.found(&place, &["--since", "main"]), Ok(vec![5]));
    assert_eq!(repository.found(&place, &["--since", "HEAD"]), Ok(vec![]));
    // A new file below a folder, seen from there.
    repository.write("sub/Dockerfile", "FROM alpine:3.20\nCOPY x.sh /x.sh\nCMD [\"/x.sh\"]\n");
    repository.write("sub/x.sh", "#!/bin/sh\n");
    assert_eq!(repository.found(&repository.path().join("sub"), &["--since", "main"]), Ok(vec![2]));
    assert_eq!(repository.found(&repository.path().join("sub"), &["--staged"]), Ok(vec![]));
}

#[test]
fn knows_a_file_that_was_renamed() {
    let repository = Repository::new();
    repository.git(&["switch", "--quiet", "-c", "topic"]);
    repository.git(&["mv", "Dockerfile", "Containerfile"]);
    repository.git(&["commit", "--quiet", "-m", "renamed"]);
    repository.check(&["--since", "main"], &[]);
    repository.write("Containerfile", &BASE.replace("COPY b.sh", "COPY  b.sh"));
    repository.check(&["--since", "main"], &[5]);
    // Less than half of it is the same, so it is another file.
    repository
        .write("Containerfile", "FROM alpine:3.20\nCOPY a.sh /a.sh\nWORKDIR /x\nLABEL x=y\nRUN [\"/a.sh\"]\n\n\n");
    repository.check(&["--since", "main"], &[2]);
}

#[test]
fn takes_what_is_staged_and_nothing_else() {
    let repository = Repository::new();
    let staged = BASE.replace("COPY a.sh", "COPY  a.sh");
    repository.write("Dockerfile", &staged);
    repository.check(&["--staged"], &[]);
    repository.git(&["add", "Dockerfile"]);
    repository.check(&["--staged"], &[2]);
    // Lines above that are not staged move it; what else is changed does not count.
    repository.write("Dockerfile", &format!("# x\n\n{}", staged.replace("COPY b.sh", "COPY  b.sh")));
    repository.check(&["--staged"], &[4]);
    repository.git(&["rm", "--quiet", "--force", "--cached", "Dockerfile"]);
    repository.check(&["--staged"], &[]);
    let first = Repository(tempfile::tempdir().unwrap());
    first.git(&["init", "--quiet", "--template="]);
    first.write("a.sh", "#!/bin/sh\n");
    first.write("Dockerfile", "FROM alpine:3.20\nCOPY a.sh /a.sh\nCMD [\"/a.sh\"]\n");
    first.git(&["add", "--all"]);
    first.check(&["--staged"], &[2]);
}

/// Everything in a repository's configuration and attributes that makes git run a program.
#[test]
fn executes_nothing_of_a_repository() {
    let repository = Repository::new();
    repository.git(&["switch", "--quiet", "-c", "topic"]);
    repository.commit("two", &BASE.replace("COPY a.sh", "COPY  a.sh"));
    let mark = repository.path().join("executed");
    let program = repository.path().join("evil.sh");
    fs::write(&program, format!("#!/bin/sh\ntouch {}\n", mark.display())).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let hooks = repository.path().join("hooks");
    fs::create_dir(&hooks).unwrap();
    for hook in ["post-index-change", "pre-commit", "post-checkout", "reference-transaction", "fsmonitor-watchman"] {
        fs::copy(&program, hooks.join(hook)).unwrap();
    }
    let (evil, included) = (program.display().to_string(), repository.path().join("more.config"));
    fs::write(&included, format!("[core]\n\tfsmonitor = {evil}\n")).unwrap();
    let config = format!(
        "[core]\n\trepositoryformatversion = 0\n\tfsmonitor = {evil}\n\thooksPath = {}\n\tpager = {evil}\n\teditor = {evil}\n\
         \tsshCommand = {evil}\n\tgitProxy = {evil}\n\talternateRefsCommand = {evil}\n\taskPass = {evil}\n\
         [include]\n\tpath = {}\n[diff]\n\texternal = {evil}\n[diff \"evil\"]\n\tcommand = {evil}\n\ttextconv = {evil}\n\
         [filter \"evil\"]\n\tclean = {evil}\n\tsmudge = {evil}\n\tprocess = {evil}\n\trequired = true\n\
         [merge \"evil\"]\n\tdriver = {evil}\n[credential]\n\thelper = {evil}\n[alias]\n\tdiff = !{evil}\n\
         [safe]\n\tdirectory = nowhere\n[extensions]\n\tpartialClone = evil\n[remote \"evil\"]\n\turl = ext::{evil}\n\tpromisor = true\n",
        hooks.display(),
        included.display()
    );
    fs::write(repository.path().join(".git/config"), config).unwrap();
    repository.write(".gitattributes", "* diff=evil filter=evil merge=evil\n");
    fs::write(repository.path().join(".git/info-attributes"), "* filter=evil\n").unwrap();
    repository.check(&["--since", "main"], &[2]);
    repository.check(&["--staged"], &[]);
    let review = ["check", "--format", "github-review", "--diff-base", "main"];
    let output = run(env!("CARGO_BIN_EXE_dockfix"), repository.path(), &review);
    assert!(String::from_utf8_lossy(&output.stdout).contains("```suggestion"), "{output:?}");
    assert!(!mark.exists(), "something of the repository was executed");
    // The traps are set: git itself walks into them.
    run("git", repository.path(), &["status"]);
    assert!(mark.exists(), "git does not walk into these traps, so they show nothing");
}
