#!/bin/sh
exec /opt/scripts/deep/other.sh
