//! The command line: every command and every flag, each documented here and nowhere else.

mod batch;
mod report;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub use batch::{BatchOptions, Shard};
pub use report::ReportOptions;

use crate::settings::Preset;

const EXIT_CODES: &str = "\
Exit codes:
  0  nothing to change (diff), no finding (check), everything that applies was written (--apply),
     what was taken was written (--interactive), the page was written (report)
  1  the diff is not empty (diff), there are findings (check)
  2  wrong usage, or some file could not be read, understood or written; all others were done

A file that is named like a command is reached as `./check`.";

/// Rewrites Dockerfiles: file modes and owners that processes need, builds that use the cache, and ignore files
#[derive(Debug, Parser)]
#[command(name = "dockfix", version, disable_help_subcommand = true, after_long_help = EXIT_CODES)]
#[command(
    long_about = "Rewrites Dockerfiles: file modes and owners that processes need, builds that use the cache, and ignore \
    files.\n\n\
    Without a command it prints one unified diff of everything that it would change, which `git apply` and \
    `patch -p1` take. It never executes anything from the repository, and nothing leaves the machine."
)]
pub struct Cli {
    /// What to do; without one, print or write the changes.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// Dockerfiles, and folders to search for them; `-` is standard input [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Write the changes instead of printing them; with `-`, print the new text
    #[arg(long)]
    pub apply: bool,

    /// Ask about each change, the unsafe ones included, and write those that are taken
    #[arg(short, long, conflicts_with_all = ["apply", "format"])]
    pub interactive: bool,

    /// How to run the rules.
    #[command(flatten)]
    pub run: RunOptions,

    /// What all commands share.
    #[command(flatten)]
    pub global: GlobalOptions,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show every finding with its reason, but no diff
    Check {
        /// Dockerfiles, and folders to search for them; `-` is standard input [default: .]
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// How to run the rules.
        #[command(flatten)]
        run: RunOptions,
    },
    /// Answer JSON lines on standard input, `{id, path, text, context}`, with JSON lines: the new text and the findings
    Pipe {
        /// How to run the rules.
        #[command(flatten)]
        run: RunOptions,
    },
    /// Write one HTML page to look at: findings with diffs, stage graphs, what runs again, sizes of build contexts
    Report(ReportOptions),
    /// Run over many git repositories, each with its own configuration, and print one JSON line for each
    #[command(after_long_help = batch::EXIT_CODES)]
    Batch(BatchOptions),
    /// Print the page of a rule
    Explain {
        /// The rule, by its slug or by an alias
        #[arg(value_name = "SLUG")]
        slug: String,
    },
    /// List all rules
    Rules,
    /// Print the syntax tree of a Dockerfile
    Tree {
        /// The Dockerfile; `-` is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Show which instructions run again after a change, today and with dockfix's fixes, and why
    Cache(CacheOptions),
    /// Show what a builder is sent of a build context: files, bytes, the heaviest paths, and which COPY brings them
    Context(ContextOptions),
    /// Write a dockfix.toml that shows everything that can be set
    Init,
    /// Turn a rule on or off in dockfix.toml
    Rule {
        /// On or off.
        #[command(subcommand)]
        switch: RuleSwitch,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        #[arg(value_name = "SHELL")]
        shell: Shell,
    },
    /// Print the manual page, or write the pages of all commands into a folder
    Man {
        /// The folder, as it is packaged: one page for dockfix and one for each command
        #[arg(long = "dir", value_name = "DIR")]
        directory: Option<PathBuf>,
    },
}

/// What `dockfix cache` is asked.
#[derive(Args, Clone, Debug)]
pub struct CacheOptions {
    /// The Dockerfile
    #[arg(value_name = "FILE", default_value = "Dockerfile")]
    pub file: PathBuf,

    /// Files and folders of the build context whose content changes; a folder stands for every file in it
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub changed: Vec<String>,

    /// Files that the build context does not have yet
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub added: Vec<String>,

    /// Only the mode of the files and folders in `--changed` is another one, as after a chmod
    #[arg(long, requires = "changed")]
    pub mode_only: bool,

    /// A build argument that gets another value, or this one
    #[arg(long = "build-arg", value_name = "NAME[=VALUE]")]
    pub build_arguments: Vec<String>,

    /// The output of a build, `-` for standard input: what of the change is not in this image?
    #[arg(long, value_name = "LOG")]
    pub log: Option<PathBuf>,

    /// The builder whose cache it is [default: that of the log, else buildkit]
    #[arg(long, value_name = "NAME")]
    pub builder: Option<CacheBuilder>,

    /// The stage that is built [default: the last one]
    #[arg(long, value_name = "STAGE")]
    pub target: Option<String>,

    /// The build context, instead of the one that is found for the file
    #[arg(long, value_name = "DIR")]
    pub context: Option<PathBuf>,

    /// How to print the result
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: CacheFormat,
}

/// The builders whose cache is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CacheBuilder {
    /// BuildKit, the builder of `docker build` and `docker compose build`
    Buildkit,
    /// Docker's classic builder, with DOCKER_BUILDKIT=0
    Classic,
}

/// How `dockfix cache` and `dockfix context` print their answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CacheFormat {
    /// Tables
    Text,
    /// One JSON document
    Json,
}

/// What `dockfix context` is asked.
#[derive(Args, Clone, Debug)]
pub struct ContextOptions {
    /// The build context
    #[arg(value_name = "DIR", default_value = ".")]
    pub directory: PathBuf,

    /// A Dockerfile that is built with it [default: all that are found whose context it is]
    #[arg(short, long, value_name = "FILE")]
    pub file: Vec<PathBuf>,

