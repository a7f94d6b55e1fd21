//! Whether something that was found may be kept out of the context, and how sure that is.

use crate::context::leftovers::{Kind, Leftover, Leftovers, Speaks, Spoken};
use crate::context::{BuildContext, GitState};
use crate::model::installs::{Ecosystem, InstallKind};
use crate::model::path;
use crate::settings::Applicability;

use super::remade::remade;
use super::user::{Reach, User};

/// All that a judgement rests on.
pub(super) struct Court<'a> {
    pub(super) context: &'a BuildContext,
    pub(super) leftovers: &'a Leftovers,
    /// Whether Dockerfiles and compose files are to be kept out as well.
    pub(super) recipes: bool,
    /// The Dockerfile at hand, and the others of its context with their names.
    pub(super) own: &'a User,
    pub(super) others: Vec<(&'a str, &'a User)>,
    /// What holds for everything: why nothing is quite safe.
    pub(super) doubts: Vec<String>,
}

/// What is said of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) level: Applicability,
    pub(super) reason: String,
}

impl Verdict {
    pub(super) fn new(level: Applicability, reason: impl Into<String>) -> Self {
        Self { level, reason: reason.into() }
    }

    pub(super) fn display(reason: impl Into<String>) -> Self {
        Self::new(Applicability::Display, reason)
    }

    /// The one that lets less be written; the first where they are equal.
    pub(super) fn and(self, other: Self) -> Self {
        if other.level < self.level { other } else { self }
    }
}

