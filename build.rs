//! Reads every `rules/<slug>/rule.toml`, fails on a missing half or an unknown key, and generates the rule registry; and turns
//! the tables of `data/` into Rust.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use toml_edit::{DocumentMut, Item, Table, Value};

const GROUPS: [&str; 5] = ["correctness", "security", "cache", "size", "maintenance"];
const LEVELS: [&str; 3] = ["safe", "unsafe", "display"];
const MAY_CHANGE: [&str; 15] = [
    "run",
    "run-split",
    "run-stub",
    "run-chown",
    "run-chmod",
    "copy-again",
    "copy-chmod",
    "copy-chown",
    "user",
    "as-root",
    "stages",
    "runtime-stage",
    "order",
    "arg",
    "dockerignore",
];
const KEYS: [&str; 10] = [
    "summary",
    "group",
    "applicability",
    "default",
    "by-name",
    "turn",
    "may-change",
    "aliases",
    "references",
    "options",
];

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
    tables(&root);
}

/// Writes what is known of base images as Rust, since reading it at every start would take longer than most files do.
fn tables(root: &Path) {
    println!("cargo::rerun-if-changed=data");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
    let write = |name: &str, code: fn(&DocumentMut) -> String| {
        let path = root.join("data").join(format!("{name}.toml"));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let document = text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        fs::write(out.join(format!("{name}.rs")), code(&document)).expect("OUT_DIR is writable");
    };
    write("base-images", base_images);
    write("base-users", base_users);
    write("runtime-bases", runtime_bases);
    write("ignore-candidates", ignore_candidates);
}

fn base_images(document: &DocumentMut) -> String {
    let mut code = String::from("static TABLE: &[BaseImage] = &[\n");
    for image in array_of_tables(document, "image") {
        let user = text_of(image, "user");
        let flag = |key: &str| image.get(key).and_then(Item::as_bool).unwrap_or_default();
        for pattern in patterns(image) {
            let (shell, interpreter) = (flag("shell"), flag("interpreter"));
            writeln!(
                code,
                "BaseImage {{ pattern: {pattern}, user: {user:?}, shell: {shell}, interpreter: {interpreter} }},"
            )
            .expect("a string takes all");
        }
    }
    code + "];\n"
}

fn base_users(document: &DocumentMut) -> String {
    let mut lists = String::new();
    let mut names = Vec::new();
    for list in array_of_tables(document, "list") {
        writeln!(lists, "static LIST_{}: List = {};", names.len(), account_list(list)).expect("a string takes all");
        names.push(text_of(list, "name"));
    }
    let mut images = String::from("static IMAGES: &[Image] = &[\n");
    for (index, image) in array_of_tables(document, "image").enumerate() {
        writeln!(lists, "static OWN_{index}: List = {};", account_list(image)).expect("a string takes all");
        let mut of_image = String::new();
        for name in strings(image, "lists") {
            let at = names.iter().position(|known| *known == name);
            let at = at.unwrap_or_else(|| panic!("data/base-users.toml has no list {name}"));
            write!(of_image, "&LIST_{at}, ").expect("a string takes all");
        }
        let family = match text_of(image, "family").as_str() {
            "" => "Unknown".to_owned(),
            family => family.split('-').map(capitalized).collect(),
        };
        let unlisted = match text_of(image, "unlisted").as_str() {
            "" => "Any".to_owned(),
            unlisted => capitalized(unlisted),
        };
        for pattern in patterns(image) {
            writeln!(
                images,
                "Image {{ pattern: {pattern}, lists: &[{of_image}&OWN_{index}], family: Family::{family}, \
                 unlisted: Unlisted::{unlisted} }},"
            )
            .expect("a string takes all");
        }
    }
    lists + &images + "];\n"
}

fn runtime_bases(document: &DocumentMut) -> String {
    let mut code = String::from("static TABLE: &[Entry] = &[\n");
    for base in array_of_tables(document, "base") {
        let flag = |key: &str| base.get(key).and_then(Item::as_bool).unwrap_or_default();
        let text = |key: &str| text_of(base, key);
        writeln!(
            code,
            "Entry {{ builder: {:?}, tags: &{:?}, versions: &{:?}, minor: {}, links_nothing: {}, exec: {}, runtime: {:?}, \
             shell: {}, zones: {}, programs: &{:?}, obstacle: {:?}, reason: {:?} }},",
            text("builder"),
            strings(base, "tags"),
            strings(base, "versions"),
            text("version") == "minor",
            flag("static"),
            flag("exec"),
            text("runtime"),
            flag("shell"),
            flag("zones"),
            strings(base, "programs"),
            text("obstacle"),
            text("reason"),
        )
        .expect("a string takes all");
    }
    code + "];\n"
}

