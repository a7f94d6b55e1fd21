//! Repositories of every kind, with every kind of name, and with what hostile ones hold.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::farm::{Farm, NEW, OLD, Told};

const SCRIPTED: &[&str] = &["Dockerfile", "start.sh"];

/// A work tree with a submodule and a repository that merely lies in it, a linked work tree, and two bare repositories.
fn kinds() -> Farm {
    let farm = Farm::with(&[("library", SCRIPTED), ("main", SCRIPTED), ("main/inner", SCRIPTED)]);
    let root = farm.root();
    farm.write("main", &[".gitignore=inner\n"]);
    farm.git(&root.join("main"), &["add", "--all"]);
    farm.git(
        &root.join("main"),
        &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../library", "module"],
    );
    farm.git(&root.join("main"), &["commit", "--quiet", "-m", "module"]);
    farm.git(&root.join("library"), &["worktree", "add", "--quiet", "-b", "other", "../linked"]);
    farm.git(&root, &["clone", "--quiet", "--bare", "main", "bare.git"]);
    farm.git(&root, &["init", "--quiet", "--bare", "empty.git"]);
    farm
}

#[test]
fn every_kind_is_worked_on_by_itself() {
    let own = ["library", "linked", "main", "main/module"];
    let check = |options: &[&str], of_work_trees: &str, bare: &str, left_alone: &[&str]| {
        let farm = kinds();
        // `inner` is ignored, so it is found only where it is named.
        let told = farm.batch(&[options, &[".", "main/inner"]].concat());
        let mut expected: Vec<String> = own.iter().map(|name| format!("{name}: {of_work_trees}")).collect();
        expected.extend([format!("bare.git: {bare}"), format!("main/inner: {of_work_trees}")]);
        expected.push(format!("empty.git: {}", if bare == "refused" { bare } else { "unchanged" }));
        expected.sort();
        assert_eq!(told.outcomes(), expected, "{options:?}: {}", told.stderr);
        let kind = |name: &str| told.record(name)["kind"].as_str().unwrap().to_owned();
        assert_eq!(
            ["main", "linked", "main/module", "bare.git"].map(kind),
            ["work-tree", "linked-work-tree", "submodule", "bare"]
        );
        for name in own.iter().chain(&["bare.git"]).filter(|name| told.record(name)["outcome"] != "refused") {
            assert_eq!(
                told.record(name)["changed"].to_string(),
                r#"[{"path":"Dockerfile","rules":["copy-without-chmod"]}]"#
            );
        }
        for name in left_alone {
            assert_eq!(farm.text(&format!("{name}/Dockerfile")), OLD, "{options:?}: {name}");
        }
        (farm, told)
    };
    check(&[], "would-change", "would-change", &own);
    let (farm, told) = check(&["--apply"], "changed", "refused", &[]);
    assert!(own.iter().all(|name| farm.text(&format!("{name}/Dockerfile")) == NEW));
    assert_eq!(told.code, Some(2));
    let (farm, told) = check(&["--patch-dir", "../patches"], "would-change", "would-change", &own);
    assert_eq!(told.code, Some(0));
    let bare = farm.root().join("bare.git");
    farm.git(&farm.root(), &["clone", "--quiet", "bare.git", "again"]);
    let patch = farm.root().join(told.record("bare.git")["patch"].as_str().unwrap());
    farm.git(&farm.root().join("again"), &["apply", patch.to_str().unwrap()]);
    assert_eq!(farm.text("again/Dockerfile"), NEW);
    assert_eq!(farm.git(&bare, &["for-each-ref", "--format=%(refname)"]), "refs/heads/main\n");
}

#[test]
fn commits_to_every_kind() {
    let farm = kinds();
    let told = farm.batch(&["--commit", "-b", "fix", "-m", "Fix", "."]);
    let branch = |name: &str| farm.git(&farm.root().join(name), &["rev-parse", "fix"]);
    for name in ["main", "main/module", "bare.git"] {
        assert_eq!(told.record(name)["commit"], branch(name).trim(), "{}", told.stderr);
        assert_eq!(farm.git(&farm.root().join(name), &["show", "fix:Dockerfile"]), NEW);
    }
    // Two work trees of one repository share the branch, and what both would commit is the same here.
    assert_eq!(told.record("library")["commit"], told.record("linked")["commit"]);
    assert_eq!(told.code, Some(0), "{}", told.stderr);
}

