//! Makes Dockerfiles: ordinary ones, and hostile ones. The same seed always gives the same file.
//!
//! Benchmarks and tests share this file by `#[path]`, each using a part of it.
#![allow(dead_code, reason = "every user needs another part")]

/// SplitMix64, a generator of numbers that is small and good enough here.
pub struct Random(u64);

impl Random {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap_or(0)
    }

    pub fn pick<'t>(&mut self, choices: &[&'t str]) -> &'t str {
        choices[self.below(choices.len())]
    }
}

/// A Dockerfile as people write them, of about 1.5 kB.
pub fn average_file(seed: u64) -> String {
    let random = &mut Random::new(seed);
    let mut file = String::new();
    if random.below(3) == 0 {
        file.push_str("# syntax=docker/dockerfile:1\n");
    }
    file.push_str("ARG VERSION=3.12\n\n");
    for stage in 0..=random.below(2) {
        let base = random.pick(&["python:${VERSION}-slim", "node:22-alpine", "golang:1.24 ", "debian:bookworm-slim"]);
        file.push_str(&format!("FROM {} AS stage{stage}\n", base.trim()));
        file.push_str("LABEL org.opencontainers.image.title=\"an example\" \\\n      maintainer='me@example.org'\n");
        file.push_str("ENV LANG=C.UTF-8 PATH=\"/app/bin:$PATH\" \\\n    HOME=${HOME:-/home/app}\n");
        file.push_str("WORKDIR /app\n\n# Packages that the application needs.\n");
        while file.len() < 850 * (stage + 1) {
            instruction(random, &mut file);
        }
    }
    file.push_str("RUN useradd --create-home app\nUSER app\nEXPOSE 8080/tcp\n");
    file.push_str("HEALTHCHECK --interval=30s --timeout=3s CMD curl -fsS http://localhost:8080/health || exit 1\n");
    file.push_str("ENTRYPOINT [\"/app/entrypoint.sh\"]\nCMD [\"serve\", \"--port\", \"8080\"]\n");
    file
}

fn instruction(random: &mut Random, file: &mut String) {
    file.push_str(random.pick(&[
        "RUN apt-get update \\\n    && apt-get install -y --no-install-recommends \\\n        ca-certificates \\\n        \
         curl \\\n        # the compiler\n        build-essential \\\n    && rm -rf /var/lib/apt/lists/*\n",
        "RUN --mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir -r requirements.txt\n",
        "COPY --chown=app:app requirements.txt package.json ./\n",
        "COPY --from=stage0 /app/dist /app/dist\n",
        "COPY [\"docs/read me.md\", \"/app/docs/\"]\n",
        "RUN <<EOF\nset -eux\nmkdir -p /app/data\nchmod 755 /app/data\nEOF\n",
        "RUN set -eux; \\\n    for name in one two three; do \\\n        echo \"$name: ${VERSION}\"; \\\n    done\n",
        "ADD https://example.org/archive.tar.gz /tmp/archive.tar.gz\n",
        "ENV DEBIAN_FRONTEND noninteractive\n",
        "VOLUME [\"/app/data\"]\n",
        "# A comment that says why the next line is there.\nRUN test -f /app/package.json && npm ci --omit=dev\n",
        "\n",
    ]));
}

/// Pieces of which a hostile file is made.
pub const TOKENS: [&str; 95] = [
    "FROM",
    "RUN",
    "CMD",
    "LABEL",
    "MAINTAINER",
    "EXPOSE",
    "ENV",
    "ADD",
    "COPY",
    "ENTRYPOINT",
    "VOLUME",
    "USER",
    "WORKDIR",
    "ARG",
    "ONBUILD",
    "STOPSIGNAL",
    "HEALTHCHECK",
    "SHELL",
    "run",
    "Copy",
    "NONE",
    "AS",
    "as",
    "FOO",
    " ",
    " ",
    " ",
    "  ",
    "\t",
    "\n",
    "\n",
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "\\\n",
    "\\\n",
    "\\ \t\n",
    "\\\r\n",
    "`\n",
    "\\\\\n",
    "\\",
    "`",
    "#",
    "# c\n",
    "# escape=`\n",
    "# escape=\\\n",
    "# syntax=a\n",
    "# check=skip=all\n",
    "<<EOF",
    "<<-EOF",
    "<<'E'",
    "<<\"E\"",
    "3<<E",
    "<<",
    "<<-",
    "<",
    "<<<",
    "EOF\n",
    "\nEOF\n",
    "\tEOF\n",
    "\nE\n",
    "'",
    "\"",
    "$",
    "${",
    "}",
    "{",
    "$A",
    "${A}",
    "${A:-b}",
    "${A:+'b'}",
    "${A/b/c}",
    ":",
    "=",
    "a=b",
    "a=",
    "=b",
    "--",
    "--chown=a",
    "--mount=type=bind,source=a",
    "--link",
    "--from=\"a b\"",
    "--x",
    ",",
    "[",
    "]",
    "[\"a\", \"b\"]",
    "[\"a\",1]",
    "\\\"",
    "a",
    "bc",
    "é",
    "\u{feff}",
];

/// A file of random pieces, most of them legal where they stand by accident only.
pub fn hostile_file(seed: u64) -> String {
    let random = &mut Random::new(seed);
    let mut file = String::new();
    if random.below(2) == 0 {
        file.push_str("FROM a\n");
    }
    for _ in 0..random.below(24) {
        let tokens = 1 + random.below(8);
        if random.below(3) > 0 {
            file.push_str(TOKENS[random.below(18)]);
            file.push(' ');
        }
        for _ in 0..tokens {
            file.push_str(random.pick(&TOKENS));
        }
        if random.below(3) > 0 {
            file.push('\n');
        }
    }
    file
}

/// `file` with a few changes at random places, by line or by character.
pub fn mutated_file(file: &str, seed: u64) -> String {
    let random = &mut Random::new(seed);
    let mut text = file.to_owned();
    for _ in 0..=random.below(3) {
        text = if random.below(2) == 0 { change_line(&text, random) } else { change_character(&text, random) };
    }
    text
}

fn change_line(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    if lines.is_empty() {
        return random.pick(&TOKENS).to_owned();
    }
    let (at, other) = (random.below(lines.len()), random.below(lines.len()));
    match random.below(4) {
        0 => {
            lines.remove(at);
        }
        1 => lines.insert(at, lines[other]),
        2 => lines.swap(at, other),
        _ => lines[at] = lines[at].trim_end_matches('\n'),
    }
    lines.concat()
}

fn change_character(text: &str, random: &mut Random) -> String {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let start = random.below(places.len());
    let end = (start + random.below(3)).min(places.len() - 1);
    let insertion = if random.below(3) == 0 { "" } else { random.pick(&TOKENS) };
    format!("{}{insertion}{}", &text[..places[start]], &text[places[end]..])
}

/// `length` bytes or a little more of `piece`, again and again.
pub fn repeated(piece: &str, length: usize) -> String {
    piece.repeat(length.div_ceil(piece.len()))
}
