# SPDX-License-Identifier: GPL-2.0-or-later
"""The JUnit XML of `kinglet test`, read by a parser that others read reports with, and held against what Jenkins
accepts (junit.xsd)."""

import subprocess
import sys
import unittest
from pathlib import Path

try:
    import junitparser
except ImportError:
    # Another Python may stand before Debian's on the PATH.
    sys.path.append("/usr/lib/python3/dist-packages")
    import junitparser

REPORT = Path(__file__).resolve().parents[2] / "Tests/ReportsTests/Snapshots/test-junit.xml"


class JUnitReport(unittest.TestCase):
    def setUp(self):
        self.report = junitparser.JUnitXml.fromfile(str(REPORT))
        self.suites = {suite.name: suite for suite in self.report}

    def test_the_counts_are_those_of_the_cases(self):
        counted = {"tests": 0, "failures": 0, "errors": 0}
        for suite in self.report:
            found = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
            for case in suite:
                found["tests"] += 1
                for result in case.result:
                    kind = type(result).__name__
                    found[{"Failure": "failures", "Error": "errors", "Skipped": "skipped"}[kind]] += 1
            for name, value in found.items():
                self.assertEqual(getattr(suite, name), value, f"{suite.name} {name}")
                if name in counted:
                    counted[name] += value
        for name, value in counted.items():
            self.assertEqual(getattr(self.report, name), value, name)

    def test_a_failed_budget_says_what_grew(self):
        cases = {case.name: case for case in self.suites["grown"]}
        failure = cases["sram.peak"].result[0]
        self.assertIsInstance(failure, junitparser.Failure)
        self.assertIn("1,966 B (1.2 %) more than the limit of +2 %", failure.message)
        self.assertIn("samples  +5,120 B", failure.text)

    def test_kinds_of_results(self):
        def result(suite, case):
            return {c.name: c for c in self.suites[suite]}[case].result

        self.assertEqual(result("grown", "flash.used"), [])
        self.assertIsInstance(result("new", "sram.peak")[0], junitparser.Skipped)
        self.assertIsInstance(result("ci/<bad>.yaml", "run")[0], junitparser.Error)
        self.assertIn("red\ufffd & more", result("ci/<bad>.yaml", "run")[0].text)

    def problems(self, text):
        """What xmllint says of a report: nothing when the schema accepts it."""
        schema = Path(__file__).with_name("junit.xsd")
        done = subprocess.run(
            ["xmllint", "--noout", "--nonet", "--schema", str(schema), "-"], input=text,
            capture_output=True, text=True, check=False)
        return "" if done.returncode == 0 else done.stderr

    def test_jenkins_accepts_it(self):
        self.assertEqual(self.problems(REPORT.read_text()), "")

    def test_the_schema_refuses_what_jenkins_refuses(self):
        text = REPORT.read_text()
        for old, new, problem in [
            (' time="0.193"', ' time="0.192901"', "pattern"),
            (' tests="7" failures="3"', ' tests="7"', "'failures' is required"),
            ('<testcase classname="grown" name="run"', '<testcase classname="grown"',
             "'name' is required"),
            ('<failure type', '<broken type', "mismatch"),
            ('<system-out>phase', '<system-out colour="red">phase', "colour"),
        ]:
            self.assertIn(old, text)
            self.assertIn(problem, self.problems(text.replace(old, new, 1)), new)


if __name__ == "__main__":
    unittest.main()
