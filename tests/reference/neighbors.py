"""Writes neighbors.json: nearest neighbours and principal components by scikit-learn, for the tests of src/Trainers/Neighbors.

Made with Debian's python3-sklearn 1.2.1: python3 tests/reference/neighbors.py
"""
import json
import os

import numpy as np
import sklearn
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

random = np.random.default_rng(20250701)


def graph(rows, labels, k, mutual):
    """The k nearest rows of the same label or without label; of a row without label, all rows. Then the mutual ones, and the nearest others up to a third."""
    nearest = []
    for i, row in enumerate(rows):
        may = np.array([j for j in range(len(rows)) if j != i and (labels[i] < 0 or labels[j] < 0 or labels[i] == labels[j])], int)
        search = NearestNeighbors(n_neighbors=min(k, len(may)), algorithm="brute").fit(rows[may])
        nearest.append(may[search.kneighbors(row[None], return_distance=False)[0]].tolist())
    if not mutual:
        return nearest
    graph = []
    for i, own in enumerate(nearest):
        both = [j for j in own if i in nearest[j]]
        others = [j for j in own if j not in both][:max(0, max(1, len(own) // 3) - len(both))]
        graph.append([j for j in own if j in both + others])
    return graph


def wide(rows, width):
    """A few waves and noise, from a generator that is easily written in any language: too many values for this file."""
    state, values = 1, np.empty(rows * width)
    for n in range(len(values)):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        values[n] = (state >> 40) / 2 ** 24 - 0.5
    i, f, wave = np.arange(rows)[:, None], np.arange(width)[None], np.arange(12)[:, None, None]
    waves = 0.8 ** wave * np.sin(0.7 * (i + 1) * (wave + 1)) * np.cos(0.013 * (f + 1) * (wave + 2))
    return (waves.sum(axis=0) + 0.05 * values.reshape(rows, width)).astype(np.float32)


def components(name, rows, count, given=True):
    pca = PCA(count, svd_solver="full").fit(rows.astype(float))
    # The sign: the entry of greatest magnitude is positive.
    signs = np.sign(pca.components_[range(count), np.abs(pca.components_).argmax(axis=1)])
    projected = pca.transform(rows.astype(float)) * signs
    return {
        "name": name, "width": rows.shape[1], "count": count, "rows": rows.ravel().tolist() if given else [],
        "mean": pca.mean_[:20].tolist(), "components": [(c[:20] * s).tolist() for c, s in zip(pca.components_, signs)],
        "variances": pca.explained_variance_.tolist(), "projected": projected.ravel().tolist(),
    }


rows = (random.normal(size=(150, 4)) + 2 * random.integers(0, 3, size=(150, 1))).round(3)
labels = random.integers(-1, 3, size=150)
result = {
    "made with": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
    "width": 4, "rows": rows.ravel().tolist(), "neighbors": 6,
    "graphs": [
        {"name": f"{kind}{', mutual' if mutual else ''}", "labels": used.tolist(), "mutual": mutual, "lists": graph(rows, used, 6, mutual)}
        for kind, used in {"some labels": labels, "all labels": labels + 1, "no labels": np.full(150, -1)}.items() for mutual in (False, True)
    ],
    "components": [
        components("narrow", (random.normal(size=(60, 7)) @ random.normal(size=(7, 7)) + 3).astype(np.float32), 4),
        components("far from the origin", (1e4 + 0.05 * random.normal(size=(60, 5)) * [4, 3, 2, 1, 0.5]).astype(np.float32), 5),
        components("wide", wide(60, 2100), 6, given=False),
    ],
}
with open(os.path.join(os.path.dirname(__file__), "neighbors.json"), "w") as file:
    json.dump(result, file)
    file.write("\n")
