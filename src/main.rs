//! The `dockfix` command. Everything that it does is in the library; this file only hands over.

fn main() -> std::process::ExitCode {
    dockfix::cli::run()
}
