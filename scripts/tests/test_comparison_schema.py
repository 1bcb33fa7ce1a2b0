# SPDX-License-Identifier: GPL-2.0-or-later
"""The comparisons' JSON Schema takes our comparison files, and refuses what the parser refuses."""

import json
import unittest
from pathlib import Path

import jsonschema
import yaml

ROOT = Path(__file__).resolve().parents[2]


class ComparisonSchema(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schema = json.loads((ROOT / "schemas/comparison-1.json").read_text())
        jsonschema.Draft7Validator.check_schema(cls.schema)
        cls.validator = jsonschema.Draft7Validator(cls.schema)

    def errors(self, text):
        return list(self.validator.iter_errors(yaml.safe_load("schema_version: 1\n" + text)))

    def test_our_comparisons_are_valid(self):
        for name in ["quick-start", "paper"]:
            text = (ROOT / f"comparisons/{name}.yaml").read_text()
            self.validator.validate(yaml.safe_load(text))

    def test_the_example_of_the_documentation_is_valid(self):
        text = (ROOT / "docs/comparison.md").read_text()
        self.validator.validate(yaml.safe_load(text.split("```yaml\n")[1].split("```")[0]))

    def test_refused_texts(self):
        for text in [
            "name: x",
            "rows: []",
            "row: [{image: a}]",
            "rows: [{imag: a}]",
            "rows: [{image: a, budgets: {}}]",
            "defaults: {name: a}\nrows: [{image: a}]",
            "defaults: {steps: many}\nrows: [{image: a}]",
            "rows: [{image: a}]\ntwin: {args: a=1}",
            "rows: [{image: a}]\nobjectives: [sram.peek]",
            "rows: [{image: a, group: a/b}]",
            "rows: [{model: m, scheme: s, compile: {optimise: -O4}}]",
        ]:
            self.assertNotEqual(self.errors(text), [], text)


if __name__ == "__main__":
    unittest.main()
