# Sourced by the scripts beside it: decides the build mode (docs/building.md) and leaves or removes the marker that
# makes a plain `dotnet build` follow. FunctionsReference=true|false in the environment asks for a mode.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

decide_mode() {
  command -v dotnet >/dev/null || { echo "error: the .NET SDK is missing: 'dotnet' is not on the PATH (global.json names the version)" >&2; return 1; }
  command -v npm >/dev/null || { echo "error: Node is missing: 'npm' is not on the PATH (Azurite comes from it)" >&2; return 1; }
  if [ -z "${FunctionsReference:-}" ]; then
    mkdir -p artifacts
    if dotnet restore tests/FunctionsNotify.App.Tests -p:FunctionsReference=false >artifacts/restore-packages-mode.log 2>&1; then
      FunctionsReference=false
    elif grep -qE 'error NU(110[1-3]|1603)' artifacts/restore-packages-mode.log; then
      FunctionsReference=true
      echo "The Functions packages cannot be restored here: building in reference mode (docs/building.md; log: artifacts/restore-packages-mode.log)."
    else
      cat artifacts/restore-packages-mode.log >&2
      return 1
    fi
  fi
  export FunctionsReference
  if [ "$FunctionsReference" = true ]; then
    build_mode=reference
    : >.reference-mode
  else
    build_mode=packages
    rm -f .reference-mode
  fi
}
