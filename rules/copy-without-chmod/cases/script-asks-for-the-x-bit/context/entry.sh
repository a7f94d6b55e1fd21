#!/bin/sh
set -e
if [ -x /app/hook.sh ]; then /app/hook.sh; fi
