#!/usr/bin/env bash
# Installs axe-core, which finds what keeps people from using a page, into the user's cache, and prints the path of its script. Does nothing but print when
# it is there.
set -euo pipefail
version=4.14.1
folder=${XDG_CACHE_HOME:-$HOME/.cache}/videogen/axe-core-$version
script=$folder/node_modules/axe-core/axe.min.js
if [ ! -f "$script" ]; then
    command -v npm >/dev/null || { echo "npm is needed to install axe-core; install Node.js 20 or newer." >&2; exit 1; }
    mkdir -p "$folder"
    # One install at a time, into a place of its own, so that nobody finds half of it.
    exec 9>"$folder.lock"
    flock 9
    if [ ! -f "$script" ]; then
        fresh=$(mktemp -d "$folder.XXXXXX")
        (cd "$fresh" && npm install --no-package-lock --no-audit --no-fund --silent "axe-core@$version") >&2
        rm -rf "$folder"
        mv "$fresh" "$folder"
    fi
fi
echo "$script"
