//! What one simple command of a RUN says of the accounts, if it succeeds and if it fails.

use super::action::Action;
use super::apply;
use super::base::Family;
use super::commands;
use super::harmless::{Reach, reach};
use super::rewrites::rewrites;
use super::script::{Evaluator, Here, Outcome};
use super::state::State;
use super::text::{Locals, Text};
use crate::model::{Scope, User, Variables, path};
use crate::shell::{
    self, Chgrp, Chown, Command, GroupChange, Item, Ownership, Redirect, RedirectKind, Script, SimpleCommand, Word,
};

/// Why accounts are likely only, behind a program that edits the file.
pub(super) const REWRITTEN: &str = "a RUN changes /etc/passwd or /etc/group in a way that is not understood";

/// What a command makes of what holds in front of it.
pub(super) fn follow(evaluator: &mut Evaluator<'_>, command: &SimpleCommand, mut here: Here) -> Outcome {
    let Some(name) = command.words.first() else { return assign(evaluator.scope, command, here) };
    if command.words.iter().any(hides_accounts) {
        here.state.forget_absent(true);
    }
    if writes_accounts(&command.redirects, evaluator.scope) {
        return super::files::redirected(evaluator, command, here);
    }
    match name.literal() {
        Some(builtin) if BUILTINS.contains(&builtin) => run_builtin(evaluator, builtin, command, here),
        _ => program(evaluator, &command.words, here),
    }
}

/// The builtins that matter here, and those that can do nothing at all.
const BUILTINS: [&str; 30] = [
    ":", "true", "false", "set", "exit", "return", "exec", "cd", "echo", "printf", "export", "readonly", "local",
    "declare", "typeset", "unset", "read", ".", "source", "eval", "trap", "test", "[", "pwd", "umask", "ulimit",
    "wait", "shift", "break", "continue",
];

fn run_builtin(evaluator: &mut Evaluator<'_>, name: &str, command: &SimpleCommand, mut here: Here) -> Outcome {
    let arguments = command.arguments();
    match name {
        ":" | "true" => Outcome::ok(here),
        "false" => Outcome { ok: None, fail: Some(here) },
        "set" => {
            set(arguments, &mut here);
            Outcome::ok(here)
        }
        "exit" | "return" => {
            let end = match arguments {
                [status] => match status.literal().and_then(|status| status.parse::<u8>().ok()) {
                    Some(0) => Outcome::ok(here),
                    Some(_) => Outcome { ok: None, fail: Some(here) },
                    None => Outcome::any(here),
                },
                _ => Outcome::any(here),
            };
            evaluator.end(end)
        }
        "exec" if !arguments.is_empty() => {
            let end = program(evaluator, &command.words, here);
            evaluator.end(end)
        }
        "export" | "readonly" | "local" | "declare" | "typeset" => {
            for word in arguments {
                if let Some((name, _)) = word.raw.split_once('=') {
                    let value = Text::of(word, &here.locals, variables(&here, evaluator.scope)).skip(name.len() + 1);
                    here.set(name, value);
                }
            }
            Outcome::ok(here)
        }
        "unset" | "read" => {
            for word in arguments.iter().filter_map(Word::literal) {
                here.set(word, Text::default());
            }
            Outcome::any(here)
        }
        "." | "source" | "eval" => {
            here.variables_unknown = true;
            if arguments.first().and_then(Word::literal).is_none_or(|file| file != "/etc/os-release") {
                here.state.forget_absent(true);
            }
            Outcome::any(here)
        }
        "trap" if arguments.iter().any(|word| commands::PROGRAMS.iter().any(|program| word.raw.contains(program))) => {
            evaluator.trapped = true;
            Outcome::ok(here)
        }
        "trap" if arguments.iter().any(|word| word.raw.contains("exit")) => {
            evaluator.end(Outcome::ok(here.clone()));
            Outcome::ok(here)
        }
        _ => Outcome::any(here),
    }
}

/// `set -e` and its like.
fn set(arguments: &[Word], here: &mut Here) {
    let mut words = arguments.iter();
    while let Some(option) = words.next().and_then(Word::literal) {
        let (on, letters) = match option.split_at_checked(1) {
            Some(("-", letters)) if option != "--" && !letters.is_empty() => (true, letters),
            Some(("+", letters)) => (false, letters),
            _ => return,
        };
        let name = if letters.ends_with('o') { words.next().and_then(Word::literal) } else { None };
        if letters.contains('e') || name == Some("errexit") {
            here.flags.errexit = on;
        }
        if name == Some("pipefail") {
            here.flags.pipefail = on;
        }
    }
}

