//! Repositories with random damage: each is an error at worst, and nothing else.

use std::fs;
use std::path::{Path, PathBuf};

use dockfix::repositories::{NewText, discover};

use super::Place;
use super::commit::author;
use super::dirty::Numbers;

/// Every file of a repository with its bytes.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = walk.filter(|entry| entry.file_type().is_file());
    files.map(|entry| (entry.path().to_owned(), fs::read(entry.path()).unwrap())).collect()
}

fn damage(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    let length = bytes.len() as u64;
    let at = numbers.below(length.max(1)) as usize;
    match numbers.below(6) {
        0 => bytes.truncate(at),
        1 => bytes.clear(),
        2 => bytes.extend_from_slice(&[0xff; 40]),
        3 if length > 0 => drop(bytes.drain(at..(at + 4).min(bytes.len()))),
        4 if length > 0 => bytes[at] = [0, 0xff, b'\n', b'/'][numbers.below(4) as usize],
        _ if length > 0 => bytes[at] ^= 1 << numbers.below(8),
        _ => {}
    }
}

#[test]
fn survives_damage_of_any_kind() {
    let place = Place::new();
    place.repository("one");
    place.git("one", &["tag", "-a", "-m", "x", "tag"]);
    place.write("one/Dockerfile", "FROM alpine:3.21\n");
    let mut numbers = Numbers(11);
    let into = tempfile::tempdir().unwrap();
    for form in ["loose", "packed"] {
        place.commit_all("one", form);
        if form == "packed" {
            place.git("one", &["gc", "--quiet"]);
        }
        let whole = files(&place.at("one/.git"));
        for round in 0..60 {
            let (path, bytes) = &whole[numbers.below(whole.len() as u64) as usize];
            let mut damaged = bytes.clone();
            damage(&mut damaged, &mut numbers);
            fs::remove_file(path).unwrap();
            fs::write(path, &damaged).unwrap();
            let folder = into.path().join(format!("{form}{round}"));
            fs::create_dir(&folder).unwrap();
            for unit in discover(&[place.at("one")], 1).units {
                let change = NewText { path: "Dockerfile", before: Some("FROM alpine:3.21\n"), after: "FROM x\n" };
                let _ = (unit.dirty(3), unit.checkout(&folder), unit.commit("dockfix", "x", &author(), &[change]));
            }
            fs::remove_file(path).unwrap();
            fs::write(path, bytes).unwrap();
            let _ = fs::remove_file(place.at("one/.git/refs/heads/dockfix"));
        }
        assert_eq!(place.git("one", &["fsck", "--strict", "--no-dangling"]), "", "nothing damaged is left behind");
    }
}
