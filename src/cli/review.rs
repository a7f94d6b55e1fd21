//! The change that a review is of: which lines of a file may be commented on.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::args::{Format, RunOptions};
use crate::context::{Repositories, Revision};
use crate::files::FileError;
use crate::report::git_name;
use crate::report::review::{Commits, Service};
use crate::text::DiffLines;
use crate::text::patch::{self, FilePatch};

/// A diff of more bytes is not read.
const LARGEST_PATCH: u64 = 256 << 20;

/// The change that a review is of.
#[derive(Clone, Debug)]
pub enum Reviewed {
    /// What a patch says, by the new names of the files.
    Patch(HashMap<Vec<u8>, FilePatch>),
    /// What changed since the branch left a revision.
    Since(String),
}

impl Reviewed {
    /// What the command line says, and for which service.
    ///
    /// # Errors
    /// It does not say enough, or the patch cannot be read.
    pub fn new(format: Format, options: &RunOptions) -> anyhow::Result<(Self, Service)> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let gitlab_base = || variable("CI_MERGE_REQUEST_DIFF_BASE_SHA").filter(|_| format == Format::GitlabReview);
        let base = options.diff_base.clone().or_else(gitlab_base);
        let reviewed = match (&options.patch, &base) {
            (Some(file), _) => Self::Patch(read_patch(file)?),
            (None, Some(base)) => Self::Since(base.clone()),
            (None, None) => {
                bail!("a review needs to know which lines changed; add `--diff-base REV` or `--patch FILE`")
            }
        };
        if let Some(head) = &options.head_sha {
            check_id(head)?;
        }
        if format == Format::GithubReview {
            return Ok((reviewed, Service::GitHub));
        }
        let head = options.head_sha.clone();
        // In a pipeline for merged results, what is checked out is no commit of the merge request.
        let head =
            head.or_else(|| variable("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")).or_else(|| variable("CI_COMMIT_SHA"));
        let (Some(base), Some(head)) = (base, head) else {
            bail!(
                "GitLab wants to know the commits; set CI_MERGE_REQUEST_DIFF_BASE_SHA or `--diff-base SHA`, \
                 and CI_COMMIT_SHA or `--head-sha SHA`"
            );
        };
        check_id(&base)?;
        check_id(&head)?;
        Ok((reviewed, Service::GitLab(Commits { start: base.clone(), base, head })))
    }

    /// The lines of the file at `path` that may be commented on; `None` if there are none, or they cannot be told. `place` is its name in
    /// the repository.
    ///
    /// # Errors
    /// There is no such revision, or it cannot be read.
    pub fn lines(
        &self,
        path: &Path,
        place: &Path,
        text: &str,
        repositories: &Repositories,
    ) -> Result<Option<DiffLines>, FileError> {
        match self {
            Self::Patch(files) => {
                let patch = files.get(git_name(place).as_ref()).filter(|patch| patch.leads_to(text));
                Ok(patch.map(|patch| patch.lines.clone()))
            }
            Self::Since(base) => {
                let at = |revision| {
                    let help = "give the base of the pull request, and fetch it first";
                    repositories.file_at(path, &revision).map_err(|error| FileError::new(path, error, help))
                };
                // What is not committed is not in the pull request, and moves the lines that are.
                let is_committed = at(Revision::Head)?.is_some_and(|head| same_lines(&head, text.as_bytes()));
                if !is_committed {
                    return Ok(None);
                }
                if let Some(before) = at(Revision::Fork(base))? {
                    return Ok(Some(DiffLines::between(&[before], text)));
                }
                // A service may take a new file for one that is gone, and then shows only what is different.
                let gone = repositories.gone_since(path, base);
                Ok(gone.map(|gone| DiffLines::between(&gone, text)))
            }
        }
    }
}

/// Services take no names of commits, and no short ids.
fn check_id(id: &str) -> anyhow::Result<()> {
    let is_id = id.len() == 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id { Ok(()) } else { bail!("`{id}` is no whole commit id, which services ask for; give all 40 digits") }
}

/// Whether only line ends differ.
fn same_lines(one: &[u8], other: &[u8]) -> bool {
    let lines = |text| <[u8]>::split(text, |byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines(one).eq(lines(other))
}

fn read_patch(file: &PathBuf) -> anyhow::Result<HashMap<Vec<u8>, FilePatch>> {
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        std::io::stdin().lock().take(LARGEST_PATCH + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(LARGEST_PATCH + 1).read_to_end(&mut bytes))
    };
    read.with_context(|| format!("`--patch {}` cannot be read; give the diff of the pull request", file.display()))?;
    if bytes.len() as u64 > LARGEST_PATCH {
        bail!(
            "`--patch {}` is larger than {LARGEST_PATCH} bytes; give the diff of the Dockerfiles alone",
            file.display()
        );
    }
    let files = patch::parse(&bytes)
        .map_err(|problem| anyhow::anyhow!("`--patch {}`, {problem}; give what `git diff` prints", file.display()))?;
    let named = files.into_iter().filter_map(|file| Some((file.name.clone()?, file)));
    Ok(named.collect())
}
