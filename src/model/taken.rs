//! Who takes what out of a build context: the paths that an instruction names, and the other Dockerfiles that are built with the same
//! context. An edit of the ignore file has to leave all of them what they need.

use std::fs;
use std::path::{Path, PathBuf};

use super::{BuildModel, CopyFrom, SourceKind, Step, StepKind, path};
use crate::context::{self, BuildContext, holds_build_files};
use crate::syntax::{Dockerfile, MountOption, RunInstruction};

/// A Dockerfile with more bytes than this was not written by a person.
const MOST_BYTES: u64 = 1 << 20;

/// What an instruction takes out of the build context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Paths and globs; `.` or `/` is all of it.
    pub sources: Vec<String>,
    /// Sources with a variable that is not known, as they are written.
    pub unknown: Vec<String>,
    /// Whether they are only shown to a RUN, and not copied.
    pub mounted: bool,
}

impl Taken {
    /// Whether one of the sources is `path`, or a directory around it.
    #[must_use]
    pub fn covers(&self, path: &str) -> bool {
        self.sources.iter().any(|source| context::named_by(source, path).is_some())
    }

    /// Whether a source with a variable may come to be `path` or something in it, by what stands in front of the first variable and
    /// behind the last one.
    #[must_use]
    pub fn may_name(&self, path: &str) -> bool {
        self.unknown.iter().any(|written| {
            let start = written.split('$').next().unwrap_or_default();
            let start = start.trim_start_matches("./").trim_start_matches('/');
            // The name of a variable ends in front of what can be no part of it.
            let end = written.rsplit('$').next().unwrap_or_default();
            let end = match end.strip_prefix('{') {
                Some(braced) => braced.rsplit_once('}').map_or("", |(_, rest)| rest),
                None => end.trim_start_matches(|character: char| character.is_ascii_alphanumeric() || character == '_'),
            };
            let end = end.trim_end_matches('/');
            let below = start.starts_with(&format!("{path}/"));
            below || (path.starts_with(start) && (end.contains('*') || path.ends_with(end)))
        })
    }
}

impl Step {
    /// What it takes out of the build context: the sources of a COPY or ADD, and of the bind mounts of a RUN.
    #[must_use]
    pub fn taken(&self) -> Taken {
        match &self.kind {
            StepKind::Copy(copy) if copy.from == CopyFrom::Context => {
                let of = |kind: SourceKind| {
                    let sources = copy.sources.iter().filter(move |source| source.kind == kind);
                    sources.map(|source| source.text.clone()).collect()
                };
                Taken { sources: of(SourceKind::Path), unknown: of(SourceKind::Unknown), mounted: false }
            }
            StepKind::Run(_) => self.mounted(),
            _ => Taken::default(),
        }
    }

    /// What `RUN --mount=type=bind` shows of the context: `bind` is the default type, and all of it the default source.
    fn mounted(&self) -> Taken {
        let mut taken = Taken { mounted: true, ..Taken::default() };
        let option = |mount: &[MountOption], keys: &[&str]| {
            let found = mount.iter().find(|option| keys.contains(&option.key.as_str()));
            found.and_then(|option| option.value.clone())
        };
        for mount in RunInstruction::cast(&self.instruction).map(|run| run.mounts()).unwrap_or_default() {
            let elsewhere = option(&mount, &["from"]).is_some();
            if elsewhere || option(&mount, &["type"]).is_some_and(|kind| kind != "bind") {
                continue;
            }
            let source = option(&mount, &["source", "src"]).unwrap_or_else(|| "/".to_owned());
            match self.scope.expand(&source, self.instruction.escape()).filter(|found| !found.overridable) {
                Some(found) => taken.sources.push(found.value),
                None => taken.unknown.push(source),
            }
        }
        taken
    }
}

/// Another Dockerfile that is built with a context.
#[derive(Debug)]
pub struct Sharer {
    /// Its path in the context; the whole path where it lies elsewhere.
    pub path: String,
    /// Its text.
    pub dockerfile: Dockerfile,
    /// What it builds.
    pub model: BuildModel,
}

/// The other Dockerfiles that are built with a context.
#[derive(Debug, Default)]
pub struct Sharers {
    /// Those that can be read.
    pub list: Vec<Sharer>,
    /// False if the context is too big to look for all of them, or one cannot be read.
    pub complete: bool,
}

