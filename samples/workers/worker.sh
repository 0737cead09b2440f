#!/usr/bin/env bash
# A worker in bash. It does stages of the kind 'shout': they write the text of their task in capitals. It needs curl and jq.
# VIDEOGEN_SERVER is the address of a silo, VIDEOGEN_KEY a key of the role worker (left out where there are no keys).
set -muo pipefail # -m: a job is a group of processes, and ends whole.
server=${VIDEOGEN_SERVER:-http://localhost:8080} me=$(cat /proc/sys/kernel/random/uuid) folder=$(mktemp -d) url='' ending=''
trap 'rm -rf "$folder"' EXIT
call() { # Whatever gets no answer, or a 5xx, is sent again: an end by its lease and its body, a question by its key, is the same one.
  curl -sS --max-time 40 --retry 6 --retry-all-errors --retry-max-time 60 ${VIDEOGEN_KEY:+-H "Authorization: Bearer $VIDEOGEN_KEY"} "$@"
}
say() { call -X POST "$server$url/$1" -H "VideoGen-Lease: $lease" -H 'Content-Type: application/json' -d "$2" -o "$folder/reply" -w '%{http_code}'; }
stop() { kill -- "-$job" 2>/dev/null; wait "$job" 2>/dev/null; url=''; }
trap 'ending=1; [ -z "$url" ] || { stop_url=$url; stop; url=$stop_url; say release "{}" >/dev/null; }; exit 0' TERM INT
work() { # The stage itself, in a process of its own.
  sleep "$(jq -r '.input.seconds // 0' "$folder/item")" && jq -r .input.text "$folder/item" | tr '[:lower:]' '[:upper:]' > "$folder/shout.txt"
}
while [ -z "$ending" ]; do
  wish="{\"worker\":\"bash-$$\",\"incarnation\":\"$me\",\"kinds\":[\"shout\"],\"slots\":1,\"wait_s\":10,\"lease_s\":${LEASE_S:-12}}"
  code=$(call -X POST "$server/api/work" -H 'Content-Type: application/json' -H "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" \
    -d "$wish" -D "$folder/head" -o "$folder/reply" -w '%{http_code}')
  grep -qi '^videogen-directive: drain' "$folder/head" && exit 0
  [ "$code" = 200 ] || { [ "$code" = 204 ] || sleep 2; continue; }
  jq '.work[0]' "$folder/reply" > "$folder/item" && url=$(jq -r .url "$folder/item") lease=$(jq -r .lease "$folder/item") || continue
  every=$(jq -r .report_every_s "$folder/item"); work & job=$!
  while sleep "$every" & nap=$!; wait -n "$job" "$nap"; kill -0 "$job" 2>/dev/null; do
    [ "$(say report '{"progress":0.5,"message":"Shouting"}')" = 200 ] && directive=$(jq -r .directive "$folder/reply") || directive=cancel
    case $directive in
      continue) ;;
      drain) ending=1 ;;
      pause) paused=$url; stop; url=$paused; say release '{}' >/dev/null; url='' ;;
      *) stop ;; # Cancelled, or the lease is lost: nothing more is said of the stage.
    esac
  done
  [ -n "$url" ] || continue
  if wait "$job"; then
    made=$(call -X PUT -T "$folder/shout.txt" -H "VideoGen-Lease: $lease" -H 'Content-Type: text/plain' -f "$server$url/artifacts/shout.txt") &&
      say complete "{\"artifacts\":[$made]}" >/dev/null
  else say fail '{"message":"The text could not be written.","retryable":true}' >/dev/null; fi
  url=''
done
