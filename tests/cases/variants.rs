//! The rewritings of a Dockerfile under which a rule must do the same.
//!
//! The syntax tree says where keywords stand; nothing here may change what the file means, but for ONBUILD, which moves it
//! into another build.

use anyhow::ensure;
use dockfix::syntax::{Dockerfile, FromInstruction, Instruction, SyntaxKind};
use dockfix::text::Span;
use libtest_mimic::{Failed, Trial};

use crate::support::case::Variant;

/// The last part of a test's name.
pub const fn name(variant: Option<Variant>) -> &'static str {
    match variant {
        None => "plain",
        Some(Variant::Crlf) => "crlf",
        Some(Variant::Lower) => "lower",
        Some(Variant::Onbuild) => "onbuild",
    }
}

/// The text in a variant; `None` is the text as written.
pub fn apply(variant: Option<Variant>, text: &str) -> String {
    match variant {
        None => text.to_owned(),
        Some(Variant::Crlf) => text.replace("\r\n", "\n").replace('\n', "\r\n"),
        Some(Variant::Lower) => lower(text),
        Some(Variant::Onbuild) => onbuild(text),
    }
}

/// Every keyword in lower case.
fn lower(text: &str) -> String {
    let dockerfile = Dockerfile::parse(text);
    let mut spans = Vec::new();
    for instruction in dockerfile.instructions() {
        spans.push(instruction.keyword_span());
        spans.extend(instruction.onbuild().map(|inner| inner.keyword_span()));
        let inner = instruction.onbuild().unwrap_or_else(|| instruction.clone());
        spans.extend(as_keyword(&inner, text));
        spans.extend(healthcheck_kind(&inner, text));
    }
    let mut result = text.to_owned();
    for span in spans {
        // The length stays the same, so the other spans stay right.
        result.replace_range(span.start..span.end, &span.of(text).to_ascii_lowercase());
    }
    result
}

/// The AS between the image and the name of a stage.
fn as_keyword(instruction: &Instruction, text: &str) -> Option<Span> {
    let from = FromInstruction::cast(instruction)?;
    let between = Span::new(from.image()?.span().end, from.stage_name()?.span().start);
    between.of(text).trim().eq_ignore_ascii_case("as").then_some(between)
}

/// The CMD or NONE of a HEALTHCHECK that stands on the line of what is before it.
fn healthcheck_kind(instruction: &Instruction, text: &str) -> Option<Span> {
    let kind = instruction.healthcheck_kind()?;
    let flags = instruction.flags();
    let after = flags.last().map_or_else(|| instruction.keyword_span().end, |flag| flag.span().end);
    let rest = Span::new(after, instruction.span().end).of(text);
    let start = after + (rest.len() - rest.trim_start().len());
    text.get(start..start + kind.len())?.eq_ignore_ascii_case(&kind).then(|| Span::new(start, start + kind.len()))
}

/// Every instruction under ONBUILD, but those that may not be. Lower-case keywords get a lower-case one.
fn onbuild(text: &str) -> String {
    use SyntaxKind::{ArgInstruction, FromInstruction, MaintainerInstruction, OnbuildInstruction, UnknownInstruction};
    let mut in_stage = false;
    let mut result = String::new();
    let mut copied = 0;
    for instruction in Dockerfile::parse(text).instructions() {
        in_stage |= instruction.kind() == FromInstruction;
        let may_not = matches!(
            instruction.kind(),
            FromInstruction | MaintainerInstruction | OnbuildInstruction | UnknownInstruction
        );
        if may_not || (instruction.kind() == ArgInstruction && !in_stage) {
            continue;
        }
        let start = instruction.keyword_span().start;
        result.push_str(&text[copied..start]);
        let lower = instruction.keyword().chars().all(|it| it.is_ascii_lowercase());
        result.push_str(if lower { "onbuild " } else { "ONBUILD " });
        copied = start;
    }
    result.push_str(&text[copied..]);
    result
}

/// A file with everything that looks like a keyword and is none.
const PLAIN: &str = r#"# syntax=docker/dockerfile:1
ARG TAG=3.20
From alpine:${TAG} As build
MAINTAINER me
	RUN echo FROM \
    # COPY x
    && RUN
HEALTHCHECK --interval=5s CMD /RUN
COPY <<EOF /ENV
RUN x
EOF
ONBUILD COPY A B
arg X
CMD ["CMD"]"#;

const LOWER: &str = r#"# syntax=docker/dockerfile:1
arg TAG=3.20
from alpine:${TAG} as build
maintainer me
	run echo FROM \
    # COPY x
    && RUN
healthcheck --interval=5s cmd /RUN
copy <<EOF /ENV
RUN x
EOF
onbuild copy A B
arg X
cmd ["CMD"]"#;

const ONBUILD: &str = r#"# syntax=docker/dockerfile:1
ARG TAG=3.20
From alpine:${TAG} As build
MAINTAINER me
	ONBUILD RUN echo FROM \
    # COPY x
    && RUN
ONBUILD HEALTHCHECK --interval=5s CMD /RUN
ONBUILD COPY <<EOF /ENV
RUN x
EOF
ONBUILD COPY A B
onbuild arg X
ONBUILD CMD ["CMD"]"#;

/// Tests of the rewritings themselves: a variant that changes nothing would test nothing.
pub fn trials() -> Vec<Trial> {
    let check = |variant: Option<Variant>, text: &'static str, expected: &'static str| {
        Trial::test(format!("variants/{}", name(variant)), move || {
            let found = apply(variant, text);
            let result = (|| {
                ensure!(found == expected, "expected:\n{expected}\n\nfound:\n{found}");
                Ok(())
            })();
            result.map_err(|error: anyhow::Error| Failed::from(error.to_string()))
        })
    };
    vec![
        check(None, PLAIN, PLAIN),
        check(Some(Variant::Crlf), "FROM a\r\nRUN b \\\n  c", "FROM a\r\nRUN b \\\r\n  c"),
        check(Some(Variant::Lower), PLAIN, LOWER),
        check(Some(Variant::Onbuild), PLAIN, ONBUILD),
    ]
}
