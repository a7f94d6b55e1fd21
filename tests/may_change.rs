//! What a fix may change in the build, by what its rule declares: one rewrite of a whole file a line.

mod toys;

use dockfix::fix::{Checker, Texts, run};
use dockfix::rules::MayChange::{
    self, Arg, AsRoot, CopyChmod, CopyChown, Order, Run, RunChmod, RunChown, RuntimeStage, Stages, User,
};
use dockfix::settings::Applicability;

use toys::{Toy, Toys};

/// Rewrites `before` into `after` by a rule that may change `may`, and expects that it is written, or refused with `words`.
fn check(may: &[MayChange], before: &'static str, after: &'static str, words: Option<&str>) {
    let toys = Toys(vec![Toy::rewrite("rule", may, before, after)]);
    assert_eq!(toys.may_change("rule"), may);
    let outcome = run(Texts::new(before), &toys, Applicability::Safe);
    let messages: Vec<_> = outcome.bugs.iter().map(|bug| bug.message.as_str()).collect();
    match words {
        None => assert_eq!((outcome.texts.dockerfile.as_str(), messages), (after, vec![])),
        Some(words) => {
            assert_eq!(outcome.texts.dockerfile, before, "{may:?} lets {after:?} pass");
            assert!(messages.len() == 1 && messages[0].contains(words), "{messages:?}");
        }
    }
}

#[test]
fn nothing_but_layout_without_a_declaration() {
    for (before, after) in [
        ("FROM x\nENV a b\n", "FROM x\nENV a=b\n"),
        ("from x as Y\nrun a\n", "FROM x AS y\nRUN a\n"),
        ("FROM x\nRUN a \\\n\n  b\n", "FROM x\nRUN a \\\n  b\n"),
        ("FROM x\nCOPY a b/\n", "FROM x\nCOPY [\"a\", \"b/\"]\n"),
        ("FROM x\n# c\nLABEL a=1\n", "FROM x\n# c\nlabel a=\"1\"\n"),
    ] {
        check(&[], before, after, None);
    }
    for (before, after, words) in [
        ("FROM x\nCMD a\n", "FROM x\nCMD b\n", "`CMD b` was `CMD a`"),
        ("FROM x\nENV a=1\n", "FROM x\nENV a=2\n", "`ENV a=2` was `ENV a=1`"),
        ("FROM x\nLABEL m \"X\"\n", "FROM x\nLABEL m='\"X\"'\n", "LABEL"),
        ("FROM x\nEXPOSE 80\n", "FROM x\n", "nothing was `EXPOSE 80`"),
        ("FROM x\nUSER a\n", "FROM x\nUSER b\n", "USER"),
        ("FROM x\nWORKDIR a\n", "FROM x\nWORKDIR b\n", "WORKDIR"),
        ("FROM x\nENTRYPOINT [\"a\"]\n", "FROM x\nENTRYPOINT a\n", "ENTRYPOINT"),
        ("FROM x\nCOPY a b\n", "FROM x\nCOPY a c\n", "COPY a c"),
        ("FROM x\nCOPY a b\n", "FROM x\nCOPY --chmod=755 a b\n", "--chmod=755"),
        ("FROM x\n", "FROM y\n", "FROM y"),
        ("FROM x AS a\n", "FROM x AS b\n", "name of stage 0"),
        ("FROM x\n", "FROM x\nFROM x\n", "number of stages"),
        ("ARG a=1\nFROM x\n", "ARG a=2\nFROM x\n", "above the first FROM"),
        ("# syntax=a\nFROM x\n", "# syntax=b\nFROM x\n", "directives"),
        ("# escape=`\nFROM x\nRUN a\n", "#\n# escape=`\nFROM x\nRUN a\n", "directives"),
        ("FROM x\nONBUILD RUN a\n", "FROM x\nONBUILD RUN b\n", "ONBUILD RUN b"),
        ("FROM x\nRUN <<E\na\nE\n", "FROM x\nRUN <<E\nb\nE\n", "RUN"),
        ("FROM x\nENV a=1\nENV b=1\n", "FROM x\nENV b=1\nENV a=1\n", "ENV"),
        ("FROM x\nHEALTHCHECK NONE\n", "FROM x\n", "HEALTHCHECK"),
        ("FROM x\nSTOPSIGNAL 9\n", "FROM x\nSTOPSIGNAL 15\n", "STOPSIGNAL"),
        ("FROM x\nVOLUME /a\n", "FROM x\nVOLUME /b\n", "VOLUME"),
        ("FROM x\nSHELL [\"a\"]\n", "FROM x\nSHELL [\"b\"]\n", "SHELL"),
        ("FROM x\nMAINTAINER a\n", "FROM x\nLABEL maintainer=a\n", "MAINTAINER"),
    ] {
        check(&[], before, after, Some(words));
    }
}

