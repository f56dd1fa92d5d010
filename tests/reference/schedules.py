#!/usr/bin/env python3
"""Makes schedules.json: learning-rate factors of PyTorch's schedulers at every step of 6 epochs with 4 steps each.

    python3 tests/reference/schedules.py > tests/reference/schedules.json      (Debian: python3-torch)
"""
import json
import warnings

import torch
from torch.optim.lr_scheduler import ChainedScheduler, CosineAnnealingLR, LinearLR, StepLR

EPOCHS, STEPS, WARMUP = 6, 4, 7
TOTAL = EPOCHS * STEPS


def factors(make):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = make(optimizer)
    values = []
    for _ in range(TOTAL):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return values


def constant(optimizer):
    return LinearLR(optimizer, start_factor=1, end_factor=1, total_iters=1)


def linear(optimizer):
    return LinearLR(optimizer, start_factor=1, end_factor=0, total_iters=TOTAL)


def cosine(optimizer):
    return CosineAnnealingLR(optimizer, T_max=TOTAL)


def step(optimizer):
    return StepLR(optimizer, step_size=2 * STEPS, gamma=0.3)


def warmup(optimizer):
    return LinearLR(optimizer, start_factor=1 / WARMUP, end_factor=1, total_iters=WARMUP - 1)


def warmup_cosine(optimizer):
    return ChainedScheduler([warmup(optimizer), cosine(optimizer)])


warnings.simplefilter("ignore")
result = {
    "generator": f"torch {torch.__version__}",
    "factors": {
        "constant": factors(constant),
        "linear": factors(linear),
        "cosine": factors(cosine),
        "step": factors(step),
        "warm-up": factors(warmup),
        "warm-up and cosine": factors(warmup_cosine),
    },
}
print(json.dumps(result))
