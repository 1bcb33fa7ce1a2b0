# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of figures.py, which writes measured figures into documents."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import figures  # noqa: E402

TEXT = """# Costs
<!-- table: one -->
| old |
<!-- end -->
Between.
<!-- table: two -->
<!-- end -->
Behind.
"""


class Documents(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.path = Path(temporary.name) / "costs.md"
        self.path.write_text(TEXT)

    def test_replaces_what_stands_between_the_marks_and_nothing_else(self):
        document = figures.Document(self.path)
        self.assertTrue(document.put("table: one", [r"| \1 new |", "| rows |"]))
        self.assertTrue(document.put("table: two", ["x"]))
        document.save()
        self.assertEqual(
            self.path.read_text(),
            TEXT.replace("| old |", "| \\1 new |\n| rows |").replace("two -->\n", "two -->\nx\n"))

    def test_reads_what_stands_between_the_marks(self):
        document = figures.Document(self.path)
        self.assertEqual(document.lines("table: one"), ["| old |"])
        self.assertEqual(document.lines("table: two"), [])

    def test_leaves_a_file_alone_whose_figures_are_the_same(self):
        document = figures.Document(self.path)
        self.assertFalse(document.put("table: one", ["| old |"]))
        document.save(check=True)
        self.assertEqual(self.path.read_text(), TEXT)

    def test_changes_nothing_when_it_checks_and_names_the_file(self):
        document = figures.Document(self.path)
        document.put("table: one", ["| new |"])
        with self.assertRaises(SystemExit) as exit:
            document.save(check=True)
        self.assertIn(f"{self.path}: figures are out of date; run ", str(exit.exception))
        self.assertEqual(self.path.read_text(), TEXT)

    def test_ends_when_a_mark_is_missing_without_an_end_or_there_twice(self):
        for text, times in [
            ("", 0), ("<!-- table: one -->\n| old |\n", 0), (TEXT + TEXT, 2),
        ]:
            with self.subTest(text=text):
                self.path.write_text(text)
                with self.assertRaises(SystemExit) as exit:
                    figures.Document(self.path).put("table: one", [])
                self.assertEqual(
                    str(exit.exception),
                    f"{self.path}: {times} times '<!-- table: one -->' with an '<!-- end -->'; "
                    "valid: once")


class Tables(unittest.TestCase):
    def test_has_a_header_a_rule_and_a_line_a_row(self):
        self.assertEqual(
            figures.table(["a", "b"], [["1", "2"]]), ["| a | b |", "|---|---|", "| 1 | 2 |"])
        self.assertEqual(figures.table(["a", "b", "c"], [], right=[1])[1], "|---|---:|---|")


class Commands(unittest.TestCase):
    def test_gives_what_a_command_printed_in_a_folder(self):
        printed = figures.run(sys.executable, "-c", "import os; print(os.getcwd())", folder="/")
        self.assertEqual(printed, "/\n")

    def test_ends_with_the_command_and_what_it_said_when_it_fails(self):
        with self.assertRaises(SystemExit) as exit:
            figures.run(sys.executable, "-c", "import sys; print('half'); sys.exit('no board')")
        message = str(exit.exception)
        self.assertIn("sys.exit('no board'): exit 1\nhalf\nno board\n", message)


if __name__ == "__main__":
    unittest.main()
