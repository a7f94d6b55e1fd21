#!/usr/bin/env bash
# The steps of action.yml: brings the release of dockfix for this machine, and runs it as `mode` says.
#
# Reads INPUT_* and what GitHub Actions sets. Works with bash 3.2, which macOS has. Needs curl and tar, and with
# `mode: suggest` git, gh and jq, all of which GitHub's machines have.
set -euo pipefail

temporary=$(mktemp -d "${RUNNER_TEMP:-/tmp}/dockfix.XXXXXX")

# A text as workflow commands take it, which end with their line.
escaped() {
  local text=$*
  text=${text//'%'/%25}
  text=${text//$'\r'/%0D}
  text=${text//$'\n'/%0A}
  printf '%s' "$text"
}

notice() { printf '::notice title=dockfix::%s\n' "$(escaped "$@")"; }
warn() { printf '::warning title=dockfix::%s\n' "$(escaped "$@")"; }
die() {
  printf '::error title=dockfix::%s\n' "$(escaped "$@")"
  exit 2
}

output() { printf '%s=%s\n' "$1" "$2" >>"${GITHUB_OUTPUT:-/dev/null}"; }

# A line of a Dockerfile or of another program may look like a workflow command; this one keeps it from being one.
harmless() {
  local token status=0
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '::stop-commands::%s\n' "$token"
  "$@" 2>&1 || status=$?
  printf '::%s::\n' "$token"
  return "$status"
}

# --- the program ---------------------------------------------------------------

# The archive that .github/workflows/release.yml makes for this machine.
archive_name() {
  case ${RUNNER_OS:-}-${RUNNER_ARCH:-} in
    Linux-X64) echo dockfix-x86_64-unknown-linux-musl.tar.gz ;;
    Linux-ARM64) echo dockfix-aarch64-unknown-linux-musl.tar.gz ;;
    macOS-X64) echo dockfix-x86_64-apple-darwin.tar.gz ;;
    macOS-ARM64) echo dockfix-aarch64-apple-darwin.tar.gz ;;
    Windows-X64 | Windows-ARM64) echo dockfix-x86_64-pc-windows-msvc.zip ;;
    *) return 1 ;;
  esac
}

# The version that this action was released with, whether a tag, a branch or a commit names it.
own_version() {
  sed -n 's/^version = "\(.*\)"\r*$/\1/p' "$(dirname "${BASH_SOURCE[0]}")/../../Cargo.toml" | head -n 1
}

fetch() { # fetch URL FILE
  local only=()
  case $1 in https:*) only=(--proto '=https') ;; esac
  curl --fail --silent --show-error --location --retry 3 ${only[@]+"${only[@]}"} --output "$2" -- "$1"
}

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -d ' ' -f 1
}

# Sets `dockfix` to a program whose archive is the one that SHA256SUMS of its release names.
install() {
  local version=${INPUT_VERSION:-} archive releases expected actual
  version=${version:-$(own_version)}
  version=${version#v}
  [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+([-+.0-9A-Za-z]*)$ ]] || die "\`version: $version\` is no version; write one like 0.1.0"
  archive=$(archive_name) ||
    die "there is no release of dockfix for ${RUNNER_OS:-?} on ${RUNNER_ARCH:-?}; build it with cargo, and run it without this action"
  releases=${INPUT_RELEASE_URL:-${GITHUB_SERVER_URL:-https://github.com}/${ACTION_REPOSITORY:-${GITHUB_REPOSITORY:-}}/releases}
  releases=${releases%/}/download/v$version
  if ! fetch "$releases/SHA256SUMS" "$temporary/SHA256SUMS" || ! fetch "$releases/$archive" "$temporary/$archive"; then
    die "dockfix $version cannot be had from $releases; is there such a release?"
  fi
  expected=$(awk -v name="$archive" '{ sub(/^\*/, "", $2) } $2 == name { print $1 }' "$temporary/SHA256SUMS")
  actual=$(sha256 "$temporary/$archive")
  [ "${expected:-none}" = "$actual" ] ||
    die "$archive has the SHA-256 ${actual:-?}, and SHA256SUMS says ${expected:-nothing of it}; it is not used"
  case $archive in
    *.zip) unzip -q "$temporary/$archive" -d "$temporary" ;;
    *) tar -xzf "$temporary/$archive" -C "$temporary" ;;
  esac
  archive=${archive%.zip}
  dockfix=$temporary/${archive%.tar.gz}/dockfix
  [ -e "$dockfix" ] || dockfix=$dockfix.exe
  printf '%s is used\n' "$("$dockfix" --version)"
}

