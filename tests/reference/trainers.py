#!/usr/bin/env python3
"""Makes trainers.json: two small encoders trained by PyTorch, for tests/Trainers.Tests to follow step by step.

    python3 tests/reference/trainers.py > tests/reference/trainers.json      (Debian: python3-torch)

Full-batch Adam, float64. Every step records each loss before the update; the parameters before the first and after the last step are kept.
"""
import json

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
STEPS = 20


def row_margin(weight, margin):
    """sum over ordered pairs r != s of max(0, margin - KL(softmax(w_r) || softmax(w_s))), by plain loops."""
    p = torch.softmax(weight, 1)
    total = torch.zeros(())
    for r in range(len(p)):
        for s in range(len(p)):
            if r != s:
                total = total + torch.clamp(margin - (p[r] * (p[r] / p[s]).log()).sum(), min=0)
    return total


def train(classes, margin, weight, seed):
    torch.manual_seed(seed)
    rows, features = 14, 6
    x = torch.randn(rows, features)
    labels = torch.randint(0, classes, (rows,))
    labels[:classes] = torch.arange(classes)
    labels[-3:] = -1
    layers = [torch.nn.Linear(features, 5), torch.nn.Linear(5, 4), torch.nn.Linear(4, 1 if classes == 2 else classes)]
    # Wide rows, so that some pairs are beyond the margin and some are not.
    layers[1].weight.data.mul_(4)
    parameters = [p for layer in layers for p in (layer.weight, layer.bias)]
    for p in [x, *parameters]:
        p.data = p.data.float().double()
    optimizer = torch.optim.Adam(parameters, lr=0.01)
    record = {"classes": classes, "margin": margin, "weight": weight, "learningRate": 0.01, "steps": STEPS, "features": x.tolist(), "labels": labels.tolist(),
              "before": [p.detach().flatten().tolist() for p in parameters], "crossEntropy": [], "rowMargin": []}
    known = labels >= 0
    for _ in range(STEPS):
        hidden = torch.relu(layers[0](x))
        logits = layers[2](torch.relu(layers[1](hidden)))[known]
        if classes == 2:
            loss = F.binary_cross_entropy_with_logits(logits[:, 0], labels[known].double())
        else:
            loss = F.cross_entropy(logits, labels[known])
        apart = row_margin(layers[1].weight, margin)
        optimizer.zero_grad()
        (loss + weight * apart).backward()
        optimizer.step()
        record["crossEntropy"].append(loss.item())
        record["rowMargin"].append(apart.item())
    record["after"] = [p.detach().flatten().tolist() for p in parameters]
    return record


print(json.dumps({"generator": f"torch {torch.__version__}, float64", "cases": [train(2, 1.5, 0.05, 1), train(3, 0.8, 0.1, 2)]}))
