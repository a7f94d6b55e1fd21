//! The small part of Go's regular expressions that patterns are translated to, matched without backtracking.

/// A regular expression as a list of steps. Every step is a state; all states that can be reached are followed at once, so
/// a match costs at most the number of steps times the length of the path.
#[derive(Clone, Debug)]
pub(super) struct Program {
    steps: Vec<Step>,
    /// What every match ends with: most paths are told apart by it, and cost no more.
    ending: String,
}

/// Why an expression cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// It is none.
    Invalid,
    /// It has an escape that stands for more than a character or a class (`\Q`, `\pL`, `\x41` …).
    Unsupported,
}

#[derive(Clone, Debug)]
enum Step {
    /// Nothing, but only where this holds. Docker leaves a `^` in a pattern as it is, and the `\b` of `dir\build` as well.
    Only(Place),
    /// One character.
    One(Class),
    /// Any number of characters, none included.
    Many(Class),
    /// `(.*/)?`, the choice: nothing, or whatever [`Step::Through`] takes.
    Enter,
    /// The rest of `(.*/)?`: anything, up to and including some slash.
    Through,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Start,
    End,
    WordBoundary,
    NoWordBoundary,
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
    /// Reads an expression that `pattern::translate` made.
    ///
    /// # Errors
    /// [`Problem::Invalid`] where Go's `regexp` reports an error, [`Problem::Unsupported`] for what it knows and we do not.
    pub(super) fn parse(regex: &str) -> Result<Self, Problem> {
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
                    steps.push(Step::Only(Place::Start));
                    continue;
                }
                '\\' if rest.starts_with(['A', 'z', 'b', 'B']) => {
                    steps.push(Step::Only(match rest.as_bytes()[0] {
                        b'A' => Place::Start,
                        b'z' => Place::End,
                        b'b' => Place::WordBoundary,
                        _ => Place::NoWordBoundary,
                    }));
                    rest = &rest[1..];
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
        let last = steps.iter().rev().map_while(|step| match step {
            Step::One(Class::Literal(literal)) => Some(*literal),
            _ => None,
        });
        let mut ending: Vec<char> = last.collect();
        ending.reverse();
        Ok(Self { steps, ending: ending.into_iter().collect() })
    }

    /// Whether the whole of `path` matches.
    pub(super) fn matches(&self, path: &str) -> bool {
        if !path.ends_with(&self.ending) {
            return false;
        }
        let mut states = States::new(self.steps.len());
        let mut next = States::new(self.steps.len());
        self.reach(0, &mut states);
        let mut before = None;
        for character in path.chars() {
            self.pass_places(&mut states, before, Some(character));
            for &state in &states.list {
                self.advance(state, character, &mut next);
            }
            std::mem::swap(&mut states, &mut next);
            next.clear();
            if states.list.is_empty() {
                return false;
            }
            before = Some(character);
        }
        self.pass_places(&mut states, before, None);
        states.reached[self.steps.len()]
    }

    /// Adds `state` and every state that can be reached from it without a character and without a condition.
    fn reach(&self, mut state: usize, states: &mut States) {
        while states.add(state) {
            match self.steps.get(state) {
                Some(Step::Many(_)) => state += 1,
                Some(Step::Enter) => {
                    states.add(state + 1);
                    state += 2;
                }
                Some(Step::Only(_) | Step::One(_) | Step::Through) | None => return,
            }
        }
    }

    /// Goes on from every state whose condition holds between the characters `before` and `after`.
    fn pass_places(&self, states: &mut States, before: Option<char>, after: Option<char>) {
        let mut at = 0;
        while let Some(&state) = states.list.get(at) {
            if let Some(Step::Only(place)) = self.steps.get(state)
                && place.holds(before, after)
            {
                self.reach(state + 1, states);
            }
            at += 1;
        }
    }

    fn advance(&self, state: usize, character: char, next: &mut States) {
        match self.steps.get(state) {
            Some(Step::One(class)) if class.contains(character) => self.reach(state + 1, next),
            Some(Step::Many(class)) if class.contains(character) => self.reach(state, next),
            Some(Step::Through) if character != '\n' => {
                next.add(state);
                if character == '/' {
                    self.reach(state + 1, next);
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

impl Place {
    fn holds(self, before: Option<char>, after: Option<char>) -> bool {
        let is_word = |character: Option<char>| character.is_some_and(|it| it == '_' || it.is_ascii_alphanumeric());
        match self {
            Self::Start => before.is_none(),
            Self::End => after.is_none(),
            Self::WordBoundary => is_word(before) != is_word(after),
            Self::NoWordBoundary => is_word(before) == is_word(after),
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
fn class(rest: &mut &str) -> Result<Class, Problem> {
    let negated = take(rest, "^");
    let mut ranges = Vec::new();
    let mut first = true;
    while first || !rest.starts_with(']') {
        first = false;
        if let Some(named) = rest.strip_prefix("[:")
            && let Some((name, after)) = named.split_once(":]")
        {
            ranges.extend(posix_class(name).ok_or(Problem::Invalid)?);
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
            let Member::Character(found) = member(rest)? else { return Err(Problem::Invalid) };
            high = found;
        }
        if high < low {
            return Err(Problem::Invalid);
        }
        ranges.push((low, high));
    }
    *rest = &rest[1..];
    Ok(Class::Set { negated, ranges })
}

enum Member {
    Character(char),
    Ranges(Vec<(char, char)>),
}

fn member(rest: &mut &str) -> Result<Member, Problem> {
    let first = rest.chars().next().ok_or(Problem::Invalid)?;
    *rest = &rest[first.len_utf8()..];
    if first != '\\' {
        return Ok(Member::Character(first));
    }
    match escape(rest)? {
        Class::Literal(literal) => Ok(Member::Character(literal)),
        Class::Set { negated: false, ranges } => Ok(Member::Ranges(ranges)),
        Class::Set { .. } | Class::Dot => Err(Problem::Unsupported),
    }
}

/// What a backslash and the character after it mean to Go's `regexp`: `\d` in a .dockerignore is a digit.
fn escape(rest: &mut &str) -> Result<Class, Problem> {
    const WORD: [(char, char); 4] = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
    const SPACE: [(char, char); 3] = [('\t', '\n'), ('\u{c}', '\r'), (' ', ' ')];
    let escaped = rest.chars().next().ok_or(Problem::Invalid)?;
    *rest = &rest[escaped.len_utf8()..];
    let set = |negated, ranges: &[(char, char)]| Class::Set { negated, ranges: ranges.to_vec() };
    Ok(match escaped {
        'd' | 'D' => set(escaped == 'D', &[('0', '9')]),
        'w' | 'W' => set(escaped == 'W', &WORD),
        's' | 'S' => set(escaped == 'S', &SPACE),
        'a' => Class::Literal('\u{7}'),
        'f' => Class::Literal('\u{c}'),
        'n' => Class::Literal('\n'),
        'r' => Class::Literal('\r'),
        't' => Class::Literal('\t'),
        'v' => Class::Literal('\u{b}'),
        'C' | 'Q' | 'p' | 'P' | 'x' | '0'..='7' => return Err(Problem::Unsupported),
        literal if literal.is_ascii() && !literal.is_ascii_alphanumeric() => Class::Literal(literal),
        _ => return Err(Problem::Invalid),
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
