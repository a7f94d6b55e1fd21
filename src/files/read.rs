//! Reading a file as text, or saying why it is none.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::FileError;

/// Larger files are no Dockerfiles, and would only exhaust the memory: BuildKit itself takes a Dockerfile in one
/// message of at most 16 MB (`frontend/gateway`, gRPC's default limit in `util/grpcutil`).
pub const MAX_BYTES: u64 = 64 << 20;

/// Reads the file at `path`.
///
/// # Errors
/// It cannot be read, is too large, or is not UTF-8 text; the message says what to do.
pub fn read_text(path: &Path) -> Result<String, FileError> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::PermissionDenied => {
            FileError::new(path, "cannot be read: permission denied", "make it readable for this user")
        }
        io::ErrorKind::NotFound => FileError::new(path, "no such file", "check the path"),
        io::ErrorKind::IsADirectory => FileError::new(path, "a folder, not a file", "give a Dockerfile"),
        _ => FileError::new(path, format!("cannot be read: {}", FileError::describe(&error)), "check the file"),
    };
    // Looked at before it is opened, since opening a pipe waits for somebody to write into it.
    let found = std::fs::metadata(path).map_err(failed)?;
    if !found.is_file() && !found.is_dir() {
        return Err(FileError::new(path, "not a regular file", "give a Dockerfile, or `-` for standard input"));
    }
    let file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    if let Ok(metadata) = file.metadata() {
        bytes.reserve(usize::try_from(metadata.len().min(MAX_BYTES)).unwrap_or(0) + 1);
    }
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    decode(path, bytes)
}

/// Takes `bytes`, which were read from `path`, as text.
///
/// # Errors
/// They are no UTF-8 text, hold NUL bytes, or are more than [`MAX_BYTES`].
pub fn decode(path: &Path, bytes: Vec<u8>) -> Result<String, FileError> {
    if bytes.len() as u64 > MAX_BYTES {
        let message = format!("larger than {} MiB", MAX_BYTES >> 20);
        return Err(FileError::new(path, message, "give a Dockerfile"));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(FileError::new(path, "UTF-16 text, which no builder reads", "save it as UTF-8"));
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        let message = format!("a NUL byte on line {}: not a text file", line(&bytes, at));
        return Err(FileError::new(path, message, "give a Dockerfile"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let message = format!("not UTF-8 text from line {} on", line(error.as_bytes(), at));
        FileError::new(path, message, "save it as UTF-8")
    })
}

fn line(bytes: &[u8], at: usize) -> usize {
    bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_no_text() {
        let check = |bytes: &[u8], expected: Result<&str, &str>| {
            let result = decode(Path::new("Dockerfile"), bytes.to_vec());
            assert_eq!(result.as_deref().map_err(|error| error.message.as_str()), expected);
        };
        check(b"FROM a\r\n", Ok("FROM a\r\n"));
        check("\u{feff}FROM é".as_bytes(), Ok("\u{feff}FROM é"));
        check(b"FROM a\nRUN \xe9\n", Err("not UTF-8 text from line 2 on"));
        check(b"FROM a\n\n\0", Err("a NUL byte on line 3: not a text file"));
        check(b"\xff\xfeF\0", Err("UTF-16 text, which no builder reads"));
    }
}