/// Assignments without a program.
fn assign(scope: &Scope, command: &SimpleCommand, mut here: Here) -> Outcome {
    let mut computed = false;
    for assignment in &command.assignments {
        let value = match assignment.append {
            true => Text::default(),
            false => Text::of(&assignment.value, &here.locals, variables(&here, scope)),
        };
        computed |= assignment.value.raw.contains(['$', '`']);
        if hides_accounts(&assignment.value) {
            here.state.forget_absent(true);
        }
        here.set(&assignment.name, value);
    }
    // The status is that of the last `$(…)`.
    if computed { Outcome::any(here) } else { Outcome::ok(here) }
}

/// Whether a word runs a program that may change accounts, in `$(…)` or backquotes.
fn hides_accounts(word: &Word) -> bool {
    let runs = word.raw.contains("$(") || word.raw.contains('`');
    runs && word.literal().is_none() && commands::PROGRAMS.iter().any(|program| word.raw.contains(program))
}

/// The variables of the file, unless the shell may have changed them.
fn variables<'s>(here: &Here, scope: &'s Scope) -> &'s Variables {
    static NONE: Variables = Variables::new();
    if here.variables_unknown { &NONE } else { &scope.variables }
}

/// A program with its arguments.
pub(super) fn program(evaluator: &mut Evaluator<'_>, words: &[Word], mut here: Here) -> Outcome {
    let scope = evaluator.scope;
    if let [name, option, ..] = words
        && name.literal() == Some("command")
        && option.literal().is_some_and(|option| option.eq_ignore_ascii_case("-v"))
    {
        return Outcome::any(here);
    }
    let Some(invocation) = shell::invocation(words) else {
        // `"$@"` and the like: anything.
        here.state.forget_absent(is_privileged(scope));
        return Outcome::any(here);
    };
    let locals = std::rc::Rc::clone(&here.locals);
    let as_user = invocation.user.map(|index| Text::of(&words[index], &locals, variables(&here, scope)));
    let Some(name) = words[invocation.program].literal().map(path::file_name) else {
        here.state.forget_absent(is_privileged(scope));
        return Outcome::any(here);
    };
    let (name, arguments) = match (name, &words[invocation.program + 1..]) {
        ("busybox" | "fakeroot", [applet, rest @ ..]) => (applet.literal().unwrap_or_default(), rest),
        (name, rest) => (name, rest),
    };
    let family = here.state.family;
    let action = commands::action(name, arguments, family, &locals, variables(&here, scope));
    if let Some(action) = action {
        let fail = apply::failed(&action, &here.state, evaluator.origin);
        let ok = apply::succeeded(&action, &here.state, evaluator.origin);
        return Outcome {
            ok: ok.map(|state| Here { state, ..here.clone() }),
            fail: Some(Here { state: fail, ..here }),
        };
    }
    let mut fail = here.clone();
    let literals: Vec<&str> = arguments.iter().map(|word| word.literal().unwrap_or(&word.raw)).collect();
    match reach(name, &literals) {
        Reach::Nothing => {}
        Reach::Packages => {
            here.state.forget_absent(false);
            fail.state.forget_absent(false);
        }
        Reach::Anything if is_privileged(scope) || !invocation.wrappers.is_empty() => {
            here.state.forget_absent(true);
            fail.state.forget_absent(true);
        }
        Reach::Anything => {}
    }
    for here in [&mut here, &mut fail] {
        let rewrites = rewrites(name, &literals);
        if rewrites.edited {
            here.state.doubt(REWRITTEN);
        }
        if rewrites.defaults {
            here.state.family = Family::Unknown;
        }
        rewrites.replaced.iter().for_each(|file| super::files::forget(&mut here.state, *file));
    }
    let mut uses = uses(name, arguments, &locals, variables(&here, scope));
    if let Some(Action::Uses { users, .. }) = &mut uses {
        users.extend(as_user);
    } else if let Some(user) = as_user {
        uses = Some(Action::Uses { users: vec![user], groups: Vec::new() });
    }
    let ok = match uses {
        Some(uses) => apply::succeeded(&uses, &here.state, evaluator.origin),
        None => Some(here.state.clone()),
    };
    Outcome { ok: ok.map(|state: State| Here { state, ..here }), fail: Some(fail) }
}

/// Whether the instruction may run as root, without whom nobody changes accounts.
pub(super) fn is_privileged(scope: &Scope) -> bool {
    !matches!(scope.user, User::Other(_)) || scope.user_overridable
}

