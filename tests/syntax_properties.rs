//! What holds for the tree of every text, sensible or not.

#[path = "../benches/support/generate.rs"]
mod generate;

use dockfix::syntax::{
    AddInstruction, CopyInstruction, Dockerfile, FromInstruction, Instruction, Lookup, RunInstruction,
    StopsignalInstruction, UserInstruction, VolumeInstruction, WorkdirInstruction, expand,
};
use dockfix::text::{MappedText, Span};
use proptest::prelude::*;

/// Everything that has to hold; a broken promise is a panic, which proptest shrinks.
fn check(text: &str) {
    let file = Dockerfile::parse(text);
    assert_eq!(file.tree_text(), text, "the tree is not the text");
    assert_eq!(Dockerfile::parse(file.text()).dump(), file.dump(), "parsing is not a function of the text");
    for error in file.errors() {
        check_span(&file, error.span);
        assert!(!error.message.is_empty() && !error.help.is_empty());
    }
    assert!(file.errors().is_sorted_by_key(|error| error.span.start), "the errors are not in file order");
    for directive in file.directives() {
        check_span(&file, directive.span);
        assert!(directive.span.of(text).ends_with(directive.value.as_str()) || directive.span.of(text).contains('='));
    }
    let mut end = 0;
    for instruction in file.instructions() {
        assert!(end <= instruction.full_span().start, "instructions overlap");
        end = instruction.full_span().end;
        check_instruction(&file, &instruction);
    }
}

fn check_span(file: &Dockerfile, span: Span) {
    assert!(span.end <= file.text().len(), "{span} ends behind the file");
    assert!(file.text().is_char_boundary(span.start) && file.text().is_char_boundary(span.end), "{span} cuts a letter");
}

/// Every byte of `mapped` stands in the file where it says.
fn check_mapped(file: &Dockerfile, mapped: &MappedText) {
    for (offset, byte) in mapped.text().bytes().enumerate() {
        let span = mapped.file_span(Span::new(offset, offset + 1));
        assert_eq!(span.len(), 1);
        assert_eq!(file.text().as_bytes()[span.start], byte, "byte {offset} of {:?}", mapped.text());
    }
}

fn check_instruction(file: &Dockerfile, instruction: &Instruction) {
    for span in [instruction.span(), instruction.full_span(), instruction.keyword_span()] {
        check_span(file, span);
        assert!(instruction.full_span().contains(span), "{span} lies outside of the instruction");
    }
    for (span, comment) in instruction.comments() {
        assert_eq!(span.of(file.text()), comment);
    }
    assert!(instruction.logical_text().text().starts_with(&instruction.keyword()));
    check_mapped(file, &instruction.logical_text());
    if let Some(text) = instruction.shell_text() {
        check_mapped(file, &text);
        assert!(instruction.logical_text().text().contains(text.text()));
    }
    check_flags(file, instruction);
    check_arguments(file, instruction);
    for heredoc in instruction.heredocs() {
        check_span(file, heredoc.span());
        check_mapped(file, heredoc.opener());
        check_mapped(file, &heredoc.body());
        assert!(heredoc.opener().text().contains("<<") && !heredoc.name().is_empty());
        let _ = (heredoc.chomp(), heredoc.expands(), heredoc.file_descriptor());
    }
    let _ = (instruction.has_error(), instruction.healthcheck_kind(), instruction.escape());
    check_typed(instruction);
    if let Some(inner) = instruction.onbuild() {
        check_instruction(file, &inner);
    }
}

fn check_flags(file: &Dockerfile, instruction: &Instruction) {
    for flag in instruction.flags() {
        check_span(file, flag.span());
        flag.value_span().into_iter().for_each(|span| {
            check_span(file, span);
            assert!(flag.span().contains(span));
        });
        assert!(instruction.flag(&flag.name()).is_some());
        for option in flag.mount_options() {
            check_span(file, option.span);
            assert!(flag.span().contains(option.span));
        }
        let _ = flag.value();
    }
}

fn check_arguments(file: &Dockerfile, instruction: &Instruction) {
    let values = instruction.pairs().iter().filter_map(|pair| pair.value()).collect::<Vec<_>>();
    for word in instruction.words().iter().chain(&values) {
        check_span(file, word.span());
        check_mapped(file, &word.mapped());
        assert_eq!(word.mapped().text(), word.text());
        let _ = expand(&word.text(), instruction.escape(), &|name| match name.len() {
            1 => Lookup::Set("x y".to_owned()),
            2 => Lookup::Unset,
            _ => Lookup::Unknown,
        });
        for variable in word.variables() {
            check_span(file, variable.span);
            assert!(!variable.name.is_empty() && word.span().contains(variable.span));
        }
        let _ = word.is_heredoc();
    }
    for pair in instruction.pairs() {
        check_span(file, pair.span());
        assert!(pair.has_equals() || !pair.key().contains('='));
    }
    for string in instruction.json().unwrap_or_default() {
        check_span(file, string.span());
        let _ = string.value();
    }
}

