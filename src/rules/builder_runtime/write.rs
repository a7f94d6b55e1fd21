//! The two stages as edits: the base gets a name, and behind the last RUN begins the image that runs.

use super::Job;
use super::builds::Artefact;
use crate::shell::{is_tool_variable, names_variable};
use crate::syntax::{Instruction, SyntaxKind};
use crate::text::Edit;

/// What the runtime stage takes over from the instructions above the cut.
pub(super) struct Taken {
    /// Where a step goes, in the order of the file.
    steps: Vec<(usize, Way)>,
    /// The variables that are set in the runtime stage.
    pub(super) set: Vec<String>,
}

/// How the runtime stage gets an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// It is written there as well, in front of the artefact.
    Again,
    /// It is written there as well, behind the artefact.
    AgainBelow,
    /// It goes there, in front of the artefact.
    Moved,
    /// It goes there, behind the artefact.
    MovedBelow,
    /// The working directory is written there.
    Directory,
}

impl Job<'_> {
    /// What the runtime stage takes over.
    pub(super) fn taken(&mut self) -> Taken {
        let stage = self.stage;
        let head = &stage.steps[..self.cut];
        let last = |kind: SyntaxKind| head.iter().rposition(|step| step.instruction.kind() == kind);
        let (directory, user) = (last(SyntaxKind::WorkdirInstruction), last(SyntaxKind::UserInstruction));
        let mut steps = Vec::new();
        for (index, step) in head.iter().enumerate() {
            let way = match step.instruction.kind() {
                SyntaxKind::LabelInstruction | SyntaxKind::MaintainerInstruction => Way::Moved,
                SyntaxKind::EnvInstruction => {
                    let names = step.instruction.pairs();
                    if names.iter().all(|pair| is_tool_variable(&pair.key())) {
                        continue;
                    }
                    Way::Again
                }
                SyntaxKind::ExposeInstruction
                | SyntaxKind::VolumeInstruction
                | SyntaxKind::HealthcheckInstruction
                | SyntaxKind::StopsignalInstruction
                | SyntaxKind::EntrypointInstruction
                | SyntaxKind::CmdInstruction => Way::MovedBelow,
                SyntaxKind::WorkdirInstruction if directory == Some(index) && self.directory_counts() => Way::Directory,
                SyntaxKind::UserInstruction if user == Some(index) => Way::AgainBelow,
                _ => continue,
            };
            steps.push((index, way));
        }
        let set = self.arguments(&mut steps);
        Taken { steps, set }
    }

    /// Whether what stands below the cut goes on in the working directory of the stage that builds.
    fn directory_counts(&self) -> bool {
        for step in &self.stage.steps[self.cut..] {
            match step.instruction.kind() {
                SyntaxKind::WorkdirInstruction => {
                    return !step.instruction.words().first().is_some_and(|word| word.text().starts_with('/'));
                }
                SyntaxKind::CopyInstruction | SyntaxKind::AddInstruction => return true,
                _ => {}
            }
        }
        true
    }

    /// Adds the ARGs that what is taken over, and what stands below the cut, needs. Returns what is set then.
    fn arguments(&mut self, steps: &mut Vec<(usize, Way)>) -> Vec<String> {
        let all = &self.stage.steps;
        let of = |kind: SyntaxKind| move |index: &usize| all[*index].instruction.kind() == kind;
        let declarations: Vec<usize> = (0..self.cut).filter(of(SyntaxKind::ArgInstruction)).collect();
        loop {
            let texts: Vec<String> = steps
                .iter()
                .map(|(index, _)| *index)
                .chain(self.cut..all.len())
                .map(|index| all[index].instruction.logical_text().text().to_owned())
                .collect();
            let names = |name: &str| texts.iter().any(|text| text.contains('$') && names_variable(text, name));
            let missing = declarations.iter().copied().find(|index| {
                !steps.iter().any(|(taken, _)| taken == index)
                    && all[*index].instruction.pairs().iter().any(|pair| names(&pair.key()))
            });
            let Some(missing) = missing else { break };
            steps.push((missing, Way::Again));
            steps.sort_by_key(|(index, _)| *index);
        }
        let sets = |index: &usize| {
            matches!(all[*index].instruction.kind(), SyntaxKind::ArgInstruction | SyntaxKind::EnvInstruction)
        };
        let taken = steps.iter().map(|(index, _)| *index).chain(self.cut..all.len()).filter(|index| sets(index));
        taken.flat_map(|index| all[index].instruction.pairs()).map(|pair| pair.key()).collect()
    }

    /// The instructions of the runtime stage.
    pub(super) fn instructions(&self, taken: &Taken) -> Vec<&Instruction> {
        let directories = |(index, way): &(usize, Way)| (*way != Way::Directory).then_some(*index);
        let indexes = taken.steps.iter().filter_map(directories).chain(self.cut..self.stage.steps.len());
        indexes.map(|index| &self.stage.steps[index].instruction).collect()
    }

    /// The edits that make two stages of the one.
    pub(super) fn edits(&self, taken: &Taken, image: &str, artefact: &Artefact) -> Vec<Edit> {
        let text = self.ctx.dockerfile.text();
        let from = self.from.instruction();
        let newline = from.newline(text);
        let mut edits = Vec::new();
        let name = match self.from.stage_name() {
            Some(name) => name.text(),
            None => {
                let name = self.stage_name.to_owned();
                let keyword = if from.keyword().chars().any(char::is_uppercase) { "AS" } else { "as" };
                let end = self.from.image().map_or(from.span().end, |word| word.span().end);
                edits.push(Edit::insert(end, format!(" {keyword} {name}")));
                name
            }
        };
        let mut lines = vec![from_line(self, image)];
        let slash = if artefact.directory { "/" } else { "" };
        let copy = format!("--from={name} {} {}{slash}", artefact.from, artefact.to);
        let way = |wanted: &'static [Way]| taken.steps.iter().filter(move |(_, way)| wanted.contains(way));
        lines.extend(way(&[Way::Again, Way::Moved, Way::Directory]).map(|(index, way)| self.written(*index, *way)));
        lines.extend(from.written_like(text, &[("copy", copy)]));
        lines.extend(way(&[Way::AgainBelow, Way::MovedBelow]).map(|(index, way)| self.written(*index, *way)));
        let moved: Vec<&Instruction> =
            way(&[Way::Moved, Way::MovedBelow]).map(|(index, _)| &self.stage.steps[*index].outer).collect();
        edits.extend(Instruction::removals(text, &moved));
        let last = self.stage.steps[self.cut - 1].outer.full_span();
        let block: String = lines.iter().map(|line| format!("{line}{newline}")).collect();
        let end = if text[..last.end].ends_with('\n') { "" } else { newline };
        edits.push(Edit::insert(last.end, format!("{end}{newline}{block}")));
        edits
    }

    /// The lines of an instruction in the runtime stage, without the last line end.
    fn written(&self, index: usize, way: Way) -> String {
        let text = self.ctx.dockerfile.text();
        let step = &self.stage.steps[index];
        let lines = match way {
            Way::Moved | Way::MovedBelow => step.outer.full_span().of(text),
            Way::Again | Way::AgainBelow => step.outer.line_span().of(text),
            Way::Directory => {
                let written = step.instruction.words().first().map(|word| word.text()).unwrap_or_default();
                let known = self.stage.steps.get(index + 1).map_or(&self.stage.end, |next| &next.scope).workdir.clone();
                let path = if written.starts_with('/') { written } else { known.unwrap_or(written) };
                return step.outer.written_like(text, &[("workdir", path)]).concat();
            }
        };
        lines.trim_end_matches(['\r', '\n']).to_owned()
    }
}

fn from_line(job: &Job<'_>, image: &str) -> String {
    let text = job.ctx.dockerfile.text();
    let from = job.from.instruction();
    let flags: String = from.flags().iter().map(|flag| format!("{} ", flag.span().of(text))).collect();
    from.written_like(text, &[("from", format!("{flags}{image}"))]).concat()
}
