#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the fast and the detailed timing mode on our firmware, and finds the fast mode's means.

scripts/timing-modes.py            rewrites the tables of docs/fidelity.md that stand between their marks
scripts/timing-modes.py --print    prints the tables instead
scripts/timing-modes.py --means    writes the means that follow into the board files, then as without

Needs `make build firmware data compiled` before; measures the programs that were built for a board. A board's mean is that of the programs: what the detailed mode
waits for flash and data, divided by the blocks executed from flash and by the wait states.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs/fidelity.md"
BOARDS = ROOT / "Sources/CortexM/Boards"
OUT = ROOT / "out"
DATA = ROOT / "firmware/build/data"
APPS = ["hello", "kernel-bench", "forward-bench", "backward-bench"]
RATES = {"fashion-classifier": 0.01, "fashion-sparse": 0.003}
# Too short for a mean: nearly all of it runs for the first time.
SHORT = {"hello"}
MEAN = re.compile(r"(flash_misses_per_block: )([\d.]+)")
MARKS = "<!-- {} of scripts/timing-modes.py -->"


def command_output(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")


def programs(board):
    """[(name, image, options)]."""
    found = [(app, ROOT / f"firmware/build/{board}/{app}.elf", []) for app in APPS]
    for scheme, rate in RATES.items():
        found.append((
            f"{scheme}, 20 steps", OUT / scheme / f"build/{board}/{scheme}.elf",
            ["--files", DATA, "--args", f"steps=20 lr={rate} eval=0"]))
    return [program for program in found if program[1].exists()]


def record(kinglet, image, board_file, mode, options, folder):
    path = pathlib.Path(folder) / "record.json"
    command_output([kinglet, "run", image, "--board-file", board_file, "--timing", mode,
                    "--json", path, *options])
    return json.loads(path.read_text())


def measure(kinglet, board, folder):
    """One dictionary a program."""
    source = BOARDS / f"{board}.yaml"
    text = source.read_text()
    mean = float(MEAN.search(text)[2])
    more = pathlib.Path(folder) / "more.yaml"
    more.write_text(MEAN.sub(lambda found: f"{found[1]}{mean + 1}", text))
    rows = []
    for name, image, options in programs(board):
        fast = record(kinglet, image, source, "fast", options, folder)
        raised = record(kinglet, image, more, "fast", options, folder)
        detailed = record(kinglet, image, source, "detailed", options, folder)
        wait = int(detailed["fidelity"]["parameters"].get("flash_wait_cycles", 0))
        system = detailed["memory_system"]
        rows.append({
            "program": name, "fast": fast["total"]["cycles"],
            "detailed": detailed["total"]["cycles"], "wait": wait, "mean": mean,
            "blocks": (raised["total"]["cycles"] - fast["total"]["cycles"]) / max(wait, 1),
            "system": system})
    return rows


def following_mean(rows):
    means = [
        (row["system"]["fetch_stall_cycles"] + row["system"]["data_stall_cycles"])
        / (row["wait"] * row["blocks"])
        for row in rows if row["program"] not in SHORT]
    return sum(means) / len(means) if means else None


def percent(part, whole):
    return f"{100 * part / whole:.2f} %"


def tables(measured):
    modes = ["| board | program | cycles, fast | detailed | fast is off by | waiting for code | for data "
             "| unaligned | wrong predictions |",
             "|---|---|---:|---:|---:|---:|---:|---:|---:|"]
    means = ["| board | clock's wait states | mean of the programs | each program |",
             "|---|---:|---:|---|"]
    for board, rows in measured.items():
        for row in rows:
            system, cycles = row["system"], row["detailed"]
            modes.append("| " + " | ".join([
                board, row["program"], f"{row['fast']:,}", f"{cycles:,}",
                f"{100 * (row['fast'] - cycles) / cycles:+.1f} %",
                percent(system["fetch_stall_cycles"], cycles),
                percent(system["data_stall_cycles"], cycles),
                percent(system["unaligned_cycles"], cycles),
                percent(system.get("misprediction_cycles", 0), cycles)]) + " |")
        each = ", ".join(
            f"{row['program'].split(',')[0]} {following_mean([row]):.4f}"
            for row in rows if row["program"] not in SHORT)
        if each:
            means.append(f"| {board} | {rows[0]['wait']} | {following_mean(rows):.4f} | {each} |")
    return {"modes": modes, "means": means}


def rewrite(text, lines, name):
    begin, end = MARKS.format(f"{name}"), MARKS.format(f"end of {name}")
    if begin not in text or end not in text:
        sys.exit(f"{DOCUMENT}: no '{begin}' … '{end}'")
    head, rest = text.split(begin, 1)
    tail = rest.split(end, 1)[1]
    return head + begin + "\n" + "\n".join(lines) + "\n" + end + tail


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinglet", default=ROOT / ".build/release/kinglet")
    parser.add_argument("--print", action="store_true")
    parser.add_argument("--means", action="store_true")
    parser.add_argument("--board", action="append")
    arguments = parser.parse_args()
    boards = arguments.board or [
        path.stem for path in sorted(BOARDS.glob("*.yaml"))
        if (ROOT / f"firmware/build/{path.stem}/hello.elf").exists()]
    with tempfile.TemporaryDirectory() as folder:
        measured = {board: measure(arguments.kinglet, board, folder) for board in boards}
        if arguments.means:
            for board, rows in measured.items():
                if following_mean(rows) is None:
                    continue
                path = BOARDS / f"{board}.yaml"
                mean = f"{following_mean(rows):.3f}"
                path.write_text(MEAN.sub(lambda found: found[1] + mean, path.read_text()))
            measured = {board: measure(arguments.kinglet, board, folder) for board in boards}
    found = tables(measured)
    if arguments.print:
        for lines in found.values():
            print("\n".join(lines) + "\n")
        return
    text = DOCUMENT.read_text()
    for name, lines in found.items():
        text = rewrite(text, lines, name)
    DOCUMENT.write_text(text)


if __name__ == "__main__":
    main()
