#!/usr/bin/env bash
# A private container engine for tests/engine: Docker Engine 26.1.5 with
# BuildKit and the classic builder, and buildah, all below one directory.
#
#   setup.sh install   bring the programs (Debian packages) and prepare the PATH
#   setup.sh start     start dockerd on a private socket
#   setup.sh bases     make the base images of bases.toml, for docker and buildah
#   setup.sh clean     remove the images that tests left in buildah's store (not beside running tests)
#   setup.sh stop      stop what `start` started
#   setup.sh status    print `running` or `stopped`
#   setup.sh env       print the lines that a shell needs to use the engine
#
# Needs root and a Debian machine; nothing of a Docker that is already there is
# used or touched. Every step may be run again and then does only what is missing.
#
# DOCKFIX_ENGINE_DIR  where everything goes (default: target/engine)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=${DOCKFIX_ENGINE_DIR:-$here/../../target/engine}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

# The suite whose Docker is new enough for heredocs and `COPY --link`.
engine_suite=trixie
engine_packages=(docker.io docker-cli docker-buildx)
# Versions are not named, so that an update of the suite does not break the run.
machine_packages=(runc containerd buildah debootstrap busybox-static)

root=$dir/root               # the unpacked engine packages
# overlay stores each layer once; vfs copies the whole image per layer, for
# machines whose kernel or file system has no overlay.
buildah_driver=${DOCKFIX_BUILDAH_DRIVER:-overlay}
config=$dir/docker-config    # DOCKER_CONFIG: the buildx plugin, no login, no context
run_file=$dir/run-dir        # holds the name of the run directory while an engine runs

