//! The fix engine, with toy rules: what goes together, what is taken back, and that it comes to rest.

mod toys;

use dockfix::finding::Target;
use dockfix::fix::{Status, Texts, run};
use dockfix::rules::{MayChange, Turn};
use dockfix::settings::Applicability;

use toys::{Toy, Toys};

/// What a run has to come to.
#[derive(Default)]
struct Expected<'a> {
    dockerfile: &'a str,
    dockerignore: Option<&'a str>,
    /// The rule and the status of each finding, as reported.
    findings: &'a [(&'a str, Status)],
    /// The rule of each bug, and words of its message.
    bugs: &'a [(&'a str, &'a str)],
    rounds: usize,
}

/// Runs the toys, compares, and runs them again on the result, where nothing may change.
fn check(toys: &[Toy], before: &str, expected: &Expected<'_>) {
    check_texts(toys, &Texts::new(before), expected);
}

fn check_texts(toys: &[Toy], before: &Texts, expected: &Expected<'_>) {
    let toys = Toys(toys.to_vec());
    let outcome = run(before.clone(), &toys, Applicability::Safe);
    assert_eq!(outcome.texts.dockerfile, expected.dockerfile, "{outcome:#?}");
    assert_eq!(outcome.texts.dockerignore.as_deref(), expected.dockerignore);
    let findings: Vec<_> = outcome.findings.iter().map(|reported| (reported.finding.rule, reported.status)).collect();
    assert_eq!(findings, expected.findings, "{outcome:#?}");
    assert_eq!(outcome.bugs.len(), expected.bugs.len(), "{:#?}", outcome.bugs);
    for (bug, (rule, words)) in outcome.bugs.iter().zip(expected.bugs) {
        assert_eq!(bug.rule, *rule);
        assert!(bug.message.contains(words), "{bug:#?}");
    }
    assert_eq!(outcome.rounds, expected.rounds);
    let again = run(outcome.texts.clone(), &toys, Applicability::Safe);
    assert_eq!((again.texts, again.rounds), (outcome.texts, 0), "the second run changes something");
}

const APPLIED: Status = Status::Applied;
const FAILED: Status = Status::Failed;
const RUN: &[MayChange] = &[MayChange::Run];

#[test]
fn writes_what_does_not_overlap_in_one_round() {
    check(
        &[Toy::replace("one", RUN, "a", "A"), Toy::replace("two", RUN, "b", "B")],
        "FROM x\nRUN a\nRUN b\nRUN a\n",
        &Expected {
            dockerfile: "FROM x\nRUN A\nRUN B\nRUN A\n",
            findings: &[("one", APPLIED), ("two", APPLIED), ("one", APPLIED)],
            rounds: 1,
            ..Expected::default()
        },
    );
}

#[test]
fn of_two_that_do_not_go_together_the_rule_that_goes_first_is_written() {
    let one = Toy::replace("one", RUN, "a", "A");
    let two = Toy::replace("two", RUN, "a", "B");
    let expected = |dockerfile| Expected {
        dockerfile,
        findings: &[("one", APPLIED), ("two", APPLIED)],
        rounds: 1,
        ..Expected::default()
    };
    check(&[one.clone(), two.clone()], "FROM x\nRUN a\n", &expected("FROM x\nRUN A\n"));
    check(&[one, two.turn(Turn::First)], "FROM x\nRUN a\n", &expected("FROM x\nRUN B\n"));
}

