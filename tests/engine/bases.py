"""Makes the base images of bases.toml for docker and for buildah.

Called by `setup.sh bases` with the engine's environment set:

    bases.py BASES_TOML ENGINE_DIR
    bases.py clean                  removes what tests left in buildah's store

What was made is remembered by a digest of its recipe, so a second run does
only what changed.
"""

import hashlib
import io
import json
import os
import shlex
import shutil
import subprocess
import sys
import tarfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
KEYS = {"name", "also", "root", "users", "groups", "packages", "programs", "config"}
# /etc/passwd and /etc/group of alpine:3.20 (alpine-baselayout-data), without
# comments and shells; users are name:uid:gid:home, groups name:gid.
ALPINE_USERS = """
bin:1:1:/bin daemon:2:2:/sbin lp:4:7:/var/spool/lpd sync:5:0:/sbin shutdown:6:0:/sbin halt:7:0:/sbin
mail:8:12:/var/mail news:9:13:/usr/lib/news uucp:10:14:/var/spool/uucppublic cron:16:16:/var/spool/cron
ftp:21:21:/var/lib/ftp sshd:22:22:/dev/null games:35:35:/usr/games ntp:123:123:/var/empty
guest:405:100:/dev/null nobody:65534:65534:/
""".split()
ALPINE_GROUPS = """
bin:1 daemon:2 sys:3 adm:4 tty:5 disk:6 lp:7 kmem:9 wheel:10 floppy:11 mail:12 news:13 uucp:14 cron:16 audio:18
cdrom:19 dialout:20 ftp:21 sshd:22 input:23 tape:26 video:27 netdev:28 kvm:34 games:35 shadow:42 www-data:82
users:100 ntp:123 abuild:300 utmp:406 ping:999 nogroup:65533 nobody:65534
""".split()
# Not needed by any case, and every layer of buildah's store copies them.
TRIMMED = [
    "usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale",
    "usr/share/zoneinfo", "usr/share/lintian", "usr/lib/x86_64-linux-gnu/gconv",
    "var/cache/apt", "var/cache/debconf", "var/lib/apt/lists", "var/log",
    "etc/hostname", "etc/resolv.conf",
]


class Root:
    """A root file system that is written straight into a tar archive."""

    def __init__(self):
        self.stream = io.BytesIO()
        self.tar = tarfile.open(fileobj=self.stream, mode="w", format=tarfile.PAX_FORMAT)
        self.made = set()

    def add(self, path, mode, content=None, link=None, uid=0, gid=0):
        entry = tarfile.TarInfo(path)
        entry.mode, entry.uid, entry.gid, entry.mtime = mode, uid, gid, 1_700_000_000
        if link is not None:
            entry.type, entry.linkname = tarfile.SYMTYPE, link
        elif content is None:
            entry.type = tarfile.DIRTYPE
        else:
            entry.size = len(content)
        self.tar.addfile(entry, None if content is None else io.BytesIO(content))
        self.made.add(path)

    def directory(self, path, mode=0o755, uid=0, gid=0):
        parent = os.path.dirname(path)
        if parent and parent not in self.made:
            self.directory(parent)
        if path not in self.made:
            self.add(path, mode, uid=uid, gid=gid)

    def archive(self):
        self.tar.close()
        return self.stream.getvalue()


def accounts(base, present=()):
    """The lines of passwd and group that an entry adds, and the homes to make. `present`: the root's own groups."""
    passwd, group, homes = [], [], []
    named = {gid: name for name, gid in (extra.split(":") for extra in (*present, *base.get("groups", [])))}
    named["0"] = "root"
    for extra in base.get("groups", []):
        name, gid = extra.split(":")
        group.append(f"{name}:x:{gid}:")
    for user in base.get("users", []):
        name, uid, gid, home, *shell = user.split(":")
        passwd.append(f"{name}:x:{uid}:{gid}::{home}:{shell[0] if shell else '/bin/sh'}")
        if gid not in named:
            group.append(f"{name}:x:{gid}:")
        homes.append((home.lstrip("/"), int(uid), int(gid)))
    return passwd, group, homes


