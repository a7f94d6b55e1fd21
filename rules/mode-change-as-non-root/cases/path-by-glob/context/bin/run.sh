#!/bin/sh
echo globbed