impl Court<'_> {
    /// What there is to say; `None` where there is nothing.
    pub(super) fn judge(&self, found: &Leftover) -> Option<Verdict> {
        if self.own.reaches(found) == Reach::No || is_for_tests(found) || !asked_for(found, self.recipes) {
            return None;
        }
        let named = self.users().find(|(_, user)| user.reaches(found) == Reach::Named);
        if let Some((file, _)) = named {
            // What is asked for by its name is needed; a key is worth a word all the same.
            let secret = found.candidate.kind == Kind::Secret;
            return secret
                .then(|| Verdict::display(format!("{file} asks for it by its name, so it ends up in the image")));
        }
        let loose = !found.candidate.plain && found.candidate.kind != Kind::Vcs;
        if let Some((file, _)) = self.users().find(|(_, user)| loose && user.may_name(found)) {
            return Some(Verdict::display(format!("a source of {file} has a variable, and may name it")));
        }
        let verdict = self.by_kind(found)?;
        let verdict = self
            .doubts
            .iter()
            .fold(verdict, |verdict, doubt| verdict.and(Verdict::new(Applicability::Unsafe, doubt.clone())));
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._@+-/".contains(&byte);
        if !found.path.bytes().all(plain) {
            return Some(verdict.and(Verdict::display("its name would have to be quoted in the ignore file")));
        }
        Some(verdict)
    }

    /// All Dockerfiles of the context, each with what it is called in a sentence.
    pub(super) fn users(&self) -> impl Iterator<Item = (String, &User)> {
        let others = self.others.iter().map(|(file, user)| (format!("`{file}`"), *user));
        std::iter::once(("this file".to_owned(), self.own)).chain(others)
    }

    fn by_kind(&self, found: &Leftover) -> Option<Verdict> {
        match found.candidate.kind {
            Kind::Vcs => Some(self.vcs(found)),
            Kind::Dependencies | Kind::Build => {
                let verdicts = self.users().filter_map(|(file, user)| remade(found, user, &file));
                let verdict = verdicts.reduce(Verdict::and)?;
                Some(verdict.and(self.by_git(found)).and(self.by_text(found)))
            }
            Kind::Cache | Kind::Coverage | Kind::Editor | Kind::System | Kind::Log => {
                Some(self.by_git(found).and(self.by_command(found)))
            }
            Kind::Recipe => {
                let safe = Verdict::new(Applicability::Safe, "builders read it all the same");
                Some(safe.and(self.by_command(found)).and(self.by_text(found)))
            }
            Kind::Data => Some(self.data(found).and(self.by_command(found))),
            Kind::Env => Some(self.env(found).and(self.by_command(found))),
            Kind::Secret => Some(self.secret(found).and(self.by_command(found)).and(self.by_text(found))),
        }
    }

    /// What git says of something that is made, and not written: what it tracks was not even looked at.
    fn by_git(&self, found: &Leftover) -> Verdict {
        let plain = found.candidate.plain;
        match &found.git {
            GitState::Ignored => {
                Verdict::new(Applicability::Safe, "git ignores it, so other checkouts are built without it")
            }
            GitState::Untracked if plain => Verdict::new(Applicability::Safe, "it is not in git"),
            GitState::NoRepository if plain => Verdict::new(Applicability::Safe, "its name says what it is"),
            GitState::Untracked => {
                Verdict::new(Applicability::Unsafe, "it is not in git, but git does not ignore it either")
            }
            GitState::NoRepository => Verdict::new(Applicability::Unsafe, "without git, only its name says what it is"),
            GitState::Unknown(reason) => {
                Verdict::new(Applicability::Unsafe, format!("what git knows of it cannot be read: {reason}"))
            }
            GitState::Tracked { .. } => Verdict::display("it is in git"),
        }
    }

    /// Whether a command speaks of it.
    fn by_command(&self, found: &Leftover) -> Verdict {
        let name = path::file_name(&found.path);
        let speaks = |user: &User| user.said.iter().any(|said| path::is_named(&said.text, name));
        match self.users().find(|(_, user)| speaks(user)) {
            Some((file, _)) => Verdict::display(format!("a command of {file} speaks of it")),
            None => Verdict::new(Applicability::Safe, "nothing speaks of it"),
        }
    }

    /// Whether a text of the context speaks of it.
    fn by_text(&self, found: &Leftover) -> Verdict {
        let common = found.candidate.kind == Kind::Build || found.candidate.maker.contains(&"npm");
        if common {
            return Verdict::new(Applicability::Safe, "it is made again");
        }
        let speaks = self.context.speaks();
        match speaks.of(path::file_name(&found.path)) {
            Some(Spoken { file, .. }) => Verdict::display(format!("`{file}` speaks of it")),
            None if !speaks.complete => {
                Verdict::new(Applicability::Unsafe, "there are too many sources to see whether one speaks of it")
            }
            None => Verdict::new(Applicability::Safe, "nothing speaks of it"),
        }
    }

    fn vcs(&self, found: &Leftover) -> Verdict {
        let mut verdict = Verdict::new(Applicability::Safe, "nothing in the build asks for it");
        for (file, user) in self.users() {
            let asks = |text: &str| {
                crate::context::leftovers::speaks_of_git(text).is_some() || path::is_named(text, &found.path)
            };
            if user.said.iter().any(|said| asks(&said.text)) {
                return Verdict::display(format!("a command of {file} asks git, or speaks of `{}`", found.path));
            }
            verdict = verdict.and(stamped(user, &file, &self.context.speaks()));
        }
        let speaks = self.context.speaks();
        let says =
            |word: &str| self.users().any(|(_, user)| user.said.iter().any(|said| path::is_named(&said.text, word)));
        let mut run = speaks.git.iter().filter(|spoken| speaks.is_run(spoken, says));
        if let Some(Spoken { file, words, .. }) = run.next() {
            return Verdict::display(format!("`{file}` speaks of `{words}`, so the build may ask git"));
        }
        let mut run = speaks.builds.iter().filter(|spoken| speaks.is_run(spoken, says));
        if let Some(Spoken { file, words, .. }) = run.next().filter(|_| self.users().any(|(_, user)| user.has_git())) {
            let reason = format!("`{file}` speaks of `{words}`, which may write the commit into the program");
            verdict = verdict.and(Verdict::new(Applicability::Unsafe, reason));
        }
        if !speaks.complete {
            let many = "there are too many sources to see whether one of them asks git";
            verdict = verdict.and(Verdict::new(Applicability::Unsafe, many));
        }
        verdict
    }

    fn data(&self, found: &Leftover) -> Verdict {
        match found.git {
            GitState::Ignored | GitState::Untracked => {
                Verdict::new(Applicability::Unsafe, "it is not in git, but the program may begin with what is in it")
            }
            _ => Verdict::display("without git, nothing says that it is no part of the program"),
        }
    }

    fn env(&self, found: &Leftover) -> Verdict {
        if let GitState::Tracked { .. } = found.git {
            return Verdict::display("it is in git, and what it holds ends up in the image");
        }
        let speaks = self.context.speaks();
        if let Some(Spoken { file, words, .. }) = &speaks.env {
            return Verdict::display(format!(
                "`{file}` speaks of `{words}`, so the program may read it; pass the values when the container starts"
            ));
        }
        match found.git {
            GitState::Ignored if speaks.complete => {
                Verdict::new(Applicability::Safe, "git ignores it, and nothing speaks of it")
            }
            _ => Verdict::new(Applicability::Unsafe, "nothing speaks of it, but git does not ignore it"),
        }
    }

    fn secret(&self, found: &Leftover) -> Verdict {
        let installs =
            |user: &User| user.makes.iter().any(|make| found.candidate.maker.contains(&make.ecosystem.name()));
        if self.users().any(|(_, user)| installs(user)) {
            return Verdict::display("an install may ask for it; hand it over with `RUN --mount=type=secret`");
        }
        match found.git {
            GitState::Tracked { .. } => Verdict::display("it is in git, and ends up in the image"),
            GitState::Ignored | GitState::Untracked => {
                Verdict::new(Applicability::Safe, "it is not in git, and nothing speaks of it")
            }
            _ => Verdict::new(Applicability::Unsafe, "without git, nothing says that it is no part of the program"),
        }
    }
}

