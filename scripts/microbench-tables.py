#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the micro-benchmark tables of docs/fidelity.md: what each is expected and modelled to take.

scripts/microbench-tables.py            rewrites what stands between the tables' marks
scripts/microbench-tables.py --check    changes nothing, exits with 1 when a figure is out of date
"""
import argparse
import csv
import pathlib
import sys

from figures import ROOT, Document, run, table

DOCUMENT = ROOT / "docs/fidelity.md"
TABLES = ROOT / "firmware/apps/microbench"
BOARDS = {
    "cortex-m4": ["stm32f407g-disc1", "--clock", "16MHz"], "cortex-m7": ["stm32f746g-disco", "--clock", "16MHz"]}

sys.path.insert(0, str(TABLES))
from generate import parse  # noqa: E402


def measure(kinglet, firmware, board):
    """Cycles by name, as the app prints them."""
    elf = firmware / board[0] / "microbench.elf"
    lines = run(kinglet, "run", elf, "--board", *board).splitlines()
    rows = csv.DictReader(lines[lines.index("region,cycles"):])
    return {row["region"]: row["cycles"] for row in rows if row["cycles"]}


def figure(text):
    """Cycles without the zeros that say nothing."""
    return f"{float(text):.2f}".rstrip("0").rstrip(".")


def benchmark_table(rows, cycles):
    lines = []
    for row in rows:
        place = {"line": "", "free": ""}.get(row["kind"], row["kind"].replace("line", "")) or ""
        code = "`" + row["code"] + "`" + (f" ({place.strip()})" if place else "")
        lines.append([row["name"], code, figure(row["cycles"]), figure(cycles[row["name"]]),
                      row["source"]])
    return table(["benchmark", "code", "expected", "modelled", "source"], lines)


def summary(rows, cycles):
    errors = [abs(float(cycles[row["name"]]) / float(row["cycles"]) - 1) for row in rows]
    exact = sum(error < 0.001 for error in errors)
    return [f"{len(rows)} benchmarks, {exact} as expected; mean absolute error "
            f"{100 * sum(errors) / len(errors):.1f} %, largest {100 * max(errors):.1f} %.", ""]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinglet", default=str(ROOT / ".build/release/kinglet"))
    parser.add_argument("--firmware", type=pathlib.Path, default=ROOT / "firmware/build")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    document = Document(DOCUMENT)
    for core, board in BOARDS.items():
        rows = parse((TABLES / f"{core}.txt").read_text())
        cycles = measure(options.kinglet, options.firmware, board)
        document.put(
            f"table: microbench {core}", summary(rows, cycles) + benchmark_table(rows, cycles))
    document.save(options.check)


if __name__ == "__main__":
    main()
