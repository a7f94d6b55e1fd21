//! Dockerfiles in which users, owners and modes meet, and the context that they copy from.
//!
//! Owns the grammar. What is made is read as a Dockerfile without errors; it need not build.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use proptest::prelude::*;
use proptest::sample::select;

/// The context's files with their modes.
const FILES: [(&str, u32, &str); 10] = [
    ("run.sh", 0o755, "#!/bin/sh\nexec cat /app/secret.json\n"),
    ("start.sh", 0o644, "#!/bin/sh\nexec \"$@\"\n"),
    ("secret.json", 0o600, "{}\n"),
    ("main.py", 0o644, "print()\n"),
    ("config/settings.json", 0o640, "{}\n"),
    ("config/deep/key.pem", 0o600, "key\n"),
    ("data/seed.sqlite3", 0o644, "seed\n"),
    ("bin/tool", 0o755, "#!/bin/sh\n"),
    ("private/inside", 0o644, "x\n"),
    ("empty", 0o664, ""),
];

/// The directories whose mode is another than 0755.
const DIRECTORIES: [(&str, u32); 2] = [("private", 0o700), ("config/deep", 0o750)];

/// Makes the context in `root`; gives the place of its Dockerfile, which the test never writes.
pub fn context(root: &Path) -> Result<PathBuf> {
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode));
    for (path, mode, content) in FILES {
        let file = root.join(path);
        for parent in file.ancestors().skip(1).take_while(|parent| !parent.exists()).collect::<Vec<_>>().iter().rev() {
            fs::create_dir(parent)?;
            set(parent, 0o755)?;
        }
        fs::write(&file, content)?;
        set(&file, mode)?;
    }
    for (path, mode) in DIRECTORIES {
        set(&root.join(path), mode)?;
    }
    Ok(root.join("Dockerfile"))
}

/// A Dockerfile of one to three stages, with either line end, with or without one at its end.
pub fn dockerfile() -> impl Strategy<Value = String> {
    let later = prop::collection::vec(stage(LATER_BASES), 0..3);
    (prop::bool::weighted(0.3), stage(&BASES), later, prop::bool::weighted(0.1), any::<bool>()).prop_map(
        |(with_argument, first, later, crlf, end)| {
            let mut lines = Vec::new();
            lines.extend(with_argument.then(|| "ARG BASE=alpine:3.20".to_owned()));
            lines.extend(first);
            lines.extend(later.into_iter().flatten());
            let text = lines.join("\n") + if end { "\n" } else { "" };
            if crlf { text.replace('\n', "\r\n") } else { text }
        },
    )
}

const BASES: [&str; 11] = [
    "alpine:3.20 AS build",
    "alpine:3.20 AS build",
    "debian:bookworm-slim AS build",
    "debian:bookworm-slim AS build",
    "node:20-alpine AS build",
    "nginxinc/nginx-unprivileged:1.27-alpine AS build",
    "grafana/grafana:11.0.0 AS build",
    "gcr.io/distroless/static:nonroot AS build",
    "scratch AS build",
    "registry.example.org/team/base:1 AS build",
    "${BASE} AS build",
];

const LATER_BASES: &[&str] =
    &["build", "build", "alpine:3.20", "debian:bookworm-slim", "node:20-slim", "scratch", "build AS again"];

/// The lines of a stage.
fn stage(bases: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    let body = prop::collection::vec(prop_oneof![12 => line(), 1 => line().prop_map(|line| trigger(&line))], 0..12);
    (select(bases), body, any::<bool>(), prop::option::weighted(0.7, last_user()), start()).prop_map(
        |(base, body, makes_user, user, start)| {
            let mut lines = vec![format!("FROM {base}")];
            if makes_user {
                lines.push(
                    if base.starts_with("debian") { "RUN useradd -m app" } else { "RUN adduser -D app" }.to_owned(),
                );
            }
            lines.extend(body);
            lines.extend(user.map(|user| format!("USER {user}")));
            lines.extend(start);
            lines
        },
    )
}

