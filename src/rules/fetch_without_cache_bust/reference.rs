//! Whether the name of a version stands still: a commit and a release do, a branch does not.

/// Names of branches, and of versions that are always the newest.
pub(super) const MOVING: [&str; 12] =
    ["latest", "master", "main", "HEAD", "head", "nightly", "trunk", "develop", "devel", "edge", "canary", "snapshot"];

/// Whether a part of an address, or a reference, is a name that moves.
pub(super) fn is_moving_name(name: &str) -> bool {
    MOVING.contains(&name)
}

/// Whether a reference stands still by its looks: a commit, or a release with a number in it.
pub(super) fn is_fixed(reference: &str) -> bool {
    if reference.contains('$') {
        // A variable is there to be given a version.
        return true;
    }
    is_commit(reference) || has_version(reference)
}

/// Whether it is a commit, in full or shortened.
pub(super) fn is_commit(text: &str) -> bool {
    (7..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a number stands in it that is no name of a machine or an algorithm: `v2`, `1.2.3`, `release-7`, `2024-05-01`.
pub(super) fn has_version(text: &str) -> bool {
    if !text.contains(|letter: char| letter.is_ascii_digit()) {
        return false;
    }
    let mut rest = text.to_ascii_lowercase();
    for name in [
        "x86_64", "x86-64", "i386", "i486", "i586", "i686", "amd64", "arm64", "armv6", "armv7", "armv8", "aarch64",
        "win32", "win64", "linux32", "linux64", "mips64", "ppc64", "riscv64", "s390x", "64bit", "32bit", "sha1",
        "sha256", "sha512", "md5", "utf8", "base64", "bz2", "bzip2", "7z", "mp3", "mp4", "s3", "k8s", "k3s", "k3d",
        "i18n", "l10n", "http2", "gtk3", "qt5", "h264", "x11", "e2e", "sqlite3", "python3", "python2", "pip3", "libc6",
    ] {
        rest = rest.replace(name, "");
    }
    rest.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_stands_still() {
        for fixed in
            ["v1.2.3", "1.0", "release-7", "4f2ac1de90", "2024-05-01", "$VERSION", "v${VERSION}", "3.x", "stable/v9"]
        {
            assert!(is_fixed(fixed), "{fixed}");
        }
        for moving in ["main", "master", "feature/login", "deadbeef", "linux-amd64", "python3", "stable"] {
            assert!(!is_fixed(moving), "{moving}");
        }
    }
}
