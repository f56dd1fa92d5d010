#!/usr/bin/env bash
# Times clustering metrics, Gaussian mixtures or neighbours against scikit-learn and scipy, on the same inputs and number of threads.
# Usage: bench/scikit-learn.sh metrics|mixtures|neighbors [THREADS]
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-metrics}
threads=${2:-$(nproc)}
dotnet build -c Release --nologo -v q bench/ScikitLearn
here=(dotnet run -c Release --no-build --project bench/ScikitLearn -- "$what" "$threads")

# OpenBLAS chooses its own kernels; settings for another machine would slow it down.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
for python in /usr/bin/python3 python3; do
    if "$python" -c 'import sklearn, scipy, threadpoolctl' 2>/dev/null; then
        folder=$(mktemp -d)
        trap 'rm -rf "$folder"' EXIT
        "$python" bench/ScikitLearn/compare.py "$what" "$folder" "$threads" "${here[@]}" "$folder"
        exit
    fi
done
echo "No comparison: python3 has no scikit-learn (Debian: apt install python3-sklearn). Case, milliseconds, value:"
"${here[@]}"
