#!/bin/sh
exec /opt/one.sh
