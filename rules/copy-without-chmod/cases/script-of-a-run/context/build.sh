#!/bin/sh
set -e
cd tools
./generate.sh > /generated
