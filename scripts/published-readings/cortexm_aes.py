# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds functions of jnk0le/cortexm-AES, runs them on an emulated board, compares with readings."""
import argparse
import dataclasses
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COMPILER = ["arm-none-eabi-gcc", "-mthumb", "-mfloat-abi=hard", "-O2", "-ffreestanding",
            "-nostdlib", "-fno-tree-loop-distribute-patterns"]


@dataclasses.dataclass
class Comparison:
    readings: dict  # cycles by function, as aes.c names them
    sources: list  # below the project's folder aes
    flags: list  # the core's, and what aes.c is to call
    script: str  # the linker's
    board: list  # of `kinglet run`: its name and more


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}\n"
                 f"{done.stdout}{done.stderr}")
    return done.stdout


def measure(kinglet, image, mode, comparison):
    """Cycles by name."""
    lines = run([kinglet, "run", image, "--board", *comparison.board, "--timing", mode])
    fields = [line.split(",") for line in lines.splitlines()]
    return {row[0]: int(row[1]) / 100 for row in fields if row[0] in comparison.readings}


def table(readings, modes):
    """One row a function, then the errors of each mode."""
    print("| function | published |" + "".join(f" {mode} | error |" for mode in modes))
    print("|---|---:|" + "---:|---:|" * len(modes))
    errors = {mode: [] for mode in modes}
    for name, reading in readings.items():
        cells = [f"`{name}`", f"{reading}"]
        for mode, cycles in modes.items():
            error = 100 * (cycles[name] / reading - 1)
            errors[mode].append(error)
            cells += [f"{cycles[name]:.1f}", f"{error:+.1f} %".replace("-0.0", "+0.0")]
        print("| " + " | ".join(cells) + " |")
    for mode, values in errors.items():
        mean = sum(map(abs, values)) / len(values)
        print(f"\n{mode}: mean absolute error {mean:.1f} %, largest "
              f"{max(map(abs, values)):.1f} %, mean {sum(values) / len(values):+.1f} %")


def main(description, comparison):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("checkout", type=pathlib.Path)
    parser.add_argument("--kinglet", default=ROOT / ".build/release/kinglet")
    options = parser.parse_args()
    sources = [options.checkout / "aes" / name for name in comparison.sources]
    missing = [str(path) for path in sources if not path.exists()]
    if missing:
        sys.exit("not in the working copy: " + ", ".join(missing))
    with tempfile.TemporaryDirectory() as folder:
        image = pathlib.Path(folder) / "aes.elf"
        run([*COMPILER, *comparison.flags, "-I", options.checkout, HERE / "start.c",
             HERE / "aes.c", *sources, "-T", HERE / comparison.script, "-o", image, "-lgcc"])
        modes = {mode: measure(options.kinglet, image, mode, comparison)
                 for mode in ("fast", "detailed")}
    table(comparison.readings, modes)
