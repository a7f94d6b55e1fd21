//! The shell text of `RUN`, `CMD`, `ENTRYPOINT` and `HEALTHCHECK`, as commands whose words know their place in the file.
//!
//! Owns: the parse (brush-parser reads the text that the builder hands to the shell), the tree of commands, the walk
//! that says which command runs on every build and in which directory, and what a few well-known programs mean by
//! their arguments. Must not know: instructions, stages, users, the build context, or which image it is about.
//!
//! When in doubt this module says "unknown": a rule that sees an unknown stays silent.

mod accounts;
mod certainty;
mod convert;
mod invocation;
mod limits;
mod mode;
mod ownership;
mod parse;
mod permissions;
mod reading;
mod redirect;
mod scan;
mod source;
mod state;
mod tool_variables;
mod tree;
mod walk;
mod word;

pub use accounts::{makes_accounts_only, names_variable};
pub use invocation::{Invocation, invocation, is_wrapper};
pub use mode::{apply as apply_mode, apply_under as apply_mode_under, octal};
pub use ownership::{Chgrp, Chown, GroupChange, Ownership};
pub use parse::{Dialect, ShellError, parse};
pub use permissions::{Chmod, Mode};
pub use tool_variables::is_tool_variable;
pub use tree::{
    Assignment, Clause, ClauseRole, Command, Compound, CompoundKind, Connector, Heredoc, Item, Redirect, RedirectKind,
    Script, SimpleCommand, is_preparation, is_separable,
};
pub use walk::{Directory, Execution, ShellFlags, Step};
pub use word::{Part, Word};