#[test]
fn run_may_come_and_go_but_not_move_under_another_user() {
    check(&[Run], "FROM x\nCOPY a b\nCMD c\n", "FROM x\nCOPY a b\nRUN d\nCMD c\n", None);
    check(&[Run], "FROM x\nRUN a\nCMD c\n", "FROM x\nCMD c\n", None);
    check(&[Run], "FROM x\nONBUILD COPY a b\n", "FROM x\nONBUILD COPY a b\nONBUILD RUN c\n", None);
    let moved = "from";
    check(&[Run], "FROM x\nRUN a\nUSER b\n", "FROM x\nUSER b\nRUN a\n", Some(moved));
    check(&[Run], "FROM x\nRUN a\nWORKDIR b\n", "FROM x\nWORKDIR b\nRUN a\n", Some(moved));
    check(&[Run], "FROM x\nRUN a\nSHELL [\"b\"]\n", "FROM x\nSHELL [\"b\"]\nRUN a\n", Some(moved));
    check(&[Run], "FROM x\nCOPY a b\nCMD c\n", "FROM x\nCMD c\nCOPY a b\n", Some("COPY"));
}

#[test]
fn owner_and_mode_of_a_copy() {
    check(&[CopyChmod], "FROM x\nCOPY a b\n", "FROM x\nCOPY --chmod=755 a b\n", None);
    check(&[CopyChmod], "FROM x\nADD --chmod=644 a b\n", "FROM x\nADD --chmod=755 a b\n", None);
    check(&[CopyChmod], "FROM x\nONBUILD COPY a b\n", "FROM x\nONBUILD COPY --chmod=755 a b\n", None);
    check(&[CopyChmod], "FROM x\nCOPY a b\n", "FROM x\nCOPY --chown=c a b\n", Some("--chown=c"));
    check(&[CopyChown], "FROM x\nCOPY a b\n", "FROM x\nCOPY --chown=c a b\n", None);
    check(&[CopyChown], "FROM x\nCOPY a b\n", "FROM x\nCOPY --chmod=1 a b\n", Some("--chmod=1"));
    check(&[CopyChmod], "FROM x\nCOPY a b\n", "FROM x\nCOPY --link --chmod=1 a b\n", Some("--link"));
}

