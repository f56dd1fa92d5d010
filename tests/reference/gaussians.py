#!/usr/bin/env python3
"""Makes gaussians.json: divergences of diagonal Gaussians by PyTorch, and the gradients of their sum with row i counted i + 1 times.

    python3 tests/reference/gaussians.py > tests/reference/gaussians.json      (Debian: python3-torch)

float64, on 4 rows of 3 dimensions that are exact in float32.
"""
import json

import torch
from torch.distributions import Normal, kl_divergence

torch.set_default_dtype(torch.float64)
torch.manual_seed(11)
INPUTS = {name: torch.randn(4, 3).float().double() for name in ["p.mean", "p.logVariance", "q.mean", "q.logVariance"]}


def gaussian(x, name):
    return Normal(x[f"{name}.mean"], torch.exp(x[f"{name}.logVariance"] / 2))


def run(divergence, variables):
    x = {name: value.clone().requires_grad_() for name, value in INPUTS.items()}
    values = divergence(x).sum(1)
    (values * torch.arange(1.0, 5.0)).sum().backward()
    return {"values": values.tolist(), "gradients": [x[name].grad.flatten().tolist() for name in variables]}


result = {
    "generator": f"torch {torch.__version__}",
    **{name: value.flatten().tolist() for name, value in INPUTS.items()},
    "fromStandardNormal": run(lambda x: kl_divergence(gaussian(x, "p"), Normal(0.0, 1.0)), list(INPUTS)[:2]),
    "between": run(lambda x: kl_divergence(gaussian(x, "p"), gaussian(x, "q")), list(INPUTS)),
}
print(json.dumps(result))
