"""Writes kmeans.json: the least inertia that scikit-learn's KMeans finds, for the tests of KMeansRestarts, KMeansWithin and the restarts' evaluation.

Made with Debian's python3-sklearn 1.2.1: python3 tests/reference/kmeans.py
The rows are rounded to Single first, as ML.NET reads them. Far from the origin only the rows' own digits limit scikit-learn, which centres them.
"""
import json
import os

import numpy as np
import sklearn
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA

random = np.random.default_rng(20261125)


def least(rows, k):
    model = KMeans(k, n_init=200, random_state=0, tol=0).fit(rows.astype(np.float64))
    return model.inertia_


def blobs(offset):
    centers = np.eye(4)[:3] * 0.2
    return (offset + np.concatenate([center + random.uniform(-0.03, 0.03, size=(40, 4)) for center in centers])).astype(np.float32)


sets = {"iris": load_iris().data.astype(np.float32), **{f"offset {offset}": blobs(offset) for offset in (0, 100, 1000, 10000, 100000)}}
result = {"made with": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}", "sets": []}
for name, rows in sets.items():
    # The first group holds the first two thirds of the rows, the second the rest.
    groups = np.arange(len(rows)) * 3 // len(rows) // 2
    result["sets"].append({
        "name": name, "dimension": rows.shape[1], "rows": [float(str(value)) for value in rows.ravel()], "groups": groups.tolist(),
        "inertia": {str(k): least(rows, k) for k in (1, 2, 3, 4)},
        "within": [least(rows[groups == 0], 2), least(rows[groups == 1], 1)],
    })
iris = load_iris().data.astype(np.float32).astype(np.float64)
pca = PCA(2, svd_solver="full").fit(iris)
result["principal"] = {"variances": (pca.explained_variance_ * (len(iris) - 1) / len(iris)).tolist(), "projected": np.abs(pca.transform(iris)).ravel().tolist()}
with open(os.path.join(os.path.dirname(__file__), "kmeans.json"), "w") as file:
    json.dump(result, file)
    file.write("\n")