/// The accounts without which a program fails.
fn uses(name: &str, arguments: &[Word], locals: &Locals, variables: &Variables) -> Option<Action> {
    let text = |word: &Word| Text::of(word, locals, variables);
    let option = |names: &[&str]| {
        let at = arguments.iter().position(|word| word.literal().is_some_and(|word| names.contains(&word)))?;
        arguments.get(at + 1).map(text)
    };
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    match name {
        "chown" => {
            let ownership = Chown::new(arguments)?.ownership.map(text)?;
            let (owner, group) = owner_and_group(&ownership)?;
            users.extend(owner);
            groups.extend(group);
        }
        "chgrp" => groups.push(text(Chgrp::new(arguments)?.group?)),
        "install" => {
            users.extend(option(&["-o", "--owner"]));
            groups.extend(option(&["-g", "--group"]));
        }
        "id" | "groups" => users.extend(arguments.iter().filter(|word| !word.raw.starts_with('-')).take(1).map(text)),
        "getent" => match arguments {
            [table, name] if table.literal() == Some("passwd") => users.push(text(name)),
            [table, name] if table.literal() == Some("group") => groups.push(text(name)),
            _ => {}
        },
        "grep" | "egrep" => return searched(arguments, locals, variables),
        "su" | "runuser" => users.extend(switched_to(arguments).map(text)),
        "passwd" | "chage" | "chsh" => {
            users.extend(arguments.last().filter(|word| !word.raw.starts_with('-')).map(text))
        }
        _ => return None,
    }
    Some(Action::Uses { users, groups })
}

/// `OWNER:GROUP`, with variables in it.
pub(super) fn owner_and_group(text: &Text) -> Option<(Option<Text>, Option<Text>)> {
    let part = |part: &str| (!part.is_empty()).then(|| Text::fixed(part));
    if let Some(value) = text.fixed_value() {
        let ownership = Ownership::new(value)?;
        let group = match &ownership.group {
            GroupChange::Named(group) => part(group),
            GroupChange::Unchanged | GroupChange::LoginGroup => None,
        };
        return Some((ownership.owner.as_deref().and_then(part), group));
    }
    text.split(':')
}

/// `grep -q '^app:' /etc/passwd`
fn searched(arguments: &[Word], locals: &Locals, variables: &Variables) -> Option<Action> {
    let operands: Vec<&Word> = arguments.iter().filter(|word| !word.raw.starts_with('-')).collect();
    let [pattern, file] = operands.as_slice() else { return None };
    let pattern = Text::of(pattern, locals, variables);
    let name = pattern.cut('^', ':')?;
    match file.literal()? {
        "/etc/passwd" => Some(Action::Uses { users: vec![name], groups: Vec::new() }),
        "/etc/group" => Some(Action::Uses { users: Vec::new(), groups: vec![name] }),
        _ => None,
    }
}

/// The user of `su [options] [-] USER …`.
fn switched_to(arguments: &[Word]) -> Option<&Word> {
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.literal() {
            Some("-c" | "-s" | "-g" | "-G" | "--command" | "--shell" | "--group") => {
                words.next();
            }
            Some("-u" | "--user") => return words.next(),
            Some(option) if option.starts_with('-') => {}
            _ => return Some(word),
        }
    }
    None
}

/// Whether one of the redirections writes to the files with the accounts.
pub(super) fn writes_accounts(redirects: &[Redirect], scope: &Scope) -> bool {
    redirects.iter().any(|redirect| {
        let writes = !matches!(
            redirect.kind,
            RedirectKind::Read | RedirectKind::Heredoc | RedirectKind::HereString | RedirectKind::DuplicateInput
        );
        let target = redirect.target.resolve(|name| scope.variable(name));
        // A file whose name is not known is hardly ever this one, and still it may be.
        writes && target.is_some_and(|target| super::files::account_file(&target).is_some())
    })
}

/// `echo … | tee -a /etc/passwd`
pub(super) fn written_through_tee(evaluator: &Evaluator<'_>, items: &[Item], here: &Here) -> Option<Outcome> {
    let [producer, tee] = items else { return None };
    let (Command::Simple(producer), Command::Simple(tee)) = (&producer.command, &tee.command) else { return None };
    super::files::tee(evaluator, producer, tee, here)
}

/// Whether one of the programs stands anywhere in the script.
pub(super) fn mentions(script: &Script, names: &[&str]) -> bool {
    script.items.iter().any(|item| match &item.command {
        Command::Simple(simple) => simple.name().is_some_and(|name| names.contains(&name)),
        Command::Compound(compound) => compound.clauses.iter().any(|clause| mentions(&clause.script, names)),
    })
}
