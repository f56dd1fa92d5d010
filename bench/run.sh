#!/usr/bin/env bash
# All comparisons, one after the other: clustering metrics and Gaussian mixtures beside scikit-learn, training beside PyTorch.
set -euo pipefail
cd "$(dirname "$0")"
./scikit-learn.sh metrics
./scikit-learn.sh mixtures
./training.sh
