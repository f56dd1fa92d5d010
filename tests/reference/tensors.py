"""Writes tensors.json: operations of PyTorch in double precision with their gradients, for tests/Tensors.Tests/TorchReferenceTests.cs.

Run with Debian's python3 and python3-torch: /usr/bin/python3 tensors.py
"""
import json
import os

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(20)
torch.set_default_dtype(torch.float64)


def numbers(*shape, scale=1.0):
    """Rounded, so that the file stays small and the values are the same in single precision to 1e-7."""
    return (torch.randn(*shape) * scale).mul(1e4).round().div(1e4).requires_grad_()


def case(name, function, **inputs):
    result = function(**inputs)
    weights = torch.cos(torch.arange(result.numel())).reshape(result.shape).mul(1e4).round().div(1e4)
    gradients = torch.autograd.grad((result * weights).sum(), list(inputs.values()))
    digits = lambda t: [float(f"{v:.10g}") for v in t.detach().flatten().tolist()]
    entry = lambda t: {"shape": list(t.shape), "values": digits(t)}
    return {
        "name": name,
        "inputs": {key: entry(value) for key, value in inputs.items()},
        "output": entry(result),
        "outputWeights": digits(weights),
        "gradients": [digits(g) for g in gradients],
    }


LENGTHS = [3, 6, 1, 4]


def gru(x, inputWeight, hiddenWeight, inputBias, hiddenBias):
    """x holds all steps of one sequence after the other, and so does the result."""
    packed = nn.utils.rnn.pack_sequence(torch.split(x, LENGTHS), enforce_sorted=False)
    start = torch.zeros(1, len(LENGTHS), hiddenWeight.shape[1])
    weights = [inputWeight, hiddenWeight, inputBias, hiddenBias]
    # What nn.GRU calls, with weights that are arguments here: biases, 1 layer, no dropout, training, one direction.
    data, _ = torch._VF.gru(packed.data, packed.batch_sizes, start, weights, True, 1, 0.0, True, False)
    states = nn.utils.rnn.PackedSequence(data, packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices)
    padded, _ = nn.utils.rnn.pad_packed_sequence(states, batch_first=True)
    return torch.cat([padded[i, :length] for i, length in enumerate(LENGTHS)])


def trajectory(name, make, clip=None):
    w = nn.Parameter(torch.tensor([1.0, -2.0, 0.5, 3.0]))
    optimizer = make([w])
    states = []
    for _ in range(8):
        optimizer.zero_grad()
        # The gradient is w * [2, 0.3, 5, 1] + sin(w).
        (0.5 * (w * w * torch.tensor([2.0, 0.3, 5.0, 1.0])).sum() - torch.cos(w).sum()).backward()
        norm = float(nn.utils.clip_grad_norm_([w], clip)) if clip else None
        gradient = w.grad.tolist()
        optimizer.step()
        states.append({"gradient": gradient, "norm": norm, "values": w.tolist()})
    return {"name": name, "steps": states}


# Images are [n, channels, height, width] and filters [out, channels, height, width] here, as PyTorch has them.
cases = [
    case("conv2d same", lambda x, weight, bias: F.conv2d(x, weight, bias, padding="same"),
         x=numbers(2, 3, 5, 6), weight=numbers(4, 3, 3, 3), bias=numbers(4)),
    case("conv2d valid", lambda x, weight, bias: F.conv2d(x, weight, bias), x=numbers(2, 2, 5, 4), weight=numbers(3, 2, 3, 2), bias=numbers(3)),
    case("conv2d same even", lambda x, weight, bias: F.conv2d(x, weight, bias, padding="same"),
         x=numbers(1, 2, 4, 5), weight=numbers(3, 2, 2, 4), bias=numbers(3)),
    case("conv1d valid", lambda x, weight, bias: F.conv1d(x, weight, bias), x=numbers(2, 3, 7), weight=numbers(4, 3, 3), bias=numbers(4)),
    case("max_pool2d", lambda x: F.max_pool2d(x, 2), x=numbers(2, 3, 5, 6)),
    case("upsample", lambda x: F.interpolate(x, scale_factor=2, mode="nearest"), x=numbers(1, 2, 3, 4)),
    case("gru", gru, x=numbers(14, 3), inputWeight=numbers(15, 3, scale=0.5), hiddenWeight=numbers(15, 5, scale=0.5), inputBias=numbers(15, scale=0.5),
         hiddenBias=numbers(15, scale=0.5)),
    case("linear tanh", lambda x, weight, bias: torch.tanh(F.linear(x, weight, bias)), x=numbers(3, 5), weight=numbers(4, 5), bias=numbers(4)),
    case("linear sigmoid", lambda x, weight, bias: torch.sigmoid(F.linear(x, weight, bias)), x=numbers(3, 5), weight=numbers(4, 5), bias=numbers(4)),
    case("linear leaky_relu", lambda x, weight, bias: F.leaky_relu(F.linear(x, weight, bias)), x=numbers(3, 5), weight=numbers(4, 5), bias=numbers(4)),
    case("softmax", lambda x: F.softmax(x, -1), x=numbers(3, 6, scale=3)),
    case("log_softmax", lambda x: F.log_softmax(x, -1), x=numbers(3, 6, scale=3)),
    case("logsumexp", lambda x: torch.logsumexp(x, 0), x=numbers(3, 6, scale=3)),
    case("normalize", lambda x: F.normalize(x), x=numbers(3, 6)),
    case("cosine distances", lambda a, b: 1 - F.normalize(a) @ F.normalize(b).T, a=numbers(3, 6), b=numbers(4, 6)),
    case("squared distances", lambda a, b: torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist") ** 2, a=numbers(3, 6), b=numbers(4, 6)),
    case("cross entropy", lambda x: F.cross_entropy(x, torch.tensor([2, -1, 0]), ignore_index=-1), x=numbers(3, 4, scale=2)),
    case("binary cross entropy", lambda x: F.binary_cross_entropy_with_logits(x, torch.tensor([[1.0, 0.0, 0.25], [0.0, 0.5, 1.0]])), x=numbers(2, 3, scale=3)),
]
trajectories = [
    trajectory("adam", lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.1, 0.99), weight_decay=0.1)),
    trajectory("adamw", lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.1)),
    trajectory("adam clipped", lambda p: torch.optim.Adam(p, lr=0.05), clip=1.5),
]

if __name__ == "__main__":
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tensors.json")
    with open(path, "w") as file:
        json.dump({"generator": f"tests/reference/tensors.py, torch {torch.__version__}", "cases": cases, "trajectories": trajectories}, file, indent=None,
                  separators=(",", ":"))
        file.write("\n")
