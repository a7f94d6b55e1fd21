//! Runs that are killed and resumed, and runs at the same time: in the end every file is what one run would have made it.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::farm::{Farm, NEW, Told, outcomes, records};

/// Repositories with several files each, some of which share an ignore file that is changed with them.
fn files() -> Vec<(String, Vec<String>)> {
    let mut repositories = Vec::new();
    for number in 0..5 {
        let services = (0..=number % 4).flat_map(|service| {
            let ignored = format!("{service}/debug.log=x\n");
            [format!("{service}/Dockerfile"), format!("{service}/start.sh"), ignored]
        });
        let mut files: Vec<String> = services.collect();
        files.push(
            "Dockerfile=FROM python:3.12\nWORKDIR /app\nCOPY . .\nCOPY 0/start.sh /\nCMD [\"/start.sh\"]\n".to_owned(),
        );
        files.push("other.Dockerfile=FROM alpine\nCOPY . /app\n".to_owned());
        files.push("app/__pycache__/x.pyc=x".to_owned());
        repositories.push((format!("repository-{number}"), files));
    }
    repositories
}

fn farm() -> Farm {
    let farm = Farm::new();
    for (name, files) in files() {
        farm.repository(&name, &files.iter().map(String::as_str).collect::<Vec<_>>());
    }
    farm.repository("bad", &["Dockerfile", "start.sh", "x/Dockerfile=RUN x\n"]);
    farm.repository("dirty", &["Dockerfile", "start.sh"]);
    farm.write("dirty", &["start.sh=#!/bin/sh\nexit 1\n"]);
    farm
}

/// The lines without what is different between two places, sorted; of several lines for one repository, the last one.
fn lines(text: &str, farm: &Farm) -> Vec<String> {
    let root = farm.root().display().to_string();
    let mut last = std::collections::BTreeMap::new();
    for record in records(text) {
        last.insert(record["repository"].to_string(), record.to_string().replace(&root, "ROOT"));
    }
    last.into_values().collect()
}

#[test]
fn a_run_that_is_killed_and_resumed_ends_as_if_it_had_not_been() {
    let template = farm();
    let options = ["--apply", "-q", "-j2", "--results", "../results", "."];
    let reference = template.copy();
    let before = Instant::now();
    let told = reference.batch(&options);
    let duration = before.elapsed();
    let expected = lines(&fs::read_to_string(reference.beside("results")).unwrap(), &reference);
    assert!(told.code == Some(2) && expected.len() == 7, "{}", told.stderr);
    let mut seen = [0, 0];
    for round in 0..6_u32 {
        let farm = template.copy();
        for attempt in 0..2 {
            let mut command = farm.batch_command(&[&options[..], &["--resume"]].concat());
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(duration * (1 + (round * 5 + attempt * 7) % 15) / 18);
            child.kill().unwrap();
            seen[usize::from(child.wait().unwrap().code().is_some())] += 1;
        }
        let told = farm.batch(&[&options[..], &["--resume"]].concat());
        let results = fs::read_to_string(farm.beside("results")).unwrap();
        assert_eq!(lines(&results, &farm), expected, "round {round}: {}", told.stderr);
        assert_eq!(farm.files(), reference.files(), "round {round}");
        assert_eq!(told.code, Some(2), "round {round}: {}", told.stderr);
        assert!(!farm.beside("results.journal").exists(), "round {round}");
    }
    assert!(seen[0] > 2, "hardly any run was at work when it was killed: {seen:?}");
}

