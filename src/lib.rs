//! # dockfix
//!
//! A codemod for Dockerfiles that never makes a Dockerfile worse.
//!
//! Data flows in one direction, and each module uses only what stands to its left:
//!
//! ```text
//! text -> syntax -> shell -> settings -> context -> model -> finding -> rewrite -> rules -> fix -> report -> files -> repositories -> config -> cli
//! ```
//!
//! * [`text`]: spans, edits and line ends; knows nothing of Dockerfiles.
//! * [`syntax`]: the lossless tree; the only module that knows rowan.
//! * [`shell`]: the bodies of `RUN` and the shell forms, parsed as shell and mapped back to the file.
//! * [`settings`]: what the user decided: builders, preset, options. Plain data.
//! * [`context`]: the build context on disk: files, modes, git's index, `.dockerignore`.
//! * [`model`]: what the build means: stages, users, paths, what runs.
//! * [`finding`]: what a rule says: a finding with its reason, and the fix.
//! * [`rewrite`]: which flag of a COPY can stand for which command of a RUN, and how the command is taken out.
//! * [`rules`]: one file per rule, and the registry generated from `rules/`.
//! * [`fix`]: accepts fixes in rounds, applies, verifies, until nothing changes.
//! * [`report`]: diff, text, JSON.
//! * [`files`]: finds Dockerfiles and writes atomically.
//! * [`repositories`]: finds git repositories, says whether they are clean, commits to a branch, reads bare ones.
//! * [`config`]: reads and edits `dockfix.toml`.
//! * [`cli`]: arguments, commands, exit codes.

pub mod cli;
pub mod config;
pub mod context;
pub mod files;
pub mod finding;
pub mod fix;
pub mod model;
pub mod report;
pub mod repositories;
pub mod rewrite;
pub mod rules;
pub mod settings;
pub mod shell;
pub mod syntax;
pub mod text;
