"""Times clustering metrics, Gaussian mixtures or neighbours against scikit-learn and scipy. The two sides alternate on every case,
so that other load on the machine affects both. Run by bench/scikit-learn.sh.

Usage: compare.py metrics|mixtures|neighbors FOLDER THREADS COMMAND...  where COMMAND starts the .NET side
"""
import os
import subprocess
import sys
import time
import warnings

what, folder, threads, command = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]
ROUNDS, ITERATIONS = 3, 10
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(threads)

import numpy as np
import scipy
import sklearn
import threadpoolctl
from scipy.optimize import linear_sum_assignment
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_mutual_info_score, silhouette_score
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import NearestNeighbors

# Ten iterations from a given start do not converge.
warnings.simplefilter("ignore", sklearn.exceptions.ConvergenceWarning)


def load(name, dtype=np.int32):
    return np.fromfile(os.path.join(folder, name + ".bin"), dtype)


def hungarian(table):
    rows, columns = linear_sum_assignment(table, maximize=True)
    return table[rows, columns].sum()


def metric(name):
    """Returns the alternatives (the fastest counts), the threads they may use, and a function from their result to a number."""
    kind, *rest = name.split("-")
    if kind == "ami":
        labels, clusters = load(name + "-labels"), load(name + "-clusters")
        return [lambda: adjusted_mutual_info_score(labels, clusters)], threads, float
    if kind == "hungarian":
        table = load(name)
        table = table.reshape(int(len(table) ** 0.5), -1).astype(np.float64)
        return [lambda: hungarian(table)], threads, float
    distance, count = rest
    points, clusters = load("silhouette-points", np.float32).reshape(10000, 64), load("silhouette-clusters")
    # Threads either in scikit-learn's own loop or in the matrix product it calls.
    ways = [lambda jobs=jobs: silhouette_score(points, clusters, metric=distance, n_jobs=jobs) for jobs in sorted({1, int(count)})]
    return ways, int(count), float


def mixture(name):
    kind, sizes = name.split("-")
    count, dimension, components = map(int, sizes.split("x"))
    rows = load(sizes, np.float64).reshape(count, dimension)
    covariance_type = "diag" if kind == "diagonal" else kind
    precisions = {
        "full": np.stack([np.eye(dimension)] * components), "tied": np.eye(dimension),
        "diag": np.ones((components, dimension)), "spherical": np.ones(components),
    }[covariance_type]

    def fit():
        # The random start, which is replaced, costs one maximisation; the default, k-means, costs more.
        return GaussianMixture(
            components, covariance_type=covariance_type, tol=0, max_iter=ITERATIONS, init_params="random", random_state=0,
            weights_init=np.full(components, 1 / components), means_init=rows[:components], precisions_init=precisions).fit(rows)

    return [fit], threads, lambda fitted: fitted.score(rows)


def neighbors(name):
    kind, sizes = name.split("-")
    rows = load(sizes, np.float32).reshape(tuple(map(int, sizes.split("x"))))
    if kind == "components":
        return [lambda: PCA(50, svd_solver="randomized", random_state=0).fit(rows)], threads, lambda pca: pca.explained_variance_.sum()
    model = NearestNeighbors(n_neighbors=15, algorithm="brute", n_jobs=threads)
    return [lambda: model.fit(rows).kneighbors()], threads, lambda found: found[0][:, -1].mean()


def best_of(functions, allowed):
    """Returns the fastest run within two seconds, as on the other side, and the result of the last run."""
    best, end, runs = float("inf"), time.perf_counter() + 2, 0
    with threadpoolctl.threadpool_limits(allowed):
        while runs < 2 or time.perf_counter() < end:
            runs += 1
            for function in functions:
                start = time.perf_counter()
                value = function()
                best = min(best, time.perf_counter() - start)
    return best * 1000, value


dotnet = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
names = dotnet.stdout.readline().split()
print(f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, numpy {np.__version__}")
print(f"{threads} threads unless the name says otherwise; best of {ROUNDS} rounds")
if what == "mixtures":
    print(f"{ITERATIONS} iterations; rows x features x components")
print(f"{'case':<26}{'here, ms':>12}{'python, ms':>12}{'ratio':>9}{'difference':>12}")
for name in names:
    functions, allowed, number = {"metrics": metric, "mixtures": mixture, "neighbors": neighbors}[what](name)
    here = there = float("inf")
    for _ in range(ROUNDS):
        print(name, file=dotnet.stdin, flush=True)
        _, milliseconds, value = dotnet.stdout.readline().split()
        here = min(here, float(milliseconds))
        milliseconds, result = best_of(functions, allowed)
        there = min(there, milliseconds)
    print(f"{name:<26}{here:>12.2f}{there:>12.2f}{there / here:>9.1f}{abs(float(value) - number(result)):>12.1e}", flush=True)
dotnet.stdin.close()
sys.exit(dotnet.wait())