/// Whether anything is said of things of this kind at all.
pub(super) fn asked_for(found: &Leftover, recipes: bool) -> bool {
    recipes || found.candidate.kind != Kind::Recipe
}

/// Whether it is a key or a `.env` in git that lies among tests and examples: nobody's own.
fn is_for_tests(found: &Leftover) -> bool {
    const PARTS: [&str; 8] = ["test", "fixture", "example", "sample", "mock", "e2e", "spec", "vendor"];
    let tracked = matches!(found.git, GitState::Tracked { .. });
    let directory = found.path.rsplit_once('/').map(|(directory, _)| directory.to_lowercase()).unwrap_or_default();
    let among = |part: &str| directory.split(['/', '_', '-', '.']).any(|word| word.starts_with(part));
    tracked && matches!(found.candidate.kind, Kind::Env | Kind::Secret) && PARTS.iter().any(|part| among(part))
}

/// Tools that write into what they build which commit it is, without being asked.
fn stamped(user: &User, file: &str, speaks: &Speaks) -> Verdict {
    let mut verdict = Verdict::new(Applicability::Safe, "nothing in the build asks for it");
    for make in
        user.makes.iter().filter(|make| make.kind == InstallKind::Build || make.ecosystem == Ecosystem::Composer)
    {
        let said = || user.said.iter().filter(|said| said.step == make.step).map(|said| said.text.as_str());
        let found = match make.ecosystem {
            Ecosystem::Go if said().all(|text| text.contains("-buildvcs=false")) => continue,
            Ecosystem::Go if user.may_have_git(make.step.stage) => match &speaks.stamp {
                Some(Spoken { file, words, .. }) => {
                    Verdict::display(format!("`{file}` speaks of `{words}`, and `go build` takes that from git"))
                }
                None => Verdict::new(
                    Applicability::Unsafe,
                    format!("`go build` of {file} writes the commit into the program, which `go version -m` shows"),
                ),
            },
            Ecosystem::Dotnet => Verdict::new(
                Applicability::Unsafe,
                format!("`dotnet` of {file} writes the commit into the version of the program from .NET 8 on"),
            ),
            Ecosystem::Composer if user.may_have_git(make.step.stage) => Verdict::new(
                Applicability::Unsafe,
                format!("`composer` of {file} asks git for the version of the project"),
            ),
            _ => continue,
        };
        verdict = verdict.and(found);
    }
    verdict
}
