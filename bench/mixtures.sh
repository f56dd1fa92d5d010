#!/usr/bin/env bash
# Times Gaussian mixtures beside scikit-learn, from the same starts and the same number of threads. Usage: bench/mixtures.sh [THREADS]
set -euo pipefail
cd "$(dirname "$0")/.."
threads=${1:-$(nproc)}
dotnet build -c Release --nologo -v q bench/Trainers
here=(dotnet run -c Release --no-build --project bench/Trainers -- "$threads")

# OpenBLAS chooses its kernels by itself: settings made for another machine would slow it down.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
for python in /usr/bin/python3 python3; do
    if "$python" -c 'import sklearn' 2>/dev/null; then
        folder=$(mktemp -d)
        trap 'rm -rf "$folder"' EXIT
        "$python" bench/Trainers/mixtures.py "$folder" "$threads" "${here[@]}" "$folder"
        exit
    fi
done
echo "No comparison: python3 has no scikit-learn here (Debian: apt install python3-sklearn). Case, milliseconds, log-likelihood:"
"${here[@]}"
