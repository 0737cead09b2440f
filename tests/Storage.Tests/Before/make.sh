#!/usr/bin/env bash
# Makes the stores of this folder anew, with the programs of an earlier commit: its command line (one film, made with `run`) and, compiled against it, maker/.
# Usage: make.sh [COMMIT]. Needs ffmpeg and Azurite, which tests/tools/azurite.sh installs.
set -euo pipefail
commit=${1:-0dfcb28}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=$(mktemp -d)
azurite=
cleanup() {
    [ -z "$azurite" ] || kill "$azurite"
    git -C "$root" worktree remove --force "$work/tree" || true
    rm -rf "$work"
}
trap cleanup EXIT
git -C "$root" worktree add --detach "$work/tree" "$commit"
cp -r "$here/maker" "$work/tree/maker"
dotnet build "$work/tree/src/Cli" --configuration Release --nologo --verbosity quiet
dotnet build "$work/tree/maker" --configuration Release --nologo --verbosity quiet
videogen() { dotnet "$work/tree/src/Cli/bin/Release/net10.0/videogen.dll" "$@"; }
maker() { dotnet "$work/tree/maker/bin/Release/net10.0/VideoGen.maker.dll" "$@"; }

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$root/tests/tools/azurite.sh" table >"$work/azurite.path"
"$(cat "$work/azurite.path")" --silent --inMemoryPersistence --disableTelemetry --skipApiVersionCheck --tablePort "$port" &
azurite=$!
key=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==
export VIDEOGEN_AZURE_TABLES="DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=$key;TableEndpoint=http://127.0.0.1:$port/devstoreaccount1;"
for _ in $(seq 100); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
    sleep 0.1
done

# The document lies beside the data, so that no task holds a path of this machine.
cp "$here/note.md" "$work/note.md"
cd "$work"
for store in sqlite files azure; do
    data=$work/$store
    videogen run note.md --id video-9 --size 320x240 --data "$data" --store "$store" --output "$work/$store.mp4"
    case $store in
        sqlite) maker sqlite "$data/tasks.db" ;;
        files) maker files "$data/state" ;;
        azure) maker azure "$VIDEOGEN_AZURE_TABLES" ;;
    esac
    rm -rf "${here:?}/$store"
    mkdir -p "$here/$store"
    videogen export "$here/$store/export" --data "$data" --store "$store"
    videogen list --json --limit 100 --data "$data" --store "$store" >"$here/$store/list.json"
done
[ ! -e "$work/sqlite/tasks.db-wal" ] || { echo "The log of the database was not copied into it." >&2; exit 1; }
cp "$work/sqlite/tasks.db" "$here/sqlite/tasks.sqlite"
mkdir -p "$here/files/state"
cp "$work"/files/state/*.json "$here/files/state/"
maker rows "$VIDEOGEN_AZURE_TABLES" "$here/azure/rows.jsonl"
for serializer in newtonsoft system-text-json; do
    rm -rf "${here:?}/plain/$serializer"
    maker "$serializer" "$here/plain/$serializer"
done
