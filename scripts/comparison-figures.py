#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the comparisons that come with Kinglet, and writes their tables into README.md and docs/comparison.md.

scripts/comparison-figures.py                       both; the paper's takes some minutes
scripts/comparison-figures.py --only quick-start    one of: quick-start, paper
"""
import argparse
import json
import pathlib
import struct
import tempfile

from figures import ROOT, Document, run, table

README = ROOT / "README.md"
DOCUMENT = ROOT / "docs/comparison.md"


def compare(kinglet, name, output):
    """What `kinglet compare` prints, and the record that it writes."""
    with tempfile.TemporaryDirectory() as folder:
        record = pathlib.Path(folder) / "record.json"
        text = run(kinglet, "compare", f"comparisons/{name}.yaml", "--output-dir", output,
                   "--json", record, folder=ROOT)
        return text, json.loads(record.read_text())


def megacycles(row, phase=None):
    steps = row["record"]["steps"]
    if phase is None:
        total = sum(step["cycles"] for step in steps)
    else:
        total = sum(part["cycles"] for step in steps for part in step["phases"]
                    if part["name"] == phase)
    return f"{total / len(steps) / 1e6:.2f}"


def share(value):
    """A single-precision share as Kinglet prints it."""
    return f"{struct.unpack('f', struct.pack('f', value))[0] * 100:.1f} %"


def cells(row):
    """The figures of one row, as docs/comparison.md has them."""
    record = row["record"]
    sram = record["sram"]
    ratios = row["ratios"]
    milliseconds = float(megacycles(row)) * 1e9 / record["clock_hz"]
    energy = record.get("energy", {}).get("step_mean_joules")
    result = [
        row["name"] + (" *" if "misfit" in row else ""), f"{sram['peak_bytes']:,}",
        f"{ratios['sram.peak']:.3f}", f"{sram['static_bytes']:,}", f"{record['arena']['bytes']:,}",
        f"{sram['stack_peak_bytes']:,}", f"{record['flash']['used_bytes']:,}", megacycles(row),
        *(megacycles(row, phase) for phase in ("forward", "backward", "update")),
        f"{milliseconds:.0f}", f"{ratios['step.time.mean']:.2f}",
        "n/a" if energy is None else f"{energy * 1e3:.2f}"]
    if "twin" in row:
        accuracy = [m["value"] for m in row["twin"]["metrics"] if m["name"] == "accuracy_after"]
        result += [share(accuracy[-1]), ", ".join(row["dominated_by"])]
    return result


def tables(record):
    """One a group, with empty lines between them."""
    header = ["SRAM peak", "ratio", "static", "of it arena", "stack", "flash", "M cycles",
              "forward", "backward", "update", "ms", "ratio", "mJ"]
    if any("twin" in row for row in record["rows"]):
        header += ["accuracy", "dominated by"]
    lines = []
    groups = list(dict.fromkeys(row.get("group") for row in record["rows"]))
    for group in groups:
        rows = [cells(row) for row in record["rows"] if row.get("group") == group]
        right = range(1, len(header) + 1)
        lines += ["", *table([group or "row", *header], rows, right)]
    return lines[1:]


def overview(text):
    """The first table that was printed."""
    return ["```", *text.split("\n\n")[1].split("\n"), "```"]


def write(path, mark, lines):
    document = Document(path)
    document.put(mark, lines)
    document.save()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinglet", default=str(ROOT / ".build/release/kinglet"))
    parser.add_argument("--only", choices=["quick-start", "paper"])
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "out/compare")
    arguments = parser.parse_args()
    for name in ["quick-start", "paper"]:
        if arguments.only not in (None, name):
            continue
        text, record = compare(arguments.kinglet, name, arguments.output)
        write(DOCUMENT, f"table: {name}", tables(record))
        if name == "quick-start":
            write(README, "figures: compare", overview(text))


if __name__ == "__main__":
    main()
