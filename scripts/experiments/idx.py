# SPDX-License-Identifier: GPL-2.0-or-later
"""Sets of images as scripts/pack-images.py writes them."""

import numpy as np


def images(folder, name):
    """int8 images [n, height, width, 3] as the firmware sees them, and labels."""
    pixels = np.fromfile(folder / f"{name}-images.idx", np.uint8)
    shape = pixels[4:20].view(">i4")
    labels = np.fromfile(folder / f"{name}-labels.idx", np.uint8)[8:]
    return (pixels[20:].reshape(shape) ^ 128).view(np.int8), labels
