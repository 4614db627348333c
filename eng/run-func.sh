#!/usr/bin/env bash
# Called by eng/run.sh --func: the function app under Azure Functions Core Tools, against Azurite and the simulator.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/mode.sh

command -v func >/dev/null || { echo "error: Azure Functions Core Tools are missing: 'func' is not on the PATH" >&2; exit 1; }
export FunctionsReference=false
decide_mode
dotnet build src/FunctionsNotify.LocalHost --nologo --verbosity quiet
dotnet build src/FunctionsNotify.App --nologo --verbosity quiet

data=.local/func
rm -f "$data/services.env"
dotnet "artifacts/$build_mode/bin/FunctionsNotify.LocalHost/debug/FunctionsNotify.LocalHost.dll" services --data "$data" &
services=$!
trap 'kill "$services" 2>/dev/null || true; wait "$services" 2>/dev/null || true' EXIT
until [ -f "$data/services.env" ]; do
  kill -0 "$services" 2>/dev/null || { echo "error: Azurite and the simulator did not start" >&2; exit 1; }
  sleep 0.2
done

while IFS='=' read -r name value; do export "$name=$value"; done <"$data/services.env"
export PaymentsStorage="${PaymentsStorage:-$AzureWebJobsStorage}" FUNCTIONS_WORKER_RUNTIME=dotnet-isolated TaskHub="${TaskHub:-FunctionsNotifyLocal}"
export Queues__Notifications="${Queues__Notifications:-payment-notifications}" Queues__Outcomes="${Queues__Outcomes:-payment-notification-outcomes}"
cd "artifacts/$build_mode/bin/FunctionsNotify.App/debug"
func start --no-build "$@"
