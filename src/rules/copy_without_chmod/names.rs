//! Which names stand for run-time configuration, and which for secrets.

use crate::model::path;

/// Endings of configuration files.
const CONFIGURATION: [&str; 9] = ["json", "yaml", "yml", "toml", "ini", "conf", "cfg", "properties", "xml"];

/// Directories that hold configuration.
const DIRECTORIES: [&str; 4] = ["config", "conf", "settings", "etc"];

/// Names in front of the first dot that stand for the configuration of a service.
const STEMS: [&str; 5] = ["config", "settings", "configuration", "application", "appsettings"];

/// Manifests, lock files, and the configuration of build tools: nothing reads them when the service runs, or whoever
/// reads them can.
const MANIFESTS: [&str; 48] = [
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "composer.json",
    "composer.lock",
    "bower.json",
    "lerna.json",
    "nx.json",
    "turbo.json",
    "rush.json",
    "deno.json",
    "jsr.json",
    "pom.xml",
    "build.xml",
    "ivy.xml",
    "pyproject.toml",
    "poetry.toml",
    "uv.toml",
    "cargo.toml",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "clippy.toml",
    "pipfile.toml",
    "setup.cfg",
    "tox.ini",
    "pytest.ini",
    "mypy.ini",
    "pnpm-workspace.yaml",
    "pnpm-lock.yaml",
    "environment.yml",
    "environment.yaml",
    "netlify.toml",
    "vercel.json",
    "now.json",
    "fly.toml",
    "app.json",
    "angular.json",
    "nest-cli.json",
    "babel.config.json",
    "jest.config.json",
    "global.json",
    "nuget.config",
    "gradle.properties",
    "gradle-wrapper.properties",
    "mkdocs.yml",
    "codecov.yml",
    "renovate.json",
    "dependabot.yml",
];

/// Directories whose files are no run-time configuration, whatever their names.
const OTHER_DIRECTORIES: [&str; 16] = [
    "node_modules",
    "test",
    "tests",
    "__tests__",
    "spec",
    "fixtures",
    "testdata",
    "docs",
    "doc",
    "examples",
    "example",
    "vendor",
    "third_party",
    "samples",
    "e2e",
    "charts",
];

/// Whether a file is run-time configuration by its name alone, as where a COPY names it.
pub fn is_configuration(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    CONFIGURATION.contains(&ending) && !stem.is_empty() && !is_manifest(&name)
}

fn is_manifest(name: &str) -> bool {
    MANIFESTS.contains(&name)
        || name.starts_with("tsconfig")
        || name.starts_with("jsconfig")
        || name.starts_with("docker-compose")
        || name.starts_with("compose.")
        || name.starts_with("project.")
        || name.ends_with("rc.json")
        || name.ends_with(".lock.json")
        || name.starts_with(".")
}

/// Whether a file that came with a whole directory is run-time configuration: by its name and where it lies.
pub fn is_configuration_in_tree(inside: &str) -> bool {
    let name = path::file_name(inside);
    if !is_configuration(name) {
        return false;
    }
    let directories: Vec<&str> = inside.split('/').rev().skip(1).collect();
    let elsewhere = |part: &&str| OTHER_DIRECTORIES.contains(part) || part.starts_with('.');
    if directories.iter().any(elsewhere) {
        return false;
    }
    let stem = name.split(['.', '-']).next().unwrap_or_default().to_ascii_lowercase();
    directories.iter().any(|part| is_configuration_directory(part)) || STEMS.contains(&stem.as_str())
}

