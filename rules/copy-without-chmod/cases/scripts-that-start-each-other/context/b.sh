#!/bin/sh
set -e
exec /app/a.sh b