#[test]
fn names_steer_nothing() {
    let farm = Farm::new();
    let names: [&[u8]; 8] = [
        b"-rf",
        b"a b",
        b"line\nbreak",
        b"quote\"'$(touch x)",
        b"\x1b[31mred",
        b"\xff\xfe",
        "\u{202e}txt".as_bytes(),
        b"#hash",
    ];
    for name in names {
        let folder = farm.root().join(OsStr::from_bytes(name));
        for path in [Path::new(""), Path::new("in"), Path::new(OsStr::from_bytes(name))] {
            fs::create_dir_all(folder.join(path)).unwrap();
            fs::write(folder.join(path).join("Dockerfile"), OLD).unwrap();
            fs::write(folder.join(path).join("start.sh"), "#!/bin/sh\n").unwrap();
        }
        farm.git(&folder, &["init", "--quiet", "--template="]);
        farm.git(&folder, &["add", "--all"]);
        farm.git(&folder, &["commit", "--quiet", "-m", "base"]);
    }
    let check = |told: &Told| {
        assert_eq!(told.records.len(), names.len());
        assert!(told.stderr.chars().all(|it| it == '\n' || !it.is_control() && it != '\u{202e}'), "{:?}", told.stderr);
        for record in &told.records {
            assert_eq!(record["changed"].as_array().unwrap().len(), 3, "{record}");
        }
    };
    let told = farm.batch(&["-v", "--patch-dir", "../patches", "."]);
    check(&told);
    let mut names_of_patches = Vec::new();
    for record in &told.records {
        let root = match record.get("root_hex") {
            Some(digits) => {
                let digits = digits.as_str().unwrap();
                let bytes = (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap());
                Path::new(OsStr::from_bytes(&bytes.collect::<Vec<_>>())).to_owned()
            }
            None => Path::new(record["root"].as_str().unwrap()).to_owned(),
        };
        let patch = farm.root().join(record["patch"].as_str().unwrap());
        farm.git(&root, &["apply", patch.to_str().unwrap()]);
        assert_eq!(fs::read_to_string(root.join("in/Dockerfile")).unwrap(), NEW);
        farm.git(&root, &["checkout", "--quiet", "."]);
        names_of_patches.push(patch);
    }
    names_of_patches.sort();
    names_of_patches.dedup();
    assert_eq!(names_of_patches.len(), names.len());
    let list = names.map(|name| [name, b"\0"].concat()).concat();
    fs::write(farm.beside("list"), list).unwrap();
    let options = ["-v", "--apply", "--results", "../results", "--resume", "--repos", "../list"];
    let told = farm.batch(&options);
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    let lines = fs::read_to_string(farm.beside("results")).unwrap();
    check(&Told { records: super::farm::records(&lines), ..told });
    farm.batch(&options);
    assert_eq!(fs::read_to_string(farm.beside("results")).unwrap(), lines, "all of them are known again");
}

