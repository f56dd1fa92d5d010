"""Writes svhn-compressed.mat and svhn-plain.mat: three images and labels in the layout of SVHN, as scipy writes MATLAB 5 files.

The pixel in row h, column w, channel c of image n is (7 h + 3 w + 50 c + 11 n) mod 256.
"""
import pathlib

import numpy as np
from scipy.io import savemat

here = pathlib.Path(__file__).parent
h, w, c, n = np.indices((32, 32, 3, 3))
X = ((7 * h + 3 * w + 50 * c + 11 * n) % 256).astype(np.uint8)
savemat(here / "svhn-compressed.mat", {"X": X, "y": np.array([[10], [3], [7]], dtype=np.uint8)}, do_compression=True)
savemat(here / "svhn-plain.mat", {"y": np.array([[5.0]]), "note": "an image", "X": X[:, :, :, :1]}, do_compression=False)
