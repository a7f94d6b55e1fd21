#!/bin/sh
exec /app/shop
