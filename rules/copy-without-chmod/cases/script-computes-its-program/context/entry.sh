#!/bin/sh
set -e
cd "$(dirname "$0")"
SERVER=./server.sh
sh "$SERVER"
[ -n "$NEVER" ] && $SERVER
:
