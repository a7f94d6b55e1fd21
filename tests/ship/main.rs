//! What dockfix is shipped with, run: the GitHub Action with a false `gh`, the GitLab template with a false GitLab, the packing of a
//! release, the image's Dockerfile, and the examples for many machines.
//!
//! Scripts of users' machines need programs that not every developer's machine has. Without them the tests are ignored by name;
//! with `CI=true` their absence is a failure.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod action;
mod gitlab;
mod image;
mod release;
mod scale;
mod support;

use libtest_mimic::{Arguments, Trial};

/// The programs that a test needs besides git and a shell, its name, and what it does.
type Test = (&'static [&'static str], &'static str, fn());

fn main() {
    let arguments = Arguments::from_args();
    let in_ci = std::env::var("CI").as_deref() == Ok("true");
    let trial = |&(needs, name, run): &Test| {
        let missing: Vec<&str> = needs.iter().copied().filter(|program| !support::is_there(program)).collect();
        assert!(missing.is_empty() || !in_ci, "{name} needs {missing:?}");
        Trial::test(name, move || {
            run();
            Ok(())
        })
        .with_ignored_flag(!missing.is_empty())
    };
    let tests = [action::TESTS, gitlab::TESTS, image::TESTS, release::TESTS, scale::TESTS].concat();
    libtest_mimic::run(&arguments, tests.iter().map(trial).collect()).exit();
}
