//! `dockfix report`: the page as a browser shows it, and the file as it is written.
//!
//! The tests whose names begin with `browser` need Debian's packages `chromium` and `chromium-driver`. Without them they are ignored, each by its name,
//! and with `DOCKFIX_BROWSER_REQUIRED=1` that is a failure. Screenshots are left in `target/report`.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod browser;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, OnceLock, PoisonError};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Value, json};
use tempfile::TempDir;

use browser::Browser;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// One browser for all tests, since it takes longer to start than all of them.
static BROWSER: OnceLock<Mutex<Option<Browser>>> = OnceLock::new();

fn main() {
    let arguments = Arguments::from_args();
    let programs = browser::programs();
    let required = std::env::var("DOCKFIX_BROWSER_REQUIRED").as_deref() == Ok("1");
    assert!(
        programs.is_some() || !required,
        "install the packages chromium and chromium-driver: a browser is required"
    );
    let seen = |name: &str, test: fn(&Browser)| {
        let programs = programs.clone();
        let is_there = programs.is_some();
        let run = move || {
            let start = || Mutex::new(programs.as_ref().map(Browser::start));
            let browser = BROWSER.get_or_init(start).lock().unwrap_or_else(PoisonError::into_inner);
            test(browser.as_ref().unwrap());
            Ok::<(), Failed>(())
        };
        Trial::test(format!("browser_{name}"), run).with_ignored_flag(!is_there)
    };
    let trial = |name: &str, test: fn()| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    };
    let trials = vec![
        trial("takes_the_place_of_nothing_but_reports", takes_the_place_of_nothing_but_reports),
        trial("is_the_same_each_time", is_the_same_each_time),
        trial("says_by_its_status_what_could_not_be_read", says_by_its_status_what_could_not_be_read),
        seen("filters_by_rule_outcome_and_name", filters_by_rule_outcome_and_name),
        seen("shows_stages_cache_and_contexts", shows_stages_cache_and_contexts),
        seen("turns_dark_and_back", turns_dark_and_back),
        seen("shows_hostile_names_as_text", shows_hostile_names_as_text),
        seen("stays_quick_with_many_files", stays_quick_with_many_files),
    ];
    let conclusion = libtest_mimic::run(&arguments, trials);
    if let Some(browser) = BROWSER.get() {
        drop(browser.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
    conclusion.exit();
}

fn dockfix(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dockfix")).current_dir(folder).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git").current_dir(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", said(&output));
}

/// A folder with the example projects, each a repository of its own, and with files of every outcome.
fn projects() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in walkdir::WalkDir::new(Path::new(ROOT).join("fixtures/projects")) {
        let entry = entry.unwrap();
        let name = entry.path().strip_prefix(Path::new(ROOT).join("fixtures/projects")).unwrap();
        if entry.file_type().is_file() && name.components().count() > 1 {
            let target = folder.path().join(name);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::copy(entry.path(), target).unwrap();
        }
    }
    let extra = |name: &str, text: &str| write(&folder.path().join("more").join(name), text);
    extra("broken/Dockerfile", "FROM alpine\nRUM x\n");
    extra("template/Dockerfile", "FROM {{ image }}\n");
    extra("fine/Dockerfile", "FROM alpine:3.20\nCMD [\"true\"]\n");
    extra(
        "suppressed/Dockerfile",
        "FROM node:22\n# dockfix: ignore[copy-without-chmod] on purpose\nCOPY start.sh /\nCMD [\"/start.sh\"]\n",
    );
    extra("shown/Dockerfile", "FROM alpine:3.20\nCOPY --chown=nosuchuser start.sh /\n");
    extra("shown/start.sh", "#!/bin/sh\n");
    extra("suppressed/start.sh", "#!/bin/sh\n");
    extra(
        "stages/Dockerfile",
        "FROM golang:1.23 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /bin/app .\n\nFROM build AS test\nRUN go test ./...\n\n\
         FROM alpine:3.20\nCOPY --from=build /bin/app /bin/app\nCOPY --from=busybox:1 /bin/sh /bin/busybox\n\
         RUN --mount=type=bind,from=test,target=/t true\nUSER 1000\nCMD [\"/bin/app\"]\n",
    );
    extra("stages/main.go", "package main\n");
    extra("stages/go.mod", "module x\n");
    extra("stages/.git-is-none", "");
    for repository in ["incident", "more"] {
        let repository = folder.path().join(repository);
        git(&repository, &["init", "--quiet"]);
        git(&repository, &["add", "--all"]);
    }
    folder
}

