#!/usr/bin/env bash
# Installs axe-core, which finds what keeps people from using a page, where it is missing, and prints the path of its script.
set -euo pipefail
exec "$(dirname "${BASH_SOURCE[0]}")/npm-package.sh" axe-core 4.14.1 axe-core/axe.min.js
