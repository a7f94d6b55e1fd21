//! Where the lines of a batch go, and what a file of results says of an earlier run.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::record::Record;
use crate::cli::output::Output;
use crate::files::FileError;

/// Where lines go.
pub enum Results {
    /// To standard output.
    Printed,
    /// Behind what this file holds. Several batches may append to one file.
    File(PathBuf, File),
}

/// The folder that holds the journals that belong to the results in `file`.
#[must_use]
pub fn journals(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".journal");
    PathBuf::from(name)
}

impl Results {
    /// The lines of a run go behind those of `file`, if there is one, else to standard output.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn open(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = file else { return Ok(Self::Printed) };
        let help =
            || format!("`--results {}` cannot be written; name a file in a folder that is there", path.display());
        let file = OpenOptions::new().create(true).append(true).read(true).open(path).with_context(help)?;
        Ok(Self::File(path.to_owned(), file))
    }

    /// Calls `heard` with what is done already by runs that asked for the same, line by line. Cuts off a last line that is not whole.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn done(&self, run: &str, mut heard: impl FnMut(&Record)) -> anyhow::Result<()> {
        let Self::File(path, file) = self else { return Ok(()) };
        let failed = || format!("`--results {}` cannot be read; name another file", path.display());
        // Whoever else is at work with this file may just be writing its last line.
        let alone = file.try_lock().is_ok();
        let mut reader = BufReader::new(File::open(path).with_context(failed)?);
        let (mut line, mut whole) = (Vec::new(), 0);
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line).with_context(failed)?;
            if !line.ends_with(b"\n") {
                if alone && read > 0 {
                    file.set_len(whole).with_context(failed)?;
                }
                return Ok(());
            }
            whole += read as u64;
            match serde_json::from_slice::<Record>(&line) {
                Ok(record) if record.run == run && record.outcome.is_final() => heard(&record),
                _ => {}
            }
        }
    }

    /// Says that this run is at work with the file.
    pub fn share(&self) {
        if let Self::File(_, file) = self {
            // Where a file system has no locks, nobody looks for them either.
            let _ = file.unlock();
            let _ = file.lock_shared();
        }
    }

    /// Adds the line of one repository: all of it at once, or nothing.
    ///
    /// # Errors
    /// The file takes no more.
    pub fn add(&mut self, record: &Record, output: &mut Output) -> anyhow::Result<()> {
        let line = record.line();
        match self {
            Self::Printed => {
                output.data(&line);
                output.flush();
                Ok(())
            }
            Self::File(path, file) => write_whole(file, line.as_bytes()).map_err(|error| {
                let why = FileError::describe(&error);
                anyhow::anyhow!("`--results {}` cannot be written: {why}; make room and add `--resume`", path.display())
            }),
        }
    }
}

/// One call, so that the lines of several batches do not mix. What a full disk cuts short is told as an error, and `--resume` cuts
/// it off.
fn write_whole(file: &mut File, line: &[u8]) -> io::Result<()> {
    loop {
        match file.write(line) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(written) if written < line.len() => return Err(io::ErrorKind::StorageFull.into()),
            written => return written.map(|_| ()),
        }
    }
}
