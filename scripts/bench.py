#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Kinglet beside bare Unicorn and QEMU: the same images, in turn, in one run.

Each round runs every simulator once on every image; what counts are medians of processor time (user and
system) of whole processes, their start included. All must print the same text. QEMU's mps2-an386 has
the nRF52840's core, and memory where the nRF52840 has its own: it runs the same files.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

QEMU = ["qemu-system-arm", "-M", "mps2-an386", "-nographic", "-monitor", "none", "-serial", "none"]
# Bounds: what is compared, with what, the most that the ratio may be, and on which images.
BOUNDS = [
    ("fast", "no hook", 1 / 0.9, None),
    ("fast", "qemu -icount", 1, None),
    ("fast", "qemu", 1, "training step"),
    ("detailed", "fast", 4, None),
]
WITHOUT_BOUND = "branches"


class Image:
    def __init__(self, name, path, arguments):
        self.name, self.path, self.arguments = name, Path(path).resolve(), arguments


def images(options):
    speed = Path(options.firmware) / "speed.elf"
    return [
        Image("forward", speed, "work=forward rounds=500"),
        Image("store", speed, "work=store rounds=24000"),
        Image("float", speed, "work=float rounds=800"),
        Image("training step", options.training, "steps=300 eval=20"),
        Image("branches", speed, "work=branches rounds=3000"),
    ]


def simulators(options):
    binaries = Path(options.binaries).resolve()
    files = Path(options.files).resolve()

    def kinglet(*flags):
        def command(image):
            verb = "profile" if "profile" in flags else "run"
            rest = [flag for flag in flags if flag != "profile"]
            return [binaries / "kinglet", verb, image.path, "--board", "nrf52840", "--files", files,
                    "--args", image.arguments, *rest]
        return command

    def bench(mode):
        return lambda image: [binaries / "kinglet-bench", "--files", files, "--args",
                              image.arguments, "--once", mode, image.path]

    def qemu(*flags):
        return lambda image: [*QEMU, *flags, "-semihosting-config",
                              "enable=on,target=native,arg=x,arg=" + image.arguments,
                              "-kernel", image.path]

    return {
        "no hook": bench("plain"),
        "fast": kinglet(),
        "detailed": kinglet("--timing", "detailed"),
        "memory hook": bench("traced"),
        "profile": kinglet("profile"),
        "qemu": qemu(),
        "qemu -icount": qemu("-icount", "shift=0,sleep=off"),
    }, files


class Measurement:
    """Processor seconds, wall seconds, peak resident KiB and the firmware's text of one process."""

    def __init__(self, command, folder, wanted):
        start = time.monotonic()
        # QEMU writes the console to standard error.
        process = subprocess.Popen([str(part) for part in command], cwd=folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - start
        self.processor = usage.ru_utime + usage.ru_stime
        self.resident = usage.ru_maxrss
        if process.returncode != 0:
            sys.exit(f"bench: {' '.join(map(str, command))} failed:\n{self.text}")
        self.lines = [line for line in self.text.splitlines() if line.startswith(wanted)]


# Lines that tell what the firmware computed.
WANTED = ("checksum", "weights:", "accuracy_after:")


def measure(options):
    columns, files = simulators(options)
    times, resident = {}, {}
    for turn in range(options.rounds):
        for image in images(options):
            results = {}
            for name, command in columns.items():
                measured = Measurement(command(image), files, WANTED)
                times.setdefault((image.name, name), []).append(measured.processor)
                resident[name] = max(resident.get(name, 0), measured.resident)
                if Path(command(image)[0]).name != "kinglet-bench":
                    results[name] = measured.lines
            if any(lines != results["fast"] or not lines for lines in results.values()):
                sys.exit(f"bench: {image.name}: simulators disagree: {results}")
            print(f"\rround {turn + 1} of {options.rounds}: {image.name:20}", end="",
                  file=sys.stderr, flush=True)
    print("\r" + " " * 60 + "\r", end="", file=sys.stderr)
    return {key: statistics.median(values) for key, values in times.items()}, resident


def table(options, medians):
    columns, _ = simulators(options)
    print("processor seconds of whole processes, medians of", options.rounds, "rounds in turn\n")
    print("| image | " + " | ".join(columns) + " |")
    print("|---|" + "---|" * len(columns))
    for image in images(options):
        cells = [f"{medians[image.name, name]:.2f}" for name in columns]
        print(f"| {image.name}, `{image.arguments}` | " + " | ".join(cells) + " |")
    print()


def judge(options, medians):
    print("| ratio | bound | " + " | ".join(image.name for image in images(options)) + " |")
    print("|---|---|" + "---|" * len(images(options)))
    for left, right, bound, only in BOUNDS:
        cells = []
        for image in images(options):
            ratio = medians[image.name, left] / medians[image.name, right]
            is_bound = image.name != WITHOUT_BOUND and only in (None, image.name)
            verdict = "" if not is_bound else " met" if ratio <= bound else " **missed**"
            cells.append(f"{ratio:.2f}{verdict}")
        print(f"| {left} / {right} | {bound:.2f} | " + " | ".join(cells) + " |")
    print()


def start_up(options):
    hello = Path(options.firmware).resolve() / "hello.elf"
    command = [Path(options.binaries).resolve() / "kinglet", "run", hello, "--board", "nrf52840"]
    runs = [Measurement(command, ".", "Hello") for _ in range(25)]
    wall = statistics.median(run.wall for run in runs) * 1000
    processor = statistics.median(run.processor for run in runs) * 1000
    print(f"start to end of a program that prints a line: {wall:.0f} ms by the clock, "
          f"{processor:.0f} ms of processor time (bound: 50 ms to the first instruction)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binaries", default=".build/release")
    parser.add_argument("--firmware", default="firmware/build/nrf52840")
    parser.add_argument("--training",
                        default="out/fashion-sparse/build/nrf52840/fashion-sparse.elf")
    parser.add_argument("--files", default="firmware/build/data")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    start_up(options)
    medians, resident = measure(options)
    peak = max(resident[name] for name in ("fast", "detailed", "profile")) / 1024
    print(f"most memory of any Kinglet run: {peak:.0f} MB (bound: 100 MB)\n")
    table(options, medians)
    judge(options, medians)


if __name__ == "__main__":
    main()
