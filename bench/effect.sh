#!/usr/bin/env bash
# Prints how well clusters of embeddings match the classes, compared with raw features, PCA and, if umap-learn is installed, UMAP.
# Usage: bench/effect.sh [SET ...] [--data FOLDER] [--seeds N] [--methods NAME ...]     (bench/effect.sh --help lists the sets)
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build -c Release --nologo -v q bench/Effect
python=()
for candidate in /usr/bin/python3 python3; do
    if "$candidate" -c 'import umap' 2>/dev/null; then
        python=(--python "$candidate")
        break
    fi
done
[ "${#python[@]}" -gt 0 ] || echo "Without UMAP: python3 has no umap-learn (Debian: apt install umap-learn)." >&2
exec dotnet run -c Release --no-build --project bench/Effect -- "$@" "${python[@]}"
