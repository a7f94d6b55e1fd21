#!/bin/sh
exec ./two.sh
