#!/bin/sh
set -e
exec /app/start.sh
