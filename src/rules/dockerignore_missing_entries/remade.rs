//! Installed dependencies and build output: whether the build makes them again in the same place.

use crate::context::GitState;
use crate::context::leftovers::{Kind, Leftover};
use crate::model::installs::InstallKind;
use crate::model::{StepId, path};
use crate::settings::Applicability;

use super::judge::Verdict;
use super::user::{Broad, Make, Reach, User};

/// What the build of one Dockerfile says to that: `None` if it does not bring it.
pub(super) fn remade(found: &Leftover, user: &User, file: &str) -> Option<Verdict> {
    if user.reaches(found) == Reach::No {
        return None;
    }
    let name = path::file_name(&found.path);
    if user.mounted(found) {
        return Some(Verdict::display(format!("a RUN of {file} sees it through a mount")));
    }
    let verdicts = user.brings(found).map(|(broad, image)| match image {
        Some(image) => at(found, user, file, broad, &image),
        None => Verdict::display(format!("where {file} puts `{name}` is not known")),
    });
    verdicts.reduce(Verdict::and)
}

/// The same for one copy, which puts it to `image`.
fn at(found: &Leftover, user: &User, file: &str, broad: &Broad, image: &str) -> Verdict {
    let name = path::file_name(&found.path);
    let makes = |make: &&Make| {
        let enough = match found.candidate.kind {
            Kind::Build => make.kind == InstallKind::Build || (name == "obj" && make.kind == InstallKind::Resolve),
            _ => matches!(make.kind, InstallKind::Dependencies | InstallKind::Build),
        };
        enough
            && found.candidate.maker.contains(&make.ecosystem.name())
            && make.is_at(image)
            && user.related(broad.step.stage, make.step.stage)
    };
    let below = user.makes.iter().filter(makes).find(|make| make.step > broad.step);
    if let Some(make) = below {
        if let Some(said) = uses(user, name, broad.step, make.step) {
            return Verdict::display(format!("`{}` of {file} may use it before it is made again", short(said)));
        }
        return Verdict::new(Applicability::Safe, format!("{file} makes it again with `{}`", make.ecosystem.name()));
    }
    let elsewhere = matches!(found.git, GitState::Ignored);
    if let Some(make) = user.makes.iter().find(makes) {
        return if make.full && elsewhere {
            Verdict::new(
                Applicability::Safe,
                format!("`{}` of {file} makes it, and this copy would go over it", make.ecosystem.name()),
            )
        } else {
            let reason = format!("{file} makes it above the copy, but perhaps less than what is in this one");
            Verdict::new(Applicability::Unsafe, reason)
        };
    }
    let brought = |(step, target): &(StepId, String)| {
        path::below(target, image).is_some() && user.related(broad.step.stage, step.stage)
    };
    if user.brought.iter().any(brought) {
        return Verdict::new(Applicability::Unsafe, format!("{file} takes it from another stage, as it seems"));
    }
    let builds = |text: &str| text.contains("build") || text.contains("generate");
    let later = |step: StepId| step > broad.step && user.related(broad.step.stage, step.stage);
    if found.candidate.maker.is_empty() && user.said.iter().any(|said| later(said.step) && builds(&said.text)) {
        return Verdict::new(Applicability::Unsafe, format!("a build of {file} makes it again, as it seems"));
    }
    if is_virtual_environment(found) && !user.said.iter().any(|said| path::is_named(&said.text, name)) {
        return Verdict::new(
            Applicability::Safe,
            format!("it belongs to the Python of this machine, and no command of {file} speaks of it"),
        );
    }
    Verdict::display(format!("nothing in {file} makes it again, so the program may need this one"))
}

fn is_virtual_environment(found: &Leftover) -> bool {
    found.candidate.maker.contains(&"uv")
}

/// A command between the copy and what makes it again that speaks of it.
fn uses<'u>(user: &'u User, name: &str, copy: StepId, make: StepId) -> Option<&'u str> {
    let between = user.said.iter().filter(|said| said.step > copy && said.step < make);
    let runs = ["npm run", "npx ", "yarn run", "pnpm run", "node "];
    let text =
        |text: &str| path::is_named(text, name) || (name == "node_modules" && runs.iter().any(|it| text.contains(it)));
    between.map(|said| said.text.as_str()).find(|said| text(said))
}

/// The first line of a command.
fn short(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
}
