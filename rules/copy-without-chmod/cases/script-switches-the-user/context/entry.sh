#!/bin/sh
set -e
exec su-exec app /app/server.sh