say() { printf 'engine: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Runs a command up to three times: package mirrors have bad moments.
try3() {
  local attempt
  for attempt in 1 2 3; do
    "$@" && return 0
    say "attempt $attempt of 3 failed: $*"
    sleep $((attempt * 5))
  done
  return 1
}

quietly() { # quietly NAME COMMAND...: the output goes to a log, shown on failure only
  local log=$dir/log/$1.log
  shift
  mkdir -p "$dir/log"
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 40 "$log" >&2
    return 1
  fi
}

environment() {
  local run=${1:-$(cat "$run_file" 2>/dev/null || true)}
  printf 'export PATH=%q:$PATH\n' "$root/usr/bin:$root/usr/sbin"
  printf 'export DOCKER_CONFIG=%q\n' "$config"
  printf 'export DOCKFIX_ENGINE=%q\n' "$dir"
  printf 'export DOCKFIX_BUILDAH_FLAGS=%q\n' "--root $dir/buildah/$buildah_driver --runroot $dir/buildah/run-$buildah_driver --storage-driver $buildah_driver"
  [ -z "$run" ] || printf 'export DOCKER_HOST=%q\n' "unix://$run/docker.sock"
  printf 'unset DOCKER_CONTEXT DOCKER_BUILDKIT BUILDX_BUILDER\n'
}

# --- install -----------------------------------------------------------------

# The machine's own Debian sources with the suite's name changed; apt itself
# tells them, whichever file and format they stand in.
suite_sources() {
  local own keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  own=$(. /etc/os-release && printf %s "$VERSION_CODENAME")
  [ ! -e "$keyring" ] || keyring="[signed-by=$keyring] "
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    sort -u | awk -v own="$own" -v new="$engine_suite" -v options="$keyring" '
      $2 ~ "^" own "(-updates|-security)?$" && $3 == "main" {
        sub(own, new, $2)
        print "deb " options $1, $2, $3
      }'
}

own_apt() { # apt-get that sees only the engine suite and keeps its lists to itself
  apt-get -q \
    -o Dir::Etc::sourcelist="$dir/apt/engine.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State::lists="$dir/apt/lists" -o Dir::Cache="$dir/apt/cache" \
    -o APT::Sandbox::User=root -o APT::Install-Recommends=false "$@"
}

download_engine() {
  mkdir -p "$dir/apt/lists/partial" "$dir/apt/cache/archives/partial" "$dir/debs"
  suite_sources >"$dir/apt/engine.list"
  if [ ! -s "$dir/apt/engine.list" ]; then # the machine has no package lists yet
    update_machine_lists
    suite_sources >"$dir/apt/engine.list"
  fi
  [ -s "$dir/apt/engine.list" ] || die "no Debian source found in /etc/apt to derive $engine_suite from"
  try3 quietly apt-update-$engine_suite own_apt update || die "cannot read the package lists of $engine_suite"
  (cd "$dir/debs" && try3 quietly apt-download own_apt download "${engine_packages[@]}") ||
    die "cannot download ${engine_packages[*]} from $engine_suite"
}

machine_has_packages() {
  local package
  for package in "${machine_packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || return 1
  done
}

update_machine_lists() {
  try3 quietly apt-update apt-get -q update || die "apt-get update failed"
}

install_machine_packages() {
  export DEBIAN_FRONTEND=noninteractive
  update_machine_lists
  try3 quietly apt-install apt-get -q install -y --no-install-recommends "${machine_packages[@]}" ||
    die "cannot install ${machine_packages[*]}"
}

cmd_install() {
  [ "$(id -u)" = 0 ] || die "needs root (dockerd, chroot and mounts)"
  command -v apt-get >/dev/null || die "needs a Debian machine (apt-get)"
  machine_has_packages || install_machine_packages
  if [ ! -x "$root/usr/sbin/dockerd" ]; then
    rm -rf "$root" "$root.new" "$dir/debs"
    download_engine
    local deb
    for deb in "$dir"/debs/*.deb; do dpkg -x "$deb" "$root.new"; done
    mv "$root.new" "$root"
  fi
  mkdir -p "$config/cli-plugins"
  local plugin
  plugin=$(find "$root" -path '*/cli-plugins/docker-buildx' -type f | head -n 1)
  [ -n "$plugin" ] || die "docker-buildx is not among the unpacked packages"
  ln -sfn "$plugin" "$config/cli-plugins/docker-buildx"
  [ -e "$config/config.json" ] || printf '{}\n' >"$config/config.json"
  [ -e "$config/daemon.json" ] || printf '{}\n' >"$config/daemon.json"
  environment >"$dir/env"
  say "$("$root/usr/bin/docker" --version), $(buildah --version)"
}

# --- start and stop ----------------------------------------------------------

answers() { "$root/usr/bin/docker" --host "unix://$1/docker.sock" version >/dev/null 2>&1; }

is_running() {
  local run
  run=$(cat "$run_file" 2>/dev/null || true)
  [ -n "$run" ] && answers "$run"
}

cmd_start() {
  [ -x "$root/usr/sbin/dockerd" ] || die "run '$0 install' first"
  local run
  if is_running; then
    say "already running: unix://$(cat "$run_file")/docker.sock"
    return 0
  fi
  cmd_stop # what an unclean end left
  # A socket's path is limited to 107 bytes, so it cannot stand below $dir.
  run=$(mktemp -d /tmp/dockfix-engine.XXXXXX)
  printf '%s\n' "$run" >"$run_file"
  mkdir -p "$dir/log"
  PATH=$root/usr/bin:$root/usr/sbin:$root/usr/libexec/docker:$PATH setsid dockerd \
    --data-root "$dir/docker" --exec-root "$run/exec" --pidfile "$run/dockerd.pid" \
    --host "unix://$run/docker.sock" --iptables=false --ip6tables=false --bridge=none \
    --config-file "$config/daemon.json" --log-level warn \
    >"$dir/log/dockerd.log" 2>&1 </dev/null &
  local pid=$!
  for _ in $(seq 1 120); do
    if answers "$run"; then
      environment "$run" >"$dir/env"
      say "dockerd $("$root/usr/bin/docker" --host "unix://$run/docker.sock" version --format '{{.Server.Version}}') on unix://$run/docker.sock"
      return 0
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.5
  done
  tail -n 40 "$dir/log/dockerd.log" >&2
  cmd_stop
  die "dockerd did not start: see $dir/log/dockerd.log"
}

cmd_stop() {
  local run pid
  run=$(cat "$run_file" 2>/dev/null || true)
  [ -n "$run" ] || return 0
  pid=$(cat "$run/dockerd.pid" 2>/dev/null || true)
  if [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]; then
    kill "$pid"
    for _ in $(seq 1 60); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.5
    done
    if kill -0 "$pid" 2>/dev/null; then kill -9 "$pid"; fi
  fi
  # What an unclean end left mounted would keep the directory from being removed.
  awk -v a="$run/" -v b="$dir/docker/" -v c="$dir/buildah/" \
    'index($2, a) == 1 || index($2, b) == 1 || index($2, c) == 1 { print $2 }' /proc/mounts |
    sort -r | while read -r mount; do umount -l "$mount" || true; done
  rm -rf "$run" "$run_file"
  environment >"$dir/env"
  say "stopped"
}

cmd_bases() {
  [ -s "$run_file" ] || die "run '$0 start' first"
  . "$dir/env"
  python3 "$here/bases.py" "$here/bases.toml" "$dir"
}

cmd_clean() {
  [ -s "$run_file" ] || die "run '$0 start' first"
  . "$dir/env"
  python3 "$here/bases.py" clean
}

case ${1:-} in
  install) cmd_install ;;
  start) cmd_start ;;
  bases) cmd_bases ;;
  clean) cmd_clean ;;
  stop) cmd_stop ;;
  status) if is_running; then echo running; else echo stopped; fi ;;
  env) environment ;;
  *) die "usage: $0 install|start|bases|clean|stop|status|env" ;;
esac
