#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures emitted training firmware, and writes the tables between the marks in docs/compiler.md.

scripts/network-figures.py            every published scheme, and each pass left out
scripts/network-figures.py --check    changes nothing, exits with 1 when a figure is out of date
scripts/network-figures.py --print    prints the tables instead
"""
import argparse
import json
import pathlib
import random
import re
import struct
import sys
import tempfile

from figures import ROOT, Document, run, table

DOCUMENT = ROOT / "docs/compiler.md"
NETWORKS = {"mcunet": "mcunet-5fps", "mbv2": "mbv2-w0.35", "proxyless": "proxyless-w0.3"}
SCHEMES = [
    f"{network}-{size}kb" for network, sizes in [
        ("mcunet", (49, 74, 99, 124, 148)), ("mbv2", (49, 73, 99, 123, 138)),
        ("proxyless", (49, 74, 98, 120, 148))] for size in sizes]
PASSES = ["prune", "reorder", "fuse", "in-place", "mask-bits", "slices", "stream"]
BOARD = "stm32f746g-disco"
# Holds what fits no board; its memories have no wait states, so it is compared by instructions.
LARGE = "cortex-m7-16m"
LARGE_MACHINE = ["--cpu", "cortex-m7", "--flash", "0x08000000:16MiB", "--ram", "0x20000000:16MiB"]


def write_samples(folder):
    """Two samples of noise."""
    noise = random.Random(1)
    images = struct.pack(">5I", 0x804, 2, 128, 128, 3) + noise.randbytes(2 * 128 * 128 * 3)
    (folder / "train-images.idx").write_bytes(images)
    (folder / "train-labels.idx").write_bytes(struct.pack(">2I", 0x801, 2) + bytes([3, 8]))


def measure(kinglet, folder, scheme, board, machine, options=()):
    """The record of two steps, and the planned bytes."""
    project = folder / "project"
    network = NETWORKS[scheme.split("-")[0]]
    text = run(
        kinglet, "compile", network, "--scheme", scheme, "--board", board, "-o", project, *options)
    planned = re.search(r"arena ([\d,]+) B, trained parameters ([\d,]+) B", text)
    record = folder / "record.json"
    image = project / "build" / board / f"{scheme}.elf"
    printed = run(
        kinglet, "run", image, *machine, "--files", folder, "--args", "steps=2 eval=0",
        "--json", record)
    twin = run(project / "build/host" / scheme, "--files", folder, "steps=2", "eval=0")
    weights = re.search(r"weights: (\S+)", twin)[1]
    if f"weights: {weights}" not in printed:
        sys.exit(f"{scheme} {' '.join(options)}: board and host twin differ")
    return json.loads(record.read_text()), sum(
        int(figure.replace(",", "")) for figure in planned.groups())


def mean(record, value):
    steps = record["steps"]
    return sum(value(step) for step in steps) / len(steps)


def phase(record, name):
    return mean(record, lambda step: sum(
        part["cycles"] for part in step["phases"] if part["name"] == name))


def scheme_table(kinglet, folder):
    rows = []
    for scheme in SCHEMES:
        record, planned = measure(kinglet, folder, scheme, BOARD, ["--board", BOARD])
        cycles = mean(record, lambda step: step["cycles"])
        phases = [phase(record, name) for name in ("forward", "backward", "update")]
        rows.append(
            [scheme, f"{planned:,}", f"{record['sram']['peak_bytes']:,}",
             f"{record['flash']['used_bytes']:,}",
             f"{mean(record, lambda step: step['instructions']) / 1e6:.1f}", f"{cycles / 1e6:.1f}"]
            + [f"{part / 1e6:.1f}" for part in phases] + [f"{cycles / 216e3:.0f}"])
        print(" ".join(rows[-1]), file=sys.stderr)
    return table(
        ["scheme", "planned SRAM", "SRAM peak", "flash", "M instructions", "M cycles", "forward",
         "backward", "update", "ms at 216 MHz"], rows)


def pass_table(kinglet, folder):
    rows = []
    cases = [("all", [])] + [(f"no {name}", [name]) for name in PASSES] + [("none", PASSES)]
    for name, passes in cases:
        options = ["--without", ",".join(passes)] if passes else []
        record, planned = measure(kinglet, folder, "mcunet-49kb", LARGE, LARGE_MACHINE, options)
        rows.append(
            [name, f"{planned:,}", f"{record['sram']['peak_bytes']:,}",
             f"{mean(record, lambda step: step['instructions']) / 1e6:.1f}"])
        print(" ".join(rows[-1]), file=sys.stderr)
    return table(["passes", "planned SRAM", "SRAM peak", "M instructions a step"], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinglet", default=str(ROOT / ".build/release/kinglet"))
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--check", action="store_true")
    choice.add_argument("--print", action="store_true", dest="prints")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_samples(folder)
        tables = {
            "schemes": scheme_table(arguments.kinglet, folder),
            "passes": pass_table(arguments.kinglet, folder),
        }
    if arguments.prints:
        print("\n\n".join("\n".join(lines) for lines in tables.values()))
        return
    document = Document(DOCUMENT)
    for key, lines in tables.items():
        document.put(f"table: {key}", lines)
    document.save(arguments.check)


if __name__ == "__main__":
    main()
