#!/usr/bin/env bash
# A cluster as processes on this machine: silos, workers and, where neither a Redis nor another world is named, a redis-server of its own.
# A state folder holds who was started, what each said, and the data folder of the cluster.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)

usage() {
    cat <<'USAGE'
Usage: scripts/cluster.sh COMMAND [--state DIR] …

  up [--silos N] [--workers N] [--world NAME | --redis HOST:PORT] [--data DIR] [-- OPTION…]
                     starts what is missing of so many silos (3) and workers (4), and waits until they say that they are up; again, it starts again who died.
                     What stands behind -- goes to every silo, such as --store postgres. Settings in the environment reach every process
  status             says who lives; exit code 1 when somebody does not
  env                what a shell needs to reach the cluster: eval "$(scripts/cluster.sh env)"
  kill NAME [-9]     tells a process to end, such as worker-2; with -9 it dies at once, with all that it started
  down               ends what was started; what workers hold is given back. Tasks, artifacts and logs stay
  rehearse …         is 'videogen rehearse …'

Worlds are those of 'videogen silo --world': postgres with VIDEOGEN_POSTGRES, azure with VIDEOGEN_AZURE_TABLES.
A Redis with a password belongs into VIDEOGEN_REDIS. The state folder is $VIDEOGEN_CLUSTER_STATE, else videogen-cluster in your state folder.
USAGE
}

fail() {
    echo "cluster.sh: $1" >&2
    exit "${2:-5}"
}

# How long a process may take to come up, and to end when it is asked to, in tenths of a second.
up_patience=1200
max_starts=3
end_patience=150

videogen() {
    # Tests run the program that was built beside them.
    if [ -n "${VIDEOGEN_PROGRAM-}" ]; then $VIDEOGEN_PROGRAM "$@"; else "$root/videogen" "$@"; fi
}

# --- Who was started -------------------------------------------------------------------------------------------------------------------------------------

