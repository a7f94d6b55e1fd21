//! Reads every `rules/<slug>/rule.toml`, fails on a missing half or an unknown key, and generates the rule registry.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use toml_edit::{DocumentMut, Item, Table, Value};

const GROUPS: [&str; 5] = ["correctness", "security", "cache", "size", "maintenance"];
const LEVELS: [&str; 3] = ["safe", "unsafe", "display"];
const MAY_CHANGE: [&str; 13] = [
    "run",
    "run-split",
    "run-chown",
    "run-chmod",
    "copy-again",
    "copy-chmod",
    "copy-chown",
    "user",
    "as-root",
    "stages",
    "order",
    "arg",
    "dockerignore",
];
const KEYS: [&str; 9] =
    ["summary", "group", "applicability", "default", "by-name", "may-change", "aliases", "references", "options"];

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/rules");
    let mut slugs: Vec<String> = fs::read_dir(root.join("rules"))
        .expect("the folder rules/ exists")
        .filter_map(|entry| Some(entry.expect("rules/ is readable").path()).filter(|path| path.is_dir()))
        .map(|path| path.file_name().expect("a folder has a name").to_string_lossy().into_owned())
        .collect();
    slugs.sort();
    let mut code = String::new();
    let mut table = String::from("/// Every rule, by slug.\npub static REGISTRY: &[Registered] = &[\n");
    for slug in &slugs {
        let module = slug.replace('-', "_");
        let source = module_path(&root, &module);
        writeln!(code, "#[path = {:?}]\npub mod {module};", source.display().to_string()).expect("a string takes all");
        table.push_str(&registered(&root.join("rules").join(slug), slug, &module));
    }
    refuse_orphans(&root.join("src/rules"), &slugs);
    code.push_str(&table);
    code.push_str("];\n");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR")).join("registry.rs");
    fs::write(out, code).expect("OUT_DIR is writable");
}

/// The implementation of a rule: one file, or a folder where one file would be too long.
fn module_path(root: &Path, module: &str) -> PathBuf {
    let file = root.join("src/rules").join(format!("{module}.rs"));
    let folder = root.join("src/rules").join(module).join("mod.rs");
    match (file.is_file(), folder.is_file()) {
        (true, false) => file,
        (false, true) => folder,
        (false, false) => panic!("rules/{} has no implementation: write {}", module.replace('_', "-"), file.display()),
        (true, true) => panic!("{} and {} both exist: keep one", file.display(), folder.display()),
    }
}

fn refuse_orphans(folder: &Path, slugs: &[String]) {
    for entry in fs::read_dir(folder).expect("src/rules is readable") {
        let path = entry.expect("src/rules is readable").path();
        let slug = path.file_stem().expect("an entry has a name").to_string_lossy().replace('_', "-");
        assert!(slugs.contains(&slug), "{} has no specification: write rules/{slug}/rule.toml", path.display());
    }
}

