# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of timing-modes.py: what it does before and after it measures."""

import importlib.util
import sys
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SCRIPTS))
specification = importlib.util.spec_from_file_location("timing_modes", SCRIPTS / "timing-modes.py")
timing_modes = importlib.util.module_from_spec(specification)
specification.loader.exec_module(timing_modes)

HERE = Path(__file__).resolve()


class Programs(unittest.TestCase):
    def test_names_what_is_not_built_and_what_builds_it_and_ends(self):
        def programs(board):
            return [("here", HERE, []), ("none", HERE.parent / f"{board}/none.elf", [])]

        with self.assertRaises(SystemExit) as exit:
            timing_modes.require_built(["one", "two"], programs)
        self.assertEqual(
            str(exit.exception),
            "not built:\n  scripts/tests/one/none.elf\n  scripts/tests/two/none.elf\n"
            'make build firmware data; make compiled COMPILE_BOARDS="one two"')

    def test_goes_on_when_all_is_built(self):
        timing_modes.require_built(["one"], lambda board: [("here", HERE, [])])

    def test_measures_the_benches_on_main_boards_and_training_on_all(self):
        def names(board):
            return [name for name, _, _ in timing_modes.programs(board)]

        training = ["fashion-classifier, 20 steps", "fashion-sparse, 20 steps"]
        self.assertEqual(names("nucleo-l4r5zi"), ["hello", *training])
        self.assertEqual(
            names("nrf52840"),
            ["hello", "kernel-bench", "forward-bench", "backward-bench", *training])


class Rows(unittest.TestCase):
    def test_keeps_the_rows_of_boards_that_were_not_measured(self):
        lines = ["| board | n |", "|---|---:|", "| one | 1 |", "| two | 2 |", "| one | 3 |"]
        kept = timing_modes.rows_of_others(lines, {"two": []})
        self.assertEqual(kept, [["one", "1"], ["one", "3"]])


if __name__ == "__main__":
    unittest.main()
