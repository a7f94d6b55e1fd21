//! Accounts that are written into /etc/passwd and /etc/group by hand.

use super::script::{Evaluator, Here, Outcome};
use super::simple::REWRITTEN;
use super::state::{Entry, Number, Range, Status, Table};
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
    let mut ok = here.clone();
    match written {
        Some((lines, (file, appends))) => write(evaluator, &mut ok, &lines, file, appends),
        None => ok.state.doubt(REWRITTEN),
    }
    let mut fail = here;
    fail.state.doubt(REWRITTEN);
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
        _ => ok.state.doubt(REWRITTEN),
    }
    let mut fail = here.clone();
    fail.state.doubt(REWRITTEN);
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

fn write(evaluator: &Evaluator<'_>, here: &mut Here, lines: &[Text], file: AccountFile, appends: bool) {
    let entries: Option<Vec<Entry>> = lines.iter().map(|line| entry(evaluator, line, file)).collect();
    let Some(entries) = entries else { return here.state.doubt(REWRITTEN) };
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
        status: Status::Exists,
        origin: evaluator.origin,
        from_before: false,
        may_share: true,
    })
}
