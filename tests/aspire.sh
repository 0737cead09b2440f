#!/usr/bin/env bash
# Starts samples/AspireHost for real, on a PostgreSQL server of its own: waits for its silos and workers, lets them make a video, and ends everything again.
# It takes some minutes, fetches Aspire's packages, and is no part of ./test.sh.
# Usage: tests/aspire.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
postgres=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1) || { echo "tests/aspire.sh needs a PostgreSQL server (package postgresql)." >&2; exit 5; }
folder=$(mktemp -d) host=
# PostgreSQL does not run as root.
as_server() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
say() { printf '%s  %s\n' "$(date -u +%T)" "$*"; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
end() {
    code=$?
    [ "$code" = 0 ] || tail -n 40 "$folder/host.log" >&2 || true
    if [ -n "$host" ]; then kill "$host" 2>/dev/null || true; wait "$host" || true; fi
    as_server "$postgres/pg_ctl" -D "$folder/database" -m fast stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap end EXIT

mkdir "$folder/database" "$folder/data"
[ "$(id -u)" != 0 ] || { chmod 755 "$folder"; chown postgres "$folder/database"; }
port=$(free_port)
as_server "$postgres/initdb" -D "$folder/database" -U videogen -A trust >/dev/null
as_server "$postgres/pg_ctl" -D "$folder/database" -o "-p $port -k '' -c listen_addresses=127.0.0.1" -l "$folder/database/log" start >/dev/null

export VIDEOGEN_DATA=$folder/data VIDEOGEN_WORLD=postgres VIDEOGEN_POSTGRES="Host=127.0.0.1;Port=$port;Username=videogen;Database=videogen"
export ConnectionStrings__videogen=$VIDEOGEN_POSTGRES ASPIRE_ALLOW_UNSECURED_TRANSPORT=true ASPNETCORE_URLS="http://127.0.0.1:$(free_port)"
export ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL="http://127.0.0.1:$(free_port)" ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL="http://127.0.0.1:$(free_port)"
say "building the app host"
dotnet build samples/AspireHost --configuration Release --verbosity quiet --nologo
dotnet samples/AspireHost/bin/Release/net10.0/VideoGen.AspireHost.dll >"$folder/host.log" 2>&1 &
host=$!

videogen() { dotnet src/Cli/bin/Release/net10.0/videogen.dll "$@"; }
for ((left = 120; left > 0; left--)); do
    kill -0 "$host" || exit 1
    workers=$(videogen workers 2>/dev/null | grep -c ' at work, ') || true
    [ "${workers:-0}" -lt 4 ] || break
    sleep 1
done
[ "${workers:-0}" = 4 ] || { say "There are $workers workers after two minutes, not 4."; exit 1; }
say "four workers take part; a video is made"
videogen submit samples/note.md --wait -o "$folder/note.mp4" >"$folder/submit.log" || { cat "$folder/submit.log"; exit 1; }
[ -s "$folder/note.mp4" ]
say "the video is there"
