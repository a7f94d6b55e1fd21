#!/usr/bin/env bash
# Spreads `dockfix batch` with GNU parallel.
#
#   examples/parallel.sh REPOSITORIES PARTS RESULTS [OPTION...]
#   examples/parallel.sh repositories.txt 16 results --apply
#
# REPOSITORIES is a list of paths, one a line; RESULTS is a folder that gets one file for each part. Run the same again to
# finish what was interrupted. For other machines that see the same paths, set PARALLEL="--sshlogin host1,host2".
set -euo pipefail
repositories=$1 parts=$2 results=$3
shift 3
mkdir -p "$results"

# One process has as many threads as it has processors, so on one machine one thread each is enough.
seq "$parts" | parallel --will-cite --quote --halt never \
  dockfix batch --repos "$repositories" --shard "{}/$parts" --results "$results/{}.jsonl" --resume --jobs 1 "$@"
