# SPDX-License-Identifier: GPL-2.0-or-later
"""Peak memory of one PyTorch process that trains MobileNetV2-w0.35 on 128x128x3, batch 1, SGD.

The same job as the firmware's: 10 classes, full update or classifier alone, in float32. Run it in a
fresh process; what the kernel reports (ru_maxrss) covers interpreter, library and tensors.
"""

import argparse
import resource

import torch
from torch import nn

# Expansion, output channels, repeats, stride (Sandler et al. 2018, table 2).
BLOCKS = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
          (6, 320, 1, 1)]


def width(channels):
    """0.35 of the channels as a multiple of 8, at most 10 % below."""
    exact = channels * 0.35
    rounded = max(8, int(exact + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * exact else rounded + 8


def unit(inputs, outputs, kernel=1, stride=1, groups=1, clamp=True):
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups)]
    return nn.Sequential(*layers, *([nn.ReLU6()] if clamp else []))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        wide = inputs * expansion
        expand = [unit(inputs, wide)] if expansion > 1 else []
        self.body = nn.Sequential(
            *expand, unit(wide, wide, 3, stride, wide), unit(wide, outputs, clamp=False))
        self.skips = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.body(x) if self.skips else self.body(x)


def network(classes):
    channels = width(32)
    layers = [unit(3, channels, 3, 2)]
    for expansion, outputs, repeats, stride in BLOCKS:
        for repeat in range(repeats):
            layers.append(Block(channels, width(outputs), stride if repeat == 0 else 1, expansion))
            channels = width(outputs)
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))


def peak_megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", choices=("full", "classifier"), default="full")
    parser.add_argument("--steps", type=int, default=20)
    options = parser.parse_args()
    torch.set_num_threads(1)
    imported = peak_megabytes()
    model = network(10)
    if options.update == "classifier":
        for parameter in model[:-1].parameters():
            parameter.requires_grad_(False)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.SGD(trained, lr=0.01)
    for step in range(options.steps):
        loss = nn.functional.cross_entropy(
            model(torch.randn(1, 3, 128, 128)), torch.tensor([step % 10]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    count = sum(parameter.numel() for parameter in model.parameters())
    print(f"PyTorch {torch.__version__}, {options.update} update, {count} parameters: after import"
          f" {imported:.0f} MB, peak {peak_megabytes():.0f} MB")


if __name__ == "__main__":
    main()