#[test]
fn a_hostile_repository_executes_nothing() {
    let farm = Farm::with(&[("evil", SCRIPTED), ("good", SCRIPTED)]);
    let evil = farm.root().join("evil");
    let marker = farm.beside("executed");
    let script = farm.beside("script");
    fs::write(&script, format!("#!/bin/sh\necho \"$0 $*\" >> {}\n", marker.display())).unwrap();
    fs::set_permissions(&script, Permissions::from_mode(0o755)).unwrap();
    let script = script.display();
    farm.write("evil", &[".gitattributes=* filter=evil diff=evil merge=evil text=auto eol=crlf\n"]);
    farm.git(&evil, &["add", ".gitattributes"]);
    farm.git(&evil, &["commit", "--quiet", "-m", "attributes"]);
    fs::create_dir(evil.join(".git/hooks")).unwrap();
    for hook in ["pre-commit", "post-commit", "reference-transaction", "post-index-change", "prepare-commit-msg"] {
        fs::copy(farm.beside("script"), evil.join(".git/hooks").join(hook)).unwrap();
    }
    let config = format!(
        "[core]\n\tfsmonitor = {script}\n\thooksPath = {hooks}\n\tpager = {script}\n\teditor = {script}\n\tsshCommand = {script}\n\
         \tgitProxy = {script}\n\taskPass = {script}\n\tworktree = {outside}\n[filter \"evil\"]\n\tclean = {script}\n\tsmudge = {script}\n\tprocess = {script}\n\trequired = true\n\
         [diff]\n\texternal = {script}\n[diff \"evil\"]\n\ttextconv = {script}\n\tcommand = {script}\n[merge \"evil\"]\n\tdriver = {script}\n\
         [commit]\n\tgpgSign = true\n[gpg]\n\tprogram = {script}\n[alias]\n\tstatus = !{script}\n[safe]\n\tdirectory = *\n[user]\n\tname = evil\n\
         [include]\n\tpath = /dev/zero\n",
        hooks = evil.join(".git/hooks").display(),
        outside = farm.beside("outside").display(),
    );
    fs::create_dir(farm.beside("outside")).unwrap();
    fs::write(farm.beside("outside/Dockerfile"), OLD).unwrap();
    let plain = fs::read_to_string(evil.join(".git/config")).unwrap();
    for options in [&[][..], &["--patch-dir", "../patches"], &["--commit", "-b", "x", "-m", "x"], &["--apply"]] {
        fs::write(evil.join(".git/config"), format!("{plain}{config}")).unwrap();
        let told = farm.batch(&[options, &["."]].concat());
        assert_ne!(told.record("good")["outcome"], "failed", "{options:?}: {}", told.stderr);
        assert!(!marker.exists(), "{options:?}: {}", fs::read_to_string(&marker).unwrap());
        assert_eq!(fs::read_to_string(farm.beside("outside/Dockerfile")).unwrap(), OLD);
    }
    assert_eq!(farm.text("good/Dockerfile"), NEW);
    // The traps are ones: git walks into them.
    let config = config.replace(&format!("\tworktree = {}\n", farm.beside("outside").display()), "");
    fs::write(evil.join(".git/config"), format!("{plain}{}", config.split("[include]").next().unwrap())).unwrap();
    farm.command("git", &evil).arg("status").output().unwrap();
    assert!(marker.exists());
}

#[test]
fn patches_come_to_what_is_written() {
    let farm = Farm::new();
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let cases = walkdir::WalkDir::new(&rules).sort_by_file_name().into_iter().map(Result::unwrap);
    let cases = cases.filter(|entry| entry.file_name() == "before.Dockerfile").step_by(3);
    let one = farm.root().join("one");
    for (number, case) in cases.enumerate() {
        let from = case.path().parent().unwrap();
        // Every other one shares its ignore file with its neighbour.
        let folder = one.join((number / 2).to_string());
        let context = from.join("context");
        for entry in
            walkdir::WalkDir::new(&context).into_iter().filter_map(Result::ok).filter(|it| it.file_type().is_file())
        {
            let to = folder.join(entry.path().strip_prefix(&context).unwrap());
            if to.to_string_lossy().len() < 3000 && fs::create_dir_all(to.parent().unwrap()).is_ok() {
                let _ = fs::copy(entry.path(), to);
            }
        }
        fs::create_dir_all(&folder).unwrap();
        let text = fs::read_to_string(case.path()).unwrap();
        let text = if number % 5 == 0 { text.replace('\n', "\r\n") } else { text };
        fs::write(folder.join(format!("{}.Dockerfile", number % 2)), text).unwrap();
        let ignored = from.join("dockerignore.before");
        if ignored.exists() {
            fs::copy(ignored, folder.join(".dockerignore")).unwrap();
        }
    }
    farm.repository("one", &[]);
    farm.git(&one, &["-c", "core.autocrlf=false", "add", "--all", "--force"]);
    farm.git(&one, &["commit", "--quiet", "-m", "base"]);
    let options = ["--preset", "all", "--unsafe", "."];
    let told = farm.batch(&[&["--patch-dir", "../patches"], &options[..]].concat());
    let patched = told.record("one").clone();
    let written = farm.copy();
    let told = written.batch(&[&["--apply"], &options[..]].concat());
    for what in ["changed", "findings", "errors", "skipped", "notes"] {
        assert_eq!(patched[what].to_string(), told.record("one")[what].to_string(), "{what}");
    }
    let (added, changed) = (farm.files().len(), patched["changed"].as_array().unwrap().len());
    assert!(changed > 50, "{changed} files change");
    let patch = farm.root().join(patched["patch"].as_str().unwrap());
    farm.git(&one, &["-c", "core.autocrlf=false", "apply", patch.to_str().unwrap()]);
    assert_eq!(farm.files(), written.files());
    assert!(farm.files().len() > added, "new ignore files are among them");
}