def small_root(base, kind):
    """A root without any package: `kind` is alpine, busybox or empty."""
    with_programs = kind != "empty"
    if kind == "alpine":
        passwd, group, homes = accounts(base, ALPINE_GROUPS)
        own = (user.split(":") for user in ALPINE_USERS)
        passwd[:0] = [f"{name}:x:{uid}:{gid}:{name}:{home}:/sbin/nologin" for name, uid, gid, home in own]
        group[:0] = [f"{name}:x:{gid}:" for name, gid in (own.split(":") for own in ALPINE_GROUPS)]
    else:
        passwd, group, homes = accounts(base)
        if not any(line.startswith("nobody:") for line in passwd):
            passwd.append("nobody:x:65534:65534::/:/sbin/nologin")
            group.append("nobody:x:65534:")
    root = Root()
    # A builder makes /dev, /proc, /run and /sys where a RUN finds none.
    for path in ("dev", "etc", "home", "opt", "proc", "root", "run", "sys", "usr", "var"):
        root.directory(path, 0o700 if path == "root" else 0o755)
    root.directory("tmp", 0o1777)
    root.add("etc/passwd", 0o644, "\n".join(["root:x:0:0:root:/root:/bin/sh", *passwd, ""]).encode())
    root.add("etc/group", 0o644, "\n".join(["root:x:0:", *group, ""]).encode())
    if with_programs:
        root.add("etc/os-release", 0o644, b'ID=alpine\nNAME="Alpine Linux"\nVERSION_ID=3.20.0\n')
        root.directory("bin")
        root.directory("sbin")
        root.directory("usr/bin")
        root.directory("usr/local/bin")
        busybox = shutil.which("busybox") or sys.exit("bases: busybox-static is not installed")
        root.add("bin/busybox", 0o755, Path(busybox).read_bytes())
        shims = {shim.name for shim in (HERE / "shims").iterdir()}
        programs = subprocess.run([busybox, "--list"], check=True, capture_output=True, text=True)
        for program in programs.stdout.split():
            if program != "busybox" and program not in shims:
                root.add(f"bin/{program}", 0o777, link="/bin/busybox")
        root.add("usr/bin/env", 0o777, link="/bin/busybox")
        root.add("sbin/nologin", 0o777, link="/bin/busybox")
        for shim in sorted(shims) if kind == "alpine" else []:
            root.add(f"usr/local/bin/{shim}", 0o755, (HERE / "shims" / shim).read_bytes())
    for name, script in base.get("programs", {}).items():
        root.add(f"usr/local/bin/{name}", 0o755, script.encode())
    for home, uid, gid in homes:
        if home not in ("nonexistent", ""):
            root.directory(home, uid=uid, gid=gid)
    # A WORKDIR makes its directory in the official image; the configuration alone does not.
    for line in base.get("config", []):
        if line.startswith("WORKDIR /") and len(line) > len("WORKDIR /"):
            root.directory(line.removeprefix("WORKDIR /"))
    return root.archive()


def mirror():
    """The machine's own Debian mirror and suite, as apt knows them."""
    release = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line
    )
    suite = release["VERSION_CODENAME"].strip('"')
    form = "$(RELEASE) $(COMPONENT) $(REPO_URI)"
    command = ["apt-get", "indextargets", "--format", form, "Created-By: Packages"]
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        this_suite, component, uri = line.split()
        if (this_suite, component) == (suite, "main"):
            return suite, uri
    sys.exit("bases: apt names no mirror of this Debian: run `apt-get update`")


def debian_tar(packages, engine, log):
    """A debootstrap minbase with `packages`; kept as a tar for the next run."""
    recipe = json.dumps([packages, TRIMMED])
    kept = engine / "cache" / f"debian-{hashlib.sha256(recipe.encode()).hexdigest()[:16]}.tar"
    if kept.exists():
        return kept
    kept.parent.mkdir(exist_ok=True)
    suite, uri = mirror()
    work = engine / "debootstrap" / kept.stem
    debs = engine / "cache" / f"{kept.stem}-debs"
    debs.mkdir(exist_ok=True)
    command = ["debootstrap", "--variant=minbase", f"--cache-dir={debs}"]
    if packages:
        command.append("--include=" + ",".join(packages))
    for attempt in range(1, 4):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        with open(log, "a") as output:
            done = subprocess.run([*command, suite, work, uri], stdout=output, stderr=output)
        if done.returncode == 0:
            break
        print(f"bases: debootstrap, attempt {attempt} of 3 failed, see {log}", file=sys.stderr)
        time.sleep(attempt * 5)
    else:
        sys.exit("bases: debootstrap failed three times")
    for path in TRIMMED:
        target = work / path
        if target.is_dir():
            shutil.rmtree(target)
            target.mkdir()
        else:
            target.unlink(missing_ok=True)
    (work / "var/cache/apt/archives/partial").mkdir(parents=True)
    (work / "var/lib/apt/lists/partial").mkdir(parents=True)
    if "python3" in packages:
        # The official image has its own Python, first on the PATH and open to pip.
        for program in ("python", "python3"):
            (work / "usr/local/bin" / program).symlink_to("/usr/bin/python3")
        for marker in work.glob("usr/lib/python3*/EXTERNALLY-MANAGED"):
            marker.unlink()
    partial = kept.with_suffix(".part")
    tar = ["tar", "--numeric-owner", "--exclude=./dev/*", "--exclude=./proc/*", "-C", work, "-cf", partial, "."]
    subprocess.run(tar, check=True)
    partial.rename(kept)
    shutil.rmtree(work)
    shutil.rmtree(debs)
    return kept


