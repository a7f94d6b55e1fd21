#!/bin/sh
cat /srv/app.yaml
