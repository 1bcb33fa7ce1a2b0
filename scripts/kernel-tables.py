#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the tables of docs/kernels.md from runs of kernel-bench and forward-bench on both boards.

scripts/kernel-tables.py            rewrites what stands between the tables' marks
scripts/kernel-tables.py --check    changes nothing, exits with 1 when a figure is out of date
scripts/kernel-tables.py --print    prints the tables instead
"""
import argparse
import json
import pathlib
import re
import sys
import tempfile

from figures import ROOT, Document, run, table

DOCUMENT = ROOT / "docs/kernels.md"
BOARDS = {"M4": "nrf52840", "M7": "stm32f746g-disco"}


def measure(kinglet, firmware, app, board, arguments):
    """Steps of a bench: [{name, times, macs, instructions, cycles}]."""
    with tempfile.TemporaryDirectory() as folder:
        record = pathlib.Path(folder) / "record.json"
        elf = firmware / board / f"{app}.elf"
        options = ["--args", arguments] if arguments else []
        text = run(kinglet, "run", elf, "--board", board, "--json", record, *options)
        steps = {step["index"]: step for step in json.loads(record.read_text())["steps"]}
    rows = []
    for line in text.splitlines():
        found = re.match(r"(\d+)\t([^\t]+)\t(?:(\d+) times\t)?(\d+) MAC\t", line)
        if found:
            step = steps[int(found[1])]
            rows.append({
                "name": found[2], "times": int(found[3] or 1), "macs": int(found[4]),
                "instructions": step["instructions"], "cycles": step["cycles"]})
    if len(rows) != len(steps):
        sys.exit(f"{elf}: {len(steps)} steps, but {len(rows)} lines that name them")
    return rows


def kernel_table(runs):
    """One row a kernel."""
    rows = []
    for four, seven in zip(runs["M4"], runs["M7"]):
        macs = four["macs"]
        rows.append([
            four["name"], f"{macs:,}", f"{macs / four['instructions']:.3f}",
            f"{four['cycles'] / macs:.2f}", f"{seven['cycles'] / macs:.2f}"])
    return table(
        ["kernel", "MAC", "MAC per instruction (M4)", "cycles per MAC, M4 (nRF52840)",
         "M7 (STM32F746)"], rows)


def family(name):
    return re.match(r"pointwise|addition|depthwise \d+x\d+ s\d+|conv \d+x\d+ s\d+", name)[0]


def network_table(runs, detailed):
    """One row a layer, or a kind of layers, and their sum."""
    groups = {}
    for four, seven in zip(runs["M4"], runs["M7"]):
        for key in [four["name"] if detailed else family(four["name"]), "all"]:
            sums = groups.setdefault(key, dict.fromkeys(["times", "macs", "i", "m4", "m7"], 0))
            times = four["times"]
            sums["times"] += times
            for field, value in [("macs", four["macs"]), ("i", seven["instructions"]),
                                 ("m4", four["cycles"]), ("m7", seven["cycles"])]:
                sums[field] += times * value
    total = groups.pop("all")

    def per_mac(sums):
        macs = sums["macs"]
        if macs == 0:
            return ["", "", ""]
        return [f"{macs / sums['i']:.3f}", f"{sums['m4'] / macs:.2f}", f"{sums['m7'] / macs:.2f}"]

    rows = [
        [name, str(sums["times"]), f"{sums['macs']:,}", f"{sums['i']:,}",
         *per_mac(sums)]
        for name, sums in [*groups.items(), ("all", total)]]
    return table(
        ["layers", "number", "MAC", "instructions (M7)", "MAC per instruction",
         "cycles per MAC, M4", "M7"], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinglet", default=str(ROOT / ".build/release/kinglet"))
    parser.add_argument("--firmware", type=pathlib.Path, default=ROOT / "firmware/build")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--print", action="store_true")
    parser.add_argument("--layers", action="store_true", help="prints every layer of the network")
    parser.add_argument("--rows", type=int, default=0, help="with --layers: output rows a call")
    options = parser.parse_args()

    def runs(app, arguments=""):
        return {
            core: measure(options.kinglet, options.firmware, app, board, arguments)
            for core, board in BOARDS.items()}

    if options.layers:
        print("\n".join(network_table(runs("forward-bench", f"rows={options.rows}"), True)))
        return
    tables = {
        "kernel-bench": kernel_table(runs("kernel-bench")),
        "forward-bench": network_table(runs("forward-bench"), False)}
    document = Document(DOCUMENT)
    for name, lines in tables.items():
        if options.print:
            print("\n".join([name, *lines, ""]))
        document.put(f"table: {name}", lines)
    if not options.print:
        document.save(options.check)


if __name__ == "__main__":
    main()
