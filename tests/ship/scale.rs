//! The examples of docs/at-scale.md, with the variables that the engines would set. All parts together do what one run does, and a
//! second run does nothing.

use std::fmt::Write as _;
use std::fs;

use serde_json::{Value, json};

use crate::Test;
use crate::support::{Place, ROOT, Said, read, say, yaml};

/// The tests.
pub const TESTS: &[Test] = &[
    (&[], "scale_slurm_does_what_one_run_does", slurm),
    (&[], "scale_kubernetes_does_what_one_run_does", kubernetes),
    (&["parallel"], "scale_parallel_does_what_one_run_does", parallel),
    (&[], "scale_multi_gitter_mends_a_clone_once", multi_gitter),
    (&[], "scale_sourcegraph_mends_a_clone_once", sourcegraph),
    (&[], "scale_xargs_mends_folders", xargs),
    (&["gzip", "xargs"], "scale_warehouse_answers_every_file_once", warehouse),
    (&[], "scale_every_example_is_shown", every_example_is_shown),
];

/// What a user who is named below may not read.
const BEFORE: &str = "FROM python:3.12-slim\nRUN useradd -m app\nWORKDIR /app\nCOPY app.py ./\nUSER app\nCMD [\"python3\", \"app.py\"]\n";
const AFTER: &str = "COPY --chown=app:app app.py ./\n";

const PARTS: usize = 3;

/// Repositories, and a list of them; every third one has nothing to mend.
fn farm() -> Place {
    let place = Place::new();
    let mut list = String::new();
    for number in 0..9 {
        let name = format!("shop {number}");
        let text = if number % 3 == 0 { "FROM scratch\n" } else { BEFORE };
        place.write(&format!("work/{name}/Dockerfile"), text);
        place.write(&format!("work/{name}/app.py"), "print(1)\n");
        writeln!(list, "{name}").unwrap();
        let script = "git init --quiet && git add --all && git commit --quiet --message x";
        say(place.command("sh", &["-c", script]).current_dir(place.path(&format!("work/{name}")))).expect(0);
    }
    place.write("work/repositories.txt", &list);
    place
}

