"""Weights of edges and trustworthiness of maps by umap-learn (Debian: umap-learn): projections.json.

Run: python3 projections.py > projections.json
"""

import gzip
import json
import os
import warnings

import numpy as np
import umap
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors
from umap.umap_ import compute_membership_strengths, smooth_knn_dist

warnings.filterwarnings("ignore")

random = np.random.default_rng(3)
rows, neighbors = random.normal(size=(40, 3)).astype("float32"), 6
distances, indices = NearestNeighbors(n_neighbors=neighbors + 1).fit(rows).kneighbors(rows)
distances, indices = distances.astype("float32"), indices.astype("int32")
# umap-learn counts the row itself as one of its neighbours.
sigmas, rhos = smooth_knn_dist(distances, float(neighbors), local_connectivity=1.0)
near, weights = np.zeros((40, 40)), compute_membership_strengths(indices, distances, sigmas, rhos)
near[weights[0], weights[1]] = weights[2]
weights = near + near.T - near * near.T

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../samples/data")
pixels = np.frombuffer(gzip.open(os.path.join(folder, "mnist-10k-images-idx3-ubyte.gz")).read(), np.uint8, offset=16)
pixels = pixels.reshape(-1, 784)[:2000].astype("float32")
model = umap.UMAP(random_state=1).fit(pixels[:1500])
print(json.dumps(dict(
    rows=rows.tolist(), neighbors=neighbors, weights=weights.round(7).tolist(),
    learned=trustworthiness(pixels[:1500], model.embedding_, n_neighbors=15),
    new=trustworthiness(pixels[1500:], model.transform(pixels[1500:]), n_neighbors=15))))
