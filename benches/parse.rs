//! How fast files are parsed, and that the cost grows with the length and not faster, whatever the file is made of.

#[path = "support/generate.rs"]
mod generate;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use dockfix::syntax::Dockerfile;

const KILOBYTE: usize = 1_000;
const MEGABYTE: usize = 1_000 * KILOBYTE;

/// How much slower per byte ten megabytes may be than one: what no cache holds costs something, and machines are shared.
const TOLERANCE: f64 = 4.0;

/// Nanoseconds per byte that are the cost of memory alone, where the ratio says nothing.
const NEGLIGIBLE: f64 = 10.0;

/// The shapes of a file that grows: its beginning, and what is repeated.
const SHAPES: [(&str, &str, &str); 16] = [
    ("many_instructions", "FROM a\n", "RUN apk add --no-cache curl \\\n    git # why\nENV A=\"$B\" C=d\n"),
    ("one_line_run", "FROM a\nRUN ", "echo some text; "),
    ("one_line_copy", "FROM a\nCOPY ", "file "),
    ("one_line_env", "FROM a\nENV ", "A=b "),
    ("one_word", "FROM a\nENV A=", "abcdefgh"),
    ("continuations", "FROM a\nRUN ", "a \\\n"),
    ("dropped_lines", "FROM a\nRUN a \\\n", "# a comment\n\n"),
    ("heredocs", "FROM a\n", "RUN <<EOF\na\nEOF\n"),
    ("heredocs_of_one_line", "FROM a\nRUN ", "<<a "),
    ("dollars", "FROM a\nENV A=", "$"),
    ("double_quotes", "FROM a\nENV A=", "\"$\""),
    ("open_braces", "FROM a\nENV A=", "${a:-"),
    ("open_brackets", "FROM a\nCMD ", "["),
    ("json", "FROM a\nCMD [\"\"", ",\"a b\""),
    ("less_than", "FROM a\nRUN ", "<<"),
    ("flags", "FROM a\nRUN ", "--mount=type=bind,source=a "),
];

fn file(shape: (&str, &str, &str), length: usize) -> String {
    format!("{}{}", shape.1, generate::repeated(shape.2, length))
}

fn average_files(criterion: &mut Criterion) {
    let files: Vec<String> = (0..2_000).map(generate::average_file).collect();
    let bytes: usize = files.iter().map(String::len).sum();
    println!("2000 average files hold {bytes} bytes");
    let mut group = criterion.benchmark_group("average_files");
    group.throughput(Throughput::Bytes(bytes as u64)).sample_size(20);
    group.bench_function("parse", |bencher| {
        bencher.iter(|| files.iter().map(|file| Dockerfile::parse(file.as_str()).errors().len()).sum::<usize>());
    });
    group.bench_function("parse_and_read", |bencher| bencher.iter(|| files.iter().map(|it| read(it)).sum::<usize>()));
    group.finish();
}

/// Parses and asks every instruction what rules ask.
fn read(text: &str) -> usize {
    let file = Dockerfile::parse(text);
    let instructions = file.instructions();
    let sizes = instructions.iter().map(|it| {
        it.flags().len() + it.words().len() + it.pairs().len() + it.shell_text().map_or(0, |text| text.text().len())
    });
    sizes.sum()
}

fn growth(criterion: &mut Criterion) {
    for shape in SHAPES {
        let mut group = criterion.benchmark_group(shape.0);
        group.sample_size(10).warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_millis(500));
        for length in [10 * KILOBYTE, 100 * KILOBYTE, MEGABYTE] {
            let text = file(shape, length);
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_with_input(BenchmarkId::from_parameter(length), &text, |bencher, text| {
                bencher.iter(|| Dockerfile::parse(text.as_str()));
            });
        }
        group.finish();
    }
}

/// Measures ten megabytes of every shape, and panics where they cost more than their length allows.
fn check_growth() {
    println!("{:24}{:>16}{:>16}{:>8}", "shape", "1 MB, ns/B", "10 MB, ns/B", "ratio");
    let mut superlinear = Vec::new();
    for shape in SHAPES {
        let small = nanoseconds_per_byte(&file(shape, MEGABYTE));
        let large = nanoseconds_per_byte(&file(shape, 10 * MEGABYTE));
        println!("{:24}{small:16.1}{large:16.1}{:8.1}", shape.0, large / small);
        if large / small > TOLERANCE && large > NEGLIGIBLE {
            superlinear.push(shape.0);
        }
    }
    assert!(superlinear.is_empty(), "the cost grows faster than the length: {superlinear:?}");
}

fn nanoseconds_per_byte(text: &str) -> f64 {
    let times = (0..3).map(|_| {
        let start = Instant::now();
        black_box(Dockerfile::parse(black_box(text)));
        start.elapsed()
    });
    let best = times.min().unwrap_or_default();
    best.as_secs_f64() * 1e9 / text.len() as f64
}

fn main() {
    check_growth();
    let mut criterion = Criterion::default().configure_from_args();
    average_files(&mut criterion);
    growth(&mut criterion);
    criterion.final_summary();
}