#[test]
fn a_rule_may_follow_another_one_and_wait_for_all() {
    let toys = [
        Toy::replace("second", RUN, "b", "B").following("first").turn(Turn::Last),
        Toy::replace("first", RUN, "a", "A"),
        Toy::replace("third", RUN, "A", "c"),
    ];
    let expected = Expected {
        dockerfile: "FROM x\nRUN B\nRUN c\n",
        findings: &[("first", APPLIED), ("third", APPLIED), ("second", APPLIED)],
        rounds: 3,
        ..Expected::default()
    };
    check(&toys, "FROM x\nRUN b\nRUN a\n", &expected);
    // Without the other one, there is nothing to follow.
    let alone = Expected { dockerfile: "FROM x\nRUN b\n", ..Expected::default() };
    check(&toys, "FROM x\nRUN b\n", &alone);
    // What is taken back was not written.
    let failing = [Toy::replace("first", &[], "a", "A"), Toy::replace("second", RUN, "b", "B").following("first")];
    let expected = Expected {
        dockerfile: "FROM x\nRUN a\nRUN b\n",
        findings: &[("first", FAILED)],
        bugs: &[("first", "RUN A")],
        ..Expected::default()
    };
    check(&failing, "FROM x\nRUN a\nRUN b\n", &expected);
}

#[test]
fn what_overlaps_waits_a_round() {
    check(
        &[Toy::replace("one", RUN, "aa", "x"), Toy::replace("two", RUN, "abb", "y")],
        "FROM x\nRUN aabb\nRUN abb\n",
        &Expected {
            dockerfile: "FROM x\nRUN xbb\nRUN y\n",
            // What the first fix made unnecessary counts as mended.
            findings: &[("one", APPLIED), ("two", APPLIED), ("two", APPLIED)],
            rounds: 1,
            ..Expected::default()
        },
    );
    // Both insert at one place, so the second one comes a round later.
    check(
        &[Toy::line_after("one", RUN, "COPY a b", "RUN one"), Toy::line_after("two", RUN, "COPY a b", "RUN two")],
        "FROM x\nCOPY a b\nCMD c\n",
        &Expected {
            dockerfile: "FROM x\nCOPY a b\nRUN two\nRUN one\nCMD c\n",
            findings: &[("one", APPLIED), ("two", APPLIED)],
            rounds: 2,
            ..Expected::default()
        },
    );
    // The second one reads what the first one writes.
    check(
        &[Toy::replace("one", RUN, "RUN a", "RUN b"), Toy::replace("two", RUN, "RUN c", "RUN d").reading("RUN a")],
        "FROM x\nRUN a\nRUN c\n",
        &Expected {
            dockerfile: "FROM x\nRUN b\nRUN d\n",
            findings: &[("one", APPLIED), ("two", APPLIED)],
            rounds: 2,
            ..Expected::default()
        },
    );
}

#[test]
fn insertions_side_by_side_and_equal_edits_go_together() {
    check(
        &[Toy::line_after("one", RUN, "COPY a b", "RUN one"), Toy::line_after("two", RUN, "COPY c d", "RUN two")],
        "FROM x\nCOPY a b\nCOPY c d\n",
        &Expected {
            dockerfile: "FROM x\nCOPY a b\nRUN one\nCOPY c d\nRUN two\n",
            findings: &[("one", APPLIED), ("two", APPLIED)],
            rounds: 1,
            ..Expected::default()
        },
    );
    check(
        &[Toy::line_after("one", RUN, "COPY a b", "RUN x"), Toy::line_after("two", RUN, "COPY a b", "RUN x")],
        "FROM x\nCOPY a b\n",
        &Expected {
            dockerfile: "FROM x\nCOPY a b\nRUN x\n",
            findings: &[("one", APPLIED), ("two", APPLIED)],
            rounds: 1,
            ..Expected::default()
        },
    );
}

