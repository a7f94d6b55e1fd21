//! What a build context comes to: as tables with bars for people, as JSON for programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::harmless;
pub use crate::context::survey::Total as Counted;

/// How wide the longest bar is.
const BAR: u64 = 20;

/// One JSON document.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Document {
    /// The version of this format.
    pub version: u32,
    /// The directory.
    pub context: String,
    /// The ignore file of the classic builder, which BuildKit reads as well where a Dockerfile has none of its own.
    pub ignore_file: Option<String>,
    /// The Dockerfiles whose build context it is.
    pub dockerfiles: Vec<Build>,
    /// What BuildKit is sent if all of them are built; `None` where there is none.
    pub buildkit: Option<Sides>,
    /// What the classic builder is sent, whatever is built.
    pub classic: Sides,
    /// The heaviest paths, the heaviest first: by what BuildKit is sent, or the classic builder where there is no Dockerfile.
    pub paths: Vec<Path>,
    /// How many paths are not shown, and what they come to.
    pub left_out: LeftOut,
    /// How many of git's latest commits were looked at; `None` where there is no repository.
    pub commits: Option<usize>,
    /// Directories that cannot be read.
    pub unreadable: Vec<String>,
    /// How many names of what is sent are not UTF-8.
    pub not_utf8: u64,
    /// Pipes, sockets and devices that are sent.
    pub special: Vec<String>,
    /// What else there is to know.
    pub notes: Vec<String>,
}

/// A Dockerfile of the context.
#[derive(Clone, Debug, Serialize)]
pub struct Build {
    /// Its path.
    pub path: String,
    /// The ignore file that BuildKit reads for it.
    pub ignore_file: Option<String>,
    /// What BuildKit is sent for it.
    pub buildkit: Sides,
    /// The instructions that take something out of the context.
    pub instructions: Vec<Taking>,
}

/// An instruction that takes something out of the context.
#[derive(Clone, Debug, Serialize)]
pub struct Taking {
    /// The number of its line.
    pub line: usize,
    /// Its text, on one line.
    pub text: String,
}

/// Today, and with the fixes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sides {
    /// With the ignore file as it is.
    pub now: Numbers,
    /// With the ignore file that the fixes leave.
    pub after: Numbers,
}

/// Files and bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Numbers {
    /// Everything that is no directory.
    pub files: u64,
    /// The bytes of regular files.
    pub bytes: u64,
}

impl From<Counted> for Numbers {
    fn from(total: Counted) -> Self {
        Self { files: total.files, bytes: total.bytes }
    }
}

/// One path.
#[derive(Clone, Debug, Serialize)]
pub struct Path {
    /// Relative to the context.
    pub path: String,
    /// `directory`, `file`, or `other-files`: those of a directory that have no row of their own.
    pub kind: &'static str,
    /// What BuildKit is sent of it.
    pub buildkit: Option<Sides>,
    /// What the classic builder is sent of it.
    pub classic: Sides,
    /// The instructions that bring it: a path and a line.
    pub brought_by: Vec<String>,
    /// `tracked`, `ignored` or `untracked`; `None` where git says nothing.
    pub git: Option<&'static str>,
    /// How many of the commits changed it, or something in it.
    pub commits: Option<usize>,
}

/// What the table leaves out.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct LeftOut {
    /// How many paths.
    pub paths: usize,
    /// What they come to, in the column that the table is sorted by.
    pub total: Numbers,
}

impl Document {
    /// The answer for people.
    #[must_use]
    pub fn text(&self) -> String {
        let ignore = self.ignore_file.as_deref().map_or_else(|| "no .dockerignore".to_owned(), harmless);
        let mut text = format!("build context {} ({ignore})\n\n", harmless(&self.context));
        self.totals(&mut text);
        self.table(&mut text);
        self.legend(&mut text);
        text
    }

    /// Whether the fixes change what is sent.
    fn changes(&self) -> bool {
        let builds = self.dockerfiles.iter().map(|build| build.buildkit);
        builds.chain([self.classic]).any(|sides| sides.now != sides.after)
    }

    fn totals(&self, text: &mut String) {
        let mut lines: Vec<(String, Sides)> = Vec::new();
        for build in &self.dockerfiles {
            lines.push((format!("BuildKit, {}", harmless(&build.path)), build.buildkit));
        }
        if let Some(all) = self.buildkit.filter(|_| self.dockerfiles.len() > 1) {
            lines.push(("BuildKit, all of them".to_owned(), all));
        }
        lines.push(("classic builder".to_owned(), self.classic));
        let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
        let changes = self.changes();
        if changes {
            let _ = writeln!(text, "{:width$}  {:>26}  {:>26}", "", "now", "with dockfix's fixes");
        }
        for (name, sides) in lines {
            let after = if changes { format!("  {}", numbers(sides.after)) } else { String::new() };
            let _ = writeln!(text, "{name:width$}  {}{after}", numbers(sides.now));
        }
    }

