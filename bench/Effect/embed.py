#!/usr/bin/env python3
"""Embeds rows with umap-learn's defaults; run by bench/effect.sh (Debian: umap-learn).

    embed.py FOLDER WIDTH labelled|unlabelled raw|standardised SEED

Reads train.features, test.features (float32) and train.groups (int32) in FOLDER, writes train.embedding and test.embedding there,
and prints the seconds of fitting.
"""
import sys
import time
import warnings

import numpy

import umap

warnings.filterwarnings("ignore")

folder, width, labelled, scaling, seed = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "labelled", sys.argv[4], int(sys.argv[5])
train, test = (numpy.fromfile(f"{folder}/{part}.features", "float32").reshape(-1, width) for part in ("train", "test"))
if scaling == "standardised":
    mean, deviation = train.mean(0), train.std(0)
    deviation[deviation == 0] = 1
    train, test = (train - mean) / deviation, (test - mean) / deviation
start = time.time()
model = umap.UMAP(random_state=seed).fit(train, numpy.fromfile(f"{folder}/train.groups", "int32") if labelled else None)
seconds = time.time() - start
model.embedding_.astype("float32").tofile(f"{folder}/train.embedding")
model.transform(test).astype("float32").tofile(f"{folder}/test.embedding")
print(seconds)
