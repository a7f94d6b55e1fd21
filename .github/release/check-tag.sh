#!/usr/bin/env bash
# A release is named after the version in Cargo.toml, and CHANGELOG.md says what is in it; prints that.
#
#   .github/release/check-tag.sh v0.1.0 >notes.md
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tag=$1

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
if [ "$tag" != "v$version" ]; then
  printf 'the tag is %s, and Cargo.toml has the version %s; tag v%s, or change the version first\n' "$tag" "$version" "$version" >&2
  exit 1
fi
notes=$(awk -v heading="## [$version]" '
  index($0, heading) == 1 { inside = 1; next }
  /^## / || /^\[[^]]*\]: / { inside = 0 }
  inside' CHANGELOG.md)
if [ -z "${notes//[[:space:]]/}" ]; then
  printf 'CHANGELOG.md has nothing under "## [%s]"; move there what is under "Unreleased"\n' "$version" >&2
  exit 1
fi
printf '%s\n' "$notes"