/// The page of all that, made once.
fn page() -> &'static Path {
    static PAGE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, page) = PAGE.get_or_init(|| {
        let folder = projects();
        let page = tempfile::tempdir().unwrap();
        let file = page.path().join("report.html");
        let output = dockfix(folder.path(), &["report", "--html", file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        (page, file)
    });
    page
}

fn takes_the_place_of_nothing_but_reports() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(&root.join("Dockerfile"), "FROM alpine:3.20\n");
    write(&root.join("notes.html"), "<p>mine</p>\n");
    write(&root.join("empty.html"), "");
    fs::create_dir(root.join("folder")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("notes.html", root.join("link.html")).unwrap();
    for (file, more, status, says) in [
        ("new.html", None, 0, "wrote new.html: 0 findings in 1 file"),
        ("new.html", None, 0, "wrote new.html"),
        ("empty.html", None, 0, "wrote empty.html"),
        ("Dockerfile", None, 2, "Dockerfile is there, and no report of dockfix; name another file, or give `--force`"),
        ("notes.html", None, 2, "no report of dockfix"),
        ("link.html", Some("--force"), 2, "a link"),
        ("folder", Some("--force"), 2, "is a folder"),
        ("none/report.html", None, 2, "there is no such folder; make it first"),
        ("/dev/null", Some("--force"), 2, "`--html -` writes to standard output"),
        ("notes.html", Some("--force"), 0, "wrote notes.html"),
    ] {
        let arguments: Vec<&str> = ["report", "--html", file].into_iter().chain(more).collect();
        let output = dockfix(root, &arguments);
        assert_eq!(output.status.code(), Some(status), "{file}: {}", said(&output));
        assert!(said(&output).contains(says), "{file}: {}", said(&output));
    }
    assert_eq!(fs::read_to_string(root.join("Dockerfile")).unwrap(), "FROM alpine:3.20\n");
    let left: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".dockfix-")), "{left:?}");
    for (arguments, says) in [
        (vec!["report"], "--html <FILE>"),
        (vec!["report", "--html", "x.html", "-"], "files on disk"),
        (vec!["report", "--html", "x.html", "--select", "no-such-rule"], "no-such-rule"),
    ] {
        let output = dockfix(root, &arguments);
        assert_eq!((output.status.code(), said(&output).contains(says)), (Some(2), true), "{}", said(&output));
    }
}

fn is_the_same_each_time() {
    let folder = projects();
    let page = |jobs: &str| {
        let output = dockfix(folder.path(), &["report", "--html", "-", "-j", jobs]);
        assert!(output.stdout.starts_with(b"<!doctype html>\n") && output.stdout.ends_with(b"</html>\n"));
        output.stdout
    };
    assert!(page("1") == page("4"), "two runs give two pages");
}

fn says_by_its_status_what_could_not_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let check = |text: &str, status: i32| {
        write(&folder.path().join("Dockerfile"), text);
        let output = dockfix(folder.path(), &["report", "--html", "report.html"]);
        assert_eq!(output.status.code(), Some(status), "{text}: {}", said(&output));
        fs::read_to_string(folder.path().join("report.html")).unwrap()
    };
    write(&folder.path().join("start.sh"), "#!/bin/sh\n");
    let found = check("FROM node:22\nCOPY start.sh /\nCMD [\"/start.sh\"]\n", 0);
    assert!(found.contains("data-rule=\"copy-without-chmod\" data-outcome=\"applied\""));
    assert!(check("FROM alpine\nRUM x\n", 2).contains("unknown instruction <code>RUM</code>"));
}

