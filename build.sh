#!/usr/bin/env bash
# The project's one entry point: ./build.sh demo | test | bench | pack
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en

usage() {
  cat <<'EOF'
Usage: ./build.sh COMMAND
  demo   train, cluster, save and reload on 10,000 real digits (samples/Quickstart)
  test   build everything and run all tests
  bench  measure speed side by side with PyTorch and scikit-learn
  pack   make the NuGet packages (needs the real Microsoft.ML)

Set MLNet=nuget or MLNet=standin to choose the host instead of having it found out.
EOF
}

require_dotnet() {
  command -v dotnet >/dev/null || { echo "The .NET 10 SDK is missing: install the package dotnet-sdk-10.0 (https://dot.net)." >&2; exit 1; }
}

# The real ML.NET where it can be restored, else the stand-in; the build reads the variable MLNet.
choose_host() {
  require_dotnet
  if [ -z "${MLNet:-}" ]; then
    if timeout 120 dotnet restore eng/MLNetProbe -v q >/dev/null 2>&1; then MLNet=nuget; else MLNet=standin; fi
  fi
  export MLNet
  case "$MLNet" in
    nuget) echo "Host: Microsoft.ML from NuGet." ;;
    standin) echo "Host: the stand-in in standin/, because Microsoft.ML cannot be restored here or was not asked for." ;;
    *) echo "MLNet is '$MLNet'; it must be 'nuget' or 'standin'." >&2; exit 1 ;;
  esac
}

case "${1:-}" in
  demo)
    choose_host
    dotnet build samples/Quickstart -c Release -v q
    exec dotnet run --project samples/Quickstart -c Release --no-build -- "${@:2}"
    ;;
  test)
    choose_host
    dotnet build Disentangle.ML.slnx -c Release -v q
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    status=0
    dotnet test Disentangle.ML.slnx -c Release --no-build --logger "console;verbosity=minimal" "${@:2}" 2>&1 | tee "$log" || status=$?
    # One summary line an assembly: "Passed!  - Failed:     0, Passed:    12, Skipped:     1, Total:    13, ..."
    total() { sed -nE "s/.* - Failed: .*$1: *([0-9]+),.*/\1/p" "$log" | awk '{ sum += $1 } END { print sum + 0 }'; }
    failed=$(sed -nE 's/.* - Failed: *([0-9]+),.*/\1/p' "$log" | awk '{ sum += $1 } END { print sum + 0 }')
    passed=$(total Passed)
    [ "$passed" -gt 0 ] || { echo "No test ran." >&2; status=1; }
    echo "$passed passed, $failed failed, $(total Skipped) skipped"
    exit "$status"
    ;;
  bench)
    choose_host
    exec bench/run.sh "${@:2}"
    ;;
  pack)
    choose_host
    dotnet pack Disentangle.ML.slnx -c Release -o artifacts/packages
    ;;
  *)
    usage
    [ "${1:-}" = help ] || exit 2
    ;;
esac