/// The line as an ONBUILD trigger, where it may be one.
fn trigger(line: &str) -> String {
    match line.split(' ').next() {
        Some("RUN" | "COPY" | "ADD" | "USER" | "WORKDIR" | "ENV") => format!("ONBUILD {line}"),
        _ => line.to_owned(),
    }
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => copy(),
        6 => mode_change(),
        3 => accounts(),
        2 => select(USERS).prop_map(|user| format!("USER {user}")),
        2 => select(&["/app", "/srv/app", "config", "/home/app", "/data", "/"][..]).prop_map(|dir| format!("WORKDIR {dir}")),
        2 => select(OTHERS).prop_map(str::to_owned),
    ]
}

const USERS: &[&str] =
    &["app", "app:app", "node", "1001", "1001:0", "1000:1000", "root", "0", "$USERNAME", "${UID}:0", "ghost"];

fn last_user() -> impl Strategy<Value = &'static str> {
    select(USERS)
}

const OTHERS: &[&str] = &[
    "ARG USERNAME=app",
    "ARG UID=1001",
    "ENV USERNAME=app",
    "ENV HOME=/home/app UID=1001",
    "VOLUME /app/data",
    "VOLUME [\"/data\"]",
    "RUN mkdir -p /app/data /app/logs",
    "RUN mkdir /srv/app && touch /srv/app/log",
    "RUN umask 077 && cp /app/secret.json /app/copy.json",
    "RUN /app/run.sh",
    "RUN cat /app/secret.json",
    "RUN --mount=type=bind,target=/src cp /src/main.py /app/",
    "RUN rm -rf /app/private",
    "RUN ln -s /app/config /etc/app",
    "RUN tar -cf /tmp/app.tar /app",
    "SHELL [\"/bin/sh\", \"-ec\"]",
    "# Why the next line is there.",
    "# dockfix: ignore[copy-without-chown]",
    "# dockfix: ignore[copy-without-chmod]",
    "",
    "EXPOSE 8080",
    "LABEL role=test",
];

fn accounts() -> impl Strategy<Value = String> {
    let forms = [
        "RUN useradd -m app",
        "RUN useradd -u 1001 -g 0 -d /app app",
        "RUN groupadd -r app && useradd -r -g app app",
        "RUN adduser -D app",
        "RUN adduser -S -G nobody app",
        "RUN addgroup -S app && adduser -S -G app app",
        "RUN addgroup -g 1001 app && adduser -D -u 1001 -G app -h /srv/app app",
        "RUN adduser --disabled-password --gecos '' app",
        "RUN useradd -m $USERNAME",
        "RUN if ! id app; then useradd app; fi",
        "RUN echo 'app:x:1001:1001::/app:/bin/sh' >>/etc/passwd",
        "RUN set -eux; \\\n    # the user\n    useradd -m app; \\\n    mkdir -p /app/logs",
        "RUN <<EOF\nset -e\nadduser -D app\nmkdir -p /app/data\nchown app /app/data\nEOF",
        "RUN userdel app",
        "RUN usermod -aG root app",
        "COPY --from=build /etc/passwd /etc/passwd",
    ];
    select(forms.to_vec()).prop_map(str::to_owned)
}