#[test]
fn user_may_come_and_go_but_everything_keeps_its_user() {
    let may = &[User, Run];
    let before = "FROM x\nUSER app\nCOPY a b\nCMD c\n";
    check(may, before, "FROM x\nUSER app\nCOPY a b\nUSER root\nRUN d\nUSER app\nCMD c\n", None);
    check(may, before, "FROM x\nUSER app\nCOPY a b\nUSER root\nRUN d\nCMD c\n", Some("with USER root"));
    check(may, before, "FROM x\nCOPY a b\nUSER app\nCMD c\n", Some("COPY a b with USER the user of x"));
    check(may, "FROM x\nRUN a\nRUN b\n", "FROM x\nUSER y\nRUN a\nRUN b\n", Some("the end of the stage with USER y"));
    check(may, "FROM x\nUSER y\nRUN a\n", "FROM x\nUSER root\nRUN a\nUSER y\n", Some("changes `RUN a`"));
    // What the base runs as is known for `known`, see the toys.
    check(may, "FROM known\nRUN a\n", "FROM known\nUSER root\nRUN b\nUSER knower\nRUN a\n", None);
    check(may, "FROM other\nRUN a\n", "FROM other\nUSER root\nRUN b\nUSER knower\nRUN a\n", Some("USER knower"));
    let inherited = "FROM x AS a\nUSER app\nFROM a\nCOPY b c\n";
    check(may, inherited, "FROM x AS a\nUSER app\nFROM a\nCOPY b c\nUSER root\nRUN d\nUSER app\n", None);
    check(
        may,
        "FROM x\nUSER app\nONBUILD COPY a b\n",
        "FROM x\nUSER app\nONBUILD COPY a b\nONBUILD USER root\nONBUILD RUN c\nONBUILD USER app\n",
        None,
    );
    check(
        may,
        "FROM x\nUSER app\nONBUILD COPY a b\n",
        "FROM x\nUSER app\nONBUILD COPY a b\nONBUILD USER root\nONBUILD RUN c\n",
        Some("ONBUILD with USER root"),
    );
}

#[test]
fn stages_may_be_cut_but_each_is_made_of_the_same() {
    let before = "FROM x\nWORKDIR /a\nRUN i\nCOPY . .\nCMD c\n";
    check(&[Stages], before, "FROM x AS deps\nWORKDIR /a\nRUN i\nFROM deps AS app\nCOPY . .\nCMD c\n", None);
    check(&[Stages], before, "FROM x AS deps\nWORKDIR /a\nRUN i\nFROM x AS app\nCOPY . .\nCMD c\n", Some("last stage"));
    check(&[Stages], before, "FROM x AS deps\nWORKDIR /a\nFROM deps AS app\nCOPY . .\nCMD c\n", Some("last stage"));
    check(&[Stages], before, "FROM x\nWORKDIR /a\nRUN i\nCOPY . .\nCMD c\nFROM y\n", Some("last stage"));
    check(
        &[Stages],
        "FROM x AS b\nRUN m\nFROM y\nCOPY --from=0 /o /o\n",
        "FROM x AS a\nFROM a AS b\nRUN m\nFROM y\nCOPY --from=b /o /o\n",
        None,
    );
    check(
        &[Stages],
        "FROM x AS b\nRUN m\nFROM y\nCOPY --from=0 /o /o\n",
        "FROM x AS a\nFROM a AS b\nRUN m\nFROM y\nCOPY --from=0 /o /o\n",
        Some("last stage"),
    );
    check(&[Stages], "FROM x AS b\nFROM y\n", "FROM x AS c\nFROM y\n", Some("loses its name"));
}

#[test]
fn order_may_change_where_nothing_depends_on_it() {
    check(&[Order], "FROM x\nLABEL a=1\nEXPOSE 80\n", "FROM x\nEXPOSE 80\nLABEL a=1\n", None);
    check(&[Order], "FROM x\nRUN i\nLABEL a=1\n", "FROM x\nLABEL a=1\nRUN i\n", None);
    check(&[Order], "FROM x\nRUN i\nENV a=1\n", "FROM x\nENV a=1\nRUN i\n", Some("RUN i"));
    check(&[Order], "FROM x\nRUN i\nUSER u\n", "FROM x\nUSER u\nRUN i\n", Some("RUN i"));
    check(&[Order], "FROM x\nCMD a\nCMD b\n", "FROM x\nCMD b\nCMD a\n", Some("end of the stage"));
    check(&[Order], "FROM x\nLABEL a=1\nLABEL a=2\n", "FROM x\nLABEL a=2\nLABEL a=1\n", Some("end of the stage"));
    check(&[Order], "FROM x\nENV a=1\nLABEL b=$a\n", "FROM x\nLABEL b=$a\nENV a=1\n", Some("LABEL b="));
    check(&[Order], "FROM x\nWORKDIR /a\nWORKDIR b\n", "FROM x\nWORKDIR b\nWORKDIR /a\n", Some("WORKDIR"));
    check(&[Order], "FROM x\nRUN i\n", "FROM x\n", Some("RUN i"));
    // What makes accounts only depends on no directory, and on no variable that it does not name.
    let (before, after) =
        ("FROM x\nENV a=1\nWORKDIR /w\nRUN useradd u\n", "FROM x\nRUN useradd u\nENV a=1\nWORKDIR /w\n");
    check(&[Order], before, after, None);
    check(&[Order], "FROM x\nARG a=1\nRUN useradd $a\n", "FROM x\nRUN useradd $a\nARG a=1\n", Some("RUN useradd"));
    check(
        &[Order],
        "FROM x\nENV PATH=/a\nRUN useradd u\n",
        "FROM x\nRUN useradd u\nENV PATH=/a\n",
        Some("RUN useradd"),
    );
    check(&[Order], "FROM x\nUSER a\nRUN useradd u\n", "FROM x\nRUN useradd u\nUSER a\n", Some("RUN useradd"));
    check(
        &[Order],
        "FROM x\nENV a=1\nRUN useradd u && i\n",
        "FROM x\nRUN useradd u && i\nENV a=1\n",
        Some("RUN useradd"),
    );
}

