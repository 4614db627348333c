#!/usr/bin/env bash
# Every test, from a fresh clone. Usage: ./eng/test.sh [--soak] [PROJECT-NAME-PART…]
# The last line is "N passed, N failed"; the exit code is 0 only when none failed and some passed.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/mode.sh

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
decide_mode
dotnet build FunctionsNotify.sln --nologo --verbosity quiet
echo "== restore and build ($build_mode mode): $((SECONDS - started)) s"

results=artifacts/test-results
rm -rf "$results"
passed=0 failed=0 skipped=0
for project in tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  [ "$name" = FunctionsNotify.Testing ] && continue
  wanted "$name" || continue
  started=$SECONDS
  outcome=0
  dotnet test "$project" --no-build --nologo --verbosity quiet --results-directory "$results" --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" || outcome=$?
  total=$(counter "$results/$name.trx" total 2>/dev/null || true)
  project_passed=$(counter "$results/$name.trx" passed 2>/dev/null || true)
  project_failed=$(counter "$results/$name.trx" failed 2>/dev/null || true)
  if [ -z "$total" ]; then
    echo "error: $name left no result" >&2
    total=1 project_passed=0 project_failed=1
  elif [ "$outcome" -ne 0 ] && [ "$project_failed" -eq 0 ]; then
    echo "error: $name ended with exit code $outcome" >&2
    project_failed=1 total=$((total + 1))
  fi
  passed=$((passed + project_passed)) failed=$((failed + project_failed))
  skipped=$((skipped + total - project_passed - project_failed))
  echo "== $name: $project_passed passed, $project_failed failed, $((SECONDS - started)) s"
done

echo "== all: $SECONDS s"
[ "$skipped" -eq 0 ] || echo "== skipped, each with its reason above: $skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
