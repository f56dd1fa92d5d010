"""Writes metrics.json: clusterings scored by scikit-learn, for the tests of src/Evaluators.

Made with Debian's python3-sklearn 1.2.1 and python3-scipy 1.10.1: python3 tests/reference/metrics.py
Beside them stand adjusted and expected mutual information summed here in 60 digits: the logarithms of factorials that scikit-learn uses lose some.
"""
import json
import os
import warnings
from decimal import Decimal, getcontext

import numpy as np
import scipy
import sklearn
from scipy.optimize import linear_sum_assignment
from scipy.stats import ttest_rel
from sklearn import metrics
from sklearn.metrics.cluster import contingency_matrix, entropy, expected_mutual_information, pair_confusion_matrix

MEANS = ("arithmetic", "geometric", "min", "max")
random = np.random.default_rng(20250101)
warnings.simplefilter("ignore")


getcontext().prec = 60


def exact_emi(a, b):
    """E[MI] from the sizes alone, from the hypergeometric recurrence in 60 digits."""
    n = sum(a)
    assert n == sum(b)
    total, cells = Decimal(0), {}
    for x in a:
        for y in b:
            cells[x, y] = cells.get((x, y), 0) + 1
    for (x, y), times in cells.items():
        low, high, mode = max(0, x + y - n), min(x, y), (x + 1) * (y + 1) // (n + 2)
        weights = sums = Decimal(0)
        for step in (1, -1):
            weight, k = Decimal(1), mode
            while low <= k <= high and weight > Decimal("1e-35"):
                if step == 1 or k != mode:
                    weights += weight
                    if k:
                        sums += weight * k * (Decimal(n * k) / Decimal(x * y)).ln()
                if step == 1:
                    weight = weight * ((x - k) * (y - k)) / ((k + 1) * (n - x - y + k + 1))
                else:
                    weight = weight * (k * (n - x - y + k)) / ((x - k + 1) * (y - k + 1))
                k += step
        total += times * sums / weights / n
    return total


def exact_ami(labels, clusters):
    """The AMI with the arithmetic mean in 60 digits; None where it is 0 / 0."""
    n = Decimal(len(labels))
    table = contingency_matrix(labels, clusters)
    a, b = [int(x) for x in table.sum(axis=1)], [int(x) for x in table.sum(axis=0)]
    if len(a) in (1, n) or len(b) in (1, n):
        return None
    entropies = sum((x / n * (n / x).ln() for x in map(Decimal, a + b)), Decimal(0))
    information = sum((c / n * (c * n / (a[i] * b[j])).ln() for (i, j), c in np.ndenumerate(table.astype(object)) if c), Decimal(0))
    expected = exact_emi(a, b)
    return float((information - expected) / (entropies / 2 - expected))


def label_case(kind, labels, clusters):
    table = contingency_matrix(labels, clusters)
    rows, columns = linear_sum_assignment(table, maximize=True)
    n = len(labels)
    (tn, fp), (fn, tp) = pair_confusion_matrix(labels, clusters)
    scores = {
        "MutualInformation": metrics.mutual_info_score(labels, clusters),
        "ExpectedMutualInformation": expected_mutual_information(contingency_matrix(labels, clusters, sparse=True), n),
        "Homogeneity": metrics.homogeneity_score(labels, clusters),
        "Completeness": metrics.completeness_score(labels, clusters),
        "VMeasure": metrics.v_measure_score(labels, clusters),
        "VMeasure0.5": metrics.v_measure_score(labels, clusters, beta=0.5),
        "VMeasure2": metrics.v_measure_score(labels, clusters, beta=2),
        "AdjustedRandIndex": metrics.adjusted_rand_score(labels, clusters),
        "RandIndex": metrics.rand_score(labels, clusters),
        "FowlkesMallows": metrics.fowlkes_mallows_score(labels, clusters),
        "PairPrecision": tp / (tp + fp) if tp else 0,
        "PairRecall": tp / (tp + fn) if tp else 0,
        "PairF1": 2 * tp / (2 * tp + fp + fn) if tp else 0,
        "VariationOfInformation": max(0, entropy(labels) + entropy(clusters) - 2 * metrics.mutual_info_score(labels, clusters)),
        "Purity": table.max(axis=0).sum() / n,
        "HungarianAccuracy": table[rows, columns].sum() / n,
    }
    # With a partition into single rows the AMI is 0 / 0, and scikit-learn's value the quotient of two rounding errors.
    single_rows = n > 1 and n in (len(set(labels)), len(set(clusters)))
    for mean in MEANS:
        scores["NormalizedMutualInformation" + mean.capitalize()] = metrics.normalized_mutual_info_score(labels, clusters, average_method=mean)
        if not single_rows:
            scores["AdjustedMutualInformation" + mean.capitalize()] = metrics.adjusted_mutual_info_score(labels, clusters, average_method=mean)
    case = {"kind": kind, "labels": [int(x) for x in labels], "clusters": [int(x) for x in clusters],
            "scores": {name: float(value) for name, value in scores.items()}}
    exact = exact_ami(labels, clusters)
    return case if exact is None else case | {"exactAdjustedMutualInformation": exact}


