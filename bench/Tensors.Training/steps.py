"""The steps of Workload.cs in PyTorch: prints "workload rows-per-second" for each workload named, or for all."""
import gzip
import os
import sys
import time

import numpy as np
import torch
from torch import nn

ROUNDS = 5
SECONDS_PER_ROUND = 1.0

torch.set_num_threads(2)
torch.manual_seed(1)


def trained(network, x, labels, loss):
    optimizer = torch.optim.Adam(network.parameters())

    def step():
        optimizer.zero_grad()
        loss(network(x), labels).backward()
        optimizer.step()

    return step


def mlp():
    network = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 32), nn.ReLU(), nn.Linear(32, 2))
    return trained(network, torch.rand(128, 784), torch.arange(128) % 2, nn.CrossEntropyLoss())


def layers(sizes, activations):
    parts = []
    for i, activation in enumerate(activations):
        parts.append(nn.Linear(sizes[i], sizes[i + 1]))
        if activation is not None:
            parts.append(activation())
    return nn.Sequential(*parts)


def autoencoder():
    network = layers([784, 500, 500, 2000, 70, 2000, 500, 500, 784], [nn.ReLU] * 3 + [nn.Sigmoid] + [nn.ReLU] * 3 + [None])
    x = torch.rand(256, 784)
    return trained(network, x, x, nn.BCEWithLogitsLoss())


def encode():
    network = layers([784, 500, 500, 2000, 70], [nn.ReLU] * 3 + [nn.Sigmoid])
    x = torch.rand(10_000, 784)

    def step():
        with torch.no_grad():
            for start in range(0, 10_000, 1000):
                network(x[start:start + 1000])

    return step


def cnn():
    parts = []
    for channels, filters in ((1, 15), (15, 30), (30, 60)):
        parts += [nn.Conv2d(channels, filters, 3, padding=1), nn.LeakyReLU(), nn.MaxPool2d(2)]
    network = nn.Sequential(*parts, nn.Flatten(), nn.Linear(540, 128), nn.LeakyReLU(), nn.Linear(128, 10))
    return trained(network, torch.rand(128, 1, 28, 28), torch.arange(128) % 10, nn.CrossEntropyLoss())


def idx(name, axes, dtype):
    with gzip.open(os.path.join(os.environ["DISENTANGLE_DATA"], "mnist-strokes", name)) as file:
        return np.frombuffer(file.read()[4 + 4 * axes:], dtype)


def gru():
    offsets = idx("t10k-offsets-idx1-int.gz", 1, ">i4")
    points = idx("t10k-points-idx2-sbyte.gz", 2, np.int8).reshape(-1, 4).astype(np.float32)
    batches = []
    for i in range(10):
        bounds = offsets[i * 128:(i + 1) * 128 + 1]
        sequences = [torch.from_numpy(points[start:end]) for start, end in zip(bounds, bounds[1:])]
        batches.append(nn.utils.rnn.pack_sequence(sequences, enforce_sorted=False))
    recurrent, head, labels, loss = nn.GRU(4, 128), nn.Linear(128, 2), torch.arange(128) % 2, nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam([*recurrent.parameters(), *head.parameters()])
    turn = [0]

    def step():
        batch = batches[turn[0] % 10]
        turn[0] += 1
        optimizer.zero_grad()
        loss(head(recurrent(batch)[1][0]), labels).backward()
        optimizer.step()

    return step


WORKLOADS = {"mlp": (mlp, 128), "autoencoder": (autoencoder, 256), "encode": (encode, 10_000), "cnn": (cnn, 128), "gru": (gru, 128)}

for name in sys.argv[1:] or WORKLOADS:
    prepare, rows = WORKLOADS[name]
    step = prepare()
    for _ in range(5):
        step()
    best = 0.0
    for _ in range(ROUNDS):
        steps, start = 0, time.perf_counter()
        while time.perf_counter() - start < SECONDS_PER_ROUND:
            step()
            steps += 1
        best = max(best, steps * rows / (time.perf_counter() - start))
    print(name, round(best), flush=True)
