#!/usr/bin/env python3
"""Makes losses.json: values and gradients of the losses by PyTorch, for tests/Trainers.Tests/Losses.

    python3 tests/reference/losses.py > tests/reference/losses.json      (Debian: python3-torch)

float64, on inputs that are exact in float32. "loss" holds the settings as the library writes them; "inputs" what the loss looks at: row by row,
label -1 for a row without label; "gradients" the derivative with respect to each input that has one.
"""
import json

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(7)
LABELS = [0, 2, 1, -1, 0, 1, 2, 2, -1, 0]
TWO_CLASSES = [0, 1, 1, -1, 0, 1, 0, 0, -1, 1]
CLASSES, SIZE = 3, 5


def draw(*shape, scale=1.0):
    return (scale * torch.randn(*shape)).float().double()


def labelled(labels):
    known = torch.tensor(labels) >= 0
    return known, torch.tensor(labels)[known]


def cross_entropy(x, labels):
    known, y = labelled(labels)
    logits = F.linear(x["embedding"], x["classWeights"], x["bias"][0])[known]
    return F.binary_cross_entropy_with_logits(logits[:, 0], y.double()) if logits.shape[1] == 1 else F.cross_entropy(logits, y)


def margins(rows, margin, weights):
    """Hinges on the divergences of all ordered pairs of rows, times weights."""
    log_p = torch.log_softmax(rows, 1)
    divergences = F.kl_div(log_p[None, :, :], log_p[:, None, :], log_target=True, reduction="none").sum(2)
    return (torch.relu(margin - divergences) * weights).sum()


def row_margin(weight, margin):
    return margins(weight, margin, 1 - torch.eye(len(weight)))


def sample_margin(h, margin, labels):
    if labels is None:
        return margins(h, margin, 1 - torch.eye(len(h))) / len(h) ** 2
    y = torch.tensor(labels)
    return sum(row_margin(h[y == c], margin) / (y == c).sum() ** 2 for c in range(CLASSES))


def decov(h):
    c = torch.cov(h.T, correction=0)
    return 0.5 * (torch.linalg.norm(c) ** 2 - torch.linalg.norm(torch.diag(c)) ** 2)


def xcov(h, logits):
    p = torch.sigmoid(logits) if logits.shape[1] == 1 else torch.softmax(logits, 1)
    return 0.5 * (((p - p.mean(0)).T @ (h - h.mean(0)) / len(h)) ** 2).sum()


def xcov_of_halves(h):
    centred = h - h.mean(0)
    half = h.shape[1] // 2
    return 0.5 * ((centred[:, :half].T @ centred[:, half:] / len(h)) ** 2).sum()


def snnl(h, labels, temperature, distance):
    known, y = labelled(labels)
    h = h[known]
    if distance == "Cosine":
        d = 1 - F.cosine_similarity(h[:, None, :], h[None, :, :], dim=2)
    else:
        d = ((h[:, None, :] - h[None, :, :]) ** 2).sum(2)
    others = torch.exp(-d / temperature) * (1 - torch.eye(len(h)))
    same = (others * (y[:, None] == y[None, :])).sum(1)
    rows = -torch.log(same[same > 0] / others.sum(1)[same > 0])
    return rows.sum() / len(h)


def similarities(x, kind, gamma=0.5):
    h, w = x["embedding"], x["classWeights"]
    if kind == "dot":
        return h @ w.T
    if kind == "cosine":
        return F.cosine_similarity(h[:, None, :], w[None, :, :], dim=2)
    return -(torch.exp(x["logGamma"]) if "logGamma" in x else gamma) * torch.cdist(h, w) ** 2


def softmax_corel(x, labels, weight, kind, gamma=0.5):
    known, y = labelled(labels)
    s = similarities(x, kind, gamma)[known]
    return (-weight * s.gather(1, y[:, None])[:, 0] + (1 - weight) * torch.logsumexp(s, 1)).mean()


def cosine_corel(x, labels, weight):
    known, y = labelled(labels)
    s = similarities(x, "cosine")[known]
    others = s.masked_fill(F.one_hot(y, CLASSES).bool(), -torch.inf)
    return (weight * (1 - s.gather(1, y[:, None])[:, 0]) + (1 - weight) * others.max(1).values ** 2).mean()


def center(x, labels):
    """In the first batch the centres are 0."""
    known, _ = labelled(labels)
    return 0.5 * (x["embedding"][known] ** 2).sum(1).mean()


def neighbor_contrast(h, labels, temperature, other_classes, cauchy=False):
    """Rows i and i + pairs belong together."""
    pairs = len(labels) // 2
    y = torch.tensor(labels)
    a, b = y[:pairs, None], y[None, pairs:2 * pairs]
    differ = (a >= 0) & (b >= 0) & (a != b)
    first, second = h[:pairs, None, :], h[None, pairs:2 * pairs, :]
    s = -torch.log1p(((first - second) ** 2).sum(2)) if cauchy else F.cosine_similarity(first, second, dim=2) / temperature
    s = s + differ * torch.log(torch.tensor(other_classes))
    own = torch.arange(pairs)
    return 0.5 * (F.cross_entropy(s, own) + F.cross_entropy(s.T, own))


cases = []


def add(name, loss, compute, labels=LABELS, epoch=0, constants=(), **inputs):
    inputs = {key: value.clone().requires_grad_(key not in constants) for key, value in inputs.items()}
    value = compute(inputs)
    value.backward()
    values = {key: x.tolist() for key, x in inputs.items()}
    cases.append({"name": name, "loss": loss, "inputs": {"labels": labels, "epoch": epoch, **values}, "value": value.item(),
                  "gradients": {key: (torch.zeros_like(x) if x.grad is None else x.grad).tolist() for key, x in inputs.items() if key not in constants}})


