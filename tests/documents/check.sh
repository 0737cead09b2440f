#!/usr/bin/env bash
# Makes a film of each document here, checks it, and prints a table with the scores; ends with 1 where one is under the gate.
# Needs ffmpeg, tesseract, festival and espeak-ng, and takes a quarter of an hour on two cores, so it is no part of the gate.
#
#     tests/documents/check.sh [NAME...]     # all, or those named: readme.md poem.md
#
# GATE (90) is the least score, SIZE (1280x720) the size of films whose document names none, OUT the folder of films and reports (a temporary one),
# VIDEOGEN the program (the videogen of this checkout).
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
gate=${GATE:-90}
size=${SIZE:-1280x720}
videogen=${VIDEOGEN:-$here/../../videogen}
if [ -z "${OUT:-}" ]; then
    OUT=$(mktemp -d)
    trap 'rm -rf "$OUT"' EXIT
fi

mkdir -p "$OUT/documents" "$OUT/data"
cp "$here"/*.md "$here"/*.txt "$here"/*.rst "$here"/*.svg "$OUT/documents"
for shape in wide:1600x200 tall:200x1200 square:500x500 tiny:24x24; do
    ffmpeg -nostdin -loglevel error -y -f lavfi -i "testsrc2=size=${shape#*:}" -frames:v 1 "$OUT/documents/picture-${shape%%:*}.png"
done

if [ $# -gt 0 ]; then names=("$@"); else
    names=()
    for file in "$here"/*.md "$here"/*.txt "$here"/*.rst; do names+=("$(basename "$file")"); done
fi

below=0
printf '| document | score | lost for |\n|---|---|---|\n'
for name in "${names[@]}"; do
    film=$OUT/$name.mp4
    sized=(--size "$size")
    ! grep -q '^size: [0-9]' "$OUT/documents/$name" || grep -q '^marp:' "$OUT/documents/$name" || sized=()
    if ! $videogen run "$OUT/documents/$name" -o "$film" "${sized[@]}" --data "$OUT/data" </dev/null >"$OUT/$name.log" 2>&1; then
        printf '| `%s` | none | no film: %s |\n' "$name" "$(tail -n 1 "$OUT/$name.log" | tr '|' ' ')"
        below=$((below + 1))
        continue
    fi

    $videogen check "$film" --json </dev/null >"$OUT/$name.json" 2>"$OUT/$name.check.log"
    score=$(grep -o '"score":[ ]*[0-9]*' "$OUT/$name.json" | head -n 1 | grep -o '[0-9]*$')
    rules=$(grep -o '"rule":[ ]*"[a-z.]*"' "$OUT/$name.json" | sed 's/.*: *"\(.*\)"/`\1`/' | sort -u | paste -sd ' ')
    printf '| `%s` | %s | %s |\n' "$name" "${score:-none}" "$rules"
    [ "${score:-0}" -ge "$gate" ] || below=$((below + 1))
done

echo
echo "${#names[@]} documents, $below under $gate."
[ "$below" -eq 0 ]
