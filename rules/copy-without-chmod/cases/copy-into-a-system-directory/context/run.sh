#!/bin/sh
cat /etc/app.yaml
