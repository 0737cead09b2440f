#!/usr/bin/env bash
# Brings docker-compose.yml up for real: builds the image, starts three silos and four workers, lets them make a video while one of each is killed, looks at
# the video, and takes everything down again. It takes some minutes, and is no part of ./test.sh.
# Usage: tests/compose.sh
# Needs Docker with its compose plugin, or podman and podman-compose; and the images that Dockerfile and docker-compose.yml start from.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if docker compose version >/dev/null 2>&1; then
    engine=docker compose=(docker compose)
elif command -v podman-compose >/dev/null; then
    engine=podman compose=(podman-compose)
else
    echo "tests/compose.sh needs docker compose, or podman and podman-compose." >&2
    exit 5
fi

silos=3 workers=4
project=videogen-test-$$
log=$(mktemp) many=$(mktemp --suffix=.yml)
# Not --scale: podman-compose takes that option and does nothing with it.
printf 'services: { silo: { deploy: { replicas: %d } }, worker: { deploy: { replicas: %d } } }\n' "$silos" "$workers" >"$many"
say() { printf '%s  %s\n' "$(date -u +%T)" "$*"; }
in_project() { "${compose[@]}" -p "$project" -f docker-compose.yml -f "$many" "$@"; }
containers() { "$engine" ps --filter "name=^${project}[-_]$1[-_]" --format '{{.Names}}' | sort; }
end() {
    code=$?
    [ "$code" = 0 ] || { say "It failed; the last lines of each container:"; for name in $(containers '.*'); do say "$name"; "$engine" logs --tail 15 "$name" 2>&1 || true; done; }
    in_project down --volumes >/dev/null 2>&1 || true
    rm -f "$log" "$many"
}
trap end EXIT

# wait_until SECONDS WHAT COMMAND...
wait_until() {
    local left=$1 what=$2
    shift 2
    until "$@"; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || { say "$what: that did not happen"; exit 1; }
        sleep 1
    done
    say "$what"
}
count_is() { [ "$(containers "$1" | wc -l)" = "$2" ]; }
is_healthy() { "$engine" exec "$1" /app/videogen health --port 8080 >/dev/null 2>&1; }
is_said() { grep -q "$1" "$log" || { kill -0 "$submission" 2>/dev/null || { cat "$log"; exit 1; }; false; }; }

say "building the image"
"$engine" build ${VIDEOGEN_BUILD_OPTIONS:-} -t videogen . >"$log" 2>&1 || { tail -n 30 "$log"; exit 1; }
VIDEOGEN_CLUSTER_SECRET=$("$engine" run --rm videogen key secret)
VIDEOGEN_FIRST_KEY=$("$engine" run --rm videogen key create --offline --role admin)
export VIDEOGEN_CLUSTER_SECRET VIDEOGEN_FIRST_KEY
in_project up -d --no-build postgres silo worker >"$log" 2>&1 || { cat "$log"; exit 1; }
wait_until 60 "$silos silos and $workers workers run" eval "count_is silo $silos && count_is worker $workers"
for silo in $(containers silo); do
    wait_until 120 "$silo is healthy" is_healthy "$silo"
done

asked=$(containers worker | tail -n 1)
"$engine" cp samples/note.md "$asked:/data/note.md"
"$engine" exec "$asked" /app/videogen submit /data/note.md --id composed --wait -o /data/composed.mp4 >"$log" 2>&1 &
submission=$!
wait_until 120 "the voice is being made" is_said Synthesis
silo=$(containers silo | head -n 1) worker=$(containers worker | head -n 1)
say "killing $silo and $worker"
"$engine" kill --signal KILL "$silo" "$worker" >/dev/null
wait "$submission" || { cat "$log"; exit 1; }

seconds=$("$engine" exec "$asked" ffprobe -v error -show_entries format=duration -of csv=p=0 /data/composed.mp4)
[ "${seconds%.*}" -ge 5 ] || { say "the video is $seconds s long"; exit 1; }
say "the video is there, $seconds s long"
