#!/usr/bin/env bash
# Packs one archive of a release: the program, its manual pages and completions, the licences, and the README.
#
#   .github/release/package.sh TARGET PROGRAM FOLDER
#
# writes FOLDER/dockfix-TARGET.tar.gz, or .zip for Windows. PROGRAM is run, so it has to be one for this machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
target=$1 program=$2 folder=$3

name=dockfix-$target
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pack=$work/$name
mkdir -p "$pack/man" "$pack/completions" "$folder"
folder=$(cd "$folder" && pwd)

case $target in
  *-windows-*) cp "$program" "$pack/dockfix.exe" ;;
  *) cp "$program" "$pack/dockfix" && chmod 755 "$pack/dockfix" ;;
esac
cp LICENSE-APACHE LICENSE-MIT README.md CHANGELOG.md "$pack"
"$program" man --dir "$pack/man"
"$program" completions bash >"$pack/completions/dockfix.bash"
"$program" completions elvish >"$pack/completions/dockfix.elv"
"$program" completions fish >"$pack/completions/dockfix.fish"
"$program" completions powershell >"$pack/completions/_dockfix.ps1"
"$program" completions zsh >"$pack/completions/_dockfix"

cd "$work"
case $target in
  *-windows-*) 7z a -bso0 "$folder/$name.zip" "$name" ;;
  *) tar -czf "$folder/$name.tar.gz" "$name" ;;
esac
