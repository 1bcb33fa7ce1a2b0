#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the fast and the detailed timing mode on our firmware, and finds the fast mode's means.

scripts/timing-modes.py                rewrites the tables of docs/fidelity.md between their marks
scripts/timing-modes.py --print        prints the tables instead
scripts/timing-modes.py --means        writes the means that follow into board files, then as without
scripts/timing-modes.py --board NAME   measures one board (may be repeated), leaves the others' rows

Needs `make build firmware data` and `make compiled` for every board before; says so where something
is missing. A board's mean is that of the programs: what the detailed mode waits for flash and data,
divided by the blocks executed from flash and by the wait states.
"""
import argparse
import json
import pathlib
import re
import sys
import tempfile

from figures import ROOT, Document, run, table

DOCUMENT = ROOT / "docs/fidelity.md"
BOARDS = ROOT / "Sources/CortexM/Boards"
OUT = ROOT / "out"
DATA = ROOT / "firmware/build/data"
# Built for the boards that firmware/Makefile calls main ones; the others have the first.
APPS = ["hello", "kernel-bench", "forward-bench", "backward-bench"]
MAIN_BOARDS = {"nrf52840", "stm32f746g-disco"}
RATES = {"fashion-classifier": 0.01, "fashion-sparse": 0.003}
# Too short for a mean: nearly all of it runs for the first time.
SHORT = {"hello"}
MEAN = re.compile(r"(flash_misses_per_block: )([\d.]+)")


def programs(board):
    """[(name, image, options)]."""
    apps = APPS if board in MAIN_BOARDS else APPS[:1]
    found = [(app, ROOT / f"firmware/build/{board}/{app}.elf", []) for app in apps]
    for scheme, rate in RATES.items():
        found.append((
            f"{scheme}, 20 steps", OUT / scheme / f"build/{board}/{scheme}.elf",
            ["--files", DATA, "--args", f"steps=20 lr={rate} eval=0"]))
    return found


def require_built(boards, found=programs):
    """Ends the script when a program is missing: a mean of those left would look like the board's."""
    missing = [image for board in boards for _, image, _ in found(board) if not image.exists()]
    if missing:
        names = "\n".join(f"  {image.relative_to(ROOT)}" for image in missing)
        sys.exit(f"not built:\n{names}\nmake build firmware data; "
                 f"make compiled COMPILE_BOARDS=\"{' '.join(boards)}\"")


def record(kinglet, image, board_file, mode, options, folder):
    path = pathlib.Path(folder) / "record.json"
    run(kinglet, "run", image, "--board-file", board_file, "--timing", mode, "--json", path,
        *options)
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


def mode_rows(measured):
    rows = []
    for board, programs_of in measured.items():
        for row in programs_of:
            system, cycles = row["system"], row["detailed"]
            rows.append([
                board, row["program"], f"{row['fast']:,}", f"{cycles:,}",
                f"{100 * (row['fast'] - cycles) / cycles:+.1f} %",
                percent(system["fetch_stall_cycles"], cycles),
                percent(system["data_stall_cycles"], cycles),
                percent(system["unaligned_cycles"], cycles),
                percent(system.get("misprediction_cycles", 0), cycles)])
    return rows


def mean_rows(measured):
    rows = []
    for board, programs_of in measured.items():
        each = ", ".join(
            f"{row['program'].split(',')[0]} {following_mean([row]):.4f}"
            for row in programs_of if row["program"] not in SHORT)
        if each:
            rows.append(
                [board, str(programs_of[0]["wait"]), f"{following_mean(programs_of):.4f}", each])
    return rows


HEADERS = {
    "modes": ["board", "program", "cycles, fast", "detailed", "fast is off by", "waiting for code",
              "for data", "unaligned", "wrong predictions"],
    "means": ["board", "clock's wait states", "mean of the programs", "each program"]}
ROWS = {"modes": mode_rows, "means": mean_rows}
RIGHT = {"modes": range(2, 9), "means": (1, 2)}


def rows_of_others(lines, measured):
    """Cells of a table's rows for boards that were not measured."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[2:]]
    return [row for row in rows if row[0] not in measured]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinglet", default=ROOT / ".build/release/kinglet")
    parser.add_argument("--print", action="store_true")
    parser.add_argument("--means", action="store_true")
    known = [path.stem for path in sorted(BOARDS.glob("*.yaml"))]
    parser.add_argument("--board", action="append", choices=known)
    arguments = parser.parse_args()
    boards = arguments.board or known
    require_built(boards)
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
    document = Document(DOCUMENT)
    for name, rows in ROWS.items():
        mark = f"table: {name} of timing"
        new = rows(measured)
        if arguments.print:
            print("\n".join(table(HEADERS[name], new, RIGHT[name])) + "\n")
            continue
        new += rows_of_others(document.lines(mark), measured)
        # Boards in order; a board's programs as they were measured.
        new.sort(key=lambda row: row[0])
        document.put(mark, table(HEADERS[name], new, RIGHT[name]))
    document.save()


if __name__ == "__main__":
    main()
