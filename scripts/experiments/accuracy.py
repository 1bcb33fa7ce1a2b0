# SPDX-License-Identifier: GPL-2.0-or-later
"""Accuracy of training on the device: compiles a model with a scheme, and trains its host twin.

The twin computes the same bits as the firmware, so what it reaches the device reaches. One log a
seed is left in OUT; the row that is printed has the mean and the extremes over all seeds.
"""

import argparse
import re
import shlex
import statistics
import subprocess
from pathlib import Path


def compile_twin(options, folder):
    """Writes the project and builds its host twin; returns the program."""
    command = [options.kinglet, "compile", str(options.model), "--scheme", options.scheme,
               "--classes", str(options.classes), "--sources-only", "-o", str(folder),
               *shlex.split(options.compile)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    name = re.search(r"^NAME := (.*)$", (folder / "Makefile").read_text(), re.M).group(1)
    target = f"build/host/{name}"
    subprocess.run(["make", "-s", "-C", str(folder), target, "HOSTCC=cc -march=native"], check=True,
                   stdout=subprocess.DEVNULL)
    return folder / target


def train(program, options, seed, log):
    command = [str(program.resolve()), "--files", str(options.data), f"seed={seed}",
               *shlex.split(options.train)]
    with open(log, "w", encoding="utf-8") as file:
        file.write("# " + " ".join([program.name, *command[3:]]) + "\n")
        file.flush()
        subprocess.run(command, check=True, stdout=file)


def accuracy(log):
    text = log.read_text()
    return 100 * float(re.search(r"accuracy_after: ([0-9.]+)", text).group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, type=Path, help=".tflite file")
    parser.add_argument("--scheme", required=True, help="a scheme file or a published scheme")
    parser.add_argument("--data", required=True, type=Path,
                        help="folder of IDX files (scripts/pack-images.py)")
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--compile", default="", help="further options of kinglet compile")
    parser.add_argument("--train", help="arguments of the training program", default="epochs=8 "
                        "lr=0.003 schedule=cosine mirror=on eval=100000 report=767")
    parser.add_argument("--name", help="of folder and logs; the scheme's where it is not given")
    parser.add_argument("--out", type=Path, default=Path("out/accuracy"))
    parser.add_argument("--kinglet", default=".build/release/kinglet")
    options = parser.parse_args()
    name = options.name or Path(options.scheme).stem
    options.out.mkdir(parents=True, exist_ok=True)
    program = compile_twin(options, options.out / name)
    results = []
    for seed in options.seeds:
        log = options.out / f"{name}-seed{seed}.txt"
        train(program, options, seed, log)
        results.append(accuracy(log))
    each = "  ".join(f"{value:.1f}" for value in results)
    print(f"| {name} | {statistics.mean(results):.1f} | {each} |")


if __name__ == "__main__":
    main()
