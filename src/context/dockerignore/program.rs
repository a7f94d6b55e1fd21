//! The small part of Go's regular expressions that patterns are translated to, matched without backtracking.

/// A regular expression as a list of steps. Every step is a state; all states that can be reached are followed at once, so
/// a match costs at most the number of steps times the length of the path.
#[derive(Clone, Debug)]
pub(super) struct Program {
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
enum Step {
    /// `^`: only at the start of the path. Docker leaves a `^` in a pattern as it is.
    Start,
    /// One character.
    One(Class),
    /// Any number of characters, none included.
    Many(Class),
    /// `(.*/)?`, the choice: nothing, or whatever [`Step::Through`] takes.
    Enter,
    /// The rest of `(.*/)?`: anything, up to and including some slash.
    Through,
}

#[derive(Clone, Debug)]
enum Class {
    Literal(char),
    /// Anything but a line feed.
    Dot,
    Set {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Program {
    /// Reads an expression that `pattern::translate` made; `None` where Go's `regexp` reports an error, and for the few
    /// escapes (`\b`, `\Q`, `\p`, `\x` …) that mean something else than a character there and nobody can have meant.
    pub(super) fn parse(regex: &str) -> Option<Self> {
        let mut steps = Vec::new();
        let mut rest = regex;
        while let Some(first) = rest.chars().next() {
            if let Some(after) = rest.strip_prefix("(.*/)?") {
                steps.extend([Step::Enter, Step::Through]);
                rest = after;
                continue;
            }
            rest = &rest[first.len_utf8()..];
            let class = match first {
                '^' => {
                    steps.push(Step::Start);
                    continue;
                }
                '.' => Class::Dot,
                '[' => class(&mut rest)?,
                '\\' => escape(&mut rest)?,
                literal => Class::Literal(literal),
            };
            steps.push(match rest.strip_prefix('*') {
                Some(after) => {
                    rest = after;
                    Step::Many(class)
                }
                None => Step::One(class),
            });
        }
        Some(Self { steps })
    }

    /// Whether the whole of `path` matches.
    pub(super) fn matches(&self, path: &str) -> bool {
        let mut states = States::new(self.steps.len());
        let mut next = States::new(self.steps.len());
        self.reach(0, true, &mut states);
        for character in path.chars() {
            for &state in &states.list {
                self.advance(state, character, &mut next);
            }
            std::mem::swap(&mut states, &mut next);
            next.clear();
            if states.list.is_empty() {
                return false;
            }
        }
        states.reached[self.steps.len()]
    }

    /// Adds `state` and every state that can be reached from it without a character.
    fn reach(&self, state: usize, at_start: bool, states: &mut States) {
        let mut pending = Some(state);
        while let Some(state) = pending.take() {
            if !states.add(state) {
                return;
            }
            match self.steps.get(state) {
                Some(Step::Start) if at_start => pending = Some(state + 1),
                Some(Step::Many(_)) => pending = Some(state + 1),
                Some(Step::Enter) => {
                    states.add(state + 1);
                    pending = Some(state + 2);
                }
                Some(Step::Start | Step::One(_) | Step::Through) | None => {}
            }
        }
    }

    fn advance(&self, state: usize, character: char, next: &mut States) {
        match self.steps.get(state) {
            Some(Step::One(class)) if class.contains(character) => self.reach(state + 1, false, next),
            Some(Step::Many(class)) if class.contains(character) => self.reach(state, false, next),
            Some(Step::Through) if character != '\n' => {
                next.add(state);
                if character == '/' {
                    self.reach(state + 1, false, next);
                }
            }
            _ => {}
        }
    }
}

/// A set of states that lists its members.
struct States {
    list: Vec<usize>,
    reached: Vec<bool>,
}

impl States {
    fn new(steps: usize) -> Self {
        Self { list: Vec::with_capacity(steps.min(64) + 1), reached: vec![false; steps + 1] }
    }

    fn add(&mut self, state: usize) -> bool {
        if self.reached[state] {
            return false;
        }
        self.reached[state] = true;
        self.list.push(state);
        true
    }

    fn clear(&mut self) {
        for state in self.list.drain(..) {
            self.reached[state] = false;
        }
    }
}

impl Class {
    fn contains(&self, character: char) -> bool {
        match self {
            Self::Literal(literal) => *literal == character,
            Self::Dot => character != '\n',
            Self::Set { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&character)) != *negated
            }
        }
    }
}

/// A class whose opening bracket was read, as RE2 reads it.
fn class(rest: &mut &str) -> Option<Class> {
    let negated = take(rest, "^");
    let mut ranges = Vec::new();
    let mut first = true;
    while first || !rest.starts_with(']') {
        first = false;
        if let Some(named) = rest.strip_prefix("[:")
            && let Some((name, after)) = named.split_once(":]")
        {
            ranges.extend(posix_class(name)?);
            *rest = after;
            continue;
        }
        let low = match member(rest)? {
            Member::Character(low) => low,
            Member::Ranges(found) => {
                ranges.extend(found);
                continue;
            }
        };
        let mut high = low;
        if rest.starts_with('-') && !rest.starts_with("-]") && rest.len() > 1 {
            *rest = &rest[1..];
            let Member::Character(found) = member(rest)? else { return None };
            high = found;
        }
        if high < low {
            return None;
        }
        ranges.push((low, high));
    }
    *rest = &rest[1..];
    Some(Class::Set { negated, ranges })
}

enum Member {
    Character(char),
    Ranges(Vec<(char, char)>),
}

fn member(rest: &mut &str) -> Option<Member> {
    let first = rest.chars().next()?;
    *rest = &rest[first.len_utf8()..];
    if first != '\\' {
        return Some(Member::Character(first));
    }
    match escape(rest)? {
        Class::Literal(literal) => Some(Member::Character(literal)),
        Class::Set { negated: false, ranges } => Some(Member::Ranges(ranges)),
        // `[\D]` and its like: nobody can have meant it.
        Class::Set { .. } | Class::Dot => None,
    }
}

/// What a backslash and the character after it mean to Go's `regexp`: `\d` in a .dockerignore is a digit.
fn escape(rest: &mut &str) -> Option<Class> {
    let escaped = rest.chars().next()?;
    *rest = &rest[escaped.len_utf8()..];
    let set = |negated, ranges: &[(char, char)]| Class::Set { negated, ranges: ranges.to_vec() };
    const WORD: [(char, char); 4] = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
    const SPACE: [(char, char); 3] = [('\t', '\n'), ('\u{c}', '\r'), (' ', ' ')];
    Some(match escaped {
        'd' | 'D' => set(escaped == 'D', &[('0', '9')]),
        'w' | 'W' => set(escaped == 'W', &WORD),
        's' | 'S' => set(escaped == 'S', &SPACE),
        'a' => Class::Literal('\u{7}'),
        'f' => Class::Literal('\u{c}'),
        'n' => Class::Literal('\n'),
        'r' => Class::Literal('\r'),
        't' => Class::Literal('\t'),
        'v' => Class::Literal('\u{b}'),
        literal if literal.is_ascii() && !literal.is_ascii_alphanumeric() => Class::Literal(literal),
        _ => return None,
    })
}

fn posix_class(name: &str) -> Option<Vec<(char, char)>> {
    Some(match name {
        "alnum" => vec![('0', '9'), ('A', 'Z'), ('a', 'z')],
        "alpha" => vec![('A', 'Z'), ('a', 'z')],
        "digit" => vec![('0', '9')],
        "lower" => vec![('a', 'z')],
        "upper" => vec![('A', 'Z')],
        "space" => vec![('\t', '\r'), (' ', ' ')],
        "word" => vec![('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        _ => return None,
    })
}

fn take(rest: &mut &str, prefix: &str) -> bool {
    match rest.strip_prefix(prefix) {
        Some(after) => {
            *rest = after;
            true
        }
        None => false,
    }
}
