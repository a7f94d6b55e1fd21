//! Whether an address leads to something else from time to time: by the words in its path.

use super::reference::{has_version, is_moving_name};

/// Words in the path, or in the name of a file, that mean the newest.
const NEWEST: [&str; 7] = ["latest", "current", "stable", "nightly", "snapshot", "canary", "lastsuccessfulbuild"];

/// What a file is for a machine by: a program, of which there are versions.
const MACHINES: [&str; 7] = ["linux", "amd64", "x86_64", "arm64", "aarch64", "armhf", "i386"];

/// Why what stands at `path` is another thing from time to time.
pub(super) fn moving(path: &str) -> Option<String> {
    let stem = |part: &str| part.split('.').next().unwrap_or_default().to_owned();
    let moves = |part: &&str| is_moving_name(&stem(part)) || NEWEST.contains(&stem(part).to_lowercase().as_str());
    if let Some(name) = path.split('/').find(moves) {
        // A release may stand behind it: `/latest/tool-1.2.3.tar.gz`.
        let others = path.split('/').filter(|part| *part != name).collect::<Vec<_>>().join("/");
        let fixed = others.contains('$') || has_version(last(&others));
        return (!fixed).then(|| newest(name));
    }
    if path.contains('$') || has_release(path) {
        return None;
    }
    let mut words = path.split(['/', '-', '_', '.']);
    if let Some(word) = words.find(|word| NEWEST.contains(&word.to_lowercase().as_str())) {
        return Some(newest(word));
    }
    let name = last(path);
    let program = MACHINES.iter().any(|machine| path.contains(machine)) || name.ends_with(".phar");
    (program && !name.is_empty() && !has_version(path))
        .then(|| "the address names no version of the program".to_owned())
}

fn newest(word: &str) -> String {
    format!("`{word}` in the address is another version from time to time")
}

/// Whether numbers with dots between them stand in it: `1.2`. A single number may belong to the name: `Miniconda3-latest`.
fn has_release(path: &str) -> bool {
    let bytes = path.as_bytes();
    bytes.windows(3).any(|three| three[0].is_ascii_digit() && three[1] == b'.' && three[2].is_ascii_digit())
}

/// The last part of a path.
pub(super) fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_moves() {
        for path in [
            "releases/latest/download/tool",
            "release/stable.txt",
            "tool-current-linux-amd64.zip",
            "miniconda/Miniconda3-latest-Linux-x86_64.sh",
            "LATEST_RELEASE",
            "job/server/lastSuccessfulBuild/artifact/server.jar",
            "server/tool/release/linux-amd64/tool",
            "phar/tool.phar",
            "tool_x86_64.deb",
        ] {
            assert!(moving(path).is_some(), "{path}");
        }
        for path in [
            "tool",
            "data.tar.gz",
            "get-pip.py",
            "latest/tool-1.2.3.tar.gz",
            "tool-latest-1.2.tar.gz",
            "linux/static/stable/x86_64/docker-17.03.tgz",
            "tool-v3-linux-amd64",
            "tool-$VERSION-linux-amd64",
            "download/linux/",
            "",
        ] {
            assert_eq!(moving(path), None, "{path}");
        }
    }
}
