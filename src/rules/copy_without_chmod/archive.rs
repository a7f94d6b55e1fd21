//! Whether ADD unpacks a file.

use crate::context::{BuildContext, Entry};
use crate::model::Copy;

/// Whether ADD would unpack a file: by its first bytes, as the builder looks at it, or by its name.
pub fn is_archive(context: &BuildContext, copy: &Copy, entry: &Entry) -> bool {
    if !copy.add {
        return false;
    }
    let name = entry.path.to_ascii_lowercase();
    let by_name = [".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".gz", ".bz2", ".xz"];
    by_name.iter().any(|ending| name.ends_with(ending)) || starts_like_archive(&context.root().join(&entry.path))
}

fn starts_like_archive(file: &std::path::Path) -> bool {
    use std::io::Read as _;
    let mut start = [0; 262];
    let read = std::fs::File::open(file).and_then(|mut file| file.read(&mut start));
    let start = &start[..read.unwrap_or_default()];
    let magic: [&[u8]; 4] = [b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"];
    magic.iter().any(|magic| start.starts_with(magic)) || start.get(257..262) == Some(b"ustar")
}
