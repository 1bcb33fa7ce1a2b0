# SPDX-License-Identifier: GPL-2.0-or-later
"""Float32 training of the layers that a scheme trains: what int8 training is compared with.

The network is a float copy of the int8 one: dequantised weights and biases, ReLU6 where the
quantised range starts at 0, no other rounding or clamping. What the scheme leaves frozen in front
runs once for all images. Plain SGD, no momentum, no weight decay, as on the device.

Prints one line an epoch; the last is the result (no epoch is picked by its test accuracy).
"""

import argparse
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import int8_network
import schemes
from idx import images


class FloatNetwork:
    """Float parameters of `network`, of which those of `scheme` require gradients."""

    def __init__(self, network, scheme, classes, generator):
        self.layers = network.layers
        self.first = schemes.first_trained(network, scheme)
        biases, ratios = schemes.resolve(network, scheme)
        self.weights, self.biases, self.trained = {}, {}, []
        for index, layer in enumerate(network.layers):
            if layer.kind not in ("conv", "depthwise"):
                continue
            weights, bias = self.dequantised(layer)
            kept = None
            if layer is network.classifier:
                bound = 1 / math.sqrt(weights.shape[1])
                weights = torch.empty(classes, *weights.shape[1:])
                weights.uniform_(-bound, bound, generator=generator)
                bias = torch.zeros(classes)
                kept = torch.ones_like(weights)
            elif layer.number in ratios:
                kept = torch.zeros_like(weights)
                channels = torch.as_tensor(schemes.trained_channels(layer, ratios[layer.number]))
                if layer.kind == "conv":
                    kept[:, channels] = 1
                else:
                    kept[channels] = 1
            self.weights[index], self.biases[index] = weights, bias
            if kept is not None:
                self.trained.append((weights.requires_grad_(), kept))
            if layer is network.classifier or layer.number in biases:
                self.trained.append((bias.requires_grad_(), torch.ones_like(bias)))

    @staticmethod
    def dequantised(layer):
        scales = layer.weight_scales.astype(np.float32)
        bias = layer.bias.astype(np.float32) * scales * np.float32(layer.q_inputs[0].scale)
        if layer.kind == "conv":
            weights = layer.weights * scales[:, None, None, None]
            weights = weights.transpose(0, 3, 1, 2)
        else:
            weights = (layer.weights * scales).transpose(2, 0, 1)[:, None]
        return torch.tensor(weights, dtype=torch.float32), torch.tensor(bias)

    def run(self, indices, tensors):
        """Runs layers on {tensor number: float batch, NCHW}; returns the last output."""
        for index in indices:
            layer = self.layers[index]
            x = tensors[layer.inputs[0]]
            if layer.kind == "add":
                x = x + tensors[layer.inputs[1]]
            elif layer.kind == "pool":
                x = x.mean((2, 3), keepdim=True)
            else:
                top, bottom, left, right = layer.pads
                if any(layer.pads):
                    x = F.pad(x, (left, right, top, bottom))
                groups = x.shape[1] if layer.kind == "depthwise" else 1
                x = F.conv2d(x, self.weights[index], self.biases[index], layer.stride, 0, 1, groups)
                if layer.is_relu6:
                    x = F.relu6(x)
            tensors[layer.output] = x
        return x

    def features(self, pixels):
        """Outputs of the frozen layers on int8 images, [n, channels, height, width]."""
        source = self.layers[0].q_inputs[0]
        results = []
        with torch.no_grad():
            for first in range(0, len(pixels), 32):
                x = torch.tensor(pixels[first : first + 32], dtype=torch.float32)
                x = (x.permute(0, 3, 1, 2) - source.zero_point) * source.scale
                tensors = {self.layers[0].inputs[0]: x.contiguous()}
                self.run(range(self.first), tensors)
                results.append(tensors[self.layers[self.first].inputs[0]])
        return torch.cat(results)

    def logits(self, features):
        tensors = {self.layers[self.first].inputs[0]: features}
        return self.run(range(self.first, len(self.layers)), tensors).flatten(1)


def evaluate(network, features, labels):
    with torch.no_grad():
        logits = torch.cat([network.logits(part) for part in features.split(64)])
    return (logits.argmax(1) == labels).float().mean().item()


def rate_at(options, done):
    """Learning rate after the part `done` (0...1) of all steps."""
    if options.schedule == "cosine":
        return options.rate * 0.5 * (1 + math.cos(math.pi * done))
    return options.rate


def train(options, network, sets, flipped, generator):
    features, labels = sets["train"]
    steps = options.epochs * math.ceil(len(labels) / options.batch)
    step = 0
    for epoch in range(1, options.epochs + 1):
        total = 0.0
        order = torch.randperm(len(labels), generator=generator)
        for batch in order.split(options.batch):
            x = features[batch]
            if flipped is not None:
                chosen = torch.rand(len(batch), generator=generator) < 0.5
                x = torch.where(chosen[:, None, None, None], flipped[batch], x)
            loss = F.cross_entropy(network.logits(x), labels[batch])
            tensors = [tensor for tensor, _ in network.trained]
            gradients = torch.autograd.grad(loss, tensors)
            rate = rate_at(options, step / steps)
            with torch.no_grad():
                for (tensor, kept), gradient in zip(network.trained, gradients):
                    tensor -= rate * kept * gradient
            total += loss.item() * len(batch)
            step += 1
        if epoch % options.every == 0 or epoch == options.epochs:
            scores = {name: evaluate(network, *sets[name]) for name in ("validation", "test")}
            print(f"{options.network.stem} {options.scheme} seed {options.seed} rate {options.rate:g}"
                  f" batch {options.batch} flip {int(options.flip)} epoch {epoch}"
                  f" loss {total / len(labels):.4f} validation {scores['validation']:.4f}"
                  f" test {scores['test']:.4f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", required=True, type=Path, help=".tflite file")
    parser.add_argument("--data", required=True, type=Path, help="folder of IDX files")
    parser.add_argument("--scheme", required=True)
    parser.add_argument("--rate", type=float, default=0.024)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--every", type=int, default=1, help="epochs between two lines")
    parser.add_argument("--schedule", choices=("cosine", "constant"), default="cosine")
    parser.add_argument("--flip", action="store_true", help="mirror half of the images")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(options.seed)
    network = FloatNetwork(int8_network.read(options.network), options.scheme, 10, generator)
    sets, flipped = {}, None
    for name in ("train", "validation", "test"):
        pixels, labels = images(options.data, name)
        sets[name] = network.features(pixels), torch.tensor(labels.astype(np.int64))
        if name == "train" and options.flip:
            flipped = network.features(pixels[:, :, ::-1].copy())
    train(options, network, sets, flipped, generator)


if __name__ == "__main__":
    main()
