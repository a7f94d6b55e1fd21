//! One page for people who would rather look: self-contained, without a network, for one Dockerfile and for thousands.
//!
//! Files are added one by one and turned into text at once, so that only the page itself is held. Its size is bounded: once it is
//! large, what is said of files without findings is left out, then the pictures and tables of further files, then
//! their findings, and the page says so. The same input gives the same bytes.
//!
//! Everything from a repository goes through `escape.rs`. Should something slip through all the same, the content policy of the page
//! lets nothing run, load or apply but the one script and the one style sheet in here, which it knows by their hashes.

mod cache;
mod context;
mod escape;
mod file;
mod findings;
mod graph;
mod layout;
mod page;
mod svg;

use std::collections::{BTreeMap, HashMap};

use super::FileReport;
use super::context::Document;

pub use cache::CacheTable;
pub use graph::Graph;
pub use page::is_report;

/// How large the page gets before something is left out, in bytes; more of the same kind is left out at twice and three times that.
const LARGE: usize = 12 << 20;
/// Files behind this one are counted only.
const MOST_FILES: usize = 50_000;

/// What there is to show of a Dockerfile besides its findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its stages.
    pub before: Graph,
    /// Its stages with the fixes, where these change the file.
    pub after: Option<Graph>,
    /// What a change in a source runs again.
    pub cache: Option<CacheTable>,
    /// The ignore file that is there.
    pub ignore: Option<IgnoreText>,
}

/// An ignore file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IgnoreText {
    /// Its name for people.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What becomes of a finding, as people ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Applied,
    Unsafe,
    Shown,
    Suppressed,
    Failed,
}

impl Outcome {
    const ALL: [Self; 5] = [Self::Applied, Self::Unsafe, Self::Shown, Self::Suppressed, Self::Failed];

    /// The word for machines.
    const fn slug(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Unsafe => "unsafe",
            Self::Shown => "shown",
            Self::Suppressed => "suppressed",
            Self::Failed => "failed",
        }
    }

    /// The words for people.
    const fn label(self) -> &'static str {
        match self {
            Self::Applied => "would be applied",
            Self::Unsafe => "unsafe",
            Self::Shown => "shown only",
            Self::Suppressed => "suppressed",
            Self::Failed => "failed",
        }
    }

    /// What it means.
    const fn meaning(self) -> &'static str {
        match self {
            Self::Applied => "`dockfix --apply` writes the fix",
            Self::Unsafe => "`dockfix --apply --unsafe` writes the fix, which rests on something that is not visible",
            Self::Shown => "nothing is written by itself",
            Self::Suppressed => "a comment in the file asks to ignore it",
            Self::Failed => "the file cannot be worked on, or a fix did not stand the test",
        }
    }
}

/// How much is kept of the next file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// All there is.
    #[default]
    Everything,
    /// Of a file without findings only a line.
    Found,
    /// No pictures and tables.
    Findings,
    /// Only a line.
    Lines,
}

/// The page in the making.
#[derive(Debug)]
pub struct Page {
    /// From which size on something is left out.
    large: usize,
    groups: Vec<Group>,
    known: HashMap<Option<String>, usize>,
    level: Level,
    size: usize,
    /// How many files were left out altogether.
    uncounted: usize,
    /// Files, those with findings, and those that cannot be worked on.
    files: usize,
    found: usize,
    failed: usize,
    skipped: usize,
    /// Findings by what becomes of them, and by rule.
    outcomes: BTreeMap<Outcome, usize>,
    rules: BTreeMap<&'static str, usize>,
    /// What the user should know besides.
    notes: Vec<String>,
}

/// The files of one repository.
#[derive(Debug)]
struct Group {
    /// `None` for files in no repository.
    name: Option<String>,
    files: Vec<Section>,
    contexts: String,
    found: usize,
}

/// One file.
#[derive(Debug, Default)]
struct Section {
    /// The line that is always seen.
    head: String,
    /// What stands in it.
    findings: String,
    extras: String,
    /// Whether nothing was found.
    quiet: bool,
    /// Findings whose text was left out, as `rule/outcome/number`.
    left: String,
}

impl Default for Page {
    fn default() -> Self {
        Self::bounded(LARGE)
    }
}

impl Page {
    fn bounded(large: usize) -> Self {
        Self {
            large,
            groups: Vec::new(),
            known: HashMap::new(),
            level: Level::default(),
            size: 0,
            uncounted: 0,
            files: 0,
            found: 0,
            failed: 0,
            skipped: 0,
            outcomes: BTreeMap::new(),
            rules: BTreeMap::new(),
            notes: Vec::new(),
        }
    }

    /// Adds what became of a file of the repository that is shown as `repository`. `context` is the number of its build context.
    pub fn add(
        &mut self,
        repository: Option<&str>,
        report: &FileReport,
        sheet: Option<&Sheet>,
        context: Option<usize>,
    ) {
        self.files += 1;
        if self.files > MOST_FILES {
            self.uncounted += 1;
            return;
        }
        let mut section = file::section(report, sheet, context, self);
        self.trim(&mut section);
        self.size += section.size();
        let group = self.group(repository);
        self.groups[group].found += usize::from(!section.quiet);
        self.groups[group].files.push(section);
        self.bound();
    }

