# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds functions of jnk0le/cortexm-AES, runs them on an emulated board, compares with readings."""
import argparse
import dataclasses
import pathlib
import tempfile

from published import COMPILER, HERE, MODES, add_arguments, measure, require, run, table

OPTIONS = ["-mthumb", "-mfloat-abi=hard", "-O2", "-ffreestanding", "-nostdlib",
           "-fno-tree-loop-distribute-patterns"]


@dataclasses.dataclass
class Comparison:
    readings: dict  # cycles by function, as aes.c names them
    sources: list  # below the project's folder aes
    flags: list  # the core's, and what aes.c is to call
    script: str  # the linker's
    board: list  # of `kinglet run`: its name and more


def main(description, comparison):
    parser = argparse.ArgumentParser(description=description)
    add_arguments(parser)
    options = parser.parse_args()
    sources = [options.checkout / "aes" / name for name in comparison.sources]
    require(sources)
    with tempfile.TemporaryDirectory() as folder:
        image = pathlib.Path(folder) / "aes.elf"
        run([COMPILER, *OPTIONS, *comparison.flags, "-I", options.checkout, HERE / "start.c",
             HERE / "aes.c", *sources, HERE / "report.c", "-T", HERE / comparison.script,
             "-o", image, "-lgcc"])
        modes = {
            mode: measure(options.kinglet, image, mode, comparison.board, comparison.readings)
            for mode in MODES
        }
    table(comparison.readings, modes)