# --- what is asked ---------------------------------------------------------------

# Sets `options`, `paths` and `command` from the inputs.
read_inputs() {
  local line
  options=() paths=() command=()
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    [ -z "$line" ] || paths+=("$line")
  done <<<"${INPUT_PATHS:-.}"
  # Words only: `read` neither looks for files with `*` nor runs anything.
  while IFS= read -r line || [ -n "$line" ]; do
    local words=()
    IFS=$' \t\r' read -r -a words <<<"$line" || true
    options+=(${words[@]+"${words[@]}"})
  done <<<"${INPUT_ARGS:-}"
  case ${INPUT_FAIL_ON:-findings} in
    findings | never) command=(check) ;;
    changes) ;;
    *) die "\`fail-on: $INPUT_FAIL_ON\` is not known; write findings, changes or never" ;;
  esac
}

# Runs dockfix with these options besides; its exit code comes to `code`.
run() {
  code=0
  "$dockfix" ${command[@]+"${command[@]}"} "$@" ${options[@]+"${options[@]}"} -- ${paths[@]+"${paths[@]}"} || code=$?
}

event() { # event FILTER: a part of what GitHub says of the event
  jq -r "$1 // empty" "$GITHUB_EVENT_PATH" | tr -d '\r'
}

is_pull_request() { [ "${GITHUB_EVENT_NAME:-}" = pull_request ]; }

# Sets `since` to the options that keep to what the pull request changes.
read_since() { # read_since DEFAULT
  since=()
  case ${INPUT_ONLY_CHANGED:-$1} in
    true) ! is_pull_request || since=(--since "$(event .pull_request.base.sha)") ;;
    false) ;;
    *) die "\`only-changed: $INPUT_ONLY_CHANGED\` is not known; write true or false" ;;
  esac
}

# --- the modes -----------------------------------------------------------------

check() {
  read_since false
  harmless run --format text ${since[@]+"${since[@]}"}
}

# After `read_since`.
annotate() {
  run --format github ${since[@]+"${since[@]}"}
}

sarif() {
  read_since false
  run --format sarif ${since[@]+"${since[@]}"} >"$temporary/dockfix.sarif"
  [ ! -s "$temporary/dockfix.sarif" ] || output sarif-file "$temporary/dockfix.sarif"
}

# Annotations instead of a review, and why.
annotate_instead() {
  warn "$1; the findings are shown as annotations instead"
  annotate
}

