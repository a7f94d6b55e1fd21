//! Commands that make users and groups, and nothing else.

use super::invocation::invocation;
use super::parse::{Dialect, parse};
use super::tree::{Command, Item, RedirectKind, Script, SimpleCommand};
use crate::text::MappedText;

/// Programs that do nothing but make, change, or look up users and groups.
const PROGRAMS: [&str; 10] =
    ["useradd", "adduser", "groupadd", "addgroup", "usermod", "groupmod", "getent", "id", "passwd", "chpasswd"];

/// Programs that make users and groups.
const MAKERS: [&str; 4] = ["useradd", "adduser", "groupadd", "addgroup"];

/// Programs that do nothing by themselves.
const IDLE: [&str; 5] = ["set", "true", ":", "echo", "test"];

/// Whether a command for a POSIX shell does nothing but make users and groups, so that neither the working directory nor
/// a variable that it does not name matters to it. `PATH` does.
#[must_use]
pub fn makes_accounts_only(command: &str) -> bool {
    // Nearly no RUN speaks of a maker, so nearly none has to be parsed.
    if !MAKERS.iter().any(|maker| command.contains(maker)) {
        return false;
    }
    let mut text = MappedText::new();
    text.push(command, 0);
    parse(&text, Dialect::Posix).is_ok_and(|script| {
        let all = script.items.iter().all(is_harmless);
        all && script.commands().iter().any(|step| step.command.name().is_some_and(is_maker))
    })
}

fn is_maker(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    MAKERS.contains(&base)
}

fn is_harmless(item: &Item) -> bool {
    match &item.command {
        Command::Simple(command) => !item.background && is_harmless_command(command),
        // `if ! id app; then …`, `( … )` and the like are as harmless as what they hold.
        Command::Compound(compound) => {
            !item.background
                && compound.redirects.is_empty()
                && compound.clauses.iter().all(|clause| all_harmless(&clause.script))
        }
    }
}

fn all_harmless(script: &Script) -> bool {
    script.items.iter().all(is_harmless)
}

fn is_harmless_command(command: &SimpleCommand) -> bool {
    let quiet = command.redirects.iter().all(|redirect| {
        let to_nothing = redirect.target.literal() == Some("/dev/null");
        to_nothing || redirect.kind == RedirectKind::DuplicateOutput
    });
    let computed = |raw: &str| raw.contains("$(") || raw.contains('`') || raw.contains("<(");
    let plain = command.words.iter().all(|word| !word.glob() && !computed(&word.raw));
    let assigned = command.assignments.is_empty();
    let known = invocation(&command.words).is_some_and(|found| {
        let name = command.words[found.program].literal().unwrap_or_default();
        let base = name.rsplit('/').next().unwrap_or(name);
        let moves_home = base == "usermod" && command.words.iter().any(|word| moves_home(&word.raw));
        found.wrappers.is_empty() && !moves_home && (PROGRAMS.contains(&base) || IDLE.contains(&base))
    });
    quiet && plain && assigned && known
}

/// Whether an option of usermod touches the home directory.
fn moves_home(option: &str) -> bool {
    let short = option.starts_with('-') && !option.starts_with("--") && option.contains(['m', 'd']);
    short || option.starts_with("--home") || option.starts_with("--move")
}

/// Whether a text names a variable, as `$NAME` or `${NAME…}`. What stands in quotes counts too.
#[must_use]
pub fn names_variable(text: &str, name: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_');
    let uses = |form: &str| text.match_indices(form).any(|(at, _)| ends(&text[at + form.len()..]));
    uses(&format!("${name}")) || uses(&format!("${{{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_makes_accounts_only() {
        for command in [
            "useradd app",
            "groupadd -r app && useradd -r -g app app",
            "set -eux; addgroup -S app; adduser -S -G app app",
            "getent group app || groupadd -g 1000 app",
            "id -u app >/dev/null 2>&1 || useradd -m app",
            "if ! id app; then useradd app; fi",
            "useradd -u $UID \"${USER}\" && echo done",
            "/usr/sbin/useradd app",
            "useradd app && usermod -aG web app && echo 'app:x' | chpasswd",
        ] {
            assert!(makes_accounts_only(command), "{command}");
        }
        for command in [
            "id app",
            "useradd app && chown -R app /app",
            "useradd app && mkdir /data",
            "useradd $(cat /name)",
            "apk add shadow && useradd app",
            "useradd app > /log",
            "echo app:x:1000:1000::/:/bin/sh >> /etc/passwd",
            "useradd app > 1",
            "usermod -m -d /app app && useradd b",
            "useradd app &",
            "cd /x && useradd app",
            "sudo useradd app",
            "useradd app || exit 1",
        ] {
            assert!(!makes_accounts_only(command), "{command}");
        }
    }
}
