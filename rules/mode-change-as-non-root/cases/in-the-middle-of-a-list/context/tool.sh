#!/bin/sh
echo ended