fn ignore_candidates(document: &DocumentMut) -> String {
    let mut code = String::from("static TABLE: &[Candidate] = &[\n");
    for candidate in array_of_tables(document, "candidate") {
        let flag = |key: &str| candidate.get(key).and_then(Item::as_bool);
        let directory = flag("directory").map_or_else(|| "None".to_owned(), |flag| format!("Some({flag})"));
        let directory = if text_of(candidate, "kind") == "vcs" || directory != "None" {
            directory
        } else {
            "Some(false)".to_owned()
        };
        writeln!(
            code,
            "Candidate {{ names: &{:?}, kind: Kind::{}, directory: {directory}, beside: &{:?}, inside: &{:?}, text: &{:?}, \
             plain: {}, maker: &{:?}, certain: &{:?} }},",
            strings(candidate, "names"),
            capitalized(&text_of(candidate, "kind")),
            strings(candidate, "beside"),
            strings(candidate, "inside"),
            strings(candidate, "text"),
            flag("plain").unwrap_or_default(),
            strings(candidate, "maker"),
            strings(candidate, "certain"),
        )
        .expect("a string takes all");
    }
    code + "];\n"
}

/// The patterns of an entry: `name` or `names`, `tag` or `tags`, of which one has to fit, and `since`.
fn patterns(entry: &Table) -> Vec<String> {
    let texts = |one: &str, many: &str| -> Vec<String> {
        strings(entry, many).into_iter().chain(entry.get(one).and_then(Item::as_str).map(str::to_owned)).collect()
    };
    let since: Option<Vec<u32>> = entry.get("since").and_then(Item::as_str).map(|since| {
        since
            .trim_start_matches('v')
            .split('.')
            .map(|number| number.parse().unwrap_or_else(|_| panic!("`since` is no version: {since}")))
            .collect()
    });
    let since = since.map_or_else(|| "None".to_owned(), |numbers| format!("Some(&{numbers:?})"));
    let tags: Vec<Option<String>> = texts("tag", "tags").into_iter().map(Some).collect();
    let tags = if tags.is_empty() { vec![None] } else { tags };
    let pattern = |name: &String, tag: &Option<String>| {
        format!("ImagePattern {{ name: {name:?}, tag: {tag:?}, since: {since} }}")
    };
    let names = texts("name", "names");
    names.iter().flat_map(|name| tags.iter().map(|tag| pattern(name, tag)).collect::<Vec<_>>()).collect()
}

fn account_list(table: &Table) -> String {
    let listed = |key: &str| strings(table, key).iter().map(|text| account(text)).collect::<Vec<_>>().join(", ");
    let (users, groups, perhaps) = (listed("users"), listed("groups"), listed("perhaps"));
    format!("List {{ users: &[{users}], groups: &[{groups}], perhaps: &[{perhaps}] }}")
}

/// Reads `name:number:primary:home`, of which the rest may be left out, and `?` stands for what is not known.
fn account(text: &str) -> String {
    let mut fields = text.split(':');
    let name = fields.next().unwrap_or_default();
    let mut number = || fields.next().and_then(|field| field.parse::<u32>().ok());
    let (number, primary) = (number(), number());
    let home = fields.next().filter(|home| *home != "?");
    format!("Listed {{ name: {name:?}, number: {number:?}, primary: {primary:?}, home: {home:?} }}")
}

fn array_of_tables<'d>(document: &'d DocumentMut, key: &str) -> impl Iterator<Item = &'d Table> {
    document.get(key).and_then(Item::as_array_of_tables).into_iter().flatten()
}

fn text_of(table: &Table, key: &str) -> String {
    table.get(key).and_then(Item::as_str).unwrap_or_default().to_owned()
}

fn strings(table: &Table, key: &str) -> Vec<String> {
    let array = table.get(key).and_then(Item::as_array);
    array.into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
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
    let turn = match document.get("turn").map(|item| item.as_str()) {
        None => "Usual",
        Some(Some("first")) => "First",
        Some(Some("last")) => "Last",
        Some(_) => panic!("{}: `turn` must be \"first\" or \"last\"", path.display()),
    };
    assert!(!(by_name && default), "{}: a rule that runs by name only cannot be on by default", path.display());
    let options = document
        .get("options")
        .map(|item| {
            options(item.as_table().unwrap_or_else(|| panic!("{}: `options` must be a table", path.display())), &path)
        })
        .unwrap_or_default();
    format!(
        "Registered {{ meta: RuleMeta {{ slug: {slug:?}, summary: {:?}, group: Group::{}, applicability: Applicability::{}, default: {default}, shown: {shown}, by_name: {by_name}, turn: Turn::{turn}, may_change: &[{}], aliases: &{:?}, references: &{:?}, options: &[{options}], documentation: include_str!({:?}) }}, rule: &{module}::RULE }},\n",
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