/// The files and findings that are to be seen: how many, and what the page says about it.
fn seen(browser: &Browser) -> Value {
    browser.script(
        "const seen = (selector) => Array.from(document.querySelectorAll(selector)).filter((one) => !one.closest('[hidden]'));
         return {
             files: seen('details.file').length,
             findings: seen('.finding').length,
             rules: [...new Set(seen('.finding').map((one) => one.dataset.rule))].sort(),
             outcomes: [...new Set(seen('.finding').map((one) => one.dataset.outcome))].sort(),
             status: document.getElementById('status').textContent,
         };",
    )
}

fn filters_by_rule_outcome_and_name(browser: &Browser) {
    browser.open(page());
    let all = seen(browser);
    let files = all["files"].as_u64().unwrap();
    assert!(files > 20 && all["findings"].as_u64().unwrap() > 30, "{all}");
    for outcome in ["applied", "unsafe", "shown", "suppressed", "failed"] {
        assert!(all["outcomes"].as_array().unwrap().contains(&json!(outcome)), "{outcome}: {all}");
    }

    browser.click("#rule option[value='install-after-source']");
    let ruled = seen(browser);
    assert_eq!(ruled["rules"], json!(["install-after-source"]));
    assert!(ruled["files"].as_u64().unwrap() < files, "{ruled}");

    browser.click("button[type=reset]");
    browser.wait(
        "everything is back",
        &format!("return document.getElementById('status').textContent === {}", all["status"]),
    );
    assert_eq!(seen(browser), all);

    for outcome in ["applied", "unsafe", "shown", "failed"] {
        browser.click(&format!("input[name=outcome][value={outcome}]"));
    }
    let suppressed = seen(browser);
    assert_eq!((&suppressed["outcomes"], &suppressed["files"]), (&json!(["suppressed"]), &json!(1)), "{suppressed}");
    browser.click("button[type=reset]");

    browser.keys("#search", "More/Suppressed");
    browser.wait(
        "one is left",
        "return document.getElementById('status').textContent === '1 Dockerfile, 1 finding shown'",
    );
    browser.keys("#search", "no such name");
    browser.wait("none is left", "return !document.getElementById('none').hidden");
    browser.click("button[type=reset]");
    browser.wait("all are back", "return document.getElementById('none').hidden");

    browser.click("#quiet");
    let loud = seen(browser);
    assert_eq!(loud["findings"], all["findings"]);
    assert!(loud["files"].as_u64().unwrap() < files);
    assert_eq!(browser.complaints(), [""; 0]);
}

fn shows_stages_cache_and_contexts(browser: &Browser) {
    browser.open(page());
    let closed = "return document.querySelectorAll('details[open]').length === 0";
    assert_eq!(browser.script(closed), json!(true), "details are closed at first");
    browser.keys("#search", "more/stages");
    browser.wait("one is left", "return document.getElementById('status').textContent.startsWith('1 Dockerfile,')");
    browser.click("#open");
    let texts = browser.script(
        "const file = document.querySelector('details.file[open]');
         return Array.from(file.querySelectorAll('.stages figure:first-child svg text')).map((one) => one.textContent);",
    );
    let expected =
        ["build", "golang:1.23", "runs as root", "test", "stage 2", "alpine:3.20", "runs as 1000", "busybox:1"];
    for part in expected {
        assert!(texts.as_array().unwrap().contains(&json!(part)), "{part}: {texts}");
    }
    // No box stands on another one, and all stand in the picture.
    let overlap = browser.script(
        "const svg = document.querySelector('details.file[open] .stages svg');
         const frame = svg.getBoundingClientRect();
         const boxes = Array.from(svg.querySelectorAll('g > rect'), (one) => one.getBoundingClientRect());
         const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
         const out = (a) => a.left < frame.left || a.right > frame.right || a.top < frame.top || a.bottom > frame.bottom;
         return [boxes.length, svg.querySelectorAll('.edge').length, boxes.some((a, i) => out(a) || boxes.slice(0, i).some((b) => over(a, b)))];",
    );
    assert_eq!(overlap, json!([4, 4, false]));
    let cache = browser.script("return document.querySelector('details.file[open] .cache').innerText");
    assert!(cache.as_str().unwrap().contains("main.go") && cache.as_str().unwrap().contains("rebuilt"), "{cache}");
    browser.click("details.file[open] .more a");
    browser.wait("the context is open", "return document.querySelector('details.context[open] table') !== null");
    let context = browser.script("return document.querySelector('details.context[open]').innerText");
    assert!(context.as_str().unwrap().contains("BuildKit, for more/stages/Dockerfile"), "{context}");
    assert_eq!(browser.complaints(), [""; 0]);
}

