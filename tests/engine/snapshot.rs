//! The file system of an image, read from a tar stream.
//!
//! Owns what counts as a difference: type, mode, owner, size, content, link
//! target. Times are no difference, since every build has its own.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use tar::{Archive, EntryType};

use crate::spec::NodeSpec;

/// What an engine or a build puts into every container: no part of the image.
const NOISE: [&str; 7] = [
    "/.dockerenv",
    "/etc/hostname",
    "/etc/hosts",
    "/etc/mtab",
    "/etc/resolv.conf",
    "/run/.containerenv",
    "/run/secrets",
];
/// What apt writes anew from the same lists, with other bytes in most runs and the same ones in some, so that a second build
/// of the original does not tell that it means nothing.
const APT_CACHES: [&str; 2] = ["/var/cache/apt/pkgcache.bin", "/var/cache/apt/srcpkgcache.bin"];
const NOISY_DIRS: [&str; 3] = ["/dev", "/proc", "/sys"];

/// One path of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// `file`, `dir`, `link` or `other`.
    pub kind: &'static str,
    pub mode: u32,
    pub uid: u64,
    pub gid: u64,
    pub size: u64,
    pub target: Option<String>,
    content: Option<[u8; 32]>,
    device: Option<(u32, u32)>,
}

/// Every path of an image, absolute and without a slash at the end.
#[derive(Debug, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<String, Node>);

impl Snapshot {
    /// Reads a tar stream of a whole root directory.
    pub fn read(stream: impl Read) -> Result<Self> {
        let mut nodes = BTreeMap::new();
        let mut hard_links = Vec::new();
        let mut archive = Archive::new(stream);
        for entry in archive.entries().context("read the image's tar stream")? {
            let mut entry = entry?;
            let path = absolute(&entry.path()?.to_string_lossy());
            let target = entry.link_name()?.map(|name| name.to_string_lossy().into_owned());
            if is_noise(&path) {
                continue;
            }
            if entry.header().entry_type() == EntryType::Link {
                hard_links.push((path, absolute(&target.unwrap_or_default())));
                continue;
            }
            let content = match entry.header().entry_type() {
                EntryType::Regular | EntryType::Continuous => Some(digest(&mut entry)?),
                _ => None,
            };
            let header = entry.header();
            let kind = match header.entry_type() {
                EntryType::Regular | EntryType::Continuous => "file",
                EntryType::Directory => "dir",
                EntryType::Symlink => "link",
                _ => "other",
            };
            let device = match kind {
                "other" => header.device_major()?.zip(header.device_minor()?),
                _ => None,
            };
            let node = Node {
                kind,
                mode: header.mode()? & 0o7777,
                uid: header.uid()?,
                gid: header.gid()?,
                size: if kind == "file" { entry.size() } else { 0 },
                target: target.filter(|_| kind == "link"),
                content,
                device,
            };
            nodes.insert(path, node);
        }
        // Whoever writes the stream must be able to write it to its end, behind
        // the archive's own.
        io::copy(&mut archive.into_inner(), &mut io::sink())?;
        // Which of several names holds the content depends on the layer, so
        // each name counts as a file of its own.
        for (path, target) in hard_links {
            if let Some(node) = nodes.get(&target).cloned() {
                nodes.insert(path, node);
            }
        }
        Ok(Self(nodes))
    }

    pub fn get(&self, path: &str) -> Option<&Node> {
        self.0.get(path)
    }

    /// Every path with what is there, in order.
    pub fn nodes(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.0.iter().map(|(path, node)| (path.as_str(), node))
    }

    /// The paths that are not the same in both, in order.
    pub fn differences<'a>(&'a self, other: &'a Self) -> Vec<&'a str> {
        let mut paths: Vec<&str> = self.0.keys().chain(other.0.keys()).map(String::as_str).collect();
        paths.sort_unstable();
        paths.dedup();
        paths.retain(|path| self.get(path) != other.get(path));
        paths
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:04o} {}:{}", self.kind, self.mode, self.uid, self.gid)?;
        if let Some(content) = &self.content {
            let short = content[..4].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            write!(f, " {} bytes {short}", self.size)?;
        }
        if let Some(target) = &self.target {
            write!(f, " -> {target}")?;
        }
        Ok(())
    }
}

/// How `node` departs from `spec`, if it does.
pub fn departure(node: Option<&Node>, spec: &NodeSpec) -> Option<String> {
    let found = node.map_or_else(|| "absent".to_owned(), ToString::to_string);
    let kind = node.map_or("absent", |node| node.kind);
    let octal = spec.mode.as_deref().and_then(|mode| u32::from_str_radix(mode, 8).ok());
    let equal = spec.kind.as_deref().is_none_or(|wanted| wanted == kind)
        && octal.is_none_or(|mode| node.is_some_and(|node| node.mode == mode))
        && spec.uid.is_none_or(|uid| node.is_some_and(|node| node.uid == uid))
        && spec.gid.is_none_or(|gid| node.is_some_and(|node| node.gid == gid))
        && spec.size.is_none_or(|size| node.is_some_and(|node| node.size == size))
        && (spec.target.is_none() || node.is_some_and(|node| node.target == spec.target));
    (!equal).then(|| format!("expected {}, found {found}", wanted(spec)))
}

fn wanted(spec: &NodeSpec) -> String {
    let mut parts = Vec::new();
    parts.extend(spec.kind.clone());
    parts.extend(spec.mode.as_ref().map(|mode| format!("mode {mode}")));
    parts.extend(spec.uid.map(|uid| format!("uid {uid}")));
    parts.extend(spec.gid.map(|gid| format!("gid {gid}")));
    parts.extend(spec.size.map(|size| format!("{size} bytes")));
    parts.extend(spec.target.as_ref().map(|target| format!("-> {target}")));
    parts.join(" ")
}

/// `./etc/x`, `etc/x/` and `/etc/x` are all `/etc/x`; `./` is `/`.
fn absolute(path: &str) -> String {
    let path = path.strip_prefix('.').filter(|rest| rest.is_empty() || rest.starts_with('/')).unwrap_or(path);
    format!("/{}", path.trim_matches('/'))
}

fn is_noise(path: &str) -> bool {
    NOISE.contains(&path)
        || APT_CACHES.contains(&path)
        || NOISY_DIRS
            .iter()
            .any(|dir| path.strip_prefix(dir).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

fn digest(content: &mut impl Read) -> io::Result<[u8; 32]> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match content.read(&mut buffer)? {
            0 => return Ok(hasher.finalize().into()),
            count => hasher.update(&buffer[..count]),
        }
    }
}
