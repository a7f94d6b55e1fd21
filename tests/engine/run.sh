#!/usr/bin/env bash
# The engine stage of CI: bring an engine, make the bases, run the tests, stop.
# Arguments go to the tests: `tests/engine/run.sh copy-without-chmod/incident`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
export DOCKFIX_ENGINE_DIR=${DOCKFIX_ENGINE_DIR:-$PWD/target/engine}
export DOCKFIX_ENGINE_REQUIRED=1
exec </dev/null

step() { # step NAME COMMAND...: runs it and prints how long it took
  local name=$1 begin=$SECONDS
  shift
  "$@"
  printf 'engine: %s took %d s\n' "$name" $((SECONDS - begin)) >&2
}

# An engine that was running already (for daily use) stays.
was_running=$("$here/setup.sh" status)
cleanup() {
  local status=$?
  trap - EXIT INT TERM
  [ "$was_running" != stopped ] || step stop "$here/setup.sh" stop || true
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

step install "$here/setup.sh" install
step start "$here/setup.sh" start
step clean "$here/setup.sh" clean
step bases "$here/setup.sh" bases
. "$DOCKFIX_ENGINE_DIR/env"
step 'cargo test --test engine' cargo test --test engine -- "$@"
