#!/usr/bin/env bash
# The black-box scenarios against the function app under Azure Functions Core Tools, with Azurite and the simulator.
# Usage: ./eng/scenarios-func.sh [arguments of dotnet test…]
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/mode.sh

# The third delay is long enough for a command to pass a queue; tests/FunctionsNotify.Scenarios/README.md says which.
delays=(1 2 12 13 14 15 16 17)
for index in "${!delays[@]}"; do
  export "Delivery__RetryDelays__$index=$(printf '00:00:%02d' "${delays[$index]}")"
done
export Delivery__SetupFloor=00:00:03 Delivery__SlowDownFloor=00:00:03 Delivery__SlowDownCeiling=00:00:06
export FunctionsReference=false
port=${NOTIFY_PORT:-7071}

decide_mode
dotnet build tests/FunctionsNotify.Scenarios --nologo --verbosity quiet

logs=artifacts/scenarios-func
rm -rf "$logs"
mkdir -p "$logs"
# A group of its own, so that the host, the simulator and Azurite end together.
set -m
./eng/run-func.sh --port "$port" >"$logs/host.log" 2>&1 &
host=$!
set +m
trap 'kill -- "-$host" 2>/dev/null || true; wait "$host" 2>/dev/null || true' EXIT

deadline=$((SECONDS + 600))
until curl --silent --fail --output /dev/null "http://127.0.0.1:$port/api/health"; do
  if ! kill -0 "$host" 2>/dev/null || [ "$SECONDS" -gt "$deadline" ]; then
    tail -n 50 "$logs/host.log" >&2
    echo "error: the function app did not start" >&2
    exit 1
  fi
  sleep 1
done

while IFS='=' read -r name value; do export "$name=$value"; done <.local/func/services.env
export NOTIFY_HOST=external NOTIFY_SIMULATOR="$AlipayPlus__BaseUrl" NOTIFY_API="http://127.0.0.1:$port"
NOTIFY_RETRY_DELAYS=$(IFS=,; echo "${delays[*]}")
export NOTIFY_RETRY_DELAYS
dotnet test tests/FunctionsNotify.Scenarios --no-build --nologo --logger "console;verbosity=normal" \
  --logger "trx;LogFileName=scenarios.trx" --results-directory "$logs" "$@"
