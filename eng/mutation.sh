#!/usr/bin/env bash
# Mutation testing of the decision core and of signatures and answers: how many small defects the tests notice.
# Not part of CI. Usage: ./eng/mutation.sh [delivery|wire]; reports are left in artifacts/mutation.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/env.sh
root=$PWD
dotnet tool restore

run() {
  local name=$1 tests=$2 project=$3 filter=$4
  shift 4
  local files=()
  for file in "$@"; do files+=(--mutate "**/$file"); done
  (cd "tests/$tests" && dotnet stryker --project "$project.csproj" "${files[@]}" --test-case-filter "$filter" --concurrency 2 --break-at 90 \
    --reporter cleartext --reporter json --reporter html --output "$root/artifacts/mutation/$name")
}

case "${1:-all}" in
  delivery | wire | all) ;;
  *) echo "error: unknown part $1; usage: ./eng/mutation.sh [delivery|wire]" >&2; exit 2 ;;
esac
[ "${1:-all}" = wire ] || run delivery FunctionsNotify.App.Tests FunctionsNotify.Delivery 'FullyQualifiedName~Core.De|FullyQualifiedName~Core.Outcome|FullyQualifiedName~Core.Operator|FullyQualifiedName~Core.Retry|FullyQualifiedName~Core.Stored' '*.cs'
[ "${1:-all}" = delivery ] || run wire FunctionsNotify.AlipayPlus.Tests FunctionsNotify.AlipayPlus 'FullyQualifiedName!~Simulator&FullyQualifiedName!~Notification&FullyQualifiedName!~CanonicalJson' \
  Signing.cs SignatureHeader.cs PublicKeyRing.cs RsaKeys.cs Answer.cs ResultCodes.cs NotifyPushPaymentClient.cs