def label_cases():
    for i in range(60):
        n, k, m = random.integers(2, 40), random.integers(1, 8), random.integers(1, 8)
        yield label_case("small", random.integers(0, k, n), random.integers(0, m, n))
    for i in range(60):
        n, k = random.integers(50, 250), random.integers(2, 15)
        labels = random.integers(0, k, n)
        clusters = np.where(random.random(n) < random.random(), labels, random.integers(0, k, n))
        yield label_case("noisy copy", labels, random.permutation(k)[clusters])
    for i in range(40):
        n = random.integers(50, 250)
        labels = random.choice(random.integers(-2**31, 2**31, 6), n)
        yield label_case("any integers", labels, random.choice(random.integers(-1000, 1000, 9), n))
    for i in range(40):
        n = random.integers(50, 250)
        labels = np.minimum(random.geometric(0.3, n), 12)
        yield label_case("skewed", labels, np.minimum(labels // 2 + random.geometric(0.6, n), 9))
    for i in range(20):
        n = random.integers(20, 120)
        labels = random.integers(0, 12, n)
        yield label_case("refinement", labels // 3, labels)
    for i in range(20):
        n = random.integers(5, 60)
        labels = random.integers(0, 5, n)
        yield label_case("equal", labels, random.permutation(5)[labels])


def point_case(kind, points, clusters):
    points = points.astype(np.float32)
    x = points.astype(np.float64)
    inertia = sum(((x[clusters == c] - x[clusters == c].mean(axis=0)) ** 2).sum() for c in np.unique(clusters))
    return {"kind": kind, "points": [[float(v) for v in row] for row in points], "clusters": [int(c) for c in clusters],
            "silhouette": metrics.silhouette_samples(x, clusters).tolist(),
            "silhouetteMean": metrics.silhouette_score(x, clusters),
            "silhouetteCosine": metrics.silhouette_samples(x, clusters, metric="cosine").tolist(),
            "daviesBouldin": metrics.davies_bouldin_score(x, clusters),
            "calinskiHarabasz": metrics.calinski_harabasz_score(x, clusters),
            "inertia": inertia}


def short(points):
    return np.round(points, 3)


def point_cases():
    for i in range(12):
        n, d, k = random.integers(12, 60), random.integers(1, 8), random.integers(2, 6)
        clusters = np.concatenate([np.arange(k), random.integers(0, k, n - k)])
        yield point_case("blobs", short(random.normal(size=(k, d))[clusters] * 3 + random.normal(size=(n, d))), clusters * 7 - 3)
    for i in range(4):
        clusters = np.concatenate([np.arange(6), random.integers(0, 3, 34)])
        yield point_case("single rows", short(random.normal(size=(40, 3))), clusters)
    clusters = random.integers(0, 4, 60)
    yield point_case("far from 0", short(1000 + random.normal(size=(60, 3)) + clusters[:, None]), clusters)
    clusters = np.arange(300) % 3
    yield point_case("several blocks", short(random.normal(size=(300, 2)) + clusters[:, None]), clusters)
    yield point_case("equal points", np.repeat(short(random.normal(size=(4, 3))), 5, axis=0), np.repeat([0, 1, 2, 0], 5))


def sizes(n, k):
    return np.bincount(random.integers(0, k, n), minlength=k).tolist()


def expected_cases():
    pairs = [([2, 1, 3], [3, 3]), ([50] * 4, [100, 60, 40]), (sizes(1797, 10), sizes(1797, 10)), (sizes(70000, 10), sizes(70000, 10)),
             ([60000, 9000, 999, 1], [35000, 35000]), ([30_000_000, 70_000_000], [99_999_999, 1])]
    for a, b in pairs:
        yield {"classSizes": a, "clusterSizes": b, "expected": float(exact_emi(a, b))}


def assignment_cases():
    for n, m, top in ((7, 7, 20), (30, 40, 5), (40, 30, 1000), (60, 60, 3), (50, 50, 100000)):
        table = random.integers(0, top, (n, m))
        rows, columns = linear_sum_assignment(table, maximize=True)
        yield {"table": table.tolist(), "total": int(table[rows, columns].sum())}


def test_cases():
    for n in (2, 3, 5, 10, 40):
        first, second = random.normal(0.8, 0.05, n).round(4), random.normal(0.78, 0.05, n).round(4)
        t = ttest_rel(first, second)
        yield {"first": first.tolist(), "second": second.tolist(), "t": t.statistic, "p": t.pvalue}


out = os.path.join(os.path.dirname(os.path.abspath(__file__)), "metrics.json")
content = {
    "source": f"tests/reference/metrics.py with scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, numpy {np.__version__}",
    "labelCases": list(label_cases()),
    "pointCases": list(point_cases()),
    "expectedCases": list(expected_cases()),
    "assignmentCases": list(assignment_cases()),
    "pairedTests": list(test_cases()),
}
with open(out, "w", encoding="utf-8") as file:
    file.write("{\n")
    for i, (key, value) in enumerate(content.items()):
        body = "[\n" + ",\n".join("    " + json.dumps(case) for case in value) + "\n  ]" if isinstance(value, list) else json.dumps(value)
        file.write(f'  "{key}": {body}' + (",\n" if i < len(content) - 1 else "\n"))
    file.write("}\n")
print(out, os.path.getsize(out) // 1024, "KB,", len(content["labelCases"]), "label cases,", len(content["pointCases"]), "point cases")
