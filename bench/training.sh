#!/usr/bin/env bash
# Compares training steps with PyTorch and with libtorch by TorchSharp, in rows per second, on two CPU threads or on a GPU.
# Usage: bench/training.sh [cuda] [mlp|autoencoder|encode|cnn|gru|jade ...]
set -euo pipefail
cd "$(dirname "$0")"
export DISENTANGLE_DATA="${DISENTANGLE_DATA:-../../shared/data}"
# The distribution's interpreter is more likely to have PyTorch than the first on the path.
export TORCH_PYTHON="${TORCH_PYTHON:-/usr/bin/python3}"
command -v "$TORCH_PYTHON" >/dev/null || { echo "No comparison: there is no $TORCH_PYTHON (Debian: apt install python3-torch)."; exit 0; }
[ "$(uname -s)" != Linux ] || ../eng/libstdcxx-shim.sh ../artifacts/libstdcxx
exec "$TORCH_PYTHON" Tensors.Training/compare.py "$@"
