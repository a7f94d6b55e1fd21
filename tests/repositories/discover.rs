//! Which repositories are found.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use dockfix::repositories::discover;

use super::Place;

impl Place {
    /// What is found below `roots`: `path: kind [nested ...]`, and problems.
    fn found(&self, roots: &[&str]) -> Vec<String> {
        let roots: Vec<PathBuf> = roots.iter().map(|root| self.at(root)).collect();
        let discovery = discover(&roots, 2);
        let units = discovery.units.iter().map(|unit| {
            let nested: Vec<String> =
                unit.nested().iter().map(|nested| format!(" -{}", self.relative(nested))).collect();
            format!("{}: {:?}{}", self.relative(unit.path()), unit.kind(), nested.concat())
        });
        let problems = discovery.problems.iter().map(|problem| {
            format!("{}: {problem}", self.relative(&problem.path)).replace(&format!("{}/", self.at("").display()), "")
        });
        units.chain(problems).collect()
    }
}

#[test]
fn finds_every_sort_of_repository_once() {
    let place = Place::new();
    place.repository("all/plain");
    place.repository("all/deep/er/one");
    place.repository("sub-origin");
    place.git("all/plain", &["worktree", "add", "--quiet", "../linked", "-b", "linked"]);
    place.git("all", &["clone", "--quiet", "--bare", "plain", "mirror.git"]);
    place.git("all/deep/er/one", &["submodule", "--quiet", "add", "../../../../sub-origin", "modules-here/x"]);
    place.repository("all/plain/inner");
    place.repository("all/plain/inner/innermost");
    place.git("all/plain", &["clone", "--quiet", "--bare", "inner", "fixture.git"]);
    fs::create_dir_all(place.at("all/plain/empty/.git")).unwrap();
    fs::create_dir_all(place.at("all/nothing/here")).unwrap();
    symlink(place.at("sub-origin"), place.at("all/link")).unwrap();
    let all = [
        "all/deep/er/one: WorkTree -all/deep/er/one/modules-here/x",
        "all/deep/er/one/modules-here/x: Submodule",
        "all/linked: LinkedWorkTree",
        "all/mirror.git: Bare",
        "all/plain: WorkTree -all/plain/inner",
        "all/plain/inner: WorkTree -all/plain/inner/innermost",
        "all/plain/inner/innermost: WorkTree",
    ];
    assert_eq!(place.found(&["all"]), all);
    assert_eq!(place.found(&["all/plain", "all", "all/mirror.git"]), all);
    assert_eq!(place.found(&["all/link"]), ["sub-origin: WorkTree"]);
    assert_eq!(place.found(&["all/plain/fixture.git"]), ["all/plain/fixture.git: Bare"]);
    let units = discover(&[place.at("all")], 1).units;
    assert_eq!(units[2].common(), units[4].common());
    assert!(units[4].owns(&place.at("all/plain/Dockerfile")));
    assert!(!units[4].owns(&place.at("all/plain/inner/Dockerfile")) && !units[4].owns(&place.at("all/Dockerfile")));
}

#[test]
fn says_what_is_wrong_with_a_root() {
    let place = Place::new();
    place.repository("one");
    place.write("file", "x");
    fs::create_dir_all(place.at("plain")).unwrap();
    let check = |root: &str, expected: &str| assert_eq!(place.found(&[root]), [expected], "{root}");
    check("gone", "gone: no such file or directory; check the path");
    check("file", "file: not a folder; name a repository, or a folder with repositories in it");
    check("one/.git", "one/.git: the inside of a repository; name the folder above it");
    let help = "run `dockfix` without `batch` on it, or name a folder with repositories in it";
    check("plain", &format!("plain: no git repository in it; {help}"));
    let help = "name that, or run `dockfix` without `batch` on the folder";
    let inside = format!("one/sub: no repository, but a folder inside of {}; {help}", place.at("one").display());
    let found = place.found(&["one/sub"]);
    assert_eq!(found, [inside.replace(&format!("{}/", place.at("").display()), "")]);
    assert_eq!(place.found(&["plain", "one"]).len(), 2);
}

#[test]
fn leaves_out_what_a_repository_ignores_unless_it_is_named() {
    let place = Place::new();
    place.repository("one");
    place.write("one/.gitignore", "*\n!.gitignore\n");
    place.repository("one/cache/clone");
    assert_eq!(place.found(&["one"]), ["one: WorkTree"]);
    assert_eq!(place.found(&["one/cache"]), ["one/cache/clone: WorkTree"]);
    // Outside of repositories nothing is ignored.
    place.write(".gitignore", "one\n");
    assert_eq!(place.found(&[""]), ["one: WorkTree"]);
}

#[test]
fn takes_no_folder_for_what_it_does_not_say_it_is() {
    let place = Place::new();
    place.repository("victim");
    place.repository("all/good");
    for (folder, text) in [
        ("nonsense", "hello\n"),
        ("nowhere", "gitdir: ../none\n"),
        ("thief", "gitdir: ../../victim/.git\n"),
        ("good/nested", "gitdir:\n"),
    ] {
        place.write(&format!("all/{folder}/.git"), text);
    }
    place.repository("all/elsewhere");
    place.git("all/elsewhere", &["config", "core.worktree", "/"]);
    let help = "mend or remove its `.git`";
    let expected = [
        "all/good: WorkTree -all/good/nested".to_owned(),
        // It can be read; that nothing is written through it is shown where commits are.
        "all/thief: WorkTree".to_owned(),
        format!("all/elsewhere: its configuration says that its work tree is /; {help}"),
        format!("all/good/nested: its `.git` does not say `gitdir: PATH`; {help}"),
        format!("all/nonsense: its `.git` does not say `gitdir: PATH`; {help}"),
        format!("all/nowhere: its `.git` names ../none, which is no repository; {help}"),
    ];
    assert_eq!(place.found(&["all"]), expected);
}

#[test]
fn takes_work_trees_around_a_bare_repository_for_the_units() {
    let place = Place::new();
    place.repository("origin");
    fs::create_dir_all(place.at("hub")).unwrap();
    place.git("hub", &["clone", "--quiet", "--bare", "../origin", ".bare"]);
    place.write("hub/.git", "gitdir: ./.bare\n");
    assert_eq!(place.found(&["hub"]), ["hub/.bare: Bare"]);
    place.git("hub", &["worktree", "add", "--quiet", "main"]);
    assert_eq!(place.found(&["hub"]), ["hub/main: LinkedWorkTree"]);
    place.write("other/.git", "gitdir: ../hub/.bare\n");
    let reason = "its `.git` names hub/.bare, which has no work tree";
    assert_eq!(place.found(&["other"]), [format!("other: {reason}; mend or remove its `.git`")]);
}
