#!/usr/bin/env python3
"""Makes networks.json: small networks on real digits, trained by PyTorch, for tests/Trainers.Tests/Networks to follow step by step.

    python3 tests/reference/networks.py > tests/reference/networks.json      (Debian: python3-torch, python3-sklearn)

24 of scikit-learn's 8x8 digits, their pixels 0..16. As images they are rows of pixels / 16, as sequences their first 1 to 8 rows, as texts some pixels
as words. Full-batch Adam in float64 from weights that are exact in float32. For each network: its settings as Disentangle.ML writes them, the weights in
its order and layout (filters [out x height x width x in], images [height x width x channels]), what it gives before training, and the loss at 20 steps.
"""
import json

import sklearn
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits

ROWS, STEPS, RATE = 24, 20, 0.01
torch.set_default_dtype(torch.float64)
torch.manual_seed(7)
digits = load_digits()
pixels = digits.data[:ROWS].astype(int)
labels = torch.tensor(digits.target[:ROWS])
images = torch.tensor(pixels / 16)
steps_of = [1 + (5 * i) % 8 for i in range(ROWS)]
sequences = [images[i].reshape(8, 8)[:steps_of[i]] for i in range(ROWS)]
words_of = [1 + (7 * i) % 20 for i in range(ROWS)]
texts = [torch.tensor(pixels[i][18:18 + words_of[i]]) for i in range(ROWS)]
ACTIVATIONS = {"Identity": lambda x: x, "ReLU": torch.relu, "LeakyReLU": lambda x: F.leaky_relu(x, 0.01), "Sigmoid": torch.sigmoid, "Tanh": torch.tanh}


class Weights:
    """The weights of a network, in the order they are asked for; drawn by PyTorch's layers."""

    def __init__(self):
        self.all = []

    def add(self, tensor):
        tensor = tensor.detach().float().double().requires_grad_()
        self.all.append(tensor)
        return tensor

    def dense(self, inputs, outputs, activation):
        layer = torch.nn.Linear(inputs, outputs)
        weight, bias = self.add(layer.weight), self.add(layer.bias)
        return lambda x: ACTIVATIONS[activation](F.linear(x, weight, bias))

    def convolution(self, channels, filters, kernel, padding, activation):
        layer = torch.nn.Conv2d(channels, filters, kernel)
        weight, bias = self.add(layer.weight.permute(0, 2, 3, 1).contiguous()), self.add(layer.bias)
        return lambda x: ACTIVATIONS[activation](F.conv2d(x, weight.permute(0, 3, 1, 2), bias, padding=padding.lower()))

    def gru(self, inputs, hidden):
        module = torch.nn.GRU(inputs, hidden, batch_first=True)
        weights = [self.add(p) for p in (module.weight_ih_l0, module.weight_hh_l0, module.bias_ih_l0, module.bias_hh_l0)]

        def run(x, state):
            h = torch.zeros(1, 1, hidden) if state is None else state.reshape(1, 1, hidden)
            return torch._VF.gru(x[None], h, weights, True, 1, 0.0, True, False, True)[0][0]
        return run


def stack(weights, inputs, sizes, activation):
    layers = [weights.dense(a, b, activation) for a, b in zip([inputs, *sizes], sizes)]

    def run(x):
        for layer in layers:
            x = layer(x)
        return x
    return run


def convolution_encoder(weights, image, convolutions, activation):
    width, height, channels = image["Width"], image["Height"], image["Channels"]
    layers = []
    for c in convolutions:
        layers.append((c, weights.convolution(channels, c["Filters"], c["Kernel"], c["Padding"], activation)))
        channels = c["Filters"]

    def run(x):
        x = x.reshape(-1, height, width, image["Channels"]).permute(0, 3, 1, 2)
        for c, layer in layers:
            x = layer(x)
            if c["Pool"] > 1:
                x = F.max_pool2d(x, c["Pool"], ceil_mode=c["PoolPadding"] == "Same")
        return x.permute(0, 2, 3, 1).flatten(1)
    return run, run(images[:1]).shape[1]


