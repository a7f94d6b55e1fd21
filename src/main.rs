//! The `dockfix` command. Everything that it does is in the library; this file only hands over.

/// dockfix makes many small trees on several threads at once, for which the system's allocator is not made.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    dockfix::cli::run()
}
