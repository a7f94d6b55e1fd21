//! What the sources say of the files and programs that the application asks for when it runs.

use super::files::{ASIDE, Brought, text};
use super::{Job, Language};

/// How many bytes of sources are looked through; more than that is a project that nobody oversees.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// What sources say where they read files, start programs or look for users.
const GO: [&str; 27] = [
    "\"os/exec\"",
    "ParseGlob(",
    "ParseFiles(",
    "LoadHTMLGlob",
    "LoadHTMLFiles",
    "http.Dir(",
    "os.DirFS(",
    "godotenv",
    "viper",
    "os.Open(",
    "os.OpenFile(",
    "os.ReadFile(",
    "os.ReadDir(",
    "os.Create(",
    "os.WriteFile(",
    "os.Mkdir",
    "os.Stat(",
    "ioutil.ReadFile(",
    "ioutil.ReadDir(",
    "ioutil.WriteFile(",
    "filepath.Walk",
    "filepath.Glob(",
    ".Static(",
    ".StaticFile(",
    "http.ServeFile(",
    "plugin.Open(",
    "import \"C\"",
];
const RUST: [&str; 18] = [
    "std::fs",
    "fs::",
    "File::open",
    "File::create",
    "process::Command",
    "ServeDir",
    "ServeFile",
    "NamedFile",
    "Files::new(",
    "dotenv",
    "current_dir(",
    "libloading",
    "Tera::new(",
    "Template::",
    "config::File",
    "FileServer",
    "OpenOptions",
    "sqlite",
];
const JAVA: [&str; 8] = [
    "ProcessBuilder",
    "getRuntime().exec",
    "new File(\"",
    "Paths.get(\"",
    "Path.of(\"",
    "FileInputStream(\"",
    "FileReader(\"",
    "System.loadLibrary",
];
const DOTNET: [&str; 2] = ["Process.Start(", "System.Drawing"];

impl Job<'_> {
    /// Sources that say that they read files or start programs.
    pub(super) fn sources(&mut self, brought: &[Brought]) {
        let Some(context) = self.ctx.context_of(self.id) else { return };
        let (endings, words): (&[&str], &[&str]) = match self.language {
            Language::Go => (&[".go"], &GO),
            Language::Rust => (&[".rs"], &RUST),
            Language::Maven | Language::Gradle => (&[".java", ".kt"], &JAVA),
            Language::Dotnet => (&[".cs"], &DOTNET),
        };
        let zones = self.base.as_ref().is_none_or(|base| base.zones);
        let mut left = MOST_BYTES;
        for file in brought {
            let is_source = endings.iter().any(|ending| file.inside.ends_with(ending));
            if !is_source || is_test(&file.inside) {
                continue;
            }
            if file.entry.size > left {
                return self.stop("there are more sources than are looked through");
            }
            left -= file.entry.size;
            let Some(text) = text(context, &file.entry) else { continue };
            let name = &file.entry.path;
            let word = words.iter().find(|word| text.contains(**word));
            if let Some(word) = word {
                return self.stop(format!(
                    "`{name}` has `{}`: it may need a file or a program of the image",
                    word.trim_end_matches('(')
                ));
            }
            if !zones && text.contains("LoadLocation(") {
                return self.stop(format!("`{name}` loads time zones, which the runtime image has not"));
            }
        }
    }
}

fn is_test(inside: &str) -> bool {
    inside.ends_with("_test.go")
        || inside.split('/').any(|part| ASIDE.contains(&part) || part == "vendor" || part == "node_modules")
}
