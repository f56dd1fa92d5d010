#!/usr/bin/env bash
# All comparisons, one after the other: clustering metrics beside scikit-learn, training beside PyTorch.
set -euo pipefail
cd "$(dirname "$0")"
./metrics.sh
./training.sh