#[test]
fn takes_back_what_breaks_the_file_and_writes_the_rest() {
    let good = Toy::replace("good", RUN, "a", "A");
    let bad = |from, to| Toy::replace("bad", &[], from, to);
    let label = "FROM x\nRUN a\nLABEL l=1\nRUN a\n";
    let comment = "FROM x\nRUN a\n# why\nCMD b\n";
    let inner = "FROM x\nRUN a \\\n  # why\n  b\n";
    for (before, after, bad, words) in [
        (label, "FROM x\nRUN A\nLABEL l=1\nRUN A\n", bad("LABEL", "LABLE"), "syntax error: unknown instruction"),
        (label, "FROM x\nRUN A\nLABEL l=1\nRUN A\n", bad("l=1", "l=2"), "was `LABEL l=1`"),
        (label, "FROM x\nRUN A\nLABEL l=1\nRUN A\n", bad("LABEL l=1\n", ""), "was `LABEL l=1`"),
        (label, "FROM x\nRUN A\nLABEL l=1\nRUN A\n", bad("1\n", "1\r\n"), "other line ends"),
        (label, "FROM x\nRUN A\nLABEL l=1\nRUN A\n", bad("l=1", "l=1 "), "nothing"),
        (comment, "FROM x\nRUN A\n# why\nCMD b\n", bad("# why\n", ""), "loses the comment `# why`"),
        (comment, "FROM x\nRUN A\n# why\nCMD b\n", bad("# why\n", "# why\n\n"), "away from `CMD b`"),
        (comment, "FROM x\nRUN A\n# why\nCMD b\n", bad("why\nCMD", "why\n\nCMD"), "away from `CMD b`"),
        (inner, "FROM x\nRUN A \\\n  # why\n  b\n", bad("  # why\n", ""), "loses the comment"),
        (inner, "FROM x\nRUN A \\\n  # why\n  b\n", bad("b\n", "c\n"), "it changes stage 0"),
    ] {
        let bad = if words == "nothing" { Toy::replace("bad", &[], "l=1", "l=1") } else { bad };
        let outcome = run(Texts::new(before), &Toys(vec![good.clone(), bad]), Applicability::Safe);
        assert_eq!(outcome.texts.dockerfile, after, "{outcome:#?}");
        assert_eq!(outcome.bugs.len(), 1, "{outcome:#?}");
        assert!(outcome.bugs[0].rule == "bad" && outcome.bugs[0].message.contains(words), "{:#?}", outcome.bugs);
        let failed = outcome.findings.iter().filter(|reported| reported.status == FAILED);
        assert_eq!(failed.map(|reported| reported.finding.rule).collect::<Vec<_>>(), ["bad"]);
    }
}

#[test]
fn a_rule_may_change_only_what_it_declares_even_beside_one_that_may_more() {
    check(
        &[Toy::replace("bad", &[], "RUN a", "RUN b"), Toy::replace("good", RUN, "RUN c", "RUN d")],
        "FROM x\nRUN a\nRUN c\n",
        &Expected {
            dockerfile: "FROM x\nRUN a\nRUN d\n",
            findings: &[("bad", FAILED), ("good", APPLIED)],
            bugs: &[("bad", "was `RUN a`")],
            rounds: 1,
            ..Expected::default()
        },
    );
}

#[test]
fn takes_back_a_fix_that_does_not_mend() {
    check(
        &[Toy::replace("bad", RUN, "RUN a", "RUN a b")],
        "FROM x\nRUN a\nRUN a\n",
        &Expected {
            dockerfile: "FROM x\nRUN a\nRUN a\n",
            findings: &[("bad", FAILED), ("bad", FAILED)],
            bugs: &[("bad", "still there"), ("bad", "still there")],
            ..Expected::default()
        },
    );
}

#[test]
fn a_rule_that_fails_often_is_not_asked_again() {
    let before = format!("FROM x\n{}", "RUN a\n".repeat(100));
    let outcome = run(Texts::new(&before), &Toys(vec![Toy::replace("bad", &[], "a", "b")]), Applicability::Safe);
    assert_eq!(outcome.texts.dockerfile, before);
    let failed = outcome.findings.iter().filter(|reported| reported.status == FAILED).count();
    assert!(outcome.bugs.len() == failed && failed >= 8, "{failed}");
}

