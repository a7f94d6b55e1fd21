//! What `dockfix report` takes.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use super::RuleOptions;

/// What `dockfix report` writes, and about what.
#[derive(Args, Clone, Debug)]
pub struct ReportOptions {
    /// Dockerfiles, and folders to search for them [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// The file to write; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub html: PathBuf,

    /// Also take the place of a file that is no report of dockfix
    #[arg(long)]
    pub force: bool,

    /// The build context of all these Dockerfiles, instead of the one that is found for each
    #[arg(long, value_name = "DIR")]
    pub context: Option<PathBuf>,

    /// Only what is found on instructions that changed since the branch left REV
    #[arg(long, value_name = "REV", conflicts_with = "staged")]
    pub since: Option<String>,

    /// Only what is found on instructions that are staged to be committed
    #[arg(long)]
    pub staged: bool,

    /// How many files are worked on at a time [default: one for each processor]
    #[arg(short = 'j', long = "jobs", value_name = "N")]
    pub jobs: Option<NonZeroUsize>,

    /// Which rules run.
    #[command(flatten, next_help_heading = "Rules")]
    pub rules: RuleOptions,
}
