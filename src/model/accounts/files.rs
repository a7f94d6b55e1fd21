//! Accounts that are written into /etc/passwd and /etc/group by hand.

use std::rc::Rc;

use super::members::Joined;
use super::script::{Evaluator, Here, Outcome};
use super::simple::REWRITTEN;
use super::state::{Entry, Number, Range, State, Status, Table};
use super::text::Text;
use crate::model::Scope;
use crate::shell::{Redirect, RedirectKind, SimpleCommand, Word};

/// The files that hold accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AccountFile {
    Passwd,
    Group,
}

/// Which of the files a path is.
pub(super) fn account_file(path: &str) -> Option<AccountFile> {
    match path {
        "/etc/passwd" => Some(AccountFile::Passwd),
        "/etc/group" => Some(AccountFile::Group),
        _ => None,
    }
}

/// `echo LINE >> /etc/passwd`, and whatever else writes there.
pub(super) fn redirected(evaluator: &Evaluator<'_>, command: &SimpleCommand, here: Here) -> Outcome {
    let written = match command.redirects.as_slice() {
        [only] => lines(evaluator.scope, command, &here).zip(target(only, evaluator.scope)),
        _ => None,
    };
    let understood = written.is_some();
    let (mut ok, mut fail) = (here.clone(), here);
    let overwritten: Vec<AccountFile> = command
        .redirects
        .iter()
        .filter(|redirect| {
            !matches!(redirect.kind, RedirectKind::Append | RedirectKind::AppendBoth | RedirectKind::Read)
        })
        .filter_map(|redirect| account_file(&redirect.target.resolve(|name| evaluator.scope.variable(name))?))
        .collect();
    match written {
        Some((lines, (file, appends))) => write(evaluator, &mut ok, &lines, file, appends),
        None => ok.state.doubt(REWRITTEN),
    }
    fail.state.doubt(REWRITTEN);
    // Whatever comes of the command, the shell has emptied the file.
    overwritten.iter().for_each(|file| forget(&mut fail.state, *file));
    if !understood {
        overwritten.iter().for_each(|file| forget(&mut ok.state, *file));
    }
    Outcome { ok: Some(ok), fail: Some(fail) }
}

/// `echo LINE | tee -a /etc/passwd`
pub(super) fn tee(
    evaluator: &Evaluator<'_>,
    producer: &SimpleCommand,
    tee: &SimpleCommand,
    here: &Here,
) -> Option<Outcome> {
    let words: Vec<&str> = tee.words.iter().filter_map(Word::literal).collect();
    let (file, appends) = match words.as_slice() {
        ["tee", "-a" | "--append", file] | ["sudo", "tee", "-a" | "--append", file] => (account_file(file)?, true),
        ["tee", file] | ["sudo", "tee", file] => (account_file(file)?, false),
        _ => return None,
    };
    let mut ok = here.clone();
    match lines(evaluator.scope, producer, here) {
        Some(lines) if producer.redirects.is_empty() && words.len() == tee.words.len() => {
            write(evaluator, &mut ok, &lines, file, appends);
        }
        _ if appends => ok.state.doubt(REWRITTEN),
        _ => forget(&mut ok.state, file),
    }
    let mut fail = here.clone();
    match appends {
        true => fail.state.doubt(REWRITTEN),
        false => forget(&mut fail.state, file),
    }
    Some(Outcome { ok: Some(ok), fail: Some(fail) })
}

fn target(redirect: &Redirect, scope: &Scope) -> Option<(AccountFile, bool)> {
    let appends = match redirect.kind {
        RedirectKind::Append => true,
        RedirectKind::Write | RedirectKind::Clobber => false,
        _ => return None,
    };
    if redirect.descriptor.is_some_and(|descriptor| descriptor != 1) {
        return None;
    }
    let path = redirect.target.resolve(|name| scope.variable(name))?;
    account_file(&path).map(|file| (file, appends))
}

