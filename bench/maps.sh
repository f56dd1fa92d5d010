#!/usr/bin/env bash
# Prints how well maps of the shipped digits keep neighbourhoods, beside PCA and, where umap-learn is installed, UMAP.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build -c Release --nologo -v q bench/Maps
umap=()
for candidate in /usr/bin/python3 python3; do
    if "$candidate" -c 'import umap' 2>/dev/null; then
        umap=("$candidate" bench/Effect/embed.py)
        break
    fi
done
[ "${#umap[@]}" -gt 0 ] || echo "No UMAP: python3 has no umap-learn here (Debian: apt install umap-learn)." >&2
exec dotnet run -c Release --no-build --project bench/Maps -- "${umap[@]}"
