//! A stub that stands for the length of one command: a program that does nothing, made in front of `cargo fetch`, which fails without
//! any, and taken away behind it.

/// The commands of a RUN without a stub that is gone before the RUN ends.
pub(super) fn without_stub(mut commands: Vec<String>) -> Vec<String> {
    let stands = |window: &[String]| match window {
        [make, write, command, remove] => {
            let Some(directory) = make.strip_prefix("mkdir ") else { return false };
            let plain = !directory.is_empty() && directory.bytes().all(|byte| byte.is_ascii_alphanumeric());
            plain
                && *write == format!("echo 'fn main() {{}}' > {directory}/main.rs")
                && command.split_whitespace().any(|word| word == "cargo")
                && command.split_whitespace().any(|word| word == "fetch")
                && *remove == format!("rm -r {directory}")
        }
        _ => false,
    };
    while let Some(at) = commands.windows(4).position(stands) {
        commands.remove(at + 3);
        commands.drain(at..at + 2);
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_out_nothing_but_a_whole_stub() {
        let check = |commands: &[&str], expected: &[&str]| {
            let commands = commands.iter().map(|command| (*command).to_owned()).collect();
            assert_eq!(without_stub(commands), expected);
        };
        let write = "echo 'fn main() {}' > src/main.rs";
        check(&["mkdir src", write, "cargo fetch", "rm -r src", "x"], &["cargo fetch", "x"]);
        for kept in [
            ["mkdir src", write, "cargo build", "rm -r src"],
            ["mkdir src", write, "cargo fetch", "rm -r source"],
            ["mkdir /", "echo 'fn main() {}' > //main.rs", "cargo fetch", "rm -r /"],
            ["mkdir src", "echo 'fn main() {}' > src/lib.rs", "cargo fetch", "rm -r src"],
        ] {
            check(&kept, &kept);
        }
    }
}
