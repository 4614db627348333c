#!/usr/bin/env bash
# The main job, end to end, from a fresh clone: restores, builds and runs the function app under the development host.
# Usage: ./eng/run.sh [demo|run|services] [arguments of the development host…]   (demo by default; help lists them)
#        ./eng/run.sh --func [arguments of func start…]   under Azure Functions Core Tools, with Azurite and the simulator
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/env.sh

dotnet build src/FunctionsNotify.DevHost --configuration Release --nologo --verbosity quiet
host=artifacts/bin/FunctionsNotify.DevHost/release/FunctionsNotify.DevHost.dll

if [ "${1:-}" != --func ]; then
  case "${1:-}" in
    demo | run | services | help) ;;
    *) set -- demo "$@" ;;
  esac
  exec dotnet "$host" "$@"
fi

shift
command -v func >/dev/null || { echo "error: Azure Functions Core Tools are missing: 'func' is not on the PATH" >&2; exit 1; }
data=.local/func
rm -f "$data/services.env"
dotnet "$host" services --data "$data" &
services=$!
trap 'kill "$services" 2>/dev/null || true; wait "$services" 2>/dev/null || true' EXIT
until [ -f "$data/services.env" ]; do
  kill -0 "$services" 2>/dev/null || { echo "error: Azurite and the simulator did not start" >&2; exit 1; }
  sleep 0.2
done

while IFS='=' read -r name value; do export "$name=$value"; done <"$data/services.env"
cd artifacts/bin/FunctionsNotify.App/release
func start --no-build "$@"
