//! Which directories an image has before any instruction runs: one table of the root file system.
//!
//! Owns what distributions put there. Must not know what lies in these directories, nor whose they should be: what a rule
//! leaves alone for that reason is its own list.
//!
//! Sources: the packages that make them (Debian's `base-files`, whose postinst makes `/opt`, `/srv`, `/mnt`, `/media` and
//! `/usr/local`; Alpine's `alpine-baselayout`; `filesystem` of Fedora, RHEL, Amazon Linux, openSUSE and Arch), and
//! `docker export` of Debian's and BusyBox's images. BusyBox's has none of the second group, as
//! <https://github.com/docker-library/busybox> makes it; distroless images unpack `base-files` without its postinst.

use super::{Base, BuildModel};

/// Where a directory is found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum In {
    /// In whatever has a shell or a `/etc/passwd`: BusyBox and distroless images too.
    Every,
    /// In every distribution, but not in images that are made of a few files.
    Distribution,
    /// In some distributions.
    Some,
}

const DIRECTORIES: [(&str, In); 46] = [
    ("/bin", In::Every),
    ("/dev", In::Every),
    ("/etc", In::Every),
    ("/home", In::Every),
    ("/lib", In::Every),
    ("/root", In::Every),
    ("/tmp", In::Every),
    ("/usr", In::Every),
    ("/usr/bin", In::Every),
    ("/var", In::Every),
    ("/mnt", In::Distribution),
    ("/opt", In::Distribution),
    ("/proc", In::Distribution),
    ("/run", In::Distribution),
    ("/sbin", In::Distribution),
    ("/srv", In::Distribution),
    ("/sys", In::Distribution),
    ("/usr/lib", In::Distribution),
    ("/usr/local", In::Distribution),
    ("/usr/local/bin", In::Distribution),
    ("/usr/local/lib", In::Distribution),
    ("/usr/local/share", In::Distribution),
    ("/usr/sbin", In::Distribution),
    ("/usr/share", In::Distribution),
    ("/var/cache", In::Distribution),
    ("/var/lib", In::Distribution),
    ("/var/log", In::Distribution),
    ("/afs", In::Some),
    ("/boot", In::Some),
    ("/lib32", In::Some),
    ("/lib64", In::Some),
    ("/libexec", In::Some),
    ("/libx32", In::Some),
    ("/lost+found", In::Some),
    ("/media", In::Some),
    ("/selinux", In::Some),
    ("/usr/include", In::Some),
    ("/usr/lib64", In::Some),
    ("/usr/libexec", In::Some),
    ("/usr/local/etc", In::Some),
    ("/usr/local/include", In::Some),
    ("/usr/local/lib64", In::Some),
    ("/usr/local/libexec", In::Some),
    ("/usr/local/sbin", In::Some),
    ("/usr/local/src", In::Some),
    ("/usr/src", In::Some),
];

/// Images with a shell that are made of BusyBox and the program alone.
const OF_BUSYBOX: [&str; 4] = ["busybox", "prom/", "quay.io/prometheus/", "progrium/busybox"];

/// Whether an image has a directory before any instruction runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Present {
    /// It has not, as far as is known.
    No,
    /// Most have it, and of this one nobody knows.
    Likely,
    /// It has.
    Yes,
}

impl BuildModel {
    /// Whether the image that stage `stage` begins with has `directory`, as images do, whatever they are for.
    #[must_use]
    pub fn base_has_directory(&self, stage: usize, directory: &str) -> Present {
        if directory == "/" {
            return Present::Yes;
        }
        let Some((_, place)) = DIRECTORIES.iter().find(|(path, _)| *path == directory) else { return Present::No };
        let first = &self.stages[self.lineage(stage)[0]];
        let known = match &first.base {
            Base::Scratch => return Present::No,
            // What Chainguard's layout has is not written down.
            Base::Image(image) if image.name.starts_with("cgr.dev/") => None,
            Base::Image(image) => image.known().map(|known| (known, image)),
            Base::Stage(_) | Base::Unknown => None,
        };
        match (place, known) {
            (In::Every, _) => Present::Yes,
            (_, Some((known, image))) => {
                let of_busybox = OF_BUSYBOX.iter().any(|name| image.name.starts_with(name));
                match known.shell && !of_busybox {
                    true if first.base_overridable || *place == In::Some => Present::Likely,
                    true => Present::Yes,
                    false => Present::No,
                }
            }
            (_, None) => Present::Likely,
        }
    }
}

/// Whether a path is that of a directory of some distribution at the root, or lies below one.
#[must_use]
pub fn is_below_the_systems(path: &str) -> bool {
    let top = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    !top.is_empty() && DIRECTORIES.iter().any(|(directory, _)| directory.strip_prefix('/') == Some(top))
}
