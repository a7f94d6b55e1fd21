//! Durations as Go's `time.ParseDuration` reads them, for the flags of HEALTHCHECK.

/// The units and what one of them is in nanoseconds.
const UNITS: [(&str, f64); 8] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("\u{b5}s", 1e3),
    ("\u{3bc}s", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 6e10),
    ("h", 3.6e12),
];

/// Whether the builder takes `text`: a duration of nothing, or of at least a millisecond.
pub(super) fn is_duration(text: &str) -> bool {
    // Go counts in 64 bits, so 292 years are the end.
    nanoseconds(text).is_some_and(|value| value == 0.0 || (1e6..9.3e18).contains(&value))
}

fn nanoseconds(text: &str) -> Option<f64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0.0);
    }
    let mut sum = 0.0;
    loop {
        let length = rest.find(|character: char| !character.is_ascii_digit() && character != '.')?;
        let (number, tail) = rest.split_at(length);
        let number: f64 = number.parse().ok()?;
        let length = tail.find(|character: char| character.is_ascii_digit() || character == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(length);
        let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit)?;
        sum += number * factor;
        if tail.is_empty() {
            return Some(sign * sum);
        }
        rest = tail;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_go_reads() {
        for text in ["30s", "1m30s", "1.5h", ".5s", "0", "+1s", "1ms", "0s", "2\u{b5}s500ms"] {
            assert!(is_duration(text), "{text}");
        }
        for text in ["", "30", "s", "-1s", "1us", "1d", "1 s", "1s ", "1..5s", ".s", "400000000h"] {
            assert!(!is_duration(text), "{text}");
        }
    }
}
