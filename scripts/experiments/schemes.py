# SPDX-License-Identifier: GPL-2.0-or-later
"""Update schemes: which biases and which input channels of which layers are trained.

Names: the published schemes (mcunet-49kb ...), `classifier`, `biases-K` (the last K), `last-K` (all
of the last K convolutions), `blocks-K` (all of the last K blocks), `full`.
"""

import numpy as np

PUBLISHED = {
    "mcunet-49kb": (20, "24:1/4 27:1/2 30:1/2"),
    "mcunet-74kb": (21, "21:1 24:1 27:1/2 30:1"),
    "mcunet-99kb": (22, "21:1 24:1 27:1 30:1 36:1/8 39:1/4"),
    "mcunet-124kb": (24, "21:1/4 24:1 27:1 30:1 33:1/2 39:1/2"),
    "mcunet-148kb": (23, "21:1 24:1 27:1 30:1 36:1 39:1/2"),
    "mbv2-49kb": (16, "36:1 39:1 41:1/4 42:1/8 45:1/8 48:1/8 49:1/8"),
    "mbv2-73kb": (20, "32:1/8 33:1/2 36:1/2 39:1 41:1/4 42:1/8 45:1/8 48:1"),
    "mbv2-99kb": (25, "27:1 30:1 33:1 36:1 39:1 42:1/8 45:1/2 48:1"),
    "mbv2-123kb": (31, "27:1 30:1 33:1 36:1 39:1 42:1/2 45:1 48:1"),
    "mbv2-138kb": (34, "27:1 30:1 33:1 36:1 39:1 42:1 45:1 48:1"),
}


def ratio_value(text):
    top, _, bottom = text.partition("/")
    return int(top) / int(bottom or 1)


def resolve(network, name):
    """(numbers of the convolutions whose biases are trained, {number: ratio of input channels})."""
    count = network.convolutions
    kind, _, number = name.partition("-")
    if name == "classifier":
        return set(), {}
    if name == "full":
        return set(range(count)), {i: 1.0 for i in range(count)}
    if kind == "biases":
        return set(range(count - int(number), count)), {}
    if kind == "last":
        layers = range(count - int(number), count)
        return set(layers), {i: 1.0 for i in layers}
    if kind == "blocks":
        starts = [layer.number for layer in network.layers if is_block_start(network, layer)]
        layers = range(starts[-int(number)], count)
        return set(layers), {i: 1.0 for i in layers}
    if ":" in name:  # written out: BIASES,LAYER:RATIO,...
        biases, *weights = name.split(",")
        biases, weights = int(biases), " ".join(weights)
    else:
        biases, weights = PUBLISHED[name]
    ratios = dict(part.split(":") for part in weights.split())
    return (set(range(count - biases, count)),
            {int(i): ratio_value(ratio) for i, ratio in ratios.items()})


def is_block_start(network, layer):
    """A pointwise convolution that widens: the first layer of an inverted residual block."""
    return (layer.kind == "conv" and layer.number > 0 and layer.is_relu6
            and layer.weights.shape[1] == 1)


def trained_channels(layer, ratio):
    """The first `ratio` of the input channels by their sum of real |W|, ascending."""
    axes = (0, 1) if layer.kind == "depthwise" else (0, 1, 2)
    scales = layer.weight_scales
    real = np.abs(layer.weights) * (scales if layer.kind == "depthwise" else
                                    scales[:, None, None, None])
    sums = real.sum(axes)
    count = max(1, int(len(sums) * ratio))
    return np.sort(np.argsort(-sums, kind="stable")[:count])


def first_trained(network, name):
    """Index in network.layers at which the block of the earliest trained layer starts."""
    biases, ratios = resolve(network, name)
    earliest = min(biases | set(ratios), default=network.convolutions)
    start = len(network.layers) - 1
    for index, layer in enumerate(network.layers):
        if is_block_start(network, layer) and layer.number <= earliest:
            start = index
    if earliest == network.convolutions:
        return len(network.layers) - 1
    return start if earliest > 2 else 0
