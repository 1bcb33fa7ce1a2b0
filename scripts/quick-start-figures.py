#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the quick start's figures into README.md and docs, from runs.

scripts/quick-start-figures.py            rewrites what stands between the figures' marks
scripts/quick-start-figures.py --check    changes nothing, exits with 1 when a figure is out of date
scripts/quick-start-figures.py --only accuracy,boards   some of: report, accuracy, updates, boards,
                                          profile, energy

Needs `make run` (out/*.json, out/SCHEME) and `make data` before. The host twins take a few minutes.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import sys
import tempfile

from figures import ROOT, Document, run, table

OUT = ROOT / "out"
DATA = ROOT / "firmware/build/data"
MODELS = ROOT / "firmware/models"
BOARDS = ["nrf52840", "stm32f746g-disco"]
RATES = {"fashion-classifier": "0.01", "fashion-sparse": "0.003"}
SEEDS = [1, 2, 3, 4, 5]


def train(twin, **options):
    """What a host twin printed: accuracies, the mean loss of each report, the weights' hash."""
    text = run(twin, "--files", DATA, *[f"{key}={value}" for key, value in options.items()])

    def value(key):
        found = re.search(rf"^{key}: (\S+)", text, re.MULTILINE)
        return found[1] if found else None

    losses = [float(loss) for loss in re.findall(r"mean loss (\S+)$", text, re.MULTILINE)]
    return {"before": value("accuracy_before"), "after": value("accuracy_after"),
            "losses": losses, "weights": value("weights")}


def train_all(jobs):
    """Results of train() for [(twin, options)], in order."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda job: train(job[0], **job[1]), jobs))


def twin_of(scheme, folder=None):
    return (folder or OUT / scheme) / "build/host" / scheme


def mean(values):
    return sum(values) / len(values)


def percent(values):
    return f"{100 * mean(values):.1f} %"


def report(kinglet):
    """What `make run` prints at its end."""
    text = run(kinglet, "report", *[OUT / f"{scheme}.json" for scheme in RATES])
    return ["```", *text.rstrip("\n").split("\n"), "```"]


def accuracy(_):
    cases = [(scheme, steps) for steps in (200, 600) for scheme in RATES]
    results = iter(train_all([
        (twin_of(scheme), {"steps": steps, "lr": RATES[scheme], "seed": seed, "eval": 5000})
        for scheme, steps in cases for seed in SEEDS]))
    rows = []
    for scheme, steps in cases:
        runs = [next(results) for _ in SEEDS]
        after = [float(one["after"]) for one in runs]
        rows.append([
            scheme, str(steps), percent([float(runs[0]["before"])]), percent(after),
            "  ".join(f"{100 * share:.1f}" for share in after),
            f"{mean([one['losses'][0] for one in runs]):.2f}",
            f"{mean([one['losses'][-1] for one in runs]):.2f}"])
    return table(
        ["scheme", "steps", "accuracy before", "after, mean", "after, each of seeds 1 to 5",
         "mean loss of steps 0-49", "of the last 50 steps"], rows)


def updates(kinglet):
    cases = [
        ("sparse", "nearest, 8-bit residual (default)", 8, {}),
        ("sparse", "nearest, 16-bit residual", 16, {}),
        ("sparse", "nearest, no residual", 0, {}),
        ("sparse", "stochastic, no residual", 0, {"rounding": "stochastic"}),
        ("sparse", "stochastic, 8-bit residual", 8, {"rounding": "stochastic"}),
        ("sparse", "default, but quantisation-aware scaling off", 8, {"qas": "off"}),
        ("biases", "default", 8, {})]
    jobs = []
    with tempfile.TemporaryDirectory() as folder:
        for name, bits in {(name, bits) for name, _, bits, _ in cases}:
            scheme, project = f"fashion-{name}", pathlib.Path(folder) / f"{name}-{bits}"
            run(kinglet, "compile", MODELS / "fashion.tflite", "--scheme",
                MODELS / f"{scheme}.yaml", "--residual-bits", bits, "--sources-only",
                "-o", project)
            run("make", "-C", project, f"-j{os.cpu_count()}", f"build/host/{scheme}")
        for name, _, bits, options in cases:
            twin = twin_of(f"fashion-{name}", pathlib.Path(folder) / f"{name}-{bits}")
            jobs += [(twin, {"steps": 400, "seed": seed, "eval": 2000, **options})
                     for seed in SEEDS]
        results = iter(train_all(jobs))
    rows = [[name, update, percent([float(next(results)["after"]) for _ in SEEDS])]
            for name, update, _, _ in cases]
    return table(["scheme", "update", "accuracy after"], rows)


def boards(kinglet):
    rows = []
    for board in BOARDS:
        for scheme in RATES:
            options = f"steps=200 lr={RATES[scheme]} eval=0"
            with tempfile.TemporaryDirectory() as folder:
                record = pathlib.Path(folder) / "record.json"
                text = run(
                    kinglet, "run", OUT / scheme / "build" / board / f"{scheme}.elf",
                    "--board", board, "--files", DATA, "--args", options, "--json", record)
                figures = json.loads(record.read_text())
            steps = figures["steps"]

            def phase(name, steps=steps):
                cycles = [sum(one["cycles"] for one in step["phases"] if one["name"] == name)
                          for step in steps]
                return f"{mean(cycles) / 1e6:.2f} M"

            weights = re.search(r"^weights: (\S+)", text, re.MULTILINE)[1]
            twin = train(twin_of(scheme), steps=200, lr=RATES[scheme], eval=0)["weights"]
            if twin != weights:
                sys.exit(f"{scheme}: weights {weights} on {board}, {twin} in the host twin")
            rows.append([
                board, scheme, f"{figures['flash']['used_bytes']:,}",
                f"{figures['sram']['static_bytes']:,}", f"{figures['sram']['peak_bytes']:,}",
                f"{mean([step['cycles'] for step in steps]) / 1e6:.2f} M",
                ", ".join(phase(name) for name in ("forward", "backward", "update")),
                f"`{weights}`"])
    return table(
        ["board", "scheme", "flash", "static SRAM", "SRAM peak", "cycles a step",
         "forward, backward, update", "weights' hash"], rows)


def profile(kinglet):
    """What `kinglet profile` prints of a short run, and its flame graph."""
    with tempfile.TemporaryDirectory() as folder:
        svg = pathlib.Path(folder) / "profile.svg"
        text = run(
            kinglet, "profile", OUT / PROFILED / f"build/nrf52840/{PROFILED}.elf", "--files", DATA,
            "--args", f"steps=20 eval=20 lr={RATES[PROFILED]}", "--top", 10, "--svg", svg)
        PICTURES["docs/pictures/profile.svg"] = svg.read_text()
    return ["```", *text.replace(f"{ROOT}/", "").rstrip("\n").split("\n"), "```"]


def energy(kinglet):
    """The energy lines of `kinglet run` on a short run."""
    text = run(
        kinglet, "run", OUT / PROFILED / f"build/nrf52840/{PROFILED}.elf", "--files", DATA,
        "--args", f"steps=200 eval=0 lr={RATES[PROFILED]}")
    lines = re.search(r"^energy .*(?:\n .*)*", text, re.MULTILINE)[0].split("\n")
    command = (f"$ kinglet run out/{PROFILED}/build/nrf52840/{PROFILED}.elf --files "
               f'firmware/build/data --args "steps=200 eval=0 lr={RATES[PROFILED]}"')
    return ["```", command, "…", *lines, "```"]


PROFILED = "fashion-sparse"
# Files that come with the figures, by path.
PICTURES = {}
FIGURES = {
    "report": ("README.md", report),
    "accuracy": ("docs/training.md", accuracy),
    "updates": ("docs/training.md", updates),
    "boards": ("docs/training.md", boards),
    "profile": ("docs/profile.md", profile),
    "energy": ("docs/energy.md", energy)}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinglet", default=ROOT / ".build/release/kinglet", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--only", default=",".join(FIGURES), metavar="NAMES")
    options = parser.parse_args()
    stale = []
    for name in options.only.split(","):
        if name not in FIGURES:
            parser.error(f"--only '{name}' is not one of {', '.join(FIGURES)}")
        path, make = FIGURES[name]
        document = Document(ROOT / path)
        document.lines(f"figures: {name}")
        changed = document.put(f"figures: {name}", make(options.kinglet))
        if changed:
            stale.append(name)
            if not options.check:
                document.save()
        print(f"{name}: {'changed' if changed else 'as it was'}")
    for name, text in PICTURES.items():
        path = ROOT / name
        if path.exists() and path.read_text() == text:
            continue
        stale.append(name)
        if not options.check:
            path.write_text(text)
    if options.check and stale:
        sys.exit(f"out of date: {', '.join(stale)}; run scripts/quick-start-figures.py")


if __name__ == "__main__":
    main()
