#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the assembly of the micro-benchmarks from a table: generate.py TABLE > table.S

README.md has the table's format.
"""
import re
import sys

# How often a snippet is repeated in the two functions whose difference is measured.
FEW, MANY = 10, 30
KINDS = ("line", "line+2", "loop", "loop+2", "free")


class TableError(Exception):
    pass


def parse(text):
    """Rows of a table as dictionaries: name, cycles (text), kind, code, source, group."""
    rows, names, group = [], set(), ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("## "):
            group = line[3:].strip()
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("|")]
        if len(fields) != 5:
            raise TableError(f"line {number}: {len(fields)} fields; "
                             "a row has name | cycles | kind | code | source")
        row = dict(zip(("name", "cycles", "kind", "code", "source"), fields), group=group)
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["name"]) or row["name"] in names:
            raise TableError(f"line {number}: name '{row['name']}'; a name is new, of lower-case "
                             "letters, digits and single hyphens")
        if not re.fullmatch(r"\d+(\.\d{1,2})?", row["cycles"]):
            raise TableError(f"line {number}: cycles '{row['cycles']}'; at most two decimals")
        if row["kind"] not in KINDS:
            raise TableError(f"line {number}: kind '{row['kind']}'; one of {', '.join(KINDS)}")
        if not row["code"] or not row["source"]:
            raise TableError(f"line {number}: code and source are not empty")
        names.add(row["name"])
        rows.append(row)
    return rows


PROLOGUE = """\
    .p2align 4
    .thumb_func
{symbol}:
    push {{r4-r11, lr}}
    vpush {{s16-s31}}
    add lr, r0, #48
    vldmia lr, {{s0-s31}}
    ldmia r0, {{r0-r11}}
    movw r12, #0x1004   // DWT_CYCCNT
    movt r12, #0xe000
    isb                 // what the call left behind is over
    ldr.w lr, [r12]
    push {{lr}}
    sub sp, #8          // free for snippets; sp is aligned to 8 bytes, as in C
"""

EPILOGUE = """\
    isb
    ldr.w r0, [r12]
    add sp, #8
    pop {{r1}}
    subs r0, r0, r1
    vpop {{s16-s31}}
    pop {{r4-r11, pc}}
    .ltorg
    .p2align 2
{symbol}_end:
"""


def function(row, symbol, times):
    """One measured function: repeats the snippet `times` times and returns the cycles it took."""
    lines = [PROLOGUE.format(symbol=symbol)]
    is_loop = row["kind"].startswith("loop")
    if is_loop:
        lines.append(f"    mov.w r10, #{times}\n")
    lines.append("    .p2align 3\n    isb\n    nop.w\n")
    if row["kind"].endswith("+2"):
        lines.append("    nop\n")
    lines += [] if is_loop else [f"    .rept {times}\n"]
    lines.append("    " + "\n    ".join(part.strip() for part in row["code"].split(";")) + "\n")
    if not is_loop:
        lines.append("    .endr\n")
    lines.append(EPILOGUE.format(symbol=symbol))
    return "".join(lines)


def assembly(rows):
    text = ["// Made by generate.py; not to be edited.\n"
            "    .syntax unified\n    .thumb\n    .section .text.microbench, \"ax\", %progbits\n"]
    table = ["    .section .rodata.microbench, \"a\", %progbits\n    .p2align 2\n"
             "    .global microbench_table\nmicrobench_table:\n"]
    names = []
    for row in rows:
        symbol = "microbench_" + row["name"].replace("-", "_")
        few, many = symbol + "_few", symbol + "_many"
        text += [function(row, few, FEW), function(row, many, MANY)]
        # A line's copies all begin at the same place in a word.
        multiple = 4 * (MANY - FEW) if row["kind"].startswith("line") else 1
        table.append(f"    .word {symbol}_name, {few}, {few}_end, {many}, {many}_end, {multiple}\n")
        names.append(f"{symbol}_name: .asciz \"{row['name']}\"\n")
    table.append(f"    .global microbench_count\nmicrobench_count: .word {len(rows)}\n"
                 f"    .global microbench_repeats\nmicrobench_repeats: .word {MANY - FEW}\n")
    return "".join(text + table + names)


def main():
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            sys.stdout.write(assembly(parse(file.read())))
    except TableError as error:
        sys.exit(f"{sys.argv[1]}: {error}")


if __name__ == "__main__":
    main()
