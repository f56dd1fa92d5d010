"""Times scikit-learn and scipy on the inputs that the .NET side left in a folder, and prints both side by side. Run by bench/metrics.sh.

Usage: metrics.py FOLDER THREADS
"""
import os
import sys
import time

folder, threads = sys.argv[1], int(sys.argv[2])
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(threads)

import numpy as np
import scipy
import sklearn
import threadpoolctl
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_mutual_info_score, silhouette_score


def load(name, dtype=np.int32):
    return np.fromfile(os.path.join(folder, name + ".bin"), dtype)


def hungarian(table):
    rows, columns = linear_sum_assignment(table, maximize=True)
    return table[rows, columns].sum()


def case(name):
    """The ways to compute it, of which the fastest counts, and the threads they may use."""
    kind, *rest = name.split("-")
    if kind == "ami":
        labels, clusters = load(name + "-labels"), load(name + "-clusters")
        return [lambda: adjusted_mutual_info_score(labels, clusters)], threads
    if kind == "hungarian":
        table = load(name)
        table = table.reshape(int(len(table) ** 0.5), -1).astype(np.float64)
        return [lambda: hungarian(table)], threads
    metric, count = rest
    points, clusters = load("silhouette-points", np.float32).reshape(10000, 64), load("silhouette-clusters")
    # Threads in scikit-learn's own loop, or in the matrix product below it.
    return [lambda jobs=jobs: silhouette_score(points, clusters, metric=metric, n_jobs=jobs) for jobs in sorted({1, int(count)})], int(count)


def best_of(functions, allowed, runs=5):
    with threadpoolctl.threadpool_limits(allowed):
        best = float("inf")
        for function in functions * runs:
            start = time.perf_counter()
            value = function()
            best = min(best, time.perf_counter() - start)
    return best * 1000, value


print(f"\nscikit-learn {sklearn.__version__}, scipy {scipy.__version__}, numpy {np.__version__}, {threads} threads unless the name says otherwise")
print(f"{'case':<26}{'here, ms':>12}{'python, ms':>12}{'ratio':>9}{'difference':>12}")
for line in open(os.path.join(folder, "results.txt"), encoding="utf-8"):
    name, milliseconds, value = line.split()
    reference, expected = best_of(*case(name))
    print(f"{name:<26}{float(milliseconds):>12.2f}{reference:>12.2f}{reference / float(milliseconds):>9.1f}{abs(float(value) - expected):>12.1e}", flush=True)