suggest() {
  local number base head is_shallow diff=()
  if ! is_pull_request; then
    read_since false
    notice "there is no pull request to review on the event ${GITHUB_EVENT_NAME:-?}: the findings are shown as annotations"
    annotate
    return
  fi
  number=$(event .pull_request.number)
  base=$(event .pull_request.base.sha)
  head=$(event .pull_request.head.sha)
  [ "$(git_says HEAD)" = "$head" ] ||
    die "the head of the pull request is not what is checked out; give actions/checkout \`ref: \${{ github.event.pull_request.head.sha }}\`"
  is_shallow=$(git_says --is-shallow-repository)
  if [ "$is_shallow" = true ] && [ -z "${INPUT_ONLY_CHANGED:-}" ]; then read_since false; else read_since true; fi
  if [ "$is_shallow" = true ]; then
    # The base is not here to be compared with.
    call "repos/$GITHUB_REPOSITORY/pulls/$number" --header 'Accept: application/vnd.github.diff' >"$temporary/pull.diff" ||
      { annotate_instead "$(why "the diff of the pull request cannot be read")"; return; }
    diff=(--patch "$temporary/pull.diff")
  else
    diff=(--diff-base "$base")
  fi
  run --format github-review "${diff[@]}" --head-sha "$head" ${since[@]+"${since[@]}"} >"$temporary/review.json"
  jq -e .comments "$temporary/review.json" >/dev/null 2>&1 || die "dockfix has made no review; what it says stands above"
  post "repos/$GITHUB_REPOSITORY/pulls/$number"
}

# What a container sees of the folder may belong to somebody else.
git_says() { git -c safe.directory='*' rev-parse "$@"; }

# Asks GitHub's API; what went wrong is kept for `why`.
call() {
  gh api "$@" 2>"$temporary/gh.log"
}

why() { # why WHAT: what went wrong, and what to do
  local head_repository
  head_repository=$(event .pull_request.head.repo.full_name)
  case $(cat "$temporary/gh.log") in
    *"HTTP 403"* | *"HTTP 404"*)
      if [ "$head_repository" != "$GITHUB_REPOSITORY" ]; then
        printf '%s: the token of a pull request from a fork may only read' "$1"
      else
        printf '%s: the job needs %s' "$1" "\`permissions: pull-requests: write\`"
      fi
      ;;
    *) printf '%s: %s' "$1" "$(cat "$temporary/gh.log")" ;;
  esac
}

# Posts the review without what stands on the pull request already, so that a second push says nothing twice. A comment
# whose line was changed since has no line any more.
post() {
  if ! call --paginate "$1/comments?per_page=100" >"$temporary/comments.json" ||
    ! call --paginate "$1/reviews?per_page=100" >"$temporary/reviews.json"; then
    annotate_instead "$(why "what stands on the pull request cannot be read")"
    return
  fi
  jq --slurpfile comments "$temporary/comments.json" --slurpfile reviews "$temporary/reviews.json" '
    def plain: gsub("\r"; "") | gsub("^\\s+|\\s+$"; "");
    ([$comments[][] | [.path, .line, (.body | plain)]]) as $there
    | ([$reviews[][].body // "" | plain]) as $said
    | (.body | plain | . as $body | ($said | any(. == $body)) or startswith("dockfix found nothing") or . == "dockfix: see the comments.")
      as $is_old
    | .comments |= map([.path, .line, (.body | plain)] as $one | select($there | any(. == $one) | not))
    | if $is_old then .body = "dockfix: see the comments." else . end
    | select((.comments | length) > 0 or ($is_old | not))' "$temporary/review.json" >"$temporary/new.json"
  if [ ! -s "$temporary/new.json" ]; then
    printf 'there is nothing new to say on the pull request\n'
  elif call --method POST "$1/reviews" --input "$temporary/new.json" >/dev/null; then
    printf 'reviewed: %d comments\n' "$(jq '.comments | length' "$temporary/new.json")"
  else
    annotate_instead "$(why "the review cannot be posted")"
  fi
}

# --- all of it -----------------------------------------------------------------

since=()
read_inputs
case ${INPUT_MODE:-check} in
  check | annotate | suggest | sarif) ;;
  *) die "\`mode: $INPUT_MODE\` is not known; write check, annotate, suggest or sarif" ;;
esac
install
case ${INPUT_MODE:-check} in
  check) check ;;
  annotate)
    read_since false
    annotate
    ;;
  suggest) suggest ;;
  sarif) sarif ;;
esac
output exit-code "$code"
[ "$code" != 1 ] || [ "${INPUT_FAIL_ON:-findings}" != never ] || code=0
exit "$code"
