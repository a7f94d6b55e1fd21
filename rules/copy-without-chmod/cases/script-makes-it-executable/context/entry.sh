#!/bin/sh
set -e
chmod +x /app/*.sh
exec /app/server.sh