    fn table(&self, text: &mut String) {
        let weight = |path: &Path| path.buildkit.unwrap_or(path.classic);
        let Some(most) = self.paths.iter().map(|path| weight(path).now.bytes).max() else {
            text.push_str("\nnothing is sent\n");
            return;
        };
        let builder = if self.buildkit.is_some() { "BuildKit" } else { "the classic builder" };
        let _ = writeln!(text, "\nheaviest of what {builder} is sent now:\n");
        let names: Vec<String> = self.paths.iter().map(Path::name).collect();
        let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
        for (path, name) in self.paths.iter().zip(&names) {
            let sides = weight(path);
            let mut line = format!(
                "{:>9}  {}  {:>11}  {name:width$}",
                bytes(sides.now.bytes),
                bar(sides.now.bytes, most),
                files(sides.now.files),
            );
            for remark in self.remarks(path, sides) {
                let _ = write!(line, "  {remark}");
            }
            let _ = writeln!(text, "{}", line.trim_end());
        }
        if self.left_out.paths > 0 {
            let (rest, number) = (self.left_out.total, self.left_out.paths);
            let bar = " ".repeat(BAR as usize);
            let _ = writeln!(text, "{:>9}  {bar}  {:>11}  {number} other paths", bytes(rest.bytes), files(rest.files));
        }
    }

    /// What is to be said about a path besides its numbers, `sides`.
    pub(super) fn remarks(&self, path: &Path, sides: Sides) -> Vec<String> {
        let mut remarks = Vec::new();
        if sides.after.files == 0 {
            remarks.push("kept out by a fix".to_owned());
        } else if sides.after != sides.now {
            remarks.push(format!("{} with a fix", bytes(sides.after.bytes)));
        }
        match (path.git, path.commits, self.commits) {
            (Some("ignored"), ..) => remarks.push("git ignores it".to_owned()),
            (Some("untracked"), ..) => remarks.push("not in git".to_owned()),
            (_, Some(changed), Some(all)) if changed > 0 => remarks.push(format!("{changed} of {all} commits")),
            _ => {}
        }
        if !path.brought_by.is_empty() {
            remarks.push(harmless(&path.brought_by.join(", ")));
        }
        remarks
    }

    /// What stands in the lines that the table names.
    fn legend(&self, text: &mut String) {
        let lines = self.dockerfiles.iter().flat_map(|build| {
            build.instructions.iter().map(|taking| (format!("{}:{}", build.path, taking.line), &taking.text))
        });
        let named = |place: &String| self.paths.iter().any(|path| path.brought_by.contains(place));
        let lines: Vec<_> = lines.filter(|(place, _)| named(place)).collect();
        if !lines.is_empty() {
            text.push('\n');
        }
        for (place, instruction) in lines {
            let _ = writeln!(text, "{}: {}", harmless(&place), harmless(instruction));
        }
    }
}

impl Path {
    /// Its name for people.
    pub(super) fn name(&self) -> String {
        let name = harmless(&self.path);
        match self.kind {
            "directory" => format!("{name}/"),
            "other-files" if name.is_empty() => "other files".to_owned(),
            "other-files" => format!("{name}/ (other files)"),
            _ => name,
        }
    }
}

fn numbers(numbers: Numbers) -> String {
    format!("{:>14}  {:>10}", files(numbers.files), bytes(numbers.bytes))
}

fn files(number: u64) -> String {
    format!("{} file{}", super::grouped(number), if number == 1 { "" } else { "s" })
}

/// Bytes as Docker prints them, in powers of 1,000.
pub(super) fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if number < 1000 {
        return format!("{number} B");
    }
    let mut size = number as f64 / 1000.0;
    let mut unit = 0;
    while size >= 999.95 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    format!("{size:.1} {}", UNITS[unit])
}

/// A bar in eighths of a character.
fn bar(number: u64, most: u64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = if most == 0 { 0 } else { (u128::from(number) * u128::from(BAR) * 8 / u128::from(most)) as usize };
    let mut bar = "█".repeat(eighths / 8);
    bar.push_str(EIGHTHS[eighths % 8]);
    let width = bar.chars().count();
    bar.push_str(&" ".repeat((BAR as usize).saturating_sub(width)));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_numbers_for_people() {
        let expected = [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB")];
        for (number, text) in expected {
            assert_eq!(bytes(number), text);
        }
        assert_eq!(bytes(u64::MAX), "18446.7 PB");
        assert_eq!((files(1), files(1_234_567)), ("1 file".to_owned(), "1,234,567 files".to_owned()));
        assert_eq!(bar(1, 2), format!("{}{}", "█".repeat(10), " ".repeat(10)));
        assert_eq!(bar(u64::MAX, u64::MAX), "█".repeat(20));
        assert_eq!(bar(0, 0), " ".repeat(20));
        assert_eq!(bar(1, 160).trim_end(), "▏");
    }
}
