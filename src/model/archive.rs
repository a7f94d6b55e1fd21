//! Whether ADD unpacks a file.

use super::Copy;
use crate::context::{BuildContext, Entry};

/// Whether ADD would unpack a file: by its first bytes, as the builder looks at it, or by its name.
#[must_use]
pub fn is_archive(context: &BuildContext, copy: &Copy, entry: &Entry) -> bool {
    copy.add && (unpacks_by_name(copy, &entry.path) || starts_like_archive(context, entry))
}

/// Whether ADD would unpack a file that nobody can look into, by its name.
#[must_use]
pub fn unpacks_by_name(copy: &Copy, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let endings = [".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".gz", ".bz2", ".xz"];
    copy.add && endings.iter().any(|ending| name.ends_with(ending))
}

fn starts_like_archive(context: &BuildContext, entry: &Entry) -> bool {
    use std::io::Read as _;
    let file = context.root().join(&entry.path);
    // A link may lead to a pipe, which would be waited for.
    if !std::fs::metadata(&file).is_ok_and(|found| found.is_file()) {
        return false;
    }
    let mut start = [0; 262];
    let read = std::fs::File::open(file).and_then(|mut file| file.read(&mut start));
    let start = &start[..read.unwrap_or_default()];
    let magic: [&[u8]; 4] = [b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"];
    magic.iter().any(|magic| start.starts_with(magic)) || start.get(257..262) == Some(b"ustar")
}
