#!/bin/sh
set -e
./bin/migrate.sh
exec sh ./server.sh
