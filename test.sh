#!/usr/bin/env bash
# Restores, builds with warnings as errors, checks the format and runs all tests. Installs what they need where it is missing.
# Usage: ./test.sh [NAME]    NAME picks the test projects whose name contains it: Tasks, Files, Grains, Storage, Client, Stages, Silo, Cli, Cluster, House.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# Each line: the program that must be there, and the Debian package that brings it.
needed_programs() {
    cat <<'LIST'
ffmpeg ffmpeg
ffprobe ffmpeg
espeak-ng espeak-ng
festival festival
redis-server redis-server
chromium chromium
strace strace
npm npm
python3 python3
LIST
}

needed_data=(fonts-dejavu-core fonts-noto-core festvox-us-slt-hts)

install_missing() {
    local missing=()
    while read -r program package; do
        command -v "$program" >/dev/null || missing+=("$package")
    done < <(needed_programs)
    if command -v dpkg-query >/dev/null; then
        for data in "${needed_data[@]}"; do
            dpkg-query -W -f '${Status}' "$data" 2>/dev/null | grep -q 'ok installed' || missing+=("$data")
        done
    fi
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
    [ ${#missing[@]} -eq 0 ] && return
    if ! command -v apt-get >/dev/null; then
        echo "The tests need these programs, which are not installed: ${missing[*]}" >&2
        exit 1
    fi
    local sudo=()
    [ "$(id -u)" -eq 0 ] || sudo=(sudo)
    echo "Installing ${missing[*]} ..."
    "${sudo[@]}" apt-get update -qq
    # The tests start a server of their own; the package need not make one for the whole machine.
    "${sudo[@]}" mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' | "${sudo[@]}" tee /etc/postgresql-common/createcluster.d/videogen-tests.conf >/dev/null
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

command -v dotnet >/dev/null || { echo "The .NET SDK 10 is not installed; see https://dotnet.microsoft.com/download" >&2; exit 1; }
install_missing

# The emulator of Azure's tables, in a folder of the user's cache.
tests/tools/azurite.sh >/dev/null

# What finds faults of pages, likewise.
tests/tools/axe.sh >/dev/null

# What draws formulas, likewise.
tests/tools/mathjax.sh >/dev/null

# Much of a short run is compiling, and compiling a method again costs more than it brings: it waits for 4,096 calls (1000 is hexadecimal), and nothing is
# measured for it.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 DOTNET_TieredPGO=0 DOTNET_TC_CallCountThreshold=1000
only=${1:-}
results=$(mktemp -d)

# One compiler for all projects, whatever the environment says: it is itself compiled once, and not for each. It belongs to this run and ends with the build.
compiler=videogen-test-$$
end_compiler() { pkill -f -- "-pipename:$compiler\$" 2>/dev/null || true; }
trap 'kill $(jobs -rp) 2>/dev/null || true; end_compiler; rm -rf "$results"' EXIT

dotnet restore VideoGen.Orleans.sln --locked-mode
dotnet build VideoGen.Orleans.sln --no-restore --configuration Release --verbosity quiet -p:UseSharedCompilation=true "-p:SharedCompilationId=$compiler"
end_compiler

# Runs a program of the checks, and shows what it said when it has ended.
check() {
    local name=$1 code=0
    shift
    "$@" >"$results/$name.log" 2>&1 &
    trap 'kill $! 2>/dev/null' TERM
    wait $! || code=$?
    echo "$code" >"$results/$name.code"
    echo "== $name"
    cat "$results/$name.log"
}

# Whole clusters take longest, so their tests begin first; they wait at times (for a dead silo to be noticed, for leases to end).
names=()
for project in tests/*Cluster.Tests tests/*.Tests; do
    name=$(basename "$project")
    [[ $name != *"$only"* || " ${names[*]} " == *" $name "* ]] || names+=("$name")
done

# Two at a time: whole clusters wait now and then, and silos that get no processor for seconds are declared dead. A wrong format fails the gate, and keeps no
# test from being run: the build has asked for the rules of style, and House.Tests for the order of directives. Each test project is a program that writes its
# counts to a file of its own.
checks=("${names[@]}")
[ -n "$only" ] || checks+=(format)
for name in "${checks[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n || true; done
    if [ "$name" = format ]; then
        check "$name" dotnet format whitespace VideoGen.Orleans.sln --no-restore --verify-no-changes &
    else
        check "$name" dotnet "tests/$name/bin/Release/net10.0/VideoGen.$name.dll" -noLogo -failSkips -result-xml "$results/$name.xml" &
    fi
done
wait

code_of() { cat "$results/$1.code" 2>/dev/null || echo 1; }
passed=0 failed=0
if [ -z "$only" ] && [ "$(code_of format)" -ne 0 ]; then
    echo "The format is not what 'dotnet format' makes." >&2
    failed=1
fi

# A program that wrote no counts counts as a failure, so that a crash can't pass for a success.
for name in "${names[@]}"; do
    counts=$(grep -o '<assembly [^>]*>' "$results/$name.xml" 2>/dev/null | head -n 1 || true)
    count_of() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counts"; }
    p=$(count_of passed) f=$(count_of failed) e=$(count_of errors)
    f=$((${f:-0} + ${e:-0}))
    if [ "${p:-0}" -eq 0 ] && [ "$f" -eq 0 ]; then
        echo "$name ran no test." >&2
        f=1
    elif [ "$f" -eq 0 ] && [ "$(code_of "$name")" -ne 0 ]; then
        echo "$name ended with an error outside of its tests." >&2
        f=1
    fi
    passed=$((passed + ${p:-0}))
    failed=$((failed + f))
done

# What failed is said once more where everybody looks.
for name in "${names[@]}"; do
    grep -o '<test [^>]*result="Fail"[^>]*' "$results/$name.xml" 2>/dev/null | sed 's/.* name="\([^"]*\)".*/failed: \1/' || true
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
