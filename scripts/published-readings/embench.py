#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the Cortex-M4's model with Embench's readings of an STM32F407.

scripts/published-readings/embench.py CHECKOUT                  prints a table for both timing modes
scripts/published-readings/embench.py CHECKOUT -O s             the readings at -Os instead of -O2
scripts/published-readings/embench.py CHECKOUT crc32 huffbench  these programs only

CHECKOUT is a working copy of github.com/embench/embench-iot at tag embench-1.0, the benchmarks of
embench-iot-results/results/cortexm4-armv7m-gcc-9.2-o2.json and -os.json of 24 April 2020: gcc 9.2.0,
newlib 3.3.0 made small, the board at its reset clock of 16 MHz without wait states or caches, data in
SRAM1, the stack at the end of SRAM2. The compiler is the arm-none-eabi-gcc on PATH, whichever that is.
"""
import argparse
import pathlib
import tempfile

from published import (COMPILER, HERE, MODES, add_arguments, compiler_version, measure, require, run,
                       table)

# Milliseconds at 1 MHz, thousands of cycles. In baseline-data/speed.json as well (-O2).
READINGS = {
    "2": {
        "aha-mont64": 4004, "crc32": 4010, "cubic": 3931, "edn": 4010, "huffbench": 4120,
        "matmult-int": 3985, "minver": 3998, "nbody": 2808, "nettle-aes": 4026,
        "nettle-sha256": 3997, "nsichneu": 4001, "picojpeg": 4030, "qrduino": 4253,
        "sglib-combined": 3981, "slre": 4010, "st": 4080, "statemate": 4001, "ud": 3999,
        "wikisort": 2779,
    },
    "s": {
        "aha-mont64": 4361, "crc32": 4010, "cubic": 3932, "edn": 4373, "huffbench": 4844,
        "matmult-int": 5419, "minver": 4360, "nbody": 2810, "nettle-aes": 6753,
        "nettle-sha256": 3793, "nsichneu": 3699, "picojpeg": 5111, "qrduino": 4505,
        "sglib-combined": 4650, "slre": 4910, "st": 4111, "statemate": 4044, "ud": 5192,
        "wikisort": 2785,
    },
}
ARCHITECTURE = ["-march=armv7-m", "-mcpu=cortex-m4", "-mfloat-abi=soft", "-mthumb", "-w"]
BOARD = ["stm32f407g-disc1", "--clock", "16MHz"]


def build(checkout, name, optimise, folder):
    """One benchmark with its board support and the small library; the image's path."""
    image = folder / f"{name}.elf"
    library = folder / "library.o"
    run([COMPILER, *ARCHITECTURE, "-Os", "-fno-builtin", "-fno-tree-loop-distribute-patterns", "-c",
         HERE / "library.c", "-o", library])
    support = checkout / "support"
    run([COMPILER, *ARCHITECTURE, f"-O{optimise}", "-ffunction-sections", "-nostartfiles",
         "-specs=nano.specs", "-specs=nosys.specs", "-Wl,--gc-sections", "-DCPU_MHZ=1",
         f'-DNAME="{name}"', "-I", HERE, "-I", support, HERE / "start.c", HERE / "embench.c", HERE / "report.c",
         *sorted((checkout / "src" / name).glob("*.c")), support / "beebsc.c", library,
         "-T", HERE / "embench.ld", "-lm", "-o", image])
    return image


def main():
    lines = __doc__.splitlines()
    parser = argparse.ArgumentParser(description=lines[0])
    add_arguments(parser)
    parser.add_argument("-O", dest="optimise", choices=sorted(READINGS), default="2")
    parser.add_argument("programs", nargs="*", metavar="program")
    options = parser.parse_intermixed_args()
    readings = READINGS[options.optimise]
    unknown = [name for name in options.programs if name not in readings]
    if unknown:
        parser.error(f"no reading of {', '.join(unknown)}; there are: {', '.join(readings)}")
    if options.programs:
        readings = {name: readings[name] for name in options.programs}
    require([options.checkout / "support/beebsc.c"]
            + [options.checkout / "src" / name for name in readings])
    cycles = {mode: {} for mode in MODES}
    with tempfile.TemporaryDirectory() as folder:
        for name in readings:
            image = build(options.checkout, name, options.optimise, pathlib.Path(folder))
            for mode in MODES:
                cycles[mode] |= measure(options.kinglet, image, mode, BOARD, readings)
    print(f"{compiler_version()}, -O{options.optimise}\n")
    table(readings, cycles, kind="program", unit=1000)


if __name__ == "__main__":
    main()
