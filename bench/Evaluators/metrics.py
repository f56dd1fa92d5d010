"""Times the metrics beside scikit-learn and scipy: the two take turns on every case, so that what else the machine does hits both. Run by bench/metrics.sh.

Usage: metrics.py FOLDER THREADS COMMAND...  where COMMAND starts the .NET side
"""
import os
import subprocess
import sys
import time

folder, threads, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
ROUNDS = 3
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


def best_of(functions, allowed):
    best = float("inf")
    with threadpoolctl.threadpool_limits(allowed):
        for function in functions * 2:
            start = time.perf_counter()
            value = function()
            best = min(best, time.perf_counter() - start)
    return best * 1000, value


dotnet = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
names = dotnet.stdout.readline().split()
print(f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, numpy {np.__version__}")
print(f"{threads} threads unless the name says otherwise; best of {ROUNDS} rounds")
print(f"{'case':<26}{'here, ms':>12}{'python, ms':>12}{'ratio':>9}{'difference':>12}")
for name in names:
    functions, allowed = case(name)
    here = there = float("inf")
    for _ in range(ROUNDS):
        print(name, file=dotnet.stdin, flush=True)
        _, milliseconds, value = dotnet.stdout.readline().split()
        here = min(here, float(milliseconds))
        milliseconds, expected = best_of(functions, allowed)
        there = min(there, milliseconds)
    print(f"{name:<26}{here:>12.2f}{there:>12.2f}{there / here:>9.1f}{abs(float(value) - expected):>12.1e}", flush=True)
dotnet.stdin.close()
sys.exit(dotnet.wait())
