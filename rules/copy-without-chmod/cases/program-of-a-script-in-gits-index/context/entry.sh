#!/bin/sh
set -e
exec /app/server.sh
