#!/bin/sh
cat config.json