fn turns_dark_and_back(browser: &Browser) {
    browser.open(page());
    let color = || browser.script("return getComputedStyle(document.body).backgroundColor");
    let light = color();
    let (width, height) = png(&shot(browser, "light"));
    assert_eq!(browser.script("return [innerWidth, innerHeight]"), json!([width, height]));
    assert!(width > 1000 && height > 1000, "{width} {height}");
    browser.click("#theme");
    assert_ne!(color(), light);
    browser.click("details.file > summary");
    shot(browser, "dark");
    browser.click("#theme");
    assert_eq!(color(), light);
    browser.resize(500, 1400);
    let wide = browser.script("return document.documentElement.scrollWidth <= innerWidth");
    shot(browser, "narrow");
    browser.resize(1400, 1600);
    assert_eq!(wide, json!(true), "a narrow page has to be pushed sideways");
    assert_eq!(browser.complaints(), [""; 0]);
}

fn shot(browser: &Browser, name: &str) -> Vec<u8> {
    let folder = Path::new(ROOT).join("target/report");
    fs::create_dir_all(&folder).unwrap();
    let picture = browser.screenshot();
    assert!(picture.len() > 10_000, "{name} is empty");
    fs::write(folder.join(format!("{name}.png")), &picture).unwrap();
    picture
}

