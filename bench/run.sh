#!/usr/bin/env bash
# All comparisons, one after the other: clustering metrics, Gaussian mixtures and neighbours beside scikit-learn, training beside PyTorch.
set -euo pipefail
cd "$(dirname "$0")"
./scikit-learn.sh metrics
./scikit-learn.sh mixtures
./scikit-learn.sh neighbors
./training.sh
