#!/bin/sh
echo started "$1"
