#!/bin/sh
echo started as $(id -un)
