#!/bin/sh
exec /opt/two.sh