fn registered(folder: &Path, slug: &str, module: &str) -> String {
    let path = folder.join("rule.toml");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let document: DocumentMut = text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let readme = folder.join("README.md");
    assert!(readme.is_file(), "rules/{slug} has no README.md");
    let known = BTreeSet::from(KEYS);
    for (key, _) in document.iter() {
        assert!(known.contains(key), "{}: unknown key `{key}`", path.display());
    }
    let text_of = |key: &str| {
        document
            .get(key)
            .and_then(Item::as_str)
            .unwrap_or_else(|| panic!("{}: `{key}` must be a text", path.display()))
            .to_owned()
    };
    let one_of = |key: &str, allowed: &[&str]| {
        let value = text_of(key);
        assert!(allowed.contains(&value.as_str()), "{}: `{key}` must be one of {allowed:?}", path.display());
        capitalized(&value)
    };
    let list_of = |key: &str| document.get(key).map(|item| texts(item, &path, key)).unwrap_or_default();
    let may_change = list_of("may-change");
    for name in &may_change {
        assert!(MAY_CHANGE.contains(&name.as_str()), "{}: `may-change` takes {MAY_CHANGE:?}", path.display());
    }
    // `shown` is on by default as well, but writes nothing unless the rule is selected by its name.
    let shown = document.get("default").and_then(Item::as_str) == Some("shown");
    let default = shown
        || document
            .get("default")
            .and_then(Item::as_bool)
            .unwrap_or_else(|| panic!("{}: `default` must be true, false or \"shown\"", path.display()));
    let by_name = document.get("by-name").is_some_and(|item| {
        item.as_bool().unwrap_or_else(|| panic!("{}: `by-name` must be true or false", path.display()))
    });
    assert!(!(by_name && default), "{}: a rule that runs by name only cannot be on by default", path.display());
    let options = document
        .get("options")
        .map(|item| {
            options(item.as_table().unwrap_or_else(|| panic!("{}: `options` must be a table", path.display())), &path)
        })
        .unwrap_or_default();
    format!(
        "Registered {{ meta: RuleMeta {{ slug: {slug:?}, summary: {:?}, group: Group::{}, applicability: Applicability::{}, default: {default}, shown: {shown}, by_name: {by_name}, may_change: &[{}], aliases: &{:?}, references: &{:?}, options: &[{options}], documentation: include_str!({:?}) }}, rule: &{module}::RULE }},\n",
        text_of("summary"),
        one_of("group", &GROUPS),
        one_of("applicability", &LEVELS),
        may_change.iter().map(|name| format!("MayChange::{},", capitalized(name))).collect::<String>(),
        list_of("aliases"),
        list_of("references"),
        readme.display().to_string(),
    )
}

fn options(table: &Table, path: &Path) -> String {
    let mut code = String::new();
    for (name, item) in table {
        let option =
            item.as_table_like().unwrap_or_else(|| panic!("{}: option `{name}` must be a table", path.display()));
        for (key, _) in option.iter() {
            assert!(
                ["type", "values", "default", "review", "meaning"].contains(&key),
                "{}: option `{name}`: unknown key `{key}`",
                path.display()
            );
        }
        let text_of = |key: &str| {
            option
                .get(key)
                .and_then(Item::as_str)
                .unwrap_or_else(|| panic!("{}: option `{name}`: `{key}` must be a text", path.display()))
        };
        let kind = match text_of("type") {
            "enum" => format!(
                "OptionKind::Enum(&{:?})",
                texts(
                    option
                        .get("values")
                        .unwrap_or_else(|| panic!("{}: option `{name}`: an enum needs `values`", path.display())),
                    path,
                    "values"
                )
            ),
            "text" => "OptionKind::Text".to_owned(),
            "flag" => "OptionKind::Flag".to_owned(),
            "number" => "OptionKind::Number".to_owned(),
            "list" => "OptionKind::List".to_owned(),
            other => panic!("{}: option `{name}`: unknown type `{other}`", path.display()),
        };
        let default = option
            .get("default")
            .and_then(Item::as_value)
            .unwrap_or_else(|| panic!("{}: option `{name}` has no default", path.display()));
        let default = match default {
            Value::String(text) => text.value().clone(),
            other => other.to_string().trim().to_owned(),
        };
        let review = option.get("review").map(|_| text_of("review"));
        if let Some(review) = review {
            let values = option.get("values").map(|values| texts(values, path, "values")).unwrap_or_default();
            assert!(
                values.iter().any(|value| value == review),
                "{}: option `{name}`: `review` must be one of {values:?}",
                path.display()
            );
        }
        write!(
            code,
            "OptionMeta {{ name: {name:?}, kind: {kind}, default: {default:?}, review: {review:?}, meaning: {:?} }},",
            text_of("meaning")
        )
        .expect("a string takes all");
    }
    code
}

fn texts(item: &Item, path: &Path, key: &str) -> Vec<String> {
    let array = item.as_array().unwrap_or_else(|| panic!("{}: `{key}` must be a list of texts", path.display()));
    array
        .iter()
        .map(|value| {
            value.as_str().unwrap_or_else(|| panic!("{}: `{key}` must be a list of texts", path.display())).to_owned()
        })
        .collect()
}

/// `copy-chmod` becomes `CopyChmod`.
fn capitalized(name: &str) -> String {
    name.split('-').map(|part| part[..1].to_uppercase() + &part[1..]).collect()
}
