#!/usr/bin/env bash
# Packs the videogen command into dist/: as a .NET tool for every machine with .NET 10, and as one file that needs no .NET.
# Usage: ./package.sh [VERSION [RID]]    VERSION is that of the sources unless given, RID (linux-x64, osx-arm64, win-x64, …) that of this machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

version=${1:-$(dotnet msbuild src/Cli -getProperty:Version)}
rid=${2:-$(dotnet msbuild src/Cli -getProperty:NETCoreSdkRuntimeIdentifier)}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || { echo "'$version' is no version, such as 1.2.3 or 1.2.3-beta.1." >&2; exit 2; }

# What goes in are the packages that are locked; those of one system come to them.
dotnet restore src/Cli --locked-mode --verbosity quiet

# Built in a folder of its own: the checkout's own build stays what it is.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
options=(--configuration Release --artifacts-path "$work/build" --verbosity quiet "-p:Version=$version" -p:RunAnalyzers=false)
mkdir -p dist
dotnet pack src/Cli "${options[@]}" --output dist
dotnet publish src/Cli "${options[@]}" --runtime "$rid" --self-contained --output "$work/single" \
    -p:PublishSingleFile=true -p:IncludeNativeLibrariesForSelfExtract=true -p:DebugType=none

program=videogen
[[ $rid != win-* ]] || program=videogen.exe
# Whatever did not go into the file would be missing where it goes.
beside=$(find "$work/single" -type f ! -name "$program")
[ -z "$beside" ] || { echo "These files belong beside the program, and are not in it:" >&2; echo "$beside" >&2; exit 1; }
single=dist/videogen-$version-$rid${program#videogen}
mv "$work/single/$program" "$single"
ls -l "dist/VideoGen.Orleans.Tool.$version.nupkg" "$single"
