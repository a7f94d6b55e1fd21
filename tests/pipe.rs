//! `dockfix pipe`: every line is answered, in order, at once, whatever it holds.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

const START: &str = "FROM node:22\nCOPY start.sh /\nCMD [\"/start.sh\"]\n";
const MENDED: &str = "FROM node:22\nCOPY start.sh /\nRUN chmod 755 /start.sh\nCMD [\"/start.sh\"]\n";

fn dockfix(arguments: &[&str], folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_dockfix"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What is answered to `input`, and the exit code.
fn answers(arguments: &[&str], input: Vec<u8>) -> (Vec<Value>, i32) {
    let folder = tempfile::tempdir().unwrap();
    let mut child = dockfix(arguments, folder.path());
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        // A process that refuses its options does not read.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    (lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), output.status.code().unwrap())
}

fn line(value: &Value) -> Vec<u8> {
    format!("{value}\n").into_bytes()
}

#[test]
fn answers_a_line_with_a_line() {
    let (answers, code) =
        answers(&["pipe", "--unsafe"], line(&json!({"id": 7, "path": "web/Dockerfile", "text": START})));
    assert_eq!((answers.len(), code), (1, 0));
    let answer = &answers[0];
    assert_eq!(answer["id"], 7);
    assert_eq!(answer["path"], "web/Dockerfile");
    assert_eq!(answer["text"], MENDED);
    assert_eq!(answer["changed"], true);
    assert_eq!(answer["findings"][0]["rule"], "copy-without-chmod");
    assert_eq!(answer["findings"][0]["location"]["start"]["line"], 2);
    assert_eq!(answer["error"], Value::Null);
    assert_eq!(answer["ignore_files"], json!([]));
}

#[test]
fn what_is_wrong_with_a_line_is_said_and_the_next_is_answered() {
    let good = line(&json!({"id": "good", "text": START}));
    let check = |bad: &[u8], id: Value, message: &str, line: Value| {
        let (answers, code) = answers(&["pipe"], [bad, b"\n", &good].concat());
        assert_eq!((answers.len(), code), (2, 0), "{message}");
        assert_eq!(answers[0]["id"], id);
        let error = &answers[0]["error"];
        assert!(error["message"].as_str().unwrap().contains(message), "{error}");
        assert!(!error["help"].as_str().unwrap().is_empty());
        assert_eq!(error["line"], line);
        assert_eq!(answers[1]["id"], "good");
    };
    check(b"FROM a", Value::Null, "no question", Value::Null);
    check(b"{\"id\":1}", Value::Null, "missing field `text`", Value::Null);
    check(b"{\"id\":1,\"text\":\"\xff\"}", Value::Null, "not UTF-8", Value::Null);
    check(b"{\"id\":1,\"text\":\"FROM a\\u0000\"}", json!(1), "NUL byte", Value::Null);
    check(b"{\"id\":[1],\"text\":\"FROM a\\nRUNN x\\n\"}", json!([1]), "unknown instruction", json!(2));
    check(b"{\"id\":2,\"text\":\"FROM a\",\"context\":\"gone\"}", json!(2), "no folder", Value::Null);
    check(&vec![b'x'; (64 << 20) + 2], Value::Null, "longer than 64 MiB", Value::Null);
}

#[test]
fn an_id_comes_back_as_it_is_written() {
    let ids = ["12345678901234567890123", "1.10", "\"a\\u00e9\\n\"", "{\"b\":1,\"a\":[null]}", "null"];
    let input: String = ids.iter().map(|id| format!("{{\"id\":{id},\"text\":\"FROM a\\n\"}}\n")).collect();
    let folder = tempfile::tempdir().unwrap();
    let mut child = dockfix(&["pipe"], folder.path());
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    for (id, answer) in ids.iter().zip(output.lines()) {
        assert!(answer.starts_with(&format!("{{\"id\":{id},")), "{answer}");
    }
}

#[test]
fn whoever_waits_for_an_answer_gets_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = dockfix(&["pipe"], folder.path());
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for id in 0..3 {
        input.write_all(&line(&json!({"id": id, "text": START}))).unwrap();
        let mut answer = String::new();
        output.read_line(&mut answer).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["id"], id);
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_line_may_name_its_build_context() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("start.sh"), "#!/bin/sh\n").unwrap();
    let context = folder.path().to_str().unwrap();
    let (answers, _) = answers(&["pipe"], line(&json!({"text": START, "context": context})));
    // With the file at hand the fix is safe.
    assert_eq!(answers[0]["text"], MENDED);
    assert!(!folder.path().join("Dockerfile").exists());
}

#[test]
fn options_that_mean_nothing_here_are_refused() {
    for arguments in [
        &["pipe", "--format", "json"][..],
        &["pipe", "--staged"],
        &["pipe", "--patch", "-"],
        &["pipe", "--stdin-filename", "x"],
        &["--apply", "pipe"],
    ] {
        assert_eq!(answers(arguments, Vec::new()), (Vec::new(), 2), "{arguments:?}");
    }
    assert_eq!(answers(&["pipe", "--unsafe"], Vec::new()), (Vec::new(), 0));
}

#[test]
fn the_new_text_is_that_of_apply() {
    let cases = fs::read_dir("rules/copy-without-chmod/cases").unwrap();
    let mut files: Vec<PathBuf> = cases.map(|entry| entry.unwrap().path().join("before.Dockerfile")).collect();
    files.sort();
    let texts: Vec<String> = files.iter().step_by(5).map(|file| fs::read_to_string(file).unwrap()).collect();
    assert!(texts.len() > 30);
    let input = texts.iter().enumerate().flat_map(|(id, text)| line(&json!({"id": id, "text": text}))).collect();
    let (answers, _) = answers(&["pipe", "--unsafe"], input);
    assert_eq!(answers.len(), texts.len());
    let folder = tempfile::tempdir().unwrap();
    for (id, (text, answer)) in texts.iter().zip(&answers).enumerate() {
        assert_eq!(answer["id"], id);
        let mut child = dockfix(&["--apply", "--unsafe", "-"], folder.path());
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let applied = child.wait_with_output().unwrap().stdout;
        assert_eq!(answer["text"].as_str().unwrap().as_bytes(), applied, "{}", files[id * 5].display());
    }
}