#[test]
fn arguments_may_appear_under_new_names() {
    check(&[Arg], "FROM x\nRUN i\n", "FROM x\nARG BUST\nRUN i\n", None);
    check(&[Arg], "FROM x\nARG a=1\nRUN i\n", "FROM x\nRUN i\n", Some("ARG"));
    check(&[Arg], "FROM x\nARG a=1\nRUN i\n", "FROM x\nARG a=2\nRUN i\n", Some("ARG"));
    check(&[Arg], "FROM x\nRUN echo $ab\n", "FROM x\nARG a=1\nRUN echo $ab\n", None);
    check(&[Arg], "FROM x\nRUN echo $a\n", "FROM x\nARG a=1\nRUN echo $a\n", Some("already in use"));
    check(&[Arg], "FROM x\nRUN echo ${a:-1}\n", "FROM x\nARG a\nRUN echo ${a:-1}\n", Some("already in use"));
}

#[test]
fn only_the_named_commands_of_a_run_may_go() {
    let may = &[CopyChown, RunChown];
    for (before, after) in [
        ("FROM x\nCOPY a b\nRUN chown c b\nCMD d\n", "FROM x\nCOPY --chown=c a b\nCMD d\n"),
        ("FROM x\nRUN d && chown c b && e\n", "FROM x\nRUN d && e\n"),
        ("FROM x\nRUN chown c b && e\n", "FROM x\nRUN e\n"),
        ("FROM x\nRUN d && chown c b\n", "FROM x\nRUN d\n"),
        ("FROM x\nRUN set -e; d; chown c b; e\n", "FROM x\nRUN set -e; d; e\n"),
        ("FROM x\nRUN d; chown c b && e\n", "FROM x\nRUN d; e\n"),
        ("FROM x\nRUN chgrp -R c b\n", "FROM x\nRUN chgrp c b\n"),
        ("FROM x\nRUN chown -R c b d\n", "FROM x\nRUN chown -R c d\n"),
        ("FROM x\nRUN chown -R c /b && e\n", "FROM x\nRUN chown c /b /b/f && e\n"),
        ("FROM x\nCOPY a b\n# why\nRUN chown c b\n", "FROM x\n# why\nCOPY --chown=c a b\n"),
        ("FROM x\nCOPY a b\nRUN chown c \\\n# why\n  b\n", "FROM x\n# why\nCOPY --chown=c a b\n"),
        ("FROM x\n# why\nRUN d && chown c b\n", "FROM x\n# why\nRUN d\n"),
        ("FROM x\nONBUILD RUN chown c b\n", "FROM x\n"),
    ] {
        check(may, before, after, None);
    }
    for (before, after, words) in [
        ("FROM x\nRUN d && chown c b\n", "FROM x\n", "`RUN d`"),
        ("FROM x\nRUN d && chown c b\n", "FROM x\nRUN e\n", "RUN"),
        ("FROM x\nRUN chown c b || d\n", "FROM x\nRUN d\n", "RUN"),
        ("FROM x\nRUN d | chown c b\n", "FROM x\nRUN d\n", "| chown c b"),
        ("FROM x\nRUN d && chown c b; e\n", "FROM x\nRUN d && e\n", "e"),
        ("FROM x\nRUN (chown c b)\n", "FROM x\n", "chown c b"),
        ("FROM x\nRUN chown c b > d\n", "FROM x\n", "chown c b > d"),
        ("FROM x\nRUN A=1 chown c b\n", "FROM x\n", "chown c b"),
        ("FROM x\nRUN chmod c b\n", "FROM x\n", "chmod"),
        ("FROM x\nRUN chown c b\n", "FROM x\nRUN chown d b\n", "chown d b"),
        ("FROM x\nRUN chown c b\n", "FROM x\nRUN chown -R c b\n", "chown -R c b"),
        ("FROM x\nRUN chown c b\n", "FROM x\nRUN chown c b d\n", "chown c b d"),
        ("FROM x\nRUN d\n", "FROM x\nRUN d && chown c b\n", "chown c b"),
        ("FROM x\nRUN a\nRUN chown c b\nCOPY d e\n", "FROM x\nRUN a\nCOPY d e\nRUN chown c b\n", "chown c b"),
        ("FROM x\nRUN --network=none chown c b\n", "FROM x\nRUN chown -R c b\n", "chown -R c b"),
        ("FROM x\nRUN [\"chown\", \"c\", \"b\"]\n", "FROM x\n", "chown"),
        ("FROM x\nRUN <<E\nchown c b\nE\n", "FROM x\n", "chown"),
        ("FROM x\nCOPY a b\nCMD e\n# why\nRUN d && chown c b\n", "FROM x\n# why\nCOPY a b\nCMD e\nRUN d\n", "# why"),
    ] {
        check(may, before, after, Some(words));
    }
    check(&[CopyChmod, RunChmod], "FROM x\nCOPY a b\nRUN chmod +x b\n", "FROM x\nCOPY --chmod=755 a b\n", None);
    check(&[CopyChmod, RunChmod], "FROM x\nRUN chown c b\n", "FROM x\n", Some("chown"));
    check(&[CopyChmod, RunChmod], "FROM x\nRUN chmod 755 b\n", "FROM x\nRUN chmod 777 b\n", Some("777"));
}

