"""Times Gaussian mixtures beside scikit-learn: the two take turns on every case, so that what else the machine does hits both. Run by bench/mixtures.sh.

Usage: mixtures.py FOLDER THREADS COMMAND...  where COMMAND starts the .NET side
"""
import os
import subprocess
import sys
import time
import warnings

folder, threads, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
ROUNDS, ITERATIONS = 3, 10
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(threads)

import numpy as np
import sklearn
from sklearn.mixture import GaussianMixture

warnings.simplefilter("ignore")
TYPES = {"full": "full", "tied": "tied", "diagonal": "diag", "spherical": "spherical"}


def case(name):
    kind, sizes = name.split("-")
    count, dimension, components = map(int, sizes.split("x"))
    rows = np.fromfile(os.path.join(folder, sizes + ".bin")).reshape(count, dimension)
    precisions = {
        "full": np.stack([np.eye(dimension)] * components), "tied": np.eye(dimension),
        "diagonal": np.ones((components, dimension)), "spherical": np.ones(components),
    }[kind]

    def fit():
        # The random start, which the given one replaces, costs one maximisation; k-means, the default, would cost more.
        mixture = GaussianMixture(components, covariance_type=TYPES[kind], tol=0, max_iter=ITERATIONS, init_params="random",
                                  weights_init=np.full(components, 1 / components), means_init=rows[:components], precisions_init=precisions)
        return mixture.fit(rows)

    return fit, rows


dotnet = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
names = dotnet.stdout.readline().split()
print(f"scikit-learn {sklearn.__version__}, numpy {np.__version__}")
print(f"{ITERATIONS} iterations, {threads} threads; best of {ROUNDS} rounds; rows x features x components")
print(f"{'case':<26}{'here, ms':>12}{'python, ms':>12}{'ratio':>9}{'difference':>12}")
for name in names:
    fit, rows = case(name)
    here = there = float("inf")
    for _ in range(ROUNDS):
        print(name, file=dotnet.stdin, flush=True)
        _, milliseconds, value = dotnet.stdout.readline().split()
        here = min(here, float(milliseconds))
        # As often as the other side.
        end, runs = time.perf_counter() + 2, 0
        while runs < 5 or time.perf_counter() < end:
            start, runs = time.perf_counter(), runs + 1
            mixture = fit()
            there = min(there, 1000 * (time.perf_counter() - start))
    print(f"{name:<26}{here:>12.2f}{there:>12.2f}{there / here:>9.1f}{abs(float(value) - mixture.score(rows)):>12.1e}", flush=True)
dotnet.stdin.close()
sys.exit(dotnet.wait())
