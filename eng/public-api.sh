#!/usr/bin/env bash
# Writes the public surface of every package anew into src/*/PublicAPI.Unshipped.txt, less what PublicAPI.Shipped.txt has.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
log=$(mktemp)
old=$(mktemp -d)
trap 'rm -rf "$log" "$old"' EXIT
cp --parents src/*/PublicAPI.Unshipped.txt "$old"
for list in src/*/PublicAPI.Unshipped.txt; do
    echo '#nullable enable' >"$list"
done
# AutoML, Orleans, Onnx, Serving, Plots, Reports and TorchSharp together refer to all the others. The compiler names what a list lacks: "...: warning RS0016: Symbol 'X' is not part of the declared public API ... [project]".
for project in AutoML Orleans Onnx Serving Plots Reports TorchSharp; do
    dotnet build "src/$project" -c Release --no-incremental -v q -p:TreatWarningsAsErrors=false >>"$log" || { cp -r "$old/src" .; grep error "$log" | sort -u >&2; exit 1; }
done
for list in src/*/PublicAPI.Unshipped.txt; do
    sed -nE "s|.*RS0016: Symbol '(.*)' is not part of the declared.*/$(dirname "$list")/[^/]*\.csproj\]$|\1|p" "$log" | LC_ALL=C sort -u >>"$list"
    echo "$list: $(($(wc -l <"$list") - 1)) members"
done
