#!/usr/bin/env bash
# The main job, end to end, from a fresh clone: restores, builds and runs the demo.
# Usage: ./eng/run.sh [demo|run] [arguments of the local host…]
#        ./eng/run.sh --func    the function app itself, where Core Tools and the Functions packages are at hand
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/env.sh

if [ "${1:-}" = --func ]; then
  shift
  exec ./eng/run-func.sh "$@"
fi

case "${1:-}" in
  demo | run) ;;
  *) set -- demo "$@" ;;
esac

dotnet build src/FunctionsNotify.LocalHost --nologo --verbosity quiet
exec dotnet "artifacts/$build_mode/bin/FunctionsNotify.LocalHost/debug/FunctionsNotify.LocalHost.dll" "$@"
