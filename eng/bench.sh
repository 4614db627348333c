#!/usr/bin/env bash
# What a payment costs: the function app and a bare Durable app in turn under the same host (docs/performance.md).
# Usage: ./eng/bench.sh [burst | settings [--only TEXT] | scale | hosts] [--payments N] [--rounds N]
# burst: many at once, with admission and without; settings: ours under one variant of the settings after the other; scale: what
# looking costs beside 1,000 and 100,000 deliveries that wait; hosts: 1, 2 and 4 hosts on one task hub.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/env.sh

dotnet build bench/FunctionsNotify.Bench --configuration Release --nologo --verbosity quiet
exec dotnet artifacts/bin/FunctionsNotify.Bench/release/FunctionsNotify.Bench.dll "$@"