#[test]
fn what_only_root_can_do_may_come_to_run_as_root_and_nothing_else() {
    let may = &[Run, User, Order, AsRoot];
    check(
        may,
        "FROM x\nUSER root\nUSER app\nCOPY a b\nENV c=d\nRUN chmod 1 b\n",
        "FROM x\nUSER root\nCOPY a b\nENV c=d\nRUN chmod 1 b\nUSER app\n",
        None,
    );
    check(
        may,
        "FROM x\nUSER app\nRUN umask 1 && chown c b && chmod 1 b\n",
        "FROM x\nUSER app\nUSER 0:0\nRUN umask 1 && chown c b && chmod 1 b\nUSER app\n",
        None,
    );
    for (command, words) in [
        ("make", "changes `RUN make`"),
        ("chmod 1 b && make", "changes `RUN chmod 1 b && make`"),
        ("chmod 1 $(make)", "changes `RUN chmod 1 $(make)`"),
        ("chmod 1 `make`", "changes `RUN chmod"),
        ("[\"make\"]", "changes `RUN"),
    ] {
        let before = format!("FROM x\nUSER app\nRUN {command}\n").leak();
        let after = format!("FROM x\nUSER app\nUSER root\nRUN {command}\nUSER app\n").leak();
        check(may, before, after, Some(words));
    }
    let lowered = ("FROM x\nUSER root\nRUN chmod 1 b\nUSER app\n", "FROM x\nUSER root\nUSER app\nRUN chmod 1 b\n");
    check(may, lowered.0, lowered.1, Some("changes `RUN chmod 1 b`"));
    check(
        may,
        "FROM x\nUSER root\nUSER app\nWORKDIR /a\nRUN chmod 1 b\n",
        "FROM x\nUSER root\nWORKDIR /a\nRUN chmod 1 b\nUSER app\n",
        Some("WORKDIR"),
    );
    check(may, "FROM x\nUSER app\nRUN chmod 1 b\n", "FROM x\nUSER root\nRUN chmod 1 b\n", Some("the end of the stage"));
}

