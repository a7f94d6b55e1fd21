//! Compose and bake files on a real directory: which builds they name for a Dockerfile, and which context follows.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::PathBuf;

use dockfix::context::compose::{BuildFiles, Tool};
use dockfix::context::{Certainty, Repositories, locate};
use tempfile::TempDir;

struct Project {
    /// Removes the directory at the end.
    _guard: TempDir,
    root: PathBuf,
    files: BuildFiles,
    repositories: Repositories,
}

impl Project {
    /// A repository with these files and texts.
    fn new(files: &[(&str, &str)]) -> Self {
        let guard = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(guard.path()).unwrap().join("repository");
        for (file, text) in files.iter().chain(&[(".git/HEAD", "ref: refs/heads/main\n")]) {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self { _guard: guard, root, files: BuildFiles::new(), repositories: Repositories::new() }
    }

    /// The builds of a Dockerfile: `[files] name: context target`.
    fn builds(&self, dockerfile: &str) -> Vec<String> {
        let found = self.files.of(&self.root.join(dockerfile), &self.repositories);
        let line = |build: &std::sync::Arc<dockfix::context::compose::Build>| {
            let tool = if build.tool == Tool::Bake { "bake " } else { "" };
            let files = if build.found_by_itself { String::new() } else { format!("[{}] ", build.files.join(" ")) };
            let context = build.context.as_ref().map_or_else(
                || "outside".to_owned(),
                |context| format!("/{}", context.strip_prefix(&self.root).unwrap().display()),
            );
            let target = build.target.known().map(|target| format!(" {target}")).unwrap_or_default();
            format!("{tool}{files}{}: {context}{target}", build.name)
        };
        found.iter().map(line).collect()
    }

    /// The context of a Dockerfile with these sources.
    fn located(&self, dockerfile: &str, sources: &[&str]) -> Option<(String, Certainty)> {
        let dockerfile = self.root.join(dockerfile);
        let sources: Vec<String> = sources.iter().map(|source| (*source).to_owned()).collect();
        let builds = self.files.of(&dockerfile, &self.repositories);
        let found = locate(&dockerfile, &sources, None, &builds, &self.repositories)?;
        let root = found.root.strip_prefix(&self.root).unwrap().display().to_string();
        Some((root, found.certainty))
    }
}

fn at(root: &str, certainty: Certainty) -> Option<(String, Certainty)> {
    Some((root.to_owned(), certainty))
}

#[test]
fn finds_the_services_that_build_a_dockerfile() {
    let project = Project::new(&[
        (
            "compose.yaml",
            "services:\n  api: {build: ./api}\n  worker: {build: {context: ./api, target: worker}}\n  web: {build: {context: ., dockerfile: web/Dockerfile}}\n  db: {image: postgres}\n",
        ),
        ("api/Dockerfile", "FROM x\n"),
        ("api/docker-compose.yml", "services: {app: {build: .}}\n"),
        ("web/Dockerfile", "FROM x\n"),
    ]);
    assert_eq!(project.builds("api/Dockerfile"), ["app: /api", "api: /api", "worker: /api worker"]);
    assert_eq!(project.builds("web/Dockerfile"), ["web: /"]);
    assert_eq!(project.builds("Dockerfile"), [""; 0]);
}

#[test]
fn puts_overrides_on_top() {
    let project = Project::new(&[
        ("docker-compose.yml", "services: {web: {build: {context: web, args: {A: 1}}}}\n"),
        ("docker-compose.override.yml", "services: {web: {build: {target: dev}}}\n"),
        ("docker-compose.prod.yml", "services: {web: {build: {target: prod, args: {B: 2}}}, job: {build: web}}\n"),
        ("docker-compose-notes.txt", "services: {no: {build: web}}\n"),
        ("web/Dockerfile", "FROM x\n"),
    ]);
    let prod = "[docker-compose.yml docker-compose.prod.yml] ";
    assert_eq!(
        project.builds("web/Dockerfile"),
        ["web: /web", "web: /web dev", &format!("{prod}job: /web"), &format!("{prod}web: /web prod")]
    );
    let builds = project.files.of(&project.root.join("web/Dockerfile"), &project.repositories);
    assert_eq!(builds[3].args.keys().collect::<Vec<_>>(), ["A", "B"]);
}

#[test]
fn reads_bake_files() {
    let project = Project::new(&[
        ("docker-bake.hcl", "target \"web\" {\n  dockerfile = \"web.Dockerfile\"\n  target = \"run\"\n}\n"),
        ("docker-bake.ci.json", "{\"target\": {\"ci\": {\"dockerfile\": \"web.Dockerfile\", \"context\": \"sub\"}}}"),
        ("web.Dockerfile", "FROM x\n"),
        ("sub/web.Dockerfile", "FROM x\n"),
    ]);
    assert_eq!(project.builds("web.Dockerfile"), ["bake web: / run"]);
    assert_eq!(project.builds("sub/web.Dockerfile"), ["bake [docker-bake.ci.json] ci: /sub"]);
}

#[test]
fn looks_at_nothing_outside_of_the_repository() {
    let project = Project::new(&[
        (
            "compose.yml",
            "services: {a: {build: {context: .., dockerfile: repository/Dockerfile}}, b: {build: /}, c: {build: https://example.com/x.git}}\n",
        ),
        ("Dockerfile", "FROM x\n"),
    ]);
    fs::write(project.root.join("../compose.yml"), "services: {above: {build: repository}}\n").unwrap();
    assert_eq!(project.builds("Dockerfile"), ["a: outside"]);
    assert_eq!(project.located("Dockerfile", &["."]), at("", Certainty::Disputed));
}

#[cfg(unix)]
#[test]
fn follows_no_link_out_of_the_repository() {
    let project = Project::new(&[("Dockerfile", "FROM x\n")]);
    fs::write(project.root.join("../elsewhere.yml"), "services: {web: {build: .}}\n").unwrap();
    std::os::unix::fs::symlink("../elsewhere.yml", project.root.join("compose.yml")).unwrap();
    assert_eq!(project.builds("Dockerfile"), [""; 0]);
    assert_eq!(project.files.problems(), []);
}

#[test]
fn takes_a_broken_file_for_none_and_says_so_once() {
    let project = Project::new(&[
        ("compose.yml", "services: [\n"),
        ("docker-bake.json", "{"),
        ("Dockerfile", "FROM x\n"),
        ("sub/Dockerfile", "FROM x\n"),
        ("sub/compose.yml", "services: {web: {build: .}}\n"),
    ]);
    assert_eq!(project.builds("Dockerfile"), [""; 0]);
    assert_eq!(project.builds("sub/Dockerfile"), ["web: /sub"]);
    let problems: Vec<_> = project.files.problems().into_iter().map(|(path, _)| path).collect();
    assert_eq!(problems, [project.root.join("compose.yml"), project.root.join("docker-bake.json")]);
}

#[test]
fn takes_the_context_from_the_build_files() {
    let project = Project::new(&[
        ("compose.yml", "services: {web: {build: {context: ., dockerfile: docker/web/Dockerfile}}}\n"),
        ("docker/web/Dockerfile", "FROM x\n"),
        ("docker/web/src/a", ""),
        ("src/a", ""),
        ("docker/web/own", ""),
    ]);
    // The nearest directory has the source as well, and is not the context.
    assert_eq!(project.located("docker/web/Dockerfile", &["src"]), at("", Certainty::Named));
    assert_eq!(project.located("docker/web/Dockerfile", &["."]), at("", Certainty::Named));
    // A source that is made before the build is in no directory.
    assert_eq!(project.located("docker/web/Dockerfile", &["target/app.jar"]), at("", Certainty::Named));
    // One that exists elsewhere only says that the file is built from there, too.
    assert_eq!(project.located("docker/web/Dockerfile", &["own"]), at("docker/web", Certainty::Disputed));
}

#[test]
fn is_not_sure_where_build_files_disagree_or_a_variable_decides() {
    let project = Project::new(&[
        (
            "compose.yml",
            "services: {a: {build: {context: ., dockerfile: docker/Dockerfile}}, b: {build: docker}, c: {build: {context: '${DIR:-lib}'}}}\n",
        ),
        ("docker/Dockerfile", "FROM x\n"),
        ("docker/own", ""),
        ("top", ""),
        ("lib/Dockerfile", "FROM x\n"),
        ("lib/here", ""),
    ]);
    assert_eq!(project.located("docker/Dockerfile", &["own"]), at("docker", Certainty::Disputed));
    assert_eq!(project.located("docker/Dockerfile", &["top"]), at("", Certainty::Disputed));
    assert_eq!(project.located("lib/Dockerfile", &["here"]), at("lib", Certainty::Disputed));
    // The user's word stands above all.
    let dockerfile = project.root.join("docker/Dockerfile");
    let builds = project.files.of(&dockerfile, &project.repositories);
    let found = locate(&dockerfile, &[], Some(&project.root), &builds, &project.repositories).unwrap();
    assert_eq!((found.root, found.certainty), (project.root.clone(), Certainty::Explicit));
}

#[test]
fn follows_files_that_are_included_and_services_that_are_extended() {
    let project = Project::new(&[
        (
            "compose.yml",
            "include:\n  - api/compose.yml\n  - path: [jobs/compose.yml, jobs/local.yml]\n    project_directory: .\nservices:\n  web: {extends: {file: common/base.yml, service: base}, build: {target: web}}\n  own: {extends: {file: common/base.yml, service: nobody}, build: web}\n",
        ),
        ("common/base.yml", "services: {base: {extends: {file: ../web/more.yml, service: more}, command: x}}\n"),
        ("web/more.yml", "services: {more: {build: {dockerfile: ../web/Dockerfile, target: no}}}\n"),
        ("api/compose.yml", "services: {api: {build: .}, tools: {build: {context: .., dockerfile: api/Dockerfile}}}\n"),
        ("jobs/compose.yml", "services: {job: {build: {context: jobs}}}\n"),
        ("jobs/local.yml", "services: {job: {build: {target: local}}}\n"),
        ("api/Dockerfile", "FROM x\n"),
        ("web/Dockerfile", "FROM x\n"),
        ("jobs/Dockerfile", "FROM x\n"),
    ]);
    assert_eq!(project.builds("web/Dockerfile"), ["own: /web", "web: /web web"]);
    // The nearer file is found by itself as well.
    assert_eq!(project.builds("api/Dockerfile"), ["api: /api", "tools: /", "api: /api", "tools: /"]);
    assert_eq!(project.builds("jobs/Dockerfile"), ["job: /jobs local"]);
    assert_eq!(project.files.problems(), []);
}

#[test]
fn takes_variables_from_the_env_file_but_not_for_arguments() {
    let project = Project::new(&[
        (".env", "DIR=web\nSTAGE=\"dev\"\nTOKEN=secret\n"),
        ("sub/.env", "DIR=other\nKIND=api\n"),
        (
            "compose.yml",
            "include: [sub/compose.yml]\nservices: {web: {build: {context: $DIR, target: $STAGE, args: {T: $TOKEN, U: '${TOKEN:-x}'}}}}\n",
        ),
        ("sub/compose.yml", "services: {api: {build: {context: '${KIND}/${DIR}'}}}\n"),
        ("web/Dockerfile", "FROM x\n"),
        ("sub/api/web/Dockerfile", "FROM x\n"),
    ]);
    assert_eq!(project.builds("web/Dockerfile"), ["web: /web dev"]);
    let build = &project.files.of(&project.root.join("web/Dockerfile"), &project.repositories)[0];
    assert!(build.assumed);
    assert_eq!((build.args["T"].known(), build.args["U"].known()), (None, Some("x")));
    // Seen from above, what is outside of the included project wins.
    assert_eq!(project.builds("sub/api/web/Dockerfile"), ["api: /sub/api/web"]);
}

#[test]
fn is_not_led_astray_by_files_that_name_each_other() {
    let many: Vec<(String, String)> =
        (0..12).map(|number| (format!("deep/{number}.yml"), format!("include: [{}.yml]\n", number + 1))).collect();
    let mut files = vec![
        ("self/compose.yml", "include: [compose.yml]\nservices: {web: {build: ..}}\n"),
        ("round/compose.yml", "include: [other.yml]\nservices: {web: {build: ..}}\n"),
        ("round/other.yml", "include: [compose.yml]\n"),
        ("extends/compose.yml", "services: {web: {build: .., extends: {file: compose.yml, service: web}}}\n"),
        ("outside/compose.yml", "include: [../../elsewhere.yml, /etc/hosts]\nservices: {web: {build: ..}}\n"),
        (
            "missing/compose.yml",
            "include: [{path: nowhere.yml}, 'https://example.com/x.git', $X]\nservices: {web: {build: ..}}\n",
        ),
        ("deep/compose.yml", "include: [0.yml]\nservices: {web: {build: ..}}\n"),
        ("Dockerfile", "FROM x\n"),
    ];
    files.extend(many.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let project = Project::new(&files);
    fs::write(project.root.join("../elsewhere.yml"), "services: {secret: {build: repository}}\n").unwrap();
    for folder in ["self", "round", "extends", "outside", "missing", "deep"] {
        let dockerfile = project.root.join(folder).join("Dockerfile");
        fs::write(&dockerfile, "FROM x\n").unwrap();
        assert_eq!(project.builds(&format!("{folder}/Dockerfile")), [""; 0]);
    }
    let name =
        |path: &PathBuf| path.strip_prefix(&project.root).map_or("outside".to_owned(), |it| it.display().to_string());
    let problems: Vec<String> =
        project.files.problems().iter().map(|(path, problem)| format!("{}: {problem}", name(path))).collect();
    let back = "the files that it names lead back to one of them";
    let outside = "outside: it lies outside of the repository";
    let mut expected = vec![
        "deep/compose.yml: it leads to too many files".to_owned(),
        format!("extends/compose.yml: {back}"),
        "missing/nowhere.yml: there is no such file".to_owned(),
        outside.to_owned(),
        outside.to_owned(),
        format!("round/compose.yml: {back}"),
        format!("self/compose.yml: {back}"),
    ];
    expected.sort();
    let mut problems = problems;
    problems.sort();
    assert_eq!(problems, expected);
}
