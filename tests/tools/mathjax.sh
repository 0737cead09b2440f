#!/usr/bin/env bash
# Installs MathJax, which draws formulas, where it is missing, and prints the path of its script for Node.
set -euo pipefail
exec "$(dirname "${BASH_SOURCE[0]}")/npm-package.sh" mathjax 4.1.3 mathjax/node-main.cjs