#[test]
fn a_stage_that_runs_may_stand_behind_the_one_that_builds() {
    let may = &[RuntimeStage];
    let before = "FROM b\nARG v=1\nENV a=$v CGO_ENABLED=0\nENV GOOS=linux\nWORKDIR /w\n# l\nLABEL l=1\nCOPY s .\nRUN go\nUSER 1\nEXPOSE 80\nCOPY c /c\nCMD [\"/p\"]\n";
    let build = "FROM b AS build\nARG v=1\nENV a=$v CGO_ENABLED=0\nENV GOOS=linux\nWORKDIR /w\nCOPY s .\nRUN go\n";
    let run = "FROM r\nARG v=1\nENV a=$v CGO_ENABLED=0\nWORKDIR /w\n# l\nLABEL l=1\nCOPY --from=build /p /p\nUSER 1\nEXPOSE 80\nCOPY c /c\nCMD [\"/p\"]\n";
    let text = |build: &str, run: &str| -> &'static str { Box::leak(format!("{build}{run}").into_boxed_str()) };
    check(may, before, text(build, run), None);
    check(&[Stages], before, text(build, run), Some("last stage"));
    let builds = |from: &str, to: &str, words: &str| {
        assert!(build.contains(from), "{from:?}");
        check(may, before, text(&build.replacen(from, to, 1), run), Some(words));
    };
    builds("FROM b AS", "FROM c AS", "the base of the stage that builds");
    builds("RUN go\n", "RUN other\n", "the instructions of the stage that builds");
    builds("RUN go\n", "", "the instructions of the stage that builds");
    builds("COPY s .\nRUN go\n", "RUN go\nCOPY s .\n", "the instructions of the stage that builds");
    builds("ENV GOOS=linux\n", "", "the instructions of the stage that builds");
    builds("RUN go\n", "RUN go\nCOPY c /c\n", "the instructions of the stage that builds");
    builds(" AS build", "", "not the base of a stage that only runs");
    let runs = |from: &str, to: &str, words: &str| {
        assert!(run.contains(from), "{from:?}");
        check(may, before, text(build, &run.replacen(from, to, 1)), Some(words));
    };
    runs("FROM r", "FROM r AS x", "not the base of a stage that only runs");
    runs("FROM r", "FROM build", "not the base of a stage that only runs");
    runs("FROM r", "FROM --platform=linux/arm64 r", "not the base of a stage that only runs");
    runs("COPY --from=build /p /p\n", "", "takes nothing out of the first one");
    runs("COPY --from=build /p /p\n", "COPY --from=other /p /p\n", "takes nothing out of the first one");
    runs("COPY --from=build /p /p\n", "COPY --from=build --chmod=777 /p /p\n", "takes nothing out of the first one");
    runs("COPY c /c\n", "", "it loses a copy");
    runs("COPY c /c\n", "COPY c /c\nCOPY s .\n", "`COPY s .` is new");
    runs("COPY c /c\n", "COPY c /c\nRUN go\n", "`RUN go` is new");
    runs("ARG v=1\n", "ARG v=2\n", "`ARG v=2` is new");
    runs("USER 1\n", "", "changes USER");
    runs("USER 1\n", "USER 2\n", "`USER 2` is new");
    runs("EXPOSE 80\n", "", "changes EXPOSE 80");
    runs("EXPOSE 80\n", "EXPOSE 81\n", "`EXPOSE 81` is new");
    runs("CMD [\"/p\"]\n", "CMD [\"/q\"]\n", "is new in the second stage");
    runs("CMD [\"/p\"]\n", "", "changes CMD");
    runs("ENV a=$v CGO_ENABLED=0\n", "", "changes ENV a");
    runs("WORKDIR /w\n", "WORKDIR /v\n", "changes WORKDIR");
    runs("WORKDIR /w\n", "", "changes WORKDIR");
    runs("LABEL l=1\n", "", "changes LABEL l");
    runs("# l\n", "", "loses the comment");
    runs("# l\nLABEL l=1\nCOPY", "LABEL l=1\n# l\nCOPY", "takes the comment");
    runs("CMD [\"/p\"]\n", "CMD [\"/p\"]\nFROM r\n", "other stages");
    check(
        may,
        "FROM b\nRUN go\nHEALTHCHECK CMD x\nSTOPSIGNAL 9\nVOLUME /v\n",
        "FROM b AS n\nRUN go\nFROM r\nCOPY --from=n /p /p\nHEALTHCHECK CMD x\nSTOPSIGNAL 9\n",
        Some("changes VOLUME /v"),
    );
    check(may, "FROM b AS n\nRUN go\n", "FROM b AS m\nRUN go\nFROM r\nCOPY --from=m /p /p\n", Some("or its name"));
    check(
        may,
        "FROM b\nFROM c\nRUN go\n",
        "FROM b\nFROM c AS n\nRUN go\nFROM r\nCOPY --from=n /p /p\n",
        Some("other stages"),
    );
    // What other rules may do is theirs to declare, with two stages as with one.
    check(may, "FROM b\nRUN go\n", "FROM b\nRUN no\n", Some("stage 0"));
    check(
        may,
        "FROM b AS n\nRUN go\nFROM r\nCOPY --from=n /p /p\n",
        "FROM b AS n\nRUN go\nFROM r\nCOPY --from=n /q /p\n",
        Some("stage 1"),
    );
}

