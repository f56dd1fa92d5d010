"""Standardised mean differences by statsmodels: descriptions.json. Run: python3 descriptions.py > descriptions.json"""

import json

import numpy as np
from scipy.stats import norm
from statsmodels.stats.meta_analysis import effectsize_smd

random = np.random.default_rng(1)
clusters = random.integers(0, 3, 60)
values = random.normal(clusters[:, None] * [1.0, -0.3, 0.0], 1 + clusters[:, None])
values[random.random(values.shape) < 0.1] = np.nan
values[:, 2] = values[:, 2] > 0.5

cases = []
for cluster in range(3):
    for feature in range(3):
        own = values[clusters == cluster, feature]
        others = values[clusters != cluster, feature]
        own, others = own[~np.isnan(own)], others[~np.isnan(others)]
        g, variance = effectsize_smd(own.mean(), own.std(ddof=1), len(own), others.mean(), others.std(ddof=1), len(others))
        margin = norm.ppf(0.95) * np.sqrt(variance)
        cases.append(dict(cluster=cluster, feature=feature, mean=own.mean(), others=others.mean(), difference=float(g),
                          lower=float(g - margin), upper=float(g + margin), rows=len(own)))

print(json.dumps(dict(confidence=0.9, clusters=clusters.tolist(), values=np.where(np.isnan(values), None, values).tolist(), cases=cases)))