#[test]
fn a_torn_line_is_cut_off_and_other_lines_are_not_taken() {
    let farm = Farm::with(&[("a", &["Dockerfile", "start.sh"]), ("b", &["Dockerfile", "start.sh"])]);
    let options = ["--results", "../results", "."];
    let results = farm.beside("results");
    let run = |more: &[&str]| {
        let told = farm.batch(&[&options[..], more].concat());
        (told.code, records(&fs::read_to_string(&results).unwrap()).len())
    };
    assert_eq!(run(&[]), (Some(1), 2));
    assert_eq!(run(&["--resume"]), (Some(1), 2), "all is done, and the result is the same");
    let text = fs::read_to_string(&results).unwrap();
    fs::write(&results, &text[..text.len() - 40]).unwrap();
    assert_eq!(run(&["--resume"]), (Some(1), 2));
    assert_eq!(fs::read_to_string(&results).unwrap().lines().collect::<std::collections::BTreeSet<_>>().len(), 2);
    assert_eq!(run(&["--resume", "--ignore", "size"]), (Some(1), 4), "another question");
    assert_eq!(run(&["--resume", "--apply"]), (Some(0), 6));
    assert_eq!(run(&["--resume", "--apply"]), (Some(0), 6));
    assert_eq!(run(&["--apply"]), (Some(0), 8), "without --resume it all begins again");
    assert_eq!(farm.text("a/Dockerfile"), NEW);
}

#[test]
fn what_was_refused_or_failed_is_tried_again() {
    let farm = Farm::with(&[("a", &["Dockerfile", "start.sh"]), ("b", &["Dockerfile", "start.sh"])]);
    farm.write("a", &["start.sh=#!/bin/sh\nexit 1\n"]);
    let run = || {
        let told = farm.batch(&["--apply", "--results", "../results", "--resume", "."]);
        (told.code, outcomes(&records(&fs::read_to_string(farm.beside("results")).unwrap())))
    };
    let text = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    assert_eq!(run(), (Some(2), text(&["a: refused", "b: changed"])));
    farm.git(&farm.root().join("a"), &["commit", "--quiet", "-am", "done"]);
    assert_eq!(run(), (Some(0), text(&["a: changed", "a: refused", "b: changed"])));
    assert_eq!(run(), (Some(0), text(&["a: changed", "a: refused", "b: changed"])));
}

#[test]
fn two_runs_at_once_come_to_what_one_does() {
    let template = farm();
    let reference = template.copy();
    let expected = reference.batch(&["--apply", "."]).outcomes();
    let status = |farm: &Farm, name: &str| farm.git(&farm.root().join(name), &["status", "--porcelain"]);
    for round in 0..5 {
        let farm = template.copy();
        let runs = [0, 1].map(|_| {
            let mut command = farm.batch_command(&["--apply", "-j2", "."]);
            let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(round));
            child
        });
        let told = runs.map(|child| Told::of(child.wait_with_output().unwrap()));
        assert_eq!(farm.files(), reference.files(), "round {round}");
        for expected in &expected {
            let (name, outcome) = expected.split_once(": ").unwrap();
            let own: Vec<&str> = told.iter().map(|told| told.record(name)["outcome"].as_str().unwrap()).collect();
            let changed =
                told.iter().filter(|told| !told.record(name)["changed"].as_array().unwrap().is_empty()).count();
            match outcome {
                "changed" => assert!(changed == 1 && own.contains(&"unchanged"), "round {round}: {name}: {own:?}"),
                _ => assert_eq!(own, [outcome; 2], "round {round}: {name}"),
            }
            assert!(round > 0 || status(&farm, name) == status(&reference, name), "round {round}: {name}");
        }
    }
}

#[test]
fn all_shards_together_are_the_whole() {
    let farm = farm();
    let whole = farm.batch(&["."]).outcomes();
    let list: Vec<PathBuf> = fs::read_dir(farm.root()).unwrap().map(|entry| entry.unwrap().path()).collect();
    let list: Vec<String> = list.iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    fs::write(farm.beside("list"), format!("# all\n\n{}\r\n", list.join("\n"))).unwrap();
    fs::write(farm.beside("nuls"), list.join("\0")).unwrap();
    for of in [1, 3, 10] {
        for from in [&["."][..], &["--repos", "../list"], &["--repos", "../nuls"]] {
            let mut parts = Vec::new();
            for number in 1..=of {
                let told = farm.batch(&[&["--shard", &format!("{number}/{of}")], from].concat());
                assert!(!told.records.is_empty() || told.code == Some(0), "{}", told.stderr);
                parts.extend(told.outcomes());
            }
            parts.sort();
            assert_eq!(parts, whole, "{from:?} in {of} parts");
        }
    }
}
