#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the Cortex-M7's model with the readings that jnk0le/cortexm-AES publishes.

scripts/published-readings/cortex-m7.py CHECKOUT    prints a table for both timing modes

CHECKOUT is a working copy of github.com/jnk0le/cortexm-AES at 2730630153b5. Its functions run in the
ITCM with their data in the DTCM of an emulated STM32F746, called as its own test calls them.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# doc/aes/CM7_details.md and README.md there: STM32H743, mean of 1024 calls.
READINGS = {
    "setEncKey128": 139, "setEncKey192": 129, "setEncKey256": 178,
    "encrypt128": 292, "encrypt192": 346, "encrypt256": 400,
    "encryptDSP128": 400, "encryptDSP192": 478, "encryptDSP256": 556,
    "setDecKey128": 357, "setDecKey192": 433, "setDecKey256": 509,
    "decrypt128": 293, "decrypt192": 347, "decrypt256": 401,
}
SOURCES = [
    "lookup_tables.c", "target/CM7_1T/CM7_1T_AES128_keyschedule_enc.S",
    "target/CM7_1T/CM7_1T_AES192_keyschedule_enc.S",
    "target/CM7_1T/CM7_1T_AES256_keyschedule_enc.S",
    "target/CM7_1T/CM7_1T_AES_keyschedule_dec.S", "target/CM7_1T/CM7_1T_AES_encrypt.S",
    "target/CM7_1T/CM7_1T_AES_decrypt.S", "target/CM7_DSPsBOX/CM7_DSPsBOX_AES_encrypt.S",
]
COMPILER = ["arm-none-eabi-gcc", "-mcpu=cortex-m7", "-mthumb", "-mfloat-abi=hard",
            "-mfpu=fpv5-sp-d16", "-O2", "-ffreestanding", "-nostdlib",
            "-fno-tree-loop-distribute-patterns"]


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}\n"
                 f"{done.stdout}{done.stderr}")
    return done.stdout


def measure(kinglet, image, mode):
    """Cycles by name."""
    lines = run([kinglet, "run", image, "--board", "stm32f746g-disco", "--timing", mode])
    fields = [line.split(",") for line in lines.splitlines()]
    return {row[0]: int(row[1]) / 100 for row in fields if row[0] in READINGS}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkout", type=pathlib.Path)
    parser.add_argument("--kinglet", default=ROOT / ".build/release/kinglet")
    options = parser.parse_args()
    sources = [options.checkout / "aes" / name for name in SOURCES]
    missing = [str(path) for path in sources if not path.exists()]
    if missing:
        sys.exit("not in the working copy: " + ", ".join(missing))
    with tempfile.TemporaryDirectory() as folder:
        image = pathlib.Path(folder) / "aes.elf"
        run([*COMPILER, "-I", options.checkout, HERE / "start.c", HERE / "aes.c", *sources,
             "-T", HERE / "itcm.ld", "-o", image, "-lgcc"])
        modes = {mode: measure(options.kinglet, image, mode) for mode in ("fast", "detailed")}
    print("| function | published | fast | error | detailed | error |")
    print("|---|---:|---:|---:|---:|---:|")
    errors = {mode: [] for mode in modes}
    for name, reading in READINGS.items():
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


if __name__ == "__main__":
    main()
