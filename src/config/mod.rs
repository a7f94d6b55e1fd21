//! `dockfix.toml`: finds it, reads it with errors that point at the line, and edits it without touching what it need not.
//!
//! Knows the names of rules and options from the registry; knows nothing of Dockerfiles and of the command line.

mod cache;
mod edit;
mod names;
mod read;
mod template;

pub use cache::{Cache, Loaded, locate};
pub use edit::{Edited, disable, enable};
pub use names::{check_name, suggestion, suggestion_text};
pub use read::{Config, ConfigError, parse};
pub use template::template;

/// The name of the configuration file.
pub const FILE_NAME: &str = "dockfix.toml";
