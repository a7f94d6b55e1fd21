//! What several test binaries share. Each includes it with
//! `#[path = "support/mod.rs"] mod support;` and uses the part it needs.
#![allow(dead_code, reason = "no test binary uses all of it")]

pub mod case;
mod prepare;