impl Sharers {
    /// Those that lie in `context`, but for those that have a context of their own further below, and those of `sharing`, which are
    /// built with it wherever they lie and whatever they are called. A file with the text `own` is the one at hand.
    #[must_use]
    pub fn of(context: &BuildContext, sharing: &[PathBuf], own: &str) -> Self {
        let found = context.dockerfiles();
        let mut sharers = Self { list: Vec::new(), complete: found.complete };
        for name in &found.paths {
            let Some(text) = context.read(name, MOST_BYTES).filter(|text| text != own) else { continue };
            let sharer = Sharer::new(name.clone(), text);
            let named = sharing.contains(&context.root().join(name));
            if named || !has_a_context_of_its_own(context, name, &sharer.model) {
                sharers.list.push(sharer);
            }
        }
        for path in sharing {
            let inside = path.strip_prefix(context.root()).unwrap_or(path).to_string_lossy().into_owned();
            if found.paths.contains(&inside) {
                continue;
            }
            let small = fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() <= MOST_BYTES);
            match small.then(|| fs::read_to_string(path).ok()).flatten() {
                Some(text) if text == own => {}
                Some(text) => sharers.list.push(Sharer::new(inside, text)),
                None => sharers.complete = false,
            }
        }
        sharers
    }
}

impl Sharer {
    fn new(path: String, text: String) -> Self {
        let dockerfile = Dockerfile::parse(text);
        let model = BuildModel::new(&dockerfile);
        Self { path, dockerfile, model }
    }
}

/// Whether a Dockerfile further below is built from its own folder: its sources are there, and not all of them in the root as well,
/// unless the name of the folder says that it holds the files of builds.
#[must_use]
pub fn has_a_context_of_its_own(context: &BuildContext, file: &str, model: &BuildModel) -> bool {
    let Some((folder, _)) = file.rsplit_once('/') else { return false };
    let steps = model.stages.iter().filter(|stage| !stage.triggers).flat_map(|stage| &stage.steps);
    let copies = steps.filter(|step| matches!(step.kind, StepKind::Copy(_)));
    let sources: Vec<String> = copies.flat_map(|step| step.taken().sources).collect();
    let there = |folder: &str, source: &str| !context.matches(&path::join(folder, source)).is_empty();
    let told = sources.iter().any(|source| !there("", source));
    sources.iter().all(|source| there(folder, source)) && (told || !holds_build_files(Path::new(folder)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(line: &str) -> Taken {
        let dockerfile = Dockerfile::parse(format!("FROM a\nARG V\nARG D=d\nENV E=e\n{line}\n"));
        let model = BuildModel::new(&dockerfile);
        model.stages[0].steps.last().map(Step::taken).unwrap()
    }

    fn check(line: &str, sources: &[&str], unknown: &[&str]) {
        let found = taken(line);
        assert_eq!((found.sources, found.unknown), (to_owned(sources), to_owned(unknown)), "{line}");
    }

    fn to_owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn knows_what_an_instruction_takes() {
        check("COPY a b/ /x", &["a", "b/"], &[]);
        check("COPY --from=b a /x", &[], &[]);
        check("ADD https://example.com/a a /x", &["a"], &[]);
        check("COPY $E ${V}/b /x", &["e"], &["${V}/b"]);
        check("COPY <<EOF /x\na\nEOF", &[], &[]);
        check("RUN x", &[], &[]);
        check("RUN --mount=target=. x", &["/"], &[]);
        check("RUN --mount=type=bind,source=a,target=/a --mount=type=cache,target=/b x", &["a"], &[]);
        check("RUN --mount=type=bind,from=b,source=a,target=/a x", &[], &[]);
    }

    #[test]
    fn a_variable_may_name_what_its_neighbours_allow() {
        for (source, path, expected) in [
            ("$V", "a/b.pyc", true),
            ("${V}.jar", "a/b.pyc", false),
            ("a/${V}.pyc", "a/b.pyc", true),
            ("./a/${V}", "a/b.pyc", true),
            ("b/$V", "a/b.pyc", false),
            ("a/m/$V/x", "a/m", true),
            ("$V/*", "a/m", true),
            ("$V_x.jar", "a/m", false),
        ] {
            assert_eq!(taken(&format!("COPY {source} /x")).may_name(path), expected, "{source} {path}");
        }
    }
}
