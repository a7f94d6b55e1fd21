#!/bin/sh
set -e
cd /app
exec bin/server
