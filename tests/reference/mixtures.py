"""Writes mixtures.json: Gaussian mixtures fitted by scikit-learn, for the tests of src/Trainers/Clustering.

Made with Debian's python3-sklearn 1.2.1: python3 tests/reference/mixtures.py
Every mixture is fitted twice: from given parameters, and from given responsibilities, which scikit-learn otherwise takes from k-means.
"""
import json
import os

import numpy as np
import sklearn
from sklearn.datasets import load_iris
from sklearn.mixture import GaussianMixture

random = np.random.default_rng(20250301)
# Three overlapping ellipsoids, far from 0.
blobs = 1000 + np.concatenate([random.normal(size=(n, 5)) @ random.normal(size=(5, 5)) + random.normal(size=5) * 2 for n in (120, 90, 60)])
TYPES = {"full": "Full", "tied": "Tied", "diag": "Diagonal", "spherical": "Spherical"}


class FromResponsibilities(GaussianMixture):
    def __init__(self, responsibilities, **settings):
        super().__init__(**settings)
        self.responsibilities = responsibilities

    def _initialize_parameters(self, X, random_state):
        self._initialize(X, self.responsibilities)


def fit(data, kind, start):
    settings = dict(n_components=3, covariance_type=kind, tol=1e-6, max_iter=200)
    n, d = data.shape
    if start == "responsibilities":
        responsibilities = random.dirichlet([0.3] * 3, size=n).round(3) + 0.001
        responsibilities /= responsibilities.sum(axis=1, keepdims=True)
        given = {"responsibilities": responsibilities}
        mixture = FromResponsibilities(responsibilities, **settings)
    else:
        weights = np.array([0.5, 0.3, 0.2])
        means = data[[0, n // 2, n - 1]]
        variances = data.var(axis=0)
        covariances = {
            "full": np.stack([np.diag(variances) * scale for scale in (1, 0.5, 2)]),
            "tied": np.diag(variances),
            "diag": np.stack([variances * scale for scale in (1, 0.5, 2)]),
            "spherical": variances.mean() * np.array([1, 0.5, 2]),
        }[kind]
        precisions = np.linalg.inv(covariances) if kind in ("full", "tied") else 1 / covariances
        given = {"weights": weights, "means": means, "covariances": covariances}
        mixture = GaussianMixture(weights_init=weights, means_init=means, precisions_init=precisions, **settings)
    mixture.fit(data)
    assert mixture.converged_
    return {
        "type": TYPES[kind], "start": {name: value.ravel().tolist() for name, value in given.items()},
        "weights": mixture.weights_.tolist(), "means": mixture.means_.ravel().tolist(), "covariances": mixture.covariances_.ravel().tolist(),
        "iterations": mixture.n_iter_, "lowerBound": mixture.lower_bound_, "logLikelihood": mixture.score(data),
        "bic": mixture.bic(data), "aic": mixture.aic(data), "parameters": int(mixture._n_parameters()), "labels": mixture.predict(data).tolist(),
        "posteriors": mixture.predict_proba(data[::10]).ravel().tolist(), "logDensities": mixture.score_samples(data[::10]).tolist(),
    }


result = {"made with": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}", "data": []}
for name, data in {"iris": load_iris().data, "blobs": blobs.round(4)}.items():
    result["data"].append({
        "name": name, "dimension": data.shape[1], "rows": data.ravel().tolist(),
        "mixtures": [fit(data, kind, start) for kind in TYPES for start in ("parameters", "responsibilities")],
    })
with open(os.path.join(os.path.dirname(__file__), "mixtures.json"), "w") as file:
    json.dump(result, file)
    file.write("\n")
