#!/usr/bin/env bash
# Sees to a Chromium for the tests of the operators' page: quick where there is one, else Debian's package. Where none can
# be had, those tests are skipped with their reason; with CI set that is an error.
set -euo pipefail

have() { [ -n "${NOTIFY_CHROMIUM:-}" ] || command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null

install() {
  command -v apt-get >/dev/null || return 1
  local as=()
  [ "$(id -u)" -eq 0 ] || as=(sudo -n)
  "${as[@]}" apt-get update -qq && "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
} >/dev/null 2>&1

have && exit 0
echo "Installing Chromium for the tests of the operators' page."
install && have && exit 0
if [ -n "${CI:-}" ]; then
  echo "error: there is no Chromium, and apt cannot install one; the tests of the operators' page need it" >&2
  exit 1
fi
echo "There is no Chromium, and apt cannot install one: the tests of the operators' page will be skipped."