h, hidden, weight = draw(len(LABELS), SIZE), draw(len(LABELS), 4), draw(6, SIZE, scale=2)
w, bias = draw(CLASSES, SIZE), draw(1, CLASSES)
add("cross-entropy of three classes", {"loss": "crossEntropy"}, lambda x: cross_entropy(x, LABELS), embedding=h, classWeights=w, bias=bias)
add("cross-entropy of two classes", {"loss": "crossEntropy"}, lambda x: cross_entropy(x, TWO_CLASSES), TWO_CLASSES,
    embedding=h, classWeights=w[:1], bias=bias[:, :1])
for margin in (1.0, 5.0):
    add(f"row margin {margin}", {"loss": "rowMargin", "Margin": margin}, lambda x: row_margin(x["weight"], margin), embedding=h, weight=weight)
for margin in (0.25, 1.0):
    add(f"sample margin {margin}", {"loss": "sampleMargin", "Margin": margin}, lambda x: sample_margin(x["embedding"], margin, LABELS), embedding=h)
    add(f"sample margin {margin} of all pairs", {"loss": "sampleMargin", "Margin": margin, "Supervised": False},
        lambda x: sample_margin(x["embedding"], margin, None), embedding=h)
add("DeCov", {"loss": "deCov"}, lambda x: decov(x["embedding"]), embedding=h)
add("DeCov of two layers", {"loss": "deCov", "Layers": "AllHidden"}, lambda x: decov(x["embedding"]) + decov(x["hidden"]), embedding=h, hidden=hidden)
add("XCov of three classes", {"loss": "xCov"}, lambda x: xcov(x["embedding"], F.linear(x["embedding"], x["classWeights"], x["bias"][0])),
    embedding=h, classWeights=w, bias=bias)
add("XCov of two classes", {"loss": "xCov"}, lambda x: xcov(x["embedding"], F.linear(x["embedding"], x["classWeights"], x["bias"][0])), TWO_CLASSES,
    embedding=h, classWeights=w[:1], bias=bias[:, :1])
add("XCov of halves", {"loss": "xCov", "Supervised": False},
    lambda x: xcov_of_halves(x["embedding"]), embedding=h)
for distance in ("Cosine", "SquaredEuclidean"):
    settings = {"loss": "softNearestNeighbor", "Distance": distance}
    add(f"soft nearest neighbour by {distance}, annealed, both layers", settings,
        lambda x: snnl(x["embedding"], LABELS, 4 ** -0.55, distance) + snnl(x["hidden"], LABELS, 4 ** -0.55, distance), epoch=3, embedding=h, hidden=hidden)
    add(f"soft nearest neighbour by {distance}, T = 2", {**settings, "Layers": "Embedding", "Temperature": {"Start": 2, "Eta": 1, "Gamma": 0}},
        lambda x: snnl(x["embedding"], LABELS, 2, distance), epoch=3, embedding=h)
add("center", {"loss": "center"}, lambda x: center(x, LABELS), embedding=h)
for share in (0.0, 0.25, 1.0):
    add(f"categorical, lambda = {share}", {"loss": "categoricalCorel", "Lambda": share}, lambda x: softmax_corel(x, LABELS, share, "dot"),
        embedding=h, classWeights=w)
    add(f"cosine, lambda = {share}", {"loss": "cosineCorel", "Lambda": share}, lambda x: cosine_corel(x, LABELS, share), embedding=h, classWeights=w)
    add(f"Gaussian, lambda = {share}, gamma = 0.25", {"loss": "gaussianCorel", "Lambda": share, "Gamma": 0.25},
        lambda x: softmax_corel(x, LABELS, share, "gaussian", 0.25), embedding=h, classWeights=w)
add("Gaussian with learned gamma", {"loss": "gaussianCorel", "Lambda": 0.75, "LearnGamma": True}, lambda x: softmax_corel(x, LABELS, 0.75, "gaussian"),
    embedding=h, classWeights=w, logGamma=torch.tensor([[-1.25]]))
features = torch.rand(len(LABELS), 4).float().double()
add("reconstruction by binary cross-entropy", {"loss": "reconstruction"},
    lambda x: F.binary_cross_entropy_with_logits(x["reconstruction"], x["features"]), constants=["features"],
    embedding=h, reconstruction=draw(len(LABELS), 4, scale=3), features=features)
add("reconstruction by squares", {"loss": "reconstruction", "Error": "MeanSquared"}, lambda x: F.mse_loss(x["reconstruction"], x["features"]),
    constants=["features"], embedding=h, reconstruction=draw(len(LABELS), 4), features=draw(len(LABELS), 4))
add("neighbour contrast", {"loss": "neighborContrast"}, lambda x: neighbor_contrast(x["embedding"], LABELS, 0.5, 5.0), embedding=h)
add("neighbour contrast of equal classes, T = 0.25", {"loss": "neighborContrast", "Temperature": 0.25, "OtherClasses": 1},
    lambda x: neighbor_contrast(x["embedding"], LABELS, 0.25, 1.0), embedding=h)
add("neighbour contrast by distance", {"loss": "neighborContrast", "Kernel": "Cauchy"},
    lambda x: neighbor_contrast(x["embedding"], LABELS, 0.5, 5.0, cauchy=True), embedding=h)

print(json.dumps({"generator": f"torch {torch.__version__}, float64", "cases": cases}))
