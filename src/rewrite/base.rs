//! Whether the base image has files of its own at a path.

use super::Site;
use crate::model::accounts::{Known, Origin};
use crate::model::{Base, StepId, layout, path};

/// What can be said of a directory of the base image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BaseHolds {
    /// It is not there.
    Nothing,
    /// Nobody can tell; the sentence says why.
    Perhaps(String),
    /// It is there, in all likelihood with files in it.
    Files,
}

/// Directories below which only a few, and known, directories of base images lie.
const FREE: [&str; 8] = ["/home", "/opt", "/srv", "/usr/src", "/var/www", "/var/lib", "/var/opt", "/mnt"];

/// What known images have below these, and at the root.
const TAKEN: [&str; 33] = [
    "/conf",
    "/config",
    "/data",
    "/datalog",
    "/docker-entrypoint-initdb.d",
    "/docker-entrypoint.d",
    "/go",
    "/home/node",
    "/home/ubuntu",
    "/licenses",
    "/logs",
    "/opt/bitnami",
    "/opt/conda",
    "/opt/java",
    "/opt/nvidia",
    "/opt/venv",
    "/opt/yarn",
    "/usr/src/linux",
    "/usr/src/php",
    "/usr/src/wordpress",
    "/var/lib/apk",
    "/var/lib/apt",
    "/var/lib/dpkg",
    "/var/lib/misc",
    "/var/lib/pam",
    "/var/lib/systemd",
    "/var/lib/rpm",
    "/var/lib/alternatives",
    "/var/www/html",
    "/var/www/localhost",
    "/workspace",
    "/www",
    "/snap",
];

/// Whether the image that stage `stage` begins with may have files in `directory`.
#[must_use]
pub fn holds(site: &Site<'_>, stage: usize, directory: &str) -> BaseHolds {
    let first = &site.model.stages[site.model.lineage(stage)[0]];
    if is_system(directory) {
        return BaseHolds::Files;
    }
    if is_home_of_the_base(site, stage, directory) {
        return BaseHolds::Files;
    }
    let doubt = "of the base image nothing is known, so it may have files there".to_owned();
    match &first.base {
        Base::Scratch => BaseHolds::Nothing,
        Base::Image(reference) if is_known(site, stage) => {
            let name = path::file_name(&reference.name);
            let inside = directory
                .strip_prefix("/home/")
                .map_or(directory, |home| home.split_once('/').map_or("", |(_, rest)| rest));
            let own = inside
                .split('/')
                .any(|part| !part.is_empty() && (part == name || (part.len() > 3 && name.contains(part))));
            if own {
                BaseHolds::Perhaps(format!("the base image `{name}` may have files there"))
            } else {
                BaseHolds::Nothing
            }
        }
        _ => BaseHolds::Perhaps(doubt),
    }
}

/// Whether the image that stage `stage` begins with has `directory`, which is none that every image has.
#[must_use]
pub fn has(site: &Site<'_>, stage: usize, directory: &str) -> bool {
    let first = site.model.lineage(stage)[0];
    let start = StepId { stage: first, step: 0 };
    if let Some(name) = directory.strip_prefix("/home/").filter(|name| !name.contains('/'))
        && let Known::Exists(user) = site.model.accounts(start).user(name)
    {
        return user.origin == Origin::Base && user.home.as_deref() == Some(directory);
    }
    let debian = |base: &Base| matches!(base, Base::Image(image) if image.known().is_some() && image.has_bash());
    directory == "/usr/src" && debian(&site.model.stages[first].base)
}

/// What images declare as VOLUME, by the Dockerfile of each in github.com/docker-library.
const VOLUMES: [(&str, &[&str]); 24] = [
    ("cassandra", &["/var/lib/cassandra"]),
    ("docker", &["/var/lib/docker"]),
    ("eclipse-mosquitto", &["/mosquitto/data", "/mosquitto/log"]),
    ("ghost", &["/var/lib/ghost/content"]),
    ("gradle", &["/home/gradle/.gradle"]),
    ("influxdb", &["/var/lib/influxdb", "/var/lib/influxdb2", "/etc/influxdb2"]),
    ("jenkins", &["/var/jenkins_home"]),
    ("joomla", &["/var/www/html"]),
    ("mariadb", &["/var/lib/mysql"]),
    ("matomo", &["/var/www/html"]),
    ("mongo", &["/data/db", "/data/configdb"]),
    ("mysql", &["/var/lib/mysql"]),
    ("neo4j", &["/data", "/logs"]),
    ("nextcloud", &["/var/www/html"]),
    ("odoo", &["/var/lib/odoo", "/mnt/extra-addons"]),
    ("percona", &["/var/lib/mysql", "/var/log/mysql"]),
    ("postgres", &["/var/lib/postgresql"]),
    ("rabbitmq", &["/var/lib/rabbitmq"]),
    ("redis", &["/data"]),
    ("redmine", &["/usr/src/redmine/files"]),
    ("registry", &["/var/lib/registry"]),
    ("solr", &["/var/solr"]),
    ("wordpress", &["/var/www/html"]),
    ("zookeeper", &["/data", "/datalog", "/logs"]),
];

/// Whether a VOLUME of the image that stage `stage` begins with covers `target`, or lies in it.
#[must_use]
pub fn declares_volume(site: &Site<'_>, stage: usize, target: &str) -> bool {
    let Base::Image(reference) = &site.model.stages[site.model.lineage(stage)[0]].base else { return false };
    let name = path::file_name(&reference.name);
    let volumes = VOLUMES.iter().filter(|(image, _)| *image == name).flat_map(|(_, volumes)| *volumes);
    volumes.into_iter().any(|volume| path::below(volume, target).is_some() || path::below(target, volume).is_some())
}

/// Whether `directory` may be the home of a user of the base image, who has files in it: a home for which the file makes no user.
fn is_home_of_the_base(site: &Site<'_>, stage: usize, directory: &str) -> bool {
    let Some(name) = directory.strip_prefix("/home/").filter(|name| !name.contains('/')) else { return false };
    if site.model.stages[site.model.lineage(stage)[0]].is_scratch() {
        return false;
    }
    match site.model.final_accounts(stage).user(name) {
        Known::Exists(user) | Known::Likely(user, _) => user.origin == Origin::Base,
        Known::Missing => false,
        Known::Unknown => true,
    }
}

/// Whether stage `stage` begins with nothing, or with an image of the table.
#[must_use]
pub fn is_known(site: &Site<'_>, stage: usize) -> bool {
    let first = &site.model.stages[site.model.lineage(stage)[0]];
    match &first.base {
        Base::Scratch => true,
        Base::Image(reference) => reference.known().is_some() && !first.base_overridable,
        Base::Stage(_) | Base::Unknown => false,
    }
}

fn is_system(directory: &str) -> bool {
    let taken = |of: &&str| {
        // In a home directory, what has a name of its own is not the image's.
        let ends: &[char] = if of.starts_with("/home/") { &[] } else { &['/', '-', '.'] };
        directory == *of || directory.strip_prefix(*of).is_some_and(|rest| rest.starts_with(ends))
    };
    if directory == "/" || TAKEN.iter().any(taken) {
        return true;
    }
    let free = |of: &&str| path::below(of, directory).is_some_and(|inside| !inside.is_empty());
    !FREE.iter().any(free) && layout::is_below_the_systems(directory)
}
