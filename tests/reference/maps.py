"""Trustworthiness by scikit-learn: maps.json. Run: python3 maps.py > maps.json"""

import json

import numpy as np
from sklearn.manifold import trustworthiness

random = np.random.default_rng(2)
points = random.normal(size=(60, 4)).astype("float32")
maps = [points[:, :2], (points[:, :2] + random.normal(size=(60, 2)) / 2).astype("float32"), random.normal(size=(60, 2)).astype("float32")]
print(json.dumps(dict(points=points.tolist(), cases=[
    dict(map=m.tolist(), neighbors=k, trustworthiness=trustworthiness(points, m, n_neighbors=k)) for m in maps for k in (5, 15)])))
