//! The mode that a file gets, as `--chmod` takes it, and as a `chmod` command does.

use super::needs::{Need, Use};

/// The octal mode that the file needs.
pub fn mode(need: &Need) -> u32 {
    match need.usage {
        Use::Execute | Use::Enter => 0o755 | kept(need),
        Use::Read | Use::ReadTree => need.mode.map_or(0o644, |mode| (mode & 0o777) | 0o444),
    }
}

/// What a file that somebody may run already, or a directory, allows by itself: somebody decided on that.
fn kept(need: &Need) -> u32 {
    need.mode.filter(|mode| mode & 0o111 != 0).unwrap_or_default()
}

/// Where the mode's part of the command stands.
pub fn order(need: &Need) -> u32 {
    match operator(need).as_str() {
        "755" => 0,
        "644" => 1,
        "a+r" => 2,
        "a+rx" => 3,
        _ => 4,
    }
}

/// The mode as `chmod` takes it. A file that allows more than 644 keeps what it allows.
pub fn operator(need: &Need) -> String {
    match need.usage {
        Use::Execute | Use::Enter if kept(need) & !0o755 != 0 => "a+rx".to_owned(),
        Use::Execute | Use::Enter => "755".to_owned(),
        Use::ReadTree => "-R a+rX".to_owned(),
        Use::Read if need.mode.is_some_and(|mode| mode & 0o777 & !0o644 != 0) => "a+r".to_owned(),
        Use::Read => "644".to_owned(),
    }
}

/// A path for the shell, in single quotes if it has to be.
pub fn quoted(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(&byte);
    if path.bytes().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}