/// The lines that `echo` or `printf` writes.
fn lines(scope: &Scope, command: &SimpleCommand, here: &Here) -> Option<Vec<Text>> {
    if here.variables_unknown {
        return None;
    }
    let text = |word: &Word| Text::of(word, &here.locals, &scope.variables);
    let mut arguments = command.arguments();
    let format = command.name()? == "printf";
    if !matches!(command.name()?, "echo" | "printf") {
        return None;
    }
    if !format && matches!(arguments.first().and_then(Word::literal), Some("-e" | "-n" | "-en" | "-ne")) {
        arguments = &arguments[1..];
    }
    let [line] = arguments else { return None };
    let line = text(line);
    let escaped = |text: &str| text.contains('%') && format;
    if line.is_opaque() || line.value.as_deref().is_some_and(escaped) {
        return None;
    }
    Some(line.lines())
}

/// Another file is there, or none: nobody can tell what it holds.
pub(super) fn forget(state: &mut State, file: AccountFile) {
    state.touched = true;
    match file {
        AccountFile::Passwd => state.users().forget(),
        AccountFile::Group => state.groups().forget(),
    }
}

/// The members in a line of /etc/group.
fn members(state: &mut State, line: &Text) {
    let Some(fields) = line.fields(':') else { return };
    let (Some(group), Some(members)) = (fields.first(), fields.get(3)) else { return };
    let names = members.fixed_value().map(|names| names.split(',').filter(|name| !name.is_empty()));
    for name in names.into_iter().flatten() {
        let known = state.users.entries.iter().position(|entry| entry.name.fixed_value() == Some(name));
        match known {
            Some(at) => Rc::make_mut(&mut state.users().entries[at]).joined.add(std::slice::from_ref(group)),
            None => state.strays = true,
        }
    }
    state.strays |= members.fixed_value().is_none();
}

fn write(evaluator: &Evaluator<'_>, here: &mut Here, lines: &[Text], file: AccountFile, appends: bool) {
    let entries: Option<Vec<Entry>> = lines.iter().map(|line| entry(evaluator, line, file)).collect();
    let Some(entries) = entries else {
        return if appends { here.state.doubt(REWRITTEN) } else { forget(&mut here.state, file) };
    };
    if file == AccountFile::Group {
        lines.iter().for_each(|line| members(&mut here.state, line));
    }
    let table = match file {
        AccountFile::Passwd => here.state.users(),
        AccountFile::Group => here.state.groups(),
    };
    if !appends {
        *table = Table { entries: Vec::new(), complete: true, regular: true };
    }
    for entry in entries {
        match table.find(&entry.name).map(|present| present.status.clone()) {
            None | Some(Status::Missing) => table.put(entry),
            // The first line of a name counts; the number of the second is taken all the same.
            Some(Status::Exists) => (table.complete, table.regular) = (false, false),
            Some(_) => {
                (table.complete, table.regular) = (false, false);
                table.put(Entry { number: Number::unknown(Range::Any), primary: None, home: None, ..entry });
            }
        }
    }
}

/// One line: `name:x:uid:gid:comment:home:shell`, or `name:x:gid:members`.
fn entry(evaluator: &Evaluator<'_>, line: &Text, file: AccountFile) -> Option<Entry> {
    let fields = line.fields(':')?;
    let number =
        |at: usize| fields.get(at).map(Number::of).filter(|number| number.value.is_some() || number.written.is_some());
    let name = fields.first().filter(|name| !name.is_opaque() && name.value.as_deref() != Some(""))?;
    let (primary, home, enough) = match file {
        AccountFile::Passwd => (number(3), fields.get(5).cloned(), 7),
        AccountFile::Group => (None, None, 3),
    };
    if fields.len() < enough {
        return None;
    }
    Some(Entry {
        name: name.clone(),
        number: number(2)?,
        primary,
        home,
        joined: Joined::default(),
        status: Status::Exists,
        origin: evaluator.origin,
        from_before: false,
        may_share: true,
    })
}
