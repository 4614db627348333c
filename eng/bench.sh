#!/usr/bin/env bash
# What a payment costs: the function app and a bare Durable app in turn under the same host (docs/performance.md).
# Usage: ./eng/bench.sh [--payments N] [--rounds N]; ./eng/bench.sh burst [--payments N] [--rounds N]: many at once, with and without
# admission.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/env.sh

dotnet build bench/FunctionsNotify.Bench --configuration Release --nologo --verbosity quiet
exec dotnet artifacts/bin/FunctionsNotify.Bench/release/FunctionsNotify.Bench.dll "$@"
