#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A small model of the Cortex-M4's prefetch queue, to compare with the fetch rules of the cycle model.

The unit asks for one aligned word a cycle, which can be decoded from two cycles later on, and asks only while its
three places have room for what they hold and what is on its way. Decode takes one instruction a cycle when all of
it is there. The upper half of a word keeps the word's place until a wide instruction takes it together with
the next word; then it moves to a latch. A conditional branch spends its request on its target.

scripts/experiments/prefetch-queue.py     prints the cycles that fetching adds to some sequences
"""
import random

PLACES = 3
NARROW, WIDE, LOAD, WIDE_LOAD = (1, 1, False), (2, 1, False), (1, 2, False), (2, 2, False)
BRANCH, WIDE_BRANCH = (1, 1, True), (2, 1, True)  # not taken


def waits(code, start=0):
    """Cycles that fetching adds to `code`, entered by a branch to halfword `start` of a word.

    code: (halfwords, cycles in execute, is a branch not taken) of each instruction.
    """
    queue, latch, arriving, request = set(), None, None, 0
    position, free, decoded = start, 2, []
    code = list(code) + [NARROW]
    cycle = 0
    while len(decoded) < len(code):
        size, cycles, is_branch = code[len(decoded)]
        needed = {half // 2 for half in range(position, position + size)}
        held = len(queue) + (arriving is not None)
        issues = cycle >= free and needed <= queue | {latch}
        if issues:
            decoded.append(cycle)
            position += size
            free = cycle + cycles
            queue = {word for word in queue if 2 * word + 1 >= position}
            if latch is not None and 2 * latch + 1 < position:
                latch = None
            if size == 2 and position % 2 == 1 and position // 2 in queue:
                latch = position // 2
                queue.discard(latch)
        if arriving is not None and arriving >= 0:
            queue.add(arriving)
        arriving = None
        if issues and is_branch:
            arriving = -1  # the target's word, thrown away
        elif held < PLACES:
            arriving = request
            request += 1
        cycle += 1
    return decoded[-1] - decoded[0] - sum(cycles for _, cycles, _ in code[:-1])


def rule_waits(code, start=0):
    """What the cycle model's rule charges: one for a row of wide instructions at odd halfwords from its third on."""
    total, length, position = 0, 0, start
    for size, _, _ in code:
        length = length + 1 if size == 2 and position % 2 == 1 else 0
        total += length == 3
        position += size
    return total


SEQUENCES = [
    ("two wide at odd halfwords", [NARROW, WIDE, WIDE], 0),
    ("three", [NARROW] + [WIDE] * 3, 0),
    ("twelve", [NARROW] + [WIDE] * 12, 0),
    ("three behind a full queue", [NARROW] * 9 + [WIDE] * 3, 0),
    ("three behind a narrow load", [LOAD] + [WIDE] * 3, 0),
    ("twelve at even halfwords", [WIDE] * 12, 0),
    ("load and two wide at odd halfwords", [NARROW, WIDE_LOAD, WIDE, WIDE], 0),
    ("wide branch not taken among wide", [WIDE] * 5 + [WIDE_BRANCH] + [WIDE] * 2, 0),
    ("the same before two narrow", [WIDE] * 5 + [WIDE_BRANCH, NARROW, NARROW, WIDE], 0),
]


def main():
    for name, code, start in SEQUENCES:
        print(f"{name:36} +{waits(code, start)}")
    chance = random.Random(1)
    for narrow in (0.2, 0.5, 0.7):
        codes = [[NARROW if chance.random() < narrow else WIDE for _ in range(30)]
                 for _ in range(4000)]
        agree = sum(waits(code) == rule_waits(code) for code in codes)
        print(f"30 instructions by chance, {narrow:.0%} narrow: "
              f"queue and rule agree on {agree} of {len(codes)}")
    for narrow in (0.3, 0.5, 0.7):
        sums = {0: [], 1: []}
        for _ in range(20000):
            start = chance.randint(0, 1)
            before = [NARROW if chance.random() < narrow else chance.choice([WIDE, WIDE_LOAD])
                      for _ in range(chance.randint(0, 8))]
            after = [NARROW if chance.random() < narrow else WIDE for _ in range(8)]
            half = (start + sum(size for size, _, _ in before)) % 2
            sums[half].append(waits(before + [BRANCH] + after, start)
                              - waits(before + [NARROW] + after, start))
        lower, upper = (sum(values) / len(values) for values in (sums[0], sums[1]))
        print(f"narrow branch not taken, {narrow:.0%} narrow: lower half +{lower:.2f}, upper +{upper:.2f}")


if __name__ == "__main__":
    main()
