//! The Dockerfile of dockfix's own image, and what is sent to the builder for it.

use crate::Test;
use crate::support::{Place, ROOT, say};

/// The tests.
pub const TESTS: &[Test] = &[
    (&[], "image_has_nothing_to_change_and_no_finding", has_no_finding),
    (&[], "image_is_sent_what_the_program_is_made_of", is_sent_the_sources),
    (&["target/oracle/bin/python"], "image_is_accepted_by_buildkit", is_accepted_by_buildkit),
];

fn has_no_finding() {
    let place = Place::new();
    for command in [&["check"][..], &[]] {
        let arguments = [command, &["--preset", "all", "--unsafe", "--quiet", "Dockerfile"]].concat();
        let said = say(place.command("dockfix", &arguments).current_dir(ROOT)).expect(0);
        assert_eq!(said.stdout + &said.stderr, "");
    }
}

/// The folders that `build.rs` and cargo read, and none of the cases, which are most of the repository.
fn is_sent_the_sources() {
    let place = Place::new();
    let arguments = ["context", "--file", "Dockerfile", "--format", "json", "."];
    let said = say(place.command("dockfix", &arguments).current_dir(ROOT)).expect(0);
    let document: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let mut paths: Vec<&str> =
        document["paths"].as_array().unwrap().iter().filter_map(|path| path["path"].as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["Cargo.lock", "Cargo.toml", "build.rs", "data", "rules", "src"]);
    let sent = document["classic"]["now"]["files"].as_u64().unwrap();
    assert!((100..2000).contains(&sent), "{sent} files are sent");
}

fn is_accepted_by_buildkit() {
    let place = Place::new();
    let program = "import dockerfile, sys; print(*[step.cmd.upper() for step in dockerfile.parse_file(sys.argv[1])])";
    let python = format!("{ROOT}/target/oracle/bin/python");
    let said = place.run(&python, &["-c", program, &format!("{ROOT}/Dockerfile")]).expect(0);
    assert!(said.stdout.trim_end().ends_with("FROM COPY WORKDIR USER ENTRYPOINT"), "{}", said.stdout);
}
