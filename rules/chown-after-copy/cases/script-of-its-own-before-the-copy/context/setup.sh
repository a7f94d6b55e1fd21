#!/bin/sh
mkdir -p /app/storage
