# SPDX-License-Identifier: GPL-2.0-or-later
"""What the comparisons with published readings share: running tools, reading cycles, the table."""
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COMPILER = "arm-none-eabi-gcc"
MODES = ("fast", "detailed")


def add_arguments(parser):
    parser.add_argument("checkout", type=pathlib.Path)
    parser.add_argument("--kinglet", default=ROOT / ".build/release/kinglet")


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}\n"
                 f"{done.stdout}{done.stderr}")
    return done.stdout


def require(paths):
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        sys.exit("not in the working copy: " + ", ".join(missing))


def compiler_version():
    return run([COMPILER, "--version"]).splitlines()[0]


def measure(kinglet, image, mode, board, names):
    """Cycles by name: the lines "name,hundredths of a cycle" that the image prints, of these names."""
    lines = run([kinglet, "run", image, "--board", *board, "--timing", mode])
    fields = [line.split(",") for line in lines.splitlines()]
    return {row[0]: int(row[1]) / 100 for row in fields if row[0] in names}


def table(readings, modes, kind="function", unit=1):
    """One row a function, then the errors of each mode; a reading is so many units of cycles."""
    print(f"| {kind} | published |" + "".join(f" {mode} | error |" for mode in modes))
    print("|---|---:|" + "---:|---:|" * len(modes))
    errors = {mode: [] for mode in modes}
    for name, reading in readings.items():
        cells = [f"`{name}`", f"{reading}"]
        for mode, cycles in modes.items():
            error = 100 * (cycles[name] / unit / reading - 1)
            errors[mode].append(error)
            cells += [f"{cycles[name] / unit:.1f}", f"{error:+.1f} %".replace("-0.0", "+0.0")]
        print("| " + " | ".join(cells) + " |")
    for mode, values in errors.items():
        mean = sum(map(abs, values)) / len(values)
        print(f"\n{mode}: mean absolute error {mean:.1f} %, largest "
              f"{max(map(abs, values)):.1f} %, mean {sum(values) / len(values):+.1f} %")
