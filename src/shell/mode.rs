//! File modes as `chmod` computes them.
//!
//! POSIX.1-2017 `chmod`, in the reading of GNU coreutils (gnulib `modechange.c`), with the umask 022 that builders run with.

const READ: u32 = 0o444;
const WRITE: u32 = 0o222;
const EXECUTE: u32 = 0o111;
const SET_IDS: u32 = 0o6000;
const STICKY: u32 = 0o1000;
const ALL: u32 = 0o7777;
/// What builders run with.
const UMASK: u32 = 0o022;

/// The mode after `chmod MODE` of a file whose permission bits are `old` (the lower twelve). Takes octal and symbolic
/// modes. `None` if `mode` is not valid, or if programs differ on the result: GNU's keeps a directory's set-id bits
/// where others clear them.
#[must_use]
pub fn apply(mode: &str, old: u32, is_directory: bool) -> Option<u32> {
    apply_under(UMASK, mode, old, is_directory)
}

/// The same under another umask, which a symbolic mode without `u`, `g`, `o` or `a` obeys.
#[must_use]
pub fn apply_under(umask: u32, mode: &str, old: u32, is_directory: bool) -> Option<u32> {
    let old = old & ALL;
    if let Some(bits) = octal(mode) {
        let cleared = old & SET_IDS & !bits;
        return (!is_directory || cleared == 0).then_some(bits);
    }
    mode.split(',').try_fold(old, |bits, clause| apply_clause(umask, clause, bits, is_directory))
}

/// The value of an octal mode.
#[must_use]
pub fn octal(mode: &str) -> Option<u32> {
    let digits = !mode.is_empty() && mode.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    let bits = if digits { u32::from_str_radix(mode, 8).ok()? } else { return None };
    (bits <= ALL).then_some(bits)
}

/// Whether `mode` is a symbolic mode.
pub(super) fn is_symbolic(mode: &str) -> bool {
    mode.split(',').all(|clause| apply_clause(UMASK, clause, 0, false).is_some())
}

/// `[ugoa]*([-+=]([rwxXst]*|[ugo]))+`
fn apply_clause(umask: u32, clause: &str, old: u32, is_directory: bool) -> Option<u32> {
    let actions = clause.trim_start_matches(['u', 'g', 'o', 'a']);
    let who = &clause[..clause.len() - actions.len()];
    let affected = who.bytes().fold(0, |bits, letter| bits | class(letter));
    if !actions.starts_with(['-', '+', '=']) {
        return None;
    }
    let mut bits = old;
    let mut rest = actions;
    while let Some(operator) = rest.bytes().next() {
        let permissions = &rest[1..];
        let length = permissions.find(['-', '+', '=']).unwrap_or(permissions.len());
        bits = apply_action(operator, &permissions[..length], (affected, umask), bits, is_directory)?;
        rest = &permissions[length..];
    }
    Some(bits)
}

fn apply_action(
    operator: u8,
    permissions: &str,
    (affected, umask): (u32, u32),
    old: u32,
    is_directory: bool,
) -> Option<u32> {
    let mut value = match permissions {
        "u" | "g" | "o" => copied(permissions, old),
        _ => listed(permissions, old, is_directory)?,
    };
    value &= if affected == 0 { !umask } else { affected };
    let new = match operator {
        b'+' => old | value,
        b'-' => old & !value,
        _ => old & if affected == 0 { 0 } else { !affected } | value,
    };
    // A directory's set-id bits that `=` clears without naming them: GNU keeps them, others do not.
    let unclear = operator == b'=' && is_directory && old & SET_IDS & !new != 0;
    (!unclear).then_some(new & ALL)
}

/// The bits that a letter of WHO covers.
fn class(letter: u8) -> u32 {
    match letter {
        b'u' => 0o4700,
        b'g' => 0o2070,
        b'o' => 0o1007,
        _ => ALL,
    }
}