fn check_typed(instruction: &Instruction) {
    if let Some(from) = FromInstruction::cast(instruction) {
        let _ = (from.image(), from.stage_name(), from.platform());
    }
    if let Some(copy) = CopyInstruction::cast(instruction) {
        let _ = (copy.sources(), copy.destination(), copy.chown(), copy.chmod(), copy.link());
        let _ = (copy.from(), copy.excludes(), copy.parents());
    }
    if let Some(add) = AddInstruction::cast(instruction) {
        let _ = (add.sources(), add.destination(), add.checksum(), add.chmod());
    }
    let _ = RunInstruction::cast(instruction).map(|run| run.mounts());
    let _ = VolumeInstruction::cast(instruction).map(|volume| volume.paths());
    let _ = UserInstruction::cast(instruction).map(|user| user.value());
    let _ = WorkdirInstruction::cast(instruction).map(|workdir| workdir.value());
    let _ = StopsignalInstruction::cast(instruction).map(|signal| signal.value());
}

proptest! {
    #![proptest_config(ProptestConfig {
        // `PROPTEST_CASES` may ask for more.
        cases: ProptestConfig::default().cases.max(1_500),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn arbitrary_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn arbitrary_lines(lines in prop::collection::vec("(?s)(RUN|COPY|ENV|# |)\\PC{0,20}.{0,3}", 0..8)) {
        check(&lines.join("\n"));
    }

    #[test]
    fn tokens_in_any_order(tokens in prop::collection::vec(prop::sample::select(&generate::TOKENS[..]), 0..60)) {
        check(&tokens.concat());
    }

    #[test]
    fn instructions_with_tokens(seed in any::<u64>()) {
        check(&generate::hostile_file(seed));
    }

    #[test]
    fn ordinary_files_with_changes(seed in any::<u64>()) {
        check(&generate::mutated_file(&generate::average_file(seed), seed));
    }
}

/// Inputs that once were, or easily could be, slow or too deep; ten megabytes of each are measured by `benches/parse.rs`.
#[test]
fn hostile_inputs_end_soon() {
    const LENGTH: usize = 1_000_000;
    let pieces = [
        "${a:-",
        "\"$\"",
        "\"${a:-'",
        "$",
        "\\",
        "`",
        "'",
        "\"",
        "[",
        "[\"a\",",
        "{",
        "<<",
        "<<a ",
        "<",
        "=",
        "a= ",
        "--a ",
        "--mount=,",
        "\"\"",
        "a\\\n",
        "\\\n",
        "\\\n#\n",
        "\\\n\n",
        "#\n",
        "\n",
        "\r",
        " ",
        "\u{a0}",
        "a ",
        "ONBUILD ",
        "é",
    ];
    for start in
        ["RUN ", "COPY ", "ENV a=", "ENV ", "FROM ", "HEALTHCHECK ", "CMD [", "ONBUILD ", "# escape=", "\\\n", ""]
    {
        for piece in pieces {
            let text = format!("{start}{}", generate::repeated(piece, LENGTH / 50));
            let file = Dockerfile::parse(text);
            assert_eq!(file.tree_text().len(), file.text().len());
        }
    }
    let deep = [
        format!("FROM a\nRUN {}\n", generate::repeated("<<a ", LENGTH)),
        format!("FROM a\nCOPY {}/b\n{}", generate::repeated("<<a ", LENGTH), "x\na\n".repeat(LENGTH / 4)),
        format!("FROM a\nCMD [{}\"\"]\n", generate::repeated("\"\",", LENGTH)),
        format!("FROM a\nCMD {}\n", generate::repeated("[", LENGTH)),
        generate::repeated("RUN <<a\na\n", LENGTH),
        generate::repeated("${a:-", LENGTH),
    ];
    for text in deep {
        let file = Dockerfile::parse(text);
        assert_eq!(file.tree_text().len(), file.text().len());
        for instruction in file.instructions().iter().take(10) {
            check_typed(instruction);
            let _ = (instruction.logical_text(), instruction.heredocs().len(), instruction.words().len());
        }
    }
}
