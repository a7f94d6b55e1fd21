#!/usr/bin/env bash
# What multi-gitter (https://github.com/lindell/multi-gitter) runs in each clone; it makes the pull requests.
#
#   multi-gitter run ./examples/multi-gitter.sh --org ORG --branch dockfix --commit-message "Mend the Dockerfiles"
#
# Ends with 0 whether or not there was something to change; a repository without a change gets no pull request.
set -euo pipefail

exec dockfix --apply --preset review
