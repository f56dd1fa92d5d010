#!/usr/bin/env bash
# Runs all comparisons: clustering metrics, Gaussian mixtures and neighbours against scikit-learn, training against PyTorch.
set -euo pipefail
cd "$(dirname "$0")"
./scikit-learn.sh metrics
./scikit-learn.sh mixtures
./scikit-learn.sh neighbors
./training.sh
