//! Ignore files against real builders: random trees and patterns, and what `COPY . /x` really brings of them.
//!
//! The numbers come from a fixed seed, so a failure can be seen again. A build has one ignore file, so a tree is large and
//! a build answers for a hundred paths at once.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use dockfix::context::{BuildContext, EntryKind, Repositories};
use dockfix::settings;

use crate::builder::Builder;
use crate::snapshot::Snapshot;
use crate::support::case::Prepared;

/// How many pairs of a tree and an ignore file are built on each builder. BuildKit answers in a quarter of the time.
pub const BUILDS: [(Builder, u64); 3] = [(Builder::Buildkit, 32), (Builder::Classic, 16), (Builder::Buildah, 5)];

/// What the parts of paths are made of; few, so that patterns meet them.
const NAMES: [&str; 8] = ["a", "b", "ab", ".a", "a.b", "b.a", "é", "a b"];

/// What the parts of patterns are made of.
const PARTS: [&str; 20] = [
    "a", "b", "ab", ".a", "a.b", "b.a", "*", "**", "?", "a*", "*b", "*.b", "[ab]", "[^a]*", "\\a", "a\\.b", "é",
    "**.b", "a**", "b.?",
];

/// Numbers that are the same on every run.
struct Numbers(u64);

impl Numbers {
    /// The next one below `limit`, by splitmix64.
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    fn pick(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len())]
    }

    fn one_in(&mut self, number: usize) -> bool {
        self.below(number) == 0
    }

    fn lay_out(&mut self, directory: &Path, depth: usize) -> Result<()> {
        fs::create_dir_all(directory)?;
        for name in NAMES {
            let path = directory.join(name);
            match self.below(8) {
                0 | 1 => {}
                2..=4 if depth < 3 => self.lay_out(&path, depth + 1)?,
                5 => std::os::unix::fs::symlink(self.pick(&NAMES), &path)?,
                _ => fs::write(&path, format!("{name}\n"))?,
            }
        }
        Ok(())
    }

    fn pattern(&mut self) -> String {
        let parts: Vec<&str> = (0..=self.below(3)).map(|_| self.pick(&PARTS)).collect();
        let start = self.pick(&["", "", "", "", "/", "./", "**/"]);
        format!("{start}{}{}", parts.join("/"), self.pick(&["", "", "", "/", "/.", "//"]))
    }

    /// A file with all that it may have besides patterns.
    fn ignore_file(&mut self) -> String {
        let end = self.pick(&["\n", "\n", "\r\n"]);
        let mut lines: Vec<String> = Vec::new();
        for _ in 0..=self.below(7) {
            let negation = if self.one_in(3) { self.pick(&["!", "!", "! ", "!/"]) } else { "" };
            let blank = self.pick(&["", "", "", " ", "\t"]);
            lines.push(format!("{blank}{negation}{}{blank}", self.pattern()));
            if self.one_in(6) {
                lines.push(self.pick(&["", "# a", "#a", "  "]).to_owned());
            }
            if self.one_in(6) {
                let again = lines[self.below(lines.len())].clone();
                lines.push(again);
            }
        }
        let mark = if self.one_in(6) { "\u{feff}" } else { "" };
        format!("{mark}{}{}", lines.join(end), self.pick(&[end, ""]))
    }
}

/// Builds all pairs on `builder` and returns where the context was wrong.
pub fn check(builder: Builder, number: u64) -> Result<()> {
    let mut wrong = Vec::new();
    let mut compared = 0;
    for seed in 0..number {
        let mut numbers = Numbers(seed);
        let folder = tempfile::tempdir()?;
        let context = folder.path().join("context");
        numbers.lay_out(&context, 0)?;
        let text = numbers.ignore_file();
        fs::write(context.join(".dockerignore"), &text)?;
        let dockerfile = folder.path().join("Dockerfile");
        fs::write(&dockerfile, "FROM scratch\nCOPY . /x\n")?;
        let expected = foretold(&context, builder)?;
        let found = brought(&Prepared { root: folder.path().to_owned(), context_dir: context, dockerfile }, builder)
            .with_context(|| format!("seed {seed}, ignore file {text:?}"))?;
        compared += expected.len();
        let mut paths: Vec<&String> = expected.keys().chain(found.keys()).collect();
        paths.sort();
        paths.dedup();
        for path in paths.into_iter().filter(|path| expected.get(*path) != found.get(*path)) {
            let (expected, found) = (expected.get(path), found.get(path));
            wrong.push(format!("seed {seed}, {text:?}, {path}: {expected:?} was foretold, {found:?} came"));
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    ensure!(compared > 300, "only {compared} paths were sent, so nothing was shown");
    Ok(())
}

/// What is sent, by path: its kind, and whether it is empty.
type Sent = BTreeMap<String, (&'static str, bool)>;

fn foretold(context: &Path, builder: Builder) -> Result<Sent> {
    let builder = match builder {
        Builder::Buildkit => settings::Builder::Buildkit,
        Builder::Classic => settings::Builder::Classic,
        Builder::Buildah => settings::Builder::Buildah,
    };
    let context = BuildContext::open(context, None, &[builder], &Repositories::new())?;
    let walk = context.walk("");
    ensure!(walk.is_certain(), "the tree was not read whole");
    let emptied = |path: &str| context.ignore_file().is_some_and(|file| file.matcher().empties(path, builder));
    let sent = walk.entries.iter().map(|entry| {
        let kind = match entry.kind {
            EntryKind::File => "file",
            EntryKind::Directory => "dir",
            EntryKind::Symlink { .. } => "link",
            EntryKind::Other => "other",
        };
        (entry.path.clone(), (kind, entry.is_file() && (entry.size == 0 || emptied(&entry.path))))
    });
    Ok(sent.collect())
}

fn brought(prepared: &Prepared, builder: Builder) -> Result<Sent> {
    let snapshot = match builder {
        Builder::Buildkit => exported(prepared)?,
        Builder::Classic | Builder::Buildah => {
            let name = format!("ignored-{}", prepared.root.file_name().unwrap_or_default().to_string_lossy());
            match builder.build(prepared, &name.to_lowercase().replace('.', ""), &[])? {
                Ok(image) => image.snapshot()?,
                Err(outcome) => anyhow::bail!("does not build:\n{}", outcome.output),
            }
        }
    };
    let below = snapshot.nodes().filter_map(|(path, node)| Some((path.strip_prefix("/x/")?, node)));
    Ok(below.map(|(path, node)| (path.to_owned(), (node.kind, node.kind == "file" && node.size == 0))).collect())
}

/// BuildKit hands out the files without making an image of them, which saves most of the time.
pub fn exported(prepared: &Prepared) -> Result<Snapshot> {
    let output = Command::new("timeout")
        .args(["120", "docker", "build", "--network=none", "--progress=plain", "--output=type=tar,dest=-", "--file"])
        .arg(&prepared.dockerfile)
        .arg(&prepared.context_dir)
        .env("DOCKER_BUILDKIT", "1")
        .stdin(Stdio::null())
        .output()?;
    ensure!(output.status.success(), "does not build:\n{}", String::from_utf8_lossy(&output.stderr));
    Snapshot::read(output.stdout.as_slice())
}