#[test]
fn a_cut_declares_again_what_is_seen_below_it() {
    let may = &[Stages, Arg];
    let pass = |before, after| check(may, before, after, None);
    let last = "the last stage";
    pass(
        "FROM x\nRUN i\nCOPY . .\nRUN b\nCMD c\n",
        "FROM x AS deps\nRUN i\n\nFROM deps AS app\nCOPY . .\nRUN b\nCMD c\n",
    );
    let before = "ARG G=1\nFROM x\nARG G\nARG A=1\nARG B=$A\nRUN i\nCOPY . .\nRUN b\n";
    let top = "ARG G=1\nFROM x AS deps\nARG G\nARG A=1\nARG B=$A\nRUN i\nFROM deps AS app\n";
    let after = |arguments: &str| -> &'static str { format!("{top}{arguments}COPY . .\nRUN b\n").leak() };
    pass(before, after("ARG G\nARG A=1\nARG B=$A\n"));
    check(may, before, after(""), Some(last));
    check(may, before, after("ARG A=1\nARG B=$A\n"), Some(last));
    check(may, before, after("ARG G\nARG A=2\nARG B=$A\n"), Some(last));
    check(may, before, after("ARG G\nARG B=$A\nARG A=1\n"), Some(last));
    check(may, before, after("ARG G\nARG A=1\nARG B=$A\nARG C=1\n"), Some(last));
    check(
        may,
        before,
        "ARG G=1\nFROM x AS deps\nARG G\nARG A=1\nRUN i\nFROM deps AS app\nARG G\nARG A=1\nARG B=$A\nCOPY . .\nRUN b\n",
        Some(last),
    );
    // Whether arguments of one instruction see each other depends on the version.
    check(
        may,
        "FROM x\nARG A=1 B=$A\nRUN i\nRUN b\n",
        "FROM x AS deps\nARG A=1 B=$A\nRUN i\nFROM deps AS app\nARG A=1 B=$A\nRUN b\n",
        Some(last),
    );
    // Without a RUN, only what is named counts.
    let before = "FROM x\nARG A=1\nARG B=2\nRUN i\nCOPY $B .\n";
    pass(before, "FROM x AS deps\nARG A=1\nARG B=2\nRUN i\nFROM deps AS app\nARG B=2\nCOPY $B .\n");
    check(may, before, "FROM x AS deps\nARG A=1\nARG B=2\nRUN i\nFROM deps AS app\nARG A=1\nCOPY $B .\n", Some(last));
    // What ENV sets is a part of the image, and an ARG below it wins on BuildKit.
    let before = "FROM x\nARG A=1\nENV A=$A\nRUN i\nCOPY . .\nRUN b\n";
    pass(before, "FROM x AS deps\nARG A=1\nENV A=$A\nRUN i\nFROM deps AS app\nCOPY . .\nRUN b\n");
    check(
        may,
        before,
        "FROM x AS deps\nARG A=1\nENV A=$A\nRUN i\nFROM deps AS app\nARG A=1\nCOPY . .\nRUN b\n",
        Some(last),
    );
    let before = "FROM x\nENV A=2\nARG A=1\nRUN i\nCOPY . .\nRUN b\n";
    pass(before, "FROM x AS deps\nENV A=2\nARG A=1\nRUN i\nFROM deps AS app\nARG A=1\nCOPY . .\nRUN b\n");
    check(may, before, "FROM x AS deps\nENV A=2\nARG A=1\nRUN i\nFROM deps AS app\nCOPY . .\nRUN b\n", Some(last));
    let before = "FROM x\nENV E=1\nARG A=$E\nENV E=2\nRUN i\nRUN b\n";
    check(
        may,
        before,
        "FROM x AS deps\nENV E=1\nARG A=$E\nENV E=2\nRUN i\nFROM deps AS app\nARG A=$E\nRUN b\n",
        Some(last),
    );
}

