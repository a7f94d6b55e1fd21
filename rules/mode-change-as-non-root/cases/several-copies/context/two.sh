#!/bin/sh
exec one.sh
