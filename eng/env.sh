# Sourced by the scripts beside it: what every dotnet call here wants, and what the machine must have.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
command -v dotnet >/dev/null || { echo "error: the .NET SDK is missing: 'dotnet' is not on the PATH (global.json names the version)" >&2; exit 1; }
command -v npm >/dev/null || { echo "error: Node is missing: 'npm' is not on the PATH (Azurite comes from it)" >&2; exit 1; }
# In the background there may be no standard input at all.
[ -t 0 ] || exec </dev/null
