#!/usr/bin/env bash
# Installs Azurite, the emulator of Azure storage that the tests of the Azure stores run against, into the user's cache, and prints the path of one of
# its services. Does nothing but print when it is there.
# Usage: azurite.sh [table|blob]
set -euo pipefail
service=${1:-table}
version=3.37.0
folder=${XDG_CACHE_HOME:-$HOME/.cache}/videogen/azurite-$version
program=$folder/node_modules/.bin/azurite-$service
if [ ! -x "$program" ]; then
    command -v npm >/dev/null || { echo "npm is needed to install Azurite; install Node.js 20 or newer." >&2; exit 1; }
    mkdir -p "$folder"
    # One install at a time, into a place of its own, so that nobody finds half of it.
    exec 9>"$folder.lock"
    flock 9
    if [ ! -x "$program" ]; then
        fresh=$(mktemp -d "$folder.XXXXXX")
        (cd "$fresh" && npm install --no-package-lock --no-audit --no-fund --silent "azurite@$version") >&2
        rm -rf "$folder"
        mv "$fresh" "$folder"
    fi
fi
echo "$program"
