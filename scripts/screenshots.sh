#!/usr/bin/env bash
# Makes the pictures of the documents afresh: builds the tests of the pages, lets them draw, and stores what they drew, small, in docs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
for program in dotnet chromium ffmpeg; do
    command -v "$program" >/dev/null || { echo "$program is needed to make the pictures." >&2; exit 1; }
done

shots=$(mktemp -d)
trap 'rm -rf "$shots"' EXIT
dotnet build tests/Silo.Tests --configuration Release --verbosity quiet
VIDEOGEN_SCREENSHOTS=$shots dotnet tests/Silo.Tests/bin/Release/net10.0/VideoGen.Silo.Tests.dll -noLogo -class '*PictureTests'

# 128 colours are enough for pages, and make a picture a quarter as large.
small() {
    ffmpeg -nostdin -loglevel error -y -i "$shots/$1.png" -vf "crop=iw:min(ih\\,$3):0:0,split[a][b];[a]palettegen=max_colors=128[p];[b][p]paletteuse=dither=none" "docs/$2.png"
}

small lecture-Dark-1280 dashboard 1180
ls -l docs/dashboard.png