def convolution_decoder(weights, inputs, image, convolutions, activation):
    sizes = [(image["Height"], image["Width"], image["Channels"])]
    for c in convolutions:
        sizes.append((-(-sizes[-1][0] // c["Pool"]), -(-sizes[-1][1] // c["Pool"]), c["Filters"]))
    height, width, channels = sizes[-1]
    start = weights.dense(inputs, height * width * channels, activation)
    layers = []
    for i in reversed(range(len(convolutions))):
        layer = weights.convolution(sizes[i + 1][2], sizes[i][2], convolutions[i]["Kernel"], "Same", activation if i else "Identity")
        layers.append((convolutions[i]["Pool"], sizes[i], layer))

    def run(x):
        x = start(x).reshape(-1, height, width, channels).permute(0, 3, 1, 2)
        for pool, size, layer in layers:
            x = layer(F.interpolate(x, scale_factor=pool, mode="nearest")[:, :, :size[0], :size[1]])
        return x.permute(0, 2, 3, 1).flatten(1)
    return run


def train(weights, loss):
    optimizer = torch.optim.Adam(weights.all, lr=RATE)
    values = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
        values.append(value.item())
    return values


def number(x):
    return float(f"{x:.9g}")


def flat(tensor):
    return [number(x) for x in tensor.detach().flatten().tolist()]


def record(name, data, network, weights, embedding, reconstruction, loss):
    result = {"name": name, "data": data, "network": network, "parameters": [flat(p) for p in weights.all], "embedding": flat(embedding())}
    if reconstruction is not None:
        result["reconstruction"] = flat(reconstruction())
    result["losses"] = [number(x) for x in train(weights, loss)]
    return result


def classifier(name, data, network, weights, embedding):
    head = weights.dense(network["Embedding"], 10, "Identity")
    return record(name, data, network, weights, embedding, None, lambda: F.cross_entropy(head(embedding()), labels))


def autoencoder(name, data, network, weights, embedding, decode, target):
    def output():
        return decode(embedding())
    return record(name, data, network, weights, embedding, output, lambda: F.binary_cross_entropy_with_logits(output(), target))


def convolution_layer(filters, kernel=3, pool=1, padding="Same", pool_padding="Valid"):
    return {"Filters": filters, "Kernel": kernel, "Pool": pool, "Padding": padding, "PoolPadding": pool_padding}


def cnn(name, image, convolutions, hidden, activation):
    network = {"network": "cnn", "Image": image, "Convolutions": convolutions, "Hidden": hidden, "Embedding": 5, "Activation": activation}
    weights = Weights()
    encode, size = convolution_encoder(weights, image, convolutions, activation)
    dense = stack(weights, size, [*hidden, 5], activation)
    return classifier(name, "images", network, weights, lambda: dense(encode(images)))


def text_cnn(name, vocabulary):
    network = {"network": "textCnn", "WordSize": 3 if vocabulary else 8, "VocabularySize": vocabulary, "Widths": [2, 3, 5], "Filters": 4, "Hidden": [6],
               "Embedding": 5, "Dropout": 0}
    weights = Weights()
    table = weights.add(torch.rand(vocabulary, 3) / 2 - 0.25) if vocabulary else None
    filters = []
    for width in network["Widths"]:
        layer = torch.nn.Conv1d(network["WordSize"], 4, width)
        filters.append((width, weights.add(layer.weight.permute(0, 2, 1).contiguous()), weights.add(layer.bias)))
    dense = stack(weights, 12, [6, 5], "ReLU")

    def features(text):
        x = table[text] if vocabulary else text
        found = []
        for width, weight, bias in filters:
            padded = F.pad(x, (0, 0, 0, max(0, width - len(x))))
            found.append(torch.relu(F.conv1d(padded.T[None], weight.permute(0, 2, 1), bias))[0].amax(1))
        return torch.cat(found)
    rows = texts if vocabulary else sequences
    return classifier(name, "texts" if vocabulary else "sequences", network, weights, lambda: dense(torch.stack([features(row) for row in rows])))


def gru():
    network = {"network": "gru", "InputSize": 8, "Hidden": 6, "Embedding": 5}
    weights = Weights()
    run = weights.gru(8, 6)
    dense = weights.dense(6, 5, "ReLU")
    return classifier("gru", "sequences", network, weights, lambda: dense(torch.stack([run(x, None)[-1] for x in sequences])))


def mlp_autoencoder():
    network = {"network": "mlpAutoencoder", "Hidden": [12, 9], "Embedding": 4}
    weights = Weights()
    encode, code = stack(weights, 64, [12, 9], "ReLU"), weights.dense(9, 4, "Sigmoid")
    decode, output = stack(weights, 4, [9, 12], "ReLU"), weights.dense(12, 64, "Identity")
    return autoencoder("mlpAutoencoder", "images", network, weights, lambda: code(encode(images)), lambda c: output(decode(c)), images)


def cnn_autoencoder():
    image = {"Width": 8, "Height": 8, "Channels": 1}
    convolutions = [convolution_layer(4, pool=2), convolution_layer(3, kernel=2, pool=3, pool_padding="Same")]
    network = {"network": "cnnAutoencoder", "Image": image, "Convolutions": convolutions, "Hidden": [7], "Embedding": 5}
    weights = Weights()
    encode, size = convolution_encoder(weights, image, convolutions, "ReLU")
    dense, code = stack(weights, size, [7], "ReLU"), weights.dense(7, 5, "Sigmoid")
    back = stack(weights, 5, [7], "ReLU")
    decode = convolution_decoder(weights, 7, image, convolutions, "ReLU")
    return autoencoder("cnnAutoencoder", "images", network, weights, lambda: code(dense(encode(images))), lambda c: decode(back(c)), images)


def gru_autoencoder(forced):
    network = {"network": "gruAutoencoder", "InputSize": 8, "Hidden": 6, "Embedding": 5, "TeacherForcing": forced}
    weights = Weights()
    encode, code = weights.gru(8, 6), weights.dense(6, 5, "ReLU")
    state, decode, output = weights.dense(5, 6, "Tanh"), weights.gru(8, 6), weights.dense(6, 8, "Identity")

    def reconstruct(codes):
        states = state(codes)
        told = [torch.cat([torch.zeros(1, 8), x[:-1]]) if forced else torch.zeros_like(x) for x in sequences]
        return output(torch.cat([decode(x, h) for x, h in zip(told, states)]))
    return autoencoder(f"gruAutoencoder, {'forced' if forced else 'free'}", "sequences", network, weights,
                       lambda: code(torch.stack([encode(x, None)[-1] for x in sequences])), reconstruct, torch.cat(sequences))


def variational():
    """Without draws: the posterior means are decoded. The loss is the reconstruction's and a tenth of the mean divergence from N(0, 1)."""
    image = {"Width": 8, "Height": 8, "Channels": 1}
    convolutions = [convolution_layer(4, pool=2), convolution_layer(3)]
    network = {"Image": image, "Convolutions": convolutions, "Style": 3, "Content": 2}
    weights = Weights()
    encode, size = convolution_encoder(weights, image, convolutions, "ReLU")
    heads = [weights.dense(size, d, "Identity") for d in (3, 3, 2, 2)]
    decode = convolution_decoder(weights, 5, image, convolutions, "ReLU")

    def codes():
        features = encode(images)
        return [head(features) for head in heads]

    def loss():
        style, style_variance, content, content_variance = codes()
        divergence = sum(((m * m + v.exp() - 1 - v) / 2).mean() for m, v in ((style, style_variance), (content, content_variance)))
        return F.binary_cross_entropy_with_logits(decode(torch.cat([style, content], 1)), images) + divergence / 10
    return record("variational", "images", network, weights, lambda: torch.cat(codes(), 1), lambda: decode(torch.cat(codes()[::2], 1)), loss)


print(json.dumps({
    "generator": f"torch {torch.__version__}, float64; digits of scikit-learn {sklearn.__version__}",
    "rate": RATE, "pixels": pixels.tolist(), "labels": labels.tolist(), "steps": steps_of, "texts": [text.tolist() for text in texts],
    "networks": [
        cnn("cnn", {"Width": 8, "Height": 8, "Channels": 1}, [convolution_layer(4, pool=2), convolution_layer(6, padding="Valid")], [10], "LeakyReLU"),
        cnn("cnn, two channels", {"Width": 4, "Height": 8, "Channels": 2},
            [convolution_layer(4, pool=3, pool_padding="Same"), convolution_layer(5, kernel=2)], [], "Tanh"),
        text_cnn("textCnn", 0), text_cnn("textCnn, vocabulary", 17), gru(), mlp_autoencoder(), cnn_autoencoder(), gru_autoencoder(False),
        gru_autoencoder(True)],
    "variational": variational()}))