#[test]
fn rules_that_undo_each_other_write_nothing() {
    check(
        &[
            Toy::replace("ping", RUN, "RUN a", "RUN b"),
            Toy::replace("pong", RUN, "RUN b", "RUN a"),
            Toy::replace("good", RUN, "RUN c", "RUN d"),
        ],
        "FROM x\nRUN a\nRUN c\n",
        &Expected {
            dockerfile: "FROM x\nRUN a\nRUN c\n",
            findings: &[("ping", FAILED), ("good", Status::Available)],
            bugs: &[("ping and pong", "returns to what it was")],
            ..Expected::default()
        },
    );
    // What was written before the cycle began is not its fault.
    let outcome = run(
        Texts::new("FROM x\nRUN c\n"),
        &Toys(vec![
            Toy::replace("start", RUN, "RUN c", "RUN a"),
            Toy::replace("ping", RUN, "RUN a", "RUN b"),
            Toy::replace("pong", RUN, "RUN b", "RUN a"),
        ]),
        Applicability::Safe,
    );
    assert_eq!(outcome.texts.dockerfile, "FROM x\nRUN c\n");
    assert_eq!(outcome.bugs[0].rule, "ping and pong");
}

#[test]
fn a_rule_without_end_writes_nothing() {
    check(
        &[Toy::growing("grow", RUN)],
        "FROM x\nRUN a\n",
        &Expected {
            dockerfile: "FROM x\nRUN a\n",
            findings: &[("grow", FAILED)],
            bugs: &[("grow", "still changes after 50 rounds")],
            ..Expected::default()
        },
    );
}

#[test]
fn a_rule_that_doubles_the_text_is_stopped_early() {
    check(
        &[Toy::replace("double", RUN, "a;", "a ;a ;"), Toy::replace("again", RUN, "a ;", "a;")],
        "FROM x\nRUN a;\n",
        &Expected {
            dockerfile: "FROM x\nRUN a;\n",
            findings: &[("double", FAILED)],
            bugs: &[("again and double", "still changes after")],
            ..Expected::default()
        },
    );
}

#[test]
fn many_fixes_that_exclude_each_other_are_no_cycle() {
    let lines = |word: &str| (0..80).map(|_| format!("RUN {word}\n")).collect::<String>();
    let toys = Toys(vec![Toy::replace("one", RUN, "a", "b").reading("FROM x").writing("FROM x ")]);
    let before = format!("FROM x \n{}", lines("a"));
    let outcome = run(Texts::new(before), &toys, Applicability::Safe);
    assert_eq!((outcome.bugs, outcome.texts.dockerfile), (Vec::new(), format!("FROM x \n{}", lines("b"))));
}

#[test]
fn both_files_or_none() {
    let both = &[MayChange::Run, MayChange::Dockerignore];
    let toy = |may| Toy::replace("both", may, "RUN a", "RUN b").ignoring("node_modules\n");
    let texts = |dockerfile: &str, dockerignore: Option<&str>| Texts {
        dockerfile: dockerfile.into(),
        dockerignore: dockerignore.map(str::to_owned),
    };
    for (before, after) in [(None, "node_modules\n"), (Some(".git\n"), "node_modules\n.git\n")] {
        check_texts(
            &[toy(both)],
            &texts("FROM x\nRUN a\n", before),
            &Expected {
                dockerfile: "FROM x\nRUN b\n",
                dockerignore: Some(after),
                findings: &[("both", APPLIED)],
                rounds: 1,
                ..Expected::default()
            },
        );
    }
    // Not declared, so neither file is written.
    for (may, words) in [(RUN, "the ignore file"), (&[MayChange::Dockerignore], "was `RUN a`")] {
        check_texts(
            &[toy(may)],
            &texts("FROM x\nRUN a\n", Some(".git\n")),
            &Expected {
                dockerfile: "FROM x\nRUN a\n",
                dockerignore: Some(".git\n"),
                findings: &[("both", FAILED)],
                bugs: &[("both", words)],
                ..Expected::default()
            },
        );
    }
    // Another fix wants the same place in the ignore file: the Dockerfile half waits with it.
    check_texts(
        &[toy(both), Toy::replace("other", both, "RUN c", "RUN d").ignoring("target\n")],
        &texts("FROM x\nRUN a\nRUN c\n", None),
        &Expected {
            dockerfile: "FROM x\nRUN b\nRUN d\n",
            dockerignore: Some("target\nnode_modules\n"),
            findings: &[("both", APPLIED), ("other", APPLIED)],
            rounds: 2,
            ..Expected::default()
        },
    );
}

