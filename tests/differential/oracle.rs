//! The Python process that holds BuildKit's parser.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::view::Verdict;

/// A running oracle.
pub struct Oracle {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

/// The Python that has the package: `DOCKFIX_PYTHON`, or the environment that `setup.sh` makes.
pub fn python() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("DOCKFIX_PYTHON") {
        return Some(PathBuf::from(path));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/oracle/bin/python");
    path.exists().then_some(path)
}

impl Oracle {
    pub fn start(python: &Path) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential/oracle.py");
        let mut child = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", python.display()));
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("the output is a pipe"));
        Self { child, input, output }
    }

    /// What BuildKit says of `text`. The binding hands over a C string, so `text` must hold no NUL.
    pub fn verdict(&mut self, text: &str) -> Verdict {
        let mut line = serde_json::to_string(text).expect("a string is JSON");
        line.push('\n');
        let input = self.input.as_mut().expect("the input is open until the end");
        input.write_all(line.as_bytes()).expect("the oracle reads");
        let mut answer = String::new();
        self.output.read_line(&mut answer).expect("the oracle answers");
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error} in the answer {answer:?} to {text:?}"))
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.wait();
    }
}
