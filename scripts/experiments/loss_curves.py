# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws the mean losses that training programs print: one SVG, a line a log.

    loss_curves.py out.svg 'mcunet-49kb=out/accuracy/mcunet-49kb-seed1.txt' ...
"""

import argparse
import math
import re
from pathlib import Path

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 56, 190, 24, 48
COLOURS = ["#2a6fbb", "#c4572b", "#3d8b4f", "#8659a8", "#b08a1e", "#4a8f99"]
LINE = re.compile(r"steps (\d+) to (\d+): mean loss ([0-9.]+)")
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #333 }
.axis { stroke: #888; fill: none } .grid { stroke: #8883; fill: none }
.line { fill: none; stroke-width: 1.8; stroke-linejoin: round }
@media (prefers-color-scheme: dark) { text { fill: #ccc } }
"""


def points(log):
    """(last step, mean loss) of every line of a log."""
    found = LINE.findall(Path(log).read_text())
    if not found:
        raise SystemExit(f"loss_curves: '{log}' has no line 'steps A to B: mean loss X'")
    return [(int(last) + 1, max(float(loss), 1e-4)) for _, last, loss in found]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("logs", nargs="+", metavar="LABEL=LOG")
    parser.add_argument("--epoch", type=int, help="steps an epoch: the axis then counts epochs")
    options = parser.parse_args()
    curves = [(label, points(log)) for label, log in (x.split("=", 1) for x in options.logs)]
    unit = options.epoch or 1
    longest = max(step for _, curve in curves for step, _ in curve) / unit
    losses = [loss for _, curve in curves for _, loss in curve]
    low, high = math.log10(min(losses)) - 0.1, math.log10(max(losses))

    def place(step, loss):
        x = LEFT + (WIDTH - LEFT - RIGHT) * step / unit / longest
        y = TOP + (HEIGHT - TOP - BOTTOM) * (high - math.log10(loss)) / (high - low)
        return f"{x:.1f},{y:.1f}"

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
             f'width="{WIDTH}" height="{HEIGHT}"><style>{STYLE}</style>']
    for exponent in range(math.floor(low), math.ceil(high)):
        for digit in (1, 2, 5):
            loss = digit * 10.0**exponent
            if not low < math.log10(loss) < high:
                continue
            x, y = place(0, loss).split(",")
            parts.append(f'<path class="grid" d="M{x} {y}H{WIDTH - RIGHT}"/>'
                         f'<text x="{LEFT - 8}" y="{float(y) + 4}" text-anchor="end">{loss:g}</text>')
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts.append(f'<path class="axis" d="M{LEFT} {TOP}V{bottom}H{right}"/>')
    ticks = 8 if longest > 8 else max(1, round(longest))
    for tick in range(ticks + 1):
        value = longest * tick / ticks
        x = LEFT + (right - LEFT) * tick / ticks
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{value:.4g}</text>')
    title = "epoch" if options.epoch else "step"
    parts.append(f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{title}'
                 f'</text><text x="{LEFT - 44}" y="{TOP - 8}">mean loss</text>')
    for index, (label, curve) in enumerate(curves):
        colour = COLOURS[index % len(COLOURS)]
        line = " ".join(place(*point) for point in curve)
        parts.append(f'<polyline class="line" stroke="{colour}" points="{line}"/>')
        y = TOP + 10 + 20 * index
        parts.append(f'<path class="line" stroke="{colour}" d="M{right + 14} {y}h22"/>'
                     f'<text x="{right + 42}" y="{y + 4}">{label}</text>')
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text("\n".join(parts) + "\n</svg>\n")


if __name__ == "__main__":
    main()
