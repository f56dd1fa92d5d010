"""Writes unsupervised.json: scores without labels, from scikit-learn's neighbours and adjusted mutual information, for the tests of src/Evaluators.

Made with Debian's python3-sklearn 1.2.1: python3 tests/reference/unsupervised.py
"""
import itertools
import json
import os

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score
from sklearn.neighbors import NearestNeighbors

random = np.random.default_rng(20260301)


def kappa_within(pairs, clusters, classes):
    """(a - e) / (1 - e) over the pairs of one class, and a - e."""
    inside = [(i, j) for i, j in pairs if classes[i] == classes[j] and classes[i] >= 0]
    chance = {}
    for c in np.unique(classes):
        _, counts = np.unique(clusters[classes == c], return_counts=True)
        chance[c] = np.sum((counts / counts.sum()) ** 2)
    a = np.mean([clusters[i] == clusters[j] for i, j in inside])
    e = np.mean([chance[classes[i]] for i, j in inside])
    return (a - e) / (1 - e), a - e


def stability(clusterings):
    return np.mean([adjusted_mutual_info_score(a, b) for a, b in itertools.combinations(clusterings, 2)])


cases = []
for rows, dimension, neighbors, clusters, shift in [(30, 2, 3, 4, 0), (60, 5, 10, 6, 0), (80, 3, 1, 3, 1e5), (260, 8, 10, 10, 0)]:
    groups = random.integers(0, clusters, rows)
    points = np.round(random.normal(size=(rows, dimension)) + 3 * random.normal(size=(clusters, dimension))[groups] + shift, 4)
    classes = (groups % 2).astype(int)
    classes[random.random(rows) < 0.1] = -1
    # The groups with some rows moved, under other numbers each time.
    clusterings = [random.permutation(clusters)[np.where(random.random(rows) < 0.3, random.integers(0, clusters, rows), groups)] for _ in range(3)]
    nearest = NearestNeighbors(n_neighbors=neighbors, algorithm="brute").fit(points - points.mean(axis=0)).kneighbors(return_distance=False)
    pairs = [(i, j) for i in range(rows) for j in range(i + 1, rows) if j in nearest[i] and i in nearest[j]]
    everything = np.zeros(rows, dtype=int)
    cases.append({
        "neighbors": neighbors,
        "points": points.tolist(),
        "classes": classes.tolist(),
        "clusterings": [x.tolist() for x in clusterings],
        "pairs": [list(pair) for pair in pairs],
        "kappa": [kappa_within(pairs, x, everything)[0] for x in clusterings],
        "modularity": [kappa_within(pairs, x, everything)[1] for x in clusterings],
        "kappaWithin": [kappa_within(pairs, x, classes)[0] for x in clusterings],
        "stability": stability(clusterings),
    })

with open(os.path.join(os.path.dirname(__file__), "unsupervised.json"), "w") as file:
    json.dump({"cases": cases}, file)
