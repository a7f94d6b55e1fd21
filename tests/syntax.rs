//! The parser over hand-written files, each with the tree that it must give.
//!
//! `fixtures/syntax/ok` holds what builders take, `fixtures/syntax/err` what they refuse; the name of a file says what it
//! shows. `DOCKFIX_BLESS=1 cargo test --test syntax` writes the trees anew: read the difference before you commit it.

use std::path::{Path, PathBuf};

use dockfix::syntax::{Dockerfile, SyntaxKind};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for folder in ["ok", "err"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/syntax").join(folder);
        for path in dockerfiles(&root) {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            trials.push(Trial::test(format!("{folder}::{name}"), move || check(&path, folder == "ok")));
        }
    }
    assert!(trials.len() >= 150, "only {} fixtures were found", trials.len());
    libtest_mimic::run(&arguments, trials).exit();
}

fn dockerfiles(root: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter();
    let paths = entries.map(|entry| entry.expect("the fixtures can be read").into_path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "Dockerfile")).collect()
}

fn check(path: &Path, accepted: bool) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let file = parsed(&text)?;
    if file.errors().is_empty() != accepted {
        return Err(format!("these errors are not as the folder says: {:#?}", file.errors()).into());
    }
    check_tree(&path.with_extension("tree"), &file.dump())?;
    for (name, variant) in variants(&text) {
        let other = parsed(&variant).map_err(|error| format!("{name}: {}", message(&error)))?;
        if summary(&other) != summary(&file) {
            return Err(format!("{name}: {:?} became {:?}", summary(&file), summary(&other)).into());
        }
    }
    Ok(())
}

/// Parses `text`, and checks that no byte is lost.
fn parsed(text: &str) -> Result<Dockerfile, Failed> {
    let file = Dockerfile::parse(text);
    if file.tree_text() == text { Ok(file) } else { Err("the tree is not the text".into()) }
}

fn check_tree(path: &Path, dump: &str) -> Result<(), Failed> {
    if std::env::var_os("DOCKFIX_BLESS").is_some() {
        std::fs::write(path, dump)?;
    }
    let expected = std::fs::read_to_string(path)
        .map_err(|error| format!("{}: {error}; run with DOCKFIX_BLESS=1 and read what it writes", path.display()))?;
    if expected == dump {
        return Ok(());
    }
    Err(similar::TextDiff::from_lines(expected.as_str(), dump).unified_diff().to_string().into())
}

/// What a change of line ends must not change.
fn summary(file: &Dockerfile) -> (Vec<SyntaxKind>, Vec<String>) {
    let kinds = file.instructions().iter().map(|instruction| instruction.kind()).collect();
    (kinds, file.errors().iter().map(|error| error.message.clone()).collect())
}

/// The same file as other editors write it.
fn variants(text: &str) -> Vec<(&'static str, String)> {
    let mut variants = Vec::new();
    if !text.contains('\r') {
        variants.push(("with CRLF", text.replace('\n', "\r\n")));
    }
    if !text.starts_with('\u{feff}') {
        variants.push(("with a byte order mark", format!("\u{feff}{text}")));
    }
    if let Some(shorter) = text.strip_suffix("\r\n").or_else(|| text.strip_suffix('\n')) {
        variants.push(("without final newline", shorter.to_owned()));
    }
    variants
}

fn message(error: &Failed) -> &str {
    error.message().unwrap_or_default()
}