    /// Adds the build context `name` of the repository that is shown as `repository`: what was counted, or why not.
    pub fn add_context(
        &mut self,
        repository: Option<&str>,
        name: &str,
        counted: Result<&Document, &String>,
        number: usize,
    ) {
        let text = match counted {
            Ok(document) => context::section(name, document, number),
            Err(reason) => context::unknown(name, reason, number),
        };
        self.size += text.len();
        let group = self.group(repository);
        self.groups[group].contexts.push_str(&text);
    }

    /// Adds something that the user should know, at the top of the page.
    pub fn note(&mut self, text: String) {
        self.notes.push(text);
    }

    /// The page.
    #[must_use]
    pub fn finish(mut self) -> String {
        let more = match self.level {
            Level::Everything => None,
            Level::Found => Some("stages and cache of Dockerfiles without findings are left out"),
            Level::Findings => Some("stages and cache are left out but for the first Dockerfiles with findings"),
            Level::Lines => Some("findings and diffs are left out but for the first Dockerfiles"),
        };
        if let Some(more) = more {
            self.note(format!(
                "This run is large, so {more}. `dockfix report` on a single folder shows everything of it."
            ));
        }
        if self.uncounted > 0 {
            self.note(format!("{} more Dockerfiles are not on this page.", self.uncounted));
        }
        page::page(&self)
    }

    fn group(&mut self, repository: Option<&str>) -> usize {
        let name = repository.map(str::to_owned);
        let groups = &mut self.groups;
        *self.known.entry(name.clone()).or_insert_with(|| {
            groups.push(Group { name, files: Vec::new(), contexts: String::new(), found: 0 });
            groups.len() - 1
        })
    }

    /// Leaves out of the next section what there is no room for.
    fn trim(&self, section: &mut Section) {
        if (self.level >= Level::Found && section.quiet) || self.level >= Level::Findings {
            section.extras = String::new();
        }
        if self.level >= Level::Lines {
            section.findings = String::new();
        } else {
            section.left = String::new();
        }
    }

    /// Goes on with less where the page got large.
    fn bound(&mut self) {
        if self.level == Level::Everything && self.size > self.large {
            self.level = Level::Found;
            for section in self.groups.iter_mut().flat_map(|group| &mut group.files).filter(|section| section.quiet) {
                self.size -= section.extras.len();
                section.extras = String::new();
            }
        }
        if self.level == Level::Found && self.size > self.large {
            self.level = Level::Findings;
        }
        if self.level == Level::Findings && self.size > 2 * self.large {
            self.level = Level::Lines;
        }
    }
}

impl Section {
    fn size(&self) -> usize {
        self.head.len() + self.findings.len() + self.extras.len() + self.left.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Finding;
    use crate::report::{Done, FileOutcome, Reported, Status};
    use crate::settings::Applicability;
    use crate::text::Span;

    fn report(index: usize, findings: usize) -> FileReport {
        let finding = Finding {
            rule: "copy-without-chmod",
            span: Span::new(0, 4),
            message: "a message".to_owned(),
            reason: "a reason".to_owned(),
            applicability: Applicability::Safe,
            paths: Vec::new(),
            related: Vec::new(),
            fix: None,
        };
        let reported = Reported { finding, status: Status::Applied, round: 1, written_first: true, gain: None };
        let done = Done { text: "FROM a\n".to_owned(), findings: vec![reported; findings], ..Done::default() };
        FileReport::new(format!("{index}/Dockerfile"), FileOutcome::Done(Box::new(done)))
    }

    /// A page of 400 files, half of them with findings.
    fn page(large: usize) -> Page {
        let mut page = Page::bounded(large);
        let sheet = Sheet::default();
        for index in 0..400 {
            page.add(Some("r"), &report(index, index % 2), Some(&sheet), None);
        }
        page
    }

    /// How many pictures and findings stand on it.
    fn check(large: usize, pictures: impl Fn(usize) -> bool, findings: impl Fn(usize) -> bool, note: Option<&str>) {
        let html = page(large).finish();
        let (shown, found) = (html.matches("<svg ").count(), html.matches("<article ").count());
        assert!(pictures(shown) && findings(found), "{large}: {shown} pictures, {found} findings");
        assert_eq!(html.matches("<details class=\"file").count(), 400);
        assert_eq!(note.is_some_and(|note| html.contains(note)), note.is_some());
        assert!(html.contains("<li class=\"tile applied\"><b>200</b>"), "what is left out is counted all the same");
    }

    #[test]
    fn leaves_out_more_the_larger_it_gets() {
        let all = page(usize::MAX).size;
        check(all, |it| it == 400, |it| it == 200, None);
        check(all - 1, |it| it == 200, |it| it == 200, Some("without findings are left out"));
        check(
            all / 2,
            |it| (1..200).contains(&it),
            |it| it == 200,
            Some("but for the first Dockerfiles with findings"),
        );
        check(all / 8, |it| it < 100, |it| (1..200).contains(&it), Some("findings and diffs are left out"));
    }
}