/// Every Dockerfile of the repositories, and the files beside it.
fn texts(place: &Place) -> Vec<(String, String)> {
    let list = place.read("work/repositories.txt");
    let folders = list.lines().flat_map(|name| fs::read_dir(place.path(&format!("work/{name}"))).unwrap());
    let mut files: Vec<_> = folders.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    let name = |path: &std::path::Path| path.strip_prefix(place.path("work")).unwrap().display().to_string();
    files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// The lines of all files of results, in order, without what differs from folder to folder.
fn results(place: &Place, folder: &str) -> Vec<Value> {
    let files = fs::read_dir(place.path(folder)).unwrap().map(|entry| entry.unwrap().path());
    let lines: Vec<String> = files
        .flat_map(|path| fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let mut lines: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    for line in &mut lines {
        line.as_object_mut().unwrap().retain(|key, _| key != "root" && key != "run");
    }
    lines.sort_by_key(|line| line["repository"].to_string());
    lines
}

/// Compares `parts`, which does all parts, with one run; `parts` runs twice, and once more without what it remembers.
fn compare(parts: impl Fn(&Place)) {
    let one = farm();
    fs::create_dir(one.path("work/results")).unwrap();
    let arguments = ["batch", "--repos", "repositories.txt", "--results", "results/all.jsonl", "--apply"];
    one.run("dockfix", &arguments).expect(0);
    let many = farm();
    for _ in 0..2 {
        parts(&many);
        assert_eq!(texts(&many), texts(&one));
        assert_eq!(results(&many, "work/results"), results(&one, "work/results"));
    }
    fs::remove_dir_all(many.path("work/results")).unwrap();
    parts(&many);
    assert_eq!(texts(&many), texts(&one));
    assert!(results(&many, "work/results").iter().all(|line| line["outcome"] == "unchanged"));
    let changed = texts(&one).iter().filter(|(_, text)| text.contains(AFTER)).count();
    assert_eq!(changed, 6);
}

fn slurm() {
    assert!(read("examples/slurm.sbatch").contains("#SBATCH --array=1-16\n"));
    let script = format!("{ROOT}/examples/slurm.sbatch");
    compare(|place| {
        for part in 1..=PARTS {
            let mut command = place.command("bash", &[&script, "repositories.txt", "results", "--apply"]);
            command.env("SLURM_ARRAY_TASK_ID", part.to_string()).env("DOCKFIX_PARTS", PARTS.to_string());
            say(command.env("SLURM_CPUS_PER_TASK", "2")).expect(0);
        }
    });
}

fn kubernetes() {
    let job = yaml(&read("examples/kubernetes/job.yaml"));
    let spec = &job["spec"];
    let container = &spec["template"]["spec"]["containers"][0];
    assert_eq!(
        (&job["apiVersion"], &job["kind"], &spec["completionMode"]),
        (&json!("batch/v1"), &json!("Job"), &json!("Indexed"))
    );
    assert_eq!(container["env"], json!([{"name": "PARTS", "value": spec["completions"].to_string()}]));
    assert_eq!(spec["template"]["spec"]["restartPolicy"], "Never");
    assert_eq!(container["command"], json!(["sh", "-euc"]));
    let script = container["args"][0].as_str().unwrap();
    compare(|place| {
        for index in 0..PARTS {
            let mut command = place.command("sh", &["-euc", script]);
            say(command.env("JOB_COMPLETION_INDEX", index.to_string()).env("PARTS", PARTS.to_string())).expect(0);
        }
    });
}

fn parallel() {
    let script = format!("{ROOT}/examples/parallel.sh");
    compare(|place| {
        place.run("bash", &[&script, "repositories.txt", &PARTS.to_string(), "results", "--apply"]).expect(0);
    });
}

/// Runs what an engine runs in a clone, twice.
fn in_a_clone(run: impl Fn(&Place) -> Said) {
    let place = Place::new();
    place.write("work/Dockerfile", "FROM debian:12-slim\nCOPY start.sh /\nCMD [\"/start.sh\"]\n");
    place.write("work/start.sh", "#!/bin/sh\n");
    place.commit();
    run(&place).expect(0);
    assert_eq!(place.git(&["status", "--porcelain"]), "M Dockerfile");
    assert!(place.read("work/Dockerfile").contains("\nRUN chmod 755 /start.sh\n"));
    place.commit();
    run(&place).expect(0);
    assert_eq!(place.git(&["status", "--porcelain"]), "");
}

fn multi_gitter() {
    in_a_clone(|place| place.run(&format!("{ROOT}/examples/multi-gitter.sh"), &[]));
}

fn sourcegraph() {
    let spec = yaml(&read("examples/sourcegraph.yaml"));
    for key in ["name", "description", "on", "changesetTemplate"] {
        assert!(!spec[key].is_null(), "{key}");
    }
    assert_eq!(spec["version"], 2);
    let step = spec["steps"][0]["run"].as_str().unwrap();
    in_a_clone(|place| place.run("sh", &["-c", step]));
}

/// The command of docs/at-scale.md.
fn xargs() {
    let document = read("docs/at-scale.md");
    let command = document.lines().find(|line| line.starts_with("xargs ")).unwrap();
    let place = farm();
    for _ in 0..2 {
        place.run("sh", &["-c", &command.replace("folders.txt", "repositories.txt")]).expect(0);
        assert_eq!(texts(&place).iter().filter(|(_, text)| text.contains(AFTER)).count(), 6);
    }
}

fn warehouse() {
    let place = Place::new();
    let script = format!("{ROOT}/examples/warehouse.sh");
    let record = |id: usize, text: &str| json!({"id": id, "path": "Dockerfile", "text": text}).to_string() + "\n";
    place.write("work/export/one.jsonl", &record(1, BEFORE));
    place.write("work/export/day 2/two.jsonl", &(record(2, "FROM scratch\n") + &record(3, BEFORE)));
    place.run("gzip", &["export/day 2/two.jsonl"]).expect(0);
    place.run("bash", &[&script, "export", "results"]).expect(0);
    place.run("gzip", &["-dk", "results/day 2/two.jsonl.gz"]).expect(0);
    let answers = place.read("work/results/one.jsonl") + &place.read("work/results/day 2/two.jsonl");
    let one = place.path("work/all.jsonl");
    fs::write(&one, record(1, BEFORE) + &record(2, "FROM scratch\n") + &record(3, BEFORE)).unwrap();
    let single = place.run("sh", &["-c", "dockfix pipe <all.jsonl"]).expect(0).stdout;
    assert_eq!(answers, single);
    assert!(answers.contains("--chown=app:app"));

    // What is there stays; what is missing is made, with the options; and one that fails leaves nothing behind.
    place.write("work/results/one.jsonl", "there\n");
    fs::remove_file(place.path("work/results/day 2/two.jsonl.gz")).unwrap();
    let said = place.run("bash", &[&script, "export", "results", "--select", "nonsense"]);
    assert_ne!(said.code, 0);
    assert!(!place.path("work/results/day 2/two.jsonl.gz").exists());
    place.run("bash", &[&script, "export", "results", "--select", "cache"]).expect(0);
    assert_eq!(place.read("work/results/one.jsonl"), "there\n");
    let text = place.run("gzip", &["-dc", "results/day 2/two.jsonl.gz"]).expect(0).stdout;
    assert!(text.lines().count() == 2 && !text.contains("--chown"));
}

/// Every file of `examples` is in the page, and the image that they speak of is the one that is there.
fn every_example_is_shown() {
    let page = read("docs/at-scale.md");
    for entry in walkdir::WalkDir::new(format!("{ROOT}/examples")).min_depth(1).max_depth(1) {
        let name = entry.unwrap().file_name().to_str().unwrap().to_owned();
        assert!(page.contains(&format!("../examples/{name}")), "docs/at-scale.md does not show {name}");
    }
    let links = page.split("](../").skip(1).filter_map(|rest| rest.split_once(')'));
    for (target, _) in links {
        assert!(std::path::Path::new(ROOT).join(target).exists(), "docs/at-scale.md links to {target}");
    }
    let place = Place::new();
    let image = ["check", "--preset", "all", "--quiet", "examples/shell-image/Dockerfile"];
    assert_eq!(say(place.command("dockfix", &image).current_dir(ROOT)).expect(0).stdout, "");
}
