//! What `dockfix batch` takes.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::RuleOptions;

pub const EXIT_CODES: &str = "\
Exit codes:
  0  everything was done; without a mode, there is also nothing to change
  1  without a mode: there are changes
  2  wrong usage, or some repository was refused, failed, or has a file that failed; all others were done";

/// How the work on many repositories is done.
#[derive(Args, Clone, Debug)]
#[command(group = ArgGroup::new("mode").args(["apply", "patch_dir", "commit"]))]
pub struct BatchOptions {
    /// Folders that are searched for git repositories, or repositories themselves
    #[arg(value_name = "ROOT")]
    pub roots: Vec<PathBuf>,

    /// Write the changes into the work trees
    #[arg(long)]
    pub apply: bool,

    /// Write one patch for each repository into this folder, and nothing into the repositories
    #[arg(long, value_name = "DIR")]
    pub patch_dir: Option<PathBuf>,

    /// Commit the changes onto a new branch, and leave the work trees alone
    #[arg(long, requires = "branch", requires = "message")]
    pub commit: bool,

    /// The branch that `--commit` makes
    #[arg(short, long, value_name = "BRANCH", requires = "commit")]
    pub branch: Option<String>,

    /// The message of the commits
    #[arg(short, long, value_name = "TEXT", requires = "commit")]
    pub message: Option<String>,

    /// Also change repositories with changes that are not committed
    #[arg(long)]
    pub allow_dirty: bool,

    /// Append the results to this file, one JSON line for each repository, instead of printing them
    #[arg(long, value_name = "FILE")]
    pub results: Option<PathBuf>,

    /// Leave out what `--results` says is done, and finish what was interrupted
    #[arg(long, requires = "results")]
    pub resume: bool,

    /// Only one of N parts of all repositories, the K-th from 1; all N parts are the whole, and none shares a repository
    #[arg(long, value_name = "K/N")]
    pub shard: Option<Shard>,

    /// Read the repositories from this file, one path a line or with NUL bytes between them; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "roots")]
    pub repos: Option<PathBuf>,

    /// How many repositories are worked on at a time [default: one for each processor]
    #[arg(short = 'j', long = "jobs", value_name = "N")]
    pub jobs: Option<NonZeroUsize>,

    /// Which rules run.
    #[command(flatten, next_help_heading = "Rules")]
    pub rules: RuleOptions,
}

/// One of several parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    pub number: u64,
    /// How many there are.
    pub of: u64,
}

impl std::str::FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const HELP: &str = "write it as K/N, with K from 1 to N: `--shard 1/4`";
        let (number, of) = text.split_once('/').ok_or(HELP)?;
        let (Ok(number), Ok(of)) = (number.parse(), of.parse()) else { return Err(HELP) };
        if (1..=of).contains(&number) { Ok(Self { number, of }) } else { Err(HELP) }
    }
}
