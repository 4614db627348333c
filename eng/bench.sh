#!/usr/bin/env bash
# Measures signing, the engine and the whole path side by side (docs/performance.md). Nothing is asserted.
# Usage: ./eng/bench.sh [--payments N] [--rounds N] [--only engine|queue|status]
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/mode.sh

decide_mode
dotnet build bench/FunctionsNotify.Bench --configuration Release --nologo --verbosity quiet
exec dotnet "artifacts/$build_mode/bin/FunctionsNotify.Bench/release/FunctionsNotify.Bench.dll" "$@"