#[test]
fn a_cut_keeps_commands_triggers_and_what_names_mean() {
    let may = &[Stages, Arg];
    let last = "the last stage";
    check(may, "FROM x\nCMD c\nRUN i\nENTRYPOINT e\n", "FROM x AS d\nCMD c\nRUN i\nFROM d\nENTRYPOINT e\n", Some(last));
    check(may, "FROM x\nRUN i\nCMD c\nENTRYPOINT e\n", "FROM x AS d\nRUN i\nFROM d\nCMD c\nENTRYPOINT e\n", None);
    check(
        may,
        "FROM x\nCMD c\nRUN i\nENTRYPOINT e\nCMD f\n",
        "FROM x AS d\nCMD c\nRUN i\nFROM d\nENTRYPOINT e\nCMD f\n",
        None,
    );
    check(
        may,
        "FROM x\nONBUILD RUN a\nRUN i\nRUN b\n",
        "FROM x AS d\nONBUILD RUN a\nRUN i\nFROM d\nRUN b\n",
        Some(last),
    );
    check(may, "FROM x\nRUN i\nRUN b\n", "FROM x AS d\nRUN i\nFROM D\nRUN b\n", Some(last));
    check(may, "FROM x\nRUN i\nRUN b\n", "FROM x AS d\nRUN i\nFROM --platform=p d\nRUN b\n", Some(last));
    check(may, "FROM x\nRUN i\nCOPY --from=d a b\n", "FROM x AS d\nRUN i\nFROM d\nCOPY --from=d a b\n", Some(last));
    check(
        may,
        "FROM x\nRUN i\nRUN --mount=type=bind,from=d,target=/a b\n",
        "FROM x AS d\nRUN i\nFROM d\nRUN --mount=type=bind,from=d,target=/a b\n",
        Some(last),
    );
    check(
        may,
        "FROM x\nRUN i\nRUN b\n",
        "FROM y AS z\nRUN e\nFROM x AS d\nRUN i\nFROM d\nRUN b\n",
        Some("adds a stage"),
    );
    check(may, "FROM x AS n\nRUN i\nRUN b\n", "FROM x AS d\nRUN i\nFROM d AS n\nRUN b\n", None);
    check(may, "FROM x AS n\nRUN i\nRUN b\n", "FROM x AS d\nRUN i\nFROM d AS app\nRUN b\n", Some("loses its name"));
    check(may, "FROM x AS n\nRUN i\nRUN b\n", "FROM x AS n\nRUN i\nFROM n AS app\nRUN b\n", Some("loses its name"));
}