/// Whether a directory holds configuration by its name.
pub fn is_configuration_directory(name: &str) -> bool {
    DIRECTORIES.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether a file is a part of the program by its name: code, a page, a picture, a text.
pub fn is_code(name: &str) -> bool {
    const ENDINGS: [&str; 40] = [
        "py", "pyc", "pyi", "js", "mjs", "cjs", "jsx", "ts", "tsx", "map", "rb", "erb", "php", "go", "java", "class",
        "jar", "war", "rs", "c", "h", "cpp", "lua", "pl", "pm", "r", "sh", "bash", "html", "css", "scss", "txt", "md",
        "rst", "svg", "png", "jpg", "ico", "woff2", "proto",
    ];
    let Some((_, ending)) = name.rsplit_once('.') else { return false };
    ENDINGS.contains(&ending.to_ascii_lowercase().as_str())
}

/// Whether a file is part of a version control system's data, which nothing reads when the service runs.
pub fn is_version_control(inside: &str) -> bool {
    inside.split('/').rev().skip(1).any(|part| matches!(part, ".git" | ".hg" | ".svn" | ".bzr"))
}

/// Whether a file is a private key or the like by its name. Such a file is never opened up.
pub fn is_secret(inside: &str) -> bool {
    let name = path::file_name(inside).to_ascii_lowercase();
    let endings = [
        ".pem",
        ".key",
        ".p12",
        ".pfx",
        ".jks",
        ".keystore",
        ".kdbx",
        ".gpg",
        ".ppk",
        ".keytab",
        ".der",
        ".ovpn",
        ".tfvars",
        "_key",
        "-key",
        "_rsa",
        "_dsa",
        "_ed25519",
        "_ecdsa",
        "key.json",
    ];
    let names = [
        ".env",
        ".netrc",
        "_netrc",
        ".pypirc",
        ".git-credentials",
        ".htpasswd",
        "htpasswd",
        ".pgpass",
        ".npmrc",
        ".yarnrc.yml",
        ".dockercfg",
        ".my.cnf",
        "auth.json",
        "acme.json",
        ".erlang.cookie",
        ".vault_pass",
        ".boto",
        ".s3cfg",
        "rclone.conf",
        "credentials",
        "shadow",
        "gshadow",
    ];
    let is_public = name.ends_with(".pub")
        || [".env.example", ".env.sample", ".env.template", ".env.dist"].contains(&name.as_str());
    let words = [
        "secret",
        "credential",
        "password",
        "passwd",
        "private",
        "token",
        "service-account",
        "serviceaccount",
        "apikey",
    ];
    !is_public
        && (name.starts_with("id_")
            || endings.iter().any(|ending| name.ends_with(ending))
            || names.contains(&name.as_str())
            || name.starts_with(".env.")
            || name.starts_with("kubeconfig")
            || (name.starts_with("wg") && name.ends_with(".conf"))
            || words.iter().any(|word| name.contains(word))
            || inside.split('/').any(|part| {
                matches!(
                    part,
                    ".ssh" | ".gnupg" | ".aws" | "secrets" | ".kube" | ".docker" | ".gcloud" | "keys" | "private"
                )
            }))
}

/// Whether a directory copied without a look inside may hold a program that a container starts.
pub fn looks_like_script(path: &str) -> bool {
    let name = path::file_name(path);
    name.ends_with(".sh") || name.contains("entrypoint")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_configuration_from_manifests_and_secrets() {
        for name in ["settings.json", "nginx.conf", "Config.YAML", "log4j2.xml", "app.properties"] {
            assert!(is_configuration(name), "{name}");
        }
        for name in [
            "package.json",
            "tsconfig.build.json",
            "pom.xml",
            "Cargo.toml",
            "docker-compose.yml",
            ".eslintrc.json",
            "json",
        ] {
            assert!(!is_configuration(name), "{name}");
        }
        for inside in ["config/settings.json", "src/etc/a/b.ini", "config.yaml", "appsettings.Production.json"] {
            assert!(is_configuration_in_tree(inside), "{inside}");
        }
        for inside in [
            "locales/en.json",
            "tests/config/a.json",
            "node_modules/x/config.json",
            ".github/config/x.yml",
            "config/a.py",
        ] {
            assert!(!is_configuration_in_tree(inside), "{inside}");
        }
        for inside in [
            "id_rsa",
            "tls/server.key",
            ".env",
            ".env.production",
            "config/secrets.yml",
            ".ssh/config",
            "db_password.txt",
        ] {
            assert!(is_secret(inside), "{inside}");
        }
        assert!(is_version_control("app/.git/objects/pack/a.pack") && !is_version_control("app/.gitignore"));
        for inside in ["id_rsa.pub", ".env.example", "settings.json", "keyboard.json"] {
            assert!(!is_secret(inside), "{inside}");
        }
    }
}
