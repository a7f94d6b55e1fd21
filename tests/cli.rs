//! The command line, as data: each `fixtures/cli/*.toml` is one run of `dockfix` in a copy of the folder `*.in` beside it,
//! with what it prints, its exit code, and in `*.out` what the folder holds afterwards.

#[test]
fn prints_and_writes_what_its_cases_say() {
    trycmd::TestCases::new().case("fixtures/cli/*.toml");
}
