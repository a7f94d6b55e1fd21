#!/usr/bin/env bash
# Runs `dockfix pipe` over the export of a warehouse: files of JSON lines `{"id", "path", "text"}`, plain or compressed.
#
#   examples/warehouse.sh EXPORT RESULTS [OPTION...]
#
# BigQuery writes such files with `bq extract --destination_format NEWLINE_DELIMITED_JSON --compression GZIP`, and Snowflake with
# `COPY INTO ... FILE_FORMAT = (TYPE = JSON)`; for Postgres see docs/at-scale.md. RESULTS gets one file for each of EXPORT, whole
# or not at all, to be loaded in the same way. Run the same again to do those that are missing.
set -euo pipefail
export EXPORT=$1 RESULTS=$2
shift 2
mkdir -p "$RESULTS"

# One process for each processor, with one thread each.
# shellcheck disable=SC2016 # it is for the inner shell to put in what stands behind `$`
find "$EXPORT" -type f '(' -name '*.jsonl' -o -name '*.jsonl.gz' ')' -print0 |
  xargs -0 -r -n 1 -P "$(getconf _NPROCESSORS_ONLN)" bash -c '
    set -euo pipefail
    file=${*: -1}
    result=$RESULTS/${file#"$EXPORT"/}
    [ ! -e "$result" ] || exit 0
    mkdir -p "${result%/*}"
    case $file in *.gz) read=(gzip -dc) write=(gzip -c) ;; *) read=(cat) write=(cat) ;; esac
    "${read[@]}" "$file" | dockfix pipe --jobs 1 "${@:1:$#-1}" | "${write[@]}" >"$result.part"
    mv "$result.part" "$result"' part "$@"
