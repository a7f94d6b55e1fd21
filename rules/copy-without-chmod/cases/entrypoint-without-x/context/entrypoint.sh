#!/bin/sh
echo "started with $(cat /app/data.txt)"