def with_accounts(tar_path, base, engine):
    """A Debian root with the entry's users and groups; the kept tar has none."""
    passwd, group, homes = accounts(base)
    if not passwd and not group:
        return tar_path
    added = {"./etc/passwd": passwd, "./etc/group": group}
    copy = engine / "cache" / "with-accounts.tar"
    with tarfile.open(tar_path) as source, tarfile.open(copy, "w") as target:
        for entry in source:
            content = source.extractfile(entry) if entry.isreg() else None
            if entry.name in added:
                text = content.read() + "\n".join([*added[entry.name], ""]).encode()
                entry.size, content = len(text), io.BytesIO(text)
            target.addfile(entry, content)
        for home, uid, gid in homes:
            entry = tarfile.TarInfo(f"./{home}")
            entry.type, entry.mode, entry.uid, entry.gid = tarfile.DIRTYPE, 0o755, uid, gid
            target.addfile(entry)
    return copy


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, **options)
    if done.returncode != 0:
        sys.exit(f"bases: {' '.join(map(str, command))}\n{done.stderr.decode(errors='replace')}")
    return done.stdout


def make(base, tar, engine):
    """Imports one root into docker under all its tags, and from there into buildah."""
    changes = [part for line in [f"ENV PATH={PATH}", *base.get("config", [])] for part in ("-c", line)]
    if isinstance(tar, bytes):
        image = run("docker", "import", *changes, "-", base["name"], input=tar)
    else:
        image = run("docker", "import", *changes, tar, base["name"])
    image = image.decode().strip()
    names = [base["name"], *base.get("also", [])]
    for name in names:
        run("docker", "tag", image, name)
    archive = engine / "cache" / "image.tar"
    run("docker", "save", "-o", archive, base["name"])
    pulled = run(*buildah(), "pull", "--quiet", f"docker-archive:{archive}").decode().split()[-1]
    for name in names:
        run(*buildah(), "tag", pulled, qualified(name))
    archive.unlink()
    return image


def buildah():
    return ["buildah", *shlex.split(os.environ["DOCKFIX_BUILDAH_FLAGS"])]


def qualified(name):
    """The name as buildah resolves it in FROM."""
    first = name.split("/")[0]
    if "." in first:
        return name
    return f"docker.io/{name}" if "/" in name else f"docker.io/library/{name}"


def remove_test_images():
    """What earlier test runs left in buildah's store; the tests remove docker's themselves."""
    run(*buildah(), "rm", "--all")
    listed = run(*buildah(), "images", "--noheading", "--format", "{{.Name}}:{{.Tag}}")
    left = [name for name in listed.decode().split() if name.startswith("localhost/dockfix-test:")]
    if left:
        run(*buildah(), "rmi", "--force", *left)


def main():
    if sys.argv[1:] == ["clean"]:
        remove_test_images()
        return
    started = time.monotonic()
    bases = tomllib.loads(Path(sys.argv[1]).read_text())["base"]
    engine = Path(sys.argv[2])
    for base in bases:
        if unknown := set(base) - KEYS:
            sys.exit(f"bases: {base.get('name')}: unknown key {sorted(unknown)}")
    stamp_file = engine / "bases.json"
    stamps = json.loads(stamp_file.read_text()) if stamp_file.exists() else {}
    (engine / "log").mkdir(exist_ok=True)

    recipe_files = [Path(__file__), *sorted((HERE / "shims").iterdir())]
    recipes = b"".join(path.read_bytes() for path in recipe_files)
    recipes += os.environ["DOCKFIX_BUILDAH_FLAGS"].encode()

    def digest(base):
        return hashlib.sha256(recipes + json.dumps(base, sort_keys=True).encode()).hexdigest()

    docker_has = set(run("docker", "images", "--format", "{{.Repository}}:{{.Tag}}").decode().split())
    wanted = [b for b in bases if stamps.get(b["name"]) != digest(b) or b["name"] not in docker_has]
    kinds = {tuple(base.get("packages", [])) for base in wanted if base["root"] == "debian"}
    with ThreadPoolExecutor(max_workers=2) as pool:
        logs = {kind: engine / "log" / f"debootstrap-{'-'.join(kind) or 'minbase'}.log" for kind in kinds}
        tars = {kind: pool.submit(debian_tar, list(kind), engine, logs[kind]) for kind in kinds}
        for base in sorted(wanted, key=lambda base: base["root"] == "debian"):
            if base["root"] == "debian":
                tar = with_accounts(tars[tuple(base.get("packages", []))].result(), base, engine)
            elif base["root"] in ("alpine", "busybox", "empty"):
                tar = small_root(base, base["root"])
            else:
                sys.exit(f"bases: {base['name']}: unknown root {base['root']}")
            make(base, tar, engine)
            stamps[base["name"]] = digest(base)
            stamp_file.write_text(json.dumps(stamps, indent=1))
    (engine / "cache" / "with-accounts.tar").unlink(missing_ok=True)
    run("docker", "image", "prune", "--force")
    took = time.monotonic() - started
    print(f"engine: {len(wanted)} of {len(bases)} base images made in {took:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