    /// How to print the result
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: CacheFormat,
}

/// What `dockfix rule` does.
#[derive(Debug, Subcommand)]
pub enum RuleSwitch {
    /// Turn a rule on
    Enable {
        /// The rule, by its slug or by an alias
        #[arg(value_name = "SLUG")]
        slug: String,
    },
    /// Turn a rule off
    Disable {
        /// The rule, by its slug or by an alias
        #[arg(value_name = "SLUG")]
        slug: String,
    },
}

/// Which rules run.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleOptions {
    /// Run only these rules and groups; takes the place of `select` and `ignore` in dockfix.toml
    #[arg(long, value_name = "SLUG|GROUP", value_delimiter = ',')]
    pub select: Vec<String>,

    /// Do not run these rules and groups
    #[arg(long, value_name = "SLUG|GROUP", value_delimiter = ',')]
    pub ignore: Vec<String>,

    /// Which rules run where none is selected
    #[arg(long, value_name = "NAME")]
    pub preset: Option<PresetName>,

    /// Also make changes that rest on something that is not visible
    #[arg(long = "unsafe")]
    pub unsafe_fixes: bool,
}

/// Which rules run on what, and how the result is shown. Taken by `dockfix` itself, `dockfix check` and `dockfix pipe`.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
#[command(next_help_heading = "Rules and output")]
pub struct RunOptions {
    /// Which rules run.
    #[command(flatten)]
    pub rules: RuleOptions,

    /// The build context of all these Dockerfiles, instead of the one that is found for each
    #[arg(long, value_name = "DIR")]
    pub context: Option<PathBuf>,

    /// Put a point above the COPY or RUN named, at which a build argument makes the cache be missed; runs no other rule
    /// unless `--select` names some
    #[arg(long, value_name = "PATH|STAGE|LINE")]
    pub bust_before: Option<String>,

    /// How to print the result [default: diff, and text for `check`]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// Only what is found on instructions that changed since the branch left REV
    #[arg(long, value_name = "REV", conflicts_with = "staged")]
    pub since: Option<String>,

    /// Only what is found on instructions that are staged to be committed
    #[arg(long)]
    pub staged: bool,

    /// What a review may comment on: the lines that changed since the branch left REV, the base of the pull request
    #[arg(long, value_name = "REV", conflicts_with = "patch")]
    pub diff_base: Option<String>,

    /// The same, read from the diff of the pull request; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub patch: Option<PathBuf>,

    /// The commit that a review is of [default: GitHub takes the latest; for GitLab CI_COMMIT_SHA]
    #[arg(long, value_name = "SHA")]
    pub head_sha: Option<String>,

    /// The name of the file that comes from standard input [default: Dockerfile]
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,

    /// How many files are worked on at a time [default: one for each processor]
    #[arg(short = 'j', long = "jobs", value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
}

/// What all commands take.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "General")]
pub struct GlobalOptions {
    /// The configuration, instead of the nearest dockfix.toml upward from each file
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,

    /// When to colour; `auto` colours on a terminal, and NO_COLOR and CLICOLOR count
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub color: ColorWhen,

    /// Print no notes and no summary
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Also say what was left out and which configuration counts
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// The presets by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PresetName {
    /// Every rule that is on by default
    Migrate,
    /// Only what is broken or fragile today: the groups correctness and security
    Review,
    /// Every rule
    All,
}

impl From<PresetName> for Preset {
    fn from(name: PresetName) -> Self {
        match name {
            PresetName::Migrate => Self::Migrate,
            PresetName::Review => Self::Review,
            PresetName::All => Self::All,
        }
    }
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One unified diff
    Diff,
    /// Findings with the lines they are about
    Text,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, with fixes
    Sarif,
    /// The diagnostic format of reviewdog, with suggestions
    Rdjson,
    /// Workflow commands of GitHub Actions, which annotate lines
    Github,
    /// The body of GitHub's "create a review", with suggestions; needs `--diff-base` or `--patch`
    GithubReview,
    /// A code quality report of GitLab
    Gitlab,
    /// The bodies of GitLab's "create a thread in the merge request diff", with suggestions; needs `--diff-base` or `--patch`
    GitlabReview,
}

impl Format {
    /// Whether it is one of a service, which knows files by their names in the repository.
    #[must_use]
    pub const fn is_of_a_service(self) -> bool {
        !matches!(self, Self::Diff | Self::Text | Self::Json)
    }

    /// Whether it is a review, which stands beside the lines of a diff.
    #[must_use]
    pub const fn is_review(self) -> bool {
        matches!(self, Self::GithubReview | Self::GitlabReview)
    }
}

/// When output is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal
    Auto,
    /// In any case
    Always,
    /// In no case
    Never,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn takes_a_path_for_a_path_and_a_command_for_a_command() {
        let check = |arguments: &[&str], command: bool, paths: &[&str]| {
            let cli = Cli::try_parse_from(std::iter::once(&"dockfix").chain(arguments)).unwrap();
            assert_eq!(cli.command.is_some(), command, "{arguments:?}");
            assert_eq!(cli.paths, paths.iter().map(PathBuf::from).collect::<Vec<_>>(), "{arguments:?}");
        };
        check(&[], false, &[]);
        check(&["-"], false, &["-"]);
        check(&["check"], true, &[]);
        check(&["./check"], false, &["./check"]);
        check(&["--", "check"], false, &["check"]);
        check(&["a", "b"], false, &["a", "b"]);
        check(&["--color", "never", "check"], true, &[]);
    }
}
