//! .NET: solutions, projects with what they refer to, and the files that count for every project below them
//! (<https://learn.microsoft.com/visualstudio/msbuild/customize-by-directory>).

use super::super::path;
use super::Question;

/// Files that count for the projects of their directory and those below.
const AROUND: [&str; 8] = [
    "Directory.Build.props",
    "Directory.Build.targets",
    "Directory.Packages.props",
    "Directory.Build.rsp",
    "NuGet.Config",
    "NuGet.config",
    "nuget.config",
    "global.json",
];

/// More projects than this are not followed.
const MOST_PROJECTS: usize = 200;

impl Question<'_> {
    pub(super) fn dotnet(&mut self) {
        let valued =
            ["-r", "--runtime", "-s", "--source", "--packages", "-v", "--verbosity", "--configfile", "-a", "--arch"];
        if let Some(file) = self.arguments().values(&["--configfile"]).into_iter().flatten().next().map(str::to_owned) {
            self.required(&file);
        }
        if !self.arguments().values(&["--packages"]).is_empty() {
            self.inputs.stop("`--packages` says where the packages go, perhaps among the sources");
        }
        let named = self.arguments().operands(&valued).get(1).copied().flatten().map(str::to_owned);
        let start = match named {
            Some(named) if !named.ends_with("proj") && !named.contains(".sln") => self.only_project(&named),
            Some(named) => Some(self.at(&named)),
            None => self.only_project("."),
        };
        let Some(start) = start else {
            self.inputs.stop("which project or solution it restores is not clear");
            return;
        };
        let mut projects = vec![start.clone()];
        if start.contains(".sln") {
            projects = self.solution(&start);
        }
        let mut done: Vec<String> = Vec::new();
        while let Some(project) = projects.pop() {
            if done.contains(&project) {
                continue;
            }
            if done.len() == MOST_PROJECTS {
                self.inputs.stop("there are too many projects");
                return;
            }
            projects.extend(self.csproj(&project));
            done.push(project);
        }
        self.inputs.files.sort();
    }

    /// The one project or solution of a directory.
    fn only_project(&self, directory: &str) -> Option<String> {
        let directory = self.at(directory);
        let names = self.project.names(&directory);
        let of = |ending: &str| names.iter().filter(|name| name.ends_with(ending)).cloned().collect::<Vec<_>>();
        let all = [of(".sln"), of(".slnx"), of("proj")].concat();
        match all.as_slice() {
            [only] => Some(path::join(&directory, only)),
            _ => None,
        }
    }

    fn take(&mut self, file: &str) -> Option<String> {
        if !self.project.has(file) {
            self.inputs.stop(format!("no COPY is known to bring `{}`", path::file_name(file)));
            return None;
        }
        self.inputs.file(file.to_owned());
        let text = self.project.read(file);
        if text.is_none() {
            self.inputs.stop(format!("`{}` cannot be read", path::file_name(file)));
        }
        text
    }

    fn solution(&mut self, file: &str) -> Vec<String> {
        let Some(text) = self.take(file) else { return Vec::new() };
        self.around(path::parent(file));
        let quoted = text.split('"').filter(|part| part.ends_with("proj") && !part.contains(['\n', '{']));
        quoted.map(|part| path::absolute(path::parent(file), &part.replace('\\', "/"))).collect()
    }

    /// One project; gives those that it refers to.
    fn csproj(&mut self, file: &str) -> Vec<String> {
        let Some(text) = self.take(file) else { return Vec::new() };
        let directory = path::parent(file).to_owned();
        self.around(&directory);
        for beside in ["packages.lock.json", "packages.config"] {
            let beside = path::join(&directory, beside);
            if self.project.has(&beside) {
                self.inputs.file(beside);
            }
        }
        self.imports(&text, path::file_name(file));
        let nested = directory != self.root;
        self.inputs.make(path::join(&directory, "obj"), nested);
        let mut found = Vec::new();
        for element in text.split("<ProjectReference").skip(1) {
            let include =
                element.split("Include=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            if include.is_empty() || include.contains(['$', '*', ';']) {
                self.inputs
                    .stop(format!("`{}` refers to projects in a way that is not understood", path::file_name(file)));
                continue;
            }
            found.push(path::absolute(&directory, &include.replace('\\', "/")));
        }
        found
    }

    /// The files that count for a directory.
    fn around(&mut self, directory: &str) {
        let mut directory = directory.to_owned();
        loop {
            for name in AROUND {
                let file = path::join(&directory, name);
                if !self.project.has(&file) || self.inputs.files.contains(&file) {
                    continue;
                }
                let Some(text) = self.take(&file) else { continue };
                if name.starts_with("Directory") {
                    self.imports(&text, name);
                } else if name.to_lowercase() == "nuget.config" && has_local_source(&text) {
                    self.inputs.stop(format!("`{name}` has a source on disk"));
                }
            }
            if directory == "/" {
                return;
            }
            directory = path::parent(&directory).to_owned();
        }
    }

    fn imports(&mut self, text: &str, name: &str) {
        // An import of an SDK has `Sdk=`; the others read a file, or whatever a function says.
        let reads = text.split("<Import ").skip(1).any(|element| {
            let element = element.split('>').next().unwrap_or_default();
            !element.contains("Sdk=")
        });
        if reads || text.contains("System.IO") || text.contains("$([MSBuild]::GetPathOfFileAbove") {
            self.inputs.stop(format!("`{name}` reads other files"));
        }
    }
}

/// Whether a source of packages is a folder.
fn has_local_source(text: &str) -> bool {
    let sources = text.split("<packageSources>").nth(1).and_then(|rest| rest.split("</packageSources>").next());
    let values = sources.unwrap_or_default().split("value=\"").skip(1).filter_map(|rest| rest.split('"').next());
    values.into_iter().any(|value| !value.starts_with("http"))
}