/// The width and the height of a PNG.
fn png(bytes: &[u8]) -> (u32, u32) {
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

/// Everything in here wants to be markup, or to end the script, or to turn the text around.
fn shows_hostile_names_as_text(browser: &Browser) {
    let folder = tempfile::tempdir().unwrap();
    let hostile = [
        "<img src=x onerror=document.title='owned'>",
        "\"onmouseover=\"document.title='owned'\"",
        "'><svg onload=document.title='owned'>",
        "a\nb\u{1b}[31mc\u{202e}txt.elif",
        "&lt;b&gt;",
        "javascript:alert(1)",
        "--html",
    ];
    for (index, name) in hostile.iter().enumerate() {
        let root = folder.path().join(name);
        let text = format!(
            "# </script><img src=http://127.0.0.1:9/{index} onerror=\"document.title='owned'\"> \u{202e}\u{1b}[31m\n\
             ARG X=</title><script>document.title='owned'</script>\nFROM <script>document.title='owned'</script>\nCOPY . .\n\
             COPY start<b>.sh /start<b>.sh\n# ]]> --> </pre></style></svg><b>\nCMD [\"/start<b>.sh\"]\n"
        );
        write(&root.join("Dockerfile"), &text);
        write(&root.join("start<b>.sh"), "#!/bin/sh\n");
        write(&root.join("<script>document.title='owned'</script>.log"), "x\n");
        write(&root.join(".dockerignore"), "# </pre><script>document.title='owned'</script>\n*.tmp\n");
        write(&root.join("\"><b>.Dockerfile"), "FROM alpine AS a<b>\n<script>document.title='owned'</script>\n");
    }
    git(folder.path(), &["init", "--quiet"]);
    let html =
        folder.path().parent().unwrap().join(format!("{}.html", folder.path().file_name().unwrap().to_string_lossy()));
    let output = dockfix(folder.path(), &["report", "--html", html.to_str().unwrap(), "--preset", "all"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    browser.open(&html);
    let text = fs::read_to_string(&html).unwrap();
    fs::remove_file(&html).unwrap();
    browser.click("#open");
    let found = browser.script(
        "const names = new Set(Array.from(document.querySelectorAll('*'), (one) => one.localName));
         const handlers = Array.from(document.querySelectorAll('*')).flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith('on'));
         return {
             title: document.title,
             scripts: document.scripts.length,
             odd: ['img', 'b', 'iframe', 'object', 'link'].filter((name) => name !== 'b' && names.has(name)),
             handlers,
             bold: Array.from(document.querySelectorAll('b')).every((one) => one.closest('.tile, .fix') !== null),
             paths: Array.from(document.querySelectorAll('details.file > summary .path'), (one) => one.textContent),
             parts: ['pre.diff', 'svg.graph text.base', '.cache td code', '.context td code'].filter((part) =>
                 !Array.from(document.querySelectorAll(part)).some((one) => one.textContent.includes('<'))),
         };",
    );
    assert_eq!((&found["title"], &found["scripts"]), (&json!("dockfix report"), &json!(1)), "{found}");
    assert_eq!((&found["odd"], &found["handlers"], &found["bold"]), (&json!([]), &json!([]), &json!(true)), "{found}");
    assert_eq!(found["parts"], json!([]), "hostile text is missing there");
    let paths: Vec<&str> = found["paths"].as_array().unwrap().iter().map(|path| path.as_str().unwrap()).collect();
    assert!(paths.contains(&"<img src=x onerror=document.title='owned'>/Dockerfile"), "{paths:?}");
    assert!(paths.contains(&"a\\nb\\u{1b}[31mc\\u{202e}txt.elif/Dockerfile"), "{paths:?}");
    let steers =
        |one: char| (one.is_control() && !matches!(one, '\n' | '\t')) || ('\u{202a}'..='\u{202e}').contains(&one);
    assert!(!text.contains(steers), "a character that steers is on the page");
    shot(browser, "hostile");
    assert_eq!(browser.complaints(), [""; 0]);
}

/// The page of a large run: it opens, and a filter answers at once.
fn stays_quick_with_many_files(browser: &Browser) {
    let folder = tempfile::tempdir().unwrap();
    for index in 0..900 {
        let text = match index % 3 {
            0 => "FROM node:22\nCOPY start.sh /\nCMD [\"/start.sh\"]\n",
            1 => "FROM alpine:3.20\nRUN apk add curl\n",
            _ => "FROM node:22 AS a\nWORKDIR /a\nCOPY --from=b /x /y\nUSER app\nRUN chmod 755 /y\n",
        };
        let root = folder.path().join(format!("services/{index:04}"));
        write(&root.join("Dockerfile"), text);
        if index % 3 == 0 {
            write(&root.join("start.sh"), "#!/bin/sh\n");
        }
    }
    let html = folder.path().join("report.html");
    let output = dockfix(folder.path(), &["report", "--html", "report.html"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(fs::metadata(&html).unwrap().len() < 40 << 20);
    browser.open(&html);
    let took = browser.script(
        "const begin = performance.now();
         const rule = document.getElementById('rule');
         rule.value = 'copy-without-chmod';
         rule.dispatchEvent(new Event('change', { bubbles: true }));
         const seen = Array.from(document.querySelectorAll('details.file')).filter((one) => !one.hidden).length;
         return [seen, performance.now() - begin];",
    );
    assert_eq!(took[0], json!(300), "{took}");
    assert!(took[1].as_f64().unwrap() < 2000.0, "a filter takes {took} ms");
    assert_eq!(browser.complaints(), [""; 0]);
}
