#!/usr/bin/env bash
# F31: runs silos and workers of this checkout and of another version in one cluster, over one Redis and one SQLite database, and makes videos with it: once
# where the newer silo joins the older one, and once the other way round. Then one silo of each version is killed, and the rest goes on. Fails unless each
# stage of each video was completed, none failed, and both versions did their part; stages that a killed silo held may need a second attempt.
# Usage: tests/tools/mixed-versions.sh COMMIT [VIDEOS]     a commit, or a folder with the built program of another version
# Needs what the tests need (ffmpeg, redis-server, python3), and packages for a restore of the other commit.
set -euo pipefail
other=${1:?which commit is the other version, or where is its program}
videos=${2:-6}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# The other version may know of no secret; while both are in use, nobody is asked for one.
export VIDEOGEN_CLUSTER_SECRET=none
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_gcServer=0
folder=$(mktemp -d)
pids=()
end() {
    for pid in "${pids[@]:-}"; do [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || true; done
    git -C "$root" worktree remove --force "$folder/source" 2>/dev/null || true
    rm -rf "$folder"
}
trap end EXIT

build() { # build CHECKOUT NAME: the program of that checkout, at $folder/NAME
    dotnet build "$1/src/Cli" -c Release -v q -nologo -p:RunAnalyzers=false -o "$folder/$2" >"$folder/$2.build" 2>&1 || { cat "$folder/$2.build"; exit 1; }
}

start() { # start NAME TEXT COMMAND...: waits until it says the text
    local log="$folder/$1.log" text=$2
    shift 2
    "$@" >"$log" 2>&1 &
    pids+=($!)
    disown
    for _ in $(seq 1 600); do
        grep -q "$text" "$log" && return 0
        kill -0 "${pids[-1]}" 2>/dev/null || break
        sleep 0.1
    done
    echo "It did not come up: $*"; cat "$log"; exit 1
}

submit() { # submit FROM TO: videos by the programs of both versions in turn
    for i in $(seq "$1" "$2"); do
        local version
        version=$([ $((i % 2)) = 0 ] && echo old || echo new)
        printf 'Fern %d needs water.\n\nThe cactus does not.\n' "$i" >"$data/$i.md"
        dotnet "$folder/$version/videogen.dll" submit "$data/$i.md" "${at[@]}" --id "video-$i" --size 320x240 >/dev/null
    done
}

finish() { # waits until no video is under way
    for _ in $(seq 1 120); do
        dotnet "$folder/new/videogen.dll" list --redis "127.0.0.1:$port" --json >"$folder/list.json"
        grep -qE '"(pending|running)"' "$folder/list.json" || return 0
        sleep 1
    done
    echo "Videos are still under way:"
    for i in $(seq 1 "$videos"); do dotnet "$folder/new/videogen.dll" why "video-$i" --redis "127.0.0.1:$port" || true; done
}

judge() { # judge FIRST ATTEMPTS FROM TO: what both programs show of the videos
    for version in old new; do
        for i in $(seq "$3" "$4"); do dotnet "$folder/$version/videogen.dll" show "video-$i" --redis "127.0.0.1:$port" --json; done |
            python3 -c '
import json, sys
version, first, attempts, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
text, decoder, tasks = sys.stdin.read(), json.JSONDecoder(), []
while text.strip():
    task, end = decoder.raw_decode(text.lstrip())
    tasks.append(task.get("task", task))
    text = text.lstrip()[end:]
wrong = [t["task_id"] for t in tasks if t["status"] != "completed"]
wrong += [t["task_id"] + "/" + n for t in tasks for n, s in t["stages"].items() if s.get("attempt", 1) > attempts or s["status"] != "completed"]
done = {}
for t in tasks:
    for s in t["stages"].values():
        by = s.get("completed_by")
        if by is not None:
            done[by] = done.get(by, 0) + 1
print("%s: the %s silo first, seen by the %s program: %d videos, %s; stages by worker: %s"
    % ("WRONG" if wrong else "right", first, version, len(tasks), wrong or "each stage done", done or "not told"))
sys.exit(1 if wrong or len(tasks) != count else 0)' "$version" "$1" "$2" $(($4 - $3 + 1)) || failed=1
    done
}

build "$root" new
if [ -f "$other/videogen.dll" ]; then
    ln -s "$(cd "$other" && pwd)" "$folder/old"
else
    git -C "$root" worktree add --quiet --detach "$folder/source" "$other"
    build "$folder/source" old
fi

failed=0
for first in old new; do
    second=$([ $first = old ] && echo new || echo old)
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    data="$folder/data-$first"
    mkdir "$data"
    at=(--redis "127.0.0.1:$port" --data "$data")
    start "redis-$first" "Ready to accept" redis-server --bind 127.0.0.1 --port "$port" --save "" --appendonly no --dir "$data"
    start "silo-1-$first" "silo is up" dotnet "$folder/$first/videogen.dll" silo "${at[@]}" --fast-membership
    one=${pids[-1]}
    start "silo-2-$first" "silo is up" dotnet "$folder/$second/videogen.dll" silo "${at[@]}" --fast-membership
    for version in old new; do
        start "worker-$version-$first" "worker is up" dotnet "$folder/$version/videogen.dll" worker "${at[@]}" --name "$version" --concurrency 1
    done
    submit 1 $((videos / 2))
    finish
    judge "$first" 1 1 $((videos / 2))

    # The silo that was there first goes without a word, and what it had goes on in the other version. An old silo may not know who completed a stage.
    submit $((videos / 2 + 1)) "$videos"
    kill -9 "$one"
    finish
    judge "$first" 3 $((videos / 2 + 1)) "$videos"
    for pid in "${pids[@]}"; do kill -9 "$pid" 2>/dev/null || true; done
    pids=()
done
exit $failed
