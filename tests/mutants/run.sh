#!/usr/bin/env bash
# Spoils the code in one place after the other, in a temporary copy, and shows that the tests notice. See mutants.txt for the list.
# Usage: tests/mutants/run.sh [NAME...]    A NAME picks the mutants whose name contains it.
# Ends with a table, and with an error when a mutant survives, does not build, or does not apply exactly once.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
wanted=("${@:-}")
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 VIDEOGEN_SEEDS=${VIDEOGEN_SEEDS:-400}
limit=${VIDEOGEN_MUTANT_TIMEOUT:-300}

(cd "$root" && git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$copy" 2>/dev/null) || true

# Replaces the text of one mutant in its file; fails unless it stands there exactly once.
apply() {
    MUTANT=$1 perl -0777 -e '
        my ($list, $root) = @ARGV;
        open(my $in, "<", $list) or die; my $all = <$in>;
        my ($file, $old, $new) = $all =~ /^mutant \Q$ENV{MUTANT}\E\nfile (\S+)\ntests [^\n]+\n<<<\n(.*?)\n===\n(.*?)\n>>>/ms or die "no such mutant\n";
        open(my $source, "<", "$root/$file") or die "$file: $!\n"; my $text = <$source>; close $source;
        my $count = () = $text =~ /\Q$old\E/g;
        die "its text stands $count times in $file\n" unless $count == 1;
        $text =~ s/\Q$old\E/$new/;
        open(my $target, ">", "$root/$file") or die; print $target $text; close $target; print $file;
    ' "$here/mutants.txt" "$copy"
}

dotnet restore "$copy/VideoGen.Orleans.sln" >"$copy/build.log" 2>&1 || { cat "$copy/build.log"; exit 1; }

printf '%-48s %s\n' mutant result
survivors=0
killed=0
for name in $(sed -n 's/^mutant //p' "$here/mutants.txt"); do
    for part in "${wanted[@]}"; do [[ $name != *"$part"* ]] || break; done
    [[ $name == *"$part"* ]] || continue
    read -r project classes <<<"$(sed -n "/^mutant $name\$/,/^<<</s/^tests //p" "$here/mutants.txt")"
    set -f
    filter=()
    for class in $classes; do filter+=(-class "$class"); done
    set +f
    if ! file=$(apply "$name" 2>"$copy/why"); then
        result="DOES NOT APPLY: $(cat "$copy/why")"
        survivors=$((survivors + 1))
    elif ! dotnet build "$copy/tests/$project" --no-restore --configuration Release -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false -p:MaxLineLength=1000 >"$copy/build.log" 2>&1; then
        result="DOES NOT BUILD: $(grep -m1 -o 'error .*' "$copy/build.log")"
        survivors=$((survivors + 1))
    elif timeout "$limit" "$copy/tests/$project/bin/Release/net10.0/VideoGen.$project" "${filter[@]}" -stopOnFail >"$copy/test.log" 2>&1; then
        result="SURVIVED"
        survivors=$((survivors + 1))
    else
        by=$(grep -m1 -o '[A-Za-z]*\.[A-Za-z_0-9]*[^.]* \[FAIL\]' "$copy/test.log" | sed 's/[( ].*//' || true)
        result="killed by ${by:-a run that did not end}"
        killed=$((killed + 1))
    fi
    printf '%-48s %s\n' "$name" "$result"
    [ -z "${file:-}" ] || cp "$root/$file" "$copy/$file"
    file=
done

echo "$killed killed, $survivors not"
[ "$survivors" -eq 0 ] && [ "$killed" -gt 0 ]