/// `u`, `g` or `o` behind the operator: the class's permissions, for every class.
fn copied(class: &str, old: u32) -> u32 {
    let bits = match class {
        "u" => old >> 6,
        "g" => old >> 3,
        _ => old,
    } & 0o7;
    bits | bits << 3 | bits << 6
}

fn listed(permissions: &str, old: u32, is_directory: bool) -> Option<u32> {
    permissions.bytes().try_fold(0, |bits, letter| {
        Some(
            bits | match letter {
                b'r' => READ,
                b'w' => WRITE,
                b'x' => EXECUTE,
                b'X' if is_directory || old & EXECUTE != 0 => EXECUTE,
                b'X' => 0,
                b's' => SET_IDS,
                b't' => STICKY,
                _ => return None,
            },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mode: &str, old: u32, is_directory: bool, expected: Option<u32>) {
        let new = apply(mode, old, is_directory);
        assert_eq!(new, expected, "{mode} on {old:o}: {:o}", new.unwrap_or_default());
    }

    #[test]
    fn computes_files() {
        for (mode, old, new) in [
            ("755", 0o600, 0o755),
            ("0755", 0o600, 0o755),
            ("4755", 0o600, 0o4755),
            ("0", 0o777, 0),
            ("+x", 0o644, 0o755),
            ("+x", 0o600, 0o711),
            ("+x", 0o640, 0o751),
            ("a+x", 0o600, 0o711),
            ("u+x", 0o644, 0o744),
            ("ug+x", 0o644, 0o754),
            ("+w", 0o444, 0o644),
            ("a+w", 0o444, 0o666),
            ("-x", 0o755, 0o644),
            ("-w", 0o666, 0o466),
            ("a-w", 0o666, 0o444),
            ("+rx", 0o600, 0o755),
            ("u=rwX,go=rX", 0o600, 0o644),
            ("u=rwX,go=rX", 0o777, 0o755),
            ("u=rwX,go=rX", 0o2775, 0o755),
            ("a+rX", 0o600, 0o644),
            ("a+rX", 0o700, 0o755),
            ("+X", 0o644, 0o644),
            ("u+x,g+X", 0o644, 0o754),
            ("g=u", 0o640, 0o660),
            ("go=u", 0o750, 0o777),
            ("o=g", 0o754, 0o755),
            ("g=o", 0o754, 0o744),
            ("+u", 0o700, 0o755),
            ("u+s", 0o755, 0o4755),
            ("g+s", 0o755, 0o2755),
            ("+s", 0o755, 0o6755),
            ("o+s", 0o755, 0o755),
            ("+t", 0o755, 0o1755),
            ("u+t", 0o755, 0o755),
            ("o+t", 0o755, 0o1755),
            ("go-rwx", 0o755, 0o700),
            ("go=", 0o755, 0o700),
            ("=", 0o4755, 0),
            ("=rw", 0o777, 0o644),
            ("a=rx", 0o4600, 0o555),
            ("u=rw,g=r,o=", 0o777, 0o640),
            ("u+r-w+x", 0o200, 0o500),
            ("u=r+x", 0o644, 0o544),
            ("u-s", 0o4755, 0o755),
        ] {
            check(mode, old, false, Some(new));
        }
    }

    #[test]
    fn computes_directories() {
        check("a+rX", 0o700, true, Some(0o755));
        check("+X", 0o600, true, Some(0o711));
        check("755", 0o700, true, Some(0o755));
        check("755", 0o2775, true, None);
        check("2755", 0o2775, true, Some(0o2755));
        check("g=rx", 0o2775, true, None);
        check("g=rxs", 0o2775, true, Some(0o2755));
        check("g-s", 0o2775, true, Some(0o775));
        check("o=rx", 0o2777, true, Some(0o2775));
    }

    #[test]
    fn refuses_what_is_no_mode() {
        for mode in ["", "x", "u", "888", "77777", "u+y", "u+x,", "+0755", "é", "u=gr", "--", "u+é"] {
            let expected = if mode == "--" { Some(0o644) } else { None };
            check(mode, 0o644, false, expected);
        }
    }
}
