"""The steps of Workload.cs in PyTorch: prints "workload rows-per-second" for each workload named, or for all.

    python3 steps.py cpu|cuda [workload ...]

On the CPU it uses two threads.
"""
import gzip
import os
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

ROUNDS = 5
SECONDS_PER_ROUND = 1.0

device = torch.device(sys.argv[1])
if device.type == "cpu":
    torch.set_num_threads(2)
torch.manual_seed(1)


def synchronize():
    """Kernels run after the call that started them has returned."""
    if device.type == "cuda":
        torch.cuda.synchronize()


def trained(network, x, labels, loss):
    network, x, labels = network.to(device), x.to(device), labels.to(device)
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
    network = layers([784, 500, 500, 2000, 70], [nn.ReLU] * 3 + [nn.Sigmoid]).to(device)
    x = torch.rand(10_000, 784).to(device)

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
        batches.append(nn.utils.rnn.pack_sequence(sequences, enforce_sorted=False).to(device))
    recurrent, head, loss = nn.GRU(4, 128).to(device), nn.Linear(128, 2).to(device), nn.CrossEntropyLoss()
    labels = (torch.arange(128) % 2).to(device)
    optimizer = torch.optim.Adam([*recurrent.parameters(), *head.parameters()])
    turn = [0]

    def step():
        batch = batches[turn[0] % 10]
        turn[0] += 1
        optimizer.zero_grad()
        loss(head(recurrent(batch)[1][0]), labels).backward()
        optimizer.step()

    return step


class Variational(nn.Module):
    """Convolutions, two Gaussian latents of 10, and a decoder that mirrors them."""

    def __init__(self, side, channels, filters, pools):
        super().__init__()
        self.sides, parts = [side], []
        planes = [channels, *filters]
        for before, after, pool in zip(planes, filters, pools):
            parts += [nn.Conv2d(before, after, 3, padding=1), nn.ReLU()]
            if pool > 1:
                parts.append(nn.MaxPool2d(pool, ceil_mode=True))
            self.sides.append(-(-self.sides[-1] // pool))
        self.encoder = nn.Sequential(*parts, nn.Flatten())
        self.smallest = (filters[-1], self.sides[-1], self.sides[-1])
        features = filters[-1] * self.sides[-1] ** 2
        self.heads = nn.ModuleList(nn.Linear(features, 10) for _ in range(4))
        self.start = nn.Linear(20, features)
        self.pools = pools[::-1]
        self.convolutions = nn.ModuleList(
            nn.Conv2d(after, before, 3, padding=1) for before, after in reversed(list(zip(planes, filters))))

    def encode(self, x):
        features = self.encoder(x)
        return [head(features) for head in self.heads]

    def decode(self, style, content):
        x = F.relu(self.start(torch.cat([style, content], 1))).view(-1, *self.smallest)
        for i, convolution in enumerate(self.convolutions):
            side = self.sides[-2 - i]
            if self.pools[i] > 1:
                x = F.interpolate(x, scale_factor=self.pools[i])[:, :, :side, :side]
            x = convolution(x)
            if i + 1 < len(self.convolutions):
                x = F.relu(x)
        return x


def draw(mean, log_variance):
    return mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)


def prior(mean, log_variance):
    return 0.5 * (mean ** 2 + log_variance.exp() - log_variance - 1).sum(1).mean()


def match(mean_x, log_variance_x, mean_y, log_variance_y):
    ratio = log_variance_x - log_variance_y
    return 0.5 * (ratio.exp() - ratio + (mean_x - mean_y) ** 2 * (-log_variance_y).exp() - 1).sum(1).mean()


def jade():
    primary = Variational(32, 3, [32, 48, 32, 4], [2, 2, 2, 1]).to(device)
    auxiliary = Variational(28, 1, [16, 16, 8], [2, 2, 2]).to(device)
    hidden = [part for inputs in (10, 500, 500) for part in (nn.Linear(inputs, 500), nn.ReLU(), nn.Dropout(0.5))]
    classifier = nn.Sequential(*hidden, nn.Linear(500, 10)).to(device)
    x, y, labels = (tensor.to(device) for tensor in (torch.rand(100, 3, 32, 32), torch.rand(100, 1, 28, 28), torch.arange(100) % 10))
    optimizer = torch.optim.Adam([*primary.parameters(), *auxiliary.parameters(), *classifier.parameters()], betas=(0.1, 0.999))

    def run(module, images):
        style, style_variance, content, content_variance = code = module.encode(images)
        z = draw(content, content_variance)
        decoded = module.decode(draw(style, style_variance), z)
        reconstruction = F.binary_cross_entropy_with_logits(decoded, images, reduction="sum") / len(images)
        return code, reconstruction + prior(style, style_variance), F.cross_entropy(classifier(z), labels)

    def step():
        optimizer.zero_grad()
        (code_x, bound_x, error_x), (code_y, bound_y, error_y) = run(primary, x), run(auxiliary, y)
        loss = bound_x + bound_y + prior(*code_y[2:]) + match(*code_x[2:], *code_y[2:]) + 100 * error_y + 1000 * error_x
        loss.backward()
        optimizer.step()

    return step


WORKLOADS = {
    "mlp": (mlp, 128), "autoencoder": (autoencoder, 256), "encode": (encode, 10_000), "cnn": (cnn, 128), "gru": (gru, 128),
    "jade": (jade, 100)}

for name in sys.argv[2:] or WORKLOADS:
    prepare, rows = WORKLOADS[name]
    step = prepare()
    for _ in range(5):
        step()
    best = 0.0
    for _ in range(ROUNDS):
        synchronize()
        steps, start = 0, time.perf_counter()
        while time.perf_counter() - start < SECONDS_PER_ROUND:
            step()
            steps += 1
        synchronize()
        best = max(best, steps * rows / (time.perf_counter() - start))
    print(name, round(best), flush=True)
