#!/usr/bin/env bash
# Every test, from a fresh clone. Usage: ./eng/test.sh [--soak] [PROJECT-NAME-PART…]
# With --soak the counts are the large ones, and the run takes hours.
# The last line is "N passed, N failed"; the exit code is 0 only when none failed and some passed.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/env.sh

parts=()
for argument in "$@"; do
  case "$argument" in
    --soak) export NOTIFY_SOAK=1 ;;
    -*) echo "error: unknown option $argument; usage: ./eng/test.sh [--soak] [PROJECT-NAME-PART…]" >&2; exit 2 ;;
    *) parts+=("$argument") ;;
  esac
done

wanted() {
  [ ${#parts[@]} -eq 0 ] && return 0
  for part in "${parts[@]}"; do
    case "$1" in *"$part"*) return 0 ;; esac
  done
  return 1
}

counter() { sed -n "s/.*<Counters[^>]* $2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1; }

started=$SECONDS
if wanted FunctionsNotify.Scenarios; then ./eng/chromium.sh; fi
dotnet build FunctionsNotify.sln --configuration Release --nologo --verbosity quiet
echo "== restore and build: $((SECONDS - started)) s"

# The hosts live for a minute each, too short to earn back the profiling of their own code, or compiling it twice unless it
# is called very often (1,024 times; the setting is hexadecimal). This halves the processor time of a start.
export DOTNET_TieredPGO=0 DOTNET_TC_CallCountThreshold=400
results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"

# One project, with its niceness: its output and, for the sum, a line "passed failed skipped" in NAME.sum.
run_project() {
  local project=$1 niceness=$2 name started outcome total project_passed project_failed
  name=$(basename "$project" .csproj)
  started=$SECONDS
  outcome=0
  nice -n "$niceness" dotnet test "$project" --configuration Release --no-build --nologo --verbosity quiet --results-directory "$results" --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" >"$results/$name.log" 2>&1 </dev/null || outcome=$?
  total=$(counter "$results/$name.trx" total 2>/dev/null || true)
  project_passed=$(counter "$results/$name.trx" passed 2>/dev/null || true)
  project_failed=$(counter "$results/$name.trx" failed 2>/dev/null || true)
  if [ -z "$total" ]; then
    echo "error: $name left no result" >>"$results/$name.log"
    total=1 project_passed=0 project_failed=1
  elif [ "$outcome" -ne 0 ] && [ "$project_failed" -eq 0 ]; then
    echo "error: $name ended with exit code $outcome" >>"$results/$name.log"
    project_failed=1 total=$((total + 1))
  fi
  echo "$project_passed $project_failed $((total - project_passed - project_failed))" >"$results/$name.sum"
  cat "$results/$name.log"
  echo "== $name: $project_passed passed, $project_failed failed, $((SECONDS - started)) s"
}

# The scenarios mostly wait, so the other projects run beside them, one after the other, and take what they leave.
projects=() beside=""
for project in tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  [ "$name" = FunctionsNotify.Testing ] && continue
  wanted "$name" || continue
  projects+=("$project")
  if [ "$name" = FunctionsNotify.Scenarios ]; then
    # In a process group of its own, which ends with this script.
    set -m
    run_project "$project" 0 &
    set +m
    beside=$!
    trap 'kill -- "-$beside" 2>/dev/null || true' EXIT
  fi
done
for project in ${projects[@]+"${projects[@]}"}; do
  [ "$(basename "$project" .csproj)" = FunctionsNotify.Scenarios ] || run_project "$project" 10
done
[ -z "$beside" ] || wait "$beside"

passed=0 failed=0 skipped=0
for project in ${projects[@]+"${projects[@]}"}; do
  read -r project_passed project_failed project_skipped <"$results/$(basename "$project" .csproj).sum"
  passed=$((passed + project_passed)) failed=$((failed + project_failed)) skipped=$((skipped + project_skipped))
done

echo "== all: $SECONDS s"
[ "$skipped" -eq 0 ] || echo "== skipped, each with its reason above: $skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