#[test]
fn a_file_with_syntax_errors_is_left_alone() {
    check(
        &[Toy::replace("one", RUN, "RUN a", "RUN b")],
        "FROM x\nRUN a\nWHAT\n",
        &Expected { dockerfile: "FROM x\nRUN a\nWHAT\n", findings: &[("one", Status::Display)], ..Expected::default() },
    );
}

#[test]
fn levels_decide_what_is_written() {
    use Applicability::{Display, Safe, Unsafe};
    for (level, lowest, status, after) in [
        (Safe, Safe, APPLIED, "RUN b"),
        (Unsafe, Safe, Status::Available, "RUN a"),
        (Unsafe, Unsafe, APPLIED, "RUN b"),
        (Safe, Unsafe, APPLIED, "RUN b"),
        (Display, Unsafe, Status::Display, "RUN a"),
        (Display, Display, Status::Display, "RUN a"),
    ] {
        let toys = Toys(vec![Toy::replace("one", RUN, "RUN a", "RUN b").level(level)]);
        let outcome = run(Texts::new("FROM x\nRUN a\n"), &toys, lowest);
        assert_eq!(outcome.texts.dockerfile, format!("FROM x\n{after}\n"));
        assert_eq!(outcome.findings[0].status, status);
    }
}

#[test]
fn findings_keep_their_place_in_the_original() {
    let toys = Toys(vec![
        Toy::line_after("insert", RUN, "COPY a b", "RUN later"),
        Toy::replace("later", RUN, "RUN later\n", "RUN later done\n"),
        Toy::replace("shown", RUN, "CMD c", "CMD d").level(Applicability::Display),
    ]);
    let before = "FROM x\nCOPY a b\nCMD c\n";
    let outcome = run(Texts::new(before), &toys, Applicability::Safe);
    assert_eq!(outcome.texts.dockerfile, "FROM x\nCOPY a b\nRUN later done\nCMD c\n");
    let places: Vec<_> = outcome
        .findings
        .iter()
        .map(|reported| (reported.finding.rule, reported.round, reported.finding.span.of(before)))
        .collect();
    // What the first round inserted has no text in the original, only a place.
    assert_eq!(places, [("insert", 1, "COPY a b"), ("shown", 1, "CMD c"), ("later", 2, "")]);
    assert_eq!(outcome.findings[2].finding.span.start, "FROM x\nCOPY a b\n".len());
}

#[test]
fn a_finding_goes_along_with_what_it_is_about() {
    let toys = [
        Toy::below("mover", &[MayChange::Order], "RUN a", "RUN b"),
        Toy::replace("unsafe", RUN, "a", "A").level(Applicability::Unsafe),
    ];
    check(
        &toys,
        "FROM x\nRUN a\nRUN b\nRUN c\n",
        &Expected {
            dockerfile: "FROM x\nRUN b\nRUN a\nRUN c\n",
            findings: &[("mover", APPLIED), ("unsafe", Status::Available)],
            rounds: 1,
            ..Expected::default()
        },
    );
}

