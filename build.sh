#!/usr/bin/env bash
# The project's one entry point: ./build.sh demo | test | bench | pack | papers | pictures | site
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en

usage() {
  cat <<'EOF'
Usage: ./build.sh COMMAND
  demo     train, cluster, save and reload on 10,000 real digits (samples/Quickstart)
  test     build everything and run all tests
  bench    measure speed side by side with PyTorch and scikit-learn
  pack     make the NuGet packages in artifacts/packages
  papers   the papers' experiments (samples/Papers); --quick runs each for one epoch on a few shipped digits
  pictures make the pictures in docs/images; needs Chromium
  site     make the documentation site in artifacts/site/html, with the API reference
EOF
}

command -v dotnet >/dev/null || { echo "The .NET 10 SDK is missing: install the package dotnet-sdk-10.0 (https://dot.net)." >&2; exit 1; }

case "${1:-}" in
  demo)
    dotnet build samples/Quickstart -c Release -v q
    exec dotnet run --project samples/Quickstart -c Release --no-build -- "${@:2}"
    ;;
  test)
    dotnet build Disentangle.ML.slnx -c Release -v q
    # For tests/TorchSharp.Tests alone, which looks for it there.
    [ "$(uname -s)" != Linux ] || eng/libstdcxx-shim.sh artifacts/libstdcxx
    # For tests/Onnx.Tests alone, which runs exported files in a browser with it.
    if command -v npm >/dev/null && [ ! -d artifacts/npm/node_modules/onnxruntime-web ]; then
      npm install --silent --no-audit --no-fund --ignore-scripts --prefix artifacts/npm onnxruntime-web@1.30.0 ||
        echo "The npm package onnxruntime-web could not be installed; the browser test is skipped." >&2
    fi
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    status=0
    dotnet test Disentangle.ML.slnx -c Release --no-build --logger "console;verbosity=minimal" "${@:2}" 2>&1 | tee "$log" || status=$?
    # One summary line an assembly: "Passed!  - Failed:     0, Passed:    12, Skipped:     1, Total:    13, ..."
    total() { sed -nE "s/.* - (Failed: .*)/\1/p" "$log" | sed -nE "s/.*$1: *([0-9]+),.*/\1/p" | awk '{ sum += $1 } END { print sum + 0 }'; }
    passed=$(total Passed)
    [ "$passed" -gt 0 ] || { echo "No test ran." >&2; status=1; }
    echo "$passed passed, $(total Failed) failed, $(total Skipped) skipped"
    exit "$status"
    ;;
  bench)
    exec bench/run.sh "${@:2}"
    ;;
  pack)
    rm -rf artifacts/packages
    dotnet pack eng/Packages.proj -c Release -v q -o artifacts/packages
    ls artifacts/packages
    ;;
  papers)
    [ "${2:-}" = --quick ] && set -- papers quick
    dotnet build samples/Papers -c Release -v q
    exec dotnet run --project samples/Papers -c Release --no-build -- "${@:2}"
    ;;
  pictures)
    dotnet run --project bench/Pictures -c Release -- docs/images
    DISENTANGLE_PICTURES=1 dotnet test tests/Reports.Tests -c Release --filter FullyQualifiedName~PictureTests
    ;;
  site)
    dotnet build Disentangle.ML.slnx -c Release -v q
    dotnet tool restore >/dev/null
    rm -rf artifacts/site
    dotnet docfx docfx.json
    ;;
  *)
    usage
    [ "${1:-}" = help ] || exit 2
    ;;
esac
