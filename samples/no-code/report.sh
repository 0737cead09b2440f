#!/bin/sh
set -e
title=$(sed -n 's/.*"title": *"\([^"]*\)".*/\1/p' input.json)
echo "openjd_status: Writing the report"
{
    echo "# $title"
    tr ',' '\n' < artifacts/count/counts.json | tr -d '{}"' | sed 's/^ */- /'
    echo
} > out/report.md