# When a process began, so that another one that got the same id later is not taken for it. Empty when there is none, or it is dead and not yet buried.
birth_of() {
    if [ -r "/proc/$1/stat" ]; then
        local stat
        stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
        # The name in parentheses may hold anything, so the fields are counted behind it.
        # shellcheck disable=SC2086
        set -- ${stat##*) }
        [ "$1" = Z ] || echo "${20}"
    elif [ ! -d /proc/self ]; then
        ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' _ || true
    fi
}

# The id of a member that lives; empty when it does not.
pid_of() {
    local pid birth
    [ -f "$state/$1.pid" ] && read -r pid birth <"$state/$1.pid" || return 0
    [[ $pid =~ ^[0-9]+$ ]] && [ -n "$birth" ] && [ "$(birth_of "$pid")" = "$birth" ] && echo "$pid" || true
}

# The members of a kind that were started, dead ones too: silo, worker or redis.
members() {
    local file
    for file in "$state/$1"*.pid; do
        [ -e "$file" ] && basename "$file" .pid
    done | sort -t - -k 2 -n
}

alive() {
    local kind name
    for kind in ${1:-silo worker redis}; do
        for name in $(members "$kind"); do
            [ -z "$(pid_of "$name")" ] || echo "$name"
        done
    done
}

# start NAME COMMAND…: in a session of its own, so that Ctrl-C of this terminal does not reach it, and that it can be killed with what it started.
start() {
    local name=$1 own=(nohup)
    shift
    if command -v setsid >/dev/null; then own=(setsid); fi
    "${own[@]}" "$@" >"$state/$name.log" 2>&1 </dev/null 9>&- &
    echo "$! $(birth_of $!)" >"$state/$name.pid"
}

# await NAME TEXT: until it has said so.
await() {
    if until_said "$1" "$2"; then return; fi
    tail -n 20 "$state/$1.log" >&2
    fail "$1 ended before it was up; what it said last is above, and all of it is in $state/$1.log."
}

# until_said NAME TEXT: not so when it ended before.
until_said() {
    local i
    for ((i = 0; i < up_patience; i++)); do
        if grep -q "$2" "$state/$1.log"; then return; fi
        if [ -z "$(pid_of "$1")" ]; then return 1; fi
        sleep 0.1
    done
    fail "$1 did not come up in $((up_patience / 10)) s; what it said is in $state/$1.log. 'scripts/cluster.sh down' ends what was started."
}

# end SIGNAL NAME…: and waits until they are gone. Who does not listen is killed, with what it started.
end() {
    local signal=$1 name pid i
    shift
    for name in "$@"; do
        pid=$(pid_of "$name")
        [ -z "$pid" ] || kill "-$signal" "$pid" 2>/dev/null || true
    done
    for name in "$@"; do
        for ((i = 0; i < end_patience; i++)); do
            pid=$(pid_of "$name")
            [ -n "$pid" ] || break
            sleep 0.1
        done
        [ -z "$(pid_of "$name")" ] || kill_hard "$name"
        rm -f "$state/$name.pid"
    done
}

kill_hard() {
    local pid
    pid=$(pid_of "$1")
    [ -n "$pid" ] || return 0
    kill -9 -- "-$pid" 2>/dev/null || kill -9 "$pid" 2>/dev/null || true
    while [ -n "$(pid_of "$1")" ]; do sleep 0.05; done
}

# --- The world: where silos meet, and where tasks and artifacts are. Another world is another branch here; its settings are variables that every process gets ---

enter_world() {
    export VIDEOGEN_DATA=$data
    # Many processes on one machine: the collector for servers would have each of them take what it can get.
    export DOTNET_gcServer=${DOTNET_gcServer-0}
    redis_port=$(cat "$state/redis.port" 2>/dev/null || true)
    # A shell that reached the cluster before it went down still names its Redis.
    if [ -n "$redis_port" ] && [ "${VIDEOGEN_REDIS-}" = "127.0.0.1:$redis_port" ]; then unset VIDEOGEN_REDIS; fi
    if [ -n "${VIDEOGEN_REDIS-}${VIDEOGEN_REDIS_FILE-}" ] || [ "${VIDEOGEN_WORLD:-machine}" != machine ]; then
        rm -f "$state/redis.port"
    else
        start_redis
        export VIDEOGEN_REDIS=127.0.0.1:$redis_port
    fi
}

world_variables=(
    VIDEOGEN_DATA VIDEOGEN_REDIS VIDEOGEN_REDIS_FILE VIDEOGEN_WORLD VIDEOGEN_POSTGRES VIDEOGEN_POSTGRES_FILE VIDEOGEN_AZURE_TABLES VIDEOGEN_AZURE_TABLES_FILE
    VIDEOGEN_CLUSTER_SECRET_FILE
)

# On the port that it had, so that silos which outlived it find it again.
start_redis() {
    if [ -n "$(pid_of redis)" ] && [ -n "$redis_port" ]; then return; fi
    command -v redis-server >/dev/null || fail "redis-server is not installed. Install it, or name a Redis with --redis HOST:PORT."
    local attempt i
    for attempt in 1 2 3 4 5 6 7 8; do
        [ -n "$redis_port" ] || redis_port=$((20000 + RANDOM % 12000))
        start redis redis-server --bind 127.0.0.1 --port "$redis_port" --dir "$state" --save "" --appendonly no
        for ((i = 0; i < 100; i++)); do
            if grep -q 'Ready to accept connections' "$state/redis.log"; then
                echo "$redis_port" >"$state/redis.port"
                return
            fi
            [ -n "$(pid_of redis)" ] || break
            sleep 0.1
        done
        end TERM redis
        redis_port=""
    done
    fail "redis-server did not start; what it said is in $state/redis.log."
}

# --- Commands ----------------------------------------------------------------------------------------------------------------------------------------------

up() {
    local silos=3 workers=4 data_given="" i name
    while [ $# -gt 0 ]; do
        case $1 in
            --silos | --workers)
                [[ ${2-} =~ ^[1-9][0-9]?$ ]] || fail "$1 needs a number from 1 to 99." 2
                if [ "$1" = --silos ]; then silos=$2; else workers=$2; fi
                shift 2
                ;;
            --redis) export VIDEOGEN_REDIS=${2:?--redis needs HOST:PORT} && shift 2 ;;
            --world) export VIDEOGEN_WORLD=${2:?--world needs a name} && shift 2 ;;
            --data) data_given=$(mkdir -p "${2:?--data needs a folder}" && cd "$2" && pwd) && shift 2 ;;
            --) shift && break ;;
            *) fail "'up' does not know '$1'; scripts/cluster.sh --help lists what it knows." 2 ;;
        esac
    done

    umask 077
    mkdir -p "$state"
    # One 'up' or 'down' at a time.
    exec 9>"$state/lock"
    if command -v flock >/dev/null; then flock -n 9 || fail "Another 'up' or 'down' is at work on $state." 4; fi
    if [ -n "$(alive)" ] && [ -f "$state/env" ]; then
        meet_former "$data_given"
    else
        rm -f "$state"/*.pid
        data=${data_given:-$state/data}
    fi
    videogen --version >/dev/null || fail "The program could not be built or started."
    enter_world
    for name in "${world_variables[@]}"; do
        [ -z "${!name-}" ] || printf 'export %s=%q\n' "$name" "${!name}"
    done >"$state/env"

    # One after the other: the first one makes the store, and those that come up together may be too busy to answer each other.
    for ((i = 1; i <= silos; i++)); do bring_up_silo "silo-$i" "$@"; done
    for ((i = 1; i <= workers; i++)); do begin "worker-$i" worker; done
    for ((i = 1; i <= workers; i++)); do await "worker-$i" 'The worker is up'; done

    echo "Up: $(alive silo | wc -l) silos and $(alive worker | wc -l) workers. Dashboard: $(dashboard_of "$(alive silo | head -n 1)")"
    echo "To hand it a document: eval \"\$(scripts/cluster.sh env)\" && ./videogen submit samples/orleans.md --wait"
}

# Who lives stays as it is, so what is asked for now must be the same world.
meet_former() {
    local given=${VIDEOGEN_REDIS-} world=${VIDEOGEN_WORLD-} former
    former=$(. "$state/env" && echo "${VIDEOGEN_REDIS-}")
    data=$(. "$state/env" && echo "$VIDEOGEN_DATA")
    [ -z "$1" ] || [ "$1" = "$data" ] || fail "The cluster of $state is up with the data folder $data. End it first: scripts/cluster.sh down" 4
    [ -z "$given" ] || [ "$given" = "$former" ] || fail "The cluster of $state is up with another Redis. End it first: scripts/cluster.sh down" 4
    [ -z "$former" ] || export VIDEOGEN_REDIS=$former
    former=$(. "$state/env" && echo "${VIDEOGEN_WORLD:-machine}")
    [ -z "$world" ] || [ "$world" = "$former" ] || fail "The cluster of $state is up in the world '$former'. End it first: scripts/cluster.sh down" 4
    export VIDEOGEN_WORLD=$former
}

# begin NAME ARGUMENT…: unless it lives.
begin() {
    local name=$1
    shift
    [ -z "$(pid_of "$name")" ] || return 0
    if [ -n "${VIDEOGEN_PROGRAM-}" ]; then
        # shellcheck disable=SC2086
        start "$name" $VIDEOGEN_PROGRAM "$@"
    else
        start "$name" "$root/videogen" "$@"
    fi
}

# bring_up_silo NAME OPTION…: and waits until it is up. On a busy machine others may declare it dead meanwhile, and then it ends: it is started again, as a
# supervisor does. One that ends for another reason is not.
bring_up_silo() {
    local name=$1 starts
    shift
    for ((starts = 1; ; starts++)); do
        begin "$name" silo --fast-membership "$@"
        if [ "$starts" -eq "$max_starts" ] || until_said "$name" 'The silo is up' || ! grep -q 'I have been told I am dead' "$state/$name.log"; then break; fi
    done
    await "$name" 'The silo is up'
}

dashboard_of() {
    sed -n 's/.*The silo is up. Dashboard: *//p' "$state/$1.log" 2>/dev/null | head -n 1
}

