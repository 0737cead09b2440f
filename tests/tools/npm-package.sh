#!/usr/bin/env bash
# Installs an npm package into the user's cache, and prints the path of one of its files. Does nothing but print when it is there.
# Usage: npm-package.sh NAME VERSION FILE    FILE is within node_modules.
set -euo pipefail
name=$1 version=$2
folder=${XDG_CACHE_HOME:-$HOME/.cache}/videogen/$name-$version
file=$folder/node_modules/$3
if [ ! -f "$file" ]; then
    command -v npm >/dev/null || { echo "npm is needed to install $name; install Node.js 20 or newer." >&2; exit 1; }
    mkdir -p "$folder"
    # One install at a time, into a place of its own, so that nobody finds half of it.
    exec 9>"$folder.lock"
    flock 9
    if [ ! -f "$file" ]; then
        fresh=$(mktemp -d "$folder.XXXXXX")
        (cd "$fresh" && npm install --no-package-lock --no-audit --no-fund --silent "$name@$version") >&2
        rm -rf "$folder"
        mv "$fresh" "$folder"
    fi
fi
echo "$file"