#[test]
fn comments_hide_findings() {
    const HIDDEN: Status = Status::Suppressed;
    let toys = Toys(vec![Toy::replace("one-rule", RUN, "1", "2"), Toy::replace("two-rules", RUN, "3", "4")]);
    for (before, statuses, warnings) in [
        ("# dockfix: ignore[one-rule] because\nRUN 1\nRUN 1 3\n", vec![HIDDEN, APPLIED, APPLIED], vec![]),
        ("#dockfix:ignore[one-rule,two-rules]\nRUN 1 3\n", vec![HIDDEN, HIDDEN], vec![]),
        ("# dockfix: ignore[ two-rules , one-rule ]\nRUN 1 3\n", vec![HIDDEN, HIDDEN], vec![]),
        ("# dockfix: ignore all of it\nRUN 1 3\n", vec![HIDDEN, HIDDEN], vec![]),
        ("# dockfix: ignore[toys]\nRUN 1 3\n", vec![HIDDEN, HIDDEN], vec![]),
        ("# dockfix: ignore[two-alias]\nRUN 1 3\n", vec![APPLIED, HIDDEN], vec![]),
        ("# more\n# dockfix: ignore[one-rule]\n# words\nRUN 1\n", vec![HIDDEN], vec![]),
        ("RUN 3 \\\n  # dockfix: ignore[one-rule]\n  1\nRUN 1\n", vec![APPLIED, HIDDEN, APPLIED], vec![]),
        ("RUN <<E\n# dockfix: ignore[one-rule]\n1\nE\n", vec![APPLIED], vec![]),
        ("RUN x # dockfix: ignore[one-rule] 1\n", vec![APPLIED], vec![]),
        ("# dockfix: ignore[one-rule]\n\nRUN 1\n", vec![APPLIED], vec!["no instruction follows directly"]),
        ("# dockfix: ignore[one-rul]\nRUN 1\n", vec![APPLIED], vec!["`one-rul`: did you mean `one-rule`?"]),
        ("# dockfix: ignore[one-rule, nonsense]\nRUN 1\n", vec![HIDDEN], vec!["`nonsense`: see `dockfix rules`"]),
        ("# dockfix: ignore-file[one-rule]\nRUN 1\n", vec![APPLIED], vec!["`ignore-file` does nothing here"]),
        ("# dockfix: ignroe[one-rule]\nRUN 1\n", vec![APPLIED], vec!["write `# dockfix: ignore[slug]`"]),
        ("# dockfix: ignore[one-rule\nRUN 1\n", vec![APPLIED], vec!["not closed"]),
        ("# dockfix: ignore[]\nRUN 1\n", vec![APPLIED], vec!["empty"]),
    ] {
        let outcome = run(Texts::new(format!("FROM x\n{before}")), &toys, Applicability::Safe);
        let found: Vec<_> = outcome.findings.iter().map(|reported| reported.status).collect();
        assert_eq!(found, statuses, "{before}");
        assert_eq!(outcome.warnings.len(), warnings.len(), "{:?}", outcome.warnings);
        for (warning, words) in outcome.warnings.iter().zip(warnings) {
            assert!(format!("{}: {}", warning.message, warning.help).contains(words), "{warning:?}");
        }
    }
    for (before, status) in [
        ("# dockfix: ignore-file[one-rule] generated\nFROM x\nRUN 1\n", HIDDEN),
        ("# syntax=docker/dockerfile:9\n# dockfix: ignore-file\n\nFROM x\nRUN 1\n", HIDDEN),
        ("# dockfix: ignore-file[two-rules]\nFROM x\nRUN 1\n", APPLIED),
    ] {
        let outcome = run(Texts::new(before), &toys, Applicability::Safe);
        assert_eq!(outcome.findings[0].status, status, "{before}");
        assert!(outcome.warnings.is_empty(), "{:?}", outcome.warnings);
    }
}

#[test]
fn a_fix_that_edits_outside_of_the_file_is_a_bug() {
    check(
        &[Toy::outside("bad", Target::Dockerfile), Toy::outside("worse", Target::Dockerignore)],
        "FROM x\n",
        &Expected {
            dockerfile: "FROM x\n",
            findings: &[("bad", FAILED), ("worse", FAILED)],
            bugs: &[("bad", "not whole characters"), ("worse", "not whole characters")],
            ..Expected::default()
        },
    );
}