fn copy() -> impl Strategy<Value = String> {
    let sources = &[
        ". .",
        ". /app",
        ". /app/",
        "run.sh /app/",
        "run.sh /app/run.sh",
        "run.sh start.sh /app/",
        "start.sh /usr/local/bin/",
        "start.sh /start.sh",
        "secret.json /app/secret.json",
        "secret.json main.py /app/",
        "main.py ./",
        "config /app/config",
        "config/ config/",
        "config/deep/key.pem /etc/app/key.pem",
        "data /data",
        "data /app/data/",
        "bin/ /usr/local/bin/",
        "private private",
        "empty missing* /app/",
        "$USERNAME /app/",
        "main.py $HOME/main.py",
    ];
    let flags = &[
        "--chown=app:app ",
        "--chown=1001 ",
        "--chown=ghost ",
        "--chmod=644 ",
        "--chmod=755 ",
        "--chmod=0600 --chown=app ",
        "--link ",
        "--link --chown=1001:0 ",
    ];
    let plain = (prop::option::weighted(0.25, select(&flags[..])), select(&sources[..]), prop::bool::weighted(0.15))
        .prop_map(|(flag, sources, add)| {
            let keyword = if add { "ADD" } else { "COPY" };
            format!("{keyword} {}{sources}", flag.unwrap_or_default())
        });
    let special = select(
        &[
            "COPY --from=build /app /app",
            "COPY --from=build /app/run.sh /usr/local/bin/run.sh",
            "COPY --from=0 /data /data",
            "COPY --from=nginx:alpine /etc/nginx /etc/nginx",
            "COPY [\"run.sh\", \"/app/\"]",
            "COPY \\\n    # what starts\n    run.sh \\\n    /app/",
            "COPY <<EOF /app/secret.json\n{}\nEOF",
            "COPY <<run.sh <<other /app/\n#!/bin/sh\nrun.sh\n#!/bin/sh\nother",
        ][..],
    );
    prop_oneof![5 => plain, 1 => special.prop_map(str::to_owned)]
}

/// RUN instructions that change modes and owners, alone, in lists, and in the middle of other things.
fn mode_change() -> impl Strategy<Value = String> {
    let commands = &[
        "chmod +x /app/run.sh",
        "chmod +x run.sh",
        "chmod 755 /app/run.sh /app/start.sh",
        "chmod a+rX -R /app",
        "chmod -R 755 /app",
        "chmod -R 700 /app/config",
        "chmod 600 /app/secret.json",
        "chmod 0644 /app/secret.json",
        "chmod 1777 /app/data",
        "chmod +x /start.sh",
        "chmod 755 /usr/local/bin/start.sh",
        "chmod g+s /app",
        "chown app /app/run.sh",
        "chown app:app /app",
        "chown -R app:app /app",
        "chown -R app:app /app /data",
        "chown -R 1001:0 /app",
        "chown -R app /srv/app",
        "chown -hR 1001 .",
        "chown app: /app/secret.json",
        "chown -R app:app /app/config /app/data",
        "chown root:root /app/run.sh",
        "chgrp -R 0 /app",
        "chgrp -R 0 /app && chmod -R g=u /app",
        "chown ghost /app",
        "chown -R $USERNAME:$USERNAME /app",
    ];
    let others = &[
        "true",
        "mkdir -p /app/logs",
        "cat /app/secret.json",
        "/app/run.sh",
        "npm ci",
        "rm -rf /tmp/x",
        "chmod +x /app/*.sh",
    ];
    let command = || select(&commands[..]);
    prop_oneof![
        5 => command().prop_map(|command| format!("RUN {command}")),
        2 => (command(), command()).prop_map(|(one, two)| format!("RUN {one} && {two}")),
        1 => (command(), command()).prop_map(|(one, two)| format!("RUN {one} \\\n    # and then\n    && {two}")),
        2 => (command(), select(&others[..]), any::<bool>())
            .prop_map(|(command, other, first)| if first { format!("RUN {command} && {other}") } else { format!("RUN {other} && {command}") }),
        1 => (command(), select(&others[..])).prop_map(|(command, other)| format!("RUN set -ex; {command}; {other}")),
        1 => command().prop_map(|command| format!("RUN {command} || true")),
        1 => command().prop_map(|command| format!("RUN <<EOF\nset -e\n{command}\nEOF")),
    ]
}

/// How the image starts.
fn start() -> impl Strategy<Value = Option<String>> {
    let forms = [
        "ENTRYPOINT [\"/app/run.sh\"]",
        "ENTRYPOINT [\"start.sh\"]",
        "CMD [\"./start.sh\"]",
        "CMD [\"cat\", \"/app/secret.json\"]",
        "CMD python main.py",
        "ENTRYPOINT [\"/start.sh\"]\nCMD [\"/app/run.sh\"]",
    ];
    prop::option::weighted(0.8, select(forms.to_vec())).prop_map(|form| form.map(str::to_owned))
}
