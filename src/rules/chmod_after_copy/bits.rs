//! The one octal mode that a `chmod` gives to all that a COPY brings.

use crate::context::{BuildContext, Entry, EntryKind};
use crate::model::archive::is_archive;
use crate::model::frontend::{ReadsChmod, reads_chmod};
use crate::model::landing::Origin;
use crate::model::{Copy, CopyFrom, StepId, StepKind};
use crate::rewrite::brought::RootKind;
use crate::rewrite::merge::{Flag, Merge, copy_of};
use crate::rewrite::touched::Covered;
use crate::rules::RuleContext;
use crate::settings::Builder;
use crate::shell::apply_mode;

/// What a `chmod` gives.
pub struct Bits<'a> {
    /// What is known of the file.
    pub ctx: &'a RuleContext<'a>,
    /// The mode as written.
    pub written: &'a str,
    /// Whether it is octal.
    pub octal: bool,
}

impl Bits<'_> {
    /// What each COPY of `merge` is given.
    pub fn flags(&self, merge: &mut Merge<'_>) -> Vec<(StepId, Flag)> {
        if merge.is_stopped() {
            return Vec::new();
        }
        if self.ctx.settings.builds_with(Builder::Classic) {
            merge.stop("`builders` has the classic builder, which does not know `--chmod`");
        }
        match reads_chmod(self.ctx.dockerfile) {
            ReadsChmod::Yes => {}
            ReadsChmod::No(frontend) => merge.stop(format!("`{frontend}` may not know `--chmod`")),
            ReadsChmod::Unknown(frontend) => merge.doubt(format!("whether `{frontend}` reads `--chmod` is not known")),
        }
        if self.counts_on_umask() && merge.request.call.run.mentions("umask") {
            merge.stop("the RUN sets a umask, on which the mode counts");
        }
        let copies = merge.copies.clone();
        copies.iter().filter_map(|covered| Some((covered.id, self.flag(merge, covered)?))).collect()
    }

    fn flag(&self, merge: &mut Merge<'_>, covered: &Covered) -> Option<Flag> {
        let copy = copy_of(&self.ctx.site(), covered.id)?;
        if copy.link {
            merge.stop("the copy has `--link`, which BuildKit drops beside `--chmod`");
        }
        if !copy.excludes.is_empty() {
            merge.stop("the copy has `--exclude`");
        }
        let bits = match self.bits(covered, copy) {
            Ok(bits) => bits,
            Err(obstacle) => {
                merge.stop(obstacle);
                return None;
            }
        };
        if bits > 0o777 {
            merge.stop("setuid, setgid and sticky do not belong into a flag");
        }
        let made_elsewhere = match &copy.from {
            CopyFrom::Context => false,
            CopyFrom::Elsewhere => true,
            CopyFrom::Stage(stage) => {
                let is_run = |id: &StepId| matches!(self.ctx.model.step(*id).kind, StepKind::Run(_));
                self.ctx.model.history(*stage).iter().any(is_run)
            }
        };
        if made_elsewhere && covered.roots.iter().any(|root| !matches!(root.kind, RootKind::File(_))) {
            merge.doubt("a directory of the stage or image that it comes from may be setgid");
        }
        if let Err(obstacle) = self.look_at_directories(covered, bits) {
            merge.stop(obstacle);
        }
        match &copy.chmod {
            Some(present) if u32::from_str_radix(present, 8) == Ok(bits) => return Some(Flag::There),
            Some(_) => merge.stop("the copy has another `--chmod`"),
            None => {}
        }
        let plain = self.octal && (3..=4).contains(&self.written.len());
        let text = if plain { self.written.to_owned() } else { format!("{bits:03o}") };
        Some(Flag::Add(format!("--chmod={text}")))
    }

    /// The mode that everything ends with.
    fn bits(&self, covered: &Covered, copy: &Copy) -> Result<u32, String> {
        let mut found = None;
        let context = self.ctx.context_of(covered.id.stage);
        for root in &covered.roots {
            match &root.kind {
                RootKind::File(origin) => self.file(origin, copy, context, &mut found)?,
                RootKind::Tree(Some(directory)) if context.is_some() => {
                    context.map_or(Ok(()), |context| self.tree(context, directory, &mut found))?;
                }
                RootKind::Tree(_) | RootKind::Either(_) if !self.octal => {
                    return Err("the modes of the files are not known".to_owned());
                }
                RootKind::Tree(_) | RootKind::Either(_) => self.take(0o644, false, &mut found)?,
            }
        }
        found.ok_or_else(|| "the copy brings nothing".to_owned())
    }

    fn file(
        &self,
        origin: &Origin,
        copy: &Copy,
        context: Option<&BuildContext>,
        found: &mut Option<u32>,
    ) -> Result<(), String> {
        match origin {
            Origin::File(entry) => {
                if context.is_some_and(|context| is_archive(context, copy, entry)) {
                    return Err("ADD unpacks the archive, and keeps the modes in it".to_owned());
                }
                self.entry(entry, found)
            }
            Origin::Heredoc => self.take(0o644, false, found),
            Origin::Download => self.take(0o600, false, found),
            Origin::Unseen | Origin::Perhaps | Origin::Elsewhere if self.octal => self.take(0o644, false, found),
            Origin::Unseen | Origin::Perhaps | Origin::Elsewhere => Err("the mode of the file is not known".to_owned()),
        }
    }

    /// A symbolic mode counts from what the file has: here, and in every other checkout.
    fn entry(&self, entry: &Entry, found: &mut Option<u32>) -> Result<(), String> {
        if matches!(entry.kind, EntryKind::Symlink { .. }) {
            return Ok(());
        }
        if self.octal {
            return self.take(entry.mode.unwrap_or(0o644), entry.is_directory(), found);
        }
        let mode = entry.mode.ok_or("this system knows no modes")?;
        let usual =
            self.is_absolute() || if entry.is_directory() { mode == 0o755 } else { matches!(mode, 0o644 | 0o755) };
        if !usual {
            return Err(format!("`{}` has mode {mode:o} here, which other checkouts may not have", entry.path));
        }
        self.take(mode, entry.is_directory(), found)?;
        match entry.executable_in_git() {
            Some(executable) => self.take(if executable { 0o755 } else { 0o644 }, false, found),
            None => Ok(()),
        }
    }

    fn tree(&self, context: &BuildContext, directory: &str, found: &mut Option<u32>) -> Result<(), String> {
        let walk = context.walk(directory);
        if !walk.is_certain() {
            return Err("not every file of the directory can be looked at".to_owned());
        }
        walk.entries.iter().try_for_each(|entry| self.entry(entry, found))
    }

    fn take(&self, mode: u32, is_directory: bool, found: &mut Option<u32>) -> Result<(), String> {
        let result = apply_mode(self.written, mode, is_directory)
            .ok_or("a directory is setgid, and whether it stays so depends on the program")?;
        match *found.get_or_insert(result) {
            present if present == result => Ok(()),
            present => Err(format!("the command gives {present:o} to one file and {result:o} to another")),
        }
    }

    /// Whether the mode says all, whatever a file has.
    fn is_absolute(&self) -> bool {
        let results = [0, 0o111, 0o777].map(|old| apply_mode(self.written, old, false));
        results.iter().all(|result| *result == results[0])
    }

    /// Whether what it gives depends on the umask: `+x`.
    fn counts_on_umask(&self) -> bool {
        !self.octal && self.written.split(',').any(|clause| clause.starts_with(['+', '-', '=']))
    }

    /// A flag without x for those who may read would lock directories.
    fn look_at_directories(&self, covered: &Covered, bits: u32) -> Result<(), String> {
        if bits | ((bits & 0o444) >> 2) == bits && bits & 0o100 != 0 {
            return Ok(());
        }
        let context = self.ctx.context_of(covered.id.stage);
        for root in &covered.roots {
            let locks = match (&root.kind, context) {
                (RootKind::File(_), _) => false,
                (RootKind::Tree(Some(directory)), Some(context)) => {
                    let walk = context.walk(directory);
                    !walk.is_certain() || walk.entries.iter().any(Entry::is_directory)
                }
                (RootKind::Either(_), _) if covered.as_file => false,
                _ => true,
            };
            if locks {
                return Err("directories in it would be locked, on both sides".to_owned());
            }
        }
        Ok(())
    }
}