status() {
    local kind name pid dead=0 count=0
    for kind in redis silo worker; do
        for name in $(members "$kind"); do
            count=$((count + 1))
            pid=$(pid_of "$name")
            if [ -n "$pid" ]; then
                printf '%-10s alive  %-8s %s\n' "$name" "$pid" "$(dashboard_of "$name")"
            else
                dead=1
                printf '%-10s dead            %s\n' "$name" "$state/$name.log"
            fi
        done
    done
    [ "$count" -gt 0 ] || fail "No cluster was started in $state. 'scripts/cluster.sh up' starts one." 3
    return "$dead"
}

kill_one() {
    local name=${1-} hard=${2-} pid
    if [ "$name" = -9 ]; then name=${2-} hard=-9; fi
    [[ $name =~ ^(redis|silo-[0-9]+|worker-[0-9]+)$ ]] || fail "'kill' needs the name of a process, such as worker-2; 'status' lists them." 2
    [ -z "$hard" ] || [ "$hard" = -9 ] || fail "'kill' knows -9 alone, not '$hard'." 2
    pid=$(pid_of "$name")
    [ -n "$pid" ] || fail "$name is not alive." 3
    if [ -n "$hard" ]; then kill_hard "$name"; else kill -TERM "$pid"; fi
}

down() {
    if [ ! -d "$state" ] || [ -z "$(members silo)$(members worker)$(members redis)" ]; then
        echo "No cluster is up in $state."
        return
    fi
    exec 9>"$state/lock"
    if command -v flock >/dev/null; then flock -n 9 || fail "Another 'up' or 'down' is at work on $state." 4; fi
    # The second signal has a worker give back at once what it holds; else it would work on for minutes.
    local name pid
    for name in $(alive worker); do
        pid=$(pid_of "$name")
        [ -z "$pid" ] || kill -TERM "$pid" 2>/dev/null || true
    done
    sleep 0.5
    # shellcheck disable=SC2046
    end TERM $(members worker)
    # shellcheck disable=SC2046
    end TERM $(members silo)
    # shellcheck disable=SC2046
    end TERM $(members redis)
    echo "Down. Tasks and artifacts are in $(. "$state/env" 2>/dev/null && echo "$VIDEOGEN_DATA" || echo "$state/data"), logs in $state."
    rm -f "$state/env"
}

state=${VIDEOGEN_CLUSTER_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/videogen-cluster}
command=${1-}
[ $# -eq 0 ] || shift
if [ "$command" = rehearse ]; then
    videogen rehearse "$@"
    exit
fi
if [ "${1-}" = --state ]; then
    state=${2:?--state needs a folder}
    shift 2
fi
case $state in /*) ;; *) state=$PWD/$state ;; esac

case $command in
    up) up "$@" ;;
    status) status ;;
    env) cat "$state/env" 2>/dev/null || fail "No cluster is up in $state." 3 ;;
    kill) kill_one "$@" ;;
    down) down ;;
    -h | --help | help) usage ;;
    *)
        usage >&2
        exit 2
        ;;
esac
