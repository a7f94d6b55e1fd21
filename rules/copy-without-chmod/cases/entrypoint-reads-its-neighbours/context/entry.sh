#!/bin/sh
set -e
. ./env.sh
sh migrate.sh
exec sh ./server.sh
