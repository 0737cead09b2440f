#!/usr/bin/env bash
# Installs Azurite, the emulator of Azure storage that the tests of the Azure stores run against, where it is missing, and prints the path of one of its services.
# Usage: azurite.sh [table|blob]
set -euo pipefail
exec "$(dirname "${BASH_SOURCE[0]}")/npm-package.sh" azurite 3.37.0 ".bin/azurite-${1:-table}"
