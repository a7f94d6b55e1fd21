#!/bin/sh
set -e
echo starting
exec /app/server.sh "$@"
