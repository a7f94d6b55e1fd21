#!/bin/sh
set -e
[ "$1" = b ] || exec /app/b.sh
