#!/usr/bin/env bash
# Makes the virtual environment that holds BuildKit's parser and pre-commit, and prints the path of its Python.
set -euo pipefail
cd "$(dirname "$0")/../.."
environment=target/oracle
if ! "$environment/bin/python" -c 'import dockerfile, pre_commit' 2>/dev/null; then
    python3 -m venv "$environment"
    for attempt in 1 2 3; do
        "$environment/bin/pip" install --quiet --disable-pip-version-check 'dockerfile==3.4.0' 'pre-commit==4.7.0' >&2 && break
        [ "$attempt" -lt 3 ] || exit 1
        sleep $((attempt * 5))
    done
fi
echo "$PWD/$environment/bin/python"
